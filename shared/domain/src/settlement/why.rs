//! Why a year differs from the one before, to the cent.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::case::{Previous, SettledConnection};
use super::result::{Part, Totals, Why};
use crate::money::{Money, divided};
use crate::tariff::Group;

/// What explains the difference between two years of the same occupancy.
///
/// **Shape.** `parts` are this year's, of `connections`.
/// **Errors.** `None` where a quantity of the year before is beyond reckoning, or a sum above the
/// limit.
pub(super) fn why(
    previous: &Previous,
    connections: &[SettledConnection],
    parts: &[Part],
    totals: &Totals,
) -> Option<Why> {
    let mut why = Why {
        connections: Money::ZERO,
        used: Money::ZERO,
        rate: Money::ZERO,
        standing: Money::ZERO,
        tax: Money::ZERO,
        vat: totals.cost_vat - previous.cost_vat,
        cost: Money::ZERO,
        terms: previous.terms_incl - totals.terms_incl,
        payable: Money::ZERO,
    };
    for (key, years) in by_key(&previous.parts, parts) {
        let (connection, _) = key;
        let before = previous.parts.iter().any(|part| part.connection == connection);
        let now = connections.iter().any(|it| it.id == connection);
        let difference = years.now_net() - years.before_net();
        match (years.before, years.now) {
            _ if before != now => why.connections = why.connections + difference,
            (Some(before), Some(now)) => match now.group {
                Group::Use => {
                    let used = used(before, now)?;
                    why.used = why.used + used;
                    why.rate = why.rate + difference - used;
                }
                Group::Standing => why.standing = why.standing + difference,
                Group::Tax => why.tax = why.tax + difference,
            },
            _ => why.rate = why.rate + difference,
        }
    }
    let parts = [why.connections, why.used, why.rate, why.standing, why.tax, why.vat];
    why.cost = parts.into_iter().sum();
    why.payable = why.cost + why.terms;
    let sums = parts.into_iter().chain([why.cost, why.terms, why.payable]);
    sums.map(Money::limited).all(|sum| sum.is_some()).then_some(why)
}

/// One component of one connection in two years.
#[derive(Clone, Copy, Debug, Default)]
struct Years<'a> {
    before: Option<&'a Part>,
    now: Option<&'a Part>,
}

impl Years<'_> {
    fn before_net(&self) -> Money {
        self.before.map_or(Money::ZERO, |part| part.net)
    }

    fn now_net(&self) -> Money {
        self.now.map_or(Money::ZERO, |part| part.net)
    }
}

fn by_key<'a>(before: &'a [Part], now: &'a [Part]) -> BTreeMap<(&'a str, &'a str), Years<'a>> {
    let mut keys: BTreeMap<(&str, &str), Years<'_>> = BTreeMap::new();
    for part in before {
        keys.entry((&part.connection, &part.component)).or_default().before = Some(part);
    }
    for part in now {
        keys.entry((&part.connection, &part.component)).or_default().now = Some(part);
    }
    keys
}

/// What the change of use alone is worth, at the mean price of the year before; all of the
/// difference when nothing was used then.
fn used(before: &Part, now: &Part) -> Option<Money> {
    if before.quantity == Decimal::ZERO {
        return Some(now.net - before.net);
    }
    let scale = before.quantity.scale().max(now.quantity.scale());
    let (earlier, later) = (units(before.quantity, scale)?, units(now.quantity, scale)?);
    let exact = later.checked_sub(earlier)?.checked_mul(before.net.cents().into())?;
    let cents = divided(exact.checked_mul(earlier.signum())?, earlier.checked_abs()?)?;
    Money::from_cents(i64::try_from(cents).ok()?).limited()
}

fn units(quantity: Decimal, scale: u32) -> Option<i128> {
    let missing = scale.checked_sub(quantity.scale())?;
    quantity.mantissa().checked_mul(10_i128.checked_pow(missing)?)
}

#[cfg(test)]
mod tests;
