//! What SES tells about a mail: bare, or in an envelope of EventBridge.
//!
//! **Source.** SES developer guide, contents of event data that SES publishes; EventBridge events
//! reference, Amazon SES.

use serde::Deserialize;

use domain::account::MailAddress;
use domain::sending::outcome::RECIPIENTS;
use domain::sending::{Evidence, Outcome, Scope, SendId};

use crate::Failure;

/// One event about one of our mails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailEvent {
    /// What the mail belongs to.
    pub scope: Scope,
    /// Its row.
    pub send: SendId,
    /// The attempt that it was tagged with, from 1.
    pub attempt: u32,
    /// The id that the mail service gave it.
    pub message: String,
    /// What happened, by place in the mail's `To`.
    pub happened: Vec<Happened>,
}

/// What happened to a mail at one recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happened {
    /// The recipient's place in the mail's `To`, from 0.
    pub place: usize,
    /// Where it went; `None` when the address has nothing to do with it.
    pub address: Option<MailAddress>,
    /// What became of it.
    pub outcome: Outcome,
}

impl MailEvent {
    /// Reads the body of a queue message; `None` for a mail that is none of ours.
    ///
    /// **Errors.** [`Failure`] that is permanent: a body that is no event, or an event of a type
    /// that we did not subscribe to. A person looks at it in the dead letters.
    pub fn read(body: &str) -> Result<Option<Self>, Failure> {
        let unreadable = |_| Failure::permanent("a message that is no event of the mail service");
        let event: Enveloped = serde_json::from_str(body).map_err(unreadable)?;
        let event = match event {
            Enveloped::Envelope { detail } => *detail,
            Enveloped::Bare(event) => *event,
        };
        let Some(named) = event.mail.tags.named() else { return Ok(None) };
        let happened = event.happened()?;
        let (scope, send, attempt) = named;
        Ok(Some(Self { scope, send, attempt, message: event.mail.message_id, happened }))
    }

    /// What it proves about the row.
    pub fn evidence(&self) -> Evidence {
        let mut outcomes = [None; RECIPIENTS];
        for happened in &self.happened {
            if let Some(known) = outcomes.get_mut(happened.place) {
                *known = Some(happened.outcome).max(*known);
            }
        }
        Evidence { attempt: self.attempt, outcomes }
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Enveloped {
    Envelope { detail: Box<Event> },
    Bare(Box<Event>),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    #[serde(rename = "eventType", alias = "notificationType")]
    kind: String,
    mail: Mail,
    #[serde(default)]
    delivery: Option<Delivery>,
    #[serde(default)]
    delivery_delay: Option<DeliveryDelay>,
    #[serde(default)]
    bounce: Option<Bounce>,
    #[serde(default)]
    complaint: Option<Complaint>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Mail {
    message_id: String,
    #[serde(default)]
    destination: Vec<String>,
    #[serde(default)]
    tags: Tags,
}

/// Every tag has a list of values, of which ours have one.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Tags {
    scope: Vec<String>,
    send: Vec<String>,
    attempt: Vec<String>,
}

impl Tags {
    fn named(&self) -> Option<(Scope, SendId, u32)> {
        let scope = Scope::parse(self.scope.first()?)?;
        let send = SendId::parse(self.send.first()?)?;
        Some((scope, send, self.attempt.first()?.parse().ok()?))
    }
}

#[derive(Deserialize)]
struct Delivery {
    #[serde(default)]
    recipients: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DeliveryDelay {
    #[serde(default)]
    delayed_recipients: Vec<Recipient>,
}

#[derive(Deserialize)]
struct Bounce {
    #[serde(rename = "bounceType")]
    kind: String,
    #[serde(rename = "bounceSubType", default)]
    sub_kind: String,
    #[serde(rename = "bouncedRecipients", default)]
    recipients: Vec<Recipient>,
}

#[derive(Deserialize)]
struct Complaint {
    #[serde(rename = "complaintSubType", default)]
    sub_kind: Option<String>,
    #[serde(rename = "complainedRecipients", default)]
    recipients: Vec<Recipient>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Recipient {
    email_address: String,
}

/// What SES calls an address that it does not write to any more.
const LISTED: &str = "OnAccountSuppressionList";

impl Event {
    fn happened(&self) -> Result<Vec<Happened>, Failure> {
        let of = |recipients: &[Recipient]| -> Vec<String> {
            recipients.iter().map(|recipient| recipient.email_address.clone()).collect()
        };
        match (self.kind.as_str(), self) {
            ("Send", _) => Ok(Vec::new()),
            ("Delivery", Self { delivery: Some(delivery), .. }) => {
                Ok(self.at(&delivery.recipients, Outcome::Delivered))
            }
            ("DeliveryDelay", Self { delivery_delay: Some(delay), .. }) => {
                Ok(self.at(&of(&delay.delayed_recipients), Outcome::Delayed))
            }
            ("Bounce", Self { bounce: Some(bounce), .. }) => {
                let outcome = match (bounce.kind.as_str(), bounce.sub_kind.as_str()) {
                    ("Permanent", LISTED | "Suppressed") => Outcome::Suppressed,
                    ("Permanent", _) => Outcome::PermanentBounce,
                    _ => Outcome::TransientBounce,
                };
                Ok(self.at(&of(&bounce.recipients), outcome))
            }
            ("Complaint", Self { complaint: Some(complaint), .. }) => {
                let listed = complaint.sub_kind.as_deref() == Some(LISTED);
                let outcome = if listed { Outcome::Suppressed } else { Outcome::Complained };
                Ok(self.at(&of(&complaint.recipients), outcome))
            }
            // The mail was taken and never left: no address is to blame.
            ("Reject" | "Rendering Failure" | "RenderingFailure", _) => {
                let places = 0..self.mail.destination.len();
                let outcome = Outcome::PermanentBounce;
                Ok(places.map(|place| Happened { place, address: None, outcome }).collect())
            }
            _ => Err(Failure::permanent("an event of the mail service that nobody asked for")),
        }
    }

    fn at(&self, addresses: &[String], outcome: Outcome) -> Vec<Happened> {
        let happened = |address: &String| {
            let same = |to: &String| bare(to).eq_ignore_ascii_case(bare(address));
            let place = self.mail.destination.iter().position(same)?;
            Some(Happened { place, address: MailAddress::parse(bare(address)), outcome })
        };
        addresses.iter().filter_map(happened).collect()
    }
}

/// The address in `"A. Name" <a@example.org>`, or the whole.
fn bare(address: &str) -> &str {
    let inner = address.rsplit_once('<').map_or(address, |(_, inner)| inner);
    inner.trim_end_matches('>').trim()
}

#[cfg(test)]
mod tests;
