//! From consumption and rates to lines: cuts, slices, steps, and one rounding.

use chrono::{Datelike as _, NaiveDate};
use rust_decimal::Decimal;

use super::case::SettledConnection;
use super::consumption::Metered;
use super::refusal::{Cause, Found};
use super::result::{Line, LineUnit};
use super::spread::{allot, weight};
use crate::calendar::days_between;
use crate::money::Money;
use crate::quantity::Commodity;
use crate::tariff::{Component, Measure, Per, Step, Tariff, VatRate};

/// A stretch of whole days that a connection is charged for; both days are inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Days {
    pub(super) first: NaiveDate,
    pub(super) last: NaiveDate,
}

impl Days {
    fn count(self) -> i64 {
        days_between(self.first, self.last).saturating_add(1)
    }

    /// The days of both; none where `first` lies after `last`.
    fn within(self, other: Self) -> Self {
        Self { first: self.first.max(other.first), last: self.last.min(other.last) }
    }

    /// Its pieces when each day of `cuts` begins a new one.
    fn cut(self, mut cuts: Vec<NaiveDate>) -> Vec<Self> {
        cuts.retain(|day| self.first < *day && *day <= self.last);
        cuts.sort_unstable();
        cuts.dedup();
        let ends = cuts.iter().filter_map(NaiveDate::pred_opt).chain([self.last]);
        let starts = [self.first].into_iter().chain(cuts.iter().copied());
        starts.zip(ends).map(|(first, last)| Self { first, last }).collect()
    }

    /// How many of its days lie in years of 365 and of 366 days.
    fn by_year_length(self) -> (i64, i64) {
        let mut lengths = (0_i64, 0_i64);
        for part in self.years() {
            let days = part.count();
            let length = if part.first.leap_year() { &mut lengths.1 } else { &mut lengths.0 };
            *length = length.saturating_add(days);
        }
        lengths
    }

    /// Its calendar years.
    fn years(self) -> Vec<Self> {
        let later = self.first.year().saturating_add(1)..=self.last.year();
        self.cut(later.filter_map(|year| NaiveDate::from_ymd_opt(year, 1, 1)).collect())
    }
}

/// A line, and the component that it is of.
#[derive(Clone, Debug)]
pub(super) struct Charge<'a> {
    pub(super) component: &'a Component,
    pub(super) line: Line,
}

/// The lines of a connection for `days`, in the order of its components, then day, then step.
///
/// **Shape.** The case has no findings; `metered` is what was used on `days`.
/// **Errors.** None: an amount that cannot be is noted in `found` and left out.
pub(super) fn charges<'a>(
    connection: &SettledConnection,
    tariff: &'a Tariff,
    days: Days,
    metered: &[Metered],
    found: &Found,
) -> Vec<Charge<'a>> {
    let components: Vec<&Component> =
        connection.components.iter().filter_map(|code| tariff.component(code)).collect();
    let pieces: Vec<(&Metered, Vec<Piece>)> =
        metered.iter().map(|it| (it, pieces(it, &components, tariff, days))).collect();
    let mut charges = Vec::new();
    for component in components {
        let lines = match component.measure {
            Measure::Use { commodity, unit } => {
                let of = pieces.iter().find(|(metered, _)| metered.commodity == commodity);
                of.map(|(metered, pieces)| {
                    let slices = slices(component, tariff, pieces);
                    let tax_units = connection.tax_units;
                    used(&slices, metered.decimals, (unit.into(), tax_units))
                })
                .unwrap_or_default()
            }
            Measure::Days { per } => {
                let cuts = cuts_of(component, tariff).collect();
                let pieces: Vec<Piece> = days
                    .cut(cuts)
                    .into_iter()
                    .map(|days| Piece { days, units: i128::from(days.count()) })
                    .collect();
                standing(&slices(component, tariff, &pieces), per)
            }
        };
        for line in lines {
            let Some(line) = line.finish(component) else {
                let at = format!("connections.{}.{}", connection.id, component.code);
                found.note(Cause::AmountOverflow, at);
                continue;
            };
            charges.push(Charge { component, line });
        }
    }
    charges
}

/// A part of a period without a cut, and what falls in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Piece {
    days: Days,
    units: i128,
}

/// The days on which a rate or a percentage of `component` begins.
fn cuts_of<'a>(
    component: &'a Component,
    tariff: &'a Tariff,
) -> impl Iterator<Item = NaiveDate> + 'a {
    let rates = component.rates.iter().map(|entry| entry.from);
    let vat = tariff.vat.get(&component.vat).into_iter().flatten();
    rates.chain(vat.map(|rate| rate.from))
}

/// The pieces that all components of a commodity see, with what was used in each.
fn pieces(metered: &Metered, components: &[&Component], tariff: &Tariff, days: Days) -> Vec<Piece> {
    let counts = |component: &&&Component| counts(component, metered.commodity);
    let cuts = components.iter().filter(counts).flat_map(|component| cuts_of(component, tariff));
    let mut pieces: Vec<Piece> =
        days.cut(cuts.collect()).into_iter().map(|days| Piece { days, units: 0 }).collect();
    let weights = tariff.weights_of(metered.commodity);
    for interval in &metered.intervals {
        let used = Days { first: interval.first, last: interval.last };
        let shares: Vec<i128> = pieces
            .iter()
            .map(|piece| {
                let both = piece.days.within(used);
                weight(weights, both.first, both.last)
            })
            .collect();
        for (piece, units) in pieces.iter_mut().zip(allot(interval.units, &shares)) {
            piece.units += units;
        }
    }
    pieces
}

