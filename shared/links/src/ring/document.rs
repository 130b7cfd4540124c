//! The ring as the secret that is stored: one JSON document, whole or not at all.
//!
//! ```json
//! {"version": 1, "keys": [
//!   {"id": 1, "state": "retired", "published": "2026-01-05T02:30:00.000Z",
//!    "activated": "2026-01-06T02:30:00.000Z", "retired": "2026-11-22T02:30:00.000Z"},
//!   {"id": 2, "state": "active", "secret": "<base64 of 32 bytes>",
//!    "published": "2026-04-06T02:30:00.000Z", "activated": "2026-04-07T02:30:00.000Z"}
//! ]}
//! ```

mod error;

pub use error::KeyRingError;

use std::fmt::Write as _;

use chrono::{DateTime, SecondsFormat, SubsecRound, Utc};
use serde::{Deserialize, Deserializer};
use zeroize::Zeroizing;

use super::{ActiveKey, KeyRing, OtherKey, OtherState, Secret};
use crate::{
    key::{KeyId, Master},
    object::Object,
};

/// The version of the document that this release reads and writes.
const VERSION: u64 = 1;

/// More than one key is ever printed in.
const CHARACTERS_PER_KEY: usize = 256;

impl KeyRing {
    /// Reads the stored document.
    ///
    /// **Shape.** JSON: `version` 1 and `keys`, each with `id` (1 to 255), `state`, `secret`
    /// (base64 of 32 bytes; none when retired), `published`, `activated`, `retired` (UTC, RFC
    /// 3339). What does not apply may be absent or `null`; other members are refused.
    /// **Errors.** [`KeyRingError`] names the first rule that is broken, and never a secret. The
    /// caller keeps the ring that it has; a cold start has none and fails.
    ///
    /// ```
    /// use links::ring::KeyRing;
    /// use links::ring::document::KeyRingError;
    ///
    /// let text = r#"{"version":1,"keys":[{"id":7,"state":"active",
    ///     "secret":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    ///     "published":"2026-10-01T01:30:00Z","activated":"2026-10-02T01:30:00Z"}]}"#;
    /// assert_eq!(KeyRing::parse(text).unwrap().active_id().get(), 7);
    ///
    /// let public = text.replace(r#""id":7"#, r#""id":0"#);
    /// assert_eq!(KeyRing::parse(&public).unwrap_err(), KeyRingError::LocalKey);
    /// ```
    pub fn parse(document: &str) -> Result<Self, KeyRingError> {
        let Object(Versioned { version }) = serde_json::from_str(document)?;
        if version != VERSION {
            return Err(KeyRingError::Version { version });
        }
        let Object(document) = serde_json::from_str::<Object<Document>>(document)?;
        let mut others = Vec::new();
        let mut active = None;
        for Object(written) in document.keys {
            match written.key()? {
                ParsedKey::Other(key) => others.push(key),
                ParsedKey::Active(key) => {
                    if let Some(ActiveKey { id, .. }) = active.replace(key) {
                        return Err(KeyRingError::SeveralActive { id });
                    }
                }
            }
        }
        let active = active.ok_or(KeyRingError::NoneActive)?;
        others.sort_by_key(|key| key.id);
        let ring = Self { active, others };
        ring.check_unlike()?;
        Ok(ring)
    }

    /// Refuses two keys of one id, two of one secret, and the secret that everybody knows.
    fn check_unlike(&self) -> Result<(), KeyRingError> {
        let keys = self.keys();
        let mut neighbours = keys.iter().zip(keys.iter().skip(1));
        if let Some((key, _)) = neighbours.find(|(key, next)| key.id == next.id) {
            return Err(KeyRingError::SameId { id: key.id });
        }
        let mut seen: Vec<(KeyId, &Master)> = Vec::new();
        for key in keys {
            let Some(Secret { master, .. }) = self.secret(key.id) else { continue };
            if master.is_same(&Master::local()) {
                return Err(KeyRingError::PublicSecret { id: key.id });
            }
            if let Some((id, _)) = seen.iter().find(|(_, other)| other.is_same(master)) {
                return Err(KeyRingError::SameSecret { id: *id, other: key.id });
            }
            seen.push((key.id, master));
        }
        Ok(())
    }

