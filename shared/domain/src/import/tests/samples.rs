//! The sample sets of Voorbeeldwater, where they lie beside the checkout.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::reading::{Reading, Source};

use super::*;

/// The folder of the sample sets, or a line that says that they are not there.
#[expect(clippy::print_stderr, reason = "a skipped test must say so")]
fn samples() -> Option<PathBuf> {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let found = package.ancestors().map(|at| at.join("../shared/data/voorbeeldwater"));
    let found = found.into_iter().find(|at| at.is_dir());
    if found.is_none() {
        eprintln!("skipped: the sample sets of Voorbeeldwater are not beside the checkout");
    }
    found
}

fn check_folder(folder: &Path) -> Checked {
    let mut names: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    let read: Vec<(String, Vec<u8>)> = names
        .iter()
        .filter(|path| path.extension().is_some_and(|ext| ext == "csv"))
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, std::fs::read(path).unwrap())
        })
        .collect();
    let files: Vec<(&str, &[u8])> =
        read.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    let settings = Settings::default();
    let delivery = Delivery { files: &files, settings: &settings };
    check(&delivery, &Known::default(), "2026-11-01".parse().unwrap())
}

#[derive(serde::Deserialize)]
struct Expected {
    cases: Vec<Case>,
}

#[derive(serde::Deserialize)]
struct Case {
    folder: String,
    outcome: String,
    refused: Vec<Refused>,
    #[serde(default)]
    follow_on_orphans: bool,
    #[serde(default)]
    values: Vec<Loaded>,
}

#[derive(serde::Deserialize)]
struct Refused {
    file: String,
    line: u32,
    column: String,
    reason: String,
    #[serde(default)]
    or_columns: Vec<String>,
}

#[derive(serde::Deserialize)]
struct Loaded {
    file: String,
    line: u32,
    column: String,
    value: String,
}

#[test]
fn every_hostile_folder_gives_exactly_the_refused_lines_that_it_must() {
    let Some(samples) = samples() else { return };
    let hostile = samples.join("hostile");
    let expected = std::fs::read_to_string(hostile.join("expected.json")).unwrap();
    let expected: Expected = serde_json::from_str(&expected).unwrap();
    let clean = check_folder(&hostile.join("00-clean")).set.expect("the clean set");
    let mut wrong = Vec::new();
    for case in &expected.cases {
        let checked = check_folder(&hostile.join(&case.folder));
        let errors: Vec<&Finding> = checked
            .report
            .findings()
            .iter()
            .filter(|finding| finding.code.severity() == Severity::Error)
            .collect();
        let place = |finding: &Finding| (finding.file.unwrap(), finding.line);
        for refused in &case.refused {
            let at = (FileKind::of(&refused.file).unwrap(), refused.line);
            let told = errors.iter().any(|finding| {
                place(finding) == at
                    && finding.code.as_str() == refused.reason
                    && (finding.column == refused.column
                        || refused.or_columns.contains(&finding.column))
            });
            if !told {
                let found: Vec<_> = errors.iter().filter(|f| place(f) == at).collect();
                wrong.push(format!(
                    "{}: {} {} {} {} missing, but {found:?}",
                    case.folder, refused.file, refused.line, refused.column, refused.reason
                ));
            }
        }
        let must: BTreeSet<(FileKind, u32)> = case
            .refused
            .iter()
            .map(|refused| (FileKind::of(&refused.file).unwrap(), refused.line))
            .collect();
        let may = |f: &Finding| case.follow_on_orphans && f.code == Code::Orphan;
        for finding in errors.iter().filter(|f| !must.contains(&place(f)) && !may(f)) {
            wrong.push(format!("{}: too many: {finding:?}", case.folder));
        }
        assert_eq!(checked.set.is_some(), case.outcome == "accepted", "{}", case.folder);
        if let Some(mut set) = checked.set {
            let file = std::fs::read(hostile.join(&case.folder).join("customers.csv")).unwrap();
            for value in &case.values {
                assert_eq!((value.file.as_str(), value.column.as_str()), ("customers.csv", "name"));
                let line = usize::try_from(value.line).unwrap() - 1;
                let line = file.split(|byte| *byte == b'\n').nth(line).unwrap();
                let number = line.split(|byte| *byte == b';').next().unwrap();
                let number = std::str::from_utf8(number).unwrap();
                let of_number = |r: &&AccountRecord| r.account.number.as_str() == number;
                let record = set.accounts.iter().find(of_number).unwrap();
                assert_eq!(record.account.holder.name(), value.value);
            }
            if !case.values.is_empty() {
                // Windows-1252 lacks letters, so some names were written plainly.
                for (record, clean) in set.accounts.iter_mut().zip(&clean.accounts) {
                    record.account.holder = clean.account.holder.clone();
                    record.account.payment = clean.account.payment.clone();
                }
            }
            if set != clean {
                let pairs = set.accounts.iter().zip(&clean.accounts);
                let other = pairs.filter(|(a, b)| a != b).map(|(a, _)| a.account.number.as_str());
                wrong.push(format!(
                    "{}: loads otherwise {:?}",
                    case.folder,
                    other.collect::<Vec<_>>()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// How many of everything an accepted set holds; the readings of exchanges that only
/// `meters.csv` has are not counted.
fn counts(checked: &Checked) -> BTreeMap<&'static str, usize> {
    let set = checked.set.as_ref().expect("accepted");
    let repeated = checked.report.totals().get(&Code::Repeated).copied().unwrap_or(0);
    let connections = || set.accounts.iter().flat_map(|account| &account.connections);
    let meters = || connections().flat_map(|connection| &connection.meters);
    let delivered =
        |reading: &&Reading| !matches!(reading.source, Source::Installed | Source::Removed);
    BTreeMap::from([
        ("accounts", set.accounts.len()),
        ("connections", connections().count()),
        (
            "readings",
            meters().flat_map(|meter| &meter.readings).filter(delivered).count()
                + usize::try_from(repeated).unwrap(),
        ),
        ("registers", meters().map(|meter| meter.meter.registers.len()).sum()),
        ("advances", set.accounts.iter().map(|account| account.advances.len()).sum()),
    ])
}

#[test]
fn the_small_set_is_accepted_whole() {
    let Some(samples) = samples() else { return };
    let checked = check_folder(&samples.join("small"));
    let counts = counts(&checked);
    let expected = [
        ("accounts", 60),
        ("advances", 1530),
        ("connections", 130),
        ("readings", 416),
        ("registers", 141),
    ];
    assert_eq!(counts, BTreeMap::from(expected));
}

#[test]
fn the_large_set_is_accepted_whole() {
    // Above a second in the dev profile: 90,000 rows.
    let Some(samples) = samples() else { return };
    let folder = std::env::temp_dir().join(format!("meterlink-large-{}", std::process::id()));
    let unzipped = std::process::Command::new("unzip")
        .args(["-qo", "-d"])
        .args([&folder, &samples.join("large.zip")])
        .status();
    let checked = unzipped.is_ok_and(|status| status.success()).then(|| {
        let inner = folder.join("large");
        check_folder(if inner.is_dir() { &inner } else { &folder })
    });
    if folder.is_dir() {
        std::fs::remove_dir_all(&folder).unwrap();
    }
    let Some(checked) = checked else { return };
    let counts = counts(&checked);
    let expected = [
        ("accounts", 3000),
        ("advances", 60392),
        ("connections", 5128),
        ("readings", 15449),
        ("registers", 5412),
    ];
    assert_eq!(counts, BTreeMap::from(expected));
}
