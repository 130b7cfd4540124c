//! Who is known too late for the invoices, or whose message was lost, is settled all the same.

use meterlink::configuration::DRAWERS;

use super::*;
use crate::configured::with_next_campaign;

/// A street of which one more address, and a second connection of the first one, joined in October.
fn with_joiners(count: u32) -> Set {
    let joined = |set: Set, n: u32, account: u32| {
        set.add("connections", &format!("A{n:0>4};K{account:0>4};;water;Lindelaan;{n};;;1234AB;Voorbeelddorp;2,5;2;customer;;01-10-2026;"))
            .add("meters", &format!("W{n:0>4};A{n:0>4};1;m3;5;0;01-03-2016;0;;"))
            .add("readings", &format!("W{n:0>4};1;30-09-2026;1000;customer"))
            .add("readings", &format!("W{n:0>4};1;31-12-2026;1025;customer"))
    };
    let new = count + 1;
    let set = Set::street(count)
        .add("customers", &format!("K{new:0>4};Bewoner {new};consumer;k{new:0>4}@example.org;;;nl;transfer;;;;no;;;Lindelaan;{new};;1234AB;Voorbeelddorp;NL"));
    joined(joined(set, new, new), 9, 1)
}

#[tokio::test]
async fn who_is_imported_after_the_invoices_is_settled_on_the_next_morning() {
    let mut world = at_invoices(&Set::street(2)).await;
    world.advance_to("2027-01-20 15:00").await;
    with_joiners(2).deliver(&mut world, "january").await;
    assert!(world.report("summary.txt").await.starts_with("Accepted"));
    assert_eq!(world.mails().len(), 0);
    world.advance_to("2027-01-21 12:00").await;
    assert_snapshot!(settlements(&mut world).await, @r"
    K0001 conn-A0001 numbered 202701000000114 341.10
    K0001 conn-A0009 numbered 202701000000405 84.85
    K0002 conn-A0002 numbered 202701000000211 341.10
    K0003 conn-A0003 numbered 202701000000308 84.85
    ");
    assert_eq!(world.mails().len(), 2);
    assert!(invoiced(&mut world).await.are_consecutive());
    // and nobody is compared again: nothing is lacking
    let before = invoiced(&mut world).await;
    world.advance_to("2027-01-23 08:50").await;
    let mark = world.mark();
    world.advance_to("2027-01-23 12:00").await;
    assert_eq!(invoiced(&mut world).await, before);
    let reads = world.calls_since(mark).into_iter();
    let reads = reads.filter(|call| call.op == "GetItem" && call.target == "local-billing");
    assert_eq!(reads.count(), 0);
}

#[tokio::test]
async fn a_connection_that_changes_its_document_after_its_invoice_is_not_invoiced_again() {
    let mut world = at_invoices(&Set::street(2)).await;
    let before = invoiced(&mut world).await;
    world.advance_to("2027-01-20 15:00").await;
    // invoiced together from now on, and a change of the connection that is noted
    let moved = Set::street(2)
        .change(
            "customers",
            "k0002@example.org;;;nl;transfer;;;;no",
            "k0002@example.org;;;nl;transfer;;;;yes",
        )
        .change(
            "connections",
            "Lindelaan;2;;;1234AB;Voorbeelddorp;2,5;2;",
            "Lindelaan;2;;;1234AB;Voorbeelddorp;4;2;",
        );
    moved.deliver(&mut world, "january").await;
    assert!(world.report("summary.txt").await.starts_with("Accepted"));
    world.advance_to("2027-01-21 12:00").await;
    assert_eq!(invoiced(&mut world).await, before);
    let again = delivered(&block(&["K0002".into()]));
    world.stack().invoke("settle", again).await.unwrap();
    assert_eq!(invoiced(&mut world).await, before);
    assert_eq!(world.mails().len(), 0);
}

#[tokio::test]
async fn the_rest_of_an_account_whose_message_died_is_found_by_the_next_look() {
    // more documents than a transaction holds
    let mut set = Set::street(1);
    for n in 10..50 {
        set = set
            .add("connections", &format!("A{n:0>4};K0001;;water;Lindelaan;{n};;;1234AB;Voorbeelddorp;2,5;2;customer;;01-03-2016;"))
            .add("meters", &format!("W{n:0>4};A{n:0>4};1;m3;5;0;01-03-2016;0;;"))
            .add("readings", &format!("W{n:0>4};1;31-12-2024;1000;customer"))
            .add("readings", &format!("W{n:0>4};1;31-12-2025;1100;customer"));
    }
    let mut world = set.loaded().await;
    world.advance_to("2027-01-04 08:50").await;
    world.mails();
    let broken = r#"{"service":"dynamodb","op":"TransactWriteItems","nth":2,"times":100000,"effect":"error-500-before"}"#;
    world.fault(broken);
    world.advance_to("2027-01-04 09:55").await;
    let of = |invoiced: &Invoiced| (invoiced.numbers().len(), invoiced.settlements.len());
    let (numbered, stored) = of(&invoiced(&mut world).await);
    assert!(numbered > 0 && numbered < 41 && stored == numbered, "{numbered} of {stored}");
    world.take_failures();
    world.stack().stand_ins().gate().clear_faults();
    world.advance_to("2027-01-05 12:00").await;
    assert!(!take_dead(&mut world, "local-settle-dead").await.is_empty());
    let found = invoiced(&mut world).await;
    assert_eq!(of(&found), (41, 41));
    assert!(found.are_consecutive());
    world.take_failures();
    world.mails();
}

/// What of `campaign` has days of an earlier year: account, state, what is to pay, and from which day on.
async fn of_earlier_days(world: &mut World, campaign: u16) -> String {
    let campaign = CampaignNumber::new(campaign).unwrap();
    let found = Invoiced::of(&world.stack().store(), campaign).await.unwrap();
    let mut lines: Vec<String> = found
        .settlements
        .iter()
        .map(|it| {
            let from = it.held.iter().find_map(|why| match why {
                Held::EarlierDays { connection, from } => Some(format!("{connection} from {from}")),
                Held::Payable { .. }
                | Held::CostChanged { .. }
                | Held::EstimatedTwice { .. }
                | Held::ZeroUse { .. }
                | Held::NegativeUse { .. }
                | Held::ReadingKept { .. }
                | Held::TariffNotSet { .. } => None,
            });
            let payable = it.payable.map(|payable| payable.to_string()).unwrap_or_default();
            format!("{} {} {payable} {}", it.account, it.state, from.unwrap_or_default())
        })
        .collect();
    lines.sort();
    lines.join("\n")
}

#[tokio::test]
async fn what_has_no_invoice_when_the_next_campaign_opens_is_settled_with_its_year() {
    const REFUSED: &str = "Lindelaan;2;;;1234AB;Voorbeelddorp;40;";
    const MENDED: &str = "Lindelaan;2;;;1234AB;Voorbeelddorp;2,5;";
    let mut world = World::with(1, with_next_campaign(), DRAWERS);
    Set::street(2).change("connections", MENDED, REFUSED).deliver(&mut world, "set").await;
    world.advance_to("2027-01-04 12:00").await;
    world.mails();
    let first = settlements(&mut world).await;
    world.advance_to("2027-11-26 12:00").await;
    world.mails();
    // mended, and a third one and a second connection of the first imported, after the next one opened
    with_joiners(2).deliver(&mut world, "november").await;
    world.advance_to("2027-11-28 12:00").await;
    world.mails();
    assert_eq!(settlements(&mut world).await, first, "the first campaign makes nothing any more");
    let release = world.stack().invoke("campaign", release("K0002")).await;
    assert_snapshot!(release.unwrap_err(), @"the next campaign has opened, and settles what has no invoice yet");
    world.advance_to("2028-01-04 12:00").await;
    world.mails();
    assert_eq!(settlements(&mut world).await, first);
    assert_snapshot!(of_earlier_days(&mut world, 2027).await, @r"
    K0001 held 350.58 
    K0001 held 420.24 A0009 from 2026-10-01
    K0002 held 691.68 A0002 from 2026-01-01
    K0003 held 420.24 A0003 from 2026-10-01
    ");
}

/// What `scripts/waiting` prints of the answer: account, document, state and why, and the prices.
async fn waiting(world: &mut World) -> String {
    let order = json!({ "v": 1, "command": "waiting", "campaign": 2026, "by": "j.jansen",
        "at": "2027-01-04T13:00:00Z" });
    let said = world.stack().invoke("campaign", order).await.unwrap();
    assert_eq!((&said["left_out"], &said["not_set"]), (&json!(false), &json!([])));
    let text = |of: &serde_json::Value| of.as_str().unwrap().to_owned();
    let line = |one: &serde_json::Value| {
        let why: Vec<String> = one["why"].as_array().unwrap().iter().map(text).collect();
        let named = ["account", "document", "state"].map(|part| text(&one[part])).join(" ");
        format!("{named} {}", why.join("; "))
    };
    let mut lines: Vec<String> = said["waiting"].as_array().unwrap().iter().map(line).collect();
    lines.sort();
    lines.join("\n")
}

fn release(account: &str) -> serde_json::Value {
    json!({ "v": 1, "command": "release", "campaign": 2026, "account": account,
        "by": "j.jansen", "reason": "seen", "at": "2027-01-04T13:00:00Z" })
}

#[tokio::test]
async fn what_waits_is_listed_with_the_mend_and_what_has_no_figures_is_not_released() {
    let set = Set::street(4)
        .change("readings", "W0002;1;31-12-2025;1100;customer", "W0002;1;31-12-2025;9100;customer")
        .change(
            "connections",
            "Lindelaan;3;;;1234AB;Voorbeelddorp;2,5;",
            "Lindelaan;3;;;1234AB;Voorbeelddorp;40;",
        );
    let mut world = set.loaded().await;
    world.advance_to("2026-11-26 09:30").await;
    // below the last one, and confirmed: the register went down
    let link = world.mails_to("k0004@example.org").pop().unwrap().link("Lindelaan 4");
    let asked = world.submit(&link, "01000").await;
    let kept = world.send(&link, &asked, &[("a0-1", "unknown")]).await;
    assert!(kept.stored, "{}", kept.text());
    world.advance_to("2027-01-04 12:00").await;
    world.mails();
    assert_snapshot!(waiting(&mut world).await, @r#"
    K0002 conn-A0002 held 5873.90 to pay is beyond the limit: compare the readings, then release it
    K0003 conn-A0003 refused A0003: no price of water for capacity "40"; there are 10, 16, 2.5, 25, 4, 6.3
    K0004 conn-A0004 held A0004.W0004: a reading lies below the one before: mend the readings; it cannot be released; A0004: the reading of meter W0004 was kept against a doubt: look at it, then release it
    "#);
    let refused = world.stack().invoke("campaign", release("K0004")).await;
    assert_snapshot!(refused.unwrap_err(), @"mend first what has no figures: conn-A0004: A0004.W0004: a reading lies below the one before: mend the readings; it cannot be released");
    assert!(world.stack().invoke("campaign", release("K0002")).await.is_ok());
    world.pump().await;
    assert_snapshot!(waiting(&mut world).await, @r#"
    K0003 conn-A0003 refused A0003: no price of water for capacity "40"; there are 10, 16, 2.5, 25, 4, 6.3
    K0004 conn-A0004 held A0004.W0004: a reading lies below the one before: mend the readings; it cannot be released; A0004: the reading of meter W0004 was kept against a doubt: look at it, then release it
    "#);
    world.mails();
}
