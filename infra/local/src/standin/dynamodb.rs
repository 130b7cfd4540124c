//! DynamoDB: an embedded database that speaks its JSON, called in process.

mod touched;

use std::{
    collections::BTreeSet,
    fmt,
    sync::{Arc, Mutex},
};

use dynoxide::{
    Database, DynoxideError,
    storage_backend::ManualClock,
    types::{Item, item_size},
};
use http::StatusCode;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

pub(crate) use self::touched::ItemName;
use self::touched::Touched;
use super::{Answer, Keep, SnapshotError, StartError, wire};
use crate::{
    clock::{Clock, hold},
    gate::{Access, Facts, Outcome, Service, Units},
    template::Table,
};

/// The tables of the stack.
pub struct Tables {
    clock: Clock,
    database: Database,
    /// The database's own clock, set from the stack's before each call.
    ticks: ManualClock,
    created: Vec<Table>,
    /// The snapshot that the tables are equal to, until something is written.
    equal_to: Mutex<Option<Backup>>,
    touched: Mutex<Touched>,
}

/// A copy of the database in a file that goes with its last owner.
type Backup = Arc<tempfile::TempPath>;

/// Every item at one instant, and which of them nobody had looked at.
#[derive(Debug, Clone)]
pub(super) struct Snapshot {
    copy: Backup,
    touched: Touched,
}

/// What is in the tables that was not when somebody looked last.
#[derive(Debug)]
pub(crate) enum Changed {
    /// These are all items.
    All(Vec<(ItemName, Value)>),
    /// Only these may differ; those without an item are gone.
    Some(Vec<(ItemName, Option<Value>)>),
}

impl fmt::Debug for Tables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tables").field("tables", &self.created).finish_non_exhaustive()
    }
}

/// What items are sorted by: their keys, then all of them.
fn key_and_text(item: &Value) -> (String, String, String) {
    (item["pk"].to_string(), item["sk"].to_string(), item.to_string())
}

impl Tables {
    pub(super) fn create(
        tables: &[Table],
        clock: Clock,
        keep: Keep<'_>,
    ) -> Result<Self, StartError> {
        let ticks = ManualClock::new(0);
        let database = match keep {
            Keep::Nothing => Database::memory_with_clock(ticks.arc()),
            Keep::In(folder) => Database::new(&folder.join("dynamodb.sqlite").to_string_lossy()),
        };
        let database = database.map_err(|refused| table_error("", &refused))?;
        let created = tables.to_vec();
        let (equal_to, touched) = (Mutex::default(), Mutex::default());
        let created = Self { clock, database, ticks, created, equal_to, touched };
        for table in tables {
            created.create_table(table)?;
        }
        Ok(created)
    }

    /// Every item of a table in the order of its keys, as DynamoDB's JSON.
    ///
    /// **Shape.** `table` is the deployed name; an unknown one has no items.
    pub fn items(&self, table: &str) -> Vec<Value> {
        let mut items = Vec::new();
        self.pages(table, |page| items.extend(page));
        items.sort_by_cached_key(key_and_text);
        items
    }

    /// The same as text, one line an item: of a large table a tenth of what the items take.
    pub fn lines(&self, table: &str) -> Vec<String> {
        let mut lines = Vec::new();
        self.pages(table, |page| lines.extend(page.iter().map(key_and_text)));
        lines.sort_unstable();
        lines.into_iter().map(|(_, _, line)| line).collect()
    }

    /// Gives every item of a table, some at a time, in no order.
    fn pages(&self, table: &str, mut take: impl FnMut(Vec<Value>)) {
        let mut from = Value::Null;
        loop {
            let mut body = json!({"TableName": table});
            if !from.is_null() {
                wire::add(&mut body, "ExclusiveStartKey", from);
            }
            let Ok(mut page) = run(&body, |request| self.database.scan(request)) else {
                return;
            };
            if let Some(Value::Array(found)) = page.get_mut("Items").map(Value::take) {
                take(found);
            }
            from = page.get_mut("LastEvaluatedKey").map(Value::take).unwrap_or_default();
            if from.is_null() {
                return;
            }
        }
    }

    /// What may differ from when this was asked last, or from the snapshot that was put back since
    /// and what had not been told in it.
    pub(crate) fn changed(&self) -> Changed {
        let touched = std::mem::replace(&mut *hold(&self.touched), Touched::These(BTreeSet::new()));
        match touched {
            Touched::All => Changed::All(
                self.created
                    .iter()
                    .flat_map(|table| {
                        let items = self.items(&table.name).into_iter();
                        items.map(|item| (ItemName::of(table, &item), item))
                    })
                    .collect(),
            ),
            Touched::These(names) => Changed::Some(
                names
                    .into_iter()
                    .map(|name| {
                        let item = self.item(&name);
                        (name, item)
                    })
                    .collect(),
            ),
        }
    }

