//! The check of one value that was typed, by the engine's own estimate.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::calendar::days_between;
use crate::estimate::constants::Constants;
use crate::estimate::expected::Expected;
use crate::estimate::shown::Shown;
use crate::meter::{Turning, range};
use crate::quantity::{Commodity, Unit};

/// What was typed about one register, and what is known beside its history.
#[derive(Clone, Copy, Debug)]
pub struct Submitted<'a> {
    /// What flows.
    pub commodity: Commodity,
    /// What the register counts in.
    pub unit: Unit,
    /// Whether it may go down.
    pub turning: Turning,
    /// Its wheels before the comma, where they are known.
    pub digits: Option<u8>,
    /// What its connection can deliver in a day at most, where that is known.
    pub max_per_day: Option<Decimal>,
    /// What was typed.
    pub value: Decimal,
    /// The day that it is of.
    pub on: NaiveDate,
    /// The days that it may be of, where a window is open.
    pub window: Window,
    /// The other open meters of the account that show what was typed within their own bands.
    pub other_meters: usize,
    /// What the register showed, arranged.
    pub readings: &'a [Shown],
}

/// The days that a reading may be of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Window {
    /// The first one; without it there is none.
    pub from: Option<NaiveDate>,
    /// The last one: today.
    pub until: Option<NaiveDate>,
}

/// What is said of a typed value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// What happens to it.
    pub verdict: Verdict,
    /// Why, in order.
    pub codes: Vec<Code>,
    /// What it says was used since the last trusted reading, through zero where it rolled over.
    pub used: Option<Decimal>,
    /// The likely mistake.
    pub suggestion: Option<Suggestion>,
    /// What an operator should know once it is confirmed.
    pub alert: Option<Alert>,
}

/// What happens to a typed value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It is stored.
    Accept,
    /// It is asked about once.
    Confirm,
    /// It is not used as it is.
    Reject,
}

/// Why a typed value is not simply accepted, in the order of the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// It is no number.
    NotANumber,
    /// It is negative, or has more digits than the register.
    TooManyDigits,
    /// It is of the day of the last trusted reading, or before.
    DateNotAfterPrevious,
    /// Its day has not come.
    DateInFuture,
    /// Its day is too long before the opening.
    OutsideWindow,
    /// It is below the last trusted reading.
    LowerThanPrevious,
    /// It went through zero.
    RollOver,
    /// The connection cannot deliver that.
    PhysicallyImpossible,
    /// Nothing was used where use is expected.
    Zero,
    /// More was used than is usual.
    High,
    /// Less was used than is usual.
    Low,
    /// The meter number that was typed is another one.
    MeterNumberDiffers,
    /// The campaign has a reading of this meter.
    AlreadySubmitted,
}

impl Code {
    /// Every code, in the order of the rules.
    pub const ALL: [Self; 13] = [
        Self::NotANumber,
        Self::TooManyDigits,
        Self::DateNotAfterPrevious,
        Self::DateInFuture,
        Self::OutsideWindow,
        Self::LowerThanPrevious,
        Self::RollOver,
        Self::PhysicallyImpossible,
        Self::Zero,
        Self::High,
        Self::Low,
        Self::MeterNumberDiffers,
        Self::AlreadySubmitted,
    ];

    /// As the line protocol writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotANumber => "NOT_A_NUMBER",
            Self::TooManyDigits => "TOO_MANY_DIGITS",
            Self::DateNotAfterPrevious => "DATE_NOT_AFTER_PREVIOUS",
            Self::DateInFuture => "DATE_IN_FUTURE",
            Self::OutsideWindow => "OUTSIDE_WINDOW",
            Self::LowerThanPrevious => "LOWER_THAN_PREVIOUS",
            Self::RollOver => "ROLLOVER",
            Self::PhysicallyImpossible => "PHYSICALLY_IMPOSSIBLE",
            Self::Zero => "ZERO",
            Self::High => "HIGH",
            Self::Low => "LOW",
            Self::MeterNumberDiffers => "METER_NUMBER_DIFFERS",
            Self::AlreadySubmitted => "ALREADY_SUBMITTED",
        }
    }

    /// The text that the reading page says for it; a roll-over has none, it is one of the answers.
    ///
    /// What is refused and what two people differ about have texts of the page's own.
    pub fn message_key(self) -> Option<&'static str> {
        Some(match self {
            Self::NotANumber => "err-digits",
            Self::TooManyDigits => "err-many",
            Self::DateNotAfterPrevious | Self::DateInFuture | Self::OutsideWindow => "err-date",
            Self::LowerThanPrevious => "check-lower",
            Self::RollOver => return None,
            Self::PhysicallyImpossible => "check-impossible",
            Self::Zero => "check-zero",
            Self::High => "check-high",
            Self::Low => "check-low",
            Self::MeterNumberDiffers => "err-new-meter",
            Self::AlreadySubmitted => "conflict",
        })
    }
}

