use insta::assert_snapshot;

use super::*;
use crate::calendar::Period;
use crate::estimate::parameters::ParameterSets;
use crate::invoicing::making::tests::{connection_at, day, meter, reading};

/// The days and readings of the year to the end of 2026 of a connection that is supplied `from`, with
/// the meter W1 since 2016, by the readings of `read`, one a line; and what it says to be expected.
#[track_caller]
fn check(from: &str, read: &str) -> String {
    let mut connection = connection_at("A1", "Molenlaan");
    connection.supply.period = Period { from: day(from), until: None };
    told(&connection, &[meter("W1", "A1", "2016-02-21")], read, "2025-12-31")
}

fn made(
    connection: &Connection,
    meters: &[Meter],
    (read, taken_over): (&str, &str),
    (parameters, standards): (&ParameterSets, &Standards),
) -> Result<Year, Vec<Unknown>> {
    let readings: Vec<Reading> =
        read.lines().map(str::trim).filter(|it| !it.is_empty()).map(reading).collect();
    let answered = [meters[0].number.clone()];
    let filed = Filed {
        connection,
        meters,
        readings: &readings,
        answered: &answered,
        marked: &[],
        before: None,
    };
    let by = By {
        parameters: parameters.newest(),
        standards,
        snapshot: None,
        reference_date: day("2026-12-31"),
        taken_over: day(taken_over),
    };
    year(&filed, &by)
}

/// The configuration of this checkout.
fn deployed() -> (ParameterSets, Standards) {
    let parameters = include_str!("../../../../../infra/config/estimation.toml");
    let standards = include_str!("../../../../../infra/config/norms.toml");
    let parameters = ParameterSets::parse("estimation.toml", parameters).unwrap();
    (parameters, Standards::parse("norms.toml", standards).unwrap())
}

#[track_caller]
fn told(connection: &Connection, meters: &[Meter], read: &str, taken_over: &str) -> String {
    let (parameters, standards) = deployed();
    match made(connection, meters, (read, taken_over), (&parameters, &standards)) {
        Err(unknown) => unknown.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
        Ok(year) => {
            let lines = year.readings.iter().map(|reading| {
                let Reading { meter, on, value, source, quality, .. } = reading;
                format!("{meter} {on} {value} {source:?} {quality:?}\n")
            });
            let until = year.settled_until.map_or_else(|| "-".to_owned(), |it| it.to_string());
            let expected = year.expected.map_or_else(|| "-".to_owned(), |it| it.to_string());
            let years = year.years_of_use;
            format!("{}until {until} expected {expected} years {years}", lines.collect::<String>())
        }
    }
}

const HISTORY: &str = "W1 2023-12-31 1000 customer actual
    W1 2024-12-31 1100 customer actual
    W1 2025-12-31 1200 customer actual";

