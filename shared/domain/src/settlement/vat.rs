//! VAT: once on the sum of a document, and shared out for people to read.

use rust_decimal::Decimal;

use super::result::{Line, VatTotal};
use super::spread::shares;
use crate::money::Money;
use crate::tariff::VatCategory;

/// Hundredths of a percent in a whole.
const WHOLE: i128 = 10_000;

/// VAT of each category and percentage of `lines`: the highest percentage first, then category.
pub(super) fn totals<'a, L: Iterator<Item = &'a Line>>(lines: L) -> Option<Vec<VatTotal>> {
    of(lines.map(|line| (line.category, line.percent, line.net)))
}

/// VAT of each category and percentage of some amounts: the highest percentage first.
///
/// **Units.** Rounded once, half a cent away from zero, on the sum of a group.
pub(super) fn of(
    amounts: impl Iterator<Item = (VatCategory, Decimal, Money)>,
) -> Option<Vec<VatTotal>> {
    let mut totals: Vec<VatTotal> = Vec::new();
    for (category, percent, net) in amounts {
        match totals.iter_mut().find(|it| it.category == category && it.percent == percent) {
            Some(total) => total.base = total.base + net,
            None => totals.push(VatTotal { category, percent, base: net, vat: Money::ZERO }),
        }
    }
    for total in &mut totals {
        let exact = i128::from(total.base.cents()) * hundredths(total.percent);
        total.vat = Money::from_ratio(exact, WHOLE)?;
    }
    totals.sort_by(|a, b| b.percent.cmp(&a.percent).then(a.category.cmp(&b.category)));
    Some(totals)
}

/// The VAT of some groups together.
pub(super) fn sum(totals: &[VatTotal]) -> Money {
    totals.iter().map(|total| total.vat).sum()
}

/// What share of each connection is in the VAT of the document, for people to read: its exact
/// share rounded down, and the cents that are left to the largest fractions, the earlier first.
pub(super) fn shared(totals: &[VatTotal], connections: &[Vec<Line>]) -> Vec<Money> {
    let mut shared = vec![Money::ZERO; connections.len()];
    for total in totals {
        let of = |line: &&Line| line.category == total.category && line.percent == total.percent;
        let exact: Vec<i128> = connections
            .iter()
            .map(|lines| {
                let base: Money = lines.iter().filter(of).map(|line| line.net).sum();
                i128::from(base.cents()) * hundredths(total.percent)
            })
            .collect();
        let parts = shares(&exact, WHOLE, total.vat.cents().into());
        for (share, part) in shared.iter_mut().zip(parts) {
            *share = *share + Money::from_cents(i64::try_from(part).unwrap_or_default());
        }
    }
    shared
}

/// A percentage in hundredths of a percent, exactly: it has two decimals at most.
fn hundredths(percent: Decimal) -> i128 {
    let missing = 2_u32.saturating_sub(percent.scale());
    percent.mantissa().saturating_mul(10_i128.saturating_pow(missing))
}

#[cfg(test)]
mod tests;
