//! Advances: for a connection that is there, once for each day.

use std::collections::{BTreeMap, HashMap};

use chrono::{Datelike as _, Months, NaiveDate};

use crate::account::{CustomerNumber, Invoicing};
use crate::advance::{Advance, Covers};

use super::super::table::Line;
use super::{AdvanceRow, Asked, Code, FileKind, Files, Finding, Report, index, resolve};

const FILE: FileKind = FileKind::Advances;

/// Checks the advances; those of each account.
pub(super) fn check(files: &mut Files, report: &mut Report) -> Asked {
    let mut asked = Asked::new();
    let Some(lines) = files.advances.take() else {
        return asked;
    };
    let customers = files.customers.as_deref();
    let connections = files.connections.as_deref();
    let known_customers = customers.map(index);
    let known_connections = connections.map(index);
    let mut times = Times::default();
    for line in lines {
        let Line { at, record: Some(AdvanceRow { customer, advance }), print, .. } = line else {
            continue;
        };
        let told = |column: &str, code| Finding::new(FILE, at, column, code);
        let mut findings = Vec::new();
        let mut owner = customer.clone();
        if let (Covers::Connection(number), Some(connections), Some(known)) =
            (&advance.covers, connections, &known_connections)
        {
            let orphan = |code| told("connection_id", code);
            match resolve(number, (FileKind::Connections, connections), known, orphan) {
                Ok(connection) => {
                    if customer.is_some_and(|customer| customer != connection.account) {
                        let reason = format!("the connection is of {}", connection.account);
                        findings.push(told("customer_number", Code::Contradiction).because(reason));
                    }
                    owner = Some(connection.account.clone());
                }
                Err(orphan) => findings.push(orphan),
            }
        } else if let (Some(number), Some(customers), Some(known)) =
            (&customer, customers, &known_customers)
        {
            let orphan = |code| told("customer_number", code);
            match resolve(number, (FileKind::Customers, customers), known, orphan) {
                Ok(row) if row.account.invoicing == Invoicing::PerConnection => {
                    let reason = "its customer does not have collective yes";
                    let finding = told("customer_number", Code::Contradiction).because(reason);
                    findings.push(finding.mend("fill connection_id"));
                }
                Ok(_) => {}
                Err(orphan) => findings.push(orphan),
            }
        }
        let refused = !findings.is_empty();
        report.add_all(findings);
        if refused {
            continue;
        }
        match times.take(owner.as_ref(), &advance, (at, print)) {
            Ok(()) => {
                if let Some(owner) = owner {
                    asked.entry(owner).or_default().push(advance);
                }
            }
            Err(finding) => report.add(finding),
        }
    }
    for advances in asked.values_mut() {
        advances.sort_by(|a, b| (&a.covers, a.period.from).cmp(&(&b.covers, b.period.from)));
    }
    asked
}

/// When an advance that is accepted ends, and the line and print that it has.
type Taken = (NaiveDate, u32, u64);

/// The days that advances of the lines before are for.
#[derive(Default)]
struct Times {
    of: HashMap<(Covers, Option<CustomerNumber>), BTreeMap<NaiveDate, Taken>>,
}

impl Times {
    fn take(
        &mut self,
        owner: Option<&CustomerNumber>,
        advance: &Advance,
        (line, print): (u32, u64),
    ) -> Result<(), Finding> {
        let owner = owner.filter(|_| advance.covers == Covers::Account).cloned();
        let times = self.of.entry((advance.covers.clone(), owner)).or_default();
        let from = advance.period.from;
        let until = advance.period.until.unwrap_or(NaiveDate::MAX);
        let before = times.range(..until).next_back();
        match before {
            Some((_, (end, at, same))) if *end > from => Err(if *same == print {
                let finding = Finding::new(FILE, line, "", Code::Repeated);
                finding.because(format!("the same as line {at}"))
            } else {
                let next = from.checked_add_months(Months::new(1));
                let month = from.day() == 1 && next == advance.period.until;
                let (column, value) = if month {
                    ("month", from.format("%Y-%m"))
                } else {
                    ("from", from.format("%F"))
                };
                let finding =
                    Finding::new(FILE, line, column, Code::Overlap).of(&value.to_string());
                finding
                    .because(format!("line {at} is for that time too"))
                    .mend("leave one of the two")
            }),
            Some(_) | None => {
                times.insert(from, (until, line, print));
                Ok(())
            }
        }
    }
}
