//! Looking at every send that should have ended by now.
//!
//! The rule is `domain::sending::resolve`. A drawer in which nothing more can happen is marked quiet
//! with what its rows came to, and is not looked at again.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;

use cloud::store::sends::{Carried, Send};
use cloud::store::wave::Fed;
use cloud::{Failure, Metric, Queue};
use domain::campaign::Control;
use domain::sending::resolve::{Resolution, resolve};
use domain::sending::{Group, Scope, SendState, Tally};
use domain::shard::Shard;

use crate::App;

/// So many rows are read at once.
const PAGE: i32 = 500;

/// So long after its end an hour is looked after at least: its last mail is claimed, doubted and
/// given up by then.
const HOUR_KEPT: TimeDelta = TimeDelta::hours(2);

/// So long after its claim no event comes any more of a mail that was taken.
const EVENTS_LOST: TimeDelta = TimeDelta::hours(1);

/// So long after it is quiet an hour is forgotten.
const FORGOTTEN: TimeDelta = TimeDelta::hours(1);

/// What a sweep did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Swept {
    /// Sends whose message was lost, or that were never planned, queued now.
    queued: u64,
    /// Sends whose claim nobody ended.
    doubted: u64,
    /// Uncertain sends that are sent once more.
    again: u64,
    /// Uncertain sends that were let go.
    given_up: u64,
    /// Sends that are still to end, and hours that are not quiet.
    waiting: u64,
}

/// Sweeps every group: the campaigns that are deployed, and what follows from what people did.
pub(crate) async fn every_group(app: &App, now: DateTime<Utc>) -> Result<Swept, Failure> {
    let mut swept = Swept::default();
    for campaign in &app.campaigns {
        campaign_group(app, Group::Campaign(*campaign), &mut swept, now).await?;
    }
    hours(app, &mut swept, now).await?;
    let Swept { queued, doubted, again, given_up, waiting } = swept;
    app.metrics.add(Metric::SweepRan, 1, now);
    if queued + doubted + again + given_up == 0 {
        tracing::debug!(waiting, "a sweep found nothing to do");
    } else {
        tracing::warn!(queued, doubted, again, given_up, waiting, "sends were left behind");
    }
    Ok(swept)
}

async fn campaign_group(
    app: &App,
    group: Group,
    swept: &mut Swept,
    now: DateTime<Utc>,
) -> Result<(), Failure> {
    let waves = app.store.waves(group).await?;
    let unquiet = |fed: &Fed| fed.quiet.is_none();
    if !waves.values().any(|wave| wave.fed.values().any(unquiet)) {
        return Ok(());
    }
    let control = app.store.control(group).await?.state;
    for (scope, wave) in &waves {
        for (shard, fed) in wave.fed.iter().filter(|(_, fed)| unquiet(fed)) {
            let drawer = Drawer { scope: *scope, shard: *shard, queued_at: fed.at, control };
            let (tally, queued) = drawer.sweep(app, fed.after.as_deref(), swept, now).await?;
            if queued {
                app.store.note_queued(scope, *shard, now).await?;
            } else if fed.done && tally.final_rows() == tally.rows() {
                app.store.note_quiet(scope, *shard, fed, &tally).await?;
            }
        }
    }
    Ok(())
}

/// Sweeps the mails of each hour that has some, until they are quiet.
async fn hours(app: &App, swept: &mut Swept, now: DateTime<Utc>) -> Result<(), Failure> {
    let scopes = app.store.open_hours().await?;
    if scopes.is_empty() {
        return Ok(());
    }
    let mut controls = BTreeMap::new();
    for scope in scopes {
        let Some(hour) = scope.hour() else { continue };
        let control = match controls.get(&scope.group()) {
            Some(known) => *known,
            None => app.store.control(scope.group()).await?.state,
        };
        controls.insert(scope.group(), control);
        let over = hour.next().begin();
        let mut rests = over + HOUR_KEPT <= now;
        for shard in scope.drawers(app.store.drawers()).all() {
            let drawer = Drawer { scope, shard, queued_at: over, control };
            let (tally, _) = drawer.sweep(app, None, swept, now).await?;
            rests &= tally.final_rows() == tally.rows();
        }
        if rests {
            app.store.note_quiet_hour(&scope, (now + FORGOTTEN).timestamp()).await?;
        } else {
            swept.waiting += 1;
        }
    }
    Ok(())
}

