//! `infra/config/invoicing.toml`: how the utility invoices.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::campaign::config::ConfigError;
use crate::configuration::{self, Node, Table, maybe};
use crate::money::Money;
use crate::quantity::{Commodity, Quantity, Unit};
use crate::settlement::case::{BuyerKind, TermForm, TermPlan, TermPolicy, TermRounding};
use crate::settlement::term_year;

/// The version of the form of this file.
const SCHEMA: u8 = 1;

/// How the utility invoices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invoicing {
    /// Days from an invoice until it must be paid.
    pub payment_days: u16,
    /// Days from an invoice until a refund is promised.
    pub refund_days: u16,
    /// Where the utility is.
    pub seller: SellerAddress,
    /// What a term is, where the old administration does not say it.
    pub forms: TermForms,
    /// How the twelve new terms are made.
    pub terms: TermPlan,
    /// What a person must see.
    pub held: Limits,
    /// What an average household uses in a year, of the commodities that it is told of.
    ///
    /// **Source.** Directive (EU) 2020/2184, article 17.
    pub household: BTreeMap<Commodity, Quantity>,
}

/// Where the utility is, as its invoices say it.
///
/// **Source.** EN 16931 BG-5.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SellerAddress {
    /// Street and house number.
    pub address: String,
    /// *Postcode*.
    pub postcode: String,
    /// *Plaats*.
    pub city: String,
    /// ISO 3166-1, two letters.
    pub country: String,
}

/// The form of the terms of each customer group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TermForms {
    /// Of people.
    pub consumer: TermForm,
    /// Of companies.
    pub business: TermForm,
    /// Of connections that share an invoice.
    pub collective: TermForm,
}

impl TermForms {
    /// The form of a customer group.
    pub fn of(&self, kind: BuyerKind, document: Shared) -> TermForm {
        match (document, kind) {
            (Shared::ByCollective, _) => self.collective,
            (Shared::ByNone, BuyerKind::Consumer) => self.consumer,
            (Shared::ByNone, BuyerKind::Business) => self.business,
        }
    }
}

/// Whether connections share a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shared {
    /// *Verzamelfactuur*.
    ByCollective,
    /// Each connection has its own.
    ByNone,
}

/// Beyond one of these a settlement is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// To pay or to get back.
    pub payable: Money,
    /// The cost changed by more percent of last year's, and
    pub changed_percent: u16,
    /// by more than this.
    pub changed: Money,
    /// Nothing was used after so many years in a row with use.
    pub zero_after_years: u8,
}

impl Invoicing {
    /// Reads the file `file` with the contents `text`.
    ///
    /// **Errors.** Every broken rule at once, in the order of the lines; see [`ConfigError`].
    pub fn parse(file: &str, text: &str) -> Result<Self, Vec<ConfigError>> {
        configuration::read(file, text, read)
    }

    /// The calendar year that prices the new terms of invoices of `invoiced_on`: the one that most
    /// of their twelve months lie in.
    pub fn term_year(&self, invoiced_on: NaiveDate) -> i32 {
        term_year(invoiced_on, &self.terms)
    }
}

fn read(whole: &mut Table<'_>) -> Option<Invoicing> {
    let schema: Option<u8> =
        whole.required("schema", "1").and_then(|node| node.between(SCHEMA.into(), SCHEMA.into()));
    let payment_days = whole.required("payment_days", "14").and_then(|node| node.between(1, 90));
    let refund_days = whole.required("refund_days", "10").and_then(|node| node.between(1, 90));
    let seller = within(whole, "seller", seller);
    let forms = within(whole, "form", forms);
    let terms = within(whole, "terms", terms);
    let held = within(whole, "held", limits);
    let household = maybe(whole.optional("household"), |node| household(&node));
    schema?;
    Some(Invoicing {
        payment_days: payment_days?,
        refund_days: refund_days?,
        seller: seller?,
        forms: forms?,
        terms: terms?,
        held: held?,
        household: household?.unwrap_or_default(),
    })
}

/// What `read` makes of the table `name`, all of whose keys it asks for.
fn within<'a, T>(
    whole: &mut Table<'a>,
    name: &'static str,
    read: impl FnOnce(&mut Table<'a>) -> Option<T>,
) -> Option<T> {
    let mut table = whole.required(name, "a table of that name")?.table()?;
    let read = read(&mut table);
    table.end();
    read
}

