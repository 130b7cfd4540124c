//! From the number of an invoice to its customer: documents that are kept, and one mail.

mod crashes;

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::DeflateEncoder;
use http::Request;
use insta::assert_snapshot;
use mail_parser::{MessageParser, MimeHeaders as _};
use serde_json::{Value, json};

use domain::account::CustomerNumber;
use domain::invoice::{InvoiceNumber, InvoiceState};
use domain::settlement::case::Case;
use domain::settlement::settle;
use meterlink::configuration;
use meterlink::fault::EventPath;
use meterlink::gate::{Access, Service};
use meterlink::standin::ses::{Bounce, EventType};
use meterlink::world::{INVOICES, Letter, World};

use crate::configured::with_campaign;
use crate::set::Set;

const BASE: &str = include_str!("../../shared/domain/src/settlement/tests/base.json");

/// Has the stand-in for DynamoDB or SQS do `op`, as a client would; its answer.
async fn call(world: &mut World, service: Service, op: &str, body: &Value) -> Value {
    let prefix = if service == Service::Sqs { "AmazonSQS" } else { "DynamoDB_20120810" };
    let request = Request::post(format!("http://{}/", service.host()))
        .header("x-amz-target", format!("{prefix}.{op}"))
        .header("content-type", "application/x-amz-json-1.0")
        .header("authorization", "AWS4-HMAC-SHA256 Credential=local/20261126/…")
        .body(Bytes::from(body.to_string()))
        .unwrap();
    let answer = world.stack().stand_ins().call(request).await.unwrap();
    assert!(answer.status().is_success(), "{op}: {:?}", answer.body());
    serde_json::from_slice(answer.body()).unwrap_or_default()
}

/// What `settle` leaves behind for `account`: an invoice that has its number, and nobody woken yet.
async fn number(
    world: &mut World,
    account: &str,
    connection: &str,
    sequence: u32,
) -> InvoiceNumber {
    let mut case: Value = serde_json::from_str(BASE).unwrap();
    case["account"]["customer_number"] = json!(account);
    case["invoice"]["sequence"] = json!(sequence);
    case["connections"][0]["id"] = json!(connection);
    case["past_terms"]["items"][0]["connection"] = json!(connection);
    let text = serde_json::to_string(&Case::parse(case.to_string().as_bytes()).unwrap()).unwrap();
    let number = settle(&Case::parse(text.as_bytes()).unwrap()).unwrap().number;
    let mut deflated = DeflateEncoder::new(Vec::new(), Compression::best());
    deflated.write_all(text.as_bytes()).unwrap();
    let s = |text: &str| json!({ "S": text });
    let document = format!("conn-{connection}");
    let item = json!({
        "pk": s(&format!("INV#{number}")), "sk": s("INV"), "v": { "N": "1" },
        "number": s(number.as_str()), "kind": s("annual"),
        "account": s(account), "campaign": { "N": "2026" }, "document": s(&document),
        "on": s("2027-01-11"), "payable": { "N": "13627" }, "rules": { "N": "1" }, "tariff": s("t1"),
        "case": { "B": STANDARD.encode(deflated.finish().unwrap()) },
    });
    let drawers = world.stack().store().drawers();
    let shard = drawers.of_account(&CustomerNumber::parse(account).unwrap());
    let settlement = json!({
        "pk": s(&format!("SET#2026#{shard}")), "sk": s(&format!("{account}#{document}")),
        "v": { "N": "1" }, "campaign": { "N": "2026" }, "account": s(account),
        "document": s(&document), "state": s("numbered"), "at": s("2027-01-11T08:00:00Z"),
        "num": s(number.as_str()), "invoice": s("numbered"), "payable": { "N": "13627" },
    });
    for item in [item, settlement] {
        let body = json!({ "TableName": "local-billing", "Item": item });
        call(world, Service::DynamoDb, "PutItem", &body).await;
    }
    number
}

/// Wakes who makes the documents.
fn wake(world: &mut World, number: &InvoiceNumber) {
    let message = json!({ "v": 1, "number": number }).to_string();
    world.stack().stand_ins().queues().deliver("local-invoices", &message);
}

/// Takes every message out of a dead queue, as an operator does.
pub(crate) async fn take_dead(world: &mut World, queue: &str) -> Vec<String> {
    let url = format!("http://sqs.local/000000000000/{queue}");
    let mut dead = Vec::new();
    loop {
        let asked = json!({ "QueueUrl": url });
        let received = call(world, Service::Sqs, "ReceiveMessage", &asked).await;
        let messages = received["Messages"].as_array().cloned().unwrap_or_default();
        for message in &messages {
            let done = json!({ "QueueUrl": url, "ReceiptHandle": message["ReceiptHandle"] });
            call(world, Service::Sqs, "DeleteMessage", &done).await;
            dead.push(message["Body"].as_str().unwrap().to_owned());
        }
        if messages.is_empty() {
            return dead;
        }
    }
}

