//! The ledger of mails, in a table of its own.
//!
//! | pk | sk | is |
//! |---|---|---|
//! | `SND#<scope>#<shard>` | `<send>` | one planned mail; no address in it |
//!
//! Rows are written one by one: a batch write has no conditions and would overwrite them. Every
//! change of a row's state is conditional on the state that it was read in, and there is no other
//! than those of `docs/decisions/0012-nobody-skipped-nobody-twice.md`.

use std::collections::HashMap;

use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{
    AttributeValue, KeysAndAttributes, ReturnValue, ReturnValuesOnConditionCheckFailure,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use domain::account::CustomerNumber;
use domain::id::CampaignNumber;
use domain::invoice::InvoiceNumber;
use domain::invoicing::document::Document;
use domain::sending::resolve::Lying;
use domain::sending::{Outcome, Part, Proof, Scope, SendId, SendState, Tally};
use domain::shard::Shard;

use crate::Error;
use crate::event::{MailMessage, VERSION};

use super::campaign::instant;
use super::key::Key;
use super::{LAST, Store, Stretch, body, held, n, s};

/// The row of one planned mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Send {
    /// The account that is written to.
    #[serde(rename = "acc")]
    pub account: CustomerNumber,
    /// What it belongs to.
    pub scope: Scope,
    /// Which part of what the account is sent.
    pub part: Part,
    /// How far it is.
    #[serde(rename = "s")]
    pub state: SendState,
    /// How many times it was claimed.
    #[serde(rename = "att", default)]
    pub attempts: u32,
    /// Who holds it: the delivery of the message by which it was last claimed.
    #[serde(rename = "req", default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<String>,
    /// When it was last claimed: not before who claimed it was at it, and at most an invocation later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claimed_at: Option<DateTime<Utc>>,
    /// The id that the mail service gave it.
    #[serde(rename = "msg", default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Why it ended as it did, for an operator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// When it was planned.
    pub planned_at: DateTime<Utc>,
    /// What became of it at the first recipient.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub o0: Option<Outcome>,
    /// What became of it at the second recipient.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub o1: Option<Outcome>,
    /// What became of it at the third recipient.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub o2: Option<Outcome>,
    /// Which attempts events proved to have been taken: bit 0 is the first.
    #[serde(rename = "ev", default, skip_serializing_if = "is_zero")]
    pub proven: u32,
    /// Whether it was planned once more although it may have been sent.
    #[serde(rename = "dup", default, skip_serializing_if = "std::ops::Not::not")]
    pub perhaps_twice: bool,
    /// When the table forgets it, in seconds since 1970.
    pub ttl: i64,
    /// The invoice that it carries.
    #[serde(rename = "inv", default, skip_serializing_if = "Option::is_none")]
    pub invoice: Option<Carried>,
    /// How the languages and the size of an account divide its mail: in the row of the leading part
    /// all of the parts, in that of a joiner's mail its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<PartRecord>,
}

/// The invoice that a mail carries, and by what the settlement of its account is found that says how
/// far it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Carried {
    /// *Factuurnummer*.
    #[serde(rename = "num")]
    pub number: InvoiceNumber,
    /// Which campaign's year.
    #[serde(rename = "c")]
    pub campaign: CampaignNumber,
    /// Which of the account's documents.
    #[serde(rename = "doc")]
    pub document: Document,
}