/// The likely mistake: offered, never filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suggestion {
    /// This was meant: digits behind the comma were typed too, or two neighbours swapped.
    Value(Decimal),
    /// It is what another meter of the account shows.
    OtherMeter,
}

/// What an operator should know once a value is confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Alert {
    /// So much was used that something may leak: the customer gets a letter.
    Leak,
}

impl Alert {
    /// What an operator reads.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Leak => "possible leak",
        }
    }
}

/// Says what happens to a typed value, and why: the first rule that matches counts.
///
/// **Shape.** `expected` is of the day of `submitted`; nothing where the engine knows nothing, and
/// then what is usual is not asked about. An estimate never causes a rejection.
/// **Units.** The register's; a previous reading counts with its whole part.
/// **Source.** The design of estimation, section 7.
pub fn check(
    submitted: &Submitted<'_>,
    expected: Option<&Expected>,
    constants: &Constants<Decimal>,
) -> Checked {
    let rules = Rules { submitted, expected, constants };
    let (verdict, codes, used) = rules.judge();
    let suggestion = if verdict == Verdict::Accept { None } else { rules.suggestion() };
    let alert = used.filter(|_| codes.contains(&Code::High)).and_then(|used| rules.alert(used));
    Checked { verdict, codes, used, suggestion, alert }
}

/// A difference that nobody would mind, in `unit`; not scaled to the span.
pub fn floor(commodity: Commodity, unit: Unit, constants: &Constants<Decimal>) -> Decimal {
    let in_kilowatt_hours = |kilowatt_hours: Decimal| match unit {
        Unit::MegawattHour => kilowatt_hours / Decimal::ONE_THOUSAND,
        Unit::CubicMetre | Unit::KilowattHour | Unit::Gigajoule => kilowatt_hours,
    };
    match (commodity, unit) {
        (Commodity::Water, _) => constants.floor_water,
        (Commodity::Gas, Unit::CubicMetre) => constants.floor_gas_m3,
        (Commodity::Gas, _) => in_kilowatt_hours(constants.floor_gas_kwh),
        (Commodity::Electricity, _) => in_kilowatt_hours(constants.floor_electricity),
        (Commodity::Heat | Commodity::Cooling, Unit::Gigajoule) => constants.floor_heat_gj,
        (Commodity::Heat | Commodity::Cooling, _) => in_kilowatt_hours(constants.floor_heat_kwh),
    }
}

/// A verdict, its codes, and what was used.
type Judged = (Verdict, Vec<Code>, Option<Decimal>);

struct Rules<'a> {
    submitted: &'a Submitted<'a>,
    expected: Option<&'a Expected>,
    constants: &'a Constants<Decimal>,
}

