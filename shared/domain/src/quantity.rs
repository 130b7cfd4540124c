//! What flows, and in which unit it is counted.

use std::fmt;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// *Product*: what a connection delivers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Commodity {
    /// *Drinkwater*.
    Water,
    /// *Warmte*.
    Heat,
    /// *Koude*.
    Cooling,
    /// *Elektriciteit*.
    Electricity,
    /// *Gas*.
    Gas,
}

impl Commodity {
    /// Every commodity.
    pub const ALL: [Self; 5] =
        [Self::Water, Self::Heat, Self::Cooling, Self::Electricity, Self::Gas];

    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Water => "water",
            Self::Heat => "heat",
            Self::Cooling => "cooling",
            Self::Electricity => "electricity",
            Self::Gas => "gas",
        }
    }

    /// Whether a meter of this commodity may count in `unit`.
    pub fn is_counted_in(self, unit: Unit) -> bool {
        match self {
            Self::Water | Self::Gas => unit == Unit::CubicMetre,
            Self::Electricity => matches!(unit, Unit::KilowattHour | Unit::MegawattHour),
            Self::Heat | Self::Cooling => unit != Unit::CubicMetre,
        }
    }
}

/// The unit that a register counts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Unit {
    /// m³.
    #[serde(rename = "m3")]
    CubicMetre,
    /// `kWh`.
    #[serde(rename = "kWh")]
    KilowattHour,
    /// `MWh`.
    #[serde(rename = "MWh")]
    MegawattHour,
    /// `GJ`.
    #[serde(rename = "GJ")]
    Gigajoule,
}

impl Unit {
    /// Every unit.
    pub const ALL: [Self; 4] =
        [Self::CubicMetre, Self::KilowattHour, Self::MegawattHour, Self::Gigajoule];

    /// As it stands in files: `m3`, `kWh`, `MWh`, `GJ`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CubicMetre => "m3",
            Self::KilowattHour => "kWh",
            Self::MegawattHour => "MWh",
            Self::Gigajoule => "GJ",
        }
    }

    /// As people read it: `m³`, `kWh`, `MWh`, `GJ`.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::CubicMetre => "m³",
            Self::KilowattHour | Self::MegawattHour | Self::Gigajoule => self.as_str(),
        }
    }

    /// Reads a unit in any case, with `m³` for `m3`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().replace('³', "3");
        Self::ALL.into_iter().find(|unit| unit.as_str().eq_ignore_ascii_case(&text))
    }
}

/// *Hoeveelheid*: an amount of a commodity with its unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quantity {
    /// How much.
    pub amount: Decimal,
    /// Of what.
    pub unit: Unit,
}

impl Quantity {
    /// The sum, or `None` for two units: litres cannot be added to kilowatt-hours.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        let amount = self.amount.checked_add(other.amount)?;
        (self.unit == other.unit).then_some(Self { amount, unit: self.unit })
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount, self.unit.as_str())
    }
}
