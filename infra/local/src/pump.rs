//! The event pump: what wakes functions in AWS, in a fixed order and on the stack's clock.
//!
//! One step is one event batch. At each step the first of these that is there is taken: schedules
//! that are due (and what failed of them), by name; files that were put, by function, in order;
//! queues, by name; events of SES, which go into the queues that the template names for them.
//! Batch windows and concurrency are not played: the pump never waits and never invokes two at a
//! time, which is one of the orders that AWS may choose.

pub mod schedule;

mod event;
mod functions;
mod kept;
mod step;

use std::{collections::BTreeSet, fmt, sync::Arc};

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use self::functions::{Functions, Handler, Invocation, NoHandler};
pub(crate) use self::functions::{request_id, uuid};
pub use self::step::{Step, StepResult};
use crate::{
    clock::Backwards,
    standin::{StandIns, kept::KeptFile, sqs::Message},
    template::{BatchFailures, Schedule, Source, Template},
};

/// Which due times of a schedule are played when the clock moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Firing {
    /// Each one.
    Always,
    /// Those before which something was written since the schedule last fired, or at which a queue
    /// that wakes a function holds a message, or after its function answered that something waits
    /// (`"waiting": 1` or more). For schedules that only carry on what others began:
    /// of the 8,000 heartbeats of four weeks it leaves those that find work.
    WhilePending,
    /// None: the schedule is fired by hand, or is lost.
    Never,
}

/// Wakes the functions of one stack.
pub struct Pump {
    stand_ins: StandIns,
    template: Template,
    functions: Functions,
    state: Snapshot,
    kept: Option<KeptFile>,
}

/// What a pump remembers between two steps: which due times were looked at, what waits to be
/// invoked, and how many events there were.
#[derive(Debug, Clone)]
pub struct Snapshot {
    schedules: Vec<Planned>,
    waiting: Vec<Waiting>,
    /// How many events there were: orders those of one name, and names invocations.
    events: u64,
}

/// A schedule, and up to when its due times were looked at.
#[derive(Debug, Clone)]
struct Planned {
    schedule: Arc<Schedule>,
    firing: Firing,
    looked_at: DateTime<Utc>,
    /// The last call before it fired.
    mark: u64,
    /// Whether its function said last that something waits for it.
    waits: bool,
}

