//! What comes out of a case: every figure of the document, finished.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::case::Rules;
use crate::invoice::{InvoiceKind, InvoiceNumber, Profile};
use crate::money::Money;
use crate::quantity::{Commodity, Unit};
use crate::tariff::{Group, Rate, VatCategory};

/// *Jaarafrekening*, credit note or term invoice: every figure of one document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settlement {
    /// The version of the arithmetic.
    pub rules: Rules,
    /// What the caller knows it by.
    pub case: String,
    /// *Factuurnummer*.
    pub number: InvoiceNumber,
    /// What the document is.
    pub kind: InvoiceKind,
    /// The rules of its XML.
    pub profile: Profile,
    /// The first day of any connection.
    pub first: NaiveDate,
    /// The last day of any connection.
    pub last: NaiveDate,
    /// The day it must be paid, when something must be paid.
    pub due_date: Option<NaiveDate>,
    /// The day a refund is promised, when there is one.
    pub refund_date: Option<NaiveDate>,
    /// *Specificaties*, in the order of the case.
    pub connections: Vec<Specification>,
    /// VAT by percentage, the highest first, and category.
    pub vat: Vec<VatTotal>,
    /// The sums.
    pub totals: Totals,
    /// What each component cost at each connection; next year compares with it.
    pub parts: Vec<Part>,
    /// Why it differs from last year.
    pub why: Option<Why>,
    /// The twelve new terms.
    pub terms: Option<Terms>,
}

/// *Specificatie per leveringsadres*: what one connection cost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Specification {
    /// EAN or connection number.
    pub id: String,
    /// *Verbruik*, in the order of its registers.
    pub consumption: Vec<Consumption>,
    /// *Factuurregels*.
    pub lines: Vec<Line>,
    /// Their sum.
    #[serde(rename = "net_cents")]
    pub net: Money,
    /// Its share of the VAT of the document.
    #[serde(rename = "vat_cents")]
    pub vat: Money,
    /// Both.
    #[serde(rename = "incl_cents")]
    pub incl: Money,
    /// What was asked without VAT before, and is deducted.
    #[serde(rename = "prepaid_cents")]
    pub prepaid: Money,
}

/// *Verbruik* of one commodity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consumption {
    /// Of what.
    pub commodity: Commodity,
    /// How much.
    pub quantity: Decimal,
    /// Whether a reading that it rests on was estimated.
    pub estimated: bool,
}

/// *Factuurregel*: quantity × rate / base, rounded once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// The code of the component, or [`Line::TERM`].
    pub component: String,
    /// Its first day.
    pub first: NaiveDate,
    /// Its last day.
    pub last: NaiveDate,
    /// How much.
    pub quantity: Decimal,
    /// Of what.
    pub unit: LineUnit,
    /// Euro for `base` units.
    pub rate: Rate,
    /// The days that the rate is for: 365, 366 or 1.
    pub base: u16,
    /// Its VAT category.
    pub category: VatCategory,
    /// Its VAT percentage.
    pub percent: Decimal,
    /// The amount without VAT.
    #[serde(rename = "net_cents")]
    pub net: Money,
}

impl Line {
    /// The component of a term.
    pub const TERM: &str = "term";

    /// Whether it is a term, asked or deducted, and no cost.
    pub fn is_term(&self) -> bool {
        self.component == Self::TERM
    }
}

/// What a line counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum LineUnit {
    /// m³.
    #[serde(rename = "m3")]
    CubicMetre,
    /// `GJ`.
    #[serde(rename = "GJ")]
    Gigajoule,
    /// `kWh`.
    #[serde(rename = "kWh")]
    KilowattHour,
    /// `MWh`.
    #[serde(rename = "MWh")]
    MegawattHour,
    /// *Dag*.
    #[serde(rename = "day")]
    Day,
    /// *Stuk*: of terms.
    #[serde(rename = "one")]
    One,
}

impl From<Unit> for LineUnit {
    fn from(unit: Unit) -> Self {
        match unit {
            Unit::CubicMetre => Self::CubicMetre,
            Unit::KilowattHour => Self::KilowattHour,
            Unit::MegawattHour => Self::MegawattHour,
            Unit::Gigajoule => Self::Gigajoule,
        }
    }
}

