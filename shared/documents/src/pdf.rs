//! The invoice on paper: PDF/A-3a and PDF/UA-1, set by typst from finished texts.

mod export;
mod fonts;
mod pack;
mod world;

use std::collections::BTreeMap;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::DeflateEncoder;
use sha2::{Digest as _, Sha256};
use thiserror::Error;

use domain::hex::hex;
use domain::quantity::{Commodity, Quantity};
use domain::settlement::case::Case;
use domain::settlement::result::Settlement;

use crate::document::Document;
use crate::sheet::{self, Kept, Sheet};
use crate::ubl::ubl;

pub(crate) use fonts::can_show;

/// The largest case that is attached, deflated; a larger one is kept beside the document.
const CASE_BYTES: usize = 64 * 1024;

/// *Briefpapier*: how the utility's documents look.
#[derive(Clone, Debug, Default)]
pub struct Letterhead {
    /// The one colour, as `#0B5CAD`: it needs a contrast of 4.5 : 1 with white.
    pub accent: String,
    /// The logo as SVG that can only be looked at.
    pub logo: Option<Vec<u8>>,
    /// What an average household uses in a year: told to consumers beside what they used.
    ///
    /// **Source.** Directive (EU) 2020/2184, article 17.
    pub household: BTreeMap<Commodity, Quantity>,
}

/// A document that could not be made: our fault, never the customer's. Nothing was made; raise it.
#[derive(Debug, Error)]
pub enum PdfError {
    /// The template, a face or a standard is broken: mend it, render again.
    #[error("the template: {0}")]
    Template(String),
    /// A text could not be handed to the template: it is a fault of this crate.
    #[error("the texts")]
    Texts(#[source] serde_json::Error),
}

/// Sets the document of `settlement` on paper, with its UBL and, when it is not too large, its case
/// attached.
///
/// **Shape.** `settlement` is what `case` was settled to.
/// **Units.** Amounts are those of `settlement`; nothing is computed but what a reader may check.
/// **Errors.** See [`PdfError`].
/// **Source.** ISO 19005-3 (PDF/A-3a), ISO 14289-1 (PDF/UA-1).
pub fn pdf(
    case: &Case,
    settlement: &Settlement,
    letterhead: &Letterhead,
) -> Result<Vec<u8>, PdfError> {
    let day = Document { case, settlement }.day();
    let desk = world::Desk::new(parts(case, settlement, letterhead)?, day)
        .ok_or_else(|| PdfError::Template("it has no name".to_owned()))?;
    export::export(&desk, settlement.number.as_str(), day).map_err(PdfError::Template)
}

/// What the template `templates/invoice.typ` is given, each file under its name.
///
/// With that and the faces beside it any typst sets them: for who changes the template, or compares.
///
/// **Shape.** As for [`pdf`].
/// **Errors.** See [`PdfError::Texts`].
pub fn parts(
    case: &Case,
    settlement: &Settlement,
    letterhead: &Letterhead,
) -> Result<Vec<(&'static str, Vec<u8>)>, PdfError> {
    let document = Document { case, settlement };
    let source = case_json(case)?;
    let kept = place_of(&source);
    let sheet = Sheet::of(document, letterhead, kept);
    let mut files = vec![
        ("data.json", serde_json::to_vec(&sheet).map_err(PdfError::Texts)?),
        ("invoice.xml", ubl(case, settlement)),
    ];
    files.extend((kept == Kept::Inside).then_some(("case.json", source)));
    files.extend(sheet::code(document).map(|picture| ("qr.grey", picture.grey)));
    files.extend(letterhead.logo.clone().map(|svg| ("logo.svg", svg)));
    Ok(files)
}

/// The case as it is stored and attached: JSON, in one form.
///
/// **Errors.** See [`PdfError::Texts`].
pub fn case_json(case: &Case) -> Result<Vec<u8>, PdfError> {
    serde_json::to_vec(case).map_err(PdfError::Texts)
}

/// The case as [`case_json`], where it is too large to be attached: it is kept beside the document.
///
/// **Errors.** See [`PdfError::Texts`].
pub fn case_beside(case: &Case) -> Result<Option<Vec<u8>>, PdfError> {
    let source = case_json(case)?;
    Ok((place_of(&source) == Kept::Beside).then_some(source))
}

fn place_of(source: &[u8]) -> Kept {
    if deflated(source) <= CASE_BYTES { Kept::Inside } else { Kept::Beside }
}

/// What tells this template from every other: the first 12 hex digits of its SHA-256.
pub fn template() -> String {
    let digest = Sha256::digest(world::TEMPLATE.as_bytes());
    hex(&digest).chars().take(12).collect()
}

fn deflated(bytes: &[u8]) -> usize {
    let mut deflate = DeflateEncoder::new(Vec::new(), Compression::best());
    let written = deflate.write_all(bytes).and_then(|()| deflate.finish());
    written.map_or(usize::MAX, |bytes| bytes.len())
}
