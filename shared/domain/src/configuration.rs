//! A file of the configuration, read key by key: what is wrong is noted with its line, and reading
//! goes on.

use std::cell::RefCell;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::campaign::config::{ConfigError, line_at};

/// Reads the file `file` with the contents `text`.
///
/// **Shape.** `read` notes what is wrong where it has nothing to give.
/// **Errors.** Every broken rule at once, in the order of the lines; see [`ConfigError`].
pub(crate) fn read<T>(
    file: &str,
    text: &str,
    read: impl FnOnce(&mut Table<'_>) -> Option<T>,
) -> Result<T, Vec<ConfigError>> {
    let broken = Broken { file, text, rules: RefCell::default() };
    let table = DeTable::parse(text).map_err(|error| {
        let line = error.span().map_or(1, |span| line_at(text, span.start));
        let rule = error.message().to_owned();
        vec![ConfigError { file: file.to_owned(), line, key: String::new(), rule }]
    })?;
    let mut whole = Table::of(table.get_ref(), (String::new(), 1), &broken);
    let value = read(&mut whole);
    whole.end();
    let mut rules = broken.rules.into_inner();
    rules.sort_by(|a, b| (a.line, &a.key).cmp(&(b.line, &b.key)));
    debug_assert!(value.is_some() || !rules.is_empty(), "nothing was read and nothing noted");
    match value {
        Some(value) if rules.is_empty() => Ok(value),
        _ => Err(rules),
    }
}

/// What is wrong in a file, found so far.
struct Broken<'a> {
    file: &'a str,
    text: &'a str,
    rules: RefCell<Vec<ConfigError>>,
}

impl Broken<'_> {
    fn note(&self, line: usize, key: String, rule: String) {
        let file = self.file.to_owned();
        self.rules.borrow_mut().push(ConfigError { file, line, key, rule });
    }
}

/// A table, each of whose keys is asked for.
pub(crate) struct Table<'a> {
    members: &'a DeTable<'a>,
    key: String,
    line: usize,
    asked: Vec<&'static str>,
    broken: &'a Broken<'a>,
}

impl<'a> Table<'a> {
    fn of(members: &'a DeTable<'a>, (key, line): (String, usize), broken: &'a Broken<'a>) -> Self {
        Self { members, key, line, asked: Vec::new(), broken }
    }

    /// The line that it begins on.
    pub(crate) fn line(&self) -> usize {
        self.line
    }

    /// Gives it the name `key`, once that is known.
    pub(crate) fn named(&mut self, key: &str) {
        key.clone_into(&mut self.key);
    }

    fn key_of(&self, name: &str) -> String {
        if self.key.is_empty() { name.to_owned() } else { format!("{}.{name}", self.key) }
    }

    fn node(&self, name: &str, value: &'a Spanned<DeValue<'a>>) -> Node<'a> {
        Node { value, key: self.key_of(name), broken: self.broken }
    }

    /// Notes that the table breaks a rule about `name`, which may be absent.
    pub(crate) fn note(&self, name: &str, rule: impl Into<String>) {
        let found = self.members.get(name).map(|value| self.node(name, value).line());
        self.broken.note(found.unwrap_or(self.line), self.key_of(name), rule.into());
    }

    /// Notes that what is named `name` and begins on `line` breaks a rule.
    pub(crate) fn note_at(&self, line: usize, name: &str, rule: &str) {
        self.broken.note(line, self.key_of(name), rule.to_owned());
    }

    /// The value of `name`, if it is there.
    pub(crate) fn optional(&mut self, name: &'static str) -> Option<Node<'a>> {
        self.asked.push(name);
        self.members.get(name).map(|value| self.node(name, value))
    }

    /// The value of `name`, which must be there; `such_as` would do.
    pub(crate) fn required(&mut self, name: &'static str, such_as: &str) -> Option<Node<'a>> {
        let found = self.optional(name);
        if found.is_none() {
            self.note(name, format!("is missing; {such_as} would do"));
        }
        found
    }

    /// Every value by its key, for a table that has no keys of its own.
    pub(crate) fn each(self) -> impl Iterator<Item = (&'a str, Node<'a>)> {
        self.members.iter().map(move |(name, value)| {
            let name: &str = name.get_ref();
            (name, self.node(name, value))
        })
    }

    /// Refuses what nobody asked for.
    pub(crate) fn end(self) {
        for (name, _) in self.members {
            let name: &str = name.get_ref();
            if !self.asked.contains(&name) {
                let known = self.asked.join(", ");
                self.note(name, format!("is no key here; there are {known}"));
            }
        }
    }
}

/// A value and the key that it stands under.
pub(crate) struct Node<'a> {
    value: &'a Spanned<DeValue<'a>>,
    key: String,
    broken: &'a Broken<'a>,
}

