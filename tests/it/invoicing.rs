//! From the day of the invoices on: every year is settled, and gets a number that no other has.

mod crashes;
mod late;

use std::collections::BTreeMap;

use insta::assert_snapshot;
use serde_json::json;

use cloud::store::billing::SettlementRecord;
use domain::id::CampaignNumber;
use domain::invoicing::held::Held;
use domain::invoicing::progress::SettlementState;
use meterlink::gate::{Service, Units};
use meterlink::invoiced::Invoiced;
use meterlink::world::World;

use crate::papers::take_dead;
use crate::set::Set;

fn campaign() -> CampaignNumber {
    CampaignNumber::new(2026).unwrap()
}

async fn invoiced(world: &mut World) -> Invoiced {
    Invoiced::of(&world.stack().store(), campaign()).await.unwrap()
}

/// Every settlement, by account: its document, state, number, amount, and what a person must see or
/// mend.
pub(crate) async fn settlements(world: &mut World) -> String {
    let mut lines = Vec::new();
    for it in invoiced(world).await.settlements {
        let number = it.number.map_or_else(|| "-".into(), |number| number.to_string());
        let payable = it.payable.map_or_else(|| "-".into(), |payable| payable.to_string());
        let why: Vec<String> =
            it.held.iter().map(|why| format!("{why:?}")).chain(it.refused).collect();
        let why = why.join("; ");
        lines.push(format!("{} {} {} {number} {payable} {why}", it.account, it.document, it.state));
    }
    lines.sort();
    lines.join("\n").replace(" \n", "\n").trim_end().to_owned()
}

/// The set a day after the invoices may be made; all mails are read.
async fn at_invoices(set: &Set) -> World {
    let mut world = set.loaded().await;
    world.advance_to("2027-01-04 12:00").await;
    world.mails();
    world
}

