//! The rule of a campaign: what is due now and not done.

use std::fmt;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::dates::has_come;
use super::{
    CampaignState, Config, Control, Dates, Invoicing, Progress, Wave, WaveProgress, WaveState,
};
use crate::calendar::{civil_day, days_after, days_between};

/// *Actie*: one thing that must be done; repeating it changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Freeze the dates and make a request for each meter that takes part.
    Open,
    /// Write a send for each account with something open, or go on where that stopped.
    PlanWave(Wave),
    /// Let planned sends into the queue; see whether the wave is finished.
    FeedWave(Wave),
    /// Leave the wave out for good.
    SupersedeWave(Wave),
    /// Ask joiners, let leavers go.
    Drain,
    /// Stop asking.
    Close,
    /// Have what is missing estimated.
    Settle,
    /// Have the years settled that have no invoice.
    Invoice,
    /// Tell a person.
    Alarm(Reason),
}

/// Why a person must look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The opening day lies too far back: rehearse again with another day.
    TooLate,
    /// The call was still going out so near to the deadline that a reminder was left out.
    CallNotFinished,
    /// The campaign should close, and its call is not finished.
    CloseWaits,
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PlanWave(wave) => write!(f, "PlanWave({wave})"),
            Self::FeedWave(wave) => write!(f, "FeedWave({wave})"),
            Self::SupersedeWave(wave) => write!(f, "SupersedeWave({wave})"),
            Self::Alarm(reason) => write!(f, "Alarm({reason:?})"),
            Self::Open | Self::Drain | Self::Close | Self::Settle | Self::Invoice => {
                write!(f, "{self:?}")
            }
        }
    }
}

/// What is due at `now` and has not been done, in the order in which it must be done.
///
/// A day that was skipped is made up for; a day that runs twice changes nothing. The actions are
/// those of one step: when they are done, ask again until nothing is due.
///
/// **Shape.** `progress` as it is stored; `now` is the time of the event, which may come late.
/// **Source.** `docs/decisions/0003-a-campaign-is-a-plan.md`.
pub fn due(
    config: &Config,
    progress: &Progress,
    control: Control,
    now: DateTime<Utc>,
) -> Vec<Action> {
    match (progress.state, &progress.dates) {
        (CampaignState::Scheduled, None) => opening(config, now),
        (CampaignState::Scheduled, Some(_)) => vec![Action::Open],
        (CampaignState::Open, Some(dates)) => {
            let mut actions = waves(config, progress, dates, now);
            if control != Control::Run {
                actions.retain(|action| !matches!(action, Action::FeedWave(_)));
            }
            actions.extend(closing(progress, dates, now));
            actions
        }
        (CampaignState::Closed, Some(dates)) => {
            let mut actions = settling(config, progress, control, now);
            actions.extend(invoicing(progress, dates, now));
            actions
        }
        (CampaignState::Held | CampaignState::Finished, _)
        | (CampaignState::Open | CampaignState::Closed, None) => Vec::new(),
    }
}

/// Invoices are made from their day on, whether or not every estimate could be: who has no reading is
/// refused, and others go on. What a person must see or mend is made again every morning, a number
/// without documents is handed out again, and what was imported since is looked for, until the next
/// campaign opens.
fn invoicing(progress: &Progress, dates: &Dates, now: DateTime<Utc>) -> Option<Action> {
    let has_begun = progress.settled || progress.settle_queued_at.is_some();
    if !has_begun || !has_come(dates.invoice_not_before, now) {
        return None;
    }
    let is_due = match (progress.invoices_queued_at, progress.invoicing) {
        (None, _) => true,
        (Some(_), Invoicing::Over) => false,
        (Some(queued), Invoicing::Made | Invoicing::Waiting) => {
            civil_day(queued) < civil_day(now) && has_come(civil_day(now), now)
        }
        (Some(queued), Invoicing::Making) => queued + SETTLE_PATIENCE <= now,
    };
    is_due.then_some(Action::Invoice)
}

/// How long `settle` has before its work is handed out again.
const SETTLE_PATIENCE: TimeDelta = TimeDelta::hours(1);

/// So few days before the deadline a reminder gives up waiting for the call.
const LAST_DAYS: i64 = 3;

fn opening(config: &Config, now: DateTime<Utc>) -> Vec<Action> {
    if !has_come(config.call, now) {
        return Vec::new();
    }
    let latest = days_after(config.call, config.late_start_max_days);
    if civil_day(now) > latest {
        return vec![Action::Alarm(Reason::TooLate)];
    }
    vec![Action::Open]
}

