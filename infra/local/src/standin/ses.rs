//! SES, version 2: takes raw mails, counts the quota, keeps the suppression list, and tells what
//! became of each mail on the paths that the template sets up.

mod event;
mod fate;
mod kept;
mod recent;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use http::{Method, Request, StatusCode};
use mail_parser::{Address, MessageParser};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

pub use self::event::{Bounce, Event, EventType};
use domain::hex::hex;

use super::{Answer, wire};
use crate::{
    clock::{Clock, hold},
    fault::{EventPath, Hits},
    gate::{Facts, Service},
    template::ConfigurationSet,
};

/// A mail that was accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// Its number, from 1, in order of acceptance.
    pub number: u64,
    /// The id that the sender got for it.
    pub message_id: String,
    /// When it was accepted.
    pub at: DateTime<Utc>,
    /// The sender's address.
    pub from: String,
    /// Every recipient's address.
    pub to: Vec<String>,
    /// The configuration set, if one was named.
    pub configuration_set: Option<String>,
    /// The tags of the request, by name.
    pub tags: BTreeMap<String, String>,
    /// The message as it was given: RFC 5322.
    #[serde(skip)]
    pub raw: Bytes,
}

/// What an account may do at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Standing {
    /// Mail anybody.
    Production,
    /// Not yet granted: `GetAccount` says so; the stand-in sends all the same.
    Sandbox,
    /// Nothing: SES has paused it.
    Paused,
}

/// What the account may send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quota {
    /// Recipients in 24 hours; `None` is no limit.
    pub max_24_hour: Option<u32>,
    /// Recipients a second. Told, not enforced: the clock stands still; fault `throttle` refuses.
    pub max_send_rate: u32,
    /// What the account may do at all.
    pub standing: Standing,
}

impl Default for Quota {
    /// What SES grants first.
    fn default() -> Self {
        Self { max_24_hour: Some(50_000), max_send_rate: 14, standing: Standing::Production }
    }
}

/// The mails of the stack and what it knows about its recipients.
#[derive(Debug)]
pub struct Mails {
    clock: Clock,
    sets: Vec<ConfigurationSet>,
    /// Shared with the snapshots that were taken.
    state: Mutex<Arc<State>>,
}

/// Every mail and event, the suppression list and the quota at one instant.
#[derive(Debug, Clone)]
pub(super) struct Snapshot(Arc<State>);

#[derive(Debug, Clone, Default)]
struct State {
    quota: Quota,
    mails: Vec<Mail>,
    /// Address to reason and day of listing.
    suppressed: BTreeMap<String, (String, DateTime<Utc>)>,
    events: Vec<Event>,
    /// The events that the pump has not delivered yet, by place in `events`.
    undelivered: Vec<usize>,
}

impl Mails {
    pub(super) fn create(sets: &[ConfigurationSet], clock: Clock) -> Self {
        Self { clock, sets: sets.to_vec(), state: Mutex::default() }
    }

    pub(super) fn snapshot(&self) -> Snapshot {
        Snapshot(Arc::clone(&hold(&self.state)))
    }

    pub(super) fn restore(&self, snapshot: &Snapshot) {
        *hold(&self.state) = Arc::clone(&snapshot.0);
    }

