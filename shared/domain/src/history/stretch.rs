//! What was used between two trusted readings.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::{HistoryError, sum};

/// What was used between two trusted readings, through any exchange.
#[derive(Clone, Debug)]
pub(super) struct Stretch {
    pub(super) amount: Decimal,
    pub(super) days: i64,
    pub(super) from: NaiveDate,
    pub(super) until: NaiveDate,
    /// The places of its readings in the history.
    pub(super) places: BTreeSet<usize>,
}

impl Stretch {
    pub(super) fn at(place: usize, on: NaiveDate) -> Self {
        let places = BTreeSet::from([place]);
        Self { amount: Decimal::ZERO, days: 0, from: on, until: on, places }
    }

    pub(super) fn is_negative(&self) -> bool {
        self.amount < Decimal::ZERO
    }

    /// Whether a wrong reading lies between the two: one is negative, together they are not.
    pub(super) fn mends(&self, later: &Self) -> Result<bool, HistoryError> {
        let one_is_negative = self.is_negative() || later.is_negative();
        let together = sum(self.amount, later.amount)?;
        Ok(one_is_negative && together >= Decimal::ZERO && self.until == later.from)
    }

    pub(super) fn extend(
        &mut self,
        place: usize,
        step: Decimal,
        on: NaiveDate,
        days: i64,
    ) -> Result<(), HistoryError> {
        self.amount = sum(self.amount, step)?;
        self.days = self.days.saturating_add(days);
        self.until = on;
        self.places.insert(place);
        Ok(())
    }

    pub(super) fn joined(mut self, later: &Self) -> Result<Self, HistoryError> {
        self.amount = sum(self.amount, later.amount)?;
        self.days = self.days.saturating_add(later.days);
        self.until = later.until;
        self.places.extend(&later.places);
        Ok(self)
    }
}
