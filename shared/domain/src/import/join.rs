//! The files of a set against each other: keys once, references to something, a history that can
//! be. What a check here refuses loses its record, so that nothing later rests on it.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Display;
use std::hash::Hash;

use crate::account::CustomerNumber;
use crate::advance::Advance;
use crate::connection::{Connection, ConnectionNumber};
use crate::reading::Reading;

use super::advances::AdvanceRow;
use super::code::Code;
use super::columns::FileKind;
use super::customers::CustomerRow;
use super::meters::{MeterRow, RegisterKey};
use super::nearest::nearest;
use super::readings::{ReadingKey, ReadingRow};
use super::report::{Finding, Report};
use super::set::{OldNumber, Set};
use super::table::Line;

mod accounts;
mod advances;
mod assemble;
mod connections;
mod meters;
mod odd;
mod readings;

/// The rows of every file; `None` for one that is missing or refused as a whole. Nothing is said
/// to refer to nothing because of such a file.
#[derive(Debug, Default)]
pub(super) struct Files {
    pub(super) customers: Option<Vec<Line<CustomerNumber, CustomerRow>>>,
    pub(super) connections: Option<Vec<Line<ConnectionNumber, Connection>>>,
    pub(super) meters: Option<Vec<Line<RegisterKey, MeterRow>>>,
    pub(super) readings: Option<Vec<Line<ReadingKey, ReadingRow>>>,
    pub(super) advances: Option<Vec<Line<(), AdvanceRow>>>,
    pub(super) old_numbers: Option<Vec<Line<CustomerNumber, CustomerNumber>>>,
}

/// Checks the files against each other; the set, where nothing at all was refused.
pub(super) fn join(mut files: Files, report: &mut Report) -> Option<Set> {
    accounts::check(&mut files, report);
    connections::check(&mut files, report);
    meters::check(&mut files, report);
    let readings = readings::check(&mut files, report);
    let advances = advances::check(&mut files, report);
    let old_numbers = accounts::check_old_numbers(&mut files, report);
    if !report.is_accepted() {
        return None;
    }
    // What is odd can only be told of a whole set: a refused line would leave gaps.
    odd::warn(&files, &readings, report);
    Some(assemble::assemble(files, readings, advances, old_numbers))
}

/// The readings of each register, by the place of its line in `meters.csv`.
type History = BTreeMap<usize, Vec<Reading>>;
/// The advances of each account.
type Asked = BTreeMap<CustomerNumber, Vec<Advance>>;
/// The old numbers, once each.
type OldNumbers = Vec<OldNumber>;

/// Refuses every line whose key an earlier line has; of identical lines the later are dropped.
fn refuse_doubled<K: Eq + Hash + Display, T>(
    kind: FileKind,
    column: &str,
    lines: &mut [Line<K, T>],
    report: &mut Report,
) {
    let mut first: HashMap<&K, (u32, u64)> = HashMap::with_capacity(lines.len());
    let mut doubled = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let Some(key) = &line.key else { continue };
        match first.get(key) {
            None => {
                first.insert(key, (line.at, line.print));
            }
            Some((earlier, print)) => {
                doubled.push(index);
                if *print == line.print {
                    let finding = Finding::new(kind, line.at, "", Code::Repeated);
                    report.add(finding.because(format!("the same as line {earlier}")));
                } else {
                    let finding = Finding::new(kind, line.at, column, Code::Duplicate);
                    let reason = format!("line {earlier} has this key, with other contents");
                    let finding = finding.of(&key.to_string()).because(reason);
                    report.add(finding.mend("leave one of the two"));
                }
            }
        }
    }
    for index in doubled {
        if let Some(line) = lines.get_mut(index) {
            (line.key, line.record) = (None, None);
        }
    }
}

/// The places of keys in their file.
fn index<K: Ord, T>(lines: &[Line<K, T>]) -> BTreeMap<&K, usize> {
    let keyed = lines.iter().enumerate();
    keyed.filter_map(|(place, line)| Some((line.key.as_ref()?, place))).collect()
}

/// What a key refers to, or the finding that it refers to nothing.
fn resolve<'l, K: Ord + AsRef<str>, T>(
    key: &K,
    (kind, lines): (FileKind, &'l [Line<K, T>]),
    index: &BTreeMap<&K, usize>,
    finding: impl FnOnce(Code) -> Finding,
) -> Result<&'l T, Finding> {
    let Some(line) = index.get(key).and_then(|place| lines.get(*place)) else {
        let after = index.range::<K, _>(key..).map(|(known, _)| *known).take(3);
        let before = index.range::<K, _>(..key).rev().map(|(known, _)| *known).take(3);
        let neighbours: Vec<&str> = after.chain(before).map(AsRef::as_ref).collect();
        let reason = format!("not in {}", kind.stem());
        let finding = finding(Code::Orphan).of(key.as_ref()).because(reason);
        return Err(match nearest(key.as_ref(), neighbours) {
            Some(near) => finding.mend(format!("is {near} meant?")),
            None => finding.mend(format!("deliver its row in {}", kind.stem())),
        });
    };
    line.record
        .as_ref()
        .ok_or_else(|| finding(Code::Orphan).of(key.as_ref()).because(cause(kind, line.at)))
}

/// Why a line falls with another.
fn cause(kind: FileKind, line: u32) -> String {
    format!("because of {}.csv:{line}, which is refused", kind.stem())
}
