//! Names of hosts as mail and links carry them: letters beyond ASCII as punycode.

use unicode_normalization::UnicodeNormalization;

/// `name` in lower case and in ASCII: `Müller.example` is `xn--mller-kva.example`. `None` where it
/// cannot be a name of two labels or more.
///
/// **Source.** RFC 5890 (labels), RFC 3492 (punycode).
pub(crate) fn to_ascii(name: &str) -> Option<String> {
    let labels: Option<Vec<String>> = name.split('.').map(label).collect();
    let labels = labels.filter(|labels| labels.len() > 1)?;
    let top = labels.last()?;
    (top.len() > 1 && !top.starts_with(|c: char| c.is_ascii_digit())).then(|| labels.join("."))
}

fn label(text: &str) -> Option<String> {
    let lower: String = text.chars().flat_map(char::to_lowercase).nfkc().collect();
    let letters = lower.chars().all(|c| c.is_alphanumeric() || c == '-');
    if !letters || lower.starts_with('-') || lower.ends_with('-') {
        return None;
    }
    let ascii = if lower.is_ascii() { lower } else { format!("xn--{}", punycode(&lower)?) };
    (1..=63).contains(&ascii.len()).then_some(ascii)
}

const BASE: u32 = 36;
const TMIN: u32 = 1;
const TMAX: u32 = 26;

/// Punycode of a label, without its prefix; `None` where the arithmetic would overflow.
fn punycode(label: &str) -> Option<String> {
    let mut output: String = label.chars().filter(char::is_ascii).collect();
    let basic = u32::try_from(output.len()).ok()?;
    if basic > 0 {
        output.push('-');
    }
    let total = u32::try_from(label.chars().count()).ok()?;
    let (mut code, mut delta, mut bias, mut handled) = (128_u32, 0_u32, 72_u32, basic);
    while handled < total {
        let next = label.chars().map(u32::from).filter(|c| *c >= code).min()?;
        delta = delta.checked_add((next - code).checked_mul(handled + 1)?)?;
        code = next;
        for c in label.chars().map(u32::from) {
            if c < code {
                delta = delta.checked_add(1)?;
            } else if c == code {
                variable_length(delta, bias, &mut output)?;
                let first = if handled == basic { 700 } else { 2 };
                bias = adapt(delta.div_euclid(first), handled + 1);
                delta = 0;
                handled += 1;
            }
        }
        delta = delta.checked_add(1)?;
        code += 1;
    }
    Some(output)
}

/// `delta` as a number of variable length, the lowest digit first.
fn variable_length(delta: u32, bias: u32, output: &mut String) -> Option<()> {
    let mut rest = delta;
    let mut k = BASE;
    loop {
        let threshold = k.saturating_sub(bias).clamp(TMIN, TMAX);
        if rest < threshold {
            output.push(digit(rest)?);
            return Some(());
        }
        let span = BASE - threshold;
        output.push(digit(threshold + (rest - threshold).rem_euclid(span))?);
        rest = (rest - threshold).div_euclid(span);
        k += BASE;
    }
}

fn adapt(delta: u32, points: u32) -> u32 {
    let mut delta = delta + delta.div_euclid(points);
    let mut k = 0;
    while delta > 455 {
        delta = delta.div_euclid(BASE - TMIN);
        k += BASE;
    }
    k + ((BASE - TMIN + 1) * delta).div_euclid(delta + 38)
}

/// `a` to `z` for 0 to 25, `0` to `9` for 26 to 35.
fn digit(value: u32) -> Option<char> {
    let rotated = if value < 26 { value + 10 } else { value.checked_sub(26)? };
    char::from_digit(rotated, BASE)
}

#[cfg(test)]
mod tests;
