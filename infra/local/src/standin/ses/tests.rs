use insta::assert_snapshot;

use super::*;
use crate::{
    fault::EventPath,
    gate::Outcome,
    standin::{Keep, StandIns, tests::ask},
    template::Template,
};

/// A stack whose set `proof` publishes everything on both paths and whose set `plain` is quiet.
fn stack() -> StandIns {
    let all = ["SEND", "DELIVERY", "BOUNCE", "COMPLAINT"].map(str::to_owned).to_vec();
    let proof = ConfigurationSet {
        name: "proof".to_owned(),
        published: vec![(EventPath::EventBridge, all.clone()), (EventPath::Sns, all)],
    };
    let plain = ConfigurationSet { name: "plain".to_owned(), published: Vec::new() };
    let template = Template { configuration_sets: vec![plain, proof], ..Template::default() };
    let clock = Clock::at("2026-11-26T08:00:00Z".parse().unwrap());
    StandIns::start(&template, clock, Keep::Nothing).unwrap()
}

const RAW: &str =
    "From: stand@voorbeeldwater.nl\r\nTo: anna@voorbeeld.nl\r\nSubject: x\r\n\r\nHoi\r\n";

fn mail(to: &[&str], set: &str) -> Request<Bytes> {
    let body = json!({
        "FromEmailAddress": "stand@voorbeeldwater.nl",
        "Destination": {"ToAddresses": to},
        "Content": {"Raw": {"Data": BASE64_STANDARD.encode(RAW)}},
        "ConfigurationSetName": set,
        "EmailTags": [{"Name": "scope", "Value": "c2026-call"}],
    });
    Request::post("http://ses.local/v2/email/outbound-emails")
        .header("content-type", "application/json")
        .body(Bytes::from(body.to_string()))
        .unwrap()
}

fn get(path: &str) -> Request<Bytes> {
    Request::get(format!("http://ses.local/v2/email/{path}")).body(Bytes::new()).unwrap()
}

/// What one mail to Anna causes while a fault is armed: the answer, then each event.
async fn check(effect: &str) -> String {
    let stack = stack();
    if !effect.is_empty() {
        let rule = json!({"service": "ses", "op": "SendEmail", "effect": effect}).to_string();
        stack.gate().fault(&rule).unwrap();
    }
    drop(stack.call(mail(&["anna@voorbeeld.nl"], "proof")).await);
    let events = stack.mails().events();
    let events =
        events.iter().map(|event| format!("{} {}", event.path.as_str(), event.event_type.as_str()));
    format!("{}: {}", stack.gate().calls()[0].outcome, events.collect::<Vec<_>>().join(", "))
}

#[tokio::test]
async fn each_fault_shows_in_the_answer_or_in_the_events() {
    assert_snapshot!(check("").await, @"ok: eventbridge Send, eventbridge Delivery, sns Send, sns Delivery");
    assert_snapshot!(check("reject").await, @"MessageRejected:");
    assert_snapshot!(check("throttle").await, @"TooManyRequestsException:");
    assert_snapshot!(check("throttle-daily").await, @"TooManyRequestsException:");
    assert_snapshot!(check("bounce").await, @"ok: eventbridge Send, eventbridge Bounce, sns Send, sns Bounce");
    assert_snapshot!(check("complain").await, @"ok: eventbridge Send, eventbridge Delivery, eventbridge Complaint, sns Send, sns Delivery, sns Complaint");
    assert_snapshot!(check("event-lost:eventbridge").await, @"ok: sns Send, sns Delivery");
    assert_snapshot!(check("event-lost:sns").await, @"ok: eventbridge Send, eventbridge Delivery");
    assert_snapshot!(check("event-twice").await, @"ok: eventbridge Send, eventbridge Send, eventbridge Delivery, eventbridge Delivery, sns Send, sns Send, sns Delivery, sns Delivery");
    assert_snapshot!(check("drop-after").await, @"dropped: eventbridge Send, eventbridge Delivery, sns Send, sns Delivery");
}

#[tokio::test]
async fn a_mail_is_kept_as_it_was_given_and_has_the_same_id_in_every_run() {
    let (one, other) = (stack(), stack());
    let (status, answer) = ask(&one, mail(&["anna@voorbeeld.nl"], "plain")).await;
    let (_, again) = ask(&other, mail(&["anna@voorbeeld.nl"], "plain")).await;
    assert_eq!((status, &answer), (200, &again));
    let mails = one.mails().all();
    assert_eq!(mails[0].raw, RAW.as_bytes());
    assert_eq!(mails[0].to, ["anna@voorbeeld.nl"]);
    assert_eq!(mails[0].message_id, answer["MessageId"].as_str().unwrap());
    assert_eq!(mails[0].tags["scope"], "c2026-call");
    assert!(one.mails().events().is_empty(), "the set publishes nothing");
}

