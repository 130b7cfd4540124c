//! A reading, from call to estimate.

use std::path::Path;

use insta::assert_snapshot;

use meterlink::world::World;

/// A set of `tests/fixtures`.
fn fixture(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)
}

#[tokio::test]
async fn one_mail_an_account_with_one_link_per_address() {
    let mut world = World::new(1);
    world.import(&fixture("vve")).await;
    world.advance_to("2026-11-26 09:00").await;
    let call = world.mails_to("vve@example.org").pop().unwrap();
    assert_snapshot!(call.subject, @"Geef uw 2 watermeterstanden door, uiterlijk 24 december 2026");
    assert_snapshot!(call.text(), @"
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
    assert_eq!(call.addresses(), ["Dorpsstraat 1", "Dorpsstraat 3"]);
    let anna = world.mails_to("anna@example.org").pop().unwrap();
    assert_eq!(anna.addresses(), ["Molenlaan 8"]);
    // read remotely, read by staff, or no mail address: nobody else is mailed
    assert_eq!(world.mails().len(), 0);
}

#[tokio::test]
async fn a_reading_comes_home() {
    let mut world = World::new(1);
    world.import(&fixture("vve")).await;
    world.advance_to("2026-11-26 09:00").await;
    let call = world.mails_to("anna@example.org").pop().unwrap();
    world.mails();
    let link = call.link("Molenlaan 8");
    let page = world.open(&link).await;
    assert_eq!(page.status, 200);
    let receipt = world.submit(&link, "01287").await;
    assert!(receipt.stored);
    assert!(receipt.text().contains("01287 m³"), "{}", receipt.text());
    let page = world.open(&link).await;
    assert!(page.text().contains("Wij ontvingen 01287 m³"), "{}", page.text());
}
