//! Counting sends: a wave is finished when its rows add up, and not before.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::calendar::civil_day;

use super::{Part, SendState};

/// How many sends of a wave, or of one of its drawers, are in which state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tally {
    /// Must be sent.
    pub planned: u64,
    /// Held by a worker.
    pub claimed: u64,
    /// Sent.
    pub accepted: u64,
    /// Perhaps sent.
    pub unknown: u64,
    /// Refused for good.
    pub rejected: u64,
    /// Nothing missing any more.
    pub skipped: u64,
    /// On the post list.
    pub post: u64,
    /// Never found out.
    pub unresolved: u64,
    /// First parts among them: one an account that was planned.
    pub first: u64,
    /// Parts behind the first that the first ones ask for.
    pub asked_for: u64,
    /// Parts behind the first that are there.
    pub behind: u64,
    /// Those that may have been sent twice.
    pub perhaps_twice: u64,
    /// The last civil day on which one of the first parts, or of those behind them, went out or may have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mailed_on: Option<NaiveDate>,
}

impl Tally {
    /// Counts one more row: `part` in `state`, which asks for `children` further parts.
    pub fn count(&mut self, part: Part, state: SendState, children: u64) {
        let rows = match state {
            SendState::Planned => &mut self.planned,
            SendState::Claimed => &mut self.claimed,
            SendState::Accepted => &mut self.accepted,
            SendState::Unknown => &mut self.unknown,
            SendState::Rejected => &mut self.rejected,
            SendState::Skipped => &mut self.skipped,
            SendState::Post => &mut self.post,
            SendState::Unresolved => &mut self.unresolved,
        };
        *rows += 1;
        match part {
            Part::FIRST => {
                self.first += 1;
                self.asked_for += children;
            }
            part if part.is_behind_first() => self.behind += 1,
            _ => {}
        }
    }

    /// Notes when `part`, which is in `state`, was last claimed, if it went out then or may have. Who
    /// joined later is mailed apart from the wave and does not count.
    pub fn note_mailed(&mut self, part: Part, state: SendState, claimed_at: Option<DateTime<Utc>>) {
        let may_be_out = match state {
            SendState::Accepted | SendState::Unknown | SendState::Unresolved => true,
            SendState::Planned
            | SendState::Claimed
            | SendState::Rejected
            | SendState::Skipped
            | SendState::Post => false,
        };
        if may_be_out && part < Part::POST {
            self.mailed_on = self.mailed_on.max(claimed_at.map(civil_day));
        }
    }

    /// Adds what was counted elsewhere.
    pub fn add(&mut self, other: &Self) {
        self.planned += other.planned;
        self.claimed += other.claimed;
        self.accepted += other.accepted;
        self.unknown += other.unknown;
        self.rejected += other.rejected;
        self.skipped += other.skipped;
        self.post += other.post;
        self.unresolved += other.unresolved;
        self.first += other.first;
        self.asked_for += other.asked_for;
        self.behind += other.behind;
        self.perhaps_twice += other.perhaps_twice;
        self.mailed_on = self.mailed_on.max(other.mailed_on);
    }

    /// Whether the rows are those of a finished wave that was planned for `accounts`: a first part
    /// for each of them, every part that those ask for, and each row final.
    ///
    /// There may be more first parts than were counted: a run that was broken off between the rows
    /// of a page and its count plans them again, and some need none by then.
    pub fn adds_up(&self, accounts: u64) -> bool {
        self.first >= accounts && self.behind == self.asked_for && self.final_rows() == self.rows()
    }

    /// How many rows there are.
    pub fn rows(&self) -> u64 {
        self.planned + self.claimed + self.unknown + self.final_rows()
    }

    /// How many of them must still be sent.
    pub fn waiting(&self) -> u64 {
        self.planned + self.claimed
    }

    /// How many of them may or may not have been sent.
    pub fn uncertain(&self) -> u64 {
        self.unknown + self.unresolved
    }

    /// How many of them are final.
    pub fn final_rows(&self) -> u64 {
        self.accepted + self.rejected + self.skipped + self.post + self.unresolved
    }
}
