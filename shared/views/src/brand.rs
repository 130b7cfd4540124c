//! How the utility looks: `brand.toml` and its logo.

mod color;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

pub use color::Color;

use crate::config::{ConfigError, File};

/// How the utility looks on pages and in mails.
#[derive(Clone, Debug)]
pub struct Brand {
    /// Colours on light ground.
    pub light: Palette,
    /// Colours on dark ground.
    pub dark: Palette,
    svg: String,
    logo: String,
}

/// The colours of one scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Palette {
    /// Of buttons and marks.
    pub primary: Color,
    /// Of the text on them.
    pub on_primary: Color,
    /// Of links.
    pub link: Color,
}

/// The least contrast of text, in thousandths: success criterion 1.4.3 of WCAG 2.2.
const TEXT: u32 = 4500;

/// The largest logo that every page carries in itself, in bytes.
const LOGO_BYTES: usize = 4096;

impl Brand {
    /// Reads `brand.toml`; `read` gives the bytes of a file that stands beside it.
    ///
    /// **Errors.** Every unknown or missing key, every pair of colours that cannot be read, and a
    /// logo that is too large or could do more than be looked at.
    pub fn parse(
        name: &str,
        text: &str,
        read: impl FnOnce(&str) -> Option<Vec<u8>>,
    ) -> Result<Self, ConfigError> {
        let file = File::read(name, text)?;
        let logo = file.text("logo", |path| match read(path) {
            Some(bytes) => picture(bytes),
            None => Err("there is no such file beside this one".to_owned()),
        });
        // The grounds are those of `templates/page/style.css`.
        let light = palette(&file, "", &["#FFFFFF", "#F1F4F8"]);
        let dark = palette(&file, "dark.", &["#1A2129", "#10151B"]);
        let built = match (logo, light, dark) {
            (Some(svg), Some(light), Some(dark)) => {
                let logo = format!("data:image/svg+xml;base64,{}", STANDARD.encode(&svg));
                Some(Self { light, dark, svg, logo })
            }
            _ => None,
        };
        file.finish(built)
    }

    /// The logo as a `data:` address.
    pub fn logo(&self) -> &str {
        &self.logo
    }

    /// The logo as SVG.
    pub fn svg(&self) -> &str {
        &self.svg
    }

    /// The one colour of documents: that of links, which can be read on white.
    pub fn accent(&self) -> Color {
        self.light.link
    }
}

fn palette(file: &File<'_>, table: &str, grounds: &[&str]) -> Option<Palette> {
    let color = |name: &str| {
        file.text(&format!("{table}{name}"), |text| {
            Color::parse(text).ok_or_else(|| "needs # and six hex digits, as in #0B5CAD".to_owned())
        })
    };
    let (primary, on_primary, link) = (color("primary"), color("on_primary"), color("link"));
    let (primary, on_primary, link) = (primary?, on_primary?, link?);
    let readable = |name: &str, color: Color, other: Color, what: &str| {
        let contrast = color.contrast(other);
        if contrast >= TEXT {
            return;
        }
        let hundredths = (contrast + 5).div_euclid(10);
        let mut problem = format!(
            "{color}: contrast {}.{:02}:1 with {what}, needs 4.5:1",
            hundredths.div_euclid(100),
            hundredths.rem_euclid(100)
        );
        if let Some(better) = color.readable_on(other, TEXT) {
            problem = format!("{problem}; \"{better}\" would do");
        }
        file.fault(&format!("{table}{name}"), problem);
    };
    readable("primary", primary, on_primary, "on_primary");
    for ground in grounds.iter().filter_map(|ground| Color::parse(ground)) {
        readable("link", link, ground, &format!("the ground {ground}"));
    }
    Some(Palette { primary, on_primary, link })
}

/// The text of an SVG that can only be looked at.
fn picture(bytes: Vec<u8>) -> Result<String, String> {
    if bytes.len() > LOGO_BYTES {
        return Err(format!("has {} bytes, {LOGO_BYTES} is the limit", bytes.len()));
    }
    let svg = String::from_utf8(bytes).map_err(|_| "needs to be SVG".to_owned())?;
    let lower = svg.to_ascii_lowercase();
    if !lower.contains("<svg") {
        return Err("needs to be SVG".to_owned());
    }
    for active in ["<script", "<foreignobject", "<!entity", "javascript:", "<style", "<animate"] {
        if lower.contains(active) {
            return Err(format!("may not hold {active}: a logo is only looked at"));
        }
    }
    let mut words = lower.split(|c: char| c.is_ascii_whitespace() || c == '"' || c == '\'');
    if words.any(|word| word.starts_with("on") && word.contains('=')) {
        return Err("may not hold event attributes: a logo is only looked at".to_owned());
    }
    let outside = lower.replace("http://www.w3.org/", "");
    if outside.contains("//") || outside.contains("url(") || outside.contains("href=\"data") {
        return Err("may not refer to anything outside itself".to_owned());
    }
    Ok(svg)
}

#[cfg(test)]
mod tests;
