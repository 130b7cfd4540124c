//! What becomes of a mail: pauses, bounces, lost answers and messages that nobody can read.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use insta::assert_snapshot;
use serde_json::{Value, json};

use domain::account::CustomerNumber;
use domain::campaign::Wave;
use domain::id::CampaignNumber;
use domain::sending::{Part, Scope, SendId, SendState, Tally};
use meterlink::configuration;
use meterlink::gate::Service;
use meterlink::world::{World, instant, logged};

use crate::set::Set;

async fn tally(world: &mut World, wave: Wave) -> Tally {
    let campaign = CampaignNumber::new(2026).unwrap();
    world.stack().store().tally(&Scope::Wave { campaign, wave }).await.unwrap()
}

async fn order(world: &mut World, command: &str, at: &str) -> Result<Value, String> {
    let order = json!({"v": 1, "command": command, "campaign": 2026, "by": "test", "reason": "a test", "at": at});
    world.stack().invoke("campaign", order).await
}

#[tokio::test]
async fn a_pause_holds_every_mail_back_and_its_end_sends_them_all() {
    let mut world = Set::street(5).loaded().await;
    let paused = order(&mut world, "pause", "2026-11-25T12:00:00Z").await.unwrap();
    assert_eq!(paused, json!({"mails": "c2026", "state": "pause-operator"}));
    world.advance_to("2026-11-26 12:00").await;
    assert_eq!(world.mails().len(), 0);
    assert_eq!(tally(&mut world, Wave::Call).await.planned, 5);
    order(&mut world, "resume", "2026-11-26T11:00:00Z").await.unwrap();
    world.advance_to("2026-11-26 14:00").await;
    assert_eq!(world.mails().len(), 5);
    order(&mut world, "resume", "2026-11-26T14:00:00Z").await.unwrap();
    world.advance_to("2026-11-26 16:00").await;
    assert_eq!(world.mails().len(), 0); // once more is nothing more
}

/// How many mails were sent until each of `times`, since the one before.
async fn sent_until(world: &mut World, times: &[&str]) -> Vec<usize> {
    let mut sent = Vec::new();
    for time in times {
        world.advance_to(time).await;
        sent.push(world.mails().len());
    }
    sent
}

#[tokio::test]
async fn who_was_called_late_because_of_a_pause_is_not_reminded_the_next_day() {
    let mut world = Set::street(3).loaded().await;
    order(&mut world, "pause", "2026-11-25T12:00:00Z").await.unwrap();
    assert_eq!(sent_until(&mut world, &["2026-12-02 15:00"]).await, [0]);
    order(&mut world, "resume", "2026-12-02T14:00:00Z").await.unwrap();
    let until = ["2026-12-02 20:00", "2026-12-10 08:00", "2026-12-10 20:00"];
    // The first reminder would come too near the second.
    assert_eq!(sent_until(&mut world, &until).await, [3, 0, 3]);
}

#[tokio::test]
async fn who_was_reminded_late_because_of_a_pause_is_not_reminded_the_next_day() {
    let mut world = Set::street(3).loaded().await;
    assert_eq!(sent_until(&mut world, &["2026-12-02 20:00"]).await, [3]);
    order(&mut world, "pause", "2026-12-02T19:00:00Z").await.unwrap();
    assert_eq!(sent_until(&mut world, &["2026-12-09 15:00"]).await, [0]);
    order(&mut world, "resume", "2026-12-09T14:00:00Z").await.unwrap();
    let until = ["2026-12-09 20:00", "2026-12-17 08:00", "2026-12-17 20:00"];
    assert_eq!(sent_until(&mut world, &until).await, [3, 0, 3]);
}

