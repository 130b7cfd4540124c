use super::{allot, last_of_month, weight};
use crate::tariff::Weights;

const HEAT: Weights = Weights::Months([170, 150, 130, 80, 40, 14, 13, 13, 30, 80, 120, 160]);

fn weighed(weights: &Weights, first: &str, last: &str) -> i128 {
    weight(weights, first.parse().unwrap(), last.parse().unwrap())
}

#[test]
fn units_are_split_by_the_largest_remainder_the_earlier_first() {
    assert_eq!(allot(110, &[31, 334]), [9, 101]);
    assert_eq!(allot(5, &[1, 1]), [3, 2]);
    assert_eq!(allot(10, &[1, 1, 1]), [4, 3, 3]);
    assert_eq!(allot(0, &[1, 1]), [0, 0]);
    assert_eq!(allot(7, &[0, 3, 0]), [0, 7, 0]);
    assert_eq!(allot(7, &[]), [0; 0]);
}

#[test]
fn heat_of_a_year_is_split_by_its_months() {
    let halves =
        [weighed(&HEAT, "2026-01-01", "2026-06-30"), weighed(&HEAT, "2026-07-01", "2026-12-31")];
    assert_eq!(allot(2175, &halves), [1269, 906]);
}

#[test]
fn a_day_weighs_its_month_and_a_leap_day_weighs_as_february() {
    assert_eq!(weighed(&Weights::Days, "2026-01-01", "2026-12-31"), 365);
    assert_eq!(weighed(&Weights::Days, "2026-01-02", "2026-01-01"), 0);
    assert_eq!(weighed(&HEAT, "2026-01-31", "2026-01-31"), 170 * 3390);
    assert_eq!(weighed(&HEAT, "2026-04-01", "2026-04-02"), 80 * 3503 * 2);
    assert_eq!(weighed(&HEAT, "2028-02-28", "2028-03-01"), 150 * 3720 * 2 + 130 * 3390);
    assert_eq!(weighed(&HEAT, "2026-12-31", "2027-01-01"), 160 * 3390 + 170 * 3390);
    assert_eq!(last_of_month("2028-02-03".parse().unwrap()).to_string(), "2028-02-29");
}
