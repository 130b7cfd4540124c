//! *Factuur*: the numbered document, its kinds and its number.

use std::fmt;

use chrono::{Datelike as _, NaiveDate};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// What a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvoiceKind {
    /// *Jaarafrekening*.
    Annual,
    /// *Termijnfactuur*.
    Term,
    /// *Creditnota*: takes back all of an invoice.
    CreditNote,
}

impl InvoiceKind {
    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Annual => "annual",
            Self::Term => "term",
            Self::CreditNote => "credit_note",
        }
    }
}

/// How far an invoice is. *Gemaakt* is from [`Self::Numbered`] on: then number and record exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum InvoiceState {
    /// It has its number, and is what it will be for ever.
    Numbered,
    /// Its PDF and XML are in the archive.
    Rendered,
    /// Its mail was taken, or its letter handed over.
    Issued,
    /// A credit note took all of it back.
    Credited,
}

/// What happens to an invoice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvoiceEvent {
    /// PDF and XML are in the archive.
    Render,
    /// Its mail was taken, or its letter handed over.
    Issue,
    /// A credit note takes all of it back.
    Credit,
}

impl InvoiceState {
    /// Every state, in the order of the glossary.
    pub const ALL: [Self; 4] = [Self::Numbered, Self::Rendered, Self::Issued, Self::Credited];

    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Numbered => "numbered",
            Self::Rendered => "rendered",
            Self::Issued => "issued",
            Self::Credited => "credited",
        }
    }

    /// The state after `event`, or `None` for a transition that must be refused.
    pub fn after(self, event: InvoiceEvent) -> Option<Self> {
        match (self, event) {
            (Self::Numbered, InvoiceEvent::Render) => Some(Self::Rendered),
            (Self::Rendered, InvoiceEvent::Issue) => Some(Self::Issued),
            (Self::Numbered | Self::Rendered | Self::Issued, InvoiceEvent::Credit) => {
                Some(Self::Credited)
            }
            (Self::Numbered | Self::Rendered | Self::Issued | Self::Credited, _) => None,
        }
    }
}

impl fmt::Display for InvoiceState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The rules that the XML of a document follows.
///
/// **Source.** EN 16931; NLCIUS; Peppol BIS Billing 3.0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// EN 16931 alone.
    Core,
    /// The Dutch rules.
    Nlcius,
    /// Peppol's.
    Peppol,
}

/// *Nummerreeks*: 01 annual invoices, 02 term invoices, 03 credit notes; 1 to 99.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Series(u8);

impl Series {
    /// Of annual invoices.
    pub const ANNUAL: Self = Self(1);

    /// The series numbered `number`, 1 to 99.
    pub fn new(number: i64) -> Option<Self> {
        let number = u8::try_from(number).ok()?;
        (1..=99).contains(&number).then_some(Self(number))
    }

    /// Its number.
    pub fn get(self) -> u8 {
        self.0
    }
}

/// The place of an invoice in its series and year: 1 to 9,999,999, without gaps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sequence(u32);

impl Sequence {
    /// The first of a series and year.
    pub const FIRST: Self = Self(1);

    /// The place `number`, 1 to 9,999,999.
    pub fn new(number: i64) -> Option<Self> {
        let number = u32::try_from(number).ok()?;
        (1..=9_999_999).contains(&number).then_some(Self(number))
    }

    /// Its number.
    pub fn get(self) -> u32 {
        self.0
    }

    /// The place `more` behind this one; `None` at the end of the series.
    #[must_use]
    pub fn behind(self, more: u32) -> Option<Self> {
        Self::new(i64::from(self.0) + i64::from(more))
    }
}

/// *Factuurnummer*, and *betalingskenmerk*: year (4), series (2), sequence (7) and check (2), 15
/// digits that are 1 modulo 97.
///
/// ```
/// use domain::invoice::{InvoiceNumber, Sequence, Series};
///
/// let day = "2027-01-05".parse().unwrap();
/// let number = InvoiceNumber::allot(day, Series::new(1).unwrap(), Sequence::new(42).unwrap());
/// assert_eq!(number.unwrap().to_string(), "202701000004285");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct InvoiceNumber(String);

