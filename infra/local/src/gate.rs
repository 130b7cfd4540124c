//! The gate in front of every stand-in: it numbers the calls, breaks those that a fault rule hits,
//! and counts what they cost.

use std::{
    fmt,
    ops::{Add, AddAssign},
    str::FromStr,
    sync::{Arc, Mutex},
};

use futures::future::BoxFuture;

use crate::{
    clock::hold,
    fault::{Effect, Hits, Rule, RuleError},
};

/// One of the AWS services that the stack stands in for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Service {
    /// Tables.
    DynamoDb,
    /// Buckets.
    S3,
    /// Mails, version 2 of the API.
    Ses,
    /// Queues.
    Sqs,
    /// The key ring.
    SecretsManager,
}

impl Service {
    /// Every service, in the order of their ports.
    pub const ALL: [Self; 5] =
        [Self::DynamoDb, Self::S3, Self::Ses, Self::Sqs, Self::SecretsManager];

    /// The word of the fault rules and of the list of calls.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DynamoDb => "dynamodb",
            Self::S3 => "s3",
            Self::Ses => "ses",
            Self::Sqs => "sqs",
            Self::SecretsManager => "secretsmanager",
        }
    }

    /// The host by which a request in process says which service it is for.
    pub fn host(self) -> &'static str {
        match self {
            Self::DynamoDb => "dynamodb.local",
            Self::S3 => "s3.local",
            Self::Ses => "ses.local",
            Self::Sqs => "sqs.local",
            Self::SecretsManager => "secretsmanager.local",
        }
    }

    /// The operations that the stand-in answers, as AWS names them.
    pub fn ops(self) -> &'static [&'static str] {
        match self {
            Self::DynamoDb => &[
                "GetItem",
                "Query",
                "BatchGetItem",
                "TransactGetItems",
                "PutItem",
                "UpdateItem",
                "DeleteItem",
                "BatchWriteItem",
                "TransactWriteItems",
                "DescribeTable",
            ],
            Self::S3 => &[
                "GetObject",
                "HeadObject",
                "ListObjectsV2",
                "HeadBucket",
                "PutObject",
                "DeleteObject",
            ],
            Self::Ses => &[
                "SendEmail",
                "GetAccount",
                "ListSuppressedDestinations",
                "GetSuppressedDestination",
                "PutSuppressedDestination",
                "DeleteSuppressedDestination",
            ],
            Self::Sqs => &[
                "SendMessage",
                "SendMessageBatch",
                "ReceiveMessage",
                "DeleteMessage",
                "DeleteMessageBatch",
                "ChangeMessageVisibility",
                "GetQueueAttributes",
                "GetQueueUrl",
            ],
            Self::SecretsManager => &["GetSecretValue", "PutSecretValue", "DescribeSecret"],
        }
    }

    /// The facts of a call that a fault rule can match.
    pub fn facts(self) -> &'static [&'static str] {
        match self {
            Self::DynamoDb => &["table", "key"],
            Self::S3 => &["bucket", "key"],
            Self::Ses => &["to", "from"],
            Self::Sqs => &["queue", "body"],
            Self::SecretsManager => &["secret"],
        }
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Service {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|service| service.as_str() == text).ok_or(())
    }
}

/// What a call can change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Nothing.
    Read,
    /// Something, even when a condition of it fails.
    Write,
}

/// What a stand-in knows of a call before it answers.
#[derive(Debug, Clone)]
pub(crate) struct Facts {
    pub(crate) service: Service,
    pub(crate) op: String,
    pub(crate) target: String,
    pub(crate) access: Access,
    /// By the names of [`Service::facts`]; a name may come more than once.
    pub(crate) details: Vec<(&'static str, String)>,
}

/// What calls cost in DynamoDB, exactly.
///
/// **Units.** `writes` are write request units; `half_reads` are halves of a read request unit, so
/// that an eventually consistent read of 4 kB is 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Units {
    /// Write request units.
    pub writes: u64,
    /// Read request units, in halves.
    pub half_reads: u64,
}

impl Add for Units {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            writes: self.writes.saturating_add(other.writes),
            half_reads: self.half_reads.saturating_add(other.half_reads),
        }
    }
}

