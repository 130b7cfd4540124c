//! The mail to a colleague who was asked for a reading.

use askama::Template;
use chrono::NaiveDate;

use crate::House;
use crate::format;
use crate::texts::{Texts, Value};

use super::block::{self, Form, rendered};
use super::frame::{Frame, Sentence};
use super::message::{self, Content};
use super::{Block, Envelope, Mail, MailError};

/// What a colleague is mailed who was asked for the readings of one address or more.
///
/// It names no customer, and nothing in it was typed by who asks.
///
/// **Shape.** `blocks` is not empty: the addresses that the colleague may answer for, no others.
#[derive(Clone, Debug)]
pub struct DelegationMail<'a> {
    /// Who gets it, and which send it is.
    pub envelope: Envelope<'a>,
    /// Until when the reading is wanted.
    pub until: NaiveDate,
    /// The addresses.
    pub blocks: Vec<Block<'a>>,
}

#[derive(Template)]
#[template(path = "mail/delegation/mail.html")]
struct Html<'a> {
    frame: &'a Frame<'a>,
    lead: &'a Sentence,
    how: &'a str,
}

#[derive(Template)]
#[template(path = "mail/delegation/text.txt")]
struct Text<'a> {
    frame: &'a Frame<'a>,
    lead: &'a Sentence,
    how: &'a str,
}

pub(super) fn mail(house: &House, mail: &DelegationMail<'_>) -> Result<Mail, MailError> {
    let language = mail.envelope.language;
    let texts = Texts::of(language);
    let form = Form::of(mail.blocks.len());
    let (mut blocks_html, mut blocks_text) = (String::new(), String::new());
    for block in &mail.blocks {
        let rendered = block::render(house, language, block)?;
        blocks_html.push_str(rendered.html(form));
        blocks_text.push_str(&rendered.text);
    }
    let brand = Value::Text(&house.utility.name);
    let n = Value::Count(mail.blocks.len());
    let subject = texts.tell("mail-delegation-subject", [("brand", brand), ("n", n)]);
    let until = format::long_day(language, mail.until);
    let d = Value::Text(&until);
    let lead = texts.tell("mail-delegation-lead", [("brand", brand), ("d", d), ("n", n)]);
    let lead = Sentence::new(&lead, &until);
    let how = texts.say("mail-how");
    let preheader = texts.tell("mail-preheader", [("d", d)]);
    let frame = Frame {
        blocks_html: &blocks_html,
        blocks_text: &blocks_text,
        ..Frame::new(house, &mail.envelope, None, &subject, preheader)
    };
    let html = rendered(&Html { frame: &frame, lead: &lead, how: &how });
    let text = rendered(&Text { frame: &frame, lead: &lead, how: &how });
    Ok(message::message(house, &mail.envelope, Content { subject, text, html }))
}
