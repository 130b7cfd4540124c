//! The keys of links: made in the account, rotated in mid-campaign, retired when nobody needs them.

use insta::assert_snapshot;
use serde_json::{Value, json};

use domain::campaign::Wave;
use domain::id::CampaignNumber;
use domain::sending::Scope;
use meterlink::configuration;
use meterlink::gate::{Call, Service};
use meterlink::pump::Firing;
use meterlink::world::{World, instant};

use crate::set::Set;

/// A utility with keys of its own, after the first night; its nights are played by hand from here.
async fn utility() -> World {
    utility_of(Set::fixture("vve")).await
}

/// The same with the customers of `set`.
async fn utility_of(set: Set) -> World {
    let mut world = World::with_own_keys(1, configuration::config(), configuration::DRAWERS);
    set.deliver(&mut world, "set").await;
    world.advance_to("2026-11-02 04:00").await;
    world.set_firing("keys-nightly", Firing::Never);
    world
}

/// What the function `keys` says at `at`, as one line: asked by its schedule or by an operator.
async fn keys(world: &mut World, at: &str, command: Value) -> String {
    let mut event = json!({ "v": 1, "at": format!("{at}:00Z") });
    event.as_object_mut().unwrap().extend(command.as_object().unwrap().clone());
    let said = world.stack().invoke("keys", event).await.unwrap();
    let keys = said["keys"].as_array().unwrap().iter();
    let keys: Vec<_> = keys.map(|key| format!("{} {}", key["id"], text(&key["state"]))).collect();
    let became = [&said["done"], &said["refused"]].map(text).concat();
    format!("{became}: {}", keys.join(", "))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The link of `address` in the only unread mail to `recipient`.
#[track_caller]
fn link(world: &mut World, recipient: &str, address: &str) -> String {
    let mails = world.mails_to(recipient);
    let [mail] = mails.as_slice() else { panic!("{} mails to {recipient}", mails.len()) };
    mail.link(address)
}

#[tokio::test]
async fn every_mailed_link_works_through_a_rotation_in_mid_campaign() {
    let mut world = utility().await;
    world.advance_to("2026-11-26 09:30").await;
    let anna = link(&mut world, "anna@example.org", "Molenlaan 8");
    let vve = link(&mut world, "vve@example.org", "Dorpsstraat 1");
    assert_eq!(world.open(&anna).await.status, 200);

    let publish = json!({ "command": "publish" });
    let activate = json!({ "command": "activate", "key": 2 });
    let at = "2026-11-30T09:00";
    assert_snapshot!(keys(&mut world, at, publish.clone()).await, @"published 2: 1 active, 2 published");
    assert_snapshot!(keys(&mut world, at, publish).await, @"key 2 is published and waits to be activated: 1 active, 2 published");
    let early = keys(&mut world, "2026-11-30T09:14", activate.clone()).await;
    assert_snapshot!(early, @"key 2 must wait until 2026-11-30 09:15:00 UTC: 1 active, 2 published");
    let activated = keys(&mut world, "2026-11-30T09:15", activate).await;
    assert_snapshot!(activated, @"activated 2: 1 published, 2 active");
    assert_eq!(world.open(&anna).await.status, 200);

    world.advance_to("2026-12-03 09:30").await;
    let reminded = link(&mut world, "anna@example.org", "Molenlaan 8");
    drop(world.mails());
    assert_ne!(reminded, anna, "the reminder is signed with the new key");
    for link in [&anna, &reminded, &vve] {
        assert_eq!(world.open(link).await.status, 200);
    }
    assert!(world.submit(&vve, "01118").await.stored);

    let retire = json!({ "command": "retire", "key": 1 });
    assert_snapshot!(keys(&mut world, "2026-12-03T10:00", retire).await, @"key 1 signed for a campaign that is open for corrections: 1 published, 2 active");
}

#[tokio::test]
async fn a_key_that_somebody_else_has_is_revoked_and_its_links_open_nothing() {
    let mut world = utility().await;
    world.advance_to("2026-11-26 09:30").await;
    let anna = link(&mut world, "anna@example.org", "Molenlaan 8");
    drop(world.mails());
    assert_eq!(world.open(&anna).await.status, 200);

    let revoke = json!({ "command": "revoke", "key": 1 });
    let active = keys(&mut world, "2026-11-26T08:30", revoke.clone()).await;
    assert_snapshot!(active, @"key 1 is active: 1 active");
    keys(&mut world, "2026-11-26T08:30", json!({ "command": "publish" })).await;
    keys(&mut world, "2026-11-26T08:45", json!({ "command": "activate", "key": 2 })).await;
    let revoked = keys(&mut world, "2026-11-26T08:46", revoke).await;
    assert_snapshot!(revoked, @"retired 1: 1 retired, 2 active");

    // a process knows of it when its ring is five minutes old
    world.advance_to("2026-11-26 09:36").await;
    assert_eq!(world.open(&anna).await.status, 404);
}

#[tokio::test]
async fn the_schedule_takes_one_step_a_night_and_retires_what_no_campaign_needs() {
    let mut world = utility().await;
    world.advance_to("2026-11-26 09:30").await;
    drop(world.mails());
    let mut told = Vec::new();
    for at in [
        "2026-11-27T02:30",
        "2027-01-31T02:30", // 90 days after the first was activated
        "2027-01-31T02:45",
        "2027-02-01T02:30",
        "2027-02-02T02:30",
        "2028-01-04T02:30", // the last day for corrections
        "2028-01-05T02:30",
    ] {
        told.push(keys(&mut world, at, json!({})).await);
    }
    assert_snapshot!(told.join("\n"), @"
    : 1 active
    published 2: 1 active, 2 published
    : 1 active, 2 published
    activated 2: 1 published, 2 active
    : 1 published, 2 active
    published 3: 1 published, 2 active, 3 published
    activated 3: 1 published, 2 published, 3 active
    ");
    let retired = keys(&mut world, "2028-01-06T02:30", json!({})).await;
    assert_snapshot!(retired, @"retired 1: 1 retired, 2 published, 3 active");
}

#[tokio::test]
async fn a_step_that_another_took_meanwhile_is_not_taken_over() {
    let mut world = utility().await;
    let publish = json!({ "v": 1, "at": "2026-11-03T09:00:00Z", "command": "publish" });
    world.fault(r#"{"service":"secretsmanager","op":"PutSecretValue","effect":"drop-before"}"#);
    // the SDK asks once more by itself, under the same name
    let said = world.stack().invoke("keys", publish.clone()).await.unwrap();
    assert_eq!(said["done"], "published 2");
    let again = world.stack().invoke("keys", publish).await.unwrap();
    assert_eq!(again["refused"], "key 2 is published and waits to be activated");
}

#[tokio::test]
async fn no_campaign_opens_without_a_key_that_signs() {
    let mut world = World::with_own_keys(1, configuration::config(), configuration::DRAWERS);
    world.set_firing("keys-nightly", Firing::Never);
    Set::fixture("vve").deliver(&mut world, "vve").await;
    let opening = json!({ "v": 1, "at": "2026-11-26T08:00:00Z" });
    let refused = world.stack().invoke("campaign", opening.clone()).await.unwrap_err();
    assert!(refused.starts_with("GetSecretValue"), "{refused}");
    assert_snapshot!(keys(&mut world, "2026-11-01T09:00", json!({ "command": "status" })).await, @": ");
    let unknown =
        keys(&mut world, "2026-11-01T09:00", json!({ "command": "retire", "key": 1 })).await;
    assert_snapshot!(unknown, @"there is no key 1: ");

    keys(&mut world, "2026-11-01T09:00", json!({})).await;
    let opened = world.stack().invoke("campaign", opening).await.unwrap();
    assert_eq!(opened["done"][0], "c2026 Open");
    world.advance_to("2026-11-26 09:00").await;
    assert_eq!(world.mails().len(), 2);
}

/// F16: what is needed before the claim fails before the claim.
#[tokio::test]
async fn while_the_keys_cannot_be_had_no_mail_is_claimed_and_then_each_is_sent_once() {
    let mut world = utility_of(Set::street(2)).await;
    let call = Scope::Wave { campaign: CampaignNumber::new(2026).unwrap(), wave: Wave::Call };
    let morning = instant("2026-11-26 09:00");
    while world.stack().store().tally(&call).await.unwrap().planned == 0 {
        world.stack().step_towards(morning).await.unwrap().unwrap();
    }
    // Two batches of two messages, for each of which the SDK asks three times.
    let effects = ["error-500-before", "drop-before", "drop-after", "throttle"];
    for (effect, nth) in effects.into_iter().zip([1, 4, 7, 10]) {
        let service = "secretsmanager";
        let rule = json!({"service": service, "op": "GetSecretValue", "nth": nth, "times": 3, "effect": effect});
        world.fault(&rule.to_string());
    }
    let mark = world.mark();
    world.advance_to("2026-11-26 09:01").await;
    assert!(!world.take_failures().is_empty());
    let calls = world.calls_since(mark);
    assert!(calls.iter().all(|call| call.op != "SendEmail"), "a mail was handed over");
    let claims = |call: &Call| call.target == "local-sends" && call.op == "UpdateItem";
    assert!(!calls.iter().any(claims), "a mail was claimed");
    let held = world.stack().store().tally(&call).await.unwrap();
    assert_eq!((held.planned, held.unknown, held.rows()), (2, 0, 2));
    world.advance_to("2026-11-26 14:00").await;
    world.take_failures();
    assert_eq!(world.mails().len(), 2);
    let sent = world.stack().store().tally(&call).await.unwrap();
    assert_eq!((sent.accepted, sent.perhaps_twice, sent.rows()), (2, 0, 2));
}

#[tokio::test]
async fn a_key_id_that_nobody_made_costs_one_call_a_minute() {
    let mut world = utility().await;
    world.advance_to("2026-11-26 09:30").await;
    let anna = link(&mut world, "anna@example.org", "Molenlaan 8");
    drop(world.mails());
    // bytes 28 and 29 are the key id and the type: the last four characters hold them, behind the generation
    let unknown = format!("{}AQkR", anna.get(..anna.len() - 4).unwrap());
    assert_eq!(world.open(&anna).await.status, 200);
    let asked = |world: &World, mark| {
        let calls = world.calls_since(mark).into_iter();
        calls.filter(|call| call.service == Service::SecretsManager).count()
    };
    let mark = world.mark();
    for _ in 0..5 {
        assert_eq!(world.open(&unknown).await.status, 404);
        assert_eq!(world.open(&anna).await.status, 200);
    }
    assert_eq!(asked(&world, mark), 0, "the ring was loaded in this minute");
    world.advance_to("2026-11-26 09:31").await;
    for _ in 0..5 {
        assert_eq!(world.open(&unknown).await.status, 404);
    }
    assert_eq!(asked(&world, mark), 1);
    world.advance_to("2026-11-26 09:35").await;
    assert_eq!(world.open(&anna).await.status, 200);
    assert_eq!(asked(&world, mark), 1, "the ring is four minutes old");
}
