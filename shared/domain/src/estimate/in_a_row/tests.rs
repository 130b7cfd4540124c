use insta::assert_snapshot;

use super::*;
use crate::estimate::engine::tests::{day, shown};
use crate::estimate::parameters::tests::parameters;

/// What must happen beside an estimate of 2026 that follows the readings of `notation`.
#[track_caller]
fn check(notation: &str) -> String {
    let on = day("2026-12-31");
    let in_a_row = InARow::of(&shown(notation)).after(Source::Estimated, on);
    let due = in_a_row.due(parameters().constants(), on);
    let due: Vec<String> = due.iter().map(|due| format!("{due:?}")).collect();
    format!("{}: {}", in_a_row.estimated, due.join(" "))
}

#[test]
fn each_estimate_in_a_row_has_more_consequences() {
    assert_snapshot!(check("2025-12-31 100"), @"1: Link");
    assert_snapshot!(check("2024-12-31 50, 2025-12-31 e100"), @"2: Link OtherChannel ReadingOverdue");
    assert_snapshot!(check("2024-06-30 s50, 2024-12-31 e100, 2025-12-31 e200"), @"3: Link FieldReading");
    assert_snapshot!(check("2024-06-30 s50, 2024-12-31 e100, 2025-06-30 e150, 2025-12-31 e200"), @"4: Link FieldReading");
}

#[test]
fn a_meter_that_the_company_has_not_read_for_three_years_is_read() {
    assert_snapshot!(check("2024-01-01 s0, 2025-12-31 100"), @"1: Link");
    assert_snapshot!(check("2023-12-31 s0, 2025-12-31 100"), @"1: Link FieldReading");
    assert_snapshot!(check("2023-12-31 i0, 2024-12-31 100, 2025-12-31 e200"), @"2: Link OtherChannel ReadingOverdue FieldReading");
    // nothing says that the company read it, and it is known for three years
    assert_snapshot!(check("2023-12-31 0, 2025-12-31 100"), @"1: Link FieldReading");
}

#[test]
fn a_reading_ends_the_row_and_only_the_companys_own_counts_as_such() {
    let two = InARow::of(&shown("2024-12-31 e0, 2025-12-31 e0"));
    assert_eq!(two.estimated, 2);
    let on = day("2026-12-31");
    let after = |source| {
        let InARow { estimated, company_read_on, .. } = two.after(source, on);
        (estimated, company_read_on.is_some())
    };
    assert_eq!(after(Source::Customer), (0, false));
    assert_eq!(after(Source::Colleague), (0, false));
    assert_eq!(after(Source::Agreed), (0, false));
    assert_eq!(after(Source::Staff), (0, true));
    assert_eq!(after(Source::Remote), (0, true));
    assert_eq!(after(Source::Installed), (0, true));
    assert_eq!(after(Source::Estimated), (3, false));
    let later = two.after(Source::Staff, on).after(Source::Removed, day("2026-06-30"));
    assert_eq!(later.company_read_on, Some(on));
}

/// The differences of `years` invoiced years of 100 each that took `used` each, read in 2027.
#[track_caller]
fn trued_up(years: i32, used: i64) -> String {
    let end = |year| NaiveDate::from_ymd_opt(year, 12, 31).unwrap();
    let invoiced: Vec<Invoiced> =
        (2027 - years..2027).map(|year| Invoiced { until: end(year), used: 100.into() }).collect();
    let parts = vec![Decimal::from(used); invoiced.len()];
    let told = true_up(&invoiced, &parts, parameters().constants(), day("2027-01-10"));
    told.iter()
        .map(|one| format!("{} {:?}", one.difference, one.settled))
        .collect::<Vec<_>>()
        .join(", ")
}

#[test]
fn a_later_reading_is_claimed_for_some_years_and_credited_for_all() {
    assert_snapshot!(trued_up(2, 120), @"20 InFull, 20 InFull");
    assert_snapshot!(trued_up(6, 120), @"20 Waived, 20 InFull, 20 InFull, 20 InFull, 20 InFull, 20 InFull");
    assert_snapshot!(trued_up(6, 80), @"-20 InFull, -20 InFull, -20 InFull, -20 InFull, -20 InFull, -20 InFull");
    assert_snapshot!(trued_up(3, 100), @"0 InFull, 0 InFull, 0 InFull");
}
