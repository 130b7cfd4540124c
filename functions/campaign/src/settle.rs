//! After the deadline: drawers with something missing are handed to `settle`, and what it said of
//! the estimates of the year before is written for operators.

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

/// Writes `reports/estimates/<campaign before>.txt`, once `settle` has compared the estimates of that
/// campaign with the readings that followed; nothing where there were none. Written again it is the
/// same.
pub(crate) async fn report(app: &App, campaign: CampaignNumber) -> Result<(), Failure> {
    let Some(before) = campaign.before() else { return Ok(()) };
    let Some(report) = app.store.accuracy(campaign).await? else { return Ok(()) };
    let path = format!("reports/estimates/{before}.txt");
    app.files.put(&path, report.text().into_bytes(), "text/plain; charset=utf-8").await?;
    Ok(())
}
