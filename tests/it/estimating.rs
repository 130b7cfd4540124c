//! What never came is estimated after the close; a reading that comes later is the better one.

use insta::assert_snapshot;

use domain::account::CustomerNumber;
use domain::connection::ConnectionNumber;
use domain::estimate::answer::told;
use domain::id::CampaignNumber;
use domain::meter::MeterNumber;
use domain::reading::Quality;
use domain::receipt::ReceiptNumber;
use domain::settlement::case::Case;
use meterlink::configuration::DRAWERS;
use meterlink::invoiced::Invoiced;
use meterlink::world::World;

use crate::configured::with_next_campaign;
use crate::set::Set;

/// How each meter of a connection was estimated: value, method, and the readings that it rests on.
async fn estimates(world: &mut World, account: &str, connection: &str) -> String {
    let account = CustomerNumber::parse(account).unwrap();
    let connection = ConnectionNumber::parse(connection).unwrap();
    let records = world.stack().store().estimates(&account, &connection).await.unwrap();
    let mut lines = Vec::new();
    for record in records {
        for (register, estimate) in &record.registers {
            let inputs: Vec<String> = estimate
                .inputs
                .readings
                .iter()
                .map(|shown| format!("{} {}", shown.on, shown.value))
                .collect();
            lines.push(format!(
                "{} {register} {} {} used {} {} {} from {}",
                record.meter,
                estimate.on,
                estimate.value,
                estimate.consumption,
                told(estimate.method, &estimate.notes),
                estimate.confidence,
                inputs.join(", "),
            ));
        }
    }
    lines.join("\n")
}

/// The state of the request for a meter, and its answer.
async fn request(world: &mut World, account: &str, connection: &str, meter: &str) -> String {
    let account = CustomerNumber::parse(account).unwrap();
    let connection = ConnectionNumber::parse(connection).unwrap();
    let found = world.stack().store().connection(&account, &connection).await.unwrap().unwrap();
    let campaign = CampaignNumber::new(2026).unwrap();
    let request = found.request(campaign, &MeterNumber::parse(meter).unwrap()).unwrap();
    let values = request.answer.iter().flat_map(|answer| &answer.values);
    let values: Vec<String> = values.map(|(name, value)| format!("{name}={value}")).collect();
    format!("{:?} {}", request.state, values.join(" "))
}

/// The set after its close; all mails are read.
async fn closed(set: &Set) -> World {
    let mut world = set.loaded().await;
    world.advance_to("2026-12-28 12:00").await;
    world
}

#[tokio::test]
async fn what_is_missing_is_estimated_from_the_years_before() {
    let mut world = closed(&Set::fixture("vve")).await;
    world.mails();
    // 96 m³ in the year before, 124 a year in the years since 2016, and two people use 93
    assert_snapshot!(estimates(&mut world, "K10001", "A10001").await, @"W10001 1 2026-12-31 1290 used 99 own_history B from 2016-03-01 0, 2024-12-31 1095, 2025-12-31 1191");
    assert_snapshot!(request(&mut world, "K10001", "A10001", "W10001").await, @"Estimated 1=1290");
    // 120 m³ in the year before, 100 a year in the years since 2016, and a household 100
    assert_snapshot!(estimates(&mut world, "K10042", "A10042").await, @"W10042 1 2026-12-31 1115 used 115 own_history B from 2016-03-01 0, 2024-12-31 880, 2025-12-31 1000");
    // its last reading was an estimate: 46 m³ a year before the last trusted one make 93 in two
    // years, of which the estimate already counted 40
    assert_snapshot!(estimates(&mut world, "K10043", "A10044").await, @"W10044 1 2026-12-31 503 used 53 one_year_plus_peers C from 2016-03-01 0, 2024-12-31 410, 2025-12-31 450");
}

#[tokio::test]
async fn the_notice_says_why_and_how_a_reading_was_estimated() {
    let mut world = closed(&Set::fixture("vve")).await;
    let mut mails = world.mails();
    mails.retain(|mail| mail.subject.starts_with("Wij hebben uw meterstand geschat"));
    let told: Vec<String> = mails.iter().map(|mail| mail.text().replace('\u{a0}', " ")).collect();
    let has = |words: &[&str]| told.iter().any(|text| words.iter().all(|one| text.contains(one)));
    let own = "Daarvoor keken wij naar uw eigen verbruik in 2016 tot en met 2024 en 2025;";
    let words = ["01290 m³", "Wij schatten uw verbruik op 99 m³ (waarschijnlijk tussen ", own];
    assert!(has(&words), "{told:#?}");
    assert!(has(&["01115 m³", "Wij schatten uw verbruik op 115 m³", own]), "{told:#?}");
}

#[tokio::test]
async fn what_was_answered_is_not_estimated() {
    let mut world = Set::fixture("vve").loaded().await;
    world.advance_to("2026-12-01 09:00").await;
    let link = world.mails_to("anna@example.org").pop().unwrap().link("Molenlaan 8");
    assert!(world.submit(&link, "01290").await.stored);
    world.advance_to("2026-12-28 12:00").await;
    world.mails();
    assert_eq!(estimates(&mut world, "K10001", "A10001").await, "");
    assert_snapshot!(request(&mut world, "K10001", "A10001", "W10001").await, @"Answered 1=1290");
}

