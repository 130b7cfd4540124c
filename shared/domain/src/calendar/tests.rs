use insta::assert_snapshot;

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// When the deadline day `day` ends, in UTC.
fn end_of(text: &str) -> String {
    start_of(days_after(day(text), 1)).to_rfc3339()
}

#[test]
fn a_deadline_ends_with_its_local_day() {
    assert_snapshot!(end_of("2026-12-24"), @"2026-12-24T23:00:00+00:00");
    assert_snapshot!(end_of("2027-03-28"), @"2027-03-28T22:00:00+00:00");
    assert_snapshot!(end_of("2026-10-25"), @"2026-10-25T23:00:00+00:00");
}

#[test]
fn nine_in_the_morning_exists_once_on_every_day() {
    let nine = NaiveTime::from_hms_opt(9, 0, 0).unwrap();
    assert_snapshot!(at(day("2026-10-25"), nine).to_rfc3339(), @"2026-10-25T08:00:00+00:00");
    assert_snapshot!(at(day("2027-03-28"), nine).to_rfc3339(), @"2027-03-28T07:00:00+00:00");
}

#[test]
fn an_hour_that_spring_leaves_out_is_taken_an_hour_later() {
    let half_past_two = NaiveTime::from_hms_opt(2, 30, 0).unwrap();
    assert_snapshot!(at(day("2027-03-28"), half_past_two).to_rfc3339(), @"2027-03-28T01:30:00+00:00");
}

#[test]
fn the_civil_day_of_an_instant_is_that_of_amsterdam() {
    assert_eq!(civil_day("2026-12-24T22:59:59Z".parse().unwrap()), day("2026-12-24"));
    assert_eq!(civil_day("2026-12-24T23:00:00Z".parse().unwrap()), day("2026-12-25"));
}

#[test]
fn a_period_has_its_first_day_and_not_its_last() {
    let year = Period { from: day("2026-01-01"), until: Some(day("2027-01-01")) };
    assert!(year.holds(day("2026-01-01")) && year.holds(day("2026-12-31")));
    assert!(!year.holds(day("2025-12-31")) && !year.holds(day("2027-01-01")));
    assert!(Period { from: day("2026-01-01"), until: None }.holds(day("2099-01-01")));
}

/// Each day and the one on which banks settle it.
#[test]
fn banks_settle_on_the_next_target_day() {
    for (day, settled) in [
        ("2027-03-25", "2027-03-25"), // Maundy Thursday
        ("2027-03-26", "2027-03-30"), // Good Friday to after Easter Monday
        ("2027-05-01", "2027-05-03"), // a Saturday
        ("2026-05-01", "2026-05-04"), // a Friday
        ("2026-12-25", "2026-12-28"),
        ("2027-01-01", "2027-01-04"),
        ("2027-04-27", "2027-04-27"), // banks settle on the King's birthday
        ("2024-03-29", "2024-04-02"),
        ("2038-04-23", "2038-04-27"), // the latest Easter of the century
        ("2008-03-21", "2008-03-25"), // the earliest
        ("2027-10-30", "2027-11-01"), // the last Sunday of October, when the clock changes
    ] {
        let next = next_target_day(day.parse().unwrap());
        assert_eq!(next, settled.parse().unwrap(), "{day}");
    }
}
