use proptest::prelude::*;
use rust_decimal::Decimal;

use super::{Arithmetic as _, Number, Real};

/// Whether the fast number and the exact one are the same to nine decimals, or to one in 10^11.
#[track_caller]
fn same(fast: Real, exact: Decimal) {
    let fast = fast.exact().unwrap();
    let apart = (fast - exact).abs();
    let allowed = Decimal::new(1, 9) + exact.abs() * Decimal::new(1, 11);
    assert!(apart <= allowed, "{fast} for {exact}");
}

#[test]
fn a_number_goes_in_and_comes_out_as_it_was() {
    for number in ["0", "-1.5", "123456.123", "0.000000001", "999999.999999999"] {
        let exact: Decimal = number.parse().unwrap();
        assert_eq!(Real::of(exact).exact(), Some(exact));
    }
}

#[test]
fn half_of_the_last_decimal_goes_away_from_zero() {
    let half = Decimal::new(5, 10);
    assert_eq!(Real::of(half).exact(), Some(Decimal::new(1, 9)));
    assert_eq!((-Real::of(half)).exact(), Some(Decimal::new(-1, 9)));
}

#[test]
fn what_is_not_finite_does_not_come_out() {
    let zero = Real::zero();
    assert_eq!((Real::whole(1) / zero).exact(), None);
    assert_eq!((zero / zero).exact(), None);
    assert_eq!(Real::whole(1_000_000_000_000_000_000).exact(), None);
}

#[test]
fn the_functions_give_these_bits_on_every_machine() {
    let two = Real::whole(2);
    let bits = |Real(number): Real| number.to_bits();
    assert_eq!(bits(two.ln()), 0x3FE6_2E42_FEFA_39EF);
    assert_eq!(bits(two.sqrt()), 0x3FF6_A09E_667F_3BCD);
    assert_eq!(bits(Real::whole(1).exp()), 0x4005_BF0A_8B14_576A);
}

proptest! {
    #[test]
    fn the_functions_are_those_of_the_oracle(millionths in 1_i64..1_000_000_000_000) {
        let exact = Decimal::new(millionths, 6);
        same(Real::of(exact).ln(), Number::ln(exact));
        same(Real::of(exact).sqrt(), Number::sqrt(exact));
        let small = exact / Decimal::from(100_000);
        same(Real::of(small).exp(), Number::exp(small));
        same((-Real::of(small)).exp(), Number::exp(-small));
    }
}