#[tokio::test]
async fn who_was_called_late_because_the_quota_was_used_up_is_not_reminded_the_next_day() {
    let mut world = Set::street(3).loaded().await;
    world.fault(r#"{"service":"ses","op":"SendEmail","nth":2,"effect":"throttle-daily"}"#);
    assert_eq!(sent_until(&mut world, &["2026-12-02 15:00"]).await, [1]);
    order(&mut world, "resume", "2026-12-02T14:00:00Z").await.unwrap();
    let until = ["2026-12-02 20:00", "2026-12-10 08:00", "2026-12-10 20:00"];
    assert_eq!(sent_until(&mut world, &until).await, [2, 0, 3]);
}

#[tokio::test]
async fn a_reminder_that_was_held_back_until_the_deadline_is_left_out() {
    let mut world = Set::street(3).loaded().await;
    assert_eq!(sent_until(&mut world, &["2026-12-16 20:00"]).await, [9]);
    order(&mut world, "pause", "2026-12-16T19:00:00Z").await.unwrap();
    assert_eq!(sent_until(&mut world, &["2026-12-26 15:00"]).await, [0]);
    order(&mut world, "resume", "2026-12-26T14:00:00Z").await.unwrap();
    assert_eq!(sent_until(&mut world, &["2026-12-28 08:00", "2026-12-30 20:00"]).await, [0, 3]);
    let last = tally(&mut world, Wave::Reminder(3)).await;
    assert_eq!((last.skipped, last.rows()), (3, 3));
}

#[tokio::test]
async fn an_order_that_cannot_be_followed_says_why() {
    let mut world = Set::street(1).loaded().await;
    assert_snapshot!(order(&mut world, "stop", "2026-11-26T12:00:00Z").await.unwrap_err(), @"an order that cannot be followed: unknown variant `stop`, expected one of `pause`, `resume`, `release`, `posted`, `obstacles`, `clear`, `followups`, `mark`, `unmark`, `waiting`");
    let order = json!({"v": 1, "command": "pause", "campaign": 2025, "by": "test", "at": "2026-11-26T12:00:00Z"});
    let refused = world.stack().invoke("campaign", order).await.unwrap_err();
    assert_snapshot!(refused, @"campaign 2025 is not deployed");
}

#[tokio::test]
async fn who_no_mail_can_reach_is_on_the_post_list_of_the_next_morning() {
    let mut world = Set::street(3).loaded().await;
    world.fault(
        r#"{"service":"ses","op":"SendEmail","match":{"to":"k0002@example.org"},"effect":"bounce"}"#,
    );
    world.advance_to("2026-11-27 10:00").await;
    assert_eq!(world.mails().len(), 3);
    let list = world.file("outgoing/post/2026/2026-11-26.csv").await
        + &world.file("outgoing/post/2026/2026-11-27.csv").await;
    assert!(list.contains("K0002") && !list.contains("K0001"), "{list}");
    assert!(!list.contains("example.org"), "{list}");
    // the reminder goes by post as well, and to the others by mail
    world.advance_to("2026-12-04 10:00").await;
    let mut reminded: Vec<String> = world.mails().into_iter().flat_map(|mail| mail.to).collect();
    reminded.sort();
    assert_eq!(reminded, ["k0001@example.org", "k0003@example.org"]);
    assert_eq!(tally(&mut world, Wave::Reminder(1)).await.post, 1);
}

#[tokio::test]
async fn who_is_not_mailed_the_call_for_good_is_on_the_post_list() {
    let mut world = Set::street(4).loaded().await;
    for (to, times, effect) in [("k0002", 1, "reject"), ("k0003", 2, "drop-before")] {
        world.fault(&format!(
            r#"{{"service":"ses","op":"SendEmail","match":{{"to":"{to}@example.org"}},"times":{times},"effect":"{effect}"}}"#
        ));
    }
    world.advance_to("2026-11-26 12:00").await;
    assert_eq!(world.mails().len(), 2);
    let call = tally(&mut world, Wave::Call).await;
    assert_eq!((call.accepted, call.rejected, call.unresolved), (2, 1, 1));
    let list = world.file("outgoing/post/2026/2026-11-26.csv").await;
    let listed: Vec<&str> = list.lines().skip(1).filter_map(|line| line.get(..5)).collect();
    assert_eq!(listed, ["K0002", "K0003"]);
    // A reminder that is refused is not promised: the next one says the same.
    world.fault(
        r#"{"service":"ses","op":"SendEmail","match":{"to":"k0001@example.org"},"effect":"reject"}"#,
    );
    world.advance_to("2026-12-04 10:00").await;
    assert_eq!(world.mails().len(), 3);
    for day in ["2026-12-03", "2026-12-04"] {
        assert_eq!(world.file(&format!("outgoing/post/2026/{day}.csv")).await, "");
    }
}

#[tokio::test]
async fn a_complaint_is_heard_from_the_next_mail_on() {
    let mut world = Set::street(1).loaded().await;
    world.fault(r#"{"service":"ses","op":"SendEmail","effect":"complain"}"#);
    world.advance_to("2026-11-27 10:00").await;
    assert_eq!(world.mails().len(), 1);
    let call = tally(&mut world, Wave::Call).await;
    assert_eq!((call.accepted, call.post, call.rows()), (1, 0, 1));
    for day in ["2026-11-26", "2026-11-27"] {
        assert_eq!(world.file(&format!("outgoing/post/2026/{day}.csv")).await, "");
    }
    world.advance_to("2026-12-04 10:00").await;
    assert_eq!(world.mails().len(), 0);
    assert_eq!(tally(&mut world, Wave::Reminder(1)).await.post, 1);
    let list = world.file("outgoing/post/2026/2026-12-03.csv").await;
    assert!(list.contains("K0001"), "{list}");
}

#[tokio::test]
async fn the_hour_without_evidence_begins_when_a_mail_is_claimed() {
    let mut world = Set::street(1).loaded().await;
    world.fault(
        r#"{"service":"sqs","op":"SendMessageBatch","match":{"queue":"local-mail"},"effect":"lost"}"#,
    );
    world.advance_to("2026-11-26 09:10").await;
    // Its message comes for the fifth time, and the answer to its mail is lost.
    world.fault(r#"{"service":"ses","op":"SendEmail","effect":"drop-before"}"#);
    let scope = Scope::Wave { campaign: CampaignNumber::new(2026).unwrap(), wave: Wave::Call };
    let account = CustomerNumber::parse("K0001").unwrap();
    let send = SendId::of(&scope, &account, Part::FIRST);
    let message = json!({"v": 1, "scope": scope.to_string(), "send": send.to_string(), "n": 1});
    let first = instant("2026-11-26 08:46").timestamp_millis().to_string();
    let batch = json!({"Records": [{
        "messageId": "1", "receiptHandle": "5", "body": message.to_string(),
        "attributes": {"ApproximateFirstReceiveTimestamp": first},
    }]});
    let answer = world.stack().invoke("mailer", batch).await.unwrap();
    assert_eq!(answer, json!({"batchItemFailures": []}));
    let claimed = world.stack().now();
    let row = world.stack().store().send(&scope, send).await.unwrap().unwrap();
    assert_eq!(row.state, SendState::Unknown);
    let from = row.claimed_at.unwrap();
    assert!(from >= claimed && from <= claimed + TimeDelta::minutes(1), "{from}");
    world.advance_to("2026-11-26 12:00").await;
    let again: Vec<_> = world.sent().iter().map(|mail| mail.at - claimed).collect();
    assert!(matches!(*again, [after] if after >= TimeDelta::hours(1)), "{again:?}");
    world.mails();
}

#[tokio::test]
async fn of_two_people_the_other_is_still_written_to() {
    let set = Set::street(1).change(
        "customers",
        "k0001@example.org;;",
        "k0001@example.org;other@example.org;",
    );
    let mut world = set.loaded().await;
    world.fault(
        r#"{"service":"ses","op":"SendEmail","match":{"to":"k0001@example.org"},"effect":"bounce"}"#,
    );
    world.advance_to("2026-12-03 12:00").await;
    let mails = world.mails();
    let to: Vec<String> = mails.iter().map(|mail| mail.to.join(" and ")).collect();
    assert_eq!(to, ["k0001@example.org and other@example.org", "other@example.org"]);
    assert_eq!(tally(&mut world, Wave::Reminder(1)).await.post, 0);
}

#[tokio::test]
async fn an_answer_that_was_lost_is_made_up_for_by_its_event() {
    let mut world = Set::street(2).loaded().await;
    world.fault(r#"{"service":"ses","op":"SendEmail","nth":1,"effect":"drop-after"}"#);
    world.advance_to("2026-11-26 14:00").await;
    assert_eq!(world.mails().len(), 2);
    let tally = tally(&mut world, Wave::Call).await;
    assert_eq!((tally.accepted, tally.perhaps_twice, tally.rows()), (2, 0, 2));
}

#[tokio::test]
async fn a_call_without_answer_and_without_events_is_sent_once_more_and_a_reminder_is_not() {
    let mut world = Set::street(1).loaded().await;
    world.fault(r#"{"service":"ses","op":"SendEmail","nth":1,"effect":"drop-before"}"#);
    world.advance_to("2026-11-26 14:00").await;
    assert_eq!(world.mails().len(), 1);
    let call = tally(&mut world, Wave::Call).await;
    assert_eq!((call.accepted, call.perhaps_twice), (1, 1));
    world.fault(r#"{"service":"ses","op":"SendEmail","nth":1,"effect":"drop-before"}"#);
    world.advance_to("2026-12-09 12:00").await;
    assert_eq!(world.mails().len(), 0);
    assert_eq!(tally(&mut world, Wave::Reminder(1)).await.unresolved, 1);
    world.advance_to("2026-12-10 12:00").await;
    assert_eq!(world.mails().len(), 1); // the next one names the address
}

/// Has the answer to the next mail be lost behind it, and what would prove the mail be as in `events`.
fn doubt(world: &World, events: &[&str]) {
    for effect in std::iter::once(&"drop-after").chain(events) {
        world.fault(&format!(r#"{{"service":"ses","op":"SendEmail","effect":"{effect}"}}"#));
    }
}

/// In which attempts mails were taken, and the row of the only send of `wave`: its state and whether
/// it may have been sent twice.
fn taken(world: &mut World, wave: &str) -> (Vec<String>, String, bool) {
    let of_wave = |tags: &BTreeMap<String, String>| tags["scope"] == wave;
    let mails = world.sent().into_iter().filter(|mail| of_wave(&mail.tags));
    let attempts = mails.map(|mail| mail.tags["attempt"].clone()).collect();
    let rows = world.stack().stand_ins().tables().items("local-sends").into_iter();
    let of_wave = |row: &Value| {
        row["pk"]["S"].as_str().is_some_and(|pk| pk.starts_with(&format!("SND#{wave}#")))
    };
    let [row] = rows.filter(of_wave).collect::<Vec<_>>().try_into().unwrap();
    (attempts, row["s"]["S"].as_str().unwrap().to_owned(), row["dup"]["BOOL"] == true)
}

#[tokio::test]
async fn a_call_whose_answer_and_both_events_were_lost_is_the_one_mail_that_comes_twice() {
    let mut world = Set::street(1).loaded().await;
    let before = world.snapshot();
    let (bridge, topic) = ("event-lost:eventbridge", "event-lost:sns");
    for (events, mails) in [
        (vec![bridge, topic], 2),
        (vec![topic, "event-late:7200"], 2), // what proves it comes when it was sent again
        (vec![bridge], 1),
        (vec![topic], 1),
        (vec![bridge, "event-late:1800"], 1),
    ] {
        world.restore(&before);
        doubt(&world, &events);
        world.advance_to("2026-12-02 12:00").await;
        let attempts = ["1", "2"].map(str::to_owned)[..mails].to_vec();
        let expected = (attempts, "ACCEPTED".to_owned(), mails == 2);
        assert_eq!(taken(&mut world, "c2026-call"), expected, "{events:?}");
        let at: Vec<_> = world.sent().iter().map(|mail| mail.at).collect();
        assert!(at.windows(2).all(|two| two[1] - two[0] >= TimeDelta::hours(1)), "{events:?}");
        let call = tally(&mut world, Wave::Call).await;
        let perhaps_twice = u64::from(mails == 2);
        assert_eq!((call.accepted, call.perhaps_twice, call.rows()), (1, perhaps_twice, 1));
        world.mails();
    }
}

#[tokio::test]
async fn a_reminder_whose_answer_and_both_events_were_lost_does_not_come_twice() {
    let mut world = Set::street(1).loaded().await;
    world.advance_to("2026-12-02 12:00").await;
    assert_eq!(world.mails().len(), 1);
    doubt(&world, &["event-lost:eventbridge", "event-lost:sns"]);
    world.advance_to("2026-12-09 12:00").await;
    let expected = (vec!["1".to_owned()], "UNRESOLVED".to_owned(), false);
    assert_eq!(taken(&mut world, "c2026-r1"), expected);
    assert_eq!(world.mails().len(), 1);
}

#[tokio::test]
async fn what_the_daily_quota_held_back_goes_out_when_an_operator_says_so_the_next_day() {
    let mut world = Set::street(5).loaded().await;
    world.fault(r#"{"service":"ses","op":"SendEmail","nth":3,"effect":"throttle-daily"}"#);
    let mark = world.mark();
    world.advance_to("2026-11-26 20:00").await;
    // two were taken, the third was refused, and nobody asked again
    let asked = world.calls_since(mark).into_iter().filter(|call| call.service == Service::Ses);
    assert_eq!(asked.filter(|call| call.op == "SendEmail").count(), 3);
    assert_eq!(world.mails().len(), 2);
    let held = tally(&mut world, Wave::Call).await;
    assert_eq!((held.accepted, held.planned, held.unknown), (2, 3, 0));
    assert_eq!(world.stack().stand_ins().queues().counts("local-mail-dead").all(), 0);
    // An alarm looks at that, once.
    assert_eq!(logged().matches(r#""SendingStopped":1"#).count(), 1);
    world.advance_to("2026-11-27 09:00").await;
    order(&mut world, "resume", "2026-11-27T08:00:00Z").await.unwrap();
    world.advance_to("2026-11-27 14:00").await;
    let mut to: Vec<String> = world.sent().into_iter().flat_map(|mail| mail.to).collect();
    to.sort();
    assert_eq!(to, [1, 2, 3, 4, 5].map(|n| format!("k000{n}@example.org")));
    assert_eq!(world.mails().len(), 3);
    let sent = tally(&mut world, Wave::Call).await;
    assert_eq!((sent.accepted, sent.perhaps_twice, sent.rows()), (5, 0, 5));
}

/// What no release of ours understands: the fields of every message that we queue, of a release
/// that is to come.
const OF_TOMORROW: &str = r#"{"v":9,"scope":"c2026-call","send":"8c46fa98f8de0b4f445ea98066622071","n":1,"campaign":2026,"shard":"00","import":"set","chunk":1,"accounts":["K0001"],"on":"2027-01-04","number":"202701000000114"}"#;

#[tokio::test]
async fn a_message_of_an_unknown_release_is_in_the_dead_letters_of_its_queue() {
    let mut world = Set::street(1).loaded().await;
    let before = world.snapshot();
    let template = configuration::template().unwrap();
    let mut woken: Vec<&str> =
        template.sources.iter().map(|source| source.queue.as_str()).collect();
    woken.sort_unstable();
    assert_snapshot!(woken.join(" "), @"local-import-chunks local-invoices local-mail local-mail-now local-outcomes local-settle");
    for body in [OF_TOMORROW, "nothing"] {
        world.restore(&before);
        for queue in &woken {
            world.stack().stand_ins().queues().deliver(queue, body);
        }
        world.advance_to("2026-11-02 09:00").await;
        let mut tries = 0;
        for queue in &woken {
            let held = template.queues.iter().find(|held| held.name == **queue).unwrap();
            let dead = held.dead.as_ref().unwrap();
            tries += dead.max_receive_count;
            let queues = world.stack().stand_ins().queues();
            assert_eq!(queues.counts(queue).all(), 0, "{queue}");
            let letters = queues.messages(&dead.queue).into_iter().map(|letter| letter.body);
            assert_eq!(letters.collect::<Vec<_>>(), [body], "{queue}");
        }
        // Each was tried as often as its queue says, and nothing else went wrong.
        assert_eq!(world.take_failures().len(), usize::try_from(tries).unwrap());
        assert_eq!(world.sent().len(), 0);
    }
    world.restore(&before);
}
