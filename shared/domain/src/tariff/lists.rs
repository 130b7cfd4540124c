//! Every list that is deployed: what of them a connection is charged, and the tariff of a case.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Months, NaiveDate};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::list::{Listed, PriceList, TariffNotSet, released};
use super::{Component, Tariff, VatRate, Weights};
use crate::campaign::config::{Config, ConfigError};
use crate::hex::hex;
use crate::quantity::Commodity;

/// *Tarieven*: every list of prices that is deployed; one commodity is charged by one list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PriceLists(Vec<PriceList>);

impl PriceLists {
    /// Reads the files `files`, each by its name and its contents.
    ///
    /// **Shape.** `needed_from` is the first day that a settlement may still need, if there is one.
    /// **Errors.** Every broken rule of every file at once, file by file in the order of the lines;
    /// see [`ConfigError`].
    pub fn parse<'a>(
        files: impl IntoIterator<Item = (&'a str, &'a str)>,
        needed_from: Option<NaiveDate>,
    ) -> Result<Self, Vec<ConfigError>> {
        let mut lists: Vec<PriceList> = Vec::new();
        let mut broken = Vec::new();
        for (file, text) in files {
            match PriceList::parse(file, text) {
                Ok(list) => {
                    broken.extend(needed_from.into_iter().flat_map(|day| list.gaps(day)));
                    broken.extend(lists.iter().flat_map(|other| list.clashes(other)));
                    lists.push(list);
                }
                Err(errors) => broken.extend(errors),
            }
        }
        if broken.is_empty() { Ok(Self(lists)) } else { Err(broken) }
    }

    /// What of these lists is not as in `released`, the lists by which the years up to `settled_until`
    /// were settled: a price that somebody was invoiced by does not change any more.
    ///
    /// **Errors.** None: each [`ConfigError`] names what to put back.
    pub fn changed(&self, released: &Self, settled_until: NaiveDate) -> Vec<ConfigError> {
        released::changed(&self.0, &released.0, settled_until)
    }

    /// What a connection of `commodity` and `capacity` is charged, in the order of an invoice.
    ///
    /// **Errors.** See [`NoTariff`]: each variant says what the caller does next.
    pub fn of_connection(
        &self,
        commodity: Commodity,
        capacity: Option<&str>,
    ) -> Result<Vec<&Component>, NoTariff> {
        let list = self.serving(commodity).ok_or(NoTariff::Commodity(commodity))?;
        let charged = || list.components.iter().filter(|it| it.classes.hold(capacity));
        let own_price = charged().any(Listed::has_own_price);
        if !own_price && !list.capacities().is_empty() {
            let (capacity, known) = (capacity.unwrap_or_default(), list.capacities().join(", "));
            let (commodity, capacity) = (commodity.as_str(), capacity.to_owned());
            return Err(NoTariff::Capacity { commodity, capacity, known });
        }
        let serves = |component: &&Component| component.serves(commodity);
        Ok(charged().map(|listed| &listed.component).filter(serves).collect())
    }

    /// Whether a list charges the use of `commodity`.
    pub fn serve(&self, commodity: Commodity) -> bool {
        self.serving(commodity).is_some()
    }

    /// Capacities that have a price, by commodity: the import refuses others.
    pub fn capacities(&self) -> Vec<(Commodity, String)> {
        let of = |list: &PriceList| {
            let capacities = list.capacities();
            let pairs = list.commodities().into_iter().flat_map(move |commodity| {
                capacities.clone().into_iter().map(move |capacity| (commodity, capacity))
            });
            pairs.collect::<Vec<_>>()
        };
        self.0.iter().flat_map(of).collect()
    }

    /// Components that no entry prices for the calendar year `year`; see [`TariffNotSet`].
    pub fn not_set(&self, year: i32) -> Vec<TariffNotSet> {
        self.0.iter().flat_map(|list| list.not_set(year)).collect()
    }

    /// The VAT code of `commodity` whose percentage was `percent` on `day`.
    pub fn vat_code(&self, commodity: Commodity, wanted: Wanted) -> Option<&str> {
        let list = self.serving(commodity)?;
        let holds = |rates: &Vec<VatRate>| {
            let on_day = rates.iter().rev().find(|rate| rate.from <= wanted.on);
            on_day.is_some_and(|rate| rate.percent == wanted.percent)
        };
        list.vat.iter().find(|(_, rates)| holds(rates)).map(|(code, _)| code.as_str())
    }

    /// The tariff of a case: what of the lists can matter to its figures, and nothing else.
    ///
    /// **Shape.** `charged` are components of these lists; `days` are the first day that is settled
    /// and the last one of the new terms.
    pub fn tariff(&self, charged: &Charged<'_>, days: (NaiveDate, NaiveDate)) -> Tariff {
        let listed = self.0.iter().flat_map(|list| &list.components).map(|it| &it.component);
        let components: Vec<Component> = listed
            .filter(|component| charged.components.contains(component.code.as_str()))
            .map(|component| {
                let rates = held_in(&component.rates, |entry| entry.from, days);
                Component { rates, ..component.clone() }
            })
            .collect();
        let mut codes: BTreeSet<&str> = charged.vat.clone();
        codes.extend(components.iter().map(|component| component.vat.as_str()));
        let all_vat = self.0.iter().flat_map(|list| &list.vat);
        let vat: BTreeMap<String, Vec<VatRate>> = all_vat
            .filter(|(code, _)| codes.contains(code.as_str()))
            .map(|(code, rates)| (code.clone(), held_in(rates, |rate| rate.from, days)))
            .collect();
        let weights: BTreeMap<Commodity, Weights> = Commodity::ALL
            .into_iter()
            .filter(|commodity| components.iter().any(|it| it.counts(*commodity)))
            .filter_map(|commodity| {
                let weights = self.serving(commodity)?.weights.get(&commodity)?;
                Some((commodity, weights.clone()))
            })
            .collect();
        Tariff { version: String::new(), vat, weights, components }
    }

    fn serving(&self, commodity: Commodity) -> Option<&PriceList> {
        self.0.iter().find(|list| list.commodities().contains(&commodity))
    }
}

