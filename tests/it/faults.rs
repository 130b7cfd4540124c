//! Nobody skipped, nobody twice: a function that dies at any call, and every other fault.

mod chance;
mod invariants;
mod meanwhile;
mod mutants;
mod parts;
mod schedules;
mod tiny;

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex};

use meterlink::gate::Side;
use meterlink::world::{Course, Known, Recorded, World};

use invariants::{Harm, broken, broken_so_far};

/// Whether everything is played (`scripts/test faults`), or a share of it that is always the same.
const ALL: bool = option_env!("METERLINK_FAULTS").is_some();

/// One crash of so many is played; an odd number, for the two sides of a call alternate.
const ONE_OF: usize = if ALL { 1 } else { 41 };

/// So many crashes are played on to the end, though the world is in a state that is known: a sample of
/// the whole year, for each of them costs as much as a hundred that end where another went on.
const FOLLOWED: usize = if ALL { 32 } else { 12 };

/// Runs `work` on as many threads as there are cores, each with a runtime of its own.
fn on_every_core(work: impl Fn(usize, &tokio::runtime::Runtime) + Sync) {
    let threads = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let work = &work;
            scope.spawn(move || {
                let mut runtime = tokio::runtime::Builder::new_current_thread();
                work(thread, &runtime.enable_all().build().unwrap());
            });
        }
    });
}

/// A world of which every invocation is recorded, at the end of its play.
async fn recorded() -> (World, Vec<Recorded>) {
    recorded_into(&Known::default()).await
}

/// The same, its states added to those that are `known`; nothing of it is wrong.
async fn recorded_into(known: &Known) -> (World, Vec<Recorded>) {
    recorded_of(tiny::stack(), known).await
}

/// The same of a `world` that has just begun.
async fn recorded_of(mut world: World, known: &Known) -> (World, Vec<Recorded>) {
    world.stop_where_known(known);
    let tape = recorded_in(&mut world).await;
    assert_eq!(broken(&mut world, Harm::Crashes).await, [""; 0]);
    (world, tape)
}

/// Plays in a world that has just begun, and records every invocation.
async fn recorded_in(world: &mut World) -> Vec<Recorded> {
    world.record();
    tiny::play(world).await;
    world.recorded()
}

/// The states from which a play with crashes, and nothing else, went on: whichever test it was of. A
/// play that comes into one of them ends as that one did.
fn after_crashes() -> Known {
    static KNOWN: LazyLock<Known> = LazyLock::new(Known::default);
    KNOWN.clone()
}

/// Ends a world that was harmed, at the beginning of its tape, because a play that ended where another
/// one goes on leaves its queues as they were: what its functions failed to do and what was mailed is
/// known.
fn done(mut world: World, tape: &[Recorded]) {
    world.restore(&tape[0].before);
    world.stack().stand_ins().gate().clear_faults();
    world.take_failures();
    world.mails();
}

#[tokio::test]
async fn without_a_fault_every_invariant_holds() {
    let (mut world, tape) = recorded().await;
    // Every function has its part in the play.
    let functions: BTreeSet<&str> = tape.iter().map(|it| it.function.as_str()).collect();
    let all = ["campaign", "import", "invoices", "mailer", "outcomes", "readings", "settle"];
    assert_eq!(functions, BTreeSet::from(all));
    // I10: once more is the same, to the byte.
    let dump = world.dump().await;
    world.restore(&tape[0].before);
    tiny::play(&mut world).await;
    assert_eq!(world.dump().await, dump);
    done(world, &tape);
}

/// Plays on from a crash that is planned, and says what does not hold at the end; nothing, when it
/// came into a state from which another play went on.
async fn after_crash(world: &mut World) -> Vec<String> {
    let mails = world.sent().len();
    tiny::play(world).await;
    world.take_failures();
    if world.crashes() == 0 {
        return vec!["nothing crashed".into()];
    }
    ended(world, mails, Harm::Crashes).await
}

