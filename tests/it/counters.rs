//! What a campaign costs, as exact counts of the stand-ins: the growth laws of the design.
//!
//! Over a second: a thousand addresses are called, answer and are reminded; an opening and a plan
//! break around each of their checkpoints.

use std::fmt;

use insta::assert_snapshot;
use serde_json::json;

use domain::campaign::Wave;
use domain::id::CampaignNumber;
use domain::sending::Scope;
use domain::shard::Drawers;
use meterlink::configuration;
use meterlink::gate::{Call, Service, Side, Units};
use meterlink::world::{Recorded, World};

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

/// A page of the roster, after which the opening notes how far it is.
const PAGE: usize = 100;

/// A call of `invocation` at which it dies, and how much more than without may come of it.
struct Break {
    call: u64,
    side: Side,
    writes: u64,
    half_reads: u64,
}

/// How often a run is begun in vain while the one that died still holds its campaign; the last of them
/// goes on.
const RUNS: u64 = 5;

/// Both sides of the calls that note how far an invocation is: those of `puts` at `places`. Behind such a
/// call nothing of its page is done again, and each run costs three writes and eight reads; before it, `page`
/// more, as writes and half reads.
fn around(puts: &[u64], places: &[usize], page: (u64, u64)) -> Vec<Break> {
    let fixed = (3 * RUNS, 2 * 8 * RUNS);
    let both = |place: &usize| {
        let call = puts[*place];
        let (writes, half_reads) = (fixed.0 + page.0, fixed.1 + page.1);
        [
            Break { call, side: Side::Before, writes, half_reads },
            Break { call, side: Side::After, writes: fixed.0, half_reads: fixed.1 },
        ]
    };
    places.iter().flat_map(both).collect()
}

/// At which calls of the recorded `invocation` something was put into `table`, from its first query of
/// the table on.
fn puts(world: &World, invocation: &Recorded, table: &str) -> Vec<u64> {
    let mut calls = world.calls_since(invocation.first_call - 1);
    calls.truncate(usize::try_from(invocation.calls).unwrap());
    let calls = calls.into_iter().zip(1..).filter(|(call, _)| call.target == table);
    let calls = calls.skip_while(|(call, _)| call.op != "Query");
    calls.filter(|(call, _)| call.op == "PutItem").map(|(_, at)| at).collect()
}

/// Plays each of `breaks` in `invocation`, and on to `until`, where the world stands without a break;
/// `there` says at `minute`, just behind the break, what was noted until then.
async fn broken_at(
    world: &mut World,
    invocation: &Recorded,
    breaks: &[Break],
    (minute, until): (&str, &str),
    there: impl AsyncFn(&mut World) -> String,
) -> Vec<String> {
    let whole = Cost::since(world, invocation.first_call - 1, |_| true);
    let mut noted = Vec::new();
    for Break { call, side, writes, half_reads } in breaks {
        world.crash_in(invocation, *call, *side);
        let mark = world.mark();
        world.advance_to(minute).await;
        assert_eq!(world.crashes(), 1, "{side:?} call {call}");
        noted.push(format!("{side:?}: {}", there(world).await));
        world.advance_to(until).await;
        let broken = Cost::since(world, mark, |_| true);
        assert_eq!(broken.mails, whole.mails, "{side:?} call {call}");
        let more = broken.units.writes.saturating_sub(whole.units.writes);
        let read = broken.units.half_reads.saturating_sub(whole.units.half_reads);
        let more_than = format!("{more} W and {read} half R more, {side:?} call {call}");
        assert!(more <= *writes && read <= *half_reads, "{more_than}: {writes}, {half_reads}");
    }
    world.mails();
    noted
}

