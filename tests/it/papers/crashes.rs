//! Rendering and mailing go on from wherever a function died. All of it takes a minute of processor: a
//! document is set anew for each call at which one may die.

use meterlink::world::Recorded;

use super::*;
use crate::crashing::at_every_call;

/// Until the day after: mails, events, sweeps, and the list of what goes by post.
async fn play(world: &mut World) {
    world.advance_to("2027-01-12 12:00").await;
}

/// What does not hold at the end: two documents for each number and no other, one mail about the one
/// that can be mailed, and the other on the list.
async fn broken(world: &mut World, mailed: &InvoiceNumber, posted: &InvoiceNumber) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut expected: Vec<String> = [mailed, posted]
        .iter()
        .flat_map(|number| ["pdf", "xml"].map(|ending| format!("{}.{ending}", number.path())))
        .collect();
    expected.sort();
    let kept = world.stack().stand_ins().files().keys(INVOICES).unwrap();
    if kept != expected {
        wrong.push(format!("kept are {kept:?}"));
    }
    let mails = world.sent();
    let mails = mails.iter().filter(|mail| mail.tags["scope"].starts_with("inv-")).count();
    if mails != 1 {
        wrong.push(format!("{mails} mails"));
    }
    let states = (state(world, mailed).await, state(world, posted).await);
    if states != (InvoiceState::Issued, InvoiceState::Rendered) {
        wrong.push(format!("they are {states:?}"));
    }
    let list = world.file("outgoing/post/billing/2027-01-12.csv").await;
    if list.matches(posted.as_str()).count() != 2 || list.contains(mailed.as_str()) {
        wrong.push(format!("the list is {list:?}"));
    }
    wrong
}

#[tokio::test]
async fn a_function_may_die_at_any_call_between_number_and_customer() {
    let mut world = january().await;
    let mailed = number(&mut world, "K10001", "A10001", 7).await;
    let posted = number(&mut world, "K10043", "A10044", 8).await;
    wake(&mut world, &mailed);
    wake(&mut world, &posted);
    world.record();
    play(&mut world).await;
    let tape = world.recorded();
    assert_eq!(broken(&mut world, &mailed, &posted).await, [""; 0]);
    let end = world.snapshot();
    let by_queue = |it: &&Recorded| it.woken_by.starts_with("local-");
    let lists = |it: &&Recorded| it.function == "campaign" && it.calls > 5;
    let of_invoices: Vec<_> = tape.iter().filter(|it| by_queue(it) || lists(it)).collect();
    let wrong = async |world: &mut World| {
        let broken = broken(world, &mailed, &posted).await;
        (!broken.is_empty()).then(|| format!("{broken:?}"))
    };
    let crashes = at_every_call(&mut world, &of_invoices, play, wrong).await;
    assert!(crashes > 40, "{crashes} crashes");
    world.restore(&end);
    world.mails();
}
