//! Reading a configuration file: every rule that it breaks is told at once, by line.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Every rule that a configuration file breaks, in the order of its lines.
///
/// The caller prints it and stops: nothing runs with half a configuration.
#[derive(Debug, thiserror::Error)]
pub struct ConfigError {
    /// At least one.
    pub faults: Vec<Fault>,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, fault) in self.faults.iter().enumerate() {
            if position > 0 {
                writeln!(f)?;
            }
            write!(f, "{fault}")?;
        }
        Ok(())
    }
}

impl ConfigError {
    /// There is no such file, or it is no UTF-8.
    pub(crate) fn missing(file: &str) -> Self {
        let problem = "there is no such file, or it is not UTF-8; save it as UTF-8".to_owned();
        Self { faults: vec![Fault { file: file.to_owned(), line: 0, key: String::new(), problem }] }
    }
}

/// One rule that a file breaks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The file, as the caller named it.
    pub file: String,
    /// Its line, from 1; 0 where a key is missing.
    pub line: usize,
    /// The key with its table, `contact.website`; empty if the file is no TOML at all.
    pub key: String,
    /// The value, the rule and what would do.
    pub problem: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        if !self.key.is_empty() {
            write!(f, " {}", self.key)?;
        }
        write!(f, ": {}", self.problem)
    }
}

/// A file that is being read: what was asked of it, and what was wrong with that.
pub(crate) struct File<'i> {
    name: &'i str,
    text: &'i str,
    table: DeTable<'i>,
    asked: RefCell<BTreeSet<String>>,
    faults: RefCell<Vec<Fault>>,
}

impl<'i> File<'i> {
    /// Reads TOML.
    ///
    /// **Errors.** The text is no TOML.
    pub(crate) fn read(name: &'i str, text: &'i str) -> Result<Self, ConfigError> {
        let table = DeTable::parse(text).map_err(|error| {
            let line = error.span().map_or(0, |span| line_of(text, span.start));
            let problem = error.message().to_owned();
            ConfigError {
                faults: vec![Fault { file: name.to_owned(), line, key: String::new(), problem }],
            }
        })?;
        Ok(Self {
            name,
            text,
            table: table.into_inner(),
            asked: RefCell::default(),
            faults: RefCell::default(),
        })
    }

    /// The value of `key` as `parse` reads it; `None` and a fault if it is missing or refused.
    ///
    /// `parse` answers a refusal with the rule and what would do; the value is put before it.
    pub(crate) fn value<T>(
        &self,
        key: &str,
        parse: impl FnOnce(&DeValue<'_>) -> Result<T, String>,
    ) -> Option<T> {
        self.asked.borrow_mut().insert(key.to_owned());
        let Some(found) = self.find(key) else {
            self.fault(key, "is missing".to_owned());
            return None;
        };
        match parse(found.get_ref()) {
            Ok(value) => Some(value),
            Err(rule) => {
                let value = self.text.get(found.span()).unwrap_or_default();
                self.fault(key, format!("{value}: {rule}"));
                None
            }
        }
    }

    /// The text of `key` as `parse` reads it.
    pub(crate) fn text<T>(
        &self,
        key: &str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        self.value(key, |value| match value.as_str() {
            Some(text) => parse(text),
            None => Err("needs a text in quotes".to_owned()),
        })
    }

    /// Notes that `key` breaks a rule that concerns more than its own value.
    pub(crate) fn fault(&self, key: &str, problem: String) {
        let line = self.find(key).map_or(0, |found| line_of(self.text, found.span().start));
        let fault = Fault { file: self.name.to_owned(), line, key: key.to_owned(), problem };
        self.faults.borrow_mut().push(fault);
    }

    /// `built`, if no rule is broken and no key is unknown.
    pub(crate) fn finish<T>(self, built: Option<T>) -> Result<T, ConfigError> {
        let mut keys = Vec::new();
        leaves(&self.table, "", &mut keys);
        for key in keys {
            if !self.asked.borrow().contains(&key) {
                self.fault(&key, "is not a key of this file; see docs for the ones it has".into());
            }
        }
        let mut faults = self.faults.into_inner();
        faults.sort();
        match built {
            Some(built) if faults.is_empty() => Ok(built),
            _ => Err(ConfigError { faults }),
        }
    }

    fn find(&self, key: &str) -> Option<&Spanned<DeValue<'i>>> {
        let mut parts = key.split('.');
        let mut found = self.table.get(parts.next()?)?;
        for part in parts {
            found = found.get_ref().as_table()?.get(part)?;
        }
        Some(found)
    }
}

fn leaves(table: &DeTable<'_>, prefix: &str, keys: &mut Vec<String>) {
    for (key, value) in table {
        let key = format!("{prefix}{}", key.get_ref());
        match value.get_ref().as_table() {
            Some(inner) => leaves(inner, &format!("{key}."), keys),
            None => keys.push(key),
        }
    }
}

/// The line, from 1, of the byte at `offset`.
pub(crate) fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|b| *b == b'\n').count() + 1
}
