//! Faults as data: which call of a stand-in fails, and how.
//!
//! A rule is the JSON of `POST /_local/faults` and of a test's `world.fault(…)`:
//!
//! ```json
//! {"service":"ses","op":"SendEmail","match":{"to":"*@bounce.example"},"nth":3,"times":1,"effect":"drop-after"}
//! ```
//!
//! `nth` counts the calls that the rule matches, from 1; `times` 0 means always from there on. Both
//! default to 1.

use std::{collections::BTreeMap, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::gate::{Facts, Service};

/// One fault rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The stand-in that the rule is about.
    pub service: Service,
    /// The operation, as AWS names it.
    pub op: String,
    /// Facts of the call that must hold, by name; `*` in a pattern stands for any run of characters.
    pub matching: BTreeMap<String, String>,
    /// The first matching call that is hit, from 1.
    pub nth: u64,
    /// How many matching calls are hit; 0 is every one from `nth` on.
    pub times: u64,
    /// What happens to a call that is hit.
    pub effect: Effect,
}

/// What happens to a call. *Before* is without the effect of the call, *after* is with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// The connection breaks before anything happened.
    DropBefore,
    /// The call takes effect and the connection breaks before the answer.
    DropAfter,
    /// Status 500, nothing happened.
    ErrorBefore,
    /// The call takes effect and answers with status 500.
    ErrorAfter,
    /// The service asks to slow down, nothing happened.
    Throttle,
    /// The daily sending quota is used up, nothing happened.
    ThrottleDaily,
    /// The call takes effect; its answer comes after so many milliseconds of the runtime's clock.
    Delay(u64),
    /// The mail is refused for good.
    Reject,
    /// The mail is accepted and bounces permanently.
    Bounce,
    /// The mail is delivered, and its recipient complains.
    Complain,
    /// The events of the mail do not arrive on one path.
    EventLost(EventPath),
    /// The events of the mail arrive twice on each path.
    EventTwice,
    /// The queued message is delivered twice.
    Duplicate,
    /// The queued message overtakes those that wait.
    Reorder,
    /// Another transaction holds an item: nothing is written.
    Conflict,
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

/// Every effect as it is written, for the message that names them.
const EFFECTS: &str = "drop-before, drop-after, error-500-before, error-500-after, throttle, \
                       throttle-daily, delay-ms:N, reject, bounce, complain, \
                       event-lost:eventbridge, event-lost:sns, event-twice, duplicate, reorder, \
                       conflict";

impl Effect {
    /// Whether a call of this operation can be hit by the effect.
    fn fits(self, service: Service, op: &str) -> bool {
        match self {
            Self::DropBefore
            | Self::DropAfter
            | Self::ErrorBefore
            | Self::ErrorAfter
            | Self::Throttle
            | Self::Delay(_) => true,
            Self::ThrottleDaily
            | Self::Reject
            | Self::Bounce
            | Self::Complain
            | Self::EventLost(_)
            | Self::EventTwice => service == Service::Ses && op == "SendEmail",
            Self::Duplicate | Self::Reorder => {
                service == Service::Sqs && matches!(op, "SendMessage" | "SendMessageBatch")
            }
            Self::Conflict => service == Service::DynamoDb && writes_in_dynamodb(op),
        }
    }

    /// Whether nothing of the call happens.
    pub(crate) fn is_before(self) -> bool {
        match self {
            Self::DropBefore
            | Self::ErrorBefore
            | Self::Throttle
            | Self::ThrottleDaily
            | Self::Reject
            | Self::Conflict => true,
            Self::DropAfter
            | Self::ErrorAfter
            | Self::Delay(_)
            | Self::Bounce
            | Self::Complain
            | Self::EventLost(_)
            | Self::EventTwice
            | Self::Duplicate
            | Self::Reorder => false,
        }
    }
}

fn writes_in_dynamodb(op: &str) -> bool {
    matches!(op, "PutItem" | "UpdateItem" | "DeleteItem" | "TransactWriteItems")
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DropBefore => f.write_str("drop-before"),
            Self::DropAfter => f.write_str("drop-after"),
            Self::ErrorBefore => f.write_str("error-500-before"),
            Self::ErrorAfter => f.write_str("error-500-after"),
            Self::Throttle => f.write_str("throttle"),
            Self::ThrottleDaily => f.write_str("throttle-daily"),
            Self::Delay(ms) => write!(f, "delay-ms:{ms}"),
            Self::Reject => f.write_str("reject"),
            Self::Bounce => f.write_str("bounce"),
            Self::Complain => f.write_str("complain"),
            Self::EventLost(path) => write!(f, "event-lost:{}", path.as_str()),
            Self::EventTwice => f.write_str("event-twice"),
            Self::Duplicate => f.write_str("duplicate"),
            Self::Reorder => f.write_str("reorder"),
            Self::Conflict => f.write_str("conflict"),
        }
    }
}

impl FromStr for Effect {
    type Err = RuleError;

