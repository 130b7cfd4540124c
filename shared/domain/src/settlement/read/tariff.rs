//! The tariff of a case.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::super::json::{Node, Object, each, maybe};
use super::super::refusal::Cause;
use crate::quantity::{Commodity, Unit};
use crate::tariff::{
    Component, Entry, Measure, Rate, Step, Tariff, Translated, VatCategory, VatRate, Weights,
};

/// Digits behind the point of a percentage.
const PERCENT_DECIMALS: u32 = 2;

pub(super) fn tariff(node: &Node<'_>) -> Option<Tariff> {
    let mut tariff = node.object()?;
    let version = tariff.text("version");
    let vat = tariff.required("vat").and_then(|node| vat(&node));
    let weights = maybe(tariff.optional("weights"), |node| by_commodity(&node, weights_of));
    let components = tariff.required("components").and_then(|node| node.list());
    let components = components.and_then(|nodes| {
        let below = format!("{}.components", node.at());
        each(nodes, |node| component(&node, &below))
    });
    tariff.end();
    Some(Tariff {
        version: version?,
        vat: vat?,
        weights: weights?.unwrap_or_default(),
        components: components?,
    })
}

fn vat(node: &Node<'_>) -> Option<BTreeMap<String, Vec<VatRate>>> {
    let codes = node.object()?;
    let read: Vec<_> = codes
        .each()
        .map(|(code, node)| {
            let rates = node.list().and_then(|nodes| each(nodes, |node| vat_rate(&node)));
            rates.map(|rates| (code.to_owned(), rates))
        })
        .collect();
    read.into_iter().collect()
}

fn vat_rate(node: &Node<'_>) -> Option<VatRate> {
    let mut rate = node.object()?;
    let from = rate.required("from").and_then(|node| node.day());
    let category = rate.required("category");
    let category = category.and_then(|node| node.word::<VatCategory>(Cause::VatCategory));
    let percent = rate.required("percent").and_then(|node| percent(&node));
    let reason = maybe(rate.optional("reason"), |node| translated(&node));
    rate.end();
    Some(VatRate { from: from?, category: category?, percent: percent?, reason: reason? })
}

/// 0 to 100, with at most two decimals.
fn percent(node: &Node<'_>) -> Option<Decimal> {
    let percent = node.decimal()?;
    let inside = percent >= Decimal::ZERO && percent <= Decimal::ONE_HUNDRED;
    if !inside || percent.scale() > PERCENT_DECIMALS {
        node.note(Cause::Number);
        return None;
    }
    Some(percent)
}

fn translated(node: &Node<'_>) -> Option<Translated> {
    let mut names = node.object()?;
    let (nl, en) = (names.text("nl"), names.text("en"));
    names.end();
    Some(Translated { nl: nl?, en: en? })
}

