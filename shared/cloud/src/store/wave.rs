//! How far the waves of a group are: planned, fed, looked after.
//!
//! | pk | sk | is |
//! |---|---|---|
//! | `WAVE#<group>` | `<scope>#P#<shard>` | how far planning is in a drawer of open items |
//! | | `<scope>#F#<shard>` | how far feeding is in a drawer of sends, and what it came to |
//! | `SWEEP#service` | `<scope>` | an hour that has mails, of any group, and whether they still need looking after |

use std::collections::BTreeMap;

use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::AttributeValue;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use domain::sending::{Group, Scope, Tally};
use domain::shard::Shard;

use crate::Error;

use super::campaign::Checkpoint;
use super::key::Key;
use super::{LAST, Store, Stretch, body, held, n, text};

/// How far feeding is in one drawer of sends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fed {
    /// Everything up to this mark is in the queue, or was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// Whether all of the drawer is.
    #[serde(default)]
    pub done: bool,
    /// When something of it was last queued.
    pub at: DateTime<Utc>,
    /// What its rows came to, once nothing more happens to them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quiet: Option<Tally>,
}

impl Fed {
    /// A drawer of which nothing is queued at `now`.
    pub fn begun(now: DateTime<Utc>) -> Self {
        Self { after: None, done: false, at: now, quiet: None }
    }
}

/// How far one wave is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WaveRecord {
    /// By drawer of open items: how far planning is. Drawers with nothing open are absent.
    pub planned: BTreeMap<Shard, Checkpoint>,
    /// By drawer of sends: how far feeding is. Drawers without a send are absent.
    pub fed: BTreeMap<Shard, Fed>,
}

impl WaveRecord {
    /// For how many accounts it was planned.
    pub fn accounts(&self) -> u64 {
        self.planned.values().map(|planned| planned.count).sum()
    }

    /// What its rows came to; `None` while something may still happen to one of them.
    pub fn quiet(&self) -> Option<Tally> {
        let mut sum = Tally::default();
        for fed in self.fed.values() {
            sum.add(fed.quiet.as_ref()?);
        }
        Some(sum)
    }
}

/// An hour that has mails.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct OpenHour {
    scope: Scope,
    /// Whether nothing more happens to its mails.
    #[serde(default)]
    quiet: bool,
    ttl: i64,
}

fn wave_key(scope: &Scope, kind: char, shard: Shard) -> Key {
    Key::new(format!("WAVE#{}", scope.group()), format!("{scope}#{kind}#{shard}"))
}

fn hour_key(scope: &Scope) -> Key {
    Key::new("SWEEP#service", scope.to_string())
}

/// Makes the change if its condition holds; if not, somebody else was faster and is right.
async fn if_held(call: UpdateItemFluentBuilder) -> Result<(), Error> {
    let changed = call.send().await.map(drop);
    held(changed.map_err(|error| Error::of("UpdateItem", error))).map(drop)
}

impl Store {
    /// How far every wave of `group` is that was begun.
    pub async fn waves(&self, group: Group) -> Result<BTreeMap<Scope, WaveRecord>, Error> {
        self.wave_records(group, " ".into(), LAST.into()).await
    }

    /// How far one wave is.
    pub async fn wave(&self, scope: &Scope) -> Result<WaveRecord, Error> {
        let (from, to) = (format!("{scope}#"), format!("{scope}#{LAST}"));
        let mut waves = self.wave_records(scope.group(), from, to).await?;
        Ok(waves.remove(scope).unwrap_or_default())
    }

    async fn wave_records(
        &self,
        group: Group,
        from: String,
        to: String,
    ) -> Result<BTreeMap<Scope, WaveRecord>, Error> {
        let stretch = Stretch { table: &self.sends, pk: format!("WAVE#{group}"), from, to };
        let mut waves: BTreeMap<Scope, WaveRecord> = BTreeMap::new();
        for item in self.all(&stretch).await? {
            let sk = text(&item, "sk")?;
            let mut words = sk.splitn(3, '#');
            let scope = words.next().and_then(Scope::parse);
            let kind = words.next();
            let shard = words.next().and_then(Shard::parse);
            let (Some(scope), Some(kind), Some(shard)) = (scope, kind, shard) else { continue };
            let wave = waves.entry(scope).or_default();
            if kind == "P" {
                wave.planned.insert(shard, body(item)?);
            } else {
                wave.fed.insert(shard, body(item)?);
            }
        }
        Ok(waves)
    }

