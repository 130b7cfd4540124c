//! The engine: from the readings of a register to what it showed on a day, with a band.
//!
//! Real readings only, weighed by season and age; what stands alone is thrown out; a little lean
//! on similar customers; moved with them from year to year; always with a band. Whoever asks about
//! a missing reading and whoever checks one that was typed ask here.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::answer::{Confidence, Method, Note};
use super::centre::{Centre, Leaning, Today, centre, household_sigma, level, short, take_out};
use super::constants::Constants;
use super::intervals::{Counted, Fate, Interval, Stepping, intervals};
use super::joining::{Bounds, join};
use super::levels::Levels;
use super::norm::Norm;
use super::profile::{DayWeights, year_days};
use super::shown::Shown;
use super::stats::Number;
use crate::calendar::Period;
use crate::meter::{Direction, Turning};
use crate::quantity::Commodity;

/// What is asked about one register of a connection.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// What flows.
    pub commodity: Commodity,
    /// Whether the register may go down.
    pub turning: Turning,
    /// Which way the energy flows: of what is fed in nobody else says anything.
    pub direction: Direction,
    /// What it showed, arranged ([`super::shown::arrange`]).
    pub readings: &'a [Shown],
    /// What similar customers use.
    pub norm: &'a Norm,
    /// How their year's use changed.
    pub levels: &'a Levels,
    /// Who lives there, and which days do not count.
    pub occupancy: &'a Occupancy,
    /// The day that is asked about.
    pub on: NaiveDate,
}

impl Question<'_> {
    /// Whether the register's own years alone count, by their mean: one that runs backwards may be
    /// near zero, and of what is fed in no norm is known.
    pub(crate) fn stands_alone(&self) -> bool {
        self.turning == Turning::Reversible || self.direction == Direction::FeedIn
    }
}

/// *Bewoning*: since when the present occupant lives there, and which days do not count.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Occupancy {
    /// The day from which the present occupant uses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occupied_from: Option<NaiveDate>,
    /// Days that an operator marked: a leak, a fire, works.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excluded: Vec<Period>,
}

/// There is no estimate, and none is invented.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Impossible {
    /// The register has no reading at all: an operator must find its first one.
    #[error("there is no reading")]
    NoReading,
    /// There is a later reading than the day asked for: settle between readings.
    #[error("the day is before the last reading, of {last}")]
    TargetBeforeLastReading {
        /// The day of the last reading.
        last: NaiveDate,
    },
    /// A register that runs backwards or counts what is fed in has no year of readings: an operator
    /// decides.
    #[error("a register that runs backwards or counts feed-in needs a year of readings")]
    NoEstimate,
    /// A number is beyond what can be reckoned with: correct the reading or the configuration.
    #[error("a number is too large to reckon with")]
    OutOfRange,
}

/// What the engine found, before it is rounded.
#[derive(Clone, Debug)]
pub(crate) struct Outcome<'a, N> {
    /// The last reading that counts.
    pub(crate) base: &'a Shown,
    /// What earlier estimates advanced the register after the base.
    pub(crate) already: Decimal,
    /// What was used since the base.
    pub(crate) since_base: Band<N>,
    /// How it was made.
    pub(crate) method: Method,
    /// What was noticed, in order.
    pub(crate) notes: Vec<Note>,
    /// How sure it is.
    pub(crate) confidence: Confidence,
    /// What the days from the base weigh.
    pub(crate) ahead: N,
    /// Every interval, with what became of it.
    pub(crate) intervals: Vec<Interval<N>>,
    /// The logarithm of the norm at today's level.
    pub(crate) norm: N,
    /// The centre of the years that count, where some do.
    pub(crate) centre: Option<Centre<N>>,
    /// How far the truth may lie from it, in logarithms; for a register that runs backwards in its
    /// unit; nothing where the place is empty.
    pub(crate) spread: Option<N>,
}

/// An amount, and between which two it lies with 80 % probability.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Band<N> {
    pub(crate) amount: N,
    pub(crate) low: N,
    pub(crate) high: N,
}

/// What a centre becomes.
struct Reckoned<N> {
    since_base: Band<N>,
    method: Method,
    centre: Option<Centre<N>>,
    spread: Option<N>,
}

