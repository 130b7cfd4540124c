//! Rows of `readings.csv`.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::connection::ConnectionNumber;
use crate::meter::{MeterNumber, RegisterName};
use crate::reading::Source;

use super::customers::KEY_FORM;
use super::meters::{METER_FORM, register_name};
use super::row::Row;

/// What a reading is of, as its row says.
#[derive(Debug)]
pub(super) struct ReadingKey {
    pub(super) meter: MeterNumber,
    pub(super) register: RegisterName,
    pub(super) connection: Option<ConnectionNumber>,
    /// Present even where the rest of the row is refused.
    pub(super) source: Option<Source>,
}

/// A reading, as its row says.
#[derive(Debug)]
pub(super) struct ReadingRow {
    pub(super) on: NaiveDate,
    pub(super) value: Decimal,
    pub(super) source: Source,
}

const SOURCES: &[(&str, Source)] = &[
    ("customer", Source::Customer),
    ("field", Source::Staff),
    ("staff", Source::Staff),
    ("remote", Source::Remote),
    ("estimated", Source::Estimated),
    ("agreed", Source::Agreed),
    ("installed", Source::Installed),
    ("removed", Source::Removed),
    ("klant", Source::Customer),
    ("meteropnemer", Source::Staff),
    ("op afstand", Source::Remote),
    ("geschat", Source::Estimated),
    ("overeengekomen", Source::Agreed),
    ("beginstand", Source::Installed),
    ("eindstand", Source::Removed),
];

/// Reads one row.
pub(super) fn read(
    row: &mut Row<'_>,
    as_of: NaiveDate,
) -> (Option<ReadingKey>, Option<ReadingRow>) {
    let meter = row.key("meter_number", MeterNumber::parse, METER_FORM);
    let register = register_name(row);
    let connection = row.key("connection_id", ConnectionNumber::parse, KEY_FORM);
    let on = row.past_day("date", as_of);
    let value = row.amount("value", 9);
    let source = row.word("source", SOURCES);
    let record = || Some(ReadingRow { on: on?, value: value?, source: source? });
    let record = record();
    let key = || Some(ReadingKey { meter: meter?, register: register?, connection, source });
    (key(), record)
}
