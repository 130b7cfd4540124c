//! The values inside a line: JSON that was read once, cut without reading it again.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// A value as it was written. It is known to be JSON, so quotes and brackets alone say where the
/// values inside it end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Json<'a>(&'a str);

impl<'de: 'a, 'a> Deserialize<'de> for Json<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <&RawValue>::deserialize(deserializer).map(|raw| Self(raw.get()))
    }
}

impl<'a> Json<'a> {
    /// As it was written, without space around it.
    pub(crate) fn written(self) -> &'a str {
        self.0
    }

    /// Whether it stands for nothing.
    pub(crate) fn is_null(self) -> bool {
        self.0 == "null"
    }

    /// What the text says; nothing where it is no text.
    pub(crate) fn text(self) -> Option<Cow<'a, str>> {
        let text = self.0.strip_prefix('"')?.strip_suffix('"')?;
        if text.contains('\\') {
            return serde_json::from_str(self.0).ok().map(Cow::Owned);
        }
        Some(Cow::Borrowed(text))
    }

    /// The inside of a list; nothing where it is none.
    pub(super) fn list(self) -> Option<Cursor<'a>> {
        self.0.strip_prefix('[').map(|rest| Cursor { length: self.0.len(), rest })
    }

    /// The inside of an object; nothing where it is none.
    pub(super) fn object(self) -> Option<Cursor<'a>> {
        self.0.strip_prefix('{').map(|rest| Cursor { length: self.0.len(), rest })
    }
}

/// A place in a list or an object, from its opening bracket on.
pub(super) struct Cursor<'a> {
    length: usize,
    rest: &'a str,
}

impl<'a> Cursor<'a> {
    /// Whether a value follows. Where none does, the list or object is left.
    pub(super) fn goes_on(&mut self) -> bool {
        self.rest = self.rest.trim_ascii_start();
        match self.rest.as_bytes().first() {
            None => false,
            Some(b']' | b'}') => {
                self.skip(1);
                false
            }
            Some(b',') => {
                self.skip(1);
                true
            }
            Some(_) => true,
        }
    }

    /// Whether an object follows, which is gone into.
    pub(super) fn enters_object(&mut self) -> bool {
        self.rest = self.rest.trim_ascii_start();
        let enters = self.rest.starts_with('{');
        if enters {
            self.skip(1);
        }
        enters
    }

    /// The name of the next member.
    pub(super) fn name(&mut self) -> Option<Cow<'a, str>> {
        self.value().text()
    }

    /// The next value, or that of the member whose name was taken.
    pub(super) fn value(&mut self) -> Json<'a> {
        self.rest = self.rest.trim_ascii_start();
        if self.rest.starts_with(':') {
            self.skip(1);
            self.rest = self.rest.trim_ascii_start();
        }
        let bytes = self.rest.as_bytes();
        let end = match bytes.first() {
            Some(b'"') => end_of_text(bytes),
            Some(b'[' | b'{') => end_of_brackets(bytes),
            Some(_) | None => end_of_word(bytes),
        };
        let (value, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = rest;
        Json(value)
    }

    /// How many bytes lie behind.
    pub(super) fn column(&self) -> usize {
        self.length.saturating_sub(self.rest.len())
    }

    fn skip(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }
}

/// Behind the number or word at the beginning of `bytes`.
fn end_of_word(bytes: &[u8]) -> usize {
    let ends = |byte: &u8| matches!(byte, b',' | b']' | b'}' | b' ' | b'\t' | b'\r' | b'\n');
    bytes.iter().position(ends).unwrap_or(bytes.len())
}

/// Behind the text at the beginning of `bytes`.
fn end_of_text(bytes: &[u8]) -> usize {
    let mut escaped = false;
    let ends = |byte: &u8| {
        let ends = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        ends
    };
    let inside = bytes.iter().skip(1).position(ends);
    inside.map_or(bytes.len(), |inside| inside.saturating_add(2))
}

/// Behind the list or object at the beginning of `bytes`.
fn end_of_brackets(bytes: &[u8]) -> usize {
    let (mut depth, mut end) = (0_usize, 0_usize);
    while let Some(rest) = bytes.get(end..).filter(|rest| !rest.is_empty()) {
        match rest.first() {
            Some(b'"') => {
                end = end.saturating_add(end_of_text(rest));
                continue;
            }
            Some(b'[' | b'{') => depth = depth.saturating_add(1),
            Some(b']' | b'}') => depth = depth.saturating_sub(1),
            Some(_) | None => {}
        }
        end = end.saturating_add(1);
        if depth == 0 {
            break;
        }
    }
    end
}

#[cfg(test)]
mod tests;
