use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;

use insta::assert_snapshot;

use domain::judge::check::Code;

use super::check::messages;
use super::*;

/// A language that has texts in the tests of this crate alone, as if its file had been added: the
/// Dutch ones with marks on their vowels and longer by nearly half, with its own numbers and days.
pub(crate) const MADE_UP_LANGUAGE: Language = Language::Fr;

pub(super) static MADE_UP: LazyLock<File> = LazyLock::new(|| {
    let source: Vec<String> = source(Language::Nl).lines().map(made_up).collect();
    File::new(MADE_UP_LANGUAGE, source.join("\n").leak())
});

/// A line of a file with marks on its vowels, outside of braces.
fn made_up(line: &str) -> String {
    let before = match (line.split_once(" = "), line.find([']', '}'])) {
        _ if line.starts_with('#') => line.len(),
        (Some((id, _)), _) if !line.starts_with(' ') => id.len() + 3,
        (_, Some(close)) => close + 1,
        (_, None) => line.len(),
    };
    let (before, text) = line.split_at(before);
    let mut made = before.to_owned();
    let mut inside = false;
    for c in text.chars() {
        inside = (inside || c == '{') && c != '}';
        let marked = "aeiou".find(c).filter(|_| !inside).and_then(|at| "äëïöü".chars().nth(at));
        made.push(marked.unwrap_or(c));
        made.extend(marked);
    }
    made
}

/// The file of a language.
fn source(language: Language) -> &'static str {
    FILES.iter().find(|file| file.language == language).unwrap().source
}

/// The texts of a language by id, each with the names of its variables.
pub(crate) fn variables(language: Language) -> BTreeMap<String, BTreeSet<String>> {
    let known = messages(file(language).unwrap().source).into_iter();
    known.map(|(id, message)| (id.to_owned(), message.variables)).collect()
}

#[test]
fn every_language_has_the_same_texts_with_the_same_variables() {
    assert!(messages(source(Language::Nl)).len() > 100);
    let files = FILES.iter().chain([&*MADE_UP]);
    let files: Vec<_> = files.map(|file| (file.language.as_str(), file.source)).collect();
    assert_eq!(faults(&files), []);
}

#[test]
fn what_differs_between_languages_is_told_by_name_and_line() {
    let dutch = "# a = b\na = Meter { $number }\n\nb =\n    { $count ->\n        [one] een\n       *[other] { $count }\n    }\nc = C\nd = D\n";
    let english =
        "a = Meter { $number }\n\n# { $count }\nb = { $how } many\nd = D\ne = E\nd = again\n";
    let told = faults(&[("nl.ftl", dutch), ("en.ftl", english)]);
    let told: Vec<String> = told.iter().map(ToString::to_string).collect();
    assert_snapshot!(told.join("\n"), @"
    en.ftl:7 d: stands twice
    en.ftl:4 b: has $how, and $count in nl.ftl
    en.ftl c: is missing, and nl.ftl has it
    en.ftl:6 e: is not in nl.ftl
    ");
    let told = faults(&[("nl.ftl", "a = { $count\nb = B\n"), ("en.ftl", "a = A\nb = B\n")]);
    let told: Vec<String> = told.iter().map(ToString::to_string).collect();
    assert_snapshot!(told.join("\n"), @r#"
    nl.ftl:2: Expected a token starting with "}"
    en.ftl:1 a: has no variable, and $count in nl.ftl
    "#);
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
    let by_name = ["meter-", "meter-label-", "commodity-", "cannot-", "estimate-"];
    for id in messages(source(Language::Nl)).keys() {
        let derived = by_name.iter().any(|prefix| id.starts_with(prefix));
        assert!(derived || all.contains(&format!("\"{id}\"")), "{id}");
    }
}

#[test]
fn every_code_of_the_check_has_its_text() {
    let keys: BTreeSet<&str> = Code::ALL.into_iter().filter_map(Code::message_key).collect();
    for file in &FILES {
        let known = messages(file.source);
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
    for language in [Language::De, Language::It, Language::En] {
        assert_eq!(Texts::of(language).say("language-name"), "English");
    }
}

#[test]
fn a_language_is_added_by_adding_its_file() {
    let tags: BTreeSet<&str> = FILES.iter().map(|file| file.language.as_str()).collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../infra/config/texts");
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    let names: Vec<String> = names.map(|name| name.into_string().unwrap()).collect();
    assert_eq!(tags, names.iter().filter_map(|name| name.strip_suffix(".ftl")).collect());
    assert!(languages().eq([Language::Nl, Language::En, MADE_UP_LANGUAGE]), "with its file");
    let said = Texts::of(MADE_UP_LANGUAGE).tell("q-deadline", [("deadline", Value::Text("x"))]);
    let long = "Dïït kään tööt ëën mëët x. Krïïjgëën wïïj gëëëën stäänd, dään määkëën wïïj ëëëën schäättïïng.";
    assert_eq!(said, long);
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
