use insta::assert_snapshot;

use super::*;

fn check(value: &str) -> String {
    let value: Decimal = value.parse().unwrap();
    [Language::Nl, Language::En].map(|language| number(language, value)).join(" | ")
}

#[test]
fn thousands_are_grouped_and_no_decimal_is_lost() {
    assert_snapshot!(check("0"), @"0 | 0");
    assert_snapshot!(check("1234567.5000"), @"1.234.567,5000 | 1,234,567.5000");
    assert_snapshot!(check("-999.10"), @"−999,10 | −999.10");
}

#[test]
fn the_minus_stands_before_the_figure() {
    let shown = money(Language::Nl, Money::from_cents(-123_456)).replace(NO_BREAK, "_");
    assert_snapshot!(shown, @"€_−1.234,56");
    assert_snapshot!(money(Language::En, Money::from_cents(5)).replace(NO_BREAK, "_"), @"€_0.05");
}

#[test]
fn a_short_day_never_breaks() {
    let day = "2027-03-01".parse().unwrap();
    assert_snapshot!(short_day(Language::Nl, day).replace(NO_BREAK, "_"), @"1_mrt_2027");
    assert_snapshot!(short_day(Language::En, day).replace(NO_BREAK, "_"), @"1_Mar_2027");
    assert_snapshot!(super::day(Language::Nl, day), @"1 maart 2027");
    assert_snapshot!(long_day(Language::En, day), @"Monday 1 March 2027");
}
