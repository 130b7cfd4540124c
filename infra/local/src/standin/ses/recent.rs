//! What the mails so far still have to do with what comes.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::{Event, Mails};
use crate::clock::hold;

impl Mails {
    /// The events that are still to be taken, and those that arrived after `since`.
    pub(crate) fn recent_events(&self, since: DateTime<Utc>) -> Vec<Event> {
        let state = hold(&self.state);
        let recent =
            state.events.iter().enumerate().filter(|(place, event)| {
                event.arrives_at > since || state.undelivered.contains(place)
            });
        recent.map(|(_, event)| event.clone()).collect()
    }

    /// The addresses that are never mailed, each with the reason.
    pub(crate) fn suppressed(&self) -> BTreeMap<String, String> {
        let state = hold(&self.state);
        let listed = state.suppressed.iter();
        listed.map(|(address, (reason, _))| (address.clone(), reason.clone())).collect()
    }
}
