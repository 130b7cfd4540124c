//! Colours, and whether one can be read on another.

use std::fmt;

/// A colour of sRGB, written `#0B5CAD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Color {
    channels: [u8; 3],
}

impl Color {
    /// Reads `#` and six hex digits.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#')?;
        if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        let [_, red, green, blue] = u32::from_str_radix(digits, 16).ok()?.to_be_bytes();
        Some(Self { channels: [red, green, blue] })
    }

    /// The contrast with `other`, in thousandths and rounded down: 4500 is 4.5:1, the least that
    /// text may have.
    ///
    /// **Source.** WCAG 2.2, "contrast ratio" and success criterion 1.4.3.
    pub fn contrast(self, other: Self) -> u32 {
        /// 0.05 of [`ONE`].
        const FLARE: u128 = 50_000;
        let (a, b) = (self.luminance(), other.luminance());
        let thousandths = (a.max(b) + FLARE) * 1000;
        u32::try_from(thousandths.div_euclid(a.min(b) + FLARE)).unwrap_or(u32::MAX)
    }

    /// The colour of this hue, in steps of a hundredth, nearest to it that has `needed` contrast with `other`: darker on a
    /// light ground, lighter on a dark one. `None` where neither black nor white would do.
    pub fn readable_on(self, other: Self, needed: u32) -> Option<Self> {
        let darken = |keep: u32, channel: u8| (u32::from(channel) * keep).div_euclid(100);
        let lighten =
            |keep: u32, channel: u8| 255 - (u32::from(255 - channel) * keep).div_euclid(100);
        let toward = |scale: &dyn Fn(u32, u8) -> u32| {
            (0..=100).rev().find_map(|keep| {
                let channels = self.channels.map(|c| u8::try_from(scale(keep, c)).unwrap_or(255));
                let color = Self { channels };
                (color.contrast(other) >= needed).then_some(color)
            })
        };
        toward(&darken).or_else(|| toward(&lighten))
    }

    /// Relative luminance in parts of [`ONE`].
    fn luminance(self) -> u128 {
        let [red, green, blue] = self.channels.map(linear);
        (red * 2126 + green * 7152 + blue * 722).div_euclid(10_000)
    }
}

impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.channels;
        write!(f, "#{red:02X}{green:02X}{blue:02X}")
    }
}

/// The unit of fixed-point light.
const ONE: u128 = 1_000_000;

/// The light of one channel in parts of [`ONE`]: `((c + 0.055) / 1.055)^2.4`, near zero `c / 12.92`.
///
/// In integers, because floating point is not used outside statistics: the fifth root of the
/// twelfth power is searched for.
fn linear(channel: u8) -> u128 {
    const FINE: u128 = 1_000_000_000_000_000_000;
    let channel = u128::from(channel);
    if channel <= 10 {
        return (channel * ONE * 100).div_euclid(255 * 1292);
    }
    let times = |a: u128, b: u128| (a * b).div_euclid(FINE);
    let base = ((40 * channel + 561) * FINE).div_euclid(10_761);
    let fourth = times(times(base, base), times(base, base));
    let twelfth = times(times(fourth, fourth), fourth);
    // ONE^5 is FINE times 10^12.
    let (mut low, mut high) = (0, ONE);
    while low < high {
        let middle = (low + high + 1).div_euclid(2);
        if middle.pow(5).div_euclid(1_000_000_000_000) <= twelfth {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    low
}

#[cfg(test)]
mod tests;
