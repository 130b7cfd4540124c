//! Estimating by lines of JSON, for whoever measures the engine against real meters.
//!
//! A line brings all that is known of one register and nothing is kept between two of them.

mod case;
mod fields;
mod json;

use std::fmt::Write as _;

use chrono::NaiveDate;
use rust_decimal::{Decimal, RoundingStrategy};

use super::answer::told;
use super::engine::{Outcome, Question, reckon};
use super::parameters::Parameters;
use super::profile::DayWeights;
use super::stats::{Number, Real};
use super::{explain, record};
use crate::meter::{Direction, Turning};

pub(crate) use case::{Case, CaseError};
pub(crate) use fields::{Fields, Mistake, day, escaped, members, number, required, text};
pub(crate) use json::Json;

/// Decimals of the amounts in an answer.
const DECIMALS: u32 = 3;

/// The answer to a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// What was asked, without a line end.
    Done(String),
    /// An error object, without a line end.
    Error(String),
    /// The line was empty: nothing is answered.
    Skipped,
}

/// Whether an answer says how it was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Telling {
    /// The figures alone.
    Figures,
    /// The steps in words, too.
    Steps,
}

/// Estimates what the register of one line used from its last reading to its target date.
///
/// **Shape.** `line` is one JSON object without its line end: `utility`, `readings` of one register
/// (`date`, `value`, `source`) in any order, `target_date`, `peer` (`median_per_year`, `sigma_log`,
/// `level_year`), `monthly_profile` (12 shares), `cohort_levels` by year, `register_digits`; where
/// known `occupied_from`, `excluded` (`from`, `to`) and `runs_backwards`. Other members are
/// ignored. `number` is that of the line, from 1.
/// **Units.** The register's; amounts are answered to three decimals, half away from zero.
/// **Errors.** None: what cannot be answered is [`Answer::Error`], an object with a code and what
/// to mend.
///
/// ```
/// use domain::estimate::{lines::{estimate, Answer, Telling}, parameters::ParameterSets};
///
/// # let text = include_str!("../../../../infra/config/estimation.toml");
/// # let sets = ParameterSets::parse("estimation.toml", text).unwrap();
/// # let profile = vec!["0.08333"; 12].join(",");
/// let line = format!(
///     r#"{{"case_id":"1","utility":"water","target_date":"2025-12-31","readings":
///     [{{"date":"2024-12-31","value":500,"source":"customer"}}],"peer":{{"median_per_year":100,
///     "sigma_log":0.55}},"monthly_profile":[{profile}],"cohort_levels":{{}},"register_digits":5}}"#
/// );
/// let answer = estimate(line.as_bytes(), 1, sets.newest(), Telling::Figures);
/// let Answer::Done(answer) = answer else { panic!("{answer:?}") };
/// assert!(answer.starts_with(r#"{"case_id":"1","consumption":"#));
/// assert!(answer.ends_with(r#""method":"peer_norm","confidence":"E"}"#));
/// ```
pub fn estimate(line: &[u8], number: u64, parameters: &Parameters, telling: Telling) -> Answer {
    answer(line, number, |fields, to| {
        let line = Line::of(fields)?;
        let outcome = line.reckon(parameters)?;
        let Rounded { consumption, low, high } = line.rounded(&outcome)?;
        amount(to, "consumption", consumption);
        amount(to, "low", low);
        amount(to, "high", high);
        to.push_str(",\"method\":\"");
        to.push_str(&told(outcome.method, &outcome.notes));
        to.push_str("\",\"confidence\":\"");
        to.push_str(outcome.confidence.as_str());
        to.push('"');
        if telling == Telling::Steps {
            to.push_str(",\"steps\":[");
            let steps = record::steps(&outcome).ok_or(CaseError::OutOfRange)?;
            for (place, step) in explain::steps(&steps).iter().enumerate() {
                if place > 0 {
                    to.push(',');
                }
                escaped(to, step);
            }
            to.push(']');
        }
        Ok(())
    })
}

/// A line that was read: what the engine is asked, without its JSON.
#[derive(Debug)]
pub struct Line {
    case: Case,
    on: NaiveDate,
}

impl Line {
    /// Reads a line as [`estimate`] does, to estimate it once it is read; `None` where that answers
    /// with an error.
    pub fn read(line: &[u8]) -> Option<Self> {
        Self::of(&Fields::read(line).ok()?).ok()
    }

    /// The `consumption` that [`estimate`] answers with, in the register's unit; `None` where that
    /// answers with an error.
    pub fn consumption(&self, parameters: &Parameters) -> Option<Decimal> {
        let outcome = self.reckon(parameters).ok()?;
        Some(self.rounded(&outcome).ok()?.consumption)
    }

    fn of(fields: &Fields<'_>) -> Result<Self, CaseError> {
        Ok(Self { case: Case::of(fields)?, on: fields.target_date()? })
    }

    fn reckon(&self, parameters: &Parameters) -> Result<Outcome<'_, Real>, CaseError> {
        self.case.reckon(self.on, &self.case.season(parameters), parameters)
    }

    fn rounded(&self, outcome: &Outcome<'_, Real>) -> Result<Rounded, CaseError> {
        Rounded::of(outcome, self.case.turning, DECIMALS).ok_or(CaseError::OutOfRange)
    }
}

