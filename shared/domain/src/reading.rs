//! *Meterstand*: what a register showed on a day.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::meter::{MeterNumber, RegisterName};

/// *Meterstand*: what a register showed on a civil day. Never changed, only superseded.
///
/// **Units.** `value` is in the register's unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// The meter that was read.
    pub meter: MeterNumber,
    /// Which of its displays.
    pub register: RegisterName,
    /// The day it was read.
    pub on: NaiveDate,
    /// What it showed.
    pub value: Decimal,
    /// Who says so.
    pub source: Source,
    /// How far it may be relied on.
    pub quality: Quality,
    /// When it reached us; absent for what the old administration handed over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_at: Option<DateTime<Utc>>,
}

impl Reading {
    /// Whether settlements and estimates may rest on it. A superseded reading never gets here:
    /// who loads a history leaves it out.
    pub fn is_trusted(&self) -> bool {
        self.quality != Quality::Estimated && self.source != Source::Estimated
    }
}

/// *Herkomst*: who says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// A submit or letter link, forwarded or not: who held it cannot be known.
    Customer,
    /// A delegation.
    Colleague,
    /// Somebody of the utility read it.
    Staff,
    /// The meter sent it.
    Remote,
    /// *Beginstand*: the first reading of a meter.
    Installed,
    /// *Eindstand*: the last reading of a meter.
    Removed,
    /// Settled by contact with the customer.
    Agreed,
    /// It never came.
    Estimated,
}

/// *Kwaliteit*: how far a reading may be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Quality {
    /// It was read.
    Actual,
    /// It was doubtful, and then confirmed.
    Confirmed,
    /// It was moved to the reference date.
    Prorated,
    /// It never came.
    Estimated,
}
