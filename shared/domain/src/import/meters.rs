//! Rows of `meters.csv`: one a register.

use std::fmt;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::connection::ConnectionNumber;
use crate::meter::{Direction, MeterNumber, Register, RegisterName, TariffBand, Turning};
use crate::quantity::Unit;

use super::code::Code;
use super::customers::KEY_FORM;
use super::nearest::nearest;
use super::row::{Answer, Row};

/// What names a register: its meter's number alone need not, two makers may have used it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct RegisterKey {
    pub(super) meter: MeterNumber,
    pub(super) connection: ConnectionNumber,
    pub(super) register: RegisterName,
}

impl fmt::Display for RegisterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} register {}", self.meter, self.register)
    }
}

/// A register, as its row says.
#[derive(Debug)]
pub(super) struct MeterRow {
    pub(super) register: Register,
    pub(super) installed_on: NaiveDate,
    pub(super) installed_value: Option<Decimal>,
    pub(super) removed_on: Option<NaiveDate>,
    pub(super) removed_value: Option<Decimal>,
}

/// How meter numbers are described.
pub(super) const METER_FORM: &str = "A-Z, a-z, 0-9, space, dot, slash and hyphen, at most 20";
/// How names of registers are described.
pub(super) const REGISTER_FORM: &str = "A-Z, a-z, 0-9 and dot, at most 8";

/// The register of a row; `1` where it says nothing.
pub(super) fn register_name(row: &mut Row<'_>) -> Option<RegisterName> {
    if row.is_empty("register") {
        return RegisterName::parse("1");
    }
    row.key("register", RegisterName::parse, REGISTER_FORM)
}

/// Reads one row.
pub(super) fn read(row: &mut Row<'_>, as_of: NaiveDate) -> (Option<RegisterKey>, Option<MeterRow>) {
    let meter = row.key("meter_number", MeterNumber::parse, METER_FORM);
    let connection = row.key("connection_id", ConnectionNumber::parse, KEY_FORM);
    let name = register_name(row);
    let register = register(row, name.clone());
    let installed_on = row.day("installed_on");
    let removed_on = row.day("removed_on");
    if let (Some(installed), Some(removed)) = (installed_on, removed_on)
        && removed < installed
    {
        let reason = format!("{removed} is before installed_on {installed}");
        row.tell("removed_on", Code::Order, &reason, "are the two exchanged?");
    }
    let installed_value = value(row, "installed_value", register.as_ref());
    let removed_value = value(row, "removed_value", register.as_ref());
    for (day, column, value) in
        [(installed_on, "installed_on", installed_value), (removed_on, "removed_on", removed_value)]
    {
        if value.is_some() && day.is_some_and(|day| day > as_of) {
            let reason = format!("a reading after {as_of}, the day of the set");
            row.tell(column, Code::Order, &reason, "is the year right?");
        }
    }
    if row.is_empty("removed_on") && !row.is_empty("removed_value") {
        let reason = "a last reading without the day of removal";
        row.tell("removed_on", Code::Required, reason, "fill removed_on, or empty removed_value");
    }
    let record = || {
        Some(MeterRow {
            register: register?,
            installed_on: installed_on?,
            installed_value,
            removed_on,
            removed_value,
        })
    };
    let record = record();
    let key = || Some(RegisterKey { meter: meter?, connection: connection?, register: name? });
    (key(), record)
}

fn register(row: &mut Row<'_>, name: Option<RegisterName>) -> Option<Register> {
    let unit = row.parsed("unit", Code::List, Unit::parse, |text| {
        let fix = match nearest(text, Unit::ALL.map(Unit::as_str)) {
            Some(near) => format!("is {near} meant?"),
            None => "write one of m3, kWh, MWh, GJ".to_owned(),
        };
        ("not a unit".to_owned(), fix)
    });
    let digits = row.whole("digits", 1..=9);
    let decimals = if row.is_empty("decimals") { Some(0) } else { row.whole("decimals", 0..=3) };
    let direction = row.word(
        "direction",
        &[
            ("consumption", Direction::Consumption),
            ("feed_in", Direction::FeedIn),
            ("verbruik", Direction::Consumption),
            ("teruglevering", Direction::FeedIn),
        ],
    );
    let band = row.word(
        "band",
        &[
            ("single", TariffBand::Single),
            ("low", TariffBand::Low),
            ("high", TariffBand::High),
            ("enkel", TariffBand::Single),
            ("laag", TariffBand::Low),
            ("hoog", TariffBand::High),
        ],
    );
    let factor = row.number("factor", 6);
    if factor.is_some_and(|factor| factor <= Decimal::ZERO) {
        row.tell("factor", Code::Range, "not above zero", "leave it empty for 1");
    }
    let turning = match row.answer("reversible") {
        Some(Answer::Yes) => Turning::Reversible,
        Some(Answer::No) | None => Turning::Forward,
    };
    Some(Register {
        name: name?,
        unit: unit?,
        digits: u8::try_from(digits?).ok()?,
        decimals: u8::try_from(decimals?).ok()?,
        direction: direction.unwrap_or_default(),
        band: band.unwrap_or_default(),
        factor: factor.unwrap_or(Decimal::ONE),
        turning,
    })
}

/// A reading of exchange, which its register can show.
fn value(row: &mut Row<'_>, column: &'static str, register: Option<&Register>) -> Option<Decimal> {
    let value = row.amount(column, 9)?;
    let register = register?;
    if register.can_show(value) {
        return Some(value);
    }
    let (reason, fix) = unshowable(register, value);
    row.tell(column, Code::Digits, &reason, &fix);
    None
}

/// Why `register` cannot show `value`, and what was probably meant.
pub(super) fn unshowable(register: &Register, value: Decimal) -> (String, String) {
    let name = &register.name;
    if value >= register.range() {
        let shown = value.trunc().to_string().len();
        let reason = format!("register {name} has {} digits, this has {shown}", register.digits);
        let mut fitting = value.trunc();
        let mut dropped = 0;
        while fitting >= register.range() {
            fitting = (fitting * Decimal::new(1, 1)).trunc();
            dropped += 1;
        }
        let fix = match dropped {
            1 => format!("{fitting} if the last digit is red"),
            2 | 3 => format!("{fitting} if the last {dropped} digits are red"),
            _ => "is it a reading of this meter?".to_owned(),
        };
        return (reason, fix);
    }
    let (has, shows) = (value.normalize().scale(), register.decimals);
    let reason = format!("{has} decimals, and register {name} shows {shows}");
    (reason, format!("{} without them", value.trunc()))
}
