//! The ledger of mails: what a planned mail is called, and which states it goes through.
//!
//! [`scope`] says what it belongs to, [`outcome`] what events prove about it, [`resolve`] what is
//! done about one that lies where it is, [`tally`] when all of them add up.

use std::fmt;

use chrono::{Months, NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::account::CustomerNumber;
use crate::connection::ConnectionNumber;
use crate::invoice::InvoiceNumber;

pub mod outcome;
pub mod resolve;
pub mod scope;
pub mod tally;

pub use outcome::{Evidence, Outcome, Outcomes, Proof};
pub use scope::{Group, Hour, InDoubt, Scope};
pub use tally::Tally;

/// *Deel*: one of the mails into which an account's languages and size divide a scope; from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Part(u16);

impl Part {
    /// The part that is planned for every account.
    pub const FIRST: Self = Self(1);
    /// What stands on the post list because the last recipient refused a mail that was sent.
    pub const POST: Self = Self(90);
    const FIRST_HASHED: u16 = 100;
    /// So many languages are in a row behind a hashed part.
    const LANGUAGES: u16 = 4;

    /// The first part of what a joiner is sent about `connections`, before it is known whether
    /// another part has its number; a language is another part ([`Part::in_language`]).
    pub fn joined(connections: &[ConnectionNumber]) -> Self {
        let mut digest = Sha256::new();
        for connection in connections {
            digest.update(connection.as_str());
            digest.update("\n");
        }
        Self::hashed(digest)
    }

    /// The first part of the mail with the invoice `number`, before it is known whether another
    /// invoice of the account has its number; a language is another part ([`Part::in_language`]).
    pub fn of_invoice(number: &InvoiceNumber) -> Self {
        Self::hashed(Sha256::new().chain_update(number.as_str()))
    }

    fn hashed(digest: Sha256) -> Self {
        let [first, second, ..] = <[u8; 32]>::from(digest.finalize());
        let row = u16::from_be_bytes([first, second]) & 0x1fff;
        Self(Self::FIRST_HASHED + row * Self::LANGUAGES)
    }

    /// The part that stands for the same in the `place`-th of at most four languages, from 0.
    #[must_use]
    pub fn in_language(self, place: u16) -> Self {
        Self(self.0.saturating_add(place.min(Self::LANGUAGES - 1)))
    }

    /// The part that stands for the same in the first language.
    #[must_use]
    pub fn in_first_language(self) -> Self {
        Self(self.0 - self.0.rem_euclid(Self::LANGUAGES).min(self.0 - 1))
    }

    /// The next part to try when this one is about something else.
    #[must_use]
    pub fn probed(self) -> Self {
        Self(self.0.checked_add(Self::LANGUAGES).unwrap_or(Self::FIRST_HASHED))
    }

    /// Whether it is one of the parts that the first one divides an account's mail into.
    pub fn is_behind_first(self) -> bool {
        self > Self::FIRST && self < Self::POST
    }

    /// The receipts of the `quarter`-th quarter of an hour, from 0.
    pub fn of_quarter(quarter: u16) -> Self {
        Self(quarter.min(3) + 1)
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

/// Until when the row of a mail is kept, in seconds since 1970: 13 months after `last`, the day on
/// which everything that it belongs to is over.
pub fn kept_until(last: NaiveDate) -> i64 {
    let day = last.checked_add_months(Months::new(13)).unwrap_or(last);
    day.and_time(NaiveTime::MIN).and_utc().timestamp()
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

#[cfg(test)]
mod tests;
