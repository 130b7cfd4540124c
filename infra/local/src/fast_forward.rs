//! `meterlink fast-forward`: the whole year without a browser, as a transcript.
//!
//! Files go in, mails come out, customers open their links and answer, the clock moves: through the
//! same doors as in production, with nothing skipped. Two runs of one seed give the same bytes.

mod faults;
mod household;
mod made;
mod score;
mod transcript;
mod truth;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use chrono::{NaiveDate, NaiveTime};

use cloud::Config;
use domain::calendar;
use domain::campaign;
use domain::connection::ConnectionNumber;
use domain::invoicing::progress::SettlementState;
use domain::request::{ReadingRequest, RequestState};

use crate::delivery::{self, Refused, Set};
use crate::demo::customers;
use crate::invoiced::Invoiced;
use crate::pump::{Step, StepResult};
use crate::stack::{Options, Stack};
use crate::standin::Keep;
use crate::world::{BASE_URL, Letter};
use crate::{configuration, dump};
use household::{Household, Week};
use transcript::{Format, Transcript};
use truth::Truth;

/// What is played.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder with the five files of the old administration, instead of the demo's customers
    #[arg(long, value_name = "DIR")]
    import: Option<PathBuf>,
    /// What the registers really showed: customers answer from it, estimates are scored against it
    #[arg(long, value_name = "FILE")]
    answers: Option<PathBuf>,
    /// How many of a hundred connections answer
    #[arg(long, value_name = "PERCENT", default_value_t = 100, value_parser = clap::value_parser!(u32).range(0..=100))]
    response: u32,
    /// From which the choices of customers derive: the same seed gives the same bytes
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The configuration to play with, instead of the one that was compiled in
    #[arg(long, value_name = "DIR")]
    config: Option<PathBuf>,
    /// Where the mails are written
    #[arg(long, value_name = "DIR", default_value = "out")]
    out: PathBuf,
    /// One JSON object a line instead of the transcript
    #[arg(long)]
    json: bool,
    /// Which year is played
    #[arg(long, value_enum, default_value_t = Story::Plain)]
    story: Story,
}

/// Which year is played.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Story {
    /// Nothing fails: files, mails, links, weeks, estimates, invoices
    Plain,
    /// Whatever may fail does: bounces, lost answers, a lost day, a pause; of the demo's customers
    Faults,
}

/// Why a run stopped.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The call cannot be played: mend what the sentence names and call again.
    #[error("{0}")]
    Use(String),
    /// The folder for the mails cannot be written to: name another.
    #[error("{path}: {source}; name another folder with --out")]
    Output {
        /// The folder or file.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The files were refused: the text is the summary of the report.
    #[error("{0}")]
    Refused(String),
    /// Something that must hold did not.
    #[error("failed: {0}")]
    Failed(String),
}

impl RunError {
    /// As the terminal shows it: a sentence about the call is marked as one, a report is not.
    pub fn told(&self) -> String {
        match self {
            Self::Use(_) | Self::Output { .. } => format!("error: {self}"),
            Self::Refused(_) | Self::Failed(_) => self.to_string(),
        }
    }

    /// The exit status of the command.
    pub fn status(&self) -> u8 {
        match self {
            Self::Refused(_) | Self::Failed(_) => 1,
            Self::Use(_) => 2,
            Self::Output { .. } => 73,
        }
    }
}

