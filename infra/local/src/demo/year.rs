//! One year of a utility: its stack, and what people made of its mails.

use std::path::{Path, PathBuf};
use std::{fs, io};

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};

use domain::calendar;
use domain::campaign;

use crate::clock::Backwards;
use crate::configuration;
use crate::delivery::{self, Refused};
use crate::pump::{Step, StepResult};
use crate::stack::{Options, Stack, StackError};
use crate::standin::{Keep, KeptError, kept};

use super::banner::YearKind;
use super::data::DataError;
use super::mailbox::{self, Forwarded};
use super::running::Begin;
use super::stop::Stop;

/// The day on which the set is imported.
const IMPORTED_ON: (i32, u32, u32) = (2026, 11, 1);

/// From which the numbers inside the links derive.
const SEED: u64 = 1;

/// A stack, and what people made of its mails.
#[derive(Debug)]
pub(super) struct Year {
    pub(super) stack: Stack,
    forwarded: Vec<Forwarded>,
    stop: Stop,
    pub(super) kind: YearKind,
    /// Where the mails that people forward are kept.
    mails: Option<PathBuf>,
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
    /// The folder cannot be used: as its own variants say.
    #[error(transparent)]
    Data(#[from] DataError),
    /// A set was given, and the folder has its own: leave one of them out.
    #[error(
        "{} holds a year already; leave --import out to go on with it, or name another folder with --data",
        .0.display()
    )]
    Begun(PathBuf),
    /// The clock did not reach the opening day: the configuration names a day before the import.
    #[error(transparent)]
    Clock(#[from] MoveError),
    /// It was asked to end before it had begun; nothing is wrong.
    #[error("ended before the year had begun")]
    Stopped,
}

