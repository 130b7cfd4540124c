use std::collections::BTreeSet;

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

#[test]
fn each_language_has_its_own_form() {
    let check = |say: &dyn Fn(Language) -> String| {
        let said = Language::ALL.map(say).join(" | ");
        said.replace(NO_BREAK, "_").replace('\u{202f}', "^")
    };
    let amount = |cents| move |language| money(language, Money::from_cents(cents));
    assert_snapshot!(check(&amount(123_450)), @"€_1.234,50 | €_1,234.50 | 1.234,50_€ | 1234,50_€ | 1^234,50_€");
    assert_snapshot!(check(&amount(-1_234_567)), @"€_−12.345,67 | €_−12,345.67 | −12.345,67_€ | −12.345,67_€ | −12^345,67_€");
    assert_snapshot!(check(&|l| percentage(l, 7.into())), @"7% | 7% | 7_% | 7% | 7^%");
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    let (eve, first) = (day("2026-12-24"), day("2027-03-01"));
    assert_snapshot!(check(&|l| long_day(l, eve)), @"donderdag 24 december 2026 | Thursday 24 December 2026 | Donnerstag, 24. Dezember 2026 | giovedì 24 dicembre 2026 | jeudi 24 décembre 2026");
    assert_snapshot!(check(&|l| day_of_year(l, first)), @"1 maart | 1 March | 1. März | 1º marzo | 1er mars");
    assert_snapshot!(check(&|l| short_day(l, eve)), @"24_dec_2026 | 24_Dec_2026 | 24._Dez._2026 | 24_dic_2026 | 24_déc._2026");
}

#[test]
fn no_name_stands_twice() {
    for language in Language::ALL {
        let form = Form::of(language);
        for names in [&form.weekdays[..], &form.months, &form.short_months] {
            let distinct: BTreeSet<_> = names.iter().collect();
            assert_eq!(distinct.len(), names.len(), "{language}: {names:?}");
        }
    }
}
