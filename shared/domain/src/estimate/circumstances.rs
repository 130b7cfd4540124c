//! From what is filed of a connection to what the engine asks for.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use thiserror::Error;

use super::accuracy::{self, Compared};
use super::cohort::{Group, Snapshot};
use super::engine::{Impossible, Occupancy};
use super::in_a_row::{self, TruedUp};
use super::norm::Norm;
use super::parameters::Parameters;
use super::record::{Estimate, Inputs, estimate};
use super::reference::{self, Answers, Days};
use super::shown::Shown;
use super::standards::{NamedProfile, Standards};
use crate::calendar::Period;
use crate::connection::Connection;
use crate::history::{History, HistoryError};
use crate::meter::{Meter, Register, RegisterName, Turning};
use crate::reading::{Quality, Reading};

/// The name of a norm that the old administration gave for this very connection.
const EXPECTED_YEAR: &str = "expected-year";

/// What the engine needs beside the readings.
#[derive(Clone, Copy, Debug)]
pub struct Circumstances<'a> {
    /// The connection.
    pub connection: &'a Connection,
    /// The meter that hangs there.
    pub meter: &'a Meter,
    /// All that ever hung there.
    pub meters: &'a [Meter],
    /// Their readings.
    pub readings: &'a [Reading],
    /// The days that an operator marked ([`super::marked::excluded`]).
    pub marked: &'a [Period],
    /// The profiles and norms of the configuration.
    pub standards: &'a Standards,
    /// How similar customers' use changed, where that was gathered.
    pub snapshot: Option<&'a Snapshot>,
}

/// Why a register is not estimated: an operator looks at it, the request stays open.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NotEstimated {
    /// Its readings make no history: as its own variants say.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// The engine says no: as its own variants say.
    #[error(transparent)]
    Impossible(#[from] Impossible),
    /// The configuration has no norm or profile for its commodity and unit: add one.
    #[error("no norm or profile for this commodity and unit")]
    NoNorm,
}

/// Estimates what a register showed on `on`.
///
/// Registers of one meter that count the same use, as high and low tariff, are estimated together
/// and divided by the shares that each had.
///
/// **Shape.** Of readings that the campaign was answered with none is among those of `around`.
/// **Units.** See [`Estimate`].
/// **Errors.** See [`NotEstimated`]: each variant says what the caller does next.
pub fn estimate_register(
    around: &Circumstances<'_>,
    register: &RegisterName,
    parameters: &Parameters,
    on: NaiveDate,
) -> Result<Estimate, NotEstimated> {
    let history = around.history(register)?;
    if history.last().is_none() {
        return Err(Impossible::NoReading.into());
    }
    let alike = around.alike(history.register());
    let (inputs, profile) = around.inputs_of(&history, 1).ok_or(NotEstimated::NoNorm)?;
    let shown = |other: &Register| Ok(around.history(&other.name)?.shown());
    let others = alike.iter().filter(|other| other.name != *register);
    let inputs = Inputs {
        beside: others.map(|other| shown(other)).collect::<Result<_, HistoryError>>()?,
        place: alike.iter().position(|one| one.name == *register).unwrap_or_default(),
        ..inputs
    };
    Ok(estimate(inputs, on, &profile.profile, parameters)?)
}

/// What a register showed on the reference date, by a reading of another day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AtReference {
    /// What it showed then.
    pub value: Decimal,
    /// How far that may be relied on; of a reading of the day itself, as far as the reading.
    pub quality: Quality,
    /// The reading that says so: beside a moved value, people see what was typed, and when.
    pub read: Option<Shown>,
    /// How it was estimated, where it was, or where days after the reading were.
    pub estimate: Option<Estimate>,
}

