//! Rows of `connections.csv`.

use rust_decimal::Decimal;

use crate::account::{Collective, CustomerNumber};
use crate::calendar::{Period, days_after};
use crate::connection::{Connection, ConnectionNumber, Ean, Supply};
use crate::meter::ReadBy;
use crate::quantity::Commodity;

use super::Known;
use super::address_cells::{self, AddressColumns};
use super::code::Code;
use super::customers::KEY_FORM;
use super::nearest::nearest;
use super::row::Row;

const DELIVERY: AddressColumns = AddressColumns {
    street: "street",
    house_number: "house_number",
    house_letter: "house_letter",
    addition: "addition",
    postcode: "postcode",
    city: "city",
    country: None,
    longest_addition: 10,
};

const COMMODITIES: &[(&str, Commodity)] = &[
    ("water", Commodity::Water),
    ("electricity", Commodity::Electricity),
    ("gas", Commodity::Gas),
    ("heat", Commodity::Heat),
    ("cooling", Commodity::Cooling),
    ("drinkwater", Commodity::Water),
    ("elektra", Commodity::Electricity),
    ("elektriciteit", Commodity::Electricity),
    ("warmte", Commodity::Heat),
    ("koude", Commodity::Cooling),
];

/// Reads one row.
pub(super) fn read(
    row: &mut Row<'_>,
    known: &Known,
) -> (Option<ConnectionNumber>, Option<Connection>) {
    let number = row.key("connection_id", ConnectionNumber::parse, KEY_FORM);
    let account = row.key("customer_number", CustomerNumber::parse, KEY_FORM);
    let collective = row.key("collective_id", Collective::parse, KEY_FORM);
    let commodity = row.word("commodity", COMMODITIES);
    let ean = row.parsed("ean", Code::Ean, Ean::parse, ean_advice);
    if matches!(commodity, Some(Commodity::Electricity | Commodity::Gas)) && row.is_empty("ean") {
        row.tell("ean", Code::Required, "electricity and gas have an EAN code", "fill ean");
    }
    let address = address_cells::read(row, &DELIVERY);
    let capacity = commodity.and_then(|commodity| capacity(row, commodity, known));
    let persons = row.whole("persons", 1..=30).and_then(|persons| u8::try_from(persons).ok());
    let read_by = row.word(
        "read_by",
        &[
            ("customer", ReadBy::Customer),
            ("remote", ReadBy::Remote),
            ("staff", ReadBy::Staff),
            ("klant", ReadBy::Customer),
            ("op afstand", ReadBy::Remote),
            ("meteropnemer", ReadBy::Staff),
        ],
    );
    let customer_reference = row.text("customer_reference", 50);
    let period = supply_period(row);
    let expected_year = row.amount("expected_year", 6);
    let record = || {
        Some(Connection {
            number: number.clone()?,
            account: account?,
            address: address?,
            supply: Supply { commodity: commodity?, capacity, period: period? },
            read_by: read_by.unwrap_or_default(),
            collective,
            ean,
            persons,
            customer_reference,
            expected_year,
        })
    };
    let record = record();
    (number, record)
}

/// The days of supply; `supply_end` is the last of them.
fn supply_period(row: &mut Row<'_>) -> Option<Period> {
    let start = row.day("supply_start");
    let end = row.day("supply_end");
    let from = start?;
    if let Some(end) = end.filter(|end| *end < from) {
        let reason = format!("{end} is before supply_start {from}");
        row.tell("supply_end", Code::Order, &reason, "are the two exchanged?");
        return None;
    }
    Some(Period { from, until: end.map(|end| days_after(end, 1)) })
}

/// A capacity as tariffs name it: of water the m³/h with a point (`2.5`), else a word.
fn capacity(row: &mut Row<'_>, commodity: Commodity, known: &Known) -> Option<String> {
    let in_tariffs: Vec<&str> = known.capacities_of(commodity).collect();
    if row.is_empty("capacity") {
        if !in_tariffs.is_empty() {
            let fix = format!("one of {}", in_tariffs.join(", "));
            row.tell("capacity", Code::Required, "the tariffs need it", &fix);
        }
        return None;
    }
    let capacity =
        if commodity == Commodity::Water { flow(row)? } else { row.text("capacity", 20)? };
    if !in_tariffs.is_empty() && !in_tariffs.contains(&capacity.as_str()) {
        let fix = match nearest(&capacity, in_tariffs.iter().copied()) {
            Some(near) => format!("is {near} meant?"),
            None => format!("one of {}", in_tariffs.join(", ")),
        };
        row.tell("capacity", Code::List, "no tariff has it", &fix);
        return None;
    }
    Some(capacity)
}

/// A flow in m³/h, `Qn` before it allowed.
fn flow(row: &mut Row<'_>) -> Option<String> {
    let flow = match row.raw("capacity").filter(|text| text.starts_with(['Q', 'q'])) {
        Some(text) => {
            let number = text.trim_start_matches(['Q', 'q', 'n', 'N', ' ']).replace(',', ".");
            row.parsed(
                "capacity",
                Code::Number,
                |_| Decimal::from_str_exact(&number).ok(),
                |_| ("not a flow".to_owned(), "m³/h, as in 2,5 or Qn2.5".to_owned()),
            )?
        }
        None => row.amount("capacity", 3)?,
    };
    Some(flow.normalize().to_string())
}

fn ean_advice(text: &str) -> (String, String) {
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    match Ean::check_digit(text).filter(|_| digits && text.len() == 18) {
        Some(digit) => (
            "the last digit does not hold".to_owned(),
            format!("the last digit {digit}, if the others are right"),
        ),
        None if text.contains(['E', 'e']) => (
            "a number that a spreadsheet has rounded".to_owned(),
            "give the column the format of text and fill it anew".to_owned(),
        ),
        None if digits => (format!("{} digits, and an EAN code has 18", text.len()), String::new()),
        None => ("not 18 digits".to_owned(), String::new()),
    }
}
