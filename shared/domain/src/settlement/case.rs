//! A case: everything that a settlement is made from, in the form that it is stored in.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize, Serializer};

use super::result::Part;
use crate::account::Iban;
use crate::invoice::{Sequence, Series};
use crate::language::Language;
use crate::money::Money;
use crate::quantity::Commodity;
use crate::reading::{Quality, Source};
use crate::tariff::Tariff;

/// A case: all that one document is reckoned from. The same case gives the same document for ever.
///
/// **Shape.** [`Case::parse`] reads one and serde writes it back; its lists keep their order.
/// **Units.** Amounts are whole cents; the days `first` and `last` are both inside; a reading
/// counts at the end of its day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Case {
    /// What the caller knows it by.
    pub case: String,
    /// The version of the arithmetic.
    pub rules: Rules,
    /// The language of the document: `nl` or `en`.
    pub locale: Language,
    /// Who invoices.
    pub seller: Seller,
    /// Who is invoiced.
    #[serde(rename = "account")]
    pub buyer: Buyer,
    /// What is made, and its number.
    pub invoice: Asked,
    /// What is charged.
    pub tariff: Tariff,
    /// *Aansluitingen*: one at least, in the customer's order.
    pub connections: Vec<SettledConnection>,
    /// *Termijnen* that were asked before.
    pub past_terms: PastTerms,
    /// How the new terms are made; without it there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terms: Option<TermPlan>,
    /// Last year of the same occupancy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous: Option<Previous>,
    /// Asks for the invoice of one of the new terms instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub term_invoice: Option<TermAsked>,
}

/// The version of the arithmetic; an older one stays runnable as long as a correction may reach it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub enum Rules {
    /// The first.
    One,
}

impl From<Rules> for i64 {
    fn from(rules: Rules) -> Self {
        match rules {
            Rules::One => 1,
        }
    }
}

/// A version of the arithmetic that this program does not know: run a newer one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("these rules are not known")]
pub struct UnknownRules;

impl TryFrom<i64> for Rules {
    type Error = UnknownRules;

    fn try_from(version: i64) -> Result<Self, UnknownRules> {
        if version == 1 { Ok(Self::One) } else { Err(UnknownRules) }
    }
}

/// *Verkoper*: the utility on its invoice.
///
/// **Source.** EN 16931 BG-4.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Seller {
    /// As the bank account is named.
    pub name: String,
    /// Street and house number.
    pub address: String,
    /// *Postcode*.
    pub postcode: String,
    /// *Plaats*.
    pub city: String,
    /// ISO 3166-1, two letters.
    pub country: String,
    /// *KvK-nummer*.
    pub kvk: String,
    /// *Btw-nummer*.
    pub vat_id: String,
    /// Where to pay.
    pub iban: Iban,
    /// *Incassant-ID*; there is one where the account is debited.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creditor_id: Option<String>,
    /// Whom to write to.
    pub email: String,
    /// Whom to call.
    pub phone: String,
    /// Where to read more.
    pub website: String,
}

/// *Koper*: an account on its invoice.
///
/// **Source.** EN 16931 BG-7.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Buyer {
    /// *Klantnummer*.
    pub customer_number: String,
    /// The person or company.
    pub name: String,
    /// *Particulier* or *zakelijk*.
    pub kind: BuyerKind,
    /// Street and house number.
    pub address: String,
    /// *Postcode*.
    pub postcode: String,
    /// *Plaats*.
    pub city: String,
    /// ISO 3166-1, two letters.
    pub country: String,
    /// *KvK-nummer*, 8 digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kvk: Option<String>,
    /// *OIN*, 20 digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oin: Option<String>,
    /// *Btw-nummer*.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vat_id: Option<String>,
    /// Its Peppol address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peppol: Option<PeppolAddress>,
    /// What the customer wants to read on invoices; at most 100 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub buyer_reference: Option<String>,
    /// *Betaalwijze*.
    pub payment_method: PaymentMethod,
    /// The account that is debited, or refunded to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iban: Option<Iban>,
    /// *Machtigingskenmerk*, at most 35 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mandate: Option<String>,
}

/// *Particulier* or *zakelijk*.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BuyerKind {
    /// *Particulier*.
    Consumer,
    /// *Zakelijk*.
    Business,
}

/// Where a business receives e-invoices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PeppolAddress {
    /// Which list the id is of: `0106` for KvK.
    pub scheme: String,
    /// Its id there.
    pub id: String,
}

/// *Betaalwijze*.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PaymentMethod {
    /// *Overboeking*.
    Transfer,
    /// *Automatische incasso*.
    Debit,
}

/// What document is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Asked {
    /// The settlement, or its taking back.
    pub kind: AskedKind,
    /// The day of the document.
    pub date: NaiveDate,
    /// The series of its number.
    pub series: Series,
    /// Its place there.
    pub sequence: Sequence,
    /// What a credit note takes back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refers_to: Option<DocumentReference>,
    /// Days until it must be paid.
    pub payment_days: u16,
    /// Days until a refund is promised.
    pub refund_days: u16,
}

