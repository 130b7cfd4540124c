//! *Aangehouden*: the settlements that a person must see before they get a number.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::config::{Invoicing, Limits};
use crate::money::Money;
use crate::reading::Quality;
use crate::settlement::case::{Case, Ending, SettledConnection};
use crate::settlement::refusal::{Cause, Refusals};
use crate::settlement::result::{Settlement, Specification};
use crate::settlement::term_year;
use crate::tariff::list::TariffNotSet;
use crate::tariff::lists::PriceLists;

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
    /// Days of an earlier year, which no invoice has, are charged with this one.
    EarlierDays {
        /// Where.
        connection: String,
        /// The first of them.
        from: NaiveDate,
    },
    /// New terms would rest on the rate of an earlier year.
    TariffNotSet {
        /// The component that has no entry of the year.
        component: String,
        /// The year.
        year: i32,
    },
}

impl Held {
    /// Whether a release ends it. What cannot be reckoned must be mended first.
    pub fn is_releasable(&self) -> bool {
        match self {
            Self::NegativeUse { .. } => false,
            Self::Payable { .. }
            | Self::CostChanged { .. }
            | Self::EstimatedTwice { .. }
            | Self::ZeroUse { .. }
            | Self::ReadingKept { .. }
            | Self::EarlierDays { .. }
            | Self::TariffNotSet { .. } => true,
        }
    }
}

/// In words, with what to do: for an operator, who then releases it or mends what is wrong.
impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Payable { amount } => {
                write!(
                    f,
                    "{amount} to pay is beyond the limit: compare the readings, then release it"
                )
            }
            Self::CostChanged { from, to } => write!(
                f,
                "the cost went from {from} to {to}: compare the readings of both years, then release it"
            ),
            Self::EstimatedTwice { connection } => {
                write!(f, "{connection}: estimated twice in a row: store a reading, or release it")
            }
            Self::ZeroUse { connection, years } => write!(
                f,
                "{connection}: nothing was used after {years} years with use: have the meter looked at, or release it"
            ),
            Self::NegativeUse { at } => write!(
                f,
                "{}: a reading lies below the one before: mend the readings; it cannot be released",
                at.trim_start_matches("connections.")
            ),
            Self::ReadingKept { connection, meter } => write!(
                f,
                "{connection}: the reading of meter {meter} was kept against a doubt: look at it, then release it"
            ),
            Self::EarlierDays { connection, from } => write!(
                f,
                "{connection}: no invoice has its days from {from} on, so this one does: release it, or mend the beginning of its supply"
            ),
            Self::TariffNotSet { component, year } => write!(
                f,
                "{component} has no rate of {year}: add the entry and deploy, or release it to keep the last rate"
            ),
        }
    }
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

/// What a campaign whose invoices are made from `invoiced_on` on would hold all settlements for: no entry
/// of the year of their terms. A warning while it can still be added.
pub fn not_set_at(
    lists: &PriceLists,
    invoicing: &Invoicing,
    invoiced_on: NaiveDate,
) -> Vec<TariffNotSet> {
    lists.not_set(term_year(invoiced_on, &invoicing.terms))
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
    let estimated = |at: NaiveDate| {
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

/// Components of the new terms without an entry of the year that most of them lie in. Who leaves gets no
/// terms, and waits for no rate.
fn not_set(case: &Case) -> Vec<Held> {
    let Some(plan) = &case.terms else { return Vec::new() };
    let year = term_year(case.invoice.date, plan);
    let goes_on = |it: &&SettledConnection| it.ending == Ending::Continues;
    let continuing = case.connections.iter().filter(goes_on);
    let wanted: BTreeSet<&str> =
        continuing.flat_map(|it| &it.components).map(String::as_str).collect();
    let unset = case.tariff.components.iter().filter(|component| !component.is_set_in(year));
    let unset = unset.filter(|component| wanted.contains(component.code.as_str()));
    unset.map(|component| Held::TariffNotSet { component: component.code.clone(), year }).collect()
}

#[cfg(test)]
mod tests;
