//! What a pump remembers between two steps, as a text and in a file.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Planned, Pump, Rank, Waiting};
use crate::standin::KeptError;
use crate::standin::kept::KeptFile;

/// What the file holds.
#[derive(Serialize, Deserialize)]
struct Remembered {
    events: u64,
    schedules: BTreeMap<String, Looked>,
    waiting: Vec<Invoked>,
}

/// How far a schedule is.
#[derive(Serialize, Deserialize)]
struct Looked {
    at: DateTime<Utc>,
    /// Whether it is to fire because of what happened before.
    waits: bool,
}

/// An invocation that is to be made.
#[derive(Serialize, Deserialize)]
struct Invoked {
    due: DateTime<Utc>,
    rank: Rank,
    name: String,
    order: u64,
    function: String,
    payload: Value,
    attempts: u32,
}

impl Pump {
    /// What decides the next steps, in one text: two pumps that say the same go on alike.
    pub(crate) fn state(&self) -> String {
        let gate = self.stand_ins.gate();
        let schedule = |planned: &Planned| {
            let Planned { schedule, firing, looked_at, mark, waits } = planned;
            let wrote = gate.wrote_since(*mark);
            format!("{} {firing:?} {looked_at} {waits} {wrote}", schedule.name)
        };
        let waiting = |it: &Waiting| {
            let Waiting { due, rank, name, payload, attempts, .. } = it;
            format!("{due} {rank:?} {name} {payload} {attempts}")
        };
        let schedules = self.state.schedules.iter().map(schedule);
        let lines = schedules.chain(self.state.waiting.iter().map(waiting));
        lines.collect::<Vec<_>>().join("\n")
    }

    /// Goes on as `folder` says, and keeps in it what this pump remembers.
    ///
    /// **Errors.** The file cannot be read, or holds something else.
    pub(crate) fn keep_in(&mut self, folder: &Path) -> Result<(), KeptError> {
        let file = KeptFile::at(folder, "waiting.json");
        if let Some(Remembered { events, schedules, waiting }) = file.read()? {
            self.state.events = events;
            self.state.waiting = waiting.into_iter().map(Waiting::from).collect();
            for planned in &mut self.state.schedules {
                if let Some(looked) = schedules.get(&planned.schedule.name) {
                    planned.looked_at = looked.at;
                    planned.waits = looked.waits;
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
        let gate = self.stand_ins.gate();
        let schedules = self.state.schedules.iter().map(|planned| {
            // What was written before this process, the next one does not see.
            let waits = planned.waits || gate.wrote_since(planned.mark);
            (planned.schedule.name.clone(), Looked { at: planned.looked_at, waits })
        });
        file.write(&Remembered {
            events: self.state.events,
            schedules: schedules.collect(),
            waiting: self.state.waiting.iter().map(Invoked::from).collect(),
        })
    }
}

impl From<&Waiting> for Invoked {
    fn from(waiting: &Waiting) -> Self {
        let Waiting { due, rank, name, order, function, payload, attempts } = waiting;
        Self {
            due: *due,
            rank: *rank,
            name: name.clone(),
            order: *order,
            function: function.clone(),
            payload: Value::clone(payload),
            attempts: *attempts,
        }
    }
}

impl From<Invoked> for Waiting {
    fn from(invoked: Invoked) -> Self {
        let Invoked { due, rank, name, order, function, payload, attempts } = invoked;
        Self { due, rank, name, order, function, payload: Arc::new(payload), attempts }
    }
}
