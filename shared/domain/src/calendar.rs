//! Civil days of Europe/Amsterdam: the only place that knows about time zones.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Europe::Amsterdam;
use serde::{Deserialize, Serialize};

/// The civil day in Europe/Amsterdam at the instant `now`.
pub fn civil_day(now: DateTime<Utc>) -> NaiveDate {
    now.with_timezone(&Amsterdam).date_naive()
}

/// The local date and time in Europe/Amsterdam at the instant `now`.
///
/// For people only: an hour of the night of the autumn change stands for two instants.
pub fn civil_time(now: DateTime<Utc>) -> chrono::NaiveDateTime {
    now.with_timezone(&Amsterdam).naive_local()
}

/// The instant at which the civil day `day` begins: its deadline of the day before ends here.
///
/// ```
/// use domain::calendar::start_of;
///
/// let after_spring = start_of("2027-03-29".parse().unwrap());
/// assert_eq!(after_spring.to_rfc3339(), "2027-03-28T22:00:00+00:00");
/// ```
pub fn start_of(day: NaiveDate) -> DateTime<Utc> {
    at(day, NaiveTime::MIN)
}

/// The instant of the local time `time` on `day`; a time that the spring change leaves out is
/// taken an hour later, of one that comes twice the first is taken.
pub fn at(day: NaiveDate, time: NaiveTime) -> DateTime<Utc> {
    let local = day.and_time(time);
    let zoned = Amsterdam
        .from_local_datetime(&local)
        .earliest()
        .or_else(|| Amsterdam.from_local_datetime(&(local + TimeDelta::hours(1))).earliest());
    zoned.map_or_else(|| local.and_utc(), |zoned| zoned.to_utc())
}

/// `day` and `days` more, or the last day that the calendar knows.
pub fn days_after(day: NaiveDate, days: u16) -> NaiveDate {
    day.checked_add_days(Days::new(days.into())).unwrap_or(NaiveDate::MAX)
}

/// How many days `until` lies after `from`; negative when it lies before.
pub fn days_between(from: NaiveDate, until: NaiveDate) -> i64 {
    (until - from).num_days()
}

/// A stretch of civil days, half-open: `from` belongs to it, `until` does not; without `until` it
/// has no end yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// The first day.
    pub from: NaiveDate,
    /// The first day that no longer belongs to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
}

impl Period {
    /// Whether `day` lies in it.
    pub fn holds(&self, day: NaiveDate) -> bool {
        self.from <= day && self.until.is_none_or(|until| day < until)
    }
}

mod target;

pub use target::next_target_day;

#[cfg(test)]
mod tests;
