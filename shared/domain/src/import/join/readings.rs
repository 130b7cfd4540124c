//! Readings: of a register that is there, while it hung there, never going down.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::calendar::days_between;
use crate::connection::ConnectionNumber;
use crate::meter::{MeterNumber, Register, Turning};
use crate::reading::{Quality, Reading, Source};

use super::super::meters::unshowable;
use super::super::nearest::nearest;
use super::super::table::Line;
use super::{
    Code, FileKind, Files, Finding, History, MeterRow, ReadingKey, ReadingRow, RegisterKey, Report,
    cause,
};

const FILE: FileKind = FileKind::Readings;

type MeterLine = Line<RegisterKey, MeterRow>;
type ReadingLine = Line<ReadingKey, ReadingRow>;

/// Checks the readings; what remains, by register and day, those of exchanges included.
pub(super) fn check(files: &mut Files, report: &mut Report) -> History {
    let Some(meters) = &mut files.meters else {
        return History::new();
    };
    let none = Vec::new();
    let readings = files.readings.as_ref().unwrap_or(&none);
    let mut of_register: Vec<Vec<&ReadingLine>> = meters.iter().map(|_| Vec::new()).collect();
    let by_number = by_number(meters);
    for line in readings {
        let Some(key) = &line.key else { continue };
        match register_of(key, line.at, meters, &by_number) {
            Ok(place) => {
                if let Some(lines) = of_register.get_mut(place).filter(|_| line.record.is_some()) {
                    lines.push(line);
                }
            }
            Err(finding) => report.add(finding),
        }
    }
    let mut history = History::new();
    for (place, (meter, lines)) in meters.iter_mut().zip(of_register).enumerate() {
        let (Some(key), Some(row)) = (&meter.key, &meter.record) else { continue };
        let register = RegisterHistory { line: meter.at, key, row };
        let (readings, findings) = register.check(&lines);
        if files.readings.is_some() {
            report.add_all(findings);
        }
        history.insert(place, readings);
    }
    history
}

fn by_number(meters: &[MeterLine]) -> BTreeMap<&MeterNumber, Vec<usize>> {
    let mut by_number: BTreeMap<&MeterNumber, Vec<usize>> = BTreeMap::new();
    for (place, line) in meters.iter().enumerate() {
        if let Some(key) = &line.key {
            by_number.entry(&key.meter).or_default().push(place);
        }
    }
    by_number
}

/// The place of the register that a reading is of.
fn register_of(
    key: &ReadingKey,
    line: u32,
    meters: &[MeterLine],
    by_number: &BTreeMap<&MeterNumber, Vec<usize>>,
) -> Result<usize, Finding> {
    let told = |column: &str, code| Finding::new(FILE, line, column, code);
    let Some(places) = by_number.get(&key.meter) else {
        let after = by_number.range::<MeterNumber, _>(&key.meter..).take(3);
        let before = by_number.range::<MeterNumber, _>(..&key.meter).rev().take(3);
        let neighbours: Vec<&str> =
            after.chain(before).map(|(number, _)| number.as_str()).collect();
        let orphan = told("meter_number", Code::Orphan).of(key.meter.as_str());
        let orphan = orphan.because("not in meters");
        return Err(match nearest(key.meter.as_str(), neighbours) {
            Some(near) => orphan.mend(format!("is {near} meant?")),
            None => orphan.mend("deliver its row in meters"),
        });
    };
    let keyed = |place: &usize| Some((*place, meters.get(*place)?.key.as_ref()?));
    let all: Vec<(usize, &RegisterKey)> = places.iter().filter_map(keyed).collect();
    let there = |of: &RegisterKey| key.connection.as_ref().is_none_or(|at| *at == of.connection);
    let at: BTreeSet<&ConnectionNumber> =
        all.iter().filter(|(_, of)| there(of)).map(|(_, of)| &of.connection).collect();
    let names = |numbers: BTreeSet<&str>| numbers.into_iter().collect::<Vec<_>>().join(", ");
    if at.is_empty() {
        let at = names(all.iter().map(|(_, of)| of.connection.as_str()).collect());
        let wrong = key.connection.as_ref().map(ConnectionNumber::as_str).unwrap_or_default();
        let orphan = told("connection_id", Code::Orphan).of(wrong);
        return Err(orphan.because(format!("the meter hangs at {at}")).mend(format!("write {at}")));
    }
    if at.len() > 1 {
        let at = names(at.into_iter().map(ConnectionNumber::as_str).collect());
        let unclear = told("connection_id", Code::Required);
        return Err(unclear.because(format!("meters of this number hang at {at}")).mend("fill it"));
    }
    let here: Vec<&(usize, &RegisterKey)> = all.iter().filter(|(_, of)| there(of)).collect();
    let Some((place, _)) = here.iter().find(|(_, of)| of.register == key.register) else {
        let has = names(here.iter().map(|(_, of)| of.register.as_str()).collect());
        let orphan = told("register", Code::Orphan).of(key.register.as_str());
        return Err(orphan.because(format!("the meter has {has}")).mend(format!("write {has}")));
    };
    match meters.get(*place) {
        Some(meter) if meter.record.is_none() => {
            let orphan = told("meter_number", Code::Orphan).of(key.meter.as_str());
            Err(orphan.because(cause(FileKind::Meters, meter.at)))
        }
        Some(_) | None => Ok(*place),
    }
}

