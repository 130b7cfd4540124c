//! Quoted-printable that never breaks a line inside a link.
//!
//! The crate that writes our messages chooses between three encodings by length, and breaks lines
//! at a column. Mail programs have joined a link that was broken so only in part; here a line is
//! broken between words, and inside a word only if it would not fit a line of its own.
//! **Source.** RFC 2045 section 6.7.

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
        let ends_line = words.peek().is_none();
        let units: Vec<_> = units(word, ends_line).collect();
        let width: usize = units.iter().map(String::len).sum();
        // The last column of a line that goes on belongs to its `=`.
        let room = |column: usize| LINE.saturating_sub(column + usize::from(!ends_line));
        if column > 0 && width > room(column) {
            column = soft_break(encoded);
        }
        let fits = width <= room(column);
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

/// The encoded bytes of `word`, those of one character together. A space at the end of a line would
/// be lost on the way.
fn units(word: &str, ends_line: bool) -> impl Iterator<Item = String> {
    let count = word.chars().count();
    word.chars().enumerate().map(move |(position, c)| {
        let at_end = ends_line && position + 1 == count;
        if c == '=' || !(c == ' ' || c.is_ascii_graphic()) || (c == ' ' && at_end) {
            let mut buffer = [0; 4];
            c.encode_utf8(&mut buffer).bytes().map(|byte| format!("={byte:02X}")).collect()
        } else {
            c.to_string()
        }
    })
}

#[cfg(test)]
mod tests;