    /// Does `change` to the state, which is copied first when a snapshot shares it.
    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(Arc::make_mut(&mut hold(&self.state)))
    }

    /// Every mail that was accepted, in order.
    pub fn all(&self) -> Vec<Mail> {
        hold(&self.state).mails.clone()
    }

    /// Every event that was published, in order, on either path.
    pub fn events(&self) -> Vec<Event> {
        hold(&self.state).events.clone()
    }

    /// Sets what the account may send.
    pub fn set_quota(&self, quota: Quota) {
        self.change(|state| state.quota = quota);
    }

    /// Puts an address on the account's suppression list; `reason` is `BOUNCE` or `COMPLAINT`.
    pub fn suppress(&self, address: &str, reason: &str) {
        let at = self.clock.now();
        let listed = (reason.to_owned(), at);
        self.change(|state| state.suppressed.insert(address.to_lowercase(), listed));
    }

    /// Publishes that something happens now to recipients of a mail that was accepted, whether or
    /// not its configuration set would; false when there is no such mail.
    pub fn publish(
        &self,
        mail: u64,
        event_type: EventType,
        recipients: &[&str],
        path: EventPath,
    ) -> bool {
        let now = self.clock.now();
        self.change(|state| {
            let Some(mail) = state.mails.iter().find(|known| known.number == mail).cloned() else {
                return false;
            };
            let recipients: Vec<String> =
                recipients.iter().map(|address| (*address).to_owned()).collect();
            state.note(&[(event_type, recipients.clone())], now);
            state.queue([Event::new(&mail, event_type, recipients, path, now)]);
            true
        })
    }

    /// Takes the events that have arrived and were not taken before, in order.
    pub(crate) fn take_events(&self) -> Vec<Event> {
        let now = self.clock.now();
        if !hold(&self.state).waiting().any(|event| event.arrives_at <= now) {
            return Vec::new();
        }
        self.change(|state| {
            let undelivered = std::mem::take(&mut state.undelivered);
            let mut taken = Vec::new();
            for place in undelivered {
                match state.events.get(place) {
                    Some(event) if event.arrives_at <= now => taken.push(event.clone()),
                    _ => state.undelivered.push(place),
                }
            }
            taken
        })
    }

    /// When the next event arrives that has not.
    pub(crate) fn next_event(&self) -> Option<DateTime<Utc>> {
        let now = self.clock.now();
        let state = hold(&self.state);
        state.waiting().map(|event| event.arrives_at).filter(|at| *at > now).min()
    }

    pub(super) fn answer(
        &self,
        op: &str,
        request: &Request<Bytes>,
        body: &Value,
        hits: &Hits,
    ) -> Answer {
        let now = self.clock.now();
        let address = address_in_path(request.uri().path());
        let mut state = hold(&self.state);
        let state = Arc::make_mut(&mut state);
        match op {
            "SendEmail" => state.send(&self.sets, body, hits, now),
            "GetAccount" => ok(&state.account(now)),
            "ListSuppressedDestinations" => ok(&state.list_suppressed(request.uri().query())),
            "GetSuppressedDestination" => match state.suppressed.get(&address) {
                Some((reason, at)) => {
                    ok(&json!({"SuppressedDestination": suppressed(&address, reason, *at)}))
                }
                None => not_found(&address),
            },
            "PutSuppressedDestination" => {
                let reason = text(body, "Reason").to_owned();
                state.suppressed.insert(text(body, "EmailAddress").to_lowercase(), (reason, now));
                ok(&json!({}))
            }
            "DeleteSuppressedDestination" => match state.suppressed.remove(&address) {
                Some(_) => ok(&json!({})),
                None => not_found(&address),
            },
            _ => wire::refused(
                Service::Ses,
                StatusCode::NOT_FOUND,
                "NotFoundException",
                "The stand-in has no such operation.",
            ),
        }
    }
}

impl State {
    fn send(
        &mut self,
        sets: &[ConfigurationSet],
        body: &Value,
        hits: &Hits,
        now: DateTime<Utc>,
    ) -> Answer {
        let mut mail = match read_mail(body, now) {
            Ok(mail) => mail,
            Err(reason) => return bad_request(reason),
        };
        let set = mail.configuration_set.as_deref();
        let set = match set.map(|name| (name, sets.iter().find(|set| set.name == name))) {
            Some((name, None)) => {
                let message = format!("Configuration set <{name}> does not exist.");
                return wire::refused(
                    Service::Ses,
                    StatusCode::NOT_FOUND,
                    "NotFoundException",
                    &message,
                );
            }
            Some((_, set)) => set,
            None => None,
        };
        if self.quota.standing == Standing::Paused {
            let message = "Sending is disabled for this account.";
            return wire::refused(
                Service::Ses,
                StatusCode::BAD_REQUEST,
                "SendingPausedException",
                message,
            );
        }
        let after = self.sent_last_24_hours(now).saturating_add(mail.to.len());
        let most = self.quota.max_24_hour.and_then(|most| usize::try_from(most).ok());
        if most.is_some_and(|most| after > most) {
            return daily_quota_exceeded();
        }
        mail.number = u64::try_from(self.mails.len()).unwrap_or(u64::MAX).saturating_add(1);
        mail.message_id = message_id(&mail);
        let is_listed = |address: &str| self.suppressed.contains_key(&address.to_lowercase());
        let happened = fate::of(&mail, hits.call.as_ref(), is_listed);
        self.note(&happened, now);
        if let Some(set) = set {
            self.queue(fate::publish(&mail, set, &happened, &hits.events));
        }
        let answer = ok(&json!({"MessageId": mail.message_id}));
        self.mails.push(mail);
        answer
    }

