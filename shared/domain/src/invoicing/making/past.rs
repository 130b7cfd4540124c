//! The terms that were asked before, as the old administration handed them over.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::{AccountTerms, Decided, Known, Supplied, Unmade, id_of, settled_days};
use crate::advance::{Advance, AdvanceForm, Covers};
use crate::money::Money;
use crate::settlement::case::{Ending, PastTerm, PastTerms, TermForm};
use crate::tariff::lists::Wanted;

/// What was asked for the days that are settled, in the order of its days; in the form that the old
/// administration gives, or else in `form`.
///
/// **Errors.** One for each connection and percentage, one for each term that belongs to no year, and
/// none of a connection that no list of prices serves: that it has no price is said, and that it has no
/// percentage follows.
pub(super) fn terms(
    known: &Known<'_>,
    decided: &Decided<'_>,
    form: TermForm,
) -> Result<PastTerms, Vec<Unmade>> {
    let mut unmade = Vec::new();
    let mut asked: Vec<(TermForm, PastTerm)> = Vec::new();
    let serves = |it: &&Supplied<'_>| decided.lists.serve(it.connection.supply.commodity);
    let served: Vec<&Supplied<'_>> = known.connections.iter().filter(serves).collect();
    for advance in known.advances {
        let covered = match covered(advance, &served, known, decided) {
            Ok(covered) => covered,
            Err(error) => {
                if !unmade.iter().any(|told| is_same(told, &error)) {
                    unmade.push(error);
                }
                continue;
            }
        };
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

/// Whether both say that no VAT code has the percentage of a connection's terms, or that terms of the
/// whole account cannot be divided.
fn is_same(told: &Unmade, error: &Unmade) -> bool {
    let of = |unmade: &Unmade| match unmade {
        Unmade::Vat { connection, percent, .. } => Some((connection.clone(), Some(*percent))),
        Unmade::SharedTerms { account, .. } => Some((account.clone(), None)),
        Unmade::Tariff { .. }
        | Unmade::Meter { .. }
        | Unmade::MixedForms
        | Unmade::TermBefore { .. }
        | Unmade::TermAfter { .. }
        | Unmade::Version(_) => None,
    };
    of(told).is_some_and(|told| of(error) == Some(told))
}

fn form_of(advance: &Advance) -> TermForm {
    match advance.form {
        AdvanceForm::Invoice => TermForm::Invoice,
        AdvanceForm::Request => TermForm::Request,
    }
}

/// The connections of `served` that `advance` is deducted from in this year; none where it is of
/// another year, or of a connection that is not on the document.
fn covered<'a>(
    advance: &Advance,
    served: &[&'a Supplied<'a>],
    known: &Known<'_>,
    decided: &Decided<'_>,
) -> Result<Vec<&'a Supplied<'a>>, Unmade> {
    match &advance.covers {
        Covers::Connection(number) => {
            let named = served.iter().find(|it| it.connection.number == *number);
            let Some(supplied) = named else { return Ok(Vec::new()) };
            let is_asked = of_connection(advance, supplied, decided)?;
            Ok(is_asked.then_some(*supplied).into_iter().collect())
        }
        Covers::Account => of_account(advance, served, known, decided),
    }
}

/// Whether `advance` is of the settled year of its connection: each year has what was asked from its
/// first day to its last, a joiner's first year also what was asked for days around its beginning, and
/// the last year of a leaver everything behind it.
fn of_connection(
    advance: &Advance,
    supplied: &Supplied<'_>,
    decided: &Decided<'_>,
) -> Result<bool, Unmade> {
    let (_, last, ending) = settled_days(supplied, decided.campaign.reference_date);
    let (from, supplied_from) = (advance.from(), supplied.connection.supply.period.from);
    let has_begun = match supplied.settled_until {
        Some(until) => until < from,
        None if reaches(advance, supplied_from) => true,
        None => {
            let of = supplied.connection.number.to_string();
            return Err(Unmade::TermBefore { of, on: from, supplied_from });
        }
    };
    Ok(has_begun && (ending == Ending::Final || from <= last))
}

/// The connections over which `advance`, of the whole account, is divided: those that are settled over
/// its first day; where none is, all of the document.
fn of_account<'a>(
    advance: &Advance,
    served: &[&'a Supplied<'a>],
    known: &Known<'_>,
    decided: &Decided<'_>,
) -> Result<Vec<&'a Supplied<'a>>, Unmade> {
    let reference_date = decided.campaign.reference_date;
    let AccountTerms { documents, asked_until, ending } = known.account_terms;
    let (account, on) = (known.account.number.to_string(), advance.from());
    let settled_until = served.iter().filter_map(|it| it.settled_until).max();
    let is_settled = settled_until.or(asked_until).is_some_and(|until| on <= until);
    let is_later = on > reference_date;
    let joined = served.iter().map(|it| it.connection.supply.period.from).min();
    let Some(supplied_from) = joined.filter(|_| !is_settled) else { return Ok(Vec::new()) };
    match ending {
        Ending::Continues if is_later => return Ok(Vec::new()),
        Ending::Continues | Ending::Final => {}
    }
    if documents > 1 {
        return Err(Unmade::SharedTerms { account, on, documents });
    }
    if is_later {
        return Err(Unmade::TermAfter { account, on, reference_date });
    }
    if settled_until.is_none() && !reaches(advance, supplied_from) {
        return Err(Unmade::TermBefore { of: account, on, supplied_from });
    }
    let is_settled_on = |it: &&&Supplied<'_>| {
        let (first, last, _) = settled_days(it, reference_date);
        (first..=last).contains(&on)
    };
    let of_day: Vec<&Supplied<'_>> = served.iter().filter(is_settled_on).copied().collect();
    Ok(if of_day.is_empty() { served.to_vec() } else { of_day })
}

/// Whether `advance` was asked for a day from `day` on.
fn reaches(advance: &Advance, day: NaiveDate) -> bool {
    advance.period.until.is_none_or(|until| until > day)
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
