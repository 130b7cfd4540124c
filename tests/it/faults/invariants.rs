//! What must hold after a campaign, whatever broke in it.

use std::collections::{BTreeMap, BTreeSet};

use cloud::Store;
use cloud::store::sends::Send;
use domain::account::CustomerNumber;
use domain::campaign::{CampaignState, Wave, WaveState};
use domain::id::CampaignNumber;
use domain::request::RequestState;
use domain::sending::{Group, Part, Scope, SendState};
use meterlink::world::{Letter, World};

fn campaign() -> CampaignNumber {
    CampaignNumber::new(2026).unwrap()
}

/// Every row of a scope.
async fn rows(store: &Store, scope: Scope) -> Vec<Send> {
    let mut rows = Vec::new();
    for shard in scope.drawers(store.drawers()).all() {
        rows.extend(store.sends(&scope, shard, None, 1_000).await.unwrap().sends);
    }
    rows
}

/// What does not hold, each a sentence that begins with its number in the design.
pub(crate) async fn broken(world: &mut World) -> Vec<String> {
    let store = world.stack().store();
    let mut broken = Vec::new();
    let mails: Vec<Letter> = world.sent().iter().map(Letter::of).collect();
    let tags: Vec<_> = world.sent().into_iter().map(|mail| mail.tags).collect();
    let record = store.campaign(campaign()).await.unwrap();
    if record.progress.state != CampaignState::Closed {
        broken.push(format!("I1: the campaign is {:?}", record.progress.state));
    }
    let mut by_id: BTreeMap<String, Send> = BTreeMap::new();
    let waves = [Wave::Call, Wave::Reminder(1), Wave::Estimated];
    for wave in waves {
        let scope = Scope::Wave { campaign: campaign(), wave };
        let found = rows(&store, scope).await;
        for row in &found {
            if !row.state.is_final() {
                broken.push(format!("I1: {scope} {} is {:?}", row.account, row.state));
            }
            let given_up = row.state == SendState::Unresolved;
            if wave == Wave::Call && given_up && row.attempts < 2 {
                broken.push(format!("I1: {scope} {} was let go", row.account));
            }
        }
        let state = record.progress.wave(wave);
        let kept = store.wave(&scope).await.unwrap();
        let adds_up = kept.quiet().is_some_and(|tally| tally.adds_up(kept.accounts()));
        let tally = store.tally(&scope).await.unwrap();
        if (state == WaveState::Finished) != (adds_up && tally.adds_up(kept.accounts())) {
            broken.push(format!("I9: {scope} is {state:?}, its rows are {tally:?}"));
        }
        if state != WaveState::Finished {
            broken.push(format!("I9: {scope} is {state:?}"));
        }
        by_id.extend(found.into_iter().map(|row| (row.id().to_string(), row)));
    }
    called(&by_id, &mut broken);
    twice(&by_id, &tags, &mut broken);
    named(&by_id, &mails, &mut broken);
    stored(&store, &mut broken).await;
    let listed = store.on_paper(Group::Campaign(campaign())).await.unwrap();
    let paper: BTreeSet<&str> = listed.iter().map(|item| item.account.as_str()).collect();
    if paper != BTreeSet::from(["K0004"]) || listed.iter().any(|item| item.listed_on.is_none()) {
        broken.push(format!("I1: the post list has {listed:?}"));
    }
    for queue in world.stack().stand_ins().queues().names() {
        let left = world.stack().stand_ins().queues().counts(&queue).all();
        if left > 0 {
            broken.push(format!("I1: {left} messages are in {queue}"));
        }
    }
    broken
}

