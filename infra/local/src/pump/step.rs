//! What one step did.

use std::fmt;

use chrono::{DateTime, Utc};

/// What one step did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// When.
    pub at: DateTime<Utc>,
    /// The schedule, bucket or queue that woke the function.
    pub woken_by: String,
    /// The function.
    pub function: String,
    /// How it went.
    pub result: StepResult,
}

/// How a step went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepResult {
    /// The function took it all.
    Done,
    /// The function named so many messages that come again.
    Partly(usize),
    /// The function failed: all of it comes again, or goes to a dead queue.
    Failed(String),
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {} -> {}",
            self.at.format("%Y-%m-%dT%H:%M:%SZ"),
            self.woken_by,
            self.function
        )?;
        match &self.result {
            StepResult::Done => Ok(()),
            StepResult::Partly(again) => write!(f, ": {again} again"),
            StepResult::Failed(reason) => write!(f, ": failed: {reason}"),
        }
    }
}
