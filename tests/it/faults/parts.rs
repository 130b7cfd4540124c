//! A mail that is divided by somebody who dies before its other parts are there: they are put by whoever
//! feeds its wave, and nobody waits for them.

use chrono::TimeDelta;

use meterlink::gate::Side;
use meterlink::world::{Known, Recorded, World};

use super::{after_crash, done, recorded_into};

#[tokio::test]
async fn who_dies_between_a_division_and_its_parts_keeps_nobody_waiting() {
    let (mut world, tape) = recorded_into(&Known::default()).await;
    let divisions = divisions(&world, &tape);
    for (recorded, call) in &divisions {
        world.crash_in(recorded, *call, Side::After);
        world.stop_where_known(&Known::default());
        let broken = after_crash(&mut world).await;
        assert_eq!(broken, [""; 0], "at {}", recorded.before.now());
    }
    // The call, the reminder, the notice, and an invoice.
    assert_eq!(divisions.len(), 4);
    done(world, &tape);
}

#[tokio::test]
async fn who_dies_over_an_invoice_of_two_languages_holds_up_one_of_them() {
    let (mut world, tape) = recorded_into(&Known::default()).await;
    let divisions = divisions(&world, &tape);
    let (recorded, call) = divisions.last().unwrap();
    world.crash_in(recorded, *call, Side::After);
    let before = world.sent().len();
    let soon = world.now() + TimeDelta::minutes(45);
    world.advance_to(&soon.format("%Y-%m-%d %H:%M").to_string()).await;
    assert_eq!(world.crashes(), 1);
    // Nobody knows whether the first mail went out; that the other one did not is made up for at once.
    let sent = world.sent();
    let invoices =
        sent[before..].iter().filter(|mail| mail.to.iter().any(|to| to.starts_with("k0003")));
    let to: Vec<&[String]> = invoices.map(|mail| mail.to.as_slice()).collect();
    assert_eq!(to, [["k0003en@example.org"]]);
    world.take_failures();
    done(world, &tape);
}

/// The invocations of `mailer` in which a mail was divided, and the call that noted it.
fn divisions<'a>(world: &World, tape: &'a [Recorded]) -> Vec<(&'a Recorded, u64)> {
    let calls = world.calls_since(0);
    let mut divisions = Vec::new();
    for recorded in tape.iter().filter(|it| it.function == "mailer") {
        let within = recorded.first_call..recorded.first_call + recorded.calls;
        let of_mailer: Vec<_> = calls.iter().filter(|it| within.contains(&it.number)).collect();
        for pair in of_mailer.windows(2) {
            let ops = (pair[0].op.as_str(), pair[1].op.as_str());
            let both = pair.iter().all(|call| call.target == "local-sends");
            if ops == ("UpdateItem", "PutItem") && both {
                divisions.push((recorded, pair[0].number - recorded.first_call + 1));
            }
        }
    }
    divisions
}
