//! *Termijnen*: the twelve of the year that follows.

use chrono::{Datelike as _, Months, NaiveDate};

use super::case::{
    Case, Ending, PaymentMethod, SettledConnection, TermForm, TermPlan, TermPolicy, TermRounding,
};
use super::charge::{Charge, Days, charges, quantity};
use super::consumption::{Interval, Metered};
use super::refusal::{Cause, Found};
use super::result::{Bound, ExpectedUse, TermItem, Terms};
use super::spread::{first_of_month, weight};
use super::vat;
use crate::calendar::{days_after, next_target_day};
use crate::money::{Money, divided};
use crate::tariff::{Tariff, VatRate};

/// Terms of a year.
const TERMS: u32 = 12;

/// The year of the new terms, and the days that they are due on before banks are asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TermYear {
    /// The first of the first month.
    pub(super) first: NaiveDate,
    /// The last day of the twelfth.
    pub(super) last: NaiveDate,
    /// The twelve due days.
    pub(super) due: Vec<NaiveDate>,
}

impl TermYear {
    /// The year that begins with the first due day on or after the notice.
    pub(super) fn of(invoiced_on: NaiveDate, plan: &TermPlan) -> Self {
        let noticed = days_after(invoiced_on, plan.notice_days);
        let this_month = first_of_month(noticed);
        let months = u32::from(noticed.day() > plan.day.into());
        let first = months_after(this_month, months);
        let due = |month| {
            let first = months_after(first, month);
            first.with_day(plan.day.into()).unwrap_or(first)
        };
        let next = months_after(first, TERMS);
        Self { first, last: next.pred_opt().unwrap_or(next), due: (0..TERMS).map(due).collect() }
    }
}

fn months_after(day: NaiveDate, months: u32) -> NaiveDate {
    day.checked_add_months(Months::new(months)).unwrap_or(NaiveDate::MAX)
}

/// The twelve new terms of a case.
///
/// **Shape.** The case has no findings; `metered` is what its connections used, in their order.
/// **Errors.** None: an amount that cannot be is noted in `found`.
pub(super) fn terms(
    case: &Case,
    plan: &TermPlan,
    metered: &[Vec<Metered>],
    found: &Found,
) -> Option<Terms> {
    let year = TermYear::of(case.invoice.date, plan);
    let mut expected = Vec::new();
    let mut items = Vec::new();
    for (connection, metered) in case.connections.iter().zip(metered) {
        if connection.ending == Ending::Final {
            continue;
        }
        let next: Vec<Metered> = metered
            .iter()
            .map(|used| expected_use(used, connection, &case.tariff, &year))
            .collect::<Option<_>>()?;
        for used in &next {
            expected.push(ExpectedUse {
                connection: connection.id.clone(),
                commodity: used.commodity,
                quantity: quantity(used.units(), used.decimals)?,
            });
        }
        let days = Days { first: year.first, last: year.last };
        let cost = charges(connection, &case.tariff, days, &next, found);
        items.extend(divide(connection, case.past_terms.form, &cost, plan)?);
    }
    let vat = monthly_vat(&case.tariff, &items, &year)?;
    let incl = vat.iter().enumerate().map(|(month, vat)| sum_of_month(&items, month) + *vat);
    let incl: Vec<Money> = incl.collect();
    if incl.iter().any(|amount| amount.limited().is_none()) {
        found.note(Cause::AmountOverflow, "terms");
    }
    let due = year.due.iter().map(|day| match case.buyer.payment_method {
        PaymentMethod::Transfer => *day,
        PaymentMethod::Debit => next_target_day(*day),
    });
    Some(Terms { first: year.first, due: due.collect(), expected, items, vat, incl })
}

/// What is expected of the term year: as it was given, or this period's use moved by weight, half
/// a unit away from zero.
fn expected_use(
    used: &Metered,
    connection: &SettledConnection,
    tariff: &Tariff,
    year: &TermYear,
) -> Option<Metered> {
    let weights = tariff.weights_of(used.commodity);
    let given = connection.expected.get(&used.commodity);
    let units = if let Some(quantity) = given {
        let missing = u32::from(used.decimals).checked_sub(quantity.scale())?;
        quantity.mantissa().checked_mul(10_i128.checked_pow(missing)?)?
    } else {
        let ahead = weight(weights, year.first, year.last);
        let behind = weight(weights, connection.first, connection.last);
        divided(used.units().checked_mul(ahead)?, behind)?
    };
    let interval = Interval { first: year.first, last: year.last, units };
    Some(Metered { intervals: vec![interval], estimated: false, ..*used })
}

