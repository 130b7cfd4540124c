//! What somebody must see to: estimates in a row, what may be a leak, and the days that it spoiled.

use insta::assert_snapshot;
use serde_json::{Value, json};

use domain::account::CustomerNumber;
use domain::connection::ConnectionNumber;
use domain::estimate::answer::told;
use meterlink::world::World;

use crate::set::Set;

/// What the function `campaign` says to an order.
async fn order(world: &mut World, order: &Value) -> Result<Value, String> {
    let mut event = json!({ "v": 1, "by": "j.jansen", "reason": "a leak behind the meter",
        "at": "2026-12-04T09:00:00Z" });
    event.as_object_mut().unwrap().extend(order.as_object().unwrap().clone());
    world.stack().invoke("campaign", event).await
}

/// What an operator finds on the list, a meter a line.
async fn listed(world: &mut World) -> String {
    let said = order(world, &json!({ "command": "followups", "campaign": 2026 })).await.unwrap();
    assert_eq!(said["left_out"], json!(false));
    let text = |of: &Value| of.as_str().unwrap().to_owned();
    let line = |one: &Value| {
        let place = ["account", "connection", "meter"].map(|part| text(&one[part])).join(" ");
        let due: Vec<String> = one["due"].as_array().unwrap().iter().map(text).collect();
        format!("{place}: {}", due.join(", "))
    };
    let mut lines: Vec<String> = said["followups"].as_array().unwrap().iter().map(line).collect();
    lines.sort();
    lines.join("\n")
}

/// Sends the reading of the only meter behind `link`, and confirms it where that is asked.
async fn answer(world: &World, link: &str, value: &str) {
    let page = world.submit(link, value).await;
    let stored = page.stored || world.send(link, &page, &[("a0-1", "yes")]).await.stored;
    assert!(stored, "{}", page.text());
}

/// What the only register of a connection was estimated to have used, and how.
async fn estimated(world: &mut World, place: &str) -> (i64, String) {
    let account = CustomerNumber::parse(&format!("K{place}")).unwrap();
    let connection = ConnectionNumber::parse(&format!("A{place}")).unwrap();
    let records = world.stack().store().estimates(&account, &connection).await.unwrap();
    let [(_, estimate)] = records[0].registers.as_slice() else { panic!("{records:?}") };
    let used = estimate.consumption.to_string().parse().unwrap();
    (used, told(estimate.method, &estimate.notes))
}

#[tokio::test]
async fn what_may_be_a_leak_is_listed_until_another_reading_comes() {
    let mut world = Set::street(2).loaded().await;
    world.advance_to("2026-12-01 09:00").await;
    assert_eq!(listed(&mut world).await, "");
    let first = world.mails_to("k0001@example.org").pop().unwrap().link("Lindelaan 1");
    let second = world.mails_to("k0002@example.org").pop().unwrap().link("Lindelaan 2");
    answer(&world, &first, "01400").await;
    answer(&world, &second, "01200").await;
    assert_snapshot!(listed(&mut world).await, @"K0001 A0001 W0001: possible leak");
    answer(&world, &first, "01210").await;
    assert_eq!(listed(&mut world).await, "");
    world.advance_to("2026-12-01 12:00").await;
    world.mails();
}

