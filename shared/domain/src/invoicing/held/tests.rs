use insta::assert_snapshot;

use super::*;
use crate::invoicing::config::tests::TEXT;
use crate::invoicing::making::tests::{Household, lists, reading};
use crate::settlement::case::Previous;
use crate::settlement::settle;
use crate::tariff::list::tests::WATER;

/// Why the settlement of `household` is held; `change` may bend its case first.
#[track_caller]
fn check(household: &Household, years: u8, change: impl FnOnce(&mut Case)) -> String {
    let limits = Invoicing::parse("invoicing.toml", TEXT).unwrap().held;
    let mut case = household.case().unwrap();
    change(&mut case);
    let settled = settle(&case);
    let years = BTreeMap::from([("A1".to_owned(), years)]);
    match held(&case, &settled, &years, &limits) {
        Ok(reasons) => serde_json::to_string(&reasons).unwrap(),
        Err(refusals) => serde_json::to_string(&refusals).unwrap(),
    }
}

/// A household that used so much in the year.
fn using(m3: u32) -> Household {
    let mut household = Household::usual();
    household.readings[2] = reading(&format!("W1 2026-12-31 {} customer prorated", 1204 + m3));
    household
}

/// Last year, which cost what 110 m³ cost this year, but for `cents` of the standing charge.
fn previous(case: &mut Case, cents: i64) {
    let usual = Household::usual().settled();
    let mut parts = usual.parts.clone();
    for part in parts.iter_mut().filter(|part| part.component.starts_with("water.standing")) {
        part.net = Money::from_cents(cents);
    }
    let totals = usual.totals;
    case.previous =
        Some(Previous { parts, cost_vat: totals.cost_vat, terms_incl: totals.terms_incl });
}

#[test]
fn a_usual_year_gets_its_number() {
    assert_snapshot!(check(&Household::usual(), 9, |case| previous(case, 8468)), @"[]");
}

