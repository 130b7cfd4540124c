//! SQS: queues with delay, visibility on the stack's clock, receive count and dead queue, by AWS
//! JSON 1.0. A queue is first come first served, unless a fault says otherwise.

mod kept;
mod line;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use chrono::{DateTime, TimeDelta, Utc};
use http::{HeaderName, HeaderValue, StatusCode};
use md5::Md5;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

pub use self::line::{Counts, Message};
use domain::hex::hex;

use self::line::{Line, Rules};
use super::{Answer, wire};
use crate::{
    clock::{Clock, hold},
    fault::{Effect, Rule},
    gate::{Facts, Service},
    template::Queue,
};

/// The longest delay of a message, in seconds.
const LONGEST_DELAY_S: u64 = 900;
/// The most messages of one batch.
const BATCH: usize = 10;
/// The most bytes of one request's bodies.
const LARGEST: usize = 262_144;

/// The queues of the stack.
#[derive(Debug)]
pub struct Queues {
    clock: Clock,
    /// Shared with the snapshots that were taken.
    state: Mutex<Arc<State>>,
    /// Every request that ever sent messages, one a line, whatever snapshot was put back since.
    said: Mutex<String>,
}

/// Every message at one instant.
#[derive(Debug, Clone)]
pub(super) struct Snapshot(Arc<State>);

#[derive(Debug, Clone, Default)]
struct State {
    queues: BTreeMap<String, Held>,
    /// How many messages were ever sent: names the next one.
    sent: u64,
}

#[derive(Debug, Clone)]
struct Held {
    settings: Queue,
    line: Line,
}

impl Held {
    fn rules(&self) -> Rules {
        let dead = self.settings.dead.as_ref();
        Rules {
            visibility: TimeDelta::seconds(self.settings.visibility_s.into()),
            retention: TimeDelta::seconds(self.settings.retention_s.into()),
            max_receive_count: dead.map(|dead| dead.max_receive_count),
        }
    }
}

/// What a sender gives.
#[derive(Debug, Default)]
struct Sent {
    body: String,
    attributes: Value,
    delay_s: Option<u64>,
}

impl Queues {
    pub(super) fn create(queues: &[Queue], clock: Clock) -> Self {
        let held = |queue: &Queue| Held { settings: queue.clone(), line: Line::default() };
        let queues = queues.iter().map(|queue| (queue.name.clone(), held(queue))).collect();
        let state = Mutex::new(Arc::new(State { queues, sent: 0 }));
        Self { clock, state, said: Mutex::default() }
    }

    pub(super) fn snapshot(&self) -> Snapshot {
        Snapshot(Arc::clone(&hold(&self.state)))
    }

    pub(super) fn restore(&self, snapshot: &Snapshot) {
        *hold(&self.state) = Arc::clone(&snapshot.0);
    }

