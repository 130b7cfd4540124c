//! The dated entries of a list: rates and percentages.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::translated;
use crate::configuration::{Node, Table, each, maybe};
use crate::tariff::{Entry, Group, Measure, Rate, Step, VatCategory, VatRate};

/// Digits behind the point of a percentage.
const PERCENT_DECIMALS: u32 = 2;

/// More units than any connection uses in a year.
const MOST_UNITS: u64 = 1_000_000_000_000;

/// The entries of a list, oldest first.
pub(super) fn dated<T>(
    nodes: Vec<Node<'_>>,
    read: impl Fn(&Node<'_>) -> Option<T>,
    from: impl Fn(&T) -> NaiveDate,
) -> Option<Vec<T>> {
    let mut newest: Option<NaiveDate> = None;
    each(nodes, |node| {
        let entry = read(&node)?;
        let day = from(&entry);
        match newest {
            Some(newest) if day == newest => {
                node.note(&format!("{day} has an entry already: one of the two must go"));
            }
            Some(newest) if day < newest => {
                node.note(&format!("{day} stands after {newest}: the newest entry stands last"));
            }
            Some(_) | None => newest = Some(day),
        }
        Some(entry)
    })
}

/// Who gives a figure.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Given {
    /// A law: somebody looked it up, on a day that is told.
    ByLaw,
    /// The utility.
    ByUtility,
}

/// Where a figure is from; people read it there.
fn source(entry: &mut Table<'_>, given: Given) -> Option<()> {
    let source = entry.required("source", "the law or the price list that gives the figure");
    let source = source.and_then(|node| node.text());
    let verified = match given {
        Given::ByLaw => {
            let day = "the day on which somebody compared the figure with its source";
            entry.required("verified_on", day).and_then(|node| node.day()).is_some()
        }
        Given::ByUtility => maybe(entry.optional("verified_on"), |node| node.day()).is_some(),
    };
    (source.is_some() && verified).then_some(())
}

pub(super) fn vat_rate(node: &Node<'_>) -> Option<VatRate> {
    let mut entry = node.table()?;
    let from = entry.required("from", "2019-01-01").and_then(|node| node.day());
    let category = entry.required("category", "\"S\"").and_then(|node| {
        let known = [VatCategory::S, VatCategory::Z, VatCategory::E];
        node.word(&known.map(|category| (category.as_str(), category)))
    });
    let percent = entry.required("percent", "\"9\"").and_then(|node| percent(&node, category));
    let reason = maybe(entry.optional("reason"), |node| translated(&node));
    if category == Some(VatCategory::E) && reason == Some(None) {
        let rule = "is missing; E says why: { nl = \"…\", en = \"…\" } would do";
        entry.note("reason", rule);
    }
    let source = source(&mut entry, Given::ByLaw);
    entry.end();
    source?;
    Some(VatRate { from: from?, category: category?, percent: percent?, reason: reason? })
}

/// 0 to 100, with at most two decimals; above 0 for S and 0 for the others.
fn percent(node: &Node<'_>, category: Option<VatCategory>) -> Option<Decimal> {
    let rule = "needs a percentage in quotes, with two decimals at most; \"9\" would do";
    let percent = node.decimal(rule)?;
    let inside = (Decimal::ZERO..=Decimal::ONE_HUNDRED).contains(&percent);
    node.or(rule, (inside && percent.scale() <= PERCENT_DECIMALS).then_some(()))?;
    let (rule, fits) = match category {
        Some(VatCategory::S) => {
            ("S is above 0; nothing is Z, or E with its reason", !percent.is_zero())
        }
        Some(VatCategory::Z | VatCategory::E) => {
            ("Z and E are \"0\"; above it is S", percent.is_zero())
        }
        None => return Some(percent),
    };
    node.or(rule, fits.then_some(percent))
}

/// A rate, steps, or nothing from a day on.
pub(super) fn entry(
    node: &Node<'_>,
    measure: Option<Measure>,
    group: Option<Group>,
) -> Option<Entry> {
    let mut entry = node.table()?;
    let from = entry.required("from", "2026-01-01").and_then(|node| node.day());
    let (one, steps, none) =
        (entry.optional("rate"), entry.optional("steps"), entry.optional("none"));
    let said = [one.is_some(), steps.is_some(), none.is_some()].into_iter().filter(|said| *said);
    let single = said.count() == 1;
    if !single {
        entry.note("rate", "an entry has one of rate, steps and none = true");
    }
    if let (Some(steps), Some(Measure::Days { .. })) = (&steps, measure) {
        steps.note("a charge by the day has no steps: give it a rate");
    }
    let none = maybe(none, |node| node.truth());
    let one = maybe(one, |node| rate(&node));
    let steps = maybe(steps, |node| steps_of(&node));
    let given = if group == Some(Group::Tax) { Given::ByLaw } else { Given::ByUtility };
    let source = source(&mut entry, given);
    entry.end();
    let open = one?.map(|rate| vec![Step { rate, up_to: None }]);
    let steps = steps?.or(open).unwrap_or_default();
    none?;
    source?;
    let from = from?;
    single.then_some(Entry { from, steps })
}

fn rate(node: &Node<'_>) -> Option<Rate> {
    let rule = "needs euro in quotes, with six decimals at most; \"1.8240\" would do";
    let euro = node.decimal(rule)?;
    node.or(rule, Rate::new(euro))
}

/// Steps that rise; only the last may be open.
fn steps_of(node: &Node<'_>) -> Option<Vec<Step>> {
    let mut before = Some(0);
    let steps = each(node.list()?, |node| {
        let mut step = node.table()?;
        let rate = step.required("rate", "\"0.4200\"").and_then(|node| rate(&node));
        let up_to = maybe(step.optional("up_to"), |node| up_to(&node));
        step.end();
        let step = Step { rate: rate?, up_to: up_to? };
        match (before, step.up_to) {
            (None, _) => node.note("stands after a step without up_to: only the last is open"),
            (Some(before), Some(up_to)) if up_to <= before => {
                node.note(&format!("ends at {up_to} and begins at {before}: steps rise"));
            }
            (Some(_), up_to) => before = up_to,
        }
        Some(step)
    })?;
    node.or("needs one step at least", (!steps.is_empty()).then_some(steps))
}

/// Whole units a year.
fn up_to(node: &Node<'_>) -> Option<u64> {
    let rule = "needs whole units a year in quotes; \"300\" would do";
    let units = node.decimal(rule)?;
    let whole = units.scale() == 0 && !units.is_sign_negative();
    let units = u64::try_from(units.mantissa()).ok();
    node.or(rule, units.filter(|units| whole && *units <= MOST_UNITS))
}
