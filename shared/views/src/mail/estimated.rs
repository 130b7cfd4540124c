//! The notice that a reading was estimated, while it can still be given.

use askama::Template;
use chrono::NaiveDate;
use rust_decimal::Decimal;

use domain::account::CustomerNumber;
use domain::address::Address;
use domain::meter::Register;

use crate::House;
use crate::format;
use crate::page::printable;
use crate::texts::{Texts, Value};

use super::block::{self, rendered};
use super::frame::{Frame, Sentence};
use super::message::{self, Content};
use super::{Envelope, Mail, MailError};

/// The addresses of an account whose readings never came.
///
/// **Shape.** `addresses` is not empty.
#[derive(Clone, Debug)]
pub struct EstimatedMail<'a> {
    /// Who gets it, and which send it is.
    pub envelope: Envelope<'a>,
    /// Shown to the recipients.
    pub customer: &'a CustomerNumber,
    /// *Peildatum*: the day that was estimated for.
    pub reference_date: NaiveDate,
    /// The day on which the invoice is made.
    pub invoice_on: NaiveDate,
    /// What was estimated.
    pub addresses: Vec<EstimatedAddress<'a>>,
}

/// One address of the notice.
#[derive(Clone, Debug)]
pub struct EstimatedAddress<'a> {
    /// The *leveringsadres*.
    pub address: &'a Address,
    /// Its registers, with what we estimated that they showed.
    pub registers: Vec<(&'a Register, Decimal)>,
    /// Its link, at most 76 characters.
    pub url: &'a str,
}

#[derive(Template)]
#[template(path = "mail/estimated/mail.html")]
struct Html<'a> {
    frame: &'a Frame<'a>,
    lead: &'a str,
    places: &'a [Place<'a>],
    end: &'a str,
}

#[derive(Template)]
#[template(path = "mail/estimated/text.txt")]
struct Text<'a> {
    frame: &'a Frame<'a>,
    lead: &'a str,
    places: &'a [Place<'a>],
    end: &'a str,
}

struct Place<'a> {
    lines: Vec<Sentence>,
    link: String,
    url: &'a str,
    quote: &'static str,
}

pub(super) fn mail(house: &House, mail: &EstimatedMail<'_>) -> Result<Mail, MailError> {
    let language = mail.envelope.language;
    let texts = Texts::of(language);
    let day = format::long_day(language, mail.reference_date);
    let mut places = Vec::with_capacity(mail.addresses.len());
    for estimated in &mail.addresses {
        let (url, quote) = block::link(estimated.url)?;
        let address = printable(&estimated.address.to_string());
        let line = |(register, value): &(&Register, Decimal)| {
            let value = format::reading_with_unit(language, register, *value);
            let text = texts.tell(
                "mail-estimated-line",
                [
                    ("address", Value::Text(&address)),
                    ("value", Value::Text(&value)),
                    ("day", Value::Text(&day)),
                ],
            );
            Sentence::new(&text, &value)
        };
        let short = printable(&estimated.address.line());
        places.push(Place {
            lines: estimated.registers.iter().map(line).collect(),
            link: texts.tell("mail-link", [("address", Value::Text(&short))]),
            url,
            quote,
        });
    }
    let subject = texts.say("mail-estimated-subject");
    let lead = texts.tell("mail-estimated-lead", [("n", Value::Count(places.len()))]);
    let invoice_on = format::long_day(language, mail.invoice_on);
    let end = texts.tell("mail-estimated-end", [("day", Value::Text(&invoice_on))]);
    let frame = Frame::new(house, &mail.envelope, Some(mail.customer), &subject, lead.clone());
    let (frame, lead, places, end) = (&frame, lead.as_str(), places.as_slice(), end.as_str());
    let html = rendered(&Html { frame, lead, places, end });
    let text = rendered(&Text { frame, lead, places, end });
    Ok(message::message(house, &mail.envelope, Content { subject, text, html }))
}
