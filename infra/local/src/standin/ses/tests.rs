use insta::assert_snapshot;

use super::*;
use crate::{
    fault::EventPath,
    gate::Outcome,
    standin::{Keep, StandIns, tests::ask},
    template::{Published, Template},
};

/// A stack whose set `proof` publishes everything on both paths and whose set `plain` is quiet.
fn stack() -> StandIns {
    let types = ["SEND", "DELIVERY", "BOUNCE", "COMPLAINT"].map(str::to_owned).to_vec();
    let published = [(EventPath::EventBridge, None), (EventPath::Sns, Some("outcomes".to_owned()))];
    let published = published.map(|(path, topic)| Published { path, topic, types: types.clone() });
    let proof = ConfigurationSet { name: "proof".to_owned(), published: published.to_vec() };
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

/// What one mail to Anna causes while faults are armed, one a word: the answer, then each event; and
/// the faults that did nothing.
async fn check(effects: &str) -> String {
    let stack = stack();
    for effect in effects.split_whitespace() {
        let rule = json!({"service": "ses", "op": "SendEmail", "effect": effect}).to_string();
        stack.gate().fault(&rule).unwrap();
    }
    drop(stack.call(mail(&["anna@voorbeeld.nl"], "proof")).await);
    let events = stack.mails().events();
    let events =
        events.iter().map(|event| format!("{} {}", event.path.as_str(), event.event_type.as_str()));
    let mut told = format!("{}: ", stack.gate().calls()[0].outcome);
    told += &events.collect::<Vec<_>>().join(", ");
    let idle = stack.gate().idle_faults().into_iter();
    told.extend(idle.map(|idle| format!("; not {}", idle.effect)));
    told
}

#[tokio::test]
async fn each_fault_shows_in_the_answer_or_in_the_events() {
    assert_snapshot!(check("").await, @"ok: eventbridge Send, eventbridge Delivery, sns Send, sns Delivery");
    assert_snapshot!(check("reject").await, @"MessageRejected:");
    assert_snapshot!(check("throttle").await, @"TooManyRequestsException:");
    assert_snapshot!(check("throttle-daily").await, @"TooManyRequestsException:");
    assert_snapshot!(check("bounce").await, @"ok: eventbridge Send, eventbridge Bounce, sns Send, sns Bounce");
    assert_snapshot!(check("complain").await, @"ok: eventbridge Send, eventbridge Delivery, eventbridge Complaint, sns Send, sns Delivery, sns Complaint");
    assert_snapshot!(check("bounce-transient").await, @"ok: eventbridge Send, eventbridge Bounce, sns Send, sns Bounce");
    assert_snapshot!(check("event-lost:eventbridge").await, @"ok: sns Send, sns Delivery");
    assert_snapshot!(check("event-lost:sns").await, @"ok: eventbridge Send, eventbridge Delivery");
    assert_snapshot!(check("event-twice").await, @"ok: eventbridge Send, eventbridge Send, eventbridge Delivery, eventbridge Delivery, sns Send, sns Send, sns Delivery, sns Delivery");
    assert_snapshot!(check("drop-after").await, @"dropped: eventbridge Send, eventbridge Delivery, sns Send, sns Delivery");
}

#[tokio::test]
async fn faults_of_events_add_to_the_one_that_decides_the_answer() {
    assert_snapshot!(check("drop-after event-lost:eventbridge event-lost:sns").await, @"dropped:");
    assert_snapshot!(check("event-lost:sns drop-after").await, @"dropped: eventbridge Send, eventbridge Delivery");
    assert_snapshot!(check("event-lost:sns event-twice bounce").await, @"ok: eventbridge Send, eventbridge Send, eventbridge Bounce, eventbridge Bounce");
    assert_snapshot!(check("error-500-after bounce event-lost:eventbridge").await, @"InternalServiceErrorException: sns Send, sns Delivery; not bounce");
    assert_snapshot!(check("event-twice reject").await, @"MessageRejected: ; not event-twice");
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

/// What happens to each recipient of one mail, on the path of EventBridge.
async fn fates(stack: &StandIns, to: &[&str]) -> String {
    let before = stack.mails().events().len();
    assert_eq!(ask(stack, mail(to, "proof")).await.0, 200);
    let events = stack.mails().events().split_off(before);
    let events = events.iter().filter(|event| event.path == EventPath::EventBridge);
    let lines = events.map(|event| {
        let about = &event.body["detail"]["bounce"];
        let why = [&about["bounceType"], &about["bounceSubType"]].map(|why| why.as_str());
        let why = why.into_iter().flatten().collect::<Vec<_>>().join("/");
        format!("{} {} {why}", event.event_type.as_str(), event.recipients.join(" "))
    });
    lines.map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn bounces_and_complaints_concern_the_recipient_who_causes_them() {
    let simulator = |name: &str| format!("{name}@simulator.amazonses.com");
    let [bounce, complaint, listed] = ["bounce+1", "complaint", "suppressionlist"].map(simulator);
    let stack = stack();
    let to = ["anna@voorbeeld.nl", &bounce, &complaint, &listed];
    assert_snapshot!(fates(&stack, &to).await, @"
    Send anna@voorbeeld.nl bounce+1@simulator.amazonses.com complaint@simulator.amazonses.com suppressionlist@simulator.amazonses.com
    Delivery anna@voorbeeld.nl complaint@simulator.amazonses.com
    Bounce bounce+1@simulator.amazonses.com Permanent/General
    Bounce suppressionlist@simulator.amazonses.com Permanent/Suppressed
    Complaint complaint@simulator.amazonses.com
    ");
    assert_eq!(
        ask(&stack, get("suppression/addresses")).await.1["SuppressedDestinationSummaries"],
        json!([])
    );
}

#[tokio::test]
async fn who_bounced_for_good_is_not_tried_again_and_who_was_full_is() {
    let stack = stack();
    for (to, effect) in [("bert*", "bounce"), ("carla*", "bounce-transient")] {
        let rule = json!({
            "service": "ses", "op": "SendEmail", "match": {"to": to}, "effect": effect,
        });
        stack.gate().fault(&rule.to_string()).unwrap();
        assert!(
            fates(&stack, &["anna@voorbeeld.nl", to])
                .await
                .contains("Delivery anna@voorbeeld.nl\n")
        );
    }
    stack.gate().clear_faults();
    assert_snapshot!(fates(&stack, &["anna@voorbeeld.nl", "bert*", "carla*"]).await, @"
    Send anna@voorbeeld.nl bert* carla*
    Delivery anna@voorbeeld.nl carla*
    Bounce bert* Permanent/OnAccountSuppressionList
    ");
}

#[tokio::test]
async fn a_late_event_arrives_late_and_any_event_can_be_published_later() {
    let stack = stack();
    let rule = r#"{"service":"ses","op":"SendEmail","effect":"event-late:3600"}"#;
    stack.gate().fault(rule).unwrap();
    ask(&stack, mail(&["anna@voorbeeld.nl"], "proof")).await;
    assert_eq!(stack.mails().take_events(), []);
    let due = stack.clock().now() + TimeDelta::hours(1);
    assert_eq!(stack.mails().next_event(), Some(due));

    let publish = |mail, event_type| {
        stack.mails().publish(mail, event_type, &["anna@voorbeeld.nl"], EventPath::Sns)
    };
    assert!(!publish(2, EventType::Reject), "there is no second mail");
    for event_type in [
        EventType::DeliveryDelay,
        EventType::Bounce(Bounce::Transient),
        EventType::Reject,
        EventType::RenderingFailure,
    ] {
        assert!(publish(1, event_type));
    }
    let taken: Vec<String> =
        stack.mails().take_events().iter().map(|event| event.body.to_string()).collect();
    let mail = r#""mail":{"#;
    for body in &taken {
        assert!(body.contains(mail), "{body}");
    }
    let about: Vec<String> = ["deliveryDelay", "bounce", "reject", "failure"]
        .iter()
        .zip(&taken)
        .map(|(name, body)| serde_json::from_str::<Value>(body).unwrap()[name].to_string())
        .map(|about| about.replace(&stack.mails().all()[0].message_id, "FEEDBACK"))
        .collect();
    assert_snapshot!(about.join("\n"), @r#"
    {"delayType":"TransientCommunicationFailure","delayedRecipients":[{"emailAddress":"anna@voorbeeld.nl","status":"4.4.1"}],"expirationTime":"2026-11-26T22:00:00.000Z","timestamp":"2026-11-26T08:00:00.000Z"}
    {"bounceSubType":"MailboxFull","bounceType":"Transient","bouncedRecipients":[{"action":"failed","emailAddress":"anna@voorbeeld.nl","status":"4.2.2"}],"feedbackId":"FEEDBACK","timestamp":"2026-11-26T08:00:00.000Z"}
    {"reason":"Bad content"}
    {"errorMessage":"Attribute 'x' is not present in the rendering data.","templateName":"x"}
    "#);
    stack.clock().move_to(due).unwrap();
    assert_eq!(stack.mails().take_events().len(), 4);
    assert_eq!(stack.mails().next_event(), None);
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