#[tokio::test]
async fn estimates_in_a_row_are_listed_with_what_is_due() {
    // The company read the first three in 2025. Of the first nothing came once, of the second twice, of
    // the third three times; of the fourth nothing came once, and the company never read it.
    let mut set = Set::street(4);
    for (meter, estimates) in [("W0001", 0), ("W0002", 1), ("W0003", 2)] {
        let source = |year: u32| if year + estimates > 2025 { "estimated" } else { "field" };
        for (year, value) in [(2024, 1000), (2025, 1100)] {
            let line = format!("{meter};1;31-12-{year};{value};");
            let (from, to) = (format!("{line}customer"), format!("{line}{}", source(year)));
            set = set.change("readings", &from, &to);
        }
        set = set.add("readings", &format!("{meter};1;31-12-2023;900;field"));
    }
    let mut world = set.loaded().await;
    world.advance_to("2026-12-28 12:00").await;
    assert_snapshot!(listed(&mut world).await, @r"
    K0002 A0002 W0002: letter, reading overdue
    K0003 A0003 W0003: field reading due
    K0004 A0004 W0004: field reading due
    ");
    // A reading after all ends it.
    let link = world.mails_to("k0002@example.org").pop().unwrap().link("Lindelaan 2");
    world.mails();
    world.advance_to("2026-12-30 18:00").await;
    answer(&world, &link, "01200").await;
    world.mails();
    assert_snapshot!(listed(&mut world).await, @r"
    K0003 A0003 W0003: field reading due
    K0004 A0004 W0004: field reading due
    ");
}

fn mark(command: &str, place: &str, from: &str, to: &str) -> Value {
    json!({ "command": command, "account": format!("K{place}"), "connection": format!("A{place}"),
        "from": from, "to": to })
}

/// A street in which 1 and 2 had a leak in 2025, and 3 had none.
fn leaking() -> Set {
    let mut set = Set::street(3);
    for n in 1..=2 {
        let line = |value: u32| format!("W000{n};1;31-12-2025;{value};customer");
        set = set.change("readings", &line(1100), &line(1700));
    }
    set
}

#[tokio::test]
async fn a_leak_that_an_operator_marked_is_left_out_of_estimates_and_checks() {
    let mut world = leaking().loaded().await;
    world.advance_to("2026-12-01 09:00").await;
    let days = ("2025-03-01", "2025-05-20");
    let said = order(&mut world, &mark("mark", "0001", days.0, days.1)).await.unwrap();
    let marked = json!([{ "from": days.0, "to": days.1 }]);
    assert_eq!(said, json!({ "account": "K0001", "connection": "A0001", "marked": marked }));
    // Once more says nothing new.
    let mark_again = world.mark();
    assert_eq!(order(&mut world, &mark("mark", "0001", days.0, days.1)).await.unwrap(), said);
    assert!(!world.wrote_since(mark_again));
    let lines = world.stack().stand_ins().tables().lines("local-core").join("\n");
    let line = lines.lines().find(|line| line.contains("#UNUSUAL#")).unwrap();
    for part in ["~A0001#UNUSUAL#2025-03-01#2025-05-20#2026-12-04T09:00:00Z", "j.jansen", "a leak"]
    {
        assert!(line.contains(part), "{part}: {line}");
    }
    // The check rests on the other years: what is usual with a leak is asked about without it.
    let mut link = |n: u8| {
        let mails = world.mails_to(&format!("k000{n}@example.org"));
        mails.last().unwrap().link(&format!("Lindelaan {n}"))
    };
    let (first, second) = (link(1), link(2));
    assert!(!world.submit(&first, "01960").await.stored);
    assert!(world.submit(&second, "01960").await.stored);
    world.advance_to("2026-12-28 12:00").await;
    world.mails();
    let (used, how) = estimated(&mut world, "0001").await;
    assert!(how.contains("marked_out") && used < 150, "{used} {how}");
    assert!(!estimated(&mut world, "0003").await.1.contains("marked_out"));
}

#[tokio::test]
async fn what_was_marked_is_taken_back() {
    let mut world = leaking().loaded().await;
    world.advance_to("2026-12-01 09:00").await;
    world.mails();
    let days = ("2025-03-01", "2025-05-20");
    order(&mut world, &mark("mark", "0001", days.0, days.1)).await.unwrap();
    let mut back = mark("unmark", "0001", days.0, days.1);
    back["at"] = json!("2026-12-04T10:00:00Z");
    assert_eq!(order(&mut world, &back).await.unwrap()["marked"], json!([]));
    world.advance_to("2026-12-28 12:00").await;
    world.mails();
    // as if nothing had ever been said
    let (first, second) =
        (estimated(&mut world, "0001").await, estimated(&mut world, "0002").await);
    assert_eq!(first, second);
    assert!(!first.1.contains("marked_out"), "{first:?}");
}

#[tokio::test]
async fn an_order_to_mark_names_days_that_were_at_a_connection_that_is() {
    let mut world = Set::street(1).loaded().await;
    let days = "the last of the days is before the first, or has not come: look at them again";
    for (about, told) in [
        (
            mark("mark", "0009", "2025-03-01", "2025-05-20"),
            "there is no such connection at the account",
        ),
        (mark("mark", "0001", "2025-05-20", "2025-03-01"), days),
        (mark("mark", "0001", "2026-12-04", "2026-12-05"), days),
        (
            json!({ "command": "unmark", "account": "K0001" }),
            "name the account, the connection and the first and the last of the days",
        ),
    ] {
        assert_eq!(order(&mut world, &about).await.unwrap_err(), told);
    }
    let told = order(&mut world, &json!({ "command": "followups", "mails": "billing" })).await;
    assert_eq!(told.unwrap_err(), "name the campaign whose meters must be seen to");
}
