//! Which events a rule of EventBridge is about.

use serde_json::Value;

/// The pattern of a rule: every field that it names must be there with one of its values.
///
/// Content filters (`prefix`, `exists`, …) are not played; the reader refuses them.
/// **Source.** EventBridge user guide, event patterns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pattern {
    /// An object with at least these fields.
    Fields(Vec<(String, Pattern)>),
    /// One of these texts; of a list, one that is in it.
    AnyOf(Vec<String>),
}

impl Pattern {
    /// Whether a rule with this pattern takes the event.
    pub fn matches(&self, event: &Value) -> bool {
        match self {
            Self::Fields(fields) => fields
                .iter()
                .all(|(name, pattern)| event.get(name).is_some_and(|field| pattern.matches(field))),
            Self::AnyOf(texts) => event.as_array().map_or_else(
                || is_one_of(texts, event),
                |values| values.iter().any(|value| is_one_of(texts, value)),
            ),
        }
    }
}

fn is_one_of(texts: &[String], value: &Value) -> bool {
    value.as_str().is_some_and(|value| texts.iter().any(|text| text == value))
}
