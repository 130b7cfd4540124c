//! Loading the old administration: idempotent upserts, equal bodies are not written.
//!
//! | pk | sk | is |
//! |---|---|---|
//! | `ACC#<account>` | `~<connection>#ADV` | its advances; of a whole collective `~#ADV` |
//! | `OLD#<old number>` | `-` | the account that an old customer number leads to |
//! | `IMPORT` | `<import>` | an import: how many chunks it has, and which are loaded |
//! | | `LOCK` | the import that is being loaded |
//!
//! Everything else lies where `store::account`, `store::history`, `store::link` and
//! `store::roster` say.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use futures::{StreamExt as _, TryStreamExt as _};
use serde::{Deserialize, Serialize};

use domain::account::Account;
use domain::advance::{Advance, Covers};
use domain::import::{AccountRecord, ConnectionRecord, MeterRecord, OldNumber};
use domain::language::Language;
use domain::request::Before;

use crate::Error;

use super::account::{
    FiledConnection, FiledMeter, account_key, connection_key, meter_key, partition, recipient_key,
};
use super::campaign::instant;
use super::history::{FiledReadings, imported_key};
use super::key::Key;
use super::link::{LinkedConnection, subject_key};
use super::recipient::TRANSIENT;
use super::{Item, LAST, Store, Stretch, Write, body, item, s, text};

/// What loading one account came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Loaded {
    /// Items that were written or removed.
    pub changed: u64,
    /// Items that were there already, to the letter.
    pub equal: u64,
}

/// Whether an open campaign must hear of what changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changes {
    /// None is open: its opening will look at every account.
    Forgotten,
    /// One is open: it asks joiners and lets leavers go.
    Noted,
}

/// How far an import is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportRecord {
    /// How many chunks it has.
    pub chunks: u32,
    /// Which of them are loaded, from 1; a set of numbers that grows by itself.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub loaded: BTreeSet<u32>,
}

impl ImportRecord {
    /// Whether all of it is loaded.
    pub fn is_done(&self) -> bool {
        u64::from(self.chunks) == u64::try_from(self.loaded.len()).unwrap_or(u64::MAX)
    }
}

/// The advances of a connection.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct FiledAdvances {
    pub(super) advances: Vec<Advance>,
}

/// So long an import holds the lock after it last showed life.
const LOCKED: TimeDelta = TimeDelta::minutes(30);

/// So many writes of one account are under way at once; DynamoDB takes 1,000 a second a partition.
const WRITES: usize = 8;

fn import_key(import: &str) -> Key {
    Key::new("IMPORT", import)
}

impl Store {
    /// Loads one account; whatever it has that campaigns wrote stays.
    pub async fn load_account(
        &self,
        record: &AccountRecord,
        changes: Changes,
    ) -> Result<Loaded, Error> {
        let number = &record.account.number;
        let pk = partition(number);
        let stretch =
            Stretch { table: &self.core, pk, from: " ".into(), to: format!("{LAST}{LAST}") };
        let mut existing = BTreeMap::new();
        for item in self.all(&stretch).await? {
            existing.insert(text(&item, "sk")?, item);
        }
        let mut loaded = Loaded::default();
        let mut puts = Vec::new();
        let mut stay = BTreeSet::new();
        for (key, item) in Self::account_items(record, &existing)? {
            stay.insert(key.sk.clone());
            if existing.get(&key.sk) == Some(&item) {
                loaded.equal += 1;
            } else {
                puts.push(item);
            }
        }
        let mut supply_changed = false;
        for connection in &record.connections {
            let key = connection_key(number, &connection.connection.number);
            supply_changed |= !existing.contains_key(&key.sk)
                || puts
                    .iter()
                    .any(|put| text(put, "sk").is_ok_and(|sk| decides_asking(&sk, &key.sk)));
        }
        let noted = supply_changed && changes == Changes::Noted;
        // A load that is broken off finds the account not yet there, or the change not yet dealt
        // with, and does the rest: the roster and the note come first, the account itself last.
        if noted {
            self.note_change(number).await?;
        }
        if !existing.contains_key("A") {
            self.enrol(number).await?;
            loaded.changed += 1;
        }
        for connection in &record.connections {
            let key = connection_key(number, &connection.connection.number);
            if !existing.contains_key(&key.sk) {
                self.allot(connection, record.account.language).await?;
                loaded.changed += 1;
            }
        }
        let gone: Vec<Key> = existing
            .keys()
            .filter(|sk| sk.starts_with("RCPT#") && !stay.contains(*sk))
            .map(|sk| Key::new(partition(number), sk))
            .collect();
        let written = puts.len() + gone.len();
        loaded.changed += u64::try_from(written).unwrap_or(u64::MAX);
        for key in gone {
            self.delete(&self.core, key).await?;
        }
        let (account, puts): (Vec<Item>, Vec<Item>) =
            puts.into_iter().partition(|put| text(put, "sk").is_ok_and(|sk| sk == "A"));
        let puts: Vec<_> = puts.into_iter().map(|item| self.put_item(item)).collect();
        futures::stream::iter(puts).buffer_unordered(WRITES).try_collect::<Vec<()>>().await?;
        for item in account {
            self.put_item(item).await?;
        }
        if noted {
            // Whoever dealt with the note before all was written looks again.
            self.note_change(number).await?;
        }
        Ok(loaded)
    }

