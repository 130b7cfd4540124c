//! *Ontvangstbevestiging* by mail: the readings that were stored in a quarter of an hour.

use askama::Template;
use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;

use domain::account::CustomerNumber;
use domain::address::Address;
use domain::meter::{MeterNumber, Register};

use crate::House;
use crate::format;
use crate::page::printable;
use crate::texts::{Texts, Value};

use super::block::rendered;
use super::frame::{Frame, Sentence};
use super::message::{self, Content};
use super::{Envelope, Mail};

/// The readings of an account that were stored in a quarter of an hour.
///
/// **Shape.** `readings` is not empty and in the order in which they were stored.
#[derive(Clone, Debug)]
pub struct ReceiptMail<'a> {
    /// Who gets it, and which send it is.
    pub envelope: Envelope<'a>,
    /// Shown to the recipients.
    pub customer: &'a CustomerNumber,
    /// The last day on which a reading can be changed.
    pub correct_until: NaiveDate,
    /// What was stored.
    pub readings: Vec<StoredReading<'a>>,
}

/// One reading of a receipt.
#[derive(Clone, Copy, Debug)]
pub struct StoredReading<'a> {
    /// When it was stored.
    pub at: DateTime<Utc>,
    /// The *leveringsadres*.
    pub address: &'a Address,
    /// As printed on the meter.
    pub meter: &'a MeterNumber,
    /// Its digits, decimals and unit.
    pub register: &'a Register,
    /// What it showed.
    pub value: Decimal,
    /// `2026-WVQG8-REB7W-R`.
    pub number: &'a str,
}

#[derive(Template)]
#[template(path = "mail/receipt/mail.html")]
struct Html<'a> {
    frame: &'a Frame<'a>,
    lines: &'a [Sentence],
}

#[derive(Template)]
#[template(path = "mail/receipt/text.txt")]
struct Text<'a> {
    frame: &'a Frame<'a>,
    lines: &'a [Sentence],
}

pub(super) fn mail(house: &House, mail: &ReceiptMail<'_>) -> Mail {
    let language = mail.envelope.language;
    let texts = Texts::of(language);
    let address = mail.readings.first().map(|reading| printable(&reading.address.line()));
    let n = Value::Count(mail.readings.len());
    let address = Value::Text(address.as_deref().unwrap_or_default());
    let subject = texts.tell("mail-receipt-subject", [("n", n), ("address", address)]);
    let until = format::long_day(language, mail.correct_until);
    let line = |reading: &StoredReading<'_>| {
        let value = format::reading_with_unit(language, reading.register, reading.value);
        let text = texts.tell(
            "mail-receipt-line",
            [
                ("t", Value::Text(&format::day_and_time(language, reading.at))),
                ("value", Value::Text(&value)),
                ("address", Value::Text(&printable(&reading.address.to_string()))),
                ("meter", Value::Text(reading.meter.as_str())),
                ("receipt", Value::Text(reading.number)),
                ("d", Value::Text(&until)),
            ],
        );
        Sentence::new(&text, &value)
    };
    let lines: Vec<_> = mail.readings.iter().map(line).collect();
    let frame = Frame::new(house, &mail.envelope, Some(mail.customer), &subject, subject.clone());
    let html = rendered(&Html { frame: &frame, lines: &lines });
    let text = rendered(&Text { frame: &frame, lines: &lines });
    message::message(house, &mail.envelope, Content { subject, text, html })
}