#[test]
fn a_reading_of_the_reference_date_is_the_end_of_the_year() {
    let read = format!("{HISTORY}\nW1 2026-12-31 1310 customer actual");
    assert_snapshot!(check("2016-03-01", &read), @r"
    W1 2025-12-31 1200 Customer Actual
    W1 2026-12-31 1310 Customer Actual
    until 2025-12-31 expected 107 years 2
    ");
}

#[test]
fn an_earlier_answer_is_moved_to_the_reference_date_and_stands_beside_it() {
    let read = format!("{HISTORY}\nW1 2026-11-26 1290 customer actual");
    assert_snapshot!(check("2016-03-01", &read), @r"
    W1 2025-12-31 1200 Customer Actual
    W1 2026-11-26 1290 Customer Actual
    W1 2026-12-31 1299 Customer Prorated
    until 2025-12-31 expected 100 years 2
    ");
}

#[test]
fn what_was_counted_on_is_kept_with_all_that_it_rests_on() {
    let (parameters, standards) = deployed();
    let connection = connection_at("A1", "Molenlaan");
    let meters = [meter("W1", "A1", "2016-02-21")];
    let year = |read: &str| {
        let read = (read, "2025-12-31");
        made(&connection, &meters, read, (&parameters, &standards)).unwrap()
    };
    let moved = year(&format!(
        "{HISTORY}
W1 2026-11-26 1290 customer actual"
    ));
    let [one] = moved.counted_on.as_slice() else { panic!("{:?}", moved.counted_on) };
    let CountedOn { connection, meter, register, quality, estimate } = one;
    assert_eq!(format!("{connection} {meter} {register} {quality:?}"), "A1 W1 1 Prorated");
    assert_eq!(moved.readings.last().unwrap().value, estimate.value);
    let last = estimate.inputs.readings.last().unwrap();
    assert_eq!((last.on, last.value), (day("2026-11-26"), 1290.into()));
    // Written and read, and estimated again from what is kept, it has the same bytes.
    let written = serde_json::to_string(one).unwrap();
    assert_eq!(&serde_json::from_str::<CountedOn>(&written).unwrap(), one);
    let profile = standards.newest_profile(estimate.inputs.commodity).unwrap();
    assert_eq!(profile.id, estimate.inputs.profile_id);
    let (inputs, parameters) = (estimate.inputs.clone(), parameters.newest());
    let again = crate::estimate::estimate(inputs, estimate.on, &profile.profile, parameters);
    assert_eq!(&again.unwrap(), estimate);
    // What was read on the day, moved between two readings or estimated before is none of them.
    for read in [
        "W1 2026-12-31 1310 customer actual",
        "W1 2027-01-31 1330 customer actual",
        "W1 2026-12-31 1300 estimated estimated",
    ] {
        assert_eq!(
            year(&format!(
                "{HISTORY}
{read}"
            ))
            .counted_on,
            [],
            "{read}"
        );
    }
}

#[test]
fn a_later_reading_says_what_the_estimate_said_before() {
    let read = format!(
        "{HISTORY}\nW1 2026-12-31 1300 estimated estimated\nW1 2027-01-31 1330 customer actual"
    );
    assert_snapshot!(check("2016-03-01", &read), @r"
    W1 2025-12-31 1200 Customer Actual
    W1 2026-12-31 1320 Customer Prorated
    until 2025-12-31 expected 115 years 2
    ");
}

#[test]
fn an_estimate_stands_where_nothing_came() {
    let read = format!("{HISTORY}\nW1 2026-12-31 1300 estimated estimated");
    assert_snapshot!(check("2016-03-01", &read), @r"
    W1 2025-12-31 1200 Customer Actual
    W1 2026-12-31 1300 Estimated Estimated
    until 2025-12-31 expected 100 years 2
    ");
}

#[test]
fn a_year_begins_with_what_the_old_administration_invoiced() {
    let read = "W1 2024-12-31 1100 customer actual
        W1 2025-12-31 1200 estimated estimated
        W1 2026-12-31 1340 customer actual";
    assert_snapshot!(check("2016-03-01", read), @r"
    W1 2025-12-31 1200 Estimated Estimated
    W1 2026-12-31 1340 Customer Actual
    until 2025-12-31 expected 118 years 0
    ");
}

#[test]
fn what_is_too_old_to_be_claimed_is_not_charged_with_the_year_either() {
    // 100 a year were used and 50 invoiced: of 2018 to 2020, which are older than five years, nothing is
    // claimed; of 2021 to 2025 it is, with the year
    let read = "W1 2017-12-31 0 customer actual
        W1 2018-12-31 50 estimated estimated
        W1 2019-12-31 100 estimated estimated
        W1 2020-12-31 150 estimated estimated
        W1 2021-12-31 200 estimated estimated
        W1 2022-12-31 250 estimated estimated
        W1 2023-12-31 300 estimated estimated
        W1 2024-12-31 350 estimated estimated
        W1 2025-12-31 400 estimated estimated
        W1 2026-12-31 900 customer actual";
    assert_snapshot!(check("2016-03-01", read), @r"
    W1 2025-12-31 550 Estimated Estimated
    W1 2026-12-31 900 Customer Actual
    until 2025-12-31 expected 100 years 0
    ");
}

#[test]
fn a_joiner_begins_with_the_first_reading() {
    let read = "W1 2026-06-30 1250 customer actual\nW1 2026-12-31 1310 customer actual";
    assert_snapshot!(check("2026-07-01", read), @r"
    W1 2026-06-30 1250 Customer Actual
    W1 2026-12-31 1310 Customer Actual
    until - expected 109 years 0
    ");
}

#[test]
fn what_nobody_can_say_is_told_with_its_mend() {
    assert_snapshot!(check("2026-07-01", "W1 2026-12-31 1310 customer actual"), @"A1: what meter W1 showed on 2026-06-30 is not known (there is no reading): store a reading");
}

#[test]
fn who_was_never_invoiced_begins_behind_the_old_administration_and_not_with_the_year() {
    let told_of = |from: &str, read: &str| {
        let mut connection = connection_at("A1", "Molenlaan");
        connection.supply.period = Period { from: day(from), until: None };
        told(&connection, &[meter("W1", "A1", "2016-02-21")], read, "2024-12-31")
    };
    // joined in October of the year before, and imported when that was invoiced
    let read = "W1 2025-09-30 1170 customer actual
        W1 2025-12-31 1200 customer actual
        W1 2026-12-31 1310 customer actual";
    assert_snapshot!(told_of("2025-10-01", read), @r"
    W1 2025-09-30 1170 Customer Actual
    W1 2025-12-31 1200 Customer Actual
    W1 2026-12-31 1310 Customer Actual
    until - expected 109 years 0
    ");
    assert_snapshot!(told_of("2016-03-01", &format!("{HISTORY}\nW1 2026-12-31 1310 customer actual")), @r"
    W1 2024-12-31 1100 Customer Actual
    W1 2025-12-31 1200 Customer Actual
    W1 2026-12-31 1310 Customer Actual
    until 2024-12-31 expected 107 years 1
    ");
}

#[test]
fn days_are_those_behind_the_last_invoice_up_to_the_end_of_the_year() {
    let has = |from: &str, until: Option<&str>, after: &str| {
        let mut connection = connection_at("A1", "Molenlaan");
        connection.supply.period = Period { from: day(from), until: until.map(day) };
        has_days(&connection, (day(after), day("2026-12-31")))
    };
    assert!(has("2016-03-01", None, "2025-12-31"));
    assert!(has("2026-12-31", None, "2025-12-31"));
    assert!(!has("2027-01-01", None, "2025-12-31"));
    // the last day is the one before `until`
    assert!(!has("2016-03-01", Some("2026-01-01"), "2025-12-31"));
    assert!(has("2016-03-01", Some("2026-01-02"), "2025-12-31"));
    assert!(has("2016-03-01", Some("2026-01-01"), "2025-12-30"));
}
