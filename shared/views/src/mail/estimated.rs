//! The notice that a reading was estimated, while it can still be given.

use askama::Template;
use chrono::NaiveDate;
use rust_decimal::Decimal;

use domain::account::CustomerNumber;
use domain::address::Address;
use domain::estimate::sentence;
use domain::language::Language;
use domain::meter::Register;

use crate::House;
use crate::page::printable;
use crate::texts::{Texts, Value};
use crate::{estimate, format};

use super::block::{self, Form, rendered};
use super::frame::{Frame, Sentence};
use super::message::{self, Content};
use super::{Envelope, Mail, MailError, quoted};

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
    /// Its registers, at least one.
    pub registers: Vec<EstimatedRegister<'a>>,
    /// Its link, at most 76 characters.
    pub url: &'a str,
}

/// A register of which we say what it showed.
#[derive(Clone, Debug)]
pub struct EstimatedRegister<'a> {
    /// Which.
    pub register: &'a Register,
    /// What we estimated that it showed.
    pub value: Decimal,
    /// Why, how, and how sure; may be empty where that is not known any more.
    pub told: Vec<sentence::Sentence>,
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
    registers: Vec<Told>,
    /// Without words of its own the link is its own text.
    link: Option<String>,
    url: &'a str,
    quote: &'static str,
}

/// A register's estimate, and what it rests on.
struct Told {
    line: Sentence,
    why: String,
}

/// The notice with everything that is told; a shorter one where that would be clipped.
pub(super) fn mail(house: &House, mail: &EstimatedMail<'_>) -> Result<Mail, MailError> {
    let whole = letter(house, mail, Form::Full)?;
    let most = usize::from(house.utility.mail.max_html_kb) * 1000;
    let fits = quoted::encode(&whole.html).len() <= most;
    if fits { Ok(whole) } else { letter(house, mail, Form::Short) }
}

fn letter(house: &House, mail: &EstimatedMail<'_>, form: Form) -> Result<Mail, MailError> {
    let language = mail.envelope.language;
    let texts = Texts::of(language);
    let day = format::long_day(language, mail.reference_date);
    let mut places = Vec::with_capacity(mail.addresses.len());
    for estimated in &mail.addresses {
        let (url, quote) = block::link(estimated.url)?;
        let address = printable(&estimated.address.to_string());
        let last = estimated.registers.len().saturating_sub(1);
        let told = |(at, one): (usize, &EstimatedRegister<'_>)| {
            let value = format::reading_with_unit(language, one.register, one.value);
            let text = texts.tell(
                "mail-estimated-line",
                [
                    ("address", Value::Text(&address)),
                    ("value", Value::Text(&value)),
                    ("day", Value::Text(&day)),
                ],
            );
            Told { line: Sentence::new(&text, &value), why: why(language, form, one, (at, last)) }
        };
        let short = printable(&estimated.address.line());
        places.push(Place {
            registers: estimated.registers.iter().enumerate().map(told).collect(),
            link: match form {
                Form::Full => Some(texts.tell("mail-link", [("address", Value::Text(&short))])),
                Form::Short => None,
            },
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

/// Why and how the register at place `at` of those until `last` was estimated.
///
/// What holds for all registers of an address is said once: that nothing came before the first, how
/// to mend it after the last. The short form says how much was used alone: the rest stands around
/// the addresses.
fn why(
    language: Language,
    form: Form,
    one: &EstimatedRegister<'_>,
    (at, last): (usize, usize),
) -> String {
    let is_said = |sentence: &&sentence::Sentence| match (form, sentence) {
        (Form::Short, sentence) => matches!(sentence, sentence::Sentence::Result { .. }),
        (Form::Full, sentence::Sentence::Missing) => at == 0,
        (Form::Full, sentence::Sentence::Correct) => at == last,
        (Form::Full, _) => true,
    };
    let said = one.told.iter().filter(is_said);
    let said = said.map(|sentence| estimate::told(language, one.register.unit, sentence));
    said.collect::<Vec<_>>().join(" ")
}
