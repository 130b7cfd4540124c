//! What nobody may find: in a log, a queue or the ledger, no link, no name, no address, no value.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};

use meterlink::gate::Service;
use meterlink::world::{World, logged, tokens};

use crate::set::Set;

/// Things of one account that stand nowhere else.
const PLANTED: [&str; 7] = [
    "Zonderlingen",
    "Geheimstraat",
    "zonderlingen@example.org",
    "NL49TEST1827813265",
    "NL49 TEST 1827 8132 65",
    "48213",
    "5512ZZ",
];

/// Which of the planted things, and how many tokens, are in a text.
fn found(text: &str) -> BTreeSet<String> {
    let planted = PLANTED.iter().filter(|planted| text.contains(*planted));
    let tokens = tokens(text).map(|_| "a token");
    planted.copied().chain(tokens).map(str::to_owned).collect()
}

#[test]
fn the_scanner_finds_what_it_looks_for() {
    let token = "_BE_BLiOkK54AiBbCwXNXwEjRWeJq83vB-oAAQcR";
    let of = |text: &str| tokens(text).count();
    assert_eq!(tokens(&format!("path=/m/{token}/r-1 x")).collect::<Vec<_>>(), [token]);
    assert_eq!((of(&token.to_lowercase()), of(&format!("{token}R"))), (0, 0));
    assert_eq!(found("at Geheimstraat 5").len(), 1);
}

fn set() -> Set {
    Set::street(1)
        .add("customers", "K9000;P. Zonderlingen;consumer;zonderlingen@example.org;;;nl;direct_debit;NL49TEST1827813265;M-1;01-02-2022;no;;;Geheimstraat;7;;5512ZZ;Voorbeelddorp;NL")
        .add("connections", "A9000;K9000;;water;Geheimstraat;7;;;5512ZZ;Voorbeelddorp;2,5;2;customer;;01-03-2016;")
        .add("meters", "W9000;A9000;1;m3;5;0;01-03-2016;0;;")
        .add("readings", "W9000;1;31-12-2024;48013;customer")
        .add("readings", "W9000;1;31-12-2025;48113;customer")
}

/// Everything that waits in a queue.
fn waiting(world: &mut World) -> String {
    let queues = world.stack().stand_ins().queues();
    let bodies = queues.names().into_iter().flat_map(|queue| queues.messages(&queue));
    bodies.map(|message| format!("{message:?}\n")).collect::<Vec<_>>().concat()
}

#[tokio::test]
async fn logs_queues_and_the_ledger_hold_no_personal_data_and_no_link() {
    let mut world = set().loaded().await;
    world.fault(r#"{"service":"ses","op":"SendEmail","nth":1,"times":2,"effect":"throttle"}"#);
    world.advance_to("2026-11-26 09:00").await;
    let throttled = waiting(&mut world);
    assert!(throttled.contains("c2026-call"), "{throttled}"); // both mails wait
    assert_eq!(found(&throttled), BTreeSet::new());
    world.advance_to("2026-11-26 12:00").await;
    let link = world.mails_to("zonderlingen@example.org").pop().unwrap().link("Geheimstraat 7");
    assert_eq!(world.submit(&link, "48x13").await.status, 422);
    assert!(world.submit(&link, "48213").await.stored);
    world.open(&link.replace("/m/", "/m/A")).await;
    world.advance_to("2026-12-28 12:00").await;
    world.mails();

    let ledger = world.stack().stand_ins().tables().items("local-sends");
    assert!(!ledger.is_empty());
    let ledger = ledger.iter().map(|item| format!("{item}\n")).collect::<Vec<_>>().concat();
    assert_eq!(found(&ledger), BTreeSet::new());
    let logged = logged();
    assert!(logged.contains("a wave was fed"), "nothing was logged");
    assert_eq!(found(&logged), BTreeSet::new());
}

/// Calls a service past our functions, as one of them would that was written wrong.
async fn call(world: &mut World, service: Service, target: &str, body: Value) {
    let request = Request::post(format!("http://{}/", service.host()))
        .header("x-amz-target", target)
        .header("content-type", "application/x-amz-json-1.0")
        .body(Bytes::from(body.to_string()));
    let answer = world.stack().stand_ins().call(request.unwrap()).await.unwrap();
    assert_eq!(answer.status(), 200, "{answer:?}");
}

/// How a world ends in which `text` stands in the open.
async fn ended(place: &str, text: &str) -> String {
    let mut world = set().loaded().await;
    match place {
        "log" => tracing::info!(text, "a line that nobody should have written"),
        "queue" => {
            let body = json!({"QueueUrl": "q/local-mail-dead", "MessageBody": text});
            call(&mut world, Service::Sqs, "AmazonSQS.SendMessage", body).await;
        }
        _ => {
            let item = json!({"pk": {"S": "SND#x"}, "sk": {"S": "x"}, "why": {"S": text}});
            let body = json!({"TableName": "local-sends", "Item": item});
            call(&mut world, Service::DynamoDb, "DynamoDB_20120810.PutItem", body).await;
        }
    }
    let ended = catch_unwind(AssertUnwindSafe(|| drop(world))).unwrap_err();
    *ended.downcast::<String>().unwrap()
}

#[tokio::test]
async fn a_world_that_wrote_of_its_customers_in_the_open_fails_at_its_end() {
    for text in [
        "to Zonderlingen@example.org",
        "for P. Zonderlingen",
        "from NL49TEST1827813265",
        "GET /m/_BE_BLiOkK54AiBbCwXNXwEjRWeJq83vB-oAAQcR",
    ] {
        for place in ["log", "queue", "ledger"] {
            let ended = ended(place, text).await;
            assert!(ended.contains("anybody can read") && ended.contains(place), "{text}: {ended}");
        }
    }
}
