//! The JSON of a case, read member by member: what is wrong is noted with its place, and reading
//! goes on.

use std::borrow::Cow;
use std::fmt;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Deserializer as _;
use serde::de::{DeserializeOwned, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::refusal::{Cause, Found};
use crate::money::Money;

/// The longest decimal number: 28 digits, a point and a sign.
const LONGEST_NUMBER: usize = 30;

/// A value and the place where it stands.
#[derive(Clone, Debug)]
pub(super) struct Node<'a> {
    text: &'a str,
    at: String,
    found: &'a Found,
}

impl<'a> Node<'a> {
    /// The whole of a case.
    pub(super) fn whole(case: &'a [u8], found: &'a Found) -> Option<Self> {
        let raw = serde_json::from_slice::<&RawValue>(case).ok();
        if raw.is_none() {
            found.note(Cause::BadJson, "");
        }
        Some(Self { text: raw?.get(), at: String::new(), found })
    }

    /// Where it stands.
    pub(super) fn at(&self) -> &str {
        &self.at
    }

    /// Notes what is wrong with it.
    pub(super) fn note(&self, code: Cause) {
        self.found.note(code, &*self.at);
    }

    /// `value`, or what is wrong without it.
    fn or<T>(&self, code: Cause, value: Option<T>) -> Option<T> {
        if value.is_none() {
            self.note(code);
        }
        value
    }

    fn json<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_str(self.text).ok()
    }

    /// Its members.
    pub(super) fn object(&self) -> Option<Object<'a>> {
        let members = self
            .text
            .starts_with('{')
            .then(|| serde_json::Deserializer::from_str(self.text).deserialize_map(Members).ok());
        let members = self.or(Cause::BadShape, members.flatten())?;
        let object = Object { at: self.at.clone(), asked: Vec::new(), members, found: self.found };
        for (place, (name, _)) in object.members.iter().enumerate() {
            if object.members.iter().take(place).any(|(before, _)| before == name) {
                self.found.note(Cause::BadShape, object.place_of(name));
            }
        }
        Some(object)
    }

    /// Its elements, each at its place from 0.
    pub(super) fn list(&self) -> Option<Vec<Self>> {
        let elements = serde_json::from_str::<Vec<&'a RawValue>>(self.text).ok();
        let elements = self.or(Cause::BadShape, elements)?;
        let nodes = elements.into_iter().enumerate().map(|(place, raw)| Self {
            text: raw.get(),
            at: format!("{}.{place}", self.at),
            found: self.found,
        });
        Some(nodes.collect())
    }

    /// Whether it is a text.
    pub(super) fn is_text(&self) -> bool {
        self.text.starts_with('"')
    }

    pub(super) fn text(&self) -> Option<String> {
        self.or(Cause::BadShape, self.json())
    }

    pub(super) fn boolean(&self) -> Option<bool> {
        self.or(Cause::BadShape, self.json())
    }

    /// A whole number that is no text.
    pub(super) fn integer(&self) -> Option<i64> {
        let digits = self.text.strip_prefix('-').unwrap_or(self.text);
        if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return self.or(Cause::Number, self.text.parse().ok());
        }
        self.or(Cause::BadShape, None)
    }

    /// A whole number from `least` to `most`.
    pub(super) fn between<T: TryFrom<i64>>(&self, least: i64, most: i64) -> Option<T> {
        let number = self.integer()?;
        let inside = (least..=most).contains(&number).then(|| T::try_from(number).ok());
        self.or(Cause::Number, inside.flatten())
    }

    /// Cents.
    pub(super) fn money(&self) -> Option<Money> {
        self.integer().map(Money::from_cents)
    }

    /// A civil day, `2026-11-30`.
    pub(super) fn day(&self) -> Option<NaiveDate> {
        let text = self.text()?;
        let shaped = text.len() == 10
            && text.bytes().enumerate().all(|(place, byte)| match place {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        self.or(Cause::Date, shaped.then(|| text.parse().ok()).flatten())
    }

    /// A number written as a text.
    pub(super) fn decimal(&self) -> Option<Decimal> {
        let text = self.text()?;
        self.or(Cause::Number, decimal(&text))
    }

    /// One word of a closed list.
    pub(super) fn word<T: DeserializeOwned>(&self, unknown: Cause) -> Option<T> {
        self.text()?;
        self.or(unknown, self.json())
    }
}

/// A decimal number without exponent, plus or leading zeros.
fn decimal(text: &str) -> Option<Decimal> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = match digits.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (digits, None),
    };
    let all = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let plain = all(whole) && fraction.is_none_or(all) && (whole == "0" || !whole.starts_with('0'));
    let short = text.len() <= LONGEST_NUMBER;
    (plain && short).then(|| Decimal::from_str_exact(text).ok()).flatten()
}

