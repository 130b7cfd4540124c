//! The terms that were asked before, as the old administration handed them over.

use rust_decimal::Decimal;

use super::{Decided, Known, Supplied, Unmade, id_of, settled_days};
use crate::advance::{Advance, AdvanceForm, Covers};
use crate::money::Money;
use crate::settlement::case::{PastTerm, PastTerms, TermForm};
use crate::tariff::lists::Wanted;

/// What was asked for the days that are settled, in the order of its days; in the form that the old
/// administration gives, or else in `form`.
///
/// **Errors.** One for each connection and percentage, and none of a connection that no list of prices
/// serves: that it has no price is said, and that it has no percentage follows.
pub(super) fn terms(
    known: &Known<'_>,
    decided: &Decided<'_>,
    form: TermForm,
) -> Result<PastTerms, Vec<Unmade>> {
    let mut unmade = Vec::new();
    let mut asked: Vec<(TermForm, PastTerm)> = Vec::new();
    for advance in known.advances {
        let served = known
            .connections
            .iter()
            .filter(|it| decided.lists.serve(it.connection.supply.commodity));
        let covered: Vec<&Supplied<'_>> =
            served.filter(|it| covers(advance, it, decided)).collect();
        let amount = match advance.form {
            AdvanceForm::Invoice => advance.amount_excl,
            AdvanceForm::Request => advance.amount(),
        };
        for (supplied, amount) in covered.iter().zip(divided(amount, covered.len())) {
            match term(advance, supplied, amount, decided) {
                Ok(term) => asked.push((form_of(advance), term)),
                Err(error) if unmade.iter().any(|told| is_same(told, &error)) => {}
                Err(error) => unmade.push(error),
            }
        }
    }
    let form = asked.first().map_or(form, |(form, _)| *form);
    if asked.iter().any(|(other, _)| *other != form) {
        unmade.push(Unmade::MixedForms);
    }
    asked.sort_by_key(|(_, term)| term.date);
    let items = asked.into_iter().map(|(_, term)| term).collect();
    if unmade.is_empty() { Ok(PastTerms { form, items }) } else { Err(unmade) }
}

/// Whether both say that no VAT code has the percentage of a connection's terms.
fn is_same(told: &Unmade, error: &Unmade) -> bool {
    let of = |unmade: &Unmade| match unmade {
        Unmade::Vat { connection, percent, .. } => Some((connection.clone(), *percent)),
        Unmade::Tariff { .. } | Unmade::Meter { .. } | Unmade::MixedForms | Unmade::Version(_) => {
            None
        }
    };
    of(told).is_some_and(|told| of(error) == Some(told))
}

fn form_of(advance: &Advance) -> TermForm {
    match advance.form {
        AdvanceForm::Invoice => TermForm::Invoice,
        AdvanceForm::Request => TermForm::Request,
    }
}

/// Whether a part of `advance` was asked for the settled days of a connection.
fn covers(advance: &Advance, supplied: &Supplied<'_>, decided: &Decided<'_>) -> bool {
    let (first, last, _) = settled_days(supplied, decided.campaign.reference_date);
    let named = match &advance.covers {
        Covers::Connection(number) => *number == supplied.connection.number,
        Covers::Account => true,
    };
    named && (first..=last).contains(&advance.from())
}

/// `amount` in `parts` parts that add up to it, the first ones a cent higher.
fn divided(amount: Money, parts: usize) -> Vec<Money> {
    let Ok(count) = i64::try_from(parts) else { return Vec::new() };
    let (Some(low), Some(higher)) =
        (amount.cents().checked_div_euclid(count), amount.cents().checked_rem_euclid(count))
    else {
        return Vec::new();
    };
    let part = |place| Money::from_cents(low.saturating_add(i64::from(place < higher)));
    (0..count).map(part).collect()
}

fn term(
    advance: &Advance,
    supplied: &Supplied<'_>,
    amount: Money,
    decided: &Decided<'_>,
) -> Result<PastTerm, Unmade> {
    let (date, connection) = (advance.from(), id_of(supplied.connection));
    let percent: Decimal = advance.vat_rate;
    let commodity = supplied.connection.supply.commodity;
    let vat = match advance.form {
        AdvanceForm::Request => None,
        AdvanceForm::Invoice => {
            let code = decided.lists.vat_code(commodity, Wanted { percent, on: date });
            let unmade = || Unmade::Vat { connection: connection.clone(), percent, on: date };
            Some(code.ok_or_else(unmade)?.to_owned())
        }
    };
    let number = advance.invoice_number.clone();
    let document = number.unwrap_or_else(|| date.to_string());
    Ok(PastTerm { document, date, connection, amount, vat })
}
