//! How far a settlement is.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How far a settlement is. One that nothing is stored of was not made yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SettlementState {
    /// *Concept*: an operator released it; it is made again and gets its number.
    Draft,
    /// *Aangehouden*: a person must see it first.
    Held,
    /// *Geweigerd*: it cannot be reckoned; it is made again, and others go on.
    Refused,
    /// It has its number, and an invoice.
    Numbered,
}

/// What happens to a settlement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettlementEvent {
    /// It was made, and a person must see it.
    Hold,
    /// It was made, and cannot be reckoned.
    Refuse,
    /// It was made, and gets its number.
    Number,
    /// An operator saw it.
    Release,
}

impl SettlementState {
    /// Every state, in the order of the glossary.
    pub const ALL: [Self; 4] = [Self::Draft, Self::Held, Self::Refused, Self::Numbered];

    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Held => "held",
            Self::Refused => "refused",
            Self::Numbered => "numbered",
        }
    }

    /// The state after `event`, or `None` for a transition that must be refused: what has its number
    /// keeps it.
    pub fn after(self, event: SettlementEvent) -> Option<Self> {
        match (self, event) {
            (Self::Numbered, _) | (Self::Draft | Self::Refused, SettlementEvent::Release) => None,
            (Self::Held, SettlementEvent::Release) => Some(Self::Draft),
            (Self::Draft | Self::Held | Self::Refused, SettlementEvent::Hold) => Some(Self::Held),
            (Self::Draft | Self::Held | Self::Refused, SettlementEvent::Refuse) => {
                Some(Self::Refused)
            }
            (Self::Draft | Self::Held | Self::Refused, SettlementEvent::Number) => {
                Some(Self::Numbered)
            }
        }
    }
}

impl fmt::Display for SettlementState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests;
