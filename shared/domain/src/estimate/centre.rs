//! The centre of the years that count, and how wide the truth may lie around it.

use chrono::NaiveDate;

use super::answer::Note;
use super::constants::Constants;
use super::intervals::{Fate, Interval};
use super::joining::upper_median;
use super::levels::Levels;
use super::profile::{year_days, years_between};
use super::stats::Number;
use crate::quantity::Commodity;

/// From a year of use at any time to today's level.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Today<'a> {
    pub(crate) levels: &'a Levels,
    pub(crate) target: NaiveDate,
    /// The day of the last reading that counts.
    pub(crate) base: NaiveDate,
}

/// The centre of the years that count, leaning on the norm.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Centre<N> {
    /// How many years count.
    pub(crate) kept: usize,
    /// Their age at the least, in years.
    pub(crate) age: N,
    /// What they count together.
    pub(crate) counts: N,
    /// Their own mean.
    pub(crate) mean: N,
    /// What the norm counts.
    pub(crate) lean: N,
    /// The share of their own mean.
    pub(crate) share: N,
    /// The logarithm of the use of a year.
    pub(crate) year: N,
    /// The variance of one year around it.
    pub(crate) variance: N,
}

/// What the norm says, and how hard the years lean on it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Leaning<N> {
    /// The logarithm of the norm at today's level.
    pub(crate) norm: N,
    /// Its spread, as far as it is believed.
    pub(crate) norm_sigma: N,
    /// How many times more than usual.
    pub(crate) times: N,
    /// The spread of one household's years.
    pub(crate) sigma: N,
}

/// The spread of one household's years.
pub(crate) fn household_sigma<N: Number>(commodity: Commodity, constants: &Constants<N>) -> N {
    match commodity {
        Commodity::Water => constants.sigma_water,
        Commodity::Gas => constants.sigma_gas,
        Commodity::Electricity => constants.sigma_electricity,
        Commodity::Heat | Commodity::Cooling => constants.sigma_heat,
    }
}

/// Gives each kept interval the logarithm of its use of a year, at today's level.
pub(crate) fn level<N: Number>(intervals: &mut [Interval<N>], today: &Today<'_>) {
    let target: N = today.levels.ln_on(today.target);
    for interval in intervals.iter_mut().filter(|interval| interval.fate == Fate::Kept) {
        let year = interval.rate().map(|rate| (rate * year_days()).ln());
        let since: N = today.levels.ln_on::<N>(interval.until) - target;
        interval.level = year.map(|year| year - since);
    }
}

/// Takes out what stands alone; two last years that agree with each other and with no other are a
/// new level, and then all others are out.
pub(crate) fn take_out<N: Number>(
    intervals: &mut [Interval<N>],
    constants: &Constants<N>,
) -> Option<Note> {
    let mut kept: Vec<(usize, N)> = intervals
        .iter()
        .enumerate()
        .filter(|(_, interval)| interval.fate == Fate::Kept)
        .filter_map(|(place, interval)| Some((place, interval.level?)))
        .collect();
    if kept.len() < 3 {
        return None;
    }
    let median = middle(kept.iter().map(|(_, level)| *level).collect())?;
    let distances = kept.iter().map(|(_, level)| (*level - median).size()).collect();
    let deviation = upper_median(distances)? * constants.deviation_scale;
    let limit = constants.outlier_ratio.ln().at_least(constants.outlier_deviations * deviation);
    let is_out = |level: N| (level - median).size() > limit;
    let (fate, note) = match kept.as_slice() {
        [.., (_, before), (_, last)]
            if kept.len() >= 4
                && is_out(*before)
                && is_out(*last)
                && (*before > median) == (*last > median)
                && (*before - *last).size() <= constants.level_shift_distance =>
        {
            kept.truncate(kept.len().saturating_sub(2));
            (Fate::OldLevel, Note::LevelShift)
        }
        _ => {
            let all = kept.len();
            kept.retain(|(_, level)| is_out(*level));
            if kept.is_empty() || kept.len() == all {
                return None;
            }
            (Fate::Outlier, Note::OutlierRemoved)
        }
    };
    for (place, _) in kept {
        if let Some(interval) = intervals.get_mut(place) {
            interval.fate = fate;
        }
    }
    Some(note)
}

