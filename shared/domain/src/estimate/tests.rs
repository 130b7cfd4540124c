use insta::assert_snapshot;
use proptest::prelude::*;

use super::*;
use crate::history::tests::{history_of, readings};
use crate::meter::{Register, Turning};
use crate::quantity::Unit;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// The estimate on the day `on` for `notation`, on five wheels.
#[track_caller]
fn check(notation: &str, expected: Option<i64>, on: &str) -> String {
    let register = Register::wheels("1", Unit::CubicMetre, 5).unwrap();
    told(estimate(&history_of(&register, notation), expected.map(Decimal::from), day(on)))
}

fn told(estimate: Result<Estimate, EstimateError>) -> String {
    match estimate {
        Ok(estimate) => {
            let inputs: Vec<String> =
                estimate.inputs.iter().map(|input| format!("{}", input.value)).collect();
            let Estimate { value, consumption, method, .. } = estimate;
            format!("{value} (+{consumption}) {method:?} from {}", inputs.join(", "))
        }
        Err(error) => format!("{error:?}"),
    }
}

#[test]
fn last_years_daily_use_is_carried_forward() {
    let history = "2023-12-31 500, 2024-12-31 590, 2025-12-31 700";
    assert_snapshot!(check(history, None, "2026-12-31"), @"810 (+110) LastYear from 590, 700");
    assert_snapshot!(check(history, Some(40), "2026-12-31"), @"810 (+110) LastYear from 590, 700");
    assert_snapshot!(check(history, None, "2026-01-31"), @"709 (+9) LastYear from 590, 700");
    assert_snapshot!(check(history, None, "2025-12-31"), @"700 (+0) LastYear from 590, 700");
}

#[test]
fn half_a_cubic_metre_is_rounded_up_once_at_the_end() {
    assert_snapshot!(check("2025-01-01 0, 2026-01-01 365", None, "2026-01-02"), @"366 (+1) LastYear from 0, 365");
    assert_snapshot!(check("2024-01-01 0, 2025-12-31 365", None, "2026-01-01"), @"366 (+1) LastYear from 0, 365");
    assert_snapshot!(check("2024-01-01 0, 2025-12-31 364", None, "2026-01-01"), @"364 (+0) LastYear from 0, 364");
}

#[test]
fn short_stretches_are_joined_until_they_make_a_year() {
    assert_snapshot!(check("2024-12-31 0, 2025-06-30 100, 2025-12-31 120", None, "2026-12-31"), @"240 (+120) LastYear from 0, 100, 120");
    assert_snapshot!(check("2025-06-30 100, 2025-12-31 120", None, "2026-12-31"), @"160 (+40) PartOfYear from 100, 120");
    assert_snapshot!(check("2025-06-30 100, 2025-12-31 120", Some(90), "2026-12-31"), @"160 (+40) PartOfYear from 100, 120");
    assert_snapshot!(check("2025-10-03 100, 2025-12-31 120", Some(90), "2026-12-31"), @"210 (+90) ExpectedYear from 120");
    assert_snapshot!(check("2025-10-02 100, 2025-12-31 120", Some(90), "2026-12-31"), @"201 (+81) PartOfYear from 100, 120");
}

#[test]
fn what_nobody_knows_is_expected_or_nothing() {
    assert_snapshot!(check("2025-12-31 120", Some(1461), "2026-12-31"), @"1580 (+1460) ExpectedYear from 120");
    assert_snapshot!(check("2025-12-31 120", None, "2026-12-31"), @"120 (+0) NoUse from 120");
    assert_snapshot!(check("2025-12-31 120", Some(-1), "2026-12-31"), @"120 (+0) NoUse from 120");
    assert_snapshot!(check("2024-12-31 e100, 2025-12-31 e120", Some(90), "2026-12-31"), @"210 (+90) ExpectedYear from 120");
    assert_snapshot!(check("2024-12-31 e100, 2025-12-31 e120", None, "2026-12-31"), @"120 (+0) NoUse from 120");
}

