//! Meters: once each, at a connection that is there, one at a time.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;

use crate::connection::ConnectionNumber;
use crate::meter::{MeterNumber, RegisterName};
use crate::reading::Source;

use super::{
    Code, FileKind, Files, Finding, MeterRow, RegisterKey, Report, index, refuse_doubled, resolve,
};

const FILE: FileKind = FileKind::Meters;

pub(super) fn check(files: &mut Files, report: &mut Report) {
    let Some(lines) = &mut files.meters else { return };
    refuse_doubled(FILE, "meter_number", lines, report);
    let connections = files.connections.as_deref();
    let known = connections.map(index);
    let exchanges = files.readings.as_deref().map(|readings| {
        let keys = readings.iter().filter_map(|line| line.key.as_ref());
        let exchange = |source| matches!(source, Source::Installed | Source::Removed);
        keys.filter_map(|key| {
            let source = key.source.filter(|source| exchange(*source))?;
            Some((&key.meter, &key.register, source))
        })
        .collect::<HashSet<_>>()
    });
    let mut hung = Hung::default();
    for line in lines.iter_mut() {
        let (Some(key), Some(row)) = (&line.key, &line.record) else { continue };
        let mut findings = Vec::new();
        let told = |column: &str, code| Finding::new(FILE, line.at, column, code);
        if let (Some(connections), Some(known)) = (connections, &known) {
            let connections = (FileKind::Connections, connections);
            let orphan = |code| told("connection_id", code);
            match resolve(&key.connection, connections, known, orphan) {
                Ok(connection) if !connection.supply.commodity.is_counted_in(row.register.unit) => {
                    let commodity = connection.supply.commodity.as_str();
                    let finding = told("unit", Code::Contradiction).of(row.register.unit.as_str());
                    findings.push(finding.because(format!("the connection delivers {commodity}")));
                }
                Ok(_) => {}
                Err(orphan) => findings.push(orphan),
            }
        }
        if let Some(exchanges) = &exchanges {
            findings.extend(missing_values(line.at, key, row, exchanges));
        }
        findings.extend(hung.hang(line.at, key, row));
        if !findings.is_empty() {
            line.record = None;
        }
        report.add_all(findings);
    }
}

/// The readings of exchange that neither this row nor `readings.csv` has.
fn missing_values(
    line: u32,
    key: &RegisterKey,
    row: &MeterRow,
    exchanges: &HashSet<(&MeterNumber, &RegisterName, Source)>,
) -> Vec<Finding> {
    let missing = |column: &str, source, word: &str| {
        (!exchanges.contains(&(&key.meter, &key.register, source))).then(|| {
            Finding::new(FILE, line, column, Code::Required)
                .mend(format!("fill it, or deliver a reading of source {word}"))
        })
    };
    let installed = if row.installed_value.is_none() {
        missing("installed_value", Source::Installed, "installed")
    } else {
        None
    };
    let removed = if row.removed_on.is_some() && row.removed_value.is_none() {
        missing("removed_value", Source::Removed, "removed")
    } else {
        None
    };
    installed.into_iter().chain(removed).collect()
}

/// Until when which meter hangs, and its line, by the days that it came and went.
type Times = BTreeMap<(NaiveDate, NaiveDate), (MeterNumber, u32)>;

/// What hangs where, of the lines before.
#[derive(Default)]
struct Hung {
    /// By register of a connection, the time of each meter: they share no more than a day.
    times: HashMap<(ConnectionNumber, RegisterName), Times>,
    /// By meter, the days of its first row.
    meters: HashMap<(ConnectionNumber, MeterNumber), (NaiveDate, Option<NaiveDate>, u32)>,
}

impl Hung {
    fn hang(&mut self, line: u32, key: &RegisterKey, row: &MeterRow) -> Option<Finding> {
        let contradiction = |reason: String| {
            Finding::new(FILE, line, "installed_on", Code::Contradiction).because(reason)
        };
        let days = (row.installed_on, row.removed_on, line);
        let meter = (key.connection.clone(), key.meter.clone());
        let (installed, removed, at) = *self.meters.entry(meter).or_insert(days);
        if (installed, removed) != (row.installed_on, row.removed_on) {
            let reason = format!("line {at} has other days for another register of this meter");
            return Some(
                contradiction(reason).mend("the registers of a meter come and go with it"),
            );
        }
        let register = (key.connection.clone(), key.register.clone());
        let times = self.times.entry(register).or_default();
        let end = row.removed_on.unwrap_or(NaiveDate::MAX);
        let before = times.range(..(end, NaiveDate::MIN)).next_back();
        if let Some(((_, until), (other, at))) = before
            && *until > row.installed_on
        {
            let reason = format!("meter {other} of line {at} hangs there at that time");
            return Some(contradiction(reason).mend("when was which of the two removed?"));
        }
        times.insert((row.installed_on, end), (key.meter.clone(), line));
        None
    }
}
