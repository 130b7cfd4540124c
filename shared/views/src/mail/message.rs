//! The message around text and HTML.

use mail_builder::MessageBuilder;
use mail_builder::headers::HeaderType;
use mail_builder::headers::address::Address;
use mail_builder::headers::content_type::ContentType;
use mail_builder::headers::raw::Raw;
use mail_builder::mime::{BodyPart, MimePart};

use super::{Envelope, Mail, quoted};
use crate::House;
use crate::page::printable;
use crate::texts::Texts;

/// What a mail says.
pub(super) struct Content {
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) html: String,
}

/// The message of `content`.
pub(super) fn message(house: &House, envelope: &Envelope<'_>, content: Content) -> Mail {
    let Content { subject, text, html } = content;
    let subject = printable(&subject);
    let send: String = envelope.send_id.chars().filter(char::is_ascii_hexdigit).collect();
    let from = house.utility.mail.from.as_str();
    let domain = from.rsplit_once('@').map_or(envelope.host, |(_, domain)| domain);
    let to: Vec<_> = envelope.to.iter().map(|address| Address::from(address.as_str())).collect();
    let language = Texts::of(envelope.language).language();
    // `=_` cannot occur in quoted-printable, so no text can end its part.
    let alternatives =
        ContentType::new("multipart/alternative").attribute("boundary", format!("=_{send}"));
    let body = MimePart::new(
        alternatives,
        BodyPart::Multipart(vec![part("text/plain", &text), part("text/html", &html)]),
    );
    let message = MessageBuilder::new()
        .from((house.utility.name.as_str(), from))
        .reply_to(house.utility.mail.reply_to.as_str())
        .to(Address::new_list(to))
        .subject(subject.as_str())
        .date(envelope.at.timestamp())
        .message_id(format!("{send}@{domain}"))
        .header("Auto-Submitted", Raw::new("auto-generated"))
        .header("X-Auto-Response-Suppress", Raw::new("All"))
        .header("Content-Language", HeaderType::Raw(Raw::new(language.as_str())))
        .body(body);
    let mut raw = Vec::new();
    message.serialize(&mut raw);
    Mail { subject, text, html, raw }
}

fn part<'x>(kind: &'x str, text: &str) -> MimePart<'x> {
    MimePart::new(
        ContentType::new(kind).attribute("charset", "utf-8"),
        BodyPart::Text(quoted::encode(text).into()),
    )
    .transfer_encoding("quoted-printable")
}
