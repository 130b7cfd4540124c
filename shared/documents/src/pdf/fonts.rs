//! The three faces that every document is set in, compiled in.

use std::sync::LazyLock;

use typst::foundations::Bytes;
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;

/// Source Sans 3, regular, semibold and italic: release 3.052, under the Open Font License that
/// lies beside the files.
static FACES: LazyLock<Vec<Font>> = LazyLock::new(|| {
    let files: [&'static [u8]; 3] = [
        include_bytes!("../../fonts/SourceSans3-Regular.otf"),
        include_bytes!("../../fonts/SourceSans3-Semibold.otf"),
        include_bytes!("../../fonts/SourceSans3-It.otf"),
    ];
    files.into_iter().filter_map(|file| Font::new(Bytes::new(file), 0)).collect()
});

static BOOK: LazyLock<LazyHash<FontBook>> =
    LazyLock::new(|| LazyHash::new(FontBook::from_fonts(FACES.iter())));

/// What the faces are called.
pub(super) fn book() -> &'static LazyHash<FontBook> {
    &BOOK
}

/// The face at `position` of the book.
pub(super) fn face(position: usize) -> Option<Font> {
    FACES.get(position).cloned()
}

/// Whether every face has a form of `character`: a file to keep may not hold one without, nor one
/// whose meaning is private.
pub(crate) fn can_show(character: char) -> bool {
    let private = matches!(character, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..);
    !private && FACES.iter().all(|face| face.info().coverage.contains(character.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_three_faces_are_there_and_show_what_dutch_and_english_need() {
        assert_eq!(FACES.len(), 3);
        let needed = "aàáâäãåæçèéêëìíîïñòóôöøœßùúûüýÿžőłşğĳ€m³‘’“”–—…·×0123456789&<>\"'%/°\u{a0}−";
        let missing: Vec<char> = needed.chars().filter(|c| !can_show(*c)).collect();
        assert_eq!(missing, Vec::<char>::new());
        assert!(!can_show('水'));
        assert!(!can_show('\u{e000}'));
    }
}
