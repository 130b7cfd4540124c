//! *Opnameronde*: one yearly asking for readings, as a plan that is compared with what was done.
//!
//! [`config`] says what the utility wants, [`dates`] what was promised to customers when the
//! campaign opened, [`due()`] what must be done now.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

pub mod config;
pub mod dates;
pub mod due;

pub use config::Config;
pub use dates::Dates;
pub use due::{Action, Reason, due};

/// *Verzending*: one mailing of a campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Wave {
    /// *Meterstandenoproep*: every request of the account.
    Call,
    /// *Herinnering* n, from 1: only requests that are open when it is sent. Never about money.
    Reminder(u8),
    /// *Schattingsbericht*: what was estimated, while the reading can still be given.
    Estimated,
}

impl Wave {
    /// Reads what [`fmt::Display`] writes: `call`, `r1`, `r2` …, `est`.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "call" => return Some(Self::Call),
            "est" => return Some(Self::Estimated),
            _ => {}
        }
        let number: u8 = text.strip_prefix('r')?.parse().ok()?;
        (number > 0 && !text.starts_with("r0") && !text.starts_with("r+"))
            .then_some(Self::Reminder(number))
    }
}

impl fmt::Display for Wave {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call => f.write_str("call"),
            Self::Reminder(number) => write!(f, "r{number}"),
            Self::Estimated => f.write_str("est"),
        }
    }
}

impl From<Wave> for String {
    fn from(wave: Wave) -> Self {
        wave.to_string()
    }
}

impl TryFrom<String> for Wave {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).ok_or_else(|| format!("{text:?} is no wave: call, r1, r2 …, est"))
    }
}

/// How far a campaign is; what is sent is ruled by [`Control`] beside it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CampaignState {
    /// Its opening day has not come.
    #[default]
    Scheduled,
    /// Its opening day came and it may not send: no mail, an alarm.
    Held,
    /// It asks; its dates are frozen.
    Open,
    /// Nothing is asked any more; what is missing gets estimated.
    Closed,
    /// Nothing is left to do.
    Finished,
}

/// How far a wave is.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum WaveState {
    /// Not begun.
    #[default]
    None,
    /// Its sends are being written.
    Planning,
    /// Its first mails are out; their events must come back before the rest goes.
    Canary,
    /// Its sends are let into the queue.
    Feeding,
    /// All of them went through the queue; the last outcomes are awaited.
    Quiet,
    /// Its rows add up.
    Finished,
    /// A later wave, or the deadline, made it pointless.
    Superseded,
}

impl WaveState {
    /// Whether nothing more happens to the wave.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Finished | Self::Superseded)
    }
}

/// What mails obey before each claim.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Control {
    /// Mails go.
    #[default]
    Run,
    /// A person stopped them.
    PauseOperator,
    /// Too many bounces, complaints or errors stopped them.
    PauseBreaker,
    /// The sending quota of the day is used up.
    PauseQuota,
    /// The campaign is over.
    Closed,
}

/// What was done so far.
///
/// **Shape.** `waves` holds a wave from the moment it was begun, ascending; none of them twice.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// How far the campaign is.
    pub state: CampaignState,
    /// What was promised when it opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dates: Option<Dates>,
    /// The waves that were begun.
    #[serde(default)]
    pub waves: Vec<WaveProgress>,
    /// The last civil day on which joiners and leavers were looked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drained_on: Option<NaiveDate>,
    /// When work was last handed to `settle`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settle_queued_at: Option<DateTime<Utc>>,
    /// Whether every request has an answer or an estimate.
    #[serde(default)]
    pub settled: bool,
    /// When accounts were last handed to `settle` for their invoices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoices_queued_at: Option<DateTime<Utc>>,
    /// How many times everybody was looked at who has no invoice yet.
    #[serde(default)]
    pub invoice_looks: u32,
    /// What the last look left.
    #[serde(default)]
    pub invoicing: Invoicing,
}

/// What invoices of a campaign are left to be made.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Invoicing {
    /// None, and the next campaign has opened: what is known from then on is of its year.
    Over,
    /// None: every year has its number, and every number its documents.
    Made,
    /// Those of settlements that a person must see or mend, and documents of numbers that somebody
    /// should have made by now.
    Waiting,
    /// Some that nothing is known of.
    #[default]
    Making,
}

impl Progress {
    /// The state of `wave`.
    pub fn wave(&self, wave: Wave) -> WaveState {
        self.begun(wave).map_or(WaveState::None, |begun| begun.state)
    }

    /// When `wave` was begun, and how far it is.
    pub fn begun(&self, wave: Wave) -> Option<&WaveProgress> {
        self.waves.iter().find(|begun| begun.wave == wave)
    }

    /// Notes that the last mail of `wave` went out on a day, if one did.
    pub fn note_mailed(&mut self, wave: Wave, on: Option<NaiveDate>) {
        if let Some(begun) = self.waves.iter_mut().find(|begun| begun.wave == wave) {
            begun.mailed_on = begun.mailed_on.max(on);
        }
    }

    /// Whether a later step has something to do, even if nothing new happens: a wave is not over, or
    /// invoices are being made.
    pub fn waits(&self) -> bool {
        let is_making = self.invoices_queued_at.is_some() && self.invoicing == Invoicing::Making;
        is_making || self.waves.iter().any(|begun| !begun.state.is_over())
    }
}

/// How far one wave is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaveProgress {
    /// Which.
    pub wave: Wave,
    /// How far.
    pub state: WaveState,
    /// The civil day it was begun, or superseded.
    pub begun_on: NaiveDate,
    /// The civil day on which its last mail went out, once it is finished: a pause may lie between it and
    /// `begun_on`. Absent before, when nobody was mailed, and in what an earlier release stored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mailed_on: Option<NaiveDate>,
}

#[cfg(test)]
mod tests;
