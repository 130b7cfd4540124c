//! Why it changed, and what holds from now on.

use serde::Serialize;

use domain::money::Money;
use domain::settlement::case::{BuyerKind, TermForm};
use domain::written::{self, NO_BREAK};

use super::cells::Cell;
use super::summary::{Used, uses};
use super::{Pair, Sum, Table, euro, rates, sum, total};
use crate::document::Document;
use crate::pdf::{self, Letterhead};
use crate::plain::printable;

/// The last pages of a settlement.
#[derive(Debug, Serialize)]
pub(super) struct Explanation {
    title: String,
    parts: Vec<Part>,
}

/// A heading, and what stands below it.
#[derive(Debug, Default, Serialize)]
struct Part {
    title: String,
    lines: Vec<String>,
    sums: Vec<Sum>,
    table: Option<Table>,
    /// How wide the table is: all of the page, or what it needs.
    wide: bool,
    pairs: Vec<Pair>,
}

/// All of it.
pub(super) fn of(document: Document<'_>, letterhead: &Letterhead) -> Explanation {
    let texts = document.texts();
    let parts = [
        why(document),
        terms(document),
        Some(rated(document)),
        used(document, letterhead),
        Some(ask(document)),
        Some(made(document)),
    ];
    Explanation { title: texts.say("explain-title"), parts: parts.into_iter().flatten().collect() }
}

/// The difference from last year, which adds up.
fn why(document: Document<'_>) -> Option<Part> {
    let (texts, why) = (document.texts(), document.settlement.why?);
    let now = document.settlement.totals.payable;
    let said = [("before", &*euro(document, now - why.payable)), ("now", &*euro(document, now))];
    let reasons = [
        ("why-connections", why.connections),
        ("why-use", why.used),
        ("why-rate", why.rate),
        ("why-standing", why.standing),
        ("why-tax", why.tax),
        ("why-vat", why.vat),
    ];
    let shown = reasons.into_iter().filter(|(_, amount)| *amount != Money::ZERO);
    let mut sums: Vec<Sum> =
        shown.map(|(id, amount)| sum(document, texts.say(id), amount)).collect();
    sums.push(total(document, texts.say("why-cost"), why.cost));
    if why.terms != Money::ZERO {
        sums.push(sum(document, texts.say("why-terms"), why.terms));
    }
    sums.push(total(document, texts.say("why-payable"), why.payable));
    let lines = vec![texts.tell("why-text-pay", said)];
    Some(Part { title: texts.say("why-title"), lines, sums, ..Part::default() })
}

/// The twelve new terms with their days.
fn terms(document: Document<'_>) -> Option<Part> {
    let (texts, terms) = (document.texts(), document.settlement.terms.as_ref()?);
    let language = texts.language();
    if terms.incl.iter().all(|amount| *amount == Money::ZERO) {
        return None;
    }
    let invoiced = document.case.past_terms.form == TermForm::Invoice;
    let mut expected: Vec<Used> = Vec::new();
    for one in &terms.expected {
        match expected.iter_mut().find(|used| used.commodity == one.commodity) {
            Some(used) => used.quantity += one.quantity,
            None => expected.push(Used {
                commodity: one.commodity,
                quantity: one.quantity,
                unit: super::specification::unit_of(document, one.commodity).symbol(),
            }),
        }
    }
    let uses: Vec<String> = expected.iter().map(|used| used.shown(language)).collect();
    let mut lines = Vec::new();
    if !uses.is_empty() {
        lines.push(texts.tell("terms-text", [("use", &uses.join(", "))]));
    }
    if !invoiced {
        lines.push(texts.say("terms-request"));
    }
    if terms.items.iter().any(|item| item.bounded.is_some()) {
        lines.push(texts.say("terms-bounded"));
    }
    let rows = terms.due.iter().zip(&terms.incl).zip(&terms.vat).map(|((day, incl), vat)| {
        let mut row: Vec<Cell> =
            vec![written::day(language, *day).into(), euro(document, *incl).into()];
        row.extend(invoiced.then(|| euro(document, *vat).into()));
        row
    });
    let mut head = vec![texts.say("terms-day"), texts.say("terms-amount")];
    head.extend(invoiced.then(|| texts.say("terms-vat")));
    let align = head.iter().skip(1).map(|_| "right").collect();
    let table = Table { head, align, rows: rows.collect(), ..Table::default() };
    Some(Part { title: texts.say("terms-title"), lines, table: Some(table), ..Part::default() })
}

/// The rates that hold on the day of the document.
fn rated(document: Document<'_>) -> Part {
    let texts = document.texts();
    let day = written::day(texts.language(), document.day());
    Part {
        title: texts.tell("rates-title", [("day", &day)]),
        table: Some(rates::table(document)),
        wide: true,
        ..Part::default()
    }
}

/// This year, last year, and others.
fn used(document: Document<'_>, letterhead: &Letterhead) -> Option<Part> {
    let (texts, now) = (document.texts(), uses(document, &document.settlement.parts));
    let language = texts.language();
    let before = document.case.previous.as_ref().map(|previous| uses(document, &previous.parts));
    let is_household = document.case.buyer.kind == BuyerKind::Consumer
        && document.settlement.connections.len() == 1;
    let average = |used: &Used| letterhead.household.get(&used.commodity);
    let household = is_household && now.iter().any(|used| average(used).is_some());
    let mut head = vec![texts.say("use-what"), texts.say("use-this")];
    head.extend(before.is_some().then(|| texts.say("use-last")));
    head.extend(household.then(|| texts.say("use-household")));
    let rows: Vec<Vec<Cell>> = now
        .iter()
        .map(|used| {
            let name = texts.say(&format!("use-{}", used.commodity.as_str()));
            let mut row: Vec<Cell> = vec![name.into(), used.shown(language).into()];
            row.extend(before.as_ref().map(|before| {
                let same = before.iter().find(|earlier| earlier.commodity == used.commodity);
                Cell::Text(same.map(|earlier| earlier.shown(language)).unwrap_or_default())
            }));
            row.extend(household.then(|| {
                let told = average(used).map(|average| {
                    let number = written::number(language, average.amount.normalize());
                    format!("{number}{NO_BREAK}{}", average.unit.symbol())
                });
                Cell::Text(told.unwrap_or_default())
            }));
            row
        })
        .collect();
    let align = head.iter().skip(1).map(|_| "right").collect();
    let table = Table { head, align, rows, ..Table::default() };
    let title = texts.say("use-title");
    (!now.is_empty()).then(|| Part { title, table: Some(table), ..Part::default() })
}

/// Whom to ask.
fn ask(document: Document<'_>) -> Part {
    let (texts, seller) = (document.texts(), &document.case.seller);
    let pairs = vec![
        (texts.say("ask-mail"), printable(&seller.email)),
        (texts.say("ask-phone"), printable(&seller.phone)),
        (texts.say("ask-website"), printable(&seller.website)),
    ];
    let lines = vec![texts.say("ask-text")];
    Part { title: texts.say("ask-title"), lines, pairs, ..Part::default() }
}

/// From what it was made.
fn made(document: Document<'_>) -> Part {
    let texts = document.texts();
    let pairs = vec![
        (texts.say("made-rules"), i64::from(document.settlement.rules).to_string()),
        (texts.say("made-tariff"), printable(&document.case.tariff.version)),
        (texts.say("made-template"), pdf::template()),
    ];
    let lines = vec![texts.say("made-text")];
    Part { title: texts.say("made-title"), lines, pairs, ..Part::default() }
}
