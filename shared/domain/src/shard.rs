//! Drawers: how much of the data one step looks at, and where a thing lies.

use std::fmt;

use sha2::{Digest as _, Sha256};

use crate::account::CustomerNumber;
use crate::sending::SendId;

/// A drawer of the roster, of open items or of sends: the first byte of a hash, cut to as many bits
/// as there are drawers.
///
/// Its text is two lower-case hex digits, `00` to at most `ff`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shard(u8);

impl Shard {
    /// Reads the two hex digits that [`fmt::Display`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        let shard = u8::from_str_radix(text, 16).ok()?;
        (Self(shard).to_string() == text).then_some(Self(shard))
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02x}", self.0)
    }
}

/// Into how many drawers a deployment divides its accounts and its sends: a power of two.
///
/// More drawers take more writes a second; every step looks into each of them once, so a small
/// utility has fewer. It is chosen before the first import and stays.
///
/// **Source.** `docs/decisions/0011-how-many-drawers.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Drawers {
    /// The highest drawer, which is the mask of a hash as well.
    last: u8,
}

impl Drawers {
    /// What a deployment gets that chooses nothing.
    pub const USUAL: Self = Self { last: 63 };

    /// What is enough for some ten thousand addresses.
    pub const FEW: Self = Self { last: 3 };

    /// So many drawers; `None` unless it is a power of two from 1 to 256.
    pub fn new(count: u16) -> Option<Self> {
        let last = u8::try_from(count.checked_sub(1)?).ok()?;
        count.is_power_of_two().then_some(Self { last })
    }

    /// What the mails of one hour are divided into: never more than eight.
    #[must_use]
    pub fn of_an_hour(self) -> Self {
        Self { last: self.last.min(7) }
    }

    /// How many there are.
    pub fn count(self) -> u16 {
        u16::from(self.last) + 1
    }

    /// Every drawer, ascending.
    pub fn all(self) -> impl Iterator<Item = Shard> {
        (0..=self.last).map(Shard)
    }

    /// Where everything of an account lies.
    pub fn of_account(self, account: &CustomerNumber) -> Shard {
        self.of_hash(&Sha256::digest(account.as_str()))
    }

    /// Where the row of a send lies.
    pub fn of_send(self, send: SendId) -> Shard {
        self.of_hash(&send.bytes())
    }

    fn of_hash(self, hash: &[u8]) -> Shard {
        Shard(hash.first().copied().unwrap_or_default() & self.last)
    }
}