    /// Has an old customer number lead to its account.
    pub async fn load_old_number(&self, old: &OldNumber) -> Result<(), Error> {
        let key = Key::new(format!("OLD#{}", old.old), "-");
        self.put(&self.core, key, &BTreeMap::from([("account", &old.account)])).await
    }

    /// Every item of an account but its new connections, which [`Store::allot`] writes.
    fn account_items(
        record: &AccountRecord,
        existing: &BTreeMap<String, Item>,
    ) -> Result<Vec<(Key, Item)>, Error> {
        let number = &record.account.number;
        let mut items = Vec::new();
        let mut add = |key: Key, item: Item| items.push((key, item));
        let key = account_key(number);
        add(key.clone(), item(key, &record.account)?);
        for (place, recipient) in record.recipients.iter().enumerate() {
            let key = recipient_key(number, place);
            let mut recipient = recipient.clone();
            if let Some(known) = existing.get(&key.sk) {
                let known: domain::account::Recipient = body(known.clone())?;
                if known.address == recipient.address {
                    recipient.state = known.state;
                }
            }
            let mut filed = item(key.clone(), &recipient)?;
            let known =
                existing.get(&key.sk).filter(|known| known.get("address") == filed.get("address"));
            if let Some(bounces) = known.and_then(|known| known.get(TRANSIENT)) {
                filed.insert(TRANSIENT.into(), bounces.clone());
            }
            add(key, filed);
        }
        for ConnectionRecord { connection, meters } in &record.connections {
            let key = connection_key(number, &connection.number);
            if let Some(known) = existing.get(&key.sk) {
                let known: FiledConnection = body(known.clone())?;
                let filed = FiledConnection { connection: connection.clone(), ..known };
                let linked = LinkedConnection {
                    account: number.clone(),
                    connection: connection.number.clone(),
                    generation: filed.generation,
                    language: record.account.language,
                };
                if changes_language(record, existing)? {
                    let key = subject_key(filed.subject);
                    add(key.clone(), item(key, &linked)?);
                }
                add(key.clone(), item(key, &filed)?);
            }
            for MeterRecord { meter, readings } in meters {
                let key = meter_key(number, meter);
                let last = Before::last_of(meter, readings);
                add(key.clone(), item(key, &FiledMeter { meter: meter.clone(), last })?);
                let key = imported_key(number, &connection.number, &meter.number);
                let filed = FiledReadings {
                    meter: meter.number.clone(),
                    campaign: None,
                    revision: domain::id::Revision::default(),
                    readings: readings.clone(),
                };
                add(key.clone(), item(key, &filed)?);
            }
        }
        for (connection, advances) in by_connection(&record.advances) {
            let key = Key::new(partition(number), format!("{LAST}{connection}#ADV"));
            add(key.clone(), item(key, &FiledAdvances { advances })?);
        }
        Ok(items)
    }

    /// Writes a new connection together with the subject that is allotted to it.
    async fn allot(&self, record: &ConnectionRecord, language: Language) -> Result<(), Error> {
        let connection = &record.connection;
        let account = &connection.account;
        let subject = self.draw_subject(connection.number.as_str())?;
        let generation = domain::id::Generation::FIRST;
        let filed = FiledConnection { connection: connection.clone(), subject, generation };
        let linked = LinkedConnection {
            account: account.clone(),
            connection: connection.number.clone(),
            generation,
            language,
        };
        let writes = [
            Write::Put {
                table: &self.core,
                item: item(subject_key(subject), &linked)?,
                condition: Some("attribute_not_exists(pk)"),
            },
            Write::Put {
                table: &self.core,
                item: item(connection_key(account, &connection.number), &filed)?,
                condition: Some("attribute_not_exists(pk)"),
            },
        ];
        self.transact(writes.into_iter().map(Write::build).collect::<Result<_, _>>()?).await
    }