/// The median: of an even number the mean of the middle two.
fn middle<N: Number>(mut numbers: Vec<N>) -> Option<N> {
    numbers.sort_by(N::order);
    let upper = numbers.len().div_euclid(2);
    let above = numbers.get(upper).copied()?;
    if numbers.len().rem_euclid(2) == 1 {
        return Some(above);
    }
    let below = numbers.get(upper.checked_sub(1)?).copied()?;
    Some((below + above) / N::whole(2))
}

/// The centre of the kept intervals; nothing without one.
pub(crate) fn centre<N: Number>(
    intervals: &mut [Interval<N>],
    today: &Today<'_>,
    leaning: &Leaning<N>,
    constants: &Constants<N>,
    notes: &mut Vec<Note>,
) -> Option<Centre<N>> {
    let age = |interval: &Interval<N>| years_between::<N>(interval.until, today.base);
    let mut kept: Vec<&mut Interval<N>> =
        intervals.iter_mut().filter(|interval| interval.fate == Fate::Kept).collect();
    let youngest = kept.iter().map(|interval| age(interval)).reduce(N::at_most)?;
    let (mut counts, mut sum, mut covered) = (N::zero(), N::zero(), N::zero());
    let one = N::whole(1);
    for interval in &mut kept {
        let whole = (interval.weight / year_days()).at_most(one);
        let counted = whole * (-(constants.recency * (age(interval) - youngest))).exp();
        interval.counts = Some(counted);
        counts = counts + counted;
        sum = sum + counted * interval.level?;
        covered = covered + interval.weight;
    }
    let mean = sum / counts;
    let covered = covered / year_days();
    let spread = leaning.sigma / leaning.norm_sigma;
    let lean = constants.lean * (spread * spread).at_most(one) * leaning.times;
    let share = (counts / (counts + lean)).at_most(constants.cover_factor * covered);
    if covered < constants.partial_year {
        notes.push(Note::PartialYear);
    }
    let levels: Vec<N> = kept.iter().filter_map(|interval| interval.level).collect();
    if let [first, second] = levels.as_slice()
        && (*first - *second).size() > constants.disagree_ratio.ln()
    {
        notes.push(Note::TwoYearsDisagree);
    }
    let squares =
        levels.iter().fold(N::zero(), |squares, level| squares + (*level - mean) * (*level - mean));
    let others = N::whole(i64::try_from(levels.len()).unwrap_or(i64::MAX)) - one;
    let variance = (constants.prior_years * leaning.sigma * leaning.sigma + squares)
        / (constants.prior_years + others);
    let year = share * mean + (one - share) * leaning.norm;
    Some(Centre { kept: levels.len(), age: youngest, counts, mean, lean, share, year, variance })
}

impl<N: Number> Centre<N> {
    /// How far the truth of a stretch that weighs `ahead` may lie from the centre, in logarithms.
    pub(crate) fn spread(&self, ahead: N, notes: &[Note], constants: &Constants<N>) -> N {
        let one = N::whole(1);
        let few = constants.few_years / self.counts.at_least(constants.few_years_min);
        let aged = constants.age_sigma * self.age.at_least(N::zero());
        let noted = if notes.is_empty() { N::zero() } else { constants.note_variance };
        let variance = self.variance * short(ahead, constants) * (one + few)
            + constants.base_sigma * constants.base_sigma
            + noted
            + aged * aged;
        variance.sqrt()
    }
}

/// How many times the variance of a year a stretch that weighs `ahead` has.
pub(crate) fn short<N: Number>(ahead: N, constants: &Constants<N>) -> N {
    let factor = year_days::<N>() / ahead.at_least(constants.short_weight_min);
    factor.at_least(N::whole(1)).at_most(constants.short_factor_max)
}