impl AddAssign for Units {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl fmt::Display for Units {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let half = if self.half_reads.rem_euclid(2) == 0 { "" } else { ".5" };
        write!(f, "W {} R {}{half}", self.writes, self.half_reads.div_euclid(2))
    }
}

/// What became of a call, as far as its caller could see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The caller went away before an answer.
    Unanswered,
    /// Answered with success.
    Ok,
    /// Answered with the error of this code.
    Refused(String),
    /// The connection broke.
    Dropped,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unanswered => "unanswered",
            Self::Ok => "ok",
            Self::Refused(code) => code,
            Self::Dropped => "dropped",
        })
    }
}

/// One call of a stand-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Its number, from 1, in the order in which calls began.
    pub number: u64,
    /// The service.
    pub service: Service,
    /// The operation, as AWS names it.
    pub op: String,
    /// The table, bucket, queue or secret; several tables are joined by `+`; empty for SES.
    pub target: String,
    /// Whether the operation can change anything.
    pub access: Access,
    /// What became of it.
    pub outcome: Outcome,
    /// What it cost.
    pub units: Units,
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { number, service, op, target, outcome, units, .. } = self;
        let target = if target.is_empty() { "-" } else { target };
        write!(f, "{number} {service} {op} {target} {outcome} {units}")
    }
}

/// The two sides of a call's effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Nothing has happened yet.
    Before,
    /// The effect holds, the answer is not out.
    After,
}

/// A place at which a call can be held: this is how a crash at every single call is played.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    /// The call's number.
    pub number: u64,
    /// Before or after its effect.
    pub side: Side,
}

/// What is awaited at each [`Point`]; while it is pending, the call is held there.
pub type Hold = Arc<dyn Fn(Point) -> BoxFuture<'static, ()> + Send + Sync>;

/// Numbers and counts the calls of all stand-ins; clones are the same gate.
#[derive(Clone, Default)]
pub struct Gate(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    /// Shared with the snapshots that were taken.
    calls: Vec<Arc<Call>>,
    faults: Vec<Armed>,
    hold: Option<Hold>,
}

/// A rule with the number of calls that it matched so far.
#[derive(Debug, Clone)]
struct Armed {
    rule: Rule,
    seen: u64,
    hit: u64,
}

impl Armed {
    /// Counts a call that is hit.
    fn hit(&mut self) -> Rule {
        self.hit = self.hit.saturating_add(1);
        self.rule.clone()
    }
}

/// The calls and the fault rules at one instant; who holds calls is not part of it.
#[derive(Debug, Clone)]
pub(crate) struct Snapshot {
    calls: Vec<Arc<Call>>,
    faults: Vec<Armed>,
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = hold(&self.0);
        f.debug_struct("Gate")
            .field("calls", &state.calls.len())
            .field("faults", &state.faults.len())
            .finish_non_exhaustive()
    }
}

impl Gate {
    /// Adds a fault rule, written as JSON (see [`crate::fault`]).
    ///
    /// **Errors.** [`RuleError`]: the rule is not followed, its writer corrects it.
    pub fn fault(&self, json: &str) -> Result<(), RuleError> {
        let rule = json.parse()?;
        hold(&self.0).faults.push(Armed { rule, seen: 0, hit: 0 });
        Ok(())
    }

    /// Forgets every fault rule.
    pub fn clear_faults(&self) {
        hold(&self.0).faults.clear();
    }

    /// The rules that have not hit a call: a test that planned a fault checks that there is none.
    pub fn idle_faults(&self) -> Vec<Rule> {
        let state = hold(&self.0);
        state.faults.iter().filter(|armed| armed.hit == 0).map(|armed| armed.rule.clone()).collect()
    }

    /// The rules that have hit a call.
    pub fn hit_faults(&self) -> Vec<Rule> {
        let state = hold(&self.0);
        state.faults.iter().filter(|armed| armed.hit > 0).map(|armed| armed.rule.clone()).collect()
    }

    /// Whether a rule has hit a call.
    pub(crate) fn was_hit(&self) -> bool {
        hold(&self.0).faults.iter().any(|armed| armed.hit > 0)
    }

    /// The rules that may still hit a call, each with the number of calls that it has seen.
    pub(crate) fn live_faults(&self) -> String {
        let state = hold(&self.0);
        let live = state.faults.iter().filter(|armed| !armed.rule.is_over(armed.seen));
        let lines = live.map(|armed| format!("{:?} {}", armed.rule, armed.seen));
        lines.collect::<Vec<_>>().join("\n")
    }

