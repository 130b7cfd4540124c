//! Joining intervals: short ones to a year, and those that one wrong reading spoiled.

use std::collections::VecDeque;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::constants::Constants;
use super::engine::Impossible;
use super::intervals::{Fate, Interval};
use super::stats::Number;
use crate::calendar::{Period, days_between};
use crate::meter::Turning;

/// What joining must not cross or may not count.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds<'a> {
    pub(crate) occupied_from: Option<NaiveDate>,
    pub(crate) excluded: &'a [Period],
    pub(crate) turning: Turning,
}

impl Bounds<'_> {
    /// Whether the same occupant may have used both.
    fn are_of_one_occupant<N>(&self, a: &Interval<N>, b: &Interval<N>) -> bool {
        self.occupied_from.is_none_or(|from| (a.from >= from) == (b.from >= from))
    }

    fn excludes<N>(&self, interval: &Interval<N>) -> bool {
        self.excluded.iter().any(|period| {
            period.until.is_none_or(|until| interval.from < until) && period.from < interval.until
        })
    }
}

/// Joins what belongs together, and marks what cannot count.
pub(crate) fn join<N: Number>(
    intervals: Vec<Interval<N>>,
    bounds: &Bounds<'_>,
    constants: &Constants<N>,
) -> Result<Vec<Interval<N>>, Impossible> {
    let mut joined = join_neighbours(intervals, bounds, constants)?;
    if bounds.turning == Turning::Forward {
        mend(&mut joined, bounds, constants)?;
    }
    for interval in &mut joined {
        let down = bounds.turning == Turning::Forward && interval.amount < Decimal::ZERO;
        if down || interval.weight <= N::zero() {
            interval.fate = Fate::Unusable;
        } else if bounds.excludes(interval) {
            interval.fate = Fate::MarkedOut;
        }
    }
    Ok(joined)
}

/// One pass in the order of days: a wrong reading spoils two neighbours in opposite ways, so a
/// negative interval takes the next with it; what is short is joined with the one kept before.
fn join_neighbours<N: Number>(
    intervals: Vec<Interval<N>>,
    bounds: &Bounds<'_>,
    constants: &Constants<N>,
) -> Result<Vec<Interval<N>>, Impossible> {
    let mut kept: Vec<Interval<N>> = Vec::with_capacity(intervals.len());
    let mut rest = VecDeque::from(intervals);
    while let Some(mut now) = rest.pop_front() {
        let goes_down = |one: &Interval<N>| one.amount < Decimal::ZERO;
        if let Some(next) = rest.front()
            && bounds.turning == Turning::Forward
            && (goes_down(&now) || goes_down(next))
            && bounds.are_of_one_occupant(&now, next)
        {
            now = now.joined(next)?;
            rest.pop_front();
        }
        let is_short = |one: &Interval<N>| one.weight < constants.join_weight;
        match kept.last_mut() {
            Some(before)
                if (is_short(&now) || is_short(before))
                    && N::whole(days_between(before.from, now.until))
                        <= constants.join_span_days
                    && bounds.are_of_one_occupant(before, &now) =>
            {
                *before = before.joined(&now)?;
            }
            _ => kept.push(now),
        }
    }
    Ok(kept)
}

/// Joins neighbours that are far off in opposite ways, and usual together.
fn mend<N: Number>(
    intervals: &mut Vec<Interval<N>>,
    bounds: &Bounds<'_>,
    constants: &Constants<N>,
) -> Result<(), Impossible> {
    let mut place = 0_usize;
    while let Some([first, second]) = intervals.get(place..place.saturating_add(2))
        && intervals.len() >= 3
    {
        let together = first.joined(second)?;
        if bounds.are_of_one_occupant(first, second)
            && is_spoiled(first, second, &together, usual_rate(intervals, place), constants)
        {
            let later = place.saturating_add(1);
            intervals.remove(later);
            if let Some(first) = intervals.get_mut(place) {
                *first = together;
            }
        } else {
            place = place.saturating_add(1);
        }
    }
    Ok(())
}

/// The upper median of the rates of all intervals but the two from `place` on.
fn usual_rate<N: Number>(intervals: &[Interval<N>], place: usize) -> Option<N> {
    let others = intervals.iter().enumerate().filter(|(at, one)| {
        !(place..place.saturating_add(2)).contains(at) && one.amount > Decimal::ZERO
    });
    upper_median(others.filter_map(|(_, one)| one.rate()).collect())
}

/// The middle one, of an even number the upper of the two.
pub(crate) fn upper_median<N: Number>(mut numbers: Vec<N>) -> Option<N> {
    numbers.sort_by(N::order);
    numbers.get(numbers.len().div_euclid(2)).copied()
}

fn is_spoiled<N: Number>(
    first: &Interval<N>,
    second: &Interval<N>,
    together: &Interval<N>,
    usual: Option<N>,
    constants: &Constants<N>,
) -> bool {
    let (Some(usual), Some(first_rate), Some(second_rate), Some(rate)) =
        (usual, first.rate(), second.rate(), together.rate())
    else {
        return false;
    };
    if first_rate <= N::zero() || second.amount < Decimal::ZERO {
        return false;
    }
    let far = constants.spoiled_distance;
    let distance = (first_rate / usual).ln();
    // Nothing used at all is further off than any distance.
    let opposite = if second_rate > N::zero() {
        let other = (second_rate / usual).ln();
        (distance > far && other < -far) || (distance < -far && other > far)
    } else {
        distance > far
    };
    opposite && (rate / usual).ln().size() < constants.mended_distance
}