#[test]
fn much_to_pay_or_to_get_back_is_held() {
    assert_snapshot!(check(&using(900), 9, |_| {}), @r#"[{"reason":"payable","cents":206956}]"#);
    let mut refund = using(110);
    for advance in &mut refund.advances {
        advance.amount_excl = Money::from_cents(20_000);
    }
    assert_snapshot!(check(&refund, 9, |_| {}), @r#"[{"reason":"payable","cents":-203472}]"#);
    assert_snapshot!(check(&using(500), 9, |_| {}), @"[]");
}

#[test]
fn a_cost_far_from_last_years_is_held_when_both_limits_are_passed() {
    assert_snapshot!(check(&using(240), 9, |case| previous(case, 8468)), @r#"[{"reason":"cost-changed","from_cents":36328,"to_cents":68352}]"#);
    // more than € 100, but less than half
    assert_snapshot!(check(&using(160), 9, |case| previous(case, 8468)), @"[]");
    // more than half, but less than € 100: from € 32.70 to € 92.30
    let small = |case: &mut Case| {
        previous(case, 3000);
        if let Some(previous) = &mut case.previous {
            previous.parts.retain(|part| part.component.starts_with("water.standing"));
            previous.cost_vat = Money::from_cents(270);
        }
    };
    assert_snapshot!(check(&using(0), 0, small), @"[]");
}

#[test]
fn two_estimates_in_a_row_are_held() {
    let mut household = Household::usual();
    household.readings[2] = reading("W1 2026-12-31 1314 estimated estimated");
    assert_snapshot!(check(&household, 9, |_| {}), @"[]");
    household.readings[1] = reading("W1 2025-12-31 1204 estimated estimated");
    assert_snapshot!(check(&household, 9, |_| {}), @r#"[{"reason":"estimated-twice","connection":"A1"}]"#);
    household.readings[2] = reading("W1 2026-12-31 1314 customer actual");
    assert_snapshot!(check(&household, 9, |_| {}), @"[]");
}

#[test]
fn nothing_used_after_years_of_use_is_held() {
    assert_snapshot!(check(&using(0), 2, |_| {}), @r#"[{"reason":"zero-use","connection":"A1","years":2}]"#);
    assert_snapshot!(check(&using(0), 1, |_| {}), @"[]");
    assert_snapshot!(check(&using(1), 9, |_| {}), @"[]");
}

#[test]
fn negative_use_is_held_and_any_other_refusal_is_no_reason_to_hold() {
    let mut household = Household::usual();
    household.readings[2] = reading("W1 2026-12-31 1100 customer actual");
    assert_snapshot!(check(&household, 9, |_| {}), @r#"[{"reason":"negative-use","at":"connections.A1.W1"}]"#);
    assert_snapshot!(check(&household, 9, |case| case.connections[0].registers[0].digits = 3), @r#"{"errors":[{"code":"reading_digits","at":"connections.A1.W1"}]}"#);
}

#[test]
fn a_year_of_terms_without_its_rates_is_held() {
    let mut household = Household::usual();
    household.lists = lists(&WATER.replacen(
        "  { from = 2027-01-01, rate = \"0.4450\"",
        "  # { from = 2027-01-01, rate = \"0.4450\"",
        1,
    ));
    assert_snapshot!(check(&household, 9, |_| {}), @r#"[{"reason":"tariff-not-set","component":"water.tax","year":2027}]"#);
    assert_snapshot!(check(&household, 9, |case| case.terms = None), @"[]");
    // who leaves gets no terms
    let leaves = |case: &mut Case| case.connections[0].ending = Ending::Final;
    assert_snapshot!(check(&household, 9, leaves), @"[]");
}

#[test]
fn a_rate_that_is_missing_is_told_before_anything_is_settled() {
    let text = WATER.replacen("{ from = 2027-01-01, rate = \"0.4450\"", "# {", 1);
    assert_ne!(text, WATER);
    let invoicing = Invoicing::parse("invoicing.toml", TEXT).unwrap();
    let told = |text: &str, on: &str| {
        let all = not_set_at(&lists(text), &invoicing, on.parse().unwrap());
        all.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    assert_snapshot!(told(&text, "2027-01-04"), @"tariffs/water.toml:98 water.tax: no entry of 2027: add it before terms of that year are made");
    assert_eq!(told(WATER, "2027-01-04"), "");
}

#[test]
fn each_reason_says_what_to_do_and_only_what_has_figures_can_be_released() {
    let connection = || "A1".to_owned();
    let reasons = [
        Held::Payable { amount: Money::from_cents(206_956) },
        Held::CostChanged { from: Money::from_cents(36_328), to: Money::from_cents(68_352) },
        Held::EstimatedTwice { connection: connection() },
        Held::ZeroUse { connection: connection(), years: 2 },
        Held::NegativeUse { at: "connections.A1.W1".to_owned() },
        Held::ReadingKept { connection: connection(), meter: "W1".to_owned() },
        Held::EarlierDays { connection: connection(), from: "2026-10-01".parse().unwrap() },
        Held::TariffNotSet { component: "water.tax".to_owned(), year: 2027 },
    ];
    let words = reasons.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    assert_snapshot!(words, @r"
    2069.56 to pay is beyond the limit: compare the readings, then release it
    the cost went from 363.28 to 683.52: compare the readings of both years, then release it
    A1: estimated twice in a row: store a reading, or release it
    A1: nothing was used after 2 years with use: have the meter looked at, or release it
    A1.W1: a reading lies below the one before: mend the readings; it cannot be released
    A1: the reading of meter W1 was kept against a doubt: look at it, then release it
    A1: no invoice has its days from 2026-10-01 on, so this one does: release it, or mend the beginning of its supply
    water.tax has no rate of 2027: add the entry and deploy, or release it to keep the last rate
    ");
    let unreleasable: Vec<&Held> = reasons.iter().filter(|it| !it.is_releasable()).collect();
    assert_eq!(unreleasable, [&reasons[4]]);
}
