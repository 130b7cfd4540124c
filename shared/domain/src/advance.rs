//! *Voorschot*: what was asked before it was used.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::calendar::Period;
use crate::connection::ConnectionNumber;
use crate::money::Money;

/// *Voorschot*: one amount that the old administration asked for a stretch of days.
///
/// **Units.** Amounts are whole cents; `vat_rate` is a percentage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Advance {
    /// What it was asked for.
    pub covers: Covers,
    /// The days it was asked for, half-open.
    pub period: Period,
    /// The amount without VAT.
    pub amount_excl: Money,
    /// The VAT on it.
    pub vat: Money,
    /// The rate of that VAT: `9` for 9 %.
    pub vat_rate: Decimal,
    /// In which form it was asked.
    pub form: AdvanceForm,
    /// The number of the invoice that asked it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice_number: Option<String>,
    /// What was paid of it, VAT included.
    pub paid: Money,
}

impl Advance {
    /// The amount with VAT.
    pub fn amount(&self) -> Money {
        self.amount_excl + self.vat
    }

    /// The first day it was asked for.
    pub fn from(&self) -> NaiveDate {
        self.period.from
    }
}

/// What an advance was asked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Covers {
    /// One connection.
    Connection(ConnectionNumber),
    /// All connections of an account that is invoiced collectively.
    Account,
}

/// *Soort*: in which form an advance was asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AdvanceForm {
    /// *Factuur*: with a number, VAT was due.
    #[default]
    Invoice,
    /// *Verzoek*: without a number, no VAT was due.
    Request,
}
