use insta::assert_snapshot;

use super::*;
use crate::estimate::engine::tests::day;

/// What must happen at the close of 2026 when another estimate follows `estimated` in a row, and
/// the company last read the meter on `read`.
#[track_caller]
fn check(estimated: u32, read: Option<&str>) -> String {
    let in_a_row = InARow { estimated, company_read_on: read.map(day) };
    in_a_row
        .due(day("2026-12-31"))
        .iter()
        .map(|due| format!("{due:?}"))
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn each_estimate_in_a_row_has_more_consequences() {
    assert_snapshot!(check(0, None), @"Link");
    assert_snapshot!(check(1, None), @"Link OtherChannel ReadingOverdue");
    assert_snapshot!(check(2, None), @"Link FieldReading");
    assert_snapshot!(check(3, None), @"Link FieldReading");
}

#[test]
fn a_meter_that_the_company_has_not_read_for_three_years_is_read() {
    assert_snapshot!(check(0, Some("2024-01-01")), @"Link");
    assert_snapshot!(check(0, Some("2023-12-31")), @"Link FieldReading");
    assert_snapshot!(check(1, Some("2023-12-31")), @"Link OtherChannel ReadingOverdue FieldReading");
}

#[test]
fn a_reading_ends_the_row_and_only_the_companys_own_counts_as_such() {
    let two = InARow::default().estimated().estimated();
    assert_eq!(two.estimated, 2);
    let on = day("2026-12-31");
    let after = |source| {
        let InARow { estimated, company_read_on } = two.read(source, on);
        (estimated, company_read_on.is_some())
    };
    assert_eq!(after(Source::Customer), (0, false));
    assert_eq!(after(Source::Colleague), (0, false));
    assert_eq!(after(Source::Agreed), (0, false));
    assert_eq!(after(Source::Staff), (0, true));
    assert_eq!(after(Source::Remote), (0, true));
    assert_eq!(after(Source::Installed), (0, true));
    assert_eq!(after(Source::Estimated), (2, false));
    let later = two.read(Source::Staff, on).read(Source::Removed, day("2026-06-30"));
    assert_eq!(later.company_read_on, Some(on));
}

/// The differences of `years` invoiced years of 100 each that took `used` each, read in 2027.
#[track_caller]
fn trued_up(years: i32, used: i64) -> String {
    let end = |year| NaiveDate::from_ymd_opt(year, 12, 31).unwrap();
    let invoiced: Vec<Invoiced> =
        (2027 - years..2027).map(|year| Invoiced { until: end(year), used: 100.into() }).collect();
    let parts = vec![Decimal::from(used); invoiced.len()];
    let told = true_up(&invoiced, &parts, 5, day("2027-01-10"));
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
