//! The two tables as this function sees them: canned answers, and a count of the calls.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures::FutureExt as _;
use serde_json::{Value, json};

use cloud::connect::{Dropped, Exchange};

/// What the tables answer.
#[derive(Clone, Debug)]
pub(super) struct Table {
    /// The item of every subject, as JSON; `null` is none.
    pub(super) linked: Value,
    /// The dates of the campaign.
    pub(super) dates: Value,
    /// The connection, its meters and its requests, each with its sort key.
    pub(super) connection: Value,
    /// What was read before.
    pub(super) history: Value,
    /// The receipt of every number.
    pub(super) receipt: Value,
    /// How often something was sent.
    pub(super) posts: u32,
    /// What a transaction comes to, one after the other: for each of its items a code, or nothing
    /// when it succeeds.
    pub(super) transactions: Vec<Vec<&'static str>>,
    /// What the connection is from the second time on that it is read.
    pub(super) later: Option<Value>,
    /// Whether the service can be reached.
    pub(super) away: bool,
    /// Every call: its operation and what it was about.
    pub(super) calls: Vec<String>,
    /// Every transaction that succeeded.
    pub(super) written: Vec<Value>,
}

/// The tables, answering in the place of DynamoDB.
pub(super) fn exchange(table: &Arc<Mutex<Table>>) -> Exchange {
    let table = Arc::clone(table);
    Arc::new(move |request| {
        let table = Arc::clone(&table);
        async move { table.lock().unwrap().answer(&request) }.boxed()
    })
}

impl Table {
    fn answer(&mut self, request: &http::Request<Bytes>) -> Result<http::Response<Bytes>, Dropped> {
        let target = request.headers().get("x-amz-target").unwrap().to_str().unwrap();
        let operation = target.rsplit('.').next().unwrap();
        let body: Value = serde_json::from_slice(request.body()).unwrap();
        let pk = body["Key"]["pk"]["S"].as_str().unwrap_or_default();
        let from = body["ExpressionAttributeValues"][":from"]["S"].as_str().unwrap_or_default();
        let kind: String =
            format!("{pk}{from}").chars().take_while(|c| *c != '#' && *c != '~').collect();
        let about = match (kind.as_str(), from.starts_with('~')) {
            ("", true) => "history",
            ("ACC", _) => "receipt",
            (kind, _) => kind,
        };
        self.calls.push(format!("{operation} {about}").trim().to_owned());
        if self.away {
            return Err(Dropped);
        }
        let answer = match (operation, about) {
            ("GetItem", "SUBJ") => found(&self.linked),
            ("GetItem", "CMP") => {
                found(&json!({ "progress": { "state": "open", "dates": self.dates } }))
            }
            ("GetItem", "receipt") => found(&self.receipt),
            ("GetItem" | "PutItem", _) => json!({}),
            ("Query", "history") => listed(&self.history),
            ("Query", _) => {
                let listed = listed(&self.connection);
                if let Some(later) = self.later.take() {
                    self.connection = later;
                }
                listed
            }
            ("UpdateItem", _) => {
                let n = json!({ "N": self.posts.to_string() });
                let hour = body["ExpressionAttributeNames"]["#hour"].as_str().unwrap();
                json!({ "Attributes": { "posts": n, hour: n } })
            }
            ("TransactWriteItems", _) => {
                let codes = if self.transactions.is_empty() {
                    Vec::new()
                } else {
                    self.transactions.remove(0)
                };
                if !codes.is_empty() {
                    return Ok(cancelled(&codes));
                }
                self.written.push(body);
                json!({})
            }
            ("SendMessageBatch", _) => {
                json!({ "Successful": [{ "Id": "0", "MessageId": "1", "MD5OfMessageBody": "-" }] })
            }
            other => panic!("{other:?}"),
        };
        Ok(http::Response::new(Bytes::from(answer.to_string())))
    }
}

fn cancelled(codes: &[&str]) -> http::Response<Bytes> {
    let reasons: Vec<Value> = codes.iter().map(|code| json!({ "Code": code })).collect();
    let body = json!({
        "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "message": "cancelled",
        "CancellationReasons": reasons,
    });
    let body = Bytes::from(body.to_string());
    http::Response::builder().status(400).body(body).unwrap()
}

fn found(item: &Value) -> Value {
    if item.is_null() { json!({}) } else { json!({ "Item": attribute(item)["M"] }) }
}

fn listed(items: &Value) -> Value {
    let items: Vec<Value> =
        items.as_array().unwrap().iter().map(|item| attribute(item)["M"].clone()).collect();
    json!({ "Items": items, "Count": items.len() })
}

/// A value as DynamoDB writes it.
fn attribute(value: &Value) -> Value {
    match value {
        Value::Null => json!({ "NULL": true }),
        Value::Bool(bool) => json!({ "BOOL": bool }),
        Value::Number(number) => json!({ "N": number.to_string() }),
        Value::String(text) => json!({ "S": text }),
        Value::Array(values) => {
            json!({ "L": values.iter().map(attribute).collect::<Vec<_>>() })
        }
        Value::Object(fields) => {
            let fields: serde_json::Map<_, _> =
                fields.iter().map(|(name, value)| (name.clone(), attribute(value))).collect();
            json!({ "M": fields })
        }
    }
}
