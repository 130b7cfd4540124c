//! Over real sockets: the SDK's own HTTP client with its time-outs, broken and reused connections.

use domain::campaign::Wave;
use domain::sending::{Scope, Tally};
use meterlink::gate::{Call, Service};
use meterlink::world::World;

use crate::set::Set;

/// The rows of the call.
async fn tally(world: &mut World) -> Tally {
    let campaign = domain::id::CampaignNumber::new(2026).unwrap();
    world.stack().store().tally(&Scope::Wave { campaign, wave: Wave::Call }).await.unwrap()
}

/// A set that was imported over TCP.
async fn loaded(set: &Set) -> World {
    let mut world = World::over_tcp(1);
    set.deliver(&mut world, "set").await;
    assert!(world.report("summary.txt").await.starts_with("Accepted"));
    world
}

/// What reached SES since `mark`.
fn requests_to_ses(world: &World, mark: u64) -> Vec<Call> {
    let mut calls = world.calls_since(mark);
    calls.retain(|call| call.service == Service::Ses && call.op == "SendEmail");
    calls
}

#[tokio::test]
async fn both_transports_leave_the_same_tables_mails_and_files() {
    let mut dumps = Vec::new();
    for start in [World::new, World::over_tcp] {
        let mut world = start(1);
        Set::street(3).deliver(&mut world, "set").await;
        world.advance_to("2026-11-26 09:30").await;
        let call = world.mails();
        assert!(world.submit(&call[0].links()[0], "01200").await.stored);
        world.advance_to("2026-12-03 09:30").await;
        let reminders = world.mails().into_iter().filter(|mail| mail.scope == "c2026-r1");
        assert_eq!(reminders.count(), 2);
        dumps.push(world.dump().await);
    }
    assert_eq!(dumps[0], dumps[1]);
}

#[tokio::test]
async fn an_uncertain_answer_is_one_request_and_a_row_that_says_so() {
    let mut world = loaded(&Set::street(1)).await;
    let before = world.snapshot();
    // The effect, and whether SES has the mail.
    for (effect, taken) in [
        ("delay-ms:900", true),
        ("drop-before", false),
        ("drop-after", true),
        ("error-500-before", false),
        ("error-500-after", true),
        ("error-502-before", false),
        ("error-503-before", false),
        ("error-503-after", true),
    ] {
        world.restore(&before);
        let mark = world.mark();
        world.fault(&format!(r#"{{"service":"ses","op":"SendEmail","effect":"{effect}"}}"#));
        world.advance_to("2026-11-26 09:00").await;
        assert_eq!(requests_to_ses(&world, mark).len(), 1, "{effect}");
        assert_eq!(world.mails().len(), usize::from(taken), "{effect}");
        let tally = tally(&mut world).await;
        // The events of a mail that was taken may have proven it by now.
        let proven = if taken { tally.accepted } else { 0 };
        assert_eq!((tally.unknown + proven, tally.rows()), (1, 1), "{effect}");
    }
}

#[tokio::test]
async fn a_definite_answer_is_one_request_and_a_row_that_says_so() {
    let mut world = loaded(&Set::street(1)).await;
    let before = world.snapshot();
    for (effect, rejected) in [("reject", 1), ("throttle", 0), ("throttle-daily", 0)] {
        world.restore(&before);
        let mark = world.mark();
        world.fault(&format!(r#"{{"service":"ses","op":"SendEmail","effect":"{effect}"}}"#));
        world.advance_to("2026-11-26 09:00").await;
        assert_eq!(requests_to_ses(&world, mark).len(), 1, "{effect}");
        let tally = tally(&mut world).await;
        assert_eq!((tally.rejected, tally.planned), (rejected, 1 - rejected), "{effect}");
    }
    world.restore(&before);
}

#[tokio::test]
async fn what_never_reached_the_mail_service_is_planned_again_and_goes_out_once() {
    let mut world = loaded(&Set::street(2)).await;
    assert!(world.stack().unplug(Service::Ses).await);
    let mark = world.mark();
    world.advance_to("2026-11-26 09:00").await;
    assert_eq!(requests_to_ses(&world, mark).len(), 0);
    let unsent = tally(&mut world).await;
    assert_eq!((unsent.planned, unsent.rows()), (2, 2));
    world.stack().plug(Service::Ses).unwrap();
    world.advance_to("2026-11-26 12:00").await;
    assert_eq!(requests_to_ses(&world, mark).len(), 2);
    assert_eq!(world.mails().len(), 2);
    assert_eq!(tally(&mut world).await.accepted, 2);
}

#[tokio::test]
async fn other_services_are_asked_again_after_a_broken_connection() {
    let mut world = loaded(&Set::street(1)).await;
    for (nth, effect) in [(1, "drop-before"), (2, "error-500-before")] {
        world.fault(&format!(
            r#"{{"service":"dynamodb","op":"UpdateItem","match":{{"table":"local-sends"}},"nth":{nth},"effect":"{effect}"}}"#
        ));
    }
    world.advance_to("2026-11-26 12:00").await;
    assert_eq!(world.mails().len(), 1);
    assert_eq!(tally(&mut world).await.accepted, 1);
}
