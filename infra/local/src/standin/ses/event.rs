//! What SES publishes about a mail, in the two shapes in which it arrives.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use domain::hex::hex;

use super::Mail;
use crate::{fault::EventPath, pump::uuid, standin::wire};

/// What happened to a mail, as SES names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum EventType {
    /// Accepted.
    Send,
    /// Not sent after all, for what is in it.
    Reject,
    /// Not sent, for its template could not be filled in.
    RenderingFailure,
    /// Taken by the recipient's server.
    Delivery,
    /// Not taken yet; SES goes on trying.
    DeliveryDelay,
    /// Refused by the recipient's server, in the end.
    Bounce(Bounce),
    /// The recipient called it unwanted.
    Complaint,
}

/// Why a mail bounced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Bounce {
    /// There is no such mailbox.
    Permanent,
    /// The mailbox was full for as long as SES tried.
    Transient,
    /// The address is on the account's suppression list: SES did not try.
    Suppressed,
    /// The address is on the list that SES keeps for all its customers.
    SuppressedGlobally,
}

impl Bounce {
    /// `bounceType`, `bounceSubType`, and the status of the recipient.
    fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Permanent => ("Permanent", "General", "5.1.1"),
            Self::Transient => ("Transient", "MailboxFull", "4.2.2"),
            Self::Suppressed => ("Permanent", "OnAccountSuppressionList", "5.1.1"),
            Self::SuppressedGlobally => ("Permanent", "Suppressed", "5.1.1"),
        }
    }
}

impl EventType {
    /// The name in `eventType`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Send => "Send",
            Self::Reject => "Reject",
            Self::RenderingFailure => "Rendering Failure",
            Self::Delivery => "Delivery",
            Self::DeliveryDelay => "DeliveryDelay",
            Self::Bounce(_) => "Bounce",
            Self::Complaint => "Complaint",
        }
    }

    /// The name in the template's `MatchingEventTypes`.
    pub fn as_template_str(self) -> &'static str {
        match self {
            Self::Send => "SEND",
            Self::Reject => "REJECT",
            Self::RenderingFailure => "RENDERING_FAILURE",
            Self::Delivery => "DELIVERY",
            Self::DeliveryDelay => "DELIVERY_DELAY",
            Self::Bounce(_) => "BOUNCE",
            Self::Complaint => "COMPLAINT",
        }
    }

    /// The name in `detail-type`.
    fn as_detail_type(self) -> &'static str {
        match self {
            Self::Send => "Email Sent",
            Self::Reject => "Email Rejected",
            Self::RenderingFailure => "Email Rendering Failed",
            Self::Delivery => "Email Delivered",
            Self::DeliveryDelay => "Email Delivery Delayed",
            Self::Bounce(_) => "Email Bounced",
            Self::Complaint => "Email Complaint Received",
        }
    }

    /// For which reason SES puts the address on the account's suppression list, if it does.
    pub(super) fn suppresses(self) -> Option<&'static str> {
        match self {
            Self::Bounce(Bounce::Permanent) => Some("BOUNCE"),
            Self::Complaint => Some("COMPLAINT"),
            Self::Send
            | Self::Reject
            | Self::RenderingFailure
            | Self::Delivery
            | Self::DeliveryDelay
            | Self::Bounce(Bounce::Transient | Bounce::Suppressed | Bounce::SuppressedGlobally) => {
                None
            }
        }
    }
}

/// One event on one path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// The mail's number.
    pub mail: u64,
    /// What happened.
    pub event_type: EventType,
    /// To whom: every recipient, or some.
    pub recipients: Vec<String>,
    /// The configuration set of the mail.
    pub configuration_set: Option<String>,
    /// The way by which it comes.
    pub path: EventPath,
    /// When it arrives.
    pub arrives_at: DateTime<Utc>,
    /// The body as it arrives in a queue: bare from SNS, in its envelope from EventBridge.
    pub body: Value,
}

impl Event {
    /// The event of something that happened at `at`, which arrives at once.
    pub(super) fn new(
        mail: &Mail,
        event_type: EventType,
        recipients: Vec<String>,
        path: EventPath,
        at: DateTime<Utc>,
    ) -> Self {
        let bare = bare(mail, event_type, &recipients, at);
        let body = match path {
            EventPath::EventBridge => envelope(mail, event_type, bare, at),
            EventPath::Sns => bare,
        };
        Self {
            mail: mail.number,
            event_type,
            recipients,
            configuration_set: mail.configuration_set.clone(),
            path,
            arrives_at: at,
            body,
        }
    }

