//! The audit record: an estimate with all that it rests on, so that it can be made again.

use chrono::NaiveDate;
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

use super::answer::{Confidence, Method, Note};
use super::engine::{Impossible, Occupancy, Outcome, Question, reckon};
use super::intervals::{Fate, Interval};
use super::levels::Levels;
use super::lines::Rounded;
use super::norm::Norm;
use super::parameters::Parameters;
use super::season::{Profile, Season};
use super::shown::Shown;
use super::stats::{Number, Real};
use crate::meter::Turning;
use crate::quantity::Commodity;

/// Version of the engine: an estimate that was stored can be explained after the engine changed.
pub const ENGINE: &str = "1";

/// Decimals of the steps in a record.
const STEP_DECIMALS: u32 = 6;

/// What an estimate of one register is made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inputs {
    /// What flows.
    pub commodity: Commodity,
    /// Whether the register may go down.
    pub turning: Turning,
    /// Decimals that it shows.
    pub decimals: u32,
    /// What it showed, arranged.
    pub readings: Vec<Shown>,
    /// What similar customers use.
    pub norm: Norm,
    /// Who says so, in the configuration.
    pub norm_id: String,
    /// The profile, by its name in the configuration.
    pub profile_id: String,
    /// How similar customers' use changed.
    pub levels: Levels,
    /// Which campaign's snapshot that is; none without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub levels_id: Option<String>,
    /// Who lives there, and which days do not count.
    pub occupancy: Occupancy,
}

/// *Schatting*: the reading that never came, with all that it rests on; stored as it is.
///
/// **Units.** The register's; amounts and value are rounded once, half away from zero, to the
/// register's decimals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Estimate {
    /// The day that it is of.
    pub on: NaiveDate,
    /// What the register would have shown, modulo its range.
    pub value: Decimal,
    /// What was used since the last reading; negative only on a register that runs backwards.
    pub consumption: Decimal,
    /// It lies between this …
    pub low: Decimal,
    /// … and this with 80 % probability.
    pub high: Decimal,
    /// How it was made.
    pub method: Method,
    /// What was noticed, in order.
    pub notes: Vec<Note>,
    /// How sure it is.
    pub confidence: Confidence,
    /// The parameter set.
    pub parameter_set: String,
    /// What tells that set from every other.
    pub parameter_hash: String,
    /// The version of the engine.
    pub engine: String,
    /// What it was made from.
    pub inputs: Inputs,
    /// How.
    pub steps: Steps,
}

/// The steps of an estimate, in numbers of six decimals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Steps {
    /// The day of the reading from which it is counted.
    pub since: NaiveDate,
    /// What earlier estimates had counted after that day.
    pub already: Decimal,
    /// The stretches of use that were found.
    pub intervals: Vec<Step>,
    /// What the days ahead weigh.
    pub ahead: Decimal,
    /// The logarithm of the norm at the level of the day.
    pub norm: Decimal,
    /// The centre of the years that count, where some do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub centre: Option<CentreSteps>,
    /// How far the truth may lie away, in logarithms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spread: Option<Decimal>,
    /// What was used since that day, before it was rounded.
    pub amount: Decimal,
}

/// One stretch of use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Its first day.
    pub from: NaiveDate,
    /// Its last day.
    pub until: NaiveDate,
    /// What was used.
    pub used: Decimal,
    /// What its days weigh.
    pub weight: Decimal,
    /// The logarithm of its year at the level of the day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Decimal>,
    /// What it counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counts: Option<Decimal>,
    /// What became of it.
    pub fate: Fate,
}

/// The centre of the years that count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CentreSteps {
    /// What they count together.
    pub counts: Decimal,
    /// Their mean.
    pub mean: Decimal,
    /// What the norm counts.
    pub lean: Decimal,
    /// Their share.
    pub share: Decimal,
    /// The logarithm of the use of a year.
    pub centre: Decimal,
    /// The variance of one year.
    pub variance: Decimal,
    /// How old the newest is, in years.
    pub age: Decimal,
}

/// Estimates what a register showed on `on`.
///
/// **Shape.** `profile` is the one that `inputs` name; `parameters` those of the campaign. The
/// same inputs give the same bytes, on every machine: that is how a record is audited.
/// **Units.** See [`Estimate`].
/// **Errors.** See [`Impossible`]: each variant says what the caller does next.
/// **Source.** The design of estimation; `docs/estimation.md` explains it.
pub fn estimate(
    inputs: Inputs,
    on: NaiveDate,
    profile: &Profile,
    parameters: &Parameters,
) -> Result<Estimate, Impossible> {
    let question = Question {
        commodity: inputs.commodity,
        turning: inputs.turning,
        readings: &inputs.readings,
        norm: &inputs.norm,
        levels: &inputs.levels,
        occupancy: &inputs.occupancy,
        on,
    };
    let season: Season<Real> = Season::for_commodity(profile, inputs.commodity, parameters.real());
    let stepping = parameters.stepping(inputs.turning);
    let outcome = reckon(&question, &season, parameters.real(), &stepping)?;
    let rounded = Rounded::of(&outcome, inputs.turning, inputs.decimals);
    let Rounded { consumption, low, high } = rounded.ok_or(Impossible::OutOfRange)?;
    let advanced = outcome.last.value.checked_add(consumption).ok_or(Impossible::OutOfRange)?;
    let value = match outcome.last.range {
        Some(range) => modulo(advanced, range).ok_or(Impossible::OutOfRange)?,
        None => advanced,
    };
    let steps = steps(&outcome).ok_or(Impossible::OutOfRange)?;
    let Outcome { method, notes, confidence, .. } = outcome;
    Ok(Estimate {
        on,
        value,
        consumption,
        low,
        high,
        method,
        notes,
        confidence,
        parameter_set: parameters.id.clone(),
        parameter_hash: parameters.hash().to_owned(),
        engine: ENGINE.into(),
        inputs,
        steps,
    })
}

/// `value` within 0 and `range`, on either side of zero.
fn modulo(value: Decimal, range: Decimal) -> Option<Decimal> {
    let rest = value.checked_rem(range)?;
    if rest < Decimal::ZERO { rest.checked_add(range) } else { Some(rest) }
}

fn steps<N: Number>(outcome: &Outcome<'_, N>) -> Option<Steps> {
    let interval = |interval: &Interval<N>| {
        Some(Step {
            from: interval.from,
            until: interval.until,
            used: interval.amount,
            weight: written(interval.weight)?,
            level: interval.level.map(written).unwrap_or_default(),
            counts: interval.counts.map(written).unwrap_or_default(),
            fate: interval.fate,
        })
    };
    let centre = match &outcome.centre {
        None => None,
        Some(centre) => Some(CentreSteps {
            counts: written(centre.counts)?,
            mean: written(centre.mean)?,
            lean: written(centre.lean)?,
            share: written(centre.share)?,
            centre: written(centre.year)?,
            variance: written(centre.variance)?,
            age: written(centre.age)?,
        }),
    };
    Some(Steps {
        since: outcome.base.on,
        already: outcome.already,
        intervals: outcome.intervals.iter().map(interval).collect::<Option<_>>()?,
        ahead: written(outcome.ahead)?,
        norm: written(outcome.norm)?,
        centre,
        spread: outcome.spread.and_then(written),
        amount: written(outcome.since_base.amount)?,
    })
}

fn written<N: Number>(number: N) -> Option<Decimal> {
    let rounded = number
        .exact()?
        .round_dp_with_strategy(STEP_DECIMALS, RoundingStrategy::MidpointAwayFromZero);
    Some(rounded.normalize())
}

#[cfg(test)]
mod tests;
