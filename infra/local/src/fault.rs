//! Faults as data: which call of a stand-in fails, and how.
//!
//! A rule is the JSON of `POST /_local/faults` and of a test's `world.fault(…)`:
//!
//! ```json
//! {"service":"ses","op":"SendEmail","match":{"to":"*@bounce.example"},"nth":3,"times":1,"effect":"drop-after"}
//! ```
//!
//! `nth` counts the calls that the rule matches, from 1; `times` 0 means always from there on. Both
//! default to 1. A rule that matches `to` or `body` concerns those recipients or messages of the
//! call alone; the others of the same call go on undisturbed. [`Effect`] lists what can happen.
//!
//! Of the rules that hit a call the first one decides what becomes of it. Those about what is told of
//! its mail (`event-lost:…`, `event-late:N`, `event-twice`) add to that one, all of them: so the answer
//! to a mail can be lost together with everything that would prove the mail.

mod effect;

use std::{collections::BTreeMap, str::FromStr};

use serde::Deserialize;

pub use self::effect::{Broken, Effect, EventPath};

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

    /// Whether the rule concerns this recipient or message of a call that it hit: whether it names
    /// no `name`, or one that describes `value`.
    pub(crate) fn concerns(&self, name: &str, value: &str) -> bool {
        self.matching.get(name).is_none_or(|pattern| fits(pattern, value))
    }

    /// Whether the matching call number `seen` (from 1) is hit.
    pub(crate) fn hits(&self, seen: u64) -> bool {
        let past = seen.checked_sub(self.nth);
        past.is_some_and(|past| self.times == 0 || past < self.times)
    }

    /// Whether no matching call is hit any more after `seen` of them.
    pub(crate) fn is_over(&self, seen: u64) -> bool {
        self.times > 0 && seen >= (self.nth - 1).saturating_add(self.times)
    }
}

/// The rules that hit one call.
#[derive(Debug, Clone, Default)]
pub(crate) struct Hits {
    /// Decides what becomes of the call.
    pub(crate) call: Option<Rule>,
    /// Each adds to what is told of its mail.
    pub(crate) events: Vec<Rule>,
}

impl Hits {
    /// What becomes of the call.
    pub(crate) fn effect(&self) -> Option<Effect> {
        self.call.as_ref().map(|rule| rule.effect)
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
    #[error("unknown effect `{0}`, one of: {names}", names = Effect::names())]
    Effect(String),
    /// The effect exists, but not for this operation: the writer picks one of the named.
    #[error("effect {effect} cannot happen to {op} of {service}, one of: {names}", names = Effect::names_of(*service, op))]
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
