use crate::money::Money;

use super::super::spread::shares;

#[test]
fn an_amount_is_rounded_once_half_a_cent_away_from_zero() {
    let rounded = |numerator, denominator| Money::from_ratio(numerator, denominator).unwrap();
    assert_eq!(rounded(125, 10).cents(), 13);
    assert_eq!(rounded(-125, 10).cents(), -13);
    assert_eq!(rounded(2675, 10).cents(), 268);
    assert_eq!(rounded(-5, 10).cents(), -1);
    assert_eq!(rounded(4, 10).cents(), 0);
    assert_eq!(rounded(-4, 10).cents(), 0);
    assert_eq!(rounded(8468 * 334, 365).cents(), 7749); // 84.68 a year, 334 days
    assert_eq!(Money::from_ratio(1, 0), None);
    assert_eq!(Money::from_ratio(1, -1), None);
    assert_eq!(Money::from_ratio(i128::MAX, 1), None);
    assert_eq!(Money::LIMIT.limited(), Some(Money::LIMIT));
    assert_eq!((Money::LIMIT + Money::from_cents(1)).limited(), None);
    assert_eq!((-Money::LIMIT - Money::from_cents(1)).limited(), None);
}

#[test]
fn the_cents_that_are_left_go_to_the_largest_fractions() {
    // 192.42, -5.29 and 106.52 at 9 %: 26.43 together
    assert_eq!(shares(&[19242 * 900, -529 * 900, 10652 * 900], 10_000, 2643), [1732, -48, 959]);
    assert_eq!(shares(&[-5000], 10_000, -1), [-1]);
    assert_eq!(shares(&[5000, 5000], 10_000, 1), [1, 0]);
    assert_eq!(shares(&[-5000, -5000], 10_000, -1), [0, -1]);
}
