//! *Verbruiksniveau*: how much similar customers used, year by year.

use chrono::{Datelike as _, NaiveDate};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::stats::Number;

/// The level of similar customers' use in the year that ends about 31 December, by calendar year.
///
/// Only ratios of levels count; without levels every year is like every other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Levels(Vec<(i32, Decimal)>);

/// A level that is no level: levels are above 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the level of {year} is not above 0")]
pub struct BadLevel {
    /// The year.
    pub year: i32,
}

impl Levels {
    /// **Shape.** `levels` in any order, each year once.
    /// **Errors.** [`BadLevel`]: the snapshot, or the line, is to be mended.
    pub fn of(mut levels: Vec<(i32, Decimal)>) -> Result<Self, BadLevel> {
        levels.sort_unstable_by_key(|(year, _)| *year);
        match levels.iter().find(|(_, level)| *level <= Decimal::ZERO) {
            Some((year, _)) => Err(BadLevel { year: *year }),
            None => Ok(Self(levels)),
        }
    }

    /// The years and their levels, ascending.
    pub fn years(&self) -> &[(i32, Decimal)] {
        &self.0
    }

    /// The level that counts for a year that ends on `day`: of its own year, else of the nearest
    /// earlier one, else of the first; a year that ends in the first half counts as the one before.
    pub fn on(&self, day: NaiveDate) -> Decimal {
        let year = level_year(day);
        let earlier = self.0.iter().rev().find(|(known, _)| *known <= year);
        earlier.or(self.0.first()).map_or(Decimal::ONE, |(_, level)| *level)
    }

    /// The level of exactly `year`.
    pub fn of_year(&self, year: i32) -> Option<Decimal> {
        self.0.iter().find(|(known, _)| *known == year).map(|(_, level)| *level)
    }

    /// The logarithm of [`Levels::on`].
    pub(super) fn ln_on<N: Number>(&self, day: NaiveDate) -> N {
        if self.0.is_empty() { N::zero() } else { N::of(self.on(day)).ln() }
    }
}

/// The calendar year whose level counts for a year of use that ends on `day`.
pub fn level_year(day: NaiveDate) -> i32 {
    if day.month() <= 6 { day.year().saturating_sub(1) } else { day.year() }
}
