//! Days and months as administrations print them. Never month first, never two-digit years.

use chrono::NaiveDate;

/// Reads `2026-12-31`, `31-12-2026`, `1-2-2026`, `31/12/2026`, `31.12.2026` and `20261231`, each
/// also followed by midnight; 1950 to 2100.
pub(super) fn read(text: &str) -> Option<NaiveDate> {
    let day = match text.split_once([' ', 'T']) {
        Some((day, time)) if is_midnight(time) => day,
        Some(_) => return None,
        None => text,
    };
    let Some(sign) = day.chars().find(|c| matches!(c, '-' | '/' | '.')) else {
        let (year, month_day) = day.split_at_checked(4).filter(|_| day.len() == 8)?;
        let (month, day) = month_day.split_at_checked(2)?;
        return civil(year, month, day);
    };
    let mut parts = day.split(sign);
    let (first, month, last) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    if sign == '-' && first.len() == 4 {
        return civil(first, month, last).filter(|_| month.len() == 2 && last.len() == 2);
    }
    civil(last, month, first)
}

/// Reads a month, as its first day: `2026-05`, `05-2026`, `202605`.
pub(super) fn read_month(text: &str) -> Option<NaiveDate> {
    let (first, last) = text.split_once('-').or_else(|| text.split_at_checked(4))?;
    let (year, month) = if first.len() == 4 { (first, last) } else { (last, first) };
    civil(year, month, "1").filter(|_| month.len() == 2)
}

/// What to do about a day that could not be read.
pub(super) fn advice(text: &str) -> String {
    let parts: Vec<&str> = text.split(['-', '/', '.']).collect();
    if let [first, second, third] = parts.as_slice() {
        if let Some(day) = civil(third, first, second).filter(|_| third.len() == 4) {
            return format!("the day first: {}", day.format("%d-%m-%Y"));
        }
        if let Some(day) = civil(&format!("20{third}"), second, first) {
            return format!("the year in four digits: {}", day.format("%d-%m-%Y"));
        }
    }
    if text.len() == 5 && text.bytes().all(|b| b.is_ascii_digit()) {
        return "a bare number of a spreadsheet: give its column the format of a date".to_owned();
    }
    "write it as 31-12-2026 or 2026-12-31, a day between 1950 and 2100".to_owned()
}

fn civil(year: &str, month: &str, day: &str) -> Option<NaiveDate> {
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let short = |text: &str| (1..=2).contains(&text.len()) && digits(text);
    if year.len() != 4 || !digits(year) || !short(month) || !short(day) {
        return None;
    }
    let year = year.parse().ok().filter(|year| (1950..=2100).contains(year))?;
    NaiveDate::from_ymd_opt(year, month.parse().ok()?, day.parse().ok()?)
}

fn is_midnight(time: &str) -> bool {
    let (clock, fraction) = time.split_once('.').unwrap_or((time, ""));
    matches!(clock, "0:00" | "00:00" | "0:00:00" | "00:00:00")
        && fraction.bytes().all(|b| b == b'0')
}
