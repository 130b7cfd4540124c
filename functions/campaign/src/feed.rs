//! Feeding a wave: its planned sends go into the queue, and in the end its rows must add up.

use cloud::Failure;
use cloud::event::MailMessage;
use cloud::store::wave::{Fed, WaveRecord};
use domain::campaign::WaveState;
use domain::sending::{Scope, SendState};

use crate::App;
use crate::shift::Shift;

/// So many rows are read, and queued, before the mark is moved.
const PAGE: i32 = 500;

/// Queues every planned send of `scope` that was not queued yet; the state that the wave is in then.
pub(crate) async fn wave(app: &App, scope: Scope, shift: Shift) -> Result<WaveState, Failure> {
    let now = shift.now;
    let mut begun = app.store.wave(&scope).await?.fed;
    let mut queued = 0_u64;
    for shard in scope.drawers(app.store.drawers()).all() {
        let mut fed = begun.remove(&shard).unwrap_or_else(|| Fed::begun(now));
        while !fed.done {
            let page = app.store.sends(&scope, shard, fed.after.clone(), PAGE).await?;
            if page.sends.is_empty() {
                break;
            }
            let planned = page.sends.iter().filter(|send| send.state == SendState::Planned);
            let messages: Vec<MailMessage> = planned.map(|send| send.message(1)).collect();
            app.mails.send(&messages, 0).await?;
            queued += u64::try_from(messages.len()).unwrap_or(u64::MAX);
            fed = Fed { done: page.next.is_none(), after: page.next, ..Fed::begun(now) };
            app.store.note_fed(&scope, shard, &fed).await?;
            if shift.is_over() {
                return Ok(WaveState::Feeding);
            }
        }
    }
    tracing::info!(%scope, queued, "a wave was fed");
    Ok(WaveState::Quiet)
}

/// Whether the rows of a wave that was fed add up, by what the sweep found in its drawers. Where
/// nothing moves any more and they do not, it is fed once more from the beginning.
pub(crate) async fn look(app: &App, scope: Scope) -> Result<WaveState, Failure> {
    let wave = app.store.wave(&scope).await?;
    let Some(tally) = wave.quiet() else { return Ok(WaveState::Quiet) };
    let finished = tally.adds_up(wave.accounts());
    tracing::info!(
        %scope,
        accounts = wave.accounts(),
        rows = tally.rows(),
        accepted = tally.accepted,
        unresolved = tally.unresolved,
        perhaps_twice = tally.perhaps_twice,
        finished,
        "a wave was counted"
    );
    if finished {
        return Ok(WaveState::Finished);
    }
    rewind(app, scope, &wave).await?;
    Ok(WaveState::Feeding)
}

/// Has every drawer of `scope` be fed from its beginning: what is planned is queued once more.
pub(crate) async fn rewind(app: &App, scope: Scope, wave: &WaveRecord) -> Result<(), Failure> {
    for shard in wave.fed.keys() {
        app.store.rewind(&scope, *shard).await?;
    }
    Ok(())
}
