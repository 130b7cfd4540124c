//! Customers: once each, and their old numbers.

use std::collections::BTreeSet;

use crate::account::CustomerNumber;

use super::{
    Code, FileKind, Files, Finding, OldNumber, OldNumbers, Report, index, refuse_doubled, resolve,
};

const FILE: FileKind = FileKind::Customers;

pub(super) fn check(files: &mut Files, report: &mut Report) {
    if let Some(lines) = &mut files.customers {
        refuse_doubled(FILE, "customer_number", lines, report);
    }
}

/// Old numbers lead to one account of today, at once.
pub(super) fn check_old_numbers(files: &mut Files, report: &mut Report) -> OldNumbers {
    let kind = FileKind::CustomerNumbers;
    let Some(lines) = &mut files.old_numbers else {
        return OldNumbers::new();
    };
    refuse_doubled(kind, "old_number", lines, report);
    let Some(customers) = &files.customers else {
        return OldNumbers::new();
    };
    let known = index(customers);
    let old: BTreeSet<&CustomerNumber> = lines.iter().filter_map(|l| l.key.as_ref()).collect();
    let mut numbers = OldNumbers::new();
    for line in lines.iter() {
        let (Some(from), Some(to)) = (&line.key, &line.record) else { continue };
        let finding = |column: &str, code| Finding::new(kind, line.at, column, code);
        let told = |code| finding("customer_number", code);
        if let Err(orphan) = resolve(to, (FILE, customers), &known, told) {
            report.add(orphan);
        } else if from != to && known.contains_key(from) {
            let contradiction = finding("old_number", Code::Contradiction).of(from.as_str());
            report.add(contradiction.because("the number of another customer of today"));
        } else if from != to && old.contains(to) {
            let contradiction = finding("customer_number", Code::Contradiction).of(to.as_str());
            report.add(contradiction.because("is an old number itself").mend("name the last one"));
        } else {
            numbers.push(OldNumber { old: from.clone(), account: to.clone() });
        }
    }
    numbers.sort();
    numbers
}
