use insta::assert_snapshot;
use proptest::prelude::*;

use super::*;
use crate::{
    gate::Outcome,
    standin::{
        StandIns,
        tests::{ask, aws_json, stack},
    },
};

async fn sqs(stack: &StandIns, op: &str, mut body: Value) -> Value {
    if body.get("QueueUrl").is_none() {
        body["QueueUrl"] = json!(url("local-mail"));
    }
    ask(stack, aws_json(Service::Sqs, op, &body)).await.1
}

/// Receives one message: its body, how many times it was received, and its receipt.
async fn receive(stack: &StandIns) -> (String, String) {
    let received = sqs(stack, "ReceiveMessage", json!({"AttributeNames": ["All"]})).await;
    let message = &received["Messages"][0];
    let count = message["Attributes"]["ApproximateReceiveCount"].as_str().unwrap_or("-");
    let body = message["Body"].as_str().unwrap_or("-");
    (format!("{body} {count}"), message["ReceiptHandle"].as_str().unwrap_or_default().to_owned())
}

fn pass(stack: &StandIns, seconds: i64) {
    stack.clock().move_to(stack.clock().now() + TimeDelta::seconds(seconds)).unwrap();
}

#[tokio::test]
async fn a_message_is_hidden_comes_again_and_ends_in_the_dead_queue() {
    let stack = stack();
    let sent = sqs(&stack, "SendMessage", json!({"MessageBody": "hello"})).await;
    assert_eq!(sent["MD5OfMessageBody"], "5d41402abc4b2a76b9719d911017c592");
    for count in 1..=5 {
        assert_eq!(receive(&stack).await.0, format!("hello {count}"));
        assert_eq!(receive(&stack).await.0, "- -", "it is hidden");
        pass(&stack, 359);
        assert_eq!(receive(&stack).await.0, "- -", "it is still hidden");
        pass(&stack, 1);
    }
    assert_eq!(receive(&stack).await.0, "- -", "it was received five times");
    assert_eq!(stack.queues().counts("local-mail").all(), 0);
    let dead = stack.queues().messages("local-mail-dead");
    assert_eq!((dead.len(), dead[0].body.as_str()), (1, "hello"));
    assert_eq!(json!(dead[0].id), sent["MessageId"]);
}

#[tokio::test]
async fn only_the_last_receipt_deletes() {
    let stack = stack();
    sqs(&stack, "SendMessage", json!({"MessageBody": "x"})).await;
    let (_, first) = receive(&stack).await;
    pass(&stack, 360);
    let (_, second) = receive(&stack).await;
    sqs(&stack, "DeleteMessage", json!({"ReceiptHandle": first})).await;
    assert_eq!(stack.queues().counts("local-mail").in_flight, 1);
    sqs(&stack, "DeleteMessage", json!({"ReceiptHandle": second})).await;
    assert_eq!(stack.queues().counts("local-mail").all(), 0);
}

