//! The Lambda that checks and loads the files of the old administration.
//!
//! The last file of a set wakes it: `incoming/<set>/ready` or `set.toml`. It checks the whole set
//! and writes a report; only a set of which nothing is refused goes on, as chunks of accounts, each
//! of them an idempotent upsert. Whatever is interrupted goes on when its message comes again.

mod chunk;
mod set;

use serde_json::{Value, json};

use cloud::event::{Batch, Failures, Files};
use cloud::settings::Name;
use cloud::{Archive, Aws, Config, Failure, Metrics, Queue, Settings, Store};
use domain::campaign;
use domain::import::Known;

/// What the function builds at its cold start.
#[derive(Debug)]
pub struct App {
    store: Store,
    files: Archive,
    chunks: Queue,
    campaigns: Vec<campaign::Config>,
    known: Known,
    metrics: Metrics,
}

impl App {
    /// The variables that it reads.
    pub const SETTINGS: &[Name] =
        &[Name::Stack, Name::Core, Name::Drawers, Name::Files, Name::QueueImportChunks];

    /// Builds it from the environment and the configuration of the deployment.
    pub async fn deployed() -> Result<Self, Failure> {
        let settings = Settings::from_env(Self::SETTINGS)
            .map_err(|error| Failure::permanent(error.to_string()))?;
        let config = Config::read(Config::DEPLOYED.as_ref())?;
        Self::new(&Aws::deployed().await, &settings, &config)
    }

    /// Builds it on given clients.
    pub fn new(aws: &Aws, settings: &Settings, config: &Config) -> Result<Self, Failure> {
        Ok(Self {
            store: Store::new(aws, settings),
            files: Archive::files(aws, settings),
            chunks: Queue::new(aws, settings, Name::QueueImportChunks),
            campaigns: config.campaigns()?,
            known: Known::default(),
            metrics: Metrics::new(settings),
        })
    }
}

/// Checks the sets that are complete, or loads the chunks of a set that was checked.
///
/// **Errors.** [`Failure`]: the event comes again and goes on where this one stopped.
pub async fn handle(app: &App, event: Value) -> Result<Value, Failure> {
    if is_batch(&event) {
        return chunks(app, event).await;
    }
    let files: Files = serde_json::from_value(event).map_err(|error| {
        Failure::permanent(format!("an event of neither files nor chunks: {error}"))
    })?;
    let mut sets = Vec::new();
    for (key, at) in files.arrived() {
        sets.push(set::check(app, &key, at).await?.to_string());
    }
    Ok(json!({ "sets": sets }))
}

/// Whether the event comes from the queue of chunks.
fn is_batch(event: &Value) -> bool {
    event.pointer("/Records/0/eventSource").and_then(Value::as_str) == Some("aws:sqs")
}

async fn chunks(app: &App, event: Value) -> Result<Value, Failure> {
    let batch: Batch = serde_json::from_value(event)
        .map_err(|error| Failure::permanent(format!("an event that is no batch: {error}")))?;
    let mut failures = Failures::default();
    for record in &batch.records {
        if let Err(failure) = chunk::load(app, record).await {
            tracing::error!(kind = failure.kind().as_str(), %failure, "a chunk was not loaded");
            failures.add(record);
        }
    }
    serde_json::to_value(failures).map_err(|error| Failure::permanent(error.to_string()))
}
