//! Sixty-four drawers: how much of the data one step looks at, and where a thing lies.

use std::fmt;

use sha2::{Digest as _, Sha256};

use crate::account::CustomerNumber;

/// A drawer of the roster, of open items and of sends: the first byte of a hash, cut to six bits.
///
/// Its text is two lower-case hex digits, `00` to `3f`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shard(u8);

impl Shard {
    /// How many there are.
    pub const COUNT: u8 = 64;

    /// Every drawer, ascending.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..Self::COUNT).map(Self)
    }

    /// Where everything of an account lies.
    pub fn of_account(account: &CustomerNumber) -> Self {
        Self::of_hash(&Sha256::digest(account.as_str()))
    }

    /// The drawer of a hash.
    pub(crate) fn of_hash(hash: &[u8]) -> Self {
        Self(hash.first().copied().unwrap_or_default() & (Self::COUNT - 1))
    }

    /// Reads the two hex digits that [`fmt::Display`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        let shard = u8::from_str_radix(text, 16).ok()?;
        (shard < Self::COUNT && Self(shard).to_string() == text).then_some(Self(shard))
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02x}", self.0)
    }
}