/// The settlement, or its taking back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AskedKind {
    /// *Jaarafrekening*.
    Annual,
    /// *Creditnota*.
    CreditNote,
}

/// An earlier document.
///
/// **Source.** EN 16931 BG-3.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DocumentReference {
    /// Its number, as it was written on it.
    pub number: String,
    /// Its day.
    pub date: NaiveDate,
}

/// A connection in the days that are settled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SettledConnection {
    /// EAN or connection number.
    pub id: String,
    /// Street and house number.
    pub address: String,
    /// *Postcode*.
    pub postcode: String,
    /// *Plaats*.
    pub city: String,
    /// *Kostenplaats*: the customer's own name of it, at most 50 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub own_reference: Option<String>,
    /// The first day that is settled.
    pub first: NaiveDate,
    /// The last day that is settled.
    pub last: NaiveDate,
    /// Property units behind it: they multiply every `up_to`.
    pub tax_units: u32,
    /// Whether it continues.
    #[serde(rename = "final")]
    pub ending: Ending,
    /// The use of the term year, where it was estimated.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub expected: BTreeMap<Commodity, Decimal>,
    /// The codes of what it is charged, in the order of the document.
    pub components: Vec<String>,
    /// Its registers; one commodity may have several.
    pub registers: Vec<SettledRegister>,
}

/// Whether a connection continues after the days that are settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ending {
    /// It does, and gets new terms.
    Continues,
    /// It does not.
    Final,
}

impl Serialize for Ending {
    /// Written as `true` when it is final.
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_bool(*self == Self::Final)
    }
}

/// A register with its readings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SettledRegister {
    /// The number on the meter.
    pub meter: String,
    /// What it counts.
    pub commodity: Commodity,
    /// Wheels behind the comma, 0 to 3.
    pub decimals: u8,
    /// Wheels before the comma, 1 to 9.
    pub digits: u8,
    /// What a step of it is worth.
    pub factor: u32,
    /// Two at least, rising by day.
    pub readings: Vec<SettledReading>,
}

/// What a register showed at the end of a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SettledReading {
    /// The day.
    pub date: NaiveDate,
    /// What it showed.
    pub value: Decimal,
    /// Who says so.
    pub source: Source,
    /// How far it may be relied on.
    pub quality: Quality,
    /// Whether it passed zero since the reading before.
    pub rollover: Passing,
}

/// Whether a register passed zero since the reading before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Passing {
    /// It did not.
    Never,
    /// *Doorgelopen*: once.
    Once,
}

impl Serialize for Passing {
    /// Written as `true` when it passed.
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_bool(*self == Self::Once)
    }
}

/// *Termijnen* that were asked before, all in one form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PastTerms {
    /// What they were; the new terms are the same.
    pub form: TermForm,
    /// In order of their days.
    pub items: Vec<PastTerm>,
}

/// What a term is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TermForm {
    /// *Termijnfactuur*: numbered, with VAT.
    Invoice,
    /// *Betaalverzoek*: without VAT.
    Request,
}

/// One term of one connection that was asked before.
///
/// **Units.** `amount` is with VAT for a request and without for an invoice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PastTerm {
    /// The number under which it was asked.
    pub document: String,
    /// The day that decides on its percentage.
    pub date: NaiveDate,
    /// For which connection.
    pub connection: String,
    /// How much, not negative.
    #[serde(rename = "cents")]
    pub amount: Money,
    /// The code of its VAT, of an invoice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vat: Option<String>,
}

/// How the twelve new terms are made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TermPlan {
    /// How the year is divided.
    pub policy: TermPolicy,
    /// To which multiple an even amount goes.
    #[serde(rename = "round")]
    pub rounding: TermRounding,
    /// The multiple; above 0.
    #[serde(rename = "step_cents")]
    pub step: Money,
    /// No term is lower.
    #[serde(rename = "min_cents", skip_serializing_if = "Option::is_none")]
    pub min: Option<Money>,
    /// No term is higher.
    #[serde(rename = "max_cents", skip_serializing_if = "Option::is_none")]
    pub max: Option<Money>,
    /// The day of the month that they are due on, 1 to 28.
    pub day: u8,
    /// Days between the invoice and the first term.
    pub notice_days: u16,
}

/// How a year is divided in twelve.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TermPolicy {
    /// To the cent: the first terms may be a cent higher.
    Exact,
    /// Twelve equal amounts.
    Even,
}

/// To which multiple of the step an even amount goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TermRounding {
    /// The next higher.
    Up,
    /// The nearest; from the middle, the higher.
    Nearest,
}

/// Last year of the same occupancy, as its result had it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Previous {
    /// Its parts.
    pub parts: Vec<Part>,
    /// VAT of its cost.
    #[serde(rename = "cost_vat_cents")]
    pub cost_vat: Money,
    /// Its terms, VAT included.
    #[serde(rename = "terms_incl_cents")]
    pub terms_incl: Money,
}

/// Which of the new terms is invoiced, and its number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TermAsked {
    /// 1 to 12.
    pub term: u8,
    /// The day of the document.
    pub date: NaiveDate,
    /// The series of its number.
    pub series: Series,
    /// Its place there.
    pub sequence: Sequence,
}
