//! One run: what time it is for, and how long it may work.

use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::time::Instant;

/// One run of the function.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shift {
    /// The time of the event: what is due, is due by it.
    pub(crate) now: DateTime<Utc>,
    /// When to stop, by the monotonic clock; nothing that is stored depends on it.
    end: Instant,
}

/// How much of a step was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// All of it.
    Whole,
    /// What there was time for; the checkpoints know how much.
    Part,
}

impl Shift {
    /// A run for an event of `now` that may work for `limit`.
    pub(crate) fn begin(now: DateTime<Utc>, limit: Duration) -> Self {
        Self { now, end: Instant::now() + limit }
    }

    /// Whether the rest must wait for the next run. At least one page is done in each.
    pub(crate) fn is_over(self) -> bool {
        Instant::now() >= self.end
    }
}
