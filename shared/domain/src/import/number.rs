//! Numbers as administrations print them, and the decimal sign that they use.

use rust_decimal::Decimal;
use serde::Deserialize;

/// *Decimaalteken*: what stands before the decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DecimalSign {
    /// `1.234,56`.
    Comma,
    /// `1,234.56`.
    Point,
}

impl DecimalSign {
    fn other(self) -> Self {
        match self {
            Self::Comma => Self::Point,
            Self::Point => Self::Comma,
        }
    }
}

/// A number cell, as far as it can be read on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Number {
    /// It can be read in one way.
    Clear {
        /// What it says.
        value: Decimal,
        /// The decimal sign that it shows; a whole number shows none.
        sign: Option<DecimalSign>,
    },
    /// `1.234`: a group of thousands, or three decimals.
    Either {
        /// The sign that it holds.
        holds: DecimalSign,
        /// Its value where that sign stands before decimals.
        decimal: Decimal,
        /// Its value where that sign stands between groups.
        grouped: Decimal,
    },
}

impl Number {
    /// Its value; `sign` decides where it can be read in two ways, and only there.
    pub(super) fn value(self, sign: Option<DecimalSign>) -> Option<Decimal> {
        match self {
            Self::Clear { value, .. } => Some(value),
            Self::Either { holds, decimal, grouped } => {
                sign.map(|sign| if sign == holds { decimal } else { grouped })
            }
        }
    }
}

/// Reads `1234`, `1234,56`, `1234.56`, `1.234,56` and `1,234.56`, each with or without a minus;
/// spaces are dropped. No exponent, no currency sign.
pub(super) fn read(text: &str) -> Option<Number> {
    let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let (minus, body) = compact.strip_prefix('-').map_or(("", compact.as_str()), |b| ("-", b));
    let exact = |whole: &str, fraction: &str| {
        Decimal::from_str_exact(&format!("{minus}{}.{fraction}0", whole.replace(['.', ','], "")))
            .ok()
            .map(|value| value.normalize())
    };
    let edges = body.chars().next()?.is_ascii_digit() && body.chars().last()?.is_ascii_digit();
    let plain = body.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ','));
    if !edges || !plain {
        return None;
    }
    let Some(at) = body.rfind(['.', ',']) else {
        return exact(body, "").map(|value| Number::Clear { value, sign: None });
    };
    let (whole, tail) = body.split_at_checked(at)?;
    let sign = if tail.starts_with(',') { DecimalSign::Comma } else { DecimalSign::Point };
    let fraction = tail.get(1..)?;
    if !whole.contains(['.', ',']) {
        let decimal = exact(whole, fraction)?;
        if fraction.len() == 3 && is_group_head(whole) {
            return Some(Number::Either { holds: sign, decimal, grouped: exact(body, "")? });
        }
        return Some(Number::Clear { value: decimal, sign: Some(sign) });
    }
    let (own, other) = if sign == DecimalSign::Comma { (',', '.') } else { ('.', ',') };
    if !whole.contains(other) {
        // One sign more than once stands between groups, so the other one is for decimals.
        let value = exact(body, "").filter(|_| is_grouped(body, own))?;
        return Some(Number::Clear { value, sign: Some(sign.other()) });
    }
    let value = exact(whole, fraction).filter(|_| is_grouped(whole, other))?;
    Some(Number::Clear { value, sign: Some(sign) })
}

fn is_group_head(text: &str) -> bool {
    (1..=3).contains(&text.len()) && !text.starts_with('0')
}

/// Whether groups of three stand behind a head of one to three digits.
fn is_grouped(text: &str, separator: char) -> bool {
    let mut groups = text.split(separator);
    let digits = |group: &str| group.bytes().all(|b| b.is_ascii_digit());
    groups.next().is_some_and(|head| is_group_head(head) && digits(head))
        && groups.all(|group| group.len() == 3 && digits(group))
}