async fn state(world: &mut World, number: &InvoiceNumber) -> InvoiceState {
    let store = world.stack().store();
    let invoice = store.invoice(number).await.unwrap().unwrap();
    store.settlement_of(&invoice.head).await.unwrap().invoice.unwrap()
}

/// A day on which invoices could be made, of which none is made on its own; all mails before it are
/// read.
async fn january() -> World {
    let later = ("invoice_not_before = 2027-01-04", "invoice_not_before = 2027-03-01");
    let mut world = World::with(1, with_campaign(&[later]), configuration::DRAWERS);
    Set::fixture("vve").deliver(&mut world, "set").await;
    // After the hour in which the list of the day is written.
    world.advance_to("2027-01-11 10:30").await;
    world.mails();
    world
}

/// What is attached to a mail.
fn attached(letter: &Letter) -> Vec<(String, Vec<u8>)> {
    let parsed = MessageParser::default().parse(letter.raw.as_ref()).unwrap();
    let files = parsed
        .attachments()
        .map(|file| (file.attachment_name().unwrap().to_owned(), file.contents().to_vec()));
    files.collect()
}

async fn kept(world: &mut World, key: &str) -> Vec<u8> {
    world.stack().stand_ins().files().get(INVOICES, key).await.unwrap().to_vec()
}

#[tokio::test]
async fn a_numbered_invoice_is_kept_and_mailed_with_both_files() {
    let mut world = january().await;
    let number = number(&mut world, "K10001", "A10001", 7).await;
    wake(&mut world, &number);
    world.pump().await;
    let path = number.path();
    let keys = world.stack().stand_ins().files().keys(INVOICES).unwrap();
    assert_eq!(keys, [format!("{path}.pdf"), format!("{path}.xml")]);
    let [mail] = world.mails().try_into().unwrap();
    assert_eq!(mail.to, ["anna@example.org"]);
    assert_snapshot!(mail.subject.replace('\u{a0}', "~"), @"Uw jaarafrekening 2026: €~136,27 te betalen");
    assert!(mail.plain().contains("Meterstand doorgeven voor Molenlaan 8:"), "{}", mail.plain());
    let [(pdf, paper), (xml, e_invoice)] = attached(&mail).try_into().unwrap();
    assert_eq!([pdf, xml], [format!("{number}.pdf"), format!("{number}.xml")]);
    assert_eq!(paper, kept(&mut world, &format!("{path}.pdf")).await);
    let packed = kept(&mut world, &format!("{path}.xml")).await;
    let mut unpacked = Vec::new();
    GzDecoder::new(packed.as_slice()).read_to_end(&mut unpacked).unwrap();
    assert_eq!(e_invoice, unpacked);
    assert!(paper.starts_with(b"%PDF-"));
    assert_eq!(state(&mut world, &number).await, InvoiceState::Issued);
    // The link is one of theirs: it opens.
    assert_eq!(world.open(&mail.links()[0]).await.status, 200);
}

#[tokio::test]
async fn a_second_wake_up_makes_nothing_twice() {
    let mut world = january().await;
    let number = number(&mut world, "K10001", "A10001", 7).await;
    for _ in 0..3 {
        wake(&mut world, &number);
        world.pump().await;
    }
    wake(&mut world, &number);
    let mark = world.mark();
    world.pump().await;
    let calls = world.calls_since(mark).into_iter();
    let writes: Vec<String> = calls
        .filter(|call| call.access == Access::Write && call.service != Service::Sqs)
        .map(|call| call.to_string())
        .collect();
    assert_eq!(writes, [""; 0]);
    assert_eq!(world.mails().len(), 1);
    assert_eq!(world.stack().stand_ins().files().keys(INVOICES).unwrap().len(), 2);
}

