//! Where something is delivered, or a letter goes.

use std::fmt;

use serde::{Deserialize, Serialize};

/// *Postcode*: Dutch ones are kept as `1234AB` and shown as `1234 AB`; foreign ones as they are.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Postcode(String);

impl Postcode {
    /// Reads a Dutch postcode in any usual spelling: four digits, the first not 0, two letters,
    /// not `SA`, `SD` or `SS`.
    pub fn parse(text: &str) -> Option<Self> {
        let compact: String =
            text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_uppercase();
        let (digits, letters) = compact.split_at_checked(4)?;
        let valid = digits.bytes().all(|b| b.is_ascii_digit())
            && !digits.starts_with('0')
            && letters.len() == 2
            && letters.bytes().all(|b| b.is_ascii_uppercase())
            && !matches!(letters, "SA" | "SD" | "SS");
        valid.then_some(Self(compact))
    }

    /// Reads a postcode of another country: 1 to 10 printable characters.
    pub fn parse_abroad(text: &str) -> Option<Self> {
        let text = text.trim();
        let valid = (1..=10).contains(&text.chars().count()) && !text.chars().any(char::is_control);
        valid.then(|| Self(text.to_owned()))
    }

    /// As it is kept: `1234AB`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Postcode {
    /// As people write it: `1234 AB`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (Self::parse(&self.0), self.0.split_at_checked(4)) {
            (Some(_), Some((digits, letters))) => write!(f, "{digits} {letters}"),
            _ => f.write_str(&self.0),
        }
    }
}

impl fmt::Debug for Postcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Postcode(***)")
    }
}

/// *Adres*: street, house number and what follows it, postcode, town, country.
///
/// The country is an ISO 3166 code of two letters; `NL` is not shown.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// Street, or `Postbus` for a post box.
    pub street: String,
    /// House number, or the number of the post box.
    pub house_number: u32,
    /// The letter behind the number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub house_letter: Option<char>,
    /// What follows number and letter: `bis`, `2-hoog`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub addition: Option<String>,
    /// The postcode.
    pub postcode: Postcode,
    /// Town.
    pub city: String,
    /// ISO 3166, two capitals.
    pub country: String,
}

impl Address {
    /// The first line: `Dorpsstraat 5a-bis`. Names the address in a list and in a link's text.
    pub fn line(&self) -> String {
        let mut line = format!("{} {}", self.street, self.house_number);
        line.extend(self.house_letter);
        if let Some(addition) = &self.addition {
            line.push('-');
            line.push_str(addition);
        }
        line
    }
}

impl fmt::Display for Address {
    /// `Dorpsstraat 5a-bis, 1234 AB Voorbeelddorp`, and the country when it is another.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {} {}", self.line(), self.postcode, self.city)?;
        if self.country == "NL" { Ok(()) } else { write!(f, ", {}", self.country) }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address(***)")
    }
}

#[cfg(test)]
mod tests;
