//! Planning a wave: a send for each account with something open.

use chrono::{DateTime, Utc};
use futures::{StreamExt as _, TryStreamExt as _};

use cloud::Failure;
use cloud::store::campaign::Checkpoint;
use cloud::store::open::OpenItem;
use cloud::store::sends::Send;
use domain::account::CustomerNumber;
use domain::campaign::Wave;
use domain::id::CampaignNumber;
use domain::sending::{Part, Scope};
use domain::shard::Shard;

use crate::App;

/// So many open items are read, and their accounts planned, before the checkpoint is written.
const PAGE: i32 = 500;

/// So many rows are under way at once.
const AT_ONCE: usize = 8;

/// Plans `wave` for every account with an open item that nobody reported an obstacle for.
///
/// It reads open items only: its cost follows what is missing, not how many customers there are.
pub(crate) async fn every_open_account(
    app: &App,
    campaign: CampaignNumber,
    wave: Wave,
    now: DateTime<Utc>,
) -> Result<(), Failure> {
    let scope = Scope { campaign, wave };
    let mut begun = app.store.planned(&scope).await?;
    for shard in Shard::all() {
        let mut checkpoint = begun.remove(&shard).unwrap_or_default();
        while !checkpoint.done {
            let page =
                app.store.open_items(campaign, shard, checkpoint.after.clone(), PAGE).await?;
            if page.items.is_empty() {
                break;
            }
            let sends: Vec<Send> = accounts(&page.items)
                .into_iter()
                .map(|account| Send::planned(scope, account.clone(), Part::FIRST, now))
                .collect();
            let planning: Vec<_> = sends.iter().map(|send| app.store.plan(send)).collect();
            let planned: Vec<bool> =
                futures::stream::iter(planning).buffered(AT_ONCE).try_collect().await?;
            let planned = planned.into_iter().filter(|new| *new).count();
            let count = checkpoint.count + u64::try_from(planned).unwrap_or(u64::MAX);
            checkpoint = Checkpoint { done: page.next.is_none(), after: page.next, count };
            app.store.note_planned(&scope, shard, &checkpoint).await?;
        }
    }
    Ok(())
}

/// The accounts of a page, each once; those of an account lie together.
fn accounts(items: &[OpenItem]) -> Vec<&CustomerNumber> {
    let wanted = items.iter().filter(|item| item.obstacle.is_none());
    let mut accounts: Vec<&CustomerNumber> = wanted.map(|item| &item.account).collect();
    accounts.dedup();
    accounts
}
