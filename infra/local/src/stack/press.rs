//! A press that remembers: equal documents are set once in a process, whichever stack they are of.
//!
//! The same input gives the same bytes, which the tests of `documents` show; so a year that is played
//! a thousand times need not wait a thousand times for its nine invoices.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use sha2::{Digest as _, Sha256};

use documents::{Letterhead, PdfError};
use domain::settlement::case::Case;
use domain::settlement::result::Settlement;

/// Documents together may hold so many bytes; one more, and all are forgotten.
const MOST_BYTES: usize = 16 << 20;

/// The SHA-256 of everything that a document is made of.
type Input = [u8; 32];

#[derive(Default)]
struct Shelf {
    documents: HashMap<Input, Vec<u8>>,
    bytes: usize,
}

impl Shelf {
    fn put(&mut self, input: Input, document: &[u8]) {
        if self.bytes.saturating_add(document.len()) > MOST_BYTES {
            *self = Self::default();
        }
        if self.documents.insert(input, document.to_vec()).is_none() {
            self.bytes = self.bytes.saturating_add(document.len());
        }
    }
}

/// As [`documents::pdf`].
pub(super) fn pdf(
    case: &Case,
    settlement: &Settlement,
    letterhead: &Letterhead,
) -> Result<Vec<u8>, PdfError> {
    static SHELF: LazyLock<Mutex<Shelf>> = LazyLock::new(Mutex::default);
    let shelf = || SHELF.lock().unwrap_or_else(PoisonError::into_inner);
    let input = input(case, settlement, letterhead)?;
    if let Some(document) = shelf().documents.get(&input) {
        return Ok(document.clone());
    }
    let document = documents::pdf(case, settlement, letterhead)?;
    shelf().put(input, &document);
    Ok(document)
}

fn input(case: &Case, settlement: &Settlement, letterhead: &Letterhead) -> Result<Input, PdfError> {
    let mut digest = Sha256::new();
    digest.update(documents::case_json(case)?);
    digest.update(format!("{settlement:?} {letterhead:?}"));
    Ok(digest.finalize().into())
}

#[cfg(test)]
mod tests;
