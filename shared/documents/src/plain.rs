//! What a customer is called, made fit for a file.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization as _;

use crate::pdf::can_show;

/// `text` in one line without what no XML may hold; it is otherwise left as it is.
pub(crate) fn plain(text: &str) -> Cow<'_, str> {
    // Most texts: they have nothing else, and are not written again.
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Cow::Borrowed(text.trim());
    }
    let kept = |c: char| match c {
        '\u{fffe}' | '\u{ffff}' => None,
        c if c.is_whitespace() && c != '\u{a0}' => Some(' '),
        c if c.is_control() => None,
        c => Some(c),
    };
    text.chars().filter_map(kept).collect::<String>().trim().to_owned().into()
}

/// `text` as it can be set: a character that no face has a form of becomes a question mark, since a
/// file to keep may not hold one, and what has no form by its nature is left out.
pub(crate) fn printable(text: &str) -> String {
    let formless = |c: char| {
        matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
    };
    plain(text).nfc().filter(|c| !formless(*c)).map(|c| if can_show(c) { c } else { '?' }).collect()
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    #[test]
    fn names_stay_as_they_are_but_for_what_no_file_may_hold() {
        assert_snapshot!(plain("  J. <b>&\"O'Neill\"\u{0}\u{1b}\u{ffff}\n水 "), @r#"J. <b>&"O'Neill" 水"#);
        assert_snapshot!(printable("Zoe\u{308} 水\u{202e}\u{200b}\u{e000} Łódź"), @"Zoë ?? Łódź");
    }
}
