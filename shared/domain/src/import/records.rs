//! Bytes to cells: RFC 4180 with any separator, and the physical line of every record.

use std::borrow::Cow;

/// A quoted cell that is not closed within this many bytes never was meant to be open.
const QUOTE_LIMIT: usize = 64 * 1024;

/// The bytes of one cell, without its quotes.
pub(super) type Bytes<'a> = Cow<'a, [u8]>;

/// Where a quote opened that never closes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct OpenQuote {
    /// The physical line.
    pub(super) line: u32,
    /// How many cells of the record stand before it.
    pub(super) cell: usize,
}

/// Where a record lies in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The physical line on which it begins, from 1.
    pub(super) line: u32,
    /// How many bytes it takes.
    pub(super) size: usize,
}

/// Takes records off the front of the bytes of a file.
#[derive(Clone, Debug)]
pub(super) struct Records<'a> {
    rest: &'a [u8],
    line: u32,
    separator: u8,
}

impl<'a> Records<'a> {
    /// The records of `bytes`, the first of which stands on `line`.
    pub(super) fn new(bytes: &'a [u8], line: u32, separator: u8) -> Self {
        Self { rest: bytes, line, separator }
    }

    /// Fills `cells` with those of the next record that is not empty and says where it lies;
    /// `None` at the end.
    pub(super) fn next(&mut self, cells: &mut Vec<Bytes<'a>>) -> Result<Option<Place>, OpenQuote> {
        cells.clear();
        while let Some(rest) =
            self.rest.strip_prefix(b"\n").or_else(|| self.rest.strip_prefix(b"\r\n"))
        {
            self.rest = rest;
            self.line = self.line.saturating_add(1);
        }
        if self.rest.is_empty() || self.rest == b"\r" {
            return Ok(None);
        }
        let (line, before) = (self.line, self.rest.len());
        loop {
            let cell = match self.rest.strip_prefix(b"\"") {
                Some(body) => self.quoted(body, cells.len())?,
                None => Cow::Borrowed(self.plain()),
            };
            cells.push(cell);
            match self.rest.split_first() {
                Some((byte, rest)) if *byte == self.separator => self.rest = rest,
                Some((_, rest)) => {
                    self.rest = rest;
                    self.line = self.line.saturating_add(1);
                    break;
                }
                None => break,
            }
        }
        Ok(Some(Place { line, size: before - self.rest.len() }))
    }

    /// Takes what stands before the next separator or line end.
    fn plain(&mut self) -> &'a [u8] {
        let ends = |byte: &u8| *byte == self.separator || *byte == b'\n';
        let end = self.rest.iter().position(ends).unwrap_or(self.rest.len());
        let (cell, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, b""));
        self.rest = rest;
        let at_line_end = rest.first().is_none_or(|byte| *byte == b'\n');
        match cell.strip_suffix(b"\r") {
            Some(cell) if at_line_end => cell,
            _ => cell,
        }
    }

    /// Takes a quoted cell of which the opening quote is gone, and whatever wrongly follows it.
    fn quoted(&mut self, body: &'a [u8], cell: usize) -> Result<Bytes<'a>, OpenQuote> {
        let opened = self.line;
        let mut content: Bytes<'a> = Cow::Borrowed(b"");
        let mut rest = body;
        loop {
            let budget = QUOTE_LIMIT.saturating_sub(body.len() - rest.len());
            let quote = rest.iter().take(budget).position(|byte| *byte == b'"');
            let split = quote.and_then(|end| rest.split_at_checked(end));
            let Some((segment, from_quote)) = split else {
                return Err(OpenQuote { line: opened, cell });
            };
            let lines = segment.split(|byte| *byte == b'\n').count() - 1;
            self.line = self.line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
            append(&mut content, segment);
            rest = from_quote.strip_prefix(b"\"").unwrap_or(from_quote);
            match rest.strip_prefix(b"\"") {
                Some(after) => {
                    append(&mut content, b"\"");
                    rest = after;
                }
                None => break,
            }
        }
        self.rest = rest;
        append(&mut content, self.plain());
        Ok(content)
    }
}

/// Appends to a cell; the first segment stays borrowed.
fn append<'a>(content: &mut Bytes<'a>, segment: &'a [u8]) {
    if content.is_empty() {
        *content = Cow::Borrowed(segment);
    } else if !segment.is_empty() {
        content.to_mut().extend_from_slice(segment);
    }
}