    fn from_str(text: &str) -> Result<Self, RuleError> {
        Ok(match text {
            "drop-before" => Self::DropBefore,
            "drop-after" => Self::DropAfter,
            "error-500-before" => Self::ErrorBefore,
            "error-500-after" => Self::ErrorAfter,
            "throttle" => Self::Throttle,
            "throttle-daily" => Self::ThrottleDaily,
            "reject" => Self::Reject,
            "bounce" => Self::Bounce,
            "complain" => Self::Complain,
            "event-lost:eventbridge" => Self::EventLost(EventPath::EventBridge),
            "event-lost:sns" => Self::EventLost(EventPath::Sns),
            "event-twice" => Self::EventTwice,
            "duplicate" => Self::Duplicate,
            "reorder" => Self::Reorder,
            "conflict" => Self::Conflict,
            other => {
                let ms = other.strip_prefix("delay-ms:").and_then(|ms| ms.parse().ok());
                Self::Delay(ms.ok_or_else(|| RuleError::Effect(other.to_owned()))?)
            }
        })
    }
}

/// A rule as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    service: String,
    op: String,
    #[serde(default, rename = "match")]
    matching: BTreeMap<String, String>,
    #[serde(default = "one")]
    nth: u64,
    #[serde(default = "one")]
    times: u64,
    effect: String,
}

fn one() -> u64 {
    1
}

impl FromStr for Rule {
    type Err = RuleError;

    /// Reads a rule from its JSON.
    ///
    /// **Errors.** [`RuleError`] names what is not known and what would be.
    fn from_str(json: &str) -> Result<Self, RuleError> {
        let written: Written = serde_json::from_str(json)?;
        let service: Service =
            written.service.parse().map_err(|()| RuleError::Service(written.service))?;
        if !service.ops().iter().any(|op| *op == written.op) {
            return Err(RuleError::Op { service, op: written.op });
        }
        let unknown =
            written.matching.keys().find(|name| !service.facts().contains(&name.as_str()));
        if let Some(name) = unknown {
            return Err(RuleError::Match { service, name: name.clone() });
        }
        if written.nth == 0 {
            return Err(RuleError::Nth);
        }
        let effect: Effect = written.effect.parse()?;
        if !effect.fits(service, &written.op) {
            return Err(RuleError::Unfit { service, op: written.op, effect });
        }
        Ok(Self {
            service,
            op: written.op,
            matching: written.matching,
            nth: written.nth,
            times: written.times,
            effect,
        })
    }
}

impl Rule {
    /// Whether the rule counts this call.
    pub(crate) fn matches(&self, facts: &Facts) -> bool {
        self.service == facts.service
            && self.op == facts.op
            && self.matching.iter().all(|(name, pattern)| {
                facts.details.iter().any(|(known, value)| known == name && fits(pattern, value))
            })
    }

    /// Whether the matching call number `seen` (from 1) is hit.
    pub(crate) fn hits(&self, seen: u64) -> bool {
        let past = seen.checked_sub(self.nth);
        past.is_some_and(|past| self.times == 0 || past < self.times)
    }
}

/// Whether `text` is what `pattern` describes; `*` stands for any run of characters.
fn fits(pattern: &str, text: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(mut text) = text.strip_prefix(head) else {
        return false;
    };
    loop {
        if fits(rest, text) {
            return true;
        }
        let mut chars = text.chars();
        if chars.next().is_none() {
            return false;
        }
        text = chars.as_str();
    }
}

/// A fault rule that cannot be followed; the message names what can, so its writer corrects it.
#[derive(Debug, thiserror::Error)]
pub enum RuleError {
    /// Not JSON of the right form: the writer corrects the field that is named.
    #[error("not a fault rule")]
    Json(#[from] serde_json::Error),
    /// No such stand-in: one of the named is meant.
    #[error("unknown service `{0}`, one of: dynamodb, s3, ses, sqs, secretsmanager")]
    Service(String),
    /// The stand-in has no such operation: one of the named is meant.
    #[error("unknown op `{op}` of {service}, one of: {}", service.ops().join(", "))]
    Op {
        /// The stand-in.
        service: Service,
        /// What was asked of it.
        op: String,
    },
    /// The stand-in knows no such fact about a call: one of the named is meant.
    #[error("unknown match `{name}` of {service}, one of: {}", service.facts().join(", "))]
    Match {
        /// The stand-in.
        service: Service,
        /// The fact that was to be matched.
        name: String,
    },
    /// No such effect: one of the named is meant.
    #[error("unknown effect `{0}`, one of: {EFFECTS}")]
    Effect(String),
    /// The effect exists, but not for this operation: the writer picks another.
    #[error("effect {effect} cannot happen to {op} of {service}")]
    Unfit {
        /// The stand-in.
        service: Service,
        /// The operation.
        op: String,
        /// The effect that makes no sense there.
        effect: Effect,
    },
    /// Calls are counted from 1.
    #[error("nth counts from 1")]
    Nth,
}

#[cfg(test)]
mod tests;