    /// Notes how far planning is: after the rows.
    pub async fn note_planned(
        &self,
        scope: &Scope,
        shard: Shard,
        checkpoint: &Checkpoint,
    ) -> Result<(), Error> {
        self.put(&self.sends, wave_key(scope, 'P', shard), checkpoint).await
    }

    /// Notes how far feeding is: after the messages.
    pub async fn note_fed(&self, scope: &Scope, shard: Shard, fed: &Fed) -> Result<(), Error> {
        self.put(&self.sends, wave_key(scope, 'F', shard), fed).await
    }

    /// Notes that messages of the drawer were queued again at `now`.
    pub async fn note_queued(
        &self,
        scope: &Scope,
        shard: Shard,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let call = self.change_fed(scope, shard, now)?.update_expression("SET #at = :at");
        if_held(call.condition_expression("attribute_exists(pk)")).await
    }

    /// Notes what the rows of a drawer came to that was last queued at `fed.at`; a drawer that was
    /// fed anew meanwhile stays as it is.
    pub async fn note_quiet(
        &self,
        scope: &Scope,
        shard: Shard,
        fed: &Fed,
        tally: &Tally,
    ) -> Result<(), Error> {
        let call = self
            .change_fed(scope, shard, fed.at)?
            .update_expression("SET quiet = :quiet")
            .condition_expression("done = :done AND #at = :at")
            .expression_attribute_values(":quiet", super::attribute(tally)?)
            .expression_attribute_values(":done", AttributeValue::Bool(true));
        if_held(call).await
    }

    /// A change of how far feeding is in a drawer, which knows `at` as `:at`.
    fn change_fed(
        &self,
        scope: &Scope,
        shard: Shard,
        at: DateTime<Utc>,
    ) -> Result<UpdateItemFluentBuilder, Error> {
        Ok(self
            .client
            .update_item()
            .table_name(&self.sends)
            .set_key(Some(wave_key(scope, 'F', shard).into_item()))
            .expression_attribute_names("#at", "at")
            .expression_attribute_values(":at", super::attribute(&at)?))
    }

    /// Has the drawer be fed from its beginning: what is planned in it is queued once more.
    pub async fn rewind(&self, scope: &Scope, shard: Shard) -> Result<(), Error> {
        self.delete(&self.sends, wave_key(scope, 'F', shard)).await
    }

    /// Has the mails of `scope`, an hour, be looked after: before its first row. It is forgotten
    /// when its rows are, at `ttl`, or soon after nothing more happens to them.
    pub async fn note_hour(&self, scope: &Scope, ttl: i64) -> Result<(), Error> {
        let hour = OpenHour { scope: *scope, quiet: false, ttl };
        self.put(&self.sends, hour_key(scope), &hour).await
    }

    /// The hours whose mails are looked after, ascending.
    pub async fn open_hours(&self) -> Result<Vec<Scope>, Error> {
        let (from, to) = (" ".into(), LAST.into());
        let stretch = Stretch { table: &self.sends, pk: "SWEEP#service".into(), from, to };
        let mut scopes = Vec::new();
        for item in self.all(&stretch).await? {
            let hour: OpenHour = body(item)?;
            if !hour.quiet {
                scopes.push(hour.scope);
            }
        }
        Ok(scopes)
    }

    /// Notes that nothing more happens to the mails of an hour; the note is forgotten at `ttl`.
    pub async fn note_quiet_hour(&self, scope: &Scope, ttl: i64) -> Result<(), Error> {
        let call = self
            .client
            .update_item()
            .table_name(&self.sends)
            .set_key(Some(hour_key(scope).into_item()))
            .update_expression("SET quiet = :quiet, #ttl = :ttl")
            .expression_attribute_names("#ttl", "ttl")
            .expression_attribute_values(":quiet", AttributeValue::Bool(true))
            .expression_attribute_values(":ttl", n(ttl));
        call.send().await.map_err(|error| Error::of("UpdateItem", error))?;
        Ok(())
    }
}
