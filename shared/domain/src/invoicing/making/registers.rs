//! The registers of a connection with the readings of its days.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use rust_decimal::prelude::ToPrimitive as _;

use super::Supplied;
use crate::estimate::intervals::Stepping;
use crate::estimate::parameters::Parameters;
use crate::estimate::shown::{Kind, Shown};
use crate::meter::{Direction, Meter, Register};
use crate::quantity::Unit;
use crate::reading::Reading;
use crate::settlement::case::{Passing, SettledReading, SettledRegister};

/// The largest factor of a case.
const MOST: u32 = 100_000;

/// The registers that counted between `first` and `last`, both inside.
///
/// **Errors.** The meters that count what no price is for, and what that is.
pub(super) fn of(
    supplied: &Supplied<'_>,
    (first, last): (NaiveDate, NaiveDate),
    units: &BTreeSet<Unit>,
    parameters: &Parameters,
) -> Result<Vec<SettledRegister>, Vec<(String, String)>> {
    let opening = first.pred_opt().unwrap_or(first);
    let counted = |meter: &&Meter| {
        meter.installed_on < last && meter.removed_on.is_none_or(|removed| opening < removed)
    };
    let mut meters: Vec<&Meter> = supplied.meters.iter().filter(counted).collect();
    meters.sort_by_key(|meter| meter.installed_on);
    let mut wrong = Vec::new();
    let mut registers = Vec::new();
    for meter in meters {
        for register in &meter.registers {
            let factor = match counts(register, units) {
                Ok(factor) => factor,
                Err(what) => {
                    wrong.push((meter.number.to_string(), what));
                    continue;
                }
            };
            let of_register = |reading: &&Reading| {
                reading.meter == meter.number
                    && reading.register == register.name
                    && (opening..=last).contains(&reading.on)
            };
            let mut readings: Vec<&Reading> =
                supplied.readings.iter().filter(of_register).collect();
            readings.sort_by_key(|reading| reading.on);
            let stepping = parameters.stepping(register.turning);
            registers.push(SettledRegister {
                meter: meter.number.to_string(),
                commodity: supplied.connection.supply.commodity,
                decimals: register.decimals,
                digits: register.digits,
                factor,
                readings: settled(&readings, register, &stepping),
            });
        }
    }
    if wrong.is_empty() { Ok(registers) } else { Err(wrong) }
}

/// The factor of a register, or what it counts that cannot be charged.
fn counts(register: &Register, units: &BTreeSet<Unit>) -> Result<u32, String> {
    match register.direction {
        Direction::Consumption => {}
        Direction::FeedIn => return Err("what is fed in".to_owned()),
    }
    if !units.contains(&register.unit) {
        return Err(register.unit.as_str().to_owned());
    }
    let whole = register.factor.to_u32().filter(|_| register.factor.is_integer());
    let factor = whole.filter(|factor| (1..=MOST).contains(factor));
    factor.ok_or_else(|| format!("{} steps at a time", register.factor.normalize()))
}

fn settled(readings: &[&Reading], register: &Register, stepping: &Stepping) -> Vec<SettledReading> {
    let before = [None].into_iter().chain(readings.iter().copied().map(Some));
    let pairs = before.zip(readings);
    pairs
        .map(|(before, reading)| SettledReading {
            date: reading.on,
            value: reading.value,
            source: reading.source,
            quality: reading.quality,
            rollover: before.map_or(Passing::Never, |it| passing(it, reading, register, stepping)),
        })
        .collect()
}

/// Whether a register passed zero between two of its readings, as estimates see it.
fn passing(before: &Reading, after: &Reading, register: &Register, by: &Stepping) -> Passing {
    let shown = |reading: &Reading| Shown {
        meter: 0,
        on: reading.on,
        value: reading.value,
        kind: Kind::Ordinary,
        source: reading.source,
        range: Some(register.range()),
    };
    match by.step(&shown(before), &shown(after)) {
        Ok(step) if Some(step) != after.value.checked_sub(before.value) => Passing::Once,
        Ok(_) | Err(_) => Passing::Never,
    }
}
