//! A campaign, from the opening to the close: who is written to, when, and about what.

use insta::assert_snapshot;
use serde_json::{Value, json};

use domain::campaign::Wave;
use domain::sending::{Scope, Tally};
use meterlink::pump::Firing;
use meterlink::world::{Letter, World};

use crate::set::Set;

/// How many mails of a wave are in which state.
async fn tally(world: &mut World, wave: Wave) -> Tally {
    let campaign = domain::id::CampaignNumber::new(2026).unwrap();
    world.stack().store().tally(&Scope::Wave { campaign, wave }).await.unwrap()
}

/// The mails that were not read yet, but for receipts: to whom, and which addresses each names.
fn told(mails: &[Letter]) -> String {
    let mut lines: Vec<String> = mails
        .iter()
        .filter(|mail| !mail.scope.starts_with("rcp-"))
        .map(|mail| format!("{}: {}", mail.to.join(", "), mail.addresses().join(", ")))
        .collect();
    lines.sort();
    lines.join("\n")
}

/// The opened campaign of a set, and the links of its call by recipient and address.
async fn called(set: &Set) -> (World, Vec<Letter>) {
    let mut world = set.loaded().await;
    world.advance_to("2026-11-26 09:00").await;
    let call = world.mails();
    (world, call)
}

/// The link for `address` in the mail to `recipient`.
#[track_caller]
fn link(mails: &[Letter], recipient: &str, address: &str) -> String {
    mails.iter().find(|mail| mail.to.iter().any(|to| to == recipient)).unwrap().link(address)
}

async fn run_again(world: &mut World, at: &str) -> Value {
    world.stack().invoke("campaign", json!({ "v": 1, "at": at })).await.unwrap()
}

fn vve() -> Set {
    Set::fixture("vve")
}

