use insta::assert_snapshot;
use proptest::prelude::*;

use super::*;
use crate::estimate::engine::tests::{day, shown};
use crate::estimate::parameters::tests::parameters;
use crate::estimate::profile::Profile;
use crate::estimate::record::{estimate, tests::inputs};

fn flat() -> Days {
    Days::of(&Profile::flat(), Commodity::Water, parameters().constants())
}

/// The estimate of the end of 2025 from `known`, beside what is known later.
fn later(known: &str, later: &str) -> Option<Compared> {
    let on = day("2025-12-31");
    let estimate = estimate(inputs(known), on, &Profile::flat(), &parameters()).unwrap();
    compared(&estimate, &shown(&format!("{known}, {later}")), &flat(), &parameters()).unwrap()
}

#[track_caller]
fn check(known: &str, then: &str) -> String {
    match later(known, then) {
        None => "nothing".into(),
        Some(Compared { estimated, low, high, used }) => {
            format!("{estimated} ({low} to {high}), used {used}")
        }
    }
}

const YEAR: &str = "2023-12-31 500, 2024-12-31 596";

#[test]
fn the_reading_of_the_next_year_says_what_the_estimated_one_was() {
    assert_snapshot!(check(YEAR, "2025-12-31 e692, 2026-12-31 796"), @"96 (63 to 146), used 100");
    // the reading of the very day takes the estimate's place
    assert_snapshot!(check(YEAR, "2025-12-31 700"), @"96 (63 to 146), used 104");
    // the register passed zero meanwhile
    let full = "2023-12-31 99800, 2024-12-31 99900";
    assert_snapshot!(check(full, "2025-12-31 e0, 2026-12-31 100"), @"100 (65 to 151), used 100");
}

#[test]
fn estimates_in_a_row_are_compared_from_the_last_real_reading_on() {
    let known = "2022-12-31 500, 2023-12-31 600, 2024-12-31 e690";
    assert_snapshot!(check(known, "2025-12-31 e790, 2026-12-31 900"), @"200 (132 to 304), used 200");
}

#[test]
fn a_reading_of_the_last_days_before_counts_too() {
    assert_snapshot!(check(YEAR, "2025-12-30 696"), @"96 (63 to 146), used 100");
    assert_snapshot!(check(YEAR, "2025-12-17 692"), @"96 (63 to 146), used 100");
    assert_snapshot!(check(YEAR, "2025-12-16 692"), @"nothing");
}

#[test]
fn without_a_real_reading_on_both_sides_nothing_is_compared() {
    assert_snapshot!(check(YEAR, "2025-12-31 e692"), @"nothing");
    assert_snapshot!(check(YEAR, "2025-12-31 e692, 2026-12-31 e790"), @"nothing");
    assert_snapshot!(check(YEAR, "2025-12-31 e692, 2026-06-01 i0, 2026-12-31 40"), @"nothing");
    assert_snapshot!(check(YEAR, "2025-12-31 e692, 2026-12-31 r796, 2026-12-31 i0"), @"96 (63 to 146), used 100");
    // the reading that the estimate was counted from was taken back since
    let estimate = estimate(inputs(YEAR), day("2025-12-31"), &Profile::flat(), &parameters());
    let mended = shown("2023-12-31 500, 2024-12-31 590, 2026-12-31 796");
    assert_eq!(compared(&estimate.unwrap(), &mended, &flat(), &parameters()), Ok(None));
}

fn of(estimated: i64, used: i64) -> Compared {
    let (estimated, used) = (Decimal::from(estimated), Decimal::from(used));
    let tenth = estimated / Decimal::TEN;
    Compared { estimated, low: estimated - tenth, high: estimated + tenth, used }
}

fn group(capacity: &str, region: &str) -> Group {
    Group {
        commodity: Commodity::Water,
        capacity: Some(capacity.into()),
        region: Some(region.into()),
    }
}

const SURE: Manner =
    Manner { commodity: Commodity::Water, method: Method::OwnHistory, confidence: Confidence::B };

const GUESSED: Manner =
    Manner { commodity: Commodity::Water, method: Method::PeerNorm, confidence: Confidence::E };

