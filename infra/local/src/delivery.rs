//! A set of files and its way into the utility: put in `incoming/`, `ready` last, as its operators
//! do.

use std::fs;
use std::path::{Path, PathBuf};

use bytes::Bytes;

use crate::pump::StepResult;
use crate::stack::Stack;
use crate::standin::s3;
use crate::world::FILES;

/// Files by name, ascending.
pub type Set = Vec<(String, Bytes)>;

/// What is not of the set: the true readings, which the utility must not see, and what says that
/// the set is complete.
const APART: [&str; 2] = ["truth.csv", READY];

/// Put last, it says that the set is complete.
const READY: &str = "ready";

/// The three texts of a report.
const REPORT: [&str; 3] = ["report.csv", "report.json", "summary.txt"];

/// A folder is not one of a set; the message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// It, or a file in it, cannot be read: name another, or make it readable.
    #[error("{path}: {source}; name the folder of a set, with its five files")]
    Unreadable {
        /// The folder or file.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
}

/// A set was not taken.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// Its lines or files are refused: mend what the report names and deliver it again.
    #[error("{}", .0.summary)]
    Set(Report),
    /// The stack failed, which is no fault of the set.
    #[error("{0}")]
    Failed(String),
}

/// What was written about a refused set.
#[derive(Debug)]
pub struct Report {
    /// What became of it, for a person.
    pub summary: String,
    files: Set,
}

impl Report {
    /// Writes the report into `folder` and says where its lines are told.
    ///
    /// **Errors.** What the system says about the folder: name another.
    pub fn keep(&self, folder: &Path) -> std::io::Result<PathBuf> {
        fs::create_dir_all(folder)?;
        for (name, bytes) in &self.files {
            fs::write(folder.join(name), bytes)?;
        }
        Ok(folder.join("report.csv"))
    }
}

/// The files of the set in `folder`, by name.
///
/// **Errors.** See [`FolderError`].
pub fn read(folder: &Path) -> Result<Set, FolderError> {
    let unreadable = |path: &Path| {
        let path = path.display().to_string();
        move |source| FolderError::Unreadable { path, source }
    };
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable(folder))? {
        let path = entry.map_err(unreadable(folder))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_file() && !APART.contains(&name.as_str()) {
            files.push((name, fs::read(&path).map_err(unreadable(&path))?.into()));
        }
    }
    files.sort();
    Ok(files)
}

/// Puts `set` in `incoming/<name>/` and waits until it is loaded.
///
/// **Errors.** See [`Refused`].
pub async fn deliver(stack: &mut Stack, name: &str, set: &Set) -> Result<(), Refused> {
    let ready = (READY.to_owned(), Bytes::new());
    for (file, bytes) in set.iter().chain([&ready]) {
        let key = format!("incoming/{name}/{file}");
        let put = stack.stand_ins().files().put(FILES, &key, bytes.clone()).await;
        put.map_err(|reason| Refused::Failed(format!("{key}: {reason}")))?;
    }
    let steps = stack.pump().await;
    if let Some(failed) = steps.iter().find(|step| step.result != StepResult::Done) {
        return Err(Refused::Failed(failed.to_string()));
    }
    let files = stack.stand_ins().files();
    let keys = files.keys(FILES).unwrap_or_default();
    if keys.iter().any(|key| key.starts_with("staged/")) {
        return Ok(());
    }
    Err(refusal(files, &keys).await)
}

/// What the import wrote about the one set that it checked.
async fn refusal(files: &s3::Files, keys: &[String]) -> Refused {
    let mut report = Vec::new();
    for name in REPORT {
        let key = keys.iter().find(|key| {
            key.strip_prefix("reports/").is_some_and(|key| key.ends_with(&format!("/{name}")))
        });
        if let Some(key) = key {
            let bytes = files.get(FILES, key).await.unwrap_or_default();
            report.push((name.to_owned(), bytes));
        }
    }
    match report.last() {
        Some((_, summary)) => {
            let summary = String::from_utf8_lossy(summary).trim_end().to_owned();
            Refused::Set(Report { summary, files: report })
        }
        None => Refused::Failed("the import wrote no report".to_owned()),
    }
}

#[cfg(test)]
mod tests;
