//! The audit record: an estimate with all that it rests on, so that it can be made again.

use chrono::NaiveDate;
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

use super::answer::{Confidence, Method, Note};
use super::engine::{Impossible, Occupancy, Outcome, Question, reckon};
use super::in_a_row::{Due, InARow};
use super::intervals::{Fate, Interval};
use super::levels::Levels;
use super::lines::Rounded;
use super::norm::Norm;
use super::parameters::Parameters;
use super::profile::{DayWeights, Profile};
use super::shown::Shown;
use super::stats::{Number, Real};
use super::together;
use crate::meter::{Direction, Turning};
use crate::quantity::Commodity;
use crate::reading::Source;

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
    /// Which way the energy flows.
    #[serde(default, skip_serializing_if = "is_consumption")]
    pub direction: Direction,
    /// Decimals that it shows.
    pub decimals: u32,
    /// What it showed, arranged.
    pub readings: Vec<Shown>,
    /// What the other registers of its meter showed that count the same use, in the order of the
    /// meter, arranged: all of them are estimated together.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub beside: Vec<Vec<Shown>>,
    /// The place of the register among them.
    #[serde(default, skip_serializing_if = "is_first")]
    pub place: usize,
    /// What similar customers use.
    pub norm: Norm,
    /// Who says so, in the configuration.
    pub norm_id: String,
    /// The size of the household that the norm is of, where it is of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub norm_persons: Option<u8>,
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

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn is_consumption(direction: &Direction) -> bool {
    *direction == Direction::Consumption
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn is_first(place: &usize) -> bool {
    *place == 0
}

/// *Schatting*: the reading that never came, with all that it rests on; stored as it is.
///
/// **Units.** The register's; amounts and value are rounded once to the register's decimals: half
/// away from zero, the ends of the band outwards.
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
    /// How many estimates this makes in a row, and who read the meter last.
    pub in_a_row: InARow,
    /// What must happen beside it.
    pub due: Vec<Due>,
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
    /// What that reading was; of several registers together their sum.
    pub from: Decimal,
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
    let season: DayWeights<Real> =
        DayWeights::for_commodity(profile, inputs.commodity, parameters.real());
    let stepping = parameters.stepping(inputs.turning);
    let summed = together::summed(&inputs, &stepping)?;
    let question = Question { readings: &summed, ..inputs.question(on) };
    let outcome = reckon(&question, &season, parameters.real(), &stepping)?;
    let whole = Rounded::outwards(&outcome, inputs.turning, inputs.decimals);
    let whole = whole.ok_or(Impossible::OutOfRange)?;
    let steps = steps(&outcome).ok_or(Impossible::OutOfRange)?;
    let part = together::part(&inputs, &steps, &stepping)?;
    let Rounded { consumption, low, high } =
        part.of(whole, inputs.decimals).ok_or(Impossible::OutOfRange)?;
    let last = inputs.readings.last().ok_or(Impossible::NoReading)?;
    let advanced = last.value.checked_add(consumption).ok_or(Impossible::OutOfRange)?;
    let value = match last.range {
        Some(range) => modulo(advanced, range).ok_or(Impossible::OutOfRange)?,
        None => advanced,
    };
    let Outcome { method, mut notes, confidence, .. } = outcome;
    let is_held = inputs.turning == Turning::Forward && steps.amount < steps.already;
    if is_held {
        notes.push(Note::HeldAtLastInvoice);
    }
    let in_a_row = InARow::of(&inputs.readings).after(Source::Estimated, on);
    let mut due = in_a_row.due(parameters.constants(), on);
    if is_held && was_held(&inputs.readings) {
        due.push(Due::HeldAgain);
    }
    Ok(Estimate {
        on,
        value,
        consumption,
        low,
        high,
        method,
        notes,
        confidence,
        in_a_row,
        due,
        parameter_set: parameters.id.clone(),
        parameter_hash: parameters.hash().to_owned(),
        engine: ENGINE.into(),
        inputs,
        steps,
    })
}

impl Estimate {
    /// The last trusted reading before it and what was estimated since; nothing without one.
    pub fn since_trusted(&self) -> Option<&[Shown]> {
        let readings = self.inputs.readings.as_slice();
        readings.get(readings.iter().rposition(Shown::is_trusted)?..)
    }
}

impl Inputs {
    /// What is asked about the day `on`.
    pub(crate) fn question(&self, on: NaiveDate) -> Question<'_> {
        Question {
            commodity: self.commodity,
            turning: self.turning,
            direction: self.direction,
            readings: &self.readings,
            norm: &self.norm,
            levels: &self.levels,
            occupancy: &self.occupancy,
            on,
        }
    }
}

/// Whether the last estimate stayed where the register was said to be before.
fn was_held(readings: &[Shown]) -> bool {
    let [.., before, last] = readings else { return false };
    !before.is_trusted() && !last.is_trusted() && before.value == last.value
}

/// `value` within 0 and `range`, on either side of zero.
fn modulo(value: Decimal, range: Decimal) -> Option<Decimal> {
    let rest = value.checked_rem(range)?;
    if rest < Decimal::ZERO { rest.checked_add(range) } else { Some(rest) }
}

pub(crate) fn steps<N: Number>(outcome: &Outcome<'_, N>) -> Option<Steps> {
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
        from: outcome.base.value,
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
pub(crate) mod tests;
