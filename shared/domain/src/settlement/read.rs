//! JSON to a case: what can be read is read, and what is wrong is noted with its place.

mod connections;
mod parties;
mod tariff;
mod terms;

use super::case::{Asked, AskedKind, Case, DocumentReference, Rules, SettledConnection};
use super::check;
use super::json::{Node, Object, maybe};
use super::refusal::{Cause, Found, Refusals};
use crate::invoice::{Sequence, Series};
use crate::language::Language;

impl Case {
    /// Reads the JSON of a case.
    ///
    /// **Shape.** One object with the members of [`Case`]; none is unknown, optional ones may be
    /// `null`.
    /// **Errors.** [`Refusals`]: all that is wrong in what is written, and in what can be
    /// understood of it; [`super::settle`] refuses what is wrong between its parts.
    pub fn parse(json: &[u8]) -> Result<Self, Refusals> {
        let found = Found::default();
        let case = Node::whole(json, &found)
            .and_then(|node| node.object())
            .and_then(|whole| read(whole, &found));
        found.end(case)
    }
}

fn read(mut whole: Object<'_>, found: &Found) -> Option<Case> {
    let case = whole.text("case");
    let rules = whole.required("rules").and_then(|node| rules(&node));
    let locale = whole.required("locale").and_then(|node| locale(&node));
    let seller = whole.required("seller").and_then(|node| parties::seller(&node));
    let buyer = whole.required("account").and_then(|node| parties::buyer(&node));
    let invoice = whole.required("invoice").and_then(|node| asked(&node));
    let tariff = whole.required("tariff").and_then(|node| tariff::tariff(&node));
    let connections = whole.required("connections").and_then(|node| connections::all(&node));
    let past_terms = whole.required("past_terms").and_then(|node| terms::past(&node));
    let terms = maybe(whole.optional("terms"), |node| terms::plan(&node));
    let previous = maybe(whole.optional("previous"), |node| terms::previous(&node));
    let term_invoice = maybe(whole.optional("term_invoice"), |node| terms::asked(&node));
    whole.end();

    let whole_connections: Option<Vec<SettledConnection>> =
        connections.as_ref().and_then(|read| read.iter().cloned().collect());
    let readable: Vec<&SettledConnection> =
        connections.iter().flatten().filter_map(Option::as_ref).collect();
    let case = (|| {
        Some(Case {
            case: case?,
            rules: rules?,
            locale: locale?,
            seller: seller.clone()?,
            buyer: buyer.clone()?,
            invoice: invoice.clone()?,
            tariff: tariff.clone()?,
            connections: whole_connections?,
            past_terms: past_terms.clone()?,
            terms: terms.clone()?,
            previous: previous?,
            term_invoice: term_invoice.clone()?,
        })
    })();
    if case.is_none() {
        // settle will not get to see it: what can be understood is checked now
        if let (Some(seller), Some(buyer)) = (&seller, &buyer) {
            check::parties(seller, buyer, found);
        }
        if let Some(invoice) = &invoice {
            check::asked(invoice, found);
        }
        if let Some(tariff) = &tariff {
            check::tariff(tariff, found);
            check::connections(&readable, tariff, found);
        }
        if let Some(Some(plan)) = &terms {
            check::plan(plan, found);
        }
    }
    case
}

fn rules(node: &Node<'_>) -> Option<Rules> {
    let rules = Rules::try_from(node.integer()?).ok();
    if rules.is_none() {
        node.note(Cause::RulesUnknown);
    }
    rules
}

/// The language of a document: Dutch and English have invoices.
fn locale(node: &Node<'_>) -> Option<Language> {
    let locale = node.word(Cause::BadShape)?;
    match locale {
        Language::Nl | Language::En => Some(locale),
        Language::De | Language::It | Language::Fr => {
            node.note(Cause::BadShape);
            None
        }
    }
}

fn asked(node: &Node<'_>) -> Option<Asked> {
    let mut invoice = node.object()?;
    let kind = invoice.required("kind").and_then(|node| node.word::<AskedKind>(Cause::Kind));
    let date = invoice.required("date").and_then(|node| node.day());
    let series = invoice.required("series").and_then(|node| series(&node));
    let sequence = invoice.required("sequence").and_then(|node| sequence(&node));
    let refers_to = maybe(invoice.optional("refers_to"), |node| {
        let mut document = node.object()?;
        let number = document.text("number");
        let date = document.required("date").and_then(|node| node.day());
        document.end();
        Some(DocumentReference { number: number?, date: date? })
    });
    let payment_days = invoice.required("payment_days").and_then(|node| days(&node));
    let refund_days = invoice.required("refund_days").and_then(|node| days(&node));
    invoice.end();
    Some(Asked {
        kind: kind?,
        date: date?,
        series: series?,
        sequence: sequence?,
        refers_to: refers_to?,
        payment_days: payment_days?,
        refund_days: refund_days?,
    })
}

/// A stretch of days after the day of an invoice.
fn days(node: &Node<'_>) -> Option<u16> {
    node.between(0, u16::MAX.into())
}

fn series(node: &Node<'_>) -> Option<Series> {
    let series = Series::new(node.integer()?);
    if series.is_none() {
        node.note(Cause::NumberRange);
    }
    series
}

fn sequence(node: &Node<'_>) -> Option<Sequence> {
    let sequence = Sequence::new(node.integer()?);
    if sequence.is_none() {
        node.note(Cause::NumberRange);
    }
    sequence
}
