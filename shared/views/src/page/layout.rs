//! What stands around every page.

use askama::Template;

use domain::language::Language;

use crate::House;
use crate::brand::{Brand, Palette};
use crate::texts::{Texts, Value};
use crate::utility::{Showing, Utility};

use super::{Frame, Page};

/// The variables of `templates/page/layout.html`.
pub(super) struct Layout<'a> {
    pub(super) language: Language,
    pub(super) title: String,
    pub(super) texts: Texts,
    pub(super) utility: &'a Utility,
    pub(super) logo: &'a str,
    pub(super) stylesheet: &'a str,
    /// The page in the utility's other languages.
    pub(super) others: Vec<Other>,
    /// The phone number as a link dials it.
    pub(super) dial: String,
    pub(super) hours: String,
}

/// Where the page stands in another language.
pub(super) struct Other {
    pub(super) href: String,
    pub(super) tag: Language,
    pub(super) name: String,
}

/// Whether a page tells of a mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    /// It does not.
    Plain,
    /// It does, and its title begins with that.
    Mistake,
}

impl<'a> Layout<'a> {
    /// The frame of a page behind a link.
    pub(super) fn new(frame: &Frame<'a>, heading: &str, tone: Tone) -> Self {
        let mut layout = Self::without_link(frame.house, frame.language, heading, tone);
        let languages = frame.house.utility.languages.iter().copied();
        let other = |tag| Other {
            href: format!("?lang={tag}"),
            tag,
            name: Texts::of(tag).say("language-name"),
        };
        layout.others = languages.filter(|tag| *tag != layout.language).map(other).collect();
        layout
    }

    /// The frame of a page that no link leads to.
    pub(super) fn without_link(
        house: &'a House,
        language: Language,
        heading: &str,
        tone: Tone,
    ) -> Self {
        let texts = Texts::of(language);
        let id = match tone {
            Tone::Plain => "page-title",
            Tone::Mistake => "page-title-error",
        };
        let utility = &house.utility;
        let title = texts
            .tell(id, [("title", Value::Text(heading)), ("utility", Value::Text(&utility.name))]);
        Self {
            language: texts.language(),
            title,
            texts,
            utility,
            logo: house.brand.logo(),
            stylesheet: house.stylesheet(),
            others: Vec::new(),
            dial: utility
                .contact
                .phone
                .chars()
                .filter(|c| *c == '+' || c.is_ascii_digit())
                .collect(),
            hours: texts.tell("contact-hours", [("hours", Value::Text(&utility.contact.hours))]),
        }
    }
}

impl Frame<'_> {
    /// Whether pages may show earlier readings, and what was received.
    pub(super) fn shows_readings(&self) -> bool {
        self.house.utility.page.previous_reading == Showing::Shown
    }

    /// `path` in the language of this page.
    pub(super) fn in_language(&self, path: &str) -> String {
        if self.language == self.usual_language {
            path.to_owned()
        } else {
            format!("{path}?lang={}", self.language)
        }
    }
}

/// The page that `template` makes.
///
/// A template fails only when its writer does, and a `String` takes every write.
pub(super) fn page(status: u16, language: Language, template: &impl Template) -> Page {
    let html = template.render();
    debug_assert!(html.is_ok(), "{html:?}");
    Page { status, language: Texts::of(language).language(), html: html.unwrap_or_default() }
}

#[derive(Template)]
#[template(path = "page/style.css", escape = "none")]
struct Stylesheet {
    light: Palette,
    dark: Palette,
}

/// The one stylesheet, in the colours of `brand`.
pub(crate) fn stylesheet(brand: &Brand) -> String {
    let rendered = Stylesheet { light: brand.light, dark: brand.dark }.render();
    debug_assert!(rendered.is_ok(), "{rendered:?}");
    let lines = rendered.unwrap_or_default();
    // One line without indentation: every page carries it.
    lines.lines().map(str::trim).collect()
}
