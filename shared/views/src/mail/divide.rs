//! How many addresses fit one mail.

use std::ops::Range;

use domain::language::Language;

use super::block::{self, Form};
use super::{Block, CampaignMail, MailError, PartOf, campaign, quoted};
use crate::House;

/// The most addresses of one mail.
const BLOCKS: usize = 200;

/// The most bytes of an encoded text part.
const TEXT_BYTES: usize = 60_000;

/// The bytes of one thing in each of the forms that it may take, encoded.
#[derive(Clone, Copy, Debug, Default)]
struct Size {
    full: usize,
    short: usize,
    text: usize,
}

impl Size {
    fn with(self, other: Self) -> Self {
        Self {
            full: self.full + other.full,
            short: self.short + other.short,
            text: self.text + other.text,
        }
    }

    fn fits(self, count: usize, html_bytes: usize) -> bool {
        let html = match Form::of(count) {
            Form::Full => self.full,
            Form::Short => self.short,
        };
        count <= BLOCKS && html <= html_bytes && self.text <= TEXT_BYTES
    }
}

pub(super) fn ranges(
    house: &House,
    mail: &CampaignMail<'_>,
) -> Result<Vec<Range<usize>>, MailError> {
    let html_bytes = usize::from(house.utility.mail.max_html_kb) * 1000;
    let frame = frame(house, mail);
    let mut ranges = Vec::new();
    let mut start = 0;
    let mut size = frame;
    for (position, block) in mail.blocks.iter().enumerate() {
        let own = size_of(house, mail.envelope.language, block)?;
        let larger = size.with(own);
        if position > start && !larger.fits(position + 1 - start, html_bytes) {
            ranges.push(start..position);
            start = position;
            size = frame.with(own);
        } else {
            size = larger;
        }
    }
    if start < mail.blocks.len() {
        ranges.push(start..mail.blocks.len());
    }
    Ok(ranges)
}

/// How many of `blocks`, from the first one on, fit one mail that says `html` and `text` beside them.
pub(super) fn fitting(
    house: &House,
    language: Language,
    blocks: &[Block<'_>],
    (html, text): (&str, &str),
) -> Result<usize, MailError> {
    let html_bytes = usize::from(house.utility.mail.max_html_kb) * 1000;
    let html = quoted::encode(html).len();
    let mut whole = Size { full: html, short: html, text: quoted::encode(text).len() };
    for (position, block) in blocks.iter().enumerate() {
        whole = whole.with(size_of(house, language, block)?);
        if !whole.fits(position + 1, html_bytes) {
            return Ok(position);
        }
    }
    Ok(blocks.len())
}

fn size_of(house: &House, language: Language, block: &Block<'_>) -> Result<Size, MailError> {
    let rendered = block::render(house, language, block)?;
    Ok(Size {
        full: quoted::encode(&rendered.full).len(),
        short: quoted::encode(&rendered.short).len(),
        text: quoted::encode(&rendered.text).len(),
    })
}

/// What a mail has around its blocks, with the longest words about its part.
fn frame(house: &House, mail: &CampaignMail<'_>) -> Size {
    let mail = CampaignMail { part: PartOf { number: 9999, of: 9999 }, ..mail.clone() };
    let content = campaign::content(house, &mail, "", "");
    let html = quoted::encode(&content.html).len();
    Size { full: html, short: html, text: quoted::encode(&content.text).len() }
}