/// The members of an object, each of which is asked for.
#[derive(Debug)]
pub(super) struct Object<'a> {
    at: String,
    asked: Vec<&'static str>,
    members: Vec<(Cow<'a, str>, &'a RawValue)>,
    found: &'a Found,
}

impl<'a> Object<'a> {
    /// Where it stands.
    pub(super) fn at(&self) -> &str {
        &self.at
    }

    /// Gives it the place `at`, once its name is known.
    pub(super) fn named(&mut self, at: String) {
        self.at = at;
    }

    /// Notes what is wrong with it, or below it.
    pub(super) fn note(&self, code: Cause, below: &str) {
        self.found.note(code, self.place_of(below));
    }

    /// The place of the member `name`; of the object itself without a name.
    fn place_of(&self, name: &str) -> String {
        match (self.at.as_str(), name) {
            ("", name) => name.to_owned(),
            (at, "") => at.to_owned(),
            (at, name) => format!("{at}.{name}"),
        }
    }

    /// The member `name`; absent and `null` are the same.
    pub(super) fn optional(&mut self, name: &'static str) -> Option<Node<'a>> {
        self.asked.push(name);
        let (_, raw) = self.members.iter().find(|(member, _)| member == name)?;
        let text = raw.get();
        (text != "null").then(|| Node { text, at: self.place_of(name), found: self.found })
    }

    /// Whether the member `name` is there, be it `null`.
    pub(super) fn has(&self, name: &str) -> bool {
        self.members.iter().any(|(member, _)| member == name)
    }

    /// The member `name`, which must be there.
    pub(super) fn required(&mut self, name: &'static str) -> Option<Node<'a>> {
        let node = self.optional(name);
        if node.is_none() {
            self.note(Cause::BadShape, name);
        }
        node
    }

    pub(super) fn text(&mut self, name: &'static str) -> Option<String> {
        self.required(name)?.text()
    }

    /// Every member by its name, for an object that has no names of its own.
    pub(super) fn each(&self) -> impl Iterator<Item = (&str, Node<'a>)> {
        self.members.iter().map(|(name, raw)| {
            (&**name, Node { text: raw.get(), at: self.place_of(name), found: self.found })
        })
    }

    /// Refuses what nobody asked for.
    pub(super) fn end(self) {
        for (name, _) in &self.members {
            if !self.asked.iter().any(|asked| asked == name) {
                self.note(Cause::BadShape, name);
            }
        }
    }
}

#[expect(
    clippy::option_option,
    reason = "absent is not wrong: one `?` stops at the wrong, the value left may be absent"
)]
/// What an optional member holds: `Some(None)` where it is absent, `None` where it is wrong.
pub(super) fn maybe<'a, T>(
    node: Option<Node<'a>>,
    read: impl FnOnce(Node<'a>) -> Option<T>,
) -> Option<Option<T>> {
    node.map_or(Some(None), |node| read(node).map(Some))
}

/// What each element is; `None` when one is wrong, after all were read.
pub(super) fn each<'a, T>(
    nodes: Vec<Node<'a>>,
    read: impl FnMut(Node<'a>) -> Option<T>,
) -> Option<Vec<T>> {
    let read: Vec<Option<T>> = nodes.into_iter().map(read).collect();
    read.into_iter().collect()
}

/// Collects the members of an object as they stand, doubled ones too.
struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Vec<(Cow<'de, str>, &'de RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
        let mut members = Vec::new();
        while let Some(Name(name)) = map.next_key()? {
            members.push((name, map.next_value()?));
        }
        Ok(members)
    }
}

/// A name, borrowed where nothing in it is escaped.
#[derive(serde::Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);
