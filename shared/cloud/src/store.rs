//! DynamoDB: accounts, connections, meters, requests, readings and campaigns; the ledger of mails;
//! settlements and invoices; form ids and counters.
//!
//! Each file below is an aggregate with the keys of its items as a table at the top. Every item
//! carries `v`, the version of its shape: a release reads those of the release before it.

use std::collections::HashMap;
use std::fmt;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, Delete, Put, TransactWriteItem, Update};
use serde::Serialize;
use serde::de::DeserializeOwned;

use domain::shard::Drawers;

use crate::connect::Chance;
use crate::settings::Name;
use crate::{Aws, Error, Settings};

pub mod account;
pub mod billing;
pub mod campaign;
pub mod cohort;
pub mod control;
pub mod counted_on;
pub mod delegation;
pub mod estimate;
pub mod follow_up;
pub mod history;
pub mod import;
pub mod issuing;
pub mod link;
pub mod marking;
pub mod numbering;
pub mod obstacle;
pub mod open;
pub mod post;
pub mod recipient;
pub mod roster;
pub mod sends;
pub mod submission;
pub mod wave;

mod key;
mod parts;

use key::Key;

/// The version of the shape that this release writes.
const SHAPE: u8 = 1;

/// An item as DynamoDB knows it.
type Item = HashMap<String, AttributeValue>;

/// The tables.
#[derive(Clone)]
pub struct Store {
    client: Client,
    core: String,
    sends: String,
    short_lived: String,
    billing: String,
    drawers: Drawers,
    chance: Chance,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("core", &self.core).finish_non_exhaustive()
    }
}

/// A stretch of one partition, ascending by sort key.
struct Stretch<'a> {
    table: &'a str,
    pk: String,
    /// The first and the last sort key, both included.
    from: String,
    to: String,
}

/// A page of a stretch, and the sort key to go on behind; `None` when nothing is left.
struct Page {
    items: Vec<Item>,
    next: Option<String>,
}

/// How old what is read may be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Freshness {
    /// As it is.
    Now,
    /// As it was a moment ago, for half the price: for what never changes, and where whoever goes on
    /// does so on condition that it still is so.
    Lately,
}

/// Sorts behind every character of a key.
const LAST: char = '~';

impl Store {
    /// The tables of one function.
    pub fn new(aws: &Aws, settings: &Settings) -> Self {
        let owned = |name| settings.get(name).to_owned();
        Self {
            client: aws.dynamodb(),
            core: owned(Name::Core),
            sends: owned(Name::Sends),
            short_lived: owned(Name::ShortLived),
            billing: owned(Name::Billing),
            drawers: settings.drawers(),
            chance: aws.chance,
        }
    }

    /// Into how many drawers accounts and sends are divided.
    pub fn drawers(&self) -> Drawers {
        self.drawers
    }

    /// The item at `key`, read strongly.
    async fn get<T: DeserializeOwned>(&self, table: &str, key: Key) -> Result<Option<T>, Error> {
        self.found(table, key, Freshness::Now).await?.map(body).transpose()
    }

    /// The item at `key`, as fresh as is asked.
    async fn found(
        &self,
        table: &str,
        key: Key,
        freshness: Freshness,
    ) -> Result<Option<Item>, Error> {
        let strongly = freshness == Freshness::Now;
        let call = self.client.get_item().table_name(table).consistent_read(strongly);
        let call = call.set_key(Some(key.into_item()));
        // Boxed: inside the futures of a function it would lie deeper than the compiler looks.
        let answer = Box::pin(call.send()).await.map_err(|error| Error::of("GetItem", error))?;
        Ok(answer.item)
    }

    /// Puts an item, whatever is there.
    async fn put<T: Serialize + Sync>(&self, table: &str, key: Key, body: &T) -> Result<(), Error> {
        let call = self.client.put_item().table_name(table).set_item(Some(item(key, body)?));
        call.send().await.map_err(|error| Error::of("PutItem", error))?;
        Ok(())
    }

    /// Puts an item where none is; whether it was put.
    async fn put_new<T: Serialize + Sync>(
        &self,
        table: &str,
        key: Key,
        body: &T,
    ) -> Result<bool, Error> {
        let call = self.client.put_item().table_name(table).set_item(Some(item(key, body)?));
        let call = call.condition_expression("attribute_not_exists(pk)");
        held(call.send().await.map(drop).map_err(|error| Error::of("PutItem", error)))
    }

    async fn delete(&self, table: &str, key: Key) -> Result<(), Error> {
        let call = self.client.delete_item().table_name(table).set_key(Some(key.into_item()));
        call.send().await.map_err(|error| Error::of("DeleteItem", error))?;
        Ok(())
    }