    /// Does `change` to the state, which is copied first when a snapshot shares it.
    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let mut state = hold(&self.state);
        change(Arc::make_mut(&mut state))
    }

    /// The names of all queues, sorted.
    pub fn names(&self) -> Vec<String> {
        hold(&self.state).queues.keys().cloned().collect()
    }

    /// Everything in a queue, whether it can be seen or not; an unknown queue is empty.
    pub fn messages(&self, queue: &str) -> Vec<Message> {
        let state = hold(&self.state);
        state.queues.get(queue).map_or_else(Vec::new, |held| held.line.messages().to_vec())
    }

    /// Everything that callers sent to any queue, one request a line, behind the first `bytes` of
    /// it: what a test searches for what nobody may find in a queue.
    pub fn said_since(&self, bytes: usize) -> String {
        hold(&self.said).get(bytes..).unwrap_or_default().to_owned()
    }

    /// How many messages a queue holds.
    pub fn counts(&self, queue: &str) -> Counts {
        let now = self.clock.now();
        let state = hold(&self.state);
        state.queues.get(queue).map_or_else(Counts::default, |held| held.line.counts(now))
    }

    /// Queues a message past the gate: how the services of AWS itself deliver, and how a test sends
    /// what no function would.
    pub fn deliver(&self, queue: &str, body: &str) {
        let sent = Sent { body: body.to_owned(), ..Sent::default() };
        self.change(|state| state.send(queue, sent, None, self.clock.now()));
    }

    /// Receives past the gate, as an event source mapping does.
    pub(crate) fn receive(&self, queue: &str, max: usize) -> Vec<Message> {
        // An empty queue is asked at each step of the pump: nothing is copied for that.
        if self.counts(queue).all() == 0 {
            return Vec::new();
        }
        self.change(|state| state.receive(queue, max, self.clock.now()))
    }

    /// Deletes past the gate what an event source mapping has delivered.
    pub(crate) fn delete(&self, queue: &str, receipt: &str) {
        self.change(|state| {
            if let Some(held) = state.queues.get_mut(queue) {
                held.line.delete(receipt);
            }
        });
    }

    /// When the next message of a queue becomes visible that is not visible now.
    pub(crate) fn next_visible(&self, queue: &str) -> Option<DateTime<Utc>> {
        let state = hold(&self.state);
        state.queues.get(queue)?.line.next_visible(self.clock.now())
    }

    pub(super) fn answer(&self, op: &str, body: &Value, fault: Option<&Rule>) -> Answer {
        let now = self.clock.now();
        let queue = queue_of(body);
        let mut state = hold(&self.state);
        if !state.queues.contains_key(queue) {
            return no_queue();
        }
        let state = Arc::make_mut(&mut state);
        if matches!(op, "SendMessage" | "SendMessageBatch") {
            let mut said = hold(&self.said);
            said.push_str(&body.to_string());
            said.push('\n');
        }
        match op {
            "SendMessage" => state.send_one(queue, body, fault, now),
            "SendMessageBatch" => state.send_batch(queue, body, fault, now),
            "ReceiveMessage" => {
                let max = body.get("MaxNumberOfMessages").and_then(Value::as_u64).unwrap_or(1);
                let max = usize::try_from(max).unwrap_or(BATCH).clamp(1, BATCH);
                let received = state.receive(queue, max, now);
                let messages: Vec<Value> = received.iter().map(received_json).collect();
                ok(&json!({ "Messages": messages }))
            }
            "DeleteMessage" => state.delete_one(queue, body),
            "DeleteMessageBatch" => state.delete_batch(queue, body),
            "ChangeMessageVisibility" => state.change_visibility(queue, body, now),
            "GetQueueAttributes" => state.attributes(queue, body, now),
            "GetQueueUrl" => ok(&json!({"QueueUrl": url(queue)})),
            _ => refused("UnsupportedOperation", "The stand-in has no such operation."),
        }
    }
}

impl State {
    /// Queues a message and says its id; the queue exists, or the message goes nowhere.
    fn send(
        &mut self,
        queue: &str,
        mut sent: Sent,
        fault: Option<&Rule>,
        now: DateTime<Utc>,
    ) -> String {
        self.sent = self.sent.saturating_add(1);
        let id = id_of(queue, self.sent);
        let fault = fault.filter(|fault| fault.concerns("body", &sent.body));
        let effect = fault.map(|fault| fault.effect);
        if effect == Some(Effect::Lost) {
            return id;
        }
        if effect == Some(Effect::Cut) {
            let half = sent.body.chars().count().div_euclid(2);
            sent.body = sent.body.chars().take(half).collect();
        }
        let Some(held) = self.queues.get_mut(queue) else {
            return id;
        };
        let mut delay_s = sent.delay_s.unwrap_or(held.settings.delay_s.into());
        if let Some(Effect::Late(seconds)) = effect {
            delay_s = delay_s.saturating_add(seconds);
        }
        let delay = i64::try_from(delay_s).ok().and_then(TimeDelta::try_seconds);
        let visible_at = delay.and_then(|delay| now.checked_add_signed(delay));
        let mut place = i64::try_from(self.sent).unwrap_or(i64::MAX);
        if effect == Some(Effect::Reorder) {
            place = held.line.place_in_front();
        }
        let message = Message {
            id: id.clone(),
            body: sent.body,
            attributes: sent.attributes,
            sent_at: now,
            visible_at: visible_at.unwrap_or(DateTime::<Utc>::MAX_UTC),
            first_received_at: None,
            receive_count: 0,
            place,
        };
        if effect == Some(Effect::Duplicate) {
            self.sent = self.sent.saturating_add(1);
            let place = i64::try_from(self.sent).unwrap_or(i64::MAX);
            held.line.put(Message { place, ..message.clone() });
        }
        held.line.put(message);
        id
    }

    /// Receives, and moves what was received too often to the dead queue.
    fn receive(&mut self, queue: &str, max: usize, now: DateTime<Utc>) -> Vec<Message> {
        let Some(held) = self.queues.get_mut(queue) else {
            return Vec::new();
        };
        let rules = held.rules();
        let taken = held.line.receive(max, rules, now);
        let dead_queue = held.settings.dead.as_ref().map(|dead| dead.queue.clone());
        let dead_queue = dead_queue.and_then(|dead| self.queues.get_mut(&dead));
        if let Some(dead_queue) = dead_queue {
            for message in taken.dead {
                dead_queue.line.put(Message { visible_at: now, receive_count: 0, ..message });
            }
        }
        taken.received
    }

