//! The folder in which a demo is kept: who wrote it, and who uses it now.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use crate::delivery::{self, Set};
use crate::standin::kept;
use crate::world::FILES;

/// The form of the folder. A release that keeps it otherwise counts on, and reads the older ones or
/// refuses them.
const FORMAT: &str = "1";

/// This release.
const RELEASE: &str = concat!("meterlink ", env!("CARGO_PKG_VERSION"));

/// The files and folders that hold the year.
const YEAR: [&str; 10] = [
    "clock",
    "dynamodb.sqlite",
    "dynamodb.sqlite-shm",
    "dynamodb.sqlite-wal",
    "mails",
    "queues.json",
    "s3",
    "secrets.json",
    "ses.json",
    "waiting.json",
];

/// A folder that this process holds: no other can use it until this is dropped or the process ends.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    /// The port of the links in its mails; `None` before the first.
    port: Option<u16>,
    /// The system gives the lock back however the process ends; the number in it is for people.
    _lock: File,
}

/// The folder cannot be used; each sentence says what to do.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// Another process uses it.
    #[error(
        "{path} is in use by process {process}; end that one, or name another folder with --data"
    )]
    Locked {
        /// The folder.
        path: String,
        /// The number of the other process.
        process: String,
    },
    /// It holds other things.
    #[error("{0} holds other files; name a new or an empty folder with --data")]
    Foreign(String),
    /// Another release wrote it, and this one cannot read it.
    #[error(
        "{path} was written by {release} in a format that {RELEASE} does not know; \
         use that release, or name another folder with --data"
    )]
    Format {
        /// The folder.
        path: String,
        /// The release that wrote it.
        release: String,
    },
    /// The system refuses it, or a file in it is damaged.
    #[error("{path} cannot be used: {reason}; name another folder with --data")]
    Unusable {
        /// The folder.
        path: String,
        /// Why.
        reason: String,
    },
}

impl Folder {
    /// Makes the folder if it is not there, and takes it for this process.
    ///
    /// **Errors.** See [`DataError`].
    pub fn open(path: &Path) -> Result<Self, DataError> {
        let name = || path.display().to_string();
        let unusable =
            |error: io::Error| DataError::Unusable { path: name(), reason: error.to_string() };
        fs::create_dir_all(path).map_err(unusable)?;
        let format = match fs::read_to_string(path.join("format")) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(unusable(error)),
        };
        if format.is_none() && holds_others(path).map_err(unusable)? {
            return Err(DataError::Foreign(name()));
        }
        let lock = lock(path)?;
        let said = |word: &str| {
            let mut lines = format.as_deref().unwrap_or_default().lines();
            lines.find_map(|line| line.strip_prefix(word)).map(str::trim)
        };
        if format.is_some() && said("format ") != Some(FORMAT) {
            let release = said("written by ").unwrap_or("an unknown release").to_owned();
            return Err(DataError::Format { path: name(), release });
        }
        let port = said("links to port ").and_then(|port| port.parse().ok());
        Ok(Self { path: path.to_owned(), port, _lock: lock })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The port that the links in its mails lead to; `None` in a folder that is new.
    pub fn port(&self) -> Option<u16> {
        self.port
    }

    /// The set with which its year began, if one was delivered whole.
    pub fn delivered(&self) -> Option<Set> {
        let incoming = self.path.join("s3").join(FILES).join("incoming/demo");
        incoming.join("ready").exists().then(|| delivery::read(&incoming).ok()).flatten()
    }

    /// Makes it as new.
    pub(super) fn empty(&self) -> Result<(), DataError> {
        for name in YEAR.into_iter().chain(["format"]) {
            let path = self.path.join(name);
            let removed =
                if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
            match removed {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(self.unusable(&error));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Empties it for a year whose links lead to `port`.
    pub(super) fn clear(&self, port: u16) -> Result<(), DataError> {
        self.empty()?;
        let text = format!("format {FORMAT}\nwritten by {RELEASE}\nlinks to port {port}\n");
        kept::replace(&self.path.join("format"), text.as_bytes())
            .map_err(|error| self.unusable(&error))
    }

    pub(super) fn unusable(&self, reason: &impl ToString) -> DataError {
        DataError::Unusable { path: self.path.display().to_string(), reason: reason.to_string() }
    }
}

/// Whether something lies in a folder besides what a start that failed may have left there.
fn holds_others(path: &Path) -> io::Result<bool> {
    for entry in fs::read_dir(path)? {
        if entry?.file_name() != "lock" {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Takes the lock of the folder and writes this process's number into it.
fn lock(folder: &Path) -> Result<File, DataError> {
    let path = || folder.display().to_string();
    let unusable =
        |error: io::Error| DataError::Unusable { path: path(), reason: error.to_string() };
    let file = folder.join("lock");
    let file = File::options().read(true).write(true).create(true).truncate(false).open(file);
    let mut lock = file.map_err(unusable)?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut process = String::new();
            lock.read_to_string(&mut process).map_err(unusable)?;
            return Err(DataError::Locked { path: path(), process: process.trim().to_owned() });
        }
        Err(TryLockError::Error(error)) => return Err(unusable(error)),
    }
    let written = lock
        .set_len(0)
        .and_then(|()| lock.rewind())
        .and_then(|()| writeln!(lock, "{}", std::process::id()));
    written.map_err(unusable)?;
    Ok(lock)
}

#[cfg(test)]
mod tests;
