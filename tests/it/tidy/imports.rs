//! `use`: `std`, then other crates, then ours, then `crate`, with a blank line between the groups.
//! Stable rustfmt has no option for it.

use std::collections::BTreeSet;

use super::source::{Kind, Source, Token, definitions};
use super::{graph, keeps, source};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    Std,
    Others,
    Ours,
    Crate,
}

/// What an import is for, by where it stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// In no block: what the module sees.
    Module,
    /// In a block.
    Block,
    /// Visible outside of the module: it stands where it reads best.
    Exported,
}

/// One `use`, as it stands in the file.
struct Import {
    words: Vec<String>,
    place: Place,
    first: usize,
    last: usize,
}

impl Import {
    /// The crate that it is from, or the name that stands for ours.
    fn first_word(&self) -> &str {
        self.words.iter().find(|word| *word != ":").unwrap()
    }
}

fn imports(tokens: &[Token]) -> Vec<Import> {
    let mut found = Vec::new();
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        match token.text.as_str() {
            "{" => depth += 1,
            "}" => depth -= 1,
            "use" => {
                let words = tokens[at + 1..].iter().take_while(|token| **token != ";");
                let words: Vec<String> = words.map(|token| token.text.clone()).collect();
                // A precise capture (`impl Trait + use<'a>`) is no import.
                if words.first().is_some_and(|word| word != "<") {
                    let before = at.checked_sub(1).map(|at| &tokens[at]);
                    let exported = before.is_some_and(|token| *token == "pub" || *token == ")");
                    let place = match depth {
                        _ if exported => Place::Exported,
                        0 => Place::Module,
                        _ => Place::Block,
                    };
                    let end = at + 1 + words.len();
                    let (first, last) = (token.line, tokens[end].line);
                    at = end;
                    found.push(Import { words, place, first, last });
                }
            }
            _ => {}
        }
        at += 1;
    }
    found
}

fn group(word: &str, ours: &BTreeSet<&str>, modules: &[String]) -> Group {
    match word {
        "std" | "core" | "alloc" => Group::Std,
        "crate" | "super" | "self" => Group::Crate,
        _ if modules.iter().any(|module| module == word) => Group::Crate,
        _ if ours.contains(word) => Group::Ours,
        _ => Group::Others,
    }
}

fn disorder(sources: &[Source], ours: &BTreeSet<&str>) -> Vec<String> {
    let mut breaches = Vec::new();
    for source in sources.iter().filter(|source| source.is_rust()) {
        let tokens = source.tokens();
        let modules = definitions(&tokens).into_iter().filter(|found| found.kind == Kind::Module);
        let modules: Vec<_> = modules.map(|found| found.name).collect();
        let imports = imports(&tokens).into_iter();
        let imports: Vec<_> = imports.filter(|it| it.place == Place::Module).collect();
        let lines: Vec<_> = source.text.lines().collect();
        for pair in imports.windows(2) {
            let [before, here] = [&pair[0], &pair[1]];
            let [crate_before, crate_here] = [before, here].map(Import::first_word);
            let [from, to] = [crate_before, crate_here].map(|word| group(word, ours, &modules));
            let between = lines.get(before.last..here.first - 1).unwrap_or_default();
            // What is near (`super`) may stand apart from the rest of the crate.
            let one_group = to == from && (to != Group::Crate || crate_before == crate_here);
            let wrong = if to < from {
                format!("{to:?} behind {from:?}")
            } else if to > from && between.is_empty() {
                format!("no blank line between {from:?} and {to:?}")
            } else if one_group
                && !between.is_empty()
                && between.iter().all(|line| line.trim().is_empty())
            {
                format!("a blank line inside {to:?}")
            } else {
                continue;
            };
            breaches.push(format!("{}:{}: {wrong}", source.path, here.first));
        }
    }
    breaches
}

#[test]
fn imports_stand_in_their_groups() {
    let ours: BTreeSet<&str> = graph::PROJECT.ours().map(|(it, _)| it.name.as_str()).collect();
    keeps(&disorder(&source::PROJECT, &ours));
    let good = "use std::fmt;\nuse std::{\n    fs,\n};\n\nuse serde::Serialize;\n\nuse domain::id;\n\n\
                use crate::plan;\n\nuse super::Wave;\nuse wave::Wave;\n\nmod wave;\nfn a() -> impl Iterator + use<'a> {}\n";
    assert_eq!(disorder(&[Source::sample("a.rs", good)], &ours), [""; 0]);
    let bad = "use serde::Serialize;\nuse std::fmt;\nuse domain::id;\n\nuse domain::money;\n";
    assert_eq!(
        disorder(&[Source::sample("a.rs", bad)], &ours),
        [
            "a.rs:2: Std behind Others",
            "a.rs:3: no blank line between Std and Ours",
            "a.rs:5: a blank line inside Ours",
        ]
    );
}

fn globs(sources: &[Source]) -> Vec<String> {
    let mut breaches = Vec::new();
    for source in sources.iter().filter(|source| source.is_rust()) {
        for import in imports(&source.tokens()) {
            let tests = match import.place {
                Place::Module => source.is_test(),
                Place::Block => true,
                Place::Exported => false,
            };
            // proptest's prelude is made for it: its macros name what is in there.
            let path: String = import.words.concat();
            let meant = matches!(path.as_str(), "super::*" | "proptest::prelude::*");
            if path.contains('*') && !(meant && tests) {
                breaches.push(format!("{}:{}: a glob import", source.path, import.first));
            }
        }
    }
    breaches
}

#[test]
fn only_a_test_imports_all_of_a_module() {
    keeps(&globs(&source::PROJECT));
    let bad = [
        Source::sample("shared/links/src/token.rs", "pub use ring::*;\nuse super::*;\n"),
        Source::sample(
            "shared/links/src/token/tests.rs",
            "use super::*;\nuse proptest::prelude::*;\nuse a::{b, c::*};\n",
        ),
    ];
    assert_eq!(
        globs(&bad),
        [
            "shared/links/src/token.rs:1: a glob import",
            "shared/links/src/token.rs:2: a glob import",
            "shared/links/src/token/tests.rs:3: a glob import",
        ]
    );
}
