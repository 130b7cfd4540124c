//! *Verzoek om meterstand*: what a campaign asks of one meter.

mod clearing;

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::calendar::{days_after, days_between};
use crate::campaign::{Config, Dates};
use crate::connection::{Connection, ConnectionNumber};
use crate::estimate::sentence::Told;
use crate::id::{CampaignNumber, Revision};
use crate::meter::{Meter, MeterNumber, ReadBy, Register, RegisterName};
use crate::reading::{Quality, Reading, Source};

pub use clearing::Clearing;

/// What a campaign asks of one meter: all its registers, or none.
///
/// Key: campaign, connection and meter. One link asks for every meter of its connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadingRequest {
    /// Which campaign asks.
    pub campaign: CampaignNumber,
    /// At which connection.
    pub connection: ConnectionNumber,
    /// Of which meter.
    pub meter: MeterNumber,
    /// How far it is.
    pub state: RequestState,
    /// How many times it was answered.
    pub revision: Revision,
    /// What each register showed before the campaign, in the order of the meter.
    pub before: Vec<Before>,
    /// The answer that counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Answer>,
    /// Why nobody could read the meter; reminders leave it out until an operator clears it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub obstacle: Option<Obstacle>,
    /// The civil day on which it was asked, where that was after the call: its account was mailed then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joined_on: Option<NaiveDate>,
}

impl ReadingRequest {
    /// What `campaign` asks of a meter that showed `before`.
    pub fn new(campaign: CampaignNumber, meter: &Meter, before: Vec<Before>) -> Self {
        Self {
            campaign,
            connection: meter.connection.clone(),
            meter: meter.number.clone(),
            state: RequestState::Open,
            revision: Revision::default(),
            before,
            answer: None,
            obstacle: None,
            joined_on: None,
        }
    }

    /// Whether a mail names it: nothing came, and nobody said that nothing can come.
    pub fn is_wanted(&self) -> bool {
        self.state == RequestState::Open && self.obstacle.is_none()
    }
}

/// *Melding*: what a person reports instead of a reading; the request stays open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Obstacle {
    /// The window is fogged or broken.
    Unreadable,
    /// The meter cannot be reached.
    Unreachable,
    /// The meter cannot be found.
    NotFound,
    /// The meter has another number.
    OtherNumber,
    /// The address is not theirs.
    NotMyAddress,
}

/// What a register showed before the campaign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Before {
    /// Which register.
    pub register: RegisterName,
    /// The day of its last reading.
    pub on: NaiveDate,
    /// What it showed, in the register's unit.
    pub value: Decimal,
    /// Who said so.
    pub source: Source,
    /// How far that may be relied on.
    pub quality: Quality,
}

impl Before {
    /// The last of `readings` of each register of `meter`, in the order of the meter.
    pub fn last_of(meter: &Meter, readings: &[Reading]) -> Vec<Self> {
        let last = |register: &Register| {
            readings
                .iter()
                .filter(|reading| {
                    reading.meter == meter.number && reading.register == register.name
                })
                .max_by_key(|reading| reading.on)
                .map(Self::of)
        };
        meter.registers.iter().filter_map(last).collect()
    }

    fn of(reading: &Reading) -> Self {
        Self {
            register: reading.register.clone(),
            on: reading.on,
            value: reading.value,
            source: reading.source,
            quality: reading.quality,
        }
    }

    /// `imported`, or what an earlier campaign was answered where that is later.
    pub fn latest(imported: &[Self], earlier: &[&ReadingRequest]) -> Vec<Self> {
        let answered = earlier.iter().filter_map(|request| request.answer.as_ref());
        let answered = answered.flat_map(|answer| {
            answer.values.iter().map(|(register, value)| Self {
                register: register.clone(),
                on: answer.on,
                value: *value,
                source: answer.source,
                quality: answer.quality,
            })
        });
        let answered: Vec<Self> = answered.collect();
        let latest = |known: &Self| {
            let same = |one: &&Self| one.register == known.register && one.on >= known.on;
            answered.iter().filter(same).max_by_key(|one| one.on).unwrap_or(known).clone()
        };
        imported.iter().map(latest).collect()
    }
}

