//! What of a world decides how it goes on, and how it is judged in the end.
//!
//! Two worlds in the same state go on alike. Left out is what nothing asks any more:
//!
//! | left out | because |
//! |---|---|
//! | numbers of calls, requests and events; ids of messages and mails, and what is named by them | they name, and decide nothing: rows are found by scope, account and part |
//! | an item whose time to live has passed | AWS may have deleted it |
//! | how often a record was changed | asked within the invocation that read it |
//! | how many meters an opening asked | nothing: it is for people |
//! | who claimed a row, and the id of its mail | asked within the invocation that claimed it |
//! | when a settled row was planned, how often and when it was claimed (but for the day, in a wave: the next one keeps a distance), what proved it, and how often it was mailed | no rule asks that of a row that is over and of which no event is on its way; an invariant asks it of the mails that were sent until now, so whoever ends a play here asks that first |
//! | when a quiet drawer was queued | it is not looked into again |
//! | the time and the text of a settled row's mail, but for the step of the play and the addresses | no function reads mails, and the people of a play only look for an address |
//! | when a file was put | no function asks it |
//!
//! That this is all, is shown by plays that go on behind a known state: they come into no other.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use domain::calendar;

use super::Letter;
use crate::stack::Stack;
use crate::standin::dynamodb::{Changed, ItemName};
use crate::standin::ses::Mail;

/// The SHA-256 of a state.
pub(super) type State = [u8; 32];

/// For so long after an event arrived an invariant asks when that was.
const RECENT: TimeDelta = TimeDelta::minutes(30);

/// What in an event says when it happened, or names it.
const NAMES_OF_EVENTS: [&str; 6] =
    ["messageId", "feedbackId", "timestamp", "expirationTime", "time", "id"];

/// What was looked at so far, so that the next look costs what changed.
#[derive(Debug, Default)]
pub(super) struct Looks {
    items: Items,
    /// What each mail says, by its id.
    letters: HashMap<String, Arc<str>>,
}

/// Every item, as far as it decides anything; shared with the snapshots that were taken.
pub(super) type Items = Arc<BTreeMap<ItemName, Kept>>;

/// What is kept of an item.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    digest: State,
    /// When it may be gone, in seconds since 1970.
    ttl: Option<i64>,
    /// Of the row of a mail that is over: its id, and the digest while no event of it is on its way.
    over: Option<(String, State)>,
}

/// In which step of its play a world is, and how many mails were sent before each step.
#[derive(Debug, Clone, Default)]
pub(super) struct Steps(Vec<(usize, usize)>);

impl Steps {
    /// A step begins; one that is gone on with has begun before.
    pub(super) fn begin(&mut self, step: usize, mails: usize) {
        if self.now() != step {
            self.0.push((step, mails));
        }
    }

    /// The step that began last.
    pub(super) fn now(&self) -> usize {
        self.0.last().map_or(0, |(step, _)| *step)
    }

    /// In which step the mail at `place` was sent.
    fn of_mail(&self, place: usize) -> usize {
        let begun = self.0.iter().rev().find(|(_, mails)| *mails <= place);
        begun.map_or(0, |(step, _)| *step)
    }
}

impl Looks {
    /// What a snapshot keeps.
    pub(super) fn items(&self) -> Items {
        Arc::clone(&self.items)
    }

    /// Goes on from a snapshot.
    pub(super) fn restore(&mut self, items: &Items) {
        self.items = Arc::clone(items);
    }

    /// The state of `stack`, whose play is in the last of `steps`.
    ///
    /// # Panics
    /// When the temporary folder cannot be used.
    pub(super) fn state(&mut self, stack: &Stack, steps: &Steps) -> State {
        self.look(stack);
        let now = stack.now();
        let stand_ins = stack.stand_ins();
        let mut lines = vec![now.to_rfc3339(), steps.now().to_string(), stack.pending()];
        let mut on_their_way = BTreeSet::new();
        for queue in stand_ins.queues().names() {
            for message in stand_ins.queues().messages(&queue) {
                let body = serde_json::from_str(&message.body);
                let mut body = body.unwrap_or_else(|_| Value::String(message.body.clone()));
                on_their_way.extend(send_of_event(&body));
                without_names(&mut body);
                let seen_at = message.visible_at.max(now);
                let (first, times) = (message.first_received_at, message.receive_count);
                let sent = (message.sent_at, &message.attributes);
                lines.push(format!("{queue} {body} {sent:?} {seen_at} {first:?} {times}"));
            }
        }
        let mails = stand_ins.mails().all();
        for event in stand_ins.mails().recent_events(now - RECENT) {
            let mut body = event.body;
            on_their_way.extend(send_of_event(&body));
            without_names(&mut body);
            lines.push(format!("{:?} {} {body}", event.path, event.arrives_at));
        }
        lines.push(format!("{:?}", stand_ins.mails().suppressed()));
        lines.push(format!("{:?}", stand_ins.files().untold()));
        let files = stand_ins.files().digest();
        lines.push(files.unwrap_or_else(|error| panic!("no state: {error}")));
        let is_settled = |send: &str| !on_their_way.contains(send);
        let mut over = BTreeSet::new();
        let mut digest = Sha256::new();
        for (name, kept) in self.items.iter() {
            if kept.ttl.is_some_and(|ttl| ttl < now.timestamp()) {
                continue;
            }
            digest.update(&name.key);
            match &kept.over {
                Some((send, settled)) if is_settled(send) => {
                    over.insert(send.as_str());
                    digest.update(settled);
                }
                Some(_) | None => digest.update(kept.digest),
            }
        }
        let mut said = Vec::new();
        let mut first = BTreeSet::new();
        for (place, mail) in mails.iter().enumerate() {
            let send = mail.tags.get("send").map(String::as_str).unwrap_or_default();
            let at = (!over.contains(send)).then_some(mail.at);
            if at.is_none() && !first.insert(send) {
                continue;
            }
            let step = steps.of_mail(place);
            said.push(line_of(mail, at, step, &letter(&mut self.letters, mail)));
        }
        said.sort_unstable();
        digest.update(lines.join("\n"));
        digest.update(said.join("\n"));
        digest.finalize().into()
    }

