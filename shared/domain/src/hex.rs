//! Bytes as text.

/// `bytes` as lower-case hex digits, two for each.
///
/// ```
/// assert_eq!(domain::hex::hex(&[0, 0x7f, 0xa0]), "007fa0");
/// ```
pub fn hex(bytes: &[u8]) -> String {
    let halves = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0x0f]);
    halves.filter_map(|half| char::from_digit(half.into(), 16)).collect()
}
