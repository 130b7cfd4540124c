//! Registers of one meter that count the same use, as high and low tariff: their sum is estimated,
//! and divided by the shares that each of them had.

use std::borrow::Cow;

use rust_decimal::{Decimal, RoundingStrategy};

use super::engine::Impossible;
use super::intervals::{Fate, Stepping};
use super::lines::Rounded;
use super::record::{Inputs, Steps};
use super::shown::{Kind, Shown};

/// What the registers of `inputs` showed together, on the days on which all of them were read; of
/// one register alone what it showed itself.
///
/// Each is unrolled first: the sum of two registers passes no zero.
pub(super) fn summed<'a>(
    inputs: &'a Inputs,
    stepping: &Stepping,
) -> Result<Cow<'a, [Shown]>, Impossible> {
    if inputs.beside.is_empty() {
        return Ok(Cow::Borrowed(&inputs.readings));
    }
    let mut sum = unrolled(&inputs.readings, stepping)?;
    for other in &inputs.beside {
        let other = unrolled(other, stepping)?;
        let mut both = Vec::with_capacity(sum.len());
        for shown in sum {
            let beside = other.iter().find(|one| (one.on, one.kind) == (shown.on, shown.kind));
            let Some(beside) = beside else { continue };
            let value = shown.value.checked_add(beside.value).ok_or(Impossible::OutOfRange)?;
            both.push(Shown { value, ..shown });
        }
        sum = both;
    }
    Ok(Cow::Owned(sum))
}

/// The same readings on a register that never passes zero.
fn unrolled(readings: &[Shown], stepping: &Stepping) -> Result<Vec<Shown>, Impossible> {
    let mut trusted: Option<(&Shown, Decimal)> = None;
    let mut last = None;
    let mut unrolled = Vec::with_capacity(readings.len());
    for shown in readings {
        let before = if shown.is_trusted() { trusted } else { last };
        let value = match before {
            Some((before, so_far))
                if before.meter == shown.meter && shown.kind != Kind::Installed =>
            {
                let step = stepping.step(before, shown)?;
                so_far.checked_add(step).ok_or(Impossible::OutOfRange)?
            }
            Some(_) | None => shown.value,
        };
        last = Some((shown, value));
        if shown.is_trusted() {
            trusted = last;
        }
        unrolled.push(Shown { value, range: None, ..shown.clone() });
    }
    Ok(unrolled)
}

/// The part of the sum that falls on one register: from what the registers before it have to that
/// and its own, of 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    before: Decimal,
    with: Decimal,
}

/// The part of the register of `inputs`, by what each used in the years that `steps` kept, as much
/// as these count; without such a year all have the same.
pub(super) fn part(
    inputs: &Inputs,
    steps: &Steps,
    stepping: &Stepping,
) -> Result<Part, Impossible> {
    if inputs.beside.is_empty() {
        return Ok(Part { before: Decimal::ZERO, with: Decimal::ONE });
    }
    let (first, later) = inputs.beside.split_at(inputs.place.min(inputs.beside.len()));
    let registers = first.iter().chain([&inputs.readings]).chain(later);
    let used: Vec<Decimal> =
        registers.map(|readings| counted(readings, steps, stepping)).collect::<Result<_, _>>()?;
    let used =
        if used.iter().all(Decimal::is_zero) { vec![Decimal::ONE; used.len()] } else { used };
    let whole: Decimal = used.iter().sum();
    let until = |place: usize| {
        let sum: Decimal = used.iter().take(place).sum();
        sum.checked_div(whole).ok_or(Impossible::OutOfRange)
    };
    Ok(Part { before: until(first.len())?, with: until(first.len().saturating_add(1))? })
}

/// What a register used in the years that count, each as much as it counts.
fn counted(readings: &[Shown], steps: &Steps, stepping: &Stepping) -> Result<Decimal, Impossible> {
    let kept = steps.intervals.iter().filter(|interval| interval.fate == Fate::Kept);
    kept.filter_map(|interval| Some((interval, interval.counts?))).try_fold(
        Decimal::ZERO,
        |sum, (interval, counts)| {
            let within = |shown: &&Shown| {
                shown.is_trusted() && interval.from <= shown.on && shown.on <= interval.until
            };
            let within: Vec<&Shown> = readings.iter().filter(within).collect();
            let mut used = Decimal::ZERO;
            for pair in within.windows(2) {
                let [before, after] = pair else { continue };
                if before.meter == after.meter && after.kind != Kind::Installed {
                    let step = stepping.step(before, after)?;
                    used = used.checked_add(step).ok_or(Impossible::OutOfRange)?;
                }
            }
            let more = used.max(Decimal::ZERO).checked_mul(counts);
            more.and_then(|more| sum.checked_add(more)).ok_or(Impossible::OutOfRange)
        },
    )
}

impl Part {
    /// What falls on the register of `whole`: the parts of all registers add up to it exactly.
    pub(super) fn of(self, whole: Rounded, decimals: u32) -> Option<Rounded> {
        let round = |number: Decimal, how| number.round_dp_with_strategy(decimals, how);
        let up_to = |share: Decimal| {
            let amount = whole.consumption.checked_mul(share)?;
            Some(round(amount, RoundingStrategy::MidpointAwayFromZero))
        };
        let consumption = up_to(self.with)?.checked_sub(up_to(self.before)?)?;
        let share = self.with.checked_sub(self.before)?;
        let low = round(whole.low.checked_mul(share)?, RoundingStrategy::ToNegativeInfinity);
        let high = round(whole.high.checked_mul(share)?, RoundingStrategy::ToPositiveInfinity);
        Some(Rounded { consumption, low: low.min(consumption), high: high.max(consumption) })
    }
}

#[cfg(test)]
mod tests;
