//! *Meter*: a device at a connection, and the displays that it counts on.

use std::fmt::Write as _;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::connection::ConnectionNumber;
use crate::quantity::Unit;
use crate::text::key_type;

key_type! {
    /// *Meternummer*: as printed on the meter; `[A-Za-z0-9 ./-]{1,20}`.
    MeterNumber, " ./-", 20
}

key_type! {
    /// *Telwerk*: names one display of a meter, `1` where it has one; `[A-Za-z0-9.]{1,8}`.
    RegisterName, ".", 8
}

/// *Meter*: a device at a connection, from its installation to its removal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meter {
    /// As printed on it.
    pub number: MeterNumber,
    /// Where it hangs.
    pub connection: ConnectionNumber,
    /// The day it was installed.
    pub installed_on: NaiveDate,
    /// The day it was removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removed_on: Option<NaiveDate>,
    /// Its displays, by name.
    pub registers: Vec<Register>,
}

impl Meter {
    /// Whether it hangs there on `day`; the day of an exchange belongs to both meters.
    pub fn hangs_on(&self, day: NaiveDate) -> bool {
        self.installed_on <= day && self.removed_on.is_none_or(|removed| day <= removed)
    }
}

/// *Opname*: who reads the meters of a connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReadBy {
    /// The customer, when we ask.
    #[default]
    Customer,
    /// The meter sends it.
    Remote,
    /// Somebody of the utility comes by.
    Staff,
}

/// *Telwerk*: one counting display of a meter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Register {
    /// Its name on the meter.
    pub name: RegisterName,
    /// What it counts in.
    pub unit: Unit,
    /// Wheels before the comma, 1 to 9.
    pub digits: u8,
    /// Wheels behind it that are read, 0 to 3.
    pub decimals: u8,
    /// Which way the energy flows.
    #[serde(default)]
    pub direction: Direction,
    /// The hours in which it counts.
    #[serde(default)]
    pub band: TariffBand,
    /// What a step of the register is worth; 1 but for transformers.
    #[serde(default = "one")]
    pub factor: Decimal,
    /// Whether it counts down where more is fed in than used.
    #[serde(default)]
    pub turning: Turning,
}

fn one() -> Decimal {
    Decimal::ONE
}

/// The first value that a register of so many digits cannot show: 10^digits.
pub(crate) fn range(digits: u8) -> Decimal {
    Decimal::from(10_u64.saturating_pow(digits.into()))
}

impl Register {
    /// The first value that it cannot show: 10^digits.
    pub fn range(&self) -> Decimal {
        range(self.digits)
    }

    /// What it shows of `value` after it passed zero.
    pub fn wrapped(&self, value: Decimal) -> Decimal {
        let rest = value.checked_rem(self.range()).unwrap_or(value);
        if rest < Decimal::ZERO { rest + self.range() } else { rest }
    }

    /// Whether it can show `value`: not negative, within its digits and its decimals.
    pub fn can_show(&self, value: Decimal) -> bool {
        value >= Decimal::ZERO
            && value < self.range()
            && value.normalize().scale() <= u32::from(self.decimals)
    }

    /// `value` as the wheels show it: leading zeros, no groups, `comma` before the decimals.
    ///
    /// ```
    /// # use domain::{meter::Register, quantity::Unit};
    /// # let register = domain::meter::Register::wheels("1", Unit::CubicMetre, 5).unwrap();
    /// assert_eq!(register.shown(1287.into(), ','), "01287");
    /// ```
    pub fn shown(&self, value: Decimal, comma: char) -> String {
        let whole = value.trunc();
        let mut shown = format!("{whole:0>width$}", width = usize::from(self.digits));
        if self.decimals > 0 {
            let fraction = (value - whole).abs().to_string();
            let fraction = fraction.split_once('.').map_or("", |(_, decimals)| decimals);
            let width = usize::from(self.decimals);
            shown.push(comma);
            let written = write!(shown, "{fraction:0<width$}");
            debug_assert!(written.is_ok(), "a String takes every write");
        }
        shown
    }

    /// A plain register of `digits` wheels without decimals; `None` for a name that is none.
    pub fn wheels(name: &str, unit: Unit, digits: u8) -> Option<Self> {
        Some(Self {
            name: RegisterName::parse(name)?,
            unit,
            digits,
            decimals: 0,
            direction: Direction::Consumption,
            band: TariffBand::Single,
            factor: Decimal::ONE,
            turning: Turning::Forward,
        })
    }
}

/// *Richting*.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// *Verbruik*.
    #[default]
    Consumption,
    /// *Teruglevering*.
    FeedIn,
}

/// *Tariefperiode*.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TariffBand {
    /// *Enkel*: at all hours.
    #[default]
    Single,
    /// *Laag*.
    Low,
    /// *Hoog*.
    High,
}

/// Whether a register may go down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Turning {
    /// It only goes up, and from its highest value to zero.
    #[default]
    Forward,
    /// *Terugdraaiend*: it goes down while more is fed in than used.
    Reversible,
}

#[cfg(test)]
mod tests;
