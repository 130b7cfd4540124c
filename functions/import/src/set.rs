//! Checking a set: all of it, before anything is loaded.

use std::fmt;

use chrono::{DateTime, Utc};
use sha2::{Digest as _, Sha256};

use cloud::event::{ChunkMessage, VERSION};
use cloud::{Error, Failure, Metric};
use domain::calendar::civil_day;
use domain::hex::hex;
use domain::import::{self, Delivery, Report, Set, Settings};

use crate::App;

/// So many accounts are loaded by one message.
const CHUNK: usize = 2_000;

/// What checking a set came to.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// It is being loaded, in so many chunks.
    Accepted { import: String, chunks: usize },
    /// The same set was loaded before: nothing is written.
    AlreadyLoaded { import: String },
    /// Lines are refused; the report says which and how to mend them.
    Refused { import: String, lines: usize },
    /// The file does not complete a set.
    NotASet,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Accepted { import, chunks } => write!(f, "{import} accepted, chunks {chunks}"),
            Self::AlreadyLoaded { import } => write!(f, "{import} already loaded"),
            Self::Refused { import, lines } => write!(f, "{import} refused, lines {lines}"),
            Self::NotASet => f.write_str("not a set"),
        }
    }
}

/// Checks the set that the file at `key` completes, and has it loaded if nothing is refused.
pub(crate) async fn check(app: &App, key: &str, at: DateTime<Utc>) -> Result<Outcome, Failure> {
    let Some(folder) = completed(key) else { return Ok(Outcome::NotASet) };
    let mut files = Vec::new();
    let mut settings = None;
    for key in app.files.list(folder).await? {
        let name = key.strip_prefix(folder).unwrap_or(&key).to_owned();
        match name.as_str() {
            "ready" => {}
            "set.toml" => settings = Some(app.files.get(&key).await?),
            _ => files.push((name, app.files.get(&key).await?)),
        }
    }
    let import = import_id(&files, settings.as_deref(), at);
    if app.store.import(&import).await?.is_some_and(|record| record.is_done()) {
        tracing::info!(import, outcome = "already loaded", "a set was delivered again");
        return Ok(Outcome::AlreadyLoaded { import });
    }
    let settings = match settings.as_deref().map(read_settings).transpose() {
        Ok(settings) => settings.unwrap_or_default(),
        Err(sentence) => return refuse_settings(app, &import, &sentence, at).await,
    };
    let borrowed: Vec<(&str, &[u8])> =
        files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    let delivery = Delivery { files: &borrowed, settings: &settings };
    let checked = import::check(&delivery, &app.known, civil_day(at));
    write_report(app, &import, &checked.report).await?;
    let Some(set) = checked.set else {
        let lines = checked.report.refused().len();
        app.metrics.add(Metric::ImportRefused, 1, at);
        tracing::error!(import, lines, outcome = "refused", "a set was refused");
        return Ok(Outcome::Refused { import, lines });
    };
    let chunks = stage(app, &import, &set, at).await?;
    tracing::info!(import, chunks, outcome = "accepted", "a set is being loaded");
    Ok(Outcome::Accepted { import, chunks })
}

/// The folder, with its slash, of the set that the file at `key` completes.
fn completed(key: &str) -> Option<&str> {
    let folder = key.strip_suffix("ready").or_else(|| key.strip_suffix("set.toml"))?;
    let set = folder.strip_prefix("incoming/")?.strip_suffix('/')?;
    (!set.is_empty() && !set.contains('/')).then_some(folder)
}

/// Names an import after what was delivered: the same set has the same name.
fn import_id(files: &[(String, Vec<u8>)], settings: Option<&[u8]>, at: DateTime<Utc>) -> String {
    let mut hash = Sha256::new();
    hash.update(civil_day(at).to_string());
    hash.update(Sha256::digest(settings.unwrap_or_default()));
    for (name, bytes) in files {
        hash.update(format!("\n{name}\n"));
        hash.update(Sha256::digest(bytes));
    }
    hex(&hash.finalize()).chars().take(16).collect()
}

