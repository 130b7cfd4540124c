//! The texts for people, compiled in from `infra/config/texts`: each file there is a language.

mod check;

use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use domain::language::Language;

pub use check::faults;

/// What somebody reads whose language has no texts.
pub const FALLBACK: Language = Language::En;

/// The languages that have texts, in the order of [`Language::ALL`].
pub fn languages() -> impl Iterator<Item = Language> {
    Language::ALL.into_iter().filter(|language| file(*language).is_some())
}

type Messages = FluentBundle<FluentResource>;

/// The texts of one language, as they are written; they are read when the first of them is said.
struct File {
    language: Language,
    source: &'static str,
    messages: OnceLock<Messages>,
}

// `FILES`, a row a file: made by `build.rs`.
include!(concat!(env!("OUT_DIR"), "/texts.rs"));

impl File {
    const fn new(language: Language, source: &'static str) -> Self {
        Self { language, source, messages: OnceLock::new() }
    }

    fn messages(&self) -> &Messages {
        self.messages.get_or_init(|| messages(self.language, self.source))
    }
}

fn file(language: Language) -> Option<&'static File> {
    let files = FILES.iter();
    #[cfg(test)]
    let files = files.chain([&*tests::MADE_UP]);
    let mut files = files;
    files.find(|file| file.language == language)
}

/// The texts of one language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Texts {
    language: Language,
}

impl Texts {
    /// The texts of `language`; a language without texts of its own reads English.
    pub fn of(language: Language) -> Self {
        Self { language: file(language).map_or(FALLBACK, |file| file.language) }
    }

    /// The language that they are in.
    pub fn language(self) -> Language {
        self.language
    }

    /// The text `id`, which has no variables.
    pub fn say(self, id: &str) -> String {
        self.tell(id, [])
    }

    /// The text `id` with its variables: texts, already in the form of the language, and counts,
    /// which choose a plural.
    ///
    /// A text that is missing or lacks a variable fails every test that shows it; in production the
    /// other language, or its id, is better than no page.
    pub fn tell<'v, const N: usize>(
        self,
        id: &str,
        variables: [(&'v str, Value<'v>); N],
    ) -> String {
        let mut arguments = FluentArgs::with_capacity(N);
        for (name, value) in variables {
            match value {
                Value::Text(text) => arguments.set(name, text),
                Value::Count(count) => arguments.set(name, FluentValue::from(count)),
            }
        }
        let said = |language| formatted(file(language)?.messages(), id, &arguments);
        let found = said(self.language);
        debug_assert!(found.is_some(), "text {id} of {} with {arguments:?}", self.language);
        found.or_else(|| languages().find_map(said)).unwrap_or_else(|| id.to_owned())
    }
}

/// A variable of a text.
#[derive(Clone, Copy, Debug)]
pub enum Value<'v> {
    /// A word, date or number as it is to be shown.
    Text(&'v str),
    /// A number that chooses a plural.
    Count(usize),
}

fn formatted(bundle: &Messages, id: &str, arguments: &FluentArgs<'_>) -> Option<String> {
    let message = bundle.get_message(id)?;
    let mut errors = Vec::new();
    let text = bundle.format_pattern(message.value()?, Some(arguments), &mut errors);
    debug_assert!(errors.is_empty(), "text {id} with {arguments:?}: {errors:?}");
    errors.is_empty().then(|| text.into_owned())
}

fn messages(language: Language, source: &str) -> Messages {
    let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(rest, errors)| {
        debug_assert!(errors.is_empty(), "texts of {language}: {errors:?}");
        rest
    });
    // The locale chooses plurals.
    let locale = language.as_str().parse::<LanguageIdentifier>().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![locale]);
    // The marks would end up in subjects and links.
    bundle.set_use_isolating(false);
    let added = bundle.add_resource(resource);
    debug_assert!(added.is_ok(), "a text stands twice: {added:?}");
    bundle
}

#[cfg(test)]
pub(crate) mod tests;