/// What `read` makes of each member of an object that has commodities for names.
pub(super) fn by_commodity<T>(
    node: &Node<'_>,
    read: impl Fn(&Node<'_>) -> Option<T>,
) -> Option<BTreeMap<Commodity, T>> {
    let commodities = node.object()?;
    let read: Vec<_> = commodities
        .each()
        .map(|(name, node)| {
            let commodity = Commodity::ALL.into_iter().find(|known| known.as_str() == name);
            if commodity.is_none() {
                node.note(Cause::BadShape);
            }
            let value = read(&node);
            Some((commodity?, value?))
        })
        .collect();
    read.into_iter().collect()
}

fn weights_of(node: &Node<'_>) -> Option<Weights> {
    if node.is_text() {
        let even: Option<Even> = node.word(Cause::Weights);
        return even.map(|Even::Days| Weights::Days);
    }
    let parts = each(node.list()?, |node| node.integer())?;
    let parts: Option<Vec<u32>> =
        parts.into_iter().map(|part| u32::try_from(part).ok().filter(|part| *part > 0)).collect();
    let twelve = parts.and_then(|parts| <[u32; 12]>::try_from(parts).ok());
    if twelve.is_none() {
        node.note(Cause::Weights);
    }
    twelve.map(Weights::Months)
}

fn component(node: &Node<'_>, below: &str) -> Option<Component> {
    let mut component = node.object()?;
    let code = component.text("code");
    if let Some(code) = &code {
        component.named(format!("{below}.{code}"));
    }
    let name = component.required("name").and_then(|node| translated(&node));
    let measure = measure(&mut component);
    let group = component.required("group").and_then(|node| node.word(Cause::BadShape));
    let vat = component.text("vat");
    let rates = component.required("rates").and_then(|node| node.list());
    let rates = rates.and_then(|nodes| each(nodes, |node| entry(&node, measure)));
    component.end();
    Some(Component {
        code: code?,
        name: name?,
        measure: measure?,
        group: group?,
        vat: vat?,
        rates: rates?,
    })
}

fn measure(component: &mut Object<'_>) -> Option<Measure> {
    let measure: Word = component.required("measure")?.word(Cause::BadShape)?;
    match measure {
        Word::Use => {
            let commodity = component.required("commodity").and_then(|it| it.word(Cause::BadShape));
            let unit = component.required("unit").and_then(|node| unit(&node));
            if component.optional("per").is_some() {
                component.note(Cause::BadShape, "per");
            }
            Some(Measure::Use { commodity: commodity?, unit: unit? })
        }
        Word::Days => {
            let per = component.required("per").and_then(|node| node.word(Cause::BadShape));
            for name in ["commodity", "unit"] {
                if component.optional(name).is_some() {
                    component.note(Cause::BadShape, name);
                }
            }
            Some(Measure::Days { per: per? })
        }
    }
}

/// How a commodity spreads evenly.
#[derive(Clone, Copy, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
enum Even {
    Days,
}

/// What a component is charged for, by its name.
#[derive(Clone, Copy, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
enum Word {
    Use,
    Days,
}

/// m³, GJ or kWh.
fn unit(node: &Node<'_>) -> Option<Unit> {
    let unit = node.word(Cause::BadShape)?;
    match unit {
        Unit::CubicMetre | Unit::Gigajoule | Unit::KilowattHour => Some(unit),
        Unit::MegawattHour => {
            node.note(Cause::BadShape);
            None
        }
    }
}

/// A rate, steps, or `null` for not charged.
fn entry(node: &Node<'_>, measure: Option<Measure>) -> Option<Entry> {
    let mut entry = node.object()?;
    let from = entry.required("from").and_then(|node| node.day());
    let unsaid = !entry.has("rate");
    let (one, steps) = (entry.optional("rate"), entry.optional("steps"));
    let both = one.is_some() && steps.is_some();
    if both || unsaid && steps.is_none() {
        entry.note(Cause::BadShape, "rate");
    }
    if steps.is_some() && matches!(measure, Some(Measure::Days { .. })) {
        entry.note(Cause::Steps, "steps");
    }
    let one = maybe(one, |node| rate(&node));
    let steps = maybe(steps, |node| steps_of(&node));
    entry.end();
    let open = one?.map(|rate| vec![Step { rate, up_to: None }]);
    Some(Entry { from: from?, steps: steps?.or(open).unwrap_or_default() })
}

fn steps_of(node: &Node<'_>) -> Option<Vec<Step>> {
    let nodes = node.list()?;
    if nodes.is_empty() {
        node.note(Cause::Steps);
    }
    each(nodes, |node| {
        let mut step = node.object()?;
        let rate = step.required("rate").and_then(|node| rate(&node));
        let up_to = maybe(step.optional("up_to"), |node| up_to(&node));
        step.end();
        Some(Step { rate: rate?, up_to: up_to? })
    })
}

fn rate(node: &Node<'_>) -> Option<Rate> {
    let rate = Rate::new(node.decimal()?);
    if rate.is_none() {
        node.note(Cause::Number);
    }
    rate
}

/// Whole units a year.
fn up_to(node: &Node<'_>) -> Option<u64> {
    let units = node.decimal()?;
    let whole = units.scale() == 0 && !units.is_sign_negative();
    let units = u64::try_from(units.mantissa()).ok().filter(|units| whole && *units <= MOST_UNITS);
    if units.is_none() {
        node.note(Cause::Number);
    }
    units
}

/// More units than any connection uses in a year.
const MOST_UNITS: u64 = 1_000_000_000_000;
