//! The mails of a campaign: the call and its reminders, one block per address.

use askama::Template;
use chrono::NaiveDate;

use domain::account::CustomerNumber;
use domain::address::Address;
use domain::meter::MeterNumber;
use domain::quantity::Commodity;

use crate::House;
use crate::format;
use crate::texts::{Texts, Value};

use super::block::{self, Form, rendered};
use super::frame::{Frame, Sentence};
use super::message::{self, Content};
use super::{Envelope, Mail, MailError};

/// One mail of a campaign: the addresses of an account that still miss a reading.
///
/// **Shape.** `blocks` is not empty and in the order of [`super::by_place`]; a mail of more than one
/// part holds the blocks of its part only.
#[derive(Clone, Debug)]
pub struct CampaignMail<'a> {
    /// Who gets it, and which send it is.
    pub envelope: Envelope<'a>,
    /// The call, or which reminder.
    pub occasion: Occasion,
    /// Shown to the recipients below the blocks.
    pub customer: &'a CustomerNumber,
    /// *Uiterste datum*.
    pub deadline: NaiveDate,
    /// The addresses.
    pub blocks: Vec<Block<'a>>,
    /// Which of how many mails this is.
    pub part: PartOf,
}

/// One address of a mail.
#[derive(Clone, Debug)]
pub struct Block<'a> {
    /// The *leveringsadres*.
    pub address: &'a Address,
    /// Its meters that are asked for.
    pub meters: Vec<BlockMeter<'a>>,
    /// The link of this address, at most 76 characters.
    pub url: &'a str,
    /// The day a colleague was asked for it.
    pub asked_colleague_on: Option<NaiveDate>,
}

/// One meter of a block.
#[derive(Clone, Copy, Debug)]
pub struct BlockMeter<'a> {
    /// As printed on it.
    pub number: &'a MeterNumber,
    /// What it measures.
    pub commodity: Commodity,
}

/// What a campaign mail is sent for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// *Meterstandenoproep*.
    Call,
    /// The first reminder.
    First,
    /// A reminder between the first and the last.
    Between {
        /// Days until the deadline, at least 1.
        days_left: u16,
    },
    /// The last reminder.
    Last,
}

impl Occasion {
    /// The reminder `number` of `of`, both from 1; the only reminder is the last one.
    pub fn reminder(number: u8, of: u8, days_left: u16) -> Self {
        if number >= of {
            Self::Last
        } else if number <= 1 {
            Self::First
        } else {
            Self::Between { days_left: days_left.max(1) }
        }
    }
}

/// *Deel*: which of how many mails one account gets in a wave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartOf {
    /// From 1.
    pub number: usize,
    /// How many there are.
    pub of: usize,
}

impl PartOf {
    /// The only mail.
    pub const WHOLE: Self = Self { number: 1, of: 1 };
}

#[derive(Template)]
#[template(path = "mail/call/mail.html")]
struct CallHtml<'a> {
    frame: &'a Frame<'a>,
    lead: &'a Sentence,
    how: &'a str,
    forward: &'a str,
    part: Option<&'a str>,
    tail: &'a str,
}

#[derive(Template)]
#[template(path = "mail/call/text.txt")]
struct CallText<'a> {
    frame: &'a Frame<'a>,
    lead: &'a Sentence,
    how: &'a str,
    forward: &'a str,
    part: Option<&'a str>,
    tail: &'a str,
}

#[derive(Template)]
#[template(path = "mail/reminder/mail.html")]
struct ReminderHtml<'a> {
    frame: &'a Frame<'a>,
    lead: &'a Sentence,
    add: Option<&'a str>,
    how: &'a str,
    forward: &'a str,
    part: Option<&'a str>,
    tail: &'a str,
}

#[derive(Template)]
#[template(path = "mail/reminder/text.txt")]
struct ReminderText<'a> {
    frame: &'a Frame<'a>,
    lead: &'a Sentence,
    add: Option<&'a str>,
    how: &'a str,
    forward: &'a str,
    part: Option<&'a str>,
    tail: &'a str,
}

pub(super) fn mail(house: &House, mail: &CampaignMail<'_>) -> Result<Mail, MailError> {
    let language = mail.envelope.language;
    let mut html = String::new();
    let mut text = String::new();
    let form = Form::of(mail.blocks.len());
    for block in &mail.blocks {
        let rendered = block::render(house, language, block)?;
        html.push_str(rendered.html(form));
        text.push_str(&rendered.text);
    }
    let content = content(house, mail, &html, &text);
    Ok(message::message(house, &mail.envelope, content))
}

