//! Going back in a play, and killing functions in it.
//!
//! A play is recorded once: each invocation with the world before it and the number of calls that
//! it makes. Then each of these calls can be the last thing that the function does, before or after
//! its effect: the world is put back to just before the invocation, the function is killed at the
//! call, every process starts anew, and the play goes on.

use std::collections::{HashSet, VecDeque};
use std::future::{self, Future};
use std::pin::pin;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::future::{Either, select};
use http::{Request, Response};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tokio::sync::Notify;

use crate::gate::{Gate, Point, Side};
use crate::stack;

use super::World;
use super::state::{Items, Looks, State, Steps};

/// A whole world at one instant. Clones are the same snapshot.
#[derive(Debug, Clone)]
pub struct Snapshot {
    stack: stack::Snapshot,
    read: Vec<u64>,
    failed: Vec<String>,
    reports: String,
    steps: Steps,
    items: Items,
}

impl Snapshot {
    /// What [`World::set_tag`] said last before it was taken: where in its play the world was.
    pub fn tag(&self) -> usize {
        self.steps.now()
    }

    /// Where its clock stood.
    pub fn now(&self) -> DateTime<Utc> {
        self.stack.now()
    }
}

/// One invocation of a recorded play that called a stand-in.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// The function.
    pub function: String,
    /// What woke it: a schedule, a bucket, a queue, a route of the HTTP API, or an operator.
    pub woken_by: String,
    /// The world just before it was woken.
    pub before: Snapshot,
    /// The number of its first call of a stand-in.
    pub first_call: u64,
    /// How many calls of stand-ins it made.
    pub calls: u64,
    within: Within,
}

/// In which invocations a crash can be.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Within {
    /// In any.
    All,
    /// In those that the pump makes.
    Steps,
    /// In those that a request to this route makes.
    Route(String),
    /// In those of this function that an operator makes.
    Order(String),
}

impl Within {
    fn holds(&self, invocation: &Self) -> bool {
        *self == Self::All || self == invocation
    }
}

/// A crash that is to come.
#[derive(Debug)]
struct Crash {
    within: Within,
    /// How many invocations are let pass that it could be in.
    skip: u64,
    /// The number of the call in its invocation, from 1.
    call: u64,
    side: Side,
}

/// What is recorded of a play, and which crashes are planned in it.
#[derive(Debug, Default)]
pub(super) struct Tape {
    recorded: Option<Vec<Recorded>>,
    planned: VecDeque<Crash>,
    happened: usize,
    steps: Steps,
    looks: Looks,
    known: Option<Known>,
    /// The states that this play made known: being in one of them is no news.
    own: HashSet<State>,
    /// Whether the world came into a state that is known.
    arrived: bool,
    /// What comes behind a known state.
    behind: Behind,
    /// Where it came into a state that is not known, behind one that is.
    strayed_at: Option<DateTime<Utc>>,
}

/// What a play does in a state that is known.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Behind {
    /// It is over.
    #[default]
    End,
    /// It goes on.
    More,
}

/// How a play went that is compared with others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Course {
    /// It came into no state that is known.
    Own,
    /// It came into one, and into no other from then on.
    Joined,
    /// It came into one, and then, at this instant, into one that is not known.
    Strayed(DateTime<Utc>),
}

/// States from which the end is known, by their digests: a play that comes into one of them would
/// only repeat what was seen. Clones are the same.
#[derive(Debug, Clone, Default)]
pub struct Known(Arc<Mutex<HashSet<State>>>);