fn read_settings(bytes: &[u8]) -> Result<Settings, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "set.toml is not UTF-8".to_owned())?;
    Settings::parse(text).map_err(|error| error.to_string())
}

async fn refuse_settings(
    app: &App,
    import: &str,
    sentence: &str,
    at: DateTime<Utc>,
) -> Result<Outcome, Failure> {
    let key = format!("reports/{import}/summary.txt");
    app.files.put(&key, format!("refused: {sentence}\n").into_bytes(), "text/plain").await?;
    app.metrics.add(Metric::ImportRefused, 1, at);
    tracing::error!(import, outcome = "refused", "the set.toml of a set was refused");
    Ok(Outcome::Refused { import: import.to_owned(), lines: 1 })
}

async fn write_report(app: &App, import: &str, report: &Report) -> Result<(), Failure> {
    let json = report.to_json().map_err(|error| Failure::permanent(error.to_string()))?;
    let files = [
        ("report.csv", report.to_csv(), "text/csv; charset=utf-8"),
        ("report.json", json, "application/json"),
        ("summary.txt", report.to_summary(), "text/plain; charset=utf-8"),
    ];
    for (name, text, kind) in files {
        app.files.put(&format!("reports/{import}/{name}"), text.into_bytes(), kind).await?;
    }
    Ok(())
}

/// Puts the accounts in chunks where each message finds its own; how many there are.
async fn stage(app: &App, import: &str, set: &Set, at: DateTime<Utc>) -> Result<usize, Failure> {
    match app.store.lock_import(import, at).await {
        Ok(()) => {}
        Err(Error::Conflict { .. }) => {
            return Err(Failure::retryable("another import is being loaded"));
        }
        Err(error) => return Err(error.into()),
    }
    for old in &set.old_numbers {
        app.store.load_old_number(old).await?;
    }
    let mut messages = Vec::new();
    for (chunk, accounts) in (1..).zip(set.accounts.chunks(CHUNK)) {
        let body =
            serde_json::to_vec(accounts).map_err(|error| Failure::permanent(error.to_string()))?;
        app.files.put(&staged(import, chunk), body, "application/json").await?;
        messages.push(ChunkMessage { v: VERSION, import: import.to_owned(), chunk });
    }
    let chunks = u32::try_from(messages.len()).unwrap_or(u32::MAX);
    app.store.begin_import(import, chunks).await?;
    app.chunks.send(&messages, 0).await?;
    Ok(messages.len())
}

/// Where the chunk of an import lies.
pub(crate) fn staged(import: &str, chunk: u32) -> String {
    format!("staged/{import}/{chunk:0>5}.json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_complete_when_ready_or_set_toml_is_there() {
        assert_eq!(completed("incoming/2026-11/ready"), Some("incoming/2026-11/"));
        assert_eq!(completed("incoming/2026-11/set.toml"), Some("incoming/2026-11/"));
        assert_eq!(completed("incoming/2026-11/customers.csv"), None);
        assert_eq!(completed("incoming/ready"), None);
        assert_eq!(completed("incoming/a/b/ready"), None);
        assert_eq!(completed("staged/a/ready"), None);
    }

    #[test]
    fn the_same_set_on_the_same_day_has_the_same_name() {
        let at = "2026-11-01T08:00:00Z".parse().unwrap();
        let files = |text: &str| vec![("customers.csv".to_owned(), text.as_bytes().to_vec())];
        let id = import_id(&files("a"), None, at);
        assert_eq!(id.len(), 16);
        assert_eq!(id, import_id(&files("a"), None, at + chrono::TimeDelta::hours(3)));
        assert_ne!(id, import_id(&files("b"), None, at));
        assert_ne!(id, import_id(&files("a"), Some(b"mode = 'delta'"), at));
        assert_ne!(id, import_id(&files("a"), None, at + chrono::TimeDelta::days(1)));
    }
}
