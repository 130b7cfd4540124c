//! The rules for files of texts: they are Fluent, and every language says the same.

use std::collections::{BTreeMap, BTreeSet};

use fluent_bundle::FluentResource;

use crate::config::{Fault, line_of};

/// A text, as it is written.
pub(super) struct Message {
    line: usize,
    pub(super) variables: BTreeSet<String>,
}

/// What is wrong with the texts of one kind in several languages, by file.
///
/// **Shape.** `files` are names and contents; the others are held against the first.
pub fn faults(files: &[(&str, &str)]) -> Vec<Fault> {
    let mut faults: Vec<Fault> = Vec::new();
    for (file, text) in files {
        if let Err((_, errors)) = FluentResource::try_new((*text).to_owned()) {
            let line = |offset| line_of(text, offset);
            faults.extend(
                errors.iter().map(|it| fault(file, line(it.pos.start), "", it.to_string())),
            );
        }
        faults.extend(twice(file, text));
    }
    if let Some(((first, text), others)) = files.split_first() {
        let wanted = messages(text);
        for (file, text) in others {
            let told = compared(file, &messages(text), first, &wanted);
            faults.extend(told);
        }
    }
    faults
}

/// Where the texts of `file` are not those of `first`.
fn compared(
    file: &str,
    messages: &BTreeMap<&str, Message>,
    first: &str,
    wanted: &BTreeMap<&str, Message>,
) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (id, want) in wanted {
        match messages.get(id) {
            None => faults.push(fault(file, 0, id, format!("is missing, and {first} has it"))),
            Some(it) if it.variables != want.variables => {
                let [has, has_not] = [it, want].map(|message| named(&message.variables));
                let problem = format!("has {has}, and {has_not} in {first}");
                faults.push(fault(file, it.line, id, problem));
            }
            Some(_) => {}
        }
    }
    let unknown = messages.iter().filter(|(id, _)| !wanted.contains_key(*id));
    faults.extend(unknown.map(|(id, it)| fault(file, it.line, id, format!("is not in {first}"))));
    faults
}

/// The texts whose name another one has above them.
fn twice(file: &str, text: &str) -> Vec<Fault> {
    let mut known = BTreeSet::new();
    let again = begun(text).filter(|(_, id)| !known.insert(*id));
    again.map(|(line, id)| fault(file, line, id, "stands twice".to_owned())).collect()
}

/// The texts of a file by name; of two with one name, the first.
pub(super) fn messages(text: &str) -> BTreeMap<&str, Message> {
    let mut messages: BTreeMap<&str, Message> = BTreeMap::new();
    let mut begun = begun(text).peekable();
    while let Some((line, id)) = begun.next() {
        let until = begun.peek().map_or(usize::MAX, |(next, _)| *next);
        let lines = text.lines().take(until.saturating_sub(1)).skip(line.saturating_sub(1));
        let variables = lines.filter(|line| !line.starts_with('#')).flat_map(variables).collect();
        messages.entry(id).or_insert(Message { line, variables });
    }
    messages
}

/// The line, from 1, and the name of each text.
fn begun(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().zip(1..).filter_map(|(line, number)| {
        let (id, _) = line.split_once('=')?;
        let id = id.trim_end();
        let begins = id.starts_with(|c: char| c.is_ascii_alphabetic() || c == '-');
        (begins && id.chars().all(in_name)).then_some((number, id))
    })
}

/// The variables of a line.
fn variables(line: &str) -> impl Iterator<Item = String> {
    line.split('$').skip(1).filter_map(|rest| rest.split(|c| !in_name(c)).next()).map(str::to_owned)
}

fn in_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}

fn named(variables: &BTreeSet<String>) -> String {
    let named: Vec<String> = variables.iter().map(|name| format!("${name}")).collect();
    if named.is_empty() { "no variable".to_owned() } else { named.join(" ") }
}

fn fault(file: &str, line: usize, key: &str, problem: String) -> Fault {
    Fault { file: file.to_owned(), line, key: key.to_owned(), problem }
}
