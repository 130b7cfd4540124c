//! Loading a chunk of accounts that were checked.

use cloud::event::{ChunkMessage, Record};
use cloud::store::import::{Changes, Loaded};
use cloud::{Error, Failure};
use domain::campaign::CampaignState;
use domain::import::AccountRecord;

use crate::App;
use crate::set::staged;

/// Loads the accounts of one chunk; doing it twice changes nothing.
pub(crate) async fn load(app: &App, record: &Record) -> Result<(), Failure> {
    let now = record.received_at()?;
    let message: ChunkMessage = record.read()?;
    match app.store.import(&message.import).await? {
        Some(import) if import.loaded.contains(&message.chunk) => return Ok(()),
        Some(_) => {}
        None => return Err(Failure::retryable("the import of a chunk was not begun")),
    }
    match app.store.lock_import(&message.import, now).await {
        Ok(()) => {}
        Err(Error::Conflict { .. }) => {
            return Err(Failure::retryable("another import is being loaded"));
        }
        Err(error) => return Err(error.into()),
    }
    let body = app.files.get(&staged(&message.import, message.chunk)).await?;
    let accounts: Vec<AccountRecord> = serde_json::from_slice(&body)
        .map_err(|_| Failure::permanent("a chunk that this release cannot read"))?;
    let changes = changes(app).await?;
    let mut all = Loaded::default();
    for account in &accounts {
        let loaded = app.store.load_account(account, changes).await?;
        all.changed += loaded.changed;
        all.equal += loaded.equal;
    }
    let import = app.store.note_loaded(&message.import, message.chunk).await?;
    tracing::info!(
        import = message.import,
        chunk = message.chunk,
        accounts = accounts.len(),
        changed = all.changed,
        equal = all.equal,
        done = import.is_done(),
        "a chunk was loaded"
    );
    Ok(())
}

/// Whether a campaign has opened, which must hear of joiners and leavers: it asks them, and it settles
/// who joined before its invoices.
async fn changes(app: &App) -> Result<Changes, Failure> {
    for config in &app.campaigns {
        let state = app.store.campaign(config.id).await?.progress.state;
        if matches!(state, CampaignState::Open | CampaignState::Closed) {
            return Ok(Changes::Noted);
        }
    }
    Ok(Changes::Forgotten)
}
