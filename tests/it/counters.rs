//! What a campaign costs, as exact counts of the stand-ins: the growth laws of the design.
//!
//! Over a second: a thousand addresses are called, answer and are reminded; a broken opening is gone
//! on with from many places.

use std::fmt;

use serde_json::json;

use meterlink::gate::{Call, Service, Side, Units};
use meterlink::world::World;

use crate::set::Set;

/// With how many addresses the laws are looked at, and with a tenth of them.
const ADDRESSES: &str = match option_env!("METERLINK_ADDRESSES") {
    Some(addresses) => addresses,
    None => "1000",
};

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

/// Everything that happened in one step, by the stand-ins.
struct Cost {
    units: Units,
    mails: u64,
    to_queues: u64,
    calls: u64,
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { units, mails, to_queues, calls } = self;
        write!(f, "{units} mails {mails} to queues {to_queues} calls {calls}")
    }
}

impl Cost {
    /// Of the calls since `mark` that are `counted`.
    fn since(world: &World, mark: u64, counted: impl Fn(&Call) -> bool) -> Self {
        let calls: Vec<Call> = world.calls_since(mark).into_iter().filter(counted).collect();
        let of = |service| calls.iter().filter(move |call| call.service == service);
        Self {
            units: of(Service::DynamoDb).fold(Units::default(), |sum, call| sum + call.units),
            mails: u64::try_from(of(Service::Ses).count()).unwrap(),
            to_queues: u64::try_from(of(Service::Sqs).count()).unwrap(),
            calls: u64::try_from(calls.len()).unwrap(),
        }
    }
}

/// A wave that is due `at`: planned, fed and mailed.
async fn wave(world: &mut World, at: &str) -> Cost {
    let mark = world.mark();
    run(world, at).await;
    world.pump().await;
    Cost::since(world, mark, |_| true)
}

/// What comes again after it was done: no write, nothing queued, a question a drawer and three.
async fn costs_nothing(world: &mut World, at: &str) {
    let mark = world.mark();
    run(world, at).await;
    assert!(!world.wrote_since(mark), "{at}");
    let again = world.units_since(mark);
    assert!(again.half_reads <= 2 * (DRAWERS + 3), "{at}: {again}");
    world.pump().await;
    assert_eq!(world.mails().len(), 0, "{at}");
}

/// Of so many addresses one in a hundred may cost 1.3 % of all of them (C12), for mails and writes.
const SOME: u64 = 1_000;

/// And for reads, too: of fewer, what a wave asks of its campaign and of each drawer, whatever is in
/// them, is more than the three in a thousand that the law leaves for it.
const MANY: u64 = 10_000;