fn seller(table: &mut Table<'_>) -> Option<SellerAddress> {
    let mut text = |name, such_as| {
        let text = table.required(name, such_as)?.text()?;
        Some(text.to_owned())
    };
    let (address, postcode) = (text("address", "\"Waterlaan 1\""), text("postcode", "\"1234 AB\""));
    let city = text("city", "\"Waterrade\"");
    let country = table.required("country", "\"NL\"").and_then(|node| {
        let country = node.text()?;
        let coded = country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase());
        node.or("needs two capitals, as \"NL\"", coded.then(|| country.to_owned()))
    });
    Some(SellerAddress { address: address?, postcode: postcode?, city: city?, country: country? })
}

fn forms(table: &mut Table<'_>) -> Option<TermForms> {
    let mut form = |name| {
        let words = [("invoice", TermForm::Invoice), ("request", TermForm::Request)];
        table.required(name, "\"request\"").and_then(|node| node.word(&words))
    };
    let (consumer, business, collective) = (form("consumer"), form("business"), form("collective"));
    Some(TermForms { consumer: consumer?, business: business?, collective: collective? })
}

fn terms(table: &mut Table<'_>) -> Option<TermPlan> {
    let policy = table
        .required("policy", "\"exact\"")
        .and_then(|node| node.word(&[("exact", TermPolicy::Exact), ("even", TermPolicy::Even)]));
    let rounding = table.required("round", "\"nearest\"").and_then(|node| {
        node.word(&[("nearest", TermRounding::Nearest), ("up", TermRounding::Up)])
    });
    let limit = Money::LIMIT.cents();
    let step = table.required("step_cents", "1").and_then(|node| node.between(1, limit));
    let min = maybe(table.optional("min_cents"), |node| node.between(0, limit));
    let max = maybe(table.optional("max_cents"), |node| node.between(0, limit));
    if let (Some(Some(min)), Some(Some(max))) = (min, max)
        && max < min
    {
        table.note("max_cents", format!("{max} is below min_cents = {min}: no term lies between"));
    }
    let day = table.required("day", "1").and_then(|node| node.between(1, 28));
    let notice_days = table.required("notice_days", "14").and_then(|node| node.between(0, 90));
    let cents = |cents: Option<i64>| cents.map(Money::from_cents);
    Some(TermPlan {
        policy: policy?,
        rounding: rounding?,
        step: Money::from_cents(step?),
        min: cents(min?),
        max: cents(max?),
        day: day?,
        notice_days: notice_days?,
    })
}

fn limits(table: &mut Table<'_>) -> Option<Limits> {
    let limit = Money::LIMIT.cents();
    let payable = table.required("payable_cents", "150000").and_then(|it| it.between(1, limit));
    let percent = table.required("changed_percent", "50").and_then(|node| node.between(1, 1000));
    let changed = table.required("changed_cents", "10000").and_then(|it| it.between(1, limit));
    let years = table.required("zero_after_years", "2").and_then(|node| node.between(1, 10));
    Some(Limits {
        payable: Money::from_cents(payable?),
        changed_percent: percent?,
        changed: Money::from_cents(changed?),
        zero_after_years: years?,
    })
}

fn household(node: &Node<'_>) -> Option<BTreeMap<Commodity, Quantity>> {
    let averages: Vec<Option<(Commodity, Quantity)>> = node
        .table()?
        .each()
        .map(|(name, node)| {
            let commodity = Commodity::ALL.into_iter().find(|known| known.as_str() == name);
            let commodity = node.or("is no commodity", commodity);
            let average = average(&node, commodity);
            Some((commodity?, average?))
        })
        .collect();
    averages.into_iter().collect()
}

fn average(node: &Node<'_>, commodity: Option<Commodity>) -> Option<Quantity> {
    let mut table = node.table()?;
    let rule = "needs a quantity above 0 in quotes; \"105\" would do";
    let amount = table.required("use", "\"105\"").and_then(|node| {
        let amount = node.decimal(rule)?;
        node.or(rule, (amount > Decimal::ZERO).then_some(amount))
    });
    let unit = table.required("unit", "\"m3\"").and_then(|node| {
        let units = [Unit::CubicMetre, Unit::Gigajoule, Unit::KilowattHour];
        let unit = node.word(&units.map(|unit| (unit.as_str(), unit)))?;
        let counts = commodity.is_none_or(|commodity| commodity.is_counted_in(unit));
        node.or("does not count this commodity", counts.then_some(unit))
    });
    let source = table.required("source", "where the figure is from").and_then(|it| it.text());
    table.end();
    source?;
    Some(Quantity { amount: amount?, unit: unit? })
}

#[cfg(test)]
pub(crate) mod tests;
