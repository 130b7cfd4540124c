use insta::assert_snapshot;
use proptest::prelude::*;

use super::*;
use crate::estimate::engine::tests::{Asked, asked, day};
use crate::estimate::expected::{Weights, expected};
use crate::estimate::parameters::tests::parameters;
use crate::estimate::profile::DayWeights;

/// The same four quiet years as the engine's tests: the next is expected to take 96.4.
const QUIET: &str =
    "2020-12-31 500, 2021-12-31 596, 2022-12-31 690, 2023-12-31 788, 2024-12-31 884";

/// What is checked beside the history.
#[derive(Clone, Copy)]
struct Around {
    digits: Option<u8>,
    max_per_day: Option<i64>,
    window: Window,
    other_meters: usize,
    unit: Unit,
}

const PLAIN: Around = Around {
    digits: Some(5),
    max_per_day: Some(60),
    window: Window { from: None, until: None },
    other_meters: 0,
    unit: Unit::CubicMetre,
};

fn checked(asked: &Asked, value: &str, around: Around) -> Checked {
    let parameters = parameters();
    let season = DayWeights::for_commodity(&asked.profile, asked.commodity, parameters.real());
    let expected = expected(&asked.question(), &Weights(season), &parameters).ok();
    let submitted = Submitted {
        commodity: asked.commodity,
        unit: around.unit,
        turning: asked.turning,
        digits: around.digits,
        max_per_day: around.max_per_day.map(Decimal::from),
        value: value.parse().unwrap(),
        on: asked.on,
        window: around.window,
        other_meters: around.other_meters,
        readings: &asked.readings,
    };
    check(&submitted, expected.as_ref(), parameters.constants())
}

fn told(checked: &Checked) -> String {
    let codes: Vec<&str> = checked.codes.iter().map(|code| code.as_str()).collect();
    let mut told = format!("{:?} {}", checked.verdict, codes.join(" ")).trim_end().to_owned();
    let suggestion = checked.suggestion.map(|suggestion| format!(", {suggestion:?}"));
    let alert = checked.alert.map(|alert| format!(", {alert:?}"));
    told.extend(suggestion.into_iter().chain(alert));
    told
}

/// What is said of `value` on the last day of 2025 after `notation`.
#[track_caller]
fn said(notation: &str, value: &str) -> String {
    told(&checked(&asked(notation, "2025-12-31"), value, PLAIN))
}

#[test]
fn what_is_usual_is_accepted_and_no_more() {
    assert_snapshot!(said(QUIET, "980"), @"Accept");
    assert_snapshot!(said(QUIET, "1027"), @"Accept");
    assert_snapshot!(said(QUIET, "1028"), @"Confirm HIGH");
    assert_snapshot!(said(QUIET, "949"), @"Accept");
    assert_snapshot!(said(QUIET, "948"), @"Confirm LOW, Value(984)");
    assert_snapshot!(said(QUIET, "884"), @"Confirm ZERO");
    assert_snapshot!(said(QUIET, "883"), @"Reject LOWER_THAN_PREVIOUS");
    assert_snapshot!(said(QUIET, "980.9"), @"Accept");
}

#[test]
fn nothing_used_is_asked_about_when_more_than_a_little_is_expected() {
    let little = |used: i64| {
        said(&format!("2023-12-31 500, 2024-12-31 {}", 500 + used), &(500 + used).to_string())
    };
    assert_snapshot!(little(7), @"Accept");
    assert_snapshot!(little(12), @"Confirm ZERO");
    assert_snapshot!(said("2023-12-31 690, 2024-12-31 690", "690"), @"Accept");
    assert_snapshot!(said("2023-12-31 690, 2024-12-31 690", "715"), @"Accept");
    assert_snapshot!(said("2023-12-31 690, 2024-12-31 690", "716"), @"Confirm HIGH, Value(761), Leak");
}

