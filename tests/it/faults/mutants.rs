//! What our functions must not do, done: each of these mistakes breaks an invariant where ours, in
//! the same world and under the same crash or fault, break none. So each invariant can fail.
//!
//! Over a second: each plays whole campaigns.

mod wrong;

use chrono::{DateTime, Utc};

use meterlink::gate::{Call, Side};
use meterlink::pump::Firing;
use meterlink::stack::Layer;
use meterlink::world::{Known, Recorded, World, instant};

use super::invariants::Harm;
use super::{after_crash, ended, recorded_in, tiny};

/// Something that goes wrong, in which the mistake shows.
enum Under {
    /// A crash of a function at one of its calls of an operation on a table; none for a mail.
    Crash { function: &'static str, op: &'static str, target: &'static str, side: Side },
    /// The same, while only the daily schedule wakes `campaign`: what never ends is asked once a day.
    CrashWithoutHeartbeat {
        function: &'static str,
        op: &'static str,
        target: &'static str,
        side: Side,
    },
    /// Faults from the first invocation on that is at or after a time.
    Faults { from: &'static str, rules: &'static [&'static str] },
}

/// The calls of the play at which a crash may be played: the invocation, and the call in it.
fn crashes(tape: &[Recorded], calls: &[Call], under: &Under) -> Vec<(usize, u64, Side)> {
    let (Under::Crash { function, op, target, side }
    | Under::CrashWithoutHeartbeat { function, op, target, side }) = under
    else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (at, recorded) in tape.iter().enumerate().filter(|(_, it)| it.function == *function) {
        let last = recorded.first_call + recorded.calls - 1;
        let meant = calls.iter().filter(|call| {
            (recorded.first_call..=last).contains(&call.number)
                && (call.op.as_str(), call.target.as_str()) == (*op, *target)
        });
        found.extend(meant.map(|call| (at, call.number - recorded.first_call + 1, *side)));
    }
    found
}

/// What is broken at the end of a play `under` what goes wrong: of the first play that breaks
/// anything. The world is put back to its beginning.
async fn plays(world: &mut World, under: &Under) -> Vec<String> {
    world.stop_where_known(&Known::default());
    if let Under::CrashWithoutHeartbeat { .. } = under {
        world.set_firing("campaign-heartbeat", Firing::Never);
    }
    let tape = recorded_in(world).await;
    let calls = world.calls_since(0);
    let found = match under {
        Under::Crash { .. } | Under::CrashWithoutHeartbeat { .. } => {
            crashed(world, &tape, &crashes(&tape, &calls, under)).await
        }
        Under::Faults { from, rules } => faulty(world, &tape, instant(from), rules).await,
    };
    world.restore(&tape[0].before);
    found
}

async fn crashed(
    world: &mut World,
    tape: &[Recorded],
    crashes: &[(usize, u64, Side)],
) -> Vec<String> {
    assert!(!crashes.is_empty());
    for (at, call, side) in crashes {
        world.crash_in(&tape[*at], *call, *side);
        let broken = after_crash(world).await;
        if !broken.is_empty() {
            return broken;
        }
    }
    Vec::new()
}

async fn faulty(
    world: &mut World,
    tape: &[Recorded],
    from: DateTime<Utc>,
    rules: &[&str],
) -> Vec<String> {
    let first = tape.iter().find(|it| it.before.now() >= from).unwrap();
    world.restore(&first.before);
    for rule in rules {
        world.fault(rule);
    }
    let mails = world.sent().len();
    tiny::play(world).await;
    assert_eq!(world.stack().stand_ins().gate().idle_faults(), []);
    ended(world, mails, Harm::Faults).await
}

/// Functions with a `mistake` break `invariant` under what goes wrong, and ours nothing: that is played
/// here, but for crashes of which every other test of crashes says it.
async fn check(mistake: Layer, invariant: &str, under: Under) {
    let found = plays(&mut tiny::behind(mistake), &under).await;
    let named = found.iter().any(|sentence| sentence.starts_with(&format!("{invariant}:")));
    assert!(named, "{invariant} was not broken: {found:#?}");
    if !matches!(under, Under::Crash { .. }) {
        assert_eq!(plays(&mut tiny::stack(), &under).await, [""; 0], "ours");
    }
}

#[tokio::test]
async fn who_repeats_a_call_of_the_mail_service_mails_twice() {
    let rules = &[r#"{"service":"ses","op":"SendEmail","nth":1,"effect":"drop-after"}"#];
    let under = Under::Faults { from: "2026-11-26 09:00", rules };
    check(wrong::mails_are_repeated(), "I2", under).await;
}

#[tokio::test]
async fn who_claims_behind_the_mail_mails_twice() {
    let under = Under::Crash { function: "mailer", op: "SendEmail", target: "", side: Side::After };
    check(wrong::claimed_behind_the_mail(), "I2", under).await;
}

#[tokio::test]
async fn who_claims_what_is_in_doubt_mails_twice() {
    let rules = &[
        r#"{"service":"ses","op":"SendEmail","nth":1,"effect":"drop-after"}"#,
        r#"{"service":"sqs","op":"SendMessageBatch","match":{"queue":"local-mail"},"nth":1,"effect":"duplicate"}"#,
    ];
    // The day before: the wave is planned and queued in one invocation.
    let under = Under::Faults { from: "2026-11-25 09:00", rules };
    check(wrong::doubt_is_claimed(), "I2", under).await;
}

#[tokio::test]
async fn who_notes_the_checkpoint_before_the_rows_leaves_people_out() {
    let (function, op, target) = ("campaign", "PutItem", "local-sends");
    let under = Under::CrashWithoutHeartbeat { function, op, target, side: Side::After };
    check(wrong::noted_before_the_rows(), "I1", under).await;
}

#[tokio::test]
async fn who_asks_before_the_open_item_is_there_leaves_people_out() {
    let (function, op, target) = ("campaign", "PutItem", "local-core");
    let under = Under::Crash { function, op, target, side: Side::After };
    check(wrong::asked_before_it_is_open(), "I1", under).await;
}

#[tokio::test]
async fn who_finds_rows_by_the_id_of_the_message_mails_again_what_was_proven() {
    let under = Under::Crash { function: "mailer", op: "SendEmail", target: "", side: Side::After };
    check(wrong::found_by_message(), "I2", under).await;
}

#[tokio::test]
async fn who_puts_rows_over_those_that_are_there_mails_twice() {
    let under =
        Under::Crash { function: "mailer", op: "SendEmail", target: "", side: Side::Before };
    check(wrong::put_over_what_is_there(), "I2", under).await;
}

#[tokio::test]
async fn who_lists_what_is_missing_when_a_mail_is_planned_names_what_was_answered() {
    // The mail service takes no mail to one account until somebody there has answered.
    let rules = &[
        r#"{"service":"ses","op":"SendEmail","match":{"to":"k0002*"},"nth":1,"times":200,"effect":"throttle"}"#,
    ];
    let under = Under::Faults { from: "2026-12-03 00:00", rules };
    check(wrong::listed_when_planned(), "I7", under).await;
}
