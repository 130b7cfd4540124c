//! When a schedule is due: the expressions of EventBridge Scheduler.

use std::{collections::BTreeSet, str::FromStr};

use chrono::{DateTime, Datelike, Days, MappedLocalTime, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

/// A `cron(…)` or a `rate(…)`.
///
/// **Source.** EventBridge Scheduler user guide, schedule types.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expression {
    /// At civil times of a zone.
    Cron(Cron),
    /// Every so often. AWS counts from the creation of the schedule; here it is from 1970, so that
    /// two stacks agree.
    Rate(TimeDelta),
}

/// The six fields of a cron expression, as the values that they admit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cron {
    minutes: BTreeSet<u32>,
    hours: BTreeSet<u32>,
    days: BTreeSet<u32>,
    months: BTreeSet<u32>,
    /// 1 is Sunday.
    weekdays: BTreeSet<u32>,
    years: BTreeSet<u32>,
}

impl Expression {
    /// The first due instant after `after`; `None` when there is none within ten years.
    pub fn next_after(&self, after: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
        match self {
            Self::Cron(cron) => cron.next_after(after, zone),
            Self::Rate(every) => {
                let every = every.num_milliseconds().max(1);
                let past = after.timestamp_millis().div_euclid(every);
                let next = past.checked_add(1)?.checked_mul(every)?;
                DateTime::from_timestamp_millis(next)
            }
        }
    }
}

impl Cron {
    /// A civil time that the clocks skip in spring is not due that day; one that they repeat in
    /// autumn is due once.
    fn next_after(&self, after: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
        let first = after.with_timezone(&zone).date_naive();
        for ahead in 0..3660 {
            let day = first.checked_add_days(Days::new(ahead))?;
            let year = u32::try_from(day.year()).ok()?;
            let fits = self.years.contains(&year)
                && self.months.contains(&day.month())
                && self.days.contains(&day.day())
                && self.weekdays.contains(&day.weekday().number_from_sunday());
            if !fits {
                continue;
            }
            for hour in &self.hours {
                for minute in &self.minutes {
                    let time = NaiveTime::from_hms_opt(*hour, *minute, 0)?;
                    let due = match zone.from_local_datetime(&day.and_time(time)) {
                        MappedLocalTime::Single(due) | MappedLocalTime::Ambiguous(due, _) => due,
                        MappedLocalTime::None => continue,
                    };
                    if due > after {
                        return Some(due.to_utc());
                    }
                }
            }
        }
        None
    }
}

impl FromStr for Expression {
    type Err = ExpressionError;

    fn from_str(text: &str) -> Result<Self, ExpressionError> {
        let wrong = || ExpressionError(text.to_owned());
        let (kind, inner) =
            text.strip_suffix(')').and_then(|text| text.split_once('(')).ok_or_else(wrong)?;
        let fields: Vec<&str> = inner.split_whitespace().collect();
        match (kind, fields.as_slice()) {
            ("rate", [count, unit]) => {
                let count: i64 = count.parse().map_err(|_| wrong())?;
                let every = match *unit {
                    "minute" | "minutes" => TimeDelta::try_minutes(count),
                    "hour" | "hours" => TimeDelta::try_hours(count),
                    "day" | "days" => TimeDelta::try_days(count),
                    _ => None,
                };
                every.filter(|_| count > 0).map(Self::Rate).ok_or_else(wrong)
            }
            ("cron", [minutes, hours, days, months, weekdays, years]) => {
                let field = |field, first, last| values(field, first, last).ok_or_else(wrong);
                Ok(Self::Cron(Cron {
                    minutes: field(minutes, 0, 59)?,
                    hours: field(hours, 0, 23)?,
                    days: field(days, 1, 31)?,
                    months: field(months, 1, 12)?,
                    weekdays: field(weekdays, 1, 7)?,
                    years: field(years, 1970, 2199)?,
                }))
            }
            _ => Err(wrong()),
        }
    }
}

/// The values of a field: `*`, `?`, `5`, `1-5`, `0/15`, or several with commas.
fn values(field: &str, first: u32, last: u32) -> Option<BTreeSet<u32>> {
    let mut values = BTreeSet::new();
    for part in field.split(',') {
        let (range, step) = part.split_once('/').unwrap_or((part, ""));
        let (from, until) = match range {
            "*" | "?" => (first, last),
            range => match range.split_once('-') {
                Some((from, until)) => (from.parse().ok()?, until.parse().ok()?),
                None if step.is_empty() => (range.parse().ok()?, range.parse().ok()?),
                None => (range.parse().ok()?, last),
            },
        };
        let step: usize = if step.is_empty() { 1 } else { step.parse().ok()? };
        if from < first || until > last || from > until || step == 0 {
            return None;
        }
        values.extend((from..=until).step_by(step));
    }
    Some(values)
}

/// Not an expression that is understood here; the template's writer corrects it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not cron(minutes hours days months weekdays years) nor rate(n minutes)")]
pub struct ExpressionError(String);

#[cfg(test)]
mod tests;
