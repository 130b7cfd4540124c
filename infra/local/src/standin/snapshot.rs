//! Everything that the stand-ins hold, put aside and put back: a crash is played from the instant
//! before it, thousands of times, and not from the beginning.

use std::io;

use chrono::{DateTime, Utc};

use super::{StandIns, dynamodb, s3, secrets, ses, sqs};
use crate::gate;

/// What the stand-ins hold at one instant: tables, files, mails, queues, secrets, the calls and
/// fault rules of the gate, and the time. Clones are the same snapshot.
#[derive(Debug, Clone)]
pub struct Snapshot {
    now: DateTime<Utc>,
    gate: gate::Snapshot,
    tables: dynamodb::Snapshot,
    files: s3::Snapshot,
    mails: ses::Snapshot,
    queues: sqs::Snapshot,
    secrets: secrets::Snapshot,
}

impl Snapshot {
    /// Where the clock stood.
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }
}

impl StandIns {
    /// Puts everything aside.
    ///
    /// **Shape.** No call is under way.
    /// **Errors.** See [`SnapshotError`]; nothing was changed.
    pub fn snapshot(&self) -> Result<Snapshot, SnapshotError> {
        Ok(Snapshot {
            now: self.clock().now(),
            gate: self.gate().snapshot(),
            tables: self.tables().snapshot()?,
            files: self.files().snapshot()?,
            mails: self.mails().snapshot(),
            queues: self.queues().snapshot(),
            secrets: self.secrets().snapshot(),
        })
    }

    /// Puts everything back, the time too: what was written since, and is not in the snapshot, is
    /// gone, and the numbers of calls, mails and messages go on from there.
    ///
    /// **Shape.** No call is under way; the snapshot is of these stand-ins.
    /// **Errors.** See [`SnapshotError`]; a part may be back.
    pub fn restore(&self, snapshot: &Snapshot) -> Result<(), SnapshotError> {
        self.tables().restore(&snapshot.tables)?;
        self.files().restore(&snapshot.files)?;
        self.mails().restore(&snapshot.mails);
        self.queues().restore(&snapshot.queues);
        self.secrets().restore(&snapshot.secrets);
        self.gate().restore(&snapshot.gate);
        self.clock().restore(snapshot.now);
        Ok(())
    }
}

/// A snapshot was not taken or not put back: the caller frees the disk, or reports the defect.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// The database did not copy: the caller reports its message.
    #[error("the tables were not copied: {0}")]
    Tables(String),
    /// The temporary folder cannot be used: the caller frees the disk.
    #[error("the temporary folder cannot be used")]
    Folder(#[source] io::Error),
}
