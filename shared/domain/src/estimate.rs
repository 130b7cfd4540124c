//! *Schatting*: the reading that never came.

use chrono::NaiveDate;
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::calendar::days_between;
use crate::history::{Cover, History, HistoryError, Year};
use crate::reading::Reading;

/// Fewer trusted days than this say less about a year than what it was expected to take.
const PART_DAYS: i64 = 90;

/// *Schatting*: the reading that never came, with all that it rests on; stored as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Estimate {
    /// The day that it is of.
    pub on: NaiveDate,
    /// What the register would have shown, in its unit.
    pub value: Decimal,
    /// What was used since the last reading of the history; never negative.
    pub consumption: Decimal,
    /// How it was made.
    pub method: Method,
    /// The readings that it rests on, in order; the last one is where it starts.
    pub inputs: Vec<Reading>,
    /// What a year was expected to take, where that was used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_year: Option<Decimal>,
    /// The rule that made it.
    pub rule: Rule,
}

/// How an estimate was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// The daily use of the last trusted year, carried forward.
    LastYear,
    /// The same with less than a year of history.
    PartOfYear,
    /// No trusted use is known, or of less than 90 days: what a year was expected to take, carried forward.
    ExpectedYear,
    /// Nothing is known but the last reading: no use.
    NoUse,
}

/// The version of the rule: an estimate that was stored can be explained after the rule changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Rule {
    /// Last year's daily use, carried forward.
    #[serde(rename = "first-1")]
    First1,
}

/// There is no estimate, and none is invented.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EstimateError {
    /// The meter that hangs there has no reading at all: an operator must find its first one.
    #[error("the meter has no reading")]
    NoReading,
    /// There is a later reading than the day asked for: settle between readings, estimate nothing.
    #[error("the day is before the last reading of {last}")]
    TargetBeforeLastReading {
        /// The day of the last reading.
        last: NaiveDate,
    },
    /// A register that may go down went down last year: an operator decides what is invoiced.
    #[error("the register went down last year")]
    WentDown,
    /// The readings make no history: as its own variants say.
    #[error(transparent)]
    History(#[from] HistoryError),
}

/// Estimates what a register showed on `on` by carrying the daily use of its last trusted year
/// forward.
///
/// Estimates in the history count for nothing as long as a trusted reading of the meter exists:
/// the use is reckoned from that one, and what earlier estimates already counted is taken off. An
/// estimate is never below the last reading, for that one may have been invoiced.
///
/// **Shape.** `history` is of one register and one occupancy. `expected_year` counts only where
/// trusted readings cover less than 90 days; of several registers each has its own. `on` may be the day of the last
/// reading, not before it.
/// **Units.** The register's unit, before its factor; a year has 365.25 days. Exact until the
/// consumption is rounded once, at the end, to the register's decimals, half away from zero; the
/// value is modulo the register's range.
/// **Errors.** See [`EstimateError`]: each variant says what the caller does next.
/// **Source.** The design of estimation, sections 1 to 3, of which this is the first step: last
/// year is hard to beat on a clean history.
///
/// ```
/// use domain::{estimate::{estimate, Method}, history::History, meter::{Meter, MeterNumber, Register}};
/// use domain::{connection::ConnectionNumber, quantity::Unit, reading::{Quality, Reading, Source}};
///
/// # let register = Register::wheels("1", Unit::CubicMetre, 5).unwrap();
/// # let name = register.name.clone();
/// # let meter = Meter {
/// #     number: MeterNumber::parse("W1").unwrap(),
/// #     connection: ConnectionNumber::parse("A1").unwrap(),
/// #     installed_on: "2016-02-21".parse().unwrap(),
/// #     removed_on: None,
/// #     registers: vec![register],
/// # };
/// # let read = |on: &str, value: i64| Reading {
/// #     meter: meter.number.clone(), register: name.clone(), on: on.parse().unwrap(),
/// #     value: value.into(), source: Source::Customer, quality: Quality::Actual, received_at: None,
/// # };
/// let readings = [read("2024-12-31", 1100), read("2025-12-31", 1210)];
/// let history = History::of(&meter, &name, &[], &readings).unwrap();
/// let estimate = estimate(&history, None, "2026-12-31".parse().unwrap()).unwrap();
/// assert_eq!(estimate.value, 1320.into()); // 110 m³ in 365 days, once more
/// assert_eq!(estimate.method, Method::LastYear);
/// ```
pub fn estimate(
    history: &History,
    expected_year: Option<Decimal>,
    on: NaiveDate,
) -> Result<Estimate, EstimateError> {
    let last = history.last().ok_or(EstimateError::NoReading)?;
    if on < last.on {
        return Err(EstimateError::TargetBeforeLastReading { last: last.on });
    }
    let base = history.last_trusted().unwrap_or(last);
    let ahead = days_between(base.on, on);
    let expected_year = expected_year.filter(|expected| *expected >= Decimal::ZERO);
    let year = history.year()?.filter(|year| year.days >= PART_DAYS || expected_year.is_none());
    let expected_year = expected_year.filter(|_| year.is_none());
    let (method, use_since_base) = match (&year, expected_year) {
        (Some(year), _) if year.amount < Decimal::ZERO => return Err(EstimateError::WentDown),
        (Some(year), _) => (method_of(year), share(year.amount, ahead, year.days.into())?),
        (None, Some(expected)) => {
            (Method::ExpectedYear, share(expected, ahead, Decimal::new(36_525, 2))?)
        }
        (None, None) => (Method::NoUse, Decimal::ZERO),
    };
    let already = history.advance_by_estimates()?;
    let exact = use_since_base.checked_sub(already).ok_or(HistoryError::TooLarge)?;
    let decimals = history.register().decimals.into();
    let consumption = exact
        .max(Decimal::ZERO)
        .round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero);
    let value = last
        .value
        .checked_add(consumption)
        .and_then(|value| value.checked_rem(history.register().range()))
        .ok_or(HistoryError::TooLarge)?;
    let mut inputs = year.map(|year| year.readings).unwrap_or_default();
    for start in [base, last] {
        if !inputs.contains(start) {
            inputs.push(start.clone());
        }
    }
    Ok(Estimate { on, value, consumption, method, inputs, expected_year, rule: Rule::First1 })
}

fn method_of(year: &Year) -> Method {
    match year.cover {
        Cover::Whole => Method::LastYear,
        Cover::Part => Method::PartOfYear,
    }
}

/// The part of `amount`, used in `days`, that falls on the days `ahead`.
pub(crate) fn share(amount: Decimal, ahead: i64, days: Decimal) -> Result<Decimal, HistoryError> {
    amount
        .checked_mul(ahead.into())
        .and_then(|product| product.checked_div(days))
        .ok_or(HistoryError::TooLarge)
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod voorbeeldwater;