#[tokio::test]
async fn a_register_that_passes_its_highest_value_begins_again() {
    let set = Set::street(1)
        .change("readings", "W0001;1;31-12-2024;1000", "W0001;1;31-12-2024;99700")
        .change("readings", "W0001;1;31-12-2025;1100", "W0001;1;31-12-2025;99900");
    let mut world = closed(&set).await;
    world.mails();
    // the years differ as no household's do; five wheels show what is left of 99,900 and the estimate
    assert_snapshot!(estimates(&mut world, "K0001", "A0001").await, @"W0001 1 2026-12-31 222 used 322 own_history+two_years_disagree D from 2016-03-01 0, 2024-12-31 99700, 2025-12-31 99900");
}

#[tokio::test]
async fn after_an_exchange_the_use_of_the_old_meter_counts_for_the_new_one() {
    // 1 m³ a day: 365 in 2025, 180 until the exchange on 29 June 2026, then 185 to 31 December
    let set = Set::street(1)
        .change("readings", "W0001;1;31-12-2025;1100", "W0001;1;31-12-2025;1365")
        .change(
            "meters",
            "W0001;A0001;1;m3;5;0;01-03-2016;0;;",
            "W0001;A0001;1;m3;5;0;01-03-2016;0;29-06-2026;1545",
        )
        .add("meters", "N0001;A0001;1;m3;5;0;29-06-2026;0;;");
    let mut world = closed(&set).await;
    world.mails();
    assert_snapshot!(estimates(&mut world, "K0001", "A0001").await, @"N0001 1 2026-12-31 139 used 139 own_history+two_years_disagree D from 2016-03-01 0, 2024-12-31 1000, 2025-12-31 1365, 2026-06-29 1545, 2026-06-29 0");
}

#[tokio::test]
async fn a_reading_after_the_close_replaces_the_estimate() {
    let mut world = closed(&Set::fixture("vve")).await;
    let link = world.mails_to("anna@example.org").pop().unwrap().link("Molenlaan 8");
    world.mails();
    assert_snapshot!(request(&mut world, "K10001", "A10001", "W10001").await, @"Estimated 1=1290");
    world.advance_to("2026-12-30 18:00").await;
    let receipt = world.submit(&link, "01275").await;
    assert!(receipt.stored, "{}", receipt.text());
    assert_snapshot!(request(&mut world, "K10001", "A10001", "W10001").await, @"Answered 1=1275");
    world.mails();
}

/// What an operator sees of the first register that was stored for a connection.
async fn flags(world: &mut World, account: &str, connection: &str, meter: &str) -> String {
    let account = CustomerNumber::parse(account).unwrap();
    let connection = ConnectionNumber::parse(connection).unwrap();
    let store = world.stack().store();
    let found = store.connection(&account, &connection).await.unwrap().unwrap();
    let campaign = CampaignNumber::new(2026).unwrap();
    let request = found.request(campaign, &MeterNumber::parse(meter).unwrap()).unwrap();
    let number = request.answer.as_ref().unwrap().receipt.as_deref().unwrap();
    let number = ReceiptNumber::parse(number).unwrap();
    let receipt = store.receipt(&account, &connection, number).await.unwrap().unwrap();
    let register = &receipt.meters[0].registers[0];
    format!("held {} {:?}", register.held, register.alert)
}

#[tokio::test]
async fn what_may_be_a_leak_or_cannot_be_is_kept_for_an_operator() {
    let mut world = Set::street(2).loaded().await;
    world.advance_to("2026-12-01 09:00").await;
    for (mail, place, value) in [
        ("k0001@example.org", "Lindelaan 1", "01400"),
        ("k0002@example.org", "Lindelaan 2", "30000"),
    ] {
        let link = world.mails_to(mail).pop().unwrap().link(place);
        let question = world.submit(&link, value).await;
        assert_eq!((question.status, question.stored), (200, false));
        let receipt = world.send(&link, &question, &[("a0-1", "yes")]).await;
        assert!(receipt.stored, "{}", receipt.text());
    }
    // 300 m³ where a household uses 100; 28,900 where 60 a day can flow
    assert_snapshot!(flags(&mut world, "K0001", "A0001", "W0001").await, @"held false Some(Leak)");
    assert_snapshot!(flags(&mut world, "K0002", "A0002", "W0002").await, @"held true Some(Leak)");
    world.advance_to("2026-12-01 12:00").await;
    world.mails();
}

#[tokio::test]
async fn a_meter_that_is_read_otherwise_and_was_not_read_is_estimated_too() {
    let mut world = closed(&Set::fixture("vve")).await;
    world.mails();
    // one sends its readings, the other is read by the company: of neither came one
    assert_snapshot!(estimates(&mut world, "K10044", "A10045").await, @"W10045 1 2026-12-31 1866.428 used 165.928 one_year_plus_peers C from 2016-03-01 0, 2025-12-31 1700.5");
    assert_snapshot!(estimates(&mut world, "K10044", "A10046").await, @"W10046 1 2026-12-31 901 used 89 one_year_plus_peers C from 2016-03-01 0, 2025-12-31 812");
}

