//! What was used between trusted readings: the intervals that every estimate rests on.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::constants::Constants;
use super::engine::Impossible;
use super::profile::DayWeights;
use super::shown::{Kind, Shown};
use super::stats::Number;
use crate::meter::Turning;

/// What was used between two readings, through any exchange.
#[derive(Clone, Debug)]
pub(crate) struct Interval<N> {
    /// The day of its first reading.
    pub(crate) from: NaiveDate,
    /// The day of its last reading.
    pub(crate) until: NaiveDate,
    /// What was used, in the register's unit.
    pub(crate) amount: Decimal,
    /// What the days with a meter weigh.
    pub(crate) weight: N,
    /// What became of it.
    pub(crate) fate: Fate,
    /// The logarithm of its use of a year at today's level, where it was weighed.
    pub(crate) level: Option<N>,
    /// What it counts, where it was weighed.
    pub(crate) counts: Option<N>,
}

/// What became of an interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// It counts.
    Kept,
    /// An operator marked its days.
    MarkedOut,
    /// The register went down, or no day had a meter.
    Unusable,
    /// Somebody else lived there.
    OtherOccupant,
    /// Nothing was used.
    Zero,
    /// It stands alone.
    Outlier,
    /// The use has changed since.
    OldLevel,
}

/// Which readings bound intervals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counted {
    /// The trusted ones.
    Trusted,
    /// Estimates too: there is nothing better.
    All,
}

impl<N: Number> Interval<N> {
    /// The two as one.
    pub(crate) fn joined(&self, later: &Self) -> Result<Self, Impossible> {
        let amount = self.amount.checked_add(later.amount).ok_or(Impossible::OutOfRange)?;
        let weight = self.weight + later.weight;
        Ok(Self { until: later.until, amount, weight, ..self.clone() })
    }

    /// What was used for each weight of one; nothing without weight.
    pub(crate) fn rate(&self) -> Option<N> {
        (self.weight > N::zero()).then(|| N::of(self.amount) / self.weight)
    }
}

/// How a register steps from one reading to the next.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stepping {
    turning: Turning,
    above: Decimal,
    below: Decimal,
}

impl Stepping {
    pub(crate) fn of(turning: Turning, constants: &Constants<Decimal>) -> Self {
        Self { turning, above: constants.roll_over_above, below: constants.roll_over_below }
    }

    /// What the register advanced between two readings of one meter; through zero when it went
    /// down from near its end to near its beginning.
    pub(crate) fn step(&self, before: &Shown, after: &Shown) -> Result<Decimal, Impossible> {
        let step = after.value.checked_sub(before.value).ok_or(Impossible::OutOfRange)?;
        let Some(range) = before.range else { return Ok(step) };
        if step >= Decimal::ZERO || self.turning == Turning::Reversible {
            return Ok(step);
        }
        let part = |part: Decimal| part.checked_mul(range).ok_or(Impossible::OutOfRange);
        if before.value > part(self.above)? && after.value < part(self.below)? {
            return step.checked_add(range).ok_or(Impossible::OutOfRange);
        }
        Ok(step)
    }
}

/// An interval that is not closed yet.
struct Open<'a, N> {
    from: NaiveDate,
    amount: Decimal,
    weight: N,
    last: &'a Shown,
}

impl<'a, N: Number> Open<'a, N> {
    fn at(first: &'a Shown) -> Self {
        Self { from: first.on, amount: Decimal::ZERO, weight: N::zero(), last: first }
    }

    /// Whether `next` is of the meter that replaced the one that was removed.
    fn is_followed_by(&self, next: &Shown) -> bool {
        self.last.kind == Kind::Removed
            && next.kind == Kind::Installed
            && (next.meter == self.last.meter || Some(next.meter) == self.last.meter.checked_add(1))
    }

    fn extend(
        &mut self,
        next: &'a Shown,
        stepping: &Stepping,
        season: &DayWeights<N>,
    ) -> Result<(), Impossible> {
        let step = stepping.step(self.last, next)?;
        self.amount = self.amount.checked_add(step).ok_or(Impossible::OutOfRange)?;
        self.weight = self.weight + season.weight(self.last.on, next.on);
        self.last = next;
        Ok(())
    }

    fn close(self, closed: &mut Vec<Interval<N>>) {
        let Self { from, amount, weight, last } = self;
        if from < last.on {
            let (level, counts) = (None, None);
            let fate = Fate::Kept;
            closed.push(Interval { from, until: last.on, amount, weight, fate, level, counts });
        }
    }
}

/// The intervals between the readings that count, in order.
///
/// An exchange does not divide an interval; the days without a meter have no weight. Use that no
/// removal reading tells is lost, and its interval with it.
pub(crate) fn intervals<N: Number>(
    readings: &[Shown],
    counted: Counted,
    stepping: &Stepping,
    season: &DayWeights<N>,
) -> Result<Vec<Interval<N>>, Impossible> {
    let mut closed = Vec::with_capacity(readings.len());
    let mut open: Option<Open<'_, N>> = None;
    for next in readings.iter().filter(|next| counted == Counted::All || next.is_trusted()) {
        let Some(mut now) = open.take() else {
            open = Some(Open::at(next));
            continue;
        };
        if now.is_followed_by(next) {
            now.last = next;
            open = Some(now);
        } else if now.last.kind == Kind::Removed {
            now.close(&mut closed);
            open = Some(Open::at(next));
        } else if next.kind == Kind::Installed || next.meter != now.last.meter {
            open = Some(Open::at(next));
        } else {
            now.extend(next, stepping, season)?;
            if next.kind == Kind::Removed {
                open = Some(now);
            } else {
                now.close(&mut closed);
                open = Some(Open::at(next));
            }
        }
    }
    if let Some(last) = open {
        last.close(&mut closed);
    }
    Ok(closed)
}
