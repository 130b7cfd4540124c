//! Feeding a wave: its planned sends go into the queue, and in the end its rows must add up.

use chrono::NaiveDate;

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
            let mut messages: Vec<MailMessage> = planned.map(|send| send.message(1)).collect();
            for send in page.sends.iter().filter(|send| send.children() > 0) {
                let missing = app.store.plan_missing_parts(send, now).await?;
                if !missing.is_empty() {
                    tracing::warn!(%scope, send = %send.id(), "parts were missing and are planned");
                }
                messages.extend(missing.iter().map(|part| part.message(1)));
            }
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

/// What a look at a wave that was fed came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Looked {
    /// How far it is.
    pub(crate) state: WaveState,
    /// The civil day on which its last mail went out, once it is finished; none if it mailed nobody.
    pub(crate) mailed_on: Option<NaiveDate>,
}

impl From<WaveState> for Looked {
    fn from(state: WaveState) -> Self {
        Self { state, mailed_on: None }
    }
}

/// Whether the rows of a wave that was fed add up, by what the sweep found in its drawers. Where
/// nothing moves any more and they do not, it is fed once more from the beginning.
pub(crate) async fn look(app: &App, scope: Scope) -> Result<Looked, Failure> {
    let wave = app.store.wave(&scope).await?;
    let Some(tally) = wave.quiet() else { return Ok(WaveState::Quiet.into()) };
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
        return Ok(Looked { state: WaveState::Finished, mailed_on: tally.mailed_on });
    }
    rewind(app, scope, &wave).await?;
    Ok(WaveState::Feeding.into())
}

/// Has every drawer of `scope` be fed from its beginning: what is planned is queued once more.
pub(crate) async fn rewind(app: &App, scope: Scope, wave: &WaveRecord) -> Result<(), Failure> {
    for shard in wave.fed.keys() {
        app.store.rewind(&scope, *shard).await?;
    }
    Ok(())
}
