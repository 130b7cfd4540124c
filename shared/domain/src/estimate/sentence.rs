//! What a customer reads about an estimate: keys of messages with what fills them in.

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

use super::answer::{Method, Note};
use super::intervals::Fate;
use super::levels::{Levels, level_year};
use super::record::{Estimate, Step};
use crate::meter::RegisterName;

/// One sentence about an estimate.
///
/// **Units.** Amounts are in the register's unit, years are calendar years of use, percentages are
/// whole.
/// **Source.** The design of estimation, section 8: the texts know each by its key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "key", rename_all = "kebab-case")]
pub enum Sentence {
    /// Nothing came.
    Missing,
    /// What is estimated.
    Result {
        /// What was used.
        used: Decimal,
        /// It lies between this …
        low: Decimal,
        /// … and this.
        high: Decimal,
    },
    /// Their own years, the last the most.
    Own {
        /// Which.
        years: Vec<Years>,
    },
    /// Their own year, and a little of similar households.
    OneYear {
        /// Which; more than a year where the readings lie that far apart.
        year: Years,
    },
    /// The mean of a household of their size.
    NormPersons {
        /// Its size.
        persons: u8,
    },
    /// The mean of similar connections.
    Norm,
    /// What is usual at the address; never a former occupant's figures.
    Address,
    /// There was no use.
    Vacant,
    /// Only estimates are known.
    FromEstimates,
    /// Something unusual happened.
    MarkedOut {
        /// When.
        years: Vec<Years>,
    },
    /// Years that stood out.
    Outlier {
        /// Which.
        years: Vec<Years>,
    },
    /// The use has changed for two years.
    LevelShift,
    /// Less than half a year is known.
    Partial,
    /// The last two years differ.
    Disagree,
    /// The estimate before was too high.
    Held,
    /// Similar customers used less.
    CohortLess {
        /// How much.
        percent: Decimal,
    },
    /// Similar customers used more.
    CohortMore {
        /// How much.
        percent: Decimal,
    },
    /// The second year in a row.
    Second,
    /// The third, or a later one: somebody will call.
    Third,
    /// How to mend it.
    Correct,
}

/// One calendar year of use, or several that no reading divides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Years {
    /// The first.
    pub first: i32,
    /// The last; the first again where it is one.
    pub last: i32,
}

impl Years {
    fn of(step: &Step) -> Self {
        let last = level_year(step.until);
        Self { first: level_year(step.from).saturating_add(1).min(last), last }
    }
}

impl Sentence {
    /// The key of its text.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Missing => "estimate-missing",
            Self::Result { .. } => "estimate-result",
            Self::Own { .. } => "estimate-own",
            Self::OneYear { .. } => "estimate-one-year",
            Self::NormPersons { .. } => "estimate-norm-persons",
            Self::Norm => "estimate-norm",
            Self::Address => "estimate-address",
            Self::Vacant => "estimate-vacant",
            Self::FromEstimates => "estimate-from-estimates",
            Self::MarkedOut { .. } => "estimate-marked-out",
            Self::Outlier { .. } => "estimate-outlier",
            Self::LevelShift => "estimate-level-shift",
            Self::Partial => "estimate-partial",
            Self::Disagree => "estimate-disagree",
            Self::Held => "estimate-held",
            Self::CohortLess { .. } => "estimate-cohort-less",
            Self::CohortMore { .. } => "estimate-cohort-more",
            Self::Second => "estimate-second",
            Self::Third => "estimate-third",
            Self::Correct => "estimate-correct",
        }
    }
}

/// What a customer reads about `estimate`, in order.
///
/// ```
/// # use domain::estimate::sentence::Sentence;
/// assert_eq!(Sentence::Correct.key(), "estimate-correct");
/// ```
pub fn sentences(estimate: &Estimate) -> Vec<Sentence> {
    let Estimate { consumption: used, low, high, .. } = *estimate;
    let mut told = vec![Sentence::Missing, Sentence::Result { used, low, high }];
    told.push(method(estimate));
    told.extend(cohort(estimate));
    told.extend(estimate.notes.iter().filter_map(|one| note(*one, estimate)));
    match estimate.in_a_row.estimated {
        0 | 1 => {}
        2 => told.push(Sentence::Second),
        3.. => told.push(Sentence::Third),
    }
    told.push(Sentence::Correct);
    told
}

/// What a customer reads about the registers of a meter, as it is kept with the answer to a request.
///
/// It is one text: all who pass a request on carry it, and only a mail looks inside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Told(String);

impl Told {
    /// What is told of the estimates of a meter's `registers`; nothing of none.
    pub fn of(registers: &[(RegisterName, Estimate)]) -> Option<Self> {
        let told: Vec<(&RegisterName, Vec<Sentence>)> =
            registers.iter().map(|(name, estimate)| (name, sentences(estimate))).collect();
        if told.is_empty() { None } else { serde_json::to_string(&told).ok().map(Self) }
    }

    /// The sentences about each register; none where a later version has written others.
    pub fn registers(&self) -> Vec<(RegisterName, Vec<Sentence>)> {
        serde_json::from_str(&self.0).unwrap_or_default()
    }
}

fn method(estimate: &Estimate) -> Sentence {
    let kept = years(estimate, &[Fate::Kept]);
    match estimate.method {
        Method::OwnHistory => Sentence::Own { years: kept },
        Method::OneYearPlusPeers => match kept.as_slice() {
            [year] => Sentence::OneYear { year: *year },
            [] | [_, ..] => Sentence::Own { years: kept },
        },
        Method::AddressHistory => Sentence::Address,
        Method::PeerNorm => match estimate.inputs.norm_persons {
            Some(persons) => Sentence::NormPersons { persons },
            None => Sentence::Norm,
        },
        Method::Vacant => Sentence::Vacant,
    }
}

/// What was noticed; that somebody else lived there is said by the method.
fn note(note: Note, estimate: &Estimate) -> Option<Sentence> {
    Some(match note {
        Note::FromEstimates => Sentence::FromEstimates,
        Note::MarkedOut => Sentence::MarkedOut { years: years(estimate, &[Fate::MarkedOut]) },
        Note::FormerOccupant => return None,
        Note::OutlierRemoved => Sentence::Outlier { years: years(estimate, &[Fate::Outlier]) },
        Note::LevelShift => Sentence::LevelShift,
        Note::PartialYear => Sentence::Partial,
        Note::TwoYearsDisagree => Sentence::Disagree,
        Note::HeldAtLastInvoice => Sentence::Held,
    })
}

/// How similar customers' use changed from the last year that counts to the one that is estimated.
fn cohort(estimate: &Estimate) -> Option<Sentence> {
    let levels: &Levels = &estimate.inputs.levels;
    let kept = estimate.steps.intervals.iter().filter(|one| one.fate == Fate::Kept);
    let last = kept.map(|one| one.until).max()?;
    let then = levels.on(last);
    let change = levels.on(estimate.on).checked_sub(then)?.checked_div(then)?;
    let percent = change.checked_mul(Decimal::ONE_HUNDRED)?;
    let percent = percent.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
    if percent.is_zero() {
        None
    } else if percent < Decimal::ZERO {
        Some(Sentence::CohortLess { percent: -percent })
    } else {
        Some(Sentence::CohortMore { percent })
    }
}

fn years(estimate: &Estimate, fates: &[Fate]) -> Vec<Years> {
    let of_these = estimate.steps.intervals.iter().filter(|one| fates.contains(&one.fate));
    of_these.map(Years::of).collect()
}

#[cfg(test)]
mod tests;
