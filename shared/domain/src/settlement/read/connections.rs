//! The connections of a case, with their registers and readings.

use rust_decimal::Decimal;
use serde::de::DeserializeOwned;

use super::super::case::{Ending, Passing, SettledConnection, SettledReading, SettledRegister};
use super::super::json::{Node, Object, each, maybe};
use super::super::refusal::Cause;
use super::parties::at_most;
use super::tariff::by_commodity;

/// The most characters of a customer's own name of a connection.
const LONGEST_REFERENCE: usize = 50;

/// The most property units behind one connection, and the largest factor of a register.
const LARGEST_FACTOR: i64 = 100_000;

/// More than any connection uses in a year, and any register shows.
const LARGEST_QUANTITY: u64 = 1_000_000_000_000;

/// Each connection, or nothing where it cannot be read.
pub(super) fn all(node: &Node<'_>) -> Option<Vec<Option<SettledConnection>>> {
    let nodes = node.list()?;
    if nodes.is_empty() {
        node.note(Cause::NoConnections);
    }
    Some(nodes.iter().map(|element| connection(element, node.at())).collect())
}

fn connection(node: &Node<'_>, below: &str) -> Option<SettledConnection> {
    let mut connection = node.object()?;
    let id = connection.text("id");
    if let Some(id) = &id {
        connection.named(format!("{below}.{id}"));
    }
    let address = connection.text("address");
    let postcode = connection.text("postcode");
    let city = connection.text("city");
    let own_reference =
        maybe(connection.optional("own_reference"), |node| at_most(&node, LONGEST_REFERENCE));
    let first = connection.required("first").and_then(|node| node.day());
    let last = connection.required("last").and_then(|node| node.day());
    let tax_units = maybe(connection.optional("tax_units"), |node| node.between(1, LARGEST_FACTOR));
    let ends = maybe(connection.optional("final"), |node| node.boolean());
    let expected = maybe(connection.optional("expected"), |it| by_commodity(&it, not_negative));
    let components = connection.required("components").and_then(|node| node.list());
    let components = components.and_then(|nodes| each(nodes, |node| node.text()));
    let registers = connection.required("registers").and_then(|node| node.list());
    let registers =
        registers.and_then(|nodes| each(nodes, |node| register(&node, connection.at())));
    connection.end();
    Some(SettledConnection {
        id: id?,
        address: address?,
        postcode: postcode?,
        city: city?,
        own_reference: own_reference?,
        first: first?,
        last: last?,
        tax_units: tax_units?.unwrap_or(1),
        ending: if ends? == Some(true) { Ending::Final } else { Ending::Continues },
        expected: expected?.unwrap_or_default(),
        components: components?,
        registers: registers?,
    })
}

/// A quantity that a register can show or a year can use.
fn not_negative(node: &Node<'_>) -> Option<Decimal> {
    let quantity = node.decimal()?;
    if quantity < Decimal::ZERO || quantity > Decimal::from(LARGEST_QUANTITY) {
        node.note(Cause::Number);
        return None;
    }
    Some(quantity)
}

fn register(node: &Node<'_>, below: &str) -> Option<SettledRegister> {
    let mut register = node.object()?;
    let meter = register.text("meter");
    if let Some(meter) = &meter {
        register.named(format!("{below}.{meter}"));
    }
    let commodity = register.required("commodity").and_then(|node| node.word(Cause::BadShape));
    let decimals = register.required("decimals").and_then(|node| node.between(0, 3));
    let digits = register.required("digits").and_then(|node| node.between(1, 9));
    let factor = maybe(register.optional("factor"), |node| node.between(1, LARGEST_FACTOR));
    let readings = register.required("readings").and_then(|node| node.list());
    let readings = readings.and_then(|nodes| each(nodes, |node| reading(&node, &register)));
    register.end();
    Some(SettledRegister {
        meter: meter?,
        commodity: commodity?,
        decimals: decimals?,
        digits: digits?,
        factor: factor?.unwrap_or(1),
        readings: readings?,
    })
}

fn reading(node: &Node<'_>, register: &Object<'_>) -> Option<SettledReading> {
    let mut reading = node.object()?;
    let date = reading.required("date").and_then(|node| node.day());
    let value = reading.required("value").and_then(|node| not_negative(&node));
    let source = reading.required("source").and_then(|node| origin(&node, register));
    let quality = reading.required("quality").and_then(|node| origin(&node, register));
    let rollover = maybe(reading.optional("rollover"), |node| node.boolean());
    reading.end();
    Some(SettledReading {
        date: date?,
        value: value?,
        source: source?,
        quality: quality?,
        rollover: if rollover? == Some(true) { Passing::Once } else { Passing::Never },
    })
}

/// The source or the quality of a reading; what is unknown is told of its register.
fn origin<T: DeserializeOwned>(node: &Node<'_>, register: &Object<'_>) -> Option<T> {
    let known = serde_json::from_value(node.text()?.into()).ok();
    if known.is_none() {
        register.note(Cause::Origin, "");
    }
    known
}
