//! *Leveringsadres*: a delivery address with its supply; what a link is about.

use std::fmt;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::account::{Collective, CustomerNumber};
use crate::address::Address;
use crate::calendar::Period;
use crate::meter::ReadBy;
use crate::quantity::Commodity;
use crate::text::key_type;

key_type! {
    /// *Aansluitnummer*: key of a connection; `[A-Za-z0-9./-]{1,20}`.
    ConnectionNumber, "./-", 20
}

/// *Aansluiting*: a delivery address with its supply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// Its key.
    pub number: ConnectionNumber,
    /// Whose it is.
    pub account: CustomerNumber,
    /// Where it delivers.
    pub address: Address,
    /// What it delivers, and when.
    pub supply: Supply,
    /// Who reads its meters.
    pub read_by: ReadBy,
    /// The invoice that it is on, where the account is invoiced collectively.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collective: Option<Collective>,
    /// The market's code; water has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ean: Option<Ean>,
    /// How many people live there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub persons: Option<u8>,
    /// The customer's own word for the address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_reference: Option<String>,
    /// What a year is expected to take, in the unit of its registers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_year: Option<Decimal>,
}

/// *Levering*: what flows at a connection, from and to a date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Supply {
    /// What flows.
    pub commodity: Commodity,
    /// How much can flow: a word that the tariffs know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<String>,
    /// The days on which it flows.
    pub period: Period,
}

impl Supply {
    /// Whether something flows on `day`.
    pub fn flows_on(&self, day: NaiveDate) -> bool {
        self.period.holds(day)
    }
}

/// *EAN-code*: 18 digits, the last one a GS1 check digit.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ean(String);

impl Ean {
    /// Reads 18 digits whose weights 3, 1, 3 … from the right add up to a multiple of ten.
    ///
    /// **Source.** GS1 General Specifications, check digit calculation.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        (text.len() == 18 && Self::check_digit(text)? == text.chars().last()?)
            .then(|| Self(text.to_owned()))
    }

    /// The digit that the first 17 of `text` ask for, whatever its last one is.
    pub fn check_digit(text: &str) -> Option<char> {
        let (first, _) = text.split_at_checked(17)?;
        let sum = first.chars().rev().enumerate().try_fold(0, |sum, (place, c)| {
            let weight = if place.rem_euclid(2) == 0 { 3 } else { 1 };
            Some(sum + weight * c.to_digit(10)?)
        })?;
        char::from_digit((10 - sum.rem_euclid(10)).rem_euclid(10), 10)
    }

    /// The 18 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Ean {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests;
