//! *Vergelijkbare klanten*: how their use changed from one year to the next.
//!
//! Made once, when a campaign closes, from those who answered; it takes the place of a model of
//! weather at no cost. A histogram holds a group in flat memory, whatever its size and order, and
//! the histograms of two shards add up.

use std::collections::BTreeMap;
use std::fmt;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::constants::Constants;
use super::engine::{Impossible, Occupancy};
use super::expected::Weights;
use super::histogram::{Histogram, bin};
use super::intervals::{self, Fate, Interval};
use super::joining::{Bounds, join};
use super::levels::{Levels, level_year};
use super::parameters::Parameters;
use super::shown::Shown;
use super::stats::Real;
use crate::connection::Connection;
use crate::meter::Turning;
use crate::quantity::Commodity;

/// How one customer's use changed: the year that ended, and its place in a histogram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// The calendar year of the use that ended.
    pub year: i32,
    bin: i16,
}

/// How the use of one register changed from the year before to the year that ended on its last
/// reading; nothing without two whole years of one occupant, one after the other.
///
/// **Shape.** `readings` are arranged, estimates among them or not.
/// **Errors.** [`Impossible::OutOfRange`] only.
pub fn change(
    readings: &[Shown],
    occupancy: &Occupancy,
    weights: &Weights,
    parameters: &Parameters,
) -> Result<Option<Change>, Impossible> {
    let stepping = parameters.stepping(Turning::Forward);
    let constants = parameters.real();
    let trusted = intervals::Counted::Trusted;
    let found = intervals::intervals(readings, trusted, &stepping, &weights.0)?;
    let bounds = Bounds {
        occupied_from: occupancy.occupied_from,
        excluded: &occupancy.excluded,
        turning: Turning::Forward,
    };
    let found = join(found, &bounds, constants)?;
    let [.., before, year] = found.as_slice() else { return Ok(None) };
    let is_year = |interval: &Interval<Real>| {
        interval.fate == Fate::Kept
            && interval.amount > Decimal::ZERO
            && interval.weight >= constants.cohort_weight_min
            && interval.weight <= constants.cohort_weight_max
            && occupancy.occupied_from.is_none_or(|from| interval.from >= from)
    };
    if !is_year(before) || !is_year(year) || before.until != year.from {
        return Ok(None);
    }
    let (Some(before), Some(now)) = (before.rate(), year.rate()) else { return Ok(None) };
    Ok(bin(now / before).map(|bin| Change { year: level_year(year.until), bin }))
}

impl Histogram {
    /// Counts a customer.
    pub fn count(&mut self, change: Change) {
        self.count_in(change.bin);
    }
}

/// How similar customers' use changed in one year, and who says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    /// This year's use for each unit of last year's.
    pub ratio: Decimal,
    /// How many customers it rests on.
    pub customers: u64,
    /// Which of the groups spoke, the narrowest being 0; none when all were too small.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<usize>,
    /// Whether the limits bit.
    pub limit: Limit,
}

/// Whether an index was limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// It is what the customers say.
    Free,
    /// They say more or less than is believed: an alarm is right.
    Bitten,
}

/// The index of the narrowest of `groups` with enough customers; without one, no change.
///
/// **Shape.** `groups` from narrow to wide, each holding all customers of the one before.
pub fn index(groups: &[&Histogram], constants: &Constants<Decimal>) -> Index {
    let enough =
        |group: &&Histogram| Decimal::from(group.customers()) >= constants.cohort_customers_min;
    let spoken = groups.iter().enumerate().find_map(|(place, group)| {
        enough(group).then(|| Some((place, group.customers(), group.median()?))).flatten()
    });
    match spoken {
        None => Index { ratio: Decimal::ONE, customers: 0, group: None, limit: Limit::Free },
        Some((place, customers, median)) => {
            let ratio = median.clamp(constants.cohort_index_min, constants.cohort_index_max);
            let limit = if ratio == median { Limit::Free } else { Limit::Bitten };
            Index { ratio, customers, group: Some(place), limit }
        }
    }
}

/// Customers who are alike: what they use, how much can flow, and where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Group {
    /// What they use.
    pub commodity: Commodity,
    /// How much can flow; absent where it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<String>,
    /// The first two digits of their Dutch postcode: a region has its own weather. Absent abroad.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
}

impl Group {
    /// The narrowest group of a connection.
    pub fn of(connection: &Connection) -> Self {
        let Connection { supply, address, .. } = connection;
        let digits = address.postcode.as_str().get(..2).filter(|_| address.country == "NL");
        Self {
            commodity: supply.commodity,
            capacity: supply.capacity.clone(),
            region: digits.map(str::to_owned),
        }
    }

    /// The next wider group: without the region, then without the capacity.
    fn wider(&self) -> Option<Self> {
        match (&self.region, &self.capacity) {
            (Some(_), _) => Some(Self { region: None, ..self.clone() }),
            (None, Some(_)) => Some(Self { capacity: None, ..self.clone() }),
            (None, None) => None,
        }
    }

