//! What an operator gets who settles a case: figures, and the document of them.
//!
//! Setting type takes a second here and there, since nothing of typst's is fully optimized in tests.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use insta::assert_snapshot;
use serde_json::Value;

use super::run::run_on;

/// One household in a year: the case that the rules of settling are tested with.
const CASE: &str = include_str!("../../../../shared/domain/src/settlement/tests/base.json");

/// The names of the files in `folder`, in order, and their sizes.
fn files(folder: &Path) -> Vec<(String, u64)> {
    let mut files: Vec<(String, u64)> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            (entry.file_name().into_string().unwrap(), entry.metadata().unwrap().len())
        })
        .collect();
    files.sort();
    files
}

#[test]
fn a_settled_case_is_written_as_paper_and_as_e_invoice_with_the_same_bytes_each_time() {
    let folder = tempfile::tempdir().unwrap();
    let [first, second] = ["first/made", "second"].map(|name| folder.path().join(name));
    let figures = run_on(CASE, &["settle"]);
    for out in [&first, &second] {
        let ended = run_on(CASE, &["settle", "--out", out.to_str().unwrap()]);
        assert_eq!((ended.status, ended.err.as_str()), (0, ""));
        assert_eq!(ended.out, figures.out, "documents change no figure");
    }
    let result: Value = serde_json::from_str(&figures.out).unwrap();
    let number = result["number"].as_str().unwrap();
    let [pdf, xml] = ["pdf", "xml"].map(|ending| format!("{number}.{ending}"));
    assert_eq!(files(&first).iter().map(|(name, _)| name).collect::<Vec<_>>(), [&pdf, &xml]);
    for name in [&pdf, &xml] {
        assert_eq!(fs::read(first.join(name)).unwrap(), fs::read(second.join(name)).unwrap());
    }
    let paper = fs::read(first.join(&pdf)).unwrap();
    assert!(paper.starts_with(b"%PDF-1.7"), "{:?}", paper.get(..8));
    let e_invoice = fs::read_to_string(first.join(&xml)).unwrap();
    assert!(e_invoice.contains(&format!("<cbc:ID>{number}</cbc:ID>")), "{e_invoice}");
}

#[test]
fn a_refused_case_leaves_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("made");
    let case = CASE.replacen("\"rules\": 1", "\"rules\": 9", 1);
    let ended = run_on(&case, &["settle", "--out", out.to_str().unwrap()]);
    assert_eq!((ended.status, ended.err.as_str()), (2, ""));
    assert_snapshot!(ended.out, @r#"{"errors":[{"code":"rules_unknown","at":"rules"}]}"#);
    assert!(!out.exists());
}

#[test]
fn a_folder_that_cannot_be_written_is_no_fault_of_the_case() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("a-file");
    fs::write(&out, "kept").unwrap();
    let ended = run_on(CASE, &["settle", "--out", out.to_str().unwrap()]);
    assert_eq!((ended.status, ended.out.as_str()), (1, ""));
    assert!(ended.err.starts_with("error: "), "{}", ended.err);
    assert_eq!(fs::read_to_string(&out).unwrap(), "kept");
}

/// Cases that are not part of the project are written, too, where they lie beside it; what is written
/// is left in cargo's folder for tests, where `tests/documents/run.py` judges it.
#[test]
fn cases_from_beside_the_project_are_written() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/settle");
    if !cases.is_dir() {
        drop(writeln!(io::stdout(), "skipped: there is no shared/data/settle beside the project"));
        return;
    }
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join("settled");
    drop(fs::remove_dir_all(&out));
    let mut written = 0;
    for entry in fs::read_dir(cases).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let Some(name) = name.strip_suffix(".case.json") else { continue };
        let case = fs::read_to_string(&path).unwrap();
        let ended = run_on(&case, &["settle", "--out", out.to_str().unwrap()]);
        let expected = path.with_file_name(format!("{name}.result.json"));
        let expected: Value = serde_json::from_slice(&fs::read(expected).unwrap()).unwrap();
        let result: Value = serde_json::from_str(&ended.out).unwrap();
        if expected["errors"].is_array() {
            assert_eq!((ended.status, result), (2, expected));
            continue;
        }
        assert_eq!((ended.status, ended.err.as_str()), (0, ""), "{name}");
        let number = expected["number"].as_str().unwrap();
        assert!(out.join(format!("{number}.pdf")).exists(), "{name}");
        fs::write(out.join(format!("{number}.json")), &ended.out).unwrap();
        written += 1;
    }
    assert_eq!(written, 5);
}
