use insta::assert_snapshot;
use serde_json::{Value, json};

use super::*;

const SEND: &str = "8c46fa98f8de0b4f445ea98066622071";

fn event(kind: &str, about: &Value) -> Value {
    let mut event = json!({
        "eventType": kind,
        "mail": {
            "messageId": "0107-1",
            "destination": ["Anna <anna@voorbeeld.nl>", "Bram@Voorbeeld.nl"],
            "tags": {
                "scope": ["c2026-call"], "send": [SEND], "attempt": ["1"],
                "ses:configuration-set": ["local-proof"],
            },
        },
    });
    for (name, value) in about.as_object().unwrap() {
        event[name] = value.clone();
    }
    event
}

/// What an event of `kind` says `about` a mail to Anna and Bram, bare and in an envelope.
#[track_caller]
fn check(kind: &str, about: &Value) -> String {
    let bare = event(kind, about);
    let enveloped = json!({ "version": "0", "source": "aws.ses", "detail": bare.clone() });
    let told = |body: &Value| match MailEvent::read(&body.to_string()) {
        Ok(Some(event)) => {
            let at = |it: &Happened| {
                let address = it.address.as_ref().map_or("-", MailAddress::as_str);
                format!(" {}:{address}:{:?}", it.place, it.outcome)
            };
            let at: Vec<String> = event.happened.iter().map(at).collect();
            format!("{} {} #{}{}", event.scope, event.message, event.attempt, at.concat())
        }
        Ok(None) => "foreign".to_owned(),
        Err(failure) => failure.to_string(),
    };
    assert_eq!(told(&bare), told(&enveloped));
    told(&bare)
}

#[test]
fn each_type_says_what_became_of_whom() {
    assert_snapshot!(check("Send", &json!({"send": {}})), @"c2026-call 0107-1 #1");
    let delivery = json!({"delivery": {"recipients": ["bram@voorbeeld.nl", "anna@voorbeeld.nl"]}});
    assert_snapshot!(check("Delivery", &delivery), @"c2026-call 0107-1 #1 1:bram@voorbeeld.nl:Delivered 0:anna@voorbeeld.nl:Delivered");
    let delay = json!({"deliveryDelay": {"delayType": "MailboxFull", "delayedRecipients": [{"emailAddress": "anna@voorbeeld.nl"}]}});
    assert_snapshot!(check("DeliveryDelay", &delay), @"c2026-call 0107-1 #1 0:anna@voorbeeld.nl:Delayed");
    let complaint = json!({"complaint": {"complaintSubType": null, "complainedRecipients": [{"emailAddress": "anna@voorbeeld.nl"}]}});
    assert_snapshot!(check("Complaint", &complaint), @"c2026-call 0107-1 #1 0:anna@voorbeeld.nl:Complained");
    assert_snapshot!(check("Reject", &json!({"reject": {"reason": "Bad content"}})), @"c2026-call 0107-1 #1 0:-:PermanentBounce 1:-:PermanentBounce");
}

#[test]
fn a_bounce_is_for_good_for_now_or_for_an_address_that_ses_does_not_write_to() {
    let bounce = |kind: &str, sub: &str| {
        let to = json!([{"emailAddress": "bram@voorbeeld.nl", "status": "5.1.1"}]);
        let bounce = json!({"bounceType": kind, "bounceSubType": sub, "bouncedRecipients": to});
        check("Bounce", &json!({"bounce": bounce})).split_once("nl:").unwrap().1.to_owned()
    };
    assert_snapshot!(bounce("Permanent", "General"), @"PermanentBounce");
    assert_snapshot!(bounce("Permanent", "OnAccountSuppressionList"), @"Suppressed");
    assert_snapshot!(bounce("Transient", "MailboxFull"), @"TransientBounce");
    assert_snapshot!(bounce("Undetermined", "Undetermined"), @"TransientBounce");
}

#[test]
fn what_nobody_asked_for_goes_to_a_person() {
    assert_snapshot!(check("Open", &json!({"open": {}})), @"an event of the mail service that nobody asked for");
    assert_snapshot!(check("Bounce", &json!({})), @"an event of the mail service that nobody asked for");
    assert!(MailEvent::read("nothing").is_err() && MailEvent::read("{}").is_err());
}

#[test]
fn a_mail_without_our_tags_is_none_of_ours() {
    let mut foreign = event("Send", &json!({"send": {}}));
    foreign["mail"]["tags"] = json!({"campaign": ["newsletter"]});
    assert!(MailEvent::read(&foreign.to_string()).unwrap().is_none());
    foreign["mail"].as_object_mut().unwrap().remove("tags");
    assert!(MailEvent::read(&foreign.to_string()).unwrap().is_none());
}

#[test]
fn the_worst_of_one_event_counts() {
    let twice = json!({"bounce": {"bounceType": "Permanent", "bouncedRecipients": [
        {"emailAddress": "anna@voorbeeld.nl"}, {"emailAddress": "nobody@voorbeeld.nl"},
    ]}});
    let read = MailEvent::read(&event("Bounce", &twice).to_string()).unwrap().unwrap();
    assert_eq!(read.evidence().outcomes, [Some(Outcome::PermanentBounce), None, None]);
}
