//! Which items were written since somebody looked, so that who looks often reads only those.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::actions;
use crate::template::Table;

/// What names an item: its table, and its key as DynamoDB's JSON.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ItemName {
    pub(crate) table: String,
    pub(crate) key: String,
}

impl ItemName {
    /// Of an item, or of a key, in `table`.
    pub(super) fn of(table: &Table, attributes: &Value) -> Self {
        let names = std::iter::once(&table.partition_key).chain(&table.sort_key);
        let key = names.map(|name| (name.clone(), attributes[name.as_str()].clone()));
        Self { table: table.name.clone(), key: Value::Object(key.collect()).to_string() }
    }
}

/// What was written.
#[derive(Debug, Clone, Default)]
pub(super) enum Touched {
    /// Whatever there is: nobody looked yet.
    #[default]
    All,
    /// At most these.
    These(BTreeSet<ItemName>),
}

impl Touched {
    /// Notes what the operation `body` may write.
    pub(super) fn note(&mut self, body: &Value, tables: &[Table]) {
        let Self::These(touched) = self else { return };
        let one = std::iter::once(body).chain(actions(body)).filter_map(|asked| {
            let table = asked.get("TableName")?.as_str()?;
            Some((table, asked.get("Key").or_else(|| asked.get("Item"))?))
        });
        let batch = body.get("RequestItems").and_then(Value::as_object);
        let batch = batch.into_iter().flat_map(Map::iter).flat_map(|(table, writes)| {
            let writes = writes.as_array().into_iter().flatten().filter_map(Value::as_object);
            let written = writes.flat_map(Map::values);
            written.filter_map(move |write| {
                Some((table.as_str(), write.get("Item").or_else(|| write.get("Key"))?))
            })
        });
        for (name, attributes) in one.chain(batch) {
            if let Some(table) = tables.iter().find(|table| table.name == name) {
                touched.insert(ItemName::of(table, attributes));
            }
        }
    }
}
