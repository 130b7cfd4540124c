//! What can happen to a call.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::RuleError;
use crate::gate::Service;

/// What happens to a call. *Before* is without the effect of the call, *after* is with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// `drop-before`: the connection breaks before anything happened.
    DropBefore,
    /// `drop-after`: the call takes effect and the connection breaks before the answer.
    DropAfter,
    /// `error-500-before`, `error-502-before`, `error-503-before`: this status, nothing happened.
    ErrorBefore(Broken),
    /// `error-500-after`, `error-502-after`, `error-503-after`: the call takes effect and answers
    /// with this status.
    ErrorAfter(Broken),
    /// `throttle`: the service asks to slow down, nothing happened.
    Throttle,
    /// `throttle-daily`: the daily sending quota is used up, nothing happened.
    ThrottleDaily,
    /// `delay-ms:N`: the call takes effect; its answer comes after so many milliseconds of the
    /// runtime's clock.
    Delay(u64),
    /// `reject`: the mail is refused for good.
    Reject,
    /// `bounce`: the mail is accepted and bounces permanently.
    Bounce,
    /// `bounce-transient`: the mail is accepted and bounces in the end, as from a full mailbox.
    BounceTransient,
    /// `complain`: the mail is delivered, and its recipient complains.
    Complain,
    /// `event-lost:eventbridge`, `event-lost:sns`: the events of the mail do not arrive on one path.
    EventLost(EventPath),
    /// `event-late:N`: the events of the mail arrive so many seconds late.
    EventLate(u64),
    /// `event-twice`: the events of the mail arrive twice on each path.
    EventTwice,
    /// `duplicate`: the queued message is delivered twice.
    Duplicate,
    /// `reorder`: the queued message overtakes those that wait.
    Reorder,
    /// `late:N`: the queued message can be received so many seconds late, be it days.
    Late(u64),
    /// `lost`: the message is accepted, and never delivered.
    Lost,
    /// `cut`: the message is delivered with the first half of its body.
    Cut,
    /// `conflict`: another transaction holds an item; nothing is written.
    Conflict,
}

/// With which status a service breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broken {
    /// 500.
    Internal,
    /// 502.
    Gateway,
    /// 503.
    Unavailable,
}

impl Broken {
    /// The status.
    pub fn status(self) -> http::StatusCode {
        match self {
            Self::Internal => http::StatusCode::INTERNAL_SERVER_ERROR,
            Self::Gateway => http::StatusCode::BAD_GATEWAY,
            Self::Unavailable => http::StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

/// One of the two ways by which SES publishes events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum EventPath {
    /// The default bus of EventBridge, in its envelope.
    EventBridge,
    /// A topic of SNS, with raw delivery.
    Sns,
}

impl EventPath {
    /// The word of the fault rules.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::EventBridge => "eventbridge",
            Self::Sns => "sns",
        }
    }
}

/// Every effect, in the order of the messages that name them; a number is 0 here.
const ALL: [Effect; 25] = [
    Effect::DropBefore,
    Effect::DropAfter,
    Effect::ErrorBefore(Broken::Internal),
    Effect::ErrorBefore(Broken::Gateway),
    Effect::ErrorBefore(Broken::Unavailable),
    Effect::ErrorAfter(Broken::Internal),
    Effect::ErrorAfter(Broken::Gateway),
    Effect::ErrorAfter(Broken::Unavailable),
    Effect::Throttle,
    Effect::ThrottleDaily,
    Effect::Delay(0),
    Effect::Reject,
    Effect::Bounce,
    Effect::BounceTransient,
    Effect::Complain,
    Effect::EventLost(EventPath::EventBridge),
    Effect::EventLost(EventPath::Sns),
    Effect::EventLate(0),
    Effect::EventTwice,
    Effect::Duplicate,
    Effect::Reorder,
    Effect::Late(0),
    Effect::Lost,
    Effect::Cut,
    Effect::Conflict,
];

impl Effect {
    /// Every effect as it is written, for the message that names them.
    pub(super) fn names() -> String {
        names(ALL.into_iter())
    }

    /// The effects that a call of this operation can be hit by, as they are written.
    pub(super) fn names_of(service: Service, op: &str) -> String {
        names(ALL.into_iter().filter(|effect| effect.fits(service, op)))
    }

    /// Whether a call of this operation can be hit by the effect.
    pub(super) fn fits(self, service: Service, op: &str) -> bool {
        match self {
            Self::DropBefore
            | Self::DropAfter
            | Self::ErrorBefore(_)
            | Self::ErrorAfter(_)
            | Self::Throttle
            | Self::Delay(_) => true,
            Self::ThrottleDaily
            | Self::Reject
            | Self::Bounce
            | Self::BounceTransient
            | Self::Complain
            | Self::EventLost(_)
            | Self::EventLate(_)
            | Self::EventTwice => service == Service::Ses && op == "SendEmail",
            Self::Duplicate | Self::Reorder | Self::Late(_) | Self::Lost | Self::Cut => {
                service == Service::Sqs && matches!(op, "SendMessage" | "SendMessageBatch")
            }
            Self::Conflict => service == Service::DynamoDb && writes_in_dynamodb(op),
        }
    }