/// Plays the year and writes its transcript, line by line, with `print`.
///
/// **Errors.** See [`RunError`].
pub async fn run(args: &Args, print: impl FnMut(&str)) -> Result<(), RunError> {
    if args.story == Story::Faults && args.import.is_some() {
        let told = "the story of faults is that of the demo's customers; leave --import out";
        return Err(RunError::Use(told.into()));
    }
    let set = match &args.import {
        Some(folder) => delivery::read(folder).map_err(|error| RunError::Use(error.to_string()))?,
        None => customers::set(),
    };
    let truth = args.answers.as_deref().map(Truth::read).transpose().map_err(RunError::Use)?;
    let config = match &args.config {
        Some(folder) => {
            Config::read(folder).map_err(|failure| RunError::Use(failure.to_string()))?
        }
        None => configuration::config(),
    };
    let campaigns = config.campaigns().map_err(|failure| RunError::Use(failure.to_string()))?;
    let [campaign] = campaigns.as_slice() else {
        return Err(RunError::Use("the configuration must hold one campaign to play".into()));
    };
    let folder = args.out.join(campaign.id.to_string());
    std::fs::create_dir_all(&folder).map_err(|source| output(&folder, source))?;
    let options = Options {
        seed: args.seed,
        now: calendar::at(import_day(campaign), campaign::dates::MORNING),
        config: config.clone(),
        keep: Keep::Nothing,
        base_url: BASE_URL,
        drawers: configuration::DRAWERS,
    };
    let stack = Stack::start(options).map_err(|error| RunError::Use(error.to_string()))?;
    let format = if args.json { Format::Json } else { Format::Text };
    let mut year = Year {
        stack,
        campaign: campaign.clone(),
        transcript: Transcript::new(format, print),
        seed: args.seed,
        response: args.response,
        truth,
        folder,
        households: BTreeMap::new(),
        acting: BTreeSet::new(),
        read: 0,
    };
    match args.story {
        Story::Plain => year.play(&set).await,
        Story::Faults => year.play_with_faults(&set).await,
    }
}

/// The files are delivered 25 days before the call.
fn import_day(campaign: &campaign::Config) -> NaiveDate {
    campaign.call.checked_sub_days(chrono::Days::new(25)).unwrap_or(campaign.call)
}

fn output(path: &Path, source: std::io::Error) -> RunError {
    RunError::Output { path: path.display().to_string(), source }
}

/// The year while it is played.
struct Year<P> {
    stack: Stack,
    campaign: campaign::Config,
    transcript: Transcript<P>,
    seed: u64,
    response: u32,
    truth: Option<Truth>,
    folder: PathBuf,
    /// Who lives behind a link.
    households: BTreeMap<String, Household>,
    /// Connections whose people do what a story says, and not what the seed does.
    acting: BTreeSet<ConnectionNumber>,
    /// How many of the accepted mails were read.
    read: usize,
}

impl<P: FnMut(&str)> Year<P> {
    async fn play(&mut self, set: &Set) -> Result<(), RunError> {
        self.import("set", set).await?;
        let dates = campaign::Dates::freeze(&self.campaign, self.campaign.call);
        self.advance_to(dates.opened_on).await?;
        self.households = household::behind_links(&self.stack, &self.campaign, BASE_URL).await?;
        let asked = self.households.len();
        let mails = self.mails()?;
        self.tell_call(dates.opened_on, &mails);
        let mut told = self.responses(Week::First).await?;
        let mut misnamed = 0;
        for (week, (number, day)) in
            [Week::Second, Week::Third, Week::Last].into_iter().zip((1..).zip(&dates.reminders_on))
        {
            self.advance_to(*day).await?;
            if number == 1 {
                self.tell_readings(*day, told);
            }
            let mut mails = self.mails()?;
            mails.retain(|mail| !mail.scope.starts_with("rcp-"));
            let named: usize = mails.iter().map(|mail| mail.links().len()).sum();
            misnamed += named.abs_diff(self.missing().await?);
            self.transcript.line(
                *day,
                &format!("reminder {number}"),
                &[("mails", mails.len().to_string()), ("addresses", named.to_string())],
            );
            told = told.and(self.responses(week).await?);
        }
        self.advance_to(dates.closes_on).await?;
        self.mails()?;
        let states = self.states().await?;
        let estimated = states.count(RequestState::Estimated);
        let cannot_read = states.estimated_with_obstacle;
        self.transcript.line(
            dates.closes_on,
            "estimates",
            &[
                ("addresses", estimated.to_string()),
                ("silent", (estimated - cannot_read).to_string()),
                ("cannot-read", cannot_read.to_string()),
                ("received", states.count(RequestState::Answered).to_string()),
            ],
        );
        if estimated > 0 {
            let made = made::of(&self.stack, &self.households, &self.campaign).await?;
            self.transcript.line(dates.closes_on, "made from", &made.pairs());
        }
        if let Some(truth) = &self.truth {
            let score = score::of(&self.stack, &self.households, &self.campaign, truth).await?;
            self.transcript.line(dates.closes_on, "scored", &score.pairs());
        }
        let invoiced = self.invoices(dates.invoice_not_before).await?;
        self.check(asked, &states, misnamed, &invoiced).await
    }

