//! What is doubtful: what the engine, or without it the last year, does not lead to expect.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::check::{Alert, Suggestion, fits, suggestion, swapped};
use super::{AskedRegister, DoubtReason, Likely, RollOver, Tendency};
use crate::calendar::days_between;
use crate::entry::condense;
use crate::estimate::expected::Expected;
use crate::meter::{MeterNumber, Register, Turning};
use crate::quantity::{Commodity, Unit};

/// Without the engine, a use above this many tenths of the last year's is high. With `LOW_PART` the
/// widest bounds that the engine may use (2.5 times, a third).
const HIGH_TENTHS: i64 = 25;

/// Without the engine, a use below one part in this many of the last year's is low.
const LOW_PART: i64 = 3;

/// An unchanged register is asked about when more than this many tenths of the floor are expected.
const EQUAL_TENTHS: i64 = 4;

/// Without a year to compare with, an unchanged register is asked about after this many days.
const EQUAL_DAYS: i64 = 90;

/// A register may have passed zero from this many tenths of its range on.
const ROLL_OVER_TENTHS: i64 = 9;

/// The days that the use of the year before is shown for.
const SHOWN_DAYS: i64 = 365;

/// Why a reading of `value` on the day `on` should be asked about, if at all.
///
/// It is compared with what the engine expects since the last trusted reading: what lies outside
/// its usual bounds is unusual, unless the difference is below the floor of the commodity, which
/// nobody would mind. Where the configuration has no norm, the last trusted year is carried
/// forward, and more than 2.5 times as much, or less than a third, is unusual. What was meant instead is
/// not looked for here: see [`with_red`] and [`likely`].
///
/// **Units.** `value` is in the register's unit and within its range. A previous reading counts
/// as the wheels show it: what it has behind the register's decimals is cut off.
/// **Source.** The design of estimation, section 7, rows 5 to 9, with its floors.
pub(super) fn doubt(
    asked: &AskedRegister,
    commodity: Commodity,
    value: Decimal,
    on: NaiveDate,
) -> Option<DoubtReason> {
    let usual = Usual::of(asked, commodity, on);
    let forward = asked.register.turning == Turning::Forward;
    let shown = |value| cut(value, &asked.register);
    let previous = asked.previous.as_ref().map(|previous| (shown(previous.value), previous));
    let trusted = asked.trusted.as_ref().map(|trusted| shown(trusted.value));
    if let Some(trusted) = trusted.filter(|trusted| forward && value < *trusted) {
        let roll_over = roll_over(asked, usual.as_ref(), trusted, value);
        return Some(DoubtReason::Below { roll_over });
    }
    if let Some((shown, previous)) = previous {
        if value == shown && expects_use(asked, usual.as_ref(), previous.on, on) {
            return Some(DoubtReason::Equal);
        }
        if forward && value < shown {
            return Some(DoubtReason::BelowEstimate);
        }
    }
    let used = value.checked_sub(trusted?)?;
    let since = asked.trusted.as_ref()?.on;
    let most = asked.max_per_day.and_then(|most| most.checked_mul(days_between(since, on).into()));
    if most.is_some_and(|most| used > most) {
        return Some(DoubtReason::Impossible { used, since });
    }
    let usual = usual?;
    let tendency = usual.tendency(used)?;
    let year_before = asked.year.as_ref().and_then(|year| {
        let days = year.days.into();
        Some(cut(share(year.amount, SHOWN_DAYS, days)?, &asked.register))
    });
    let usual = asked.usual.is_some().then(|| cut(usual.expected, &asked.register));
    Some(DoubtReason::Unusual { tendency, used, since, year_before, usual, without_red: None })
}

