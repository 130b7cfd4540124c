//! Minting and reading by lines of JSON, for whoever checks this crate against another program.
//!
//! A line brings its own ring and nothing is kept between two of them. Unlike the rest of the
//! crate this takes every number that fits its field, 0 and unknown campaigns included: it is
//! about bytes, not about what is ever mailed.

use std::{borrow::Cow, fmt};

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::json;

use crate::{
    grant::Fields,
    key::Master,
    link_type::LinkType,
    object::Object,
    tag::Prepared,
    token::{Token, decode},
};

/// What is answered to a line that does not say what to do.
const BAD_LINE: &str = r#"{"error":"bad-line"}"#;

/// What is answered to a token that opens nothing.
const NOT_VALID: &str = r#"{"error":"not-valid"}"#;

/// Mints the token that one line asks for.
///
/// **Shape.** `line` is one JSON object without its line end: `master` maps key ids to 64 hex
/// digits, `active` names the one that signs; `type`, `subject` (16 hex digits), `campaign` and
/// `generation` are signed. Other members are ignored.
/// **Errors.** None: what is not such an object is answered `{"error":"bad-line"}`.
///
/// ```
/// let line = br#"{"master":{"7":"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"},
///     "active":7,"type":"submit","subject":"0123456789abcdef","campaign":2026,"generation":1}"#;
/// let answer = r#"{"token":"_BE_BLiOkK54AiBbCwXNXwEjRWeJq83vB-oAAQcR"}"#;
/// assert_eq!(links::lines::mint(line), answer);
/// ```
pub fn mint(line: &[u8]) -> String {
    minted(line).unwrap_or_else(|| BAD_LINE.to_owned())
}

/// Reads the token of one line, of any link type.
///
/// **Shape.** `line` is one JSON object without its line end: `master` as in [`mint`], `token`.
/// **Errors.** None: what is not such an object is answered `{"error":"bad-line"}`, a token that
/// the masters did not sign `{"error":"not-valid"}`.
///
/// ```
/// let line = br#"{"master":{"7":"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"},
///     "token":"_BE_BLiOkK54AiBbCwXNXwEjRWeJq83vB-oAAQcR"}"#;
/// let answer =
///     r#"{"type":"submit","subject":"0123456789abcdef","campaign":2026,"generation":1,"key":7}"#;
/// assert_eq!(links::lines::read(line), answer);
/// ```
pub fn read(line: &[u8]) -> String {
    let Some(asked) = parse::<ReadLine<'_>>(line) else { return BAD_LINE.to_owned() };
    opened(&asked).unwrap_or_else(|| NOT_VALID.to_owned())
}

/// One line for [`mint`].
#[derive(serde::Deserialize)]
struct MintLine<'a> {
    master: Masters,
    active: u8,
    #[serde(borrow, rename = "type")]
    link_type: Cow<'a, str>,
    #[serde(borrow)]
    subject: Cow<'a, str>,
    campaign: u16,
    generation: u16,
}

/// One line for [`read`].
#[derive(serde::Deserialize)]
struct ReadLine<'a> {
    master: Masters,
    #[serde(borrow)]
    token: Cow<'a, str>,
}

/// The ring of a line: masters by key id.
struct Masters(Vec<(u8, Master)>);

impl Masters {
    /// The key of `link_type` under the master `key_id`, if the line brought it.
    fn key(&self, key_id: u8, link_type: LinkType) -> Option<Prepared> {
        let (_, master) = self.0.iter().find(|(id, _)| *id == key_id)?;
        Some(Prepared::derive(master.as_bytes(), link_type))
    }
}

/// The object of a line, if it is one, in UTF-8 to its end.
fn parse<'a, T: Deserialize<'a>>(line: &'a [u8]) -> Option<T> {
    let line = std::str::from_utf8(line).ok()?;
    serde_json::from_str(line).ok().map(|Object(asked)| asked)
}

/// The answer to a line of [`mint`], if it is one.
fn minted(line: &[u8]) -> Option<String> {
    let asked = parse::<MintLine<'_>>(line)?;
    let link_type = LinkType::parse(&asked.link_type)?;
    let fields = Fields {
        subject: parse_subject(&asked.subject)?,
        campaign: asked.campaign,
        generation: asked.generation,
        key_id: asked.active,
        type_byte: link_type.byte(),
    };
    let token = Token::sign(&fields, &asked.master.key(asked.active, link_type)?);
    Some(json!({ "token": token.reveal() }).to_string())
}

/// The answer to a line of [`read`], if its token was signed by one of its masters.
fn opened(asked: &ReadLine<'_>) -> Option<String> {
    let (tag, body) = decode(&asked.token)?;
    let fields = Fields::from_bytes(body);
    let link_type = LinkType::from_byte(fields.type_byte)?;
    if !asked.master.key(fields.key_id, link_type)?.verify(&body, &tag) {
        return None;
    }
    let Fields { subject, campaign, generation, key_id, type_byte: _ } = fields;
    Some(format!(
        r#"{{"type":"{link_type}","subject":"{subject:016x}","campaign":{campaign},"generation":{generation},"key":{key_id}}}"#
    ))
}

/// Reads 16 hex digits. Unlike a stored subject it may be 0, and its letters upper case.
fn parse_subject(text: &str) -> Option<u64> {
    let hex = text.len() == 16 && text.bytes().all(|c| c.is_ascii_hexdigit());
    if hex { u64::from_str_radix(text, 16).ok() } else { None }
}

impl<'de> Deserialize<'de> for Masters {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MastersVisitor)
    }
}

struct MastersVisitor;

impl<'de> Visitor<'de> for MastersVisitor {
    type Value = Masters;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("masters by key id")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Masters, A::Error> {
        let mut masters = Vec::new();
        while let Some((id, master)) = map.next_entry::<Text<'de>, Text<'de>>()? {
            let id = parse_key_id(&id.0).ok_or_else(|| A::Error::custom("not a key id"))?;
            let master = Master::from_hex(&master.0).ok_or_else(|| A::Error::custom("not hex"))?;
            if masters.iter().any(|(known, _)| *known == id) {
                return Err(A::Error::custom("key id twice"));
            }
            masters.push((id, master));
        }
        Ok(Masters(masters))
    }
}

/// Text that is borrowed from the line unless it was written with escapes.
#[derive(serde::Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

/// Reads 0 to 255 in its only spelling.
fn parse_key_id(text: &str) -> Option<u8> {
    let id = text.parse::<u8>().ok()?;
    (id.to_string() == text).then_some(id)
}

#[cfg(test)]
mod tests;
