//! In which encoding a file is written, settled over all of its bytes before anything is read.

use std::borrow::Cow;
use std::str;

use encoding_rs::WINDOWS_1252;

/// Why the bytes of a file cannot be read as text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// A spreadsheet's "Unicode text".
    Utf16,
    /// A workbook, not text.
    Workbook,
    /// A byte that neither encoding knows, on this line.
    Byte {
        /// The byte.
        byte: u8,
        /// The line that holds the first of them.
        line: usize,
    },
}

/// The bytes of a file as UTF-8, without a byte order mark.
///
/// A file is Windows-1252 when more of its lines that are not ASCII fail as UTF-8 than hold;
/// otherwise a line that fails is left as it is, to be refused alone: it is never guessed.
pub(super) fn decode(bytes: &[u8]) -> Result<Cow<'_, [u8]>, Unreadable> {
    if bytes.starts_with(b"PK\x03\x04") {
        return Err(Unreadable::Workbook);
    }
    let head = bytes.get(..4096).unwrap_or(bytes);
    let nulls = head.split(|byte| *byte == 0).count() - 1;
    let marked = bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF");
    if marked || (!head.is_empty() && nulls * 4 >= head.len()) {
        return Err(Unreadable::Utf16);
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let (mut hold, mut fail) = (0_usize, 0_usize);
    for line in bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_ascii()) {
        let tally = if str::from_utf8(line).is_ok() { &mut hold } else { &mut fail };
        *tally += 1;
    }
    if fail <= hold {
        return Ok(Cow::Borrowed(bytes));
    }
    for (index, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let unknown = |byte: &&u8| matches!(**byte, 0x81 | 0x8D | 0x8F | 0x90 | 0x9D);
        if let Some(byte) = line.iter().find(unknown) {
            return Err(Unreadable::Byte { byte: *byte, line: index + 1 });
        }
    }
    let (text, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
    Ok(Cow::Owned(text.into_owned().into_bytes()))
}