#[test]
fn what_the_register_cannot_show_is_refused() {
    assert_snapshot!(said(QUIET, "-1"), @"Reject TOO_MANY_DIGITS");
    assert_snapshot!(said(QUIET, "100000"), @"Reject TOO_MANY_DIGITS, Value(1000)");
    assert_snapshot!(said(QUIET, "99999"), @"Reject PHYSICALLY_IMPOSSIBLE, Value(999)");
    let unknown = Around { digits: None, max_per_day: None, ..PLAIN };
    let of = |value| told(&checked(&asked(QUIET, "2025-12-31"), value, unknown));
    assert_snapshot!(of("99999"), @"Confirm HIGH, Value(999), Leak");
    assert_snapshot!(of("100000"), @"Reject TOO_MANY_DIGITS, Value(1000)");
}

#[test]
fn what_the_connection_cannot_deliver_is_refused() {
    let most = |most| {
        let around = Around { max_per_day: Some(most), ..PLAIN };
        told(&checked(&asked(QUIET, "2025-12-31"), "1614", around))
    };
    assert_snapshot!(most(2), @"Confirm HIGH, Leak");
    assert_snapshot!(most(1), @"Reject PHYSICALLY_IMPOSSIBLE");
}

#[test]
fn the_day_must_be_one_that_can_be() {
    let on =
        |on: &str, window| told(&checked(&asked(QUIET, on), "890", Around { window, ..PLAIN }));
    let window = Window { from: Some(day("2025-11-12")), until: Some(day("2025-12-20")) };
    assert_snapshot!(on("2024-12-31", window), @"Reject DATE_NOT_AFTER_PREVIOUS");
    assert_snapshot!(on("2025-01-01", Window::default()), @"Accept");
    assert_snapshot!(on("2025-11-11", window), @"Reject OUTSIDE_WINDOW, Value(980)");
    assert_snapshot!(on("2025-11-12", window), @"Confirm LOW, Value(980)");
    assert_snapshot!(on("2025-12-20", window), @"Confirm LOW, Value(980)");
    assert_snapshot!(on("2025-12-21", window), @"Reject DATE_IN_FUTURE, Value(980)");
}

#[test]
fn passing_zero_is_believed_where_it_is_near() {
    let near = "2021-12-31 99740, 2022-12-31 99836, 2024-12-31 99930";
    assert_snapshot!(said(near, "26"), @"Accept ROLLOVER");
    assert_snapshot!(said(near, "75"), @"Confirm ROLLOVER HIGH, Leak");
    assert_snapshot!(said(near, "9000"), @"Reject LOWER_THAN_PREVIOUS");
    assert_snapshot!(said("2023-12-31 59800, 2024-12-31 60000", "10"), @"Reject LOWER_THAN_PREVIOUS");
    let unknown = Around { digits: None, ..PLAIN };
    assert_snapshot!(told(&checked(&asked(near, "2025-12-31"), "26", unknown)), @"Reject LOWER_THAN_PREVIOUS");
}

#[test]
fn an_estimate_never_causes_a_rejection() {
    assert_snapshot!(said("2022-12-31 690, 2023-12-31 788, 2024-12-31 e990", "975"), @"Accept");
    assert_snapshot!(said("2024-12-31 e990", "975"), @"Confirm LOW");
    assert_snapshot!(said("2023-12-31 e890, 2024-12-31 e990", "1090"), @"Accept");
    let later = asked("2022-12-31 690, 2023-12-31 788, 2025-12-31 e990", "2025-06-30");
    assert_snapshot!(told(&checked(&later, "935", PLAIN)), @"Accept");
}