impl<'a> Node<'a> {
    /// The line that it begins on.
    pub(crate) fn line(&self) -> usize {
        line_at(self.broken.text, self.value.span().start)
    }

    /// Notes the `rule` that it breaks, and what would do.
    pub(crate) fn note(&self, rule: &str) {
        let written = self.broken.text.get(self.value.span()).unwrap_or_default();
        let written = written.lines().next().unwrap_or_default();
        self.broken.note(self.line(), self.key.clone(), format!("{written}: {rule}"));
    }

    /// `value`, or the rule that is broken without it.
    pub(crate) fn or<T>(&self, rule: &str, value: Option<T>) -> Option<T> {
        if value.is_none() {
            self.note(rule);
        }
        value
    }

    pub(crate) fn table(&self) -> Option<Table<'a>> {
        let members = self.or("needs a table in braces", self.value.get_ref().as_table())?;
        Some(Table::of(members, (self.key.clone(), self.line()), self.broken))
    }

    /// Its elements, each at its place from 1.
    pub(crate) fn list(&self) -> Option<Vec<Self>> {
        let elements = self.or("needs a list in brackets", self.value.get_ref().as_array())?;
        let node = |(place, value)| {
            let key = format!("{}.{}", self.key, usize::saturating_add(place, 1));
            Self { value, key, broken: self.broken }
        };
        Some(elements.iter().enumerate().map(node).collect())
    }

    /// Whether it is a text.
    pub(crate) fn is_text(&self) -> bool {
        self.value.get_ref().is_str()
    }

    /// A text of which something can be read.
    pub(crate) fn text(&self) -> Option<&'a str> {
        let text = self.value.get_ref().as_str().filter(|text| !text.trim().is_empty());
        self.or("needs a text in quotes", text)
    }

    pub(crate) fn day(&self) -> Option<NaiveDate> {
        let day = self.value.get_ref().as_datetime().and_then(|day| day.to_string().parse().ok());
        self.or("is no day of the calendar; 2026-01-01 would do, without quotes", day)
    }

    /// An exact number, in quotes so that nothing rounds it.
    pub(crate) fn decimal(&self, rule: &str) -> Option<Decimal> {
        let plain =
            |text: &&str| text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'-'));
        let text = self.value.get_ref().as_str().filter(plain);
        self.or(rule, text.and_then(|text| Decimal::from_str_exact(text).ok()))
    }

    /// A whole number from `least` to `most`.
    pub(crate) fn between<T: TryFrom<i64>>(&self, least: i64, most: i64) -> Option<T> {
        let digits = self.value.get_ref().as_integer();
        let number = digits.and_then(|it| i64::from_str_radix(it.as_str(), it.radix()).ok());
        let inside = number.filter(|number| (least..=most).contains(number));
        let rule = format!("needs a whole number from {least} to {most}");
        self.or(&rule, inside.and_then(|number| T::try_from(number).ok()))
    }

    /// One word of a closed list.
    pub(crate) fn word<T: Copy>(&self, known: &[(&str, T)]) -> Option<T> {
        let written = self.value.get_ref().as_str();
        let found = known.iter().find(|(word, _)| Some(*word) == written).map(|(_, value)| *value);
        let words: Vec<String> = known.iter().map(|(word, _)| format!("{word:?}")).collect();
        self.or(&format!("needs one of {}", words.join(", ")), found)
    }

    /// `true`, the only thing that can be said.
    pub(crate) fn truth(&self) -> Option<()> {
        let said = self.value.get_ref().as_bool() == Some(true);
        self.or("needs true, or to be left out", said.then_some(()))
    }
}

#[expect(
    clippy::option_option,
    reason = "absent is not wrong: one `?` stops at the wrong, the value left may be absent"
)]
/// What an optional key holds: `Some(None)` where it is absent, `None` where it is wrong.
pub(crate) fn maybe<'a, T>(
    node: Option<Node<'a>>,
    read: impl FnOnce(Node<'a>) -> Option<T>,
) -> Option<Option<T>> {
    node.map_or(Some(None), |node| read(node).map(Some))
}

/// What each element is; `None` when one is wrong, after all were read.
pub(crate) fn each<'a, T>(
    nodes: Vec<Node<'a>>,
    read: impl FnMut(Node<'a>) -> Option<T>,
) -> Option<Vec<T>> {
    let read: Vec<Option<T>> = nodes.into_iter().map(read).collect();
    read.into_iter().collect()
}
