//! `infra/config/tariffs/<name>.toml`: one list of prices, taxes and VAT, as dated entries.

mod entries;
pub(super) mod released;

use std::collections::BTreeMap;

use chrono::{Datelike as _, NaiveDate};
use rust_decimal::Decimal;

use super::{Component, Group, Measure, Per, Translated, VatRate, Weights};
use crate::campaign::config::ConfigError;
use crate::configuration::{self, Node, Table, each, maybe};
use crate::quantity::{Commodity, Unit};
use crate::settlement::result::Line;

/// The version of the form of these files.
const SCHEMA: u8 = 1;

/// *Prijslijst*: what one file charges, and whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceList {
    /// The file, as it was named to the loader.
    pub file: String,
    /// *Btw-tarieven* by code.
    pub vat: BTreeMap<String, Vec<VatRate>>,
    /// How the use of a commodity spreads over days.
    pub weights: BTreeMap<Commodity, Weights>,
    /// What may be charged, in the order of an invoice.
    pub components: Vec<Listed>,
    /// Where the entries of each VAT code begin in the file.
    vat_lines: BTreeMap<String, usize>,
}

/// A component of a list, and who is charged it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// What is charged.
    pub component: Component,
    /// Whom.
    pub classes: Classes,
    /// Where its rates begin in the file.
    line: usize,
}

/// Who is charged a component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Classes {
    /// Every connection of the list.
    All,
    /// Those of these capacities, as [`class_of`] writes them.
    Capacities(Vec<String>),
}

impl Classes {
    /// Whether a connection of `capacity` is charged.
    pub fn hold(&self, capacity: Option<&str>) -> bool {
        match self {
            Self::All => true,
            Self::Capacities(classes) => {
                let class = capacity.map(class_of);
                class.is_some_and(|class| classes.contains(&class))
            }
        }
    }
}

/// The class of a capacity: `Qn2.5`, `Qn 2,50` and `2.5` are one, a word is itself.
///
/// ```
/// assert_eq!(domain::tariff::list::class_of("Qn2.5"), "2.5");
/// assert_eq!(domain::tariff::list::class_of("3x25"), "3x25");
/// ```
pub fn class_of(capacity: &str) -> String {
    let capacity = capacity.trim();
    let flow = capacity.trim_start_matches(['Q', 'q', 'n', 'N', ' ']).replace(',', ".");
    match Decimal::from_str_exact(&flow) {
        Ok(flow) => flow.normalize().to_string(),
        Err(_) => capacity.to_owned(),
    }
}

impl PriceList {
    /// Reads the file `file` with the contents `text`.
    ///
    /// **Errors.** Every broken rule at once, in the order of the lines; see [`ConfigError`].
    pub fn parse(file: &str, text: &str) -> Result<Self, Vec<ConfigError>> {
        configuration::read(file, text, |whole| read(file, whole))
    }

    /// The commodities whose use it charges: it serves their connections.
    pub fn commodities(&self) -> Vec<Commodity> {
        let mut commodities = Vec::new();
        for listed in &self.components {
            if let Measure::Use { commodity, .. } = listed.component.measure
                && !commodities.contains(&commodity)
            {
                commodities.push(commodity);
            }
        }
        commodities
    }

    /// The capacities that have a price of their own, ascending.
    pub fn capacities(&self) -> Vec<String> {
        let classes = self.components.iter().flat_map(|listed| match &listed.classes {
            Classes::All => [].as_slice(),
            Classes::Capacities(classes) => classes.as_slice(),
        });
        let mut capacities: Vec<String> = classes.cloned().collect();
        capacities.sort_unstable();
        capacities.dedup();
        capacities
    }

    /// Components and VAT codes that have no entry yet on `day`, which a settlement needs.
    pub fn gaps(&self, day: NaiveDate) -> Vec<ConfigError> {
        let gap = |key: &str, line: usize, first: Option<NaiveDate>, fix: &str| {
            let first = first.filter(|first| *first > day)?;
            let rule = format!("first entry {first}, needed from {day}: {fix}");
            Some(ConfigError { file: self.file.clone(), line, key: key.to_owned(), rule })
        };
        let vat = self.vat.iter().filter_map(|(code, rates)| {
            let line = self.vat_lines.get(code).copied().unwrap_or(1);
            let first = rates.first().map(|rate| rate.from);
            gap(&format!("vat.{code}"), line, first, "add the percentage of that day")
        });
        let rates = self.components.iter().filter_map(|Listed { component, line, .. }| {
            let first = component.rates.first().map(|entry| entry.from);
            let fix = "add the rate of that day, or none = true where nothing was charged";
            gap(&component.code, *line, first, fix)
        });
        let mut gaps: Vec<ConfigError> = vat.chain(rates).collect();
        gaps.sort_by_key(|gap| gap.line);
        gaps
    }

