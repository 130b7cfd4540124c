//! What looks odd about a set that is accepted: nothing is refused, somebody should look.

use std::collections::{HashMap, HashSet};

use crate::account::{CustomerNumber, Iban, Payment};
use crate::reading::Source;

use super::{Code, FileKind, Files, Finding, History, Report};

/// Warns of customers without a connection or with the IBAN of another, of connections without a
/// meter or a capacity, and of meters without readings.
pub(super) fn warn(files: &Files, history: &History, report: &mut Report) {
    customers(files, report);
    connections(files, report);
    meters(files, history, report);
}

fn customers(files: &Files, report: &mut Report) {
    let connections = files.connections.iter().flatten();
    let owners: HashSet<&CustomerNumber> =
        connections.filter_map(|line| Some(&line.record.as_ref()?.account)).collect();
    let mut ibans: HashMap<&Iban, u32> = HashMap::new();
    for line in files.customers.iter().flatten() {
        let Some(row) = &line.record else { continue };
        let told = |column: &str, code| Finding::new(FileKind::Customers, line.at, column, code);
        let iban = match &row.account.payment {
            Payment::Transfer { iban, .. } => iban.as_ref(),
            Payment::DirectDebit { iban, .. } => Some(iban),
        };
        if let Some(iban) = iban {
            let first = *ibans.entry(iban).or_insert(line.at);
            if first != line.at {
                let finding = told("iban", Code::SharedIban);
                report.add(finding.because(format!("the IBAN of line {first} too")));
            }
        }
        if !owners.contains(&row.account.number) {
            let finding = told("customer_number", Code::NoConnection);
            report.add(finding.of(row.account.number.as_str()));
        }
    }
}

fn connections(files: &Files, report: &mut Report) {
    let meters = files.meters.iter().flatten().filter_map(|line| line.key.as_ref());
    let metered: HashSet<_> = meters.map(|key| &key.connection).collect();
    for line in files.connections.iter().flatten() {
        let Some(connection) = &line.record else { continue };
        let told = |column: &str, code| {
            let finding = Finding::new(FileKind::Connections, line.at, column, code);
            finding.of(connection.number.as_str())
        };
        if !metered.contains(&connection.number) {
            let finding = told("connection_id", Code::NoReading);
            report.add(finding.because("a connection without a meter"));
        } else if connection.supply.capacity.is_none() {
            report.add(told("capacity", Code::NoCapacity));
        }
    }
}

fn meters(files: &Files, history: &History, report: &mut Report) {
    for (place, line) in files.meters.iter().flatten().enumerate() {
        let (Some(key), Some(row)) = (&line.key, &line.record) else { continue };
        let readings = history.get(&place).map(Vec::as_slice).unwrap_or_default();
        let code = if readings.is_empty() {
            Code::NoReading
        } else if row.removed_on.is_none() && readings.iter().all(|r| r.source == Source::Installed)
        {
            Code::NoHistory
        } else {
            continue;
        };
        let finding = Finding::new(FileKind::Meters, line.at, "meter_number", code);
        report.add(finding.of(key.meter.as_str()));
    }
}
