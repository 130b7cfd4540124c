//! What waits in one queue, and when it may be seen.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A message in a queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Its id; a message that is delivered twice has it twice.
    pub id: String,
    /// Its body.
    pub body: String,
    /// Its attributes as the sender wrote them, an object or null.
    pub attributes: Value,
    /// When it was sent.
    pub sent_at: DateTime<Utc>,
    /// From when on it may be received.
    pub visible_at: DateTime<Utc>,
    /// When it was first received.
    pub first_received_at: Option<DateTime<Utc>>,
    /// How many times it was received.
    pub receive_count: u32,
    /// Its place: a lower one is received first.
    pub place: i64,
}

impl Message {
    /// What names this delivery: a later delivery of the message has another.
    pub fn receipt(&self) -> String {
        format!("{}/{}/{}", self.id, self.place, self.receive_count)
    }
}

/// How many messages a queue holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Ready to be received.
    pub visible: usize,
    /// Received, and neither deleted nor visible again.
    pub in_flight: usize,
    /// Sent with a delay that has not passed.
    pub delayed: usize,
}

impl Counts {
    /// All of them.
    pub fn all(self) -> usize {
        self.visible.saturating_add(self.in_flight).saturating_add(self.delayed)
    }
}

/// The rules by which a queue gives its messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rules {
    pub(super) visibility: TimeDelta,
    pub(super) retention: TimeDelta,
    /// After so many receives a message is dead.
    pub(super) max_receive_count: Option<u32>,
}

/// The messages of one queue, by place.
#[derive(Debug, Clone, Default)]
pub(super) struct Line(Vec<Message>);

/// What a receive found.
#[derive(Debug, Default)]
pub(super) struct Taken {
    pub(super) received: Vec<Message>,
    /// Received too often before: they belong in the dead queue now.
    pub(super) dead: Vec<Message>,
}

impl Line {
    pub(super) fn messages(&self) -> &[Message] {
        &self.0
    }

    pub(super) fn put(&mut self, message: Message) {
        let at = self.0.partition_point(|waiting| waiting.place <= message.place);
        self.0.insert(at, message);
    }

    /// The place of a message that overtakes all that wait.
    pub(super) fn place_in_front(&self) -> i64 {
        self.0.first().map_or(0, |first| first.place).saturating_sub(1)
    }

    /// Takes at most `max` visible messages, first come first served, and hides them.
    pub(super) fn receive(&mut self, max: usize, rules: Rules, now: DateTime<Utc>) -> Taken {
        self.0.retain(|message| now - message.sent_at < rules.retention);
        let mut taken = Taken::default();
        let mut kept = Vec::with_capacity(self.0.len());
        for mut message in self.0.drain(..) {
            if message.visible_at > now || taken.received.len() == max {
                kept.push(message);
                continue;
            }
            if rules.max_receive_count.is_some_and(|most| message.receive_count >= most) {
                taken.dead.push(message);
                continue;
            }
            message.receive_count = message.receive_count.saturating_add(1);
            message.first_received_at.get_or_insert(now);
            message.visible_at = now + rules.visibility;
            taken.received.push(message.clone());
            kept.push(message);
        }
        self.0 = kept;
        taken
    }

    /// Deletes the message that this delivery gave; an older delivery's receipt does nothing.
    pub(super) fn delete(&mut self, receipt: &str) {
        self.0.retain(|message| message.receipt() != receipt);
    }

    /// Moves when a delivered message may be seen again; false when the receipt is not the last.
    pub(super) fn see_again(&mut self, receipt: &str, at: DateTime<Utc>) -> bool {
        let found = self.0.iter_mut().find(|message| message.receipt() == receipt);
        found.map(|message| message.visible_at = at).is_some()
    }

    pub(super) fn counts(&self, now: DateTime<Utc>) -> Counts {
        let mut counts = Counts::default();
        for message in &self.0 {
            let count = match (message.visible_at > now, message.receive_count) {
                (false, _) => &mut counts.visible,
                (true, 0) => &mut counts.delayed,
                (true, _) => &mut counts.in_flight,
            };
            *count = count.saturating_add(1);
        }
        counts
    }

    /// When the next message becomes visible that is not visible now.
    pub(super) fn next_visible(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.0.iter().map(|message| message.visible_at).filter(|at| *at > now).min()
    }
}
