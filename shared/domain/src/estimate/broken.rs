//! Broken rules of a configuration file, found one after the other and told all at once.

use serde::de::DeserializeOwned;

use crate::campaign::config::{ConfigError, line_at};

/// What is wrong in a file, found so far.
pub(super) struct Rules<'a> {
    file: &'a str,
    text: &'a str,
    broken: Vec<ConfigError>,
}

impl<'a> Rules<'a> {
    /// Reads a file as it is written.
    pub(super) fn read<T: DeserializeOwned>(
        file: &'a str,
        text: &'a str,
    ) -> Result<(Self, T), Vec<ConfigError>> {
        let written = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(1, |span| line_at(text, span.start));
            let rule = error.message().into();
            vec![ConfigError { file: file.to_owned(), line, key: String::new(), rule }]
        })?;
        Ok((Self { file, text, broken: Vec::new() }, written))
    }

    /// Notes a broken rule about `key` in the table at a place, from 0, of its kind.
    pub(super) fn note(&mut self, table: (&str, usize), key: &'static str, rule: String) {
        let line = self.line_of(table, key);
        let (file, key) = (self.file.to_owned(), key.to_owned());
        self.broken.push(ConfigError { file, line, key, rule });
    }

    fn line_of(&self, (name, place): (&str, usize), key: &str) -> usize {
        let (mut tables, mut inside) = (0_usize, false);
        for (at, line) in self.text.lines().enumerate() {
            let line = line.trim();
            if let Some(header) = line.strip_prefix("[[").and_then(|line| line.strip_suffix("]]")) {
                inside = header == name;
                tables = tables.saturating_add(usize::from(inside));
            }
            let named = line.split_once('=').is_some_and(|(name, _)| name.trim() == key);
            if named && inside && tables == place.saturating_add(1) {
                return at.saturating_add(1);
            }
        }
        1
    }

    /// Whether no rule was found broken so far.
    pub(super) fn is_whole(&self) -> bool {
        self.broken.is_empty()
    }

    /// `read`, unless a rule is broken.
    pub(super) fn end<T>(mut self, read: T) -> Result<T, Vec<ConfigError>> {
        self.broken.sort_by_key(|error| error.line);
        if self.broken.is_empty() { Ok(read) } else { Err(self.broken) }
    }
}
