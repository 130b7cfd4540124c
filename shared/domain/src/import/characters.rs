//! What a cell may hold before its own rule sees it.

use std::borrow::Cow;
use std::str;

use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::columns::Holds;

/// Longer cells are not read.
const CELL_LIMIT: usize = 4 * 1024;

/// A cell that may be read, or why not.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Content<'t> {
    /// Nothing, or nothing but spaces.
    Empty,
    /// Trimmed, composed, its runs of spaces made one.
    Text(Cow<'t, str>),
    /// The same of the customer's own words, of which line breaks became spaces.
    Mended(Cow<'t, str>),
    /// It may not be read.
    Refused(Unfit),
}

/// Why a cell may not be read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unfit {
    /// Above 4 KiB.
    Long,
    /// Bytes of another encoding.
    Bytes,
    /// A control character, a line break, or one that cannot be seen.
    Character(char),
    /// The beginning of a formula.
    Formula(char),
}

/// Reads the bytes of a cell of a column that holds `holds`.
pub(super) fn read(bytes: &[u8], holds: Holds) -> Content<'_> {
    if bytes.len() > CELL_LIMIT {
        return Content::Refused(Unfit::Long);
    }
    let Ok(text) = str::from_utf8(bytes) else {
        return Content::Refused(Unfit::Bytes);
    };
    let text = text.trim();
    if text.is_empty() {
        return Content::Empty;
    }
    let own = holds == Holds::OwnWords;
    let broken = own && text.contains(['\r', '\n']);
    let unfit = |c: &char| is_unfit(*c) && !(own && matches!(*c, '\r' | '\n'));
    if let Some(c) = text.chars().find(unfit) {
        return Content::Refused(Unfit::Character(c));
    }
    if matches!(holds, Holds::Text | Holds::Name | Holds::Iban | Holds::Mail)
        && let Some(c) = text.chars().next().filter(|c| matches!(c, '=' | '+' | '@'))
    {
        return Content::Refused(Unfit::Formula(c));
    }
    let tidy = tidy(text);
    if broken { Content::Mended(tidy) } else { Content::Text(tidy) }
}

/// Composed to NFC, every run of white space one space.
fn tidy(text: &str) -> Cow<'_, str> {
    let single = !text.contains("  ") && text.chars().all(|c| c == ' ' || !c.is_whitespace());
    let composed =
        if text.is_ascii() || is_nfc(text) { Cow::Borrowed(text) } else { text.nfc().collect() };
    if single {
        return composed;
    }
    let words: Vec<&str> = composed.split_whitespace().collect();
    Cow::Owned(words.join(" "))
}

/// Control characters, line breaks, and what has no width or turns the direction of writing.
fn is_unfit(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{FEFF}'
            | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        )
}

/// `text` as it was before it was read as Windows-1252 and written as UTF-8, where it shows the
/// pairs that this leaves behind.
pub(super) fn repaired(text: &str) -> Option<String> {
    if !text.contains(['Ã', 'Â', 'Ä', 'Å']) {
        return None;
    }
    let (bytes, _, lossy) = encoding_rs::WINDOWS_1252.encode(text);
    let repaired = str::from_utf8(&bytes).ok().filter(|_| !lossy)?;
    (repaired != text).then(|| repaired.to_owned())
}
