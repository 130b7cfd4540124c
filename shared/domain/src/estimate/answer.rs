//! What an estimate says of itself: how it was made, what was noticed, how sure it is.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How an estimate was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// From two years of the customer's own, or more.
    OwnHistory,
    /// From one year of their own, leaning on the norm.
    OneYearPlusPeers,
    /// From the years of those who lived there before.
    AddressHistory,
    /// From the norm alone.
    PeerNorm,
    /// Nothing was used last year.
    Vacant,
}

impl Method {
    /// Every method.
    pub const ALL: [Self; 5] = [
        Self::OwnHistory,
        Self::OneYearPlusPeers,
        Self::AddressHistory,
        Self::PeerNorm,
        Self::Vacant,
    ];

    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OwnHistory => "own_history",
            Self::OneYearPlusPeers => "one_year_plus_peers",
            Self::AddressHistory => "address_history",
            Self::PeerNorm => "peer_norm",
            Self::Vacant => "vacant",
        }
    }
}

/// What was noticed on the way to an estimate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Note {
    /// There were only earlier estimates.
    FromEstimates,
    /// An operator marked days that do not count.
    MarkedOut,
    /// Only the use of those who lived there before is known.
    FormerOccupant,
    /// A year stood alone and does not count.
    OutlierRemoved,
    /// The use has been another one for two years.
    LevelShift,
    /// Less than half a year is known.
    PartialYear,
    /// The last two years differ much.
    TwoYearsDisagree,
    /// The estimate is held at what was invoiced before.
    HeldAtLastInvoice,
}

impl Note {
    /// Every note, in the order of the rules.
    pub const ALL: [Self; 8] = [
        Self::FromEstimates,
        Self::MarkedOut,
        Self::FormerOccupant,
        Self::OutlierRemoved,
        Self::LevelShift,
        Self::PartialYear,
        Self::TwoYearsDisagree,
        Self::HeldAtLastInvoice,
    ];

    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FromEstimates => "from_estimates",
            Self::MarkedOut => "marked_out",
            Self::FormerOccupant => "former_occupant",
            Self::OutlierRemoved => "outlier_removed",
            Self::LevelShift => "level_shift",
            Self::PartialYear => "partial_year",
            Self::TwoYearsDisagree => "two_years_disagree",
            Self::HeldAtLastInvoice => "held_at_last_invoice",
        }
    }
}

/// How sure an estimate is, from A to E.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Confidence {
    /// Three even years.
    A,
    /// Two years.
    B,
    /// One year.
    C,
    /// Little, or something special: never without the link to give the reading after all.
    D,
    /// The norm alone: likewise.
    E,
}

impl Confidence {
    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
            Self::D => "D",
            Self::E => "E",
        }
    }
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A method and its notes in the order in which they arose, joined by `+`; that somebody else
/// lived there is said by the method itself.
pub fn told(method: Method, notes: &[Note]) -> String {
    let mut told = method.as_str().to_owned();
    for note in notes.iter().filter(|note| **note != Note::FormerOccupant) {
        told.push('+');
        told.push_str(note.as_str());
    }
    told
}
