//! How an address stands, from before the opening to after the last correction: what its link shows,
//! and what becomes of what is sent.
//!
//! The test of the last day takes more than a second: the schedules of fourteen months fire.

use insta::assert_snapshot;

use domain::account::CustomerNumber;
use domain::id::CampaignNumber;
use links::link::BaseUrl;
use links::link_type::Submit;
use links::ring::KeyRing;
use meterlink::world::{BASE_URL, World};

use crate::set::Set;

/// The link of the only address of `account`, as the call will have it.
async fn minted(world: &mut World, account: &str) -> String {
    let account = CustomerNumber::parse(account).unwrap();
    let records = world.stack().store().account(&account).await.unwrap();
    let filed = &records.connections[0].filed;
    let (base, campaign) = (BaseUrl::parse(BASE_URL).unwrap(), CampaignNumber::new(2026).unwrap());
    let ring = KeyRing::local();
    let link = ring.key::<Submit>().link(&base, filed.subject, campaign, filed.generation);
    link.reveal().to_owned()
}

/// The link of the call to the only account of a street.
async fn called(world: &mut World) -> String {
    world.advance_to("2026-11-26 09:30").await;
    world.mails_to("k0001@example.org").pop().unwrap().link("Lindelaan 1")
}

fn fields(value: &str) -> Vec<(String, String)> {
    [("r0-1", value), ("rev0", "0")].map(|(name, of)| (name.to_owned(), of.to_owned())).into()
}

#[tokio::test]
async fn before_the_opening_a_link_says_when_and_keeps_what_was_typed() {
    let mut world = Set::street(1).loaded().await;
    world.advance_to("2026-11-25 23:50").await;
    let link = minted(&mut world, "K0001").await;
    let page = world.open(&link).await;
    assert_eq!(page.status, 200);
    assert_snapshot!(page.text(), @"
    U kunt nog geen stand doorgeven
    Vanaf donderdag 26 november 2026 kunt u met deze link uw meterstand doorgeven.
    ");
    let refused = world.post(&link, &fields("01200")).await;
    assert_eq!(refused.status, 409);
    assert_snapshot!(refused.text(), @"
    U kunt nog geen stand doorgeven
    Wat u stuurde, is niet opgeslagen. Vanaf donderdag 26 november 2026 kunt u met deze link uw meterstand doorgeven.
    U vulde in
    Opnieuw proberen
    ");
    assert_eq!(called(&mut world).await, link);
    // nothing was stored; the very form that was kept does it now
    assert!(!world.open(&link).await.text().contains("Wij ontvingen"));
    let receipt = world.send(&link, &refused, &[]).await;
    assert!(receipt.stored && receipt.text().contains("01200 m³"), "{}", receipt.text());
    world.advance_to("2026-11-26 10:30").await;
    world.mails();
}

#[tokio::test]
async fn a_form_that_was_opened_before_the_deadline_and_sent_after_it_is_late_and_taken() {
    let mut world = Set::street(1).loaded().await;
    let link = called(&mut world).await;
    world.advance_to("2026-12-24 23:55").await;
    let page = world.open(&link).await;
    assert!(!page.text().contains("De laatste dag was"), "{}", page.text());
    world.advance_to("2026-12-25 00:05").await;
    let refused = world.send(&link, &page, &[("r0-1", "12a")]).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("De laatste dag was 24 december 2026"), "{}", refused.text());
    let receipt = world.send(&link, &page, &[("r0-1", "01200")]).await;
    assert!(receipt.stored, "{}", receipt.text());
    assert!(receipt.text().contains("25 december 2026, 00.05 uur"), "{}", receipt.text());
    let after = world.open(&link).await.text();
    assert!(after.contains("De laatste dag was 24 december 2026"), "{after}");
    assert!(after.contains("Wij ontvingen 01200 m³ op 25 december 2026, 00.05 uur"), "{after}");
    world.advance_to("2026-12-25 10:00").await;
    world.mails();
}

#[tokio::test]
async fn an_address_whose_meter_sends_its_readings_is_not_asked_any_more() {
    let set = Set::street(1);
    let mut world = set.loaded().await;
    let link = called(&mut world).await;
    world.advance_to("2026-12-01 12:00").await;
    let remote = set.change("connections", "2,5;2;customer;;", "2,5;2;remote;;");
    remote.deliver(&mut world, "december").await;
    world.advance_to("2026-12-02 10:00").await;
    let page = world.open(&link).await;
    assert_eq!(page.status, 410);
    assert_snapshot!(page.text(), @"
    Wij hebben geen meterstand nodig
    Wij vragen u niet meer om de stand van deze meter. U hoeft niets te doen.
    ");
    for secret in ["W0001", "01100", "Lindelaan"] {
        assert!(!page.html.contains(secret), "{secret}");
    }
    let sent = world.post(&link, &fields("01200")).await;
    assert_eq!((sent.status, sent.text()), (410, page.text()));
    world.advance_to("2026-12-03 10:00").await;
    assert_eq!(world.mails().len(), 0);
}

#[tokio::test]
async fn corrections_are_taken_until_midnight_of_their_last_day() {
    let mut world = Set::street(1).loaded().await;
    let link = called(&mut world).await;
    let receipt = world.submit(&link, "01200").await;
    assert!(receipt.stored);
    let number = receipt.text();
    let number = number.lines().find_map(|line| line.strip_prefix("Ontvangstnummer ")).unwrap();
    world.advance_to("2028-01-04 23:59").await;
    world.mails();
    let page = world.open(&link).await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("Uw jaarafrekening is al gemaakt"), "{}", page.text());
    world.advance_to("2028-01-05 00:00").await;
    let closed = world.open(&link).await;
    assert_eq!(closed.status, 410);
    assert_snapshot!(closed.text(), @"
    Deze link is gesloten
    Via deze link kunt u geen stand meer doorgeven. Bel ons als uw stand niet klopt.
    ");
    let mark = world.mark();
    let sent = world.send(&link, &page, &[("r0-1", "01190")]).await;
    assert_eq!((sent.status, sent.text()), (410, closed.text()));
    assert!(!world.calls_since(mark).iter().any(|call| call.op == "TransactWriteItems"));
    // the receipt stays where the link is
    let kept = world.open(&format!("{link}/r-{number}")).await;
    assert!(kept.status == 200 && kept.text().contains("01200 m³"), "{}", kept.text());
    world.mails();
}