#[tokio::test]
async fn an_event_names_the_mail_by_its_tags_in_both_shapes() {
    let stack = stack();
    ask(&stack, mail(&["anna@voorbeeld.nl"], "proof")).await;
    let events = stack.mails().take_events();
    assert!(stack.mails().take_events().is_empty(), "they are taken once");
    let bare = events.iter().find(|event| event.path == EventPath::Sns).unwrap();
    let wrapped = events.iter().find(|event| event.path == EventPath::EventBridge).unwrap();
    assert_eq!(bare.body["mail"]["tags"]["scope"], json!(["c2026-call"]));
    assert_eq!(bare.body["mail"]["tags"]["ses:configuration-set"], json!(["proof"]));
    assert_eq!(wrapped.body["detail"], bare.body);
    assert_eq!(wrapped.body["detail-type"], "Email Sent");
}

#[tokio::test]
async fn the_daily_quota_counts_recipients_of_the_last_day() {
    let stack = stack();
    stack.mails().set_quota(Quota { max_24_hour: Some(3), ..Quota::default() });
    let send = |to: &'static [&'static str]| ask(&stack, mail(to, "plain"));
    assert_eq!(send(&["a@voorbeeld.nl", "b@voorbeeld.nl"]).await.0, 200);
    assert_eq!(send(&["a@voorbeeld.nl", "b@voorbeeld.nl"]).await.0, 429);
    assert_eq!(send(&["c@voorbeeld.nl"]).await.0, 200);
    let (_, account) = ask(&stack, get("account")).await;
    assert_eq!(account["SendQuota"]["SentLast24Hours"], 3);
    stack.clock().move_to(stack.clock().now() + TimeDelta::days(1)).unwrap();
    assert_eq!(send(&["d@voorbeeld.nl"]).await.0, 200);
}

#[tokio::test]
async fn a_suppressed_address_counts_and_bounces() {
    let stack = stack();
    let put = json!({"EmailAddress": "Anna@voorbeeld.nl", "Reason": "COMPLAINT"}).to_string();
    let put = Request::put("http://ses.local/v2/email/suppression/addresses").body(put.into());
    assert_eq!(ask(&stack, put.unwrap()).await.0, 200);
    stack.mails().suppress("bert@voorbeeld.nl", "BOUNCE");

    ask(&stack, mail(&["anna@voorbeeld.nl"], "proof")).await;
    let bounce = &stack.mails().events()[1];
    assert_eq!(bounce.body["detail"]["bounce"]["bounceSubType"], "OnAccountSuppressionList");

    let (_, page) = ask(&stack, get("suppression/addresses?PageSize=1")).await;
    let token = page["NextToken"].as_str().unwrap();
    let rest = format!("suppression/addresses?PageSize=1&NextToken={}", token.replace('@', "%40"));
    let (_, rest) = ask(&stack, get(&rest)).await;
    let of = |page: &Value| page["SuppressedDestinationSummaries"][0]["EmailAddress"].clone();
    assert_eq!((of(&page), of(&rest)), (json!("anna@voorbeeld.nl"), json!("bert@voorbeeld.nl")));
    assert!(rest["NextToken"].is_null());
    let (_, bounced) = ask(&stack, get("suppression/addresses?Reason=BOUNCE")).await;
    assert_eq!(of(&bounced), "bert@voorbeeld.nl");
    assert_eq!(ask(&stack, get("suppression/addresses/bert%40voorbeeld.nl")).await.0, 200);
    assert_eq!(ask(&stack, get("suppression/addresses/carla%40voorbeeld.nl")).await.0, 404);
}

#[tokio::test]
async fn what_ses_would_refuse_is_refused() {
    let stack = stack();
    let outcome = |at: usize| stack.gate().calls()[at].outcome.clone();
    ask(&stack, mail(&["anna@voorbeeld.nl"], "other")).await;
    assert_eq!(outcome(0), Outcome::Refused("NotFoundException".to_owned()));
    stack.mails().set_quota(Quota { standing: Standing::Paused, ..Quota::default() });
    ask(&stack, mail(&["anna@voorbeeld.nl"], "plain")).await;
    assert_eq!(outcome(1), Outcome::Refused("SendingPausedException".to_owned()));
    let simple = Request::post("http://ses.local/v2/email/outbound-emails").body("{}".into());
    ask(&stack, simple.unwrap()).await;
    assert_eq!(outcome(2), Outcome::Refused("BadRequestException".to_owned()));
    assert!(stack.mails().all().is_empty());
}