    /// Looks at what was written since the last time.
    fn look(&mut self, stack: &Stack) {
        match stack.stand_ins().tables().changed() {
            Changed::All(items) => {
                let kept = items.into_iter().map(|(name, item)| {
                    let kept = Kept::of(&name, item);
                    (name, kept)
                });
                self.items = Arc::new(kept.collect());
            }
            Changed::Some(changed) if changed.is_empty() => {}
            Changed::Some(changed) => {
                let items = Arc::make_mut(&mut self.items);
                for (name, item) in changed {
                    match item {
                        Some(item) => {
                            let kept = Kept::of(&name, item);
                            items.insert(name, kept);
                        }
                        None => drop(items.remove(&name)),
                    }
                }
            }
        }
    }
}

impl Kept {
    fn of(name: &ItemName, mut item: Value) -> Self {
        let digest =
            |item: &Value| -> State { Sha256::digest(format!("{} {item}", name.table)).into() };
        let text = |item: &Value, field: &str, kind: &str| {
            item.get(field)
                .and_then(|value| value.get(kind)?.as_str())
                .map(str::to_owned)
                .unwrap_or_default()
        };
        let ttl = text(&item, "ttl", "N").parse().ok();
        let (pk, sk) = (text(&item, "pk", "S"), text(&item, "sk", "S"));
        let mut over = None;
        match pk.split_once('#').map_or(pk.as_str(), |(kind, _)| kind) {
            "SND" => {
                without(&mut item, &["req", "msg"]);
                // Of an invoice that nothing proves, the sweep asks when it was claimed.
                let state = text(&item, "s", "S");
                let is_silent =
                    state == "ACCEPTED" && item.get("ev").is_none() && item.get("inv").is_some();
                if matches!(state.as_str(), "ACCEPTED" | "REJECTED" | "SKIPPED" | "POST")
                    && !is_silent
                {
                    let mut settled = item.clone();
                    without(&mut settled, &["att", "claimed_at", "planned_at", "ev", "dup"]);
                    let claimed = text(&item, "claimed_at", "S").parse::<DateTime<Utc>>();
                    if let (true, Ok(at)) = (pk.starts_with("SND#c"), claimed)
                        && let Some(settled) = settled.as_object_mut()
                    {
                        let day = calendar::civil_day(at).to_string();
                        settled.insert("claimed_on".into(), day.into());
                    }
                    over = Some((sk, digest(&settled)));
                }
            }
            "WAVE" if item.get("quiet").is_some() => {
                without(&mut item, &["at"]);
                if let Some(quiet) = item.pointer_mut("/quiet/M") {
                    without(quiet, &["perhaps_twice"]);
                }
            }
            // How many were asked is counted for people: whoever goes on counts those that it asked.
            "CMP" if sk.starts_with("OPENED#") => without(&mut item, &["count"]),
            "CMP" | "CTL" | "COHORT" => without(&mut item, &["rev"]),
            _ => {}
        }
        Self { digest: digest(&item), ttl, over }
    }
}

fn without(item: &mut Value, fields: &[&str]) {
    if let Some(item) = item.as_object_mut() {
        item.retain(|field, _| !fields.contains(&field.as_str()));
    }
}

/// Takes away what only names an event, or says when it happened.
fn without_names(event: &mut Value) {
    match event {
        Value::Object(fields) => {
            fields.retain(|field, _| !NAMES_OF_EVENTS.contains(&field.as_str()));
            fields.values_mut().for_each(without_names);
        }
        Value::Array(values) => values.iter_mut().for_each(without_names),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The row that an event is about, if it is one.
fn send_of_event(event: &Value) -> Option<String> {
    let send =
        event.pointer("/mail/tags/send/0").or_else(|| event.pointer("/detail/mail/tags/send/0"));
    send?.as_str().map(str::to_owned)
}

/// A mail; one that is over has no time, and no attempt.
fn line_of(mail: &Mail, at: Option<DateTime<Utc>>, step: usize, says: &str) -> String {
    let tags = mail.tags.iter().filter(|(name, _)| at.is_some() || *name != "attempt");
    let tags: Vec<_> = tags.collect();
    format!("{step} {at:?} {:?} {tags:?} {says}", mail.to)
}

/// The addresses in a mail.
fn letter(letters: &mut HashMap<String, Arc<str>>, mail: &Mail) -> Arc<str> {
    let known = letters.entry(mail.message_id.clone());
    Arc::clone(known.or_insert_with(|| Letter::of(mail).addresses().join("; ").into()))
}

#[cfg(test)]
mod tests;
