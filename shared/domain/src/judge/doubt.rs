//! What is doubtful: what the engine, or without it the last year, does not lead to expect.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::check::{Alert, Suggestion, fits, floor, suggestion, swapped};
use super::{AskedRegister, DoubtReason, Likely, RollOver, Tendency};
use crate::calendar::days_between;
use crate::entry::condense;
use crate::estimate::constants::Constants;
use crate::estimate::expected::Expected;
use crate::meter::{MeterNumber, Register, Turning};
use crate::quantity::Commodity;
use crate::reading::Reading;

/// Without a year to compare with, an unchanged register is asked about after this many days.
const EQUAL_DAYS: i64 = 90;

/// That a register passed zero is offered from this many tenths of its range on: a person may choose
/// it, so the page asks more of it than the check, which believes it.
const ROLL_OVER_TENTHS: i64 = 9;

/// The days that the use of the year before is shown for.
const SHOWN_DAYS: i64 = 365;

/// By what a typed value is measured.
#[derive(Clone, Copy, Debug)]
pub(super) struct By<'a> {
    /// What flows.
    pub(super) commodity: Commodity,
    /// The constants that the campaign opened with.
    pub(super) constants: &'a Constants<Decimal>,
    /// The day of the value.
    pub(super) on: NaiveDate,
}

/// Why a reading of `value` should be asked about, if at all.
///
/// It is compared with what the engine expects since the last trusted reading, or since the last one
/// where none is trusted: what lies outside its usual bounds is unusual, unless the difference is
/// below the floor of the commodity, which nobody would mind. Where the configuration has no norm,
/// the last trusted year is carried forward, and the widest bounds that the engine may use are those
/// of the usual. What was meant instead is not looked for here: see [`with_red`] and [`likely`].
///
/// **Shape.** Asks wherever [`super::check::check`] confirms or rejects a value that the register can
/// show, and about some more: a law of the tests.
/// **Units.** `value` is in the register's unit and within its range. A previous reading is shown as
/// the wheels show it; a use is measured from its whole part, as the engine counts it.
/// **Source.** The design of estimation, section 7, rows 5 to 9, with its floors.
pub(super) fn doubt(asked: &AskedRegister, value: Decimal, by: By<'_>) -> Option<DoubtReason> {
    let usual = Usual::of(asked, by);
    let forward = asked.register.turning == Turning::Forward;
    let shown = |value| cut(value, &asked.register);
    let previous = asked.previous.as_ref().map(|previous| (shown(previous.value), previous));
    let trusted = asked.trusted.as_ref().map(|trusted| shown(trusted.value));
    if let Some(trusted) = trusted.filter(|trusted| forward && value < *trusted) {
        let roll_over = roll_over(asked, usual.as_ref(), trusted, value);
        return Some(DoubtReason::Below { roll_over });
    }
    if let Some((shown, previous)) = previous {
        if value == shown && expects_use(asked, usual.as_ref(), previous.on, by.on) {
            return Some(DoubtReason::Equal);
        }
        if forward && value < shown {
            return Some(DoubtReason::BelowEstimate);
        }
    }
    let base = base(asked, by.on)?;
    let (since, used) = (base.on, value.checked_sub(shown(base.value))?);
    let measured = value.checked_sub(base.value.trunc())?;
    let days = days_between(since, by.on).into();
    let most = asked.max_per_day.and_then(|most| most.checked_mul(days));
    if base.is_trusted() && most.is_some_and(|most| measured > most) {
        return Some(DoubtReason::Impossible { used, since });
    }
    let usual = usual?;
    let nothing = || (measured.is_zero() && usual.expects_use()).then_some(Tendency::Low);
    let tendency = usual.tendency(measured).or_else(nothing)?;
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
    value: Decimal,
    by: By<'_>,
) -> Option<Likely> {
    let expected = asked.usual.as_ref()?.on(by.on)?;
    let shows = |other: &AskedRegister| {
        let expected = other.usual.as_ref().and_then(|usual| usual.on(by.on));
        expected.is_some_and(|expected| fits(value, &expected))
    };
    let shown: Vec<&MeterNumber> =
        others.filter(|(_, other)| shows(other)).map(|(meter, _)| meter).collect();
    match suggestion(value, &expected, shown.len())? {
        Suggestion::Value(value) => {
            doubt(asked, value, by).is_none().then_some(Likely::Value(value))
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
    (value, by): (Decimal, By<'_>),
) -> DoubtReason {
    let DoubtReason::Unusual { tendency: Tendency::High, used, since, year_before, usual, .. } =
        reason
    else {
        return reason;
    };
    let without = |by: u16| Some(cut(value.checked_div(by.into())?, &asked.register));
    let shorter: BTreeSet<Decimal> = [10, 100, 1000].into_iter().filter_map(without).collect();
    let is_usual = |value: &Decimal| doubt(asked, *value, by).is_none();
    let shows =
        |other: &AskedRegister| Usual::of(other, by).is_some() && doubt(other, value, by).is_none();
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
    by: By<'_>,
) -> Option<Alert> {
    match reason {
        DoubtReason::Impossible { .. } | DoubtReason::Unusual { tendency: Tendency::High, .. } => {
            let usual = asked.usual.as_ref()?;
            let used = value.checked_sub(base(asked, by.on)?.value.trunc())?;
            usual.alert(used, &usual.on(by.on)?)
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

/// The reading from which a use up to `on` is counted: the last trusted one; where none is, the last.
fn base(asked: &AskedRegister, on: NaiveDate) -> Option<&Reading> {
    let estimated = || asked.previous.as_ref().filter(|previous| previous.on <= on);
    asked.trusted.as_ref().or_else(estimated)
}

/// What is usual from the last trusted reading to the day of the new one.
struct Usual {
    expected: Decimal,
    /// Less is unusual, the floor apart.
    from: Decimal,
    /// More is unusual, the floor apart.
    until: Decimal,
    floor: Decimal,
    /// Where more than this is expected, nothing used is unusual.
    little: Decimal,
}

impl Usual {
    /// By the engine; without one by the last year.
    fn of(asked: &AskedRegister, by: By<'_>) -> Option<Self> {
        let (expected, from, until) = match &asked.usual {
            Some(usual) => {
                let Expected { amount, usual_from, usual_until, .. } = usual.on(by.on)?;
                (amount, usual_from, usual_until)
            }
            None => Self::of_last_year(asked, by)?,
        };
        let floor = floor(by.commodity, asked.register.unit, by.constants);
        let little = floor.checked_mul(by.constants.check_zero_part)?;
        Some(Self { expected, from, until, floor, little })
    }

    /// What is expected, and the widest bounds that the engine may use.
    fn of_last_year(asked: &AskedRegister, by: By<'_>) -> Option<(Decimal, Decimal, Decimal)> {
        let (year, trusted) = (asked.year.as_ref()?, asked.trusted.as_ref()?);
        let expected = share(year.amount, days_between(trusted.on, by.on), year.days.into())?;
        let from = expected.checked_div(by.constants.check_low_ratio)?;
        let until = expected.checked_mul(by.constants.check_high_ratio)?;
        Some((expected, from, until))
    }

    /// Whether nothing used is unusual.
    fn expects_use(&self) -> bool {
        self.expected > self.little
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

fn expects_use(
    asked: &AskedRegister,
    usual: Option<&Usual>,
    previous_on: NaiveDate,
    on: NaiveDate,
) -> bool {
    usual.map_or_else(
        || asked.year.is_none() && days_between(previous_on, on) >= EQUAL_DAYS,
        Usual::expects_use,
    )
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

#[cfg(test)]
mod tests;