    /// At most `limit` items of `stretch` behind the sort key `after`, read strongly.
    async fn page(
        &self,
        stretch: &Stretch<'_>,
        after: Option<String>,
        limit: i32,
    ) -> Result<Page, Error> {
        let start = after.map(|sk| Key { pk: stretch.pk.clone(), sk }.into_item());
        let call = self.query(stretch).limit(limit).set_exclusive_start_key(start);
        let answer = call.send().await.map_err(|error| Error::of("Query", error))?;
        let next = answer.last_evaluated_key.map(|key| text(&key, "sk")).transpose()?;
        Ok(Page { items: answer.items.unwrap_or_default(), next })
    }

    /// All items of `stretch`, read strongly. For stretches that one account or day fills.
    async fn all(&self, stretch: &Stretch<'_>) -> Result<Vec<Item>, Error> {
        let pages = self.query(stretch).into_paginator().items().send();
        pages.collect::<Result<_, _>>().await.map_err(|error| Error::of("Query", error))
    }

    fn query(
        &self,
        stretch: &Stretch<'_>,
    ) -> aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder {
        self.client
            .query()
            .table_name(stretch.table)
            .consistent_read(true)
            .key_condition_expression("pk = :pk AND sk BETWEEN :from AND :to")
            .expression_attribute_values(":pk", s(&stretch.pk))
            .expression_attribute_values(":from", s(&stretch.from))
            .expression_attribute_values(":to", s(&stretch.to))
    }

    /// Writes all of `items` or none.
    async fn transact(&self, items: Vec<TransactWriteItem>) -> Result<(), Error> {
        let call = self.client.transact_write_items().set_transact_items(Some(items));
        call.send().await.map_err(Error::of_transaction)?;
        Ok(())
    }
}

/// Whether the condition of a write held.
fn held(written: Result<(), Error>) -> Result<bool, Error> {
    match written {
        Ok(()) => Ok(true),
        Err(Error::Conflict { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

/// One write of a transaction.
enum Write<'a> {
    /// Put an item, if `condition` holds.
    Put { table: &'a str, item: Item, condition: Option<&'static str> },
    /// Delete the item, whether or not it is there.
    Delete { table: &'a str, key: Key },
    /// Change the item, if `condition` holds.
    Update {
        table: &'a str,
        key: Key,
        change: &'static str,
        condition: &'static str,
        names: Vec<(&'static str, &'static str)>,
        values: Vec<(&'static str, AttributeValue)>,
    },
}

impl Write<'_> {
    fn build(self) -> Result<TransactWriteItem, Error> {
        let unreadable = |error| Error::shape("TransactWriteItems", error);
        let item = TransactWriteItem::builder();
        Ok(match self {
            Self::Put { table, item: body, condition } => {
                let put = Put::builder().table_name(table).set_item(Some(body));
                let put = put.set_condition_expression(condition.map(str::to_owned));
                item.put(put.build().map_err(unreadable)?)
            }
            Self::Delete { table, key } => {
                let delete = Delete::builder().table_name(table).set_key(Some(key.into_item()));
                item.delete(delete.build().map_err(unreadable)?)
            }
            Self::Update { table, key, change, condition, names, values } => {
                let mut update = Update::builder()
                    .table_name(table)
                    .set_key(Some(key.into_item()))
                    .update_expression(change)
                    .condition_expression(condition);
                for (name, attribute) in names {
                    update = update.expression_attribute_names(name, attribute);
                }
                for (name, value) in values {
                    update = update.expression_attribute_values(name, value);
                }
                item.update(update.build().map_err(unreadable)?)
            }
        }
        .build())
    }
}

/// The item of `body` at `key`.
fn item<T: Serialize>(key: Key, body: &T) -> Result<Item, Error> {
    let mut item: Item =
        serde_dynamo::to_item(body).map_err(|error| Error::shape("an item", error))?;
    item.insert("v".into(), n(SHAPE));
    item.extend(key.into_item());
    Ok(item)
}

/// What `item` holds, its key and version left out.
fn body<T: DeserializeOwned>(item: Item) -> Result<T, Error> {
    serde_dynamo::from_item(item).map_err(|error| Error::shape("an item", error))
}

/// The text attribute `name` of `item`.
fn text(item: &Item, name: &'static str) -> Result<String, Error> {
    match item.get(name) {
        Some(AttributeValue::S(text)) => Ok(text.clone()),
        _ => Err(Error::Missing { what: name }),
    }
}

/// One attribute of a serialisable value.
fn attribute<T: Serialize>(value: &T) -> Result<AttributeValue, Error> {
    serde_dynamo::to_attribute_value(value).map_err(|error| Error::shape("an attribute", error))
}

fn s(text: impl Into<String>) -> AttributeValue {
    AttributeValue::S(text.into())
}

fn n(number: impl fmt::Display) -> AttributeValue {
    AttributeValue::N(number.to_string())
}