/// *Betalingskenmerk*: what a payment names is the number of the invoice.
pub type PaymentReference = InvoiceNumber;

impl InvoiceNumber {
    /// The number of a document of `day`; `None` for a year that has not four digits.
    pub fn allot(day: NaiveDate, series: Series, sequence: Sequence) -> Option<Self> {
        let year = day.year();
        if !(1000..=9999).contains(&year) {
            return None;
        }
        let head = format!("{year:04}{:02}{:07}", series.get(), sequence.get());
        let check = 98_u32.checked_sub(remainder(&format!("{head}00"))?)?;
        Some(Self(format!("{head}{check:02}")))
    }

    /// Reads a number as people and banks write it: with spaces, dots and hyphens, or in the RF
    /// form; `None` where a digit is wrong or two are swapped.
    ///
    /// **Source.** ISO 11649 for the RF form, ISO 7064 MOD 97-10 for both checks.
    pub fn parse(text: &str) -> Option<Self> {
        let joins = |c: &char| !(c.is_whitespace() || matches!(c, '.' | '-'));
        let compact: String = text.chars().filter(joins).collect();
        let compact = compact.to_ascii_uppercase();
        let digits = match compact.strip_prefix("RF") {
            None => compact.as_str(),
            Some(rest) => {
                let (check, digits) = rest.split_at_checked(2)?;
                let turned = format!("{digits}2715{check}"); // R is 27, F is 15
                (remainder(&turned)? == 1).then_some(digits)?
            }
        };
        let whole = digits.len() == 15 && remainder(digits)? == 1;
        let (_, rest) = digits.split_at_checked(4).filter(|_| whole)?;
        let (series, rest) = rest.split_at_checked(2)?;
        let (sequence, _) = rest.split_at_checked(7)?;
        Series::new(series.parse().ok()?)?;
        Sequence::new(sequence.parse().ok()?)?;
        Some(Self(digits.to_owned()))
    }

    /// The 15 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Where its documents are kept, without their ending: `eb/202701000004285`. What is asked for
    /// together does not lie together, and nobody is named.
    pub fn path(&self) -> String {
        let [first, ..] = <[u8; 32]>::from(Sha256::digest(&self.0));
        format!("{first:02x}/{}", self.0)
    }

    /// Its place in its series and year.
    pub fn sequence(&self) -> Option<Sequence> {
        Sequence::new(self.0.get(6..13)?.parse().ok()?)
    }

    /// The RF form, which banks of other countries check themselves.
    ///
    /// **Source.** ISO 11649.
    pub fn creditor_reference(&self) -> String {
        let rest = remainder(&format!("{}271500", self.0)).unwrap_or_default();
        format!("RF{:02}{}", 98_u32.saturating_sub(rest), self.0)
    }
}

/// The number that `digits` write, modulo 97; `None` where one is no ASCII digit.
fn remainder(digits: &str) -> Option<u32> {
    digits.chars().try_fold(0_u32, |rest, c| Some((rest * 10 + c.to_digit(10)?).rem_euclid(97)))
}

impl fmt::Display for InvoiceNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<InvoiceNumber> for String {
    fn from(number: InvoiceNumber) -> Self {
        number.0
    }
}

/// A text that is no invoice number: ask whoever wrote it for the number on the invoice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no invoice number")]
pub struct BadInvoiceNumber;

impl TryFrom<String> for InvoiceNumber {
    type Error = BadInvoiceNumber;

    fn try_from(text: String) -> Result<Self, BadInvoiceNumber> {
        Self::parse(&text).ok_or(BadInvoiceNumber)
    }
}

#[cfg(test)]
mod tests;
