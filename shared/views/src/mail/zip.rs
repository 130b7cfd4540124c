//! A file in a zip: what a mail carries that would be too large otherwise.

use std::io::Write as _;

use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};

/// The first day that a zip can name, 1 January 1980: the same file has the same bytes on any day.
const DAY: [u8; 4] = [0, 0, 0x21, 0];

/// What a reader must understand: version 2.0, which deflates.
const NEEDED: [u8; 2] = [20, 0];

/// A zip with one file; `None` when the file has 4 GB and more.
///
/// **Shape.** `name` is ASCII and shorter than 64 kB.
/// **Source.** PKWARE APPNOTE 6.3, sections 4.3.7, 4.3.12 and 4.3.16.
pub(super) fn one(name: &str, bytes: &[u8]) -> Option<Vec<u8>> {
    let mut deflate = DeflateEncoder::new(Vec::new(), Compression::best());
    let deflated = deflate.write_all(bytes).and_then(|()| deflate.finish()).ok()?;
    let mut crc = Crc::new();
    crc.update(bytes);
    let size = |length: usize| u32::try_from(length).map(u32::to_le_bytes).ok();
    // Between both heads of a file they are the same.
    let mut facts = Vec::with_capacity(26);
    facts.extend(NEEDED);
    facts.extend([0, 0, 8, 0]); // no flags; deflated
    facts.extend(DAY);
    facts.extend(crc.sum().to_le_bytes());
    facts.extend(size(deflated.len())?);
    facts.extend(size(bytes.len())?);
    facts.extend(u16::try_from(name.len()).ok()?.to_le_bytes());
    facts.extend([0, 0]); // nothing extra
    let mut zip = Vec::with_capacity(deflated.len() + 2 * name.len() + 98);
    zip.extend(b"PK\x03\x04");
    zip.extend(&facts);
    zip.extend(name.as_bytes());
    zip.extend(deflated);
    let directory = zip.len();
    zip.extend(b"PK\x01\x02");
    zip.extend(NEEDED);
    zip.extend(&facts);
    zip.extend([0; 14]); // no comment, first disk, no attributes, at the begin of the file
    zip.extend(name.as_bytes());
    let length = zip.len() - directory;
    zip.extend(b"PK\x05\x06");
    zip.extend([0, 0, 0, 0, 1, 0, 1, 0]); // one disk, one file
    zip.extend(size(length)?);
    zip.extend(size(directory)?);
    zip.extend([0, 0]);
    Some(zip)
}

#[cfg(test)]
mod tests;
