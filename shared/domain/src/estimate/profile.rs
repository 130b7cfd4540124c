//! *Verbruiksprofiel*: how the use of a year falls on its days.

use std::collections::BTreeMap;

use chrono::{Datelike as _, Months, NaiveDate};
use rust_decimal::Decimal;
use thiserror::Error;

use super::constants::Constants;
use super::stats::Arithmetic;
use crate::calendar::days_between;
use crate::quantity::Commodity;

/// Days of the months in the mean over four years, hundredths.
const MONTH_DAYS: [i64; 12] =
    [3100, 2825, 3100, 3000, 3100, 3000, 3100, 3100, 3000, 3100, 3000, 3100];

/// Days of a year in the mean over four years, hundredths.
const YEAR_DAYS: i64 = 36_525;

/// *Profiel*: the shares of a year's use that fall in its months, January first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    shares: [Decimal; 12],
    weather: Option<DegreeDays>,
}

/// *Graaddagen*: how cold the months were, for heat: their heating part weighs as much as their
/// degree-days are of a normal year's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DegreeDays {
    normal_year: Decimal,
    months: BTreeMap<NaiveDate, Decimal>,
}

impl DegreeDays {
    /// **Shape.** `months` by their first days.
    /// **Errors.** [`BadProfile::NormalYear`], [`BadProfile::Month`].
    pub fn of(
        normal_year: Decimal,
        months: BTreeMap<NaiveDate, Decimal>,
    ) -> Result<Self, BadProfile> {
        if normal_year <= Decimal::ZERO {
            return Err(BadProfile::NormalYear);
        }
        let wrong = |(first, days): &(&NaiveDate, &Decimal)| {
            first.day() != 1 || **days < Decimal::ZERO || **days > normal_year
        };
        match months.iter().find(wrong) {
            Some((first, _)) => Err(BadProfile::Month { month: *first }),
            None => Ok(Self { normal_year, months }),
        }
    }
}

impl Profile {
    /// **Errors.** [`BadProfile`]: what to mend in the configuration, or in the line.
    pub fn of(shares: [Decimal; 12]) -> Result<Self, BadProfile> {
        if let Some(month) = shares.iter().position(|share| *share <= Decimal::ZERO) {
            return Err(BadProfile::NotPositive { month: month.saturating_add(1) });
        }
        let sum = shares.iter().try_fold(Decimal::ZERO, |sum, share| sum.checked_add(*share));
        match sum {
            Some(sum) if (Decimal::new(99, 2)..=Decimal::new(101, 2)).contains(&sum) => {
                Ok(Self { shares, weather: None })
            }
            _ => Err(BadProfile::Sum),
        }
    }

    /// The same, with how cold months of the past were; months that `weather` does not know weigh
    /// as their shares.
    #[must_use]
    pub fn with_weather(self, weather: DegreeDays) -> Self {
        Self { weather: Some(weather), ..self }
    }

    /// Whether the use of `commodity` is weighed by the weather: only that of heat is.
    pub fn follows_weather(&self, commodity: Commodity) -> bool {
        commodity == Commodity::Heat && self.weather.is_some()
    }

    /// The shares, January first.
    pub fn shares(&self) -> &[Decimal; 12] {
        &self.shares
    }

    /// The same use on every day.
    pub fn flat() -> Self {
        let share = |days| Decimal::new(days, 2) / Decimal::new(YEAR_DAYS, 2);
        Self { shares: MONTH_DAYS.map(share), weather: None }
    }
}

/// Numbers that are no profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum BadProfile {
    /// A month without use is a mistake: give it a small share.
    #[error("month {month} has no use; every share is above 0")]
    NotPositive {
        /// The month, from 1.
        month: usize,
    },
    /// They are not the shares of one year: make them add up.
    #[error("the twelve shares of a year add up to 0.99 to 1.01")]
    Sum,
    /// A normal year has degree-days: give their sum.
    #[error("the degree-days of a normal year are above 0")]
    NormalYear,
    /// The degree-days of a month are none: give those of the weather station.
    #[error("the degree-days of {month} are not from 0 to those of a normal year, by month")]
    Month {
        /// Its first day.
        month: NaiveDate,
    },
}

/// What each day weighs: 1 in the mean over a year, more in the months with more use.
#[derive(Clone, Debug)]
pub(crate) struct DayWeights<N> {
    /// The weight of a day, by month.
    day: [N; 12],
    /// The weight of what lies before each month, from 1 January, in a year of 365 days.
    before: [N; 12],
    /// The weight of a year of 365 days.
    year: N,
    /// The months that weigh otherwise, because the weather was.
    actual: Vec<Actual<N>>,
}