#[test]
fn the_report_says_how_near_estimates_were_by_manner_and_by_group() {
    let mut accuracy = Accuracy::default();
    for used in [80, 90, 100, 100, 104] {
        accuracy.count(SURE, &group("2.5", "12"), &of(100, used));
    }
    for used in [50, 0] {
        accuracy.count(GUESSED, &group("10", "12"), &of(100, used));
    }
    for _ in 0..40 {
        accuracy.count(GUESSED, &group("2.5", "30"), &of(90, 100));
    }
    let report = Report::of(&accuracy, None, parameters().constants());
    assert_snapshot!(report.text(), @r"
    made                                     estimates     error      bias   in band    unused
    water own_history B                              5     3.8 %     0.0 %    80.0 %         0
    water peer_norm E                               41    10.0 %   -10.0 %     0.0 %         1

    similar customers                        estimates     error      bias   in band    unused  answered
    water                                           46     9.5 %    -9.5 %     8.7 %         1
    water 2.5                                       45     9.5 %    -9.5 %     8.9 %         0
    water 2.5 in 30                                 40     9.5 %    -9.5 %     0.0 %         0
    ");
}

#[test]
fn where_nothing_was_used_no_ratio_is_said() {
    let mut accuracy = Accuracy::default();
    accuracy.count(SURE, &group("2.5", "12"), &of(100, 0));
    accuracy.count(SURE, &group("2.5", "12"), &of(100, -3));
    accuracy.count(SURE, &group("2.5", "12"), &of(0, 10));
    let report = Report::of(&accuracy, None, parameters().constants());
    let Figures { estimates, unused, error, .. } = report.rows[0].figures.clone();
    assert_eq!((estimates, unused), (1, 2));
    assert_eq!(error, Decimal::new(9502, 4)); // the last bin: nothing for something
    assert!(Report::of(&Accuracy::default(), None, parameters().constants()).is_empty());
}

#[test]
fn what_is_stored_is_what_was_counted() {
    let mut accuracy = Accuracy::default();
    accuracy.count(SURE, &group("2.5", "12"), &of(100, 93));
    accuracy.count(GUESSED, &group("10", "99"), &of(100, 0));
    let stored = serde_json::to_string(&accuracy).unwrap();
    assert_eq!(serde_json::from_str::<Accuracy>(&stored).unwrap(), accuracy);
    let report = Report::of(&accuracy, None, parameters().constants());
    let stored = serde_json::to_string(&report).unwrap();
    assert_eq!(serde_json::from_str::<Report>(&stored).unwrap(), report);
}

proptest! {
    #[test]
    fn an_estimate_that_came_true_is_off_by_nothing(used in 1_i64..100_000, many in 1_usize..50) {
        let mut accuracy = Accuracy::default();
        for _ in 0..many {
            accuracy.count(SURE, &group("2.5", "12"), &of(used, used));
        }
        let report = Report::of(&accuracy, None, parameters().constants());
        let figures = &report.rows[0].figures;
        prop_assert_eq!((figures.error, figures.bias), (Decimal::ZERO, Decimal::ZERO));
        prop_assert_eq!(figures.held, Decimal::ONE);
    }

    #[test]
    fn drawers_add_up_in_any_order(
        pairs in prop::collection::vec((0_i64..500, -5_i64..500), 0..60), at in 0_usize..60,
    ) {
        let counted = |pairs: &[(i64, i64)]| {
            let mut accuracy = Accuracy::default();
            for (estimated, used) in pairs {
                let manner = if estimated % 3 == 0 { GUESSED } else { SURE };
                let region = if used % 2 == 0 { "12" } else { "30" };
                accuracy.count(manner, &group("2.5", region), &of(*estimated, *used));
            }
            accuracy
        };
        let (first, second) = pairs.split_at(at.min(pairs.len()));
        let mut one = counted(second);
        one.add(&counted(first));
        prop_assert_eq!(&one, &counted(&pairs));
        let report = Report::of(&one, None, parameters().constants());
        let told: u64 = report.rows.iter().map(|row| row.figures.estimates).sum();
        let unused: u64 = report.rows.iter().map(|row| u64::from(row.figures.unused)).sum();
        prop_assert_eq!(told + unused, u64::try_from(pairs.len()).unwrap());
    }

    #[test]
    fn a_true_reading_of_any_day_after_says_the_same_of_an_even_use(days in 0_u16..720) {
        // one unit a day, and a reading up to two years later
        let known = "2023-12-31 1000, 2024-12-31 1366";
        let on = crate::calendar::days_after(day("2025-12-31"), days);
        let value = 1_731 + u32::from(days);
        let compared = later(known, &format!("2025-12-31 e1731, {on} {value}"));
        let used = compared.map(|compared| compared.used);
        if days == 0 {
            // of two readings of one day the trusted one counts
            prop_assert_eq!(used, Some(Decimal::from(365)));
        } else {
            let off = (used.unwrap() - Decimal::from(365)).abs();
            prop_assert!(off <= Decimal::ONE, "{off}");
        }
    }
}
