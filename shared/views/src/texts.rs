//! The texts for people, compiled in from `infra/config/texts`.

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::{LanguageIdentifier, langid};

use domain::language::Language;

/// The languages that have texts, the first being the one that all others are complete against.
pub const LANGUAGES: [Language; 2] = [Language::Nl, Language::En];

const NL: &str = include_str!("../../../infra/config/texts/nl.ftl");
const EN: &str = include_str!("../../../infra/config/texts/en.ftl");

static DUTCH: LazyLock<Messages> = LazyLock::new(|| messages(langid!("nl"), NL));
static ENGLISH: LazyLock<Messages> = LazyLock::new(|| messages(langid!("en"), EN));

type Messages = FluentBundle<FluentResource>;

/// The texts of one language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Texts {
    language: Language,
}

impl Texts {
    /// The texts of `language`; a language without texts of its own reads English.
    pub fn of(language: Language) -> Self {
        let language = match language {
            Language::Nl => Language::Nl,
            Language::En | Language::De | Language::It | Language::Fr => Language::En,
        };
        Self { language }
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
        let (first, second): (&Messages, &Messages) = match self.language {
            Language::Nl => (&DUTCH, &ENGLISH),
            Language::En | Language::De | Language::It | Language::Fr => (&ENGLISH, &DUTCH),
        };
        let found = formatted(first, id, &arguments);
        debug_assert!(found.is_some(), "text {id} of {} with {arguments:?}", self.language);
        found.or_else(|| formatted(second, id, &arguments)).unwrap_or_else(|| id.to_owned())
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

fn messages(language: LanguageIdentifier, source: &str) -> Messages {
    let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(rest, errors)| {
        debug_assert!(errors.is_empty(), "texts of {language}: {errors:?}");
        rest
    });
    let mut bundle = FluentBundle::new_concurrent(vec![language]);
    // The marks would end up in subjects and links.
    bundle.set_use_isolating(false);
    let added = bundle.add_resource(resource);
    debug_assert!(added.is_ok(), "a text stands twice: {added:?}");
    bundle
}

#[cfg(test)]
mod tests;