/// What one part of an account's mail is about; fixed when the first part is rendered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartRecord {
    /// The language that it is written in.
    pub language: domain::language::Language,
    /// Its connections, in the order of the mail; empty where the mail names them by what is true when
    /// it is rendered.
    pub connections: Vec<domain::connection::ConnectionNumber>,
    /// Which part of its language it is, and of how many.
    pub number: u16,
    /// How many parts the language has.
    pub of: u16,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes the field so")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl Send {
    /// A mail that must be sent, and is forgotten at `ttl`.
    pub fn planned(
        scope: Scope,
        account: CustomerNumber,
        part: Part,
        now: DateTime<Utc>,
        ttl: i64,
    ) -> Self {
        Self {
            account,
            scope,
            part,
            state: SendState::Planned,
            attempts: 0,
            holder: None,
            claimed_at: None,
            message: None,
            why: None,
            planned_at: now,
            o0: None,
            o1: None,
            o2: None,
            proven: 0,
            perhaps_twice: false,
            ttl,
            invoice: None,
            parts: Vec::new(),
        }
    }

    /// Its key.
    pub fn id(&self) -> SendId {
        SendId::of(&self.scope, &self.account, self.part)
    }

    /// The wake-up that has it sent, queued for the `n`-th time.
    pub fn message(&self, n: u32) -> MailMessage {
        MailMessage { v: VERSION, scope: self.scope, send: self.id().to_string(), n }
    }

    /// What is known about what became of it.
    pub fn proof(&self) -> Proof {
        Proof {
            state: self.state,
            attempts: self.attempts,
            outcomes: [self.o0, self.o1, self.o2],
            proven: self.proven,
        }
    }

    /// The same as the sweep looks at it; `queued_at` is when it was last queued.
    pub fn lying(&self, queued_at: DateTime<Utc>) -> Lying {
        Lying {
            scope: self.scope,
            state: self.state,
            attempts: self.attempts,
            claimed_at: self.claimed_at,
            queued_at,
        }
    }

    /// How many parts behind the first it asks for.
    pub fn children(&self) -> u64 {
        let parts = if self.part == Part::FIRST { self.parts.len() } else { 0 };
        u64::try_from(parts.saturating_sub(1)).unwrap_or(u64::MAX)
    }

    /// The first `parts` parts of its division but itself, which leads them, planned at `now`.
    pub fn others(&self, parts: usize, now: DateTime<Utc>) -> Vec<Self> {
        let places = 1..u16::try_from(parts).unwrap_or(u16::MAX);
        let other = |part| Self {
            invoice: self.invoice.clone(),
            ..Self::planned(self.scope, self.account.clone(), part, now, self.ttl)
        };
        places.map_while(|place| self.scope.division(self.part, place)).map(other).collect()
    }

    /// Counts it.
    pub fn count_in(&self, tally: &mut Tally) {
        tally.count(self.part, self.state, self.children());
        tally.note_mailed(self.part, self.state, self.claimed_at);
        tally.perhaps_twice += u64::from(self.perhaps_twice);
    }
}

/// What a claim came to.
#[derive(Clone, Debug)]
pub enum Claim {
    /// It is ours, as it stands now.
    Ours(Box<Send>),
    /// It is not to be sent by us: somebody holds it, or it is done.
    Gone,
}

/// How a claimed mail ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// The state it goes to.
    pub state: SendState,
    /// The id that the mail service gave it.
    pub message: Option<String>,
    /// Why, for an operator.
    pub why: Option<String>,
}

/// A page of rows, and where the next begins.
#[derive(Debug)]
pub struct Sends {
    /// The rows, by key.
    pub sends: Vec<Send>,
    /// The mark to go on behind; `None` when this page is the last.
    pub next: Option<String>,
}

impl Store {
    pub(super) fn send_key(&self, scope: Scope, send: SendId) -> Key {
        let shard = scope.drawers(self.drawers()).of_send(send);
        Key::new(format!("SND#{scope}#{shard}"), send.to_string())
    }

    /// Plans a mail; whether it was planned now. A row that is there stays as it is.
    pub async fn plan(&self, send: &Send) -> Result<bool, Error> {
        let key = self.send_key(send.scope, send.id());
        self.put_new(&self.sends, key, send).await
    }

