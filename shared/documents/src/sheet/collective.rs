//! One row for each address; together they are what page 1 says.

use domain::invoice::InvoiceKind;
use domain::language::Language;
use domain::money::Money;
use domain::settlement::result::Specification;
use domain::written::{self, NO_BREAK};

use super::cells::Cell;
use super::{Table, euro, place};
use crate::document::Document;
use crate::plain::printable;

/// A column behind the address: its head, its side, its cell in a row and below them all.
struct Column<'a> {
    head: &'static str,
    side: &'static str,
    cell: Box<dyn Fn(&Specification) -> String + 'a>,
    total: String,
}

/// The table of a document about several addresses.
pub(super) fn table(document: Document<'_>) -> Table {
    let (texts, totals) = (document.texts(), document.settlement.totals);
    let mut columns = Vec::new();
    let specified: Vec<_> = document.specified().collect();
    let referred = specified.iter().any(|(connection, _)| connection.own_reference.is_some());
    if referred {
        let own = specified.iter().map(|(connection, specification)| {
            let reference = connection.own_reference.as_deref().unwrap_or_default();
            (specification.id.as_str(), printable(reference))
        });
        let own: std::collections::BTreeMap<&str, String> = own.collect();
        let cell = move |one: &Specification| own.get(one.id.as_str()).cloned().unwrap_or_default();
        columns.push(Column {
            head: "table-reference",
            side: "left",
            cell: Box::new(cell),
            total: String::new(),
        });
    }
    if document.settlement.kind != InvoiceKind::Term {
        let used = super::summary::uses(document, &document.settlement.parts);
        let language = texts.language();
        let all: Vec<String> = used.iter().map(|used| used.shown(language)).collect();
        columns.push(Column {
            head: "table-use",
            side: "right",
            cell: Box::new(move |one| consumed(document, one, language)),
            total: all.join(", "),
        });
    }
    let mut amount = |head, total, of: fn(&Specification) -> Money| {
        columns.push(Column {
            head,
            side: "right",
            cell: Box::new(move |one| euro(document, of(one))),
            total: euro(document, total),
        });
    };
    if specified.iter().any(|(_, one)| terms(one) != Money::ZERO)
        && document.settlement.kind != InvoiceKind::Term
    {
        amount("table-cost", totals.cost_net, cost);
        amount("table-terms", totals.net - totals.cost_net, terms);
    }
    amount("table-net", totals.net, |one| one.net);
    amount("table-vat", totals.vat, |one| one.vat);
    amount("table-incl", totals.incl, |one| one.incl);
    if totals.prepaid != Money::ZERO {
        amount("table-prepaid", -totals.prepaid, |one| -one.prepaid);
        amount("table-result", totals.payable, |one| one.incl - one.prepaid);
    }
    let rows = specified.iter().map(|(connection, one)| {
        let estimated = one.consumption.iter().any(|used| used.estimated);
        let mark = if estimated { format!("{NO_BREAK}*") } else { String::new() };
        let first = Cell::Text(format!("{}{mark}", place(connection)));
        std::iter::once(first).chain(columns.iter().map(|c| (c.cell)(one).into())).collect()
    });
    let rows = rows.collect();
    let heads = columns.iter().map(|column| texts.say(column.head));
    let totals = columns.iter().map(|column| Cell::Text(column.total.clone()));
    Table {
        title: texts.say("table-title"),
        text: match document.settlement.kind {
            InvoiceKind::Term => texts.say("table-text-term"),
            InvoiceKind::Annual | InvoiceKind::CreditNote => texts.say("table-text"),
        },
        head: std::iter::once(texts.say("table-address")).chain(heads).collect(),
        align: columns.iter().map(|column| column.side).collect(),
        rows,
        total: Some(std::iter::once(texts.say("table-total").into()).chain(totals).collect()),
    }
}

/// What one address used, a commodity after the other.
fn consumed(document: Document<'_>, one: &Specification, language: Language) -> String {
    let used = one.consumption.iter().map(|used| {
        let unit = super::specification::unit_of(document, used.commodity);
        let number = written::number(language, used.quantity.normalize());
        format!("{number}{NO_BREAK}{}", unit.symbol())
    });
    used.collect::<Vec<_>>().join(", ")
}

fn cost(one: &Specification) -> Money {
    one.lines.iter().filter(|line| !line.is_term()).map(|line| line.net).sum()
}

fn terms(one: &Specification) -> Money {
    one.lines.iter().filter(|line| line.is_term()).map(|line| line.net).sum()
}
