use insta::assert_snapshot;
use proptest::prelude::*;

use super::*;
use crate::calendar::days_after;
use crate::connection::ConnectionNumber;
use crate::quantity::Unit;
use crate::reading::Quality;

/// Readings of register `1` in a line: a day, then a value, marked `e` (estimated), `i`
/// (installed), `r` (removed), `a` (agreed), `s` (staff) or not, then the meter, `W` without one.
pub(crate) fn readings(notation: &str) -> Vec<Reading> {
    let reading = |item: &str| {
        let mut words = item.split_whitespace();
        let on = words.next()?.parse().unwrap();
        let marked = words.next().unwrap();
        let value = marked.trim_start_matches(|c: char| c.is_ascii_alphabetic());
        let (source, quality) = match marked.strip_suffix(value).unwrap() {
            "" => (Source::Customer, Quality::Actual),
            "e" => (Source::Estimated, Quality::Estimated),
            "i" => (Source::Installed, Quality::Actual),
            "r" => (Source::Removed, Quality::Actual),
            "a" => (Source::Agreed, Quality::Actual),
            "s" => (Source::Staff, Quality::Actual),
            mark => panic!("no mark {mark}"),
        };
        Some(Reading {
            meter: MeterNumber::parse(words.next().unwrap_or("W")).unwrap(),
            register: RegisterName::parse("1").unwrap(),
            on,
            value: value.parse().unwrap(),
            source,
            quality,
            received_at: None,
        })
    };
    notation.split(',').filter_map(reading).collect()
}

/// The history of the meter `W` that hangs there since ever, with `register`.
pub(crate) fn history(register: &Register, readings: &[Reading]) -> History {
    let meter = meter("W", "2000-01-01", None, register);
    History::of(&meter, &register.name, &[], readings).unwrap()
}

pub(crate) fn history_of(register: &Register, notation: &str) -> History {
    history(register, &readings(notation))
}

fn meter(number: &str, installed: &str, removed: Option<&str>, register: &Register) -> Meter {
    Meter {
        number: MeterNumber::parse(number).unwrap(),
        connection: ConnectionNumber::parse("A1").unwrap(),
        installed_on: installed.parse().unwrap(),
        removed_on: removed.map(|day| day.parse().unwrap()),
        registers: vec![register.clone()],
    }
}

fn wheels(digits: u8) -> Register {
    Register::wheels("1", Unit::CubicMetre, digits).unwrap()
}

/// The meters of `notation`, each with its number and its days, all on five wheels.
fn meters(notation: &str) -> Vec<Meter> {
    let one = |item: &str| {
        let words: Vec<&str> = item.split_whitespace().collect();
        meter(words[0], words[1], words.get(2).copied(), &wheels(5))
    };
    notation.split(',').map(one).collect()
}

/// The last trusted year of the last of `of` with `notation`'s readings.
#[track_caller]
fn check(of: &str, notation: &str) -> String {
    let meters = meters(of);
    let name = RegisterName::parse("1").unwrap();
    let history = History::of(meters.last().unwrap(), &name, &meters, &readings(notation));
    match history.and_then(|history| history.year()) {
        Ok(Some(Year { amount, days, from, until, cover, .. })) => {
            format!("{amount} in {days} days, {from} to {until}, {cover:?}")
        }
        Ok(None) => "none".into(),
        Err(error) => error.to_string(),
    }
}

const EXCHANGED: &str = "V 2010-01-01 2025-06-30, W 2025-06-30";

#[test]
fn an_exchange_does_not_divide_a_year() {
    let readings = "2024-12-31 100 V, 2025-06-30 r140 V, 2025-06-30 i7 W, 2025-12-31 67 W";
    assert_snapshot!(check(EXCHANGED, readings), @"100 in 365 days, 2024-12-31 to 2025-12-31, Whole");
    assert_snapshot!(check("V 2010-01-01 2025-06-28, W 2025-06-30", &readings.replace("2025-06-30 r", "2025-06-28 r")), @"100 in 363 days, 2024-12-31 to 2025-12-31, Whole");
}

#[test]
fn an_exchange_that_nothing_followed_ends_the_year() {
    let readings = "2024-12-31 100 V, 2025-06-30 r140 V, 2025-06-30 i7 W";
    assert_snapshot!(check(EXCHANGED, readings), @"40 in 181 days, 2024-12-31 to 2025-06-30, Part");
    assert_snapshot!(check(EXCHANGED, "2024-12-31 100 V, 2025-06-30 r140 V"), @"40 in 181 days, 2024-12-31 to 2025-06-30, Part");
}