    /// What this list has that `other` has, too, and must not.
    pub(super) fn clashes(&self, other: &Self) -> Vec<ConfigError> {
        let clash = |line: usize, key: String, rule: String| {
            let rule = format!("{rule} of {} too", other.file);
            ConfigError { file: self.file.clone(), line, key, rule }
        };
        let codes = self.components.iter().filter_map(|Listed { component, line, .. }| {
            let code = &component.code;
            let known = other.components.iter().any(|listed| listed.component.code == *code);
            known.then(|| clash(*line, code.clone(), "is a component".to_owned()))
        });
        let commodities = self.commodities().into_iter().filter_map(|commodity| {
            let rule = || "one list charges a commodity, and this one is".to_owned();
            let known = other.commodities().contains(&commodity);
            known.then(|| clash(1, commodity.as_str().to_owned(), rule()))
        });
        let vat = self.vat.iter().filter_map(|(code, rates)| {
            let line = self.vat_lines.get(code).copied().unwrap_or(1);
            let other = other.vat.get(code).filter(|other| *other != rates);
            other.map(|_| clash(line, format!("vat.{code}"), "has other entries, and is".into()))
        });
        codes.chain(commodities).chain(vat).collect()
    }

    /// Components that no entry prices for the calendar year `year`.
    pub fn not_set(&self, year: i32) -> Vec<TariffNotSet> {
        let unset = self.components.iter().filter(|listed| !listed.component.is_set_in(year));
        unset
            .map(|Listed { component, line, .. }| TariffNotSet {
                file: self.file.clone(),
                line: *line,
                component: component.code.clone(),
                year,
            })
            .collect()
    }
}

/// No entry of a year: terms of that year rest on the rate of the one before. A warning: the tax of
/// January is often the last to be known. Add the entry and deploy before the campaign closes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line} {component}: no entry of {year}: add it before terms of that year are made")]
pub struct TariffNotSet {
    /// The list.
    pub file: String,
    /// The line of the rates.
    pub line: usize,
    /// The code of the component.
    pub component: String,
    /// The year that has none.
    pub year: i32,
}

fn read(file: &str, whole: &mut Table<'_>) -> Option<PriceList> {
    let schema: Option<u8> =
        whole.required("schema", "1").and_then(|node| node.between(SCHEMA.into(), SCHEMA.into()));
    let weights = maybe(whole.optional("weights"), |node| weights(&node));
    let vat = whole.required("vat", "a table of codes").and_then(|node| vat(&node));
    let components = whole.required("component", "one [[component]]").and_then(|node| node.list());
    let components: Option<Vec<Option<Listed>>> =
        components.map(|nodes| nodes.into_iter().map(|node| component(&node)).collect());
    let (vat, vat_lines) = vat?;
    let components = components?;
    check(whole, &vat, &components);
    let components: Vec<Listed> = components.into_iter().collect::<Option<_>>()?;
    schema?;
    let (file, weights) = (file.to_owned(), weights?.unwrap_or_default());
    Some(PriceList { file, vat, weights, components, vat_lines })
}

/// What must hold between components, and between them and the VAT codes.
fn check(whole: &Table<'_>, vat: &BTreeMap<String, Vec<VatRate>>, components: &[Option<Listed>]) {
    let mut codes: Vec<&str> = Vec::new();
    for Listed { component, line, .. } in components.iter().flatten() {
        let code = component.code.as_str();
        if codes.contains(&code) {
            whole.note_at(*line, code, "is the code of another component too: give it its own");
        }
        codes.push(code);
        if !vat.contains_key(&component.vat) {
            let known: Vec<&str> = vat.keys().map(String::as_str).collect();
            let rule =
                format!("{:?} is no code of [vat]; there are {}", component.vat, known.join(", "));
            whole.note_at(*line, &format!("{code}.vat"), &rule);
        }
    }
}

/// The entries of each VAT code, and the lines of the codes.
type Vat = (BTreeMap<String, Vec<VatRate>>, BTreeMap<String, usize>);

fn vat(node: &Node<'_>) -> Option<Vat> {
    let mut rates = BTreeMap::new();
    let mut lines = BTreeMap::new();
    let mut whole = true;
    for (code, node) in node.table()?.each() {
        lines.insert(code.to_owned(), node.line());
        let read = node.list().and_then(|nodes| {
            if nodes.is_empty() {
                node.note("needs one entry at least");
            }
            entries::dated(nodes, entries::vat_rate, |rate| rate.from)
        });
        whole &= read.is_some();
        rates.insert(code.to_owned(), read.unwrap_or_default());
    }
    whole.then_some((rates, lines))
}

fn weights(node: &Node<'_>) -> Option<BTreeMap<Commodity, Weights>> {
    let table = node.table()?;
    let read: Vec<Option<(Commodity, Weights)>> = table
        .each()
        .map(|(name, node)| {
            let commodity = Commodity::ALL.into_iter().find(|known| known.as_str() == name);
            let commodity = node.or("belongs to no commodity", commodity);
            let weights = weights_of(&node);
            Some((commodity?, weights?))
        })
        .collect();
    read.into_iter().collect()
}

fn weights_of(node: &Node<'_>) -> Option<Weights> {
    if node.is_text() {
        return node.word(&[("days", ())]).map(|()| Weights::Days);
    }
    let parts = each(node.list()?, |node| node.between(1, 1_000_000))?;
    let twelve = <[u32; 12]>::try_from(parts).ok();
    node.or("needs \"days\" or twelve parts, January first", twelve).map(Weights::Months)
}