/// A drawer of sends that is looked at.
struct Drawer {
    scope: Scope,
    shard: Shard,
    queued_at: DateTime<Utc>,
    control: Control,
}

impl Drawer {
    /// Does what is due about each row up to the mark `until`; what they came to, and whether any
    /// was queued.
    async fn sweep(
        &self,
        app: &App,
        until: Option<&str>,
        swept: &mut Swept,
        now: DateTime<Utc>,
    ) -> Result<(Tally, bool), Failure> {
        let mut tally = Tally::default();
        let mut queued = false;
        let mut after = None;
        loop {
            let page = app.store.sends(&self.scope, self.shard, after, PAGE).await?;
            let fed =
                |send: &&Send| until.is_none_or(|until| send.id().to_string().as_str() <= until);
            let mut messages = Vec::new();
            for send in page.sends.iter().filter(fed) {
                send.count_in(&mut tally);
                if self.settle(app, send, swept, now).await? {
                    messages.push(send.message(send.attempts.saturating_add(1)));
                }
            }
            queued |= !messages.is_empty();
            self.queue(app).send(&messages, 0).await?;
            after = page.next;
            if after.is_none() || after.as_deref() >= until && until.is_some() {
                swept.waiting += tally.rows() - tally.final_rows();
                return Ok((tally, queued));
            }
        }
    }

    /// Does what is due about one row; whether it is to be queued.
    async fn settle(
        &self,
        app: &App,
        send: &Send,
        swept: &mut Swept,
        now: DateTime<Utc>,
    ) -> Result<bool, Failure> {
        if let Some(carried) = silently_sent(send, now) {
            app.store.issue(&send.account, carried).await?;
        }
        match resolve(&send.lying(self.queued_at), self.control, now) {
            Resolution::Rest | Resolution::Wait => Ok(false),
            Resolution::Queue => {
                swept.queued += 1;
                Ok(true)
            }
            Resolution::Doubt => {
                // Before its row says so: whoever died may have left other parts of the mail unplanned.
                let missing = app.store.plan_missing_parts(send, now).await?;
                let messages: Vec<_> = missing.iter().map(|part| part.message(1)).collect();
                self.queue(app).send(&messages, 0).await?;
                swept.queued += u64::try_from(messages.len()).unwrap_or(u64::MAX);
                swept.doubted += u64::from(app.store.doubt(send).await?);
                Ok(false)
            }
            Resolution::SendAgain => {
                let again = app.store.send_again(send).await?;
                swept.again += u64::from(again);
                Ok(again)
            }
            Resolution::GiveUp => {
                // Before its row says so: whoever dies in between gives it up again.
                if send.scope.is_promised() {
                    app.store.post(send).await?;
                }
                swept.given_up += u64::from(app.store.give_up(send).await?);
                Ok(false)
            }
        }
    }

    fn queue<'a>(&self, app: &'a App) -> &'a Queue {
        match self.scope {
            Scope::Wave { .. } | Scope::Invoices(_) => &app.mails,
            Scope::Receipts(_) | Scope::Delegations(_) => &app.mails_now,
        }
    }
}

/// The invoice of a mail that was taken, of which no event tells any more.
fn silently_sent(send: &Send, now: DateTime<Utc>) -> Option<&Carried> {
    let since_claim = now - send.claimed_at?;
    let silent = send.state == SendState::Accepted && send.proven == 0 && since_claim > EVENTS_LOST;
    send.invoice.as_ref().filter(|_| silent)
}
