//! Files in which stand-ins keep what they hold: each is replaced whole, so that one that is there
//! is complete whenever the process ends.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::{fs, io};

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Keep, Stack};
use crate::clock::hold;
use crate::gate::Service;

/// What is kept of the stand-ins besides the tables and the buckets.
#[derive(Debug)]
pub(super) struct Kept {
    mails: PathBuf,
    /// The number of the last mail that was written.
    written: Mutex<u64>,
    account: KeptFile,
    queues: KeptFile,
    secrets: KeptFile,
    clock: KeptFile,
}

/// One file of a folder that is kept.
#[derive(Debug)]
pub(crate) struct KeptFile {
    path: PathBuf,
    /// What it holds: the same is not written twice.
    written: Mutex<Vec<u8>>,
}

/// A file that is kept cannot be used: the caller names another folder, or frees the disk.
#[derive(Debug, thiserror::Error)]
#[error("{}: {reason}", .path.display())]
pub struct KeptError {
    /// The file.
    pub path: PathBuf,
    /// Why.
    pub reason: String,
}

impl KeptError {
    pub(crate) fn new(path: &Path, reason: &impl ToString) -> Self {
        Self { path: path.to_owned(), reason: reason.to_string() }
    }
}

/// Where the clock of a folder stands; `None` in one that is new.
///
/// **Errors.** The file cannot be read, or holds something else.
pub(crate) fn stood_at(folder: &Path) -> Result<Option<DateTime<Utc>>, KeptError> {
    KeptFile::at(folder, CLOCK).read()
}

const CLOCK: &str = "clock";

impl Kept {
    pub(super) fn of(keep: Keep<'_>) -> Result<Option<Self>, KeptError> {
        let Keep::In(folder) = keep else { return Ok(None) };
        let mails = folder.join("mails");
        fs::create_dir_all(&mails).map_err(|error| KeptError::new(&mails, &error))?;
        Ok(Some(Self {
            mails,
            written: Mutex::default(),
            account: KeptFile::at(folder, "ses.json"),
            queues: KeptFile::at(folder, "queues.json"),
            secrets: KeptFile::at(folder, "secrets.json"),
            clock: KeptFile::at(folder, CLOCK),
        }))
    }

    /// Puts back what the folder holds.
    pub(super) fn load(&self, stack: &Stack) -> Result<(), KeptError> {
        *hold(&self.written) = stack.mails.load(&self.mails, &self.account)?;
        stack.queues.load(&self.queues)?;
        stack.secrets.load(&self.secrets)
    }

    pub(super) fn store(&self, stack: &Stack) -> Result<(), KeptError> {
        self.store_mails(stack)?;
        stack.mails.store_account(&self.account)?;
        stack.queues.store(&self.queues)?;
        stack.secrets.store(&self.secrets)?;
        self.clock.write(&stack.clock.now())
    }

    /// Stores what the caller of `op` relies on from now on, whenever the process ends.
    pub(super) fn store_call(
        &self,
        stack: &Stack,
        service: Service,
        op: &str,
    ) -> Result<(), KeptError> {
        match (service, op) {
            (Service::Ses, "SendEmail") => self.store_mails(stack),
            (Service::Sqs, "SendMessage" | "SendMessageBatch") => stack.queues.store(&self.queues),
            (Service::SecretsManager, "PutSecretValue") => stack.secrets.store(&self.secrets),
            _ => Ok(()),
        }
    }

    fn store_mails(&self, stack: &Stack) -> Result<(), KeptError> {
        let mut written = hold(&self.written);
        *written = stack.mails.store_after(*written, &self.mails)?;
        Ok(())
    }
}

impl KeptFile {
    pub(crate) fn at(folder: &Path, name: &str) -> Self {
        Self { path: folder.join(name), written: Mutex::default() }
    }

    /// What the file holds; `None` where there is none yet.
    ///
    /// **Errors.** It cannot be read, or holds something else.
    pub(crate) fn read<T: DeserializeOwned>(&self) -> Result<Option<T>, KeptError> {
        let bytes = match fs::read(&self.path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(KeptError::new(&self.path, &error)),
        };
        let value =
            serde_json::from_slice(&bytes).map_err(|wrong| KeptError::new(&self.path, &wrong))?;
        *hold(&self.written) = bytes;
        Ok(Some(value))
    }

    /// Replaces what the file holds.
    ///
    /// **Errors.** It cannot be written; the old one is still there.
    pub(crate) fn write(&self, value: &impl Serialize) -> Result<(), KeptError> {
        let mut bytes =
            serde_json::to_vec(value).map_err(|wrong| KeptError::new(&self.path, &wrong))?;
        bytes.push(b'\n');
        let mut written = hold(&self.written);
        if *written != bytes {
            replace(&self.path, &bytes)?;
            *written = bytes;
        }
        Ok(())
    }
}

/// Writes a file beside the one at `path` and puts it in its place.
///
/// **Errors.** It cannot be written; what was there is still there.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Result<(), KeptError> {
    let mut beside = OsString::from(path);
    beside.push(".new");
    let beside = PathBuf::from(beside);
    let replaced = fs::write(&beside, bytes).and_then(|()| fs::rename(&beside, path));
    replaced.map_err(|error| KeptError::new(path, &error))
}
