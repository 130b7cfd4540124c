use std::{collections::BTreeMap, sync::Mutex};

use insta::assert_snapshot;
use serde_json::json;

use super::*;
use crate::{
    clock::hold,
    gate::Service,
    standin::tests::{ask, aws_json, stack, template},
};

type Answers = BTreeMap<String, Vec<Result<Value, String>>>;

/// What the functions were given, in order, and what each answers next.
#[derive(Clone, Default)]
struct Functions {
    given: Arc<Mutex<Vec<Invocation>>>,
    answers: Arc<Mutex<Answers>>,
}

impl Functions {
    fn handlers(&self) -> BTreeMap<String, Handler> {
        let names =
            ["import", "campaign", "mailer", "outcomes", "readings", "settle", "invoices", "keys"];
        names.into_iter().map(|name| (name.to_owned(), self.handler())).collect()
    }

    fn handler(&self) -> Handler {
        let functions = self.clone();
        Arc::new(move |invocation| {
            let mut answers = hold(&functions.answers);
            let answers = answers.entry(invocation.function.clone()).or_default();
            let answer = if answers.is_empty() { Ok(Value::Null) } else { answers.remove(0) };
            hold(&functions.given).push(invocation);
            Box::pin(std::future::ready(answer))
        })
    }

    fn answer(&self, function: &str, answer: Result<Value, String>) {
        hold(&self.answers).entry(function.to_owned()).or_default().push(answer);
    }

    fn payloads(&self) -> Vec<Value> {
        hold(&self.given).iter().map(|invocation| invocation.payload.clone()).collect()
    }
}

fn pump() -> (StandIns, Functions, Pump) {
    let (stand_ins, functions) = (stack(), Functions::default());
    let mut pump = Pump::new(stand_ins.clone(), template(), functions.handlers()).unwrap();
    pump.set_firing("keys-nightly", Firing::Never);
    assert!(pump.set_firing("campaign-heartbeat", Firing::WhilePending));
    assert!(pump.set_firing("outcomes-sweep", Firing::Never));
    assert!(!pump.set_firing("campaign-weekly", Firing::Never));
    (stand_ins, functions, pump)
}

