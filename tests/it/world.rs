//! The harness itself: going back, starting anew, and crashing at a call.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use meterlink::gate::{Outcome, Side};
use meterlink::world::{Recorded, World};

use crate::set::Set;

/// Everything that two worlds can differ in: tables, mails, files, calls, queues and events.
async fn all(world: &mut World) -> String {
    let mut text = world.dump().await;
    for call in world.calls_since(0) {
        write!(text, "\n{call}").unwrap();
    }
    let stand_ins = world.stack().stand_ins();
    for queue in stand_ins.queues().names() {
        write!(text, "\n{queue} {:?}", stand_ins.queues().messages(&queue)).unwrap();
    }
    for event in stand_ins.mails().events() {
        write!(text, "\n{event:?}").unwrap();
    }
    write!(text, "\n{}", world.now()).unwrap();
    text
}

/// The call, one answer, the first reminder.
async fn weeks(world: &mut World) {
    world.advance_to("2026-11-26 12:00").await;
    let call = world.mails();
    world.submit(&call[0].links()[0], "01200").await;
    world.advance_to("2026-12-03 12:00").await;
    world.mails();
}

#[tokio::test]
async fn a_world_that_was_put_back_is_the_one_that_was_put_aside() {
    let mut world = Set::street(3).loaded().await;
    world.fault(r#"{"service":"ses","op":"SendEmail","nth":2,"effect":"reject"}"#);
    let before = world.snapshot();
    let then = all(&mut world).await;
    world.restart(); // as going back does
    weeks(&mut world).await;
    let directly = all(&mut world).await;
    assert_ne!(then, directly);
    // Once more, from after something else happened.
    world.restore(&before);
    assert_eq!(all(&mut world).await, then);
    Set::street(5).deliver(&mut world, "more").await;
    world.advance_to("2027-02-01 09:00").await;
    world.restore(&before);
    assert_eq!(all(&mut world).await, then);
    weeks(&mut world).await;
    assert_eq!(all(&mut world).await, directly);
}

#[tokio::test]
async fn a_world_whose_processes_start_anew_goes_on_as_if_they_had_not() {
    let mut dumps = Vec::new();
    for restarts in [false, true] {
        let mut world = Set::street(3).loaded().await;
        for time in ["2026-11-26 09:00", "2026-12-03 09:00", "2026-12-28 10:00"] {
            if restarts {
                world.restart();
            }
            world.advance_to(time).await;
        }
        world.mails();
        // Not the calls: a process that has just started may read again what it keeps.
        dumps.push(world.dump().await);
    }
    assert_eq!(dumps[0], dumps[1]);
}

/// What people do after the import; it goes on from where the world is.
async fn play(world: &mut World) {
    if world.tag() == 0 {
        world.advance_to("2026-11-26 09:30").await;
        world.set_tag(1);
    }
    if world.tag() == 1 {
        let mails = world.stack().stand_ins().mails().all();
        let link = mails.first().map(|mail| meterlink::world::Letter::of(mail).links().remove(0));
        let answer = [("r0-1", "01200"), ("rev0", "0")];
        let answer = answer.map(|(name, value)| (name.to_owned(), value.to_owned()));
        if let Some(link) = link {
            while world.post(&link, &answer).await.is_lost() {}
        }
        world.set_tag(2);
    }
    world.advance_to("2026-11-26 12:00").await;
    world.mails();
}

#[tokio::test]
async fn every_call_of_a_recorded_play_can_be_the_last_one_of_its_function() {
    let mut world = Set::street(2).loaded().await;
    world.record();
    play(&mut world).await;
    let tape = world.recorded();
    let uninterrupted = world.snapshot();
    let woken: BTreeSet<&str> = tape.iter().map(|known| known.woken_by.as_str()).collect();
    for known in ["campaign-daily", "local-mail", "POST /m/{token}"] {
        assert!(woken.contains(known), "{woken:?}");
    }
    // Each function once, at its first, a middle and its last call.
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let chosen: Vec<&Recorded> =
        tape.iter().filter(|known| seen.insert(known.woken_by.as_str())).collect();
    for invocation in chosen {
        for call in BTreeSet::from([1, invocation.calls.div_ceil(2), invocation.calls]) {
            for side in [Side::Before, Side::After] {
                let killed = format!("{} {call} {side:?}", invocation.woken_by);
                world.crash_in(invocation, call, side);
                let mark = world.mark();
                play(&mut world).await;
                assert_eq!(world.crashes(), 1, "{killed}");
                let last = &world.calls_since(mark)[usize::try_from(call).unwrap() - 1];
                assert_eq!(last.outcome, Outcome::Unanswered, "{killed}");
                assert_eq!(last.units.writes > 0, side == Side::After && writes(last), "{killed}");
                world.take_failures();
            }
        }
    }
    world.restore(&uninterrupted);
}

fn writes(call: &meterlink::gate::Call) -> bool {
    call.service == meterlink::gate::Service::DynamoDb
        && call.access == meterlink::gate::Access::Write
}

#[tokio::test]
async fn a_second_crash_comes_after_the_first() {
    let mut world = Set::street(2).loaded().await;
    world.record();
    play(&mut world).await;
    let mailing = world.recorded().into_iter().find(|known| known.function == "mailer").unwrap();
    world.crash_in(&mailing, 2, Side::After);
    world.crash_after(1, 1, Side::Before);
    play(&mut world).await;
    assert_eq!(world.crashes(), 2);
    world.restore(&mailing.before);
    play(&mut world).await;
    assert_eq!(world.crashes(), 0);
}
