//! *Norm*: what similar customers use in a year.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// *Norm*: what similar customers use in a year.
///
/// **Units.** `median` is in the register's unit a year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Norm {
    /// Half of them use less; above 0.
    median: Decimal,
    /// The spread of the logarithm of their use; not negative.
    sigma: Decimal,
    /// The year that the median is of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    year: Option<i32>,
}

/// Numbers that are no norm: mend the configuration, or the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum BadNorm {
    /// Nobody's median is that.
    #[error("the median of a norm is above 0")]
    Median,
    /// A spread has no sign.
    #[error("the sigma of a norm is not negative")]
    Sigma,
}

impl Norm {
    /// The spread where none is known.
    pub const SIGMA: Decimal = Decimal::from_parts(5, 0, 0, false, 1);

    /// **Errors.** [`BadNorm`].
    pub fn of(median: Decimal, sigma: Decimal, year: Option<i32>) -> Result<Self, BadNorm> {
        if median <= Decimal::ZERO {
            return Err(BadNorm::Median);
        }
        if sigma < Decimal::ZERO {
            return Err(BadNorm::Sigma);
        }
        Ok(Self { median, sigma, year })
    }

    /// Half of similar customers use less in a year.
    pub fn median(&self) -> Decimal {
        self.median
    }

    /// The spread of the logarithm of their use.
    pub fn sigma(&self) -> Decimal {
        self.sigma
    }

    /// The year that the median is of.
    pub fn year(&self) -> Option<i32> {
        self.year
    }
}
