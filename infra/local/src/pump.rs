//! The event pump: what wakes functions in AWS, in a fixed order and on the stack's clock.
//!
//! One step is one event batch. At each step the first of these that is there is taken: schedules
//! that are due (and what failed of them), by name; files that were put, by function, in order;
//! queues, by name; events of SES, which go into the queue `outcomes` when the template has one.
//! Batch windows and concurrency are not played: the pump never waits and never invokes two at a
//! time, which is one of the orders that AWS may choose.

pub mod schedule;

mod event;
mod kept;

use std::{collections::BTreeMap, fmt, panic::AssertUnwindSafe, sync::Arc};

use chrono::{DateTime, TimeDelta, Utc};
use futures::{FutureExt, future::BoxFuture};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{
    clock::Backwards,
    standin::{StandIns, kept::KeptFile, wire},
    template::{BatchFailures, Schedule, Source, Template},
};

/// A function, called in process with what Lambda would give it.
pub type Handler =
    Arc<dyn Fn(Invocation) -> BoxFuture<'static, Result<Value, String>> + Send + Sync>;

/// One invocation of a function.
#[derive(Debug, Clone, PartialEq)]
pub struct Invocation {
    /// The function's package name.
    pub function: String,
    /// The event.
    pub payload: Value,
    /// Its id: the same in every run.
    pub request_id: String,
    /// When Lambda would end it, on the stack's clock.
    pub deadline: DateTime<Utc>,
}

/// Which due times of a schedule are played when the clock moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Firing {
    /// Each one.
    Always,
    /// Those before which something was written since the schedule last fired, or at which a queue
    /// that wakes a function holds a message. For schedules that only carry on what others began:
    /// of the 8,000 heartbeats of four weeks it leaves those that find work.
    WhilePending,
    /// None: the schedule is fired by hand, or is lost.
    Never,
}

/// What one step did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// When.
    pub at: DateTime<Utc>,
    /// The schedule, bucket or queue that woke the function.
    pub woken_by: String,
    /// The function.
    pub function: String,
    /// How it went.
    pub result: StepResult,
}

/// How a step went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepResult {
    /// The function took it all.
    Done,
    /// The function named so many messages that come again.
    Partly(usize),
    /// The function failed: all of it comes again, or goes to a dead queue.
    Failed(String),
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {} -> {}",
            self.at.format("%Y-%m-%dT%H:%M:%SZ"),
            self.woken_by,
            self.function
        )?;
        match &self.result {
            StepResult::Done => Ok(()),
            StepResult::Partly(again) => write!(f, ": {again} again"),
            StepResult::Failed(reason) => write!(f, ": failed: {reason}"),
        }
    }
}

/// Wakes the functions of one stack.
pub struct Pump {
    stand_ins: StandIns,
    template: Template,
    handlers: BTreeMap<String, Handler>,
    schedules: Vec<Planned>,
    waiting: Vec<Waiting>,
    /// How many events there were: orders those of one name, and names invocations.
    events: u64,
    kept: Option<KeptFile>,
}

/// A schedule, and up to when its due times were looked at.
struct Planned {
    schedule: Schedule,
    firing: Firing,
    looked_at: DateTime<Utc>,
    /// The last call before it fired; `None` when something was written before this process.
    mark: Option<u64>,
}

/// An asynchronous invocation that is to be made.
#[derive(Clone, Serialize, Deserialize)]
struct Waiting {
    due: DateTime<Utc>,
    rank: Rank,
    name: String,
    order: u64,
    function: String,
    payload: Value,
    attempts: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
enum Rank {
    Schedule,
    File,
}

impl fmt::Debug for Pump {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pump")
            .field("functions", &self.handlers.keys().collect::<Vec<_>>())
            .field("waiting", &self.waiting.len())
            .finish_non_exhaustive()
    }
}

