//! What is known of one register of a connection: its use between trusted readings.

mod chain;
mod stretch;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::calendar::days_between;
use crate::estimate::shown::{self, Shown, rank};
use crate::meter::{Meter, MeterNumber, Register, RegisterName, Turning};
use crate::reading::{Reading, Source};

use chain::chain;
use stretch::Stretch;

/// Covered days from which a stretch of use counts as a year; what is shorter is joined with what
/// lies before it.
const YEAR_DAYS: i64 = 300;

/// The readings of one register of a connection, on the meter that hangs there and on those that
/// hung there before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    register: Register,
    seen: Vec<Seen>,
}

/// A reading with its place in the chain of meters.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Seen {
    /// How many exchanges ago its meter was removed; 0 is the meter that hangs there.
    exchanges_ago: usize,
    kind: Kind,
    /// The first value that its register could not show.
    range: Option<Decimal>,
    reading: Reading,
}

/// In the order in which readings of one meter and one day follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Installed,
    Estimated,
    Ordinary,
    Removed,
}

/// *Verbruik* of the last trusted year: what newer use is compared with and carried forward from.
///
/// **Units.** `amount` is in the register's unit, before its factor; days are civil days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Year {
    /// What was used.
    pub amount: Decimal,
    /// On how many days; never 0. Days without a meter are not among them.
    pub days: i64,
    /// The day of its first reading.
    pub from: NaiveDate,
    /// The day of its last reading.
    pub until: NaiveDate,
    /// Whether there was enough history for a year.
    pub cover: Cover,
    /// The trusted readings that it rests on, in order.
    pub readings: Vec<Reading>,
}

/// How much of a year the trusted readings cover.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cover {
    /// 300 days at least.
    Whole,
    /// Less, because there is no more history.
    Part,
}

impl History {
    /// The history of `register` of `meter`, which hangs there now.
    ///
    /// **Shape.** `meters` are those that ever hung at the connection, `meter` among them or not;
    /// `readings` are theirs, without superseded ones, of one occupancy, in any order. Readings of
    /// other registers, and of meters that `meter` did not replace, are left out. A meter replaces
    /// the only one that was removed in the 31 days before its own installation.
    /// **Errors.** See [`HistoryError`]: each variant says what the caller does next.
    pub fn of(
        meter: &Meter,
        register: &RegisterName,
        meters: &[Meter],
        readings: &[Reading],
    ) -> Result<Self, HistoryError> {
        let chain = chain(meter, meters);
        let find = |meter: &Meter| meter.registers.iter().find(|r| r.name == *register).cloned();
        let Some(now) = find(meter) else {
            let (meter, register) = (meter.number.clone(), register.clone());
            return Err(HistoryError::UnknownRegister { meter, register });
        };
        let mut seen: Vec<Seen> = readings
            .iter()
            .filter(|reading| reading.register == *register)
            .filter_map(|reading| {
                let mut places = chain.iter().enumerate();
                let (exchanges_ago, meter) = places.find(|(_, m)| m.number == reading.meter)?;
                let range = find(meter).map(|register| register.range());
                let (kind, reading) = (Kind::of(reading), reading.clone());
                Some(Seen { exchanges_ago, kind, range, reading })
            })
            .collect();
        seen.sort_by_key(Seen::order);
        Ok(Self { register: now, seen: without_doubles(seen)? })
    }

    /// The register, as it is on the meter that hangs there.
    pub fn register(&self) -> &Register {
        &self.register
    }

    /// The last reading of the meter that hangs there, an estimate too.
    pub fn last(&self) -> Option<&Reading> {
        self.on_this_meter().last()
    }

    /// The last trusted reading of the meter that hangs there.
    pub fn last_trusted(&self) -> Option<&Reading> {
        self.on_this_meter().filter(|reading| reading.is_trusted()).last()
    }

    fn on_this_meter(&self) -> impl Iterator<Item = &Reading> {
        self.seen.iter().filter(|seen| seen.exchanges_ago == 0).map(|seen| &seen.reading)
    }

