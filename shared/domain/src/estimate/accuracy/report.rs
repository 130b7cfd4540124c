//! The yearly report: what an operator reads, and what the constants are refitted from.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

use super::{Accuracy, Manner, Nearness};
use crate::estimate::cohort::{Group, Snapshot};
use crate::estimate::constants::Constants;

/// How near the estimates of a campaign were: made once, when the next one closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// By the way in which they were made.
    pub rows: Vec<Row>,
    /// By similar customers; a group without a region or a capacity is all of them.
    pub groups: Vec<GroupRow>,
}

/// The estimates that were made in one way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// In which.
    pub manner: Manner,
    /// How near they were.
    pub figures: Figures,
}

/// The estimates of one group of similar customers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupRow {
    /// Whose.
    pub group: Group,
    /// How near they were.
    pub figures: Figures,
    /// How the use of those who had answered changed, for each unit of the year before, as far as it
    /// moved these estimates; absent where nothing was gathered of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered: Option<Decimal>,
}

/// How near estimates were.
///
/// **Units.** Shares of 1, to four decimals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// How many there were of which something was used.
    pub estimates: u64,
    /// Half of them were off by less, either way.
    pub error: Decimal,
    /// Half of them were lower than this, against what was used: above 0 is too much.
    pub bias: Decimal,
    /// The share whose band held what was used.
    pub held: Decimal,
    /// How many there were of which nothing was used.
    pub unused: u32,
}

impl Figures {
    fn of(nearness: &Nearness) -> Self {
        let Nearness { ratios, held, unused } = nearness;
        let estimates = ratios.customers();
        let share = Decimal::from(*held).checked_div(estimates.into()).unwrap_or_default();
        Self {
            estimates,
            error: ratios.median_distance().unwrap_or_default(),
            bias: ratios.median().map_or(Decimal::ZERO, |ratio| ratio - Decimal::ONE),
            held: share.round_dp_with_strategy(4, RoundingStrategy::MidpointAwayFromZero),
            unused: *unused,
        }
    }

    /// As one line of figures, in percent.
    fn written(&self) -> String {
        let Self { estimates, error, bias, held, unused } = self;
        let (error, bias, held) = (percent(*error), percent(*bias), percent(*held));
        format!("{estimates:>9} {error:>9} {bias:>9} {held:>9} {unused:>9}")
    }
}

impl Report {
    /// What `counted` says; groups with too few estimates are told with the wider one.
    ///
    /// **Shape.** `before` is the snapshot that moved the estimates.
    pub fn of(
        counted: &Accuracy,
        before: Option<&Snapshot>,
        constants: &Constants<Decimal>,
    ) -> Self {
        let mut widened: BTreeMap<Group, Nearness> = BTreeMap::new();
        for (group, nearness) in &counted.groups {
            for group in group.widening() {
                widened.entry(group).or_default().add(nearness);
            }
        }
        let is_told = |(group, nearness): &(&Group, &Nearness)| {
            let is_widest = group.region.is_none() && group.capacity.is_none();
            let estimates = Decimal::from(nearness.ratios.customers());
            is_widest || estimates >= constants.cohort_customers_min
        };
        let answered = |group: &Group| {
            let groups = &before?.groups;
            let of = |group: Group| groups.iter().find(|one| one.group == group);
            group.widening().find_map(of).map(|one| one.index.ratio)
        };
        let row = |(manner, nearness): (&Manner, &Nearness)| Row {
            manner: *manner,
            figures: Figures::of(nearness),
        };
        let group = |(group, nearness): (&Group, &Nearness)| GroupRow {
            group: group.clone(),
            figures: Figures::of(nearness),
            answered: answered(group),
        };
        Self {
            rows: counted.manners.iter().map(row).collect(),
            groups: widened.iter().filter(is_told).map(group).collect(),
        }
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The report as an operator reads it, in lines of at most a hundred characters.
    pub fn text(&self) -> String {
        let heads = "estimates     error      bias   in band    unused";
        let mut text = String::with_capacity(4096);
        line(&mut text, "made", heads);
        for Row { manner, figures } in &self.rows {
            let Manner { commodity, method, confidence } = manner;
            let how = format!("{} {} {confidence}", commodity.as_str(), method.as_str());
            line(&mut text, &how, &figures.written());
        }
        text.push('\n');
        line(&mut text, "similar customers", &format!("{heads}  answered"));
        for GroupRow { group, figures, answered } in &self.groups {
            let answered = answered.map(|ratio| percent(ratio - Decimal::ONE)).unwrap_or_default();
            let figures = format!("{} {answered:>9}", figures.written());
            line(&mut text, &group.to_string(), figures.trim_end());
        }
        text
    }
}

fn line(text: &mut String, of: &str, figures: &str) {
    let written = writeln!(text, "{of:40} {figures}");
    debug_assert!(written.is_ok(), "a String takes every write");
}

/// A share in percent, with one decimal: `-3.5 %`.
fn percent(share: Decimal) -> String {
    let percent = share.checked_mul(Decimal::ONE_HUNDRED).unwrap_or_default();
    let percent = percent.round_dp_with_strategy(1, RoundingStrategy::MidpointAwayFromZero);
    format!("{:.1} %", percent.normalize())
}