/// What a register showed at the end of the day `on`: by a reading of that day; moved by the season
/// between the readings around it; counted on from the last one before it.
///
/// **Shape.** All trusted readings are among those of `around`, the answers to the campaign too.
/// `answers` says whether the last of them was given for it.
/// **Units.** See [`Estimate`].
/// **Errors.** See [`NotEstimated`]: each variant says what the caller does next.
/// **Source.** The design of estimation, section 5. Histories keep the reading as it was typed.
pub fn at_reference(
    around: &Circumstances<'_>,
    register: &RegisterName,
    answers: Answers,
    parameters: &Parameters,
    on: NaiveDate,
) -> Result<AtReference, NotEstimated> {
    let history = around.history(register)?;
    let (inputs, profile) = around.inputs_of(&history, 1).ok_or(NotEstimated::NoNorm)?;
    let trusted: Vec<&Shown> = inputs.readings.iter().filter(|shown| shown.is_trusted()).collect();
    let until = trusted.iter().rposition(|shown| shown.on <= on);
    let before = until.and_then(|place| trusted.get(place));
    let after = match until {
        Some(place) => trusted.get(place.saturating_add(1)),
        None => trusted.first(),
    };
    let (value, read) = match (before, after) {
        (Some(before), _) if before.on == on => (before.value, Some(*before)),
        (Some(before), Some(after)) if before.meter == after.meter => {
            let days = Days::of(&profile.profile, inputs.commodity, parameters.constants());
            let stepping = parameters.stepping(inputs.turning);
            let span = reference::span(before, after, inputs.decimals, &stepping)?;
            (reference::moved(&span, before, &days, on)?, Some(*after))
        }
        (_, Some(_)) => return Err(Impossible::NoReading.into()),
        (before, None) => {
            let known: Vec<Reading> =
                around.readings.iter().filter(|one| one.on <= on).cloned().collect();
            let around = Circumstances { readings: &known, ..*around };
            let estimate = estimate_register(&around, register, parameters, on)?;
            let constants = parameters.constants();
            let quality = before.map_or(Quality::Estimated, |read| {
                reference::quality(read.on, on, answers, constants)
            });
            let read = before.map(|read| (*read).clone());
            let value = estimate.value;
            return Ok(AtReference { value, quality, read, estimate: Some(estimate) });
        }
    };
    let read = read.cloned();
    let quality = read.as_ref().map_or(Quality::Estimated, |read| {
        reference::quality(read.on, on, answers, parameters.constants())
    });
    Ok(AtReference { value, quality, read, estimate: None })
}

/// What a trusted reading makes of the estimates before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrueUp {
    /// The day of the trusted reading before the estimates.
    pub since: NaiveDate,
    /// The day of the reading that supersedes them.
    pub read_on: NaiveDate,
    /// What it makes of each of them, ascending.
    pub periods: Vec<TruedUp>,
    /// What was used after the last of them: it stays in the period that is open.
    pub open: Decimal,
}

/// What trusted readings make of the estimates of a register before them, oldest first: each use
/// is divided over the estimated periods by the season, exactly.
///
/// **Shape.** All readings are among those of `around`.
/// **Units.** The register's; the parts of a use add up to it exactly.
/// **Errors.** See [`NotEstimated`]: each variant says what the caller does next.
/// **Source.** The design of estimation, section 6 (*methode Vink*).
pub fn true_up_register(
    around: &Circumstances<'_>,
    register: &RegisterName,
    parameters: &Parameters,
) -> Result<Vec<TrueUp>, NotEstimated> {
    let history = around.history(register)?;
    let (inputs, profile) = around.inputs_of(&history, 1).ok_or(NotEstimated::NoNorm)?;
    let days = Days::of(&profile.profile, inputs.commodity, parameters.constants());
    let stepping = parameters.stepping(inputs.turning);
    let mut told = Vec::new();
    let mut rest = inputs.readings.as_slice();
    while let Some(begin) = rest.iter().position(Shown::is_trusted) {
        let from = rest.get(begin..).unwrap_or_default();
        let [before, after @ ..] = from else { break };
        let Some(end) = after.iter().position(Shown::is_trusted) else { break };
        let (estimates, next) = after.split_at(end);
        rest = next;
        let Some(read) = next.first().filter(|read| read.meter == before.meter) else { continue };
        if estimates.is_empty() {
            continue;
        }
        let invoiced = in_a_row::invoiced(before, estimates, &stepping)?;
        let span = reference::span(before, read, inputs.decimals, &stepping)?;
        let ends: Vec<NaiveDate> = invoiced.iter().map(|period| period.until).collect();
        let mut parts = reference::parts(&span, &ends, &days);
        let open = parts.pop().unwrap_or_default();
        let periods = in_a_row::true_up(&invoiced, &parts, parameters.constants(), read.on);
        told.push(TrueUp { since: before.on, read_on: read.on, periods, open });
    }
    Ok(told)
}

