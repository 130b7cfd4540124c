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

/// Queues every planned send of `wave` that was not queued yet; when there was none, counts the
/// rows and says whether they add up.
pub(crate) async fn wave(
    app: &App,
    campaign: CampaignNumber,
    wave: Wave,
) -> Result<WaveState, Failure> {
    let scope = Scope { campaign, wave };
    let mut begun = app.store.fed(&scope).await?;
    let mut queued = 0_u64;
    for shard in Shard::all() {
        let mut checkpoint = begun.remove(&shard).unwrap_or_default();
        while !checkpoint.done {
            let page = app.store.sends(&scope, shard, checkpoint.after.clone(), PAGE).await?;
            if page.sends.is_empty() {
                break;
            }
            let planned = page.sends.iter().filter(|send| send.state == SendState::Planned);
            let messages: Vec<MailMessage> = planned
                .map(|send| MailMessage { v: VERSION, scope, send: send.id().to_string(), n: 1 })
                .collect();
            app.mails.send(&messages, 0).await?;
            let new = u64::try_from(messages.len()).unwrap_or(u64::MAX);
            let count = checkpoint.count + new;
            queued += new;
            checkpoint = Checkpoint { done: page.next.is_none(), after: page.next, count };
            app.store.note_fed(&scope, shard, &checkpoint).await?;
        }
    }
    if queued > 0 {
        tracing::info!(campaign = campaign.get(), %wave, queued, "a wave was fed");
        return Ok(WaveState::Feeding);
    }
    let tally = app.store.tally(&scope).await?;
    let finished = tally.final_rows() == tally.rows();
    tracing::info!(
        campaign = campaign.get(),
        wave = %wave,
        rows = tally.rows(),
        accepted = tally.accepted,
        finished,
        "a wave was counted"
    );
    Ok(if finished { WaveState::Finished } else { WaveState::Quiet })
}
