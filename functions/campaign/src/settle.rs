//! After the deadline: drawers with something missing are handed to `settle`.

use cloud::Failure;
use cloud::event::{SettleMessage, VERSION};
use domain::id::CampaignNumber;

use crate::App;

/// Whether drawers were queued before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Before {
    /// They were not.
    Never,
    /// They were.
    Once,
}

/// Queues every drawer in which something is missing; whether there was any. The first time that
/// is every drawer: which meters nobody asked and nobody read is found on the way.
pub(crate) async fn queue_missing(
    app: &App,
    campaign: CampaignNumber,
    before: Before,
) -> Result<bool, Failure> {
    let mut messages = Vec::new();
    for shard in app.store.drawers().all() {
        if before == Before::Never
            || !app.store.open_items(campaign, shard, None, 1).await?.items.is_empty()
            || !app.store.unread(campaign, shard, 1).await?.is_empty()
        {
            messages.push(SettleMessage { v: VERSION, campaign, shard: shard.to_string() });
        }
    }
    app.settles.send(&messages, 0).await?;
    Ok(!messages.is_empty())
}
