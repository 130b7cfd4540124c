//! The signed part of a link: 30 bytes, always forty characters.
//!
//! | bytes | what |
//! |---|---|
//! | 0..16 | tag |
//! | 16..24 | subject |
//! | 24..26 | campaign |
//! | 26..28 | generation |
//! | 28 | key id |
//! | 29 | link type |
//!
//! Numbers are big-endian. 30 is a multiple of 3, so base64 leaves no spare bits: a token has
//! exactly one spelling.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use crate::{
    grant::Fields,
    tag::{Prepared, Tag},
};

/// The signed part of a link.
///
/// Who has it may use it, so it prints as stars, cannot be compared, and is seen only by
/// [`Token::reveal`].
pub struct Token([u8; Token::CHARACTERS]);

impl Token {
    /// The length of every token.
    pub const CHARACTERS: usize = 40;

    /// Its length before it is written as text.
    pub(crate) const BYTES: usize = Tag::BYTES + Fields::BYTES;

    /// Signs `fields`.
    pub(crate) fn sign(fields: &Fields, key: &Prepared) -> Self {
        let body = fields.to_bytes();
        let mut raw = [0; Self::BYTES];
        let (tag_part, body_part) = raw.split_at_mut(Tag::BYTES);
        tag_part.copy_from_slice(key.tag(&body).as_bytes());
        body_part.copy_from_slice(&body);
        let mut text = [0; Self::CHARACTERS];
        let written = URL_SAFE_NO_PAD.encode_slice(raw, &mut text);
        debug_assert_eq!(written, Ok(Self::CHARACTERS));
        Self(text)
    }

    /// The forty characters, for the one place that may hold them: a mail that is being rendered
    /// (or, of a session, the cookie that is being set).
    pub fn reveal(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default() // base64 is ASCII
    }

    /// What may be logged of it.
    pub fn tokref(&self) -> TokRef {
        TokRef::of(self.reveal())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// What a log may say of a token: the first 8 hex digits of its SHA-256.
///
/// Enough to find the lines about one link, useless to open it.
///
/// ```
/// use links::token::TokRef;
///
/// assert_eq!(TokRef::of("_BE_BLiOkK54AiBbCwXNXwEjRWeJq83vB-oAAQcR").to_string(), "5f83df7c");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokRef([u8; 4]);

impl TokRef {
    /// The reference of `token`, minted or not.
    pub fn of(token: &str) -> Self {
        let hash: [u8; 32] = Sha256::digest(token).into();
        let [first, second, third, fourth, ..] = hash;
        Self([first, second, third, fourth])
    }
}

impl fmt::Display for TokRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", u32::from_be_bytes(self.0))
    }
}

impl fmt::Debug for TokRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Takes a text apart into its tag and what the tag is of, when it has a token's shape.
///
/// **Shape.** Exactly forty characters of base64url: no padding, no `+` or `/`, no white space.
pub(crate) fn decode(text: &str) -> Option<(Tag, [u8; Fields::BYTES])> {
    if text.len() != Token::CHARACTERS {
        return None;
    }
    let mut raw = [0; Token::BYTES];
    let written = URL_SAFE_NO_PAD.decode_slice(text, &mut raw).ok()?;
    if written != Token::BYTES {
        return None;
    }
    Some((Tag::claimed(*raw.first_chunk()?), *raw.last_chunk()?))
}

#[cfg(test)]
mod tests;
