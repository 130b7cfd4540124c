//! Planning a wave: a send for each account with something open.

use chrono::NaiveDate;
use futures::{StreamExt as _, TryStreamExt as _};

use cloud::Failure;
use cloud::store::campaign::Checkpoint;
use cloud::store::open::OpenItem;
use cloud::store::sends::Send;
use domain::account::CustomerNumber;
use domain::calendar::{civil_day, days_between};
use domain::campaign::{self, Dates, Wave};
use domain::sending::{Part, Scope, kept_until};

use crate::App;
use crate::shift::{Extent, Shift};

/// So many open items are read, and their accounts planned, before the checkpoint is written.
const PAGE: i32 = 500;

/// So many rows are under way at once.
const AT_ONCE: usize = 8;

/// Plans `wave` for every account with an open item; one that an obstacle was reported for is not
/// asked, but hears of its estimate. Who joined less than `min_gap_days` ago, and misses nothing else,
/// is not reminded: the call went out then.
///
/// It reads open items only: its cost follows what is missing, not how many customers there are.
pub(crate) async fn every_open_account(
    app: &App,
    config: &campaign::Config,
    wave: Wave,
    dates: &Dates,
    shift: Shift,
) -> Result<Extent, Failure> {
    let now = shift.now;
    let campaign = config.id;
    let scope = Scope::Wave { campaign, wave };
    let ttl = kept_until(dates.closes_on);
    let mut begun = app.store.wave(&scope).await?.planned;
    for shard in app.store.drawers().all() {
        let mut checkpoint = begun.remove(&shard).unwrap_or_default();
        while !checkpoint.done {
            let page =
                app.store.open_items(campaign, shard, checkpoint.after.clone(), PAGE).await?;
            if page.items.is_empty() {
                break;
            }
            let mut accounts = accounts(&page.items, config, wave, civil_day(now));
            if accounts.first().copied() == checkpoint.last.as_ref() && !accounts.is_empty() {
                accounts.remove(0);
            }
            let last = accounts.last().copied().cloned().or(checkpoint.last);
            let sends: Vec<Send> = accounts
                .into_iter()
                .map(|account| Send::planned(scope, account.clone(), Part::FIRST, now, ttl))
                .collect();
            let planning: Vec<_> = sends.iter().map(|send| app.store.plan(send)).collect();
            let planned: Vec<bool> =
                futures::stream::iter(planning).buffered(AT_ONCE).try_collect().await?;
            let count = checkpoint.count + u64::try_from(planned.len()).unwrap_or(u64::MAX);
            checkpoint = Checkpoint { done: page.next.is_none(), after: page.next, count, last };
            app.store.note_planned(&scope, shard, &checkpoint).await?;
            if shift.is_over() {
                return Ok(Extent::Part);
            }
        }
    }
    Ok(Extent::Whole)
}

/// The accounts of a page that are written to, each once; those of an account lie together.
fn accounts<'a>(
    items: &'a [OpenItem],
    config: &campaign::Config,
    wave: Wave,
    today: NaiveDate,
) -> Vec<&'a CustomerNumber> {
    let gap = i64::from(config.min_gap_days);
    let is_reminded = |item: &&OpenItem| {
        let was_just_asked = item.joined_on.is_some_and(|on| days_between(on, today) < gap);
        item.obstacle.is_none() && !was_just_asked
    };
    let is_wanted = |item: &&OpenItem| wave == Wave::Estimated || is_reminded(item);
    let mut accounts: Vec<_> = items.iter().filter(is_wanted).map(|item| &item.account).collect();
    accounts.dedup();
    accounts
}
