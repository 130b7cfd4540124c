//! *Peildatum*: what a register showed on a day between two readings, and whose use is whose.

use chrono::NaiveDate;
use rust_decimal::{Decimal, RoundingStrategy};

use super::constants::Constants;
use super::engine::Impossible;
use super::intervals::Stepping;
use super::profile::{DayWeights, Profile};
use super::shown::Shown;
use crate::calendar::days_between;
use crate::quantity::Commodity;
use crate::reading::Quality;

/// Use between two trusted readings of one register, through any exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The day of the first reading.
    pub from: NaiveDate,
    /// The day of the last one.
    pub until: NaiveDate,
    /// What the register advanced between them.
    pub used: Decimal,
    /// Decimals that the register shows.
    pub decimals: u32,
}

/// The use between two trusted readings of one meter.
pub(super) fn span(
    before: &Shown,
    after: &Shown,
    decimals: u32,
    stepping: &Stepping,
) -> Result<Span, Impossible> {
    let used = stepping.step(before, after)?;
    Ok(Span { from: before.on, until: after.on, used, decimals })
}

/// The days of a profile, weighed exactly.
#[derive(Clone, Debug)]
pub struct Days(DayWeights<Decimal>);

impl Days {
    /// The days as a commodity is used.
    pub fn of(profile: &Profile, commodity: Commodity, constants: &Constants<Decimal>) -> Self {
        Self(DayWeights::for_commodity(profile, commodity, constants))
    }
}

/// What was used from the beginning of `span` up to and with `on`.
///
/// **Shape.** A day before the span is its beginning, one after it its end.
/// **Units.** The register's; rounded half away from zero to its decimals, inside the span's use.
/// **Source.** The design of estimation, section 5.
pub fn used_until(span: &Span, on: NaiveDate, days: &Days) -> Decimal {
    if on <= span.from {
        return Decimal::ZERO;
    }
    if on >= span.until {
        return span.used;
    }
    let (part, whole) = (days.0.weight(span.from, on), days.0.weight(span.from, span.until));
    // A share first: the product of a long register and a weight may not fit, a share always does.
    let share = part.checked_div(whole).unwrap_or_default();
    let used = span.used.checked_mul(share).unwrap_or_default();
    let used = used.round_dp_with_strategy(span.decimals, RoundingStrategy::MidpointAwayFromZero);
    let (least, most) = if span.used < Decimal::ZERO {
        (span.used, Decimal::ZERO)
    } else {
        (Decimal::ZERO, span.used)
    };
    used.clamp(least, most)
}

/// What was used from the beginning of `span` up to and with `on`, which may lie behind its end: then
/// the use goes on at the pace of the span.
///
/// **Units.** The register's; rounded half away from zero to its decimals.
pub(super) fn used_by(span: &Span, on: NaiveDate, days: &Days) -> Decimal {
    if on <= span.until {
        return used_until(span, on, days);
    }
    let (part, whole) = (days.0.weight(span.from, on), days.0.weight(span.from, span.until));
    let share = part.checked_div(whole).unwrap_or_default();
    let used = span.used.checked_mul(share).unwrap_or_default();
    used.round_dp_with_strategy(span.decimals, RoundingStrategy::MidpointAwayFromZero)
}

/// What the register showed on `on`, between two trusted readings of one meter: modulo its range.
pub(super) fn moved(
    span: &Span,
    before: &Shown,
    days: &Days,
    on: NaiveDate,
) -> Result<Decimal, Impossible> {
    let value = before.value.checked_add(used_until(span, on, days));
    let value = value.ok_or(Impossible::OutOfRange)?;
    match before.range {
        Some(range) if value >= range => value.checked_sub(range).ok_or(Impossible::OutOfRange),
        Some(_) | None => Ok(value),
    }
}

/// The use of each period that ended on one of `ends` inside the span, and at last the use that
/// stays open: together exactly the use of the span.
///
/// This is the true-up after estimates, and the redistribution over several estimated years
/// (*methode Vink*): each part is priced with its own tariff.
///
/// **Shape.** `ends` ascending.
/// **Source.** The design of estimation, section 6.
pub fn parts(span: &Span, ends: &[NaiveDate], days: &Days) -> Vec<Decimal> {
    let mut before = Decimal::ZERO;
    let mut parts = Vec::with_capacity(ends.len().saturating_add(1));
    for end in ends {
        let until = used_until(span, *end, days);
        parts.push(until - before);
        before = until;
    }
    parts.push(span.used - before);
    parts
}

/// Whether a reading answers the request of a campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answers {
    /// It was given for this campaign.
    Request,
    /// It came on its own.
    Nothing,
}

/// How far a reading of the day `read` may be relied on when it is moved to the day `reference`.
pub fn quality(
    read: NaiveDate,
    reference: NaiveDate,
    answers: Answers,
    constants: &Constants<Decimal>,
) -> Quality {
    let apart = Decimal::from(days_between(read, reference).abs());
    if read == reference {
        Quality::Actual
    } else if answers == Answers::Request || apart <= constants.prorate_days || read > reference {
        Quality::Prorated
    } else {
        Quality::Estimated
    }
}

#[cfg(test)]
mod tests;
