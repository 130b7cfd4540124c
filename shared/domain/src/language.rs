//! The languages that people read us in.

use std::fmt;

use serde::{Deserialize, Serialize};

/// *Taal*: of a recipient and of a page. A language without texts of its own reads English.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Dutch, the first language of every page.
    #[default]
    Nl,
    /// English.
    En,
    /// German.
    De,
    /// Italian.
    It,
    /// French.
    Fr,
}

impl Language {
    /// Every language, in the order of the glossary.
    pub const ALL: [Self; 5] = [Self::Nl, Self::En, Self::De, Self::It, Self::Fr];

    /// The BCP 47 tag.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Nl => "nl",
            Self::En => "en",
            Self::De => "de",
            Self::It => "it",
            Self::Fr => "fr",
        }
    }

    /// Reads a BCP 47 tag such as `nl` or `nl-BE`; only its language counts.
    pub fn parse(tag: &str) -> Option<Self> {
        let language = tag.split(['-', '_']).next()?;
        Self::ALL.into_iter().find(|known| known.as_str().eq_ignore_ascii_case(language))
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
