//! The numbers of the statistics: logarithms, weights and what is made of them.
//!
//! This is the only module that knows binary floating point. It is the same on every machine: the
//! four operations are those of IEEE 754, logarithm, exponential and root are those of `libm`
//! compiled from its source, sums are made in a fixed order. Registers, quantities and money never
//! pass through here; the exact twin of the rule, in `Decimal`, is the oracle of the tests.

#![expect(
    clippy::disallowed_types,
    clippy::float_arithmetic,
    reason = "this module is the replacement"
)]

use std::cmp::Ordering;
use std::fmt::Debug;
use std::ops::{Add, Div, Mul, Neg, Sub};

use rust_decimal::Decimal;

/// A number that the days of a year can be weighed with: the exact ones, too.
pub(crate) trait Arithmetic:
    Copy
    + Debug
    + PartialOrd
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
{
    /// The number that a quantity or a parameter is.
    fn of(exact: Decimal) -> Self;

    /// A count of days or of things.
    fn whole(count: i64) -> Self;

    /// Zero.
    fn zero() -> Self {
        Self::whole(0)
    }
}

impl Arithmetic for Decimal {
    fn of(exact: Decimal) -> Self {
        exact
    }

    fn whole(count: i64) -> Self {
        count.into()
    }
}

/// A number that the statistics are made of.
pub(crate) trait Number: Arithmetic {
    /// The natural logarithm.
    fn ln(self) -> Self;

    /// e to this power.
    fn exp(self) -> Self;

    /// The square root.
    fn sqrt(self) -> Self;

    /// To nine decimals, half away from zero; `None` for what is not finite or has more than 18
    /// whole digits.
    fn exact(self) -> Option<Decimal>;

    /// The larger of two.
    fn at_least(self, other: Self) -> Self {
        if self < other { other } else { self }
    }

    /// The smaller of two.
    fn at_most(self, other: Self) -> Self {
        if other < self { other } else { self }
    }

    /// Without its sign.
    fn size(self) -> Self {
        if self < Self::zero() { -self } else { self }
    }

    /// As the sort of a median needs it; what cannot be compared is the same.
    fn order(&self, other: &Self) -> Ordering {
        self.partial_cmp(other).unwrap_or(Ordering::Equal)
    }
}

/// Deterministic binary floating point.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub(crate) struct Real(f64);

/// 10^0 to 10^28, each of them the nearest there is.
const POWERS: [f64; 29] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22, 1e23, 1e24, 1e25, 1e26, 1e27, 1e28,
];

/// Decimals that leave the module.
const DECIMALS: u32 = 9;

impl Arithmetic for Real {
    #[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "to the nearest")]
    fn of(exact: Decimal) -> Self {
        let power = usize::try_from(exact.scale()).ok().and_then(|scale| POWERS.get(scale));
        let power = power.copied().unwrap_or(f64::NAN);
        match i64::try_from(exact.mantissa()) {
            Ok(mantissa) => Self(mantissa as f64 / power),
            Err(_) => Self(exact.mantissa() as f64 / power),
        }
    }

    #[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "counts are small")]
    fn whole(count: i64) -> Self {
        Self(count as f64)
    }
}

impl Number for Real {
    fn ln(self) -> Self {
        Self(libm::log(self.0))
    }

    fn exp(self) -> Self {
        Self(libm::exp(self.0))
    }

    fn sqrt(self) -> Self {
        Self(libm::sqrt(self.0))
    }

    #[expect(clippy::as_conversions, clippy::cast_possible_truncation, reason = "within 28 digits")]
    fn exact(self) -> Option<Decimal> {
        let Self(number) = self;
        let size = libm::fabs(number);
        if !number.is_finite() || size >= 1e18 {
            return None;
        }
        let billionths = libm::floor(size * 1e9 + 0.5) as i128;
        let signed = if number < 0.0 { -billionths } else { billionths };
        Decimal::try_from_i128_with_scale(signed, DECIMALS).ok()
    }
}

impl Add for Real {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for Real {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Mul for Real {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        Self(self.0 * other.0)
    }
}

impl Div for Real {
    type Output = Self;

    fn div(self, other: Self) -> Self {
        Self(self.0 / other.0)
    }
}

impl Neg for Real {
    type Output = Self;

    fn neg(self) -> Self {
        Self(-self.0)
    }
}

#[cfg(test)]
pub(crate) mod oracle;
#[cfg(test)]
mod tests;
