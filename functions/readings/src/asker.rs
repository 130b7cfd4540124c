//! The language of an answer.

use domain::language::Language;

use crate::event::Request;
use crate::urlencoded;

/// What a request says about its language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Asker {
    /// `?lang=`, which is kept through forms and redirects.
    requested: Option<Language>,
    /// The best of `Accept-Language`, or the first of the utility.
    accepted: Language,
}

impl Asker {
    /// **Shape.** `offered` are the languages of the utility, at least one.
    pub(crate) fn of(request: &Request, offered: &[Language]) -> Self {
        let known = |tag: &str| Language::parse(tag).filter(|known| offered.contains(known));
        let pairs = urlencoded::pairs(request.query.as_bytes()).unwrap_or_default();
        let requested =
            pairs.iter().find(|(name, _)| name == "lang").and_then(|(_, tag)| known(tag));
        let accepted = request.header("accept-language").unwrap_or_default();
        let accepted = preferred(accepted).into_iter().find_map(known);
        let first = offered.first().copied().unwrap_or_default();
        Self { requested, accepted: accepted.unwrap_or(first) }
    }

    /// The language of a page, and the usual one, where the account is not known.
    ///
    /// The usual one is what the same browser gets where it asks for none: a page in another one
    /// goes on asking for it.
    pub(crate) fn unknown(self) -> (Language, Language) {
        (self.requested.unwrap_or(self.accepted), self.accepted)
    }

    /// The language of a page of an account that usually reads `usual`.
    pub(crate) fn of_account(self, usual: Language) -> Language {
        self.requested.unwrap_or(usual)
    }
}

/// The tags of `Accept-Language`, the most wanted first; one with the weight 0 is not wanted.
fn preferred(header: &str) -> Vec<&str> {
    let mut tags: Vec<(u16, &str)> = header
        .split(',')
        .filter_map(|range| {
            let mut parts = range.split(';');
            let tag = parts.next()?.trim();
            let weight = parts.find_map(|part| part.trim().strip_prefix("q="));
            let weight = weight.map_or(Some(1000), thousandths)?;
            (weight > 0).then_some((weight, tag))
        })
        .collect();
    tags.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    tags.into_iter().map(|(_, tag)| tag).collect()
}

/// `0.8` as 800.
fn thousandths(weight: &str) -> Option<u16> {
    let (whole, part) = weight.split_once('.').unwrap_or((weight, ""));
    let whole: u16 = whole.parse().ok().filter(|whole| *whole < 2)?;
    let part: u16 = format!("{part:0<3}").get(..3)?.parse().ok()?;
    Some(whole * 1000 + part)
}

#[cfg(test)]
mod tests;
