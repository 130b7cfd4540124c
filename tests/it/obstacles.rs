//! What people report in the place of a reading: reminders leave the address out until an operator
//! clears it.

use serde_json::{Value, json};

use domain::campaign::Wave;
use domain::id::CampaignNumber;
use domain::sending::Scope;
use meterlink::world::{Letter, Seen, World};

use crate::set::Set;

/// The opened campaign of a set, and the mails of its call.
async fn called(set: &Set) -> (World, Vec<Letter>) {
    let mut world = set.loaded().await;
    world.advance_to("2026-11-26 09:30").await;
    let call = world.mails();
    (world, call)
}

/// The link for `address`, whoever got it.
#[track_caller]
fn link(mails: &[Letter], address: &str) -> String {
    let named = |mail: &&Letter| mail.addresses().iter().any(|one| one == address);
    mails.iter().find(named).unwrap().link(address)
}

/// Chooses `why` on the page "I cannot read the meter", and follows the answer.
async fn report(world: &World, link: &str, why: &str) -> Seen {
    let cannot = format!("{link}/cannot");
    let page = world.open(&cannot).await;
    assert_eq!(page.status, 200, "{}", page.text());
    world.send(&cannot, &page, &[("why", why)]).await
}

/// Which addresses the mails name that were not read yet.
fn named(world: &mut World) -> Vec<String> {
    let mut named: Vec<String> = world.mails().iter().flat_map(Letter::addresses).collect();
    named.sort();
    named
}

/// What the function `campaign` says to an order.
async fn order(world: &mut World, about: Value) -> Result<Value, String> {
    let mut order = json!({ "v": 1, "campaign": 2026, "by": "j.jansen",
        "reason": "the key was handed over", "at": "2026-12-04T09:00:00Z" });
    order.as_object_mut().unwrap().extend(about.as_object().unwrap().clone());
    world.stack().invoke("campaign", order).await
}

fn clear(account: &str, meter: &str) -> Value {
    json!({ "command": "clear", "account": account, "meter": meter })
}

/// What an operator finds on the list: meter and reason.
async fn listed(world: &mut World) -> Vec<String> {
    let said = order(world, json!({ "command": "obstacles" })).await.unwrap();
    assert_eq!(said["left_out"], json!(false));
    let obstacles = said["obstacles"].as_array().unwrap();
    let text = |of: &Value| of.as_str().unwrap().to_owned();
    let line = |one: &Value| {
        ["account", "connection", "meter", "obstacle"].map(|part| text(&one[part])).join(" ")
    };
    let mut lines: Vec<String> = obstacles.iter().map(line).collect();
    lines.sort();
    lines
}

#[tokio::test]
async fn reminders_leave_out_what_was_reported_until_an_operator_clears_it() {
    let (mut world, call) = called(&Set::fixture("vve")).await;
    let molenlaan = link(&call, "Molenlaan 8");
    let seen = report(&world, &molenlaan, "unreachable").await;
    assert!(seen.stored && seen.text().contains("U krijgt geen herinnering meer"), "{seen:?}");
    assert!(report(&world, &link(&call, "Dorpsstraat 1"), "unreadable").await.stored);
    world.advance_to("2026-12-03 09:30").await;
    assert_eq!(named(&mut world), ["Dorpsstraat 3"]);
    assert_eq!(
        listed(&mut world).await,
        ["K10001 A10001 W10001 unreachable", "K10042 A10042 W10042 unreadable"]
    );

    let cleared = order(&mut world, clear("K10001", "W10001")).await.unwrap();
    assert_eq!(cleared, json!({ "campaign": 2026, "cleared": ["unreachable"] }));
    let page = world.open(&molenlaan).await;
    assert!(!page.text().contains("U krijgt geen herinnering meer"), "{}", page.text());
    let lines = world.stack().stand_ins().tables().lines("local-core").join("\n");
    let line = lines.lines().find(|line| line.contains("#CLEAR#")).unwrap();
    for part in ["W10001#02026#2026-12-04T09:00:00Z", "j.jansen", "the key was handed over"] {
        assert!(line.contains(part), "{part}: {line}");
    }
    // once more is nothing more
    let mark = world.mark();
    let again = order(&mut world, clear("K10001", "W10001")).await.unwrap();
    assert_eq!(again, json!({ "campaign": 2026, "cleared": [] }));
    assert!(!world.wrote_since(mark));
    assert_eq!(listed(&mut world).await, ["K10042 A10042 W10042 unreadable"]);

    world.advance_to("2026-12-10 09:30").await;
    assert_eq!(named(&mut world), ["Dorpsstraat 3", "Molenlaan 8"]);
    assert!(world.submit(&molenlaan, "01287").await.stored);
    let late = order(&mut world, clear("K10001", "W10001")).await.unwrap_err();
    assert_eq!(late, "no reading of it is missing: it is answered");
    world.advance_to("2026-12-17 09:30").await;
    world.mails();
}