/// The first day that a settlement of one of `campaigns` may need a price of: that of the year
/// which the earliest reference date ends.
pub fn needed_from(campaigns: &[Config]) -> Option<NaiveDate> {
    let reference_date = campaigns.iter().map(|campaign| campaign.reference_date).min()?;
    reference_date.checked_sub_months(Months::new(12))?.succ_opt()
}

/// A percentage of VAT that held on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The percentage.
    pub percent: rust_decimal::Decimal,
    /// The day.
    pub on: NaiveDate,
}

/// What of the lists a case names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Charged<'a> {
    /// Codes of components.
    pub components: BTreeSet<&'a str>,
    /// VAT codes besides those of the components.
    pub vat: BTreeSet<&'a str>,
}

/// Why nothing can be charged: a price is missing, or the connection was delivered wrongly.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoTariff {
    /// No list has the use of it: add one to the configuration, deploy, settle again.
    #[error("no list of prices has {}", .0.as_str())]
    Commodity(Commodity),
    /// Every capacity has a price but this one: mend the connection, or add the price.
    #[error("no price of {commodity} for capacity {capacity:?}; there are {known}")]
    Capacity {
        /// What the connection delivers.
        commodity: &'static str,
        /// How much of it.
        capacity: String,
        /// The capacities that have a price.
        known: String,
    },
}

impl Tariff {
    /// The same tariff with its version: the SHA-256, in hex, of its canonical JSON, which is what a
    /// case holds of it besides `version`, in the order of its members and without white space.
    ///
    /// **Errors.** None that a tariff can cause: its members are texts, numbers and lists.
    pub fn versioned(self) -> Result<Self, serde_json::Error> {
        let Self { vat, weights, components, .. } = &self;
        let json = serde_json::to_vec(&Content { vat, weights, components })?;
        Ok(Self { version: hex(&Sha256::digest(json)), ..self })
    }
}

/// What a case holds of a tariff, but for its version.
#[derive(Serialize)]
struct Content<'a> {
    vat: &'a BTreeMap<String, Vec<VatRate>>,
    weights: &'a BTreeMap<Commodity, Weights>,
    components: &'a [Component],
}

/// The entries that hold on a day of `first` to `last`.
fn held_in<T: Clone>(
    entries: &[T],
    from: impl Fn(&T) -> NaiveDate,
    (first, last): (NaiveDate, NaiveDate),
) -> Vec<T> {
    let before = entries.iter().filter(|entry| from(entry) <= first).count();
    let begun = entries.iter().skip(before.saturating_sub(1));
    begun.filter(|entry| from(entry) <= last).cloned().collect()
}

#[cfg(test)]
mod tests;