    fn item(&self, name: &ItemName) -> Option<Value> {
        let key: Value = serde_json::from_str(&name.key).ok()?;
        let body = json!({"TableName": name.table, "Key": key, "ConsistentRead": true});
        let mut found = run(&body, |request| self.database.get_item(request)).ok()?;
        found.get_mut("Item").map(Value::take)
    }

    /// The tables, as the template names them.
    pub fn tables(&self) -> &[Table] {
        &self.created
    }

    /// Deletes every item whose time to live has passed, and says how many. AWS does so within
    /// days, so nothing may depend on whether this has run.
    ///
    /// **Errors.** The database's message: the caller reports the defect.
    pub fn expire(&self) -> Result<usize, String> {
        self.set_ticks();
        *hold(&self.equal_to) = None;
        *hold(&self.touched) = Touched::All;
        self.database.sweep_ttl().map_err(|refused| refused.to_string())
    }

    /// Copies the database, or names the copy that it is still equal to.
    pub(super) fn snapshot(&self) -> Result<Snapshot, SnapshotError> {
        let mut equal_to = hold(&self.equal_to);
        let copy = match &*equal_to {
            Some(copy) => Arc::clone(copy),
            None => self.copy()?,
        };
        *equal_to = Some(Arc::clone(&copy));
        Ok(Snapshot { copy, touched: hold(&self.touched).clone() })
    }

    fn copy(&self) -> Result<Backup, SnapshotError> {
        let file = tempfile::NamedTempFile::new().map_err(SnapshotError::Folder)?;
        let path = file.into_temp_path();
        let copied = self.database.vacuum_into(&path.to_string_lossy());
        copied.map_err(|refused| SnapshotError::Tables(refused.to_string()))?;
        Ok(Arc::new(path))
    }

    /// Copies the snapshot back page by page; nothing is done when nothing was written since.
    pub(super) fn restore(&self, snapshot: &Snapshot) -> Result<(), SnapshotError> {
        let mut equal_to = hold(&self.equal_to);
        hold(&self.touched).clone_from(&snapshot.touched);
        if equal_to.as_ref().is_some_and(|equal| Arc::ptr_eq(equal, &snapshot.copy)) {
            return Ok(());
        }
        let copied = self.database.restore_from(&snapshot.copy.to_string_lossy());
        copied.map_err(|refused| SnapshotError::Tables(refused.to_string()))?;
        *equal_to = Some(Arc::clone(&snapshot.copy));
        Ok(())
    }

    pub(super) fn answer(&self, op: &str, body: &Value) -> Answer {
        self.set_ticks();
        if Facts::new(Service::DynamoDb, op, "").access == Access::Write {
            *hold(&self.equal_to) = None;
            hold(&self.touched).note(body, &self.created);
        }
        let wanted = body.get("ReturnConsumedCapacity").and_then(Value::as_str);
        let wants_units = wanted.is_some_and(|wanted| wanted != "NONE");
        let mut counted = body.clone();
        if !wants_units && op != "DescribeTable" && counted.is_object() {
            wire::add(&mut counted, "ReturnConsumedCapacity", json!("TOTAL"));
        }
        match self.run(op, &counted) {
            Ok(mut answer) => {
                let units = units(op, answer.get("ConsumedCapacity"));
                if !wants_units && let Some(answer) = answer.as_object_mut() {
                    answer.remove("ConsumedCapacity");
                }
                Answer { units, ..wire::ok(Service::DynamoDb, &answer) }
            }
            Err(refused) => {
                Answer { units: self.units_of_refused(body, &refused), ..refusal(&refused) }
            }
        }
    }

    fn run(&self, op: &str, body: &Value) -> Result<Value, DynoxideError> {
        let database = &self.database;
        match op {
            "GetItem" => run(body, |request| database.get_item(request)),
            "Query" => run(body, |request| database.query(request)),
            "BatchGetItem" => run(body, |request| database.batch_get_item(request)),
            "TransactGetItems" => run(body, |request| database.transact_get_items(request)),
            "PutItem" => run(body, |request| database.put_item(request)),
            "UpdateItem" => run(body, |request| database.update_item(request)),
            "DeleteItem" => run(body, |request| database.delete_item(request)),
            "BatchWriteItem" => run(body, |request| database.batch_write_item(request)),
            "TransactWriteItems" => run(body, |request| database.transact_write_items(request)),
            "DescribeTable" => run(body, |request| database.describe_table(request)),
            "Scan" => Err(DynoxideError::AccessDeniedException(
                "nobody may perform dynamodb:Scan: its cost follows the table, not the question"
                    .to_owned(),
            )),
            _ => Err(DynoxideError::SerializationException(format!("unknown operation `{op}`"))),
        }
    }

