//! *Gemarkeerde dagen*: what a connection used on them says nothing about other years.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::calendar::Period;

/// What an operator said of days at a connection; kept as it was said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marking {
    /// The first of the days.
    pub from: NaiveDate,
    /// The last of them.
    pub to: NaiveDate,
    /// What counts from then on.
    pub says: Says,
    /// Who said so.
    pub by: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// What an operator says of days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Says {
    /// Something unusual happened: a leak, a fire, works.
    Marked,
    /// Nothing did: what was said of them is taken back.
    Unmarked,
}

/// The days that are marked, each from its first to its last, ascending: of several words about the
/// same days the last one counts.
pub fn marked(markings: &[Marking]) -> Vec<(NaiveDate, NaiveDate)> {
    let mut last: BTreeMap<(NaiveDate, NaiveDate), &Marking> = BTreeMap::new();
    for marking in markings {
        let said = last.entry((marking.from, marking.to)).or_insert(marking);
        if said.at <= marking.at {
            *said = marking;
        }
    }
    last.into_iter().filter(|(_, it)| it.says == Says::Marked).map(|(days, _)| days).collect()
}

/// The same as the engine leaves them out.
///
/// **Shape.** A use is what was counted between the ends of two days, so marked days reach from the end
/// of the day before them to that of their last one: a use that ends or begins there does not overlap.
pub fn excluded(markings: &[Marking]) -> Vec<Period> {
    let days = marked(markings).into_iter();
    days.map(|(from, to)| Period { from: from.pred_opt().unwrap_or(from), until: Some(to) })
        .collect()
}

#[cfg(test)]
mod tests;