/// The likely mistake behind `value`, where the engine knows what is expected and there is exactly
/// one that nothing has to be asked about; `others` are the other registers behind the link, with
/// their meters.
pub(super) fn likely<'a>(
    asked: &AskedRegister,
    others: impl Iterator<Item = (&'a MeterNumber, &'a AskedRegister)>,
    commodity: Commodity,
    (value, on): (Decimal, NaiveDate),
) -> Option<Likely> {
    let expected = asked.usual.as_ref()?.on(on)?;
    let shows = |other: &AskedRegister| {
        let expected = other.usual.as_ref().and_then(|usual| usual.on(on));
        expected.is_some_and(|expected| fits(value, &expected))
    };
    let shown: Vec<&MeterNumber> =
        others.filter(|(_, other)| shows(other)).map(|(meter, _)| meter).collect();
    match suggestion(value, &expected, shown.len())? {
        Suggestion::Value(value) => {
            doubt(asked, commodity, value, on).is_none().then_some(Likely::Value(value))
        }
        Suggestion::OtherMeter => shown.first().map(|meter| Likely::OtherMeter((*meter).clone())),
    }
}

/// `reason` with the value that is left when the last one, two or three digits were red ones, where
/// that alone explains a high one: `likely` is what the engine finds within its bounds, and where it
/// finds nothing there, one explanation of all must lead to a usual use.
///
/// **Source.** The design of estimation, section 7: a suggestion is shown only if exactly one fits.
pub(super) fn with_red<'a>(
    reason: DoubtReason,
    asked: &AskedRegister,
    mut others: impl Iterator<Item = (&'a MeterNumber, &'a AskedRegister)>,
    likely: Option<&Likely>,
    (commodity, value, on): (Commodity, Decimal, NaiveDate),
) -> DoubtReason {
    let DoubtReason::Unusual { tendency: Tendency::High, used, since, year_before, usual, .. } =
        reason
    else {
        return reason;
    };
    let without = |by: u16| Some(cut(value.checked_div(by.into())?, &asked.register));
    let shorter: BTreeSet<Decimal> = [10, 100, 1000].into_iter().filter_map(without).collect();
    let is_usual = |value: &Decimal| doubt(asked, commodity, *value, on).is_none();
    let shows = |other: &AskedRegister| {
        Usual::of(other, commodity, on).is_some() && doubt(other, commodity, value, on).is_none()
    };
    let without_red = match likely {
        Some(Likely::Value(meant)) => shorter.get(meant).copied(),
        Some(Likely::OtherMeter(_)) => None,
        None => {
            let all: BTreeSet<Decimal> = shorter.iter().copied().chain(swapped(value)).collect();
            let mut usual = all.into_iter().filter(is_usual);
            let one = usual.next().filter(|one| usual.next().is_none() && shorter.contains(one));
            one.filter(|_| !others.any(|(_, other)| shows(other)))
        }
    };
    DoubtReason::Unusual { tendency: Tendency::High, used, since, year_before, usual, without_red }
}

/// What an operator should know of `value` once it is confirmed in spite of `reason`.
pub(super) fn alert(
    asked: &AskedRegister,
    reason: &DoubtReason,
    value: Decimal,
    on: NaiveDate,
) -> Option<Alert> {
    match reason {
        DoubtReason::Impossible { .. } | DoubtReason::Unusual { tendency: Tendency::High, .. } => {
            let usual = asked.usual.as_ref()?;
            let used = value.checked_sub(cut(asked.trusted.as_ref()?.value, &asked.register))?;
            usual.alert(used, &usual.on(on)?)
        }
        DoubtReason::Equal
        | DoubtReason::BelowEstimate
        | DoubtReason::Below { .. }
        | DoubtReason::Unusual { tendency: Tendency::Low, .. } => None,
    }
}

/// What was typed with more digits than the wheels have, without its last digits for the red ones.
pub(super) fn shortened(text: &str, asked: &AskedRegister) -> Option<Decimal> {
    let typed = condense(text);
    let black = typed.len().checked_sub(asked.red.into())?;
    let (black, red) = typed.split_at_checked(black)?;
    let digits = typed.bytes().all(|b| b.is_ascii_digit());
    if asked.red == 0 || asked.register.decimals > 0 || !digits || red.is_empty() {
        return None;
    }
    let value = Decimal::from_str_exact(black).ok()?;
    (value < asked.register.range()).then_some(value)
}

