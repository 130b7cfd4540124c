//! The page behind a link: who holds the link sees one address, and only 303 means stored.

use bytes::Bytes;
use http::Request;
use insta::assert_snapshot;

use meterlink::gate::Service;
use meterlink::world::{BASE_URL, Seen, World};

use crate::set::Set;

/// An open campaign of the set `vve`, and the links of Molenlaan 8 and Dorpsstraat 1.
struct Open {
    world: World,
    molenlaan: String,
    dorpsstraat: String,
}

async fn open() -> Open {
    let mut world = Set::fixture("vve").loaded().await;
    world.advance_to("2026-11-26 09:30").await;
    let anna = world.mails_to("anna@example.org").pop().unwrap();
    let vve = world.mails_to("vve@example.org").pop().unwrap();
    let open =
        Open { molenlaan: anna.link("Molenlaan 8"), dorpsstraat: vve.link("Dorpsstraat 1"), world };
    open.world.open(&open.molenlaan).await; // the function is warm
    open
}

/// The fields of the form of a page whose first register is filled with `value`.
fn filled(page: &Seen, value: &str) -> Vec<(String, String)> {
    let register = page.first_register();
    let fields = page.fields().into_iter().filter(|(name, _)| *name != register);
    fields.chain([(register.clone(), value.to_owned())]).collect()
}

/// Where the answer to a form leads: the receipt's page.
#[track_caller]
fn receipt(answer: &Seen) -> String {
    assert_eq!(answer.status, 303, "{}", answer.text());
    format!("{BASE_URL}{}", answer.location().unwrap())
}

/// A link with one character of the token changed.
fn forged(link: &str) -> String {
    let (before, last) = link.split_at(link.len() - 20);
    let other = if last.starts_with('A') { 'B' } else { 'A' };
    format!("{before}{other}{}", last.get(1..).unwrap())
}