/// A month of the past whose weather is known.
#[derive(Clone, Debug)]
struct Actual<N> {
    /// The last day before it.
    before: NaiveDate,
    /// Its last day.
    last: NaiveDate,
    /// What each of its days weighs more than in the mean; less where it was warm.
    more: N,
}

impl<N: Arithmetic> DayWeights<N> {
    /// The season of `profile`, with the part `flat` of the use the same on every day.
    pub(crate) fn of(profile: &Profile, flat: N) -> Self {
        let hundred = N::whole(100);
        let year_days = N::whole(YEAR_DAYS) / hundred;
        let month_days = MONTH_DAYS.map(|days| N::whole(days) / hundred);
        let seasonal = N::whole(1) - flat;
        let mut share = profile.shares().map(N::of);
        let mut sum = N::zero();
        for (share, days) in share.iter_mut().zip(month_days) {
            if flat > N::zero() {
                *share = seasonal * *share + flat * days / year_days;
            }
            sum = sum + *share;
        }
        let mut day = share;
        for (day, days) in day.iter_mut().zip(month_days) {
            *day = *day / sum * year_days / days;
        }
        let mut before = day;
        let mut year = N::zero();
        for ((before, day), days) in before.iter_mut().zip(day).zip(MONTH_DAYS) {
            *before = year;
            year = year + day * N::whole(days.div_euclid(100));
        }
        let weigh = |(first, degree_days): (&NaiveDate, &Decimal), normal_year: Decimal| {
            let before = first.pred_opt()?;
            let last = first.checked_add_months(Months::new(1))?.pred_opt()?;
            let month = usize::try_from(first.month0()).unwrap_or_default();
            let days = N::whole(days_between(before, last));
            let heating = N::of(*degree_days) / N::of(normal_year) * year_days / days;
            let actual = (seasonal * heating + flat) / sum;
            Some(Actual { before, last, more: actual - day.get(month).copied()? })
        };
        let months = profile.weather.iter().flat_map(|weather| {
            weather.months.iter().filter_map(|month| weigh(month, weather.normal_year))
        });
        Self { day, before, year, actual: months.collect() }
    }

    /// The same without the weather of any month.
    fn of_shares(profile: &Profile, flat: N) -> Self {
        Self { actual: Vec::new(), ..Self::of(profile, flat) }
    }

    /// The season of a commodity: of heat, a part of the use is the same on every day.
    pub(crate) fn for_commodity(
        profile: &Profile,
        commodity: Commodity,
        constants: &Constants<N>,
    ) -> Self {
        match commodity {
            Commodity::Heat => Self::of(profile, constants.heat_flat_share),
            Commodity::Water | Commodity::Gas | Commodity::Electricity | Commodity::Cooling => {
                Self::of_shares(profile, N::zero())
            }
        }
    }

    /// What the days after `from` up to and with `until` weigh; 0 when there are none.
    ///
    /// A whole year weighs about 365.25.
    pub(crate) fn weight(&self, from: NaiveDate, until: NaiveDate) -> N {
        if from >= until {
            return N::zero();
        }
        let years = N::whole(i64::from(until.year()) - i64::from(from.year()));
        let leap_days = N::whole(leap_days(until.year()) - leap_days(from.year()));
        let [_, february, ..] = self.day;
        let mean = years * self.year + leap_days * february + self.since_january(until)
            - self.since_january(from);
        self.actual.iter().fold(mean, |weight, month| {
            let days = days_between(from.max(month.before), until.min(month.last));
            weight + N::whole(days.max(0)) * month.more
        })
    }

    /// What the days of the year of `day` weigh, up to and with it.
    fn since_january(&self, day: NaiveDate) -> N {
        let month = usize::try_from(day.month0()).unwrap_or_default();
        let [_, february, ..] = self.day;
        let before = self.before.get(month).copied().unwrap_or(self.year);
        let daily = self.day.get(month).copied().unwrap_or(february);
        let so_far = before + daily * N::whole(day.day().into());
        if day.leap_year() && month > 1 { so_far + february } else { so_far }
    }
}

/// The leap days before the year `year`, counted from a fixed day.
fn leap_days(year: i32) -> i64 {
    let before = i64::from(year) - 1;
    before.div_euclid(4) - before.div_euclid(100) + before.div_euclid(400)
}

/// What part of a year of 365.25 days lies from `from` to `until`; negative when it lies before.
pub(crate) fn years_between<N: Arithmetic>(from: NaiveDate, until: NaiveDate) -> N {
    N::whole(days_between(from, until)) / (N::whole(YEAR_DAYS) / N::whole(100))
}

/// The days of a year in the mean over four years.
pub(crate) fn year_days<N: Arithmetic>() -> N {
    N::whole(YEAR_DAYS) / N::whole(100)
}

#[cfg(test)]
mod tests;
