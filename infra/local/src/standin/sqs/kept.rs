//! The queues in a file.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Message, Queues};
use crate::clock::hold;
use crate::standin::kept::{KeptError, KeptFile};

/// What the file holds.
#[derive(Serialize)]
struct Written<'a> {
    sent: u64,
    queues: BTreeMap<&'a str, &'a [Message]>,
}

/// The same, read back.
#[derive(Deserialize)]
struct Read {
    sent: u64,
    queues: BTreeMap<String, Vec<Message>>,
}

impl Queues {
    /// Puts back what the file holds, if there is one.
    pub(in crate::standin) fn load(&self, file: &KeptFile) -> Result<(), KeptError> {
        let Some(read) = file.read::<Read>()? else { return Ok(()) };
        self.change(|state| {
            state.sent = read.sent;
            for (name, messages) in read.queues {
                if let Some(held) = state.queues.get_mut(&name) {
                    for message in messages {
                        held.line.put(message);
                    }
                }
            }
        });
        Ok(())
    }

    /// Writes what waits.
    pub(in crate::standin) fn store(&self, file: &KeptFile) -> Result<(), KeptError> {
        let state = hold(&self.state);
        let filled = state.queues.iter().filter(|(_, held)| !held.line.messages().is_empty());
        let queues = filled.map(|(name, held)| (name.as_str(), held.line.messages())).collect();
        file.write(&Written { sent: state.sent, queues })
    }
}
