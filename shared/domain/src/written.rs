//! Numbers, amounts and days as people write them in a language, on a page as on paper.

use chrono::{Datelike as _, NaiveDate};
use rust_decimal::Decimal;

use crate::language::Language;
use crate::money::Money;

/// Between a number and what belongs to it: it never ends a line.
pub const NO_BREAK: char = '\u{a0}';

/// What stands before the decimals of a number. A language without texts of its own reads English.
pub fn comma(language: Language) -> char {
    match language {
        Language::Nl => ',',
        Language::En | Language::De | Language::It | Language::Fr => '.',
    }
}

/// A number with its thousands grouped and all its decimals: `1.234,50` in Dutch, `1,234.50` in
/// English.
pub fn number(language: Language, value: Decimal) -> String {
    let text = value.to_string();
    let (sign, text) = text.strip_prefix('-').map_or(("", text.as_str()), |rest| ("−", rest));
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut number = String::from(sign);
    for (position, digit) in whole.chars().enumerate() {
        let left = whole.len() - position;
        if position > 0 && left.is_multiple_of(3) {
            number.push(if comma(language) == ',' { '.' } else { ',' });
        }
        number.push(digit);
    }
    if !fraction.is_empty() {
        number.push(comma(language));
        number.push_str(fraction);
    }
    number
}

/// An amount of money: `€ 1.234,56`, its minus before the figure: `€ −17,42`.
pub fn money(language: Language, amount: Money) -> String {
    format!("€{NO_BREAK}{}", number(language, Decimal::new(amount.cents(), 2)))
}

/// A day with its weekday: `donderdag 24 december 2026`.
pub fn long_day(language: Language, day: NaiveDate) -> String {
    let weekday = match language {
        Language::Nl => {
            ["maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"]
        }
        Language::En | Language::De | Language::It | Language::Fr => {
            ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
        }
    };
    let position = usize::try_from(day.weekday().num_days_from_monday()).unwrap_or_default();
    let weekday = weekday.get(position).copied().unwrap_or_default();
    format!("{weekday} {}", self::day(language, day))
}

/// A day: `24 december 2026`.
pub fn day(language: Language, day: NaiveDate) -> String {
    format!("{} {}", day_of_year(language, day), day.year())
}

/// A day of a year that is known: `24 december`.
pub fn day_of_year(language: Language, day: NaiveDate) -> String {
    format!("{} {}", day.day(), month(language, day))
}

/// A day where there is little room: `24 dec 2026`.
pub fn short_day(language: Language, day: NaiveDate) -> String {
    let name = month(language, day);
    let short = match (language, day.month()) {
        (Language::Nl, 3) => "mrt".to_owned(),
        _ => name.chars().take(3).collect(),
    };
    format!("{}{NO_BREAK}{short}{NO_BREAK}{}", day.day(), day.year())
}

fn month(language: Language, day: NaiveDate) -> &'static str {
    let months = match language {
        Language::Nl => [
            "januari",
            "februari",
            "maart",
            "april",
            "mei",
            "juni",
            "juli",
            "augustus",
            "september",
            "oktober",
            "november",
            "december",
        ],
        Language::En | Language::De | Language::It | Language::Fr => [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ],
    };
    let position = usize::try_from(day.month0()).unwrap_or_default();
    months.get(position).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests;
