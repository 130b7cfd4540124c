//! What the mail service tells of a mail: in every order, again, and days late.
//!
//! Over a second: every order of six events is told, each event to the function as it is deployed.

use std::sync::Arc;

use bytes::Bytes;
use futures::FutureExt as _;
use http::{Request, Response};
use insta::assert_snapshot;
use serde_json::{Value, json};

use cloud::connect::Dropped;
use domain::account::CustomerNumber;
use domain::campaign::Wave;
use domain::id::CampaignNumber;
use domain::sending::{Part, Scope, SendId};
use meterlink::configuration;
use meterlink::fault::EventPath;
use meterlink::stack::{Exchange, Layer};
use meterlink::standin::ses::{Bounce, EventType};
use meterlink::world::{Snapshot, World, instant};

use crate::set::Set;

const ONE: &str = "k0001@example.org";
const OTHER: &str = "other@example.org";

/// What happened to a mail, to whom, and on which path it is told.
type Told = (EventType, &'static [&'static str], EventPath);

/// Everything that can be told of one recipient.
const OF_ONE: [Told; 6] = [
    (EventType::Send, &[], EventPath::Sns),
    (EventType::DeliveryDelay, &[ONE], EventPath::EventBridge),
    (EventType::Delivery, &[ONE], EventPath::EventBridge),
    (EventType::Bounce(Bounce::Transient), &[ONE], EventPath::Sns),
    (EventType::Bounce(Bounce::Permanent), &[ONE], EventPath::EventBridge),
    (EventType::Complaint, &[ONE], EventPath::Sns),
];

/// Of two recipients, until nobody is left whom a mail can reach.
const OF_TWO: [Told; 6] = [
    (EventType::Send, &[], EventPath::Sns),
    (EventType::DeliveryDelay, &[ONE, OTHER], EventPath::EventBridge),
    (EventType::Delivery, &[ONE], EventPath::EventBridge),
    (EventType::Bounce(Bounce::Transient), &[OTHER], EventPath::Sns),
    (EventType::Bounce(Bounce::Suppressed), &[OTHER], EventPath::EventBridge),
    (EventType::Bounce(Bounce::Permanent), &[ONE], EventPath::Sns),
];

/// The same, but that one of them has the mail, and complains of it.
const ONE_COMPLAINS: [Told; 6] = [
    (EventType::Send, &[], EventPath::Sns),
    (EventType::DeliveryDelay, &[ONE, OTHER], EventPath::EventBridge),
    (EventType::Delivery, &[ONE], EventPath::EventBridge),
    (EventType::Bounce(Bounce::Transient), &[OTHER], EventPath::Sns),
    (EventType::Bounce(Bounce::Suppressed), &[OTHER], EventPath::EventBridge),
    (EventType::Complaint, &[ONE], EventPath::Sns),
];