    /// The group, and then each wider one.
    pub(super) fn widening(&self) -> impl Iterator<Item = Self> {
        std::iter::successors(Some(self.clone()), Self::wider)
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.commodity.as_str())?;
        if let Some(capacity) = &self.capacity {
            write!(f, " {capacity}")?;
        }
        self.region.as_ref().map_or(Ok(()), |region| write!(f, " in {region}"))
    }
}

/// What was counted of every group so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<(Group, Histogram)>", into = "Vec<(Group, Histogram)>")]
pub struct Counted(BTreeMap<Group, Histogram>);

impl From<Vec<(Group, Histogram)>> for Counted {
    fn from(counted: Vec<(Group, Histogram)>) -> Self {
        Self(counted.into_iter().collect())
    }
}

impl From<Counted> for Vec<(Group, Histogram)> {
    fn from(counted: Counted) -> Self {
        counted.0.into_iter().collect()
    }
}

impl Counted {
    /// Counts a customer of `group`.
    pub fn count(&mut self, group: &Group, change: Change) {
        self.of(group).count(change);
    }

    fn of(&mut self, group: &Group) -> &mut Histogram {
        self.0.entry(group.clone()).or_default()
    }

    /// Counts all that `other` counted.
    pub fn add(&mut self, other: &Self) {
        for (group, histogram) in &other.0 {
            self.of(group).add(histogram);
        }
    }

    /// What was counted of each group and of every wider one.
    fn widened(&self) -> BTreeMap<Group, Histogram> {
        let mut widened: BTreeMap<Group, Histogram> = BTreeMap::new();
        for (group, histogram) in &self.0 {
            for group in group.widening() {
                widened.entry(group).or_default().add(histogram);
            }
        }
        widened
    }
}

/// What a campaign found of every group at its close: stored, named by estimates, never made again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Its name, as estimates keep it.
    pub id: String,
    /// The calendar year of the use that ended.
    pub year: i32,
    /// Every group with its index, and its level by year.
    pub groups: Vec<GroupLevels>,
}

/// A group of a snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupLevels {
    /// Who; a group without a region or a capacity stands for all that have no own one.
    pub group: Group,
    /// How their use changed in the year.
    pub index: Index,
    /// The levels up to that year.
    pub levels: Levels,
}

impl Snapshot {
    /// What `counted` says of the year `year`, after the snapshot `before` of the campaign before.
    pub fn of(
        id: &str,
        year: i32,
        counted: &Counted,
        before: Option<&Self>,
        constants: &Constants<Decimal>,
    ) -> Self {
        let widened = counted.widened();
        let is_known = |group: &Group| {
            before.is_some_and(|before| before.groups.iter().any(|one| one.group == *group))
        };
        let told = |(group, own): (&Group, &Histogram)| {
            let few = Decimal::from(own.customers()) < constants.cohort_customers_min;
            if group.region.is_some() && few && !is_known(group) {
                return None; // the wider group speaks for it
            }
            let groups: Vec<&Histogram> =
                group.widening().filter_map(|group| widened.get(&group)).collect();
            let index = index(&groups, constants);
            let known = before.map(|before| before.levels(group)).unwrap_or_default();
            Some(GroupLevels { group: group.clone(), levels: known.with(year, &index), index })
        };
        Self { id: id.to_owned(), year, groups: widened.iter().filter_map(told).collect() }
    }

    /// The groups whose index was limited: an operator looks why.
    pub fn limited(&self) -> impl Iterator<Item = &Group> {
        let bitten = self.groups.iter().filter(|one| one.index.limit == Limit::Bitten);
        bitten.map(|one| &one.group)
    }

    /// The levels that count for a customer of `group`: its own, else those of the next wider one.
    pub fn levels(&self, group: &Group) -> Levels {
        let of = |group: Group| self.groups.iter().find(|one| one.group == group);
        group.widening().find_map(of).map(|one| one.levels.clone()).unwrap_or_default()
    }
}

impl Levels {
    /// With the level of `year`: that of the year before, times `index`; the first year is 1.
    #[must_use]
    pub fn with(&self, year: i32, index: &Index) -> Self {
        let before = year.saturating_sub(1);
        let mut levels: BTreeMap<i32, Decimal> = self.years().iter().copied().collect();
        let level = self.nearest(before);
        levels.entry(before).or_insert(level);
        let next = level.checked_mul(index.ratio).unwrap_or(level);
        levels.insert(year, next.trunc_with_scale(9));
        Self::of(levels.into_iter().collect()).unwrap_or_else(|_| self.clone())
    }

    fn nearest(&self, year: i32) -> Decimal {
        let end = NaiveDate::from_ymd_opt(year, 12, 31);
        end.map_or(Decimal::ONE, |end| self.on(end))
    }
}

#[cfg(test)]
mod tests;