#[tokio::test]
async fn an_invoice_costs_two_puts_and_few_writes_of_its_own() {
    let mut world = january().await;
    let number = number(&mut world, "K10001", "A10001", 7).await;
    wake(&mut world, &number);
    let mark = world.mark();
    world.pump().await;
    world.mails();
    let calls = world.calls_since(mark);
    let s3 = |op: &str| {
        let is_it = |call: &&meterlink::gate::Call| call.service == Service::S3 && call.op == op;
        calls.iter().filter(is_it).count()
    };
    // The mail gets both.
    assert_eq!(
        (s3("PutObject"), s3("GetObject"), s3("HeadObject"), s3("ListObjectsV2")),
        (2, 2, 0, 0)
    );
    let units = |op: &str, target: &str| -> u64 {
        let of = calls.iter().filter(|call| call.op == op && call.target == target);
        of.map(|call| call.units.writes).sum()
    };
    // Its settlement says that it is rendered, in one transaction with the row of its mail; then that it
    // is issued. The hour that is looked after is one for all of its invoices.
    assert_eq!(units("TransactWriteItems", "local-billing+local-sends"), 2 + 2);
    assert_eq!(units("UpdateItem", "local-billing"), 1);
    assert_eq!(units("PutItem", "local-sends"), 1);
    // The invoice and its settlement, each for half a unit; the mailer reads them again.
    let of_invoices =
        calls.iter().filter(|call| call.op == "GetItem" && call.target == "local-billing");
    let halves: Vec<u64> = of_invoices.map(|call| call.units.half_reads).collect();
    assert_eq!(halves, [1, 1, 1, 2]);
}

/// F16, of an invoice: its claim is let go, and nothing is in doubt.
#[tokio::test]
async fn while_the_documents_cannot_be_had_no_mail_is_in_doubt_and_then_it_is_sent_once() {
    let mut world = january().await;
    let number = number(&mut world, "K10001", "A10001", 7).await;
    wake(&mut world, &number);
    for op in ["PutObject", "GetObject"] {
        let rule = json!({"service": "s3", "op": op, "times": 4, "effect": "error-500-before"});
        world.fault(&rule.to_string());
    }
    let mark = world.mark();
    let mut states = BTreeSet::new();
    for minute in 30..60 {
        world.advance_to(&format!("2027-01-11 10:{minute}")).await;
        let rows = world.stack().stand_ins().tables().items("local-sends").into_iter();
        let states_now =
            rows.filter(|row| row["pk"]["S"].as_str().unwrap().starts_with("SND#inv-"));
        states.extend(states_now.map(|row| row["s"]["S"].as_str().unwrap().to_owned()));
    }
    assert!(!world.take_failures().is_empty());
    assert_eq!(states, ["ACCEPTED", "PLANNED"].map(str::to_owned).into());
    let calls = world.calls_since(mark).into_iter();
    assert_eq!(calls.filter(|call| call.op == "SendEmail").count(), 1);
    let [mail] = world.mails().try_into().unwrap();
    assert_eq!(attached(&mail).len(), 2);
    assert_eq!(state(&mut world, &number).await, InvoiceState::Issued);
}

#[tokio::test]
async fn another_document_under_the_same_number_stops_and_stays() {
    let mut world = january().await;
    let number = number(&mut world, "K10001", "A10001", 7).await;
    let key = format!("{}.pdf", number.path());
    let put = Request::put(format!("http://s3.local/{INVOICES}/{key}"))
        .header("authorization", "AWS4-HMAC-SHA256 Credential=local/20261126/…")
        .header("if-none-match", "*")
        .header("x-amz-checksum-sha256", "p5N7ZLjKpY8Dchu2us9ceMsjX+vg5wsbhM2ZVBRhoI4=")
        .body(Bytes::from_static(b"first"))
        .unwrap();
    assert!(world.stack().stand_ins().call(put).await.unwrap().status().is_success());
    wake(&mut world, &number);
    world.advance_to("2027-01-11 13:00").await;
    let failures = world.take_failures();
    assert!(!failures.is_empty());
    assert_eq!(kept(&mut world, &key).await, b"first");
    assert_eq!(state(&mut world, &number).await, InvoiceState::Numbered);
    assert_eq!(world.mails().len(), 0);
    let [dead] = take_dead(&mut world, "local-invoices-dead").await.try_into().unwrap();
    assert!(dead.contains(number.as_str()), "{dead}");
}

#[tokio::test]
async fn an_account_without_mail_gets_its_invoice_on_paper() {
    let mut world = january().await;
    let number = number(&mut world, "K10043", "A10044", 8).await;
    wake(&mut world, &number);
    world.advance_to("2027-01-12 10:00").await;
    assert_eq!(world.mails().len(), 0);
    assert_eq!(state(&mut world, &number).await, InvoiceState::Rendered);
    let list = world.file("outgoing/post/billing/2027-01-12.csv").await;
    assert!(list.contains(&format!("{}.pdf", number.path())), "{list}");
    assert!(list.contains("Zonder Mail"), "{list}");
}

