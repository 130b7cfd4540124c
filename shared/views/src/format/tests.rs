use chrono::NaiveDate;
use insta::assert_snapshot;

use domain::meter::Register;

use super::*;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn both(say: impl Fn(Language) -> String) -> String {
    format!("{} | {}", say(Language::Nl), say(Language::En)).replace('\u{a0}', "~")
}

#[test]
fn an_amount_is_grouped_and_keeps_its_unit_on_the_line() {
    let check = |value: &str| both(|l| amount(l, value.parse().unwrap(), Unit::CubicMetre));
    assert_snapshot!(check("0"), @"0~m³ | 0~m³");
    assert_snapshot!(check("812"), @"812~m³ | 812~m³");
    assert_snapshot!(check("1234"), @"1.234~m³ | 1,234~m³");
    assert_snapshot!(check("1234567.50"), @"1.234.567,5~m³ | 1,234,567.5~m³");
    assert_snapshot!(check("-1234"), @"−1.234~m³ | −1,234~m³");
    assert_snapshot!(check("0.001"), @"0,001~m³ | 0.001~m³");
}

#[test]
fn a_reading_is_written_as_the_wheels_show_it() {
    let mut register = Register::wheels("1", Unit::CubicMetre, 5).unwrap();
    assert_snapshot!(both(|l| reading(l, &register, 1206.into())), @"01206 | 01206");
    register.decimals = 3;
    let value = "1206.5".parse().unwrap();
    assert_snapshot!(both(|l| reading_with_unit(l, &register, value)), @"01206,500~m³ | 01206.500~m³");
}

#[test]
fn a_day_has_its_month_in_words() {
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    assert_snapshot!(both(|l| long_day(l, day("2026-12-24"))), @"donderdag 24 december 2026 | Thursday 24 December 2026");
    assert_snapshot!(both(|l| long_day(l, day("2027-03-01"))), @"maandag 1 maart 2027 | Monday 1 March 2027");
    assert_snapshot!(both(|l| self::day(l, day("2028-02-29"))), @"29 februari 2028 | 29 February 2028");
    assert_snapshot!(both(|l| day_of_year(l, day("2026-08-03"))), @"3 augustus | 3 August");
}

#[test]
fn a_time_is_that_of_amsterdam() {
    assert_snapshot!(both(|l| time(l, at("2026-12-03T13:03:00Z"))), @"14.03 uur | 14:03");
    assert_snapshot!(both(|l| day_and_time(l, at("2026-07-31T22:30:00Z"))), @"1 augustus 2026, 00.30 uur | 1 August 2026, 00:30");
    assert_eq!(machine_time(at("2026-12-03T13:03:00Z")), "2026-12-03T14:03:00+01:00");
    assert_eq!(machine_time(at("2026-07-03T13:03:00Z")), "2026-07-03T15:03:00+02:00");
}

#[test]
fn the_hour_that_comes_twice_says_which_it_is() {
    let check = |instant: &str| both(|l| time(l, at(instant)));
    assert_snapshot!(check("2026-10-24T23:59:00Z"), @"01.59 uur | 01:59");
    assert_snapshot!(check("2026-10-25T00:30:00Z"), @"02.30 uur zomertijd | 02:30 summer time");
    assert_snapshot!(check("2026-10-25T01:30:00Z"), @"02.30 uur wintertijd | 02:30 winter time");
    assert_snapshot!(check("2026-10-25T02:00:00Z"), @"03.00 uur | 03:00");
}