/// VAT of one category and percentage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VatTotal {
    /// The category.
    pub category: VatCategory,
    /// The percentage.
    pub percent: Decimal,
    /// The sum of its lines.
    #[serde(rename = "base_cents")]
    pub base: Money,
    /// The VAT on that sum, rounded once.
    #[serde(rename = "vat_cents")]
    pub vat: Money,
}

/// The sums of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Totals {
    /// What was used, without VAT.
    #[serde(rename = "cost_net_cents")]
    pub cost_net: Money,
    /// The VAT on it.
    #[serde(rename = "cost_vat_cents")]
    pub cost_vat: Money,
    /// Both.
    #[serde(rename = "cost_incl_cents")]
    pub cost_incl: Money,
    /// The past terms, VAT included: `cost_incl` less `payable`.
    #[serde(rename = "terms_incl_cents")]
    pub terms_incl: Money,
    /// All lines, deducted terms among them.
    #[serde(rename = "net_cents")]
    pub net: Money,
    /// The VAT on them.
    #[serde(rename = "vat_cents")]
    pub vat: Money,
    /// Both.
    #[serde(rename = "incl_cents")]
    pub incl: Money,
    /// What was asked without VAT before.
    #[serde(rename = "prepaid_cents")]
    pub prepaid: Money,
    /// To pay; negative: to get back.
    #[serde(rename = "payable_cents")]
    pub payable: Money,
}

/// What one component cost at one connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// The connection.
    pub connection: String,
    /// The code of the component.
    pub component: String,
    /// What it counts as.
    pub group: Group,
    /// The quantities of its lines.
    pub quantity: Decimal,
    /// The amounts of its lines.
    #[serde(rename = "net_cents")]
    pub net: Money,
}

/// Why a year differs from the one before; the first six add up to `cost`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Why {
    /// Connections that are in one of the years only.
    #[serde(rename = "connections_cents")]
    pub connections: Money,
    /// More or less use, at last year's mean price.
    #[serde(rename = "use_cents")]
    pub used: Money,
    /// Other rates; components that are new or gone.
    #[serde(rename = "rate_cents")]
    pub rate: Money,
    /// Standing charges.
    #[serde(rename = "standing_cents")]
    pub standing: Money,
    /// Taxes and levies.
    #[serde(rename = "tax_cents")]
    pub tax: Money,
    /// VAT.
    #[serde(rename = "vat_cents")]
    pub vat: Money,
    /// All of these.
    #[serde(rename = "cost_cents")]
    pub cost: Money,
    /// Last year's terms less this year's.
    #[serde(rename = "terms_cents")]
    pub terms: Money,
    /// Both: how much more there is to pay.
    #[serde(rename = "payable_cents")]
    pub payable: Money,
}

/// The twelve new terms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// The first day of the term year.
    pub first: NaiveDate,
    /// Their twelve due days.
    pub due: Vec<NaiveDate>,
    /// The use that they rest on.
    pub expected: Vec<ExpectedUse>,
    /// Their amounts.
    pub items: Vec<TermItem>,
    /// VAT of each month; 0 for requests.
    #[serde(rename = "vat_cents")]
    pub vat: Vec<Money>,
    /// What is asked each month.
    #[serde(rename = "incl_cents")]
    pub incl: Vec<Money>,
}

/// The use that is expected of the term year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectedUse {
    /// The connection.
    pub connection: String,
    /// Of what.
    pub commodity: Commodity,
    /// How much.
    pub quantity: Decimal,
}

/// Twelve amounts: of a connection, VAT included, or of a connection and VAT code, without.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TermItem {
    /// The connection.
    pub connection: String,
    /// The VAT code, of invoices.
    pub vat: Option<String>,
    /// What the term year is expected to cost.
    #[serde(rename = "expected_cents")]
    pub expected: Money,
    /// The twelve amounts.
    #[serde(rename = "cents")]
    pub amounts: Vec<Money>,
    /// The bound that they were moved to.
    pub bounded: Option<Bound>,
}

/// A bound of terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Bound {
    /// The lowest amount.
    Min,
    /// The highest amount.
    Max,
}
