//! *Nacalculatie*: how near estimates were, by the readings that came after them.
//!
//! Told once a year, when a campaign closes, of the estimates of the campaign before: for each way
//! in which they were made, and for each group of similar customers, because those who answer may
//! differ from those who do not. The constants are refitted from it, as a new set.

mod report;

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::answer::{Confidence, Method};
use super::cohort::Group;
use super::engine::{Impossible, advance};
use super::histogram::{Histogram, bin};
use super::parameters::Parameters;
use super::record::Estimate;
use super::reference::{self, Days};
use super::shown::{Kind, Shown};
use super::stats::{Arithmetic as _, Real};
use crate::calendar::days_between;
use crate::quantity::Commodity;

pub use report::{Figures, GroupRow, Report, Row};

/// What an estimate said, and what was really used, since the last trusted reading before it.
///
/// **Units.** The register's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compared {
    /// What was estimated.
    pub estimated: Decimal,
    /// It was to lie between this …
    pub low: Decimal,
    /// … and this.
    pub high: Decimal,
    /// What was used by the reading that followed, up to the day of the estimate.
    pub used: Decimal,
}

/// What `estimate` said, beside what the first trusted reading after it says of the same days: as
/// much of its use as falls on them by the season, which is what a true-up charges.
///
/// A reading of a few days before the estimate's own day counts as well: the use goes on at its
/// pace until then. Without a trusted reading on either side, or with an exchange between that
/// nobody read, there is nothing to compare.
///
/// **Shape.** `readings` are all that is known of the register now, arranged.
/// **Errors.** [`Impossible::OutOfRange`] only.
/// **Source.** The design of estimation, sections 6 and 10.
pub(super) fn compared(
    estimate: &Estimate,
    readings: &[Shown],
    days: &Days,
    parameters: &Parameters,
) -> Result<Option<Compared>, Impossible> {
    let inputs = &estimate.inputs;
    let stepping = parameters.stepping(inputs.turning);
    let Some(seen @ [base, ..]) = estimate.since_trusted() else { return Ok(None) };
    let is_base = |one: &Shown| (one.on, one.kind, one.value) == (base.on, base.kind, base.value);
    let Some(place) = readings.iter().position(is_base) else { return Ok(None) };
    let Some([before, after @ ..]) = readings.get(place..) else { return Ok(None) };
    let read = after.iter().find(|one| one.is_trusted());
    let Some(read) = read.filter(|read| read.meter == before.meter && is_read(read)) else {
        return Ok(None);
    };
    let early = Decimal::from(days_between(read.on, estimate.on));
    if read.on <= before.on || early > parameters.constants().prorate_days {
        return Ok(None);
    }
    let span = reference::span(before, read, inputs.decimals, &stepping)?;
    let already = advance(seen, &stepping)?;
    let since_base = |amount: Decimal| amount.checked_add(already).ok_or(Impossible::OutOfRange);
    Ok(Some(Compared {
        estimated: since_base(estimate.consumption)?,
        low: since_base(estimate.low)?,
        high: since_base(estimate.high)?,
        used: reference::used_by(&span, estimate.on, days),
    }))
}

/// Whether it ends a use: the first reading of a meter ends none.
fn is_read(shown: &Shown) -> bool {
    matches!(shown.kind, Kind::Ordinary | Kind::Removed)
}

/// In which way an estimate was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Manner {
    /// Of what.
    pub commodity: Commodity,
    /// How.
    pub method: Method,
    /// How sure it was.
    pub confidence: Confidence,
}

impl Manner {
    /// That of `estimate`.
    pub fn of(estimate: &Estimate) -> Self {
        let Estimate { method, confidence, ref inputs, .. } = *estimate;
        Self { commodity: inputs.commodity, method, confidence }
    }
}

/// How near the estimates of one kind were.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nearness {
    /// What was estimated for each unit that was used.
    ratios: Histogram,
    /// Of how many the band held what was used.
    held: u32,
    /// Of how many nothing was used: to these no ratio can be said.
    unused: u32,
}

/// Groups are many, so they are counted in hundredths.
const COARSE: i16 = 10;

impl Nearness {
    fn count(&mut self, compared: &Compared, width: i16) {
        let Compared { estimated, low, high, used } = *compared;
        let ratio = Real::of(estimated) / Real::of(used);
        let Some(bin) = bin(ratio).filter(|_| used > Decimal::ZERO) else {
            self.unused = self.unused.saturating_add(1);
            return;
        };
        let nearest = bin.saturating_add(width.div_euclid(2)).div_euclid(width);
        self.ratios.count_in(nearest.saturating_mul(width));
        if (low..=high).contains(&used) {
            self.held = self.held.saturating_add(1);
        }
    }

    fn add(&mut self, other: &Self) {
        self.ratios.add(&other.ratios);
        self.held = self.held.saturating_add(other.held);
        self.unused = self.unused.saturating_add(other.unused);
    }
}

/// What was counted of all estimates so far: flat memory, no order, and two of them add up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Stored", into = "Stored")]
pub struct Accuracy {
    manners: BTreeMap<Manner, Nearness>,
    groups: BTreeMap<Group, Nearness>,
}

/// The same as it is stored: what is not a word is no key there.
#[derive(Serialize, Deserialize)]
struct Stored {
    manners: Vec<(Manner, Nearness)>,
    groups: Vec<(Group, Nearness)>,
}

impl From<Stored> for Accuracy {
    fn from(stored: Stored) -> Self {
        let Stored { manners, groups } = stored;
        Self { manners: manners.into_iter().collect(), groups: groups.into_iter().collect() }
    }
}

impl From<Accuracy> for Stored {
    fn from(accuracy: Accuracy) -> Self {
        let Accuracy { manners, groups } = accuracy;
        Self { manners: manners.into_iter().collect(), groups: groups.into_iter().collect() }
    }
}

impl Accuracy {
    /// Counts one estimate of a customer of `group`.
    pub fn count(&mut self, manner: Manner, group: &Group, compared: &Compared) {
        self.manners.entry(manner).or_default().count(compared, 1);
        self.groups.entry(group.clone()).or_default().count(compared, COARSE);
    }

    /// Counts all that `other` counted.
    pub fn add(&mut self, other: &Self) {
        for (manner, nearness) in &other.manners {
            self.manners.entry(*manner).or_default().add(nearness);
        }
        for (group, nearness) in &other.groups {
            self.groups.entry(group.clone()).or_default().add(nearness);
        }
    }
}

#[cfg(test)]
mod tests;
