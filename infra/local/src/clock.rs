//! The stack's clock: it stands still until it is moved.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};

/// The one time that the local stack knows; clones show the same time.
///
/// Every instant that the stand-ins write down, and every instant that the pump puts in an
/// event, is read here, so two runs with the same moves have the same bytes.
#[derive(Debug, Clone)]
pub struct Clock(Arc<Mutex<DateTime<Utc>>>);

impl Clock {
    /// A clock that stands at `now`.
    pub fn at(now: DateTime<Utc>) -> Self {
        Self(Arc::new(Mutex::new(now)))
    }

    /// Where the clock stands.
    pub fn now(&self) -> DateTime<Utc> {
        *hold(&self.0)
    }

    /// Moves the clock forward; moving it to where it stands changes nothing.
    ///
    /// **Errors.** [`Backwards`] when `to` has passed.
    pub fn move_to(&self, to: DateTime<Utc>) -> Result<(), Backwards> {
        let mut now = hold(&self.0);
        if to < *now {
            return Err(Backwards { now: *now, to });
        }
        *now = to;
        Ok(())
    }

    /// Sets the clock to where it stood when a snapshot was taken: the one way back.
    pub(crate) fn restore(&self, then: DateTime<Utc>) {
        *hold(&self.0) = then;
    }
}

/// The clock was asked to go back; the caller asks for a later time, or starts a new stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the clock stands at {now} and never goes back, not to {to}")]
pub struct Backwards {
    /// Where the clock stands.
    pub now: DateTime<Utc>,
    /// Where it should have gone.
    pub to: DateTime<Utc>,
}

/// Locks `state`, also when a thread panicked while it held it: a stand-in lives on, as AWS does.
pub(crate) fn hold<T>(state: &Mutex<T>) -> MutexGuard<'_, T> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
