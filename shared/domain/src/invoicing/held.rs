//! *Aangehouden*: the settlements that a person must see before they get a number.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::config::Limits;
use crate::money::Money;
use crate::reading::Quality;
use crate::settlement::case::{Case, SettledConnection};
use crate::settlement::refusal::{Cause, Refusals};
use crate::settlement::result::{Settlement, Specification};
use crate::settlement::term_year;

/// Why a settlement is held until an operator releases it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "kebab-case")]
pub enum Held {
    /// There is much to pay or to get back.
    Payable {
        /// How much.
        #[serde(rename = "cents")]
        amount: Money,
    },
    /// The cost is far from last year's.
    CostChanged {
        /// Last year's, VAT included.
        #[serde(rename = "from_cents")]
        from: Money,
        /// This year's.
        #[serde(rename = "to_cents")]
        to: Money,
    },
    /// Neither this year's reading came nor last year's.
    EstimatedTwice {
        /// Where.
        connection: String,
    },
    /// Nothing was used, after years of use.
    ZeroUse {
        /// Where.
        connection: String,
        /// Years in a row with use.
        years: u8,
    },
    /// A reading lies below the one before.
    NegativeUse {
        /// The place in the case.
        at: String,
    },
    /// A reading was kept against a doubt that no answer of a person could end: it is not used before
    /// somebody looked at it.
    ReadingKept {
        /// Where.
        connection: String,
        /// Which meter.
        meter: String,
    },
    /// New terms would rest on the rate of an earlier year.
    TariffNotSet {
        /// The component that has no entry of the year.
        component: String,
        /// The year.
        year: i32,
    },
}

/// Why the settlement of `case` is held; nothing: it may get its number.
///
/// **Shape.** `settled` is what [`crate::settlement::settle`] said of `case`. `years_of_use` holds,
/// by the id of a connection, how many settled years in a row before this one had use.
/// **Units.** A limit itself is not beyond it.
/// **Errors.** The refusals of `settled` but negative use: whoever made the case mends it.
/// **Source.** `docs/decisions/0019-prices-and-cases.md`.
pub fn held(
    case: &Case,
    settled: &Result<Settlement, Refusals>,
    years_of_use: &BTreeMap<String, u8>,
    limits: &Limits,
) -> Result<Vec<Held>, Refusals> {
    let mut reasons = not_set(case);
    match settled {
        Ok(settlement) => {
            reasons.extend(payable(settlement, limits));
            reasons.extend(changed(settlement, limits));
            reasons.extend(case.connections.iter().filter_map(estimated_twice));
            let unused = settlement.connections.iter().filter(|it| is_unused(it));
            reasons.extend(unused.filter_map(|specification| {
                let years = *years_of_use.get(&specification.id)?;
                let connection = specification.id.clone();
                (years >= limits.zero_after_years).then_some(Held::ZeroUse { connection, years })
            }));
        }
        Err(refusals) => {
            let (negative, other): (Vec<_>, Vec<_>) =
                refusals.errors.iter().partition(|it| it.code == Cause::ConsumptionNegative);
            if !other.is_empty() || negative.is_empty() {
                return Err(refusals.clone());
            }
            let at = negative.into_iter().map(|finding| finding.at.clone());
            reasons.extend(at.map(|at| Held::NegativeUse { at }));
        }
    }
    reasons.sort_unstable();
    Ok(reasons)
}

fn payable(settlement: &Settlement, limits: &Limits) -> Option<Held> {
    let amount = settlement.totals.payable;
    let beyond = amount.cents().unsigned_abs() > limits.payable.cents().unsigned_abs();
    beyond.then_some(Held::Payable { amount })
}

/// Both limits must be passed: a small invoice doubles easily.
fn changed(settlement: &Settlement, limits: &Limits) -> Option<Held> {
    let to = settlement.totals.cost_incl;
    let by = settlement.why?.cost;
    let from = to - by;
    let hundredfold = i128::from(by.cents()).abs().saturating_mul(100);
    let allowed = i128::from(from.cents()).abs() * i128::from(limits.changed_percent);
    let beyond = by.cents().unsigned_abs() > limits.changed.cents().unsigned_abs();
    (beyond && hundredfold > allowed).then_some(Held::CostChanged { from, to })
}

/// Whether a register was estimated at the end of its days and at their beginning.
fn estimated_twice(connection: &SettledConnection) -> Option<Held> {
    let estimated = |at: chrono::NaiveDate| {
        let all = connection.registers.iter().flat_map(|register| &register.readings);
        let mut of_day = all.filter(move |reading| reading.date == at);
        of_day.any(|reading| reading.quality == Quality::Estimated)
    };
    let opening = connection.first.pred_opt()?;
    let twice = estimated(opening) && estimated(connection.last);
    twice.then(|| Held::EstimatedTwice { connection: connection.id.clone() })
}

fn is_unused(specification: &Specification) -> bool {
    let mut consumption = specification.consumption.iter();
    !specification.consumption.is_empty() && consumption.all(|it| it.quantity.is_zero())
}

/// Components of the new terms without an entry of the year that most of them lie in.
fn not_set(case: &Case) -> Vec<Held> {
    let Some(plan) = &case.terms else { return Vec::new() };
    let year = term_year(case.invoice.date, plan);
    let unset = case.tariff.components.iter().filter(|component| !component.is_set_in(year));
    unset.map(|component| Held::TariffNotSet { component: component.code.clone(), year }).collect()
}

#[cfg(test)]
mod tests;
