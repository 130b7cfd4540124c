//! The configuration and the template of this checkout, compiled in: the command runs anywhere.

use cloud::Config;
use domain::shard::Drawers;

use crate::template::{Template, TemplateError};

/// What is deployed.
const TEMPLATE: &str = include_str!("../../../template.yaml");

/// Into how many drawers the fictional utility is divided: it is small.
pub const DRAWERS: Drawers = Drawers::FEW;

/// The files of `infra/config` that functions read.
const FILES: &[(&str, &[u8])] = &[
    ("brand.toml", include_bytes!("../../config/brand.toml")),
    ("bounds.toml", include_bytes!("../../config/bounds.toml")),
    ("campaigns/2026.toml", include_bytes!("../../config/campaigns/2026.toml")),
    ("estimation.toml", include_bytes!("../../config/estimation.toml")),
    ("invoicing.toml", include_bytes!("../../config/invoicing.toml")),
    ("logo.svg", include_bytes!("../../config/logo.svg")),
    ("norms.toml", include_bytes!("../../config/norms.toml")),
    ("tariffs/heat.toml", include_bytes!("../../config/tariffs/heat.toml")),
    ("tariffs/water.toml", include_bytes!("../../config/tariffs/water.toml")),
    ("utility.toml", include_bytes!("../../config/utility.toml")),
];

/// The configuration of the fictional utility.
pub fn config() -> Config {
    Config::of(FILES.iter().map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec())))
}

/// The template of this checkout.
///
/// **Errors.** A line that the local stack cannot play.
pub fn template() -> Result<Template, TemplateError> {
    Template::parse("template.yaml", TEMPLATE)
}