/// The clock did not get where it was to go.
#[derive(Debug, thiserror::Error)]
pub enum MoveError {
    /// It never goes back: ask for a later time.
    #[error(transparent)]
    Backwards(#[from] Backwards),
    /// What happened cannot be kept: free the disk; the memory is ahead of the folder until then.
    #[error("what happened cannot be kept: {0}")]
    Kept(#[from] KeptError),
}

/// When the work of a day has been done.
pub(super) fn morning() -> NaiveTime {
    campaign::dates::MORNING
}

impl Year {
    /// Goes on with the year that is kept, or begins one.
    pub(super) async fn open(begin: &Begin, config: &campaign::Config) -> Result<Self, StartError> {
        let Some(folder) = &begin.data else { return Self::begin(begin, config).await };
        let stood = kept::stood_at(folder.path()).map_err(|error| folder.unusable(&error))?;
        // A year whose beginning was interrupted begins again: everything in it is derived.
        if stood.is_none_or(|stood| stood < opening(config)) {
            return Self::begin(begin, config).await;
        }
        if begin.set.is_some() {
            return Err(StartError::Begun(folder.path().to_owned()));
        }
        let mut year = Self::start(begin)?;
        let mails = folder.path().join("mails");
        year.kind = YearKind::Continued;
        year.forwarded = forwarded(&mails).map_err(|error| folder.unusable(&error))?;
        Ok(year)
    }

    /// Delivers the set and moves the clock to the morning of the call.
    pub(super) async fn begin(
        begin: &Begin,
        config: &campaign::Config,
    ) -> Result<Self, StartError> {
        let set = begin.delivered();
        if let Some(folder) = &begin.data {
            folder.clear(begin.port)?;
        }
        let mut year = Self::start(begin)?;
        if let Err(refused) = delivery::deliver(&mut year.stack, "demo", &set).await {
            drop(year);
            if let Some(folder) = &begin.data {
                folder.empty()?;
            }
            return Err(told(refused));
        }
        year.advance_to(opening(config)).await?;
        if begin.stop.is_asked() {
            return Err(StartError::Stopped);
        }
        Ok(year)
    }

    fn start(begin: &Begin) -> Result<Self, StartError> {
        let folder = begin.data.as_ref();
        let (year, month, day) = IMPORTED_ON;
        let imported_on = NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default();
        let stack = Stack::start(Options {
            seed: SEED,
            now: calendar::at(imported_on, morning()),
            config: configuration::config(),
            keep: folder.map_or(Keep::Nothing, |folder| Keep::In(folder.path())),
            base_url: &format!("http://127.0.0.1:{}", begin.port),
            drawers: configuration::DRAWERS,
        });
        let stack = stack.map_err(|error| match (folder, error) {
            (Some(folder), StackError::StandIn(error)) => folder.unusable(&error).into(),
            (_, error) => StartError::Stack(error),
        })?;
        let mails = folder.map(|folder| folder.path().join("mails"));
        let kind = if begin.set.is_some() { YearKind::Given } else { YearKind::Own };
        Ok(Self { stack, forwarded: Vec::new(), stop: begin.stop.clone(), kind, mails })
    }

    /// Puts `begun` in the place of this year, which must have ended before another can have its
    /// folder.
    pub(super) async fn begin_again(
        &mut self,
        begin: &Begin,
        config: &campaign::Config,
    ) -> Result<(), StartError> {
        if begin.data.is_some() {
            *self = Self::start(&begin.in_memory())?;
        }
        *self = Self::begin(begin, config).await?;
        Ok(())
    }

    /// Moves the clock, doing what is due on the way, until it is there or the demo is asked to
    /// end; after each step everything is kept.
    pub(super) async fn advance_to(&mut self, to: DateTime<Utc>) -> Result<(), MoveError> {
        while !self.stop.is_asked() {
            let Some(step) = self.stack.step_towards(to).await? else { break };
            tell(&step);
            self.stack.keep()?;
        }
        Ok(self.stack.keep()?)
    }

    /// Does what is due now.
    pub(super) async fn settle(&mut self) -> Result<(), MoveError> {
        self.advance_to(self.stack.now()).await
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

    /// Puts a mail that somebody forwarded in the inbox, and says its number among them.
    pub(super) fn forward(&mut self, to: &str, raw: String) -> Result<usize, KeptError> {
        let number = self.forwarded.len().saturating_add(1);
        let at = self.stack.now();
        let mail = Forwarded { number, at, to: to.to_owned(), raw: raw.into() };
        if let Some(folder) = &self.mails {
            let envelope = folder.join(format!("f{number}.json"));
            let json =
                serde_json::to_vec(&mail).map_err(|wrong| KeptError::new(&envelope, &wrong))?;
            kept::replace(&envelope, &json)?;
            kept::replace(&envelope.with_extension("eml"), &mail.raw)?;
        }
        self.forwarded.push(mail);
        Ok(number)
    }

    /// The time that a mail program writes down.
    pub(super) fn now(&self) -> NaiveDateTime {
        calendar::civil_time(self.stack.now())
    }
}

/// When the call is out.
fn opening(config: &campaign::Config) -> DateTime<Utc> {
    calendar::at(config.call, morning())
}

/// The mails that people forwarded, in their order.
fn forwarded(folder: &Path) -> io::Result<Vec<Forwarded>> {
    let mut mails = Vec::new();
    for number in 1.. {
        let message = folder.join(format!("f{number}.eml"));
        let raw = match fs::read(&message) {
            Ok(raw) => raw,
            Err(error) if error.kind() == io::ErrorKind::NotFound => break,
            Err(error) => return Err(error),
        };
        let json = fs::read(message.with_extension("json"))?;
        let mail: Forwarded = serde_json::from_slice(&json)?;
        mails.push(Forwarded { raw: raw.into(), ..mail });
    }
    Ok(mails)
}

/// Keeps the report of a refused set where it outlives the program.
fn told(refused: Refused) -> StartError {
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

/// Tells what a function failed to do.
fn tell(step: &Step) {
    if step.result != StepResult::Done {
        super::say_wrong(&step.to_string());
    }
}