    fn send_one(
        &mut self,
        queue: &str,
        body: &Value,
        fault: Option<&Rule>,
        now: DateTime<Utc>,
    ) -> Answer {
        match sent(body) {
            Ok(sent) => {
                let digest = md5_of(&sent.body);
                let id = self.send(queue, sent, fault, now);
                ok(&json!({"MessageId": id, "MD5OfMessageBody": digest}))
            }
            Err(reason) => refused("InvalidParameterValue", reason),
        }
    }

    fn send_batch(
        &mut self,
        queue: &str,
        body: &Value,
        fault: Option<&Rule>,
        now: DateTime<Utc>,
    ) -> Answer {
        let entries = match entries(body) {
            Ok(entries) => entries,
            Err(answer) => return *answer,
        };
        let bytes = entries.iter().map(|entry| text(entry, "MessageBody").len()).sum::<usize>();
        if bytes > LARGEST {
            return refused("BatchRequestTooLong", "The bodies are longer than 262144 bytes.");
        }
        let (mut successful, mut failed) = (Vec::new(), Vec::new());
        for entry in entries {
            match sent(entry) {
                Ok(sent) => {
                    let digest = md5_of(&sent.body);
                    let id = self.send(queue, sent, fault, now);
                    successful.push(json!({
                        "Id": entry["Id"], "MessageId": id, "MD5OfMessageBody": digest,
                    }));
                }
                Err(reason) => failed.push(json!({
                    "Id": entry["Id"], "SenderFault": true, "Code": "InvalidParameterValue",
                    "Message": reason,
                })),
            }
        }
        ok(&json!({"Successful": successful, "Failed": failed}))
    }

    fn delete_one(&mut self, queue: &str, body: &Value) -> Answer {
        if let Some(held) = self.queues.get_mut(queue) {
            held.line.delete(text(body, "ReceiptHandle"));
        }
        ok(&json!({}))
    }

    fn delete_batch(&mut self, queue: &str, body: &Value) -> Answer {
        let entries = match entries(body) {
            Ok(entries) => entries,
            Err(answer) => return *answer,
        };
        let mut successful = Vec::new();
        for entry in entries {
            self.delete_one(queue, entry);
            successful.push(json!({"Id": entry["Id"]}));
        }
        ok(&json!({"Successful": successful, "Failed": []}))
    }

    fn change_visibility(&mut self, queue: &str, body: &Value, now: DateTime<Utc>) -> Answer {
        let seconds = body.get("VisibilityTimeout").and_then(Value::as_u64).unwrap_or_default();
        let at = now + TimeDelta::seconds(i64::try_from(seconds).unwrap_or_default());
        let held = self.queues.get_mut(queue);
        match held.map(|held| held.line.see_again(text(body, "ReceiptHandle"), at)) {
            Some(true) => ok(&json!({})),
            _ => refused("MessageNotInflight", "The receipt is not of a message in flight."),
        }
    }

    fn attributes(&self, queue: &str, body: &Value, now: DateTime<Utc>) -> Answer {
        let Some(held) = self.queues.get(queue) else {
            return no_queue();
        };
        let counts = held.line.counts(now);
        let mut attributes = BTreeMap::from([
            ("ApproximateNumberOfMessages", counts.visible.to_string()),
            ("ApproximateNumberOfMessagesNotVisible", counts.in_flight.to_string()),
            ("ApproximateNumberOfMessagesDelayed", counts.delayed.to_string()),
            ("DelaySeconds", held.settings.delay_s.to_string()),
            ("MessageRetentionPeriod", held.settings.retention_s.to_string()),
            ("QueueArn", arn(queue)),
            ("VisibilityTimeout", held.settings.visibility_s.to_string()),
        ]);
        if let Some(dead) = &held.settings.dead {
            let policy = json!({
                "deadLetterTargetArn": arn(&dead.queue), "maxReceiveCount": dead.max_receive_count,
            });
            attributes.insert("RedrivePolicy", policy.to_string());
        }
        let wanted: Vec<&str> = body
            .get("AttributeNames")
            .and_then(Value::as_array)
            .map(|names| names.iter().filter_map(Value::as_str).collect())
            .unwrap_or_default();
        attributes.retain(|name, _| wanted.contains(&"All") || wanted.contains(name));
        ok(&json!({ "Attributes": attributes }))
    }
}