/// What a mail with these blocks says.
pub(super) fn content(
    house: &House,
    mail: &CampaignMail<'_>,
    blocks_html: &str,
    blocks_text: &str,
) -> Content {
    let language = mail.envelope.language;
    let texts = Texts::of(language);
    let subject = subject(mail);
    let day = format::long_day(language, mail.deadline);
    let d = Value::Text(&day);
    let preheader = texts.tell("mail-preheader", [("d", d)]);
    let frame = Frame {
        blocks_html,
        blocks_text,
        ..Frame::new(house, &mail.envelope, Some(mail.customer), &subject, preheader)
    };
    let n = Value::Count(mail.blocks.len());
    let (lead, add) = match mail.occasion {
        Occasion::Call => (texts.tell("mail-call-lead", [("d", d)]), None),
        Occasion::First => (texts.tell("mail-reminder-lead", [("n", n), ("d", d)]), None),
        Occasion::Between { .. } => {
            (texts.tell("mail-reminder-lead", [("n", n), ("d", d)]), Some("mail-between-add"))
        }
        Occasion::Last => {
            (texts.tell("mail-reminder-lead", [("n", n), ("d", d)]), Some("mail-last-add"))
        }
    };
    let lead = &Sentence::new(&lead, &day);
    let add = add.map(|id| texts.say(id));
    let (add, how, forward) = (add.as_deref(), texts.say("mail-how"), texts.say("mail-forward"));
    let (how, forward) = (how.as_str(), forward.as_str());
    let part = (mail.part.of > 1).then(|| {
        let (part, parts) = (Value::Count(mail.part.number), Value::Count(mail.part.of));
        texts.tell("mail-part", [("part", part), ("parts", parts)])
    });
    let part = part.as_deref();
    let time = format::time(language, mail.envelope.at);
    let tail = texts.tell("mail-tail", [("d", d), ("time", Value::Text(&time))]);
    let (frame, tail) = (&frame, tail.as_str());
    let (html, text) = match mail.occasion {
        Occasion::Call => (
            rendered(&CallHtml { frame, lead, how, forward, part, tail }),
            rendered(&CallText { frame, lead, how, forward, part, tail }),
        ),
        Occasion::First | Occasion::Between { .. } | Occasion::Last => (
            rendered(&ReminderHtml { frame, lead, add, how, forward, part, tail }),
            rendered(&ReminderText { frame, lead, add, how, forward, part, tail }),
        ),
    };
    Content { subject, text, html }
}

/// The longest subject that phones show whole.
const SUBJECT: usize = 60;

/// The subject; where it would be too long its day loses the weekday first.
fn subject(mail: &CampaignMail<'_>) -> String {
    let language = mail.envelope.language;
    let texts = Texts::of(language);
    let with_day = |day: String| {
        let subject = subject_with_day(mail, &day);
        if mail.part.of == 1 {
            return subject;
        }
        let (part, parts) = (Value::Count(mail.part.number), Value::Count(mail.part.of));
        let subject = Value::Text(&subject);
        texts.tell("mail-part-subject", [("subject", subject), ("part", part), ("parts", parts)])
    };
    let long = with_day(format::long_day(language, mail.deadline));
    if long.chars().count() <= SUBJECT {
        return long;
    }
    with_day(format::day(language, mail.deadline))
}

fn subject_with_day(mail: &CampaignMail<'_>, day: &str) -> String {
    let texts = Texts::of(mail.envelope.language);
    let n = Value::Count(mail.blocks.len());
    match mail.occasion {
        Occasion::Call => {
            let meter = texts.say(&meter_word(mail));
            let variables = [("n", n), ("meter", Value::Text(&meter)), ("d", Value::Text(day))];
            texts.tell("mail-call-subject", variables)
        }
        Occasion::First => texts.tell("mail-first-subject", [("n", n)]),
        Occasion::Between { days_left } => {
            let k = Value::Count(days_left.into());
            texts.tell("mail-between-subject", [("n", n), ("k", k)])
        }
        Occasion::Last => texts.say("mail-last-subject"),
    }
}

/// The text that names what all meters of the mail measure, or just meters.
fn meter_word(mail: &CampaignMail<'_>) -> String {
    let mut commodities =
        mail.blocks.iter().flat_map(|block| &block.meters).map(|meter| meter.commodity);
    match commodities.next() {
        Some(first) if commodities.all(|other| other == first) => {
            format!("meter-{}", first.as_str())
        }
        _ => "meter-any".to_owned(),
    }
}
