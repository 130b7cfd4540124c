//! What the largest documents and a night full of them take: bytes, memory and time of the processor.
//!
//! Optimized as what is deployed (`scripts/test volume`) all of it is made and the processor's time is
//! judged. Without that it takes ten times as long, so a part is made, and its bytes and memory are
//! judged.

use std::io::{self, Write as _};
use std::process::Command;
use std::time::Duration;
use std::{env, fs};

use rustix::time::{ClockId, clock_gettime};
use serde_json::Value;

use domain::settlement::settle;

use crate::cases::{Made, collective, consumer, heated, term_invoice, thrown};
use crate::set;

/// Whether this is the code that is deployed, and not that of every other test.
const OPTIMIZED: bool = !cfg!(debug_assertions);

/// Addresses of the largest account that is thought of.
const ADDRESSES: u16 = if OPTIMIZED { 400 } else { 40 };

/// Connections of the largest document that import lets in, and what a mail may carry of it.
const LIMIT: u16 = 500;
const MAILED_BYTES: u64 = 5_000_000;

/// So many documents show what each leaves behind, and then once more so many.
const DOCUMENTS: u64 = if OPTIMIZED { 500 } else { 12 };

/// Kilobytes of memory that may be held after them, and that the later ones may have added.
const HELD_KB: u64 = 524_288;
const GROWN_KB: u64 = 65_536;

/// Bytes of a document for each of its many addresses: a row, or all lines.
const ROW_BYTES: u64 = 1_125;
const IN_FULL_BYTES: u64 = 6_250;

/// The processor's time for settling an address, a first document, many rows, and all lines of many.
const SETTLED: Duration = Duration::from_micros(100);
const FIRST: Duration = Duration::from_millis(60);
const ROWS: Duration = Duration::from_millis(500);
const IN_FULL: Duration = Duration::from_secs(5);

/// The processor's time that this process has taken, its threads together.
pub(crate) fn taken() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ProcessCPUTime)).unwrap()
}

/// Kilobytes of memory that this process holds; Linux alone tells.
fn held_kb() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_ascii_whitespace().nth(1)?.parse().ok()
}

pub(crate) fn tell(line: &str) {
    drop(writeln!(io::stdout(), "{line}"));
}

/// Tells how many of `unit` something is, and fails where that is more than its bar.
#[track_caller]
fn at_most(bar: u64, what: &str, is: u64, unit: &str) {
    tell(&format!("{what}: {is} {unit} of {bar}"));
    assert!(is <= bar, "{what}: {is} {unit}, and not {bar}");
}

/// Tells which time the processor took for something, and fails where it is more than its bar.
#[track_caller]
fn within(bar: Duration, what: &str, took: Duration) {
    tell(&format!("{what}: {took:?} of {bar:?}"));
    assert!(!OPTIMIZED || took <= bar, "{what}: {took:?}, and not {bar:?}");
}

/// Whether this process runs the test `name` and nothing else, so that what it holds and takes is that
/// test's. If not, one that does has run when this returns, and failed where that one did.
#[track_caller]
pub(crate) fn alone(name: &str) -> bool {
    let mut arguments = env::args();
    if arguments.any(|argument| argument == "--exact") {
        return true;
    }
    let run = Command::new(env::current_exe().unwrap())
        .args(["--exact", "--nocapture", name])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&run.stdout);
    tell(&said);
    assert!(run.status.success(), "{said}{}", String::from_utf8_lossy(&run.stderr));
    assert!(said.contains("1 passed"), "{said}");
    false
}

#[test]
fn the_first_document_is_there_soon() {
    if alone("volume::the_first_document_is_there_soon") {
        drop(set(&Made::of("first", &consumer())));
        within(FIRST, "from the start of the program to its first PDF", taken());
    }
}

#[test]
fn a_large_account_is_settled_at_once() {
    if alone("volume::a_large_account_is_settled_at_once") {
        let made = Made::of("settled", &collective(ADDRESSES.into()));
        let before = taken();
        drop(settle(&made.case).unwrap());
        let what = format!("settling {ADDRESSES} addresses");
        within(SETTLED * u32::from(ADDRESSES), &what, taken().saturating_sub(before));
    }
}

#[test]
fn a_row_for_each_of_many_addresses_is_set() {
    if alone("volume::a_row_for_each_of_many_addresses_is_set") {
        let what = format!("{ADDRESSES} rows");
        set_many(&what, &term_invoice(ADDRESSES.into()), ROWS, ROW_BYTES);
    }
}

#[test]
fn all_lines_of_many_addresses_are_set() {
    if alone("volume::all_lines_of_many_addresses_are_set") {
        let what = format!("all lines of {ADDRESSES} addresses");
        set_many(&what, &collective(ADDRESSES.into()), IN_FULL, IN_FULL_BYTES);
    }
}

#[test]
fn the_largest_document_that_is_let_in_fits_a_mail() {
    if alone("volume::the_largest_document_that_is_let_in_fits_a_mail") {
        let count = if OPTIMIZED { LIMIT } else { 25 };
        let mut case = collective(count.into());
        let connections = case["connections"].as_array_mut().unwrap();
        connections.iter_mut().step_by(3).for_each(heated);
        let what = format!("all lines of {count} addresses, every third with heat");
        let pdf = set(&Made::of(&what, &case));
        let bytes = u64::try_from(pdf.len()).unwrap();
        at_most(MAILED_BYTES.div_euclid(LIMIT.into()) * u64::from(count), &what, bytes, "bytes");
    }
}

/// Sets a document with many addresses within `time` and `bytes` for each of them.
fn set_many(what: &str, case: &Value, time: Duration, bytes: u64) {
    let made = Made::of(what, case);
    let before = taken();
    let pdf = set(&made);
    within(time, what, taken().saturating_sub(before));
    at_most(bytes * u64::from(ADDRESSES), what, u64::try_from(pdf.len()).unwrap(), "bytes");
}

#[test]
fn a_thousand_documents_leave_no_more_behind_than_a_few() {
    if held_kb().is_none() {
        tell("skipped: this system does not tell what a process holds");
    } else if alone("volume::a_thousand_documents_leave_no_more_behind_than_a_few") {
        let made = |seed: u64| drop(set(&thrown(seed)));
        // Faces, library and the first pages are there.
        (0..DOCUMENTS).for_each(made);
        let before = held_kb().unwrap();
        (DOCUMENTS..2 * DOCUMENTS).for_each(made);
        let after = held_kb().unwrap();
        at_most(HELD_KB, &format!("held after {} documents", 2 * DOCUMENTS), after, "kB");
        let grown = after.saturating_sub(before);
        at_most(GROWN_KB, "grown in the second half", grown, "kB");
    }
}