fn counts(component: &Component, commodity: Commodity) -> bool {
    matches!(component.measure, Measure::Use { commodity: counted, .. } if counted == commodity)
}

/// *Deelperiode*: a part of a period within which every rate is constant.
#[derive(Clone, Copy, Debug)]
struct Slice<'a> {
    days: Days,
    units: i128,
    steps: &'a [Step],
    vat: &'a VatRate,
}

/// Neighbouring pieces with equal steps, category and percentage are one slice.
fn slices<'a>(component: &'a Component, tariff: &'a Tariff, pieces: &[Piece]) -> Vec<Slice<'a>> {
    let mut slices: Vec<Slice<'a>> = Vec::new();
    for piece in pieces {
        let day = piece.days.first;
        let entry = component.rates.iter().rev().find(|entry| entry.from <= day);
        let Some((entry, vat)) = entry.zip(tariff.vat_on(&component.vat, day)) else { continue };
        match slices.last_mut() {
            Some(slice)
                if slice.steps == entry.steps
                    && slice.vat.category == vat.category
                    && slice.vat.percent == vat.percent =>
            {
                slice.days.last = piece.days.last;
                slice.units += piece.units;
            }
            _ => {
                let (days, units, steps) = (piece.days, piece.units, &*entry.steps);
                slices.push(Slice { days, units, steps, vat });
            }
        }
    }
    slices
}

/// A line before its one rounding.
struct Unrounded<'a> {
    days: Days,
    units: i128,
    decimals: u8,
    unit: LineUnit,
    step: &'a Step,
    base: u16,
    vat: &'a VatRate,
}

impl Unrounded<'_> {
    /// The line; `None` where its amount is above the limit.
    fn finish(self, component: &Component) -> Option<Line> {
        let micros_a_cent = 10_i128.pow(4);
        let one = 10_i128.pow(self.decimals.into()) * micros_a_cent * i128::from(self.base);
        let exact = self.units.checked_mul(self.step.rate.micros())?;
        Some(Line {
            component: component.code.clone(),
            first: self.days.first,
            last: self.days.last,
            quantity: quantity(self.units, self.decimals)?,
            unit: self.unit,
            rate: self.step.rate,
            base: self.base,
            category: self.vat.category,
            percent: self.vat.percent,
            net: Money::from_ratio(exact, one)?.limited()?,
        })
    }
}

/// `units` of the last of `decimals`, as a quantity.
pub(super) fn quantity(units: i128, decimals: u8) -> Option<Decimal> {
    Decimal::try_from_i128_with_scale(units, decimals.into()).ok()
}

/// The lines of what was used: each step takes what lies below its allowance.
fn used<'a>(
    slices: &[Slice<'a>],
    decimals: u8,
    (unit, tax_units): (LineUnit, u32),
) -> Vec<Unrounded<'a>> {
    let mut lines = Vec::new();
    for slice in slices {
        let mut taken = 0;
        for (place, step) in slice.steps.iter().enumerate() {
            let until = step.up_to.map(|up_to| allowance(up_to, decimals, tax_units, slice.days));
            let units = until.map_or(slice.units, |until| slice.units.min(until)) - taken;
            if place == 0 || units > 0 {
                lines.push(Unrounded {
                    days: slice.days,
                    units,
                    decimals,
                    unit,
                    step,
                    base: 1,
                    vat: slice.vat,
                });
            }
            taken += units;
        }
    }
    lines
}

/// What a step of `up_to` a year allows on `days`: a part of a year its part, rounded down.
fn allowance(up_to: u64, decimals: u8, tax_units: u32, days: Days) -> i128 {
    let (short, long) = days.by_year_length();
    let (short_year, long_year) = (365_i128, 366_i128);
    let years = i128::from(short) * long_year + i128::from(long) * short_year;
    let yearly = i128::from(up_to) * 10_i128.pow(decimals.into()) * i128::from(tax_units);
    (yearly * years).div_euclid(short_year * long_year)
}

/// The lines of a standing charge, which also end where the length of the year changes.
fn standing<'a>(slices: &[Slice<'a>], per: Per) -> Vec<Unrounded<'a>> {
    let mut lines = Vec::new();
    for slice in slices {
        let Some(step) = slice.steps.first() else { continue };
        for (days, base) in based(slice.days, per) {
            lines.push(Unrounded {
                days,
                units: i128::from(days.count()),
                decimals: 0,
                unit: LineUnit::Day,
                step,
                base,
                vat: slice.vat,
            });
        }
    }
    lines
}

/// The parts of `days` with the days that a rate is for in each.
fn based(days: Days, per: Per) -> Vec<(Days, u16)> {
    match per {
        Per::Day => vec![(days, 1)],
        Per::Year => {
            let mut parts: Vec<(Days, u16)> = Vec::new();
            for year in days.years() {
                let length = if year.first.leap_year() { 366 } else { 365 };
                match parts.last_mut() {
                    Some((part, before)) if *before == length => part.last = year.last,
                    _ => parts.push((year, length)),
                }
            }
            parts
        }
    }
}

#[cfg(test)]
mod tests;
