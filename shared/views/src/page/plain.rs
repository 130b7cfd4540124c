//! Pages that only say something.

use askama::Template;
use chrono::NaiveDate;

use domain::language::Language;

use crate::House;
use crate::format;
use crate::texts::{Texts, Value};

use super::doubt::Hidden;
use super::layout::{self, Layout, Tone};
use super::{Frame, Page, words};

/// Why an address is no longer asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The supply ended.
    Supply {
        /// The first day without it.
        since: NaiveDate,
    },
    /// The request was withdrawn: the meter sends its reading itself.
    Withdrawn,
}

/// What is wrong with a request that is no form of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// 400: no form, a doubled or an unknown field.
    BadRequest,
    /// 403: it comes from another website.
    Forbidden,
    /// 405: another method.
    MethodNotAllowed,
    /// 413: above the limit of a body.
    TooLarge,
    /// 415: another content type.
    UnsupportedType,
}

impl Broken {
    /// Every way.
    pub const ALL: [Self; 5] = [
        Self::BadRequest,
        Self::Forbidden,
        Self::MethodNotAllowed,
        Self::TooLarge,
        Self::UnsupportedType,
    ];

    /// The status that says so.
    pub fn status(self) -> u16 {
        match self {
            Self::BadRequest => 400,
            Self::Forbidden => 403,
            Self::MethodNotAllowed => 405,
            Self::TooLarge => 413,
            Self::UnsupportedType => 415,
        }
    }
}

#[derive(Template)]
#[template(path = "page/plain.html")]
struct Plain<'a> {
    layout: Layout<'a>,
    parts: Vec<Part>,
    action: String,
    kept: Vec<Hidden>,
    shown: Vec<Hidden>,
}

/// The same in one language.
struct Part {
    language: Language,
    title: String,
    text: String,
}

pub(super) fn not_open_yet(frame: &Frame<'_>, day: NaiveDate) -> Page {
    let day = format::long_day(frame.language, day);
    let text = Texts::of(frame.language).tell("not-open", [("day", Value::Text(&day))]);
    said(frame, "not-open-title", text, 200)
}

pub(super) fn not_open_yet_refused(
    frame: &Frame<'_>,
    day: NaiveDate,
    typed: &[(&str, &str)],
) -> Page {
    let day = format::long_day(frame.language, day);
    let text = Texts::of(frame.language).tell("not-open-refused", [("day", Value::Text(&day))]);
    again(frame, ("not-open-title", text), typed, 409)
}

pub(super) fn correcting(frame: &Frame<'_>) -> Page {
    said(frame, "correcting-title", Texts::of(frame.language).say("correcting"), 200)
}

pub(super) fn correcting_refused(frame: &Frame<'_>, typed: &[(&str, &str)]) -> Page {
    let text = Texts::of(frame.language).say("correcting-refused");
    again(frame, ("correcting-title", text), typed, 409)
}

pub(super) fn closed(frame: &Frame<'_>) -> Page {
    said(frame, "closed-title", Texts::of(frame.language).say("closed"), 410)
}

pub(super) fn ended(frame: &Frame<'_>, ended: Ended) -> Page {
    let texts = Texts::of(frame.language);
    let text = match ended {
        Ended::Supply { since } => {
            let since = format::day(frame.language, since);
            texts.tell("ended", [("since", Value::Text(&since))])
        }
        Ended::Withdrawn => texts.say("ended-withdrawn"),
    };
    said(frame, "ended-title", text, 410)
}

pub(super) fn too_many(frame: &Frame<'_>, typed: &[(&str, &str)]) -> Page {
    let text = Texts::of(frame.language).say("too-many");
    again(frame, ("too-many-title", text), typed, 429)
}

pub(super) fn try_later(frame: &Frame<'_>, typed: &[(&str, &str)]) -> Page {
    let text = Texts::of(frame.language).say("try-later");
    again(frame, ("try-later-title", text), typed, 503)
}

pub(super) fn not_found(house: &House) -> Page {
    // Nothing is known of who asks: the same bytes for all.
    let parts: Vec<_> = house
        .utility
        .languages
        .iter()
        .map(|language| {
            let texts = Texts::of(*language);
            let (title, text) = (texts.say("not-found-title"), texts.say("not-found"));
            Part { language: texts.language(), title, text }
        })
        .collect();
    let first = house.utility.languages.first().copied().unwrap_or_default();
    let heading = Texts::of(first).say("not-found-title");
    let layout = Layout::without_link(house, first, &heading, Tone::Plain);
    render(layout, parts, 404)
}

pub(super) fn broken(house: &House, language: Language, broken: Broken) -> Page {
    let (title, text) = match broken {
        Broken::BadRequest => ("bad-request-title", "bad-request"),
        Broken::Forbidden => ("forbidden-title", "forbidden"),
        Broken::MethodNotAllowed => ("method-title", "method"),
        Broken::TooLarge => ("too-large-title", "too-large"),
        Broken::UnsupportedType => ("media-title", "media"),
    };
    let texts = Texts::of(language);
    let title = texts.say(title);
    let layout = Layout::without_link(house, language, &title, Tone::Mistake);
    let part = Part { language: texts.language(), title, text: texts.say(text) };
    render(layout, vec![part], broken.status())
}

fn said(frame: &Frame<'_>, title: &str, text: String, status: u16) -> Page {
    let texts = Texts::of(frame.language);
    let title = texts.say(title);
    let layout = Layout::new(frame, &title, Tone::Plain);
    render(layout, vec![Part { language: texts.language(), title, text }], status)
}

fn render(layout: Layout<'_>, parts: Vec<Part>, status: u16) -> Page {
    let language = layout.language;
    let (action, kept, shown) = (String::new(), Vec::new(), Vec::new());
    layout::page(status, language, &Plain { layout, parts, action, kept, shown })
}

/// A page that keeps what was typed, so that it can be sent again.
fn again(
    frame: &Frame<'_>,
    (title, text): (&str, String),
    typed: &[(&str, &str)],
    status: u16,
) -> Page {
    let texts = Texts::of(frame.language);
    let title = texts.say(title);
    let field = |(name, value): &(&str, &str)| Hidden {
        name: (*name).to_owned(),
        value: words::printable(value),
    };
    let is_reading = |(name, _): &&(&str, &str)| name.starts_with('r') && !name.starts_with("rev");
    let (shown, kept): (Vec<_>, Vec<_>) = typed.iter().partition(is_reading);
    let page = Plain {
        layout: Layout::new(frame, &title, Tone::Mistake),
        parts: vec![Part { language: texts.language(), title, text }],
        action: frame.in_language(frame.path),
        kept: kept.into_iter().map(field).collect(),
        shown: shown.into_iter().map(field).collect(),
    };
    layout::page(status, frame.language, &page)
}
