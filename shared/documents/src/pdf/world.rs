//! All that a template can see: itself, what it was given, three faces and one day.

use std::sync::LazyLock;

use chrono::{Datelike as _, NaiveDate};
use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Feature, Library, LibraryExt as _, World};

use super::fonts;

/// The template, which calculates nothing.
pub(super) const TEMPLATE: &str = include_str!("../../templates/invoice.typ");

/// The language of templates. Header cells of rows are the one extra that it needs.
static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| {
    let features = [Feature::A11yExtras].into_iter().collect();
    LazyHash::new(Library::builder().with_features(features).build())
});

static MAIN: LazyLock<Option<Source>> =
    LazyLock::new(|| Some(Source::new(id("invoice.typ")?, TEMPLATE.to_owned())));

/// What one document is made of.
pub(super) struct Desk {
    today: NaiveDate,
    main: Source,
    files: Vec<(FileId, Bytes)>,
}

impl Desk {
    /// A desk with `files`, each under its name, on the day `today`; `None` when a name is no name.
    pub(super) fn new(files: Vec<(&'static str, Vec<u8>)>, today: NaiveDate) -> Option<Self> {
        let main = MAIN.clone()?;
        let named = |(name, bytes)| Some((id(name)?, Bytes::new(bytes)));
        let files = files.into_iter().map(named).collect::<Option<_>>()?;
        Some(Self { today, main, files })
    }
}

/// The id of a file: there are few names, and always the same, since typst keeps each for as long as
/// the program runs.
fn id(name: &str) -> Option<FileId> {
    let path = VirtualPath::new(name).ok()?;
    Some(RootedPath::new(VirtualRoot::Project, path).intern())
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        fonts::book()
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main.id() { Ok(self.main.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let found = self.files.iter().find(|(name, _)| *name == id);
        found.map(|(_, bytes)| bytes.clone()).ok_or(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        fonts::face(index)
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        let month = u8::try_from(self.today.month()).ok()?;
        let day = u8::try_from(self.today.day()).ok()?;
        Datetime::from_ymd(self.today.year(), month, day)
    }
}