impl Rules<'_> {
    fn judge(&self) -> Judged {
        let asked = self.submitted;
        let reject = |code| (Verdict::Reject, vec![code], None);
        if asked.value < Decimal::ZERO || asked.value >= self.range_or_default() {
            return reject(Code::TooManyDigits);
        }
        let trusted = asked.readings.iter().rfind(|shown| shown.is_trusted());
        if trusted.is_some_and(|trusted| asked.on <= trusted.on) {
            return reject(Code::DateNotAfterPrevious);
        }
        if asked.window.until.is_some_and(|today| asked.on > today) {
            return reject(Code::DateInFuture);
        }
        if asked.window.from.is_some_and(|from| asked.on < from) {
            return reject(Code::OutsideWindow);
        }
        let Some(last) = trusted.or(asked.readings.last()) else {
            return (Verdict::Accept, Vec::new(), None);
        };
        let Some(mut used) = asked.value.checked_sub(last.value.trunc()) else {
            return reject(Code::TooManyDigits);
        };
        let mut codes = Vec::new();
        if used < Decimal::ZERO && asked.turning == Turning::Forward {
            match self.through_zero(last, used) {
                Some(through) => {
                    used = through;
                    codes.push(Code::RollOver);
                }
                None if trusted.is_some() => return reject(Code::LowerThanPrevious),
                None => {}
            }
        }
        let days = Decimal::from(days_between(last.on, asked.on));
        let possible = asked.max_per_day.and_then(|most| most.checked_mul(days));
        if trusted.is_some() && possible.is_some_and(|possible| used > possible) {
            codes.push(Code::PhysicallyImpossible);
            return (Verdict::Reject, codes, Some(used));
        }
        match self.unusual(used) {
            Some(code) => {
                codes.push(code);
                (Verdict::Confirm, codes, Some(used))
            }
            None => (Verdict::Accept, codes, Some(used)),
        }
    }

    /// The first value that the register cannot show.
    fn range_or_default(&self) -> Decimal {
        match self.submitted.digits {
            Some(digits) => range(digits),
            None => range(u8::try_from(self.constants.check_digits).unwrap_or(u8::MAX)),
        }
    }

    fn floor(&self) -> Decimal {
        floor(self.submitted.commodity, self.submitted.unit, self.constants)
    }

    /// What was used if the register went through zero, when that may be.
    fn through_zero(&self, last: &Shown, used: Decimal) -> Option<Decimal> {
        let range = range(self.submitted.digits?);
        let expected = self.expected?;
        let through = used.checked_add(range)?;
        let often = expected.amount.checked_mul(self.constants.check_roll_over_ratio)?;
        let more = expected.amount.checked_add(self.floor())?;
        let near_the_end = last.value > self.constants.roll_over_above.checked_mul(range)?;
        (near_the_end && through <= often.max(more)).then_some(through)
    }

    /// Why a use is asked about.
    fn unusual(&self, used: Decimal) -> Option<Code> {
        let (expected, floor) = (self.expected?, self.floor());
        let little = floor.checked_mul(self.constants.check_zero_part)?;
        if used.is_zero() && expected.amount > little {
            return Some(Code::Zero);
        }
        if used > expected.usual_until.max(expected.amount.checked_add(floor)?) {
            return Some(Code::High);
        }
        if used < expected.usual_from.min(expected.amount.checked_sub(floor)?) {
            return Some(Code::Low);
        }
        None
    }

    fn suggestion(&self) -> Option<Suggestion> {
        suggestion(self.submitted.value, self.expected?, self.submitted.other_meters)
    }

    fn alert(&self, used: Decimal) -> Option<Alert> {
        alert(self.submitted.commodity, used, self.expected?, self.constants)
    }
}

/// The one likely mistake behind `typed`, if there is exactly one: `other_meters` are the other
/// open meters that show it within their own bands.
pub(super) fn suggestion(
    typed: Decimal,
    expected: &Expected,
    other_meters: usize,
) -> Option<Suggestion> {
    let fits = |value: &Decimal| fits(*value, expected);
    let mut likely: Vec<Decimal> =
        without_decimals(typed).chain(swapped(typed)).filter(fits).collect();
    likely.sort_unstable();
    likely.dedup();
    match (likely.as_slice(), other_meters) {
        ([value], 0) => Some(Suggestion::Value(*value)),
        ([], 1) => Some(Suggestion::OtherMeter),
        _ => None,
    }
}

/// Whether `value` lies within the band.
pub(super) fn fits(value: Decimal, expected: &Expected) -> bool {
    let used = value.checked_sub(expected.since.value.trunc());
    used.is_some_and(|used| expected.low <= used && used <= expected.high)
}

/// What an operator should know of a high use once it is confirmed.
pub(super) fn alert(
    commodity: Commodity,
    used: Decimal,
    expected: &Expected,
    constants: &Constants<Decimal>,
) -> Option<Alert> {
    if commodity != Commodity::Water {
        return None;
    }
    let often = expected.amount.checked_mul(constants.leak_ratio)?;
    let more = expected.amount.checked_add(constants.leak_amount)?;
    (used > often.min(more)).then_some(Alert::Leak)
}

/// What was meant if the last one, two or three digits are behind the comma.
fn without_decimals(typed: Decimal) -> impl Iterator<Item = Decimal> {
    [10, 100, 1000].into_iter().map(move |by| (typed / Decimal::from(by)).trunc())
}

/// What was meant if two neighbouring digits were swapped.
pub(super) fn swapped(typed: Decimal) -> impl Iterator<Item = Decimal> {
    let digits = typed.trunc().to_string().into_bytes();
    (1..digits.len()).filter_map(move |place| {
        let mut meant = digits.clone();
        meant.swap(place.checked_sub(1)?, place);
        let meant: Decimal = String::from_utf8(meant).ok()?.parse().ok()?;
        (meant != typed).then_some(meant)
    })
}

#[cfg(test)]
mod tests;
