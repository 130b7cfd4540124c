//! The numbers of companies and public bodies.

/// *KvK-nummer*: 8 digits.
pub(super) fn coc_number(text: &str) -> Option<String> {
    digits(text, 8)
}

/// *OIN*: 20 digits.
pub(super) fn oin(text: &str) -> Option<String> {
    digits(text, 20)
}

fn digits(text: &str, count: usize) -> Option<String> {
    let compact: String = text.chars().filter(|c| *c != ' ').collect();
    (compact.len() == count && compact.bytes().all(|b| b.is_ascii_digit())).then_some(compact)
}

/// *Btw-nummer*: `NL`, 9 digits, `B`, 2 digits; of other countries their prefix and the number of
/// characters that follow it. Spaces and dots do not count.
///
/// **Source.** VIES, structure of VAT identification numbers.
pub(super) fn vat_number(text: &str) -> Option<String> {
    let compact: String = text.chars().filter(|c| !matches!(c, ' ' | '.')).collect();
    let compact = compact.to_ascii_uppercase();
    let (prefix, rest) = compact.split_at_checked(2)?;
    let valid = if prefix == "NL" {
        let (number, suffix) = rest.split_once('B')?;
        digits(number, 9).is_some() && digits(suffix, 2).is_some()
    } else {
        let lengths = ABROAD.iter().find(|(country, _)| *country == prefix)?.1;
        lengths.contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    valid.then_some(compact)
}

const ABROAD: &[(&str, &[usize])] = &[
    ("AT", &[9]),
    ("BE", &[10]),
    ("BG", &[9, 10]),
    ("CY", &[9]),
    ("CZ", &[8, 9, 10]),
    ("DE", &[9]),
    ("DK", &[8]),
    ("EE", &[9]),
    ("EL", &[9]),
    ("ES", &[9]),
    ("FI", &[8]),
    ("FR", &[11]),
    ("GB", &[5, 9, 12]),
    ("HR", &[11]),
    ("HU", &[8]),
    ("IE", &[8, 9]),
    ("IT", &[11]),
    ("LT", &[9, 12]),
    ("LU", &[8]),
    ("LV", &[11]),
    ("MT", &[8]),
    ("PL", &[10]),
    ("PT", &[9]),
    ("RO", &[2, 3, 4, 5, 6, 7, 8, 9, 10]),
    ("SE", &[12]),
    ("SI", &[8]),
    ("SK", &[10]),
    ("XI", &[5, 9, 12]),
];
