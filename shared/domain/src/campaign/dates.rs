//! What a campaign promises: computed once when it opens, then frozen.

use chrono::{DateTime, Months, NaiveDate, NaiveTime, Utc};
use serde::{Deserialize, Serialize};

use super::Config;
use crate::calendar;

/// The civil days of an open campaign. A deploy that changes its configuration does not move them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dates {
    /// The day of the call.
    pub opened_on: NaiveDate,
    /// The days of the reminders, ascending.
    pub reminders_on: Vec<NaiveDate>,
    /// *Uiterste datum*: the last day on which a reading is in time; it ends at 24:00.
    pub deadline: NaiveDate,
    /// The day on which estimating begins, after the days of grace.
    pub closes_on: NaiveDate,
    /// *Peildatum*: the day for which readings are asked.
    pub reference_date: NaiveDate,
    /// The first day on which the invoice is made: until then a reading replaces its estimate.
    pub invoice_not_before: NaiveDate,
    /// Months from that day in which a reading corrects the invoice.
    #[serde(default = "a_year", skip_serializing_if = "is_a_year")]
    pub correction_months: u16,
}

/// What holds where nothing is said: in a configuration, and of a campaign that opened without it.
pub(super) fn a_year() -> u16 {
    12
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes the field so")]
fn is_a_year(months: &u16) -> bool {
    *months == a_year()
}

impl Dates {
    /// The dates of a campaign that opens on `opened_on`, which may be later than it wanted to:
    /// four weeks stay four weeks.
    pub fn freeze(config: &Config, opened_on: NaiveDate) -> Self {
        let after = |days| calendar::days_after(opened_on, days);
        let deadline = after(config.window_days);
        Self {
            opened_on,
            reminders_on: config.reminder_days.iter().map(|days| after(*days)).collect(),
            deadline,
            closes_on: calendar::days_after(deadline, config.grace_days.saturating_add(1)),
            reference_date: config.reference_date,
            invoice_not_before: config.invoice_not_before,
            correction_months: config.correction_months,
        }
    }

    /// The last day on which a link of the campaign takes a reading: so many months after the day of
    /// the invoices, or after the close where it opened so late that this is the later one.
    pub fn corrections_until(&self) -> NaiveDate {
        let from = self.invoice_not_before.max(self.closes_on);
        let months = Months::new(self.correction_months.into());
        from.checked_add_months(months).unwrap_or(NaiveDate::MAX)
    }

    /// Whether a reading that reaches us at `now` is in time.
    pub fn is_in_time(&self, now: DateTime<Utc>) -> bool {
        calendar::civil_day(now) <= self.deadline
    }
}

/// The local time from which a day's planned work is due.
pub const MORNING: NaiveTime = match NaiveTime::from_hms_opt(9, 0, 0) {
    Some(nine) => nine,
    None => NaiveTime::MIN,
};

/// Whether the work of `day` is due at `now`.
pub(super) fn has_come(day: NaiveDate, now: DateTime<Utc>) -> bool {
    calendar::at(day, MORNING) <= now
}