/// What does not hold at the end of a play. Where another play went on from, only what was mailed
/// behind the first `mails` of this one is asked: what comes then is that play's to answer for.
async fn ended(world: &mut World, mails: usize, harm: Harm) -> Vec<String> {
    if !world.is_known() {
        broken(world, harm).await
    } else if world.sent().len() > mails {
        broken_so_far(world, harm).await
    } else {
        Vec::new()
    }
}

/// Shows at most a dozen.
fn assert_none(wrong: Mutex<Vec<String>>) {
    let wrong = wrong.into_inner().unwrap();
    let shown = wrong.iter().take(12).cloned().collect::<Vec<_>>().join("\n");
    assert!(wrong.is_empty(), "{} of them:\n{shown}", wrong.len());
}

#[test]
fn a_function_may_die_at_any_call() {
    let (next, covered, expected) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
    let (known, wrong) = (after_crashes(), Mutex::new(Vec::new()));
    on_every_core(|_, runtime| {
        runtime.block_on(async {
            let (mut world, tape) = recorded_into(&known).await;
            let points: Vec<_> = points(&tape).into_iter().step_by(ONE_OF).collect();
            expected.store(points.len(), Ordering::Relaxed);
            while let Some((at, call, side)) = points.get(next.fetch_add(1, Ordering::Relaxed)) {
                let Recorded { function, woken_by, .. } = &tape[*at];
                world.crash_in(&tape[*at], *call, *side);
                let broken = after_crash(&mut world).await;
                covered.fetch_add(1, Ordering::Relaxed);
                if !broken.is_empty() {
                    let name = format!("{at} {function} by {woken_by}, call {call} {side:?}");
                    wrong.lock().unwrap().push(format!("{name}: {broken:#?}"));
                }
            }
            done(world, &tape);
        });
    });
    assert_none(wrong);
    let covered = covered.into_inner();
    assert_eq!(covered, expected.into_inner());
    assert!(covered * ONE_OF > 1_500, "{covered} crashes, {} states", known.len());
}

/// What is left out of a state decides nothing: a play that comes into a state of the one without a
/// crash, and is not ended there, comes into states of that one only, and nothing is broken at its end.
#[test]
fn who_came_into_a_known_state_comes_into_no_other() {
    let (next, joined) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let wrong = Mutex::new(Vec::new());
    on_every_core(|_, runtime| {
        runtime.block_on(async {
            let known = Known::default();
            let (mut world, tape) = recorded_into(&known).await;
            world.go_on_where_known(&known);
            let points = points(&tape);
            // An odd distance, for the two sides of a call alternate.
            let distance = points.len().div_euclid(FOLLOWED) | 1;
            let followed: Vec<_> = points.into_iter().step_by(distance).collect();
            while let Some((at, call, side)) = followed.get(next.fetch_add(1, Ordering::Relaxed)) {
                world.crash_in(&tape[*at], *call, *side);
                tiny::play(&mut world).await;
                world.take_failures();
                let course = world.course();
                joined.fetch_add(usize::from(course == Course::Joined), Ordering::Relaxed);
                let broken = broken(&mut world, Harm::Crashes).await;
                if matches!(course, Course::Strayed(_)) || !broken.is_empty() {
                    let name = format!("{at} {}, call {call} {side:?}", tape[*at].function);
                    wrong.lock().unwrap().push(format!("{name}: {course:?}, {broken:#?}"));
                }
            }
            done(world, &tape);
        });
    });
    assert_none(wrong);
    let joined = joined.into_inner();
    assert!(joined > 3, "{joined}");
}

/// Every side of every call of every invocation.
fn points(tape: &[Recorded]) -> Vec<(usize, u64, Side)> {
    let calls = tape.iter().enumerate().flat_map(|(at, it)| (1..=it.calls).map(move |n| (at, n)));
    calls.flat_map(|(at, n)| [(at, n, Side::Before), (at, n, Side::After)]).collect()
}
