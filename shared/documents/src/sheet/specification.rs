//! One address: its meters, its lines, what they come to.

use rust_decimal::Decimal;
use serde::Serialize;

use domain::money::Money;
use domain::quantity::{Commodity, Unit};
use domain::reading::Quality;
use domain::settlement::case::{Passing, SettledConnection, SettledReading, SettledRegister};
use domain::settlement::result::{Line, LineUnit, Specification};
use domain::tariff::Measure;
use domain::written::{self, NO_BREAK};

use super::cells::{Cell, column};
use super::{Pair, Sum, Table, euro, place, sum, total};
use crate::document::{Document, origin, symbol};
use crate::plain::printable;

/// So many rows of a specification stay on one page.
const TOGETHER: usize = 12;

/// One address.
#[derive(Debug, Serialize)]
pub(super) struct Specified {
    title: String,
    facts: Vec<Pair>,
    readings: Option<Table>,
    notes: Vec<String>,
    lines: Option<Table>,
    sums: Vec<Sum>,
    /// Whether it may end on another page than it begins on.
    long: bool,
}

/// Every address, in the customer's order.
pub(super) fn all(document: Document<'_>) -> Vec<Specified> {
    document.specified().map(|(connection, one)| specified(document, connection, one)).collect()
}

fn specified(
    document: Document<'_>,
    connection: &SettledConnection,
    specification: &Specification,
) -> Specified {
    let texts = document.texts();
    let short = |day| written::short_day(texts.language(), day);
    let mut facts = vec![(texts.say("spec-id"), printable(&connection.id))];
    facts.extend(
        connection
            .own_reference
            .as_deref()
            .map(|own| (texts.say("spec-reference"), printable(own))),
    );
    let days = [("first", &*short(connection.first)), ("last", &*short(connection.last))];
    facts.push((texts.say("spec-period"), texts.tell("period", days)));
    let readings = readings(document, connection);
    let lines = lines(document, &specification.lines);
    let rows = readings.rows.len() + lines.rows.len();
    Specified {
        title: place(connection),
        facts,
        notes: notes(document, connection),
        readings: (!readings.rows.is_empty()).then_some(readings),
        lines: (!lines.rows.is_empty()).then_some(lines),
        sums: sums(document, specification),
        long: rows > TOGETHER,
    }
}

fn sums(document: Document<'_>, one: &Specification) -> Vec<Sum> {
    let texts = document.texts();
    let mut rows = vec![
        sum(document, texts.say("spec-net"), one.net),
        sum(document, texts.say("spec-vat"), one.vat),
        total(document, texts.say("spec-incl"), one.incl),
    ];
    if one.prepaid != Money::ZERO {
        rows.push(sum(document, texts.say("spec-prepaid"), -one.prepaid));
        let result = one.incl - one.prepaid;
        rows.push(if result < Money::ZERO {
            total(document, texts.say("spec-refund"), -result)
        } else {
            total(document, texts.say("spec-pay"), result)
        });
    }
    rows
}

/// What the meters of `commodity` count in, as its components say.
pub(super) fn unit_of(document: Document<'_>, commodity: Commodity) -> Unit {
    let counted =
        document.case.tariff.components.iter().find_map(|component| match component.measure {
            Measure::Use { commodity: counted, unit } if counted == commodity => Some(unit),
            Measure::Use { .. } | Measure::Days { .. } => None,
        });
    counted.unwrap_or(match commodity {
        Commodity::Water | Commodity::Gas => Unit::CubicMetre,
        Commodity::Heat | Commodity::Cooling => Unit::Gigajoule,
        Commodity::Electricity => Unit::KilowattHour,
    })
}

/// A row from each reading of a register to the next.
fn readings(document: Document<'_>, connection: &SettledConnection) -> Table {
    let texts = document.texts();
    let rows = connection.registers.iter().flat_map(|register| {
        let later = register.readings.iter().skip(1);
        register.readings.iter().zip(later).map(move |(from, until)| {
            let unit = unit_of(document, register.commodity);
            let used = written::number(texts.language(), consumption(register, from, until));
            vec![
                Cell::Text(printable(&register.meter)),
                Cell::Text(shown(document, register, from)),
                Cell::Text(shown(document, register, until)),
                Cell::Text(format!("{used}{NO_BREAK}{}", unit.symbol())),
            ]
        })
    });
    Table {
        head: ["reading-meter", "reading-from", "reading-until", "reading-use"]
            .map(|id| texts.say(id))
            .to_vec(),
        rows: rows.collect(),
        ..Table::default()
    }
}

