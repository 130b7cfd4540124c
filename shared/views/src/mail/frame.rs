//! What stands around the words of every mail.

use domain::account::CustomerNumber;
use domain::language::Language;

use super::Envelope;
use crate::House;
use crate::texts::{Texts, Value};

/// The variables of `templates/mail/frame.*`.
pub(super) struct Frame<'a> {
    pub(super) language: Language,
    pub(super) subject: &'a str,
    pub(super) preheader: String,
    pub(super) brand: &'a str,
    pub(super) color: String,
    pub(super) greeting: String,
    /// The addresses, rendered already.
    pub(super) blocks_html: &'a str,
    pub(super) blocks_text: &'a str,
    pub(super) contact: String,
    /// Of a mail to the account itself: nobody else learns its number.
    pub(super) customer: Option<String>,
    pub(super) real: String,
}

impl<'a> Frame<'a> {
    /// The frame of a mail without addresses to choose from; without a customer it is to a stranger.
    pub(super) fn new(
        house: &'a House,
        envelope: &Envelope<'_>,
        customer: Option<&CustomerNumber>,
        subject: &'a str,
        preheader: String,
    ) -> Self {
        let texts = Texts::of(envelope.language);
        let contact = &house.utility.contact;
        Self {
            language: texts.language(),
            subject,
            preheader,
            brand: &house.utility.name,
            color: house.brand.light.primary.to_string(),
            greeting: match customer {
                Some(_) => texts.say("mail-greeting"),
                None => texts.say("mail-greeting-colleague"),
            },
            blocks_html: "",
            blocks_text: "",
            contact: texts.tell(
                "mail-contact",
                [
                    ("phone", Value::Text(&contact.phone)),
                    ("hours", Value::Text(&contact.hours)),
                    ("email", Value::Text(contact.email.as_str())),
                ],
            ),
            customer: customer.map(|customer| {
                texts.tell("mail-customer", [("customer", Value::Text(customer.as_str()))])
            }),
            real: texts.tell("mail-real", [("host", Value::Text(envelope.host))]),
        }
    }
}

/// A sentence of which one piece is bold in HTML.
pub(super) struct Sentence {
    pub(super) before: String,
    pub(super) strong: String,
    pub(super) after: String,
}

impl Sentence {
    /// `text` with the first `strong` of it bold.
    pub(super) fn new(text: &str, strong: &str) -> Self {
        let (before, after) = text.split_once(strong).unwrap_or((text, ""));
        let strong = if before.len() == text.len() { "" } else { strong };
        Self { before: before.to_owned(), strong: strong.to_owned(), after: after.to_owned() }
    }
}
