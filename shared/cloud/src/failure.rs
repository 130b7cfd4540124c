//! What leaves a function when it cannot do its work.

use std::error::Error as _;
use std::fmt;

use crate::Error;

/// Why an event failed. Alarms match on its kind.
#[derive(Debug)]
pub struct Failure {
    kind: Kind,
    what: String,
}

/// Whether it helps to let the event come again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It comes again by itself, and may succeed.
    Retryable,
    /// It will fail again: a person must look.
    Permanent,
}

impl Kind {
    /// The `error_type` of the function's answer.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Retryable => "Retryable",
            Self::Permanent => "Permanent",
        }
    }
}

impl Failure {
    /// A failure that a person must look at; `what` holds no secret and no personal data.
    pub fn permanent(what: impl Into<String>) -> Self {
        Self { kind: Kind::Permanent, what: what.into() }
    }

    /// A failure that may pass.
    pub fn retryable(what: impl Into<String>) -> Self {
        Self { kind: Kind::Retryable, what: what.into() }
    }

    /// Whether it helps to let the event come again.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The `error_message` of the function's answer.
    pub fn what(self) -> String {
        self.what
    }
}

impl From<Kind> for String {
    fn from(kind: Kind) -> Self {
        kind.as_str().to_owned()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl std::error::Error for Failure {}

impl From<Error> for Failure {
    /// The chain of causes as one line: it is logged once, at the edge.
    fn from(error: Error) -> Self {
        let kind = if error.is_retryable() { Kind::Retryable } else { Kind::Permanent };
        let mut what = error.to_string();
        let mut cause = error.source();
        while let Some(error) = cause {
            what.push_str(": ");
            what.push_str(&error.to_string());
            cause = error.source();
        }
        Self { kind, what }
    }
}
