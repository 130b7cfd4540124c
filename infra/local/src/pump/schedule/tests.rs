use insta::assert_snapshot;

use super::*;

/// The next three due times in Amsterdam after a civil time there.
#[track_caller]
fn check(expression: &str, after: &str) -> String {
    let zone = chrono_tz::Europe::Amsterdam;
    let expression: Expression = match expression.parse() {
        Ok(expression) => expression,
        Err(wrong) => return wrong.to_string(),
    };
    let after = format!("{after}:00").parse::<chrono::NaiveDateTime>().unwrap();
    let mut at = zone.from_local_datetime(&after).earliest().unwrap().to_utc();
    let mut due = Vec::new();
    for _ in 0..3 {
        let Some(next) = expression.next_after(at, zone) else { break };
        at = next;
        due.push(at.with_timezone(&zone).format("%a %Y-%m-%d %H:%M%:::z").to_string());
    }
    due.join(", ")
}

#[test]
fn the_daily_schedule_is_due_at_nine_in_summer_and_in_winter() {
    assert_snapshot!(check("cron(0 9 * * ? *)", "2026-10-23T09:00"), @"Sat 2026-10-24 09:00+02, Sun 2026-10-25 09:00+01, Mon 2026-10-26 09:00+01");
    assert_snapshot!(check("cron(0 9 * * ? *)", "2027-03-27T08:59"), @"Sat 2027-03-27 09:00+01, Sun 2027-03-28 09:00+02, Mon 2027-03-29 09:00+02");
}

#[test]
fn a_time_that_is_skipped_is_not_due_and_one_that_is_repeated_is_due_once() {
    assert_snapshot!(check("cron(30 2 * * ? *)", "2027-03-27T12:00"), @"Mon 2027-03-29 02:30+02, Tue 2027-03-30 02:30+02, Wed 2027-03-31 02:30+02");
    assert_snapshot!(check("cron(30 2 * * ? *)", "2026-10-24T12:00"), @"Sun 2026-10-25 02:30+02, Mon 2026-10-26 02:30+01, Tue 2026-10-27 02:30+01");
}

#[test]
fn fields_take_lists_ranges_and_steps() {
    assert_snapshot!(check("cron(0/20 8-9 ? * 2-6 *)", "2026-11-27T09:30"), @"Fri 2026-11-27 09:40+01, Mon 2026-11-30 08:00+01, Mon 2026-11-30 08:20+01");
    assert_snapshot!(check("cron(0 0 29 2 ? *)", "2026-11-26T09:00"), @"Tue 2028-02-29 00:00+01, Sun 2032-02-29 00:00+01, Fri 2036-02-29 00:00+01");
    assert_snapshot!(check("cron(15 3 1,15 * ? 2027)", "2027-12-10T09:00"), @"Wed 2027-12-15 03:15+01");
}

#[test]
fn a_rate_is_due_at_whole_multiples() {
    assert_snapshot!(check("rate(5 minutes)", "2026-11-26T09:00"), @"Thu 2026-11-26 09:05+01, Thu 2026-11-26 09:10+01, Thu 2026-11-26 09:15+01");
    assert_snapshot!(check("rate(15 minutes)", "2026-11-26T09:07"), @"Thu 2026-11-26 09:15+01, Thu 2026-11-26 09:30+01, Thu 2026-11-26 09:45+01");
}

#[test]
fn what_is_no_expression_is_refused_by_its_text() {
    for wrong in [
        "cron(0 9 * * ?)",
        "cron(0 24 * * ? *)",
        "cron(60 9 * * ? *)",
        "rate(0 minutes)",
        "rate(5 weeks)",
        "at(2026-11-26T09:00:00)",
        "cron(0/0 9 * * ? *)",
    ] {
        assert!(check(wrong, "2026-11-26T09:00").contains(wrong), "{wrong}");
    }
}
