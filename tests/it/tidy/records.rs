//! Decision records, who refers to them, and the one that lists the dependencies.

use std::collections::BTreeSet;

use super::keeps;
use super::source::{PROJECT, Source};

const FOLDER: &str = "docs/decisions/";

fn records(sources: &[Source]) -> impl Iterator<Item = &str> {
    sources.iter().filter_map(|source| source.path.strip_prefix(FOLDER))
}

fn misnumbered(sources: &[Source]) -> Vec<String> {
    let numbered = records(sources).zip(1..).filter_map(|(name, number)| {
        let named = name.starts_with(&format!("{number:04}-"));
        (!named).then(|| format!("{name} stands where record {number:04} belongs"))
    });
    numbered.collect()
}

#[test]
fn decision_records_are_numbered_without_gaps() {
    keeps(&misnumbered(&PROJECT));
    let bad = ["0001-a.md", "0003-b.md"].map(|name| Source::sample(&[FOLDER, name].concat(), ""));
    assert_eq!(misnumbered(&bad), ["0003-b.md stands where record 0002 belongs"]);
}

fn dangling(sources: &[Source]) -> Vec<String> {
    let mut breaches = Vec::new();
    for source in sources {
        for reference in source.text.split(FOLDER).skip(1) {
            let named = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
            let name = reference.split(|c| !named(c)).next().unwrap().trim_end_matches('.');
            let a_record = name.starts_with(|c: char| c.is_ascii_digit());
            if a_record && !records(sources).any(|record| record == name) {
                breaches
                    .push(format!("{} refers to {FOLDER}{name}, which is not there", source.path));
            }
        }
    }
    breaches
}

#[test]
fn every_record_that_is_referred_to_exists() {
    keeps(&dangling(&PROJECT));
    let there = [FOLDER, "0001-a.md"].concat();
    let text = format!("see {FOLDER}0001-a.md, {FOLDER}NNNN-title.md and `{FOLDER}9999-b.md`.");
    let sources = [Source::sample(&there, ""), Source::sample("a.rs", &text)];
    let expected = format!("a.rs refers to {FOLDER}9999-b.md, which is not there");
    assert_eq!(dangling(&sources), [expected]);
}

/// The name and version of every dependency of the workspace that is not ours.
fn dependencies(manifest: &str) -> impl Iterator<Item = (&str, &str)> {
    let below = manifest.lines().skip_while(|line| *line != "[workspace.dependencies]").skip(1);
    let lines = below.take_while(|line| !line.starts_with('['));
    let entries = lines.filter(|line| !line.starts_with('#') && !line.contains("path = "));
    entries.filter_map(|line| {
        let (name, entry) = line.split_once('=')?;
        let version = entry.split_once("version = ").map_or(entry, |(_, version)| version);
        Some((name.trim(), version.split('"').nth(1)?))
    })
}

/// Where the manifest and the list of `record` differ.
fn unrecorded(manifest: &str, record: &str) -> Vec<String> {
    let used: BTreeSet<_> = dependencies(manifest).collect();
    let rows = record.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('|'));
    let listed = rows.filter_map(|(name, rest)| {
        Some((name.trim().trim_end_matches('`'), rest.split('|').next()?.trim()))
    });
    let listed: BTreeSet<_> = listed.collect();
    let missing = (&used - &listed).into_iter();
    let gone = (&listed - &used).into_iter();
    missing
        .map(|(name, version)| format!("{name} {version} has no line in the record"))
        .chain(gone.map(|(name, version)| format!("{name} {version} is recorded and not used")))
        .collect()
}

#[test]
fn every_dependency_has_its_reason_on_record() {
    let text = |path: &str| &PROJECT.iter().find(|source| source.path == path).unwrap().text;
    let record = [FOLDER, "0002-dependencies.md"].concat();
    keeps(&unrecorded(text("Cargo.toml"), text(&record)));
    let manifest = "[workspace.dependencies]\n# ours\nlinks = { path = \"shared/links\" }\n\n\
                    csv = \"1.4\"\nserde = { version = \"1.0\", features = [\"std\"] }\n\
                    [workspace.lints]\na = \"b\"\n";
    let record =
        "| crate | version |\n|---|---|\n| `csv` | 1.3 | files |\n| `serde` | 1.0 | all |\n";
    let expected = ["csv 1.4 has no line in the record", "csv 1.3 is recorded and not used"];
    assert_eq!(unrecorded(manifest, record), expected);
}
