//! What became of a mail, told by events that come in any order, twice, late or never.
//!
//! A row holds what was proven so far ([`Proof`]). [`Proof::with`] adds evidence; the order in
//! which evidence comes does not matter, and evidence that is known already changes nothing.

use serde::{Deserialize, Serialize};

use super::SendState;

/// *Afloop*: what became of a mail at one recipient; only ever replaced by a later one of this list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub enum Outcome {
    /// The recipient's server asks for patience.
    Delayed,
    /// The recipient's server took it.
    Delivered,
    /// It was not delivered this time.
    TransientBounce,
    /// It can never be delivered.
    PermanentBounce,
    /// The sending account does not write to this address.
    Suppressed,
    /// The recipient called it unwanted.
    Complained,
}

impl Outcome {
    const ALL: [Self; 6] = [
        Self::Delayed,
        Self::Delivered,
        Self::TransientBounce,
        Self::PermanentBounce,
        Self::Suppressed,
        Self::Complained,
    ];

    /// As it is stored: from 1, and only ever raised.
    pub fn rank(self) -> u8 {
        match self {
            Self::Delayed => 1,
            Self::Delivered => 2,
            Self::TransientBounce => 3,
            Self::PermanentBounce => 4,
            Self::Suppressed => 5,
            Self::Complained => 6,
        }
    }

    /// Whether the recipient has the mail: who calls it unwanted, has it.
    pub fn has_arrived(self) -> bool {
        match self {
            Self::Delivered | Self::Complained => true,
            Self::Delayed | Self::TransientBounce | Self::PermanentBounce | Self::Suppressed => {
                false
            }
        }
    }
}

impl From<Outcome> for u8 {
    fn from(outcome: Outcome) -> Self {
        outcome.rank()
    }
}

impl TryFrom<u8> for Outcome {
    type Error = String;

    fn try_from(rank: u8) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|outcome| Self::rank(*outcome) == rank);
        found.ok_or_else(|| format!("{rank} is no outcome: 1 to 6"))
    }
}

/// So many recipients one mail has at most.
pub const RECIPIENTS: usize = 3;

/// What is known at each recipient of a mail, in the order of its `To`.
pub type Outcomes = [Option<Outcome>; RECIPIENTS];

/// What events say about one mail; any event proves that the mail service took it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The attempt that the mail was tagged with, from 1.
    pub attempt: u32,
    /// What became of it at each recipient.
    pub outcomes: Outcomes,
}

/// What the row of a send says about what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proof {
    /// Its state.
    pub state: SendState,
    /// How many times it was claimed.
    pub attempts: u32,
    /// What became of it at each recipient.
    pub outcomes: Outcomes,
    /// Which attempts the mail service proved to have taken: bit 0 is the first.
    pub proven: u32,
}

impl Proof {
    /// What is known when `evidence` is added; `None` when nothing is new.
    ///
    /// Evidence of an attempt that the row does not know is of another row: it changes nothing.
    pub fn with(&self, evidence: &Evidence) -> Option<Self> {
        if evidence.attempt == 0 || evidence.attempt > self.attempts {
            return None;
        }
        let mut known = *self;
        known.proven |= 1_u32.checked_shl(evidence.attempt - 1).unwrap_or_default();
        for (known, new) in known.outcomes.iter_mut().zip(evidence.outcomes) {
            *known = new.max(*known);
        }
        known.state = match self.state {
            SendState::Planned
            | SendState::Claimed
            | SendState::Unknown
            | SendState::Unresolved
            | SendState::Accepted => SendState::Accepted,
            settled @ (SendState::Rejected | SendState::Skipped | SendState::Post) => settled,
        };
        (known != *self).then_some(known)
    }

    /// Whether more than one attempt is proven to have been taken.
    pub fn is_twice(&self) -> bool {
        self.proven.count_ones() > 1
    }
}

#[cfg(test)]
mod tests;
