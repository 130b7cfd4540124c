use insta::assert_snapshot;
use proptest::prelude::*;

use super::*;
use crate::estimate::parameters::tests::parameters;
use crate::estimate::stats::{Number, Real};

/// A made-up gas profile: most of it in winter.
fn winter() -> Profile {
    let per_mille = [155, 142, 132, 89, 65, 31, 16, 16, 32, 74, 104, 144];
    Profile::of(per_mille.map(|share| Decimal::new(share, 3))).unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// What the days from `from` to `until` weigh, to three decimals.
#[track_caller]
fn check(profile: &Profile, from: &str, until: &str) -> String {
    let season: DayWeights<Real> = DayWeights::of(profile, Real::zero());
    let weight = season.weight(day(from), day(until)).exact().unwrap();
    assert_eq!(weight, summed(profile, day(from), day(until)), "the sum over the days");
    format!("{weight:.3}")
}

/// The same, day by day as the rule is written.
fn summed(profile: &Profile, from: NaiveDate, until: NaiveDate) -> Decimal {
    let sum: Decimal = profile.shares().iter().sum();
    let days = from.iter_days().skip(1).take_while(|day| *day <= until);
    let weigh = |day: NaiveDate| {
        let month = usize::try_from(day.month0()).unwrap();
        profile.shares()[month] / sum * Decimal::new(YEAR_DAYS, 2)
            / Decimal::new(MONTH_DAYS[month], 2)
    };
    Number::exact(days.map(weigh).sum::<Decimal>()).unwrap()
}

#[test]
fn a_year_weighs_as_many_days_as_it_has_in_the_mean() {
    let flat = Profile::flat();
    assert_snapshot!(check(&flat, "2024-12-31", "2025-12-31"), @"365.000");
    assert_snapshot!(check(&flat, "2023-12-31", "2024-12-31"), @"366.000");
    assert_snapshot!(check(&winter(), "2020-12-31", "2024-12-31"), @"1461.000");
}

#[test]
fn the_leap_day_weighs_as_a_day_of_february() {
    let winter = winter();
    assert_snapshot!(check(&winter, "2024-02-28", "2024-02-29"), @"1.835");
    assert_snapshot!(check(&winter, "2023-02-27", "2023-02-28"), @"1.835");
    assert_snapshot!(check(&winter, "2024-02-29", "2024-03-01"), @"1.555");
    assert_snapshot!(check(&winter, "1999-12-31", "2000-12-31"), @"366.626");
    assert_snapshot!(check(&winter, "2099-12-31", "2100-12-31"), @"364.791");
    assert_snapshot!(check(&winter, "2026-05-01", "2026-05-01"), @"0.000");
}

#[test]
fn a_month_without_use_or_a_year_that_is_none_is_no_profile() {
    let mut shares = *winter().shares();
    shares[6] = Decimal::ZERO;
    assert_eq!(Profile::of(shares), Err(BadProfile::NotPositive { month: 7 }));
    let of = |twelfth: Decimal| Profile::of([twelfth; 12]);
    assert_eq!(of(Decimal::new(824, 4)), Err(BadProfile::Sum));
    assert!(of(Decimal::new(825, 4)).is_ok());
    assert!(of(Decimal::new(8416, 5)).is_ok());
    assert_eq!(of(Decimal::new(842, 4)), Err(BadProfile::Sum));
    assert_eq!(of(Decimal::MAX), Err(BadProfile::Sum));
}

/// What the days from `from` to `until` weigh for `commodity` after a mild January and a cold
/// February of 2026, when a fifth of heat is the same on every day.
#[track_caller]
fn weathered(commodity: Commodity, from: &str, until: &str) -> String {
    let months = [(day("2026-01-01"), 280.into()), (day("2026-02-01"), 520.into())].into();
    let profile = winter().with_weather(DegreeDays::of(2_500.into(), months).unwrap());
    let season: DayWeights<Real> =
        DayWeights::for_commodity(&profile, commodity, parameters().real());
    format!("{:.3}", season.weight(day(from), day(until)).exact().unwrap())
}

#[test]
fn heat_weighs_as_much_as_its_months_were_cold() {
    let heat = Commodity::Heat;
    // 0.8 of 280 of 2500, and 0.2 of 31 of 365.25 days, of a year of 365.25
    assert_snapshot!(weathered(heat, "2025-12-31", "2026-01-31"), @"38.926");
    assert_snapshot!(weathered(heat, "2026-01-31", "2026-02-28"), @"66.377");
    assert_snapshot!(weathered(heat, "2026-01-15", "2026-02-14"), @"53.279");
    // months that nobody measured weigh as their shares, and so does what is no heat
    assert_snapshot!(weathered(heat, "2025-02-28", "2025-03-31"), @"44.770");
    assert_snapshot!(weathered(heat, "2026-02-28", "2026-03-31"), @"44.770");
    assert_snapshot!(weathered(Commodity::Gas, "2025-12-31", "2026-01-31"), @"56.613");
    assert_snapshot!(weathered(Commodity::Gas, "2024-12-31", "2025-01-31"), @"56.613");
}

#[test]
fn degree_days_that_are_none_are_refused() {
    let of = |normal: i64, month: &str, days: i64| {
        DegreeDays::of(normal.into(), [(day(month), days.into())].into()).err()
    };
    assert_eq!(of(2_500, "2026-01-01", 0), None);
    assert_eq!(of(0, "2026-01-01", 0), Some(BadProfile::NormalYear));
    for (month, days) in [("2026-01-02", 1), ("2026-01-01", -1), ("2026-01-01", 2_501)] {
        assert_eq!(of(2_500, month, days), Some(BadProfile::Month { month: day(month) }));
    }
}

proptest! {
    #[test]
    fn weights_add_up_and_repeat_after_four_hundred_years(
        from in 0_u64..3_000, first in 0_u64..1_500, second in 0_u64..1_500,
    ) {
        let season: DayWeights<Real> = DayWeights::of(&winter(), Real::zero());
        let at = |days: u64| day("2019-06-15").checked_add_days(chrono::Days::new(days)).unwrap();
        let (a, b, c) = (at(from), at(from + first), at(from + first + second));
        let parts = season.weight(a, b) + season.weight(b, c);
        prop_assert!((parts - season.weight(a, c)).size() < Real::of(Decimal::new(1, 9)));
        let later = |day: NaiveDate| day.with_year(day.year() + 400).unwrap();
        prop_assert_eq!(season.weight(a, b), season.weight(later(a), later(b)));
    }
}
