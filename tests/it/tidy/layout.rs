//! How long files are, what they are called, and what every manifest and script has.

use super::keeps;
use super::source::{self, Kind, PROJECT, Source, definitions};

/// No file is longer, tests apart: it is read over a coffee, or it is two files.
const LONGEST: usize = 500;

fn is_script(source: &Source) -> bool {
    let named = source.path.rsplit('/').next().unwrap().contains('.');
    source.path == ".ci/run" || source.path.starts_with("scripts/") && !named
}

fn too_long(sources: &[Source]) -> Vec<String> {
    const CODE: [&str; 6] = ["rs", "sh", "mjs", "js", "css", "html"];
    let code =
        sources.iter().filter(|source| is_script(source) || CODE.contains(&source.extension()));
    let sized = code.filter(|source| !source.is_test()).map(|it| (it, it.text.lines().count()));
    let long = sized.filter(|(_, lines)| *lines > LONGEST);
    long.map(|(source, lines)| format!("{} has {lines} lines", source.path)).collect()
}

#[test]
fn no_file_outside_tests_is_longer_than_500_lines() {
    keeps(&too_long(&PROJECT));
    let long = "\n".repeat(501);
    let bad = [
        Source::sample("shared/domain/src/tariff.rs", &long),
        Source::sample("shared/domain/src/tariff/tests.rs", &long),
        Source::sample("scripts/check", &long),
        Source::sample("template.yaml", &long),
    ];
    let expected = ["shared/domain/src/tariff.rs has 501 lines", "scripts/check has 501 lines"];
    assert_eq!(too_long(&bad), expected);
}

fn module_files(sources: &[Source]) -> Vec<String> {
    let named = sources.iter().filter(|source| source.path.ends_with("/mod.rs"));
    named.map(|source| format!("{}: name it after its module", source.path)).collect()
}

#[test]
fn a_module_lies_beside_its_folder() {
    keeps(&module_files(&PROJECT));
    let bad = [Source::sample("tests/it/mod.rs", ""), Source::sample("tests/it/model.rs", "")];
    assert_eq!(module_files(&bad), ["tests/it/mod.rs: name it after its module"]);
}

fn long_mains(sources: &[Source]) -> Vec<String> {
    let mains = sources
        .iter()
        .filter(|it| it.path.starts_with("functions/") && it.path.ends_with("/src/main.rs"));
    let code = |line: &&str| !line.trim().is_empty() && !line.starts_with("//!");
    let filled = mains.map(|it| (it, it.text.lines().filter(code).count()));
    let long = filled.filter(|(_, lines)| *lines > 10);
    long.map(|(source, lines)| format!("{} has {lines} lines", source.path)).collect()
}

#[test]
fn the_main_of_a_function_has_ten_lines() {
    keeps(&long_mains(&PROJECT));
    let bad = [Source::sample("functions/mailer/src/main.rs", &"//! a\nf();\n\n".repeat(11))];
    assert_eq!(long_mains(&bad), ["functions/mailer/src/main.rs has 11 lines"]);
}

fn left_over(sources: &[Source]) -> Vec<String> {
    let words = [["TO", "DO"].concat(), ["FIX", "ME"].concat()];
    let mut breaches = Vec::new();
    for source in sources {
        for (at, line) in source.text.lines().enumerate() {
            let mut found = line.split(|c: char| !c.is_alphanumeric());
            if let Some(word) = found.find(|found| words.iter().any(|word| word == found)) {
                breaches.push(format!("{}:{}: {word}: an issue, or done", source.path, at + 1));
            }
        }
    }
    breaches
}

#[test]
fn nothing_is_left_to_do_in_a_comment() {
    keeps(&left_over(&PROJECT));
    let text = ["a\n// TO", "DO: b\nMASTO", "DON\n"].concat();
    let expected = ["a.rs:2: TO", "DO: an issue, or done"].concat();
    assert_eq!(left_over(&[Source::sample("a.rs", &text)]), [expected]);
}

