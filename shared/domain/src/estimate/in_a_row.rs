//! Estimates in a row: what a company must do when no reading comes for years.

use chrono::{Months, NaiveDate};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use serde::{Deserialize, Serialize};

use super::constants::Constants;
use super::engine::Impossible;
use super::intervals::Stepping;
use super::shown::Shown;
use crate::reading::Source;

/// *Op rij geschat*: what is counted of one register, reading by reading.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InARow {
    /// Estimates since the last trusted reading: one a campaign.
    pub estimated: u32,
    /// The last reading by the company: staff, remote, an exchange.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company_read_on: Option<NaiveDate>,
    /// The first day of which anything is known; before it the company may have read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_from: Option<NaiveDate>,
}

impl InARow {
    /// What `readings` of one register say, arranged.
    pub fn of(readings: &[Shown]) -> Self {
        readings.iter().fold(Self::default(), |so_far, shown| so_far.after(shown.source, shown.on))
    }

    /// After one more reading, or estimate, of the day `on`; customers' own do not count as the
    /// company's.
    #[must_use]
    pub fn after(self, source: Source, on: NaiveDate) -> Self {
        let known_from = self.known_from.or(Some(on));
        let by_company = match source {
            Source::Staff | Source::Remote | Source::Installed | Source::Removed => Some(on),
            Source::Customer | Source::Colleague | Source::Agreed => None,
            Source::Estimated => {
                let estimated = self.estimated.saturating_add(1);
                return Self { estimated, known_from, ..self };
            }
        };
        let company_read_on = self.company_read_on.max(by_company);
        Self { estimated: 0, company_read_on, known_from }
    }

    /// What must happen beside the last estimate, which is of the day `on`.
    ///
    /// **Source.** The design of estimation, section 6; Geschillencommissie Water 62420, 98401.
    pub fn due(&self, constants: &Constants<Decimal>, on: NaiveDate) -> Vec<Due> {
        let in_a_row = Decimal::from(self.estimated);
        let years = constants.company_years.to_u32().unwrap_or(u32::MAX);
        let long_ago = on.checked_sub_months(Months::new(years.saturating_mul(12)));
        let last = self.company_read_on.or(self.known_from);
        let is_long = last.zip(long_ago).is_some_and(|(last, ago)| last <= ago);
        let is_third = in_a_row >= constants.field_reading_estimates;
        let mut due = vec![Due::Link];
        if in_a_row >= constants.overdue_estimates && !is_third {
            due.extend([Due::OtherChannel, Due::ReadingOverdue]);
        }
        if is_third || is_long {
            due.push(Due::FieldReading);
        }
        due
    }
}

/// What must happen beside an estimate. Nothing here ever interrupts supply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Due {
    /// A sentence and the link on the invoice.
    Link,
    /// A letter, because mails did not help.
    OtherChannel,
    /// An operator sees that the reading is overdue.
    ReadingOverdue,
    /// Somebody makes an appointment and reads the meter, before a fourth estimate.
    FieldReading,
    /// An operator sees that two estimates in a row were held at what was invoiced before.
    HeldAgain,
}

impl Due {
    /// Whether a person of the utility must do something.
    pub fn is_task(self) -> bool {
        match self {
            Self::Link => false,
            Self::OtherChannel | Self::ReadingOverdue | Self::FieldReading | Self::HeldAgain => {
                true
            }
        }
    }

    /// What an operator reads.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::OtherChannel => "letter",
            Self::ReadingOverdue => "reading overdue",
            Self::FieldReading => "field reading due",
            Self::HeldAgain => "held again",
        }
    }
}

/// A period that was invoiced by an estimate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Invoiced {
    /// The day to which it was reckoned.
    pub until: NaiveDate,
    /// What was invoiced.
    pub used: Decimal,
}

/// What `estimates` made of the periods after the trusted reading `before`, ascending.
pub(super) fn invoiced(
    before: &Shown,
    estimates: &[Shown],
    stepping: &Stepping,
) -> Result<Vec<Invoiced>, Impossible> {
    let mut last = before;
    let mut periods = Vec::with_capacity(estimates.len());
    for estimate in estimates {
        let used = stepping.step(last, estimate)?;
        periods.push(Invoiced { until: estimate.on, used });
        last = estimate;
    }
    Ok(periods)
}

/// What a later reading makes of a period that was invoiced by an estimate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TruedUp {
    /// The day to which it was reckoned.
    pub until: NaiveDate,
    /// What was used by the reading.
    pub used: Decimal,
    /// That, less what was invoiced.
    pub difference: Decimal,
    /// Whether the difference is settled.
    pub settled: Settled,
}

/// Whether a difference is settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Settled {
    /// It is claimed or credited.
    InFull,
    /// It is too old to be claimed.
    Waived,
}

/// What a reading on `read_on` makes of the periods `invoiced` by estimates, whose true use is
/// `parts` ([`super::reference::parts`], without the open one).
///
/// After three estimates in a row or more (*methode Vink*) the use is spread over all of them and
/// at most five years are claimed back; when less was used than invoiced, all is credited.
///
/// **Shape.** `invoiced` and `parts` of the same periods, ascending.
/// **Source.** The design of estimation, section 6; Geschillencommissie Water 182455/186271.
pub fn true_up(
    invoiced: &[Invoiced],
    parts: &[Decimal],
    constants: &Constants<Decimal>,
    read_on: NaiveDate,
) -> Vec<TruedUp> {
    let differences: Vec<(Invoiced, Decimal, Decimal)> = invoiced
        .iter()
        .zip(parts)
        .map(|(period, used)| (*period, *used, *used - period.used))
        .collect();
    let more: Decimal = differences.iter().map(|(_, _, difference)| *difference).sum();
    let many = Decimal::from(invoiced.len()) >= constants.spread_estimates;
    let years = constants.reclaim_years.to_u32().unwrap_or(u32::MAX);
    let oldest = read_on.checked_sub_months(Months::new(years.saturating_mul(12)));
    let is_waived = |until: NaiveDate| {
        many && more > Decimal::ZERO && oldest.is_some_and(|oldest| until < oldest)
    };
    differences
        .into_iter()
        .map(|(period, used, difference)| {
            let settled = if is_waived(period.until) { Settled::Waived } else { Settled::InFull };
            TruedUp { until: period.until, used, difference, settled }
        })
        .collect()
}

#[cfg(test)]
mod tests;
