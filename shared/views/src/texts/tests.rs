use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use domain::judge::check::Code;

use super::*;

/// The texts of a file by id, each with the names of its variables.
fn messages(source: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut messages: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut current = String::new();
    for line in source.lines().filter(|line| !line.starts_with('#')) {
        if let Some((id, _)) = line.split_once(" = ").filter(|_| !line.starts_with(' ')) {
            current = id.to_owned();
            assert!(!messages.contains_key(id), "{id} twice");
        }
        let variables = messages.entry(current.clone()).or_default();
        variables.extend(line.split('$').skip(1).map(|rest| {
            rest.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default().to_owned()
        }));
    }
    messages.remove("");
    messages
}

#[test]
fn every_language_has_the_same_texts_with_the_same_variables() {
    let (dutch, english) = (messages(NL), messages(EN));
    assert!(dutch.len() > 100);
    assert_eq!(dutch, english);
}

/// Everything that is written in the sources and templates of this crate.
fn written(folder: &Path, all: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            written(&path, all);
        } else if !path.ends_with("tests.rs") {
            all.push_str(&std::fs::read_to_string(&path).unwrap());
        }
    }
}

#[test]
fn no_text_is_unused() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = String::new();
    written(&root.join("src"), &mut all);
    written(&root.join("templates"), &mut all);
    // Chosen by the name of a commodity, an obstacle or an answer.
    let by_name = ["meter-", "meter-label-", "commodity-", "cannot-"];
    for id in messages(NL).keys() {
        let derived = by_name.iter().any(|prefix| id.starts_with(prefix));
        assert!(derived || all.contains(&format!("\"{id}\"")), "{id}");
    }
}

#[test]
fn every_code_of_the_check_has_its_text() {
    let keys: BTreeSet<&str> = Code::ALL.into_iter().filter_map(Code::message_key).collect();
    for source in [NL, EN] {
        let known = messages(source);
        for key in &keys {
            assert!(known.contains_key(*key), "{key}");
        }
    }
    let silent: Vec<Code> =
        Code::ALL.into_iter().filter(|code| code.message_key().is_none()).collect();
    assert_eq!(silent, [Code::RollOver], "it is one of the answers");
}

#[test]
fn a_text_has_no_marks_around_its_variables() {
    let nl = Texts::of(Language::Nl);
    let said = nl.tell("meter-label-water", [("number", Value::Text("12"))]);
    assert_eq!(said, "Watermeter 12");
}

#[test]
fn a_language_without_texts_reads_english() {
    for language in [Language::De, Language::It, Language::Fr, Language::En] {
        assert_eq!(Texts::of(language).say("language-name"), "English");
    }
}

#[test]
#[should_panic(expected = "text no-such-text of nl")]
fn a_missing_text_fails_a_test() {
    Texts::of(Language::Nl).say("no-such-text");
}

#[test]
#[should_panic(expected = "text q-title")]
fn a_missing_variable_fails_a_test() {
    Texts::of(Language::Nl).say("q-title");
}
