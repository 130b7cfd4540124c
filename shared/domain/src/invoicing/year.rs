//! The year of a connection: over which days it is settled, and by which readings.

use chrono::{Months, NaiveDate};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::making::{Supplied, settled_days};
use crate::calendar::{Period, days_between};
use crate::connection::{Connection, ConnectionNumber};
use crate::estimate::cohort::Snapshot;
use crate::estimate::in_a_row::Settled;
use crate::estimate::parameters::Parameters;
use crate::estimate::reference::Answers;
use crate::estimate::standards::Standards;
use crate::estimate::{
    Circumstances, Estimate, NotEstimated, at_reference, estimate_register, true_up_register,
};
use crate::meter::{Direction, Meter, MeterNumber, Register, RegisterName};
use crate::reading::{Quality, Reading};
use crate::settlement::case::SettledConnection;

/// All that is filed of a connection.
#[derive(Clone, Copy, Debug)]
pub struct Filed<'a> {
    /// The connection.
    pub connection: &'a Connection,
    /// All meters that ever hung there.
    pub meters: &'a [Meter],
    /// Their readings, superseded ones left out, the answers to this campaign and its estimates too.
    pub readings: &'a [Reading],
    /// The meters whose last reading answers this campaign's request.
    pub answered: &'a [MeterNumber],
    /// The days that an operator marked ([`crate::estimate::marked::excluded`]).
    pub marked: &'a [Period],
    /// As the last invoice before settled it, where there is one.
    pub before: Option<&'a SettledConnection>,
}

/// What readings are moved and estimated by.
#[derive(Clone, Copy, Debug)]
pub struct By<'a> {
    /// The constants that the campaign opened with.
    pub parameters: &'a Parameters,
    /// The profiles and norms of the configuration.
    pub standards: &'a Standards,
    /// How similar customers' use changed.
    pub snapshot: Option<&'a Snapshot>,
    /// The day to which the year is settled.
    pub reference_date: NaiveDate,
    /// The last day that the old administration invoiced: see [`year_before`] of the first campaign.
    pub taken_over: NaiveDate,
}

/// The year of a connection, as [`Supplied`] takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Year {
    /// Its readings: at the end of the day before its first and on its last, and the real ones
    /// between.
    pub readings: Vec<Reading>,
    /// The last day that an earlier invoice settled.
    pub settled_until: Option<NaiveDate>,
    /// What is expected of the twelve months behind it.
    pub expected: Option<Decimal>,
    /// Years in a row with use before it.
    pub years_of_use: u8,
    /// How those of its readings were estimated that were counted on from an earlier one.
    pub counted_on: Vec<CountedOn>,
}

/// How a reading at an end of a year was counted on from the last one before that day: everything that
/// an auditor needs to do it again, as with the estimate of a reading that never came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountedOn {
    /// Where.
    pub connection: ConnectionNumber,
    /// Which meter.
    pub meter: MeterNumber,
    /// Which of its registers.
    pub register: RegisterName,
    /// How far the value may be relied on.
    pub quality: Quality,
    /// The estimate: of the days after the reading alone, which is the last real one of its inputs.
    pub estimate: Estimate,
}

/// What a register showed at an end of the year cannot be said: store a reading of it, and the year is
/// made again.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{connection}: what meter {meter} showed on {on} is not known ({cause}): store a reading")]
pub struct Unknown {
    /// Where.
    pub connection: String,
    /// Which meter.
    pub meter: String,
    /// The day.
    pub on: NaiveDate,
    /// Why.
    pub cause: NotEstimated,
}

/// Whether a connection is supplied on a day behind `after`, up to `until`.
pub fn has_days(connection: &Connection, (after, until): (NaiveDate, NaiveDate)) -> bool {
    let period = connection.supply.period;
    period.from <= until && period.until.is_none_or(|ended| ended > next(after))
}

/// The last day before the year that ends on `reference_date`.
pub fn year_before(reference_date: NaiveDate) -> NaiveDate {
    reference_date.checked_sub_months(Months::new(12)).unwrap_or(reference_date)
}

