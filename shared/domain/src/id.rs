//! Numbers that name a thing and carry nothing else.

use std::fmt;
use std::num::{NonZeroU16, NonZeroU64};

use serde::{Deserialize, Serialize};

/// *Opnameronde*: the number of a yearly asking for readings, 1 to 65,535, never reused.
///
/// It is signed into every link of the campaign, so a link of last year cannot answer for this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CampaignNumber(NonZeroU16);

impl CampaignNumber {
    /// The campaign `number`, or `None` for 0, which in a link means "of no campaign".
    pub fn new(number: u16) -> Option<Self> {
        NonZeroU16::new(number).map(Self)
    }

    /// The number, as it stands in keys and links.
    pub fn get(self) -> u16 {
        self.0.get()
    }

    /// The campaign of the year before; nothing before the first number.
    pub fn before(self) -> Option<Self> {
        self.get().checked_sub(1).and_then(Self::new)
    }

    /// The campaign of the year after; nothing after the last number.
    pub fn after(self) -> Option<Self> {
        self.get().checked_add(1).and_then(Self::new)
    }
}

impl fmt::Display for CampaignNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Opaque number of what a link is about: allotted once, stored, unrelated to any customer number.
///
/// 0 is never allotted. Its text is 16 lower-case hex digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject(NonZeroU64);

impl Subject {
    /// The subject `number`, or `None` for 0.
    pub fn new(number: u64) -> Option<Self> {
        NonZeroU64::new(number).map(Self)
    }

    /// The number, as it is signed into a link.
    pub fn get(self) -> u64 {
        self.0.get()
    }

    /// Reads the 16 lower-case hex digits that [`fmt::Display`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        if text.len() != 16 || !digits {
            return None;
        }
        u64::from_str_radix(text, 16).ok().and_then(Self::new)
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// A subject opens nothing without its tag, but it joins log lines to an address: it stays blind.
impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Subject(***)")
    }
}

/// Raised to revoke all earlier links of a subject; a link's must equal the stored one. From 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Generation(NonZeroU16);

impl Generation {
    /// What a subject has when it is allotted.
    pub const FIRST: Self = Self(NonZeroU16::MIN);

    /// The generation `number`, or `None` for 0.
    pub fn new(number: u16) -> Option<Self> {
        NonZeroU16::new(number).map(Self)
    }

    /// The number, as it is signed into a link.
    pub fn get(self) -> u16 {
        self.0.get()
    }

    /// The one after this, or `None` at the end: then a new subject is allotted, it never wraps.
    pub fn next(self) -> Option<Self> {
        self.0.checked_add(1).map(Self)
    }
}

/// *Versie*: how many times a request was answered; a form names the one that it was shown.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Revision(u32);

impl Revision {
    /// The revision `number`; 0 is a request that nobody answered.
    pub fn new(number: u32) -> Self {
        Self(number)
    }

    /// The number, as it stands in a form and in the table.
    pub fn get(self) -> u32 {
        self.0
    }

    /// The revision after one more answer.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}