/// A register whose readings are being checked.
struct RegisterHistory<'h> {
    line: u32,
    key: &'h RegisterKey,
    row: &'h MeterRow,
}

/// A value on the way into the history, and the line that it stands on.
#[derive(Clone, Copy)]
struct Point {
    on: NaiveDate,
    value: Decimal,
    source: Source,
    file: FileKind,
    line: u32,
}

impl Point {
    fn told(&self, code: Code) -> Finding {
        let column = match (self.file, self.source, code) {
            (FileKind::Meters, Source::Installed, _) => "installed_value",
            (FileKind::Meters, _, _) => "removed_value",
            (_, _, Code::Outside) => "date",
            _ => "value",
        };
        Finding::new(self.file, self.line, column, code).of(&self.value.to_string())
    }
}

impl RegisterHistory<'_> {
    fn check(&self, lines: &[&ReadingLine]) -> (Vec<Reading>, Vec<Finding>) {
        let mut findings = Vec::new();
        let points = self.points(lines, &mut findings);
        let mut readings: Vec<Reading> = Vec::with_capacity(points.len());
        let mut last: Option<Point> = None;
        let mut use_before = UseBefore::default();
        for (place, point) in points.iter().enumerate() {
            if let Some(before) = last
                && self.falls(before.value, point.value)
            {
                let finding = |code| {
                    let next = points
                        .get(place + 1)
                        .map(|next| format!("; {} on {}", next.value, next.on));
                    point.told(code).because(format!(
                        "lower than {} on {}{}",
                        before.value,
                        before.on,
                        next.unwrap_or_default()
                    ))
                };
                if before.source == Source::Estimated {
                    findings.push(finding(Code::AfterEstimate));
                } else {
                    let fix = "was the meter exchanged, or are digits swapped?";
                    findings.push(finding(Code::Falling).mend(fix));
                    continue;
                }
            }
            if let Some(before) = last {
                findings.extend(use_before.unusual(&self.row.register, before, point));
            }
            last = Some(*point);
            readings.push(self.reading(point));
        }
        (readings, findings)
    }

    /// The values that the register can show, while it hung there, one a day, by day.
    fn points(&self, lines: &[&ReadingLine], findings: &mut Vec<Finding>) -> Vec<Point> {
        let row = self.row;
        let exchange = |on, value, source| Point {
            on,
            value,
            source,
            file: FileKind::Meters,
            line: self.line,
        };
        let installed =
            row.installed_value.map(|v| exchange(row.installed_on, v, Source::Installed));
        let removed = row.removed_on.zip(row.removed_value);
        let removed = removed.map(|(on, value)| exchange(on, value, Source::Removed));
        let mut days: BTreeMap<NaiveDate, Point> = BTreeMap::new();
        for point in installed.iter().chain(&removed) {
            days.entry(point.on).or_insert(*point);
        }
        for line in lines {
            let Some(reading) = &line.record else { continue };
            let point = Point {
                on: reading.on,
                value: reading.value,
                source: reading.source,
                file: FILE,
                line: line.at,
            };
            let faults = self.faults(&point);
            if !faults.is_empty() {
                findings.extend(faults);
                continue;
            }
            let first = *days.entry(point.on).or_insert(point);
            if (first.file, first.line) == (point.file, point.line) {
                continue;
            }
            let at = format!("{}.csv:{}", first.file.stem(), first.line);
            findings.push(if first.value == point.value {
                point.told(Code::Repeated).because(format!("{at} has the same value for this day"))
            } else {
                let reason = format!("{at} has {} for this day", first.value);
                point.told(Code::SameDay).because(reason).mend("leave the right one")
            });
        }
        let mut points: Vec<Point> = days.into_values().collect();
        // A meter that was removed on the day it came has two readings of that day.
        let both = removed.filter(|removed| removed.on == row.installed_on && installed.is_some());
        points.extend(both);
        points
    }

    fn faults(&self, point: &Point) -> Vec<Finding> {
        let mut faults = Vec::new();
        if !self.row.register.can_show(point.value) {
            let (reason, fix) = unshowable(&self.row.register, point.value);
            faults.push(point.told(Code::Digits).because(reason).mend(fix));
        }
        let outside = |reason: String| {
            let finding = point.told(Code::Outside).of(&point.on.to_string()).because(reason);
            finding.mend("is it a reading of the meter before or after?")
        };
        if point.on < self.row.installed_on {
            faults.push(outside(format!("installed on {}", self.row.installed_on)));
        }
        if let Some(removed) = self.row.removed_on.filter(|removed| *removed < point.on) {
            faults.push(outside(format!("removed on {removed}")));
        }
        faults
    }

    /// Whether `next` after `last` is a fall: no roll-over, and of a register that cannot.
    fn falls(&self, last: Decimal, next: Decimal) -> bool {
        let register = &self.row.register;
        next < last && register.turning == Turning::Forward && !rolls_over(register, last, next)
    }

    fn reading(&self, point: &Point) -> Reading {
        let quality = match point.source {
            Source::Estimated => Quality::Estimated,
            Source::Customer
            | Source::Colleague
            | Source::Staff
            | Source::Remote
            | Source::Installed
            | Source::Removed
            | Source::Agreed => Quality::Actual,
        };
        Reading {
            meter: self.key.meter.clone(),
            register: self.key.register.clone(),
            on: point.on,
            value: point.value,
            source: point.source,
            quality,
            received_at: None,
        }
    }
}