/// The readings that a connection is settled by.
///
/// The year begins where the last invoice before ended, with the value that it ended with, however long
/// ago that is: nothing is skipped. Who has none begins behind the last day of the old administration,
/// with what was read or estimated for that day, or the readings around it say; or else with the supply.
/// An estimate at its beginning was invoiced: what it counted too little is
/// charged with this year, but for what is too old to be claimed. The year ends with the reading, or
/// the estimate, of the reference date, or with what the readings around it say.
///
/// **Shape.** See [`Filed`]. **Units.** The registers'.
/// **Errors.** Every [`Unknown`] at once.
/// **Source.** `docs/decisions/0020-numbers.md`; the design of estimation, sections 5 and 6.
pub fn year(filed: &Filed<'_>, by: &By<'_>) -> Result<Year, Vec<Unknown>> {
    let settled_until = settled_until(filed, by.taken_over);
    let supplied = Supplied {
        connection: filed.connection,
        meters: filed.meters,
        readings: filed.readings,
        settled_until,
        expected: None,
    };
    let (first, last, _) = settled_days(&supplied, by.reference_date);
    let opening = first.pred_opt().unwrap_or(first);
    let mut readings = Vec::new();
    let mut counted_on = Vec::new();
    let mut unknown = Vec::new();
    let mut expected = Some(Decimal::ZERO);
    let mut years_of_use = 0;
    for meter in filed.meters.iter().filter(|meter| counts(meter, opening, last)) {
        for (place, register) in meter.registers.iter().enumerate() {
            let one = One { filed, by, meter, register, place };
            let ends = [(opening, one.opens(opening, last)), (last, one.closes(last))];
            for (on, end) in ends {
                match end {
                    Ok(None) => {}
                    Ok(Some((reading, estimate))) => {
                        counted_on.extend(estimate.map(|it| one.counted_on(&reading, it)));
                        readings.push(reading);
                    }
                    Err(cause) => unknown.push(Unknown {
                        connection: filed.connection.number.to_string(),
                        meter: meter.number.to_string(),
                        on,
                        cause,
                    }),
                }
            }
            readings.extend(one.between(opening, last));
            if meter.hangs_on(last) {
                let more = one.expected(last);
                expected = expected.zip(more).map(|(sum, more)| sum + more);
            }
            years_of_use = years_of_use.max(one.years_of_use(opening));
        }
    }
    if !unknown.is_empty() {
        return Err(unknown);
    }
    readings.sort_by(|a, b| (&a.meter, &a.register, a.on).cmp(&(&b.meter, &b.register, b.on)));
    Ok(Year { readings, settled_until, expected, years_of_use, counted_on })
}

fn next(day: NaiveDate) -> NaiveDate {
    day.succ_opt().unwrap_or(day)
}

/// The last day that was settled: by the last invoice, or by the old administration for whoever was
/// supplied then.
fn settled_until(filed: &Filed<'_>, taken_over: NaiveDate) -> Option<NaiveDate> {
    let imported = || (filed.connection.supply.period.from <= taken_over).then_some(taken_over);
    filed.before.map(|before| before.last).or_else(imported)
}

/// Whether a meter counted between the end of `opening` and that of `last`.
fn counts(meter: &Meter, opening: NaiveDate, last: NaiveDate) -> bool {
    meter.installed_on < last && meter.removed_on.is_none_or(|removed| opening < removed)
}

/// What a register showed at an end of the year; how that was estimated, where it was counted on.
type End = (Reading, Option<Estimate>);

/// One register of a meter, among all that is filed.
#[derive(Clone, Copy)]
struct One<'a> {
    filed: &'a Filed<'a>,
    by: &'a By<'a>,
    meter: &'a Meter,
    register: &'a Register,
    /// Its place on the meter.
    place: usize,
}

