use chrono::{DateTime, NaiveDate, Utc};
use insta::assert_snapshot;
use proptest::prelude::*;

use super::*;

const FILE: &str = r#"
id = 2026
call = 2026-11-26
window_days = 28
reference_date = 2026-12-31
reminder_days = [7, 14, 21]
min_gap_days = 5
grace_days = 3
late_start_max_days = 7
join_min_days = 10
recent_reading_days = 14
send_window = ["08:00", "20:00"]
invoice_not_before = 2027-01-04
"#;

fn config() -> Config {
    Config::parse("campaigns/2026.toml", FILE).unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn utc(text: &str) -> DateTime<Utc> {
    format!("{text}:00Z").parse().unwrap()
}

/// A campaign that opened on 26 November with the waves of `done`, each `wave=state@day`, or
/// `wave=state@day/day` with the day of its last mail; `-` is one that was not opened.
fn progress(done: &str) -> Progress {
    if done == "-" {
        return Progress::default();
    }
    let waves = done.split_whitespace().map(|wave| {
        let (wave, rest) = wave.split_once('=').unwrap();
        let (state, on) = rest.split_once('@').unwrap();
        let mut days = on.split('/').map(|on| day(&format!("2026-{on}")));
        WaveProgress {
            wave: Wave::parse(wave).unwrap(),
            state: serde_json::from_value(state.into()).unwrap(),
            begun_on: days.next().unwrap(),
            mailed_on: days.next(),
        }
    });
    Progress {
        state: CampaignState::Open,
        dates: Some(Dates::freeze(&config(), day("2026-11-26"))),
        waves: waves.collect(),
        drained_on: Some(NaiveDate::MAX),
        ..Progress::default()
    }
}

/// What is due at `now`, in UTC, when `done` was done.
#[track_caller]
fn check(done: &str, now: &str) -> String {
    let actions = due(&config(), &progress(done), Control::Run, utc(now));
    actions.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

#[test]
fn dates_are_those_that_the_mails_promise() {
    let dates = Dates::freeze(&config(), day("2026-11-26"));
    assert_eq!(dates.deadline, day("2026-12-24"));
    assert_eq!(dates.closes_on, day("2026-12-28"));
    assert_eq!(dates.reminders_on, [day("2026-12-03"), day("2026-12-10"), day("2026-12-17")]);
    assert!(
        dates.is_in_time(utc("2026-12-24T22:59")) && !dates.is_in_time(utc("2026-12-24T23:00"))
    );
}

#[test]
fn corrections_end_so_many_months_after_the_day_of_the_invoices() {
    let until = |line: &str, opened: &str| {
        let config = Config::parse("campaigns/2026.toml", &format!("{FILE}{line}\n")).unwrap();
        Dates::freeze(&config, day(opened)).corrections_until().to_string()
    };
    assert_snapshot!(until("", "2026-11-26"), @"2028-01-04");
    assert_snapshot!(until("correction_months = 24", "2026-11-26"), @"2029-01-04");
    assert_snapshot!(until("correction_months = 1", "2026-11-26"), @"2027-02-04");
    // it opened so late that it closes after that day
    assert_snapshot!(until("correction_months = 1", "2026-12-03"), @"2027-02-04");
    assert_snapshot!(until("correction_months = 1", "2026-12-10"), @"2027-02-11");
}

#[test]
fn a_campaign_that_was_opened_before_there_was_a_setting_takes_corrections_for_a_year() {
    let dates = Dates::freeze(&config(), day("2026-11-26"));
    let stored = serde_json::to_string(&dates).unwrap();
    assert!(!stored.contains("correction_months"), "{stored}");
    assert_eq!(serde_json::from_str::<Dates>(&stored).unwrap(), dates);
    // what it promised otherwise is kept with it
    let dates = Dates { correction_months: 24, ..dates };
    let stored = serde_json::to_string(&dates).unwrap();
    assert_eq!(serde_json::from_str::<Dates>(&stored).unwrap(), dates);
}

#[test]
fn a_campaign_opens_at_nine_in_amsterdam() {
    assert_snapshot!(check("-", "2026-11-26T07:59"), @"");
    assert_snapshot!(check("-", "2026-11-26T08:00"), @"Open");
}

#[test]
fn a_skipped_day_is_made_up_for() {
    assert_snapshot!(check("-", "2026-11-27T08:00"), @"Open");
    assert_snapshot!(check("-", "2026-12-03T22:59"), @"Open");
    assert_snapshot!(check("call=finished@11-26", "2026-12-05T08:00"), @"PlanWave(r1)");
}

#[test]
fn four_weeks_stay_four_weeks_when_it_opens_late() {
    let dates = Dates::freeze(&config(), day("2026-12-03"));
    assert_eq!(dates.deadline, day("2026-12-31"));
}

#[test]
fn a_campaign_that_is_too_late_does_not_open() {
    assert_snapshot!(check("-", "2026-12-04T08:00"), @"Alarm(TooLate)");
}

#[test]
fn the_call_is_planned_fed_and_then_done() {
    assert_snapshot!(check("", "2026-11-26T08:00"), @"PlanWave(call)");
    assert_snapshot!(check("call=planning@11-26", "2026-11-26T08:05"), @"PlanWave(call)");
    assert_snapshot!(check("call=feeding@11-26", "2026-11-26T08:05"), @"FeedWave(call)");
    assert_snapshot!(check("call=quiet@11-26", "2026-11-26T08:05"), @"FeedWave(call)");
    assert_snapshot!(check("call=finished@11-26", "2026-11-26T08:05"), @"");
}

#[test]
fn mails_are_fed_by_day() {
    assert_snapshot!(check("call=feeding@11-26", "2026-11-26T18:59"), @"FeedWave(call)");
    assert_snapshot!(check("call=feeding@11-26", "2026-11-26T19:00"), @"");
    assert_snapshot!(check("call=quiet@11-26", "2026-11-26T19:00"), @"FeedWave(call)");
    assert_snapshot!(check("call=feeding@11-26", "2026-11-27T07:00"), @"FeedWave(call)");
}

#[test]
fn a_reminder_is_due_at_nine_on_its_day() {
    assert_snapshot!(check("call=finished@11-26", "2026-12-03T07:59"), @"");
    assert_snapshot!(check("call=finished@11-26", "2026-12-03T08:00"), @"PlanWave(r1)");
    let done = "call=finished@11-26 r1=finished@12-03";
    assert_snapshot!(check(done, "2026-12-03T08:00"), @"");
}

#[test]
fn of_several_reminders_only_the_latest_is_planned() {
    let due = check("call=finished@11-26", "2026-12-10T08:00");
    assert_snapshot!(due, @"SupersedeWave(r1) PlanWave(r2)");
}

#[test]
fn a_late_reminder_too_near_the_next_is_left_out() {
    assert_snapshot!(check("call=finished@11-26", "2026-12-06T08:00"), @"SupersedeWave(r1)");
    assert_snapshot!(check("call=finished@11-26", "2026-12-05T08:00"), @"PlanWave(r1)");
}

#[test]
fn two_mails_to_one_account_are_five_days_apart() {
    let done = "call=finished@11-26 r1=superseded@12-10 r2=finished@12-13";
    assert_snapshot!(check(done, "2026-12-17T08:00"), @"");
    assert_snapshot!(check(done, "2026-12-18T08:00"), @"PlanWave(r3)");
}

#[test]
fn five_days_are_counted_from_the_last_mail_and_not_from_the_planning() {
    // a pause held the call back until the day before the first reminder
    let done = "call=finished@11-26/12-02";
    assert_snapshot!(check(done, "2026-12-03T08:00"), @"");
    assert_snapshot!(check(done, "2026-12-06T08:00"), @"SupersedeWave(r1)");
    let done = "call=finished@11-26/12-02 r1=superseded@12-06";
    assert_snapshot!(check(done, "2026-12-10T08:00"), @"PlanWave(r2)");
    // the same with the first reminder and the second
    let done = "call=finished@11-26/11-26 r1=finished@12-03/12-09";
    assert_snapshot!(check(done, "2026-12-10T08:00"), @"");
    assert_snapshot!(check(done, "2026-12-13T08:00"), @"SupersedeWave(r2)");
    // who joins late is mailed apart, and the call keeps its day
    let done = "call=finished@11-26/12-02 r1=finished@12-07/12-07";
    assert_snapshot!(check(done, "2026-12-11T08:00"), @"");
    assert_snapshot!(check(done, "2026-12-12T08:00"), @"PlanWave(r2)");
}

#[test]
fn the_day_of_the_last_mail_is_kept_and_may_be_absent() {
    let done = progress("call=finished@11-26/12-02 r1=feeding@12-07");
    let stored = serde_json::to_value(&done).unwrap();
    assert_eq!(stored["waves"][0]["mailed_on"], "2026-12-02");
    assert!(stored["waves"][1].get("mailed_on").is_none());
    assert_eq!(serde_json::from_value::<Progress>(stored).unwrap(), done);
    let mut noted = done;
    noted.note_mailed(Wave::Call, None);
    noted.note_mailed(Wave::Call, Some(day("2026-11-27")));
    noted.note_mailed(Wave::Reminder(1), Some(day("2026-12-08")));
    noted.note_mailed(Wave::Reminder(2), Some(day("2026-12-08")));
    let days: Vec<_> = noted.waves.iter().map(|begun| begun.mailed_on).collect();
    assert_eq!(days, [Some(day("2026-12-02")), Some(day("2026-12-08"))]);
}

#[test]
fn a_reminder_that_was_held_back_until_the_deadline_stays_in() {
    let done = "call=finished@11-26 r1=finished@12-03 r2=finished@12-10 r3=feeding@12-17";
    assert_snapshot!(check(done, "2026-12-24T12:00"), @"FeedWave(r3)");
    assert_snapshot!(check(done, "2026-12-25T12:00"), @"");
    assert_snapshot!(check(done, "2026-12-28T08:00"), @"Close");
    let fed = done.replace("feeding", "quiet");
    assert_snapshot!(check(&fed, "2026-12-25T12:00"), @"FeedWave(r3)");
}

#[test]
fn a_notice_keeps_its_distance_too() {
    let settled = |progress: &mut Progress| progress.settled = true;
    let done = "r3=finished@12-17/12-24 est=feeding@12-28";
    assert_snapshot!(check_closed(done, "2026-12-28T09:00", settled), @"");
    assert_snapshot!(check_closed(done, "2026-12-29T09:00", settled), @"FeedWave(est)");
    let fed = done.replace("feeding", "quiet");
    assert_snapshot!(check_closed(&fed, "2026-12-28T09:00", settled), @"FeedWave(est)");
}

#[test]
fn a_reminder_waits_for_the_call() {
    assert_snapshot!(check("call=feeding@11-26", "2026-12-03T08:00"), @"FeedWave(call)");
    let done = "call=feeding@11-26 r1=superseded@12-10 r2=superseded@12-17";
    assert_snapshot!(check(done, "2026-12-22T08:00"), @"FeedWave(call) SupersedeWave(r3) Alarm(CallNotFinished)");
}

#[test]
fn nobody_is_reminded_after_the_deadline() {
    let done = "call=finished@11-26 r1=finished@12-03 r2=finished@12-10";
    assert_snapshot!(check(done, "2026-12-25T08:00"), @"SupersedeWave(r3)");
}

#[test]
fn a_campaign_closes_after_the_days_of_grace() {
    let done = "call=finished@11-26 r1=finished@12-03 r2=finished@12-10 r3=finished@12-17";
    assert_snapshot!(check(done, "2026-12-27T22:00"), @"");
    assert_snapshot!(check(done, "2026-12-28T08:00"), @"Close");
    let done = "call=feeding@11-26 r1=superseded@12-10 r2=superseded@12-17 r3=superseded@12-22";
    assert_snapshot!(check(done, "2026-12-28T08:00"), @"FeedWave(call) Alarm(CloseWaits)");
}

#[test]
fn a_pause_stops_feeding_and_nothing_else() {
    let done = progress("call=feeding@11-26");
    assert_eq!(due(&config(), &done, Control::PauseOperator, utc("2026-12-03T08:00")), []);
    let done = progress("call=finished@11-26");
    let planned = due(&config(), &done, Control::PauseOperator, utc("2026-12-03T08:00"));
    assert_eq!(planned, [Action::PlanWave(Wave::Reminder(1))]);
}

#[test]
fn joiners_are_asked_once_a_day() {
    let mut done = progress("call=finished@11-26");
    done.drained_on = Some(day("2026-11-27"));
    assert_eq!(due(&config(), &done, Control::Run, utc("2026-11-27T12:00")), []);
    assert_eq!(due(&config(), &done, Control::Run, utc("2026-11-28T07:00")), []);
    assert_eq!(due(&config(), &done, Control::Run, utc("2026-11-28T08:00")), [Action::Drain]);
}

/// What is due at `now` in a campaign that closed on 28 December, when `done` was done since.
#[track_caller]
fn check_closed(done: &str, now: &str, change: impl Fn(&mut Progress)) -> String {
    let mut closed = Progress { state: CampaignState::Closed, ..progress(done) };
    change(&mut closed);
    let actions = due(&config(), &closed, Control::Closed, utc(now));
    actions.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

#[test]
fn notices_are_planned_before_anything_is_estimated() {
    assert_snapshot!(check_closed("", "2026-12-28T08:00", |_| ()), @"PlanWave(est)");
    assert_snapshot!(check_closed("est=planning@12-28", "2026-12-28T08:05", |_| ()), @"PlanWave(est)");
}

#[test]
fn what_is_missing_is_handed_to_settle_until_nothing_is() {
    let done = "est=feeding@12-28";
    let queued = |progress: &mut Progress| {
        progress.settle_queued_at = Some(utc("2026-12-28T08:00"));
    };
    assert_snapshot!(check_closed(done, "2026-12-28T08:00", |_| ()), @"Settle");
    assert_snapshot!(check_closed(done, "2026-12-28T08:55", queued), @"");
    assert_snapshot!(check_closed(done, "2026-12-28T09:00", queued), @"Settle");
}

#[test]
fn notices_go_out_when_everything_is_estimated() {
    let settled = |progress: &mut Progress| progress.settled = true;
    assert_snapshot!(check_closed("est=feeding@12-28", "2026-12-28T09:00", settled), @"FeedWave(est)");
    assert_snapshot!(check_closed("est=feeding@12-28", "2026-12-28T19:30", settled), @"");
    assert_snapshot!(check_closed("est=finished@12-28", "2026-12-28T09:00", settled), @"");
    let closed =
        Progress { state: CampaignState::Closed, settled: true, ..progress("est=feeding@12-28") };
    assert_eq!(due(&config(), &closed, Control::PauseOperator, utc("2026-12-28T09:00")), []);
}

#[test]
fn invoices_are_made_from_their_day_on_until_none_is_left() {
    let done = "est=finished@12-28";
    let looked = |at, left| {
        move |progress: &mut Progress| {
            progress.settled = true;
            progress.invoices_queued_at = Some(utc(at));
            progress.invoicing = left;
        }
    };
    let settled = |progress: &mut Progress| progress.settled = true;
    assert_snapshot!(check_closed(done, "2027-01-04T07:55", settled), @"");
    assert_snapshot!(check_closed(done, "2027-01-04T08:00", settled), @"Invoice");
    // estimates that cannot be made keep nobody else from being invoiced
    let open = |progress: &mut Progress| progress.settle_queued_at = Some(utc("2027-01-04T07:30"));
    assert_snapshot!(check_closed(done, "2027-01-04T08:00", open), @"Invoice");
    let making = looked("2027-01-04T08:00", Invoicing::Making);
    assert_snapshot!(check_closed(done, "2027-01-04T08:55", making), @"");
    assert_snapshot!(check_closed(done, "2027-01-04T09:00", making), @"Invoice");
    // what waits for a person is made again every morning
    let waiting = looked("2027-01-04T09:00", Invoicing::Waiting);
    assert_snapshot!(check_closed(done, "2027-01-05T07:55", waiting), @"");
    assert_snapshot!(check_closed(done, "2027-01-05T08:00", waiting), @"Invoice");
    // who is imported later is found by the look of the next morning, until the next campaign opens
    let made = looked("2027-01-04T09:00", Invoicing::Made);
    assert_snapshot!(check_closed(done, "2027-01-04T12:00", made), @"");
    assert_snapshot!(check_closed(done, "2027-01-05T08:00", made), @"Invoice");
    assert_snapshot!(check_closed(done, "2028-01-05T08:00", looked("2027-11-26T08:00", Invoicing::Over)), @"");
}

#[test]
fn a_wave_that_the_close_overtook_is_brought_to_its_end() {
    let done = "r3=feeding@12-17 est=feeding@12-28";
    assert_snapshot!(check_closed(done, "2026-12-28T09:00", |_| ()), @"FeedWave(r3) Settle");
}

#[test]
fn a_broken_rule_names_file_line_key_and_what_would_do() {
    let check = |from: &str, to: &str| {
        let errors = Config::parse("campaigns/2026.toml", &FILE.replace(from, to)).unwrap_err();
        errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    assert_snapshot!(check("14, 21", "14, 27"), @"campaigns/2026.toml:6 reminder_days: 27 is later than window_days - 3 = 25");
    assert_snapshot!(check("[7, 14", "[14, 7"), @"campaigns/2026.toml:6 reminder_days: 7 is less than min_gap_days = 5 after 14");
    assert_snapshot!(check("7, 14, 21", ""), @"campaigns/2026.toml:6 reminder_days: 0 reminders; 1 to 5 are possible");
    assert_snapshot!(check("id = 2026", "id = 0"), @"campaigns/2026.toml:2 id: 0 is no campaign: 1 to 65535");
    assert_snapshot!(check("20:00", "07:00"), @r#"campaigns/2026.toml:12 send_window: ["08:00", "07:00"] is no stretch of a day; ["08:00", "20:00"] would do"#);
    assert_snapshot!(check("2027-01-04", "2026-12-27"), @"campaigns/2026.toml:13 invoice_not_before: 2026-12-27 is before the campaign closes; 2027-01-02 would do");
    assert!(check("2026-11-26", "2026-02-30").starts_with("campaigns/2026.toml:3 "));
    assert!(check("grace_days", "grace").contains("unknown field"));
    for (months, broken) in [("0", "0 is not 1 to 60"), ("61", "61 is not 1 to 60")] {
        let line = format!("invoice_not_before = 2027-01-04\ncorrection_months = {months}");
        let told = check("invoice_not_before = 2027-01-04", &line);
        assert_eq!(told, format!("campaigns/2026.toml:14 correction_months: {broken}"));
    }
}

/// What an executor that does everything leaves behind.
fn execute(progress: &mut Progress, action: Action, now: DateTime<Utc>) {
    let today = crate::calendar::civil_day(now);
    let mut set = |wave, state| match progress.waves.iter_mut().find(|begun| begun.wave == wave) {
        Some(begun) => begun.state = state,
        None => {
            progress.waves.push(WaveProgress { wave, state, begun_on: today, mailed_on: None });
        }
    };
    match action {
        Action::Open => {
            progress.state = CampaignState::Open;
            progress.dates = Some(Dates::freeze(&config(), today));
        }
        Action::PlanWave(wave) => set(wave, WaveState::Feeding),
        Action::FeedWave(wave) => {
            set(wave, WaveState::Finished);
            progress.note_mailed(wave, mails(progress, action).then_some(today));
        }
        Action::SupersedeWave(wave) => set(wave, WaveState::Superseded),
        Action::Drain => progress.drained_on = Some(today),
        Action::Close => progress.state = CampaignState::Closed,
        Action::Settle => progress.settled = true,
        Action::Invoice => {
            progress.invoices_queued_at = Some(now);
            progress.invoicing = Invoicing::Made;
        }
        Action::Alarm(_) => {}
    }
}

/// Whether an action lets mails out: after the close nobody is asked any more.
fn mails(progress: &Progress, action: Action) -> bool {
    match action {
        Action::FeedWave(Wave::Call | Wave::Reminder(_)) => progress.state == CampaignState::Open,
        Action::FeedWave(Wave::Estimated) => true,
        Action::Open
        | Action::PlanWave(_)
        | Action::SupersedeWave(_)
        | Action::Drain
        | Action::Close
        | Action::Settle
        | Action::Invoice
        | Action::Alarm(_) => false,
    }
}

proptest! {
    #[test]
    fn after_executing_the_plan_nothing_is_due(
        hours in proptest::collection::vec((0_i64..1200, 0_u8..2), 1..40),
    ) {
        let mut hours = hours;
        hours.sort_unstable();
        let mut progress = Progress::default();
        let mut mailed: Vec<NaiveDate> = Vec::new();
        for (hour, paused) in hours {
            let control = if paused == 1 { Control::PauseOperator } else { Control::Run };
            let now = utc("2026-11-24T00:00") + chrono::TimeDelta::hours(hour);
            for _ in 0..6 {
                for action in due(&config(), &progress, control, now) {
                    if mails(&progress, action) {
                        mailed.push(crate::calendar::civil_day(now));
                    }
                    execute(&mut progress, action, now);
                }
            }
            let left = due(&config(), &progress, control, now);
            prop_assert!(left.iter().all(|action| matches!(action, Action::Alarm(_))), "{left:?}");
        }
        for pair in mailed.windows(2) {
            prop_assert!(crate::calendar::days_between(pair[0], pair[1]) >= 5, "{mailed:?}");
        }
        let mut waves: Vec<Wave> = progress.waves.iter().map(|begun| begun.wave).collect();
        waves.dedup();
        prop_assert_eq!(waves.len(), progress.waves.len());
    }

    #[test]
    fn a_wave_is_read_back_from_its_name(n in 1_u8..) {
        let wave = Wave::Reminder(n);
        prop_assert_eq!(Wave::parse(&wave.to_string()), Some(wave));
    }
}
