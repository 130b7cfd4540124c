//! The code that a banking app reads: who is paid, how much, with which reference.

use qrcodegen::{QrCode, QrCodeEcc};

use domain::money::Money;

/// Modules of white around the code, which readers need.
const QUIET: i32 = 4;

/// Pixels along the side of a square, so that a screen that smooths pictures keeps its edges.
const FINE: i32 = 4;

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

/// A square picture in grey, a byte a pixel: a tenth of what its squares take as paths.
#[derive(Debug)]
pub(crate) struct Picture {
    /// Pixels along its side.
    pub(crate) side: i32,
    /// From left to right, from top to bottom.
    pub(crate) grey: Vec<u8>,
}

/// The payment as a picture; `None` when the standard has no code for it.
///
/// **Source.** EPC069-12, version 002, character set UTF-8, at most 331 bytes, error correction
/// level M; a name has at most 70 characters.
pub(crate) fn epc(payment: Payment<'_>) -> Option<Picture> {
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
    Some(drawn(&code))
}

fn drawn(code: &QrCode) -> Picture {
    let side = code.size() + 2 * QUIET;
    let squares = (0..side * FINE).flat_map(|y| (0..side * FINE).map(move |x| (x, y)));
    let module = |at: i32| at.div_euclid(FINE) - QUIET;
    let grey = |(x, y)| if code.get_module(module(x), module(y)) { 0 } else { u8::MAX };
    Picture { side: side * FINE, grey: squares.map(grey).collect() }
}

#[cfg(test)]
mod tests;
