use insta::assert_snapshot;

use super::super::case::{TermPlan, TermPolicy, TermRounding};
use super::super::result::Bound;
use super::{TermYear, twelve};
use crate::money::Money;

fn plan(policy: TermPolicy, rounding: TermRounding, step: i64) -> TermPlan {
    let step = Money::from_cents(step);
    TermPlan { policy, rounding, step, min: None, max: None, day: 1, notice_days: 14 }
}

/// The twelve terms of an expected cost, as runs of equal amounts, and their bound.
fn told(expected: i64, plan: &TermPlan) -> String {
    let (amounts, bounded) = twelve(Money::from_cents(expected), plan).unwrap();
    assert_eq!(amounts.len(), 12);
    let runs = amounts.chunk_by(|a, b| a == b).map(|run| format!("{} x {}", run.len(), run[0]));
    let bound = match bounded {
        None => "",
        Some(Bound::Min) => ", the least",
        Some(Bound::Max) => ", the most",
    };
    format!("{}{bound}", runs.collect::<Vec<_>>().join(" + "))
}

#[test]
fn exact_terms_add_up_and_even_ones_are_equal() {
    let exact = plan(TermPolicy::Exact, TermRounding::Nearest, 1);
    assert_snapshot!(told(29823, &exact), @"3 x 24.86 + 9 x 24.85");
    assert_snapshot!(told(12, &exact), @"12 x 0.01");
    assert_snapshot!(told(1, &exact), @"1 x 0.01 + 11 x 0.00");
    assert_snapshot!(told(0, &exact), @"12 x 0.00");
    assert_snapshot!(told(-500, &exact), @"12 x 0.00");
    let up = |step| plan(TermPolicy::Even, TermRounding::Up, step);
    assert_snapshot!(told(29823, &up(1)), @"12 x 24.86");
    assert_snapshot!(told(29823, &up(50)), @"12 x 25.00");
    assert_snapshot!(told(30000, &up(50)), @"12 x 25.00");
    let nearest = |step| plan(TermPolicy::Even, TermRounding::Nearest, step);
    assert_snapshot!(told(29823, &nearest(1)), @"12 x 24.85");
    assert_snapshot!(told(29826, &nearest(1)), @"12 x 24.86"); // 24.855: half up
    assert_snapshot!(told(29699, &nearest(50)), @"12 x 24.50");
    assert_snapshot!(told(29700, &nearest(50)), @"12 x 25.00");
}

#[test]
fn a_bound_wins_over_exactness() {
    let mut plan = plan(TermPolicy::Exact, TermRounding::Nearest, 1);
    plan.min = Some(Money::from_cents(500));
    plan.max = Some(Money::from_cents(2485));
    assert_snapshot!(told(5999, &plan), @"12 x 5.00, the least");
    assert_snapshot!(told(6000, &plan), @"12 x 5.00");
    assert_snapshot!(told(29820, &plan), @"12 x 24.85");
    assert_snapshot!(told(29821, &plan), @"12 x 24.85, the most");
    assert_snapshot!(told(0, &plan), @"12 x 0.00");
}

#[test]
fn the_term_year_begins_with_the_first_due_day_after_the_notice() {
    let year = |invoiced: &str, day, notice_days| {
        let plan = TermPlan { day, notice_days, ..plan(TermPolicy::Exact, TermRounding::Up, 1) };
        let year = TermYear::of(invoiced.parse().unwrap(), &plan);
        let (first_due, last_due) = (year.due[0], year.due[11]);
        format!("{}..{} due {first_due}..{last_due}", year.first, year.last)
    };
    assert_snapshot!(year("2027-01-05", 1, 14), @"2027-02-01..2028-01-31 due 2027-02-01..2028-01-01");
    assert_snapshot!(year("2027-01-05", 28, 14), @"2027-01-01..2027-12-31 due 2027-01-28..2027-12-28");
    assert_snapshot!(year("2027-01-14", 28, 14), @"2027-01-01..2027-12-31 due 2027-01-28..2027-12-28");
    assert_snapshot!(year("2027-01-15", 28, 14), @"2027-02-01..2028-01-31 due 2027-02-28..2028-01-28");
    assert_snapshot!(year("2027-12-20", 1, 14), @"2028-02-01..2029-01-31 due 2028-02-01..2029-01-01");
}