#[test]
fn estimates_count_for_nothing_beside_trusted_readings() {
    let history = "2023-12-31 0, 2024-12-31 100";
    assert_snapshot!(check(history, None, "2026-12-31"), @"299 (+199) LastYear from 0, 100");
    assert_snapshot!(check(&format!("{history}, 2025-12-31 e150"), None, "2026-12-31"), @"299 (+149) LastYear from 0, 100, 150");
    assert_snapshot!(check(&format!("{history}, 2025-12-31 e990"), None, "2026-12-31"), @"990 (+0) LastYear from 0, 100, 990");
    assert_snapshot!(check("2023-12-31 0, 2024-06-30 e99, 2024-12-31 100", None, "2026-12-31"), @"299 (+199) LastYear from 0, 100");
}

#[test]
fn a_wrong_reading_is_taken_out_with_its_neighbour() {
    assert_snapshot!(check("2022-12-31 100, 2023-12-31 900, 2024-12-31 300", None, "2025-12-31"), @"400 (+100) LastYear from 100, 900, 300");
    assert_snapshot!(check("2021-12-31 100, 2022-12-31 200, 2023-12-31 30, 2024-12-31 400", None, "2025-12-31"), @"500 (+100) LastYear from 200, 30, 400");
    assert_snapshot!(check("2022-12-31 100, 2023-12-31 200, 2024-12-31 50", None, "2025-12-31"), @"150 (+100) LastYear from 100, 200, 50");
}

#[test]
fn an_exchange_that_nobody_told_us_of_spoils_no_other_year() {
    let told = "2022-12-31 4900, 2023-12-31 5000, 2024-12-31 20";
    assert_snapshot!(check(told, None, "2025-12-31"), @"120 (+100) LastYear from 4900, 5000, 20");
    assert_snapshot!(check(&format!("{told}, 2025-12-31 70"), None, "2026-12-31"), @"120 (+50) LastYear from 20, 70");
}

#[test]
fn a_register_passes_zero_into_and_in_an_estimate() {
    assert_snapshot!(check("2024-12-31 99900, 2025-12-31 10", None, "2026-12-31"), @"120 (+110) LastYear from 99900, 10");
    assert_snapshot!(check("2024-12-31 99800, 2025-12-31 99950", None, "2026-12-31"), @"100 (+150) LastYear from 99800, 99950");
}

#[test]
fn a_day_before_the_last_reading_has_no_estimate() {
    assert_snapshot!(check("2024-12-31 0, 2025-12-31 10", None, "2025-12-30"), @"TargetBeforeLastReading { last: 2025-12-31 }");
    assert_snapshot!(check("2024-12-31 0, 2025-12-31 e10", None, "2025-12-30"), @"TargetBeforeLastReading { last: 2025-12-31 }");
    assert_snapshot!(check("", Some(90), "2025-12-30"), @"NoReading");
}

#[test]
fn a_register_that_went_down_is_for_a_person() {
    let plain = Register::wheels("1", Unit::KilowattHour, 5).unwrap();
    let register = Register { turning: Turning::Reversible, ..plain };
    let of = |notation| told(estimate(&history_of(&register, notation), None, day("2026-12-31")));
    assert_snapshot!(of("2024-12-31 900, 2025-12-31 700"), @"WentDown");
    assert_snapshot!(of("2024-12-31 700, 2025-12-31 900"), @"1100 (+200) LastYear from 700, 900");
}

#[test]
fn a_value_beyond_reckoning_is_an_error_of_its_case() {
    let register = Register::wheels("1", Unit::CubicMetre, 9).unwrap();
    let mut history = readings("2024-12-31 0, 2025-12-31 1");
    history[1].value = Decimal::MAX;
    let history = crate::history::tests::history(&register, &history);
    assert_eq!(
        estimate(&history, None, day("2026-12-31")),
        Err(EstimateError::History(HistoryError::TooLarge))
    );
}

