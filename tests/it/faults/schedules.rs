//! Two crashes, and whole schedules of faults, drawn by chance from seeds.
//!
//! What fails prints its seed and what happened in it. A seed that once failed is kept in [`KEPT`]
//! and played first.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use domain::shard::Drawers;
use meterlink::gate::Side;
use meterlink::world::{Known, Recorded, World};

use super::chance::Chance;
use super::invariants::Harm;
use super::{
    ALL, after_crash, after_crashes, assert_none, done, ended, on_every_core, points,
    recorded_into, recorded_of, tiny,
};

/// Seeds of schedules that once broke something.
const KEPT: [u64; 0] = [];

/// How many schedules are played, from seed 1 on, and how many pairs of crashes, of which both came.
const SCHEDULES: u64 = if ALL { 256 } else { 8 };
const PAIRS: u64 = if ALL { 500 } else { 12 };

/// What can happen to the calls of one operation: the service, the operation, what must match, the
/// effects.
type Target = (&'static str, &'static str, &'static str, &'static [&'static str]);

/// Any call of any service can break; what comes after the effect leaves its caller in doubt.
const BREAKS: &[&str] = &[
    "drop-before",
    "drop-after",
    "error-500-before",
    "error-500-after",
    "error-502-before",
    "error-503-before",
    "error-503-after",
    "throttle",
];

/// A write can also meet another transaction.
const WRITES: &[&str] =
    &["drop-before", "drop-after", "error-500-before", "error-500-after", "throttle", "conflict"];

/// A mail can go astray, and what is told of it. That the quota of the day is used up is not among
/// them: it pauses all mails until an operator says otherwise, which `sending.rs` plays.
const MAILS: &[&str] = &[
    "reject",
    "bounce",
    "bounce-transient",
    "complain",
    "event-lost:eventbridge",
    "event-lost:sns",
    "event-late:90",
    "event-late:5400",
    "event-late:86400",
    "event-twice",
];

/// A message can be lost, and come twice, before its turn, or a day late.
const MESSAGES: &[&str] = &["duplicate", "reorder", "late:60", "late:7200", "late:86400", "lost"];

/// The message of a chunk of an import is looked after by nobody but its delivery: SQS does not
/// lose what it took.
const CHUNKS: &[&str] = &["duplicate", "reorder", "late:60", "late:7200"];

const TARGETS: [Target; 22] = [
    ("ses", "SendEmail", "", BREAKS),
    ("ses", "SendEmail", "", BREAKS),
    ("ses", "SendEmail", "", MAILS),
    ("ses", "SendEmail", "", MAILS),
    ("sqs", "SendMessageBatch", r#""queue":"local-mail""#, MESSAGES),
    ("sqs", "SendMessageBatch", r#""queue":"local-mail""#, MESSAGES),
    ("sqs", "SendMessageBatch", r#""queue":"local-mail-now""#, MESSAGES),
    ("sqs", "SendMessageBatch", r#""queue":"local-settle""#, MESSAGES),
    ("sqs", "SendMessageBatch", r#""queue":"local-import-chunks""#, CHUNKS),
    ("sqs", "SendMessageBatch", "", BREAKS),
    ("dynamodb", "PutItem", "", WRITES),
    ("dynamodb", "UpdateItem", "", WRITES),
    ("dynamodb", "UpdateItem", r#""table":"local-sends""#, WRITES),
    ("dynamodb", "DeleteItem", "", WRITES),
    ("dynamodb", "TransactWriteItems", "", WRITES),
    ("dynamodb", "GetItem", "", BREAKS),
    ("dynamodb", "Query", "", BREAKS),
    ("dynamodb", "BatchGetItem", "", BREAKS),
    ("s3", "GetObject", "", BREAKS),
    ("s3", "PutObject", "", BREAKS),
    ("secretsmanager", "GetSecretValue", "", BREAKS),
    ("secretsmanager", "GetSecretValue", "", BREAKS),
];

/// Faults from one invocation of the recorded play on.
struct Schedule {
    seed: u64,
    from: usize,
    rules: Vec<String>,
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "seed {}, from invocation {}:", self.seed, self.from)?;
        self.rules.iter().try_for_each(|rule| writeln!(f, "  {rule}"))
    }
}

impl Schedule {
    fn draw(seed: u64, tape: &[Recorded]) -> Self {
        let mut chance = Chance::of(seed);
        let from = usize::try_from(chance.upto(u64::try_from(tape.len()).unwrap()) - 1).unwrap();
        let rules = (0..chance.upto(4)).map(|_| rule(&mut chance)).collect();
        Self { seed, from, rules }
    }

    /// Plays it, and says what does not hold at the end.
    async fn play(&self, world: &mut World, tape: &[Recorded]) -> Vec<String> {
        world.restore(&tape[self.from].before);
        for rule in &self.rules {
            world.fault(rule);
        }
        let mails = world.sent().len();
        tiny::play(world).await;
        world.take_failures();
        ended(world, mails, Harm::Faults).await
    }

    /// The same without every rule that is not needed to break what it breaks.
    async fn shrink(mut self, world: &mut World, tape: &[Recorded]) -> Self {
        let mut at = 0;
        while at < self.rules.len() {
            let rule = self.rules.remove(at);
            if self.play(world, tape).await.is_empty() {
                self.rules.insert(at, rule);
                at += 1;
            }
        }
        self
    }
}

/// A utility with keys of its own: each process asks for them, and they can be away.
fn with_own_keys() -> World {
    World::with_own_keys(1, tiny::deployed(), Drawers::new(1).unwrap())
}

fn rule(chance: &mut Chance) -> String {
    let (service, op, matching, effects) = chance.pick(&TARGETS);
    let effect = chance.pick(effects);
    let (nth, times) = (chance.upto(12), chance.upto(4));
    format!(
        r#"{{"service":"{service}","op":"{op}","match":{{{matching}}},"nth":{nth},"times":{times},"effect":"{effect}"}}"#
    )
}

#[test]
fn whatever_breaks_nobody_is_skipped_and_nobody_mailed_twice() {
    let (next, hit) = (AtomicU64::new(0), Mutex::new(BTreeMap::<String, u64>::new()));
    let (known, wrong) = (Known::default(), Mutex::new(Vec::new()));
    on_every_core(|_, runtime| {
        runtime.block_on(async {
            // Where a healed play ends is known.
            let (mut world, tape) = recorded_of(with_own_keys(), &known).await;
            loop {
                let seed = match next.fetch_add(1, Ordering::Relaxed) {
                    nth if nth < u64::try_from(KEPT.len()).unwrap() => {
                        KEPT[usize::try_from(nth).unwrap()]
                    }
                    nth => nth + 1 - u64::try_from(KEPT.len()).unwrap(),
                };
                if seed > SCHEDULES {
                    break;
                }
                let schedule = Schedule::draw(seed, &tape);
                let broken = schedule.play(&mut world, &tape).await;
                for fault in world.stack().stand_ins().gate().hit_faults() {
                    *hit.lock().unwrap().entry(fault.effect.to_string()).or_default() += 1;
                }
                if !broken.is_empty() {
                    world.stop_where_known(&Known::default());
                    let schedule = schedule.shrink(&mut world, &tape).await;
                    world.stop_where_known(&known);
                    wrong.lock().unwrap().push(format!("{schedule}{broken:#?}"));
                }
            }
            done(world, &tape);
        });
    });
    assert_none(wrong);
    let hit = hit.into_inner().unwrap();
    assert!(hit.len() >= 5 && hit.values().sum::<u64>() >= SCHEDULES, "{hit:?}");
}

#[test]
fn a_function_may_die_twice() {
    let next = AtomicU64::new(1);
    let (twice, known, wrong) = (AtomicU64::new(0), after_crashes(), Mutex::new(Vec::new()));
    on_every_core(|_, runtime| {
        runtime.block_on(async {
            let (mut world, tape) = recorded_into(&known).await;
            let points = points(&tape);
            while twice.load(Ordering::Relaxed) < PAIRS {
                let seed = next.fetch_add(1, Ordering::Relaxed);
                if seed > 2 * PAIRS {
                    break;
                }
                let mut chance = Chance::of(seed);
                let (at, call, side) = chance.pick(&points);
                world.crash_in(&tape[*at], *call, *side);
                let second = soon_after(*at, &tape, &mut chance);
                let second_side = *chance.pick(&[Side::Before, Side::After]);
                world.crash_after(second.0, second.1, second_side);
                let broken = after_crash(&mut world).await;
                twice.fetch_add(u64::from(world.crashes() == 2), Ordering::Relaxed);
                if !broken.is_empty() {
                    let first = format!("{at} {}, call {call} {side:?}", tape[*at].function);
                    let then = format!("{} later, call {} {second_side:?}", second.0, second.1);
                    wrong
                        .lock()
                        .unwrap()
                        .push(format!("seed {seed}: {first}, {then}: {broken:#?}"));
                }
            }
            done(world, &tape);
        });
    });
    assert_none(wrong);
    let (twice, drawn) = (twice.into_inner(), next.into_inner() - 1);
    assert!(twice >= PAIRS, "only {twice} of {PAIRS} died twice in {drawn} draws");
}

/// How many invocations come between the crash in invocation `at` and a second one, and at which call
/// of its own that one is: drawn from what the recorded play did from there on, for what died is done
/// again.
fn soon_after(at: usize, tape: &[Recorded], chance: &mut Chance) -> (u64, u64) {
    let behind = &tape[at..tape.len().min(at + 30)];
    let skip = chance.upto(u64::try_from(behind.len()).unwrap()) - 1;
    let its_calls = behind[usize::try_from(skip).unwrap()].calls;
    (skip, chance.upto(its_calls.min(8)))
}
