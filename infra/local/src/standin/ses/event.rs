//! What SES publishes about a mail, in the two shapes in which it arrives.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Mail;
use crate::{
    fault::{Effect, EventPath},
    standin::wire,
    template::ConfigurationSet,
};

/// What happened to a mail, as SES names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum EventType {
    /// Accepted.
    Send,
    /// Taken by the recipient's server.
    Delivery,
    /// Refused by the recipient's server, for good.
    Bounce,
    /// The recipient called it unwanted.
    Complaint,
}

impl EventType {
    /// The name in `eventType`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Send => "Send",
            Self::Delivery => "Delivery",
            Self::Bounce => "Bounce",
            Self::Complaint => "Complaint",
        }
    }

    /// The name in the template's `MatchingEventTypes`.
    pub fn as_template_str(self) -> &'static str {
        match self {
            Self::Send => "SEND",
            Self::Delivery => "DELIVERY",
            Self::Bounce => "BOUNCE",
            Self::Complaint => "COMPLAINT",
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
    /// The way by which it comes.
    pub path: EventPath,
    /// The body as it arrives in a queue: bare from SNS, in its envelope from EventBridge.
    pub body: Value,
}

/// Whether a recipient is on the account's suppression list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Listing {
    Clear,
    Suppressed,
}

/// The events of a mail that was just accepted: what happened to it, on each path that its
/// configuration set publishes it on, by path.
pub(super) fn publish(
    mail: &Mail,
    set: &ConfigurationSet,
    listing: Listing,
    effect: Option<Effect>,
) -> Vec<Event> {
    let simulated = |name: &str| {
        mail.to.iter().any(|to| to.eq_ignore_ascii_case(&format!("{name}@simulator.amazonses.com")))
    };
    let listed = listing == Listing::Suppressed;
    let bounces = listed || effect == Some(Effect::Bounce) || simulated("bounce");
    let complains = effect == Some(Effect::Complain) || simulated("complaint");
    let happened: &[EventType] = match (bounces, complains) {
        (true, _) => &[EventType::Send, EventType::Bounce],
        (false, true) => &[EventType::Send, EventType::Delivery, EventType::Complaint],
        (false, false) => &[EventType::Send, EventType::Delivery],
    };
    let mut events = Vec::new();
    for path in [EventPath::EventBridge, EventPath::Sns] {
        if effect == Some(Effect::EventLost(path)) {
            continue;
        }
        for event_type in happened {
            if !set.publishes(path, event_type.as_template_str()) {
                continue;
            }
            let bare = bare(mail, *event_type, listing);
            let body = match path {
                EventPath::EventBridge => envelope(mail, *event_type, &bare),
                EventPath::Sns => bare,
            };
            let event = Event { mail: mail.number, event_type: *event_type, path, body };
            if effect == Some(Effect::EventTwice) {
                events.push(event.clone());
            }
            events.push(event);
        }
    }
    events
}

/// **Source.** SES developer guide, contents of event data that SES publishes.
fn bare(mail: &Mail, event_type: EventType, listing: Listing) -> Value {
    let at = instant(mail.at);
    let mut tags: serde_json::Map<String, Value> =
        mail.tags.iter().map(|(name, value)| (name.clone(), json!([value]))).collect();
    if let Some(set) = &mail.configuration_set {
        tags.insert("ses:configuration-set".to_owned(), json!([set]));
    }
    let mut event = json!({
        "eventType": event_type.as_str(),
        "mail": {
            "timestamp": at,
            "source": mail.from,
            "messageId": mail.message_id,
            "destination": mail.to,
            "headersTruncated": false,
            "tags": tags,
        },
    });
    let (name, about) = match event_type {
        EventType::Send => ("send", json!({})),
        EventType::Delivery => (
            "delivery",
            json!({
                "timestamp": at, "processingTimeMillis": 0, "recipients": mail.to,
                "smtpResponse": "250 2.0.0 OK",
            }),
        ),
        EventType::Bounce => (
            "bounce",
            json!({
                "bounceType": "Permanent",
                "bounceSubType": if listing == Listing::Suppressed { "OnAccountSuppressionList" } else { "General" },
                "bouncedRecipients": recipients(mail, "failed"),
                "timestamp": at,
                "feedbackId": mail.message_id,
            }),
        ),
        EventType::Complaint => (
            "complaint",
            json!({
                "complainedRecipients": recipients(mail, "complained"),
                "timestamp": at,
                "feedbackId": mail.message_id,
                "complaintFeedbackType": "abuse",
            }),
        ),
    };
    wire::add(&mut event, name, about);
    event
}

fn recipients(mail: &Mail, action: &str) -> Vec<Value> {
    let about = |to: &String| match action {
        "failed" => json!({"emailAddress": to, "action": action, "status": "5.1.1"}),
        _ => json!({"emailAddress": to}),
    };
    mail.to.iter().map(about).collect()
}

/// **Source.** EventBridge events reference, Amazon SES.
fn envelope(mail: &Mail, event_type: EventType, detail: &Value) -> Value {
    let detail_type = match event_type {
        EventType::Send => "Email Sent",
        EventType::Delivery => "Email Delivered",
        EventType::Bounce => "Email Bounced",
        EventType::Complaint => "Email Complaint Received",
    };
    let set = mail.configuration_set.as_deref().unwrap_or_default();
    let id = mail.message_id.split_once('-').map_or("", |(_, id)| id);
    json!({
        "version": "0",
        "id": id.trim_end_matches("-000000"),
        "detail-type": detail_type,
        "source": "aws.ses",
        "account": "000000000000",
        "time": mail.at.to_rfc3339_opts(SecondsFormat::Secs, true),
        "region": "eu-central-1",
        "resources": [format!("arn:aws:ses:eu-central-1:000000000000:configuration-set/{set}")],
        "detail": detail,
    })
}

fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}