/// What is usual from the last trusted reading to the day of the new one.
struct Usual {
    expected: Decimal,
    /// Less is unusual, the floor apart.
    from: Decimal,
    /// More is unusual, the floor apart.
    until: Decimal,
    floor: Decimal,
}

impl Usual {
    /// By the engine; without one by the last year.
    fn of(asked: &AskedRegister, commodity: Commodity, on: NaiveDate) -> Option<Self> {
        let Some(usual) = &asked.usual else { return Self::of_last_year(asked, commodity, on) };
        let Expected { amount, usual_from, usual_until, .. } = usual.on(on)?;
        let floor = usual.floor(asked.register.unit);
        Some(Self { expected: amount, from: usual_from, until: usual_until, floor })
    }

    fn of_last_year(asked: &AskedRegister, commodity: Commodity, on: NaiveDate) -> Option<Self> {
        let (year, trusted) = (asked.year.as_ref()?, asked.trusted.as_ref()?);
        let expected = share(year.amount, days_between(trusted.on, on), year.days.into())?;
        let from = expected.checked_div(LOW_PART.into())?;
        let until = expected.checked_mul(Decimal::new(HIGH_TENTHS, 1))?;
        Some(Self { expected, from, until, floor: floor(commodity, asked.register.unit) })
    }

    fn tendency(&self, used: Decimal) -> Option<Tendency> {
        let more = self.expected.checked_add(self.floor)?;
        if used > self.until.max(more) {
            return Some(Tendency::High);
        }
        let less = self.expected.checked_sub(self.floor)?;
        (used < self.from.min(less)).then_some(Tendency::Low)
    }
}

/// The part of `amount`, used in `days`, that falls on the days `ahead`.
fn share(amount: Decimal, ahead: i64, days: Decimal) -> Option<Decimal> {
    amount.checked_mul(ahead.into())?.checked_div(days)
}

/// A difference that nobody would mind, in `unit`.
fn floor(commodity: Commodity, unit: Unit) -> Decimal {
    match (commodity, unit) {
        (Commodity::Water, _) => Decimal::from(25),
        (Commodity::Gas, Unit::CubicMetre) => Decimal::from(150),
        (Commodity::Electricity, Unit::MegawattHour) => Decimal::new(6, 1),
        (Commodity::Electricity, _) => Decimal::from(600),
        (_, Unit::Gigajoule) => Decimal::from(5),
        (_, Unit::MegawattHour) => Decimal::new(15, 1),
        (_, Unit::KilowattHour | Unit::CubicMetre) => Decimal::from(1500),
    }
}

fn expects_use(
    asked: &AskedRegister,
    usual: Option<&Usual>,
    previous_on: NaiveDate,
    on: NaiveDate,
) -> bool {
    let Some(usual) = usual else {
        return asked.year.is_none() && days_between(previous_on, on) >= EQUAL_DAYS;
    };
    let little = usual.floor.checked_mul(Decimal::new(EQUAL_TENTHS, 1));
    little.is_some_and(|little| usual.expected > little)
}

/// Whether the register may have gone from `trusted` through zero to `value`.
fn roll_over(
    asked: &AskedRegister,
    usual: Option<&Usual>,
    trusted: Decimal,
    value: Decimal,
) -> RollOver {
    let range = asked.register.range();
    let near_the_end =
        range.checked_mul(Decimal::new(ROLL_OVER_TENTHS, 1)).is_some_and(|from| trusted >= from);
    let used = value.checked_sub(trusted).and_then(|step| step.checked_add(range));
    let is_usual = |used| usual.is_some_and(|usual| usual.tendency(used).is_none());
    if near_the_end && used.is_some_and(is_usual) {
        RollOver::Offered
    } else {
        RollOver::Impossible
    }
}

/// `value` as the register shows it.
fn cut(value: Decimal, register: &Register) -> Decimal {
    value.trunc_with_scale(register.decimals.into())
}