    /// The same, so many seconds late.
    pub(super) fn late(mut self, seconds: u64) -> Self {
        let late = i64::try_from(seconds).ok().and_then(TimeDelta::try_seconds);
        let at = late.and_then(|late| self.arrives_at.checked_add_signed(late));
        self.arrives_at = at.unwrap_or(DateTime::<Utc>::MAX_UTC);
        self
    }
}

/// **Source.** SES developer guide, contents of event data that SES publishes.
fn bare(mail: &Mail, event_type: EventType, recipients: &[String], at: DateTime<Utc>) -> Value {
    let mut tags: serde_json::Map<String, Value> =
        mail.tags.iter().map(|(name, value)| (name.clone(), json!([value]))).collect();
    if let Some(set) = &mail.configuration_set {
        tags.insert("ses:configuration-set".to_owned(), json!([set]));
    }
    let mut event = json!({
        "eventType": event_type.as_str(),
        "mail": {
            "timestamp": instant(mail.at),
            "source": mail.from,
            "messageId": mail.message_id,
            "destination": mail.to,
            "headersTruncated": false,
            "tags": tags,
        },
    });
    let (name, about) = about(mail, event_type, recipients, at);
    wire::add(&mut event, name, about);
    event
}

/// The object that is of this type of event alone, and its name.
fn about(
    mail: &Mail,
    event_type: EventType,
    recipients: &[String],
    at: DateTime<Utc>,
) -> (&'static str, Value) {
    let each = |rest: Value| -> Vec<Value> {
        let each = recipients.iter().map(|address| {
            let mut recipient = json!({"emailAddress": address});
            for (name, value) in rest.as_object().into_iter().flatten() {
                wire::add(&mut recipient, name, value.clone());
            }
            recipient
        });
        each.collect()
    };
    match event_type {
        EventType::Send => ("send", json!({})),
        EventType::Reject => ("reject", json!({"reason": "Bad content"})),
        EventType::RenderingFailure => (
            "failure",
            json!({"errorMessage": "Attribute 'x' is not present in the rendering data.", "templateName": "x"}),
        ),
        EventType::Delivery => (
            "delivery",
            json!({
                "timestamp": instant(at), "processingTimeMillis": 0, "recipients": recipients,
                "smtpResponse": "250 2.0.0 OK",
            }),
        ),
        EventType::DeliveryDelay => (
            "deliveryDelay",
            json!({
                "timestamp": instant(at),
                "delayType": "TransientCommunicationFailure",
                "expirationTime": instant(mail.at + TimeDelta::hours(14)),
                "delayedRecipients": each(json!({"status": "4.4.1"})),
            }),
        ),
        EventType::Bounce(bounce) => {
            let (bounce_type, sub_type, status) = bounce.words();
            (
                "bounce",
                json!({
                    "bounceType": bounce_type,
                    "bounceSubType": sub_type,
                    "bouncedRecipients": each(json!({"action": "failed", "status": status})),
                    "timestamp": instant(at),
                    "feedbackId": mail.message_id,
                }),
            )
        }
        EventType::Complaint => (
            "complaint",
            json!({
                "complainedRecipients": each(json!({})),
                "timestamp": instant(at),
                "feedbackId": mail.message_id,
                "complaintFeedbackType": "abuse",
            }),
        ),
    }
}

/// **Source.** EventBridge events reference, Amazon SES.
fn envelope(mail: &Mail, event_type: EventType, detail: Value, at: DateTime<Utc>) -> Value {
    let set = mail.configuration_set.as_deref().unwrap_or_default();
    let id = hex(&Sha256::digest(detail.to_string()));
    let mut envelope = json!({
        "version": "0",
        "id": uuid(&id),
        "detail-type": event_type.as_detail_type(),
        "source": "aws.ses",
        "account": "000000000000",
        "time": at.to_rfc3339_opts(SecondsFormat::Secs, true),
        "region": "eu-central-1",
        "resources": [format!("arn:aws:ses:eu-central-1:000000000000:configuration-set/{set}")],
    });
    wire::add(&mut envelope, "detail", detail);
    envelope
}

fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}