    /// Writes the document that [`KeyRing::parse`] reads, for the one function that may store it.
    ///
    /// **Shape.** Keys ascending by id, one a line; times with milliseconds. The text is
    /// overwritten when it is dropped.
    pub fn print(&self) -> Zeroizing<String> {
        let keys = self.keys();
        let capacity = keys.len().saturating_add(1).saturating_mul(CHARACTERS_PER_KEY);
        let mut text = Zeroizing::new(String::with_capacity(capacity));
        text.push_str(r#"{"version":1,"keys":["#);
        for (nth, key) in keys.iter().enumerate() {
            text.push_str(if nth == 0 { "\n" } else { ",\n" });
            // writing to a string cannot fail
            write!(text, r#"{{"id":{},"state":"{}","secret":"#, key.id, key.state).unwrap_or(());
            match self.secret(key.id) {
                Some(Secret { master, .. }) => {
                    text.push('"');
                    master.write_base64(&mut text);
                    text.push('"');
                }
                None => text.push_str("null"),
            }
            print_time(&mut text, "published", Some(key.published));
            print_time(&mut text, "activated", key.activated);
            print_time(&mut text, "retired", key.retired);
            text.push('}');
        }
        text.push_str("\n]}\n");
        text
    }
}

/// Appends a time as one more member.
fn print_time(text: &mut String, name: &str, time: Option<DateTime<Utc>>) {
    let time = match time {
        Some(time) => format!(r#""{}""#, time.to_rfc3339_opts(SecondsFormat::Millis, true)),
        None => "null".to_owned(),
    };
    write!(text, r#","{name}":{time}"#).unwrap_or(()); // writing to a string cannot fail
}

/// What every version of the document has.
#[derive(Deserialize)]
struct Versioned {
    version: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(rename = "version")]
    _version: u64,
    keys: Vec<Object<WrittenKey>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenKey {
    id: u8,
    state: WrittenState,
    #[serde(default)]
    secret: Option<SecretText>,
    #[serde(default)]
    published: Option<Time>,
    #[serde(default)]
    activated: Option<Time>,
    #[serde(default)]
    retired: Option<Time>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum WrittenState {
    Published,
    Active,
    Retired,
}

/// The text of a secret, overwritten when it is dropped.
struct SecretText(Zeroizing<String>);

impl<'de> Deserialize<'de> for SecretText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(Zeroizing::new(text)))
    }
}

/// An instant in UTC, whole milliseconds.
#[derive(Clone, Copy)]
struct Time(DateTime<Utc>);

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let time = DateTime::parse_from_rfc3339(&text).ok().filter(|_| text.ends_with('Z'));
        let time = time.ok_or_else(|| serde::de::Error::custom("not an instant in UTC"))?;
        Ok(Self(time.to_utc().trunc_subsecs(3)))
    }
}

enum ParsedKey {
    Active(ActiveKey),
    Other(OtherKey),
}

impl WrittenKey {
    /// Checks the rules of one key.
    fn key(self) -> Result<ParsedKey, KeyRingError> {
        let id = KeyId::new(self.id);
        if id == KeyId::LOCAL {
            return Err(KeyRingError::LocalKey);
        }
        let published = required(self.published, id, "published")?;
        let activated = self.activated.map(|Time(time)| time);
        let retired = self.retired.map(|Time(time)| time);
        let times = [Some(published), activated, retired];
        if !times.into_iter().flatten().is_sorted() {
            return Err(KeyRingError::TimeOrder { id });
        }
        if matches!(self.state, WrittenState::Retired) {
            if self.secret.is_some() {
                return Err(KeyRingError::RetiredSecret { id });
            }
            let retired = required(self.retired, id, "retired")?;
            let state = OtherState::Retired { activated, retired };
            return Ok(ParsedKey::Other(OtherKey { id, published, state }));
        }
        if retired.is_some() {
            return Err(KeyRingError::NotRetired { id });
        }
        let SecretText(text) = self.secret.ok_or(KeyRingError::NoSecret { id })?;
        let secret = Master::from_base64(&text).ok_or(KeyRingError::Secret { id })?;
        let secret = Secret::new(secret);
        Ok(match self.state {
            WrittenState::Active => {
                let activated = required(self.activated, id, "activated")?;
                ParsedKey::Active(ActiveKey { id, published, activated, secret })
            }
            WrittenState::Published | WrittenState::Retired => {
                let state = OtherState::Published { secret, activated };
                ParsedKey::Other(OtherKey { id, published, state })
            }
        })
    }
}

/// A time that the state of a key demands.
fn required(
    time: Option<Time>,
    id: KeyId,
    name: &'static str,
) -> Result<DateTime<Utc>, KeyRingError> {
    time.map(|Time(time)| time).ok_or(KeyRingError::NoTime { id, name })
}

#[cfg(test)]
mod tests;
