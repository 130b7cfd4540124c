//! What nobody may find: in a log, a queue or the ledger, no link, no name, no address, no value.

use std::collections::BTreeSet;

use meterlink::world::{World, logged};

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

/// The words of a text that have the form of a token: 40 characters of base64url, the last of them
/// from `R` to `Z`.
fn tokens(text: &str) -> Vec<&str> {
    let of_token = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let words = text.split(|c| !of_token(c));
    words.filter(|word| word.len() == 40 && word.ends_with(|c| ('R'..='Z').contains(&c))).collect()
}

/// Which of the planted things, and how many tokens, are in a text.
fn found(text: &str) -> BTreeSet<String> {
    let planted = PLANTED.iter().filter(|planted| text.contains(*planted));
    let tokens = tokens(text).into_iter().map(|_| "a token");
    planted.copied().chain(tokens).map(str::to_owned).collect()
}

#[test]
fn the_scanner_finds_what_it_looks_for() {
    let token = "_BE_BLiOkK54AiBbCwXNXwEjRWeJq83vB-oAAQcR";
    assert_eq!(tokens(&format!("path=/m/{token}/r-1 x")), [token]);
    assert_eq!(tokens(&token.to_lowercase()), Vec::<&str>::new());
    assert_eq!(tokens(&format!("{token}R")), Vec::<&str>::new());
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
    bodies.map(|message| format!("{message:?}")).collect::<Vec<_>>().join("\n")
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
    let ledger = ledger.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    assert_eq!(found(&ledger), BTreeSet::new());
    let logged = logged();
    assert!(logged.contains("a wave was fed"), "nothing was logged");
    assert_eq!(found(&logged), BTreeSet::new());
}
