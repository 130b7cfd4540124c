//! The mail with the overview of an account: on it the account chooses for which of its addresses a
//! colleague is asked.

use askama::Template;
use chrono::{DateTime, Utc};

use domain::account::CustomerNumber;

use crate::House;
use crate::format;
use crate::texts::{Texts, Value};

use super::block::{self, rendered};
use super::frame::{Frame, Sentence};
use super::message::{self, Content};
use super::{Envelope, Mail, MailError};

/// The overview of an account.
///
/// It is mailed to the account's own recipients only, and asks not to be forwarded: whoever holds its
/// link sees all addresses.
#[derive(Clone, Debug)]
pub struct OverviewMail<'a> {
    /// Who gets it, and which send it is.
    pub envelope: Envelope<'a>,
    /// *Klantnummer*.
    pub customer: &'a CustomerNumber,
    /// From when on the link opens nothing.
    pub until: DateTime<Utc>,
    /// The link.
    pub url: &'a str,
}

#[derive(Template)]
#[template(path = "mail/overview/mail.html")]
struct Html<'a> {
    frame: &'a Frame<'a>,
    lead: &'a Sentence,
    warning: &'a str,
    link: &'a str,
    url: &'a str,
    quote: &'static str,
    ground: String,
    on_ground: String,
}

#[derive(Template)]
#[template(path = "mail/overview/text.txt")]
struct Text<'a> {
    frame: &'a Frame<'a>,
    lead: &'a Sentence,
    warning: &'a str,
    link: &'a str,
    url: &'a str,
}

pub(super) fn mail(house: &House, mail: &OverviewMail<'_>) -> Result<Mail, MailError> {
    let language = mail.envelope.language;
    let texts = Texts::of(language);
    let (url, quote) = block::link(mail.url)?;
    let subject = texts.say("mail-overview-subject");
    let until = format::day_and_time(language, mail.until);
    let lead = texts.tell("mail-overview-lead", [("until", Value::Text(&until))]);
    let lead = Sentence::new(&lead, &until);
    let warning = texts.say("mail-overview-warning");
    let link = texts.say("mail-overview-link");
    let preheader = warning.clone();
    let frame = Frame::new(house, &mail.envelope, Some(mail.customer), &subject, preheader);
    let colors = house.brand.light;
    let html = rendered(&Html {
        frame: &frame,
        lead: &lead,
        warning: &warning,
        link: &link,
        url,
        quote,
        ground: colors.primary.to_string(),
        on_ground: colors.on_primary.to_string(),
    });
    let text = rendered(&Text { frame: &frame, lead: &lead, warning: &warning, link: &link, url });
    Ok(message::message(house, &mail.envelope, Content { subject, text, html }))
}
