//! From rows to accounts, once nothing is refused any more.

use std::collections::BTreeMap;

use crate::account::CustomerNumber;
use crate::connection::ConnectionNumber;
use crate::meter::{Meter, MeterNumber};

use super::super::set::{AccountRecord, ConnectionRecord, MeterRecord, Set};
use super::{Asked, Files, History, OldNumbers};

/// Moves every row to its account.
pub(super) fn assemble(
    files: Files,
    mut history: History,
    mut asked: Asked,
    old_numbers: OldNumbers,
) -> Set {
    let mut meters: BTreeMap<(ConnectionNumber, MeterNumber), MeterRecord> = BTreeMap::new();
    for (place, line) in files.meters.into_iter().flatten().enumerate() {
        let (Some(key), Some(row)) = (line.key, line.record) else { continue };
        let at = (key.connection.clone(), key.meter.clone());
        let record = meters.entry(at).or_insert_with(|| MeterRecord {
            meter: Meter {
                number: key.meter,
                connection: key.connection,
                installed_on: row.installed_on,
                removed_on: row.removed_on,
                registers: Vec::new(),
            },
            readings: Vec::new(),
        });
        record.meter.registers.push(row.register);
        record.readings.extend(history.remove(&place).unwrap_or_default());
    }
    let mut at_connection: BTreeMap<ConnectionNumber, Vec<MeterRecord>> = BTreeMap::new();
    for ((connection, _), mut record) in meters {
        record.meter.registers.sort_by(|a, b| a.name.cmp(&b.name));
        record.readings.sort_by(|a, b| (&a.register, a.on).cmp(&(&b.register, b.on)));
        at_connection.entry(connection).or_default().push(record);
    }
    let mut connections: BTreeMap<CustomerNumber, Vec<ConnectionRecord>> = BTreeMap::new();
    for line in files.connections.into_iter().flatten() {
        let Some(connection) = line.record else { continue };
        let meters = at_connection.remove(&connection.number).unwrap_or_default();
        let of_account = connections.entry(connection.account.clone()).or_default();
        of_account.push(ConnectionRecord { connection, meters });
    }
    let mut accounts = Vec::new();
    for row in files.customers.into_iter().flatten().filter_map(|line| line.record) {
        let number = &row.account.number;
        let mut connections = connections.remove(number).unwrap_or_default();
        connections.sort_by(|a, b| a.connection.number.cmp(&b.connection.number));
        let advances = asked.remove(number).unwrap_or_default();
        accounts.push(AccountRecord {
            account: row.account,
            recipients: row.recipients,
            connections,
            advances,
        });
    }
    accounts.sort_by(|a, b| a.account.number.cmp(&b.account.number));
    Set { accounts, old_numbers }
}
