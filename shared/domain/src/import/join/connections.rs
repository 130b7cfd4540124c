//! Connections: once each, of a customer that is there, and on an invoice that can be made.

use std::collections::HashMap;

use crate::account::{Collective, CustomerNumber, Invoicing};
use crate::connection::{Connection, Ean};

use super::{Code, FileKind, Files, Finding, Report, index, refuse_doubled, resolve};

const FILE: FileKind = FileKind::Connections;
/// The most connections of one collective invoice.
const COLLECTIVE_LIMIT: u32 = 500;

pub(super) fn check(files: &mut Files, report: &mut Report) {
    let Some(lines) = &mut files.connections else { return };
    refuse_doubled(FILE, "connection_id", lines, report);
    let customers = files.customers.as_deref();
    let known = customers.map(index);
    let mut seen = Seen::default();
    for line in lines.iter_mut() {
        let Some(connection) = &line.record else { continue };
        let mut findings = Vec::new();
        if let (Some(customers), Some(known)) = (customers, &known) {
            let told = |code| Finding::new(FILE, line.at, "customer_number", code);
            match resolve(&connection.account, (FileKind::Customers, customers), known, told) {
                Ok(row) => {
                    findings.extend(seen.collective(line.at, connection, row.account.invoicing));
                }
                Err(orphan) => findings.push(orphan),
            }
        }
        findings.extend(seen.ean(line.at, connection));
        let refused = !findings.is_empty();
        findings.extend(seen.town(line.at, connection));
        if refused {
            line.record = None;
        }
        report.add_all(findings);
    }
}

/// What the lines before had.
#[derive(Default)]
struct Seen {
    eans: HashMap<Ean, u32>,
    collectives: HashMap<Collective, (CustomerNumber, u32)>,
    on_invoice: HashMap<(CustomerNumber, Option<Collective>), u32>,
    towns: HashMap<String, (String, u32)>,
}

impl Seen {
    fn ean(&mut self, line: u32, connection: &Connection) -> Option<Finding> {
        let ean = connection.ean.as_ref()?;
        let first = *self.eans.entry(ean.clone()).or_insert(line);
        (first != line).then(|| {
            Finding::new(FILE, line, "ean", Code::Duplicate)
                .of(ean.as_str())
                .because(format!("the EAN code of line {first}"))
                .mend("leave it where it belongs")
        })
    }

    fn collective(
        &mut self,
        line: u32,
        connection: &Connection,
        invoicing: Invoicing,
    ) -> Option<Finding> {
        let contradiction = |reason: String| {
            Finding::new(FILE, line, "collective_id", Code::Contradiction).because(reason)
        };
        if let Some(id) = &connection.collective {
            if invoicing == Invoicing::PerConnection {
                let reason = "its customer does not have collective yes".to_owned();
                let finding = contradiction(reason).of(id.as_str());
                return Some(finding.mend("empty it, or collective yes in customers"));
            }
            let owner = (connection.account.clone(), line);
            let (first, at) = self.collectives.entry(id.clone()).or_insert(owner);
            if *first != connection.account {
                let reason = format!("line {at} has it for customer {first}");
                return Some(
                    contradiction(reason).of(id.as_str()).mend("one customer a collective"),
                );
            }
        }
        if invoicing == Invoicing::PerConnection {
            return None;
        }
        let invoice = (connection.account.clone(), connection.collective.clone());
        let count = self.on_invoice.entry(invoice).or_default();
        *count += 1;
        (*count > COLLECTIVE_LIMIT).then(|| {
            contradiction(format!("above {COLLECTIVE_LIMIT} connections on one collective invoice"))
                .mend("split them with collective_id")
        })
    }

    /// A postcode lies in one town.
    fn town(&mut self, line: u32, connection: &Connection) -> Option<Finding> {
        let address = &connection.address;
        let town = (address.city.to_lowercase(), line);
        let postcode = address.postcode.as_str().to_owned();
        let (first, at) = self.towns.entry(postcode).or_insert_with(|| town.clone());
        (*first != town.0).then(|| {
            Finding::new(FILE, line, "city", Code::PostcodeCity)
                .of(&address.city)
                .because(format!("line {at} has another town with postcode {}", address.postcode))
        })
    }
}
