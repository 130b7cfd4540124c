//! Numbers that stand below each other with their commas in one line.

use rust_decimal::Decimal;
use serde::Serialize;

use domain::language::Language;
use domain::written::{comma, number};

/// One cell of a table.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Cell {
    /// A text.
    Text(String),
    /// A number, and the digits that it lacks beside the longest of its column: the template sets
    /// them invisibly.
    Number { text: String, pad: String },
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// The values of a column behind `before`, aligned at the comma; `None` leaves a cell empty.
pub(super) fn column(language: Language, before: &str, values: &[Option<Decimal>]) -> Vec<Cell> {
    let widest = values.iter().flatten().map(Decimal::scale).max().unwrap_or_default();
    let cell = |value: &Option<Decimal>| {
        let Some(value) = value else { return Cell::Text(String::new()) };
        let missing = widest.saturating_sub(value.scale());
        let mut pad = String::new();
        if missing > 0 && value.scale() == 0 {
            pad.push(comma(language));
        }
        pad.extend((0..missing).map(|_| '0'));
        Cell::Number { text: format!("{before}{}", number(language, *value)), pad }
    };
    values.iter().map(cell).collect()
}