/// A world in which one mail to two people was just handed over, `fault` being what becomes of it,
/// and nothing was told of it yet.
async fn sent(fault: &str) -> (World, Snapshot) {
    let two = format!("{ONE};{OTHER};");
    let set = Set::street(1).change("customers", &format!("{ONE};;"), &two);
    let mut world = set.loaded().await;
    world.fault(&format!(r#"{{"service":"ses","op":"SendEmail","effect":"{fault}"}}"#));
    let morning = instant("2026-11-26 12:00");
    while world.sent().is_empty() {
        world.stack().step_towards(morning).await.unwrap().unwrap();
    }
    let start = world.snapshot();
    (world, start)
}

/// The bodies of the messages that tell `six` of the mail that was sent.
fn bodies(world: &mut World, six: &[Told; 6]) -> Vec<String> {
    for (event_type, to, path) in six {
        world.publish(1, *event_type, to, *path);
    }
    let events = world.stack().stand_ins().mails().events();
    let ours = events.iter().skip(events.len() - six.len());
    ours.map(|event| event.body.to_string()).collect()
}

/// Tells what is in `bodies`, all in one batch.
async fn tell(world: &mut World, bodies: &[String]) {
    let at = world.stack().now().timestamp_millis().to_string();
    let records = bodies.iter().enumerate().map(|(place, body)| {
        json!({
            "messageId": place.to_string(), "receiptHandle": place.to_string(), "body": body,
            "attributes": {"ApproximateFirstReceiveTimestamp": at},
        })
    });
    let batch = json!({"Records": records.collect::<Vec<Value>>()});
    let answer = world.stack().invoke("outcomes", batch).await.unwrap();
    assert_eq!(answer, json!({"batchItemFailures": []}));
}

/// The ledger's rows and the account, as they are stored.
///
/// Which waves bounced for a while is left out: once an address is not mailed at all any more,
/// nobody counts them.
fn rows(world: &mut World) -> Vec<Value> {
    let tables = world.stack().stand_ins().tables();
    let mut rows = tables.items("local-sends");
    rows.extend(tables.items("local-core"));
    let partition = |row: &Value| row["pk"]["S"].as_str().unwrap_or_default().to_owned();
    rows.retain(|row| ["SND#", "ACC#"].iter().any(|start| partition(row).starts_with(start)));
    for row in &mut rows {
        row.as_object_mut().unwrap().remove("transient");
    }
    rows
}

/// What the rows say of the mail and of its recipients.
fn said(rows: &[Value]) -> String {
    let lines = rows.iter().filter_map(|row| {
        let text = |name: &str| row[name]["S"].as_str().or(row[name]["N"].as_str()).unwrap_or("-");
        if text("pk").starts_with("SND#") {
            let of_each = format!("{} {} {}", text("o0"), text("o1"), text("o2"));
            return Some(format!("part {}: {}, {of_each}", text("part"), text("s")));
        }
        let is_recipient = text("sk").starts_with("RCPT#");
        is_recipient.then(|| format!("{}: {}", text("address"), text("state")))
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Every order of `of`; neighbours begin alike.
fn orders(of: &[usize]) -> Vec<Vec<usize>> {
    if of.is_empty() {
        return vec![Vec::new()];
    }
    let beginning_with = |first: usize| {
        let rest: Vec<usize> = of.iter().copied().filter(|other| *other != first).collect();
        let rest = orders(&rest).into_iter();
        rest.map(move |rest| [vec![first], rest].concat())
    };
    of.iter().copied().flat_map(beginning_with).collect()
}

/// Tells the six events in every order, one after the other, each time from `start` on, and then
/// all of them once more; the rows in which all orders end.
async fn told_in_every_order(world: &mut World, start: &Snapshot, bodies: &[String]) -> Vec<Value> {
    let mut ended: Option<Vec<Value>> = None;
    let mut behind = vec![start.clone()];
    let mut before: Vec<usize> = Vec::new();
    let orders = orders(&[0, 1, 2, 3, 4, 5]);
    assert_eq!(orders.len(), 720);
    for order in orders {
        let alike = order.iter().zip(&before).take_while(|(one, other)| one == other).count();
        behind.truncate(alike + 1);
        world.restore(&behind[alike]);
        for event in &order[alike..] {
            tell(world, &bodies[*event..=*event]).await;
            behind.push(world.snapshot());
        }
        let rows = rows(world);
        assert_eq!(&rows, ended.get_or_insert_with(|| rows.clone()), "{order:?}");
        let mark = world.mark();
        tell(world, bodies).await;
        assert!(!world.wrote_since(mark), "{order:?}");
        before = order;
    }
    ended.unwrap()
}

/// In which rows every order of `six` ends after an answer with `fault`. The world is left as it
/// was when the mail was handed over.
async fn in_every_order(six: &[Told; 6], fault: &str) -> String {
    let (mut world, start) = sent(fault).await;
    let bodies = bodies(&mut world, six);
    let ended = told_in_every_order(&mut world, &start, &bodies).await;
    world.restore(&start);
    world.advance_to("2026-11-26 12:00").await;
    world.mails();
    said(&ended)
}

#[tokio::test]
async fn six_events_of_one_recipient_leave_the_same_rows_in_every_order() {
    let ended = in_every_order(&OF_ONE, "event-late:60").await;
    assert_snapshot!(ended, @"
    part 1: ACCEPTED, 6 - -
    k0001@example.org: complained
    other@example.org: ok
    ");
}

#[tokio::test]
async fn six_events_of_two_recipients_leave_the_same_rows_in_every_order() {
    let ended = in_every_order(&OF_TWO, "event-late:60").await;
    assert_snapshot!(ended, @"
    part 1: ACCEPTED, 4 5 -
    part 90: POST, - - -
    k0001@example.org: bounced
    other@example.org: suppressed
    ");
}

#[tokio::test]
async fn who_complains_was_reached_and_is_written_to_on_paper_in_no_order() {
    let ended = in_every_order(&ONE_COMPLAINS, "event-late:60").await;
    assert_snapshot!(ended, @"
    part 1: ACCEPTED, 6 5 -
    k0001@example.org: complained
    other@example.org: suppressed
    ");
}

#[tokio::test]
async fn an_answer_that_was_lost_is_made_up_for_by_whichever_event_comes_first() {
    let ended = in_every_order(&OF_TWO, "drop-after").await;
    assert_snapshot!(ended, @"
    part 1: ACCEPTED, 4 5 -
    part 90: POST, - - -
    k0001@example.org: bounced
    other@example.org: suppressed
    ");
}

#[tokio::test]
async fn events_that_come_days_late_or_again_days_later_end_in_the_same_rows() {
    let (mut world, start) = sent("event-late:1209600").await;
    let bodies = bodies(&mut world, &OF_TWO);
    world.restore(&start);
    tell(&mut world, &bodies).await;
    let in_time = rows(&mut world);
    // again, five days later: nothing is written
    world.advance_to("2026-12-01 12:00").await;
    let mark = world.mark();
    for body in &bodies {
        tell(&mut world, std::slice::from_ref(body)).await;
    }
    assert!(!world.wrote_since(mark));
    assert_eq!(rows(&mut world), in_time);
    // for the first time, five days later
    world.restore(&start);
    world.advance_to("2026-12-01 12:00").await;
    assert_ne!(rows(&mut world), in_time);
    tell(&mut world, &bodies).await;
    assert_eq!(rows(&mut world), in_time);
    assert_eq!(world.mails().len(), 1);
}

/// A layer in which rows that are read together are as `old` makes them of what they are.
fn read_lately(old: fn(&mut Vec<Value>)) -> Layer {
    Layer::new(move |on: Exchange| {
        Arc::new(move |request: Request<Bytes>| {
            let on = Arc::clone(&on);
            async move {
                let target = request.headers().get("x-amz-target").cloned();
                let answer = on(request).await?;
                if !target.is_some_and(|it| it.as_bytes().ends_with(b".BatchGetItem")) {
                    return Ok::<_, Dropped>(answer);
                }
                let mut body: Value = serde_json::from_slice(answer.body()).unwrap();
                for rows in body["Responses"].as_object_mut().unwrap().values_mut() {
                    old(rows.as_array_mut().unwrap());
                }
                let lately =
                    Response::builder().header("content-type", "application/x-amz-json-1.0");
                Ok(lately.body(Bytes::from(body.to_string())).unwrap())
            }
            .boxed()
        })
    })
}

/// As they were before they were claimed.
fn not_claimed(rows: &mut Vec<Value>) {
    for row in rows {
        row["att"] = json!({"N": "0"});
        row["s"] = json!({"S": "PLANNED"});
    }
}

#[tokio::test]
async fn an_event_that_is_ahead_of_what_was_read_of_its_row_is_not_lost() {
    let scope = Scope::Wave { campaign: CampaignNumber::new(2026).unwrap(), wave: Wave::Call };
    let account = CustomerNumber::parse("K0001").unwrap();
    let olds: [fn(&mut Vec<Value>); 2] = [not_claimed, Vec::clear];
    for old in olds {
        let (config, drawers) = (configuration::config(), configuration::DRAWERS);
        let mut world = World::behind(read_lately(old), 1, config, drawers);
        Set::street(1).deliver(&mut world, "set").await;
        world.fault(r#"{"service":"ses","op":"SendEmail","effect":"drop-after"}"#);
        world.advance_to("2026-11-26 12:00").await;
        assert_eq!(world.mails().len(), 1);
        let send = SendId::of(&scope, &account, Part::FIRST);
        let row = world.stack().store().send(&scope, send).await.unwrap().unwrap();
        assert_eq!((row.state.as_str(), row.proven), ("ACCEPTED", 1));
    }
}