    async fn put_item(&self, item: Item) -> Result<(), Error> {
        let call = self.client.put_item().table_name(&self.core).set_item(Some(item));
        call.send().await.map_err(|error| Error::of("PutItem", error))?;
        Ok(())
    }

    /// Takes the lock for `import`, or keeps it.
    ///
    /// **Errors.** [`Error::Conflict`] while another import is being loaded: come again later.
    pub async fn lock_import(&self, import: &str, now: DateTime<Utc>) -> Result<(), Error> {
        let call = self
            .client
            .update_item()
            .table_name(&self.core)
            .set_key(Some(Key::new("IMPORT", "LOCK").into_item()))
            .update_expression("SET held_by = :import, held_until = :until")
            .condition_expression(
                "attribute_not_exists(held_by) OR held_by = :import OR held_until <= :now",
            )
            .expression_attribute_values(":import", s(import))
            .expression_attribute_values(":until", s(instant(now + LOCKED)))
            .expression_attribute_values(":now", s(instant(now)));
        call.send().await.map_err(|error| Error::of("UpdateItem", error))?;
        Ok(())
    }

    /// Whether an import is being loaded at `now`: nobody plans meanwhile.
    pub async fn is_importing(&self, now: DateTime<Utc>) -> Result<bool, Error> {
        let lock: Option<BTreeMap<String, serde_json::Value>> =
            self.get(&self.core, Key::new("IMPORT", "LOCK")).await?;
        let until = lock.as_ref().and_then(|lock| lock.get("held_until")?.as_str());
        Ok(until.is_some_and(|until| until > instant(now).as_str()))
    }

    /// How far `import` is, or `None` for one that was never begun.
    pub async fn import(&self, import: &str) -> Result<Option<ImportRecord>, Error> {
        self.get(&self.core, import_key(import)).await
    }

    /// Notes that `import` has `chunks` chunks.
    pub async fn begin_import(&self, import: &str, chunks: u32) -> Result<(), Error> {
        let record = ImportRecord { chunks, loaded: BTreeSet::new() };
        self.put_new(&self.core, import_key(import), &record).await?;
        Ok(())
    }

    /// Notes that `chunk` of `import` is loaded, and gives the lock back when all are.
    pub async fn note_loaded(&self, import: &str, chunk: u32) -> Result<ImportRecord, Error> {
        let loaded = aws_sdk_dynamodb::types::AttributeValue::Ns(vec![chunk.to_string()]);
        let call = self
            .client
            .update_item()
            .table_name(&self.core)
            .set_key(Some(import_key(import).into_item()))
            .update_expression("ADD loaded :chunk")
            .expression_attribute_values(":chunk", loaded)
            .return_values(aws_sdk_dynamodb::types::ReturnValue::AllNew);
        let answer = call.send().await.map_err(|error| Error::of("UpdateItem", error))?;
        let record: ImportRecord = body(answer.attributes.unwrap_or_default())?;
        if record.is_done() {
            self.delete(&self.core, Key::new("IMPORT", "LOCK")).await?;
        }
        Ok(record)
    }
}

/// Whether the item at `sk` decides whether the connection at `connection` is asked: the connection
/// itself, or one of its meters.
fn decides_asking(sk: &str, connection: &str) -> bool {
    sk.strip_prefix(connection).is_some_and(|rest| rest.is_empty() || rest.starts_with("#METER#"))
}

/// Whether the account is to be written to in another language than before.
fn changes_language(
    record: &AccountRecord,
    existing: &BTreeMap<String, Item>,
) -> Result<bool, Error> {
    let Some(known) = existing.get("A") else { return Ok(false) };
    let known: Account = body(known.clone())?;
    Ok(known.language != record.account.language)
}

/// The advances by connection; those of a whole collective under the empty name.
fn by_connection(advances: &[Advance]) -> BTreeMap<String, Vec<Advance>> {
    let mut by_connection: BTreeMap<String, Vec<Advance>> = BTreeMap::new();
    for advance in advances {
        let name = match &advance.covers {
            Covers::Connection(connection) => connection.to_string(),
            Covers::Account => String::new(),
        };
        by_connection.entry(name).or_default().push(advance.clone());
    }
    by_connection
}