/// C11. One drawer, two pages of its roster, one page of its open items.
#[tokio::test]
async fn a_broken_opening_goes_on_where_it_was() {
    const ACCOUNTS: usize = PAGE + 12;
    let one = Drawers::new(1).unwrap();
    let mut world = World::with(1, configuration::config(), one);
    Set::street(u32::try_from(ACCOUNTS).unwrap()).deliver(&mut world, "set").await;
    world.advance_to("2026-11-26 08:59").await;
    world.record();
    world.advance_to("2026-11-26 12:00").await;
    let tape = world.recorded();
    let opening = tape.iter().find(|it| it.function == "campaign").unwrap();
    let rows = u64::try_from(ACCOUNTS).unwrap();
    // An open item and a request each, then the checkpoint of the page.
    let opened = puts(&world, opening, "local-core");
    let mut breaks = around(&opened, &[2 * PAGE, 2 * ACCOUNTS + 1], (0, 2 * 105));
    // A row each, then the checkpoint; a row that is there is asked for again.
    let planned = puts(&world, opening, "local-sends");
    breaks.extend(around(&planned, &[ACCOUNTS], (rows, 0)));
    let times = ("2026-11-26 09:01", "2026-11-26 12:00");
    let noted = broken_at(&mut world, opening, &breaks, times, async |world| {
        let (drawer, store) = (one.all().next().unwrap(), world.stack().store());
        let campaign = CampaignNumber::new(2026).unwrap();
        let opened = store.opened(campaign, drawer).await.unwrap();
        let wave = store.wave(&Scope::Wave { campaign, wave: Wave::Call }).await.unwrap();
        format!("opened {} {}, planned {}", opened.count, opened.done, wave.accounts())
    });
    assert_snapshot!(noted.await.join("\n"), @"
    Before: opened 0 false, planned 0
    After: opened 100 false, planned 0
    Before: opened 100 false, planned 0
    After: opened 112 true, planned 0
    Before: opened 112 true, planned 0
    After: opened 112 true, planned 112
    ");
}

/// C11, for a wave that lies on two pages of open items: the second begins amid an account.
#[tokio::test]
async fn a_broken_plan_goes_on_where_it_was() {
    const ADDRESSES: u32 = 130;
    let one = Drawers::new(1).unwrap();
    let mut world = World::with(1, configuration::config(), one);
    let mut set = Set::street(4);
    for (account, n) in (1..=4).flat_map(|account| (2..=ADDRESSES).map(move |n| (account, n))) {
        let name = account * 1_000 + n;
        set = set
            .add("connections", &format!("A{name};K{account:0>4};;water;Lindelaan;{name};;;1234AB;Voorbeelddorp;2,5;2;customer;;01-03-2016;"))
            .add("meters", &format!("W{name};A{name};1;m3;5;0;01-03-2016;0;;"))
            .add("readings", &format!("W{name};1;31-12-2024;1000;customer"))
            .add("readings", &format!("W{name};1;31-12-2025;1100;customer"));
    }
    set.deliver(&mut world, "set").await;
    world.advance_to("2026-12-03 08:59").await;
    world.mails();
    world.record();
    world.advance_to("2026-12-03 12:00").await;
    let tape = world.recorded();
    let planning = tape.iter().find(|it| it.function == "campaign").unwrap();
    // Four rows, the checkpoint of the first page, that of the second.
    let planned = puts(&world, planning, "local-sends");
    let breaks = around(&planned, &[4, 5], (4, 50));
    let times = ("2026-12-03 09:01", "2026-12-03 12:00");
    let noted = broken_at(&mut world, planning, &breaks, times, async |world| {
        let campaign = CampaignNumber::new(2026).unwrap();
        let scope = Scope::Wave { campaign, wave: Wave::Reminder(1) };
        let planned = world.stack().store().wave(&scope).await.unwrap();
        let done: Vec<bool> = planned.planned.values().map(|known| known.done).collect();
        format!("planned {} {done:?}", planned.accounts())
    });
    assert_snapshot!(noted.await.join("\n"), @"
    Before: planned 0 []
    After: planned 4 [false]
    Before: planned 4 [false]
    After: planned 4 [true]
    ");
}
