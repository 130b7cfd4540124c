//! Functions that are written wrong, as layers: each turns the requests of ours into those of a
//! function with one mistake.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures::FutureExt as _;
use http::{Request, Response};
use serde_json::{Value, json};

use cloud::connect::Dropped;
use meterlink::gate::Service;
use meterlink::stack::{Exchange, Layer};

type Answered = Result<Response<Bytes>, Dropped>;

/// A request of DynamoDB, as far as a layer looks at it.
struct Asked {
    op: String,
    body: Value,
}

impl Asked {
    /// `None` when the request is of another service.
    fn of(request: &Request<Bytes>) -> Option<Self> {
        if request.uri().host() != Some(Service::DynamoDb.host()) {
            return None;
        }
        let op = request.headers()["x-amz-target"].to_str().unwrap().rsplit_once('.').unwrap().1;
        let body = serde_json::from_slice(request.body()).unwrap();
        Some(Self { op: op.to_owned(), body })
    }

    fn item(&self, name: &str) -> &str {
        let value = &self.body["Item"][name];
        value["S"].as_str().or(value["N"].as_str()).unwrap_or_default()
    }

    fn puts(&self, partition: &str, sort: &str) -> bool {
        self.op == "PutItem"
            && self.item("pk").starts_with(partition)
            && self.item("sk").contains(sort)
    }

    fn queries(&self, partition: &str) -> bool {
        let asked = self.body["ExpressionAttributeValues"][":pk"]["S"].as_str();
        self.op == "Query" && asked.unwrap_or_default().starts_with(partition)
    }

    /// Whether it claims a row of the ledger.
    fn claims(&self) -> bool {
        self.op == "UpdateItem"
            && !self.body["ExpressionAttributeValues"][":claimed"].is_null()
            && !self.body["ExpressionAttributeValues"][":planned"].is_null()
    }

    /// Whether it plans the first part of an account's mail in a wave.
    fn plans(&self) -> bool {
        self.puts("SND#c2026-", "") && self.item("part") == "1" && self.item("s") == "PLANNED"
    }

    /// Whether it notes how far the planning of a wave is.
    fn notes_planned(&self) -> bool {
        self.puts("WAVE#c2026", "#P#")
    }
}

/// The request with another body, which nobody signs or measures here.
fn with(request: &Request<Bytes>, body: &Value) -> Request<Bytes> {
    let mut request = request.clone();
    *request.body_mut() = Bytes::from(body.to_string());
    request.headers_mut().remove("content-length");
    request
}

/// What DynamoDB would answer with.
fn said(body: &Value) -> Response<Bytes> {
    let answer = Response::builder().header("content-type", "application/x-amz-json-1.0");
    answer.body(Bytes::from(body.to_string())).unwrap()
}

fn read(answer: &Response<Bytes>) -> Value {
    serde_json::from_slice(answer.body()).unwrap_or_default()
}

fn is_mail(request: &Request<Bytes>) -> bool {
    request.uri().host() == Some(Service::Ses.host())
}

/// A layer that does `act` with each request, given the way on and what the process remembers.
fn layer<Memory, Doing>(
    act: impl Fn(Exchange, Arc<Mutex<Memory>>, Request<Bytes>) -> Doing + Send + Sync + 'static,
) -> Layer
where
    Memory: Default + Send + 'static,
    Doing: Future<Output = Answered> + Send + 'static,
{
    let act = Arc::new(act);
    Layer::new(move |on| {
        let (act, memory) = (Arc::clone(&act), Arc::<Mutex<Memory>>::default());
        Arc::new(move |request| act(Arc::clone(&on), Arc::clone(&memory), request).boxed())
    })
}

/// Requests that were answered and not made yet.
type Held = Vec<Request<Bytes>>;

/// Makes what was held.
async fn make_up(on: &Exchange, memory: &Mutex<Held>) {
    let held = std::mem::take(&mut *memory.lock().unwrap());
    for request in held {
        drop(on(request).await);
    }
}

/// A client of the mail service that repeats what was not answered with success.
pub(super) fn mails_are_repeated() -> Layer {
    layer(async |on: Exchange, _: Arc<Mutex<()>>, request| {
        if is_mail(&request) {
            for _ in 0..2 {
                match on(request.clone()).await {
                    Ok(answer) if !answer.status().is_server_error() => return Ok(answer),
                    Ok(_) | Err(_) => {}
                }
            }
        }
        on(request).await
    })
}

/// The row is claimed when the mail was sent.
pub(super) fn claimed_behind_the_mail() -> Layer {
    layer(async |on: Exchange, memory: Arc<Mutex<Held>>, request| {
        if is_mail(&request) {
            let answer = on(request).await;
            make_up(&on, &memory).await;
            return answer;
        }
        let Some(asked) = Asked::of(&request) else { return on(request).await };
        if !asked.claims() {
            if asked.op == "UpdateItem" {
                make_up(&on, &memory).await;
            }
            return on(request).await;
        }
        let key = json!({"TableName": asked.body["TableName"], "Key": asked.body["Key"]});
        let mut looking = with(&request, &key);
        looking.headers_mut().insert("x-amz-target", "DynamoDB_20120810.GetItem".parse().unwrap());
        let mut row = read(&on(looking).await?)["Item"].take();
        if row["s"]["S"] != "PLANNED" {
            return on(request).await;
        }
        let values = &asked.body["ExpressionAttributeValues"];
        let attempts: u32 = row["att"]["N"].as_str().unwrap().parse().unwrap();
        row["att"] = json!({"N": (attempts + 1).to_string()});
        row["s"] = values[":claimed"].clone();
        row["req"] = values[":req"].clone();
        row["claimed_at"] = values[":at"].clone();
        memory.lock().unwrap().push(request);
        Ok(said(&json!({"Attributes": row})))
    })
}