fn component(node: &Node<'_>) -> Option<Listed> {
    let mut table = node.table()?;
    let code = table.required("code", "\"water.use\"").and_then(|node| {
        let code = node.text()?;
        node.or("is the name of a term: choose another", (code != Line::TERM).then_some(code))
    });
    if let Some(code) = code {
        table.named(code);
    }
    let name = table.required("name", "{ nl = \"…\", en = \"…\" }").and_then(|it| translated(&it));
    let measure = measure(&mut table);
    let group = table.required("group", "\"use\"").and_then(|node| {
        node.word(&[("use", Group::Use), ("standing", Group::Standing), ("tax", Group::Tax)])
    });
    let vat = table.required("vat", "a code of [vat]").and_then(|node| node.text());
    let classes = table.required("classes", "[\"*\"]").and_then(|node| classes(&node));
    let rates = table.required("rates", "a list of entries");
    let line = rates.as_ref().map_or(table.line(), Node::line);
    let rates = rates.and_then(|node| {
        let nodes = node.list()?;
        if nodes.is_empty() {
            node.note("needs one entry at least");
            return None;
        }
        entries::dated(nodes, |node| entries::entry(node, measure, group), |entry| entry.from)
    });
    table.end();
    let (code, vat) = (code?.to_owned(), vat?.to_owned());
    let component =
        Component { code, name: name?, measure: measure?, group: group?, vat, rates: rates? };
    Some(Listed { component, classes: classes?, line })
}

fn measure(table: &mut Table<'_>) -> Option<Measure> {
    let words = [("use", Measured::Use), ("days", Measured::Days)];
    let measured = table.required("measure", "\"use\"").and_then(|node| node.word(&words))?;
    match measured {
        Measured::Use => by_use(table),
        Measured::Days => {
            let per = table.required("per", "\"year\"");
            let per = per.and_then(|node| node.word(&[("year", Per::Year), ("day", Per::Day)]));
            per.map(|per| Measure::Days { per })
        }
    }
}

/// What a component is charged for, by its name.
#[derive(Clone, Copy)]
enum Measured {
    Use,
    Days,
}

fn by_use(table: &mut Table<'_>) -> Option<Measure> {
    let commodity = table.required("commodity", "\"water\"").and_then(|node| {
        node.word(&Commodity::ALL.map(|commodity| (commodity.as_str(), commodity)))
    });
    let unit = table.required("unit", "\"m3\"").and_then(|node| {
        let units = [Unit::CubicMetre, Unit::Gigajoule, Unit::KilowattHour];
        let unit = node.word(&units.map(|unit| (unit.as_str(), unit)))?;
        let counts = commodity.is_none_or(|commodity| commodity.is_counted_in(unit));
        node.or("does not count this commodity", counts.then_some(unit))
    });
    Some(Measure::Use { commodity: commodity?, unit: unit? })
}

fn classes(node: &Node<'_>) -> Option<Classes> {
    let classes = each(node.list()?, |node| node.text())?;
    if classes == ["*"] {
        return Some(Classes::All);
    }
    let named = !classes.is_empty() && !classes.contains(&"*");
    node.or("needs [\"*\"] for all, or the capacities that are charged", named.then_some(()))?;
    Some(Classes::Capacities(classes.into_iter().map(class_of).collect()))
}

/// A text in each language of an invoice.
fn translated(node: &Node<'_>) -> Option<Translated> {
    let mut texts = node.table()?;
    let nl = texts.required("nl", "the Dutch text").and_then(|node| node.text());
    let en = texts.required("en", "the English text").and_then(|node| node.text());
    texts.end();
    Some(Translated { nl: nl?.to_owned(), en: en?.to_owned() })
}

impl Listed {
    /// Whether it is charged to some capacities only.
    pub(super) fn has_own_price(&self) -> bool {
        matches!(self.classes, Classes::Capacities(_))
    }
}

impl Component {
    /// Whether it is charged for the use of `commodity`.
    pub(super) fn counts(&self, commodity: Commodity) -> bool {
        matches!(self.measure, Measure::Use { commodity: counted, .. } if counted == commodity)
    }

    /// What its use is counted in.
    pub(crate) fn unit(&self) -> Option<Unit> {
        match self.measure {
            Measure::Use { unit, .. } => Some(unit),
            Measure::Days { .. } => None,
        }
    }

    /// Whether a connection of `commodity` is charged it: for its use, or by the day.
    pub(super) fn serves(&self, commodity: Commodity) -> bool {
        match self.measure {
            Measure::Use { commodity: counted, .. } => counted == commodity,
            Measure::Days { .. } => true,
        }
    }

    /// Whether an entry is of the calendar year `year`, or nothing is charged then any more.
    pub fn is_set_in(&self, year: i32) -> bool {
        let last = self.rates.iter().rev().find(|entry| entry.from.year() <= year);
        last.is_some_and(|entry| entry.from.year() == year || entry.steps.is_empty())
    }
}

#[cfg(test)]
pub(crate) mod tests;
