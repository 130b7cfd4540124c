//! Why a case is refused: every finding at once.

use std::cell::RefCell;
use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A case that cannot be settled: whoever made it mends every finding and asks again.
///
/// **Shape.** `errors` is sorted by place, then by code, and holds nothing twice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Error)]
#[error("the case is refused")]
#[serde(deny_unknown_fields)]
pub struct Refusals {
    /// What was found; one at least.
    pub errors: Vec<Finding>,
}

/// One thing that is wrong in a case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// What is wrong.
    pub code: Cause,
    /// Where: member names, ids and places joined by points; empty for the case as a whole.
    pub at: String,
}

impl fmt::Display for Finding {
    /// The place, the code and the mend, for a person.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {:?}: {}", self.at, self.code, self.code.mend())
    }
}

/// What is wrong in a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// An amount above 10^11 cents: a rate or a reading is wrong.
    AmountOverflow,
    /// It is not JSON.
    BadJson,
    /// A member is missing, unknown, there twice, or of another type.
    BadShape,
    /// A Dutch business has neither KvK nor OIN: ask the customer.
    BusinessWithoutKvk,
    /// A component counts a commodity that the connection has no register of.
    CommodityMissing,
    /// A code stands there twice, or is reserved.
    ComponentDuplicate,
    /// The tariff has no such component.
    ComponentUnknown,
    /// A connection stands there twice.
    ConnectionDuplicate,
    /// A reading lies below the one before: it is a matter for true-up.
    ConsumptionNegative,
    /// A credit note names no invoice.
    CreditReferenceMissing,
    /// No such day.
    Date,
    /// The registers of one commodity have different decimals.
    DecimalsMixed,
    /// Days of entries do not rise.
    EntriesOrder,
    /// No account number of a bank.
    IbanInvalid,
    /// The kind of document or the form of terms is not known.
    Kind,
    /// Debit without a mandate, or without a creditor identifier.
    MandateMissing,
    /// There is nothing to settle.
    NoConnections,
    /// A component has no rate on a day.
    NoRate,
    /// A VAT code is unknown, or has no percentage on a day.
    NoVat,
    /// Every amount of the month is 0.
    NothingToInvoice,
    /// Not a number of the allowed form or range.
    Number,
    /// The series or the sequence is out of range.
    NumberRange,
    /// The source or quality of a reading is not known.
    Origin,
    /// The first day lies after the last.
    PeriodEmpty,
    /// Readings do not reach from the day before the first to the last, or go beyond.
    PeriodNotCovered,
    /// A value has more decimals than its register.
    ReadingDecimals,
    /// A value has more digits than its register.
    ReadingDigits,
    /// Fewer than two readings, or days that do not rise.
    ReadingsOrder,
    /// The version of the arithmetic is not known.
    RulesUnknown,
    /// Steps are empty, do not rise, or stand on a standing charge.
    Steps,
    /// A term invoice is asked where terms are requests, or there are none.
    TermInvoiceNeedsInvoiceForm,
    /// A past term belongs to no connection of the case.
    TermUnknownConnection,
    /// A past term has no VAT code, or no percentage on its day.
    TermVatMissing,
    /// Policy, rounding, step, day or bounds of the terms are impossible.
    Terms,
    /// Not S above 0 %, Z or E.
    VatCategory,
    /// An exemption has no reason.
    VatExemptReasonMissing,
    /// Not twelve positive parts.
    Weights,
}

impl Cause {
    /// What a person does about it.
    pub fn mend(self) -> &'static str {
        match self {
            Self::BusinessWithoutKvk => "ask the company for its KvK number or OIN, and import it",
            Self::IbanInvalid | Self::MandateMissing => {
                "import the account's IBAN and mandate, and deploy a creditor identifier"
            }
            Self::ConsumptionNegative
            | Self::PeriodNotCovered
            | Self::ReadingsOrder
            | Self::ReadingDecimals
            | Self::ReadingDigits
            | Self::Origin => "look at the readings of the meter and store a right one",
            Self::CommodityMissing | Self::DecimalsMixed => {
                "import the meters of the connection as they hang there"
            }
            Self::NoRate
            | Self::NoVat
            | Self::EntriesOrder
            | Self::Steps
            | Self::VatCategory
            | Self::VatExemptReasonMissing
            | Self::Weights
            | Self::ComponentDuplicate
            | Self::ComponentUnknown => "mend the list of prices and deploy it",
            Self::TermUnknownConnection | Self::TermVatMissing => {
                "import the advances of the account as they were asked"
            }
            Self::Terms => "mend invoicing.toml and deploy it",
            Self::PeriodEmpty | Self::NoConnections | Self::ConnectionDuplicate => {
                "import the days of supply as they are"
            }
            Self::AmountOverflow => "a rate or a reading is wrong: look at the largest",
            Self::NumberRange => "the series is at its end: begin another",
            Self::BadJson
            | Self::BadShape
            | Self::CreditReferenceMissing
            | Self::Date
            | Self::Kind
            | Self::NothingToInvoice
            | Self::Number
            | Self::RulesUnknown
            | Self::TermInvoiceNeedsInvoiceForm => "tell the makers: such a case is never made",
        }
    }
}

/// What is wrong, found so far.
#[derive(Debug, Default)]
pub(super) struct Found(RefCell<Vec<Finding>>);

impl Found {
    /// Notes what is wrong at a place.
    pub(super) fn note(&self, code: Cause, at: impl Into<String>) {
        self.0.borrow_mut().push(Finding { code, at: at.into() });
    }

    /// What was found, or `whole` when that is nothing.
    pub(super) fn end<T>(self, whole: Option<T>) -> Result<T, Refusals> {
        let mut errors = self.0.into_inner();
        errors.sort_by(|a, b| (&a.at, a.code).cmp(&(&b.at, b.code)));
        errors.dedup();
        match whole {
            Some(whole) if errors.is_empty() => Ok(whole),
            _ => Err(Refusals { errors }),
        }
    }
}
