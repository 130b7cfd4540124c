pub(crate) mod gallery;
pub(crate) mod markup;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use insta::assert_snapshot;

use domain::meter::MeterNumber;

use super::*;
use crate::brand::Brand;
use crate::texts::tests::MADE_UP_LANGUAGE;
use crate::utility::Utility;
use gallery::{Link, all, at, day, frame, house};
use markup::{Piece, check_nesting, pieces, read, skeleton};

/// What a person reads between the head and the foot of a page.
fn main_of(page: &Page) -> String {
    let text = read(&page.html);
    let (_, main) = text
        .split_once("lang=")
        .map_or(("", text.as_str()), |(_, rest)| rest.split_once('\n').unwrap_or_default());
    let foot = main.find("\nVragen?").or_else(|| main.find("\nQuestions?"));
    main.split_at(foot.unwrap_or(main.len())).0.to_owned()
}

fn title(page: &Page) -> String {
    let (_, rest) = page.html.split_once("<title>").unwrap();
    rest.split_once("</title>").unwrap().0.to_owned()
}

/// Every page in every language.
fn every_page() -> &'static [(String, Page)] {
    static PAGES: LazyLock<Vec<(String, Page)>> =
        LazyLock::new(|| all(Language::Nl).into_iter().chain(all(Language::En)).collect());
    &PAGES
}

/// Every page in Dutch.
fn every_dutch_page() -> impl Iterator<Item = &'static (String, Page)> {
    every_page().iter().filter(|(_, page)| page.language == Language::Nl)
}