fn lines(steps: &[Step]) -> String {
    steps.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

fn at(text: &str) -> DateTime<Utc> {
    format!("{text}:00Z").parse().unwrap()
}

async fn send(stand_ins: &StandIns, queue: &str, body: &str) {
    let body = json!({"QueueUrl": crate::standin::sqs::url(queue), "MessageBody": body});
    assert_eq!(ask(stand_ins, aws_json(Service::Sqs, "SendMessage", &body)).await.0, 200);
}

#[tokio::test]
async fn each_due_time_has_an_event_with_its_own_time() {
    let (_, functions, mut pump) = pump();
    let steps = pump.advance_to(at("2026-11-28T12:00")).await.unwrap();
    assert_snapshot!(lines(&steps), @"
    2026-11-27T08:00:00Z campaign-daily -> campaign
    2026-11-28T08:00:00Z campaign-daily -> campaign
    ");
    assert_snapshot!(functions.payloads()[0], @r#"{"at":"2026-11-27T08:00:00Z","v":1}"#);
    assert!(pump.advance_to(at("2026-11-28T11:59")).await.is_err());
}

#[tokio::test]
async fn a_heartbeat_fires_while_something_was_written_and_rests_after() {
    let (stand_ins, _, mut pump) = pump();
    let secret = json!({"SecretId": "local-keys", "SecretString": "x", "ClientRequestToken": "t"});
    ask(&stand_ins, aws_json(Service::SecretsManager, "PutSecretValue", &secret)).await;
    let steps = pump.advance_to(at("2026-11-26T20:00")).await.unwrap();
    assert_snapshot!(lines(&steps), @"2026-11-26T08:05:00Z campaign-heartbeat -> campaign");
    pump.set_firing("campaign-heartbeat", Firing::Always);
    let steps = pump.advance_to(at("2026-11-26T20:10")).await.unwrap();
    assert_eq!(steps.len(), 2);
}

#[tokio::test]
async fn of_what_is_due_schedules_come_first_then_files_then_queues_by_name() {
    let (stand_ins, functions, mut pump) = pump();
    pump.set_firing("campaign-heartbeat", Firing::Always);
    stand_ins.clock().move_to(at("2026-11-27T08:00")).unwrap();
    pump.set_firing("campaign-heartbeat", Firing::Never);
    send(&stand_ins, "local-settle", "s").await;
    send(&stand_ins, "local-mail", "m").await;
    let files = stand_ins.files();
    let bucket = "local-files-000000000000";
    files.put(bucket, "incoming/a b/set.toml", "x".into()).await.unwrap();
    files.put(bucket, "incoming/a b/customers.csv", "x".into()).await.unwrap();
    assert_snapshot!(lines(&pump.pump().await), @"
    2026-11-27T08:00:00Z campaign-daily -> campaign
    2026-11-27T08:00:00Z local-files-000000000000 -> import
    2026-11-27T08:00:00Z local-mail -> mailer
    2026-11-27T08:00:00Z local-settle -> settle
    ");
    let file = &functions.payloads()[1]["Records"][0];
    assert_snapshot!(file["s3"]["object"]["key"], @r#""incoming/a+b/set.toml""#);
    assert_snapshot!(file["eventTime"], @r#""2026-11-27T08:00:00.000Z""#);
}

#[tokio::test]
async fn a_record_of_a_queue_is_what_lambda_gives() {
    let (stand_ins, functions, mut pump) = pump();
    send(&stand_ins, "local-mail", "hello").await;
    pump.pump().await;
    let payload = serde_json::to_string_pretty(&functions.payloads()[0]).unwrap();
    assert_snapshot!(payload, @r#"
    {
      "Records": [
        {
          "attributes": {
            "ApproximateFirstReceiveTimestamp": "1795680000000",
            "ApproximateReceiveCount": "1",
            "SenderId": "AIDAMETERLINKLOCAL",
            "SentTimestamp": "1795680000000"
          },
          "awsRegion": "eu-central-1",
          "body": "hello",
          "eventSource": "aws:sqs",
          "eventSourceARN": "arn:aws:sqs:eu-central-1:000000000000:local-mail",
          "md5OfBody": "5d41402abc4b2a76b9719d911017c592",
          "messageAttributes": {},
          "messageId": "f9d21f2b-a680-0e79-a279-88cedc890ed1",
          "receiptHandle": "f9d21f2b-a680-0e79-a279-88cedc890ed1/1/1"
        }
      ]
    }
    "#);
    let given = hold(&functions.given)[0].clone();
    assert_eq!(given.deadline, at("2026-11-26T08:01"));
    assert_eq!(given.request_id.len(), 36);
}

#[tokio::test]
async fn only_the_messages_that_were_named_come_again() {
    let (stand_ins, functions, mut pump) = pump();
    send(&stand_ins, "local-mail", "good").await;
    send(&stand_ins, "local-mail", "bad").await;
    let bad = stand_ins.queues().messages("local-mail")[1].id.clone();
    let failed = json!({"batchItemFailures": [{"itemIdentifier": bad}]});
    functions.answer("mailer", Ok(failed));
    let steps = pump.advance_to(at("2026-11-26T08:10")).await.unwrap();
    assert_snapshot!(lines(&steps), @"
    2026-11-26T08:00:00Z local-mail -> mailer: 1 again
    2026-11-26T08:05:00Z campaign-heartbeat -> campaign
    2026-11-26T08:06:00Z local-mail -> mailer
    ");
    assert_eq!(stand_ins.queues().counts("local-mail").all(), 0);
}

#[tokio::test]
async fn a_batch_whose_answer_cannot_be_read_comes_again_whole() {
    for wrong in [
        json!({"batchItemFailures": [{"itemIdentifier": "other"}]}),
        json!({"batchItemFailures": "all"}),
        json!("done"),
    ] {
        let (stand_ins, functions, mut pump) = pump();
        send(&stand_ins, "local-mail", "x").await;
        functions.answer("mailer", Ok(wrong.clone()));
        pump.pump().await;
        assert_eq!(stand_ins.queues().counts("local-mail").in_flight, 1, "{wrong}");
    }
}

#[tokio::test]
async fn a_message_that_always_fails_ends_in_the_dead_queue() {
    let (stand_ins, functions, mut pump) = pump();
    pump.set_firing("campaign-heartbeat", Firing::Never);
    send(&stand_ins, "local-mail", "poison").await;
    for _ in 0..9 {
        functions.answer("mailer", Err("no".to_owned()));
    }
    let steps = pump.advance_to(at("2026-11-26T12:00")).await.unwrap();
    assert_snapshot!(lines(&steps), @"
    2026-11-26T08:00:00Z local-mail -> mailer: failed: no
    2026-11-26T08:06:00Z local-mail -> mailer: failed: no
    2026-11-26T08:12:00Z local-mail -> mailer: failed: no
    2026-11-26T08:18:00Z local-mail -> mailer: failed: no
    2026-11-26T08:24:00Z local-mail -> mailer: failed: no
    ");
    assert_eq!(stand_ins.queues().messages("local-mail-dead").len(), 1);
}

#[tokio::test]
async fn a_failed_import_is_tried_three_times_and_then_told() {
    let (stand_ins, functions, mut pump) = pump();
    pump.set_firing("campaign-heartbeat", Firing::Never);
    for _ in 0..3 {
        functions.answer("import", Err("no store".to_owned()));
    }
    let files = stand_ins.files();
    files.put("local-files-000000000000", "incoming/1/ready", "x".into()).await.unwrap();
    let steps = pump.advance_to(at("2026-11-26T08:30")).await.unwrap();
    assert_snapshot!(lines(&steps), @"
    2026-11-26T08:00:00Z local-files-000000000000 -> import: failed: no store
    2026-11-26T08:01:00Z local-files-000000000000 -> import: failed: no store
    2026-11-26T08:03:00Z local-files-000000000000 -> import: failed: no store
    ");
    let told = stand_ins.queues().messages("local-async-dead").remove(0);
    let told: Value = serde_json::from_str(&told.body).unwrap();
    assert_eq!(told["requestContext"]["approximateInvokeCount"], 3);
    assert_eq!(told["responsePayload"]["errorMessage"], "no store");
    let key = told.pointer("/requestPayload/Records/0/s3/object/key");
    assert_eq!(key, Some(&json!("incoming/1/ready")));
}

#[tokio::test]
async fn a_panic_is_a_failure_of_the_function_only() {
    let (stand_ins, functions, _) = pump();
    let mut handlers = functions.handlers();
    let panics: Handler = Arc::new(|_| Box::pin(async { panic!("the function's own fault") }));
    handlers.insert("mailer".to_owned(), panics);
    let mut pump = Pump::new(stand_ins.clone(), template(), handlers).unwrap();
    send(&stand_ins, "local-mail", "x").await;
    assert_snapshot!(lines(&pump.pump().await), @"2026-11-26T08:00:00Z local-mail -> mailer: failed: the function panicked");
}

/// Begins the next step of a pump whose functions never end, and kills it.
async fn kill_step(pump: &mut Pump) {
    let step = futures::future::select(Box::pin(pump.step()), std::future::ready(())).await;
    assert!(matches!(step, futures::future::Either::Right(_)), "the step has ended");
}

/// A pump whose function of this name never ends.
fn endless(function: &str) -> (StandIns, Pump) {
    let (stand_ins, functions, _) = pump();
    let mut handlers = functions.handlers();
    handlers.insert(function.to_owned(), Arc::new(|_| Box::pin(std::future::pending())));
    let mut pump = Pump::new(stand_ins.clone(), template(), handlers).unwrap();
    pump.set_firing("campaign-heartbeat", Firing::Never);
    pump.set_firing("outcomes-sweep", Firing::Never);
    pump.set_firing("keys-nightly", Firing::Never);
    (stand_ins, pump)
}

#[tokio::test]
async fn a_killed_function_leaves_its_message_hidden_until_its_visibility_ends() {
    let (stand_ins, mut pump) = endless("mailer");
    send(&stand_ins, "local-mail", "x").await;
    kill_step(&mut pump).await;
    assert_eq!(stand_ins.queues().counts("local-mail").in_flight, 1);
    assert_eq!(stand_ins.queues().next_visible("local-mail"), Some(at("2026-11-26T08:06")));
}

#[tokio::test]
async fn what_woke_a_killed_function_asynchronously_comes_again_twice_and_is_then_told() {
    let (stand_ins, mut pump) = endless("import");
    let files = stand_ins.files();
    files.put("local-files-000000000000", "incoming/1/ready", "x".into()).await.unwrap();
    let mut due = Vec::new();
    for _ in 0..3 {
        kill_step(&mut pump).await;
        due.push(pump.next_due());
        if let Some(next) = pump.next_due().filter(|next| *next < at("2026-11-26T09:00")) {
            stand_ins.clock().move_to(next).unwrap();
        }
    }
    assert_eq!(due[..2], [Some(at("2026-11-26T08:01")), Some(at("2026-11-26T08:03"))]);
    assert_snapshot!(lines(&pump.pump().await), @"2026-11-26T08:03:00Z local-files-000000000000 -> import: failed: the function was killed");
    let told = stand_ins.queues().messages("local-async-dead").remove(0);
    let told: Value = serde_json::from_str(&told.body).unwrap();
    assert_eq!(told["requestContext"]["approximateInvokeCount"], 3);
    assert_eq!(pump.next_due(), Some(at("2026-11-27T08:00")), "nothing waits any more");
}

#[tokio::test]
async fn a_pump_that_is_put_back_makes_the_same_steps_again() {
    let (stand_ins, functions, mut pump) = pump();
    pump.set_firing("campaign-heartbeat", Firing::Always);
    functions.answer("campaign", Err("no store".to_owned()));
    stand_ins.clock().move_to(at("2026-11-26T08:05")).unwrap();
    assert_eq!(pump.pump().await.len(), 1);
    let (before, then) = (pump.snapshot(), stand_ins.snapshot().unwrap());
    let mut runs = Vec::new();
    for _ in 0..2 {
        pump.restore(&before);
        stand_ins.restore(&then).unwrap();
        hold(&functions.given).clear();
        let steps = pump.advance_to(at("2026-11-26T08:30")).await.unwrap();
        let ids: Vec<String> =
            hold(&functions.given).iter().map(|given| given.request_id.clone()).collect();
        runs.push(format!("{}\n{}", lines(&steps), ids.join("\n")));
    }
    assert_eq!(runs[0], runs[1]);
    assert!(runs[0].starts_with("2026-11-26T08:06:00Z campaign-heartbeat"), "{}", runs[0]);
}

#[test]
fn a_function_without_handler_is_named_before_anything_runs() {
    let mut handlers = Functions::default().handlers();
    handlers.remove("settle");
    let refused = Pump::new(stack(), template(), handlers).unwrap_err();
    assert_snapshot!(refused, @"the template wakes the function `settle`, which has no handler");
}
