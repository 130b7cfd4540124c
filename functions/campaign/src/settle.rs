//! After the deadline: drawers with something missing are handed to `settle`.

use cloud::Failure;
use cloud::event::{SettleMessage, VERSION};
use domain::id::CampaignNumber;

use crate::App;

/// Queues every drawer in which something is open; whether there was any.
pub(crate) async fn queue_missing(app: &App, campaign: CampaignNumber) -> Result<bool, Failure> {
    let mut messages = Vec::new();
    for shard in app.store.drawers().all() {
        if !app.store.open_items(campaign, shard, None, 1).await?.items.is_empty() {
            messages.push(SettleMessage { v: VERSION, campaign, shard: shard.to_string() });
        }
    }
    app.settles.send(&messages, 0).await?;
    Ok(!messages.is_empty())
}
