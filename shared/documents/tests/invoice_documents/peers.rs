//! Documents beside those of others: typst's own binding for Python with this very template, and a
//! writer of e-invoices in Python (`tests/bench/documents.py`).
//!
//! `scripts/test volume` has them, and says where their Python is.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use documents::{parts, ubl};

use crate::cases::{Made, thrown};
use crate::volume::{alone, taken, tell};
use crate::{letterhead, set};

/// The Python that has them.
const PYTHON: Option<&str> = option_env!("METERLINK_PEERS");

/// How many documents each side makes in a round, and how many rounds, by turns.
const DOCUMENTS: u32 = 60;
const ROUNDS: u32 = 3;

/// Ours write so many e-invoices for each that they set: their clock is a coarse one.
const AGAIN: u32 = 100;

/// Our least rates, in hundredths of theirs. The design asks for 100 of the first, too (performance.md,
/// section 6), which runs are about: `docs/decisions/0015-documents.md`.
const SET: u128 = 90;
const WRITTEN: u128 = 10_000;

/// The processor's time for each of `times` things that `work` does.
fn each(times: u32, work: impl FnOnce()) -> Duration {
    let before = taken();
    work();
    taken().saturating_sub(before) / times
}

/// The folder with all that a typst needs to set them, each in one of its own.
fn desks(invoices: &[Made]) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("peers");
    for made in invoices {
        let desk = folder.join(&made.name);
        fs::create_dir_all(&desk).unwrap();
        for (name, bytes) in parts(&made.case, &made.settlement, &letterhead()).unwrap() {
            fs::write(desk.join(name), bytes).unwrap();
        }
    }
    fs::write(folder.join("invoice.typ"), include_bytes!("../../templates/invoice.typ")).unwrap();
    folder
}

/// The processor's time that others take: typst's binding for a document, drafthorse for an e-invoice.
fn theirs(python: &str, desks: &Path) -> [Duration; 2] {
    let script: PathBuf =
        [env!("CARGO_MANIFEST_DIR"), "../../tests/bench/documents.py"].iter().collect();
    let ended = Command::new(python).arg("-B").arg(script).arg(desks).output().unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    let said = String::from_utf8(ended.stdout).unwrap();
    let words: Vec<&str> = said.split_whitespace().collect();
    let ["typst", set, "drafthorse", written] = words[..] else { panic!("{said}") };
    [set, written].map(|nanoseconds| Duration::from_nanos(nanoseconds.parse().unwrap()))
}

#[test]
fn documents_are_made_as_fast_as_by_others() {
    let Some(python) = PYTHON else {
        tell("skipped: METERLINK_PEERS does not say where the Python of the others is");
        return;
    };
    if !alone("peers::documents_are_made_as_fast_as_by_others") {
        return;
    }
    let invoices: Vec<Made> = (0..DOCUMENTS).map(|seed| thrown(seed.into())).collect();
    let desks = desks(&invoices);
    let set_all = || invoices.iter().for_each(|made| drop(set(made)));
    let write_all = || {
        for made in (0..AGAIN).flat_map(|_| &invoices) {
            assert!(!ubl(&made.case, &made.settlement).is_empty());
        }
    };
    set_all();
    let mut sums = [[Duration::ZERO; 2]; 2];
    for _ in 0..ROUNDS {
        let ours = [each(DOCUMENTS, set_all), each(DOCUMENTS * AGAIN, write_all)];
        let theirs = theirs(python, &desks);
        tell(&format!(
            "set in {:?}, by typst's binding in {:?}; written in {:?}, by drafthorse in {:?}",
            ours[0], theirs[0], ours[1], theirs[1]
        ));
        for (place, sum) in sums.iter_mut().enumerate() {
            sum[0] += ours[place];
            sum[1] += theirs[place];
        }
    }
    for ([ours, theirs], bar) in sums.into_iter().zip([SET, WRITTEN]) {
        let rate = (theirs.as_nanos() * 100).div_euclid(ours.as_nanos());
        tell(&format!("our rate: {rate} hundredths of theirs, at least {bar}"));
        assert!(rate >= bar, "{rate} hundredths, and not {bar}");
    }
}