#[test]
fn an_estimate_is_stored_with_what_it_rests_on() {
    let register = Register::wheels("1", Unit::CubicMetre, 5).unwrap();
    let history = history_of(&register, "2024-12-31 0, 2025-12-31 100");
    let estimate = estimate(&history, None, day("2026-12-31")).unwrap();
    let json = serde_json::to_string(&estimate).unwrap();
    assert!(json.contains(r#""method":"last_year""#) && json.contains(r#""rule":"first-1""#));
    assert_eq!(serde_json::from_str::<Estimate>(&json).unwrap(), estimate);
}

/// Yearly steps on five wheels, the days between them, and days to look ahead.
fn years() -> impl Strategy<Value = (Vec<(u32, u16)>, u16)> {
    (prop::collection::vec((0..2_000_u32, 1..800_u16), 0..6), 0..800_u16)
}

/// Readings of those steps, from `start`, modulo the range.
fn walked(register: &Register, start: u32, steps: &[(u32, u16)]) -> Vec<Reading> {
    let first = readings("2010-01-01 0").remove(0);
    let mut all = vec![Reading { value: start.into(), ..first }];
    for (step, days) in steps {
        let last = all.last().unwrap().clone();
        let value = (last.value + Decimal::from(*step)) % register.range();
        let on = crate::calendar::days_after(last.on, *days);
        all.push(Reading { on, value, ..last });
    }
    all
}

fn wheels(digits: u8) -> Register {
    Register::wheels("1", Unit::CubicMetre, digits).unwrap()
}

fn estimated(register: &Register, readings: &[Reading], ahead: u16) -> Estimate {
    let last = readings.iter().map(|reading| reading.on).max().unwrap();
    let history = crate::history::tests::history(register, readings);
    estimate(&history, Some(100.into()), crate::calendar::days_after(last, ahead)).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases.max(500)))]

    #[test]
    fn no_use_is_negative_and_every_value_can_be_shown(
        values in prop::collection::vec((0..100_000_u32, 1..800_u16, any::<bool>()), 1..7), ahead in 0..800_u16,
    ) {
        let mut on = day("2010-01-01");
        let readings: Vec<Reading> = values.iter().map(|(value, days, estimated)| {
            on = crate::calendar::days_after(on, *days);
            let mark = if *estimated { "e" } else { "" };
            readings(&format!("{on} {mark}{value}")).remove(0)
        }).collect();
        let register = wheels(5);
        let estimate = estimated(&register, &readings, ahead);
        prop_assert!(estimate.consumption >= Decimal::ZERO);
        prop_assert!(register.can_show(estimate.value));
    }

    #[test]
    fn the_order_of_readings_changes_nothing((steps, ahead) in years(), seed in any::<prop::sample::Index>()) {
        let register = wheels(5);
        let ordered = walked(&register, 0, &steps);
        let mut other = ordered.clone();
        other.rotate_left(seed.index(ordered.len()));
        other.reverse();
        prop_assert_eq!(estimated(&register, &ordered, ahead), estimated(&register, &other, ahead));
    }

    #[test]
    fn a_register_that_passed_zero_equals_one_that_did_not((steps, ahead) in years(), start in 90_000..100_000_u32) {
        let (short, long) = (wheels(5), wheels(6));
        let rolled = estimated(&short, &walked(&short, start, &steps), ahead);
        let unrolled = estimated(&long, &walked(&long, start, &steps), ahead);
        prop_assert_eq!(rolled.consumption, unrolled.consumption);
        prop_assert_eq!(rolled.value, unrolled.value % short.range());
        prop_assert_eq!(rolled.method, unrolled.method);
    }

    #[test]
    fn a_larger_scale_scales_the_estimate((steps, ahead) in years()) {
        let (small, large) = (wheels(7), wheels(8));
        let tenfold: Vec<(u32, u16)> = steps.iter().map(|(step, days)| (step * 10, *days)).collect();
        let on_small = estimated(&small, &walked(&small, 0, &steps), ahead);
        let on_large = estimated(&large, &walked(&large, 0, &tenfold), ahead);
        if on_small.method == Method::ExpectedYear {
            return Ok(()); // what is expected is told by nobody's register
        }
        let off = on_large.consumption - on_small.consumption * Decimal::TEN;
        prop_assert!(off.abs() <= Decimal::new(55, 1), "{}", off);
    }
}