    /// Whether nothing of the call happens.
    pub(crate) fn is_before(self) -> bool {
        match self {
            Self::DropBefore
            | Self::ErrorBefore(_)
            | Self::Throttle
            | Self::ThrottleDaily
            | Self::Reject
            | Self::Conflict => true,
            Self::DropAfter
            | Self::ErrorAfter(_)
            | Self::Delay(_)
            | Self::Bounce
            | Self::BounceTransient
            | Self::Complain
            | Self::EventLost(_)
            | Self::EventLate(_)
            | Self::EventTwice
            | Self::Duplicate
            | Self::Reorder
            | Self::Late(_)
            | Self::Lost
            | Self::Cut => false,
        }
    }

    /// Whether it is about what is told of a mail, and adds to what becomes of the call.
    pub(crate) fn is_of_events(self) -> bool {
        match self {
            Self::EventLost(_) | Self::EventLate(_) | Self::EventTwice => true,
            Self::DropBefore
            | Self::DropAfter
            | Self::ErrorBefore(_)
            | Self::ErrorAfter(_)
            | Self::Throttle
            | Self::ThrottleDaily
            | Self::Delay(_)
            | Self::Reject
            | Self::Bounce
            | Self::BounceTransient
            | Self::Complain
            | Self::Duplicate
            | Self::Reorder
            | Self::Late(_)
            | Self::Lost
            | Self::Cut
            | Self::Conflict => false,
        }
    }

    /// The same effect with another number; `None` when it has none.
    fn with_number(self, number: u64) -> Option<Self> {
        match self {
            Self::Delay(_) => Some(Self::Delay(number)),
            Self::EventLate(_) => Some(Self::EventLate(number)),
            Self::Late(_) => Some(Self::Late(number)),
            Self::DropBefore
            | Self::DropAfter
            | Self::ErrorBefore(_)
            | Self::ErrorAfter(_)
            | Self::Throttle
            | Self::ThrottleDaily
            | Self::Reject
            | Self::Bounce
            | Self::BounceTransient
            | Self::Complain
            | Self::EventLost(_)
            | Self::EventTwice
            | Self::Duplicate
            | Self::Reorder
            | Self::Lost
            | Self::Cut
            | Self::Conflict => None,
        }
    }

    /// The effect as it is written, with `N` where a number stands.
    fn name(self) -> String {
        let written = self.to_string();
        match (self.with_number(0), written.rsplit_once(':')) {
            (Some(_), Some((name, _))) => format!("{name}:N"),
            _ => written,
        }
    }
}

fn names(effects: impl Iterator<Item = Effect>) -> String {
    effects.map(Effect::name).collect::<Vec<_>>().join(", ")
}

fn writes_in_dynamodb(op: &str) -> bool {
    matches!(op, "PutItem" | "UpdateItem" | "DeleteItem" | "TransactWriteItems")
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DropBefore => f.write_str("drop-before"),
            Self::DropAfter => f.write_str("drop-after"),
            Self::ErrorBefore(broken) => write!(f, "error-{}-before", broken.status().as_u16()),
            Self::ErrorAfter(broken) => write!(f, "error-{}-after", broken.status().as_u16()),
            Self::Throttle => f.write_str("throttle"),
            Self::ThrottleDaily => f.write_str("throttle-daily"),
            Self::Delay(ms) => write!(f, "delay-ms:{ms}"),
            Self::Reject => f.write_str("reject"),
            Self::Bounce => f.write_str("bounce"),
            Self::BounceTransient => f.write_str("bounce-transient"),
            Self::Complain => f.write_str("complain"),
            Self::EventLost(path) => write!(f, "event-lost:{}", path.as_str()),
            Self::EventLate(seconds) => write!(f, "event-late:{seconds}"),
            Self::EventTwice => f.write_str("event-twice"),
            Self::Duplicate => f.write_str("duplicate"),
            Self::Reorder => f.write_str("reorder"),
            Self::Late(seconds) => write!(f, "late:{seconds}"),
            Self::Lost => f.write_str("lost"),
            Self::Cut => f.write_str("cut"),
            Self::Conflict => f.write_str("conflict"),
        }
    }
}

impl FromStr for Effect {
    type Err = RuleError;

    fn from_str(text: &str) -> Result<Self, RuleError> {
        let read = |known: Self| {
            let name = known.name();
            match name.strip_suffix('N') {
                Some(start) => known.with_number(text.strip_prefix(start)?.parse().ok()?),
                None => (name == text).then_some(known),
            }
        };
        ALL.into_iter().find_map(read).ok_or_else(|| RuleError::Effect(text.to_owned()))
    }
}

#[cfg(test)]
mod tests;