/// A reading with its day and where it comes from.
fn shown(document: Document<'_>, register: &SettledRegister, reading: &SettledReading) -> String {
    let texts = document.texts();
    let mut value = reading.value;
    value.rescale(register.decimals.into());
    let value = value.to_string().replace('.', &written::comma(texts.language()).to_string());
    let day = written::short_day(texts.language(), reading.date);
    let origin = origin(reading, texts.language());
    texts.tell("reading-at", [("value", &value), ("day", &day), ("origin", &origin)])
}

/// What ran through between two readings that follow each other.
///
/// **Units.** The register's, times its factor.
fn consumption(
    register: &SettledRegister,
    from: &SettledReading,
    until: &SettledReading,
) -> Decimal {
    let round = match until.rollover {
        Passing::Never => Decimal::ZERO,
        Passing::Once => Decimal::from(10_u64.saturating_pow(register.digits.into())),
    };
    let mut used = (until.value - from.value + round) * Decimal::from(register.factor);
    used.rescale(register.decimals.into());
    used
}

/// What is unusual about the readings, in sentences.
fn notes(document: Document<'_>, connection: &SettledConnection) -> Vec<String> {
    let texts = document.texts();
    let day = |day| written::day(texts.language(), day);
    let mut notes = Vec::new();
    for register in &connection.registers {
        let meter = printable(&register.meter);
        let later = register.readings.iter().skip(1);
        for (from, until) in register.readings.iter().zip(later) {
            if until.rollover == Passing::Once {
                let (from, until) = (day(from.date), day(until.date));
                let said = [("meter", meter.as_str()), ("from", &from), ("until", &until)];
                notes.push(texts.tell("reading-rollover-note", said));
            }
        }
        for reading in &register.readings {
            match reading.quality {
                Quality::Estimated => {
                    let at = [("day", &*day(reading.date))];
                    notes.push(texts.tell("reading-estimated-note", at));
                }
                Quality::Prorated => {
                    let at = [("day", &*day(reading.date))];
                    notes.push(texts.tell("reading-prorated-note", at));
                }
                Quality::Actual | Quality::Confirmed => {}
            }
        }
        if register.factor != 1 {
            let factor = register.factor.to_string();
            let said = [("meter", meter.as_str()), ("factor", &factor)];
            notes.push(texts.tell("reading-factor-note", said));
        }
    }
    notes.dedup();
    notes
}

/// Every line: what, which days, how much, at which rate, with which VAT, how much money.
fn lines(document: Document<'_>, lines: &[Line]) -> Table {
    let texts = document.texts();
    let language = texts.language();
    let quantities: Vec<_> = lines.iter().map(|line| Some(line.quantity)).collect();
    let rates: Vec<_> = lines.iter().map(|line| Some(line.rate.euro())).collect();
    let quantities = column(language, "", &quantities);
    let rates = column(language, "€\u{a0}", &rates);
    let rows = lines.iter().zip(quantities).zip(rates).map(|((line, quantity), rate)| {
        let days = [
            ("first", &*written::short_day(language, line.first)),
            ("last", &*written::short_day(language, line.last)),
        ];
        let per = match (symbol(line.unit), line.unit) {
            (Some(unit), _) => unit.to_owned(),
            (None, LineUnit::Day) if line.base == 1 => texts.say("rates-day"),
            (None, LineUnit::Day) => texts.tell("line-days", [("count", &line.base.to_string())]),
            (None, _) => String::new(),
        };
        let percent = written::number(language, line.percent.normalize());
        vec![
            Cell::Text(printable(&document.name_of(line))),
            Cell::Text(texts.tell("period", days)),
            quantity,
            rate,
            Cell::Text(per),
            Cell::Text(format!("{percent}%")),
            Cell::Text(euro(document, line.net)),
        ]
    });
    let head = [
        "line-what",
        "line-period",
        "line-quantity",
        "line-rate",
        "line-per",
        "line-vat",
        "line-amount",
    ];
    Table { head: head.map(|id| texts.say(id)).to_vec(), rows: rows.collect(), ..Table::default() }
}
