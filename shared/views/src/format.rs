//! Numbers, dates and times as people write them in a language.

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use rust_decimal::Decimal;

use domain::calendar::civil_time;
use domain::language::Language;
use domain::meter::Register;
use domain::quantity::Unit;
use domain::written::{self, NO_BREAK};

use crate::texts::{Texts, Value};

/// The language whose words stand around a number: that of the texts.
fn spoken(language: Language) -> Language {
    Texts::of(language).language()
}

/// What stands before the decimals of a number.
pub fn comma(language: Language) -> char {
    written::comma(spoken(language))
}

/// A day with its weekday: `donderdag 24 december 2026`.
pub fn long_day(language: Language, day: NaiveDate) -> String {
    written::long_day(spoken(language), day)
}

/// A day: `24 december 2026`.
pub fn day(language: Language, day: NaiveDate) -> String {
    written::day(spoken(language), day)
}

/// A day of a year that is known: `24 december`.
pub fn day_of_year(language: Language, day: NaiveDate) -> String {
    written::day_of_year(spoken(language), day)
}

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
    with_unit(&written::number(spoken(language), value.normalize()), unit)
}

/// A percentage: `7%`.
pub fn percentage(language: Language, percent: Decimal) -> String {
    written::percentage(spoken(language), percent)
}

/// A time of day in Europe/Amsterdam: `14.03 uur` in Dutch, `14:03` in English.
///
/// In the hour that the autumn change repeats it says which of the two it is.
pub fn time(language: Language, at: DateTime<Utc>) -> String {
    let texts = Texts::of(language);
    let local = civil_time(at);
    let (hour, minute) = (local.format("%H").to_string(), local.format("%M").to_string());
    let time = [("hour", Value::Text(&hour)), ("minute", Value::Text(&minute))];
    let again = |hours| civil_time(at + TimeDelta::hours(hours)) == local;
    let id = match (again(1), again(-1)) {
        (true, _) => "time-summer",
        (_, true) => "time-winter",
        (false, false) => "time",
    };
    texts.tell(id, time)
}

/// A day and a time: `3 december 2026, 14.03 uur`.
pub fn day_and_time(language: Language, at: DateTime<Utc>) -> String {
    let (day, time) = (day(language, civil_time(at).date()), time(language, at));
    let said = [("day", Value::Text(&day)), ("time", Value::Text(&time))];
    Texts::of(language).tell("day-and-time", said)
}

/// An instant for machines, with its distance to UTC: `2026-12-03T14:03:00+01:00`.
pub fn machine_time(at: DateTime<Utc>) -> String {
    let local: NaiveDateTime = civil_time(at);
    let hours = (local - at.naive_utc()).num_hours();
    format!("{}+{hours:02}:00", local.format("%Y-%m-%dT%H:%M:%S"))
}

#[cfg(test)]
mod tests;
