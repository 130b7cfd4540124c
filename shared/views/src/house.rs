//! Everything that pages and mails of one utility have in common.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use crate::brand::Brand;
use crate::config::ConfigError;
use crate::page;
use crate::utility::Utility;

/// *Huisstijl*: who the utility is and how it looks. Built once, at cold start.
#[derive(Clone, Debug)]
pub struct House {
    /// Who it is.
    pub utility: Utility,
    /// How it looks.
    pub brand: Brand,
    stylesheet: String,
    stylesheet_hash: String,
}

impl House {
    /// The house style of `utility`.
    pub fn new(utility: Utility, brand: Brand) -> Self {
        let stylesheet = page::stylesheet(&brand);
        let digest = Sha256::digest(stylesheet.as_bytes());
        let stylesheet_hash = format!("sha256-{}", STANDARD.encode(digest));
        Self { utility, brand, stylesheet, stylesheet_hash }
    }

    /// The house style that is deployed: `bytes` gives the files of `utility.toml`, `brand.toml`
    /// and what they name.
    ///
    /// **Errors.** A file that is missing or breaks a rule: mend it, deploy again.
    pub fn of<'a>(bytes: impl Fn(&str) -> Option<&'a [u8]>) -> Result<Self, ConfigError> {
        let text = |path: &str| {
            let text = bytes(path).and_then(|bytes| std::str::from_utf8(bytes).ok());
            text.ok_or_else(|| ConfigError::missing(path))
        };
        let utility = Utility::parse("utility.toml", text("utility.toml")?)?;
        let brand = Brand::parse("brand.toml", text("brand.toml")?, |path| {
            bytes(path).map(<[u8]>::to_vec)
        })?;
        Ok(Self::new(utility, brand))
    }

    /// The stylesheet that every page carries in itself.
    pub fn stylesheet(&self) -> &str {
        &self.stylesheet
    }

    /// What a Content-Security-Policy must allow for it, without the quotes around it:
    /// `sha256-…`.
    pub fn stylesheet_hash(&self) -> &str {
        &self.stylesheet_hash
    }
}
