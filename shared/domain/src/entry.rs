//! What a person typed for a register, read.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::meter::Register;
use crate::quantity::Unit;

/// The most characters that an entry may have without its spaces and its unit.
const LONGEST: usize = 32;

/// What a person typed for a register, read: a value that the register can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// What the register showed, in its unit.
    pub value: Decimal,
    /// Whether it is all that was typed.
    pub kept: Kept,
}

/// How much of what was typed is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kept {
    /// All of it.
    Whole,
    /// Decimals that the register has not were cut off; the receipt says so.
    WithoutDecimals,
}

/// Why what was typed is no value of the register; the page says so beside the field.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Unreadable {
    /// Nothing was typed: ask for the reading.
    #[error("nothing was typed")]
    Empty,
    /// Something else than digits, or separators that say nothing: ask for digits only.
    #[error("not a number in digits")]
    NotDigits,
    /// `1.234` on a register without decimals is 1 or 1234: ask for it without the separator.
    #[error("a separator that may be of thousands or of decimals")]
    Ambiguous,
    /// More digits than the register has: name both numbers, and offer `without_red`.
    #[error("{entered} digits for a register of {digits}")]
    TooManyDigits {
        /// How many were typed before the comma, leading zeros too.
        entered: usize,
        /// How many the register has before the comma.
        digits: u8,
        /// What it showed if the digits behind the comma were typed too, all of them.
        without_red: Option<Decimal>,
    },
}

/// Reads what a person typed for `register`, which has `red` wheels that are not to be read.
///
/// Spaces and one unit are dropped, full-width digits count as digits, and a comma and a point
/// mean the same, because the keyboard and not the person chooses between them.
///
/// **Shape.** Any text. `red` is what the drawing shows, and only tells what may be offered.
/// **Units.** The register's unit. Decimals that it has not are cut off, never rounded.
/// **Errors.** See [`Unreadable`]: each variant says what the page does next.
/// **Source.** The paragraph "Parsing" of the design of the reading page; WHATWG HTML issue 7497
/// for keypads whose only separator depends on the region.
///
/// ```
/// use domain::{entry::{parse_reading, Kept, Unreadable}, meter::Register, quantity::Unit};
///
/// let register = Register::wheels("1", Unit::CubicMetre, 5).unwrap();
/// let entry = parse_reading(" 01234,567 m3 ", &register, 3).unwrap();
/// assert_eq!((entry.value, entry.kept), (1234.into(), Kept::WithoutDecimals));
/// assert_eq!(parse_reading("1.234", &register, 3), Err(Unreadable::Ambiguous));
/// ```
pub fn parse_reading(text: &str, register: &Register, red: u8) -> Result<Entry, Unreadable> {
    let typed = condense(text);
    let typed = without_unit(&typed, register.unit);
    if typed.is_empty() {
        return Err(Unreadable::Empty);
    }
    let (whole, decimals) = split(typed, register)?;
    let significant = whole.trim_start_matches('0');
    if significant.len() > usize::from(register.digits) {
        let without_red = decimals.is_none().then(|| without_red(&whole, register, red)).flatten();
        let entered = whole.len();
        return Err(Unreadable::TooManyDigits { entered, digits: register.digits, without_red });
    }
    if typed.chars().count() > LONGEST {
        return Err(Unreadable::NotDigits);
    }
    let decimals = decimals.unwrap_or_default();
    let read = decimals.get(..usize::from(register.decimals)).unwrap_or(decimals);
    let value = exact(significant, read).ok_or(Unreadable::NotDigits)?;
    let kept = if read.len() < decimals.len() { Kept::WithoutDecimals } else { Kept::Whole };
    Ok(Entry { value, kept })
}

/// `text` without what nobody sees, its full-width digits as plain ones.
pub(crate) fn condense(text: &str) -> String {
    text.trim().chars().filter(|c| !is_unseen(*c)).map(plain_digit).collect()
}

fn is_unseen(c: char) -> bool {
    matches!(
        c,
        ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\u{200b}'..='\u{200f}'
            | '\u{2066}'..='\u{2069}' | '\u{feff}'
    )
}

fn plain_digit(c: char) -> char {
    let place = u32::from(c).checked_sub(u32::from('\u{ff10}'));
    place.and_then(|place| char::from_digit(place, 10)).unwrap_or(c)
}

/// `typed` without one unit at its end. `kWh` and `MWh` stay apart: where the register counts in
/// one of them the other is not dropped, for the value would be off by a thousand.
fn without_unit(typed: &str, unit: Unit) -> &str {
    let other = match unit {
        Unit::MegawattHour => Unit::KilowattHour,
        Unit::CubicMetre | Unit::KilowattHour | Unit::Gigajoule => Unit::MegawattHour,
    };
    Unit::ALL
        .into_iter()
        .filter(|written| *written != other)
        .flat_map(|written| [written.as_str(), written.symbol()])
        .find_map(|written| {
            let (number, end) = typed.split_at_checked(typed.len().checked_sub(written.len())?)?;
            end.eq_ignore_ascii_case(written).then_some(number)
        })
        .unwrap_or(typed)
}

/// The digits before and, if there is a decimal separator, those behind it.
fn split<'a>(typed: &'a str, register: &Register) -> Result<(String, Option<&'a str>), Unreadable> {
    let is_separator = |c: char| c == ',' || c == '.';
    if !typed.chars().all(|c| c.is_ascii_digit() || is_separator(c)) {
        return Err(Unreadable::NotDigits);
    }
    let Some((before, decimals)) = typed.rsplit_once(is_separator) else {
        return Ok((typed.to_owned(), None));
    };
    if before.is_empty() {
        return Err(Unreadable::NotDigits);
    }
    if !before.contains(is_separator) {
        let thousands = (1..=3).contains(&before.len()) && !before.starts_with('0');
        if register.decimals == 0 && thousands && decimals.len() == 3 {
            return Err(Unreadable::Ambiguous);
        }
        return Ok((before.to_owned(), Some(decimals)));
    }
    let decimal_separator = typed.chars().rev().find(|c| is_separator(*c));
    let group_separator = if decimal_separator == Some(',') { '.' } else { ',' };
    let whole = without_groups(before, group_separator).ok_or(Unreadable::NotDigits)?;
    Ok((whole, Some(decimals)))
}

/// The digits of `1.234.567`; `None` unless every group but the first has three of them.
fn without_groups(grouped: &str, separator: char) -> Option<String> {
    let mut groups = grouped.split(separator);
    let first = groups.next()?.trim_start_matches('0');
    let starts = (1..=3).contains(&first.len());
    let digits = |group: &str| group.bytes().all(|b| b.is_ascii_digit());
    let follow = groups.clone().all(|group| group.len() == 3 && digits(group));
    (starts && digits(first) && follow)
        .then(|| first.chars().chain(groups.flat_map(str::chars)).collect())
}

/// What `typed`, digits without a separator, says when it holds all the wheels behind the comma.
fn without_red(typed: &str, register: &Register, red: u8) -> Option<Decimal> {
    let behind = if register.decimals > 0 { register.decimals } else { red };
    let (whole, decimals) = typed.split_at_checked(register.digits.into())?;
    if behind == 0 || decimals.len() != usize::from(behind) {
        return None;
    }
    exact(whole, if register.decimals > 0 { decimals } else { "" })
}

fn exact(whole: &str, decimals: &str) -> Option<Decimal> {
    Decimal::from_str_exact(&format!("0{whole}.{decimals}0")).ok().map(|value| value.normalize())
}

#[cfg(test)]
mod tests;
