//! What a pump remembers between two steps, in a file.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Pump, Waiting};
use crate::standin::KeptError;
use crate::standin::kept::KeptFile;

/// What the file holds.
#[derive(Serialize, Deserialize)]
struct Remembered {
    events: u64,
    schedules: BTreeMap<String, Looked>,
    waiting: Vec<Waiting>,
}

/// How far a schedule is.
#[derive(Serialize, Deserialize)]
struct Looked {
    at: DateTime<Utc>,
    /// Whether something was written since it last fired.
    pending: bool,
}

impl Pump {
    /// Goes on as `folder` says, and keeps in it what this pump remembers.
    ///
    /// **Errors.** The file cannot be read, or holds something else.
    pub(crate) fn keep_in(&mut self, folder: &Path) -> Result<(), KeptError> {
        let file = KeptFile::at(folder, "waiting.json");
        if let Some(Remembered { events, schedules, waiting }) = file.read()? {
            self.events = events;
            self.waiting = waiting;
            for planned in &mut self.schedules {
                if let Some(looked) = schedules.get(&planned.schedule.name) {
                    planned.looked_at = looked.at;
                    planned.mark = if looked.pending { None } else { planned.mark };
                }
            }
        }
        self.kept = Some(file);
        Ok(())
    }

    /// Writes what this pump and the stand-ins hold, if it is kept.
    ///
    /// **Errors.** A file cannot be written.
    pub(crate) fn store(&self) -> Result<(), KeptError> {
        let Some(file) = &self.kept else { return Ok(()) };
        self.stand_ins.store()?;
        let looked = |mark: Option<u64>, at| Looked {
            at,
            pending: mark.is_none_or(|mark| self.stand_ins.gate().wrote_since(mark)),
        };
        let schedules = self.schedules.iter().map(|planned| {
            (planned.schedule.name.clone(), looked(planned.mark, planned.looked_at))
        });
        let schedules = schedules.collect();
        file.write(&Remembered { events: self.events, schedules, waiting: self.waiting.clone() })
    }
}