/// A row in doubt can be claimed.
pub(super) fn doubt_is_claimed() -> Layer {
    layer(async |on: Exchange, _: Arc<Mutex<()>>, request| {
        let claim = Asked::of(&request).filter(Asked::claims);
        let Some(Asked { mut body, .. }) = claim else { return on(request).await };
        body["ConditionExpression"] = json!("s IN (:planned, :unknown)");
        body["ExpressionAttributeValues"][":unknown"] = json!({"S": "UNKNOWN"});
        on(with(&request, &body)).await
    })
}

/// What a process that plans a wave remembers.
#[derive(Default)]
pub(super) struct Planning {
    begun: bool,
    rows: Arc<Mutex<Held>>,
}

/// How far planning is, is noted before the rows are written.
pub(super) fn noted_before_the_rows() -> Layer {
    layer(async |on: Exchange, memory: Arc<Mutex<Planning>>, request| {
        let Some(asked) = Asked::of(&request) else { return on(request).await };
        let rows = {
            let mut planning = memory.lock().unwrap();
            planning.begun |= asked.queries("OPEN#");
            if planning.begun && asked.plans() {
                planning.rows.lock().unwrap().push(request);
                return Ok(said(&json!({})));
            }
            planning.begun &= !asked.notes_planned();
            Arc::clone(&planning.rows)
        };
        let answer = on(request).await;
        if asked.notes_planned() {
            make_up(&on, &rows).await;
        }
        answer
    })
}

/// A meter is asked before it is noted that its reading is missing.
pub(super) fn asked_before_it_is_open() -> Layer {
    layer(async |on: Exchange, memory: Arc<Mutex<Held>>, request| {
        let Some(asked) = Asked::of(&request) else { return on(request).await };
        if asked.puts("OPEN#", "") {
            memory.lock().unwrap().push(request);
            return Ok(said(&json!({})));
        }
        let answer = on(request).await;
        if asked.puts("ACC#", "#REQ#") {
            make_up(&on, &memory).await;
        }
        answer
    })
}

/// Events find their row by the id that the mail service gave the mail, once the row has it.
pub(super) fn found_by_message() -> Layer {
    layer(async |on: Exchange, memory: Arc<Mutex<BTreeSet<String>>>, request| {
        let Some(asked) = Asked::of(&request) else { return on(request).await };
        let answer = on(request).await?;
        let mut body = read(&answer);
        let mut wanted = memory.lock().unwrap();
        if asked.op == "BatchGetItem" {
            for of_table in asked.body["RequestItems"].as_object().unwrap().values() {
                let keys = of_table["Keys"].as_array().unwrap().iter();
                wanted.extend(keys.map(|key| key["sk"]["S"].as_str().unwrap().to_owned()));
            }
            for rows in body["Responses"].as_object_mut().unwrap().values_mut() {
                rows.as_array_mut().unwrap().retain(|row| !row["msg"].is_null());
            }
            return Ok(said(&body));
        }
        // What was not found is read once more, and is found no better.
        let key = asked.body["Key"]["sk"]["S"].as_str().unwrap_or_default();
        if asked.op == "GetItem" && wanted.remove(key) && body["Item"]["msg"].is_null() {
            return Ok(said(&json!({})));
        }
        Ok(answer)
    })
}

/// A row is put whatever is there.
pub(super) fn put_over_what_is_there() -> Layer {
    layer(async |on: Exchange, _: Arc<Mutex<()>>, request| {
        let puts = Asked::of(&request).filter(|asked| asked.puts("SND#", ""));
        let Some(Asked { mut body, .. }) = puts else { return on(request).await };
        body.as_object_mut().unwrap().remove("ConditionExpression");
        on(with(&request, &body)).await
    })
}

/// What a mail names is what was open when it was planned.
pub(super) fn listed_when_planned() -> Layer {
    // By the row of the mail, and of every process: who sends it did not plan it.
    let listed = Arc::<Mutex<BTreeMap<String, Response<Bytes>>>>::default();
    layer(move |on: Exchange, claimed: Arc<Mutex<Option<String>>>, request| {
        let listed = Arc::clone(&listed);
        async move {
            let Some(asked) = Asked::of(&request) else { return on(request).await };
            if asked.plans() {
                let account = on(account_of(&request, &asked)).await?;
                listed.lock().unwrap().insert(asked.item("sk").to_owned(), account);
            }
            if asked.claims() {
                let send = asked.body["Key"]["sk"]["S"].as_str().unwrap();
                *claimed.lock().unwrap() = Some(send.to_owned());
            }
            if asked.queries("ACC#") {
                let send = claimed.lock().unwrap().take();
                let account = send.and_then(|send| listed.lock().unwrap().get(&send).cloned());
                if let Some(account) = account {
                    return Ok(account);
                }
            }
            on(request).await
        }
    })
}

/// A request for the account of the mail that `asked` plans.
fn account_of(request: &Request<Bytes>, asked: &Asked) -> Request<Bytes> {
    let account = format!("ACC#{}", asked.item("acc"));
    let query = json!({
        "TableName": "local-core",
        "ConsistentRead": true,
        "KeyConditionExpression": "pk = :pk AND sk < :behind",
        "ExpressionAttributeValues": {":pk": {"S": account}, ":behind": {"S": "RCPT$"}},
    });
    let mut looking = with(request, &query);
    looking.headers_mut().insert("x-amz-target", "DynamoDB_20120810.Query".parse().unwrap());
    looking
}