impl Pump {
    /// A pump for the functions of the template, by their names; every schedule fires
    /// [`Firing::Always`].
    ///
    /// **Errors.** [`NoHandler`] when something wakes a function that has no handler.
    pub fn new(
        stand_ins: StandIns,
        template: Template,
        handlers: BTreeMap<String, Handler>,
    ) -> Result<Self, NoHandler> {
        let notices = template.buckets.iter().flat_map(|bucket| &bucket.notices);
        let woken = template.schedules.iter().map(|schedule| &schedule.function);
        let woken = woken.chain(template.sources.iter().map(|source| &source.function));
        let mut woken = woken.chain(notices.map(|notice| &notice.function));
        if let Some(function) = woken.find(|function| !handlers.contains_key(*function)) {
            return Err(NoHandler(function.clone()));
        }
        let now = stand_ins.clock().now();
        let planned = |schedule: &Schedule| Planned {
            schedule: schedule.clone(),
            firing: Firing::Always,
            looked_at: now,
            mark: Some(0),
        };
        let schedules = template.schedules.iter().map(planned).collect();
        Ok(Self {
            stand_ins,
            template,
            handlers,
            schedules,
            waiting: Vec::new(),
            events: 0,
            kept: None,
        })
    }

    /// Chooses which due times of a schedule (`campaign-heartbeat`) are played; an unknown name
    /// changes nothing and is answered with false.
    pub fn set_firing(&mut self, schedule: &str, firing: Firing) -> bool {
        let planned = self.schedules.iter_mut().find(|planned| planned.schedule.name == schedule);
        planned.map(|planned| planned.firing = firing).is_some()
    }

    /// Makes every step that is due now, until there is none.
    pub async fn pump(&mut self) -> Vec<Step> {
        let mut steps = Vec::new();
        while let Some(step) = self.step().await {
            steps.push(step);
        }
        steps
    }

    /// Moves the clock to `to`, from one due instant to the next, and pumps at each: every event
    /// has its own time.
    ///
    /// **Errors.** [`Backwards`] when `to` has passed; nothing happened.
    pub async fn advance_to(&mut self, to: DateTime<Utc>) -> Result<Vec<Step>, Backwards> {
        let mut steps = Vec::new();
        while let Some(step) = self.step_towards(to).await? {
            steps.push(step);
        }
        Ok(steps)
    }

    /// Makes the next step on the way to `to`, moving the clock to the instant at which it is due;
    /// `None` when the clock stands at `to` and nothing is due.
    ///
    /// **Errors.** As [`Self::advance_to`].
    pub async fn step_towards(&mut self, to: DateTime<Utc>) -> Result<Option<Step>, Backwards> {
        let clock = self.stand_ins.clock().clone();
        let now = clock.now();
        if to < now {
            return Err(Backwards { now, to });
        }
        loop {
            if let Some(step) = self.step().await {
                return Ok(Some(step));
            }
            if clock.now() == to {
                return Ok(None);
            }
            clock.move_to(self.next_due().unwrap_or(to).min(to))?;
        }
    }

    /// The next instant at which something is due, after now.
    pub fn next_due(&self) -> Option<DateTime<Utc>> {
        let now = self.stand_ins.clock().now();
        let pending = self.schedules.iter().filter(|planned| self.fires(planned));
        let schedules = pending.filter_map(|planned| {
            planned.schedule.expression.next_after(planned.looked_at, planned.schedule.zone)
        });
        let waiting = self.waiting.iter().map(|waiting| waiting.due);
        let queues = self.template.sources.iter();
        let queues =
            queues.filter_map(|source| self.stand_ins.queues().next_visible(&source.queue));
        schedules.chain(waiting).chain(queues).filter(|due| *due > now).min()
    }

    /// Makes the first step that is due now, if there is one.
    ///
    /// When the returned future is dropped, the function is killed: a message that it was given
    /// stays hidden until its visibility ends, as in AWS.
    pub async fn step(&mut self) -> Option<Step> {
        self.gather_schedules();
        self.gather_files();
        if let Some(waiting) = self.take_waiting() {
            return Some(self.invoke_waiting(waiting).await);
        }
        let mut sources = self.template.sources.clone();
        sources.sort_by(|a, b| a.queue.cmp(&b.queue));
        for source in sources {
            let messages = self
                .stand_ins
                .queues()
                .receive(&source.queue, usize::try_from(source.batch_size).unwrap_or(usize::MAX));
            if !messages.is_empty() {
                return Some(self.invoke_batch(&source, &messages).await);
            }
        }
        self.deliver_events()
    }