#[test]
fn the_question_says_what_is_asked_and_by_when() {
    let (house, link) = (house(), Link::water());
    assert_snapshot!(main_of(&question(&frame(&house, Language::Nl), &link.asked())), @"
    Dorpsstraat 5
    1234 AB Voorbeelddorp
    Watermeter 12345678
    Wat is de stand van uw watermeter?
    Op 3 december 2025 was de stand 01206~m³.
    Vul alleen de zwarte cijfers in, bijvoorbeeld 01234. m³
    [r0-1=]
    Ik heb de meter op een andere dag afgelezen
    Op welke dag hebt u de meter afgelezen?
    Dag
    [day=]
    Maand
    [month=]
    Jaar
    [year=]
    Dit kan tot en met donderdag 24 december 2026. Krijgen wij geen stand, dan maken wij een schatting.
    Stand doorgeven
    Ik kan de meter niet aflezen </m/_BE_BLiOkK54AiBbCwXNXwEjRWeJq83vB-oAAQcR/cannot>
    Vraag het een collega </m/_BE_BLiOkK54AiBbCwXNXwEjRWeJq83vB-oAAQcR/ask>
    ");
    assert_snapshot!(main_of(&question(&frame(&house, Language::En), &link.asked())), @"
    Dorpsstraat 5
    1234 AB Voorbeelddorp
    Water meter 12345678
    What is the reading on your water meter?
    On 3 December 2025 the reading was 01206~m³.
    Enter only the black digits, for example 01234. m³
    [r0-1=]
    I read the meter on another day
    On which day did you read the meter?
    Day
    [day=]
    Month
    [month=]
    Year
    [year=]
    You can do this up to and including Thursday 24 December 2026. Without your reading we will make an estimate.
    Send reading
    I cannot read the meter </m/_BE_BLiOkK54AiBbCwXNXwEjRWeJq83vB-oAAQcR/cannot?lang=en>
    Ask a colleague </m/_BE_BLiOkK54AiBbCwXNXwEjRWeJq83vB-oAAQcR/ask?lang=en>
    ");
}

#[test]
fn several_meters_are_one_form() {
    let (house, link) = (house(), Link::several());
    assert_snapshot!(main_of(&question(&frame(&house, Language::Nl), &link.asked())), @"
    Dorpsstraat 5
    1234 AB Voorbeelddorp
    Wat zijn de standen van uw meters?
    Watermeter 12345678
    Op 3 december 2025 was de stand 01206~m³.
    Stand
    Vul alleen de zwarte cijfers in, bijvoorbeeld 01234. m³
    [r0-1=]
    Elektriciteitsmeter E0047 0001
    Op 3 december 2025 was de stand 001206~kWh.
    Verbruik, laag tarief (telwerk 1.8.1)
    Vul alleen de zwarte cijfers in, bijvoorbeeld 012345. kWh
    [r1-1.8.1=]
    Op 3 december 2025 was de stand 001206~kWh.
    Verbruik, normaal tarief (telwerk 1.8.2)
    Vul alleen de zwarte cijfers in, bijvoorbeeld 012345. kWh
    [r1-1.8.2=]
    Ik heb de meter op een andere dag afgelezen
    Op welke dag hebt u de meter afgelezen?
    Dag
    [day=]
    Maand
    [month=]
    Jaar
    [year=]
    Dit kan tot en met donderdag 24 december 2026. Krijgen wij geen stand, dan maken wij een schatting.
    Standen doorgeven
    Ik kan de meter niet aflezen </m/_BE_BLiOkK54AiBbCwXNXwEjRWeJq83vB-oAAQcR/cannot>
    Vraag het een collega </m/_BE_BLiOkK54AiBbCwXNXwEjRWeJq83vB-oAAQcR/ask>
    ");
}

#[test]
fn a_refused_form_comes_back_as_it_was_filled_in() {
    let (house, link) = (house(), Link::water());
    let refusal = Refusal::TooManyDigits { entered: 8, without_red: Some(1234.into()) };
    let asked = link.typed("01234567", Finding::Refused(refusal));
    let page = refused(&frame(&house, Language::Nl), &asked);
    assert_eq!((page.status, title(&page).starts_with("Fout: ")), (422, true));
    assert_snapshot!(main_of(&page), @"
    Controleer uw antwoord. Uw stand is nog niet opgeslagen.
    Uw meter heeft 5 zwarte cijfers. U vulde er 8 in. Laat de rode cijfers weg <#r0-1>
    Dorpsstraat 5
    1234 AB Voorbeelddorp
    Watermeter 12345678
    Wat is de stand van uw watermeter?
    Op 3 december 2025 was de stand 01206~m³.
    Vul alleen de zwarte cijfers in, bijvoorbeeld 01234. m³
    Fout: Uw meter heeft 5 zwarte cijfers. U vulde er 8 in. Laat de rode cijfers weg
    [r0-1=01234567]
    [red] Ik vulde ook de rode cijfers in. De stand is 01234
    Ik heb de meter op een andere dag afgelezen
    Op welke dag hebt u de meter afgelezen?
    Dag
    [day=]
    Maand
    [month=]
    Jaar
    [year=]
    Dit kan tot en met donderdag 24 december 2026. Krijgen wij geen stand, dan maken wij een schatting.
    Stand doorgeven
    Ik kan de meter niet aflezen </m/_BE_BLiOkK54AiBbCwXNXwEjRWeJq83vB-oAAQcR/cannot>
    Vraag het een collega </m/_BE_BLiOkK54AiBbCwXNXwEjRWeJq83vB-oAAQcR/ask>
    ");
}

#[test]
fn every_refusal_has_its_sentence() {
    let house = house();
    let said = |language| {
        let link = Link::water();
        let mut lines = Vec::new();
        for (name, typed, refusal) in gallery::refusals() {
            let asked = link.typed(typed, Finding::Refused(refusal));
            let page = read(&refused(&frame(&house, language), &asked).html);
            let prefix = if language == Language::Nl { "Fout: " } else { "Error: " };
            let line = page.lines().find(|line| line.starts_with(prefix)).unwrap();
            lines.push(format!("{name}: {line}"));
        }
        lines.join("\n")
    };
    assert_snapshot!(said(Language::Nl), @"
    empty: Fout: Vul de meterstand in
    digits: Fout: Gebruik alleen cijfers, bijvoorbeeld 01234
    dot: Fout: U vulde 1.234 in. Typ de stand zonder punt of komma
    many: Fout: Uw meter heeft 5 zwarte cijfers. U vulde er 6 in. Laat de rode cijfers weg
    many-red: Fout: Uw meter heeft 5 zwarte cijfers. U vulde er 8 in. Laat de rode cijfers weg
    choose: Fout: Kies een antwoord
    new-meter: Fout: Vul het nummer in dat op de nieuwe meter staat
    ");
    assert_snapshot!(said(Language::En), @"
    empty: Error: Enter the meter reading
    digits: Error: Use digits only, for example 01234
    dot: Error: You entered 1.234. Type the reading without a point or comma
    many: Error: Your meter has 5 black digits. You entered 6. Leave out the red digits
    many-red: Error: Your meter has 5 black digits. You entered 8. Leave out the red digits
    choose: Error: Choose an answer
    new-meter: Error: Enter the number that is printed on the new meter
    ");
}

#[test]
fn every_doubt_is_a_question_with_its_answers() {
    let (house, link) = (house(), Link::water());
    let mut pages = Vec::new();
    for (name, doubt) in gallery::doubts() {
        let asked = link.typed("02018", Finding::Doubtful(doubt));
        let text = main_of(&doubtful(&frame(&house, Language::Nl), &asked));
        let (_, text) = text.split_once("Watermeter 12345678\n").unwrap();
        pages.push(format!("== {name}\n{text}"));
    }
    assert_snapshot!(pages.join("\n"), @"
    == high
    Klopt deze meterstand?
    U vulde 02018 in. Dat is 812~m³ sinds 3 december 2025. Het jaar ervoor gebruikte u 96~m³.
    Misschien is er een lek. Sluit alle kranen, schrijf de stand op en kijk na een uur weer. Loopt de meter door? Bel ons.
    (yes) Ja, dit staat op mijn meter
    (no) Nee, ik pas de stand aan
    Verder
    == low
    Klopt deze meterstand?
    U vulde 02018 in. U gebruikte dan 120.612~m³; gewoonlijk is dat ongeveer 101~m³. Klopt dat?
    (yes) Ja, dit staat op mijn meter
    (no) Nee, ik pas de stand aan
    Verder
    == high-first
    Klopt deze meterstand?
    U vulde 02018 in. U gebruikte dan 120.612~m³; gewoonlijk is dat ongeveer 101~m³. Klopt dat?
    Misschien is er een lek. Sluit alle kranen, schrijf de stand op en kijk na een uur weer. Loopt de meter door? Bel ons.
    (yes) Ja, dit staat op mijn meter
    (no) Nee, ik pas de stand aan
    Verder
    == red
    Klopt deze meterstand?
    U vulde 02018 in. Dat is 120.612~m³ sinds 3 december 2025. Het jaar ervoor gebruikte u 96~m³.
    Misschien is er een lek. Sluit alle kranen, schrijf de stand op en kijk na een uur weer. Loopt de meter door? Bel ons.
    (yes) Ja, dit staat op mijn meter
    (red) Ik vulde ook de rode cijfers in. De stand is 01302
    (no) Nee, ik pas de stand aan
    Verder
    == impossible
    Klopt deze meterstand?
    U vulde 02018 in. Dat zou een verbruik van 27.110~m³ zijn; dat kan deze aansluiting niet leveren.
    (yes) Ja, dit staat op mijn meter
    (no) Nee, ik pas de stand aan
    Verder
    == equal
    Klopt deze meterstand?
    De stand is gelijk aan die van 3 december 2025. Dan is er geen water gebruikt. Klopt dat?
    (yes) Ja, dit staat op mijn meter
    (no) Nee, ik pas de stand aan
    Verder
    == below-estimate
    Klopt deze meterstand?
    U vulde 02018 in. Dat is lager dan onze schatting voor 3 december 2025: 01206~m³. Klopt dat?
    (yes) Ja, dit staat op mijn meter
    (no) Nee, ik pas de stand aan
    Verder
    == below
    Deze stand is lager dan de vorige. Wat is er gebeurd?
    U vulde 02018 in. Deze stand is lager dan de vorige (01206~m³ op 3 december 2025). Kijkt u naar de juiste meter?
    (exchanged) Mijn meter is vervangen
    (prev-wrong) De vorige stand klopt niet
    (unknown) Ik weet het niet, maar dit staat op mijn meter
    (no) Nee, ik pas de stand aan
    Nummer van de nieuwe meter
    Alleen als uw meter is vervangen. Het nummer staat op de meter.
    [n0=]
    Verder
    == rolled
    Deze stand is lager dan de vorige. Wat is er gebeurd?
    U vulde 02018 in. Deze stand is lager dan de vorige (01206~m³ op 3 december 2025). Kijkt u naar de juiste meter?
    (exchanged) Mijn meter is vervangen
    (rolled) De meter is na 99999 weer bij 00000 begonnen
    (prev-wrong) De vorige stand klopt niet
    (unknown) Ik weet het niet, maar dit staat op mijn meter
    (no) Nee, ik pas de stand aan
    Nummer van de nieuwe meter
    Alleen als uw meter is vervangen. Het nummer staat op de meter.
    [n0=]
    Verder
    == conflict
    Klopt deze meterstand?
    Om 14.03 uur kregen wij al een stand: 01302~m³. U vulde 02018~m³ in. Welke stand klopt?
    (theirs) 01302~m³, ontvangen op 3 december 2026, 14.03 uur
    (yes) 02018~m³, wat u nu invulde
    Verder
    ");
}

#[test]
fn only_of_water_taps_are_closed() {
    let house = house();
    for (link, taps) in [(Link::water(), true), (Link::heat(), false)] {
        let asked = link.typed("02018", Finding::Doubtful(gallery::unusual()));
        let text = main_of(&doubtful(&frame(&house, Language::Nl), &asked));
        assert_eq!(text.contains("Sluit alle kranen"), taps, "{text}");
    }
}

#[test]
fn the_likely_mistake_is_offered_with_its_value() {
    let house = house();
    let mut pages = Vec::new();
    for (name, doubt, likely) in gallery::mistakes() {
        let link = if name == "other-meter" { Link::several() } else { Link::water() };
        let page = doubtful(&frame(&house, Language::Nl), &link.mistaken("02018", doubt, likely));
        let text = main_of(&page);
        let said = text.lines().filter(|line| {
            line.starts_with('(') || line.contains("past bij") || line.contains("lek")
        });
        pages.push(format!("== {name}\n{}", said.collect::<Vec<_>>().join("\n")));
    }
    assert_snapshot!(pages.join("\n"), @"
    == meant-high
    Misschien is er een lek. Sluit alle kranen, schrijf de stand op en kijk na een uur weer. Loopt de meter door? Bel ons.
    (yes) Ja, dit staat op mijn meter
    (meant) Ik bedoelde 01302~m³
    (no) Nee, ik pas de stand aan
    == meant-impossible
    (yes) Ja, dit staat op mijn meter
    (meant) Ik bedoelde 01302~m³
    (no) Nee, ik pas de stand aan
    == meant-equal
    (yes) Ja, dit staat op mijn meter
    (meant) Ik bedoelde 01302~m³
    (no) Nee, ik pas de stand aan
    == meant-below
    (meant) Ik bedoelde 01302~m³
    (exchanged) Mijn meter is vervangen
    (rolled) De meter is na 99999 weer bij 00000 begonnen
    (prev-wrong) De vorige stand klopt niet
    (unknown) Ik weet het niet, maar dit staat op mijn meter
    (no) Nee, ik pas de stand aan
    == other-meter
    Deze stand past bij Elektriciteitsmeter E0047 0001. Keek u naar die meter?
    (yes) Ja, dit staat op mijn meter
    (no) Nee, ik pas de stand aan
    == meant-red
    Misschien is er een lek. Sluit alle kranen, schrijf de stand op en kijk na een uur weer. Loopt de meter door? Bel ons.
    (yes) Ja, dit staat op mijn meter
    (red) Ik vulde ook de rode cijfers in. De stand is 01302
    (no) Nee, ik pas de stand aan
    ");
}

#[test]
fn what_was_received_can_be_corrected() {
    let (house, link) = (house(), Link::water());
    let mut asked = link.asked();
    asked.meters[0].received = Some(Received {
        at: at("2026-12-03T13:03:00Z"),
        values: vec![1302.into()],
        receipt: Some(gallery::RECEIPT),
    });
    let page = main_of(&question(&frame(&house, Language::Nl), &asked));
    assert!(page.contains("\nAanpassen kan tot wij uw jaarafrekening maken.\n"), "{page}");
    assert!(!page.contains("schatting"), "{page}");
    asked.stage = Stage::Late;
    let page = main_of(&question(&frame(&house, Language::Nl), &asked));
    let (notices, _) = page.split_once("Dorpsstraat").unwrap();
    assert_snapshot!(notices, @"
    Wij ontvingen 01302~m³ op 3 december 2026, 14.03 uur.
    Klopt dit niet? Vul hieronder de juiste stand in.
    Bekijk het ontvangstbewijs </m/_BE_BLiOkK54AiBbCwXNXwEjRWeJq83vB-oAAQcR/r-2026-WVQG8-REB7W-R>
    De laatste dag was 24 december 2026. U kunt uw stand nog doorgeven. Wij gebruiken die dan in plaats van een schatting.
    ");
}

#[test]
fn hidden_readings_are_on_no_page() {
    let mut house = house();
    house.utility.page.previous_reading = crate::utility::Showing::Hidden;
    for link in [Link::water(), Link::several(), Link::heat()] {
        let mut asked = link.asked();
        for meter in &mut asked.meters {
            let values = meter.registers.iter().map(|_| 1302.into()).collect();
            let receipt = Some(gallery::RECEIPT);
            meter.received = Some(Received { at: at("2026-12-03T13:03:00Z"), values, receipt });
        }
        let frame = frame(&house, Language::Nl);
        let mut pages = vec![question(&frame, &asked)];
        pages.extend(
            gallery::doubts()
                .into_iter()
                .map(|(_, doubt)| doubtful(&frame, &link.typed("02018", Finding::Doubtful(doubt)))),
        );
        for page in pages {
            let text = read(&page.html).replace("De stand is 01302", "");
            for secret in ["1206", "1302", "r-2026", "3 december 2025", "96 m³"] {
                assert!(!text.contains(secret), "{secret}: {text}");
            }
        }
    }
}

#[test]
fn a_receipt_says_what_was_stored() {
    let house = house();
    let (water, several) = (Link::water(), Link::several());
    let page = |language, receipt: &Receipt<'_>| {
        main_of(&super::receipt(&frame(&house, language), receipt))
    };
    assert_snapshot!(page(Language::Nl, &water.receipt()), @"
    Wij hebben uw meterstand ontvangen
    Watermeter 12345678
    01302~m³
    Ontvangstnummer
    2026-WVQG8-REB7W-R
    Adres
    Dorpsstraat 5, 1234 AB Voorbeelddorp
    Afgelezen op
    3 december 2026
    Ontvangen op
    3 december 2026, 14.03 uur
    Bewaar dit ontvangstnummer. Klopt de stand niet? Pas hem aan tot wij uw jaarafrekening maken.
    Stand aanpassen </m/_BE_BLiOkK54AiBbCwXNXwEjRWeJq83vB-oAAQcR>
    ");
    let next = |next| page(Language::Nl, &Receipt { next, ..water.receipt() });
    let corrected = next(Next::Correct(gallery::PATH));
    assert!(corrected.contains("Uw jaarafrekening is al gemaakt"), "{corrected}");
    assert!(
        corrected.contains("Stand aanpassen <") && !corrected.contains("tot wij"),
        "{corrected}"
    );
    let correcting = next(Next::NewInvoice);
    assert!(correcting.contains("U krijgt een nieuwe afrekening"), "{correcting}");
    assert!(!correcting.contains("Stand aanpassen"), "{correcting}");
    let new_number = MeterNumber::parse("W-77").unwrap();
    let mut receipt = several.receipt();
    receipt.via = Via::Colleague;
    receipt.replaces = Some("2026-AAAAA-BBBBB-C");
    receipt.meters[0].registers[0].kept = Kept::WithoutDecimals;
    receipt.meters[0].new_number = Some(&new_number);
    assert_snapshot!(page(Language::En, &receipt), @"
    We have received your reading
    Water meter 12345678
    01302~m³
    We left out the decimals.
    Number of the new meter: W-77
    Electricity meter E0047 0001
    Use, low tariff (register 1.8.1) 001302~kWh
    Use, normal tariff (register 1.8.2) 001302~kWh
    Receipt number
    2026-WVQG8-REB7W-R
    Address
    Dorpsstraat 5, 1234 AB Voorbeelddorp
    Read on
    3 December 2026
    Received on
    3 December 2026, 14:03
    Sent
    by a colleague
    Replaces
    2026-AAAAA-BBBBB-C
    Keep this receipt number. Is the reading wrong? You can change it until we make your annual bill.
    Change the reading </m/_BE_BLiOkK54AiBbCwXNXwEjRWeJq83vB-oAAQcR?lang=en>
    ");
}

#[test]
fn a_meter_that_cannot_be_read_is_reported() {
    let (house, link) = (house(), Link::several());
    assert_snapshot!(main_of(&cannot(&frame(&house, Language::Nl), &link.cannot())), @"
    Dorpsstraat 5
    1234 AB Voorbeelddorp
    Welke meter is het?
    [yes] Watermeter 12345678
    [yes] Elektriciteitsmeter E0047 0001
    Waarom kunt u de meter niet aflezen?
    (unreadable) Het venster is beslagen of kapot
    (unreachable) Ik kan er niet bij
    (not-found) Ik kan de meter niet vinden
    (other-number) Mijn meter heeft een ander nummer
    (not-my-address) Dit is niet mijn adres
    Versturen
    Terug naar de vraag </m/_BE_BLiOkK54AiBbCwXNXwEjRWeJq83vB-oAAQcR>
    ");
}

#[test]
fn who_was_asked_is_listed_and_can_be_revoked() {
    let (house, link) = (house(), Link::water());
    let delegations = gallery::delegations();
    let page = ask(&frame(&house, Language::Nl), &link.ask(AskRoom::Free, &delegations));
    assert_snapshot!(main_of(&page), @"
    Dorpsstraat 5
    1234 AB Voorbeelddorp
    Wat is het e-mailadres van uw collega?
    Wij sturen uw collega een link voor alleen dit adres. Bijvoorbeeld naam@voorbeeld.nl. Wij gebruiken het alleen hiervoor.
    [email=]
    Link versturen
    Aan wie u het vroeg
    Gevraagd op 3 december 2026
    j•••@gemeente.example
    Gevraagd op 3 december 2026, heeft een stand doorgegeven
    j•••@gemeente.example
    Gevraagd op 3 december 2026, zei: dit is niet mijn adres
    j•••@gemeente.example
    Gevraagd op 3 december 2026, de link is ingetrokken
    j•••@gemeente.example
    Een link intrekken
    [yes] Ja, trek de link van j•••@gemeente.example in
    [yes] Ja, trek de link van j•••@gemeente.example in
    [yes] Ja, trek de link van j•••@gemeente.example in
    [yes] Ja, trek alle links in
    Intrekken
    Voor meer adressen tegelijk
    Wij sturen u een overzicht van uw adressen, naar het e-mailadres dat wij van u kennen. De link daarin werkt één dag.
    [yes] Ja, stuur mij het overzicht
    Overzicht sturen
    Terug naar de vraag </m/_BE_BLiOkK54AiBbCwXNXwEjRWeJq83vB-oAAQcR>
    ");
    assert!(!page.html.contains("jan1"), "a mailbox is masked");
}

#[test]
fn the_overview_offers_every_address_and_keeps_what_was_chosen() {
    let (house, link) = (house(), Link::water());
    let frame = frame(&house, Language::Nl);
    let delegations = gallery::delegations();
    let overview = link.overview(AskRoom::Free, &delegations[..1]);
    assert_snapshot!(main_of(&super::overview(&frame, &overview)), @"
    Voor welke adressen vraagt u het een collega?
    U ziet de adressen waarvan wij nog geen stand hebben. Uw collega krijgt één e-mail met een link voor alleen deze adressen.
    [yes] Alle 2 adressen
    [yes] Dorpsstraat 5
    1234 AB Voorbeelddorp
    [yes] Dorpsstraat 5
    1234 AB Voorbeelddorp
    Wat is het e-mailadres van uw collega?
    Bijvoorbeeld naam@voorbeeld.nl. Wij gebruiken het alleen hiervoor.
    [email=]
    Link versturen
    Aan wie u het vroeg
    Gevraagd op 3 december 2026
    j•••@gemeente.example
    1 adres
    Een link intrekken
    [yes] Ja, trek de link van j•••@gemeente.example in
    Intrekken
    ");
    let mistaken = Overview { mistake: Some(AskMistake::Mailbox), ..overview };
    let html = overview_refused(&frame, &mistaken).html;
    assert!(html.contains("name=\"c3\" value=\"yes\" checked") && html.contains("jan@gemeente"));
}

#[test]
fn the_list_leads_to_each_address_and_says_what_came() {
    let (house, link) = (house(), Link::water());
    let listed = |path: &str, progress| ListedAddress {
        path: path.to_owned(),
        address: &link.address,
        progress,
    };
    let addresses = [listed("/m/T/a1", Progress::Missing), listed("/m/T/a2", Progress::Received)];
    assert_snapshot!(main_of(&list(&frame(&house, Language::Nl), &addresses)), @"
    Van welk adres geeft u de stand door?
    Kies een adres. Daarna komt u hier terug voor het volgende.
    Dorpsstraat 5
    1234 AB Voorbeelddorp </m/T/a1>
    Dorpsstraat 5
    1234 AB Voorbeelddorp </m/T/a2> Ontvangen
    ");
}

#[test]
fn pages_without_a_form_say_why() {
    let text =
        |name: &str| main_of(&every_dutch_page().find(|(found, _)| found == name).unwrap().1);
    assert_snapshot!(text("not-open-yet"), @"
    U kunt nog geen stand doorgeven
    Vanaf donderdag 26 november 2026 kunt u met deze link uw meterstand doorgeven.
    ");
    assert_snapshot!(text("closed"), @"
    Deze link is gesloten
    Via deze link kunt u geen stand meer doorgeven. Bel ons als uw stand niet klopt.
    ");
    assert_snapshot!(text("ended"), @"
    Wij hebben geen meterstand nodig
    U bent op dit adres geen klant meer sinds 12 oktober 2026. Wij hebben geen meterstand van u nodig.
    ");
    assert_snapshot!(text("too-many"), @"
    Te veel pogingen
    U probeerde het te vaak. Probeer het over een uur opnieuw.
    U vulde in
    [r0-1=01302]
    Opnieuw proberen
    ");
    assert_snapshot!(text("correcting"), @"
    Wij rekenen opnieuw
    Wij hebben uw stand ontvangen. U krijgt een nieuwe afrekening. Daarna kunt u via deze link weer een stand doorgeven.
    ");
    assert_snapshot!(text("correcting-refused"), @"
    Wij rekenen opnieuw
    Uw stand is niet opgeslagen. Wij rekenen opnieuw met de stand die wij al kregen. Klopt die niet? Geef uw stand door als u de nieuwe afrekening hebt.
    U vulde in
    [r0-1=01302]
    Opnieuw proberen
    ");
    assert_snapshot!(text("try-later"), @"
    Het lukt nu niet
    Uw stand is niet opgeslagen. Probeer het over een minuut opnieuw.
    U vulde in
    [r0-1=01302]
    Opnieuw proberen
    ");
    let house = house();
    assert_snapshot!(read(&not_found(&house).html), @"
    Naar de inhoud <#main>
    Voorbeeld Water
    Deze pagina is er niet
    Deze link werkt niet. Staat hij op twee regels? Kopieer dan de hele link. Of gebruik de link in onze nieuwste e-mail.
    This page is not here
    This link does not work. Is it split over two lines? Then copy the whole link. Or use the link in our latest email.
    Vragen?
    0800 1234567 <tel:08001234567>
    klantenservice@voorbeeldwater.nl <mailto:klantenservice@voorbeeldwater.nl>
    Wij zijn bereikbaar: ma-vr 8.00-18.00
    ");
}

#[test]
fn the_status_tells_whether_something_was_stored() {
    let mut statuses: Vec<_> = every_dutch_page()
        .filter(|(name, _)| !name.starts_with("several") && !name.starts_with("heat"))
        .map(|(name, page)| format!("{} {name}", page.status))
        .collect();
    statuses.sort();
    statuses.dedup();
    assert_snapshot!(statuses.join("\n"), @"
    200 correcting
    200 not-open-yet
    200 water-ask-answered
    200 water-ask-first
    200 water-ask-free
    200 water-ask-full
    200 water-ask-overview-sent
    200 water-ask-spent
    200 water-cannot
    200 water-change
    200 water-doubt-below
    200 water-doubt-below-estimate
    200 water-doubt-equal
    200 water-doubt-high
    200 water-doubt-high-first
    200 water-doubt-impossible
    200 water-doubt-low
    200 water-doubt-meant-below
    200 water-doubt-meant-equal
    200 water-doubt-meant-high
    200 water-doubt-meant-impossible
    200 water-doubt-meant-red
    200 water-doubt-other-meter
    200 water-doubt-red
    200 water-doubt-rolled
    200 water-invoiced-question
    200 water-late-obstacle
    200 water-list
    200 water-overview-answered
    200 water-overview-free
    200 water-overview-full
    200 water-previous-0
    200 water-previous-1
    200 water-previous-2
    200 water-question
    200 water-receipt
    200 water-receipt-colleague
    200 water-receipt-correcting
    200 water-receipt-invoiced
    200 water-received
    200 water-received-late
    400 broken-400
    403 broken-403
    404 not-found
    405 broken-405
    409 correcting-refused
    409 not-open-yet-refused
    409 water-doubt-conflict
    409 water-invoiced
    410 closed
    410 ended
    410 withdrawn
    413 broken-413
    415 broken-415
    422 water-ask-refused-mailbox
    422 water-ask-refused-overview
    422 water-ask-refused-recipient
    422 water-ask-refused-ticked
    422 water-cannot-refused
    422 water-overview-refused-address
    422 water-overview-refused-mailbox
    422 water-overview-refused-ticked
    422 water-refused-choose
    422 water-refused-date
    422 water-refused-digits
    422 water-refused-dot
    422 water-refused-empty
    422 water-refused-many
    422 water-refused-many-red
    422 water-refused-new-meter
    429 too-many
    429 water-ask-refused-no-room
    429 water-overview-refused-no-room
    503 try-later
    503 try-later-get
    ");
}

#[test]
fn a_mistake_is_the_first_word_of_the_title() {
    for (name, page) in every_page() {
        let mistake = page.status == 422 || page.status == 429 || name.starts_with("broken");
        let mistake = mistake || name.starts_with("try-later");
        let mistake = mistake || name == "correcting-refused" || name == "not-open-yet-refused";
        let prefix = if page.language == Language::Nl { "Fout: " } else { "Error: " };
        assert_eq!(title(page).starts_with(prefix), mistake, "{name}: {}", title(page));
    }
}

#[test]
fn no_form_of_a_get_is_filled_in() {
    for (name, page) in every_page() {
        let got = page.status == 200 && !name.contains("doubt") && !name.ends_with("change");
        for piece in pieces(&page.html) {
            let Piece::Start { tag, attributes } = piece else { continue };
            assert!(!got || !attributes.contains_key("checked"), "{name}");
            let text = attributes.get("type").map(String::as_str) == Some("text");
            if got && tag == "input" && text {
                assert_eq!(attributes["value"], "", "{name}");
            }
        }
    }
}

#[test]
fn what_was_typed_is_kept() {
    for (name, page) in every_dutch_page() {
        let keeps = name.starts_with("water")
            && matches!(page.status, 409 | 422)
            && !name.contains("empty")
            && !name.contains("cannot")
            && !name.contains("ask-")
            && !name.contains("overview-");
        if keeps || ["too-many", "try-later", "correcting-refused"].contains(&name.as_str()) {
            let value = page.html.split("name=\"r0-1\" value=\"").nth(1);
            assert!(value.is_some_and(|rest| !rest.starts_with('"')), "{name}");
        }
    }
}

#[test]
fn another_language_is_kept_through_form_and_links() {
    let (house, link) = (house(), Link::water());
    let form = |language| {
        let page = question(&frame(&house, language), &link.asked()).html;
        let action = page.split("action=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let other = page.split("class=\"language\" href=\"").nth(1).unwrap();
        (action, other.split('"').next().unwrap().to_owned())
    };
    assert_eq!(form(Language::Nl), (gallery::PATH.to_owned(), "?lang=en".to_owned()));
    assert_eq!(form(Language::En), (format!("{}?lang=en", gallery::PATH), "?lang=nl".to_owned()));
    let page = question(&frame(&house, Language::De), &link.asked());
    assert_eq!(page.language, Language::En);
}

#[test]
fn a_language_whose_file_was_added_has_every_page_in_its_own_form() {
    for (name, page) in all(MADE_UP_LANGUAGE) {
        check_nesting(&page.html);
        if name != "not-found" {
            assert_eq!(page.language, MADE_UP_LANGUAGE, "{name}");
            assert!(page.html.contains("<html lang=\"fr\">"), "{name}");
        }
    }
    let (mut house, link) = (house(), Link::heat());
    house.utility.languages.push(MADE_UP_LANGUAGE);
    let switch = |language| {
        let page = question(&frame(&house, language), &link.asked()).html;
        let links = page.split("<a class=\"language\" href=\"").skip(1);
        let links = links.map(|rest| rest.split("</a>").next().unwrap().to_owned());
        links.collect::<Vec<_>>().join("\n")
    };
    let english = "?lang=en\" hreflang=\"en\" lang=\"en\">English";
    let made_up = "?lang=fr\" hreflang=\"fr\" lang=\"fr\">Nëëdëërläänds";
    assert_eq!(switch(Language::Nl), format!("{english}\n{made_up}"));
    let dutch = "?lang=nl\" hreflang=\"nl\" lang=\"nl\">Nederlands";
    assert_eq!(switch(MADE_UP_LANGUAGE), format!("{dutch}\n{english}"));

    let (frame, water) = (frame(&house, MADE_UP_LANGUAGE), Link::water());
    let doubtful = |wanted| {
        let (_, doubt) = gallery::doubts().into_iter().find(|(name, _)| *name == wanted).unwrap();
        doubtful(&frame, &water.typed("02018", Finding::Doubtful(doubt))).html
    };
    let text = read(&question(&frame, &link.asked()).html);
    assert!(text.contains("Dïït kään tööt ëën mëët jeudi 24 décembre 2026. "), "{text}");
    assert!(text.contains("01206,000~GJ"), "{text}");
    let html = doubtful("low");
    assert!(html.contains("120\u{202f}612\u{a0}m³"), "{html}");
    let text = read(&doubtful("conflict"));
    assert!(text.contains("3 décembre 2026, 14.03 üüüür"), "{text}");
}

#[test]
fn every_page_is_well_made() {
    for (name, page) in every_page() {
        check_nesting(&page.html);
        let mut ids = BTreeSet::new();
        let mut references = BTreeSet::new();
        let mut headings = 0;
        for piece in pieces(&page.html) {
            let Piece::Start { tag, attributes } = piece else { continue };
            headings += usize::from(tag == "h1");
            let scripted = |name: &String| name.starts_with("on") || name == "style";
            assert!(tag != "script" && !attributes.keys().any(scripted), "{name}");
            if let Some(id) = attributes.get("id") {
                assert!(ids.insert(id.clone()), "{name}: {id} twice");
            }
            for reference in ["for", "aria-describedby", "aria-labelledby"] {
                let value = attributes.get(reference).map(String::as_str).unwrap_or_default();
                references.extend(value.split_whitespace().map(str::to_owned));
            }
            let fragment = attributes.get("href").and_then(|href| href.strip_prefix('#'));
            references.extend(fragment.map(str::to_owned));
        }
        assert_eq!(headings, 1, "{name}");
        assert!(references.is_subset(&ids), "{name}: {:?}", references.difference(&ids));
    }
}

#[test]
fn every_text_field_has_a_label() {
    for (name, page) in every_page() {
        for id in page.html.split("<input ").skip(1).filter_map(|input| {
            let input = input.split('>').next().unwrap();
            let text = input.contains("type=\"text\"");
            text.then(|| input.split(" id=\"").nth(1).unwrap().split('"').next().unwrap())
        }) {
            assert!(page.html.contains(&format!("<label for=\"{id}\">")), "{name}: {id}");
        }
    }
}

#[test]
fn pages_and_their_stylesheet_are_small() {
    let house = house();
    assert!(house.stylesheet().len() < 10_000, "{}", house.stylesheet().len());
    for (name, page) in every_page() {
        assert!(page.html.len() <= 30_000, "{name}: {}", page.html.len());
        for drawing in page.html.split("<svg class=\"meter\"").skip(1) {
            let length = drawing.find("</svg>").unwrap();
            assert!(length < 2_500, "{name}: {length}");
        }
    }
}

#[test]
fn the_policy_allows_the_stylesheet_that_is_served() {
    use base64::Engine as _;
    use sha2::Digest as _;

    let house = house();
    for (name, page) in every_page() {
        let style = page.html.split("<style>").nth(1).unwrap().split("</style>").next().unwrap();
        let digest = sha2::Sha256::digest(style.as_bytes());
        let hash = base64::engine::general_purpose::STANDARD.encode(digest);
        assert_eq!(house.stylesheet_hash(), format!("sha256-{hash}"), "{name}");
    }
}

#[test]
fn a_link_that_is_not_valid_gets_the_same_bytes() {
    assert_eq!(not_found(&house()), not_found(&house()));
    let other = House::new(house().utility, house().brand);
    assert_eq!(not_found(&house()).html, not_found(&other).html);
}

#[test]
fn no_page_names_a_customer() {
    for (name, page) in every_page() {
        let text = read(&page.html).to_lowercase();
        for word in ["klantnummer", "customer number", "€", "iban", "beste "] {
            assert!(!text.contains(word), "{name}: {word}");
        }
    }
}

/// Texts that try to be more than text.
pub(crate) const HOSTILE: [&str; 9] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "{{7*7}}{% raw %}",
    "=1+1",
    "a\r\nBcc: x@example.nl\r\n\r\nb",
    "\u{202e}etsopsdroD\u{2066}",
    "</title></style><!--",
    "&lt;b&gt; &amp; é 水 \u{0}\u{7}",
];

#[test]
fn hostile_text_stays_text() {
    let house = house();
    let frame = frame(&house, Language::Nl);
    for hostile in HOSTILE {
        let mut link = Link::water();
        let benign = pages_about(&frame, &link, "zomaar");
        link.address.street = hostile.to_owned();
        link.address.city = hostile.to_owned();
        link.address.addition = Some(hostile.to_owned());
        for (before, after) in benign.iter().zip(pages_about(&frame, &link, hostile)) {
            assert_eq!(skeleton(&before.html), skeleton(&after.html), "{hostile}");
            let text = read(&after.html);
            assert!(!text.contains(['\u{202e}', '\u{0}', '\r']), "{hostile}");
        }
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let shown = words(&read(&question(&frame, &link.asked()).html)).join(" ");
        assert!(shown.contains(&words(&printable(hostile)).join(" ")), "{shown}");
    }
}

/// The pages that show an address and what was typed.
fn pages_about(frame: &Frame<'_>, link: &Link, typed: &str) -> Vec<Page> {
    let refused_with = |refusal| refused(frame, &link.typed(typed, Finding::Refused(refusal)));
    let mut pages: Vec<_> = gallery::doubts()
        .into_iter()
        .map(|(_, doubt)| doubtful(frame, &link.typed(typed, Finding::Doubtful(doubt))))
        .collect();
    pages.extend([
        question(frame, &link.asked()),
        refused_with(Refusal::NotDigits),
        refused_with(Refusal::Ambiguous),
        receipt(frame, &link.receipt()),
        cannot(frame, &link.cannot()),
        try_later(frame, &[("r0-1", typed), ("rev0", typed)]),
    ]);
    pages
}

#[test]
fn a_name_of_a_field_is_read_as_it_is_written() {
    assert_eq!(
        field::reading(1, &domain::meter::RegisterName::parse("1.8.1").unwrap()),
        "r1-1.8.1"
    );
    for choice in Choice::ALL {
        assert_eq!(Choice::parse(choice.as_str()), Some(choice));
    }
    for obstacle in Obstacle::ALL {
        assert_eq!(Obstacle::parse(obstacle.as_str()), Some(obstacle));
    }
    assert_eq!((Choice::parse("YES"), Obstacle::parse("")), (None, None));
    for choice in domain::judge::Choice::ALL {
        assert_eq!(Choice::parse(choice.as_str()).unwrap().as_str(), choice.as_str());
    }
}

#[test]
fn a_very_long_register_still_fits_its_picture() {
    let mut link = Link::water();
    link.meters[0].2[0].digits = 9;
    let page = question(&frame(&house(), Language::Nl), &link.asked());
    assert!(page.html.contains("000001206"));
    let link = Link::heat();
    let mut asked = link.asked();
    asked.meters[0].registers[0].previous = Some(Previous {
        on: day("2025-12-03"),
        value: "1206.5".parse().unwrap(),
        origin: Origin::Read,
    });
    assert!(question(&frame(&house(), Language::Nl), &asked).html.contains("01206,500"));
}

#[test]
fn every_palette_that_is_accepted_makes_a_stylesheet() {
    let brand = include_str!("../../../../infra/config/brand.toml");
    let utility = include_str!("../../../../infra/config/utility.toml");
    let utility = Utility::parse("utility.toml", utility).unwrap();
    for primary in ["#0B5CAD", "#00695C", "#7B1FA2"] {
        let text = brand.replacen("#0B5CAD", primary, 1);
        let brand = Brand::parse("brand.toml", &text, |_| Some("<svg/>".into())).unwrap();
        let house = House::new(utility.clone(), brand);
        assert!(house.stylesheet().contains(&format!("--primary:{primary}")));
    }
}
