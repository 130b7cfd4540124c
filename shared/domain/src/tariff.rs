//! *Tarief*: what a year is charged by, as a case brings it: dated rates, taxes and VAT.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::ser::SerializeStruct as _;
use serde::{Deserialize, Serialize, Serializer};

use crate::language::Language;
use crate::money::Money;
use crate::quantity::{Commodity, Unit};

/// *Tarief*: the dated rates of one list of prices, resolved for a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Tariff {
    /// What tells it from every other; printed on the invoice.
    pub version: String,
    /// *Btw-tarieven* by code, each list rising by day.
    pub vat: BTreeMap<String, Vec<VatRate>>,
    /// How the use of a commodity spreads over days; one that is absent spreads evenly.
    pub weights: BTreeMap<Commodity, Weights>,
    /// What may be charged.
    pub components: Vec<Component>,
}

impl Tariff {
    /// The component named `code`.
    pub fn component(&self, code: &str) -> Option<&Component> {
        self.components.iter().find(|component| component.code == code)
    }

    /// The VAT of `code` on `day`: the last entry that holds then.
    pub fn vat_on(&self, code: &str, day: NaiveDate) -> Option<&VatRate> {
        self.vat.get(code)?.iter().rev().find(|rate| rate.from <= day)
    }

    /// How the use of `commodity` spreads over days.
    pub fn weights_of(&self, commodity: Commodity) -> &Weights {
        self.weights.get(&commodity).unwrap_or(&Weights::Days)
    }
}

/// A name in the languages of an invoice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Translated {
    /// In Dutch.
    pub nl: String,
    /// In English.
    pub en: String,
}

impl Translated {
    /// In `language`; one without invoices of its own reads English.
    pub fn to(&self, language: Language) -> &str {
        match language {
            Language::Nl => &self.nl,
            Language::En | Language::De | Language::It | Language::Fr => &self.en,
        }
    }
}

/// *Btw-tarief*: the VAT that holds from a day on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VatRate {
    /// The first day it holds.
    pub from: NaiveDate,
    /// Its category.
    pub category: VatCategory,
    /// The percentage: `9` for 9 %, at most two decimals; 0 but for [`VatCategory::S`].
    pub percent: Decimal,
    /// Why nothing is charged; needed for [`VatCategory::E`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Translated>,
}

/// *Btw-categorie*.
///
/// **Source.** EN 16931 BT-118, UNCL 5305.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum VatCategory {
    /// Exempt, for a reason.
    E,
    /// Charged at a percentage above 0.
    S,
    /// Charged at 0 %.
    Z,
}

impl VatCategory {
    /// The letter that stands in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::E => "E",
            Self::S => "S",
            Self::Z => "Z",
        }
    }
}

/// How the use of a year spreads over its days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Weights {
    /// The same on every day.
    Days,
    /// Parts of the twelve months, January first, each at least 1.
    Months([u32; 12]),
}

impl Serialize for Weights {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Days => to.serialize_str("days"),
            Self::Months(parts) => parts.serialize(to),
        }
    }
}

/// *Tariefcomponent*: one thing that is charged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Component {
    /// Its stable name; stands in stored settlements.
    pub code: String,
    /// What people read.
    pub name: Translated,
    /// What it is charged for.
    #[serde(flatten)]
    pub measure: Measure,
    /// What it counts as in the comparison of years.
    pub group: Group,
    /// The code of its VAT.
    pub vat: String,
    /// Its rates, rising by day.
    pub rates: Vec<Entry>,
}

/// What a component is charged for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "measure", rename_all = "lowercase")]
pub enum Measure {
    /// *Verbruik*.
    Use {
        /// Of what.
        commodity: Commodity,
        /// Counted in this: m³, GJ or kWh.
        unit: Unit,
    },
    /// *Vastrecht*: the days themselves.
    Days {
        /// How many days its rate is for.
        per: Per,
    },
}

/// How many days the rate of a standing charge is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Per {
    /// A calendar year: 365 or 366.
    Year,
    /// One.
    Day,
}

/// What a component counts as in the comparison of years.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Group {
    /// *Verbruik*.
    Use,
    /// *Vastrecht*.
    Standing,
    /// *Belastingen en heffingen*.
    Tax,
}

/// What is charged from a day on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The first day it holds.
    pub from: NaiveDate,
    /// *Schijven*: rising, only the last may be open; empty: not charged.
    pub steps: Vec<Step>,
}

impl Serialize for Entry {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut entry = to.serialize_struct("Entry", 2)?;
        entry.serialize_field("from", &self.from)?;
        match self.steps.as_slice() {
            [] => entry.serialize_field("rate", &None::<Rate>)?,
            [Step { rate, up_to: None }] => entry.serialize_field("rate", rate)?,
            steps => entry.serialize_field("steps", steps)?,
        }
        entry.end()
    }
}

/// *Schijf*: a rate up to a quantity.
///
/// **Units.** `up_to` is in whole units a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// What a unit costs.
    pub rate: Rate,
    /// The last unit that costs this; open without it.
    pub up_to: Option<u64>,
}

impl Serialize for Step {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut step = to.serialize_struct("Step", 2)?;
        step.serialize_field("rate", &self.rate)?;
        if let Some(up_to) = self.up_to {
            step.serialize_field("up_to", &up_to.to_string())?;
        }
        step.end()
    }
}

/// *Prijs*: euro per unit, at most 6 decimals; a reduction is negative.
///
/// **Source.** EN 16931 BT-146.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rate(Decimal);

impl Rate {
    /// Digits behind the point.
    const DECIMALS: u32 = 6;

    /// The largest rate, in euro.
    const LARGEST: i64 = 1_000_000_000;

    /// The rate of `euro`; `None` with more than 6 decimals or above a thousand million.
    pub fn new(euro: Decimal) -> Option<Self> {
        let fits = euro.scale() <= Self::DECIMALS && euro.abs() <= Decimal::from(Self::LARGEST);
        fits.then_some(Self(euro))
    }

    /// The rate of one thing that costs `amount`.
    pub fn of(amount: Money) -> Self {
        Self(Decimal::new(amount.cents(), 2))
    }

    /// Euro, with its decimals as they were written.
    pub fn euro(self) -> Decimal {
        self.0
    }

    /// Millionths of a euro, exactly.
    pub fn micros(self) -> i128 {
        let missing = Self::DECIMALS.saturating_sub(self.0.scale());
        self.0.mantissa().saturating_mul(10_i128.saturating_pow(missing))
    }
}
