//! The ledger of mails, in a table of its own.
//!
//! | pk | sk | is |
//! |---|---|---|
//! | `SND#<scope>#<shard>` | `<send>` | one planned mail; no address in it |
//! | `WAVE#c<campaign>` | `<scope>#P#<shard>` | how far planning is in a drawer of open items |
//! | | `<scope>#F#<shard>` | how far feeding is in a drawer of sends |
//! | `CTL#c<campaign>` | `-` | what mails obey before each claim |
//!
//! Rows are written one by one: a batch write has no conditions and would overwrite them.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{ReturnValue, ReturnValuesOnConditionCheckFailure};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use domain::account::CustomerNumber;
use domain::campaign::Control;
use domain::id::CampaignNumber;
use domain::sending::{Part, Scope, SendId, SendState, Tally};
use domain::shard::Shard;

use crate::Error;

use super::campaign::{Checkpoint, instant};
use super::key::Key;
use super::{LAST, Store, Stretch, body, held, n, s, text};

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
    /// Who holds it: the request and the message of the last claim.
    #[serde(rename = "req", default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<String>,
    /// When it was last claimed.
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
    /// How the languages and the size of an account divide it: the open requests of each part,
    /// as `<connection>#<meter>`. Only in the row of part 1.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<PartRecord>,
}

/// What one part of an account's mail is about; fixed when the first part is rendered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartRecord {
    /// The language that it is written in.
    pub language: domain::language::Language,
    /// Its connections, in the order of the mail.
    pub connections: Vec<domain::connection::ConnectionNumber>,
    /// Which part of its language it is, and of how many.
    pub number: u16,
    /// How many parts the language has.
    pub of: u16,
}

impl Send {
    /// A mail that must be sent.
    pub fn planned(scope: Scope, account: CustomerNumber, part: Part, now: DateTime<Utc>) -> Self {
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
            parts: Vec::new(),
        }
    }

    /// Its key.
    pub fn id(&self) -> SendId {
        SendId::of(&self.scope, &self.account, self.part)
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

/// What mails obey, and who said so.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ControlRecord {
    /// What they obey.
    pub state: Control,
    /// Why.
    #[serde(default)]
    pub reason: String,
    /// Who said so.
    #[serde(default)]
    pub by: String,
}

fn send_key(scope: Scope, send: SendId) -> Key {
    Key::new(format!("SND#{scope}#{}", send.shard()), send.to_string())
}

fn group_key(kind: &str, campaign: CampaignNumber, sk: impl Into<String>) -> Key {
    Key::new(format!("{kind}#c{campaign}"), sk)
}

impl Store {
    /// Plans a mail; whether it was planned now. A row that is there stays as it is.
    pub async fn plan(&self, send: &Send) -> Result<bool, Error> {
        self.put_new(&self.sends, send_key(send.scope, send.id()), send).await
    }

    /// Claims a planned mail for `holder` before the mail service is called.
    ///
    /// Nothing but a planned mail can be claimed. A claim of our own that was answered with a lost
    /// connection is recognised by its holder.
    pub async fn claim(
        &self,
        scope: &Scope,
        send: SendId,
        holder: &str,
        now: DateTime<Utc>,
    ) -> Result<Claim, Error> {
        let call = self
            .client
            .update_item()
            .table_name(&self.sends)
            .set_key(Some(send_key(*scope, send).into_item()))
            .update_expression("SET s = :claimed, att = att + :one, req = :req, claimed_at = :now")
            .condition_expression("s = :planned")
            .expression_attribute_values(":claimed", s(SendState::Claimed.as_str()))
            .expression_attribute_values(":planned", s(SendState::Planned.as_str()))
            .expression_attribute_values(":one", n(1))
            .expression_attribute_values(":req", s(holder))
            .expression_attribute_values(":now", s(instant(now)))
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
            .set_key(Some(send_key(send.scope, send.id()).into_item()))
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

    /// Fixes how an account's mail is divided; what was fixed before stays.
    pub async fn fix_parts(&self, send: &Send, parts: &[PartRecord]) -> Result<(), Error> {
        let call = self
            .client
            .update_item()
            .table_name(&self.sends)
            .set_key(Some(send_key(send.scope, send.id()).into_item()))
            .update_expression("SET parts = if_not_exists(parts, :parts)")
            .expression_attribute_values(":parts", super::attribute(&parts)?);
        call.send().await.map_err(|error| Error::of("UpdateItem", error))?;
        Ok(())
    }

    /// One row, or `None` where nothing was planned.
    pub async fn send(&self, scope: &Scope, send: SendId) -> Result<Option<Send>, Error> {
        self.get(&self.sends, send_key(*scope, send)).await
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

    /// How many rows of a wave are in which state, counted from the rows.
    pub async fn tally(&self, scope: &Scope) -> Result<Tally, Error> {
        let mut tally = Tally::default();
        for shard in Shard::all() {
            let mut after = None;
            loop {
                let page = self.sends(scope, shard, after, 500).await?;
                for send in &page.sends {
                    tally.count(send.state);
                }
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
        }
        Ok(tally)
    }

    /// How far planning is, by drawer of open items; drawers that were not begun are absent.
    pub async fn planned(&self, scope: &Scope) -> Result<BTreeMap<Shard, Checkpoint>, Error> {
        self.checkpoints(scope, "P").await
    }

    /// Notes how far planning is: after the rows.
    pub async fn note_planned(
        &self,
        scope: &Scope,
        shard: Shard,
        checkpoint: &Checkpoint,
    ) -> Result<(), Error> {
        let key = group_key("WAVE", scope.campaign, format!("{scope}#P#{shard}"));
        self.put(&self.sends, key, checkpoint).await
    }

    /// How far feeding is, by drawer of sends; drawers that were not begun are absent.
    pub async fn fed(&self, scope: &Scope) -> Result<BTreeMap<Shard, Checkpoint>, Error> {
        self.checkpoints(scope, "F").await
    }

    async fn checkpoints(
        &self,
        scope: &Scope,
        kind: &str,
    ) -> Result<BTreeMap<Shard, Checkpoint>, Error> {
        let Key { pk, .. } = group_key("WAVE", scope.campaign, "");
        let (from, to) = (format!("{scope}#{kind}#"), format!("{scope}#{kind}#{LAST}"));
        let items = self.all(&Stretch { table: &self.sends, pk, from, to }).await?;
        let mut checkpoints = BTreeMap::new();
        for item in items {
            let sk = text(&item, "sk")?;
            if let Some(shard) = sk.rsplit('#').next().and_then(Shard::parse) {
                checkpoints.insert(shard, body(item)?);
            }
        }
        Ok(checkpoints)
    }

    /// Notes how far feeding is: after the messages.
    pub async fn note_fed(
        &self,
        scope: &Scope,
        shard: Shard,
        checkpoint: &Checkpoint,
    ) -> Result<(), Error> {
        let key = group_key("WAVE", scope.campaign, format!("{scope}#F#{shard}"));
        self.put(&self.sends, key, checkpoint).await
    }

    /// What the mails of `campaign` obey.
    pub async fn control(&self, campaign: CampaignNumber) -> Result<ControlRecord, Error> {
        Ok(self.get(&self.sends, group_key("CTL", campaign, "-")).await?.unwrap_or_default())
    }

    /// Sets what the mails of `campaign` obey, from the next one on.
    pub async fn set_control(
        &self,
        campaign: CampaignNumber,
        control: &ControlRecord,
    ) -> Result<(), Error> {
        self.put(&self.sends, group_key("CTL", campaign, "-"), control).await
    }
}