#[test]
fn use_that_no_removal_tells_is_lost() {
    let before = "2023-12-31 0 V, 2024-12-31 100 V";
    let after = "2025-06-30 i0 W, 2025-12-31 60 W";
    assert_snapshot!(check(EXCHANGED, &format!("{before}, {after}")), @"160 in 550 days, 2023-12-31 to 2025-12-31, Whole");
    assert_snapshot!(check(EXCHANGED, &format!("{before}, 2025-06-30 e140 V, {after}")), @"160 in 550 days, 2023-12-31 to 2025-12-31, Whole");
    assert_snapshot!(check(EXCHANGED, &format!("{before}, 2025-06-30 r140 V, 2025-12-31 60 W")), @"140 in 547 days, 2023-12-31 to 2025-06-30, Whole");
}

#[test]
fn a_reading_on_the_day_of_an_exchange_is_of_its_own_meter() {
    let readings = "2024-12-31 100 V, 2025-06-30 139 V, 2025-06-30 r140 V, 2025-06-30 i7 W, \
                    2025-06-30 7 W, 2025-12-31 67 W";
    assert_snapshot!(check(EXCHANGED, readings), @"99 in 365 days, 2024-12-31 to 2025-12-31, Whole");
}

#[test]
fn a_meter_between_two_exchanges_without_readings_breaks_the_use() {
    let three = "U 2010-01-01 2025-03-01, V 2025-03-01 2025-06-30, W 2025-06-30";
    let readings = "2024-12-31 100 U, 2025-03-01 r120 U, 2025-06-30 i0 W, 2025-12-31 60 W";
    assert_snapshot!(check(three, readings), @"80 in 244 days, 2024-12-31 to 2025-12-31, Part");
    let all = format!("{readings}, 2025-03-01 i0 V, 2025-06-30 r30 V");
    assert_snapshot!(check(three, &all), @"110 in 365 days, 2024-12-31 to 2025-12-31, Whole");
}

#[test]
fn meters_side_by_side_are_not_each_other() {
    let readings = "2024-12-31 100 V, 2025-12-31 900 V, 2024-12-31 5 W, 2025-12-31 15 W";
    assert_snapshot!(check("V 2010-01-01, W 2010-01-01", readings), @"10 in 365 days, 2024-12-31 to 2025-12-31, Whole");
    let two_at_once =
        "A 2010-01-01 2025-06-30, B 2010-01-01 2025-06-30, V 2025-06-30, W 2025-06-30";
    let readings = "2024-12-31 0 A, 2024-12-31 0 B, 2025-06-30 r10 A, 2025-06-30 r90 B, \
                    2025-06-30 i0 V, 2025-06-30 i0 W, 2025-12-31 20 W";
    assert_snapshot!(check(two_at_once, readings), @"20 in 184 days, 2025-06-30 to 2025-12-31, Part");
    let added_later = "V 2010-01-01 2025-06-30, U 2025-06-30, W 2025-07-10";
    assert_snapshot!(check(added_later, "2024-06-30 0 V, 2025-06-30 r90 V, 2025-07-10 i0 W"), @"none");
}

#[test]
fn an_old_meter_has_its_own_range() {
    let short = meter("V", "2010-01-01", Some("2025-06-30"), &wheels(4));
    let long = meter("W", "2025-06-30", None, &wheels(6));
    let readings =
        readings("2024-12-31 9990 V, 2025-06-30 r40 V, 2025-06-30 i0 W, 2025-12-31 50 W");
    let name = RegisterName::parse("1").unwrap();
    let history = History::of(&long, &name, &[short], &readings).unwrap();
    assert_eq!(history.year().unwrap().unwrap().amount, 100.into());
}

#[test]
fn a_register_passes_zero_above_six_tenths_and_below_four() {
    assert_snapshot!(check("W 2010-01-01", "2024-12-31 60001, 2025-12-31 39999"), @"79998 in 365 days, 2024-12-31 to 2025-12-31, Whole");
    assert_snapshot!(check("W 2010-01-01", "2024-12-31 60000, 2025-12-31 39999"), @"none");
    assert_snapshot!(check("W 2010-01-01", "2024-12-31 60001, 2025-12-31 40000"), @"none");
}

