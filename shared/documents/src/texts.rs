//! The texts of documents, compiled in from `infra/config/texts/documents`.

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::{LanguageIdentifier, langid};

use domain::language::Language;

type Messages = FluentBundle<FluentResource>;

static DUTCH: LazyLock<Messages> = LazyLock::new(|| {
    read(langid!("nl"), include_str!("../../../infra/config/texts/documents/nl.ftl"))
});
static ENGLISH: LazyLock<Messages> = LazyLock::new(|| {
    read(langid!("en"), include_str!("../../../infra/config/texts/documents/en.ftl"))
});

/// The texts of documents in one language; one without texts of its own reads English.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Texts(Language);

impl Texts {
    pub(crate) fn of(language: Language) -> Self {
        Self(language)
    }

    pub(crate) fn language(self) -> Language {
        self.0
    }

    /// The text `id`, which has no variables.
    pub(crate) fn say(self, id: &str) -> String {
        self.found(id, &FluentArgs::new())
    }

    /// The text `id` with its variables, each in the form of the language.
    pub(crate) fn tell<const N: usize>(self, id: &str, variables: [(&str, &str); N]) -> String {
        let mut arguments = FluentArgs::with_capacity(N);
        for (name, value) in variables {
            arguments.set(name, value);
        }
        self.found(id, &arguments)
    }

    /// The text `id` about `count` things.
    pub(crate) fn count(self, id: &str, count: usize) -> String {
        let mut arguments = FluentArgs::with_capacity(1);
        arguments.set("count", FluentValue::from(count));
        self.found(id, &arguments)
    }

    /// A text that is missing fails every test that shows it; a customer would see its id.
    fn found(self, id: &str, arguments: &FluentArgs<'_>) -> String {
        let messages: &Messages = match self.0 {
            Language::Nl => &DUTCH,
            Language::En | Language::De | Language::It | Language::Fr => &ENGLISH,
        };
        let pattern = messages.get_message(id).and_then(|message| message.value());
        debug_assert!(pattern.is_some(), "no text {id} in {}", self.0);
        let Some(pattern) = pattern else { return id.to_owned() };
        let mut errors = Vec::new();
        let text = messages.format_pattern(pattern, Some(arguments), &mut errors).into_owned();
        debug_assert!(errors.is_empty(), "text {id} with {arguments:?}: {errors:?}");
        text
    }
}

fn read(language: LanguageIdentifier, source: &str) -> Messages {
    let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(rest, errors)| {
        debug_assert!(errors.is_empty(), "texts of documents: {errors:?}");
        rest
    });
    let mut messages = FluentBundle::new_concurrent(vec![language]);
    // The marks of isolation have no form in a printed face.
    messages.set_use_isolating(false);
    let added = messages.add_resource(resource);
    debug_assert!(added.is_ok(), "a text stands twice: {added:?}");
    messages
}
