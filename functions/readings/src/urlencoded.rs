//! `application/x-www-form-urlencoded`, read strictly: what is no UTF-8 is refused, not mended.

/// The pairs of `text`, in their order; `None` where a name or a value is broken.
///
/// **Source.** WHATWG URL, section 5.1; unlike it, a `%` without two hex digits and bytes that are
/// no UTF-8 are refused.
pub(crate) fn pairs(text: &[u8]) -> Option<Vec<(String, String)>> {
    let pairs = text.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let mut parts = pair.splitn(2, |byte| *byte == b'=');
            let (name, value) = (parts.next()?, parts.next().unwrap_or_default());
            Some((decoded(name, Plus::Space)?, decoded(value, Plus::Space)?))
        })
        .collect()
}

/// The text that was percent-encoded once as `text`; `None` where it is broken.
pub(crate) fn path(text: &str) -> Option<String> {
    decoded(text.as_bytes(), Plus::Itself)
}

/// What `+` stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Plus {
    Space,
    Itself,
}

fn decoded(text: &[u8], plus: Plus) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.iter().copied();
    while let Some(byte) = rest.next() {
        match byte {
            b'%' => bytes.push(hex(rest.next()?)? << 4 | hex(rest.next()?)?),
            b'+' if plus == Plus::Space => bytes.push(b' '),
            byte => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).ok()
}

fn hex(digit: u8) -> Option<u8> {
    let value = char::from(digit).to_digit(16)?;
    u8::try_from(value).ok()
}