#[tokio::test]
async fn every_year_gets_one_number_and_none_is_left_out() {
    let mut world = at_invoices(&Set::street(3)).await;
    assert_snapshot!(settlements(&mut world).await, @r"
    K0001 conn-A0001 numbered 202701000000211 341.10
    K0002 conn-A0002 numbered 202701000000308 341.10
    K0003 conn-A0003 numbered 202701000000114 341.10
    ");
    let before = invoiced(&mut world).await;
    assert!(before.are_consecutive());
    world.advance_to("2027-02-01 12:00").await;
    assert_eq!(invoiced(&mut world).await, before, "days that come after change nothing");
}

#[tokio::test]
async fn a_reading_after_the_invoice_starts_a_correction() {
    let mut world = Set::street(1).loaded().await;
    world.advance_to("2026-11-26 09:30").await;
    let link = world.mails_to("k0001@example.org").pop().unwrap().link("Lindelaan 1");
    world.advance_to("2026-12-01 12:00").await;
    let before = world.submit(&link, "01210").await;
    assert!(before.stored && before.text().contains("Pas hem aan tot wij"), "{}", before.text());
    world.advance_to("2027-01-04 12:00").await;
    world.mails();
    let settled = settlements(&mut world).await;

    let page = world.open(&link).await;
    let text = page.text();
    assert_eq!(page.status, 200);
    assert!(text.contains("Uw jaarafrekening is al gemaakt") && text.contains("01210"), "{text}");
    // a form from before the invoice says nothing of a correction: it is shown again
    let field = page.first_register();
    let mut old = page.fields();
    old.retain(|(name, _)| *name != "invoiced" && *name != field);
    old.push((field.clone(), "01205".to_owned()));
    let mark = world.mark();
    let answer = world.post(&link, &old).await;
    assert_eq!(answer.status, 409, "{}", answer.text());
    assert!(answer.html.contains("value=\"01205\""), "{}", answer.html);
    assert!(!stored_since(&world, mark), "409 stores nothing");

    let receipt = world.submit(&link, "01205").await;
    let text = receipt.text();
    assert!(receipt.stored && text.contains("U krijgt een nieuwe afrekening"), "{text}");
    assert!(!text.contains("Stand aanpassen"), "{text}");
    let page = world.open(&link).await;
    assert_snapshot!(page.text(), @"
    Wij rekenen opnieuw
    Wij hebben uw stand ontvangen. U krijgt een nieuwe afrekening. Daarna kunt u via deze link weer een stand doorgeven.
    ");
    // the same form again leads to the same receipt; another value waits for the new invoice
    let again = world.post(&link, &old).await;
    let path = again.location().unwrap();
    assert!(
        again.status == 303 && text.contains(path.split_at(path.len() - 18).1),
        "{path} {text}"
    );
    old.retain(|(name, _)| *name != field);
    old.push((field, "01209".to_owned()));
    let other = world.post(&link, &old).await;
    assert_eq!(other.status, 409);
    assert!(other.text().contains("Uw stand is niet opgeslagen"), "{}", other.text());
    assert!(other.html.contains("value=\"01209\""), "{}", other.html);
    assert_eq!(settlements(&mut world).await, settled, "the invoice that was made stays as it is");
    world.advance_to("2027-01-04 13:00").await;
    let mails = world.mails();
    assert_eq!(mails.len(), 1);
    assert!(mails[0].text().contains("01205"), "{}", mails[0].text());
}

/// Whether a transaction was written.
fn stored_since(world: &World, mark: u64) -> bool {
    world.calls_since(mark).iter().any(|call| call.op == "TransactWriteItems")
}

/// The event of a queue in which `body` is delivered.
fn delivered(body: &serde_json::Value) -> serde_json::Value {
    json!({ "Records": [{
        "messageId": "again",
        "receiptHandle": "again",
        "body": body.to_string(),
        "attributes": { "ApproximateFirstReceiveTimestamp": "1799136000000" },
        "eventSourceARN": "arn:aws:sqs:eu-central-1:000000000000:local-settle",
    }] })
}

fn block(accounts: &[String]) -> serde_json::Value {
    json!({ "v": 1, "campaign": 2026, "accounts": accounts, "on": "2027-01-04" })
}

#[tokio::test]
async fn a_message_that_comes_again_writes_nothing() {
    let mut world = at_invoices(&Set::street(3)).await;
    let before = invoiced(&mut world).await;
    let mark = world.mark();
    let again = delivered(&block(&["K0001".into(), "K0002".into(), "K0003".into()]));
    world.stack().invoke("settle", again).await.unwrap();
    assert_eq!(world.units_since(mark).writes, 0);
    assert_eq!(invoiced(&mut world).await, before);
    world.pump().await;
}

/// How far the invoice of each settlement is, by number.
async fn documents(world: &mut World) -> String {
    let settlements = invoiced(world).await.settlements;
    let mut lines: Vec<String> = settlements
        .iter()
        .map(|it| {
            let number = it.number.as_ref().map(ToString::to_string).unwrap_or_default();
            format!("{number} {}", it.invoice.map_or("-", |state| state.as_str()))
        })
        .collect();
    lines.sort();
    lines.join("\n")
}

#[tokio::test]
async fn an_invoice_whose_message_was_lost_is_found_and_mailed() {
    let mut world = Set::street(2).loaded().await;
    world.advance_to("2027-01-04 08:50").await;
    world.mails();
    world.fault(
        r#"{"service":"sqs","op":"SendMessageBatch","match":{"queue":"local-invoices"},"nth":1,"effect":"lost"}"#,
    );
    world.advance_to("2027-01-04 09:30").await;
    assert_snapshot!(documents(&mut world).await, @r"
    202701000000114 numbered
    202701000000211 numbered
    ");
    assert_eq!(world.mails().len(), 0);
    // The look of an hour later finds it, and the one behind it that nothing is left.
    world.advance_to("2027-01-04 10:30").await;
    assert_snapshot!(documents(&mut world).await, @r"
    202701000000114 issued
    202701000000211 issued
    ");
    assert_eq!(world.mails().len(), 2);
    let before = invoiced(&mut world).await;
    world.advance_to("2027-02-01 12:00").await;
    assert_eq!(invoiced(&mut world).await, before, "days that come after change nothing");
}

#[tokio::test]
async fn an_invoice_that_cannot_be_made_is_tried_again_every_morning_until_it_can() {
    let mut world = Set::street(1).loaded().await;
    world.advance_to("2027-01-04 08:50").await;
    world.mails();
    let broken = r#"{"service":"s3","op":"PutObject","match":{"bucket":"local-invoices-000000000000"},"nth":1,"times":TIMES,"effect":"error-503-before"}"#;
    world.fault(&broken.replace("TIMES", "1000"));
    world.advance_to("2027-01-06 08:50").await;
    assert!(!world.take_failures().is_empty());
    assert_snapshot!(documents(&mut world).await, @"202701000000114 numbered");
    assert!(!take_dead(&mut world, "local-invoices-dead").await.is_empty());
    world.stack().stand_ins().gate().clear_faults();
    world.advance_to("2027-01-06 09:30").await;
    assert_snapshot!(documents(&mut world).await, @"202701000000114 issued");
    assert_eq!(world.mails().len(), 1);
}

#[tokio::test]
async fn two_workers_on_neighbouring_blocks_share_the_series() {
    let mut world = Set::street(6).loaded().await;
    world.advance_to("2027-01-04 08:50").await;
    world.mails();
    // The first to ask for the series gets its answer when the other has taken numbers.
    world.fault(
        r#"{"service":"dynamodb","op":"GetItem","match":{"table":"local-billing"},"nth":1,"effect":"delay-ms:300"}"#,
    );
    let blocks = [["K0001", "K0003", "K0005"], ["K0002", "K0004", "K0006"]];
    let events = blocks.map(|accounts| delivered(&block(&accounts.map(str::to_owned))));
    let mark = world.mark();
    for answer in world.stack().invoke_together("settle", events.to_vec()).await {
        assert_eq!(answer.unwrap(), json!({ "batchItemFailures": [] }));
    }
    let calls = world.calls_since(mark);
    let transactions = calls.iter().filter(|call| call.op == "TransactWriteItems").count();
    assert_eq!(transactions, 3, "one of them was too late");
    let invoiced = invoiced(&mut world).await;
    assert_eq!(invoiced.numbers().len(), 6);
    assert!(invoiced.are_consecutive(), "{:?}", invoiced.numbers());
    world.pump().await;
    assert_eq!(world.mails().len(), 6);
}

#[tokio::test]
async fn who_cannot_be_invoiced_is_named_with_the_mend_and_the_others_go_on() {
    // no price is for a connection of that size
    let set = Set::street(3).change(
        "connections",
        "Lindelaan;2;;;1234AB;Voorbeelddorp;2,5;",
        "Lindelaan;2;;;1234AB;Voorbeelddorp;40;",
    );
    let mut world = at_invoices(&set).await;
    assert_snapshot!(settlements(&mut world).await, @r#"
    K0001 conn-A0001 numbered 202701000000211 341.10
    K0002 conn-A0002 refused - - A0002: no price of water for capacity "40"; there are 10, 16, 2.5, 25, 4, 6.3
    K0003 conn-A0003 numbered 202701000000114 341.10
    "#);
}

#[tokio::test]
async fn what_a_person_must_see_waits_for_the_order_to_release_it() {
    let set = Set::street(2).change(
        "readings",
        "W0002;1;31-12-2025;1100;customer",
        "W0002;1;31-12-2025;9100;customer",
    );
    let mut world = at_invoices(&set).await;
    assert_snapshot!(settlements(&mut world).await, @r"
    K0001 conn-A0001 numbered 202701000000114 341.10
    K0002 conn-A0002 held - 5873.90 Payable { amount: Money(587390) }
    ");
    let order = json!({ "v": 1, "command": "release", "campaign": 2026, "account": "K0002",
        "by": "j.jansen", "reason": "a leak, seen by staff", "at": "2027-01-04T13:00:00Z" });
    world.stack().invoke("campaign", order.clone()).await.unwrap();
    world.pump().await;
    assert_eq!(world.mails().len(), 1);
    assert_snapshot!(settlements(&mut world).await, @r"
    K0001 conn-A0001 numbered 202701000000114 341.10
    K0002 conn-A0002 numbered 202701000000211 5873.90 Payable { amount: Money(587390) }
    ");
    assert_eq!(
        world.stack().invoke("campaign", order).await,
        Err("nothing of this account is held".to_owned())
    );
}

#[tokio::test]
async fn a_reading_that_was_kept_against_a_doubt_waits_for_an_operator() {
    let mut world = Set::street(2).loaded().await;
    world.advance_to("2026-11-26 09:30").await;
    // more than the connection can deliver: asked about, and kept
    for (mail, address) in
        [("k0001@example.org", "Lindelaan 1"), ("k0002@example.org", "Lindelaan 2")]
    {
        let link = world.mails_to(mail).pop().unwrap().link(address);
        let asked = world.submit(&link, "99000").await;
        assert!(asked.text().contains("dat kan deze aansluiting niet leveren"), "{}", asked.text());
        let kept = world.send(&link, &asked, &[("a0-1", "yes")]).await;
        assert!(kept.stored, "{}", kept.text());
        if address == "Lindelaan 2" {
            // corrected in time: what is held is the reading that counts
            assert!(world.submit(&link, "01200").await.stored);
        }
    }
    world.advance_to("2027-01-04 12:00").await;
    world.mails();
    let held = |settlements: &Invoiced| {
        let of = |it: &SettlementRecord| (it.account.to_string(), (it.state, it.held.clone()));
        settlements.settlements.iter().map(of).collect::<BTreeMap<_, _>>()
    };
    let kept = Held::ReadingKept { connection: "A0001".into(), meter: "W0001".into() };
    let found = held(&invoiced(&mut world).await);
    assert_eq!(found["K0001"].0, SettlementState::Held);
    assert!(found["K0001"].1.contains(&kept), "{found:?}");
    assert_eq!(found["K0002"], (SettlementState::Numbered, Vec::new()));
    let order = json!({ "v": 1, "command": "release", "campaign": 2026, "account": "K0001",
        "by": "j.jansen", "reason": "seen on the meter", "at": "2027-01-04T13:00:00Z" });
    world.stack().invoke("campaign", order).await.unwrap();
    world.pump().await;
    assert_eq!(held(&invoiced(&mut world).await)["K0001"].0, SettlementState::Numbered);
    world.mails();
}

#[tokio::test]
async fn a_year_costs_what_the_laws_say() {
    const ACCOUNTS: u64 = 24;
    let mut world = Set::street(24).loaded().await;
    world.advance_to("2027-01-04 08:50").await;
    world.mails();
    let mark = world.mark();
    world.advance_to("2027-01-04 09:00").await;
    let units = |op: &str| {
        let calls = world.calls_since(mark).into_iter();
        let of_op = calls.filter(|call| call.service == Service::DynamoDb && call.op == op);
        of_op.fold(Units::default(), |sum, call| sum + call.units)
    };
    let transactions = units("TransactWriteItems");
    let count = u64::try_from(
        world.calls_since(mark).iter().filter(|call| call.op == "TransactWriteItems").count(),
    )
    .unwrap();
    // Settlement, invoice and request of each, with the series of each block; then, one by one, that
    // its documents are there and the row of its mail.
    let blocks = count - ACCOUNTS;
    let (numbered, rendered) = (8 * ACCOUNTS + 2 * blocks, 4 * ACCOUNTS);
    assert_eq!((transactions.writes, blocks), (numbered + rendered, 4));
    // What the row of its mail costs is the mail's; of the invoice itself is that it is rendered and issued.
    let issued = world.calls_since(mark).into_iter();
    let issued = issued.filter(|call| call.op == "UpdateItem" && call.target == "local-billing");
    assert_eq!(issued.map(|call| call.units.writes).sum::<u64>(), ACCOUNTS);
    // Those of all four functions, from the roster to the mail.
    let reads = units("Query") + units("GetItem");
    assert!(reads.half_reads <= 2 * 10 * ACCOUNTS, "{reads}");
    world.mails();
}
