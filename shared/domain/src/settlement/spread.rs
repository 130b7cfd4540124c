//! How use spreads over days: weights, and the split in whole units.

use chrono::{Datelike as _, NaiveDate};

use crate::calendar::days_between;
use crate::tariff::Weights;

/// Days of the months in the mean over four years, January first: 31, 28.25 and 30 days, as what
/// a day of them is worth of 105,090 parts of the month.
const DAY_OF_MONTH: [i128; 12] =
    [3390, 3720, 3390, 3503, 3390, 3503, 3390, 3390, 3503, 3390, 3503, 3390];

/// What the days `first` to `last`, both inside, weigh together; 0 when there are none.
pub(super) fn weight(weights: &Weights, first: NaiveDate, last: NaiveDate) -> i128 {
    let days = |first, last| i128::from(days_between(first, last)).saturating_add(1).max(0);
    match weights {
        Weights::Days => days(first, last),
        Weights::Months(parts) => {
            let mut weight = 0_i128;
            let mut from = first;
            while from <= last {
                let month = usize::try_from(from.month0()).unwrap_or_default();
                let until = last_of_month(from).min(last);
                let part = parts.get(month).copied().unwrap_or_default();
                let daily = DAY_OF_MONTH.get(month).copied().unwrap_or_default();
                weight += i128::from(part) * daily * days(from, until);
                let Some(next) = until.succ_opt() else { break };
                from = next;
            }
            weight
        }
    }
}

/// The first day of the month of `day`.
pub(super) fn first_of_month(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

/// The last day of the month of `day`.
pub(super) fn last_of_month(day: NaiveDate) -> NaiveDate {
    let next = first_of_month(day).checked_add_months(chrono::Months::new(1));
    next.and_then(|next| next.pred_opt()).unwrap_or(day)
}

/// Splits `units` by weight in whole units: each part gets its share rounded down, and what is
/// left goes to the largest remainders, the earlier part first.
///
/// **Shape.** `units` is not negative; of `weights` one at least is above 0 and none is below.
pub(super) fn allot(units: i128, weights: &[i128]) -> Vec<i128> {
    let whole: i128 = weights.iter().sum();
    if whole == 0 {
        return vec![0; weights.len()];
    }
    let exact: Vec<i128> = weights.iter().map(|weight| units * weight).collect();
    shares(&exact, whole, units)
}

/// Rounds each of `exact` / `whole` down, and gives what `sum` has more to the largest fractions,
/// one each, the earlier first.
///
/// **Shape.** `whole` is above 0, and `sum` is less than one off for each of `exact`.
pub(super) fn shares(exact: &[i128], whole: i128, sum: i128) -> Vec<i128> {
    let mut parts: Vec<i128> = exact.iter().map(|share| share.div_euclid(whole)).collect();
    let left = usize::try_from(sum - parts.iter().sum::<i128>()).unwrap_or_default();
    let rests = exact.iter().map(|share| share.rem_euclid(whole));
    let mut order: Vec<(i128, &mut i128)> = rests.zip(&mut parts).collect();
    order.sort_by_key(|(rest, _)| std::cmp::Reverse(*rest));
    for (_, part) in order.into_iter().take(left) {
        *part += 1;
    }
    parts
}

#[cfg(test)]
mod tests;
