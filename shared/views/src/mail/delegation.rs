//! The mail to a colleague who was asked for a reading.

use askama::Template;
use chrono::NaiveDate;

use crate::House;
use crate::format;
use crate::texts::{Texts, Value};

use super::block::{self, Form, rendered};
use super::frame::{Frame, Sentence};
use super::message::{self, Content};
use super::{Block, Envelope, Mail, MailError, divide};

/// What a colleague is mailed who was asked for the readings of one address or more.
///
/// It names no customer, and nothing in it was typed by who asks.
///
/// **Shape.** `blocks` is not empty: the addresses that the colleague may answer for, no others. Those
/// that no mail has room for are behind the link to all of them.
#[derive(Clone, Debug)]
pub struct DelegationMail<'a> {
    /// Who gets it, and which send it is.
    pub envelope: Envelope<'a>,
    /// Until when the reading is wanted.
    pub until: NaiveDate,
    /// The addresses.
    pub blocks: Vec<Block<'a>>,
    /// The link that lists all of them; of one address its own.
    pub list: &'a str,
}

#[derive(Template)]
#[template(path = "mail/delegation/mail.html")]
struct Html<'a> {
    frame: &'a Frame<'a>,
    lead: &'a Sentence,
    how: &'a str,
    rest: Option<&'a Rest<'a>>,
}

#[derive(Template)]
#[template(path = "mail/delegation/text.txt")]
struct Text<'a> {
    frame: &'a Frame<'a>,
    lead: &'a Sentence,
    how: &'a str,
    rest: Option<&'a Rest<'a>>,
}

/// What is left when a mail is full: the page that lists it with all others.
struct Rest<'a> {
    text: String,
    url: &'a str,
    quote: &'static str,
}

pub(super) fn mail(house: &House, mail: &DelegationMail<'_>) -> Result<Mail, MailError> {
    let language = mail.envelope.language;
    let whole = content(house, mail, (&[], mail.blocks.len()))?;
    let around = (whole.html.as_str(), whole.text.as_str());
    let shown = divide::fitting(house, language, &mail.blocks, around)?;
    let (blocks, left) = mail.blocks.split_at_checked(shown).unwrap_or((&mail.blocks, &[]));
    let content = content(house, mail, (blocks, left.len()))?;
    Ok(message::message(house, &mail.envelope, content))
}

/// The mail with these blocks, when so many others are left.
fn content(
    house: &House,
    mail: &DelegationMail<'_>,
    (blocks, left): (&[Block<'_>], usize),
) -> Result<Content, MailError> {
    let language = mail.envelope.language;
    let texts = Texts::of(language);
    let form = Form::of(blocks.len());
    let (mut blocks_html, mut blocks_text) = (String::new(), String::new());
    for block in blocks {
        let rendered = block::render(house, language, block)?;
        blocks_html.push_str(rendered.html(form));
        blocks_text.push_str(&rendered.text);
    }
    let (url, quote) = block::link(mail.list)?;
    let text = || texts.tell("mail-delegation-rest", [("n", Value::Count(left))]);
    let rest = (left > 0).then(|| Rest { text: text(), url, quote });
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
    let (frame, lead, how, rest) = (&frame, &lead, how.as_str(), rest.as_ref());
    let html = rendered(&Html { frame, lead, how, rest });
    let text = rendered(&Text { frame, lead, how, rest });
    Ok(Content { subject, text, html })
}
