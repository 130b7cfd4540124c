//! Quoted-printable that never breaks a line inside a link.
//!
//! The crate that writes our messages chooses between three encodings by length, and breaks lines
//! at a column. Mail programs have joined a link that was broken so only in part; here a line is
//! broken between words, and inside a word only if it would not fit a line of its own.
//! **Source.** RFC 2045 section 6.7.

use std::fmt::Write as _;

/// The longest encoded line, without its end.
const LINE: usize = 76;

/// `text` in quoted-printable, with CRLF at the ends of its lines.
pub(super) fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len() + text.len().div_euclid(8));
    let mut lines = text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)).peekable();
    while let Some(line) = lines.next() {
        encode_line(line, &mut encoded);
        if lines.peek().is_some() {
            encoded.push_str("\r\n");
        }
    }
    encoded
}

fn encode_line(line: &str, encoded: &mut String) {
    let mut column = 0;
    let mut words = line.split_inclusive(' ').peekable();
    while let Some(word) = words.next() {
        let is_last = words.peek().is_none();
        // The last column of a line that goes on belongs to its `=`.
        let longest = if is_last { LINE } else { LINE - 1 };
        let mut units: Vec<_> = word.chars().map(unit).collect();
        if is_last && word.ends_with(' ') {
            // A space at the end of a line would be lost on the way.
            units.pop();
            units.push("=20".to_owned());
        }
        let width: usize = units.iter().map(String::len).sum();
        if column > 0 && column + width > longest {
            column = soft_break(encoded);
        }
        let fits = column + width <= longest;
        for unit in units {
            if !fits && column + unit.len() >= LINE {
                column = soft_break(encoded);
            }
            column += unit.len();
            encoded.push_str(&unit);
        }
    }
}

fn soft_break(encoded: &mut String) -> usize {
    encoded.push_str("=\r\n");
    0
}

/// One character, whose bytes stay on one line.
fn unit(c: char) -> String {
    let mut unit = String::new();
    if c == ' ' || (c.is_ascii_graphic() && c != '=') {
        unit.push(c);
        return unit;
    }
    let mut buffer = [0; 4];
    for byte in c.encode_utf8(&mut buffer).bytes() {
        let written = write!(unit, "={byte:02X}");
        debug_assert!(written.is_ok(), "a String takes every write");
    }
    unit
}

#[cfg(test)]
mod tests;