#[tokio::test]
async fn delay_visibility_and_counts_follow_the_clock() {
    let stack = stack();
    let send = json!({"MessageBody": "late", "DelaySeconds": 900});
    sqs(&stack, "SendMessage", send).await;
    sqs(&stack, "SendMessage", json!({"MessageBody": "now"})).await;
    let (_, receipt) = receive(&stack).await;
    let all = json!({"AttributeNames": ["All"]});
    assert_snapshot!(sqs(&stack, "GetQueueAttributes", all.clone()).await["Attributes"], @r#"{"ApproximateNumberOfMessages":"0","ApproximateNumberOfMessagesDelayed":"1","ApproximateNumberOfMessagesNotVisible":"1","DelaySeconds":"0","MessageRetentionPeriod":"345600","QueueArn":"arn:aws:sqs:eu-central-1:000000000000:local-mail","RedrivePolicy":"{\"deadLetterTargetArn\":\"arn:aws:sqs:eu-central-1:000000000000:local-mail-dead\",\"maxReceiveCount\":5}","VisibilityTimeout":"360"}"#);
    let again = json!({"ReceiptHandle": receipt, "VisibilityTimeout": 0});
    sqs(&stack, "ChangeMessageVisibility", again).await;
    assert_eq!(receive(&stack).await.0, "now 2");
    assert_eq!(
        stack.queues().next_visible("local-mail"),
        Some(stack.clock().now() + TimeDelta::seconds(360))
    );
    pass(&stack, 900);
    assert_eq!(receive(&stack).await.0, "late 1");
    pass(&stack, 4 * 86_400);
    assert_eq!(receive(&stack).await.0, "- -", "nothing is kept longer than four days");
}

#[tokio::test]
async fn a_batch_is_taken_entry_by_entry() {
    let stack = stack();
    let entries = json!({"Entries": [
        {"Id": "a", "MessageBody": "1"}, {"Id": "b", "MessageBody": ""},
        {"Id": "c", "MessageBody": "3", "DelaySeconds": 901},
    ]});
    let sent = sqs(&stack, "SendMessageBatch", entries).await;
    assert_eq!(sent["Successful"].as_array().unwrap().len(), 1);
    assert_eq!(sent["Failed"].as_array().unwrap().len(), 2);
    let (_, receipt) = receive(&stack).await;
    let gone = json!({"Entries": [{"Id": "a", "ReceiptHandle": receipt}]});
    let deleted = sqs(&stack, "DeleteMessageBatch", gone).await;
    assert_eq!(deleted["Successful"][0]["Id"], "a");
    assert_eq!(stack.queues().counts("local-mail").all(), 0);
    for (entries, code) in [
        (json!([]), "EmptyBatchRequest"),
        (json!([{"Id": "a"}, {"Id": "a"}]), "BatchEntryIdsNotDistinct"),
        ((0..11).map(|id| json!({"Id": id.to_string()})).collect(), "TooManyEntriesInBatchRequest"),
    ] {
        sqs(&stack, "SendMessageBatch", json!({ "Entries": entries })).await;
        let last = stack.gate().calls().pop().unwrap();
        assert_eq!(last.outcome, Outcome::Refused(code.to_owned()));
    }
}

#[tokio::test]
async fn an_unknown_queue_is_refused() {
    let stack = stack();
    let (status, answer) =
        ask(&stack, aws_json(Service::Sqs, "GetQueueUrl", &json!({"QueueName": "other"}))).await;
    assert_eq!((status, &answer["__type"]), (400, &json!("com.amazonaws.sqs#QueueDoesNotExist")));
    let found = aws_json(Service::Sqs, "GetQueueUrl", &json!({"QueueName": "local-mail"}));
    assert_eq!(ask(&stack, found).await.1["QueueUrl"], url("local-mail"));
}

#[tokio::test]
async fn faults_deliver_twice_and_out_of_order() {
    let stack = stack();
    stack
        .gate()
        .fault(
            r#"{"service":"sqs","op":"SendMessage","match":{"body":"twice"},"effect":"duplicate"}"#,
        )
        .unwrap();
    stack
        .gate()
        .fault(
            r#"{"service":"sqs","op":"SendMessage","match":{"body":"first"},"effect":"reorder"}"#,
        )
        .unwrap();
    for body in ["twice", "last", "first"] {
        sqs(&stack, "SendMessage", json!({"MessageBody": body})).await;
    }
    let received = stack.queues().receive("local-mail", 10);
    let bodies: Vec<&str> = received.iter().map(|message| message.body.as_str()).collect();
    assert_eq!(bodies, ["first", "twice", "twice", "last"]);
    assert_eq!(received[1].id, received[2].id);
    stack.queues().delete("local-mail", &received[1].receipt());
    assert_eq!(stack.queues().counts("local-mail").all(), 3, "each delivery is deleted alone");
}

/// What is done to a queue of 30 s visibility and 3 receives.
#[derive(Debug, Clone)]
enum Do {
    Send(u8),
    Receive(usize),
    /// Of the deliveries so far, the one at this place, from the newest.
    Delete(usize),
    Wait(u8),
}

fn deeds() -> impl Strategy<Value = Vec<Do>> {
    let deed = prop_oneof![
        (0..20_u8).prop_map(Do::Send),
        (1..4_usize).prop_map(Do::Receive),
        (0..4_usize).prop_map(Do::Delete),
        (0..40_u8).prop_map(Do::Wait),
    ];
    prop::collection::vec(deed, 1..60)
}

proptest! {
    /// Every message that was sent is in the queue, deleted by its last receipt, or dead after
    /// exactly three receives; none is delivered while it is hidden.
    #[test]
    fn no_message_is_lost_or_seen_while_it_is_hidden(deeds in deeds()) {
        let rules = Rules {
            visibility: TimeDelta::seconds(30),
            retention: TimeDelta::days(4),
            max_receive_count: Some(3),
        };
        let mut now: DateTime<Utc> = "2026-11-26T08:00:00Z".parse().unwrap();
        let mut line = Line::default();
        let mut hidden_until: BTreeMap<i64, DateTime<Utc>> = BTreeMap::new();
        let mut deliveries: Vec<Message> = Vec::new();
        let (mut sent, mut dead, mut deleted) = (0_i64, 0_usize, 0_usize);
        for deed in deeds {
            match deed {
                Do::Send(delay) => {
                    sent += 1;
                    let visible_at = now + TimeDelta::seconds(delay.into());
                    hidden_until.insert(sent, visible_at);
                    line.put(Message {
                        id: sent.to_string(), body: String::new(), attributes: Value::Null,
                        sent_at: now, visible_at, first_received_at: None, receive_count: 0,
                        place: sent,
                    });
                }
                Do::Receive(max) => {
                    let taken = line.receive(max, rules, now);
                    prop_assert!(taken.received.len() <= max);
                    for message in &taken.dead {
                        prop_assert_eq!(message.receive_count, 3);
                    }
                    dead += taken.dead.len();
                    for message in taken.received {
                        prop_assert!(hidden_until[&message.place] <= now);
                        prop_assert!(message.receive_count <= 3);
                        hidden_until.insert(message.place, now + rules.visibility);
                        deliveries.push(message);
                    }
                }
                Do::Delete(back) => {
                    if let Some(delivery) = deliveries.iter().rev().nth(back) {
                        let before = line.messages().len();
                        line.delete(&delivery.receipt());
                        deleted += before - line.messages().len();
                    }
                }
                Do::Wait(seconds) => now += TimeDelta::seconds(seconds.into()),
            }
            let counts = line.counts(now);
            prop_assert_eq!(counts.all(), line.messages().len());
            prop_assert_eq!(usize::try_from(sent).unwrap(), counts.all() + dead + deleted);
        }
    }
}

/// What can be received in four days, in order, when two messages are sent in one call while a fault
/// about the one of them is armed.
async fn check(effect: &str) -> String {
    let stack = stack();
    let rule = json!({
        "service": "sqs", "op": "SendMessageBatch", "match": {"body": "*second*"}, "effect": effect,
    });
    stack.gate().fault(&rule.to_string()).unwrap();
    sqs(&stack, "SendMessage", json!({"MessageBody": "first"})).await;
    let entries = [("2", "the second"), ("3", "third")]
        .map(|(id, body)| json!({"Id": id, "MessageBody": body}));
    let answer = sqs(&stack, "SendMessageBatch", json!({"Entries": entries})).await;
    assert_eq!(answer["Successful"].as_array().unwrap().len(), 2, "the sender sees nothing");
    let mut received = Vec::new();
    for day in 0..4 {
        for _ in 0..5 {
            let (message, receipt) = receive(&stack).await;
            if message != "- -" {
                received.push(format!("{day}: {message}"));
                sqs(&stack, "DeleteMessage", json!({"ReceiptHandle": receipt})).await;
            }
        }
        pass(&stack, 86_400);
    }
    received.join(", ")
}

#[tokio::test]
async fn messages_are_doubled_reordered_late_lost_or_cut_and_others_are_not() {
    assert_snapshot!(check("duplicate").await, @"0: first 1, 0: the second 1, 0: the second 1, 0: third 1");
    assert_snapshot!(check("reorder").await, @"0: the second 1, 0: first 1, 0: third 1");
    assert_snapshot!(check("late:259200").await, @"0: first 1, 0: third 1, 3: the second 1");
    assert_snapshot!(check("lost").await, @"0: first 1, 0: third 1");
    assert_snapshot!(check("cut").await, @"0: first 1, 0: the s 1, 0: third 1");
}