/// Lints for everyone, versions in one place, one `clippy.toml`: a crate's own replaces it whole.
fn own_ways(sources: &[Source]) -> Vec<String> {
    let mut breaches = Vec::new();
    for source in sources {
        let Some(folder) = source.path.rsplit_once('/').map(|(folder, _)| folder) else { continue };
        if source.path.ends_with("/clippy.toml") || source.path.ends_with("/rustfmt.toml") {
            breaches.push(format!("{} replaces the one at the root", source.path));
        }
        if !source.path.ends_with("/Cargo.toml") {
            continue;
        }
        if !source.text.contains("[lints]\nworkspace = true\n") {
            breaches.push(format!("{folder} does not take the lints of the workspace"));
        }
        let mut dependencies = false;
        for line in source.text.lines().map(str::trim) {
            if line.starts_with('[') {
                dependencies = line.ends_with("dependencies]");
            } else if dependencies && line.contains('=') && !line.contains("workspace = true") {
                breaches.push(format!("{folder} has a version of its own: {line}"));
            }
        }
    }
    breaches
}

#[test]
fn every_package_has_the_lints_and_versions_of_the_workspace() {
    keeps(&own_ways(&PROJECT));
    let lax = "[package]\nname = \"a\"\n[dev-dependencies]\nserde.workspace = true\ntoml = \"1\"\n";
    assert_eq!(
        own_ways(&[
            Source::sample("shared/a/Cargo.toml", lax),
            Source::sample("a/clippy.toml", "")
        ]),
        [
            "shared/a does not take the lints of the workspace",
            "shared/a has a version of its own: toml = \"1\"",
            "a/clippy.toml replaces the one at the root",
        ]
    );
}

/// The last part of a snapshot's file name is the name of its test, or the name given to it there.
fn unreferenced(sources: &[Source]) -> Vec<String> {
    let tests = sources.iter().filter(|source| source.is_rust() && source.is_test());
    let mut names: Vec<String> = Vec::new();
    for test in tests {
        names.extend(
            definitions(&test.tokens())
                .into_iter()
                .filter_map(|found| (found.kind == Kind::Function).then_some(found.name)),
        );
        names.extend(test.text.split('"').skip(1).step_by(2).map(str::to_owned));
    }
    let snapshots = sources.iter().filter_map(|source| source.path.strip_suffix(".snap"));
    let lost = snapshots.filter(|path| {
        let name = path.rsplit("__").next().unwrap();
        let unnumbered = name.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('-');
        !names.iter().any(|known| known == name || known == unnumbered)
    });
    lost.map(|path| format!("{path}.snap: no test compares it")).collect()
}

#[test]
fn every_snapshot_has_a_test() {
    keeps(&unreferenced(&PROJECT));
    let project = [
        Source::sample("tests/it/a.rs", "fn a_mail() { assert_snapshot!(\"named\", x); }"),
        Source::sample("tests/it/snapshots/it__a__a_mail.snap", ""),
        Source::sample("tests/it/snapshots/it__a__a_mail-2.snap", ""),
        Source::sample("tests/it/snapshots/it__a__named.snap", ""),
        Source::sample("tests/it/snapshots/it__a__gone.snap", ""),
    ];
    let expected = "tests/it/snapshots/it__a__gone.snap: no test compares it";
    assert_eq!(unreferenced(&project), [expected]);
}

fn rough_scripts(sources: &[Source]) -> Vec<String> {
    let mut breaches = Vec::new();
    for source in sources.iter().filter(|source| is_script(source)) {
        for wanted in ["#!/usr/bin/env bash\n", "\nset -euo pipefail\n", "--help"] {
            if !source.text.contains(wanted) {
                breaches.push(format!("{} has no {}", source.path, wanted.trim()));
            }
        }
    }
    breaches
}

#[test]
fn every_script_stops_at_a_failure_and_explains_itself() {
    keeps(&rough_scripts(&PROJECT));
    let bad = [Source::sample("scripts/deploy", "#!/usr/bin/env bash\nset -e\n# --help\n")];
    assert_eq!(rough_scripts(&bad), ["scripts/deploy has no set -euo pipefail"]);
}

#[cfg(unix)]
#[test]
fn every_script_can_be_started() {
    use std::os::unix::fs::PermissionsExt;

    let starts = |path: &str| {
        let mode = source::root().join(path).metadata().unwrap().permissions().mode();
        mode & 0o111 == 0o111
    };
    let scripts = PROJECT.iter().filter(|source| is_script(source));
    let inert: Vec<_> = scripts.map(|it| it.path.clone()).filter(|path| !starts(path)).collect();
    keeps(&inert);
    assert!(!starts("Cargo.toml"));
}
