//! One address of a mail, in three forms: full, short, and as text.

use askama::Template;

use domain::language::Language;

use crate::House;
use crate::format;
use crate::page::{meter_label, printable};
use crate::texts::{Texts, Value};

use super::{Block, MailError};

/// The longest link: one line of quoted-printable.
pub(super) const LONGEST_LINK: usize = 76;

/// The longest link that still fits a line with its quotes.
const LONGEST_QUOTED: usize = 74;

/// How much a block says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// With a button, and the link below it.
    Full,
    /// The link is its own text.
    Short,
}

impl Form {
    /// The form of the blocks of a mail that has `count` of them.
    pub(super) fn of(count: usize) -> Self {
        if count <= 25 { Self::Full } else { Self::Short }
    }
}

#[derive(Template)]
#[template(path = "mail/block.html")]
struct Html<'a> {
    full: bool,
    address: &'a str,
    lines: &'a [String],
    link: &'a str,
    url: &'a str,
    /// What stands around the link: a long one leaves no room for quotes, and needs none.
    quote: &'static str,
    ground: String,
    on_ground: String,
}

#[derive(Template)]
#[template(path = "mail/block.txt")]
struct Text<'a> {
    address: &'a str,
    lines: &'a [String],
    link: &'a str,
    url: &'a str,
}

/// One address in all its forms.
pub(super) struct Rendered {
    pub(super) full: String,
    pub(super) short: String,
    pub(super) text: String,
}

impl Rendered {
    pub(super) fn html(&self, form: Form) -> &str {
        match form {
            Form::Full => &self.full,
            Form::Short => &self.short,
        }
    }
}

/// Renders one address.
///
/// **Errors.** Its link is too long or no link.
pub(super) fn render(
    house: &House,
    language: Language,
    block: &Block<'_>,
) -> Result<Rendered, MailError> {
    let (url, quote) = link(block.url)?;
    let texts = Texts::of(language);
    let address = printable(&block.address.to_string());
    let line = printable(&block.address.line());
    let link = texts.tell("mail-link", [("address", Value::Text(&line))]);
    let mut lines: Vec<_> = block
        .meters
        .iter()
        .map(|meter| meter_label(texts, meter.commodity, meter.number))
        .collect();
    lines.extend(block.asked_colleague_on.map(|day| {
        let day = format::day_of_year(language, day);
        texts.tell("mail-colleague", [("day", Value::Text(&day))])
    }));
    let colors = house.brand.light;
    let html = |full| Html {
        full,
        address: &address,
        lines: &lines,
        link: &link,
        url,
        quote,
        ground: colors.primary.to_string(),
        on_ground: colors.on_primary.to_string(),
    };
    Ok(Rendered {
        full: rendered(&html(true)),
        short: rendered(&html(false)),
        text: rendered(&Text { address: &address, lines: &lines, link: &link, url }),
    })
}

/// The text that `template` makes; only its writer can make it fail.
pub(super) fn rendered(template: &impl Template) -> String {
    let text = template.render();
    debug_assert!(text.is_ok(), "{text:?}");
    text.unwrap_or_default()
}

/// The link to the page of the address at `place`, from 1, behind the link `url` of several; where it
/// would be too long for one line, `url` itself, which lists them.
pub fn link_to_place(url: &str, place: usize) -> String {
    let whole = format!("{url}/a{place}");
    if whole.len() <= LONGEST_LINK { whole } else { url.to_owned() }
}

/// `url`, and what stands around it in HTML.
///
/// **Errors.** It is too long or no link.
pub(super) fn link(url: &str) -> Result<(&str, &'static str), MailError> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-._~:/".contains(&b);
    if !rest.is_some_and(|rest| !rest.is_empty() && rest.bytes().all(allowed)) {
        return Err(MailError::NotALink);
    }
    if url.len() > LONGEST_LINK {
        return Err(MailError::LinkTooLong { length: url.len() });
    }
    Ok((url, if url.len() <= LONGEST_QUOTED { "\"" } else { "" }))
}