/// The items of a connection: one with VAT for requests, one a VAT code without for invoices.
fn divide(
    connection: &SettledConnection,
    form: TermForm,
    cost: &[Charge<'_>],
    plan: &TermPlan,
) -> Option<Vec<TermItem>> {
    let item = |vat, expected: Money| {
        let (amounts, bounded) = twelve(expected.limited()?, plan)?;
        let connection = connection.id.clone();
        Some(TermItem { connection, vat, expected, amounts, bounded })
    };
    match form {
        TermForm::Request => {
            let net: Money = cost.iter().map(|charge| charge.line.net).sum();
            let vat = vat::totals(cost.iter().map(|charge| &charge.line))?;
            Some(vec![item(None, net + vat::sum(&vat))?])
        }
        TermForm::Invoice => {
            let mut codes: Vec<(&str, Money)> = Vec::new();
            for Charge { component, line } in cost {
                match codes.iter_mut().find(|(code, _)| *code == component.vat) {
                    Some((_, net)) => *net = *net + line.net,
                    None => codes.push((&component.vat, line.net)),
                }
            }
            codes.into_iter().map(|(code, net)| item(Some(code.to_owned()), net)).collect()
        }
    }
}

/// The twelve terms of an expected cost, and the bound that they were moved to.
fn twelve(expected: Money, plan: &TermPlan) -> Option<(Vec<Money>, Option<Bound>)> {
    let all = |amount| vec![amount; 12];
    if expected <= Money::ZERO {
        return Some((all(Money::ZERO), None));
    }
    let (cents, terms) = (i128::from(expected.cents()), i128::from(TERMS));
    let amounts = match plan.policy {
        TermPolicy::Exact => {
            let (low, higher) = (cents.div_euclid(terms), cents.rem_euclid(terms));
            (0..terms)
                .map(|n| i64::try_from(low + i128::from(n < higher)).ok().map(Money::from_cents))
                .collect::<Option<Vec<_>>>()?
        }
        TermPolicy::Even => {
            let step = i128::from(plan.step.cents());
            let steps = match plan.rounding {
                TermRounding::Up => -(-cents).div_euclid(terms * step),
                TermRounding::Nearest => divided(cents, terms * step)?,
            };
            all(Money::from_cents(i64::try_from(steps * step).ok()?))
        }
    };
    if let Some(min) = plan.min.filter(|min| amounts.iter().any(|amount| amount < min)) {
        return Some((all(min), Some(Bound::Min)));
    }
    if let Some(max) = plan.max.filter(|max| amounts.iter().any(|amount| amount > max)) {
        return Some((all(max), Some(Bound::Max)));
    }
    Some((amounts, None))
}

/// The amounts of all items in a month, from 0.
fn sum_of_month(items: &[TermItem], month: usize) -> Money {
    items.iter().filter_map(|item| item.amounts.get(month)).copied().sum()
}

/// The VAT of each month: on the sum of each category and percentage, of the unshifted due day.
fn monthly_vat(tariff: &Tariff, items: &[TermItem], year: &TermYear) -> Option<Vec<Money>> {
    let months = year.due.iter().enumerate();
    months
        .map(|(month, due)| {
            let asked = of_month(tariff, items, (month, *due))?.into_iter();
            let groups = asked.map(|it| (it.vat.category, it.vat.percent, it.amount));
            Some(vat::sum(&vat::of(groups)?))
        })
        .collect()
}

/// What is asked in one month of one item.
pub(super) struct Asking<'a> {
    pub(super) connection: &'a str,
    pub(super) amount: Money,
    pub(super) vat: &'a VatRate,
}

/// What is invoiced in a month, from 0, whose term is due on `due`: nothing of requests, and no
/// amounts of nothing.
///
/// **Errors.** `None` where a percentage of that day is missing.
pub(super) fn of_month<'a>(
    tariff: &'a Tariff,
    items: &'a [TermItem],
    (month, due): (usize, NaiveDate),
) -> Option<Vec<Asking<'a>>> {
    let invoiced = items.iter().filter_map(|item| {
        let amount = *item.amounts.get(month)?;
        let code = item.vat.as_ref()?;
        (amount != Money::ZERO).then_some((item, code, amount))
    });
    invoiced
        .map(|(item, code, amount)| {
            Some(Asking { connection: &item.connection, amount, vat: tariff.vat_on(code, due)? })
        })
        .collect()
}

#[cfg(test)]
mod tests;
