//! Post lists that are long: several of a day, by runs that stop and by runs that die.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::id::CampaignNumber;
use domain::sending::Group;
use domain::shard::Drawers;
use meterlink::configuration;
use meterlink::world::{FILES, Recorded, World};

use crate::crashing::at_every_call;
use crate::set::Set;

/// So many accounts of which nobody can be mailed.
const ACCOUNTS: u32 = 8;

/// So many letters are on one list.
const LETTERS: usize = 3;

/// A utility that mails nobody, a minute after it opened its campaign, whose runs work for `time`.
async fn opened(time: Duration) -> World {
    let mut set = Set::street(ACCOUNTS);
    for n in 1..=ACCOUNTS {
        set = set.change("customers", &format!("k{n:0>4}@example.org"), "");
    }
    let mut world = World::with(1, configuration::config(), Drawers::new(1).unwrap());
    set.deliver(&mut world, "set").await;
    assert!(world.report("summary.txt").await.starts_with("Accepted"));
    world.advance_to("2026-11-26 09:01").await;
    world.stack().bound_campaign(time, LETTERS).unwrap();
    world
}

/// The accounts on each list that was written, by its name.
async fn lists(world: &mut World) -> BTreeMap<String, Vec<String>> {
    let mut lists = BTreeMap::new();
    let keys = world.stack().stand_ins().files().keys(FILES).unwrap();
    for key in keys {
        let Some(name) = key.strip_prefix("outgoing/post/2026/") else { continue };
        let csv = world.file(&key).await;
        let account = |line: &str| line.split(';').next().unwrap().to_owned();
        lists.insert(name.to_owned(), csv.lines().skip(1).map(account).collect());
    }
    lists
}

/// What does not hold when all is written: everybody is on one list, and marked as being on that one.
async fn wrong(world: &mut World) -> Option<String> {
    let lists = lists(world).await;
    let store = world.stack().store();
    let group = Group::Campaign(CampaignNumber::new(2026).unwrap());
    let items = store.on_paper(group, None, 1_000).await.unwrap().items;
    let marked = items.iter().filter_map(|item| {
        let day = item.listed_on?;
        let name = match item.list {
            1 => format!("{day}.csv"),
            list => format!("{day}-{list}.csv"),
        };
        Some((item.account.to_string(), name))
    });
    let mut marked: Vec<(String, String)> = marked.collect();
    let listed = lists.iter().flat_map(|(name, accounts)| {
        accounts.iter().map(move |account| (account.clone(), name.clone()))
    });
    let mut listed: Vec<(String, String)> = listed.collect();
    marked.sort();
    listed.sort();
    let accounts: Vec<&str> = listed.iter().map(|(account, _)| account.as_str()).collect();
    let everybody: Vec<String> = (1..=ACCOUNTS).map(|n| format!("K{n:0>4}")).collect();
    let right = accounts == everybody && marked == listed;
    let long = lists.values().any(|list| list.len() > LETTERS);
    (!right || long).then(|| format!("listed {lists:?}, marked {marked:?}"))
}

#[tokio::test]
async fn a_run_that_stops_behind_a_list_is_gone_on_with_by_the_next() {
    let mut world = opened(Duration::ZERO).await;
    let mut counts = Vec::new();
    for minute in (5..60).step_by(5) {
        world.advance_to(&format!("2026-11-26 09:{minute:0>2}")).await;
        counts.push(lists(&mut world).await.len());
    }
    counts.dedup();
    assert_eq!(counts, [0, 1, 2, 3]);
    assert_eq!(wrong(&mut world).await, None);
    // Nobody new: nothing is written again, that day or the next morning.
    let mark = world.mark();
    world.advance_to("2026-11-27 12:00").await;
    let puts = world.calls_since(mark).into_iter().filter(|call| call.op == "PutObject").count();
    assert_eq!(puts, 0);
}

#[tokio::test]
async fn whoever_is_listed_is_on_one_list_wherever_a_run_dies() {
    let play = async |world: &mut World| world.advance_to("2026-11-26 12:00").await;
    let mut world = opened(Duration::from_mins(4)).await;
    world.record();
    play(&mut world).await;
    let tape = world.recorded();
    assert_eq!(wrong(&mut world).await, None);
    let end = world.snapshot();
    let writes = |it: &&Recorded| it.function == "campaign" && it.calls > 20;
    let lists: Vec<_> = tape.iter().filter(writes).collect();
    assert_eq!(lists.len(), 1);
    let crashes = at_every_call(&mut world, &lists, play, wrong).await;
    assert!(crashes > 50, "{crashes} crashes");
    world.restore(&end);
}
