//! The ledger of mails: what a planned mail is called, and which states it goes through.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::account::CustomerNumber;
use crate::campaign::Wave;
use crate::id::CampaignNumber;
use crate::shard::Shard;

/// What a send belongs to: a wave of a campaign; `c2026-call`, `c2026-r1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Scope {
    /// The campaign.
    pub campaign: CampaignNumber,
    /// Its wave.
    pub wave: Wave,
}

impl Scope {
    /// Reads what [`fmt::Display`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        let (campaign, wave) = text.strip_prefix('c')?.split_once('-')?;
        let campaign = CampaignNumber::new(campaign.parse().ok()?)?;
        let scope = Self { campaign, wave: Wave::parse(wave)? };
        (scope.to_string() == text).then_some(scope)
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "c{}-{}", self.campaign, self.wave)
    }
}

impl From<Scope> for String {
    fn from(scope: Scope) -> Self {
        scope.to_string()
    }
}

impl TryFrom<String> for Scope {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).ok_or_else(|| format!("{text:?} is no scope: c2026-call, c2026-r1 …"))
    }
}

/// *Deel*: one of the mails into which an account's languages and size divide a scope; from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Part(u16);

impl Part {
    /// The part that is planned for every account.
    pub const FIRST: Self = Self(1);
    /// What stands on the post list because the last recipient refused a mail that was sent.
    pub const POST: Self = Self(90);

    /// What a joiner is sent on the `day`-th day of the campaign, in the `language`-th of the
    /// account's languages; both from 0.
    pub fn joined(day: u16, language: u16) -> Self {
        Self(day.saturating_mul(4).saturating_add(language.min(3)).saturating_add(100))
    }

    /// The part `number`, or `None` for 0.
    pub fn new(number: u16) -> Option<Self> {
        (number > 0).then_some(Self(number))
    }

    /// The number.
    pub fn get(self) -> u16 {
        self.0
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The key of a planned mail: derived from what it is, so that planning it twice is one row.
///
/// Its text is 32 lower-case hex digits. It names nobody: it may stand in tags and logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SendId([u8; 16]);

impl SendId {
    /// The key of `part` of what `account` is mailed in `scope`.
    ///
    /// ```
    /// use domain::{account::CustomerNumber, sending::{Part, Scope, SendId}};
    ///
    /// let scope = Scope::parse("c2026-call").unwrap();
    /// let account = CustomerNumber::parse("K10001").unwrap();
    /// let id = SendId::of(&scope, &account, Part::FIRST);
    /// assert_eq!(id.to_string(), "8c46fa98f8de0b4f445ea98066622071");
    /// ```
    pub fn of(scope: &Scope, account: &CustomerNumber, part: Part) -> Self {
        let text = format!("meterlink/send/v1\n{scope}\n{account}\n{part}");
        let mut id = [0; 16];
        for (byte, hashed) in id.iter_mut().zip(Sha256::digest(text)) {
            *byte = hashed;
        }
        Self(id)
    }

    /// Reads the 32 hex digits that [`fmt::Display`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        let mut id = [0; 16];
        if text.len() != 32
            || !text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        {
            return None;
        }
        for (place, byte) in id.iter_mut().enumerate() {
            *byte = u8::from_str_radix(text.get(place * 2..place * 2 + 2)?, 16).ok()?;
        }
        Some(Self(id))
    }

    /// The drawer of the ledger that the row lies in.
    pub fn shard(&self) -> Shard {
        Shard::of_hash(&self.0)
    }

    /// The bytes, from which a mail's boundary and other generated strings derive.
    pub fn bytes(&self) -> [u8; 16] {
        self.0
    }
}

impl fmt::Display for SendId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// How far one planned mail is. What became of it at a recipient is an outcome, not a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum SendState {
    /// It must be sent.
    Planned,
    /// A worker holds it and may be calling the mail service.
    Claimed,
    /// The mail service took it.
    Accepted,
    /// The mail service may have taken it.
    Unknown,
    /// The mail service refused it for good.
    Rejected,
    /// Nothing was missing any more.
    Skipped,
    /// Nobody could be mailed: it goes on the post list.
    Post,
    /// Whether it was taken was never found out, and it is not sent again.
    Unresolved,
}

impl SendState {
    /// Every state, in the order of the glossary.
    pub const ALL: [Self; 8] = [
        Self::Planned,
        Self::Claimed,
        Self::Accepted,
        Self::Unknown,
        Self::Rejected,
        Self::Skipped,
        Self::Post,
        Self::Unresolved,
    ];

    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "PLANNED",
            Self::Claimed => "CLAIMED",
            Self::Accepted => "ACCEPTED",
            Self::Unknown => "UNKNOWN",
            Self::Rejected => "REJECTED",
            Self::Skipped => "SKIPPED",
            Self::Post => "POST",
            Self::Unresolved => "UNRESOLVED",
        }
    }

    /// Whether the wave need not wait for it. Evidence that it was sent may still come.
    pub fn is_final(self) -> bool {
        match self {
            Self::Accepted | Self::Rejected | Self::Skipped | Self::Post | Self::Unresolved => true,
            Self::Planned | Self::Claimed | Self::Unknown => false,
        }
    }
}

/// How many sends of a wave are in which state.
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
}

impl Tally {
    /// Counts one more row in `state`.
    pub fn count(&mut self, state: SendState) {
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

#[cfg(test)]
mod tests;