/// What was used from the last reading that counts to the day of `asked`.
pub(crate) fn reckon<'a, N: Number>(
    asked: &Question<'a>,
    season: &DayWeights<N>,
    constants: &Constants<N>,
    stepping: &Stepping,
) -> Result<Outcome<'a, N>, Impossible> {
    let last = asked.readings.last().ok_or(Impossible::NoReading)?;
    if asked.on < last.on {
        return Err(Impossible::TargetBeforeLastReading { last: last.on });
    }
    let mut notes = Vec::new();
    let trusted = asked.readings.iter().rposition(Shown::is_trusted);
    let mut after = asked.readings.get(trusted.unwrap_or_default()..).unwrap_or_default();
    let mut found = intervals(asked.readings, Counted::Trusted, stepping, season)?;
    if found.is_empty() && asked.readings.iter().any(|shown| !shown.is_trusted()) {
        found = intervals(asked.readings, Counted::All, stepping, season)?;
        after = std::slice::from_ref(last);
        notes.push(Note::FromEstimates);
    }
    let base = after.first().unwrap_or(last);
    let already = advance(after, stepping)?;
    let bounds = Bounds {
        occupied_from: asked.occupancy.occupied_from,
        excluded: &asked.occupancy.excluded,
        turning: asked.turning,
    };
    let mut found = join(found, &bounds, constants)?;
    if found.iter().any(|interval| interval.fate == Fate::MarkedOut) {
        notes.push(Note::MarkedOut);
    }
    let ahead = season.weight(base.on, asked.on);
    let today = Today { levels: asked.levels, target: asked.on, base: base.on };
    let norm: N = norm(asked, &today);
    occupied(&mut found, asked.occupancy.occupied_from, constants, &mut notes);
    let reckoned = if asked.stands_alone() {
        backwards(&mut found, &today, ahead, asked.commodity, constants)?
    } else if is_vacant(&found, &notes, constants) {
        let high = norm.exp() * ahead / year_days();
        let since_base = Band { amount: N::zero(), low: N::zero(), high };
        Reckoned { since_base, method: Method::Vacant, centre: None, spread: None }
    } else {
        for interval in &mut found {
            if interval.fate == Fate::Kept && interval.amount <= Decimal::ZERO {
                interval.fate = Fate::Zero;
            }
        }
        level(&mut found, &today);
        notes.extend(take_out(&mut found, constants));
        let leaning = leaning(asked, norm, &notes, constants);
        let centre = centre(&mut found, &today, &leaning, constants, &mut notes);
        from_centre(centre, &leaning, ahead, &notes, constants)
    };
    let Reckoned { since_base, method, centre, spread } = reckoned;
    let confidence = if asked.stands_alone() {
        Confidence::D
    } else {
        confidence(method, &notes, centre.as_ref(), spread, constants)
    };
    Ok(Outcome {
        base,
        already,
        since_base,
        method,
        notes,
        confidence,
        ahead,
        intervals: found,
        norm,
        centre,
        spread,
    })
}

/// What the register advanced from the first of `readings` to the last.
pub(super) fn advance(readings: &[Shown], stepping: &Stepping) -> Result<Decimal, Impossible> {
    readings.windows(2).try_fold(Decimal::ZERO, |sum, pair| {
        let [before, next] = pair else { return Ok(sum) };
        sum.checked_add(stepping.step(before, next)?).ok_or(Impossible::OutOfRange)
    })
}

/// The logarithm of the norm, moved to today's level where its year is known.
fn norm<N: Number>(asked: &Question<'_>, today: &Today<'_>) -> N {
    let norm = N::of(asked.norm.median()).ln();
    let then = asked.norm.year().and_then(|year| asked.levels.of_year(year));
    let moved = then.map(|then| asked.levels.ln_on::<N>(today.target) - N::of(then).ln());
    moved.map_or(norm, |moved| norm + moved)
}

/// Keeps the use of the present occupant, if there is enough; else notes that it is another's.
fn occupied<N: Number>(
    found: &mut [Interval<N>],
    occupied_from: Option<NaiveDate>,
    constants: &Constants<N>,
    notes: &mut Vec<Note>,
) {
    let Some(from) = occupied_from else { return };
    let kept = |interval: &&Interval<N>| interval.fate == Fate::Kept;
    let own = found.iter().filter(kept).filter(|interval| interval.from >= from);
    let own_weight = own.fold(N::zero(), |sum, interval| sum + interval.weight);
    if own_weight >= constants.occupied_weight {
        for interval in found.iter_mut().filter(|one| one.fate == Fate::Kept && one.from < from) {
            interval.fate = Fate::OtherOccupant;
        }
    } else if found.iter().filter(kept).any(|interval| interval.from < from) {
        for interval in found.iter_mut().filter(|one| one.fate == Fate::Kept) {
            if interval.amount <= Decimal::ZERO {
                interval.fate = Fate::Zero;
            }
        }
        notes.push(Note::FormerOccupant);
    }
}

/// Whether nothing was used in the newest interval, and that says something.
fn is_vacant<N: Number>(found: &[Interval<N>], notes: &[Note], constants: &Constants<N>) -> bool {
    let mut kept = found.iter().filter(|interval| interval.fate == Fate::Kept);
    let Some(newest) = kept.clone().next_back() else { return false };
    newest.amount.is_zero()
        && !notes.contains(&Note::FormerOccupant)
        && (newest.weight >= constants.vacant_weight
            || !kept.any(|interval| interval.amount > Decimal::ZERO))
}