    /// What the register of the connection showed, as the engine takes it: arranged, through every
    /// exchange.
    pub fn shown(&self) -> Vec<Shown> {
        let oldest = self.seen.first().map_or(0, |seen| seen.exchanges_ago);
        let shown = |seen: &Seen| Shown {
            meter: oldest.saturating_sub(seen.exchanges_ago),
            on: seen.reading.on,
            value: seen.reading.value,
            kind: match seen.kind {
                Kind::Installed => shown::Kind::Installed,
                Kind::Estimated => shown::Kind::Estimated,
                Kind::Ordinary => shown::Kind::Ordinary,
                Kind::Removed => shown::Kind::Removed,
            },
            source: seen.reading.source,
            range: seen.range,
        };
        self.seen.iter().map(shown).collect()
    }

    /// The use of the last trusted year, or `None` where no two trusted readings bound a use.
    ///
    /// Stretches between trusted readings are joined, the newest first, until they cover 300 days.
    /// A wrong reading makes one stretch negative and spoils its neighbour in the opposite way, so
    /// those two count as one unless they are negative together; what is negative is left out. An exchange does not divide a
    /// stretch. A register passed zero when it was above 60 % of its range and is below 40 %.
    ///
    /// **Units.** Exact, in the register's unit; days between two meters do not count.
    /// **Errors.** [`HistoryError::TooLarge`] only.
    pub fn year(&self) -> Result<Option<Year>, HistoryError> {
        let stretches = self.mended()?;
        let Some(newest) = stretches.last() else {
            return Ok(None);
        };
        let mut year = newest.clone();
        for earlier in stretches.iter().rev().skip(1) {
            if year.days >= YEAR_DAYS {
                break;
            }
            year = earlier.clone().joined(&year)?;
        }
        let of = |place: &usize| self.seen.get(*place).map(|seen| seen.reading.clone());
        Ok(Some(Year {
            amount: year.amount,
            days: year.days,
            from: year.from,
            until: year.until,
            cover: if year.days >= YEAR_DAYS { Cover::Whole } else { Cover::Part },
            readings: year.places.iter().filter_map(of).collect(),
        }))
    }

    /// The stretches in order, wrong readings taken out.
    fn mended(&self) -> Result<Vec<Stretch>, HistoryError> {
        let stretches = self.stretches()?;
        if self.register.turning == Turning::Reversible {
            return Ok(stretches);
        }
        let mut mended: Vec<Stretch> = Vec::new();
        for stretch in stretches {
            match mended.last_mut() {
                Some(last) if last.mends(&stretch)? => *last = last.clone().joined(&stretch)?,
                _ => mended.push(stretch),
            }
        }
        mended.retain(|stretch| !stretch.is_negative());
        Ok(mended)
    }

    /// What was used between each two ordinary trusted readings, in order.
    fn stretches(&self) -> Result<Vec<Stretch>, HistoryError> {
        let mut closed = Vec::new();
        let mut open: Option<(Stretch, &Seen)> = None;
        for (place, seen) in self.seen.iter().enumerate() {
            if !seen.reading.is_trusted() {
                continue;
            }
            let start = Stretch::at(place, seen.reading.on);
            let Some((mut stretch, before)) = open.take() else {
                open = Some((start, seen));
                continue;
            };
            if before.exchanges_ago == seen.exchanges_ago {
                let days = days_between(before.reading.on, seen.reading.on);
                stretch.extend(place, self.step(before, seen)?, seen.reading.on, days)?;
                if seen.kind == Kind::Removed {
                    open = Some((stretch, seen));
                    continue;
                }
                closed.push(stretch);
            } else if before.kind == Kind::Removed {
                let next = before.exchanges_ago.checked_sub(1) == Some(seen.exchanges_ago);
                if next && seen.kind == Kind::Installed {
                    stretch.places.insert(place);
                    stretch.until = seen.reading.on;
                    open = Some((stretch, seen));
                    continue;
                }
                closed.push(stretch);
            }
            // A meter that came without the last reading of the one before it: that use is lost.
            open = Some((start, seen));
        }
        closed.extend(open.map(|(stretch, _)| stretch));
        closed.retain(|stretch| stretch.days > 0);
        Ok(closed)
    }