    /// Goes on to the day of the invoices, and tells what the years came to.
    async fn invoices(&mut self, day: NaiveDate) -> Result<Invoiced, RunError> {
        self.advance_to(day).await?;
        self.mails()?;
        let failed = |error: cloud::Error| RunError::Failed(error.to_string());
        let invoiced = Invoiced::of(&self.stack.store(), self.campaign.id).await.map_err(failed)?;
        let (to_pay, refund) = invoiced.sums();
        let count = |state| invoiced.in_state(state).count().to_string();
        self.transcript.line(
            day,
            "invoices",
            &[
                ("invoices", invoiced.numbers().len().to_string()),
                ("to-pay", format!("EUR {to_pay}")),
                ("refund", format!("EUR {refund}")),
                ("held", count(SettlementState::Held)),
                ("refused", count(SettlementState::Refused)),
            ],
        );
        Ok(invoiced)
    }

    /// Sums that must be right whatever customers did.
    async fn check(
        &mut self,
        asked: usize,
        states: &States,
        misnamed: usize,
        invoiced: &Invoiced,
    ) -> Result<(), RunError> {
        let total: usize = states.counts.values().sum();
        let settled = states.count(RequestState::Answered)
            + states.count(RequestState::Estimated)
            + states.count(RequestState::Ended);
        let twice = self.mails_twice();
        let numbered = invoiced.are_consecutive();
        let right = settled == asked && total == asked && misnamed == 0 && numbered;
        let sums = if right { "ok" } else { "wrong" };
        self.transcript.line(
            self.campaign.invoice_not_before,
            "checks",
            &[
                ("sums", sums.to_owned()),
                ("mails-twice", twice.to_string()),
                ("missed", (asked - settled.min(asked)).to_string()),
            ],
        );
        self.transcript.digest(&dump::digest(self.stack.stand_ins()).await);
        if sums != "ok" || twice != 0 {
            return Err(RunError::Failed(format!(
                "asked {asked}, settled {settled}, in all {total}, mails twice {twice}, \
                 numbers consecutive {numbered}"
            )));
        }
        Ok(())
    }

    /// Delivers a set under its name; what is refused is kept beside the mails.
    async fn import(&mut self, name: &str, set: &Set) -> Result<(), RunError> {
        let refused = match delivery::deliver(&mut self.stack, name, set).await {
            Ok(()) => return Ok(()),
            Err(refused) => refused,
        };
        match refused {
            Refused::Failed(reason) => Err(RunError::Failed(reason)),
            Refused::Set(report) => {
                let lines =
                    report.keep(&self.folder).map_err(|source| output(&self.folder, source))?;
                let (summary, lines) = (report.summary, lines.display());
                Err(RunError::Refused(format!("{summary}\n\nThe report: {lines}")))
            }
        }
    }

    /// Moves the clock to nine in the morning of `day`.
    async fn advance_to(&mut self, day: NaiveDate) -> Result<(), RunError> {
        let at = calendar::at(day, campaign::dates::MORNING);
        let steps = self.stack.advance_to(at).await;
        failures(&steps.map_err(|error| RunError::Failed(error.to_string()))?)
    }

    /// The mails that came since the last time, written to the folder.
    fn mails(&mut self) -> Result<Vec<Letter>, RunError> {
        let all = self.stack.stand_ins().mails().all();
        let new: Vec<Letter> = all.iter().skip(self.read).map(Letter::of).collect();
        self.read = all.len();
        for mail in &new {
            let path = self.folder.join(format!("{:05}.eml", mail.number));
            std::fs::write(&path, &mail.raw).map_err(|source| output(&path, source))?;
        }
        Ok(new)
    }

