//! Settling a block goes on from wherever a function died: every call of it, on both sides. What follows
//! on the numbers is left out here (`papers::crashes` has it): nobody is woken for it.

use cloud::store::account::AccountRecords;
use domain::account::CustomerNumber;
use domain::invoice::Series;
use domain::request::RequestState;
use domain::shard::Drawers;
use meterlink::configuration;
use meterlink::world::Recorded;

use super::*;
use crate::crashing::at_every_call;

/// Two looks behind the first one.
async fn play(world: &mut World) {
    world.advance_to("2027-01-04 11:30").await;
}

/// What is stored at the end: each settlement, what the series has allotted, how many invoices lie
/// there, and the request of each account.
async fn stored(world: &mut World) -> String {
    let mut lines = vec![settlements(world).await];
    let store = world.stack().store();
    let allotted = store.allotted("2027-01-04".parse().unwrap(), Series::ANNUAL).await.unwrap();
    let items = world.stack().stand_ins().tables().items("local-billing");
    let invoices = items.iter().filter(|item| item.to_string().contains("INV#")).count();
    lines.push(format!("{allotted} allotted, {invoices} invoices"));
    for account in ["K0001", "K0002", "K0003", "K0004"] {
        let AccountRecords { connections, .. } =
            store.account(&CustomerNumber::parse(account).unwrap()).await.unwrap();
        let states: Vec<RequestState> =
            connections.iter().flat_map(|it| &it.requests).map(|request| request.state).collect();
        lines.push(format!("{account} {states:?}"));
    }
    lines.join("\n")
}

/// One drawer, so one block: two accounts whose year is settled, one that a person must see, and one
/// that no price is for.
async fn block() -> World {
    let set = Set::street(4)
        .change("readings", "W0002;1;31-12-2025;1100;customer", "W0002;1;31-12-2025;9100;customer")
        .change(
            "connections",
            "Lindelaan;3;;;1234AB;Voorbeelddorp;2,5;",
            "Lindelaan;3;;;1234AB;Voorbeelddorp;40;",
        );
    let mut world = World::with(1, configuration::config(), Drawers::new(1).unwrap());
    set.deliver(&mut world, "set").await;
    world.advance_to("2027-01-04 08:50").await;
    world.mails();
    world.fault(
        r#"{"service":"sqs","op":"SendMessageBatch","match":{"queue":"local-invoices"},"times":0,"effect":"lost"}"#,
    );
    world
}

#[tokio::test]
async fn settle_may_die_at_any_call_and_no_number_is_left_out_or_given_twice() {
    let mut world = block().await;
    world.record();
    play(&mut world).await;
    let tape = world.recorded();
    let expected = stored(&mut world).await;
    assert_snapshot!(expected, @r#"
    K0001 conn-A0001 numbered 202701000000114 341.10
    K0002 conn-A0002 held - 5873.90 Payable { amount: Money(587390) }
    K0003 conn-A0003 refused - - A0003: no price of water for capacity "40"; there are 10, 16, 2.5, 25, 4, 6.3
    K0004 conn-A0004 numbered 202701000000211 341.10
    2 allotted, 2 invoices
    K0001 [Invoiced]
    K0002 [Estimated]
    K0003 [Estimated]
    K0004 [Invoiced]
    "#);
    let end = world.snapshot();
    let hands_out = |it: &&Recorded| it.function == "campaign" && it.calls > 5;
    let of_block: Vec<_> =
        tape.iter().filter(|it| it.function == "settle" || hands_out(it)).collect();
    let wrong = async |world: &mut World| {
        let found = stored(world).await;
        (found != expected).then_some(found)
    };
    let crashes = at_every_call(&mut world, &of_block, play, wrong).await;
    assert!(crashes > 60, "{crashes} crashes");
    world.restore(&end);
    world.mails();
}