    /// What the register advanced between two readings of one meter.
    fn step(&self, before: &Seen, after: &Seen) -> Result<Decimal, HistoryError> {
        let (from, to) = (before.reading.value, after.reading.value);
        let step = to.checked_sub(from).ok_or(HistoryError::TooLarge)?;
        match before.range {
            Some(range) if self.register.turning == Turning::Forward && step < Decimal::ZERO => {
                let high = Decimal::new(6, 1).checked_mul(range).is_some_and(|high| from > high);
                let low = Decimal::new(4, 1).checked_mul(range).is_some_and(|low| to < low);
                if high && low { sum(step, range) } else { Ok(step) }
            }
            _ => Ok(step),
        }
    }
}

impl Kind {
    fn of(reading: &Reading) -> Self {
        if !reading.is_trusted() {
            return Self::Estimated;
        }
        match reading.source {
            Source::Installed => Self::Installed,
            Source::Removed => Self::Removed,
            Source::Customer
            | Source::Colleague
            | Source::Staff
            | Source::Remote
            | Source::Agreed
            | Source::Estimated => Self::Ordinary,
        }
    }
}

impl Seen {
    /// Oldest first; whatever the input's order was, the history is the same.
    fn order(&self) -> impl Ord + use<> {
        let reading = &self.reading;
        (
            std::cmp::Reverse(self.exchanges_ago),
            (reading.on, self.kind, rank(reading.source)),
            (reading.received_at, reading.source, reading.quality),
            (reading.value, reading.value.scale()),
        )
    }
}

/// One reading for each meter, day and kind: the one whose source ranks highest.
fn without_doubles(sorted: Vec<Seen>) -> Result<Vec<Seen>, HistoryError> {
    let mut kept: Vec<Seen> = Vec::with_capacity(sorted.len());
    for seen in sorted {
        let Some(last) = kept.last_mut().filter(|last| last.is_of_the_day_of(&seen)) else {
            kept.push(seen);
            continue;
        };
        if seen.kind == Kind::Estimated {
            *last = seen; // the one that was made last
        } else if rank(last.reading.source) == rank(seen.reading.source)
            && last.reading.value != seen.reading.value
        {
            let Reading { meter, register, on, .. } = seen.reading;
            return Err(HistoryError::Ambiguous { meter, register, on });
        }
    }
    Ok(kept)
}

impl Seen {
    fn is_of_the_day_of(&self, other: &Self) -> bool {
        (self.exchanges_ago, self.reading.on, self.kind)
            == (other.exchanges_ago, other.reading.on, other.kind)
    }
}

fn sum(a: Decimal, b: Decimal) -> Result<Decimal, HistoryError> {
    a.checked_add(b).ok_or(HistoryError::TooLarge)
}

/// The readings of a register make no history.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum HistoryError {
    /// The meter has no such register: the caller mixed up two meters, an alarm is right.
    #[error("meter {meter} has no register {register}")]
    UnknownRegister {
        /// The meter.
        meter: MeterNumber,
        /// What it has not.
        register: RegisterName,
    },
    /// Two trusted readings of one day differ: an operator must supersede one of them.
    #[error("two readings of meter {meter}, register {register}, on {on} differ")]
    Ambiguous {
        /// The meter.
        meter: MeterNumber,
        /// Its register.
        register: RegisterName,
        /// The day.
        on: NaiveDate,
    },
    /// A value is beyond what can be reckoned with: an operator must correct the reading.
    #[error("a reading is too large to reckon with")]
    TooLarge,
}

#[cfg(test)]
pub(crate) mod tests;