    fn tell_call(&mut self, day: NaiveDate, mails: &[Letter]) {
        let links = |mail: &Letter| mail.links().len();
        let largest = mails.iter().max_by_key(|mail| (links(mail), mail.raw.len()));
        let (addresses, bytes) = largest.map_or((0, 0), |mail| (links(mail), mail.raw.len()));
        self.transcript.line(
            day,
            "call",
            &[
                ("mails", mails.len().to_string()),
                ("links", mails.iter().map(links).sum::<usize>().to_string()),
                ("largest", format!("{addresses} addresses {} kB", bytes.div_ceil(1000))),
            ],
        );
    }

    fn tell_readings(&mut self, day: NaiveDate, told: household::Told) {
        let pairs = [
            ("received", told.stored.to_string()),
            ("confirmed", told.confirmed.to_string()),
            ("corrected", told.corrected.to_string()),
            ("cannot-read", told.cannot_read.to_string()),
        ];
        self.transcript.line(day, "readings", &pairs);
    }

    /// Has everybody answer who answers in `week`, two days from now at noon.
    async fn responses(&mut self, week: Week) -> Result<household::Told, RunError> {
        let day = calendar::days_after(calendar::civil_day(self.stack.now()), 2);
        let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default();
        let steps = self.stack.advance_to(calendar::at(day, noon)).await;
        failures(&steps.map_err(|error| RunError::Failed(error.to_string()))?)?;
        let mut told = household::Told::default();
        for household in self.households.values() {
            if self.acting.contains(household.number()) {
                continue;
            }
            if household.answers_in(week, self.seed, self.response, self.truth.as_ref()) {
                let answer =
                    household.answer(&self.stack, self.seed, self.truth.as_ref(), day).await?;
                told = told.and(answer);
            }
        }
        let steps = self.stack.pump().await;
        failures(&steps)?;
        Ok(told)
    }
}

impl<P> Year<P> {
    /// How far the requests of each household are now.
    async fn states(&self) -> Result<States, RunError> {
        let failed = |error: cloud::Error| RunError::Failed(error.to_string());
        let store = self.stack.store();
        let mut states = States::default();
        for household in self.households.values() {
            let found = store.connection(&household.account, household.number()).await;
            let found = found.map_err(failed)?;
            let requests = found.into_iter().flat_map(|found| found.requests);
            let mine: Vec<_> =
                requests.filter(|request| request.campaign == self.campaign.id).collect();
            states.count_household(household, &mine);
        }
        Ok(states)
    }

    /// How many connections a reminder must name: nothing came, and somebody can be mailed.
    async fn missing(&self) -> Result<usize, RunError> {
        Ok(self.states().await?.wanted)
    }

    /// How many mails somebody got more than once.
    fn mails_twice(&self) -> usize {
        let mails = self.stack.stand_ins().mails().all();
        let sends: BTreeSet<_> = mails.iter().filter_map(|mail| mail.tags.get("send")).collect();
        mails.len() - sends.len()
    }
}

/// How far households are.
#[derive(Debug, Default)]
struct States {
    counts: BTreeMap<RequestState, usize>,
    /// Open, nobody reported an obstacle, and the account can be mailed.
    wanted: usize,
    /// Estimated, and somebody had reported that the meter cannot be read.
    estimated_with_obstacle: usize,
}

impl States {
    fn count(&self, state: RequestState) -> usize {
        self.counts.get(&state).copied().unwrap_or_default()
    }

    /// Counts a household by the request that is least far: all of its meters, or none.
    fn count_household(&mut self, household: &Household, requests: &[ReadingRequest]) {
        let Some(state) = requests.iter().map(|request| request.state).min_by_key(|state| {
            // an estimate is what counts where some meters were answered and others not
            (*state == RequestState::Answered, *state)
        }) else {
            return;
        };
        *self.counts.entry(state).or_default() += 1;
        let wanted = requests.iter().any(ReadingRequest::is_wanted);
        self.wanted += usize::from(wanted && household.is_mailed);
        let obstacle = requests.iter().any(|request| request.obstacle.is_some());
        self.estimated_with_obstacle += usize::from(obstacle && state == RequestState::Estimated);
    }
}

/// A step that failed is our fault, never a customer's.
fn failures(steps: &[Step]) -> Result<(), RunError> {
    match steps.iter().find(|step| step.result != StepResult::Done) {
        Some(step) => Err(RunError::Failed(step.to_string())),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
