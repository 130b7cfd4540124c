//! The ratios of many customers in flat memory: whatever their number and order, and two
//! histograms add up.

use std::collections::BTreeMap;

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

use super::stats::{Arithmetic as _, Number as _, Real};

/// Bins of the logarithm of a ratio: this many for each unit …
const BINS: i64 = 1000;

/// … from minus this many units to this many.
const UNITS: i64 = 3;

/// Decimals of a ratio that leaves a histogram.
const DECIMALS: u32 = 4;

/// The nearest bin of a ratio; what is beyond the ends counts in the last one, and so does nothing
/// for something.
pub(super) fn bin(ratio: Real) -> Option<i16> {
    let end = Decimal::from(BINS.saturating_mul(UNITS));
    if ratio <= Real::zero() {
        return i16::try_from(-end).ok();
    }
    let logarithm = ratio.ln().exact()?.clamp(-end, end) * Decimal::from(BINS);
    let bin = logarithm.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
    i16::try_from(bin.clamp(-end, end)).ok()
}

/// How a group of customers compares: with their year before, or with what was estimated.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Histogram(BTreeMap<i16, u32>);

impl Histogram {
    /// Counts a customer in a bin.
    pub(super) fn count_in(&mut self, bin: i16) {
        let count = self.0.entry(bin).or_default();
        *count = count.saturating_add(1);
    }

    /// Counts all that `other` counted.
    pub fn add(&mut self, other: &Self) {
        for (bin, more) in &other.0 {
            let count = self.0.entry(*bin).or_default();
            *count = count.saturating_add(*more);
        }
    }

    /// How many customers were counted.
    pub fn customers(&self) -> u64 {
        self.0.values().map(|count| u64::from(*count)).sum()
    }

    /// The median ratio, to four decimals; nothing of nobody.
    pub(super) fn median(&self) -> Option<Decimal> {
        let bins = self.0.iter().map(|(bin, count)| (*bin, *count));
        ratio(self.middle(bins)?)
    }

    /// The median of how far the ratios are from 1, on either side, to four decimals; nothing of
    /// nobody.
    pub(super) fn median_distance(&self) -> Option<Decimal> {
        let distance = |bin| Some((ratio(bin)? - Decimal::ONE).abs());
        let apart = |(bin, count): (&i16, &u32)| Some((distance(*bin)?, *count));
        let mut distances: Vec<(Decimal, u32)> = self.0.iter().filter_map(apart).collect();
        distances.sort_unstable();
        self.middle(distances)
    }

    /// The upper one of the middle customers, who are counted in an order.
    fn middle<T>(&self, counted: impl IntoIterator<Item = (T, u32)>) -> Option<T> {
        let middle = self.customers().div_euclid(2);
        let mut so_far = 0_u64;
        counted.into_iter().find_map(|(value, count)| {
            so_far = so_far.saturating_add(u64::from(count));
            (so_far > middle).then_some(value)
        })
    }
}

/// The ratio in the middle of a bin.
fn ratio(bin: i16) -> Option<Decimal> {
    let ratio = Real::of(Decimal::from(bin) / Decimal::from(BINS)).exp().exact()?;
    Some(ratio.round_dp_with_strategy(DECIMALS, RoundingStrategy::MidpointAwayFromZero))
}
