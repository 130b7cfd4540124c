//! The statistics in `Decimal`, with 28 digits: slow, and what the fast ones are compared with.

use rust_decimal::{Decimal, MathematicalOps, RoundingStrategy};

use super::Number;

impl Number for Decimal {
    fn ln(self) -> Self {
        MathematicalOps::ln(&self)
    }

    fn exp(self) -> Self {
        self.exp_with_tolerance(Decimal::new(1, 26))
    }

    fn sqrt(self) -> Self {
        MathematicalOps::sqrt(&self).unwrap()
    }

    fn exact(self) -> Option<Decimal> {
        Some(self.round_dp_with_strategy(9, RoundingStrategy::MidpointAwayFromZero))
    }
}