#[tokio::test]
async fn settling_twice_estimates_once() {
    let mut world = closed(&Set::street(3)).await;
    world.advance_to("2026-12-29 12:00").await;
    world.mails(); // the last of them say what was estimated
    let mark = world.mark();
    world.advance_to("2027-01-03 12:00").await;
    assert!(!world.wrote_since(mark), "{:?}", world.calls_since(mark));
}

/// Sends the reading of the only meter behind the last link that `mail` got; what is asked is
/// confirmed.
async fn answer(world: &mut World, mail: &str, place: &str, value: &str) {
    let link = world.mails_to(mail).pop().unwrap().link(place);
    let page = world.submit(&link, value).await;
    let stored = page.stored || world.send(&link, &page, &[("a0-1", "yes")]).await.stored;
    assert!(stored, "{}", page.text());
}

/// Two years: a second and a half of clock, for the schedules of fourteen months fire.
#[tokio::test]
async fn a_year_later_real_readings_say_how_near_the_estimates_were() {
    let mut world = World::with(1, with_next_campaign(), DRAWERS);
    Set::street(4).deliver(&mut world, "set").await;
    world.advance_to("2026-12-01 09:00").await;
    answer(&mut world, "k0001@example.org", "Lindelaan 1", "01200").await;
    world.advance_to("2026-12-28 12:00").await;
    let store = world.stack().store();
    assert_eq!(store.accuracy(CampaignNumber::new(2026).unwrap()).await.unwrap(), None);
    // the second corrects what was estimated; the third and the fourth are not heard of
    world.advance_to("2026-12-30 18:00").await;
    answer(&mut world, "k0002@example.org", "Lindelaan 2", "01210").await;
    world.mails();
    world.advance_to("2027-12-01 09:00").await;
    // 180 m³ in two years, where 100 were estimated for the first
    answer(&mut world, "k0003@example.org", "Lindelaan 3", "01280").await;
    world.mails();
    world.advance_to("2027-12-28 12:00").await;
    world.mails();
    let store = world.stack().store();
    let report = store.accuracy(CampaignNumber::new(2027).unwrap()).await.unwrap().unwrap();
    let text = world.file("reports/estimates/2026.txt").await;
    assert_eq!(text, report.text());
    assert_snapshot!(text, @r"
    made                                     estimates     error      bias   in band    unused
    water own_history B                              2     8.2 %     7.5 %   100.0 %         0

    similar customers                        estimates     error      bias   in band    unused  answered
    water                                            2     7.7 %     7.3 %   100.0 %         0     0.0 %
    ");
    // made once
    world.advance_to("2027-12-30 12:00").await;
    world.mails();
    assert_eq!(store.accuracy(CampaignNumber::new(2027).unwrap()).await.unwrap(), Some(report));
}

#[tokio::test]
async fn a_reading_before_the_reference_date_is_counted_on_and_how_is_kept_with_the_invoice() {
    let mut world = Set::street(2).loaded().await;
    world.advance_to("2026-12-01 09:00").await;
    answer(&mut world, "k0001@example.org", "Lindelaan 1", "01190").await;
    world.advance_to("2027-01-04 12:00").await;
    world.mails();
    let store = world.stack().store();
    let invoiced = Invoiced::of(&store, CampaignNumber::new(2026).unwrap()).await.unwrap();
    let mut kept = Vec::new();
    for number in invoiced.numbers() {
        let invoice = store.invoice(number).await.unwrap().unwrap();
        let case = Case::parse(invoice.case.as_bytes()).unwrap();
        let closing = case.connections[0].registers[0].readings.last().unwrap().value;
        let counted_on = store.counted_on(number).await.unwrap();
        kept.push((invoice.head.account.to_string(), closing, counted_on));
    }
    kept.sort_by(|a, b| a.0.cmp(&b.0));
    let [(first, closing, answered), (second, _, estimated)] = kept.as_slice() else {
        panic!("{kept:?}")
    };
    assert_eq!((first.as_str(), second.as_str()), ("K0001", "K0002"));
    let [one] = answered.as_slice() else { panic!("{answered:?}") };
    let place = (one.connection.as_str(), one.meter.as_str(), one.register.as_str(), one.quality);
    assert_eq!(place, ("A0001", "W0001", "1", Quality::Prorated));
    assert_eq!(
        (one.estimate.on.to_string().as_str(), one.estimate.value),
        ("2026-12-31", *closing)
    );
    let typed = one.estimate.inputs.readings.last().unwrap();
    assert_eq!((typed.on.to_string(), typed.value), ("2026-12-01".to_owned(), 1190.into()));
    assert!(*closing > typed.value && one.estimate.steps.centre.is_some());
    // What never came has its record beside its request.
    assert_eq!(estimated, &[]);
}
