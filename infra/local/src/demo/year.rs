//! One year of a utility: its stack, and what people made of its mails.

use std::path::PathBuf;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};

use domain::calendar;

use crate::configuration;
use crate::delivery::{self, Refused};
use crate::pump::{Step, StepResult};
use crate::stack::{Options, Stack, StackError};
use crate::standin::Keep;

use super::mailbox::Forwarded;
use super::running::Begin;
use super::{customers, mailbox};

/// The day on which the set is imported.
const IMPORTED_ON: (i32, u32, u32) = (2026, 11, 1);

/// From which the numbers inside the links derive.
const SEED: u64 = 1;

/// A stack, and what people made of its mails.
#[derive(Debug)]
pub(super) struct Year {
    pub(super) stack: Stack,
    pub(super) forwarded: Vec<Forwarded>,
}

/// The demo does not start; the program ends with the message.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The stack does not start: as its own variants say.
    #[error(transparent)]
    Stack(#[from] StackError),
    /// The configuration of this checkout breaks a rule: mend what it names.
    #[error("{0}")]
    Configuration(String),
    /// The set is refused: mend what the report names and start again.
    #[error("{summary}\n\nThe report: {}", .lines.display())]
    Refused {
        /// What became of it.
        summary: String,
        /// Where its lines are told.
        lines: PathBuf,
    },
    /// The set could not be delivered: look at what is named.
    #[error("{0}")]
    Delivery(String),
    /// The clock did not reach the opening day: the configuration names a day before the import.
    #[error(transparent)]
    Clock(#[from] crate::clock::Backwards),
}

/// When the work of a day has been done.
pub(super) fn morning() -> NaiveTime {
    domain::campaign::dates::MORNING
}

impl Year {
    /// Delivers the set and moves the clock to the morning of the call.
    pub(super) async fn begin(
        begin: &Begin,
        config: &domain::campaign::Config,
    ) -> Result<Self, StartError> {
        let (year, month, day) = IMPORTED_ON;
        let imported_on = NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default();
        let mut stack = Stack::start(Options {
            seed: SEED,
            now: calendar::at(imported_on, morning()),
            config: configuration::config(),
            keep: Keep::Nothing,
            base_url: &format!("http://127.0.0.1:{}", begin.port),
        })?;
        let own = customers::set();
        let set = begin.set.as_ref().unwrap_or(&own);
        delivery::deliver(&mut stack, "demo", set).await.map_err(refused)?;
        let mut year = Self { stack, forwarded: Vec::new() };
        year.advance_to(calendar::at(config.call, morning())).await?;
        Ok(year)
    }

    /// Moves the clock, doing what is due on the way.
    pub(super) async fn advance_to(&mut self, to: DateTime<Utc>) -> Result<(), crate::clock::Backwards> {
        tell(&self.stack.advance_to(to).await?);
        Ok(())
    }

    /// Every mail: those that were sent, then those that people forwarded, each in its order.
    pub(super) fn mails(&self) -> Vec<mailbox::Letter> {
        let sent = self.stack.stand_ins().mails().all();
        let sent = sent.iter().map(mailbox::Letter::sent);
        let forwarded = self.forwarded.iter().map(mailbox::Letter::forwarded);
        let mut all: Vec<mailbox::Letter> = sent.chain(forwarded).collect();
        all.sort_by_key(|letter| letter.at);
        all
    }

    pub(super) fn mail(&self, name: &str) -> Option<mailbox::Letter> {
        self.mails().into_iter().find(|letter| letter.name == name)
    }

    /// The time that a mail program writes down.
    pub(super) fn now(&self) -> (DateTime<Utc>, NaiveDateTime) {
        let now = self.stack.now();
        (now, calendar::civil_time(now))
    }
}

/// Keeps the report of a refused set where it outlives the program.
fn refused(refused: Refused) -> StartError {
    let report = match refused {
        Refused::Failed(reason) => return StartError::Delivery(reason),
        Refused::Set(report) => report,
    };
    let folder = tempfile::Builder::new().prefix("meterlink-report-").tempdir();
    match folder.and_then(|folder| report.keep(&folder.keep())) {
        Ok(lines) => StartError::Refused { summary: report.summary, lines },
        Err(error) => StartError::Delivery(format!("{}\n\nno report: {error}", report.summary)),
    }
}

/// Tells what functions failed to do.
pub(super) fn tell(steps: &[Step]) {
    for step in steps.iter().filter(|step| step.result != StepResult::Done) {
        super::say_wrong(&step.to_string());
    }
}