pub(super) fn facts(op: &str, body: &Value) -> Facts {
    let queue = queue_of(body);
    let facts = Facts::new(Service::Sqs, op, queue).with("queue", queue);
    let single = body.get("MessageBody").and_then(Value::as_str);
    let batch = body.get("Entries").and_then(Value::as_array).into_iter().flatten();
    let batch = batch.filter_map(|entry| entry.get("MessageBody").and_then(Value::as_str));
    let facts = single.into_iter().chain(batch).fold(facts, |facts, body| facts.with("body", body));
    // `ReceiveMessage` hides what it returns: it is a write by what it does, whatever its name.
    facts
}

/// The ARN of a queue of the local stack.
pub fn arn(queue: &str) -> String {
    format!("arn:aws:sqs:eu-central-1:000000000000:{queue}")
}

/// The URL of a queue of the local stack; the stand-in looks at its last segment only.
pub fn url(queue: &str) -> String {
    format!("http://{}/000000000000/{queue}", Service::Sqs.host())
}

/// The MD5 by which SQS lets a client check a body.
pub(crate) fn md5_of(body: &str) -> String {
    hex(&Md5::digest(body))
}

/// The attributes that SQS adds to a message that is received.
pub(crate) fn system_attributes(message: &Message) -> Value {
    let first = message.first_received_at.unwrap_or(message.sent_at);
    json!({
        "ApproximateReceiveCount": message.receive_count.to_string(),
        "SentTimestamp": message.sent_at.timestamp_millis().to_string(),
        "SenderId": "AIDAMETERLINKLOCAL",
        "ApproximateFirstReceiveTimestamp": first.timestamp_millis().to_string(),
    })
}

fn received_json(message: &Message) -> Value {
    let mut received = json!({
        "MessageId": message.id,
        "ReceiptHandle": message.receipt(),
        "MD5OfBody": md5_of(&message.body),
        "Body": message.body,
        "Attributes": system_attributes(message),
    });
    if message.attributes.is_object() {
        wire::add(&mut received, "MessageAttributes", message.attributes.clone());
    }
    received
}

/// What is sent, or why it is not.
fn sent(entry: &Value) -> Result<Sent, &'static str> {
    let body = text(entry, "MessageBody");
    let delay_s = entry.get("DelaySeconds").and_then(Value::as_u64);
    if body.is_empty() {
        return Err("The message body is empty.");
    }
    if body.len() > LARGEST {
        return Err("The message is longer than 262144 bytes.");
    }
    if delay_s.is_some_and(|delay_s| delay_s > LONGEST_DELAY_S) {
        return Err("DelaySeconds must be between 0 and 900.");
    }
    let attributes = entry.get("MessageAttributes").cloned().unwrap_or_default();
    Ok(Sent { body: body.to_owned(), attributes, delay_s })
}

/// The entries of a batch, or what is wrong with it.
fn entries(body: &Value) -> Result<&[Value], Box<Answer>> {
    let entries = body.get("Entries").and_then(Value::as_array).map(Vec::as_slice);
    let entries = entries.unwrap_or_default();
    if entries.is_empty() {
        return Err(Box::new(refused("EmptyBatchRequest", "There is no entry.")));
    }
    if entries.len() > BATCH {
        return Err(Box::new(refused(
            "TooManyEntriesInBatchRequest",
            "There are more than 10 entries.",
        )));
    }
    let mut ids: Vec<&str> = entries.iter().map(|entry| text(entry, "Id")).collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.len() < entries.len() {
        return Err(Box::new(refused("BatchEntryIdsNotDistinct", "Two entries have one id.")));
    }
    Ok(entries)
}

fn ok(body: &Value) -> Answer {
    wire::ok(Service::Sqs, body)
}

fn refused(code: &str, message: &str) -> Answer {
    wire::refused(Service::Sqs, StatusCode::BAD_REQUEST, code, message)
}

/// A client from before the JSON protocol knows this error by the header.
fn no_queue() -> Answer {
    let mut answer = refused("QueueDoesNotExist", "The specified queue does not exist.");
    answer.response.headers_mut().insert(
        HeaderName::from_static("x-amzn-query-error"),
        HeaderValue::from_static("AWS.SimpleQueueService.NonExistentQueue;Sender"),
    );
    answer
}

fn text<'a>(body: &'a Value, name: &str) -> &'a str {
    body.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// The queue that a request is about: the last segment of its URL, or its name.
fn queue_of(body: &Value) -> &str {
    let url = text(body, "QueueUrl");
    if url.is_empty() { text(body, "QueueName") } else { url.rsplit('/').next().unwrap_or(url) }
}

/// A message id that two runs give to the same message, in the form of AWS'.
fn id_of(queue: &str, sent: u64) -> String {
    let digest = hex(&Sha256::digest(format!("{queue} {sent}")));
    crate::pump::uuid(&digest)
}

#[cfg(test)]
mod tests;