    fn fires(&self, planned: &Planned) -> bool {
        match planned.firing {
            Firing::Always => true,
            Firing::Never => false,
            Firing::WhilePending => {
                let queues = self.stand_ins.queues();
                planned.mark.is_none_or(|mark| self.stand_ins.gate().wrote_since(mark))
                    || self
                        .template
                        .sources
                        .iter()
                        .any(|source| queues.counts(&source.queue).all() > 0)
            }
        }
    }

    fn gather_schedules(&mut self) {
        let now = self.stand_ins.clock().now();
        let mut planned = std::mem::take(&mut self.schedules);
        for schedule in &mut planned {
            if self.fires(schedule) {
                let Planned { schedule: Schedule { expression, zone, .. }, looked_at, .. } =
                    schedule;
                while let Some(due) = expression.next_after(*looked_at, *zone) {
                    if due > now {
                        break;
                    }
                    *looked_at = due;
                    schedule.mark = Some(self.stand_ins.gate().mark());
                    self.events = self.events.saturating_add(1);
                    self.waiting.push(Waiting {
                        due,
                        rank: Rank::Schedule,
                        name: schedule.schedule.name.clone(),
                        order: self.events,
                        function: schedule.schedule.function.clone(),
                        payload: event::of_schedule(&schedule.schedule.input, due),
                        attempts: 0,
                    });
                }
            } else {
                schedule.looked_at = now;
            }
        }
        self.schedules = planned;
    }

    fn gather_files(&mut self) {
        for created in self.stand_ins.files().take_created() {
            let bucket = self.template.buckets.iter().find(|bucket| bucket.name == created.bucket);
            for notice in bucket.map(|bucket| bucket.notices.as_slice()).unwrap_or_default() {
                if !created.key.starts_with(&notice.prefix)
                    || !created.key.ends_with(&notice.suffix)
                {
                    continue;
                }
                self.events = self.events.saturating_add(1);
                self.waiting.push(Waiting {
                    due: created.at,
                    rank: Rank::File,
                    name: created.bucket.clone(),
                    order: self.events,
                    function: notice.function.clone(),
                    payload: event::of_file(&created, self.events),
                    attempts: 0,
                });
            }
        }
    }

    fn take_waiting(&mut self) -> Option<Waiting> {
        let now = self.stand_ins.clock().now();
        let due = self.waiting.iter().enumerate().filter(|(_, waiting)| waiting.due <= now);
        let (at, _) =
            due.min_by_key(|(_, waiting)| (waiting.rank, &waiting.name, waiting.order))?;
        Some(self.waiting.remove(at))
    }

    async fn invoke_waiting(&mut self, waiting: Waiting) -> Step {
        let at = self.stand_ins.clock().now();
        let result = self.invoke(&waiting.function, waiting.payload.clone()).await;
        let step = |result| Step {
            at,
            woken_by: waiting.name.clone(),
            function: waiting.function.clone(),
            result,
        };
        let Err(reason) = result else {
            return step(StepResult::Done);
        };
        let step = step(StepResult::Failed(reason.clone()));
        let function = self.template.function(&waiting.function);
        let attempts = waiting.attempts.saturating_add(1);
        if attempts <= function.map_or(0, |function| function.retries) {
            // Lambda waits one minute, then two.
            let due = at + TimeDelta::minutes(i64::from(attempts));
            self.waiting.push(Waiting { due, attempts, ..waiting });
        } else if let Some(queue) = function.and_then(|function| function.failures.clone()) {
            let body =
                event::of_failure(&waiting.function, &waiting.payload, &reason, attempts, at);
            self.stand_ins.queues().deliver(&queue, &body.to_string());
        }
        step
    }