#[tokio::test]
async fn the_page_shows_the_address_and_its_meter_and_nobodys_name() {
    let open = open().await;
    let page = open.world.open(&open.molenlaan).await;
    assert_eq!(page.status, 200);
    assert_snapshot!(page.text(), @"
    Molenlaan 8 1234 AB Voorbeelddorp Watermeter W10001
    Wat is de stand van uw watermeter?
    Telwerk met 5 zwarte cijfers Vul alleen de zwarte cijfers in, bijvoorbeeld 01234. 0 1 1 9 1 m³ niet invullen
    Op 31 december 2025 was de stand 01191 m³.
    Vul alleen de zwarte cijfers in, bijvoorbeeld 01234. m³
    Ik heb de meter op een andere dag afgelezen
    Op welke dag hebt u de meter afgelezen?
    Dag
    Maand
    Jaar
    Dit kan tot en met donderdag 24 december 2026. Krijgen wij geen stand, dan maken wij een schatting.
    Stand doorgeven
    Ik kan de meter niet aflezen
    Vraag het een collega
    ");
    for secret in ["Anna", "Vries", "K10001", "anna@example.org", "Dorpsstraat"] {
        assert!(!page.html.contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn looking_writes_nothing_and_shows_the_same_bytes() {
    let open = open().await;
    let mark = open.world.mark();
    let page = open.world.open(&open.molenlaan).await;
    for _ in 0..20 {
        let again = open.world.open(&open.molenlaan).await;
        assert_eq!((again.html, again.headers), (page.html.clone(), page.headers.clone()));
        let head = open.world.head(&open.molenlaan).await;
        assert_eq!((head.status, head.html.as_str()), (200, ""));
    }
    assert!(!open.world.wrote_since(mark));
    assert_eq!(page.header("set-cookie"), None);
}

#[tokio::test]
async fn a_page_costs_two_reads_of_one_unit() {
    let open = open().await;
    let mark = open.world.mark();
    open.world.open(&open.molenlaan).await;
    let calls = open.world.calls_since(mark);
    assert_eq!(calls.len(), 2, "{calls:?}");
    assert!(calls.iter().all(|call| call.service == Service::DynamoDb), "{calls:?}");
    assert_snapshot!(open.world.units_since(mark), @"W 0 R 2");
}

#[tokio::test]
async fn a_link_that_was_changed_opens_nothing_and_costs_nothing() {
    let open = open().await;
    let mark = open.world.mark();
    let forged = open.world.open(&forged(&open.molenlaan)).await;
    assert_eq!(forged.status, 404);
    assert_snapshot!(forged.text(), @"
    Deze pagina is er niet
    Deze link werkt niet. Staat hij op twee regels? Kopieer dan de hele link. Of gebruik de link in onze nieuwste e-mail.
    This page is not here
    This link does not work. Is it split over two lines? Then copy the whole link. Or use the link in our latest email.
    ");
    for path in ["short", &"A".repeat(40), &format!("{}R", "a".repeat(39)), &"a".repeat(80)] {
        let other = open.world.open(&format!("{BASE_URL}/m/{path}")).await;
        assert_eq!((other.status, &other.html), (404, &forged.html), "{path}");
        assert_eq!(other.headers, forged.headers, "{path}");
    }
    let fields = vec![("r0-1".to_owned(), "01287".to_owned())];
    let posted = open.world.post(&self::forged(&open.molenlaan), &fields).await;
    assert_eq!((posted.status, &posted.html), (404, &forged.html));
    assert_eq!(open.world.calls_since(mark), []);
}

#[tokio::test]
async fn a_submission_costs_eleven_writes_and_four_reads_at_most_and_its_mail_one() {
    let open = open().await;
    let page = open.world.open(&open.molenlaan).await;
    let fields = filled(&page, "01287");
    let mark = open.world.mark();
    let answer = open.world.post(&open.molenlaan, &fields).await;
    let units = open.world.units_since(mark);
    assert_eq!(answer.status, 303);
    // the mail's row, and for the first of the hour that it is looked after
    assert!(units.writes <= 11 + 2 && units.half_reads <= 8, "{units}");
    assert_snapshot!(units, @"W 13 R 3");
}

#[tokio::test]
async fn a_reading_leads_to_a_receipt_that_stays_where_the_link_is() {
    let mut open = open().await;
    let page = open.world.open(&open.molenlaan).await;
    let answer = open.world.post(&open.molenlaan, &filled(&page, "01287")).await;
    let receipt = receipt(&answer);
    let seen = open.world.open(&receipt).await;
    assert_snapshot!(seen.text(), @"
    Wij hebben uw meterstand ontvangen
    Watermeter W10001
    01287 m³
    Ontvangstnummer 2026-JZ8Z4-X64HT-N
    Adres Molenlaan 8, 1234 AB Voorbeelddorp
    Afgelezen op 26 november 2026
    Ontvangen op 26 november 2026, 09.30 uur
    Bewaar dit ontvangstnummer. Klopt de stand niet? Pas hem aan tot wij uw jaarafrekening maken.
    Stand aanpassen
    ");
    open.world.advance_to("2026-12-20 12:00").await;
    open.world.mails();
    let later = open.world.open(&receipt).await;
    assert_eq!((later.status, later.text()), (200, seen.text()));
    let page = open.world.open(&open.molenlaan).await;
    assert_snapshot!(page.text(), @"
    Wij ontvingen 01287 m³ op 26 november 2026, 09.30 uur.
    Klopt dit niet? Vul hieronder de juiste stand in.
    Bekijk het ontvangstbewijs
    Molenlaan 8 1234 AB Voorbeelddorp Watermeter W10001
    Wat is de stand van uw watermeter?
    Telwerk met 5 zwarte cijfers Vul alleen de zwarte cijfers in, bijvoorbeeld 01234. 0 1 1 9 1 m³ niet invullen
    Op 31 december 2025 was de stand 01191 m³.
    Vul alleen de zwarte cijfers in, bijvoorbeeld 01234. m³
    Ik heb de meter op een andere dag afgelezen
    Op welke dag hebt u de meter afgelezen?
    Dag
    Maand
    Jaar
    Aanpassen kan tot wij uw jaarafrekening maken.
    Stand doorgeven
    Vraag het een collega
    ");
}

#[tokio::test]
async fn a_correction_replaces_and_its_receipt_names_the_one_it_replaces() {
    let open = open().await;
    let page = open.world.open(&open.molenlaan).await;
    let first = receipt(&open.world.post(&open.molenlaan, &filled(&page, "01287")).await);
    let page = open.world.open(&open.molenlaan).await;
    let second = receipt(&open.world.post(&open.molenlaan, &filled(&page, "01278")).await);
    assert_ne!(first, second);
    let seen = open.world.open(&second).await.text();
    let number = first.rsplit_once("/r-").unwrap().1;
    assert!(seen.contains("01278") && seen.contains(number), "{seen}");
    let old = open.world.open(&first).await;
    assert!(old.status == 200 && old.text().contains("01287"), "{}", old.text());
    assert!(open.world.open(&open.molenlaan).await.text().contains("01278"));
}

#[tokio::test]
async fn the_same_form_twice_leads_to_the_same_receipt_and_stores_nothing_new() {
    let open = open().await;
    let page = open.world.open(&open.molenlaan).await;
    let fields = filled(&page, "01287");
    let first = receipt(&open.world.post(&open.molenlaan, &fields).await);
    let core = |world: &mut World| world.stack().stand_ins().tables().items("local-core");
    let mut world = open.world;
    let stored = core(&mut world);
    assert_eq!(receipt(&world.post(&open.molenlaan, &fields).await), first);
    assert_eq!(core(&mut world), stored);
}

#[tokio::test]
async fn two_people_with_the_same_value_get_the_same_receipt() {
    let open = open().await;
    let page = open.world.open(&open.molenlaan).await; // both look before either sends
    let first = receipt(&open.world.post(&open.molenlaan, &filled(&page, "01287")).await);
    let second = receipt(&open.world.post(&open.molenlaan, &filled(&page, "1287")).await);
    assert_eq!(first, second);
}

#[tokio::test]
async fn two_people_with_other_values_are_shown_both() {
    let open = open().await;
    let page = open.world.open(&open.molenlaan).await;
    receipt(&open.world.post(&open.molenlaan, &filled(&page, "01287")).await);
    let conflict = open.world.post(&open.molenlaan, &filled(&page, "01290")).await;
    assert_eq!(conflict.status, 409);
    assert_snapshot!(conflict.text(), @"
    Molenlaan 8 1234 AB Voorbeelddorp Watermeter W10001
    Klopt deze meterstand?
    Om 09.30 uur kregen wij al een stand: 01287 m³. U vulde 01290 m³ in. Welke stand klopt?
    01287 m³, ontvangen op 26 november 2026, 09.30 uur
    01290 m³, wat u nu invulde
    Verder
    ");
    assert!(open.world.open(&open.molenlaan).await.text().contains("01287"));
}

#[tokio::test]
async fn what_cannot_be_a_reading_is_refused_and_what_was_typed_stays() {
    let open = open().await;
    let page = open.world.open(&open.molenlaan).await;
    for typed in ["12a87", "0128701", "-5", ""] {
        let mark = open.world.mark();
        let answer = open.world.post(&open.molenlaan, &filled(&page, typed)).await;
        assert_eq!(answer.status, 422, "{typed}: {}", answer.text());
        let register = answer.first_register();
        let kept = answer.fields().into_iter().find(|(name, _)| *name == register).unwrap().1;
        assert_eq!(kept, typed);
        let stored = open.world.calls_since(mark);
        assert!(stored.iter().all(|call| call.op != "TransactWriteItems"), "{stored:?}");
    }
    let letters = open.world.post(&open.molenlaan, &filled(&page, "12a87")).await;
    assert_snapshot!(letters.text(), @"
    Controleer uw antwoord. Uw stand is nog niet opgeslagen.
    Gebruik alleen cijfers, bijvoorbeeld 01234
    Molenlaan 8 1234 AB Voorbeelddorp Watermeter W10001
    Wat is de stand van uw watermeter?
    Telwerk met 5 zwarte cijfers Vul alleen de zwarte cijfers in, bijvoorbeeld 01234. 0 1 1 9 1 m³ niet invullen
    Op 31 december 2025 was de stand 01191 m³.
    Vul alleen de zwarte cijfers in, bijvoorbeeld 01234. m³
    Fout: Gebruik alleen cijfers, bijvoorbeeld 01234
    Ik heb de meter op een andere dag afgelezen
    Op welke dag hebt u de meter afgelezen?
    Dag
    Maand
    Jaar
    Dit kan tot en met donderdag 24 december 2026. Krijgen wij geen stand, dan maken wij een schatting.
    Stand doorgeven
    Ik kan de meter niet aflezen
    Vraag het een collega
    ");
}

#[tokio::test]
async fn an_unusual_reading_is_asked_about_once_and_yes_stores_it() {
    let open = open().await;
    let page = open.world.open(&open.molenlaan).await;
    let question = open.world.post(&open.molenlaan, &filled(&page, "02900")).await;
    assert_eq!(question.status, 200);
    assert_snapshot!(question.text(), @"
    Molenlaan 8 1234 AB Voorbeelddorp Watermeter W10001
    Klopt deze meterstand?
    U vulde 02900 in. Dat is 1.709 m³ sinds 31 december 2025. Het jaar ervoor gebruikte u 96 m³.
    Misschien is er een lek. Sluit alle kranen, schrijf de stand op en kijk na een uur weer. Loopt de meter door? Bel ons.
    Ja, dit staat op mijn meter
    Nee, ik pas de stand aan
    Verder
    ");
    let choice = question.html.split("name=\"a0-1\"").count();
    assert!(choice > 1, "{}", question.html);
    let mut fields = question.fields();
    fields.push(("a0-1".to_owned(), "yes".to_owned()));
    let answer = open.world.post(&open.molenlaan, &fields).await;
    let seen = open.world.open(&receipt(&answer)).await;
    assert!(seen.text().contains("02900"), "{}", seen.text());
}

#[tokio::test]
async fn digits_behind_the_comma_are_left_out_and_the_receipt_says_so() {
    let open = open().await;
    let page = open.world.open(&open.molenlaan).await;
    // never rounded
    let answer = open.world.post(&open.molenlaan, &filled(&page, "01287,987")).await;
    let seen = open.world.open(&receipt(&answer)).await.text();
    assert!(seen.contains("01287 m³") && !seen.contains("987"), "{seen}");
    assert!(seen.contains("De cijfers achter de komma hebben wij weggelaten."), "{seen}");
    let page = open.world.open(&open.molenlaan).await.text();
    assert!(page.contains("Wij ontvingen 01287 m³"), "{page}");
    // whole as it was typed: nothing was left out, and nothing is said
    let page = open.world.open(&open.dorpsstraat).await;
    let answer = open.world.post(&open.dorpsstraat, &filled(&page, "01110")).await;
    let seen = open.world.open(&receipt(&answer)).await.text();
    assert!(seen.contains("01110 m³") && !seen.contains("weggelaten"), "{seen}");
}

#[tokio::test]
async fn a_form_as_it_is_served_is_refused() {
    let open = open().await;
    let page = open.world.open(&open.molenlaan).await;
    let answer = open.world.post(&open.molenlaan, &page.fields()).await;
    assert_eq!(answer.status, 422);
    let page = open.world.open(&open.molenlaan).await;
    assert!(!page.text().contains("Wij ontvingen"), "{}", page.text());
}

#[tokio::test]
async fn a_page_can_be_read_in_english() {
    let open = open().await;
    let page = open.world.open(&format!("{}?lang=en", open.molenlaan)).await;
    assert_eq!(page.status, 200);
    assert!(page.html.contains("<html lang=\"en\""), "{}", page.html);
    assert_snapshot!(page.text(), @"
    Molenlaan 8 1234 AB Voorbeelddorp Water meter W10001
    What is the reading on your water meter?
    Register with 5 black digits Enter only the black digits, for example 01234. 0 1 1 9 1 m³ do not enter
    On 31 December 2025 the reading was 01191 m³.
    Enter only the black digits, for example 01234. m³
    I read the meter on another day
    On which day did you read the meter?
    Day
    Month
    Year
    You can do this up to and including Thursday 24 December 2026. Without your reading we will make an estimate.
    Send reading
    I cannot read the meter
    Ask a colleague
    ");
}

#[tokio::test]
async fn the_receipt_of_another_address_opens_nothing() {
    let open = open().await;
    let page = open.world.open(&open.molenlaan).await;
    let receipt = receipt(&open.world.post(&open.molenlaan, &filled(&page, "01287")).await);
    let number = receipt.rsplit_once('/').unwrap().1;
    let elsewhere = open.world.open(&format!("{}/{number}", open.dorpsstraat)).await;
    assert_eq!(elsewhere.status, 404);
    assert!(!elsewhere.html.contains("01287"));
}

#[tokio::test]
async fn every_answer_has_the_headers_of_a_private_page() {
    let open = open().await;
    let page = open.world.open(&open.molenlaan).await;
    let stored = open.world.post(&open.molenlaan, &filled(&page, "01287")).await;
    let form = "application/x-www-form-urlencoded";
    let post = |kind: &str| Request::post(&open.molenlaan).header("content-type", kind);
    let answers = [
        page,
        stored,
        open.world.open(&forged(&open.molenlaan)).await,
        open.world.ask(Request::delete(&open.molenlaan), Bytes::new()).await,
        open.world.ask(post(form), Bytes::from("a".repeat(100_000))).await,
        open.world.ask(post("application/json"), Bytes::from("{}")).await,
    ];
    let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses, [200, 303, 404, 405, 413, 415]);
    let names = [
        "cache-control",
        "content-security-policy",
        "cross-origin-opener-policy",
        "referrer-policy",
        "strict-transport-security",
        "vary",
        "x-content-type-options",
        "x-robots-tag",
    ];
    let of = |answer: &Seen| {
        names.map(|name| format!("{name}: {}", answer.header(name).unwrap_or("-"))).join("\n")
    };
    assert_snapshot!(of(&answers[0]), @"
    cache-control: no-store
    content-security-policy: default-src 'none'; style-src 'sha256-ehRfmPsJMv5rVTgbeizNfCEHfCwHx6jMhggcKdG/lfY='; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'
    cross-origin-opener-policy: same-origin
    referrer-policy: no-referrer
    strict-transport-security: max-age=31536000; includeSubDomains
    vary: accept-encoding
    x-content-type-options: nosniff
    x-robots-tag: noindex, nofollow, noarchive
    ");
    for answer in &answers {
        assert_eq!(of(answer), of(&answers[0]), "{}", answer.status);
    }
}