impl Known {
    /// How many there are.
    pub fn len(&self) -> usize {
        crate::clock::hold(&self.0).len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// An invocation that may begin.
struct Begun {
    within: Within,
    before: Option<Snapshot>,
    mark: u64,
    crash: Option<Point>,
}

impl World {
    /// Puts the whole world aside.
    ///
    /// # Panics
    /// When the temporary folder cannot be used.
    pub fn snapshot(&self) -> Snapshot {
        let stack = self.stack.snapshot();
        let tape = self.tape.borrow();
        Snapshot {
            stack: stack.unwrap_or_else(|error| panic!("no snapshot: {error}")),
            read: self.read.clone(),
            failed: self.failed.clone(),
            reports: self.reports.clone(),
            steps: tape.steps.clone(),
            items: tape.looks.items(),
        }
    }

    /// Puts a snapshot of this world back, with every process started anew and no crash planned.
    ///
    /// # Panics
    /// When the temporary folder cannot be used.
    pub fn restore(&mut self, snapshot: &Snapshot) {
        let restored = self.stack.restore(&snapshot.stack);
        restored.unwrap_or_else(|error| panic!("not restored: {error}"));
        self.read.clone_from(&snapshot.read);
        self.failed.clone_from(&snapshot.failed);
        self.reports.clone_from(&snapshot.reports);
        let tape = self.tape.get_mut();
        tape.planned.clear();
        tape.happened = 0;
        tape.own.clear();
        tape.arrived = false;
        tape.strayed_at = None;
        tape.steps.clone_from(&snapshot.steps);
        tape.looks.restore(&snapshot.items);
    }

    /// Starts every process anew, as a deployment does; what is stored stays.
    ///
    /// # Panics
    /// When a function does not start.
    pub fn restart(&self) {
        let restarted = self.stack.restart();
        restarted.unwrap_or_else(|error| panic!("not restarted: {error}"));
    }

    /// Says where in its play the world is, for the snapshots from here on.
    pub fn set_tag(&mut self, tag: usize) {
        let mails = self.stack.stand_ins().mails().all().len();
        self.tape.get_mut().steps.begin(tag, mails);
    }

    /// What [`World::set_tag`] said last.
    pub fn tag(&self) -> usize {
        self.tape.borrow().steps.now()
    }

    /// Ends a play after its crash or fault as soon as it comes into a state that another one was
    /// in. A play in which nothing went wrong so far only adds its states.
    pub fn stop_where_known(&mut self, known: &Known) {
        let tape = self.tape.get_mut();
        tape.known = Some(known.clone());
        tape.behind = Behind::End;
    }

    /// Plays on where [`World::stop_where_known`] would end, and adds no state: [`World::course`] says
    /// whether what went on from a known state only came into known ones.
    pub fn go_on_where_known(&mut self, known: &Known) {
        let tape = self.tape.get_mut();
        tape.known = Some(known.clone());
        tape.behind = Behind::More;
    }

    /// How the play went until now.
    pub fn course(&self) -> Course {
        let tape = self.tape.borrow();
        match (tape.arrived, tape.strayed_at) {
            (_, Some(at)) => Course::Strayed(at),
            (true, None) => Course::Joined,
            (false, None) => Course::Own,
        }
    }

    /// Whether the play is over because the world came into a state that is known. The play asks at
    /// each of its steps; functions that are killed ask by themselves, and so does each step of the
    /// pump once nothing more can go wrong.
    pub fn is_known(&self) -> bool {
        let went_wrong = self.went_wrong();
        let mut tape = self.tape.borrow_mut();
        let tape = &mut *tape;
        if tape.arrived && tape.behind == Behind::End {
            return true;
        }
        let Some(Known(known)) = &tape.known else { return false };
        let state = tape.looks.state(&self.stack, &tape.steps);
        let faults = self.stack.stand_ins().gate().live_faults();
        let state = Sha256::new().chain_update(state).chain_update(faults);
        let state = state.chain_update(format!("{:?}", tape.planned));
        let state: State = state.finalize().into();
        if tape.behind == Behind::More {
            let is_new = !crate::clock::hold(known).contains(&state);
            if tape.arrived && is_new {
                tape.strayed_at.get_or_insert(self.stack.now());
            }
            tape.arrived |= went_wrong && !is_new;
            return false;
        }
        let is_new = crate::clock::hold(known).insert(state);
        if is_new {
            tape.own.insert(state);
        }
        tape.arrived = went_wrong && !is_new && !tape.own.contains(&state);
        tape.arrived
    }

    /// Whether a function was killed or a fault hit a call.
    fn went_wrong(&self) -> bool {
        self.tape.borrow().happened > 0 || self.stack.stand_ins().gate().was_hit()
    }

    /// Begins to record invocations.
    pub fn record(&mut self) {
        self.tape.get_mut().recorded = Some(Vec::new());
    }

    /// Ends the recording, and gives what was recorded, in order.
    pub fn recorded(&mut self) -> Vec<Recorded> {
        self.tape.get_mut().recorded.take().unwrap_or_default()
    }

    /// Goes back to just before `invocation`, and plans its crash: at its call number `call` (from
    /// 1), on `side` of the effect. The play goes on with what its tag names; a request that led
    /// up to the one that is killed may be made again.
    pub fn crash_in(&mut self, invocation: &Recorded, call: u64, side: Side) {
        self.restore(&invocation.before);
        let within = invocation.within.clone();
        self.tape.get_mut().planned.push_back(Crash { within, skip: 0, call, side });
    }

    /// Plans a crash behind those that are planned: `invocations` that call a stand-in are let
    /// pass, the next one that makes as many calls is killed at its call number `call`.
    pub fn crash_after(&mut self, invocations: u64, call: u64, side: Side) {
        let crash = Crash { within: Within::All, skip: invocations, call, side };
        self.tape.get_mut().planned.push_back(crash);
    }

    /// How many functions were killed since the last [`World::restore`].
    pub fn crashes(&self) -> usize {
        self.tape.borrow().happened
    }

    /// Does what is due on the way to `to`, one step after the other.
    pub(super) async fn step_to(&mut self, to: DateTime<Utc>) {
        loop {
            let begun = self.begin(Within::Steps);
            let gate = self.stack.stand_ins().gate().clone();
            let step = until(&gate, begun.crash.clone(), self.stack.step_towards(to)).await;
            let Some(step) = step else {
                self.killed();
                if self.tape.borrow().arrived {
                    return;
                }
                continue;
            };
            let Some(step) = step.unwrap_or_else(|error| panic!("{error}")) else {
                return;
            };
            self.end(begun, &step.function, &step.woken_by);
            self.note(&step);
            if self.rejoins() {
                return;
            }
        }
    }

    /// Whether a step brought the world into a state that is known, once nothing more can go wrong.
    fn rejoins(&self) -> bool {
        let follows = {
            let tape = self.tape.borrow();
            tape.known.is_some() && tape.planned.is_empty()
        };
        let gate = self.stack.stand_ins().gate();
        follows && gate.live_faults().is_empty() && self.is_known()
    }

    /// What the front door answers; `None` when the function behind it was killed.
    pub(super) async fn answered(&self, request: Request<Bytes>) -> Option<Response<Bytes>> {
        let route = self.stack.front().route(&request).cloned();
        let answer = self.stack.front().answer(request);
        let Some(route) = route else {
            return Some(answer.await);
        };
        let begun = self.begin(Within::Route(route.key.clone()));
        let gate = self.stack.stand_ins().gate();
        let answer = until(gate, begun.crash.clone(), answer).await;
        match answer {
            Some(_) => self.end(begun, &route.function, &route.key),
            None => self.killed(),
        }
        answer
    }

    /// Invokes a function by hand, as an operator does; `None` when it was killed.
    ///
    /// **Errors.** What the function said.
    pub async fn order(&mut self, function: &str, payload: Value) -> Option<Result<Value, String>> {
        let begun = self.begin(Within::Order(function.to_owned()));
        let gate = self.stack.stand_ins().gate().clone();
        let answer = until(&gate, begun.crash.clone(), self.stack.invoke(function, payload)).await;
        match answer {
            Some(_) => self.end(begun, function, "an operator"),
            None => self.killed(),
        }
        answer
    }

    fn begin(&self, within: Within) -> Begun {
        let before = self.tape.borrow().recorded.is_some().then(|| self.snapshot());
        let (planned, is_recorded) = {
            let tape = self.tape.borrow();
            let next = tape.planned.front();
            let next = next.filter(|crash| crash.skip == 0 && crash.within.holds(&within));
            let is_recorded = next.is_some_and(|crash| crash.within != Within::All);
            (next.map(|crash| (crash.call, crash.side)), is_recorded)
        };
        if before.is_some() || is_recorded {
            // Who is recorded, and who is killed where one was recorded, have just started: a process
            // that has read something makes a call less, and the last of its calls would never come.
            self.restart();
        }
        let mark = self.mark();
        let crash = planned.map(|(call, side)| Point { number: mark.saturating_add(call), side });
        Begun { within, before, mark, crash }
    }

    /// Notes an invocation that ended by itself, if it called anything.
    fn end(&self, begun: Begun, function: &str, woken_by: &str) {
        let calls = self.mark().saturating_sub(begun.mark);
        if calls == 0 {
            return;
        }
        let mut tape = self.tape.borrow_mut();
        if begun.crash.is_some() {
            // One that can be anywhere waits for an invocation that makes as many calls.
            tape.planned.pop_front_if(|crash| crash.within != Within::All);
        } else if let Some(next) = tape.planned.front_mut()
            && next.within.holds(&begun.within)
        {
            next.skip = next.skip.saturating_sub(1);
        }
        let Begun { within, before, mark, .. } = begun;
        if let (Some(recorded), Some(before)) = (&mut tape.recorded, before) {
            let (function, woken_by) = (function.to_owned(), woken_by.to_owned());
            let first_call = mark.saturating_add(1);
            recorded.push(Recorded { function, woken_by, before, first_call, calls, within });
        }
    }

    /// Starts every process anew after the planned crash.
    fn killed(&self) {
        {
            let mut tape = self.tape.borrow_mut();
            tape.planned.pop_front();
            tape.happened = tape.happened.saturating_add(1);
        }
        self.restart();
        self.is_known();
    }
}

/// Runs to its end, or up to `crash`: then it is dropped there, and there is no result.
async fn until<T>(
    gate: &Gate,
    crash: Option<Point>,
    running: impl Future<Output = T>,
) -> Option<T> {
    let Some(crash) = crash else {
        return Some(running.await);
    };
    let reached = Arc::new(Notify::new());
    let there = Arc::clone(&reached);
    gate.hold_calls(Some(Arc::new(move |point| {
        let there = (point == crash).then(|| Arc::clone(&there));
        Box::pin(async move {
            if let Some(there) = there {
                there.notify_one();
                future::pending::<()>().await;
            }
        })
    })));
    let (running, reached) = (pin!(running), pin!(reached.notified()));
    let first = select(running, reached).await;
    gate.hold_calls(None);
    match first {
        Either::Left((ended, _)) => Some(ended),
        Either::Right(_) => None,
    }
}
