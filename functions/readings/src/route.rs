//! Where a path leads, by its shape alone: nothing is known of the token yet.

use links::token::Token;

use crate::urlencoded;

/// Where a path leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// A page behind a token, valid or not.
    Page {
        /// As it stood in the path.
        token: String,
        /// The place of one of the addresses behind it, where the path names one.
        place: Option<Nth>,
        /// Which of its pages.
        page: PageName,
    },
    /// A token with the punctuation that a mail program took for a part of the link.
    Swallowed {
        /// The path without it.
        path: String,
    },
    /// A few words for a program.
    Words(&'static str),
    /// Nowhere.
    Nowhere,
}

/// What asks whether the pages answer: a deploy, a monitor.
const HEALTH: &str = "ok\n";

/// What a search engine is told: links are nobody's to find.
const ROBOTS: &str = "User-agent: *\nDisallow: /\n";

/// The place of an address among those that a colleague was asked for, from 1.
pub(crate) type Nth = std::num::NonZeroU16;

/// A page behind a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PageName {
    /// The question; of several addresses their list.
    Address,
    /// Why the meter cannot be read.
    Cannot,
    /// Whom to ask instead.
    Ask,
    /// A receipt, by the number behind `r-`.
    Receipt(String),
}

/// The longest path in bytes.
const LONGEST: usize = 512;

/// The most characters of punctuation that are dropped.
const SWALLOWED: usize = 3;

impl Route {
    /// Where `path`, still percent-encoded, leads.
    pub(crate) fn of(path: &str) -> Self {
        if path.len() > LONGEST {
            return Self::Nowhere;
        }
        let Some(path) = urlencoded::path(path) else { return Self::Nowhere };
        let Some(rest) = path.strip_prefix("/m/") else {
            return match path.as_str() {
                "/health" => Self::Words(HEALTH),
                "/robots.txt" => Self::Words(ROBOTS),
                _ => Self::Nowhere,
            };
        };
        if let Some(path) = without_punctuation(rest) {
            return Self::Swallowed { path };
        }
        let (token, page) = match rest.split_once('/') {
            None => (rest, Some((None, PageName::Address))),
            Some((token, "ask")) => (token, Some((None, PageName::Ask))),
            Some((token, page)) => match of_a_place(page) {
                Some((place, page)) => (token, Some((Some(place), page))),
                None => (token, PageName::of_one_address(page).map(|page| (None, page))),
            },
        };
        let token = token.to_owned();
        page.map_or(Self::Nowhere, |(place, page)| Self::Page { token, place, page })
    }
}

/// `a7`, `a7-cannot`, `a7-r-…`: a page of the seventh address.
fn of_a_place(page: &str) -> Option<(Nth, PageName)> {
    let (place, page) = page.strip_prefix('a')?.split_once('-').map_or_else(
        || (page.strip_prefix('a'), Some(PageName::Address)),
        |(place, page)| (Some(place), PageName::of_one_address(page)),
    );
    let place = place.filter(|place| !place.starts_with(['0', '+']))?;
    Some((place.parse().ok()?, page?))
}

impl PageName {
    /// A page beside the question of an address.
    fn of_one_address(page: &str) -> Option<Self> {
        match page {
            "cannot" => Some(Self::Cannot),
            page => page.strip_prefix("r-").map(|number| Self::Receipt(number.to_owned())),
        }
    }

    /// The methods that it takes, as `Allow` names them.
    pub(crate) fn allow(&self) -> &'static str {
        match self {
            Self::Address | Self::Cannot | Self::Ask => "GET, HEAD, POST",
            Self::Receipt(_) => "GET, HEAD",
        }
    }
}

/// The clean path of forty characters and one to three marks behind them.
fn without_punctuation(rest: &str) -> Option<String> {
    let (token, marks) = rest.split_at_checked(Token::CHARACTERS)?;
    let of_a_token = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let swallowed = (1..=SWALLOWED).contains(&marks.chars().count())
        && marks.chars().all(is_swallowed)
        && token.bytes().all(of_a_token);
    swallowed.then(|| format!("/m/{token}"))
}

fn is_swallowed(mark: char) -> bool {
    const PLAIN: &str = ".,;:!?()[]{}<>\"'`*/";
    const TYPESET: &str =
        "\u{ab}\u{bb}\u{2018}\u{2019}\u{201a}\u{201c}\u{201d}\u{201e}\u{2039}\u{203a}";
    PLAIN.contains(mark) || TYPESET.contains(mark)
}

#[cfg(test)]
mod tests;
