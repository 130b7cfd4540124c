//! `set.toml`: what the old administration says about its set.

use chrono::NaiveDate;
use serde::Deserialize;

use super::number::DecimalSign;

/// What `set.toml` says; everything has a default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The day that the files describe; absent: the day of the import.
    pub as_of: Option<NaiveDate>,
    /// What the absence of a record means.
    pub mode: Mode,
    /// The decimal sign of cells that can be read in two ways; absent: what their neighbours show.
    pub decimal: Option<DecimalSign>,
    /// How many rows each file must have, by its name.
    pub rows: Vec<(String, u64)>,
}

/// What the absence of a record means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// It has ended.
    #[default]
    Full,
    /// Nothing.
    Delta,
}

/// Why `set.toml` cannot be read: show it to who delivered the set, and load nothing.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// It is not TOML, or a key holds what it cannot hold.
    #[error("set.toml cannot be read: {0}")]
    Toml(#[from] toml::de::Error),
    /// The day of the set is none.
    #[error("set.toml: as_of is not a day such as 2026-11-01")]
    AsOf,
}

impl Settings {
    /// Reads the text of `set.toml`.
    pub fn parse(text: &str) -> Result<Self, SettingsError> {
        let written: Written = toml::from_str(text)?;
        let decimal = match written.decimal {
            Decimal::Auto => None,
            Decimal::Comma => Some(DecimalSign::Comma),
            Decimal::Point => Some(DecimalSign::Point),
        };
        let rows = written.file.into_iter().filter_map(|file| Some((file.name, file.rows?)));
        let as_of = written.as_of.map(|value| day(&value).ok_or(SettingsError::AsOf));
        Ok(Self { as_of: as_of.transpose()?, mode: written.mode, decimal, rows: rows.collect() })
    }

    /// How many rows the file `name` must have.
    pub(super) fn rows_of(&self, name: &str) -> Option<u64> {
        self.rows.iter().find(|(file, _)| file == name).map(|(_, rows)| *rows)
    }
}

/// A day, quoted or not.
fn day(value: &toml::Value) -> Option<NaiveDate> {
    match value {
        toml::Value::String(text) => text.parse().ok(),
        toml::Value::Datetime(day) => day.to_string().parse().ok(),
        toml::Value::Integer(_)
        | toml::Value::Float(_)
        | toml::Value::Boolean(_)
        | toml::Value::Array(_)
        | toml::Value::Table(_) => None,
    }
}

#[derive(Deserialize)]
struct Written {
    as_of: Option<toml::Value>,
    #[serde(default)]
    mode: Mode,
    #[serde(default)]
    decimal: Decimal,
    #[serde(default)]
    file: Vec<WrittenFile>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Decimal {
    #[default]
    Auto,
    Comma,
    Point,
}

#[derive(Deserialize)]
struct WrittenFile {
    name: String,
    rows: Option<u64>,
}
