//! Numbers, amounts and days as people write them in a language, on a page as on paper.

mod form;

use chrono::{Datelike as _, NaiveDate};
use rust_decimal::Decimal;

use crate::account::Iban;
use crate::language::Language;
use crate::money::Money;

use form::{Form, Side};

/// Between a number and what belongs to it: it never ends a line.
pub const NO_BREAK: char = '\u{a0}';

/// What stands before the decimals of a number.
pub fn comma(language: Language) -> char {
    Form::of(language).comma
}

/// A number with its thousands grouped and all its decimals: `1.234,50` in Dutch, `1,234.50` in
/// English, `1234,50` in Italian, which groups from five digits on.
pub fn number(language: Language, value: Decimal) -> String {
    let form = Form::of(language);
    let text = value.to_string();
    let (sign, text) = text.strip_prefix('-').map_or(("", text.as_str()), |rest| ("−", rest));
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let grouped = whole.len() >= form.least_grouped;
    let mut number = String::from(sign);
    for (position, digit) in whole.chars().enumerate() {
        let left = whole.len() - position;
        if grouped && position > 0 && left.is_multiple_of(3) {
            number.push(form.group);
        }
        number.push(digit);
    }
    if !fraction.is_empty() {
        number.push(form.comma);
        number.push_str(fraction);
    }
    number
}

/// An amount of money: `€ 1.234,56`, its minus before the figure: `€ −17,42`; in German, Italian
/// and French `1.234,56 €`.
pub fn money(language: Language, amount: Money) -> String {
    let number = number(language, Decimal::new(amount.cents(), 2));
    match Form::of(language).euro {
        Side::Before => format!("€{NO_BREAK}{number}"),
        Side::Behind => format!("{number}{NO_BREAK}€"),
    }
}

/// A percentage: `7%`, in German and French with a space before the sign.
pub fn percentage(language: Language, percent: Decimal) -> String {
    format!("{}{}", number(language, percent), Form::of(language).percent)
}

/// An IBAN in groups of four, which never part at the end of a line.
///
/// **Source.** ISO 13616-1, the paper form.
pub fn iban(iban: &Iban) -> String {
    let iban = iban.as_str();
    let mut text = String::with_capacity(iban.len() * 2);
    for (position, character) in iban.chars().enumerate() {
        if position > 0 && position.is_multiple_of(4) {
            text.push(NO_BREAK);
        }
        text.push(character);
    }
    text
}

/// A day with its weekday: `donderdag 24 december 2026`.
pub fn long_day(language: Language, day: NaiveDate) -> String {
    let form = Form::of(language);
    let weekday = named(&form.weekdays, day.weekday().num_days_from_monday());
    format!("{weekday}{}{}", form.after_weekday, self::day(language, day))
}

/// A day: `24 december 2026`.
pub fn day(language: Language, day: NaiveDate) -> String {
    format!("{} {}", day_of_year(language, day), day.year())
}

/// A day of a year that is known: `24 december`.
pub fn day_of_year(language: Language, day: NaiveDate) -> String {
    let form = Form::of(language);
    format!("{} {}", day_of_month(form, day), named(&form.months, day.month0()))
}

/// A day where there is little room: `24 dec 2026`.
pub fn short_day(language: Language, day: NaiveDate) -> String {
    let form = Form::of(language);
    let month = named(&form.short_months, day.month0());
    format!("{}{NO_BREAK}{month}{NO_BREAK}{}", day_of_month(form, day), day.year())
}

fn day_of_month(form: &Form, day: NaiveDate) -> String {
    match day.day() {
        1 => form.first.to_owned(),
        number => format!("{number}{}", form.after_day),
    }
}

/// The name at `position`, from 0.
fn named(names: &[&'static str], position: u32) -> &'static str {
    let position = usize::try_from(position).unwrap_or_default();
    names.get(position).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests;
