//! Mails as a mail program knows them: read back from their bytes.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use mail_parser::{MessageParser, MimeHeaders as _};
use serde::{Deserialize, Serialize};

use domain::sending::Scope;

use crate::standin::ses;

/// A mail that somebody forwarded in the demo.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Forwarded {
    /// Its number among them, from 1.
    pub(super) number: usize,
    pub(super) at: DateTime<Utc>,
    pub(super) to: String,
    /// RFC 5322.
    #[serde(skip)]
    pub(super) raw: Bytes,
}

/// A mail in the inbox.
#[derive(Clone, Debug)]
pub(super) struct Letter {
    /// Its number; a forwarded one has an `f` before it.
    pub(super) name: String,
    pub(super) at: DateTime<Utc>,
    pub(super) from: String,
    /// The name that its recipient is greeted by, or nothing.
    pub(super) to: Vec<String>,
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) html: String,
    /// The bytes of the HTML part as it was sent, transfer encoding included.
    pub(super) html_bytes: usize,
    /// Of the HTML part, as it says itself.
    pub(super) language: String,
    /// `call`, `r1` …, `forwarded`, or nothing.
    pub(super) wave: String,
    pub(super) attachments: Vec<Attachment>,
    /// Everything above the first empty line.
    pub(super) headers: String,
    pub(super) raw: Bytes,
}

#[derive(Clone, Debug)]
pub(super) struct Attachment {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) bytes: usize,
}

impl Letter {
    pub(super) fn sent(mail: &ses::Mail) -> Self {
        let scope = mail.tags.get("scope").map(String::as_str).unwrap_or_default();
        let wave = Scope::parse(scope).map_or_else(|| scope.to_owned(), Scope::kind);
        let mut letter = Self::read(&mail.raw);
        letter.name = mail.number.to_string();
        letter.at = mail.at;
        letter.to.clone_from(&mail.to);
        letter.wave = wave;
        letter
    }

    pub(super) fn forwarded(mail: &Forwarded) -> Self {
        let mut letter = Self::read(&mail.raw);
        letter.name = format!("f{}", mail.number);
        letter.at = mail.at;
        letter.to = vec![mail.to.clone()];
        "forwarded".clone_into(&mut letter.wave);
        letter
    }

    fn read(raw: &Bytes) -> Self {
        let parsed = MessageParser::default().parse(raw.as_ref()).unwrap_or_default();
        let part = |kind: &str| {
            let is_kind = |part: &&mail_parser::MessagePart<'_>| {
                part.content_type().is_some_and(|known| known.subtype() == Some(kind))
            };
            parsed.parts.iter().find(is_kind)
        };
        let text_of = |kind: &str| {
            let text = part(kind).and_then(|part| part.text_contents()).unwrap_or_default();
            text.replace("\r\n", "\n")
        };
        let html = text_of("html");
        let html_bytes = part("html").map_or(0, |part| {
            let (from, to) = (part.offset_body, part.offset_end);
            usize::try_from(to.saturating_sub(from)).unwrap_or_default()
        });
        let language =
            html.split_once("<html lang=\"").and_then(|(_, after)| after.split_once('"'));
        let text = String::from_utf8_lossy(raw).replace("\r\n", "\n");
        let attachments = parsed.attachments().map(|part| Attachment {
            name: part.attachment_name().unwrap_or("without a name").to_owned(),
            kind: part.content_type().map_or_else(String::new, |kind| {
                format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or_default())
            }),
            bytes: part.contents().len(),
        });
        let sender = parsed.from().and_then(|from| from.first());
        let from =
            sender.map(|sender| sender.name().or(sender.address()).unwrap_or_default().to_owned());
        Self {
            name: String::new(),
            at: DateTime::default(),
            from: from.unwrap_or_default(),
            to: Vec::new(),
            subject: parsed.subject().unwrap_or_default().to_owned(),
            text: text_of("plain"),
            html_bytes,
            language: language.map(|(language, _)| language.to_owned()).unwrap_or_default(),
            html,
            wave: String::new(),
            attachments: attachments.collect(),
            headers: text.split_once("\n\n").map_or("", |(head, _)| head).to_owned(),
            raw: raw.clone(),
        }
    }

    /// Every link to a page in the text, in order.
    pub(super) fn links(&self) -> Vec<String> {
        let words = self.text.split(|c: char| c.is_whitespace() || c == '>');
        words.filter(|word| is_link(word)).map(str::to_owned).collect()
    }
}

/// Whether a word of a text is the link of a page; the sentence that says what links begin with
/// names none.
pub(super) fn is_link(word: &str) -> bool {
    let is_url = word.starts_with("http://") || word.starts_with("https://");
    let token = word.trim().split_once("/m/").map_or("", |(_, token)| token);
    is_url && token.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}
