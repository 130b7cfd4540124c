//! Feeding a wave: its planned sends go into the queue, and in the end its rows must add up.

use cloud::Failure;
use cloud::event::{MailMessage, VERSION};
use cloud::store::campaign::Checkpoint;
use domain::campaign::{Wave, WaveState};
use domain::id::CampaignNumber;
use domain::sending::{Scope, SendState};
use domain::shard::Shard;

use crate::App;

/// So many rows are read, and queued, before the mark is moved.
const PAGE: i32 = 500;

/// Queues every planned send of `wave` that was not queued yet, and says how far the wave is.
pub(crate) async fn wave(
    app: &App,
    campaign: CampaignNumber,
    wave: Wave,
) -> Result<WaveState, Failure> {
    let scope = Scope { campaign, wave };
    for shard in Shard::all() {
        let mut checkpoint = app.store.fed(&scope, shard).await?;
        while !checkpoint.done {
            let page = app.store.sends(&scope, shard, checkpoint.after.clone(), PAGE).await?;
            let planned = page.sends.iter().filter(|send| send.state == SendState::Planned);
            let messages: Vec<MailMessage> = planned
                .map(|send| MailMessage { v: VERSION, scope, send: send.id().to_string(), n: 1 })
                .collect();
            app.mails.send(&messages, 0).await?;
            let count = checkpoint.count + u64::try_from(messages.len()).unwrap_or(u64::MAX);
            checkpoint = Checkpoint { done: page.next.is_none(), after: page.next, count };
            app.store.note_fed(&scope, shard, &checkpoint).await?;
        }
    }
    let tally = app.store.tally(&scope).await?;
    let finished = tally.final_rows() == tally.rows();
    tracing::info!(
        campaign = campaign.get(),
        wave = %wave,
        rows = tally.rows(),
        accepted = tally.accepted,
        "a wave was fed"
    );
    Ok(if finished { WaveState::Finished } else { WaveState::Quiet })
}