/// What `campaign` answers to an order about invoices.
async fn order(world: &mut World, command: &str, at: &str) -> Result<Value, String> {
    let order = json!({ "v": 1, "command": command, "mails": "billing", "by": "test", "at": at,
        "reason": "a test", "day": "2027-01-12" });
    world.stack().invoke("campaign", order).await
}

#[tokio::test]
async fn a_letter_is_issued_when_an_operator_says_that_its_list_was_posted() {
    let mut world = january().await;
    let number = number(&mut world, "K10043", "A10044", 8).await;
    wake(&mut world, &number);
    world.advance_to("2027-01-11 20:00").await;
    let early = order(&mut world, "posted", "2027-01-11T19:00:00Z").await.unwrap_err();
    assert_eq!(early, "no list of invoices was written on 2027-01-12");
    world.advance_to("2027-01-12 10:00").await;
    let posted = order(&mut world, "posted", "2027-01-12T09:00:00Z").await.unwrap();
    assert_eq!(posted, json!({ "day": "2027-01-12", "issued": 1 }));
    assert_eq!(state(&mut world, &number).await, InvoiceState::Issued);
    let again = order(&mut world, "posted", "2027-01-12T09:05:00Z").await.unwrap();
    assert_eq!(again, json!({ "day": "2027-01-12", "issued": 0 }));
}

#[tokio::test]
async fn invoices_that_were_held_back_go_once_when_an_operator_lets_them() {
    let mut world = january().await;
    let paused = order(&mut world, "pause", "2027-01-11T08:00:00Z").await.unwrap();
    assert_eq!(paused, json!({ "mails": "billing", "state": "pause-operator" }));
    let number = number(&mut world, "K10001", "A10001", 7).await;
    wake(&mut world, &number);
    world.advance_to("2027-01-11 20:00").await;
    assert_eq!(world.mails().len(), 0);
    order(&mut world, "resume", "2027-01-11T19:00:00Z").await.unwrap();
    world.advance_to("2027-01-12 10:00").await;
    assert_eq!(world.mails().len(), 1);
}

#[tokio::test]
async fn a_mail_that_bounces_for_good_becomes_a_letter() {
    let mut world = january().await;
    let number = number(&mut world, "K10001", "A10001", 7).await;
    wake(&mut world, &number);
    world.pump().await;
    let [mail] = world.mails().try_into().unwrap();
    world.publish(
        mail.number,
        EventType::Bounce(Bounce::Permanent),
        &["anna@example.org"],
        EventPath::Sns,
    );
    world.advance_to("2027-01-12 10:00").await;
    let list = world.file("outgoing/post/billing/2027-01-12.csv").await;
    assert!(list.contains(number.as_str()), "{list}");
}

#[tokio::test]
async fn a_complaint_about_an_invoice_is_no_letter() {
    let mut world = january().await;
    let number = number(&mut world, "K10001", "A10001", 7).await;
    wake(&mut world, &number);
    world.pump().await;
    let [mail] = world.mails().try_into().unwrap();
    world.publish(mail.number, EventType::Complaint, &["anna@example.org"], EventPath::Sns);
    world.advance_to("2027-01-12 10:00").await;
    assert_eq!(state(&mut world, &number).await, InvoiceState::Issued);
    assert_eq!(world.file("outgoing/post/billing/2027-01-12.csv").await, "");
}

#[tokio::test]
async fn an_invoice_that_is_refused_or_given_up_becomes_a_letter() {
    for (times, effect) in [(1, "reject"), (2, "drop-before")] {
        let mut world = january().await;
        let number = number(&mut world, "K10001", "A10001", 7).await;
        world.fault(&format!(
            r#"{{"service":"ses","op":"SendEmail","times":{times},"effect":"{effect}"}}"#
        ));
        wake(&mut world, &number);
        world.advance_to("2027-01-12 10:00").await;
        assert_eq!(world.mails().len(), 0, "{effect}");
        let list = world.file("outgoing/post/billing/2027-01-12.csv").await;
        assert!(list.contains(number.as_str()), "{effect}: {list}");
    }
}

#[tokio::test]
async fn several_invoices_of_an_account_are_as_many_mails() {
    let mut world = january().await;
    let mut numbers = Vec::new();
    for (connection, sequence) in [("A10042", 21), ("A10043", 22)] {
        numbers.push(number(&mut world, "K10042", connection, sequence).await);
    }
    for number in &numbers {
        wake(&mut world, number);
    }
    world.pump().await;
    let mails = world.mails();
    assert_eq!(mails.len(), 2);
    for (mail, number) in mails.iter().zip(&numbers) {
        assert_eq!(attached(mail)[0].0, format!("{number}.pdf"));
        assert!(mail.links().is_empty(), "an account with two connections gets no link");
    }
}
