//! What a campaign costs, as exact counts of the stand-ins: the growth laws of the design.

use serde_json::json;

use meterlink::gate::{Service, Units};
use meterlink::world::World;

use crate::set::Set;

/// The drawers over which open items and the roster are spread.
const DRAWERS: u64 = 4;

/// What the calls since `mark` whose table or operation satisfies `wanted` cost.
fn units(world: &World, mark: u64, wanted: impl Fn(&str, &str) -> bool) -> Units {
    let calls = world.calls_since(mark).into_iter();
    calls
        .filter(|call| call.service == Service::DynamoDb && wanted(&call.target, &call.op))
        .fold(Units::default(), |sum, call| sum + call.units)
}

async fn run(world: &mut World, at: &str) {
    world.stack().invoke("campaign", json!({ "v": 1, "at": at })).await.unwrap();
}

#[tokio::test]
async fn a_campaign_costs_what_the_laws_say() {
    const ACCOUNTS: u64 = 20;
    let mut world = Set::street(20).loaded().await;
    let mark = world.mark();
    run(&mut world, "2026-11-26T08:00:00Z").await;
    let opened = units(&world, mark, |table, _| table == "local-core");
    // two writes a meter; a checkpoint a drawer, and the campaign itself
    let fixed = DRAWERS + 8;
    assert!(opened.writes >= 2 * ACCOUNTS && opened.writes <= 2 * ACCOUNTS + fixed, "{opened}");
    let planned = units(&world, mark, |table, _| table == "local-sends");
    // a row an account; a checkpoint a drawer of open items, and one of sends
    let fixed = 2 * DRAWERS;
    assert!(planned.writes >= ACCOUNTS && planned.writes <= ACCOUNTS + fixed, "{planned}");

    let mark = world.mark();
    world.pump().await; // the mails go out
    let sent = units(&world, mark, |_, _| true);
    // claimed, accepted, delivered; planning was the fourth write of each
    assert_eq!(sent.writes, 3 * ACCOUNTS, "{sent}");
    assert!(sent.half_reads <= 2 * (3 * ACCOUNTS), "{sent}");
    let calls = world.calls_since(mark);
    let mails = calls.iter().filter(|call| call.service == Service::Ses).count();
    assert_eq!(mails, 20);
    assert_eq!(world.mails().len(), 20);
}

#[tokio::test]
async fn a_finished_step_costs_no_write_when_it_comes_again() {
    let mut world = Set::street(5).loaded().await;
    world.advance_to("2026-11-26 09:30").await;
    assert_eq!(world.mails().len(), 5);
    let mark = world.mark();
    run(&mut world, "2026-11-26T09:00:00Z").await;
    let again = world.units_since(mark);
    assert_eq!(again.writes, 0);
    assert!(again.half_reads <= 2 * (DRAWERS + 3), "{again}");
    assert_eq!(world.mails().len(), 0);
}

#[tokio::test]
async fn a_reminder_costs_what_is_missing_not_what_there_is() {
    let mut world = Set::street(100).loaded().await;
    let mark = world.mark();
    world.advance_to("2026-11-26 12:00").await;
    let call = world.units_since(mark);
    let mails = world.mails();
    assert_eq!(mails.len(), 100);
    let answer =
        [("r0-1", "01200"), ("rev0", "0")].map(|(name, value)| (name.to_owned(), value.to_owned()));
    for mail in mails.iter().skip(3) {
        assert_eq!(world.post(&mail.links()[0], &answer).await.status, 303);
    }
    world.advance_to("2026-12-02 12:00").await;
    assert_eq!(world.mails().len(), 97); // the receipts
    let mark = world.mark();
    world.advance_to("2026-12-03 12:00").await;
    let three_missing = world.units_since(mark);
    assert_eq!(world.mails().len(), 3);
    for mail in &mails[..2] {
        assert_eq!(world.post(&mail.links()[0], &answer).await.status, 303);
    }
    world.advance_to("2026-12-09 12:00").await;
    assert_eq!(world.mails().len(), 2);
    let mark = world.mark();
    world.advance_to("2026-12-10 12:00").await;
    let one_missing = world.units_since(mark);
    assert_eq!(world.mails().len(), 1);

    // Every wave looks into every drawer; what two in a hundred more cost is in proportion to them.
    let writes = three_missing.writes - one_missing.writes;
    let half_reads = three_missing.half_reads - one_missing.half_reads;
    assert!(1_000 * writes <= 26 * call.writes, "{call}, {three_missing}, {one_missing}");
    assert!(1_000 * half_reads <= 26 * call.half_reads, "{call}, {three_missing}, {one_missing}");
    // Two accounts more: planned, claimed, accepted; and what is noted of a drawer of each.
    assert!((2 * 3..=2 * (3 + 3)).contains(&writes), "{three_missing}, {one_missing}");
}
