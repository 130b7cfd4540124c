//! The days on which banks settle.

use chrono::{Datelike as _, NaiveDate, Weekday};

use super::days_after;

/// `day`, or the next one on which banks settle.
///
/// **Source.** TARGET is shut on Saturday, Sunday, 1 January, Good Friday, Easter Monday, 1 May,
/// 25 and 26 December (ECB).
///
/// ```
/// use domain::calendar::next_target_day;
///
/// let good_friday = "2027-03-26".parse().unwrap();
/// assert_eq!(next_target_day(good_friday), "2027-03-30".parse().unwrap());
/// ```
pub fn next_target_day(day: NaiveDate) -> NaiveDate {
    let mut day = day;
    while is_shut(day) && day < NaiveDate::MAX {
        day = days_after(day, 1);
    }
    day
}

fn is_shut(day: NaiveDate) -> bool {
    let weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
    let fixed = matches!((day.month(), day.day()), (1 | 5, 1) | (12, 25 | 26));
    let easter = easter(day.year()).is_some_and(|easter| {
        let after = (day - easter).num_days();
        after == -2 || after == 1
    });
    weekend || fixed || easter
}

/// Easter Sunday.
///
/// **Source.** The Gregorian computus of Meeus, Jones and Butcher.
fn easter(year: i32) -> Option<NaiveDate> {
    let golden = year.rem_euclid(19);
    let (century, of_century) = (year.div_euclid(100), year.rem_euclid(100));
    let correction = (century + 8).div_euclid(25);
    let moon = (century - correction + 1).div_euclid(3);
    let epact = (19 * golden + century - century.div_euclid(4) - moon + 15).rem_euclid(30);
    let weekday = (32 + 2 * century.rem_euclid(4) + 2 * of_century.div_euclid(4)
        - epact
        - of_century.rem_euclid(4))
    .rem_euclid(7);
    let late = (golden + 11 * epact + 22 * weekday).div_euclid(451);
    let day = epact + weekday - 7 * late + 114;
    let month = u32::try_from(day.div_euclid(31)).ok()?;
    let day = u32::try_from(day.rem_euclid(31)).ok()?.checked_add(1)?;
    NaiveDate::from_ymd_opt(year, month, day)
}
