//! *Jaarafrekening*: what a year cost an account against its terms, to the cent, and its next
//! twelve terms.
//!
//! In reading order: what it is made from ([`case`]) and what comes out ([`result`]), or why
//! nothing does ([`refusal`]). [`Case::parse`] reads JSON, [`settle`] reckons. Below them: what was
//! used between readings, how it spreads over days, what it is charged, its VAT, the new terms,
//! and why the year differs from the one before.
//!
//! [`Case::parse`]: case::Case::parse

pub mod case;
pub mod refusal;
pub mod result;

mod annual;
mod charge;
mod check;
mod consumption;
mod json;
mod read;
mod spread;
mod term_invoice;
mod terms;
mod vat;
mod why;

use self::case::{BuyerKind, Case, Rules};
use self::consumption::{Metered, metered};
use self::refusal::{Cause, Found, Refusals};
use self::result::Settlement;
use crate::invoice::Profile;

/// Settles a case: the annual invoice, its credit note, or the invoice of one of its terms.
///
/// **Shape.** The case alone: no clock, no configuration; the same case gives the same result.
/// **Units.** Every line is quantity × rate / base, rounded once, half a cent away from zero;
/// VAT is rounded once a category and percentage, on the sum of the document.
/// **Errors.** [`Refusals`], all findings at once: whoever made the case mends them.
/// **Source.** `docs/decisions/0014-the-money.md`.
pub fn settle(case: &Case) -> Result<Settlement, Refusals> {
    let found = Found::default();
    check::all(case, &found);
    found.end(Some(()))?;
    let found = Found::default();
    let settlement = match case.rules {
        Rules::One => reckon(case, &found),
    };
    if settlement.is_none() {
        found.note(Cause::AmountOverflow, "totals");
    }
    found.end(settlement)
}

/// The document that a case without findings asks for, by the first rules.
fn reckon(case: &Case, found: &Found) -> Option<Settlement> {
    let used: Vec<Vec<Metered>> = case.connections.iter().map(metered).collect();
    match &case.term_invoice {
        None => annual::invoice(case, &used, found),
        Some(asked) => term_invoice::invoice(case, asked, &used, found),
    }
}

/// The rules of the XML for the account of a case.
fn profile(case: &Case) -> Profile {
    match case.buyer.kind {
        BuyerKind::Business if case.buyer.peppol.is_some() => Profile::Peppol,
        BuyerKind::Business if case.buyer.country == "NL" => Profile::Nlcius,
        BuyerKind::Consumer | BuyerKind::Business => Profile::Core,
    }
}

#[cfg(test)]
mod tests;