    /// Puts on the suppression list who bounced for good or complained.
    fn note(&mut self, happened: &[(EventType, Vec<String>)], now: DateTime<Utc>) {
        for (event_type, recipients) in happened {
            let Some(reason) = event_type.suppresses() else { continue };
            for address in recipients.iter().filter(|address| !fate::is_simulated(address)) {
                self.suppressed.insert(address.to_lowercase(), (reason.to_owned(), now));
            }
        }
    }

    fn queue(&mut self, events: impl IntoIterator<Item = Event>) {
        for event in events {
            self.undelivered.push(self.events.len());
            self.events.push(event);
        }
    }

    fn waiting(&self) -> impl Iterator<Item = &Event> {
        self.undelivered.iter().filter_map(|place| self.events.get(*place))
    }

    fn sent_last_24_hours(&self, now: DateTime<Utc>) -> usize {
        let recent = self.mails.iter().rev().take_while(|mail| now - mail.at < TimeDelta::days(1));
        recent.map(|mail| mail.to.len()).fold(0, usize::saturating_add)
    }

    fn account(&self, now: DateTime<Utc>) -> Value {
        let most = self.quota.max_24_hour.map_or(-1, i64::from);
        json!({
            "DedicatedIpAutoWarmupEnabled": false,
            "EnforcementStatus": "HEALTHY",
            "ProductionAccessEnabled": self.quota.standing != Standing::Sandbox,
            "SendingEnabled": self.quota.standing != Standing::Paused,
            "SendQuota": {
                "Max24HourSend": most,
                "MaxSendRate": self.quota.max_send_rate,
                "SentLast24Hours": self.sent_last_24_hours(now),
            },
            "SuppressionAttributes": {"SuppressedReasons": ["BOUNCE", "COMPLAINT"]},
        })
    }

    /// One page of the list by address; the token of the next page is the last address of this.
    fn list_suppressed(&self, query: Option<&str>) -> Value {
        let pairs = || query.unwrap_or_default().split('&').filter_map(|pair| pair.split_once('='));
        let of = |name| pairs().find(|(key, _)| *key == name).map(|(_, value)| value);
        let size = of("PageSize").and_then(|size| size.parse().ok()).unwrap_or(1000_usize);
        let after = of("NextToken").map(decode).unwrap_or_default();
        let reasons: Vec<&str> =
            pairs().filter(|(key, _)| *key == "Reason").map(|(_, value)| value).collect();
        let mut rest = self.suppressed.iter().filter(|(address, (reason, _))| {
            address.as_str() > after.as_str()
                && (reasons.is_empty() || reasons.contains(&reason.as_str()))
        });
        let page: Vec<Value> = rest
            .by_ref()
            .take(size)
            .map(|(address, (reason, at))| suppressed(address, reason, *at))
            .collect();
        let last = page.last().and_then(|last| last.get("EmailAddress")).cloned();
        let next = rest.next().and(last);
        json!({"SuppressedDestinationSummaries": page, "NextToken": next})
    }
}

pub(super) fn facts(request: &Request<Bytes>, body: &Value) -> Facts {
    let path = request.uri().path();
    let list = "/v2/email/suppression/addresses";
    let one = path.strip_prefix(list).is_some_and(|rest| rest.len() > 1);
    let op = match (request.method(), path) {
        (&Method::POST, "/v2/email/outbound-emails") => "SendEmail",
        (&Method::GET, "/v2/email/account") => "GetAccount",
        (&Method::GET, path) if path == list => "ListSuppressedDestinations",
        (&Method::PUT, path) if path == list => "PutSuppressedDestination",
        (&Method::GET, _) if one => "GetSuppressedDestination",
        (&Method::DELETE, _) if one => "DeleteSuppressedDestination",
        _ => "",
    };
    let mut facts = Facts::new(Service::Ses, op, "");
    if op == "SendEmail" {
        facts = facts.with("from", text(body, "FromEmailAddress"));
        for address in recipients(body) {
            facts = facts.with("to", address);
        }
    }
    facts
}

/// The mail is refused for good.
pub(super) fn rejected() -> Answer {
    wire::refused(
        Service::Ses,
        StatusCode::BAD_REQUEST,
        "MessageRejected",
        "The message was rejected.",
    )
}

