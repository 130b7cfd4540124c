//! Numbers, dates and times as people write them in a language.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use rust_decimal::Decimal;

use domain::calendar::civil_time;
use domain::language::Language;
use domain::meter::Register;
use domain::quantity::Unit;
use domain::written::{self, NO_BREAK};

pub use domain::written::{comma, day, day_of_year, long_day};

use crate::texts::Texts;

/// A reading as the wheels show it, leading zeros and no groups: `01287`, `01287,500`.
///
/// **Units.** `value` is in the register's unit.
pub fn reading(language: Language, register: &Register, value: Decimal) -> String {
    register.shown(value, comma(language))
}

/// A reading with its unit: `01287 m³`.
pub fn reading_with_unit(language: Language, register: &Register, value: Decimal) -> String {
    with_unit(&reading(language, register, value), register.unit)
}

/// A number that is written already, with its unit.
pub fn with_unit(number: &str, unit: Unit) -> String {
    format!("{number}{NO_BREAK}{}", unit.symbol())
}

/// An amount of use, grouped, without trailing zeros: `1.234,5 m³` in Dutch, `1,234.5 m³` in
/// English.
pub fn amount(language: Language, value: Decimal, unit: Unit) -> String {
    with_unit(&written::number(language, value.normalize()), unit)
}

/// A time of day in Europe/Amsterdam: `14.03 uur` in Dutch, `14:03` in English.
///
/// In the hour that the autumn change repeats it says which of the two it is.
pub fn time(language: Language, at: DateTime<Utc>) -> String {
    let local = civil_time(at);
    let dutch = Texts::of(language).language() == Language::Nl;
    let time = if dutch { local.format("%H.%M uur") } else { local.format("%H:%M") }.to_string();
    let again = |hours| civil_time(at + TimeDelta::hours(hours)) == local;
    match (again(1), again(-1), dutch) {
        (true, _, true) => format!("{time} zomertijd"),
        (true, _, false) => format!("{time} summer time"),
        (_, true, true) => format!("{time} wintertijd"),
        (_, true, false) => format!("{time} winter time"),
        (false, false, _) => time,
    }
}

/// A day and a time: `3 december 2026, 14.03 uur`.
pub fn day_and_time(language: Language, at: DateTime<Utc>) -> String {
    format!("{}, {}", day(language, civil_time(at).date()), time(language, at))
}

/// An instant for machines, with its distance to UTC: `2026-12-03T14:03:00+01:00`.
pub fn machine_time(at: DateTime<Utc>) -> String {
    let local: NaiveDateTime = civil_time(at);
    let hours = (local - at.naive_utc()).num_hours();
    format!("{}+{hours:02}:00", local.format("%Y-%m-%dT%H:%M:%S"))
}

#[cfg(test)]
mod tests;
