use insta::assert_snapshot;
use proptest::prelude::*;

use super::*;
use crate::calendar::days_after;
use crate::estimate::engine::tests::day;
use crate::estimate::parameters::tests::parameters;

fn days(commodity: Commodity) -> Days {
    let per_mille = [155, 142, 132, 89, 65, 31, 16, 16, 32, 74, 104, 144];
    let profile = match commodity {
        Commodity::Water => Profile::flat(),
        Commodity::Gas | Commodity::Heat | Commodity::Electricity | Commodity::Cooling => {
            Profile::of(per_mille.map(|share| Decimal::new(share, 3))).unwrap()
        }
    };
    Days::of(&profile, commodity, parameters().constants())
}

fn span(from: &str, until: &str, used: i64) -> Span {
    Span { from: day(from), until: day(until), used: used.into(), decimals: 0 }
}

/// What was used up to and with `on`, of 120 in the year 2026 and a month.
#[track_caller]
fn check(commodity: Commodity, on: &str) -> String {
    used_until(&span("2025-12-03", "2027-01-02", 120), day(on), &days(commodity)).to_string()
}

#[test]
fn a_reading_is_moved_to_the_reference_date_by_the_season() {
    assert_snapshot!(check(Commodity::Water, "2026-12-31"), @"119");
    assert_snapshot!(check(Commodity::Gas, "2026-12-31"), @"119");
    assert_snapshot!(check(Commodity::Water, "2026-06-30"), @"63");
    assert_snapshot!(check(Commodity::Gas, "2026-06-30"), @"78");
    assert_snapshot!(check(Commodity::Heat, "2026-06-30"), @"75");
    assert_snapshot!(check(Commodity::Water, "2025-12-03"), @"0");
    assert_snapshot!(check(Commodity::Water, "2025-11-03"), @"0");
    assert_snapshot!(check(Commodity::Water, "2027-02-03"), @"120");
}

#[test]
fn a_reading_that_answers_is_prorated_and_one_far_away_is_an_estimate() {
    let of = |read: &str, answers| {
        let quality = quality(day(read), day("2026-12-31"), answers, parameters().constants());
        format!("{quality:?}")
    };
    assert_snapshot!(of("2026-12-31", Answers::Nothing), @"Actual");
    assert_snapshot!(of("2026-12-01", Answers::Request), @"Prorated");
    assert_snapshot!(of("2026-12-17", Answers::Nothing), @"Prorated");
    assert_snapshot!(of("2026-12-16", Answers::Nothing), @"Estimated");
    assert_snapshot!(of("2027-03-01", Answers::Nothing), @"Prorated");
}

#[test]
fn a_reading_after_years_is_spread_over_them() {
    let three = span("2023-12-31", "2027-03-01", 380);
    let ends = ["2024-12-31", "2025-12-31", "2026-12-31"].map(day);
    let told: Vec<String> =
        parts(&three, &ends, &days(Commodity::Water)).iter().map(ToString::to_string).collect();
    assert_snapshot!(told.join(" + "), @"120 + 120 + 120 + 20");
}

proptest! {
    #[test]
    fn parts_add_up_to_the_whole(used in 0_i64..200_000, decimals in 0_u32..4, ends in prop::collection::vec(0_u16..2_000, 0..6), length in 1_u16..2_000) {
        let from = day("2021-03-05");
        let span = Span { from, until: days_after(from, length), used: Decimal::new(used, decimals), decimals };
        let mut ends: Vec<NaiveDate> = ends.into_iter().map(|after| days_after(from, after)).collect();
        ends.sort_unstable();
        let parts = parts(&span, &ends, &days(Commodity::Gas));
        prop_assert_eq!(parts.iter().sum::<Decimal>(), span.used);
        prop_assert!(parts.iter().all(|part| *part >= Decimal::ZERO));
        prop_assert_eq!(parts.len(), ends.len() + 1);
    }

    #[test]
    fn what_is_moved_lies_between_its_neighbours(used in -5_000_i64..200_000, at in 0_u16..2_000) {
        let from = day("2021-03-05");
        let span = Span { from, until: days_after(from, 700), used: used.into(), decimals: 0 };
        let moved = used_until(&span, days_after(from, at), &days(Commodity::Gas));
        prop_assert!(moved.abs() <= span.used.abs() && moved * span.used >= Decimal::ZERO);
    }
}