fn waves(config: &Config, progress: &Progress, dates: &Dates, now: DateTime<Utc>) -> Vec<Action> {
    let today = civil_day(now);
    let mut actions = Vec::new();
    if progress.drained_on.is_none_or(|drained| drained < today) && has_come(today, now) {
        actions.push(Action::Drain);
    }
    actions.extend(begun(config, progress, now));
    if today > dates.deadline {
        // A reminder that was held back so long is left out: the close ends its mails.
        actions.retain(|action| {
            let Action::FeedWave(wave @ Wave::Reminder(_)) = action else { return true };
            progress.wave(*wave) == WaveState::Quiet
        });
    }
    if progress.begun(Wave::Call).is_none() {
        actions.push(Action::PlanWave(Wave::Call));
        return actions;
    }
    actions.extend(reminders(config, progress, dates, now));
    actions
}

/// What carries on the waves that were begun.
fn begun(config: &Config, progress: &Progress, now: DateTime<Utc>) -> Vec<Action> {
    let carry_on = |begun: &WaveProgress| match begun.state {
        WaveState::None | WaveState::Planning => Some(Action::PlanWave(begun.wave)),
        WaveState::Canary | WaveState::Feeding if !config.send_window.holds(now) => None,
        WaveState::Canary | WaveState::Feeding | WaveState::Quiet => {
            Some(Action::FeedWave(begun.wave))
        }
        WaveState::Finished | WaveState::Superseded => None,
    };
    progress.waves.iter().filter_map(carry_on).collect()
}

/// The reminders that have come due since the last step: the latest is planned, unless it waits or
/// comes too late; the others are superseded.
fn reminders(
    config: &Config,
    progress: &Progress,
    dates: &Dates,
    now: DateTime<Utc>,
) -> Vec<Action> {
    let today = civil_day(now);
    let reminders = (1..).zip(&dates.reminders_on).map(|(n, day)| (Wave::Reminder(n), *day));
    let mut waiting: Vec<Wave> = Vec::new();
    let mut next_day = None;
    for (wave, day) in reminders {
        if !has_come(day, now) {
            next_day = Some(day);
            break;
        }
        if progress.begun(wave).is_none() {
            waiting.push(wave);
        }
    }
    let Some(latest) = waiting.pop() else { return Vec::new() };
    let mut actions: Vec<Action> = waiting.into_iter().map(Action::SupersedeWave).collect();
    let min_gap = i64::from(config.min_gap_days);
    let too_near_next = next_day.is_some_and(|next| days_between(today, next) < min_gap);
    let too_near_last = too_near_last(config, progress, today);
    let unfinished = progress.waves.iter().any(|begun| !begun.state.is_over());
    if today > dates.deadline || too_near_next {
        actions.push(Action::SupersedeWave(latest));
    } else if unfinished {
        if days_between(today, dates.deadline) < LAST_DAYS {
            actions.push(Action::SupersedeWave(latest));
            actions.push(Action::Alarm(Reason::CallNotFinished));
        }
    } else if !too_near_last {
        actions.push(Action::PlanWave(latest));
    }
    actions
}

/// Whether the last mail of the call or of a reminder went out so lately that another one must wait.
/// Where that day is not known, nobody was mailed, or it is the day on which the wave was begun.
fn too_near_last(config: &Config, progress: &Progress, today: NaiveDate) -> bool {
    let asking = progress.waves.iter().filter(|begun| begun.wave != Wave::Estimated);
    let mailed = asking.filter(|begun| begun.state != WaveState::Superseded);
    let last = mailed.map(|begun| begun.mailed_on.unwrap_or(begun.begun_on)).max();
    last.is_some_and(|last| days_between(last, today) < i64::from(config.min_gap_days))
}

fn closing(progress: &Progress, dates: &Dates, now: DateTime<Utc>) -> Option<Action> {
    if !has_come(dates.closes_on, now) {
        return None;
    }
    if progress.wave(Wave::Call).is_over() {
        return Some(Action::Close);
    }
    Some(Action::Alarm(Reason::CloseWaits))
}

/// Notices are planned while it is known what is missing, and sent when it is estimated and nobody was
/// mailed lately.
fn settling(
    config: &Config,
    progress: &Progress,
    control: Control,
    now: DateTime<Utc>,
) -> Vec<Action> {
    let mut actions = begun(config, progress, now);
    let is_paused = !matches!(control, Control::Run | Control::Closed);
    let may_notify = progress.settled
        && (progress.wave(Wave::Estimated) == WaveState::Quiet
            || !too_near_last(config, progress, civil_day(now)));
    actions.retain(|action| {
        let waits = *action == Action::FeedWave(Wave::Estimated) && !may_notify;
        !(waits || is_paused && matches!(action, Action::FeedWave(_)))
    });
    if matches!(progress.wave(Wave::Estimated), WaveState::None | WaveState::Planning) {
        if progress.begun(Wave::Estimated).is_none() {
            actions.push(Action::PlanWave(Wave::Estimated));
        }
        return actions;
    }
    let patient = progress.settle_queued_at.is_some_and(|queued| now < queued + SETTLE_PATIENCE);
    if !progress.settled && !patient {
        actions.push(Action::Settle);
    }
    actions
}
