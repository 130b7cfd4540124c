//! What nobody may find in a log, a queue, a tag or the ledger: a link, or who a customer is.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

use crate::standin::StandIns;
use crate::standin::ses::Mail;

/// Shorter names are words of any text.
const SHORTEST: usize = 5;

/// What stands where nobody may find it: the links, mail addresses, names and IBANs of the customers in
/// the tags of mails and in the ledger, in what was `logged`, and in what was `said` to queues.
pub(crate) fn in_the_open(stand_ins: &StandIns, logged: &str, said: &str) -> Vec<String> {
    let private = Private::of(stand_ins);
    let tags = |mail: Mail| mail.tags.into_values().collect::<Vec<_>>().join("\n");
    let tags: Vec<String> = stand_ins.mails().all().into_iter().map(tags).collect();
    let (tags, ledger) = (tags.join("\n"), stand_ins.tables().lines("local-sends").join("\n"));
    let places =
        [("the log", logged), ("a tag", &tags), ("the ledger", &ledger), ("a queue", said)];
    let found = places.into_iter().flat_map(|(place, text)| {
        let found = private.found_in(text).into_iter();
        found.map(move |found| format!("{found} in {place}"))
    });
    found.collect()
}

/// The mail addresses, names and IBANs of the customers of one world.
///
/// Each is kept as the words that it consists of, so that a text of any length is read once,
/// however many customers there are.
#[derive(Debug, Default)]
struct Private {
    by_first_word: HashMap<String, Vec<Vec<String>>>,
}

impl Private {
    /// Those that stand in the tables, and whoever was written to.
    fn of(stand_ins: &StandIns) -> Self {
        let mut private = Self::default();
        for item in stand_ins.tables().items("local-core") {
            let partition = item.pointer("/pk/S").and_then(Value::as_str);
            if partition.is_some_and(|partition| partition.starts_with("ACC#")) {
                private.add_those_of(&item);
            }
        }
        for mail in stand_ins.mails().all() {
            mail.to.iter().for_each(|address| private.add(address));
        }
        private
    }

    /// Adds what in `item`, the JSON of DynamoDB, names a person or where their money is, and every
    /// mail address.
    fn add_those_of(&mut self, item: &Value) {
        match item {
            Value::Object(fields) => {
                for (field, value) in fields {
                    if matches!(field.as_str(), "name" | "account_holder" | "iban")
                        && let Some(text) = value.get("S").and_then(Value::as_str)
                    {
                        self.add(text);
                    }
                    self.add_those_of(value);
                }
            }
            Value::Array(values) => values.iter().for_each(|value| self.add_those_of(value)),
            Value::String(text) if text.contains('@') => self.add(text),
            Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn add(&mut self, text: &str) {
        let words: Vec<String> = words(text).collect();
        let length: usize = words.iter().map(String::len).sum();
        let Some(first) = words.first().filter(|_| length >= SHORTEST) else { return };
        let known = self.by_first_word.entry(first.clone()).or_default();
        if !known.contains(&words) {
            known.push(words);
        }
    }

    /// Which of them, and which links, are in `text`.
    fn found_in(&self, text: &str) -> BTreeSet<String> {
        let mut found: BTreeSet<String> = tokens(text).map(str::to_owned).collect();
        for line in text.lines() {
            let words: Vec<String> = words(line).collect();
            for (at, word) in words.iter().enumerate() {
                let rest = words.get(at..).unwrap_or_default();
                let known = self.by_first_word.get(word).into_iter().flatten();
                let here = known.filter(|known| rest.starts_with(known));
                found.extend(here.map(|known| known.join(" ")));
            }
        }
        found
    }
}

/// The words of a text, in small letters.
fn words(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase)
}

/// The words of a text that have the form of a token: 40 characters of base64url, the last of them
/// from `R` to `Z`.
pub fn tokens(text: &str) -> impl Iterator<Item = &str> {
    let of_token = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let words = text.split(move |c| !of_token(c));
    words.filter(|word| word.len() == 40 && word.ends_with(|c| ('R'..='Z').contains(&c)))
}