/// Answers one line: an object that begins with its case, and then what `tell` writes.
pub(crate) fn answer(
    line: &[u8],
    number: u64,
    tell: impl FnOnce(&Fields<'_>, &mut String) -> Result<(), CaseError>,
) -> Answer {
    if line.trim_ascii().is_empty() {
        return Answer::Skipped;
    }
    let (case_id, mistake) = match Fields::read(line) {
        Err(mistake) => ("null", mistake),
        Ok(fields) => {
            let case_id = fields.case_id();
            let mut done = String::with_capacity(160);
            done.push_str("{\"case_id\":");
            done.push_str(case_id);
            match tell(&fields, &mut done) {
                Ok(()) => {
                    done.push('}');
                    return Answer::Done(done);
                }
                Err(error) => (case_id, error.mistake()),
            }
        }
    };
    let mut error = format!("{{\"case_id\":{case_id},\"line\":{number},\"error\":\"");
    error.push_str(mistake.code);
    error.push_str("\",\"message\":");
    escaped(&mut error, &mistake.message);
    error.push('}');
    Answer::Error(error)
}

/// A member whose value is an amount, without the zeros that say nothing.
pub(crate) fn amount(to: &mut String, name: &str, amount: Decimal) {
    to.push_str(",\"");
    to.push_str(name);
    to.push_str("\":");
    let written = match short(amount) {
        Some((whole, 0, _)) => write!(to, "{whole}"),
        Some((whole, fraction, scale)) => write!(to, "{whole}.{fraction:0scale$}"),
        None => write!(to, "{}", amount.normalize()),
    };
    debug_assert!(written.is_ok(), "a String takes every write");
}

/// The whole part of an amount that is not negative, its decimals without zeros at their end, and
/// how many those are; nothing where they do not fit in a word.
fn short(amount: Decimal) -> Option<(u64, u64, usize)> {
    let mantissa = u64::try_from(amount.mantissa()).ok()?;
    let unit = 10_u64.checked_pow(amount.scale())?;
    let (whole, mut fraction) = (mantissa.div_euclid(unit), mantissa.rem_euclid(unit));
    let mut scale = usize::try_from(amount.scale()).ok()?;
    while scale > 0 && fraction.rem_euclid(10) == 0 {
        fraction = fraction.div_euclid(10);
        scale = scale.saturating_sub(1);
    }
    Some((whole, fraction, scale))
}

/// What the register advances from its last reading, rounded once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rounded {
    pub(crate) consumption: Decimal,
    pub(crate) low: Decimal,
    pub(crate) high: Decimal,
}

impl Rounded {
    /// To `decimals`, half away from zero; not below 0 but for a register that runs backwards.
    pub(crate) fn of<N: Number>(
        outcome: &Outcome<'_, N>,
        turning: Turning,
        decimals: u32,
    ) -> Option<Self> {
        let nearest = RoundingStrategy::MidpointAwayFromZero;
        Self::with(outcome, turning, |[amount, low, high]| {
            [amount, low, high].map(|number| number.round_dp_with_strategy(decimals, nearest))
        })
    }

    /// The same for people: the ends of the band outwards, so that what they read holds it.
    pub(crate) fn outwards<N: Number>(
        outcome: &Outcome<'_, N>,
        turning: Turning,
        decimals: u32,
    ) -> Option<Self> {
        let round = |number: Decimal, how| number.round_dp_with_strategy(decimals, how);
        Self::with(outcome, turning, |[amount, low, high]| {
            [
                round(amount, RoundingStrategy::MidpointAwayFromZero),
                round(low, RoundingStrategy::ToNegativeInfinity),
                round(high, RoundingStrategy::ToPositiveInfinity),
            ]
        })
    }

    fn with<N: Number>(
        outcome: &Outcome<'_, N>,
        turning: Turning,
        round: impl Fn([Decimal; 3]) -> [Decimal; 3],
    ) -> Option<Self> {
        let since_last = |amount: N| {
            let since_last = amount.exact()?.checked_sub(outcome.already)?;
            Some(match turning {
                Turning::Forward => since_last.max(Decimal::ZERO),
                Turning::Reversible => since_last,
            })
        };
        let band = outcome.since_base;
        let [consumption, low, high] =
            round([since_last(band.amount)?, since_last(band.low)?, since_last(band.high)?]);
        Some(Self { consumption, low, high })
    }
}

impl Case {
    /// The season of its profile.
    pub(crate) fn season(&self, parameters: &Parameters) -> DayWeights<Real> {
        DayWeights::for_commodity(&self.profile, self.commodity, parameters.real())
    }

    /// What the engine says of it for the day `on`.
    pub(crate) fn reckon(
        &self,
        on: NaiveDate,
        season: &DayWeights<Real>,
        parameters: &Parameters,
    ) -> Result<Outcome<'_, Real>, CaseError> {
        let question = Question {
            commodity: self.commodity,
            turning: self.turning,
            direction: Direction::Consumption,
            readings: &self.readings,
            norm: &self.norm,
            levels: &self.levels,
            occupancy: &self.occupancy,
            on,
        };
        let stepping = parameters.stepping(self.turning);
        Ok(reckon(&question, season, parameters.real(), &stepping)?)
    }
}

#[cfg(test)]
pub(crate) mod tests;
