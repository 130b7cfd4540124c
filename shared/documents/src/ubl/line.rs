//! The lines: each names its connection, its days and, once a commodity, the readings it rests on.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use domain::language::Language;
use domain::quantity::Commodity;
use domain::settlement::case::{SettledConnection, SettledRegister};
use domain::settlement::result::{Line, LineUnit};
use domain::tariff::Measure;

use super::Root;
use super::xml::Xml;
use crate::document::{Document, address_of, origin};
use crate::plain::plain;

/// Every line of the document, in the order of the result.
pub(super) fn all(xml: &mut Xml, document: Document<'_>, root: Root) {
    let mut number = 0_u32;
    for (connection, specification) in document.specified() {
        let mut told: Vec<Commodity> = Vec::new();
        for line in &specification.lines {
            number += 1;
            let read = match document.measure_of(line) {
                Some(Measure::Use { commodity, .. }) if !told.contains(&commodity) => {
                    told.push(commodity);
                    Some(commodity)
                }
                Some(Measure::Use { .. } | Measure::Days { .. }) | None => None,
            };
            one(xml, document, root, &Numbered { number, connection, line, read });
        }
    }
}

/// The days that something is about.
pub(super) fn period(xml: &mut Xml, first: NaiveDate, last: NaiveDate) {
    xml.within("cac:InvoicePeriod", |xml| {
        xml.leaf("cbc:StartDate", &first.to_string());
        xml.leaf("cbc:EndDate", &last.to_string());
    });
}

struct Numbered<'a> {
    number: u32,
    connection: &'a SettledConnection,
    line: &'a Line,
    /// The commodity whose readings it tells.
    read: Option<Commodity>,
}

fn one(xml: &mut Xml, document: Document<'_>, root: Root, numbered: &Numbered<'_>) {
    let Numbered { number, connection, line, read } = numbered;
    let (wrapper, counted) = match root {
        Root::Invoice => ("cac:InvoiceLine", "cbc:InvoicedQuantity"),
        Root::CreditNote => ("cac:CreditNoteLine", "cbc:CreditedQuantity"),
    };
    let unit = ("unitCode", code(line.unit));
    let address = address_of(connection);
    let (quantity, price) = signed(line);
    xml.within(wrapper, |xml| {
        xml.leaf("cbc:ID", &number.to_string());
        xml.leaf("cbc:Note", &format!("{ADDRESS} {address}"));
        xml.marked(counted, unit, &quantity.to_string());
        xml.money("cbc:LineExtensionAmount", line.net);
        if let Some(reference) = &connection.own_reference {
            xml.leaf("cbc:AccountingCost", reference);
        }
        period(xml, line.first, line.last);
        xml.within("cac:DocumentReference", |xml| {
            xml.marked("cbc:ID", ("schemeID", "AVE"), &connection.id);
            xml.leaf("cbc:DocumentTypeCode", "130");
        });
        xml.within("cac:Item", |xml| {
            xml.leaf("cbc:Name", &document.name_of(line));
            xml.within("cac:ClassifiedTaxCategory", |xml| {
                xml.leaf("cbc:ID", line.category.as_str());
                xml.leaf("cbc:Percent", &line.percent.normalize().to_string());
                xml.within("cac:TaxScheme", |xml| xml.leaf("cbc:ID", "VAT"));
            });
            property(xml, ADDRESS, &address);
            let of = |register: &&SettledRegister| Some(register.commodity) == *read;
            for (place, register) in connection.registers.iter().filter(of).enumerate() {
                readings(xml, register, place);
            }
        });
        xml.within("cac:Price", |xml| {
            xml.marked("cbc:PriceAmount", ("currencyID", "EUR"), &price.to_string());
            if line.base != 1 {
                xml.marked("cbc:BaseQuantity", unit, &line.base.to_string());
            }
        });
    });
}

/// What every line says of its connection: a name that programs look for, in no language but this.
const ADDRESS: &str = "Leveringsadres";

/// What a register showed first and last; a second register of the commodity is told apart by a
/// number behind each name.
fn readings(xml: &mut Xml, register: &SettledRegister, place: usize) {
    let (Some(first), Some(last)) = (register.readings.first(), register.readings.last()) else {
        return;
    };
    let suffix = if place == 0 { String::new() } else { format!(" {}", place + 1) };
    let mut tell = |name: &str, value: &str| property(xml, &format!("{name}{suffix}"), value);
    tell("Meternummer", &register.meter);
    tell("Beginstand", &first.value.to_string());
    tell("Herkomst beginstand", &origin(first, Language::Nl));
    tell("Eindstand", &last.value.to_string());
    tell("Herkomst eindstand", &origin(last, Language::Nl));
}

fn property(xml: &mut Xml, name: &str, value: &str) {
    if plain(value).is_empty() {
        return;
    }
    xml.within("cac:AdditionalItemProperty", |xml| {
        xml.leaf("cbc:Name", name);
        xml.leaf("cbc:Value", value);
    });
}

/// Quantity and price, which may not be negative: its sign moves to the quantity.
///
/// **Source.** EN 16931 BR-27.
fn signed(line: &Line) -> (Decimal, Decimal) {
    let rate = line.rate.euro();
    if rate >= Decimal::ZERO {
        return (line.quantity, rate);
    }
    let quantity = if line.quantity.is_zero() { line.quantity } else { -line.quantity };
    (quantity, rate.abs())
}

/// **Source.** UN/ECE recommendation 20.
fn code(unit: LineUnit) -> &'static str {
    match unit {
        LineUnit::CubicMetre => "MTQ",
        LineUnit::Gigajoule => "GV",
        LineUnit::KilowattHour => "KWH",
        LineUnit::MegawattHour => "MWH",
        LineUnit::Day => "DAY",
        LineUnit::One => "C62",
    }
}
