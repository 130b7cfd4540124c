//! *Verbruik*: what lies between the readings of a connection.

use chrono::NaiveDate;

use super::case::{Passing, SettledConnection, SettledReading, SettledRegister};
use super::refusal::Cause;
use crate::quantity::Commodity;
use crate::reading::Quality;

/// What a connection used of one commodity.
///
/// **Units.** `units` are whole steps of the register's last decimal, its factor included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Metered {
    /// Of what.
    pub(super) commodity: Commodity,
    /// Wheels behind the comma.
    pub(super) decimals: u8,
    /// What each register used between each two of its readings.
    pub(super) intervals: Vec<Interval>,
    /// Whether a reading was estimated.
    pub(super) estimated: bool,
}

/// What was used on the days `first` to `last`, both inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Interval {
    pub(super) first: NaiveDate,
    pub(super) last: NaiveDate,
    pub(super) units: i128,
}

impl Metered {
    /// All of it.
    pub(super) fn units(&self) -> i128 {
        self.intervals.iter().map(|interval| interval.units).sum()
    }
}

/// The commodities that a connection has registers of, in their order.
pub(super) fn commodities(connection: &SettledConnection) -> Vec<Commodity> {
    let mut commodities = Vec::new();
    for register in &connection.registers {
        if !commodities.contains(&register.commodity) {
            commodities.push(register.commodity);
        }
    }
    commodities
}

/// What a connection used, by commodity in the order of its registers.
///
/// **Shape.** The registers have no [`faults`].
pub(super) fn metered(connection: &SettledConnection) -> Vec<Metered> {
    commodities(connection)
        .into_iter()
        .map(|commodity| {
            let of = || connection.registers.iter().filter(|it| it.commodity == commodity);
            Metered {
                commodity,
                decimals: of().map(|register| register.decimals).max().unwrap_or_default(),
                intervals: of().flat_map(intervals).collect(),
                estimated: of()
                    .flat_map(|register| &register.readings)
                    .any(|reading| reading.quality == Quality::Estimated),
            }
        })
        .collect()
}

/// What is wrong with the readings of a register.
pub(super) fn faults(register: &SettledRegister) -> Vec<Cause> {
    let mut faults = Vec::new();
    let range = 10_i128.saturating_pow(register.digits.into());
    let fine = |reading: &SettledReading| reading.value.scale() > register.decimals.into();
    let long = |reading: &SettledReading| reading.value.trunc().mantissa() >= range;
    let readings = &register.readings;
    if readings.len() < 2 || !readings.is_sorted_by(|a, b| a.date < b.date) {
        faults.push(Cause::ReadingsOrder);
    }
    if readings.iter().any(long) {
        faults.push(Cause::ReadingDigits);
    }
    if readings.iter().any(fine) {
        faults.push(Cause::ReadingDecimals);
    }
    if faults.is_empty() && intervals(register).any(|interval| interval.units < 0) {
        faults.push(Cause::ConsumptionNegative);
    }
    faults
}

/// What a register used between each two successive readings.
fn intervals(register: &SettledRegister) -> impl Iterator<Item = Interval> {
    let passed = 10_i128.saturating_pow(register.digits.saturating_add(register.decimals).into());
    let pairs = register.readings.iter().zip(register.readings.iter().skip(1));
    pairs.map(move |(earlier, later)| {
        let turn = match later.rollover {
            Passing::Never => 0,
            Passing::Once => passed,
        };
        let shown = |reading| steps_of(reading, register.decimals);
        Interval {
            first: earlier.date.succ_opt().unwrap_or(NaiveDate::MAX),
            last: later.date,
            units: (shown(later) - shown(earlier) + turn) * i128::from(register.factor),
        }
    })
}

/// A value in whole steps of the last of `decimals`.
fn steps_of(reading: &SettledReading, decimals: u8) -> i128 {
    let missing = u32::from(decimals).saturating_sub(reading.value.scale());
    reading.value.mantissa().saturating_mul(10_i128.saturating_pow(missing))
}