/// No more mails today.
pub(super) fn daily_quota_exceeded() -> Answer {
    wire::refused(
        Service::Ses,
        StatusCode::TOO_MANY_REQUESTS,
        "TooManyRequestsException",
        "Daily message quota exceeded.",
    )
}

fn read_mail(body: &Value, now: DateTime<Utc>) -> Result<Mail, &'static str> {
    let raw = body.pointer("/Content/Raw/Data").and_then(Value::as_str);
    let raw = raw.ok_or("The stand-in takes raw content only.")?;
    let raw = BASE64_STANDARD.decode(raw).map_err(|_| "The raw message is not base64.")?;
    let parsed = MessageParser::default().parse(&raw).ok_or("The raw message is not a message.")?;
    let mut to: Vec<String> = recipients(body).into_iter().map(str::to_owned).collect();
    if to.is_empty() {
        let headers = [parsed.to(), parsed.cc(), parsed.bcc()];
        to = headers.into_iter().flatten().flat_map(addresses).collect();
    }
    if to.is_empty() || to.len() > 50 {
        return Err("A message has 1 to 50 recipients.");
    }
    let from = match text(body, "FromEmailAddress") {
        "" => parsed.from().into_iter().flat_map(addresses).next().unwrap_or_default(),
        from => from.to_owned(),
    };
    if from.is_empty() {
        return Err("The message has no sender.");
    }
    let tags = body.get("EmailTags").and_then(Value::as_array).into_iter().flatten();
    let tags: BTreeMap<String, String> =
        tags.map(|tag| (text(tag, "Name").to_owned(), text(tag, "Value").to_owned())).collect();
    if tags.iter().flat_map(|(name, value)| [name, value]).any(|word| !is_tag_word(word)) {
        return Err("A tag holds other characters than letters, digits, _, -, . and @.");
    }
    let set = body.get("ConfigurationSetName").and_then(Value::as_str).map(str::to_owned);
    Ok(Mail {
        number: 0,
        message_id: String::new(),
        at: now,
        from,
        to,
        configuration_set: set,
        tags,
        raw: raw.into(),
    })
}

/// Names and values of tags: SES takes ASCII letters, digits and four signs, 1 to 256 of them.
fn is_tag_word(word: &str) -> bool {
    let fits = |char: char| char.is_ascii_alphanumeric() || "_-.@".contains(char);
    (1..=256).contains(&word.len()) && word.chars().all(fits)
}

fn recipients(body: &Value) -> Vec<&str> {
    let lists = ["ToAddresses", "CcAddresses", "BccAddresses"];
    let lists = lists.iter().filter_map(|list| body.get("Destination")?.get(list)?.as_array());
    lists.flatten().filter_map(Value::as_str).collect()
}

fn addresses(header: &Address<'_>) -> Vec<String> {
    header.iter().filter_map(|address| address.address()).map(str::to_owned).collect()
}

/// An id that two runs give to the same mail, in the form of SES'.
fn message_id(mail: &Mail) -> String {
    let digest = Sha256::new().chain_update(mail.number.to_be_bytes()).chain_update(&mail.raw);
    let digits = hex(&digest.finalize());
    format!("0107{:012x}-{}-000000", mail.number, crate::pump::uuid(&digits))
}

fn suppressed(address: &str, reason: &str, at: DateTime<Utc>) -> Value {
    json!({"EmailAddress": address, "Reason": reason, "LastUpdateTime": at.timestamp()})
}

/// The address in a path of the suppression list, decoded.
fn address_in_path(path: &str) -> String {
    decode(path.rsplit('/').next().unwrap_or_default()).to_lowercase()
}

fn decode(text: &str) -> String {
    super::s3::decode(text)
}

fn text<'a>(body: &'a Value, name: &str) -> &'a str {
    body.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn ok(body: &Value) -> Answer {
    wire::ok(Service::Ses, body)
}

fn bad_request(message: &str) -> Answer {
    wire::refused(Service::Ses, StatusCode::BAD_REQUEST, "BadRequestException", message)
}

fn not_found(address: &str) -> Answer {
    wire::refused(
        Service::Ses,
        StatusCode::NOT_FOUND,
        "NotFoundException",
        &format!("{address} is not on the suppression list."),
    )
}

#[cfg(test)]
mod tests;
