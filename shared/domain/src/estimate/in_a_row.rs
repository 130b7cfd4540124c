//! Estimates in a row: what a company must do when no reading comes for years.

use chrono::{Months, NaiveDate};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::reading::Source;

/// Years without a reading by the company after which it must come by.
const COMPANY_YEARS: u32 = 3;

/// Estimates in a row from which a later reading is spread over all their years.
const SPREAD_FROM: u32 = 3;

/// What is counted of one register, campaign by campaign.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InARow {
    /// Campaigns without a trusted reading since the last one.
    pub estimated: u32,
    /// The last reading by the company: staff, remote, an exchange.
    pub company_read_on: Option<NaiveDate>,
}

impl InARow {
    /// After a campaign that ended in an estimate.
    #[must_use]
    pub fn estimated(self) -> Self {
        Self { estimated: self.estimated.saturating_add(1), ..self }
    }

    /// After a trusted reading of `source` on the day `on`; customers' own do not count as the
    /// company's.
    #[must_use]
    pub fn read(self, source: Source, on: NaiveDate) -> Self {
        let by_company = match source {
            Source::Staff | Source::Remote | Source::Installed | Source::Removed => Some(on),
            Source::Customer | Source::Colleague | Source::Agreed => None,
            Source::Estimated => return self,
        };
        Self { estimated: 0, company_read_on: self.company_read_on.max(by_company) }
    }

    /// What must happen when a campaign that closes on `closes_on` ends in another estimate.
    ///
    /// **Source.** The design of estimation, section 6; Geschillencommissie Water 62420, 98401.
    pub fn due(&self, closes_on: NaiveDate) -> Vec<Due> {
        let long_ago = closes_on.checked_sub_months(Months::new(COMPANY_YEARS.saturating_mul(12)));
        let not_read = self.company_read_on.zip(long_ago).is_some_and(|(read, ago)| read <= ago);
        match self.estimated {
            0 if not_read => vec![Due::Link, Due::FieldReading],
            0 => vec![Due::Link],
            1 if not_read => {
                vec![Due::Link, Due::OtherChannel, Due::ReadingOverdue, Due::FieldReading]
            }
            1 => vec![Due::Link, Due::OtherChannel, Due::ReadingOverdue],
            _ => vec![Due::Link, Due::FieldReading],
        }
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
}

/// A period that was invoiced by an estimate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Invoiced {
    /// The day to which it was reckoned.
    pub until: NaiveDate,
    /// What was invoiced.
    pub used: Decimal,
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
/// at most `reclaim_years` are claimed back; when less was used than invoiced, all is credited.
///
/// **Shape.** `invoiced` and `parts` of the same periods, ascending.
/// **Source.** The design of estimation, section 6; Geschillencommissie Water 182455/186271.
pub fn true_up(
    invoiced: &[Invoiced],
    parts: &[Decimal],
    reclaim_years: u32,
    read_on: NaiveDate,
) -> Vec<TruedUp> {
    let differences: Vec<(Invoiced, Decimal, Decimal)> = invoiced
        .iter()
        .zip(parts)
        .map(|(period, used)| (*period, *used, *used - period.used))
        .collect();
    let more: Decimal = differences.iter().map(|(_, _, difference)| *difference).sum();
    let many = u32::try_from(invoiced.len()).unwrap_or(u32::MAX) >= SPREAD_FROM;
    let oldest = read_on.checked_sub_months(Months::new(reclaim_years.saturating_mul(12)));
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