fn leaning<N: Number>(
    asked: &Question<'_>,
    norm: N,
    notes: &[Note],
    constants: &Constants<N>,
) -> Leaning<N> {
    let mut times = N::whole(1);
    if notes.contains(&Note::FormerOccupant) {
        times = times * constants.former_occupant_lean;
    }
    if notes.contains(&Note::FromEstimates) {
        times = times * constants.from_estimates_lean;
    }
    let norm_sigma = N::of(asked.norm.sigma()).at_least(constants.norm_sigma_min);
    Leaning { norm, norm_sigma, times, sigma: household_sigma(asked.commodity, constants) }
}

/// What the centre, or without one the norm, means for the days ahead.
fn from_centre<N: Number>(
    centre: Option<Centre<N>>,
    leaning: &Leaning<N>,
    ahead: N,
    notes: &[Note],
    constants: &Constants<N>,
) -> Reckoned<N> {
    let (mu, spread, method) = match &centre {
        None => {
            let variance = leaning.norm_sigma * leaning.norm_sigma + constants.norm_variance;
            (leaning.norm, variance.sqrt(), Method::PeerNorm)
        }
        Some(centre) => {
            let method = if notes.contains(&Note::FormerOccupant) {
                Method::AddressHistory
            } else if centre.kept == 1 {
                Method::OneYearPlusPeers
            } else {
                Method::OwnHistory
            };
            (centre.year, centre.spread(ahead, notes, constants), method)
        }
    };
    let amount = mu.exp() * ahead / year_days();
    let width = (constants.band_deviations * spread).exp();
    let since_base = Band { amount, low: amount / width, high: amount * width };
    Reckoned { since_base, method, centre, spread: Some(spread) }
}

/// A register that stands alone: the mean of its own years, in its unit.
fn backwards<N: Number>(
    found: &mut [Interval<N>],
    today: &Today<'_>,
    ahead: N,
    commodity: Commodity,
    constants: &Constants<N>,
) -> Result<Reckoned<N>, Impossible> {
    for interval in found.iter_mut().filter(|interval| interval.fate == Fate::Kept) {
        interval.level = interval.rate().map(|rate| rate * year_days());
    }
    if !found.iter().any(|one| one.fate == Fate::Kept && one.weight >= constants.backwards_weight) {
        return Err(Impossible::NoEstimate);
    }
    let (zero, one) = (N::zero(), N::whole(1));
    let alone = Leaning { norm: zero, norm_sigma: one, times: zero, sigma: zero };
    // What is noted of ratios says nothing about a register that may be near zero.
    let mut unsaid = Vec::new();
    let mut centre =
        centre(found, today, &alone, constants, &mut unsaid).ok_or(Impossible::NoEstimate)?;
    let usual = household_sigma(commodity, constants) * centre.mean.size();
    centre.variance = centre.variance
        + constants.prior_years * usual * usual
            / (constants.prior_years + N::whole(i64::try_from(centre.kept).unwrap_or(i64::MAX))
                - one);
    let spread = (centre.variance * short(ahead, constants)).sqrt();
    let amount = centre.mean * ahead / year_days();
    let width = constants.band_deviations * spread * ahead / year_days();
    let since_base = Band { amount, low: amount - width, high: amount + width };
    let method = if centre.kept == 1 { Method::OneYearPlusPeers } else { Method::OwnHistory };
    Ok(Reckoned { since_base, method, centre: Some(centre), spread: Some(spread) })
}

fn confidence<N: Number>(
    method: Method,
    notes: &[Note],
    centre: Option<&Centre<N>>,
    spread: Option<N>,
    constants: &Constants<N>,
) -> Confidence {
    let is_special = notes.iter().any(|note| match note {
        Note::FromEstimates | Note::FormerOccupant | Note::PartialYear => true,
        Note::MarkedOut
        | Note::OutlierRemoved
        | Note::LevelShift
        | Note::TwoYearsDisagree
        | Note::HeldAtLastInvoice => false,
    });
    let (Some(centre), Some(spread)) = (centre, spread) else {
        return if method == Method::PeerNorm { Confidence::E } else { Confidence::D };
    };
    if is_special {
        Confidence::D
    } else if centre.kept >= 3 && spread < constants.confidence_a {
        Confidence::A
    } else if centre.kept >= 2 && spread < constants.confidence_b {
        Confidence::B
    } else if spread < constants.confidence_c {
        Confidence::C
    } else {
        Confidence::D
    }
}

#[cfg(test)]
pub(crate) mod tests;