impl<'a> One<'a> {
    fn around<'r>(&self, readings: &'r [Reading]) -> Circumstances<'r>
    where
        'a: 'r,
    {
        Circumstances {
            connection: self.filed.connection,
            meter: self.meter,
            meters: self.filed.meters,
            readings,
            marked: self.filed.marked,
            standards: self.by.standards,
            snapshot: self.by.snapshot,
        }
    }

    fn name(&self) -> &'a RegisterName {
        &self.register.name
    }

    /// Its own readings.
    fn own(&self) -> impl Iterator<Item = &'a Reading> + use<'a> {
        let (meter, register) = (&self.meter.number, &self.register.name);
        let all = self.filed.readings.iter();
        all.filter(move |it| it.meter == *meter && it.register == *register)
    }

    /// What was read, or else estimated, on `day`.
    fn of_day(&self, day: NaiveDate) -> Option<&'a Reading> {
        let of_day = || self.own().filter(|reading| reading.on == day);
        of_day().find(|reading| reading.is_trusted()).or_else(|| of_day().last())
    }

    /// What it showed when the year began; nothing for a meter that was installed later.
    fn opens(&self, opening: NaiveDate, last: NaiveDate) -> Result<Option<End>, NotEstimated> {
        if self.meter.installed_on > opening {
            return Ok(None);
        }
        let (mut reading, estimate) = match self.invoiced() {
            Some(invoiced) => (invoiced, None),
            None => match self.of_day(opening) {
                Some(reading) => (reading.clone(), None),
                None => self.moved(Answers::Nothing, opening)?,
            },
        };
        reading.on = opening;
        if reading.quality == Quality::Estimated {
            reading.value = self.register.wrapped(reading.value + self.waived(opening, last)?);
        }
        Ok(Some((reading, estimate)))
    }

    /// The value that the invoice before ended with.
    fn invoiced(&self) -> Option<Reading> {
        let registers = &self.filed.before?.registers;
        let number = self.meter.number.to_string();
        let mut of_meter = registers.iter().filter(|register| register.meter == number);
        let closing = of_meter.nth(self.place)?.readings.last()?;
        Some(Reading {
            meter: self.meter.number.clone(),
            register: self.register.name.clone(),
            on: closing.date,
            value: closing.value,
            source: closing.source,
            quality: closing.quality,
            received_at: None,
        })
    }

    /// What was used before `opening` beyond what was invoiced by estimates, and is too old to be
    /// claimed: it is not charged with this year either.
    fn waived(&self, opening: NaiveDate, last: NaiveDate) -> Result<Decimal, NotEstimated> {
        if !self.own().any(|it| it.is_trusted() && it.on > opening && it.on <= last) {
            return Ok(Decimal::ZERO);
        }
        let around = self.around(self.filed.readings);
        let told = true_up_register(&around, self.name(), self.by.parameters)?;
        let periods = told.iter().flat_map(|it| &it.periods).filter(|it| it.until <= opening);
        Ok(periods.filter(|it| it.settled == Settled::Waived).map(|it| it.difference).sum())
    }

    /// What it showed when the year ended; nothing for a meter that was removed before.
    fn closes(&self, last: NaiveDate) -> Result<Option<End>, NotEstimated> {
        if self.meter.removed_on.is_some_and(|removed| removed < last) {
            return Ok(None);
        }
        let read_later = self.own().any(|reading| reading.is_trusted() && reading.on > last);
        let of_day = self.of_day(last).filter(|reading| reading.is_trusted() || !read_later);
        let answers = if self.filed.answered.contains(&self.meter.number) {
            Answers::Request
        } else {
            Answers::Nothing
        };
        match of_day {
            Some(reading) => Ok(Some((reading.clone(), None))),
            None => self.moved(answers, last).map(Some),
        }
    }

    /// A reading of `on`, by the readings around it.
    fn moved(&self, answers: Answers, on: NaiveDate) -> Result<End, NotEstimated> {
        let around = self.around(self.filed.readings);
        let moved = at_reference(&around, self.name(), answers, self.by.parameters, on)?;
        let reading = Reading {
            meter: self.meter.number.clone(),
            register: self.register.name.clone(),
            on,
            value: moved.value,
            source: moved.read.map_or(crate::reading::Source::Estimated, |read| read.source),
            quality: moved.quality,
            received_at: None,
        };
        Ok((reading, moved.estimate))
    }

    /// The audit record of `estimate`, of which `reading` came.
    fn counted_on(&self, reading: &Reading, estimate: Estimate) -> CountedOn {
        CountedOn {
            connection: self.filed.connection.number.clone(),
            meter: reading.meter.clone(),
            register: reading.register.clone(),
            quality: reading.quality,
            estimate,
        }
    }

    /// The real readings between the ends of the year.
    fn between(&self, opening: NaiveDate, last: NaiveDate) -> Vec<Reading> {
        let inside = |it: &&Reading| it.is_trusted() && it.on > opening && it.on < last;
        self.own().filter(inside).cloned().collect()
    }

    /// What it will count in the twelve months behind `last`.
    fn expected(&self, last: NaiveDate) -> Option<Decimal> {
        if self.register.direction != Direction::Consumption {
            return Some(Decimal::ZERO);
        }
        let real: Vec<Reading> =
            self.filed.readings.iter().filter(|it| it.is_trusted()).cloned().collect();
        let around = self.around(&real);
        let from = self.own().filter(|it| it.is_trusted()).map(|it| it.on).max()?.max(last);
        let until = from.checked_add_months(Months::new(12))?;
        let used = |on| {
            let estimate = estimate_register(&around, self.name(), self.by.parameters, on);
            estimate.ok().map(|estimate| estimate.consumption)
        };
        let more = used(until)?.checked_sub(used(from)?)?;
        (more >= Decimal::ZERO).then_some(more)?.checked_mul(self.register.factor)
    }

    /// Years in a row with use, back from `opening`.
    fn years_of_use(&self, opening: NaiveDate) -> u8 {
        let mut real: Vec<&Reading> =
            self.own().filter(|it| it.is_trusted() && it.on <= opening).collect();
        real.sort_by_key(|reading| reading.on);
        let years = real.windows(2).rev().take_while(|pair| match pair {
            [before, after] => {
                before.value != after.value && days_between(before.on, after.on) >= YEAR_DAYS
            }
            _ => false,
        });
        u8::try_from(years.count()).unwrap_or(u8::MAX)
    }
}

/// So many days between two readings are a year.
const YEAR_DAYS: i64 = 300;

#[cfg(test)]
mod tests;
