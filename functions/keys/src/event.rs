//! What the function is asked, and what it answers.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use cloud::Failure;
use cloud::event::VERSION;
use cloud::keys::Written;
use links::key::KeyId;
use links::ring::KeyEntry;
use links::ring::step::StepRefused;

/// A wake-up: a schedule says when, an operator also what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    /// The time of everything that it causes.
    pub(crate) at: DateTime<Utc>,
    /// `None` is the schedule: the step that is due.
    pub(crate) command: Option<Command>,
}

/// What an operator asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// How the keys stand.
    Status,
    /// A new key that verifies.
    Publish,
    /// This key signs from now on.
    Activate(KeyId),
    /// No campaign needs this key any more.
    Retire(KeyId),
    /// Somebody else may have this key: its links stop working.
    Revoke(KeyId),
}

#[derive(Debug, Deserialize)]
struct Json {
    v: u8,
    at: DateTime<Utc>,
    command: Option<String>,
    key: Option<u8>,
}

impl Asked {
    /// Reads an event.
    ///
    /// **Errors.** What it is not: correct the command.
    pub(crate) fn read(event: Value) -> Result<Self, Failure> {
        let written: Json = serde_json::from_value(event).map_err(|error| {
            Failure::permanent(format!("neither schedule nor command: {error}"))
        })?;
        if written.v > VERSION + 1 {
            return Err(Failure::permanent("an event of a release that is not known"));
        }
        let command = match (written.command.as_deref(), written.key.map(KeyId::new)) {
            (None, None) => None,
            (Some("status"), None) => Some(Command::Status),
            (Some("publish"), None) => Some(Command::Publish),
            (Some("activate"), Some(id)) => Some(Command::Activate(id)),
            (Some("retire"), Some(id)) => Some(Command::Retire(id)),
            (Some("revoke"), Some(id)) => Some(Command::Revoke(id)),
            _ => {
                return Err(Failure::permanent(
                    "the commands are status, publish, and, with a key, activate, retire, revoke",
                ));
            }
        };
        Ok(Self { at: written.at, command })
    }
}

/// What became of it, for a person to read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Told {
    /// The step that was taken, if one was.
    done: Option<String>,
    /// Why the step that was asked for was not taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<String>,
    /// Every key that there ever was.
    keys: Vec<ToldKey>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct ToldKey {
    id: u8,
    state: &'static str,
    published: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    activated: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retired: Option<DateTime<Utc>>,
}

impl Told {
    /// Nothing was due, or nothing was to be changed.
    pub(crate) fn nothing(keys: &[KeyEntry]) -> Self {
        Self { done: None, refused: None, keys: told(keys) }
    }

    /// A step was taken.
    pub(crate) fn done(keys: &[KeyEntry], step: Written) -> Self {
        Self { done: Some(step.to_string()), ..Self::nothing(keys) }
    }

    /// A step has to wait, or makes no sense.
    pub(crate) fn refused(keys: &[KeyEntry], why: StepRefused) -> Self {
        Self { refused: Some(why.to_string()), ..Self::nothing(keys) }
    }
}

fn told(keys: &[KeyEntry]) -> Vec<ToldKey> {
    let told = |key: &KeyEntry| ToldKey {
        id: key.id.get(),
        state: key.state.name(),
        published: key.published,
        activated: key.activated,
        retired: key.retired,
    };
    keys.iter().map(told).collect()
}
