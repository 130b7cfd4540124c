//! *Ontvangstbevestiging*: the page behind the link after a reading was stored.

use askama::Template;
use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;

use domain::address::Address;
use domain::meter::{MeterNumber, Register};
use domain::quantity::Commodity;

use super::layout::{self, Layout, Tone};
use super::words;
use super::{Frame, Page};
use crate::format;
use crate::texts::{Texts, Value};

pub use domain::entry::Kept;

/// *Ontvangstbevestiging*: what was stored, when, and under which number.
#[derive(Clone, Debug)]
pub struct Receipt<'a> {
    /// `2026-WVQG8-REB7W-R`.
    pub number: &'a str,
    /// The *leveringsadres*.
    pub address: &'a Address,
    /// When it was stored.
    pub received_at: DateTime<Utc>,
    /// The day the meters were read.
    pub read_on: NaiveDate,
    /// Through which kind of link it came.
    pub via: Via,
    /// The meters that were read.
    pub meters: Vec<ReceivedMeter<'a>>,
    /// The number of the receipt that it replaces.
    pub replaces: Option<&'a str>,
    /// What can come after it.
    pub next: Next<'a>,
    /// Where all addresses are listed that a colleague was asked for, if they are several.
    pub list: Option<&'a str>,
}

/// What can come after a receipt; a path is that of the form which changes the reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next<'a> {
    /// It can be changed until the invoice is made.
    Change(&'a str),
    /// The invoice is made: another reading starts a correction.
    Correct(&'a str),
    /// It started a correction, whose invoice is being made.
    NewInvoice,
    /// Nothing.
    Nothing,
}

/// One meter on a receipt.
#[derive(Clone, Debug)]
pub struct ReceivedMeter<'a> {
    /// As printed on it.
    pub number: &'a MeterNumber,
    /// As printed on the meter that hangs there now, if it is said to be another.
    pub new_number: Option<&'a MeterNumber>,
    /// What it measures.
    pub commodity: Commodity,
    /// What its displays showed.
    pub registers: Vec<ReceivedRegister<'a>>,
}

/// One display on a receipt.
#[derive(Clone, Debug)]
pub struct ReceivedRegister<'a> {
    /// Its digits, decimals and unit.
    pub register: &'a Register,
    /// What it showed.
    pub value: Decimal,
    /// Whether we kept all of what was typed.
    pub kept: Kept,
}

/// Through which kind of link a reading came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// The customer's own.
    Customer,
    /// A delegation; never whose.
    Colleague,
}

#[derive(Template)]
#[template(path = "page/receipt.html")]
struct ReceiptPage<'a> {
    layout: Layout<'a>,
    meters: Vec<MeterResult>,
    rows: Vec<Row>,
    next: Option<String>,
    change: Option<String>,
    list: Option<String>,
}

struct MeterResult {
    label: String,
    exchanged: Option<String>,
    registers: Vec<RegisterResult>,
}

struct RegisterResult {
    label: Option<String>,
    reading: String,
    cut: Option<String>,
}

struct Row {
    label: String,
    value: String,
    /// The value for machines, if it is an instant or a day.
    instant: Option<String>,
}

pub(super) fn page(frame: &Frame<'_>, receipt: &Receipt<'_>) -> Page {
    let texts = Texts::of(frame.language);
    let meters = receipt.meters.iter().map(|meter| result(frame, meter)).collect();
    let row = |id: &str, value: String| Row { label: texts.say(id), value, instant: None };
    let read_on = format::day(frame.language, receipt.read_on);
    let received = format::day_and_time(frame.language, receipt.received_at);
    let mut rows = vec![
        row("receipt-number", receipt.number.to_owned()),
        row("receipt-address", words::printable(&receipt.address.to_string())),
        Row { instant: Some(receipt.read_on.to_string()), ..row("receipt-read-on", read_on) },
        Row {
            instant: Some(format::machine_time(receipt.received_at)),
            ..row("receipt-received", received)
        },
    ];
    if receipt.via == Via::Colleague {
        rows.push(row("receipt-via", texts.say("receipt-colleague")));
    }
    rows.extend(receipt.replaces.map(|number| row("receipt-replaces", number.to_owned())));
    let (next, change) = match receipt.next {
        Next::Change(path) => (Some("receipt-next"), Some(path)),
        Next::Correct(path) => (Some("invoiced"), Some(path)),
        Next::NewInvoice => (Some("correcting"), None),
        Next::Nothing => (None, None),
    };
    let page = ReceiptPage {
        layout: Layout::new(frame, &texts.say("receipt"), Tone::Plain),
        meters,
        rows,
        next: next.map(|id| texts.say(id)),
        change: change.map(|path| frame.in_language(path)),
        list: receipt.list.map(|path| frame.in_language(path)),
    };
    layout::page(200, frame.language, &page)
}

fn result(frame: &Frame<'_>, meter: &ReceivedMeter<'_>) -> MeterResult {
    let texts = Texts::of(frame.language);
    let several = meter.registers.len();
    let register = |received: &ReceivedRegister<'_>| {
        let label = words::register_label(texts, received.register, several);
        RegisterResult {
            label: (several > 1).then_some(label),
            reading: format::reading_with_unit(frame.language, received.register, received.value),
            cut: (received.kept == Kept::WithoutDecimals).then(|| texts.say("receipt-cut")),
        }
    };
    let exchanged = |number: &MeterNumber| {
        let number = words::printable(number.as_str());
        texts.tell("receipt-new-meter", [("number", Value::Text(&number))])
    };
    MeterResult {
        label: words::meter_label(texts, meter.commodity, meter.number),
        exchanged: meter.new_number.map(exchanged),
        registers: meter.registers.iter().map(register).collect(),
    }
}
