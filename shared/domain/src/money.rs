//! Exact amounts.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Neg, Sub};

use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

/// *Bedrag*: an amount in euro, kept in whole cents.
///
/// **Units.** Cents; negative amounts are in the customer's favour.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Money(i64);

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// *Hoogste bedrag*: no document has an amount above 10^11 cents.
    pub const LIMIT: Self = Self(100_000_000_000);

    /// The amount of `cents`.
    pub fn from_cents(cents: i64) -> Self {
        Self(cents)
    }

    /// The amount in cents.
    pub fn cents(self) -> i64 {
        self.0
    }

    /// Rounds an exact amount in euro once, half away from zero; `None` above 92 thousand billion.
    ///
    /// ```
    /// use domain::money::Money;
    ///
    /// let exact = "0.125".parse().unwrap();
    /// assert_eq!(Money::from_exact(exact), Some(Money::from_cents(13)));
    /// ```
    pub fn from_exact(euro: Decimal) -> Option<Self> {
        euro.checked_mul(Decimal::ONE_HUNDRED)?
            .round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero)
            .to_i64()
            .map(Self)
    }

    /// Rounds an exact fraction of cents once, half away from zero; `None` beyond 64 bits, and
    /// where `denominator` is not above 0.
    ///
    /// ```
    /// use domain::money::Money;
    ///
    /// assert_eq!(Money::from_ratio(-5, 10), Some(Money::from_cents(-1)));
    /// ```
    pub fn from_ratio(numerator: i128, denominator: i128) -> Option<Self> {
        i64::try_from(divided(numerator, denominator)?).ok().map(Self)
    }

    /// The amount, unless it is above [`Self::LIMIT`], to pay or to get back.
    pub fn limited(self) -> Option<Self> {
        (self.0.unsigned_abs() <= Self::LIMIT.0.unsigned_abs()).then_some(self)
    }
}

/// `numerator` / `denominator`, half away from zero; `None` where it overflows and where
/// `denominator` is not above 0.
pub(crate) fn divided(numerator: i128, denominator: i128) -> Option<i128> {
    let doubled = numerator.checked_abs()?.checked_mul(2)?.checked_add(denominator)?;
    let quotient = doubled.checked_div_euclid(denominator.checked_mul(2)?)?;
    (denominator > 0).then_some(quotient * numerator.signum())
}

impl fmt::Display for Money {
    /// Writes `-1204.05`: euro, a point, two decimals, as files and logs hold it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let cents = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:02}", cents.div_euclid(100), cents.rem_euclid(100))
    }
}

impl Add for Money {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Money {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Neg for Money {
    type Output = Self;

    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}
