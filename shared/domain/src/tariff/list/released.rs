//! What a year was settled by does not change any more: the lists that are deployed, compared with those
//! that were released when it was settled.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::{Listed, PriceList};
use crate::campaign::config::ConfigError;

/// Everything of `released` that held on a day up to `settled_until` and is not so in `lists`.
///
/// **Shape.** Each slice is every list of one release. What begins later may still change, and so may
/// names and who is charged: a settlement keeps its own.
/// **Source.** `docs/decisions/0019-prices-and-cases.md`.
pub(in crate::tariff) fn changed(
    lists: &[PriceList],
    released: &[PriceList],
    settled_until: NaiveDate,
) -> Vec<ConfigError> {
    let mut changed = Vec::new();
    for list in released {
        for (code, was) in &list.vat {
            let key = format!("vat.{code}");
            let found = lists.iter().find(|list| list.vat.contains_key(code));
            let is = found.and_then(|list| list.vat.get(code));
            let place = Place::of(found.unwrap_or(list), |list| list.vat_lines.get(code).copied());
            let days = differing(was, is.map_or(&[], Vec::as_slice), |it| it.from, settled_until);
            changed.extend(days.into_iter().map(|day| place.told(&key, day, settled_until)));
        }
        for was in &list.components {
            let code = &was.component.code;
            let found = lists.iter().find_map(|list| Some((list, list.listed(code)?)));
            let (holder, is) = found.map_or((list, None), |(list, listed)| (list, Some(listed)));
            let place = Place { file: &holder.file, line: is.unwrap_or(was).line };
            let days = entries_differing(was, is, settled_until);
            changed.extend(days.into_iter().map(|day| place.told(code, day, settled_until)));
        }
    }
    let served: BTreeSet<_> = released.iter().flat_map(PriceList::commodities).collect();
    for list in lists.iter().filter(|list| list.commodities().iter().any(|it| served.contains(it)))
    {
        let was = |code: &str| released.iter().any(|list| list.listed(code).is_some());
        for new in list.components.iter().filter(|listed| !was(&listed.component.code)) {
            let charged = new.component.rates.iter().filter(|entry| !entry.steps.is_empty());
            let place = Place { file: &list.file, line: new.line };
            let days = charged.map(|entry| entry.from).filter(|from| *from <= settled_until);
            changed.extend(days.map(|day| place.told(&new.component.code, day, settled_until)));
        }
    }
    changed
}

/// The days up to `settled_until` on which a component is another than it was.
fn entries_differing(
    was: &Listed,
    is: Option<&Listed>,
    settled_until: NaiveDate,
) -> BTreeSet<NaiveDate> {
    let (was, is) = (&was.component, is.map(|listed| &listed.component));
    let same_kind = is.filter(|is| is.measure == was.measure && is.vat == was.vat);
    let rates = same_kind.map_or(&[][..], |is| is.rates.as_slice());
    differing(&was.rates, rates, |entry| entry.from, settled_until)
}

/// The days up to `settled_until` of which only one has an entry, or the other a different one.
fn differing<T: PartialEq>(
    was: &[T],
    is: &[T],
    from: impl Fn(&T) -> NaiveDate,
    settled_until: NaiveDate,
) -> BTreeSet<NaiveDate> {
    let missing = |some: &[T], others: &[T]| -> Vec<NaiveDate> {
        some.iter().filter(|it| !others.contains(it)).map(&from).collect()
    };
    let days = missing(was, is).into_iter().chain(missing(is, was));
    days.filter(|day| *day <= settled_until).collect()
}

/// Where a change is told.
struct Place<'a> {
    file: &'a str,
    line: usize,
}

impl<'a> Place<'a> {
    fn of(list: &'a PriceList, line: impl Fn(&PriceList) -> Option<usize>) -> Self {
        Self { file: &list.file, line: line(list).unwrap_or(1) }
    }

    fn told(&self, key: &str, day: NaiveDate, settled_until: NaiveDate) -> ConfigError {
        let rule = format!(
            "{day}: is not as it was released, and the year to {settled_until} is settled: put it back, and add an entry of a later day"
        );
        ConfigError { file: self.file.to_owned(), line: self.line, key: key.to_owned(), rule }
    }
}

impl PriceList {
    fn listed(&self, code: &str) -> Option<&Listed> {
        self.components.iter().find(|listed| listed.component.code == code)
    }
}

#[cfg(test)]
mod tests;