    /// Claims a planned mail for `holder` before the mail service is called; at `deadline` the holder
    /// is ended, so from then on nobody is at it.
    ///
    /// Nothing but a planned mail can be claimed. A claim of our own that was answered with a lost
    /// connection is recognised by its holder.
    pub async fn claim(
        &self,
        scope: &Scope,
        send: SendId,
        holder: &str,
        deadline: DateTime<Utc>,
    ) -> Result<Claim, Error> {
        let call = self
            .client
            .update_item()
            .table_name(&self.sends)
            .set_key(Some(self.send_key(*scope, send).into_item()))
            .update_expression("SET s = :claimed, att = att + :one, req = :req, claimed_at = :at")
            .condition_expression("s = :planned")
            .expression_attribute_values(":claimed", s(SendState::Claimed.as_str()))
            .expression_attribute_values(":planned", s(SendState::Planned.as_str()))
            .expression_attribute_values(":one", n(1))
            .expression_attribute_values(":req", s(holder))
            .expression_attribute_values(":at", s(instant(deadline)))
            .return_values(ReturnValue::AllNew)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let found = match call.send().await {
            Ok(answer) => answer.attributes,
            Err(error) => match error.as_service_error() {
                Some(UpdateItemError::ConditionalCheckFailedException(failed)) => {
                    failed.item().cloned()
                }
                _ => return Err(Error::of("UpdateItem", error)),
            },
        };
        let Some(found) = found else { return Ok(Claim::Gone) };
        let found: Send = body(found)?;
        let ours = found.state == SendState::Claimed && found.holder.as_deref() == Some(holder);
        Ok(if ours { Claim::Ours(Box::new(found)) } else { Claim::Gone })
    }

    /// Notes how the claimed `send` ended; whether the row still was ours. An event of the mail
    /// service may have been faster, which is as good.
    pub async fn end_claim(&self, send: &Send, ending: &Ending) -> Result<bool, Error> {
        let accepted = ending.state == SendState::Accepted;
        let condition = if accepted {
            "s IN (:claimed, :unknown) AND att = :att"
        } else {
            "s = :claimed AND att = :att AND req = :req"
        };
        let mut change = String::from("SET s = :to");
        let mut call = self
            .client
            .update_item()
            .table_name(&self.sends)
            .set_key(Some(self.send_key(send.scope, send.id()).into_item()))
            .condition_expression(condition)
            .expression_attribute_values(":to", s(ending.state.as_str()))
            .expression_attribute_values(":claimed", s(SendState::Claimed.as_str()))
            .expression_attribute_values(":att", n(send.attempts));
        if accepted {
            call = call.expression_attribute_values(":unknown", s(SendState::Unknown.as_str()));
        } else {
            let holder = send.holder.clone().unwrap_or_default();
            call = call.expression_attribute_values(":req", s(holder));
        }
        if let Some(message) = &ending.message {
            change.push_str(", msg = :msg");
            call = call.expression_attribute_values(":msg", s(message));
        }
        if let Some(why) = &ending.why {
            change.push_str(", why = :why");
            call = call.expression_attribute_values(":why", s(why));
        }
        let ended = call.update_expression(change).send().await;
        held(ended.map(drop).map_err(|error| Error::of("UpdateItem", error)))
    }

    /// Notes that nobody knows whether the claimed `send` was sent: who claimed it is gone. Whether
    /// the row still was as it was read.
    pub async fn doubt(&self, send: &Send) -> Result<bool, Error> {
        let unknown = [("s", s(SendState::Unknown.as_str()))];
        self.change(send, &unknown).await
    }

    /// Plans the uncertain `send` once more, marked as perhaps sent twice. Whether the row still
    /// was as it was read.
    pub async fn send_again(&self, send: &Send) -> Result<bool, Error> {
        let planned = [("s", s(SendState::Planned.as_str())), ("dup", AttributeValue::Bool(true))];
        self.change(send, &planned).await
    }

    /// Lets the uncertain `send` go. Whether the row still was as it was read.
    pub async fn give_up(&self, send: &Send) -> Result<bool, Error> {
        let unresolved = [("s", s(SendState::Unresolved.as_str()))];
        self.change(send, &unresolved).await
    }

    /// Notes what events proved about `send`, and the id that the mail service gave it. Whether the
    /// row still was as it was read; else read it again and decide again.
    pub async fn prove(&self, send: &Send, proof: &Proof, message: &str) -> Result<bool, Error> {
        let mut set = vec![("s", s(proof.state.as_str())), ("ev", n(proof.proven))];
        for (name, outcome) in ["o0", "o1", "o2"].into_iter().zip(proof.outcomes) {
            if let Some(outcome) = outcome {
                set.push((name, n(outcome.rank())));
            }
        }
        if send.message.is_none() {
            set.push(("msg", s(message)));
        }
        self.change(send, &set).await
    }

