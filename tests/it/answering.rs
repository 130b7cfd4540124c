//! What is asked about a reading, and what each answer comes to: what is stored and how far it may be
//! relied on, what the receipt says, what an operator is told, and what becomes of the year.

use insta::assert_snapshot;

use domain::account::CustomerNumber;
use domain::connection::ConnectionNumber;
use domain::entry::Kept;
use domain::id::CampaignNumber;
use domain::receipt::ReceiptNumber;
use meterlink::world::{Seen, World};

use crate::invoicing::settlements;
use crate::set::Set;

/// Something that is typed and asked about.
struct Case {
    /// What the meter showed at the end of 2024 and of 2025; `~` is an estimate.
    showed: [&'static str; 2],
    /// What is typed at the end of November 2026.
    typed: &'static str,
    /// What the question offers, in its order.
    offers: &'static str,
}

/// 100 m³ a year: 1190 is usual.
const READ: [&str; 2] = ["1000", "1100"];

/// The same shortly before the wheels begin anew.
const NEAR: [&str; 2] = ["99850", "99950"];

/// The same, of which the last was estimated much too high.
const ESTIMATED: [&str; 2] = ["1000", "1300~"];

const fn case(showed: [&'static str; 2], typed: &'static str, offers: &'static str) -> Case {
    Case { showed, typed, offers }
}

const CASES: [Case; 10] = [
    case(READ, "02018", "yes no"),
    case(READ, "01103", "yes no"),
    case(READ, "01100", "yes no"),
    case(READ, "11905", "yes red no"),
    case(READ, "01910", "yes meant no"),
    case(READ, "30000", "yes no"),
    case(READ, "00050", "exchanged prev-wrong unknown no"),
    case(READ, "01029", "meant exchanged prev-wrong unknown no"),
    case(NEAR, "00040", "exchanged rolled prev-wrong unknown no"),
    case(ESTIMATED, "01190", "yes no"),
];

/// The street with what the meter of a house showed.
fn showing(set: Set, house: u32, [first, last]: [&str; 2]) -> Set {
    let (last, source) =
        last.strip_suffix('~').map_or((last, "customer"), |last| (last, "estimated"));
    let line = |year, value, source| format!("W{house:0>4};1;31-12-{year};{value};{source}");
    set.change("readings", &line(2024, "1000", "customer"), &line(2024, first, "customer")).change(
        "readings",
        &line(2025, "1100", "customer"),
        &line(2025, last, source),
    )
}

/// The street with its campaign opened, and the link of each house.
async fn opened(set: &Set, houses: u32) -> (World, Vec<String>) {
    let mut world = set.loaded().await;
    world.advance_to("2026-11-26 12:00").await;
    let link = |house| {
        world.mails_to(&format!("k{house:0>4}@example.org")).pop().unwrap().links().remove(0)
    };
    let links = (1..=houses).map(link).collect();
    (world, links)
}

/// Whatever else is mailed is of no interest here.
async fn ended(mut world: World) {
    world.advance_to("2026-11-26 12:30").await;
    world.mails();
}

/// The answers that the only question of a page offers.
#[track_caller]
fn offers(page: &Seen) -> String {
    let [(_, choices)] = page.radios().try_into().unwrap();
    choices.join(" ")
}

/// What a receipt says was received, up to its number.
fn received(receipt: &Seen) -> String {
    let text = receipt.text();
    let lines = text.lines().skip(1).take_while(|line| !line.starts_with("Ontvangstnummer"));
    lines.collect::<Vec<_>>().join(", ")
}

/// What is stored for a house: of each register its value, how far it may be relied on, and what an
/// operator sees of it.
///
/// The reading that was appended, the answer of its request and the receipt say the same.
async fn stored(world: &mut World, house: usize) -> String {
    let account = CustomerNumber::parse(&format!("K{house:0>4}")).unwrap();
    let connection = ConnectionNumber::parse(&format!("A{house:0>4}")).unwrap();
    let campaign = CampaignNumber::new(2026).unwrap();
    let store = world.stack().store();
    let appended = store.answers(&account, &connection, campaign).await.unwrap();
    let found = store.connection(&account, &connection).await.unwrap().unwrap();
    let mut said = Vec::new();
    for request in &found.requests {
        let Some(answer) = &request.answer else {
            said.push(format!("{} {}", request.meter, request.state.as_str()));
            continue;
        };
        let number = ReceiptNumber::parse(answer.receipt.as_deref().unwrap()).unwrap();
        let receipt = store.receipt(&account, &connection, number).await.unwrap().unwrap();
        let meter = receipt.meters.iter().find(|meter| meter.number == request.meter).unwrap();
        let mut filed = appended.iter().filter(|filed| filed.meter == request.meter);
        let last = filed.find(|filed| filed.revision == request.revision).unwrap();
        for (register, reading) in meter.registers.iter().zip(&last.readings) {
            assert!(answer.values.contains(&(register.name.clone(), register.value)));
            assert_eq!((&reading.register, reading.value), (&register.name, register.value));
            let mut line = format!(
                "{} {}={} {:?}",
                request.meter, register.name, register.value, reading.quality
            );
            let choice = register.choice.iter().map(|choice| format!("chosen {choice}"));
            let cut = (register.kept == Kept::WithoutDecimals).then(|| "cut off".to_owned());
            let held = register.held.then(|| "held".to_owned());
            let alert = register.alert.map(|alert| format!("{alert:?}"));
            let new = meter.new_number.iter().map(|number| format!("now {number}"));
            for part in choice.chain(cut).chain(held).chain(alert).chain(new) {
                line.push_str(", ");
                line.push_str(&part);
            }
            said.push(line);
        }
    }
    said.join("; ")
}

/// Answers the only question of a page; who says that the meter was exchanged types its number.
async fn answer(world: &World, link: &str, question: &Seen, choice: &str) -> Seen {
    let mut filled = vec![("a0-1", choice)];
    if choice == "exchanged" {
        filled.push(("n0", "N-77"));
    }
    world.send(link, question, &filled).await
}

/// Thirty houses, for nothing that was answered can be asked again as if it had not been.
#[tokio::test]
async fn every_answer_to_every_question_stores_what_it_says() {
    let choices = |case: &'static Case| case.offers.split(' ').map(move |choice| (case, choice));
    let cases: Vec<(&Case, &str)> = CASES.iter().flat_map(choices).collect();
    let houses = u32::try_from(cases.len()).unwrap();
    let set = (1..).zip(&cases);
    let set = set.fold(Set::street(houses), |set, (n, (case, _))| showing(set, n, case.showed));
    let (mut world, links) = opened(&set, houses).await;
    let mut lines = Vec::new();
    for (house, ((case, choice), link)) in (1..).zip(cases.into_iter().zip(&links)) {
        let question = world.submit(link, case.typed).await;
        assert_eq!((question.status, question.stored), (200, false), "{}", question.text());
        assert_eq!(offers(&question), case.offers, "{}", case.typed);
        assert!(stored(&mut world, house).await.ends_with(" open"), "{}", case.typed);
        let seen = answer(&world, link, &question, choice).await;
        assert_eq!(seen.stored, choice != "no", "{} {choice}: {}", case.typed, seen.text());
        let stored = stored(&mut world, house).await;
        let said = if seen.stored { format!(" | {}", received(&seen)) } else { String::new() };
        lines.push(format!("{} {choice}: {stored}{said}", case.typed));
        if !seen.stored {
            let kept = seen.fields().into_iter().find(|(name, _)| name == "r0-1").unwrap().1;
            assert_eq!((seen.status, kept.as_str()), (200, case.typed), "it can be changed");
        }
    }
    assert_snapshot!(lines.join("\n"), @"
    02018 yes: W0001 1=2018 Confirmed, chosen yes, Leak | Watermeter W0001, 02018 m³
    02018 no: W0002 open
    01103 yes: W0003 1=1103 Confirmed, chosen yes | Watermeter W0003, 01103 m³
    01103 no: W0004 open
    01100 yes: W0005 1=1100 Confirmed, chosen yes | Watermeter W0005, 01100 m³
    01100 no: W0006 open
    11905 yes: W0007 1=11905 Confirmed, chosen yes, Leak | Watermeter W0007, 11905 m³
    11905 red: W0008 1=1190 Confirmed, chosen red, cut off | Watermeter W0008, 01190 m³, De cijfers achter de komma hebben wij weggelaten.
    11905 no: W0009 open
    01910 yes: W0010 1=1910 Confirmed, chosen yes, Leak | Watermeter W0010, 01910 m³
    01910 meant: W0011 1=1190 Confirmed, chosen meant | Watermeter W0011, 01190 m³
    01910 no: W0012 open
    30000 yes: W0013 1=30000 Confirmed, chosen yes, held, Leak | Watermeter W0013, 30000 m³
    30000 no: W0014 open
    00050 exchanged: W0015 1=50 Confirmed, chosen exchanged, held, now N-77 | Watermeter W0015, 00050 m³, Nummer van de nieuwe meter: N-77
    00050 prev-wrong: W0016 1=50 Confirmed, chosen prev-wrong, held | Watermeter W0016, 00050 m³
    00050 unknown: W0017 1=50 Confirmed, chosen unknown, held | Watermeter W0017, 00050 m³
    00050 no: W0018 open
    01029 meant: W0019 1=1209 Confirmed, chosen meant | Watermeter W0019, 01209 m³
    01029 exchanged: W0020 1=1029 Confirmed, chosen exchanged, held, now N-77 | Watermeter W0020, 01029 m³, Nummer van de nieuwe meter: N-77
    01029 prev-wrong: W0021 1=1029 Confirmed, chosen prev-wrong, held | Watermeter W0021, 01029 m³
    01029 unknown: W0022 1=1029 Confirmed, chosen unknown, held | Watermeter W0022, 01029 m³
    01029 no: W0023 open
    00040 exchanged: W0024 1=40 Confirmed, chosen exchanged, held, now N-77 | Watermeter W0024, 00040 m³, Nummer van de nieuwe meter: N-77
    00040 rolled: W0025 1=40 Confirmed, chosen rolled | Watermeter W0025, 00040 m³
    00040 prev-wrong: W0026 1=40 Confirmed, chosen prev-wrong, held | Watermeter W0026, 00040 m³
    00040 unknown: W0027 1=40 Confirmed, chosen unknown, held | Watermeter W0027, 00040 m³
    00040 no: W0028 open
    01190 yes: W0029 1=1190 Confirmed, chosen yes | Watermeter W0029, 01190 m³
    01190 no: W0030 open
    ");
    ended(world).await;
}

#[tokio::test]
async fn what_is_as_expected_is_stored_without_a_question() {
    let (mut world, links) = opened(&Set::street(3), 3).await;
    let usual = world.submit(&links[0], "01190").await;
    assert_snapshot!(received(&usual), @"Watermeter W0001, 01190 m³");
    assert_snapshot!(stored(&mut world, 1).await, @"W0001 1=1190 Actual");
    let decimals = world.submit(&links[1], "1190,9").await;
    assert_snapshot!(received(&decimals), @"Watermeter W0002, 01190 m³, De cijfers achter de komma hebben wij weggelaten.");
    assert_snapshot!(stored(&mut world, 2).await, @"W0002 1=1190 Actual, cut off");
    let red = world.submit(&links[2], "01190567").await;
    assert_eq!((red.status, red.stored), (422, false));
    assert!(red.text().contains("Ik vulde ook de rode cijfers in. De stand is 01190"));
    let red = answer(&world, &links[2], &red, "red").await;
    assert_snapshot!(received(&red), @"Watermeter W0003, 01190 m³, De cijfers achter de komma hebben wij weggelaten.");
    assert_snapshot!(stored(&mut world, 3).await, @"W0003 1=1190 Confirmed, chosen red, cut off");
    ended(world).await;
}

/// Two people send other values; the second chooses, or does not.
#[tokio::test]
async fn both_answers_to_a_conflict_and_none() {
    let (mut world, links) = opened(&Set::street(3), 3).await;
    let mut lines = Vec::new();
    for ((house, link), choice) in (1..).zip(&links).zip(["theirs", "yes", ""]) {
        let page = world.open(link).await;
        let first = world.send(link, &page, &[("r0-1", "01190")]).await;
        let conflict = world.send(link, &page, &[("r0-1", "01195")]).await;
        assert_eq!((first.stored, conflict.status, conflict.stored), (true, 409, false));
        assert_eq!(offers(&conflict), "theirs yes");
        let seen = world.send(link, &conflict, &[("a0-1", choice)]).await;
        assert_eq!(seen.stored, !choice.is_empty(), "{}", seen.text());
        assert_eq!(seen.text() == first.text(), choice == "theirs", "the receipt of the first");
        let replaces = seen.text().contains("Vervangt");
        assert_eq!(replaces, choice == "yes", "{}", seen.text());
        let stored = stored(&mut world, house).await;
        let said = if seen.stored { received(&seen) } else { mistakes(&seen) };
        lines.push(format!("{choice}: {stored} | {said}"));
    }
    assert_snapshot!(lines.join("\n"), @"
    theirs: W0001 1=1190 Actual | Watermeter W0001, 01190 m³
    yes: W0002 1=1195 Actual | Watermeter W0002, 01195 m³
    : W0003 1=1190 Actual | Kies een antwoord
    ");
    ended(world).await;
}

/// The street whose second house has an electricity meter with two registers.
fn with_two_registers() -> Set {
    let both = |line: &dyn Fn(&str) -> String| format!("{}\n{}", line("1.8.1"), line("1.8.2"));
    let shows = |year, low, high| {
        let value = |register: &str| if register == "1.8.1" { low } else { high };
        both(&|register| format!("E0002;{register};31-12-{year};{};customer", value(register)))
    };
    Set::street(2)
        .change(
            "connections",
            "A0002;K0002;;water;Lindelaan;2;;;1234AB;Voorbeelddorp;2,5;2",
            "A0002;K0002;871687123456789011;electricity;Lindelaan;2;;;1234AB;Voorbeelddorp;3x25;2",
        )
        .change(
            "meters",
            "W0002;A0002;1;m3;5;0;01-03-2016;0;;",
            &both(&|register| format!("E0002;A0002;{register};kWh;6;0;01-03-2016;0;;")),
        )
        .change("readings", "W0002;1;31-12-2024;1000;customer", &shows(2024, "9000", "18000"))
        .change("readings", "W0002;1;31-12-2025;1100;customer", &shows(2025, "10000", "20000"))
}

/// What stands above a form that was refused.
fn mistakes(page: &Seen) -> String {
    let text = page.text();
    let lines = text.lines().skip(1).take_while(|line| !line.starts_with("Lindelaan"));
    lines.collect::<Vec<_>>().join(", ")
}

#[tokio::test]
async fn of_two_registers_both_are_stored_or_none() {
    let (mut world, links) = opened(&with_two_registers(), 2).await;
    let link = links[1].as_str();
    let page = world.open(link).await;
    let both = |low, high| [("r0-1.8.1", low), ("r0-1.8.2", high)];
    let mut lines = Vec::new();
    for (low, high) in [("", "21800"), ("10900", "2180O"), ("", "")] {
        let refused = world.send(link, &page, &both(low, high)).await;
        assert_eq!((refused.status, refused.stored), (422, false), "{low} {high}");
        lines.push(format!("{low}+{high}: {}", mistakes(&refused)));
    }
    assert_snapshot!(lines.join("\n"), @"
    +21800: Elektriciteitsmeter E0002, Verbruik (telwerk 1.8.1): Vul de meterstand in
    10900+2180O: Elektriciteitsmeter E0002, Verbruik (telwerk 1.8.2): Gebruik alleen cijfers, bijvoorbeeld 012345
    +: Elektriciteitsmeter E0002, Verbruik (telwerk 1.8.1): Vul de meterstand in, Elektriciteitsmeter E0002, Verbruik (telwerk 1.8.2): Vul de meterstand in
    ");
    // one is asked about, and the other is kept with it
    let question = world.send(link, &page, &both("019500", "021800")).await;
    assert_eq!((question.status, question.stored), (200, false), "{}", question.text());
    let [(name, choices)] = question.radios().try_into().unwrap();
    assert_eq!((name.as_str(), choices.join(" ").as_str()), ("a0-1.8.1", "yes no"));
    assert_snapshot!(question.text(), @"
    Lindelaan 2 1234 AB Voorbeelddorp Elektriciteitsmeter E0002
    Verbruik (telwerk 1.8.1): Klopt deze meterstand?
    U vulde 019500 in. Dat is 9.500 kWh sinds 31 december 2025. Het jaar ervoor gebruikte u 1.000 kWh.
    Ja, dit staat op mijn meter
    Nee, ik pas de stand aan
    Verder
    ");
    assert_eq!(stored(&mut world, 2).await, "E0002 open");
    // both are asked about: one answer is not enough, and is not kept beside the other
    let questions = world.send(link, &page, &both("019500", "091800")).await;
    assert_eq!(questions.radios().len(), 2, "{}", questions.text());
    let half = world.send(link, &questions, &[("a0-1.8.1", "yes")]).await;
    assert_eq!((half.status, half.radios().len()), (422, 2), "{}", half.text());
    assert_eq!(stored(&mut world, 2).await, "E0002 open");
    let receipt = world.send(link, &question, &[("a0-1.8.1", "yes")]).await;
    assert!(receipt.stored, "{}", receipt.text());
    assert_snapshot!(received(&receipt), @"Elektriciteitsmeter E0002, Verbruik (telwerk 1.8.1) 019500 kWh, Verbruik (telwerk 1.8.2) 021800 kWh");
    assert_snapshot!(stored(&mut world, 2).await, @"E0002 1.8.1=19500 Confirmed, chosen yes; E0002 1.8.2=21800 Actual");
    ended(world).await;
}

#[tokio::test]
async fn of_two_meters_each_is_stored_when_it_is_filled_in() {
    let set = Set::street(1)
        .add("meters", "X0001;A0001;2;m3;5;0;01-03-2016;0;;")
        .add("readings", "X0001;2;31-12-2024;3000;customer")
        .add("readings", "X0001;2;31-12-2025;3100;customer");
    let (mut world, links) = opened(&set, 1).await;
    let link = links[0].as_str();
    let page = world.open(link).await;
    // what the other meter shows
    let question = world.send(link, &page, &[("r0-1", "03190")]).await;
    assert_eq!((question.status, offers(&question).as_str()), (200, "yes no"));
    assert_snapshot!(question.text(), @"
    Lindelaan 1 1234 AB Voorbeelddorp
    Watermeter W0001: Klopt deze meterstand?
    U vulde 03190 in. Dat is 2.090 m³ sinds 31 december 2025. Het jaar ervoor gebruikte u 100 m³.
    Deze stand past bij Watermeter X0001. Keek u naar die meter?
    Ja, dit staat op mijn meter
    Nee, ik pas de stand aan
    Verder
    ");
    let changed = answer(&world, link, &question, "no").await;
    assert_eq!((changed.status, changed.stored), (200, false));
    assert_eq!(stored(&mut world, 1).await, "W0001 open; X0001 open");
    // one of the two is doubtful: nothing is stored before it is answered
    let question = world.send(link, &changed, &[("r0-1", "01190"), ("r1-2", "05000")]).await;
    assert_eq!(question.radios()[0].0, "a1-2", "{}", question.text());
    assert_eq!(stored(&mut world, 1).await, "W0001 open; X0001 open");
    // the first alone
    let receipt = world.send(link, &page, &[("r0-1", "01190")]).await;
    assert_snapshot!(received(&receipt), @"Watermeter W0001, 01190 m³");
    assert_snapshot!(stored(&mut world, 1).await, @"W0001 1=1190 Actual; X0001 open");
    // and then both: the first as it was, the second against all doubt
    let receipt = world.send(link, &question, &[("a1-2", "yes")]).await;
    assert!(receipt.stored, "{}", receipt.text());
    assert_snapshot!(received(&receipt), @"Watermeter X0001, 05000 m³");
    assert_snapshot!(stored(&mut world, 1).await, @"W0001 1=1190 Actual; X0001 2=5000 Confirmed, chosen yes, Leak");
    ended(world).await;
}

/// The invoices of some answers are made, which takes a second or two.
#[tokio::test]
async fn what_nothing_explains_is_not_settled_before_somebody_decides() {
    let answers = [
        (READ, "01190", ""),
        (READ, "02018", "yes"),
        (READ, "01910", "meant"),
        (READ, "30000", "yes"),
        (READ, "00050", "exchanged"),
        (READ, "00050", "prev-wrong"),
        (READ, "00050", "unknown"),
        (NEAR, "00040", "rolled"),
        (ESTIMATED, "01190", "yes"),
    ];
    let set = (1..).zip(answers);
    let set = set.fold(Set::street(9), |set, (n, (showed, ..))| showing(set, n, showed));
    let (mut world, links) = opened(&set, 9).await;
    for ((_, typed, choice), link) in answers.into_iter().zip(&links) {
        let seen = world.submit(link, typed).await;
        let seen = if choice.is_empty() { seen } else { answer(&world, link, &seen, choice).await };
        assert!(seen.stored, "{typed} {choice}: {}", seen.text());
    }
    world.advance_to("2027-01-04 12:00").await;
    world.mails();
    assert_snapshot!(settlements(&mut world).await, @r#"
    K0001 conn-A0001 numbered 202701000000211 336.18
    K0002 conn-A0002 held - 2375.87 Payable { amount: Money(237587) }
    K0003 conn-A0003 numbered 202701000000114 336.18
    K0004 conn-A0004 held - 71306.73 Payable { amount: Money(7130673) }; ReadingKept { connection: "A0004", meter: "W0004" }
    K0005 conn-A0005 held - - NegativeUse { at: "connections.A0005.W0005" }; ReadingKept { connection: "A0005", meter: "W0005" }
    K0006 conn-A0006 held - - NegativeUse { at: "connections.A0006.W0006" }; ReadingKept { connection: "A0006", meter: "W0006" }
    K0007 conn-A0007 held - - NegativeUse { at: "connections.A0007.W0007" }; ReadingKept { connection: "A0007", meter: "W0007" }
    K0008 conn-A0008 numbered 202701000000308 336.18
    K0009 conn-A0009 held - - NegativeUse { at: "connections.A0009.W0009" }
    "#);
}
