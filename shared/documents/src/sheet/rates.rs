//! The rates of today, per m³ and per litre, without and with VAT.

use rust_decimal::Decimal;

use domain::quantity::{Commodity, Unit};
use domain::tariff::{Component, Measure, Per, Step};
use domain::written::{self, NO_BREAK};

use super::Table;
use super::cells::{Cell, column};
use crate::document::Document;
use crate::plain::printable;

/// One rate in one unit.
struct Row {
    name: String,
    per: String,
    net: Decimal,
    incl: Decimal,
}

/// Every rate that holds for an address of the document on its day.
pub(super) fn table(document: Document<'_>) -> Table {
    let texts = document.texts();
    let language = texts.language();
    let charged = |component: &&Component| {
        document.specified().any(|(connection, _)| connection.components.contains(&component.code))
    };
    let components = document.case.tariff.components.iter().filter(charged);
    let rows: Vec<Row> = components.flat_map(|component| of(document, component)).collect();
    let net: Vec<_> = rows.iter().map(|row| Some(row.net)).collect();
    let incl: Vec<_> = rows.iter().map(|row| Some(row.incl)).collect();
    let net = column(language, "€\u{a0}", &net);
    let incl = column(language, "€\u{a0}", &incl);
    let cells = rows
        .into_iter()
        .zip(net)
        .zip(incl)
        .map(|((row, net), incl)| vec![Cell::Text(row.name), Cell::Text(row.per), net, incl]);
    Table {
        head: ["rates-what", "rates-per", "rates-excl", "rates-incl"]
            .map(|id| texts.say(id))
            .to_vec(),
        align: vec!["left", "right", "right"],
        rows: cells.collect(),
        ..Table::default()
    }
}

/// The rates of one component: a row for each step, and one more per litre of water.
///
/// **Source.** Directive (EU) 2020/2184, article 17 and annex IV: the price per litre and per m³.
fn of(document: Document<'_>, component: &Component) -> Vec<Row> {
    let (texts, tariff) = (document.texts(), &document.case.tariff);
    let on = document.day();
    let entry = component.rates.iter().rev().find(|entry| entry.from <= on);
    let vat = tariff.vat_on(&component.vat, on);
    let (Some(entry), Some(vat)) = (entry, vat) else { return Vec::new() };
    let charged = Decimal::ONE + vat.percent / Decimal::ONE_HUNDRED;
    let mut rows = Vec::new();
    let mut below: Option<u64> = None;
    for step in &entry.steps {
        let name = named(document, component, step, below);
        let mut row = |per: String, net: Decimal| {
            rows.push(Row { name: name.clone(), per, net, incl: (net * charged).normalize() });
        };
        let rate = step.rate.euro();
        match component.measure {
            Measure::Use { commodity, unit } => {
                row(unit.symbol().to_owned(), rate);
                if (commodity, unit) == (Commodity::Water, Unit::CubicMetre) {
                    row(texts.say("rates-litre"), (rate / Decimal::ONE_THOUSAND).normalize());
                }
            }
            Measure::Days { per: Per::Year } => row(texts.say("rates-year"), rate),
            Measure::Days { per: Per::Day } => row(texts.say("rates-day"), rate),
        }
        below = step.up_to;
    }
    rows
}

/// The component, and up to or from where its rate holds.
fn named(document: Document<'_>, component: &Component, step: &Step, below: Option<u64>) -> String {
    let texts = document.texts();
    let name = printable(component.name.to(texts.language()));
    let unit = match component.measure {
        Measure::Use { unit, .. } => unit.symbol(),
        Measure::Days { .. } => "",
    };
    let limit = |units: u64| {
        let number = written::number(texts.language(), Decimal::from(units));
        format!("{number}{NO_BREAK}{unit}")
    };
    match (step.up_to, below) {
        (Some(up_to), _) => texts.tell("rates-up-to", [("name", &name), ("limit", &limit(up_to))]),
        (None, Some(below)) => {
            texts.tell("rates-above", [("name", &name), ("limit", &limit(below))])
        }
        (None, None) => name,
    }
}