    /// Sets attributes of a row that is as it was read: its state, its attempts, what is proven.
    async fn change(
        &self,
        send: &Send,
        set: &[(&'static str, AttributeValue)],
    ) -> Result<bool, Error> {
        let mut call = self
            .client
            .update_item()
            .table_name(&self.sends)
            .set_key(Some(self.send_key(send.scope, send.id()).into_item()));
        let mut sets = Vec::new();
        for (name, value) in set {
            sets.push(format!("{name} = :{name}"));
            call = call.expression_attribute_values(format!(":{name}"), value.clone());
        }
        let mut conditions = vec!["s = :was".to_owned(), "att = :att".to_owned()];
        call = call
            .expression_attribute_values(":was", s(send.state.as_str()))
            .expression_attribute_values(":att", n(send.attempts));
        let proven = [
            ("o0", send.o0.map(|outcome| n(outcome.rank()))),
            ("o1", send.o1.map(|outcome| n(outcome.rank()))),
            ("o2", send.o2.map(|outcome| n(outcome.rank()))),
            ("ev", (send.proven > 0).then(|| n(send.proven))),
        ];
        for (name, was) in proven {
            match was {
                Some(was) => {
                    conditions.push(format!("{name} = :was_{name}"));
                    call = call.expression_attribute_values(format!(":was_{name}"), was);
                }
                None => conditions.push(format!("attribute_not_exists({name})")),
            }
        }
        let call = call
            .update_expression(format!("SET {}", sets.join(", ")))
            .condition_expression(conditions.join(" AND "));
        held(call.send().await.map(drop).map_err(|error| Error::of("UpdateItem", error)))
    }

    /// One row, or `None` where nothing was planned.
    pub async fn send(&self, scope: &Scope, send: SendId) -> Result<Option<Send>, Error> {
        self.get(&self.sends, self.send_key(*scope, send)).await
    }

    /// The rows of `wanted` that are there, at most 100 of them, in no order. They may be a moment
    /// old: whoever changes one does so on condition that it is as it was read.
    pub async fn some_sends(&self, wanted: &[(Scope, SendId)]) -> Result<Vec<Send>, Error> {
        let keys = wanted.iter().map(|(scope, send)| self.send_key(*scope, *send).into_item());
        let mut keys: Vec<HashMap<String, AttributeValue>> = keys.collect();
        let mut found = Vec::new();
        while !keys.is_empty() {
            let asked = KeysAndAttributes::builder()
                .set_keys(Some(keys))
                .build()
                .map_err(|error| Error::shape("BatchGetItem", error))?;
            let call = self.client.batch_get_item().request_items(&self.sends, asked);
            let answer = call.send().await.map_err(|error| Error::of("BatchGetItem", error))?;
            for item in answer.responses.unwrap_or_default().into_values().flatten() {
                found.push(body(item)?);
            }
            let left = answer.unprocessed_keys.unwrap_or_default().into_values();
            keys = left.flat_map(|left| left.keys).collect();
        }
        Ok(found)
    }

    /// At most `limit` rows of the drawer `shard` behind the mark `after`.
    pub async fn sends(
        &self,
        scope: &Scope,
        shard: Shard,
        after: Option<String>,
        limit: i32,
    ) -> Result<Sends, Error> {
        let pk = format!("SND#{scope}#{shard}");
        let stretch = Stretch { table: &self.sends, pk, from: " ".into(), to: LAST.into() };
        let page = self.page(&stretch, after, limit).await?;
        let sends = page.items.into_iter().map(body).collect::<Result<_, _>>()?;
        Ok(Sends { sends, next: page.next })
    }

    /// How many rows of a scope are in which state, counted from all of its rows.
    pub async fn tally(&self, scope: &Scope) -> Result<Tally, Error> {
        let mut tally = Tally::default();
        for shard in scope.drawers(self.drawers()).all() {
            let mut after = None;
            loop {
                let page = self.sends(scope, shard, after, 500).await?;
                page.sends.iter().for_each(|send| send.count_in(&mut tally));
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
        }
        Ok(tally)
    }
}