#[tokio::test]
async fn a_report_that_comes_after_the_clearing_counts_again() {
    let (mut world, call) = called(&Set::street(1)).await;
    let link = link(&call, "Lindelaan 1");
    report(&world, &link, "not-found").await;
    order(&mut world, clear("K0001", "W0001")).await.unwrap();
    report(&world, &link, "other-number").await;
    assert_eq!(listed(&mut world).await, ["K0001 A0001 W0001 other-number"]);
    world.advance_to("2026-12-03 09:30").await;
    assert_eq!(named(&mut world), [""; 0]);
}

#[tokio::test]
async fn every_reason_keeps_reminders_away_and_stands_on_the_list() {
    let whys = ["unreadable", "unreachable", "not-found", "other-number", "not-my-address"];
    let (mut world, call) = called(&Set::street(6)).await;
    for (place, why) in (1..).zip(whys) {
        let seen = report(&world, &link(&call, &format!("Lindelaan {place}")), why).await;
        assert!(seen.stored && seen.text().contains("Wij weten het nu"), "{why}: {seen:?}");
    }
    assert_eq!(
        listed(&mut world).await,
        [
            "K0001 A0001 W0001 unreadable",
            "K0002 A0002 W0002 unreachable",
            "K0003 A0003 W0003 not-found",
            "K0004 A0004 W0004 other-number",
            "K0005 A0005 W0005 not-my-address",
        ]
    );
    for day in ["2026-12-03 09:30", "2026-12-10 09:30", "2026-12-17 09:30"] {
        world.advance_to(day).await;
        assert_eq!(named(&mut world), ["Lindelaan 6"], "{day}");
    }
    // not planned and then left out: there is no row for who is not asked
    let campaign = CampaignNumber::new(2026).unwrap();
    let scope = Scope::Wave { campaign, wave: Wave::Reminder(1) };
    assert_eq!(world.stack().store().tally(&scope).await.unwrap().rows(), 1);
    // the account is not changed by who says that the address is not theirs, and the link lives on
    let page = world.open(&link(&call, "Lindelaan 5")).await;
    assert_eq!(page.status, 200);
    assert!(world.submit(&link(&call, "Lindelaan 5"), "01200").await.stored);
    assert_eq!(listed(&mut world).await.len(), 4);
    world.advance_to("2026-12-17 10:30").await;
    world.mails();
}

#[tokio::test]
async fn an_order_to_clear_names_a_meter_that_is_asked_for() {
    let (mut world, _) = called(&Set::street(1)).await;
    for (about, told) in [
        (clear("K0009", "W0001"), "there is no such account"),
        (clear("K0001", "W0009"), "the campaign does not ask the account for this meter"),
        (
            json!({ "command": "clear", "account": "K0001" }),
            "name the campaign, the account and the meter whose obstacle is cleared",
        ),
    ] {
        assert_eq!(order(&mut world, about).await.unwrap_err(), told);
    }
    assert_eq!(listed(&mut world).await, [""; 0]);
}
