//! From what is filed of a connection to what the engine asks for.

use chrono::NaiveDate;
use thiserror::Error;

use super::cohort::{Group, Snapshot};
use super::engine::{Impossible, Occupancy};
use super::norm::Norm;
use super::parameters::Parameters;
use super::record::{Estimate, Inputs, estimate};
use super::standards::{NamedProfile, Standards};
use crate::connection::Connection;
use crate::history::{History, HistoryError};
use crate::meter::{Meter, RegisterName};
use crate::reading::Reading;

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
/// **Shape.** Of readings that the campaign was answered with none is among those of `around`.
/// **Units.** See [`Estimate`].
/// **Errors.** See [`NotEstimated`]: each variant says what the caller does next.
pub fn estimate_register(
    around: &Circumstances<'_>,
    register: &RegisterName,
    parameters: &Parameters,
    on: NaiveDate,
) -> Result<Estimate, NotEstimated> {
    let history = History::of(around.meter, register, around.meters, around.readings)?;
    if history.last().is_none() {
        return Err(Impossible::NoReading.into());
    }
    let (inputs, profile) = around.inputs(&history).ok_or(NotEstimated::NoNorm)?;
    Ok(estimate(inputs, on, &profile.profile, parameters)?)
}

impl<'a> Circumstances<'a> {
    /// The group of similar customers.
    pub fn group(&self) -> Group {
        let supply = &self.connection.supply;
        Group { commodity: supply.commodity, capacity: supply.capacity.clone() }
    }

    /// What the engine asks for, with the profile; nothing where the configuration has no norm.
    pub fn inputs(&self, history: &History) -> Option<(Inputs, &'a NamedProfile)> {
        let commodity = self.connection.supply.commodity;
        let profile = self.standards.newest_profile(commodity)?;
        let register = history.register();
        let (norm, norm_id) = self.norm(history)?;
        let levels = self.snapshot.map(|snapshot| snapshot.levels(&self.group()));
        let inputs = Inputs {
            commodity,
            turning: register.turning,
            decimals: register.decimals.into(),
            readings: history.shown(),
            norm,
            norm_id,
            profile_id: profile.id.clone(),
            levels_id: self.snapshot.map(|snapshot| snapshot.id.clone()),
            levels: levels.unwrap_or_default(),
            occupancy: Occupancy {
                occupied_from: Some(self.connection.supply.period.from),
                excluded: Vec::new(),
            },
        };
        Some((inputs, profile))
    }

    /// What this connection was expected to take, else the norm of its class. Of several
    /// registers each takes its part: neither is known of one of them.
    fn norm(&self, history: &History) -> Option<(Norm, String)> {
        let Connection { supply, persons, expected_year, .. } = self.connection;
        let class = self.standards.norm(supply.commodity, history.register().unit, *persons);
        let registers = self.meter.registers.len().max(1);
        let part = |median: rust_decimal::Decimal| {
            median.checked_div(u64::try_from(registers).unwrap_or(u64::MAX).into())
        };
        let own = expected_year.and_then(|median| {
            let sigma = class.map_or(Norm::SIGMA, |class| class.norm.sigma());
            Some((Norm::of(part(median)?, sigma, None).ok()?, EXPECTED_YEAR.to_owned()))
        });
        own.or_else(|| {
            let class = class?;
            let median = part(class.norm.median())?;
            let norm = Norm::of(median, class.norm.sigma(), class.norm.year()).ok()?;
            Some((norm, class.id.clone()))
        })
    }
}
