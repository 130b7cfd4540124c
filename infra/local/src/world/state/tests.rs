//! Over a second: it imports a set and plays the day of a call.

use serde_json::json;

use super::*;
use crate::configuration;
use crate::delivery;
use crate::demo::customers;
use crate::stack::Options;
use crate::standin::Keep;
use crate::world::{BASE_URL, instant};

/// What is kept of a row of the ledger with `fields`: while events of it may come, and when none may.
fn row(fields: &Value) -> (State, Option<State>) {
    let mut item =
        json!({"pk": {"S": "SND#c2026-call#00"}, "sk": {"S": "8c46"}, "acc": {"S": "K0001"}});
    let all = item.as_object_mut().unwrap();
    all.extend(fields.as_object().unwrap().clone());
    let name = ItemName { table: "local-sends".into(), key: String::new() };
    let kept = Kept::of(&name, item);
    (kept.digest, kept.over.map(|(_, digest)| digest))
}

#[test]
fn of_a_claimed_row_everything_counts_but_who_holds_it() {
    let claimed = |at: &str, holder: &str, attempts: &str| {
        row(&json!({
            "s": {"S": "CLAIMED"}, "claimed_at": {"S": at}, "req": {"S": holder},
            "att": {"N": attempts},
        }))
    };
    let one = claimed("2026-11-26T08:00:00.000Z", "m1/01", "1");
    assert_eq!(one, claimed("2026-11-26T08:00:00.000Z", "m2/02", "1"));
    assert_ne!(one, claimed("2026-11-26T08:01:00.000Z", "m1/01", "1"));
    assert_ne!(one, claimed("2026-11-26T08:00:00.000Z", "m1/01", "2"));
    assert_eq!(one.1, None);
}

#[test]
fn of_a_row_that_is_over_its_attempts_count_only_while_an_event_may_come() {
    let over = |state: &str, attempts: &str| {
        row(&json!({"s": {"S": state}, "att": {"N": attempts}, "ev": {"N": attempts}}))
    };
    let (once, twice) = (over("ACCEPTED", "1"), over("ACCEPTED", "2"));
    assert_ne!(once.0, twice.0);
    assert!(once.1.is_some());
    assert_eq!(once.1, twice.1);
    assert_ne!(once.1, over("SKIPPED", "1").1);
    // An event can still prove a row that was let go.
    assert_eq!(over("UNRESOLVED", "2").1, None);
}

#[test]
fn of_an_invoice_that_nothing_proves_it_counts_when_it_was_claimed() {
    let sent = |proven: Option<&str>| {
        let mut fields = json!({"s": {"S": "ACCEPTED"}, "inv": {"S": "261000000000013"}});
        if let Some(proven) = proven {
            fields["ev"] = json!({ "N": proven });
        }
        row(&fields)
    };
    assert_eq!(sent(None).1, None);
    assert!(sent(Some("1")).1.is_some());
}

#[test]
fn an_event_is_what_it_says_and_not_its_name_nor_its_time() {
    let event = |id: &str, at: &str, kind: &str| {
        let mut event = json!({"id": id, "time": at, "detail": {
            "eventType": kind, "mail": {"timestamp": at, "messageId": id, "tags": {"send": ["8c46"]}},
        }});
        assert_eq!(send_of_event(&event).as_deref(), Some("8c46"));
        without_names(&mut event);
        event
    };
    let delivered = event("a", "2026-11-26T08:00:00Z", "Delivery");
    assert_eq!(delivered, event("b", "2026-11-26T09:00:00Z", "Delivery"));
    assert_ne!(delivered, event("a", "2026-11-26T08:00:00Z", "Bounce"));
}

#[tokio::test]
async fn a_look_at_what_was_written_sees_what_a_look_at_everything_sees() {
    let options = Options {
        seed: 1,
        now: instant("2026-11-01 09:00"),
        config: configuration::config(),
        keep: Keep::Nothing,
        base_url: BASE_URL,
        drawers: configuration::DRAWERS,
    };
    let mut stack = Stack::start(options).unwrap();
    let (mut looks, steps) = (Looks::default(), Steps::default());
    let mut states = vec![looks.state(&stack, &steps)];
    assert!(delivery::deliver(&mut stack, "set", &customers::set()).await.is_ok());
    for time in ["2026-11-02 09:00", "2026-11-26 09:00", "2026-11-26 12:00", "2026-11-28 09:00"] {
        stack.advance_to(instant(time)).await.unwrap();
        let state = looks.state(&stack, &steps);
        // Whoever sweeps has everything looked at anew.
        stack.stand_ins().tables().expire().unwrap();
        assert_eq!(Looks::default().state(&stack, &steps), state, "{time}");
        assert!(!states.contains(&state), "{time}");
        states.push(state);
    }
}

#[tokio::test]
async fn a_snapshot_that_is_put_back_is_the_state_that_it_was() {
    let mut world = crate::world::World::new(1);
    let before = world.snapshot();
    let known = crate::world::Known::default();
    world.stop_where_known(&known);
    assert!(!world.is_known());
    world.place("set", &[("customers.csv", b"1")]).await;
    assert!(!world.is_known());
    assert_eq!(known.len(), 2);
    world.restore(&before);
    assert!(!world.is_known()); // nothing went wrong, so nothing is over
    assert_eq!(known.len(), 2);
}