/// I1: everybody who is asked has the call.
fn called(rows: &BTreeMap<String, Send>, broken: &mut Vec<String>) {
    let call = Scope::Wave { campaign: campaign(), wave: Wave::Call };
    for account in ["K0001", "K0002", "K0003", "K0004", "K0006", "K0007"] {
        let mut of_account = rows
            .values()
            .filter(|row| row.scope == call && row.account.as_str() == account)
            .map(|row| (row.part, row.state));
        let reached = match account {
            "K0004" => of_account.all(|(_, state)| state == SendState::Post),
            // who leaves before an uncertain mail is sent again needs none
            "K0007" => of_account
                .all(|(_, state)| matches!(state, SendState::Accepted | SendState::Skipped)),
            "K0006" => {
                of_account.any(|(part, state)| part > Part::POST && state == SendState::Accepted)
            }
            _ => of_account.all(|(_, state)| state == SendState::Accepted),
        };
        let has_row = rows.values().any(|row| row.account.as_str() == account);
        if !reached || !has_row {
            broken.push(format!("I1: {account} was not called"));
        }
    }
    if rows.values().any(|row| row.account.as_str() == "K0005") {
        broken.push("I1: K0005 is read remotely and was written to".into());
    }
}

/// I2: one mail an attempt, and a second attempt only of a row that says so.
fn twice(
    rows: &BTreeMap<String, Send>,
    tags: &[BTreeMap<String, String>],
    broken: &mut Vec<String>,
) {
    let mut attempts: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for tags in tags {
        attempts.entry(&tags["send"]).or_default().push(&tags["attempt"]);
    }
    for (send, attempts) in attempts {
        let distinct: BTreeSet<_> = attempts.iter().collect();
        let may = rows.get(send).is_some_and(|row| row.perhaps_twice);
        if distinct.len() < attempts.len() || (attempts.len() > 1 && !may) {
            broken.push(format!("I2: {send} was mailed in the attempts {attempts:?}"));
        }
    }
}

/// I7: a mail names what is missing, and names it once.
fn named(rows: &BTreeMap<String, Send>, mails: &[Letter], broken: &mut Vec<String>) {
    for (scope, answered) in [("c2026-r1", "Lindelaan 1"), ("c2026-est", "Lindelaan 1")] {
        for mail in mails.iter().filter(|mail| mail.scope == scope) {
            if mail.addresses().iter().any(|address| address == answered) {
                broken.push(format!("I7: {scope} names {answered}, which was answered"));
            }
        }
    }
    for (scope, open) in [
        ("c2026-call", &["Lindelaan 21", "Lindelaan 22", "Lindelaan 23"][..]),
        ("c2026-r1", &["Lindelaan 21", "Lindelaan 22", "Lindelaan 23"][..]),
    ] {
        let of_scope = |mail: &&Letter| {
            mail.scope == scope && mail.to.iter().any(|to| to == "k0002@example.org")
        };
        for mail in mails.iter().filter(of_scope) {
            if mail.addresses() != open {
                broken.push(format!("I7: {scope} names {:?}", mail.addresses()));
            }
        }
        let sent = mails.iter().filter(of_scope).count();
        let uncertain = rows.values().any(|row| {
            row.scope.to_string() == scope
                && row.account.as_str() == "K0002"
                && row.state == SendState::Unresolved
        });
        if sent == 0 && !uncertain {
            broken.push(format!("I7: {scope} did not reach K0002"));
        }
    }
}

/// I3: what was answered with success is stored, everything else estimated or ended.
async fn stored(store: &Store, broken: &mut Vec<String>) {
    for (account, meter, expected) in [
        ("K0001", "W0001", RequestState::Answered),
        ("K0002", "W0021", RequestState::Answered),
        ("K0002", "W0022", RequestState::Estimated),
        ("K0002", "W0023", RequestState::Estimated),
        ("K0003", "W0003", RequestState::Estimated),
        ("K0004", "W0004", RequestState::Estimated),
        ("K0006", "W0006", RequestState::Estimated),
        ("K0007", "W0007", RequestState::Ended),
    ] {
        let records = store.account(&CustomerNumber::parse(account).unwrap()).await.unwrap();
        let mut requests = records.connections.iter().flat_map(|one| &one.requests);
        let state = requests.find(|request| request.meter.as_str() == meter).map(|it| it.state);
        if state != Some(expected) {
            broken.push(format!("I3: {meter} of {account} is {state:?}, not {expected:?}"));
        }
    }
}
