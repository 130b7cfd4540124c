//! The message around text and HTML.

use std::borrow::Cow;
use std::iter;

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

/// A file that goes along.
pub(super) struct Attachment<'x> {
    pub(super) name: String,
    pub(super) kind: &'static str,
    pub(super) bytes: Cow<'x, [u8]>,
}

/// The message of `content`.
pub(super) fn message(house: &House, envelope: &Envelope<'_>, content: Content) -> Mail {
    with_files(house, envelope, content, Vec::new())
}

/// The message of `content`, with `files` behind it.
pub(super) fn with_files(
    house: &House,
    envelope: &Envelope<'_>,
    content: Content,
    files: Vec<Attachment<'_>>,
) -> Mail {
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
    let body = if files.is_empty() { body } else { mixed(&send, body, files) };
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

/// `body` with `files` behind it. Its boundary begins otherwise than that of `body`, since a reader may
/// look no further than to the end of the one that it waits for.
fn mixed<'x>(send: &str, body: MimePart<'x>, files: Vec<Attachment<'x>>) -> MimePart<'x> {
    let kind = ContentType::new("multipart/mixed").attribute("boundary", format!("=_m{send}"));
    let files = files.into_iter().map(|file| {
        MimePart::new(ContentType::new(file.kind), BodyPart::Binary(file.bytes))
            .attachment(file.name)
    });
    MimePart::new(kind, BodyPart::Multipart(iter::once(body).chain(files).collect()))
}

fn part<'x>(kind: &'x str, text: &str) -> MimePart<'x> {
    MimePart::new(
        ContentType::new(kind).attribute("charset", "utf-8"),
        BodyPart::Text(quoted::encode(text).into()),
    )
    .transfer_encoding("quoted-printable")
}