    /// Holds each call at both sides of its effect until what `at` returns is ready; `None` lets
    /// them pass.
    pub fn hold_calls(&self, at: Option<Hold>) {
        hold(&self.0).hold = at;
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        let state = hold(&self.0);
        Snapshot { calls: state.calls.clone(), faults: state.faults.clone() }
    }

    pub(crate) fn restore(&self, snapshot: &Snapshot) {
        let mut state = hold(&self.0);
        state.calls.clone_from(&snapshot.calls);
        state.faults.clone_from(&snapshot.faults);
    }

    /// Every call so far, in order.
    pub fn calls(&self) -> Vec<Call> {
        self.since(0)
    }

    /// The number of the last call: what [`Self::since`] counts from.
    pub fn mark(&self) -> u64 {
        hold(&self.0).calls.last().map_or(0, |call| call.number)
    }

    /// The calls after `mark`, in order.
    pub fn since(&self, mark: u64) -> Vec<Call> {
        let state = hold(&self.0);
        let first = state.calls.partition_point(|call| call.number <= mark);
        let calls = state.calls.get(first..).unwrap_or_default();
        calls.iter().map(|call| Call::clone(call)).collect()
    }

    /// The calls after `mark` that could change something: the write log, empty after every GET.
    pub fn writes_since(&self, mark: u64) -> Vec<Call> {
        let mut calls = self.since(mark);
        calls.retain(|call| call.access == Access::Write);
        calls
    }

    /// Whether a call after `mark` could change something.
    pub fn wrote_since(&self, mark: u64) -> bool {
        let state = hold(&self.0);
        let calls = state.calls.iter().rev().take_while(|call| call.number > mark);
        calls.into_iter().any(|call| call.access == Access::Write)
    }

    /// What the calls after `mark` cost.
    pub fn units_since(&self, mark: u64) -> Units {
        self.since(mark).iter().fold(Units::default(), |sum, call| sum + call.units)
    }

    /// Numbers a call, and says which rules hit it, though each that matches counts it: the first one
    /// that decides what becomes of the call, and all about what is told of its mail, if there is one.
    pub(crate) fn begin(&self, facts: &Facts) -> (u64, Hits) {
        let mut state = hold(&self.0);
        let number = state.calls.last().map_or(0, |call| call.number).saturating_add(1);
        state.calls.push(Arc::new(Call {
            number,
            service: facts.service,
            op: facts.op.clone(),
            target: facts.target.clone(),
            access: facts.access,
            outcome: Outcome::Unanswered,
            units: Units::default(),
        }));
        let (mut hits, mut telling) = (Hits::default(), Vec::new());
        for armed in state.faults.iter_mut().filter(|armed| armed.rule.matches(facts)) {
            armed.seen = armed.seen.saturating_add(1);
            if !armed.rule.hits(armed.seen) {
                continue;
            }
            if armed.rule.effect.is_of_events() {
                telling.push(armed);
            } else if hits.call.is_none() {
                hits.call = Some(armed.hit());
            }
        }
        if !hits.effect().is_some_and(Effect::is_before) {
            hits.events = telling.into_iter().map(Armed::hit).collect();
        }
        (number, hits)
    }

    /// Writes down what a call cost, as soon as it took effect.
    pub(crate) fn cost(&self, number: u64, units: Units) {
        self.with(number, |call| call.units += units);
    }

    /// Writes down what became of a call.
    pub(crate) fn end(&self, number: u64, outcome: Outcome) {
        self.with(number, |call| call.outcome = outcome);
    }

    /// Waits where a call is held, if it is.
    pub(crate) async fn pass(&self, number: u64, side: Side) {
        let at = hold(&self.0).hold.clone();
        if let Some(at) = at {
            at(Point { number, side }).await;
        }
    }

    fn with(&self, number: u64, change: impl FnOnce(&mut Call)) {
        let mut state = hold(&self.0);
        let at = state.calls.partition_point(|call| call.number < number);
        if let Some(call) = state.calls.get_mut(at) {
            change(Arc::make_mut(call));
        }
    }
}