    fn create_table(&self, table: &Table) -> Result<(), StartError> {
        let keys = [
            Some((&table.partition_key, "HASH")),
            table.sort_key.as_ref().map(|key| (key, "RANGE")),
        ];
        let keys: Vec<_> = keys.into_iter().flatten().collect();
        let schema: Vec<Value> = keys
            .iter()
            .map(|(name, kind)| json!({"AttributeName": name, "KeyType": kind}))
            .collect();
        let attributes: Vec<Value> = keys
            .iter()
            .map(|(name, _)| json!({"AttributeName": name, "AttributeType": "S"}))
            .collect();
        let created = run(
            &json!({
                "TableName": table.name,
                "KeySchema": schema,
                "AttributeDefinitions": attributes,
                "BillingMode": "PAY_PER_REQUEST",
            }),
            |request| self.database.create_table(request),
        );
        match created {
            Ok(_) => {}
            // A folder that was kept has its tables already.
            Err(DynoxideError::ResourceInUseException(_)) => return Ok(()),
            Err(refused) => return Err(table_error(&table.name, &refused)),
        }
        let Some(ttl) = &table.ttl else {
            return Ok(());
        };
        let lives = json!({
            "TableName": table.name,
            "TimeToLiveSpecification": {"Enabled": true, "AttributeName": ttl},
        });
        run(&lives, |request| self.database.update_time_to_live(request))
            .map(|_| ())
            .map_err(|refused| table_error(&table.name, &refused))
    }

    fn set_ticks(&self) {
        self.ticks.set(u64::try_from(self.clock.now().timestamp()).unwrap_or_default());
    }

    /// What AWS charges for a write whose condition failed: the larger of the item that is there
    /// and the item that was to be, twice in a transaction.
    ///
    /// **Source.** DynamoDB developer guide, read and write operations: conditional writes.
    fn units_of_refused(&self, body: &Value, refused: &DynoxideError) -> Units {
        let is_condition = matches!(refused, DynoxideError::ConditionalCheckFailedException(..));
        let is_transaction = matches!(refused, DynoxideError::TransactionCanceledException(..));
        let writes = match (is_condition, is_transaction) {
            (true, _) => self.units_of_attempt(body),
            (false, true) => actions(body)
                .map(|action| self.units_of_attempt(action).saturating_mul(2))
                .fold(0, u64::saturating_add),
            (false, false) => 0,
        };
        Units { writes, half_reads: 0 }
    }

    fn units_of_attempt(&self, action: &Value) -> u64 {
        let new: Option<Item> = action.get("Item").and_then(read);
        let key = action.get("Key").cloned().or_else(|| {
            let table = self.created.iter().find(|table| action["TableName"] == table.name)?;
            let names = std::iter::once(&table.partition_key).chain(&table.sort_key);
            names.map(|name| Some((name.clone(), action.get("Item")?.get(name)?.clone()))).collect()
        });
        let old = json!({"TableName": action["TableName"], "Key": key, "ConsistentRead": true});
        let old = run(&old, |request| self.database.get_item(request)).ok();
        let old: Option<Item> = old.as_ref().and_then(|answer| answer.get("Item")).and_then(read);
        let bytes = [old, new].iter().flatten().map(item_size).max().unwrap_or_default();
        u64::try_from(bytes.div_ceil(1024)).unwrap_or(u64::MAX).max(1)
    }
}

pub(super) fn facts(op: &str, body: &Value) -> Facts {
    let mut tables: Vec<&str> = Vec::new();
    let mut keys: Vec<&str> = Vec::new();
    for asked in std::iter::once(body).chain(actions(body)) {
        tables.extend(asked.get("TableName").and_then(Value::as_str));
        keys.extend(partition_key(asked));
    }
    let batch = body.get("RequestItems").and_then(Value::as_object);
    tables.extend(batch.into_iter().flatten().map(|(table, _)| table.as_str()));
    tables.sort_unstable();
    tables.dedup();
    let facts = Facts::new(Service::DynamoDb, op, tables.join("+"));
    let facts = tables.into_iter().fold(facts, |facts, table| facts.with("table", table));
    keys.into_iter().fold(facts, |facts, key| facts.with("key", key))
}

/// The partition key that a request or an action of a transaction is about, when it names one.
fn partition_key(asked: &Value) -> Option<&str> {
    let named = asked.get("Key").or_else(|| asked.get("Item")).and_then(|item| item.get("pk"));
    let queried = asked.get("ExpressionAttributeValues").and_then(|values| values.get(":pk"));
    named.or(queried)?.get("S")?.as_str()
}

