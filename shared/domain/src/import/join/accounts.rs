//! Customers: once each, their old numbers, and what looks odd about them.

use std::collections::{BTreeSet, HashMap};

use crate::account::{CustomerNumber, Payment};

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

/// Warnings about customers: an IBAN of several, no connection.
pub(super) fn warn(files: &Files, report: &mut Report) {
    let Some(customers) = &files.customers else { return };
    let mut ibans: HashMap<&str, u32> = HashMap::new();
    let connections = files.connections.as_deref();
    let owners: Option<BTreeSet<&CustomerNumber>> = connections.map(|lines| {
        lines.iter().filter_map(|line| Some(&line.record.as_ref()?.account)).collect()
    });
    for line in customers {
        let Some(row) = &line.record else { continue };
        let iban = match &row.account.payment {
            Payment::Transfer { iban, .. } => iban.as_ref(),
            Payment::DirectDebit { iban, .. } => Some(iban),
        };
        if let Some(iban) = iban {
            let first = *ibans.entry(iban.as_str()).or_insert(line.at);
            if first != line.at {
                let finding = Finding::new(FILE, line.at, "iban", Code::SharedIban);
                report.add(finding.because(format!("the IBAN of line {first} too")));
            }
        }
        if owners.as_ref().is_some_and(|owners| !owners.contains(&row.account.number)) {
            let finding = Finding::new(FILE, line.at, "customer_number", Code::NoConnection);
            report.add(finding.of(row.account.number.as_str()));
        }
    }
}