/// An asynchronous invocation that is to be made, or that was begun and has not ended.
#[derive(Debug, Clone)]
struct Waiting {
    due: DateTime<Utc>,
    rank: Rank,
    name: String,
    order: u64,
    function: String,
    payload: Arc<Value>,
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
            .field("functions", &self.functions)
            .field("waiting", &self.state.waiting.len())
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
        functions: impl Into<Functions>,
    ) -> Result<Self, NoHandler> {
        let functions = functions.into();
        let notices = template.buckets.iter().flat_map(|bucket| &bucket.notices);
        let woken = template.schedules.iter().map(|schedule| &schedule.function);
        let woken = woken.chain(template.sources.iter().map(|source| &source.function));
        let mut woken = woken.chain(notices.map(|notice| &notice.function));
        if let Some(function) = woken.find(|function| !functions.has(function)) {
            return Err(NoHandler(function.clone()));
        }
        let now = stand_ins.clock().now();
        let planned = |schedule: &Schedule| Planned {
            schedule: Arc::new(schedule.clone()),
            firing: Firing::Always,
            looked_at: now,
            mark: 0,
            waits: false,
        };
        let schedules = template.schedules.iter().map(planned).collect();
        let state = Snapshot { schedules, waiting: Vec::new(), events: 0 };
        Ok(Self { stand_ins, template, functions, state, kept: None })
    }

    /// What the pump remembers; the stand-ins have a snapshot of their own.
    pub fn snapshot(&self) -> Snapshot {
        self.state.clone()
    }

    /// Puts back what the pump remembered.
    pub fn restore(&mut self, snapshot: &Snapshot) {
        self.state.clone_from(snapshot);
    }

    /// Chooses which due times of a schedule (`campaign-heartbeat`) are played; an unknown name
    /// changes nothing and is answered with false.
    pub fn set_firing(&mut self, schedule: &str, firing: Firing) -> bool {
        let mut planned = self.state.schedules.iter_mut();
        let planned = planned.find(|planned| planned.schedule.name == schedule);
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
        let pending = self.state.schedules.iter().filter(|planned| self.fires(planned));
        let schedules = pending.filter_map(|planned| {
            planned.schedule.expression.next_after(planned.looked_at, planned.schedule.zone)
        });
        let waiting = self.state.waiting.iter().map(|waiting| waiting.due);
        let queues = self.template.sources.iter();
        let queues =
            queues.filter_map(|source| self.stand_ins.queues().next_visible(&source.queue));
        let events = self.stand_ins.mails().next_event();
        let due = schedules.chain(waiting).chain(queues).chain(events);
        due.filter(|due| *due > now).min()
    }

    /// Makes the first step that is due now, if there is one.
    ///
    /// When the returned future is dropped, the function is killed, and what woke it comes again as
    /// in AWS: a message when its visibility ends, an asynchronous event after one minute and then
    /// two, as often as the template says.
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
                planned.waits
                    || self.stand_ins.gate().wrote_since(planned.mark)
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
        let mut planned = std::mem::take(&mut self.state.schedules);
        for planned in &mut planned {
            if !self.fires(planned) {
                planned.looked_at = now;
                continue;
            }
            let schedule = &planned.schedule;
            while let Some(due) = schedule.expression.next_after(planned.looked_at, schedule.zone) {
                if due > now {
                    break;
                }
                planned.looked_at = due;
                planned.mark = self.stand_ins.gate().mark();
                self.wait(Waiting {
                    due,
                    rank: Rank::Schedule,
                    name: schedule.name.clone(),
                    order: 0,
                    function: schedule.function.clone(),
                    payload: Arc::new(event::of_schedule(&schedule.input, due)),
                    attempts: 0,
                });
            }
        }
        self.state.schedules = planned;
    }

    fn gather_files(&mut self) {
        for created in self.stand_ins.files().take_created() {
            let bucket = self.template.buckets.iter().find(|bucket| bucket.name == created.bucket);
            let notices = bucket.map(|bucket| bucket.notices.clone()).unwrap_or_default();
            for notice in notices.iter().filter(|notice| notice.is_about(&created.key)) {
                let number = self.state.events.saturating_add(1);
                let payload = Arc::new(event::of_file(&created, number));
                self.wait(Waiting {
                    due: created.at,
                    rank: Rank::File,
                    name: created.bucket.clone(),
                    order: 0,
                    function: notice.function.clone(),
                    payload,
                    attempts: 0,
                });
            }
        }
    }

    /// Has an event wait for its function, behind those of its name.
    fn wait(&mut self, waiting: Waiting) {
        self.state.events = self.state.events.saturating_add(1);
        self.state.waiting.push(Waiting { order: self.state.events, ..waiting });
    }

    fn take_waiting(&mut self) -> Option<Waiting> {
        let now = self.stand_ins.clock().now();
        let waiting = self.state.waiting.iter().enumerate();
        let due = waiting.filter(|(_, waiting)| waiting.due <= now);
        let (at, _) =
            due.min_by_key(|(_, waiting)| (waiting.rank, &waiting.name, waiting.order))?;
        Some(self.state.waiting.remove(at))
    }

    async fn invoke_waiting(&mut self, waiting: Waiting) -> Step {
        let at = self.stand_ins.clock().now();
        let retries = self.template.function(&waiting.function).map_or(0, |known| known.retries);
        let step = |waiting: &Waiting, result| Step {
            at,
            woken_by: waiting.name.clone(),
            function: waiting.function.clone(),
            result,
        };
        if waiting.attempts > retries {
            let reason = "the function was killed".to_owned();
            self.give_up(&waiting, &reason);
            return step(&waiting, StepResult::Failed(reason));
        }
        // Until it has ended it counts as failed. Lambda waits one minute, then two.
        let attempts = waiting.attempts.saturating_add(1);
        let pause = if attempts <= retries { i64::from(attempts) } else { 0 };
        let again = Waiting { due: at + TimeDelta::minutes(pause), attempts, ..waiting.clone() };
        self.state.waiting.push(again.clone());

        let result = self.invoke(&waiting.function, Value::clone(&waiting.payload)).await;
        let is_last = attempts > retries;
        if result.is_ok() || is_last {
            self.state.waiting.retain(|known| known.order != again.order);
        }
        match result {
            Ok(answer) => {
                let waits = answer.get("waiting").and_then(Value::as_u64) > Some(0);
                let mut schedules = self.state.schedules.iter_mut();
                if let Some(planned) = schedules.find(|it| it.schedule.name == waiting.name) {
                    planned.waits = waits;
                }
                step(&again, StepResult::Done)
            }
            Err(reason) => {
                if is_last {
                    self.give_up(&again, &reason);
                }
                step(&again, StepResult::Failed(reason))
            }
        }
    }

    /// Tells the queue of lost invocations, if the function has one.
    fn give_up(&self, waiting: &Waiting, reason: &str) {
        let Waiting { function, payload, attempts, .. } = waiting;
        let at = self.stand_ins.clock().now();
        let known = self.template.function(function);
        if let Some(queue) = known.and_then(|function| function.failures.as_ref()) {
            let body = event::of_failure(function, payload, reason, *attempts, at);
            self.stand_ins.queues().deliver(queue, &body.to_string());
        }
    }

    async fn invoke_batch(&mut self, source: &Source, messages: &[Message]) -> Step {
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
        self.state.events = self.state.events.saturating_add(1);
        let timeout_s = self.template.function(function).map_or(3, |known| known.timeout_s);
        let invocation = Invocation {
            function: function.to_owned(),
            payload,
            request_id: request_id(function, self.state.events),
            deadline: now + TimeDelta::seconds(timeout_s.into()),
        };
        self.functions.invoke(invocation).await
    }

    /// Calls a function once for each of `payloads`, all at the same time, as AWS does with a queue whose
    /// concurrency allows it.
    ///
    /// **Errors.** What the function said, in the order of the payloads.
    pub async fn invoke_together(
        &mut self,
        function: &str,
        payloads: Vec<Value>,
    ) -> Vec<Result<Value, String>> {
        let now = self.stand_ins.clock().now();
        let timeout_s = self.template.function(function).map_or(3, |known| known.timeout_s);
        let mut running = Vec::with_capacity(payloads.len());
        for payload in payloads {
            self.state.events = self.state.events.saturating_add(1);
            running.push(self.functions.invoke(Invocation {
                function: function.to_owned(),
                payload,
                request_id: request_id(function, self.state.events),
                deadline: now + TimeDelta::seconds(timeout_s.into()),
            }));
        }
        futures::future::join_all(running).await
    }

    /// Puts the events of SES that have arrived in the queues that the template names for them.
    fn deliver_events(&mut self) -> Option<Step> {
        let mut reached = BTreeSet::new();
        for event in self.stand_ins.mails().take_events() {
            let set = event.configuration_set.as_deref();
            for queue in self.template.queues_of(event.path, set, &event.body) {
                self.stand_ins.queues().deliver(&queue, &event.body.to_string());
                reached.insert(queue);
            }
        }
        let queues = reached.into_iter().reduce(|queues, queue| format!("{queues}, {queue}"))?;
        Some(Step {
            at: self.stand_ins.clock().now(),
            woken_by: "ses".to_owned(),
            function: queues,
            result: StepResult::Done,
        })
    }
}

/// The messages of a batch that come again, by what the function answered.
///
/// **Source.** Lambda developer guide, SQS partial batch responses: an answer that cannot be read,
/// or that names a message of another batch, fails the whole batch.
fn failed_messages(source: &Source, messages: &[Message], answer: &Value) -> Vec<String> {
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

#[cfg(test)]
mod tests;