#[test]
fn a_likely_mistake_is_offered_when_there_is_one() {
    assert_snapshot!(said(QUIET, "9803"), @"Confirm HIGH, Value(980), Leak");
    assert_snapshot!(said(QUIET, "98034"), @"Reject PHYSICALLY_IMPOSSIBLE, Value(980)");
    assert_snapshot!(said(QUIET, "980345"), @"Reject TOO_MANY_DIGITS, Value(980)");
    assert_snapshot!(said(QUIET, "9083"), @"Confirm HIGH, Value(983), Leak");
    assert_snapshot!(said(QUIET, "9908"), @"Confirm HIGH, Value(990), Leak");
    assert_snapshot!(said(QUIET, "809"), @"Reject LOWER_THAN_PREVIOUS");
    let swapped = "2022-12-31 1140, 2023-12-31 1240, 2024-12-31 1340";
    assert_snapshot!(said(swapped, "4140"), @"Confirm HIGH, Value(1440), Leak");
    let other = Around { other_meters: 1, ..PLAIN };
    let of = |value| told(&checked(&asked(QUIET, "2025-12-31"), value, other));
    assert_snapshot!(of("5000"), @"Confirm HIGH, OtherMeter, Leak");
    assert_snapshot!(of("9803"), @"Confirm HIGH, Leak");
}

#[test]
fn a_large_use_may_be_a_leak() {
    assert_snapshot!(said(QUIET, "1080"), @"Confirm HIGH, Value(1008)");
    assert_snapshot!(said(QUIET, "1081"), @"Confirm HIGH, Leak");
    let small = "2023-12-31 500, 2024-12-31 510";
    assert_snapshot!(said(small, "560"), @"Confirm HIGH, Leak");
}

#[test]
fn a_register_that_runs_backwards_goes_on_as_it_is() {
    let mut solar = asked("2022-12-31 5000, 2023-12-31 4000, 2024-12-31 3200", "2025-12-31");
    solar.turning = Turning::Reversible;
    solar.commodity = Commodity::Electricity;
    let around = Around { unit: Unit::KilowattHour, ..PLAIN };
    let of = |asked: &Asked, value| told(&checked(asked, value, around));
    assert_snapshot!(of(&solar, "2300"), @"Accept");
    assert_snapshot!(of(&solar, "1700"), @"Confirm LOW");
    assert_snapshot!(of(&solar, "3000"), @"Confirm HIGH");
    solar.readings.truncate(1);
    assert_snapshot!(of(&solar, "1"), @"Accept");
}

#[test]
fn the_floor_is_of_the_commodity_and_its_unit() {
    let parameters = parameters();
    let of = |commodity: Commodity| {
        let floor = |unit| floor(commodity, unit, parameters.constants()).normalize();
        let units = Unit::ALL.into_iter().filter(|unit| commodity.is_counted_in(*unit));
        units
            .map(|unit| format!("{} {}", floor(unit), unit.as_str()))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let all: Vec<String> =
        Commodity::ALL.into_iter().map(|one| format!("{}: {}", one.as_str(), of(one))).collect();
    assert_snapshot!(all.join("\n"), @"
water: 25 m3
heat: 1500 kWh, 1.5 MWh, 5 GJ
cooling: 1500 kWh, 1.5 MWh, 5 GJ
electricity: 600 kWh, 0.6 MWh
gas: 150 m3
    ");
}

proptest! {
    #[test]
    fn more_is_never_less_high(value in 885_i64..3_000, more in 1_i64..500) {
        let of = |value: i64| checked(&asked(QUIET, "2025-12-31"), &value.to_string(), PLAIN);
        let is_high = |checked: &Checked| checked.codes.contains(&Code::High);
        prop_assert!(!is_high(&of(value)) || of(value + more).verdict != Verdict::Accept);
    }

    #[test]
    fn what_is_accepted_lies_together(low in 885_i64..1_200, between in 0_i64..100, above in 0_i64..100) {
        let accepts = |value: i64| {
            checked(&asked(QUIET, "2025-12-31"), &value.to_string(), PLAIN).verdict == Verdict::Accept
        };
        let middle = low + between;
        prop_assert!(accepts(middle) || !accepts(low) || !accepts(middle + above));
    }
}
