//! What a folder holds at one instant, and how it is made to hold that again.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use domain::hex::hex;

/// Every file below a folder, by its path in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Folder(BTreeMap<PathBuf, Stored>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Stored {
    bytes: Bytes,
    modified_at: DateTime<Utc>,
}

impl Folder {
    /// Reads every file below `root`.
    ///
    /// **Errors.** A file or folder cannot be read.
    pub(super) fn read(root: &Path) -> io::Result<Self> {
        let mut files = BTreeMap::new();
        let mut folders = vec![root.to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder)? {
                let entry = entry?;
                let (path, metadata) = (entry.path(), entry.metadata()?);
                if metadata.is_dir() {
                    folders.push(path);
                } else if let Ok(below) = path.strip_prefix(root) {
                    let stored = Stored {
                        bytes: fs::read(&path)?.into(),
                        modified_at: metadata.modified()?.into(),
                    };
                    files.insert(below.to_owned(), stored);
                }
            }
        }
        Ok(Self(files))
    }

    /// The SHA-256 of every path with the bytes of its file, in hex.
    pub(super) fn digest(&self) -> String {
        let mut digest = Sha256::new();
        for (path, stored) in &self.0 {
            digest.update(path.to_string_lossy().as_bytes());
            // What the store notes about a file names its metadata in no order.
            match serde_json::from_slice::<Value>(&stored.bytes) {
                Ok(noted) => digest.update(Sha256::digest(noted.to_string())),
                Err(_) => digest.update(Sha256::digest(&stored.bytes)),
            }
        }
        hex(&digest.finalize())
    }

    /// Makes `root` hold these files and no other; a file that is the same is not touched.
    ///
    /// **Errors.** A file cannot be read, written or removed: the folder may hold a part.
    pub(super) fn write(&self, root: &Path) -> io::Result<()> {
        let now = Self::read(root)?;
        for below in now.0.keys().filter(|below| !self.0.contains_key(*below)) {
            fs::remove_file(root.join(below))?;
        }
        for (below, stored) in &self.0 {
            if now.0.get(below) == Some(stored) {
                continue;
            }
            let path = root.join(below);
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            fs::write(&path, &stored.bytes)?;
            let times = fs::FileTimes::new().set_modified(stored.modified_at.into());
            fs::File::options().write(true).open(&path)?.set_times(times)?;
        }
        Ok(())
    }
}
