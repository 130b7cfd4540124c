//! A campaign: its frozen dates, how far it is, and who works on it.
//!
//! | pk | sk | is |
//! |---|---|---|
//! | `CMP#<campaign>` | `META` | [`Progress`], with a lease and a count of changes |
//! | | `LOOKED#<shard>` | how far the last look for years without an invoice is in a drawer |
//! | | `OPENED#<shard>` | how far the opening of a drawer of the roster is |

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use domain::account::CustomerNumber;
use domain::campaign::{Dates, Invoicing, Progress};
use domain::id::CampaignNumber;
use domain::shard::Shard;

use crate::Error;

use super::key::Key;
use super::{Store, held, n, s};

/// How far a campaign is, as it was read.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct CampaignRecord {
    /// How far it is.
    #[serde(default)]
    pub progress: Progress,
    /// How many times it was changed; 0 is a campaign that nobody wrote about.
    #[serde(default)]
    rev: u32,
}

/// How far one drawer is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// Everything up to this mark is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// Whether the drawer is done.
    #[serde(default)]
    pub done: bool,
    /// How many things were done in it.
    #[serde(default)]
    pub count: u64,
    /// The last account that was counted, where one may lie on two pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<CustomerNumber>,
}

/// How far the looks for years without an invoice are in one drawer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Looked {
    /// The look that is under way, from 1; 0 before the first.
    look: u32,
    /// The last account that it looked at; absent before the first, and at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<CustomerNumber>,
    /// Whether it came to the end.
    #[serde(default)]
    ended: bool,
    /// What it has left so far.
    pub left: Invoicing,
}

impl Looked {
    /// Whether the drawer needs nothing of `look` any more: it came to its end, or an earlier one found
    /// nothing left.
    pub fn is_over(&self, look: u32) -> bool {
        self.ended && (self.look >= look || self.left == Invoicing::Over)
    }

    /// The same, begun again when `look` is a new one.
    #[must_use]
    fn in_look(self, look: u32) -> Self {
        if self.look == look {
            self
        } else {
            Self { look, after: None, ended: false, left: Invoicing::Over }
        }
    }

    /// After a page: up to `after`, or the end of the drawer.
    #[must_use]
    pub fn behind(self, after: Option<CustomerNumber>) -> Self {
        Self { ended: after.is_none(), after, ..self }
    }
}

/// The dates of campaigns, kept by a process: they are frozen when a campaign opens.
#[derive(Debug, Default)]
pub struct FrozenDates(Mutex<BTreeMap<CampaignNumber, Dates>>);

impl FrozenDates {
    /// The dates of `campaign`, or `None` before it opened.
    pub async fn of(
        &self,
        store: &Store,
        campaign: CampaignNumber,
    ) -> Result<Option<Dates>, Error> {
        let kept = self.kept().get(&campaign).cloned();
        if kept.is_some() {
            return Ok(kept);
        }
        let dates = store.campaign(campaign).await?.progress.dates;
        if let Some(dates) = &dates {
            self.kept().insert(campaign, dates.clone());
        }
        Ok(dates)
    }

    fn kept(&self) -> MutexGuard<'_, BTreeMap<CampaignNumber, Dates>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An instant in the shape in which leases are compared: RFC 3339, UTC, milliseconds.
pub(super) fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}

fn meta_key(campaign: CampaignNumber) -> Key {
    Key::new(format!("CMP#{campaign}"), "META")
}

fn looked_key(campaign: CampaignNumber, shard: Shard) -> Key {
    Key::new(format!("CMP#{campaign}"), format!("LOOKED#{shard}"))
}

fn opened_key(campaign: CampaignNumber, shard: Shard) -> Key {
    Key::new(format!("CMP#{campaign}"), format!("OPENED#{shard}"))
}

impl Store {
    /// How far `campaign` is.
    pub async fn campaign(&self, campaign: CampaignNumber) -> Result<CampaignRecord, Error> {
        Ok(self.get(&self.core, meta_key(campaign)).await?.unwrap_or_default())
    }