/// What each step of a campaign of so many addresses cost, each within its law.
async fn steps(accounts: u64) -> Vec<(&'static str, Cost)> {
    let missing = accounts.div_euclid(100);
    let mut world = Set::street(u32::try_from(accounts).unwrap()).loaded().await;
    world.advance_to("2026-11-26 08:59").await;

    // opened and planned: C1, C2
    let mark = world.mark();
    run(&mut world, "2026-11-26T08:00:00Z").await;
    let opened = Cost::since(&world, mark, |call| call.target == "local-core");
    let planned = Cost::since(&world, mark, |call| call.target != "local-core");
    let (core, sends) = (opened.units, planned.units);
    let pages = accounts.div_euclid(100) + DRAWERS;
    assert!((2 * accounts..=2 * accounts + pages + 8).contains(&core.writes), "{core}");
    let rows = accounts..=accounts + accounts.div_euclid(500) + 64;
    assert!(rows.contains(&sends.writes), "{sends}");
    // an account 1.03, an open item 0.06, and 64
    assert!(100 * core.half_reads <= 2 * (109 * accounts + 6_400), "{core}");

    // mailed: C3
    let mark = world.mark();
    world.pump().await;
    let mailed = Cost::since(&world, mark, |_| true);
    assert_eq!((mailed.units.writes, mailed.mails), (3 * accounts, accounts));
    assert!(10 * mailed.units.half_reads <= 2 * 31 * accounts, "{}", mailed.units);
    assert!(10 * (planned.to_queues + mailed.to_queues) <= 3 * accounts);
    let all = planned.units + mailed.units;
    let mails = world.mails();
    assert_eq!(u64::try_from(mails.len()).unwrap(), accounts);

    // once more: C10
    world.advance_to("2026-11-26 12:00").await;
    costs_nothing(&mut world, "2026-11-26T11:00:00Z").await;

    // a link that somebody made up: C5
    let mark = world.mark();
    let forged = mails[0].links()[0].replace("/m/", "/m/A");
    assert_eq!(world.open(&forged).await.status, 404);
    assert_eq!(world.post(&forged, &[]).await.status, 404);
    assert!(world.calls_since(mark).is_empty());

    // one in a hundred is missing: C12
    let answer =
        [("r0-1", "01200"), ("rev0", "0")].map(|(name, value)| (name.to_owned(), value.to_owned()));
    let mark = world.mark();
    for mail in mails.iter().skip(usize::try_from(missing).unwrap()) {
        assert_eq!(world.post(&mail.links()[0], &answer).await.status, 303);
    }
    let answered = Cost::since(&world, mark, |_| true);
    world.advance_to("2026-12-03 08:59").await;
    assert_eq!(u64::try_from(world.mails().len()).unwrap(), accounts - missing); // the receipts
    let reminder = wave(&mut world, "2026-12-03T08:00:00Z").await;
    assert_eq!((reminder.mails, u64::try_from(world.mails().len()).unwrap()), (missing, missing));
    if accounts >= SOME {
        let ours = reminder.units;
        assert!(1_000 * ours.writes <= 13 * all.writes, "{ours} of {all}");
        let fixed = if accounts < MANY { 2 * 4 * DRAWERS } else { 0 };
        let half_reads = ours.half_reads.saturating_sub(fixed);
        assert!(1_000 * half_reads <= 13 * all.half_reads, "{ours} of {all}");
        assert!(1_000 * reminder.mails <= 13 * accounts);
    }
    vec![
        ("opened", opened),
        ("planned", planned),
        ("mailed", mailed),
        ("answered", answered),
        ("reminded", reminder),
    ]
}

/// C13: between neighbours, so that nothing grows faster than what it is of.
#[tokio::test]
#[expect(clippy::print_stderr, reason = "the figures of the documentation are read here")]
async fn ten_times_the_addresses_cost_ten_times_as_much_and_each_step_what_the_laws_say() {
    let addresses: u64 = ADDRESSES.parse().unwrap();
    let few = steps(addresses.div_euclid(10)).await;
    let many = steps(addresses).await;
    for ((step, few), (_, many)) in few.iter().zip(&many) {
        eprintln!("{step}: {ADDRESSES} addresses {many}, a tenth of them {few}");
        let of = |cost: &Cost| {
            [cost.units.writes, cost.units.half_reads, cost.mails, cost.to_queues, cost.calls]
        };
        for (few, many) in of(few).into_iter().zip(of(many)) {
            assert!(10 * many <= 102 * few, "{step}: {many} of {few}");
        }
    }
}

#[tokio::test]
async fn a_broken_opening_goes_on_where_it_was() {
    let mut world = Set::street(40).loaded().await;
    world.advance_to("2026-11-26 08:59").await;
    let before = world.snapshot();
    let mark = world.mark();
    world.record();
    world.advance_to("2026-11-26 12:00").await;
    let whole = Cost::since(&world, mark, |_| true);
    let tape = world.recorded();
    let opening = tape.iter().find(|it| it.function == "campaign").unwrap();
    assert!(opening.calls > 3 * 40, "{}", opening.calls);
    for call in (1..=opening.calls).step_by(17) {
        world.restore(&before);
        let mark = world.mark();
        world.crash_after(0, call, Side::After);
        world.advance_to("2026-11-26 12:00").await;
        assert_eq!(world.crashes(), 1);
        let broken = Cost::since(&world, mark, |_| true);
        assert_eq!(broken.mails, whole.mails, "at call {call}");
        // a page is a drawer here: at most its rows are written again, and it is read again
        let more = broken.units.writes.saturating_sub(whole.units.writes);
        let read = broken.units.half_reads.saturating_sub(whole.units.half_reads);
        assert!(more <= 20 + DRAWERS, "{more} writes more at call {call}");
        assert!(read <= 2 * (2 * 20 + 3 * DRAWERS), "{read} half reads more at call {call}");
    }
    world.mails();
}