#[test]
fn of_two_readings_of_a_day_the_higher_source_counts() {
    let one = "W 2010-01-01";
    assert_snapshot!(check(one, "2024-12-31 0, 2025-12-31 50, 2025-12-31 s60"), @"60 in 365 days, 2024-12-31 to 2025-12-31, Whole");
    assert_snapshot!(check(one, "2024-12-31 0, 2025-12-31 a70, 2025-12-31 s60"), @"70 in 365 days, 2024-12-31 to 2025-12-31, Whole");
    assert_snapshot!(check(one, "2024-12-31 0, 2025-12-31 50, 2025-12-31 50"), @"50 in 365 days, 2024-12-31 to 2025-12-31, Whole");
    assert_snapshot!(check(one, "2024-12-31 0, 2025-12-31 50, 2025-12-31 51"), @"two readings of meter W, register 1, on 2025-12-31 differ");
    assert_snapshot!(check(one, "2024-12-31 0, 2025-12-31 50, 2025-12-31 e51"), @"50 in 365 days, 2024-12-31 to 2025-12-31, Whole");
}

#[test]
fn a_year_is_three_hundred_days_or_all_there_is() {
    let one = "W 2010-01-01";
    assert_snapshot!(check(one, "2024-01-01 0, 2025-01-01 50, 2025-10-28 90"), @"40 in 300 days, 2025-01-01 to 2025-10-28, Whole");
    assert_snapshot!(check(one, "2024-01-01 0, 2025-01-01 50, 2025-10-27 90"), @"90 in 665 days, 2024-01-01 to 2025-10-27, Whole");
    assert_snapshot!(check(one, "2025-01-01 50, 2025-10-27 90"), @"40 in 299 days, 2025-01-01 to 2025-10-27, Part");
    assert_snapshot!(check(one, "2025-01-01 50"), @"none");
}

#[test]
fn a_register_that_is_not_there_is_an_error() {
    let meter = meter("W", "2010-01-01", None, &wheels(5));
    let two = RegisterName::parse("2").unwrap();
    let error = History::of(&meter, &two, &[], &[]).unwrap_err();
    assert_snapshot!(error, @"meter W has no register 2");
}

#[test]
fn the_last_reading_is_of_the_meter_that_hangs_there() {
    let meters = meters(EXCHANGED);
    let name = RegisterName::parse("1").unwrap();
    let last = |notation: &str| {
        let history = History::of(&meters[1], &name, &meters, &readings(notation)).unwrap();
        let value = |reading: Option<&Reading>| reading.map(|reading| reading.value.to_string());
        (value(history.last()), value(history.last_trusted()))
    };
    assert_eq!(last("2024-12-31 100 V, 2025-06-30 r140 V"), (None, None));
    let (of_meter, trusted) = last("2025-06-30 r140 V, 2025-12-31 e9 W, 2025-06-30 i7 W");
    assert_eq!((of_meter.as_deref(), trusted.as_deref()), (Some("9"), Some("7")));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases.max(500)))]

    /// A year from 0 to `used`, exchanged on its day `at`, at `removed`, for a meter at `installed`.
    #[test]
    fn an_exchange_changes_nothing(used in 0..20_000_u32, part in 0..=100_u32, at in 0..=365_u16, installed in 0..70_000_u32) {
        let removed = (used * part).div_euclid(100);
        let first = "2024-12-31".parse().unwrap();
        let (exchanged_on, last) = (days_after(first, at), days_after(first, 365));
        let whole = readings(&format!("2024-12-31 0, {last} {used}"));
        let plain = history(&wheels(5), &whole).year().unwrap().unwrap();
        let exchanged = readings(&format!(
            "2024-12-31 0 V, {exchanged_on} r{removed} V, {exchanged_on} i{installed}, {last} {}", installed + used - removed,
        ));
        let meters = meters(&format!("V 2010-01-01 {exchanged_on}, W {exchanged_on}"));
        let name = RegisterName::parse("1").unwrap();
        let year = History::of(&meters[1], &name, &meters, &exchanged).unwrap().year().unwrap().unwrap();
        prop_assert_eq!((year.amount, year.days, year.from, year.until), (plain.amount, plain.days, plain.from, plain.until));
    }
}