/// Whether a register went through its highest value: the last above 60 % of its range, the next
/// below 40 %.
fn rolls_over(register: &Register, last: Decimal, next: Decimal) -> bool {
    let range = register.range();
    last > range * Decimal::new(6, 1) && next < range * Decimal::new(4, 1)
}

/// What a register counted before, to see what is far more.
#[derive(Default)]
struct UseBefore {
    counted: Decimal,
    days: i64,
}

impl UseBefore {
    /// A warning where a stretch of half a year or more took over five times as much a day as
    /// before it; small amounts do not count.
    fn unusual(&mut self, register: &Register, last: Point, next: &Point) -> Option<Finding> {
        let days = days_between(last.on, next.on);
        let mut counted = next.value - last.value;
        if counted < Decimal::ZERO && rolls_over(register, last.value, next.value) {
            counted += register.range();
        }
        let (before, days_before) = (self.counted, self.days);
        self.counted += counted.max(Decimal::ZERO);
        self.days += days;
        let long = days >= 180 && days_before >= 180;
        let many = counted > Decimal::from(500)
            && counted * Decimal::from(days_before) > before * Decimal::from(5 * days);
        (long && many).then(|| {
            let reason = format!("{counted} in {days} days, after {before} in {days_before}");
            next.told(Code::UnusualUse).because(reason)
        })
    }
}