#[tokio::test]
async fn the_call_is_one_mail_an_account_with_one_link_per_address() {
    let (_world, call) = called(&vve()).await;
    assert_snapshot!(told(&call), @"
    anna@example.org: Molenlaan 8
    vve@example.org: Dorpsstraat 1, Dorpsstraat 3
    ");
    let vve = call.iter().find(|mail| mail.to == ["vve@example.org"]).unwrap();
    assert_snapshot!(vve.subject, @"Geef uw 2 watermeterstanden door, uiterlijk 24 december 2026");
    assert_snapshot!(vve.text(), @"
    Voorbeeld Water

    Beste klant,

    Wij vragen u één keer per jaar om uw meterstand. Wij hebben hem nodig uiterlijk donderdag 24 december 2026. U hoeft niet in te loggen: elke link hoort bij één adres.

    Vul alleen de cijfers vóór de komma in (zwart). Laat rode cijfers weg.

    Geeft een ander de stand door? Stuur deze e-mail door en laat alleen de adressen staan die voor hem of haar zijn.

    ----------------------------------------
    Dorpsstraat 1, 1234 AD Voorbeelddorp
    Watermeter W10042
    Meterstand doorgeven voor Dorpsstraat 1:
    https://stand.voorbeeldwater.nl/m/<token>
    ----------------------------------------
    ----------------------------------------
    Dorpsstraat 3, 1234 AD Voorbeelddorp
    Watermeter W10043
    Meterstand doorgeven voor Dorpsstraat 3:
    https://stand.voorbeeldwater.nl/m/<token>
    ----------------------------------------
    Alle standen uiterlijk donderdag 24 december 2026. Al doorgegeven na 09.00 uur? Dan kruiste dit bericht uw stand.

    Vragen? Bel 0800 1234567 (ma-vr 8.00-18.00) of mail klantenservice@voorbeeldwater.nl.
    Klantnummer K10042

    Twijfelt u of deze e-mail van ons is? De link begint altijd met https://stand.voorbeeldwater.nl/m/. Wij vragen nooit om uw bankgegevens.
    ");
}

#[tokio::test]
async fn before_the_opening_day_nobody_is_written_to() {
    let mut world = vve().loaded().await;
    world.advance_to("2026-11-26 08:59").await;
    assert_eq!(world.mails().len(), 0);
}

#[tokio::test]
async fn meters_that_are_read_remotely_or_by_staff_are_not_asked() {
    let (mut world, call) = called(&vve()).await;
    assert!(call.iter().all(|mail| !mail.to.contains(&"marc@example.org".to_owned())));
    assert_eq!(world.mails_to("marc@example.org").len(), 0);
    assert_eq!(tally(&mut world, Wave::Call).await.rows(), 3); // not four
}

#[tokio::test]
async fn an_account_without_a_mail_address_is_on_the_post_list() {
    let (mut world, _) = called(&vve()).await;
    let tally = tally(&mut world, Wave::Call).await;
    assert_eq!((tally.accepted, tally.post), (2, 1));
}

#[tokio::test]
async fn a_run_that_comes_twice_changes_nothing() {
    let (mut world, _) = called(&vve()).await;
    world.advance_to("2026-11-26 09:30").await; // the call is finished
    let mark = world.mark();
    for at in ["2026-11-26T08:00:00Z", "2026-11-26T08:05:00Z", "2026-11-26T07:00:00Z"] {
        assert_eq!(run_again(&mut world, at).await, json!({ "done": [], "waiting": 0 }));
    }
    assert!(!world.wrote_since(mark), "{:?}", world.calls_since(mark));
    assert_eq!(world.mails().len(), 0);
}

#[tokio::test]
async fn an_opening_day_that_was_skipped_is_made_up_for() {
    let mut world = vve().loaded().await;
    for schedule in ["campaign-daily", "campaign-heartbeat"] {
        world.set_firing(schedule, Firing::Never);
    }
    world.advance_to("2026-11-27 08:59").await;
    assert_eq!(world.mails().len(), 0);
    world.set_firing("campaign-daily", Firing::Always);
    world.set_firing("campaign-heartbeat", Firing::WhilePending);
    world.advance_to("2026-11-27 09:00").await;
    let call = world.mails();
    assert_eq!(call.len(), 2);
    // four weeks stay four weeks
    assert!(call[0].text().contains("uiterlijk vrijdag 25 december 2026"), "{}", call[0].text());
}

#[tokio::test]
async fn reminders_name_exactly_what_is_missing_and_leave_out_who_is_complete() {
    let (mut world, call) = called(&vve()).await;
    assert!(world.submit(&link(&call, "vve@example.org", "Dorpsstraat 3"), "01300").await.stored);
    world.advance_to("2026-12-03 09:00").await;
    assert_snapshot!(told(&world.mails()), @"
    anna@example.org: Molenlaan 8
    vve@example.org: Dorpsstraat 1
    ");
    assert!(world.submit(&link(&call, "anna@example.org", "Molenlaan 8"), "01287").await.stored);
    world.advance_to("2026-12-10 09:00").await;
    let mut second = world.mails();
    second.retain(|mail| mail.scope == "c2026-r2");
    assert_snapshot!(told(&second), @"vve@example.org: Dorpsstraat 1");
    assert_snapshot!(second[0].subject, @"Nog 14 dagen voor uw meterstand");
    assert!(world.submit(&link(&call, "vve@example.org", "Dorpsstraat 1"), "01120").await.stored);
    world.advance_to("2026-12-17 09:00").await;
    assert_eq!(told(&world.mails()), ""); // everybody who can be mailed is complete
    let last = tally(&mut world, Wave::Reminder(3)).await;
    assert_eq!((last.accepted, last.post), (0, 1));
}

#[tokio::test]
async fn each_reminder_says_how_late_it_is() {
    let (mut world, _) = called(&Set::street(1)).await;
    let mut subjects = Vec::new();
    for day in ["2026-12-03 09:00", "2026-12-10 09:00", "2026-12-17 09:00"] {
        world.advance_to(day).await;
        subjects.extend(world.mails().into_iter().map(|mail| mail.subject));
    }
    assert_snapshot!(subjects.join("\n"), @"
    Herinnering: uw meterstand ontbreekt nog
    Nog 14 dagen voor uw meterstand
    Laatste herinnering: zonder meterstand schatten wij uw verbruik
    ");
    world.advance_to("2026-12-24 23:00").await;
    assert_eq!(world.mails().len(), 0); // three, and no fourth
}

#[tokio::test]
async fn the_day_of_the_deadline_counts_until_midnight_in_amsterdam() {
    let (mut world, call) = called(&Set::street(2)).await;
    world.advance_to("2026-12-24 23:59").await;
    let in_time = link(&call, "k0001@example.org", "Lindelaan 1");
    assert!(!world.open(&in_time).await.text().contains("De laatste dag was"));
    assert!(world.submit(&in_time, "01200").await.stored);
    world.advance_to("2026-12-25 00:00").await;
    let late = link(&call, "k0002@example.org", "Lindelaan 2");
    assert_snapshot!(world.open(&late).await.text(), @"
    De laatste dag was 24 december 2026. U kunt uw stand nog doorgeven. Wij gebruiken die dan in plaats van een schatting.
    Lindelaan 2 1234 AB Voorbeelddorp Watermeter W0002
    Wat is de stand van uw watermeter?
    Telwerk met 5 zwarte cijfers Vul alleen de zwarte cijfers in, bijvoorbeeld 01234. 0 1 1 0 0 m³ niet invullen
    Op 31 december 2025 was de stand 01100 m³.
    Vul alleen de zwarte cijfers in, bijvoorbeeld 01234. m³
    Ik heb de meter op een andere dag afgelezen
    Op welke dag hebt u de meter afgelezen?
    Dag
    Maand
    Jaar
    Stand doorgeven
    Ik kan de meter niet aflezen
    Vraag het een collega
    ");
    assert!(world.submit(&late, "01200").await.stored); // late, and taken all the same
    world.mails();
}

#[tokio::test]
async fn the_campaign_closes_after_three_days_of_grace() {
    let (mut world, _) = called(&Set::street(1)).await;
    let campaign = domain::id::CampaignNumber::new(2026).unwrap();
    let mut states = Vec::new();
    for time in ["2026-12-28 08:59", "2026-12-28 09:00"] {
        world.advance_to(time).await;
        let record = world.stack().store().campaign(campaign).await.unwrap();
        states.push(format!("{time} {:?}", record.progress.state));
    }
    assert_snapshot!(states.join("\n"), @"
    2026-12-28 08:59 Open
    2026-12-28 09:00 Closed
    ");
    world.mails();
}

#[tokio::test]
async fn a_joiner_gets_the_call_on_the_next_morning() {
    let (mut world, _) = called(&Set::street(2)).await;
    world.advance_to("2026-12-01 15:00").await;
    Set::street(3).deliver(&mut world, "december").await;
    assert_eq!(world.mails().len(), 0);
    world.advance_to("2026-12-02 09:00").await;
    let joined = world.mails();
    assert_snapshot!(told(&joined), @"k0003@example.org: Lindelaan 3");
    let link = link(&joined, "k0003@example.org", "Lindelaan 3");
    assert!(world.submit(&link, "01200").await.stored);
    world.advance_to("2026-12-03 09:00").await;
    assert_snapshot!(told(&world.mails()), @"
    k0001@example.org: Lindelaan 1
    k0002@example.org: Lindelaan 2
    ");
}

#[tokio::test]
async fn who_joins_on_the_eve_of_a_reminder_gets_the_call_alone_and_the_next_reminder() {
    let (mut world, _) = called(&Set::street(2)).await;
    world.advance_to("2026-12-02 15:00").await;
    Set::street(3).deliver(&mut world, "december").await;
    let mut got = Vec::new();
    for day in ["2026-12-03 20:00", "2026-12-10 20:00"] {
        world.advance_to(day).await;
        let mut mails = world.mails();
        mails.sort_by(|a, b| a.to.cmp(&b.to));
        got.extend(mails.iter().map(|mail| format!("{} {}", mail.to.join(", "), mail.scope)));
    }
    assert_snapshot!(got.join("\n"), @"
    k0001@example.org c2026-r1
    k0002@example.org c2026-r1
    k0003@example.org c2026-call
    k0001@example.org c2026-r2
    k0002@example.org c2026-r2
    k0003@example.org c2026-r2
    ");
}

#[tokio::test]
async fn a_leaver_is_not_reminded_and_the_link_says_that_supply_ended() {
    let (mut world, call) = called(&vve()).await;
    world.advance_to("2026-12-02 12:00").await;
    let from =
        "A10043;K10042;;water;Dorpsstraat;3;;;1234AD;Voorbeelddorp;2,5;;customer;;01-03-2016;";
    let left = vve().change("connections", from, &format!("{from}01-12-2026"));
    left.deliver(&mut world, "december").await;
    assert!(world.report("summary.txt").await.starts_with("Accepted"));
    world.advance_to("2026-12-03 09:00").await;
    assert_snapshot!(told(&world.mails()), @"
    anna@example.org: Molenlaan 8
    vve@example.org: Dorpsstraat 1
    ");
    let page = world.open(&link(&call, "vve@example.org", "Dorpsstraat 3")).await;
    assert_eq!(page.status, 410);
    assert_snapshot!(page.text(), @"
    Wij hebben geen meterstand nodig
    U bent op dit adres geen klant meer sinds 2 december 2026. Wij hebben geen meterstand van u nodig.
    ");
}

#[tokio::test]
async fn each_account_is_written_to_in_its_language_and_the_link_opens_in_it() {
    let set = vve().change("customers", "vve@example.org;;;nl", "vve@example.org;;;en");
    let (world, call) = called(&set).await;
    let english = call.iter().find(|mail| mail.to == ["vve@example.org"]).unwrap();
    assert_snapshot!(english.subject, @"Please submit your 2 water meter readings by 24 December 2026");
    let dutch = call.iter().find(|mail| mail.to == ["anna@example.org"]).unwrap();
    assert_snapshot!(dutch.subject, @"Geef uw watermeterstand door, uiterlijk 24 december 2026");
    let page = world.open(&english.link("Dorpsstraat 1")).await;
    assert_snapshot!(page.title(), @"What is the reading on your water meter? – Voorbeeld Water");
    let page = world.open(&dutch.link("Molenlaan 8")).await;
    assert_snapshot!(page.title(), @"Wat is de stand van uw watermeter? – Voorbeeld Water");
}

#[tokio::test]
async fn two_mail_addresses_of_one_account_share_one_mail() {
    let set =
        vve().change("customers", "vve@example.org;;", "vve@example.org;bestuur@example.org;");
    let (_world, call) = called(&set).await;
    assert_snapshot!(told(&call), @"
    anna@example.org: Molenlaan 8
    vve@example.org, bestuur@example.org: Dorpsstraat 1, Dorpsstraat 3
    ");
}

#[tokio::test]
async fn a_mail_that_is_refused_is_noted_and_the_others_go_on() {
    let mut world = Set::street(5).loaded().await;
    world.fault(
        r#"{"service":"ses","op":"SendEmail","match":{"to":"k0003@example.org"},"effect":"reject"}"#,
    );
    world.advance_to("2026-11-26 12:00").await;
    assert_snapshot!(told(&world.mails()), @"
    k0001@example.org: Lindelaan 1
    k0002@example.org: Lindelaan 2
    k0004@example.org: Lindelaan 4
    k0005@example.org: Lindelaan 5
    ");
    let tally = tally(&mut world, Wave::Call).await;
    assert_eq!((tally.accepted, tally.rejected, tally.rows()), (4, 1, 5));
}

#[tokio::test]
async fn when_the_mail_service_asks_to_slow_down_the_mails_go_out_later_and_nobody_gets_two() {
    let mut world = Set::street(5).loaded().await;
    world.fault(r#"{"service":"ses","op":"SendEmail","nth":2,"times":3,"effect":"throttle"}"#);
    world.advance_to("2026-11-26 09:00").await;
    assert_eq!(world.mails().len(), 2);
    world.advance_to("2026-11-26 12:00").await;
    assert_eq!(world.mails().len(), 3);
    let tally = tally(&mut world, Wave::Call).await;
    assert_eq!((tally.accepted, tally.rows()), (5, 5));
    let dead = world.stack().stand_ins().queues().counts("local-mail-dead").all();
    assert_eq!(dead, 0);
}

#[tokio::test]
async fn the_post_list_has_a_link_to_type_or_scan() {
    let (mut world, _) = called(&vve()).await;
    world.advance_to("2026-11-26 09:30").await;
    let list = world.file("outgoing/post/2026/2026-11-26.csv").await;
    let (lines, link) = list.trim_end().rsplit_once(';').unwrap();
    assert_snapshot!(lines.trim_start_matches('\u{feff}').replace('\r', ""), @r"
    customer_number;name;attention;street;postcode;city;country;deadline;delivery_address;meters;link
    K10043;Zonder Mail;;Kerkweg 2;1234 AC;Voorbeelddorp;NL;2026-12-24;Kerkweg 2, 1234 AC Voorbeelddorp;W10044
    ");
    // the link of a letter opens the same page
    assert_eq!(world.open(link).await.status, 200);
    assert!(world.submit(link, "490").await.stored);
}