/// What a stored estimate of a register said, beside what a later reading says of the same days.
///
/// **Shape.** All readings are among those of `around`, the estimates too.
/// **Units.** See [`Compared`].
/// **Errors.** See [`NotEstimated`]: each variant says what the caller does next. Where no reading
/// followed yet there is nothing.
pub fn compare_register(
    around: &Circumstances<'_>,
    register: &RegisterName,
    estimate: &Estimate,
    parameters: &Parameters,
) -> Result<Option<Compared>, NotEstimated> {
    let history = around.history(register)?;
    let commodity = around.connection.supply.commodity;
    let profile = around.standards.newest_profile(commodity).ok_or(NotEstimated::NoNorm)?;
    let days = Days::of(&profile.profile, commodity, parameters.constants());
    Ok(accuracy::compared(estimate, &history.shown(), &days, parameters)?)
}

impl<'a> Circumstances<'a> {
    /// The group of similar customers.
    pub fn group(&self) -> Group {
        Group::of(self.connection)
    }

    /// What the engine asks for of one register alone, with the profile; nothing where the
    /// configuration has no norm. Of several registers that count the same use each takes its part
    /// of the norm: neither is known of one of them.
    pub fn inputs(&self, history: &History) -> Option<(Inputs, &'a NamedProfile)> {
        self.inputs_of(history, self.alike(history.register()).len())
    }

    fn history(&self, register: &RegisterName) -> Result<History, HistoryError> {
        History::of(self.meter, register, self.meters, self.readings)
    }

    /// The registers of the meter that count the same use as `register`, itself among them, in the
    /// order of the meter. One that runs backwards is alone.
    fn alike(&self, register: &Register) -> Vec<&'a Register> {
        let is_alike = |other: &&Register| {
            other.name == register.name
                || (other.unit == register.unit
                    && other.direction == register.direction
                    && other.decimals == register.decimals
                    && other.turning == Turning::Forward
                    && register.turning == Turning::Forward)
        };
        self.meter.registers.iter().filter(is_alike).collect()
    }

    /// The same, with the norm of so many registers.
    fn inputs_of(&self, history: &History, registers: usize) -> Option<(Inputs, &'a NamedProfile)> {
        let commodity = self.connection.supply.commodity;
        let profile = self.standards.newest_profile(commodity)?;
        let register = history.register();
        let (norm, norm_id, norm_persons) = self.norm(history, registers)?;
        // Weather and similar customers say the same: one of the two.
        let snapshot = self.snapshot.filter(|_| !profile.profile.follows_weather(commodity));
        let levels = snapshot.map(|snapshot| snapshot.levels(&self.group()));
        let inputs = Inputs {
            commodity,
            turning: register.turning,
            direction: register.direction,
            decimals: register.decimals.into(),
            readings: history.shown(),
            beside: Vec::new(),
            place: 0,
            norm,
            norm_id,
            norm_persons,
            profile_id: profile.id.clone(),
            levels_id: snapshot.map(|snapshot| snapshot.id.clone()),
            levels: levels.unwrap_or_default(),
            occupancy: Occupancy {
                occupied_from: Some(self.connection.supply.period.from),
                excluded: self.marked.to_vec(),
            },
        };
        Some((inputs, profile))
    }

    /// What this connection was expected to take, else the norm of its class; who says so, and of
    /// how many people.
    fn norm(&self, history: &History, registers: usize) -> Option<(Norm, String, Option<u8>)> {
        let Connection { supply, persons, expected_year, .. } = self.connection;
        let unit = history.register().unit;
        let capacity = supply.capacity.as_deref();
        let class = self.standards.norm(supply.commodity, unit, capacity, *persons);
        let registers = Decimal::from(registers.max(1));
        let part = |median: Decimal| median.checked_div(registers);
        let own = expected_year.and_then(|median| {
            let sigma = class.map_or(Norm::SIGMA, |class| class.norm.sigma());
            Some((Norm::of(part(median)?, sigma, None).ok()?, EXPECTED_YEAR.to_owned(), None))
        });
        own.or_else(|| {
            let class = class?;
            let median = part(class.norm.median())?;
            let norm = Norm::of(median, class.norm.sigma(), class.norm.year()).ok()?;
            Some((norm, class.id.clone(), class.persons))
        })
    }
}

#[cfg(test)]
mod tests;
