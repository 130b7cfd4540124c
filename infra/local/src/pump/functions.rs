//! The functions that are deployed on a stack, and how one is called.

use std::{
    collections::BTreeMap,
    fmt,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex},
};

use chrono::{DateTime, Utc};
use futures::{FutureExt, future::BoxFuture};
use serde_json::Value;
use sha2::{Digest, Sha256};

use domain::hex::hex;

use crate::clock::hold;

/// A function, called in process with what Lambda would give it.
pub type Handler =
    Arc<dyn Fn(Invocation) -> BoxFuture<'static, Result<Value, String>> + Send + Sync>;

/// One invocation of a function.
#[derive(Debug, Clone, PartialEq)]
pub struct Invocation {
    /// The function's package name.
    pub function: String,
    /// The event.
    pub payload: Value,
    /// Its id: the same in every run.
    pub request_id: String,
    /// When Lambda would end it, on the stack's clock.
    pub deadline: DateTime<Utc>,
}

/// The functions of a stack by name; clones are the same functions.
#[derive(Clone)]
pub struct Functions(Arc<Mutex<BTreeMap<String, Handler>>>);

impl fmt::Debug for Functions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(hold(&self.0).keys()).finish()
    }
}

impl From<BTreeMap<String, Handler>> for Functions {
    fn from(handlers: BTreeMap<String, Handler>) -> Self {
        Self(Arc::new(Mutex::new(handlers)))
    }
}

impl Functions {
    /// Starts every process anew: the next invocation of a function meets nothing that an earlier
    /// one left in memory.
    pub fn replace(&self, handlers: BTreeMap<String, Handler>) {
        *hold(&self.0) = handlers;
    }

    /// Whether there is a function of this name.
    pub fn has(&self, function: &str) -> bool {
        hold(&self.0).contains_key(function)
    }

    /// Calls a function and waits for it; a panic in it is its failure, not the stack's.
    ///
    /// **Errors.** What the function said.
    pub async fn invoke(&self, invocation: Invocation) -> Result<Value, String> {
        let handler = hold(&self.0).get(&invocation.function).cloned();
        let Some(handler) = handler else {
            return Err(NoHandler(invocation.function).to_string());
        };
        let running = AssertUnwindSafe(handler(invocation)).catch_unwind();
        running.await.unwrap_or_else(|_| Err("the function panicked".to_owned()))
    }
}

/// An id that two runs give to the same invocation.
pub(crate) fn request_id(function: &str, number: u64) -> String {
    let digest = Sha256::digest(format!("{function} {number}"));
    uuid(&hex(&digest))
}

/// The first 32 digits of a digest in hex, in the form of a UUID.
pub(crate) fn uuid(hex: &str) -> String {
    let part = |from, to| hex.get(from..to).unwrap_or_default();
    [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
}

/// The template wakes a function that nobody brought: the caller adds its handler.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the template wakes the function `{0}`, which has no handler")]
pub struct NoHandler(pub String);