    async fn invoke_batch(
        &mut self,
        source: &Source,
        messages: &[crate::standin::sqs::Message],
    ) -> Step {
        let at = self.stand_ins.clock().now();
        let payload = event::of_queue(&source.queue, messages);
        let result = self.invoke(&source.function, payload).await;
        let again = match &result {
            Ok(answer) => failed_messages(source, messages, answer),
            Err(_) => messages.iter().map(|message| message.id.clone()).collect(),
        };
        for message in messages.iter().filter(|message| !again.contains(&message.id)) {
            self.stand_ins.queues().delete(&source.queue, &message.receipt());
        }
        let result = match result {
            Err(reason) => StepResult::Failed(reason),
            Ok(_) if again.is_empty() => StepResult::Done,
            Ok(_) => StepResult::Partly(again.len()),
        };
        Step { at, woken_by: source.queue.clone(), function: source.function.clone(), result }
    }

    /// Calls a function and waits for it; a panic in it is its failure, not the stack's.
    ///
    /// **Errors.** What the function said.
    pub async fn invoke(&mut self, function: &str, payload: Value) -> Result<Value, String> {
        let now = self.stand_ins.clock().now();
        self.events = self.events.saturating_add(1);
        let timeout_s = self.template.function(function).map_or(3, |known| known.timeout_s);
        let invocation = Invocation {
            function: function.to_owned(),
            payload,
            request_id: request_id(function, self.events),
            deadline: now + TimeDelta::seconds(timeout_s.into()),
        };
        let Some(handler) = self.handlers.get(function) else {
            return Err(NoHandler(function.to_owned()).to_string());
        };
        let running = AssertUnwindSafe(handler(invocation)).catch_unwind();
        running.await.unwrap_or_else(|_| Err("the function panicked".to_owned()))
    }

    /// Puts the events of SES in the queue of the function that reads them, if it is there.
    fn deliver_events(&mut self) -> Option<Step> {
        let queue = self.template.queues.iter().find(|queue| queue.name.ends_with("-outcomes"))?;
        let events = self.stand_ins.mails().take_events();
        if events.is_empty() {
            return None;
        }
        for event in events {
            self.stand_ins.queues().deliver(&queue.name, &event.body.to_string());
        }
        Some(Step {
            at: self.stand_ins.clock().now(),
            woken_by: "ses".to_owned(),
            function: queue.name.clone(),
            result: StepResult::Done,
        })
    }
}

/// The messages of a batch that come again, by what the function answered.
///
/// **Source.** Lambda developer guide, SQS partial batch responses: an answer that cannot be read,
/// or that names a message of another batch, fails the whole batch.
fn failed_messages(
    source: &Source,
    messages: &[crate::standin::sqs::Message],
    answer: &Value,
) -> Vec<String> {
    let all = || messages.iter().map(|message| message.id.clone()).collect();
    let failures = match source.failures {
        BatchFailures::Whole => return Vec::new(),
        BatchFailures::Reported => answer.get("batchItemFailures"),
    };
    let failures = match failures {
        None | Some(Value::Null) if answer.is_object() || answer.is_null() => return Vec::new(),
        Some(Value::Array(failures)) => failures,
        _ => return all(),
    };
    let ids: Option<Vec<String>> = failures
        .iter()
        .map(|failure| failure.get("itemIdentifier")?.as_str().map(str::to_owned))
        .collect();
    match ids {
        Some(ids) if ids.iter().all(|id| messages.iter().any(|message| message.id == *id)) => ids,
        _ => all(),
    }
}

/// An id that two runs give to the same invocation.
pub(crate) fn request_id(function: &str, number: u64) -> String {
    let digest = Sha256::digest(format!("{function} {number}"));
    uuid(&wire::hex(&digest))
}

/// The first 32 digits of a digest in hex, in the form of a UUID.
pub(crate) fn uuid(hex: &str) -> String {
    let part = |from, to| hex.get(from..to).unwrap_or_default();
    [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
}

/// The template wakes a function that nobody brought: the caller adds its handler.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the template wakes the function `{0}`, which has no handler")]
pub struct NoHandler(pub String);

#[cfg(test)]
mod tests;