/// The actions of a transaction: what stands inside `Put`, `Update`, `Delete`, `ConditionCheck`
/// or `Get`.
fn actions(body: &Value) -> impl Iterator<Item = &Value> {
    let items = body.get("TransactItems").and_then(Value::as_array);
    let actions = items.into_iter().flatten().filter_map(Value::as_object);
    actions.flat_map(|action| action.values())
}

/// Another transaction holds an item of this write.
pub(super) fn conflict(op: &str, body: &Value) -> Answer {
    if op != "TransactWriteItems" {
        return wire::refused(
            Service::DynamoDb,
            StatusCode::BAD_REQUEST,
            "TransactionConflictException",
            "Transaction is ongoing for the item",
        );
    }
    let reasons: Vec<Value> = actions(body)
        .enumerate()
        .map(|(at, _)| match at {
            0 => json!({
                "Code": "TransactionConflict",
                "Message": "Transaction is ongoing for the item",
            }),
            _ => json!({"Code": "None"}),
        })
        .collect();
    let codes: Vec<&str> = reasons.iter().filter_map(|reason| reason["Code"].as_str()).collect();
    let body = json!({
        "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "Message": format!(
            "Transaction cancelled, please refer cancellation reasons for specific reasons [{}]",
            codes.join(", ")
        ),
        "CancellationReasons": reasons,
    });
    answer_refusal(StatusCode::BAD_REQUEST, "TransactionCanceledException", &body.to_string())
}

/// Runs one operation of the database on the JSON of its request.
fn run<Request: DeserializeOwned, Response: Serialize>(
    body: &Value,
    operation: impl FnOnce(Request) -> Result<Response, DynoxideError>,
) -> Result<Value, DynoxideError> {
    let request = Request::deserialize(body).map_err(|wrong| {
        // The database marks what DynamoDB would find wrong with a well-formed request.
        match wrong.to_string().strip_prefix("VALIDATION:") {
            Some(reason) => DynoxideError::ValidationException(reason.to_owned()),
            None => DynoxideError::SerializationException(wrong.to_string()),
        }
    })?;
    let response = operation(request)?;
    serde_json::to_value(response)
        .map_err(|broken| DynoxideError::InternalServerError(broken.to_string()))
}

fn read(item: &Value) -> Option<Item> {
    Item::deserialize(item).ok()
}

fn refusal(refused: &DynoxideError) -> Answer {
    let status = StatusCode::from_u16(refused.status_code()).unwrap_or(StatusCode::BAD_REQUEST);
    let code = refused.error_type();
    let code = code.rsplit_once('#').map_or(code, |(_, code)| code);
    answer_refusal(status, code, &refused.to_json())
}

fn answer_refusal(status: StatusCode, code: &str, body: &str) -> Answer {
    let plain = wire::refused(Service::DynamoDb, status, code, "");
    let response = plain.response.map(|_| bytes::Bytes::copy_from_slice(body.as_bytes()));
    Answer { response, outcome: Outcome::Refused(code.to_owned()), units: Units::default() }
}

/// The units of an answer, by table or of one.
fn units(op: &str, consumed: Option<&Value>) -> Units {
    let access = Facts::new(Service::DynamoDb, op, "").access;
    let tables = match consumed {
        Some(Value::Array(tables)) => tables.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    tables.iter().fold(Units::default(), |sum, table| {
        // A repeated transaction says itself that it only read.
        let (reads, writes) = (table.get("ReadCapacityUnits"), table.get("WriteCapacityUnits"));
        let all = table.get("CapacityUnits");
        sum + match (reads, writes, access) {
            (None, None, Access::Read) => Units { writes: 0, half_reads: halves(all) },
            (None, None, Access::Write) => Units { writes: halves(all).div_ceil(2), half_reads: 0 },
            _ => Units { writes: halves(writes).div_ceil(2), half_reads: halves(reads) },
        }
    })
}

/// Twice the value of a JSON number that is a whole or a half, read from its digits.
fn halves(number: Option<&Value>) -> u64 {
    let Some(Value::Number(number)) = number else {
        return 0;
    };
    let text = number.to_string();
    let (whole, rest) = text.split_once('.').unwrap_or((&text, "0"));
    let whole: u64 = whole.parse().unwrap_or_default();
    whole.saturating_mul(2).saturating_add(u64::from(rest.starts_with('5')))
}

fn table_error(table: &str, refused: &DynoxideError) -> StartError {
    StartError::Table { table: table.to_owned(), reason: refused.to_string() }
}

#[cfg(test)]
mod tests;
