//! The mails that a utility sends: a model in, the whole message out.
//!
//! The same model gives the same bytes: boundary and Message-ID derive from the send, the date is
//! given, and nothing asks a clock or draws a number.

mod block;
mod campaign;
mod delegation;
mod divide;
mod estimated;
mod frame;
mod invoice;
mod message;
mod overview;
mod quoted;
mod receipt;
mod zip;

use std::cmp::Ordering;
use std::ops::Range;

use chrono::{DateTime, Utc};

use domain::account::MailAddress;
use domain::address::Address;
use domain::language::Language;

pub use block::link_to_place;
pub use campaign::{Block, BlockMeter, CampaignMail, Occasion, PartOf};
pub use delegation::DelegationMail;
pub use estimated::{EstimatedAddress, EstimatedMail, EstimatedRegister};
pub use invoice::{CorrectableAddress, Files, InvoiceMail};
pub use overview::OverviewMail;
pub use receipt::{ReceiptMail, StoredReading};

use crate::House;

/// *E-mail*: the rendered message of a send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// As people read it.
    pub subject: String,
    /// The text part, decoded.
    pub text: String,
    /// The HTML part, decoded.
    pub html: String,
    /// The message as it is sent.
    pub raw: Vec<u8>,
}

/// Who a mail goes to, and which send it is.
#[derive(Clone, Debug)]
pub struct Envelope<'a> {
    /// The send's 32 hex digits; boundary and Message-ID are made of them.
    pub send_id: &'a str,
    /// When the state that the mail tells of was read.
    pub at: DateTime<Utc>,
    /// *Ontvangers* of one language, all in `To`.
    pub to: Vec<&'a MailAddress>,
    /// The language of the mail.
    pub language: Language,
    /// The host that all links begin with.
    pub host: &'a str,
}

/// The call or a reminder.
///
/// **Errors.** A link that a mail program could break.
pub fn campaign(house: &House, mail: &CampaignMail<'_>) -> Result<Mail, MailError> {
    campaign::mail(house, mail)
}

/// What a colleague is mailed who was asked for a reading.
///
/// **Errors.** A link that a mail program could break.
pub fn delegation(house: &House, mail: &DelegationMail<'_>) -> Result<Mail, MailError> {
    delegation::mail(house, mail)
}

/// The overview of an account, mailed to itself.
///
/// **Errors.** A link that a mail program could break.
pub fn overview(house: &House, mail: &OverviewMail<'_>) -> Result<Mail, MailError> {
    overview::mail(house, mail)
}

/// What was stored, as a mail to the recipients of the account.
pub fn receipt(house: &House, mail: &ReceiptMail<'_>) -> Mail {
    receipt::mail(house, mail)
}

/// What was estimated, while the reading can still be given.
///
/// **Errors.** A link that a mail program could break.
pub fn estimated(house: &House, mail: &EstimatedMail<'_>) -> Result<Mail, MailError> {
    estimated::mail(house, mail)
}

/// A document of an account, with both of its files.
///
/// **Errors.** A link that a mail program could break; a message that is too large to be sent.
pub fn invoice(house: &House, mail: &InvoiceMail<'_>) -> Result<Mail, MailError> {
    invoice::mail(house, mail)
}

/// How the blocks of `mail` are divided over mails: one range of blocks for each, in order, none
/// left out.
///
/// One mail holds up to 200 addresses and as many bytes as the utility allows, both measured by
/// encoding it; of `mail.part` nothing is used. A part may be forwarded as it is.
///
/// **Errors.** A link that a mail program could break.
pub fn divide(house: &House, mail: &CampaignMail<'_>) -> Result<Vec<Range<usize>>, MailError> {
    divide::ranges(house, mail)
}

/// The order of addresses in a mail: place, postcode, number, and what follows the number.
pub fn by_place(a: &Address, b: &Address) -> Ordering {
    let key = |address: &Address| {
        let Address { city, postcode, house_number, house_letter, addition, street, .. } =
            address.clone();
        (city, postcode, house_number, house_letter, addition, street)
    };
    key(a).cmp(&key(b))
}

/// Why a mail cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// The host of the links is too long. The caller stops and tells the operator: every mail
    /// would have this.
    #[error("a link has {length} characters, {} is the limit", block::LONGEST_LINK)]
    LinkTooLong {
        /// Characters of the link.
        length: usize,
    },
    /// It is no web address of printable ASCII. The caller stops and tells the operator.
    #[error("a link is not made of the characters of a link")]
    NotALink,
    /// With its files it has more than 10 MB. The caller has it be sent on paper.
    #[error("the message has more than 10 MB")]
    TooLarge,
}

#[cfg(test)]
mod tests;
