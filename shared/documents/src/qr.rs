//! The code that a banking app reads: who is paid, how much, with which reference.

use qrcodegen::{QrCode, QrCodeEcc};

use domain::money::Money;

/// Modules of white around the code, which readers need.
const QUIET: i32 = 4;

/// The largest amount that a code may ask for: 999,999,999.99 euro.
const MOST_CENTS: i64 = 99_999_999_999;

/// What a payment asks for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Payment<'a> {
    /// Name of the account that is paid.
    pub(crate) name: &'a str,
    /// Its IBAN.
    pub(crate) iban: &'a str,
    /// More than zero.
    pub(crate) amount: Money,
    /// The invoice number, as text.
    pub(crate) reference: &'a str,
}

/// The payment as an SVG, a stroke for each run of black squares; `None` when the standard has no code for it.
///
/// **Source.** EPC069-12, version 002, character set UTF-8, at most 331 bytes, error correction
/// level M; a name has at most 70 characters.
pub(crate) fn epc(payment: Payment<'_>) -> Option<String> {
    let cents = payment.amount.cents();
    if !(1..=MOST_CENTS).contains(&cents) {
        return None;
    }
    let name: String = payment.name.chars().take(70).collect();
    let text = format!(
        "BCD\n002\n1\nSCT\n\n{name}\n{}\nEUR{}\n\n\n{}",
        payment.iban, payment.amount, payment.reference
    );
    if text.len() > 331 {
        return None;
    }
    let code = QrCode::encode_text(&text, QrCodeEcc::Medium).ok()?;
    Some(svg(&code))
}

fn svg(code: &QrCode) -> String {
    let side = code.size() + 2 * QUIET;
    let mut runs = Vec::new();
    for y in 0..code.size() {
        let mut x = 0;
        while x < code.size() {
            let length = (x..code.size()).take_while(|x| code.get_module(*x, y)).count();
            let Ok(length) = i32::try_from(length) else { break };
            if length > 0 {
                runs.push(format!("M{} {}.5h{length}", x + QUIET, y + QUIET));
            }
            x += length.max(1);
        }
    }
    let path = runs.concat();
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\">\
         <path d=\"{path}\" stroke=\"#000\" stroke-width=\"1\"/></svg>"
    )
}

#[cfg(test)]
mod tests;