/// The answer to a request that counts: the last one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The day the meter was read.
    pub on: NaiveDate,
    /// When it reached us.
    pub at: DateTime<Utc>,
    /// What each register showed, in the order of the meter.
    pub values: Vec<(RegisterName, Decimal)>,
    /// Who says so.
    pub source: Source,
    /// How far it may be relied on.
    pub quality: Quality,
    /// The number of its receipt; an estimate has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<String>,
    /// What the customer reads of how it was made; of an estimate alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<Told>,
}

/// How far a request is. *Missing* and *open* mean [`RequestState::Open`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RequestState {
    /// Nothing came yet.
    Open,
    /// A reading of every register of the meter is stored.
    Answered,
    /// Nothing came in time; the reading is an estimate.
    Estimated,
    /// The invoice is made.
    Invoiced,
    /// A reading came after the invoice; credit note and new invoice are being made.
    Correcting,
    /// Nothing is asked any more: supply ended, or the meter is read another way.
    Ended,
}

/// What happens to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestEvent {
    /// A reading of every register is stored, whoever gave it.
    Reading,
    /// The campaign closed and the reading was estimated.
    Estimate,
    /// The invoice is made, or made again.
    Invoice,
    /// Supply ended, the meter is read remotely, or an operator took it out.
    End,
}

impl RequestState {
    /// Every state, in the order of the glossary.
    pub const ALL: [Self; 6] = [
        Self::Open,
        Self::Answered,
        Self::Estimated,
        Self::Invoiced,
        Self::Correcting,
        Self::Ended,
    ];

    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Answered => "answered",
            Self::Estimated => "estimated",
            Self::Invoiced => "invoiced",
            Self::Correcting => "correcting",
            Self::Ended => "ended",
        }
    }

    /// The state after `event`, or `None` for a transition that must be refused.
    pub fn after(self, event: RequestEvent) -> Option<Self> {
        match (self, event) {
            (Self::Open | Self::Answered | Self::Estimated, RequestEvent::Reading) => {
                Some(Self::Answered)
            }
            (Self::Open, RequestEvent::Estimate) => Some(Self::Estimated),
            (Self::Answered | Self::Estimated | Self::Correcting, RequestEvent::Invoice) => {
                Some(Self::Invoiced)
            }
            (Self::Invoiced, RequestEvent::Reading) => Some(Self::Correcting),
            (Self::Open | Self::Answered | Self::Estimated, RequestEvent::End) => Some(Self::Ended),
            (
                Self::Open
                | Self::Answered
                | Self::Estimated
                | Self::Invoiced
                | Self::Correcting
                | Self::Ended,
                _,
            ) => None,
        }
    }
}

impl fmt::Display for RequestState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Whether a campaign asks a meter, and if not, why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TakesPart {
    /// It is asked.
    Yes,
    /// Supply has not begun, or has ended.
    NoSupply,
    /// The meter is not there, or not there any more.
    NoMeter,
    /// The meter sends its readings.
    Remote,
    /// Staff reads it.
    Staff,
    /// A customer or the meter gave a reading just before.
    Recent,
}

/// Whether the campaign asks `meter` of `connection` today.
///
/// **Shape.** `before` is what its registers showed last.
/// **Source.** `docs/decisions/0003-a-campaign-is-a-plan.md`.
pub fn takes_part(
    config: &Config,
    connection: &Connection,
    meter: &Meter,
    before: &[Before],
    today: NaiveDate,
) -> TakesPart {
    let fresh = |last: &Before| {
        let age = days_between(last.on, today);
        matches!(last.source, Source::Customer | Source::Colleague | Source::Remote)
            && (0..=i64::from(config.recent_reading_days)).contains(&age)
    };
    if !connection.supply.flows_on(today) {
        return TakesPart::NoSupply;
    }
    if !meter.hangs_on(today) || meter.removed_on.is_some_and(|removed| removed <= today) {
        return TakesPart::NoMeter;
    }
    match connection.read_by {
        ReadBy::Remote => TakesPart::Remote,
        ReadBy::Staff => TakesPart::Staff,
        ReadBy::Customer if before.iter().any(fresh) => TakesPart::Recent,
        ReadBy::Customer => TakesPart::Yes,
    }
}

/// Whether a connection that gets supply at `today` is still asked.
pub fn may_join(config: &Config, dates: &Dates, today: NaiveDate) -> bool {
    days_after(today, config.join_min_days) <= dates.deadline
}

#[cfg(test)]
mod tests;
