//! What the register of a connection showed, as the engine takes it.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::reading::Source;

/// A reading of one register of a connection, on whichever meter hung there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// Which of the meters that hung there one after the other, from 0; always 0 where that is not
    /// known.
    #[serde(default, skip_serializing_if = "is_first")]
    pub meter: usize,
    /// The day.
    pub on: NaiveDate,
    /// What it showed, in the register's unit.
    pub value: Decimal,
    /// What it is between its neighbours.
    pub kind: Kind,
    /// Who says so.
    pub source: Source,
    /// The first value that the register of this meter cannot show, where its digits are known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<Decimal>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn is_first(meter: &usize) -> bool {
    *meter == 0
}

/// What a reading is between its neighbours, in the order of one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// It never came.
    Estimated,
    /// It was read.
    Ordinary,
    /// The last one of a meter.
    Removed,
    /// The first one of a meter.
    Installed,
}

impl Kind {
    /// What a reading of `source` is.
    pub fn of(source: Source) -> Self {
        match source {
            Source::Installed => Self::Installed,
            Source::Removed => Self::Removed,
            Source::Estimated => Self::Estimated,
            Source::Customer
            | Source::Colleague
            | Source::Staff
            | Source::Remote
            | Source::Agreed => Self::Ordinary,
        }
    }
}

impl Shown {
    /// Whether an estimate may rest on it.
    pub fn is_trusted(&self) -> bool {
        self.kind != Kind::Estimated
    }
}

/// Of two readings of one day, the lower one counts.
pub(crate) fn rank(source: Source) -> u8 {
    match source {
        Source::Agreed => 0,
        Source::Staff => 1,
        Source::Remote => 2,
        Source::Customer
        | Source::Colleague
        | Source::Installed
        | Source::Removed
        | Source::Estimated => 3,
    }
}

/// Two trusted readings of one meter and day differ: an operator must supersede one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("two readings on {on} differ")]
pub struct Ambiguous {
    /// The day.
    pub on: NaiveDate,
}

/// Readings in their order, one of each meter, day and kind: the one whose source ranks highest,
/// of estimates the highest.
///
/// **Errors.** [`Ambiguous`].
pub fn arrange(mut readings: Vec<Shown>) -> Result<Vec<Shown>, Ambiguous> {
    let place = |shown: &Shown| (shown.meter, shown.on, shown.kind);
    readings.sort_by_key(|shown| (place(shown), rank(shown.source), shown.value, shown.source));
    let mut kept: Vec<Shown> = Vec::with_capacity(readings.len());
    for shown in readings {
        match kept.last_mut().filter(|last| place(last) == place(&shown)) {
            None => kept.push(shown),
            Some(last) if shown.kind == Kind::Estimated => *last = shown,
            Some(last) if rank(last.source) == rank(shown.source) && last.value != shown.value => {
                return Err(Ambiguous { on: shown.on });
            }
            Some(_) => {}
        }
    }
    Ok(kept)
}