    /// Takes the lease of `campaign` from `now` until `until`.
    ///
    /// **Errors.** [`Error::Conflict`] when somebody else holds it: leave the work to them.
    pub async fn lease(
        &self,
        campaign: CampaignNumber,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<(), Error> {
        self.take_lease(&self.core, meta_key(campaign), now, until).await
    }

    /// Gives back the lease that was taken until `until`; one that ran out and was taken by another
    /// stays theirs.
    pub async fn release(
        &self,
        campaign: CampaignNumber,
        until: DateTime<Utc>,
    ) -> Result<(), Error> {
        self.give_back_lease(&self.core, meta_key(campaign), until).await
    }

    /// Takes the lease of the item at `key` from `now` until `until`.
    ///
    /// **Errors.** [`Error::Conflict`] when somebody else holds it.
    pub(super) async fn take_lease(
        &self,
        table: &str,
        key: Key,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<(), Error> {
        let call = self
            .client
            .update_item()
            .table_name(table)
            .set_key(Some(key.into_item()))
            .update_expression("SET lease_until = :until")
            .condition_expression("attribute_not_exists(lease_until) OR lease_until <= :now")
            .expression_attribute_values(":until", s(instant(until)))
            .expression_attribute_values(":now", s(instant(now)));
        call.send().await.map_err(|error| Error::of("UpdateItem", error))?;
        Ok(())
    }

    /// Gives back the lease of the item at `key` that was taken until `until`, if it still is that one.
    pub(super) async fn give_back_lease(
        &self,
        table: &str,
        key: Key,
        until: DateTime<Utc>,
    ) -> Result<(), Error> {
        let call = self
            .client
            .update_item()
            .table_name(table)
            .set_key(Some(key.into_item()))
            .update_expression("REMOVE lease_until")
            .condition_expression("lease_until = :until")
            .expression_attribute_values(":until", s(instant(until)));
        let released = call.send().await.map(drop);
        held(released.map_err(|error| Error::of("UpdateItem", error))).map(drop)
    }

    /// Stores how far a campaign is, unless somebody else did since it was read.
    ///
    /// **Errors.** [`Error::Conflict`] when they did: read again, decide again.
    pub async fn save_progress(
        &self,
        campaign: CampaignNumber,
        record: &mut CampaignRecord,
    ) -> Result<(), Error> {
        let call = self
            .client
            .update_item()
            .table_name(&self.core)
            .set_key(Some(meta_key(campaign).into_item()))
            .update_expression("SET progress = :progress, rev = :next, v = :v")
            .condition_expression("attribute_not_exists(rev) OR rev = :rev")
            .expression_attribute_values(":progress", super::attribute(&record.progress)?)
            .expression_attribute_values(":rev", n(record.rev))
            .expression_attribute_values(":next", n(record.rev.saturating_add(1)))
            .expression_attribute_values(":v", n(super::SHAPE));
        call.send().await.map_err(|error| Error::of("UpdateItem", error))?;
        record.rev = record.rev.saturating_add(1);
        Ok(())
    }

    /// Whether one of `deployed` that comes after `campaign` has opened: it settles what has no invoice yet.
    pub async fn has_later(
        &self,
        campaign: CampaignNumber,
        deployed: &[domain::campaign::Config],
    ) -> Result<bool, Error> {
        for config in deployed.iter().filter(|config| config.id > campaign) {
            if self.campaign(config.id).await?.progress.dates.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// How far `look`, or one before it, is in the drawer `shard`.
    pub async fn looked(
        &self,
        campaign: CampaignNumber,
        shard: Shard,
        look: u32,
    ) -> Result<Looked, Error> {
        let looked: Option<Looked> = self.get(&self.core, looked_key(campaign, shard)).await?;
        let looked = looked.unwrap_or_default();
        Ok(if looked.is_over(look) { looked } else { looked.in_look(look) })
    }

    /// Notes how far a look is in the drawer `shard`: after its blocks are queued.
    pub async fn note_looked(
        &self,
        campaign: CampaignNumber,
        shard: Shard,
        looked: &Looked,
    ) -> Result<(), Error> {
        self.put(&self.core, looked_key(campaign, shard), looked).await
    }

    /// How far the opening of the roster's drawer `shard` is.
    pub async fn opened(
        &self,
        campaign: CampaignNumber,
        shard: Shard,
    ) -> Result<Checkpoint, Error> {
        Ok(self.get(&self.core, opened_key(campaign, shard)).await?.unwrap_or_default())
    }

    /// Notes that the opening went up to `last` in the drawer `shard`: after its items are written.
    pub async fn note_opened(
        &self,
        campaign: CampaignNumber,
        shard: Shard,
        last: Option<&CustomerNumber>,
        count: u64,
    ) -> Result<(), Error> {
        let checkpoint = Checkpoint {
            after: last.map(ToString::to_string),
            done: last.is_none(),
            count,
            last: None,
        };
        self.put(&self.core, opened_key(campaign, shard), &checkpoint).await
    }
}
