//! A mail that is divided by somebody who dies before its other parts are there: they are put by whoever
//! feeds its wave, and nobody waits for them.

use meterlink::gate::Side;
use meterlink::world::Known;

use super::{after_crash, done, recorded_into};

#[tokio::test]
async fn who_dies_between_a_division_and_its_parts_keeps_nobody_waiting() {
    let (mut world, tape) = recorded_into(&Known::default()).await;
    let calls = world.calls_since(0);
    let mut crashes = 0;
    for recorded in tape.iter().filter(|it| it.function == "mailer") {
        let within = recorded.first_call..recorded.first_call + recorded.calls;
        let of_mailer: Vec<_> = calls.iter().filter(|it| within.contains(&it.number)).collect();
        for pair in of_mailer.windows(2) {
            let ops = (pair[0].op.as_str(), pair[1].op.as_str());
            let both = pair.iter().all(|call| call.target == "local-sends");
            if ops != ("UpdateItem", "PutItem") || !both {
                continue;
            }
            let call = pair[0].number - recorded.first_call + 1;
            world.crash_in(recorded, call, Side::After);
            let at = recorded.before.now();
            world.stop_where_known(&Known::default());
            let broken = after_crash(&mut world).await;
            assert_eq!(broken, [""; 0], "at {at}");
            crashes += 1;
        }
    }
    // The call, the reminder, the notice, and an invoice.
    assert_eq!(crashes, 4);
    done(world, &tape);
}
