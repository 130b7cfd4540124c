//! *Termijnfactuur*: one of the new terms, as an invoice.

use rust_decimal::Decimal;

use super::case::{Case, TermAsked};
use super::charge::Days;
use super::consumption::Metered;
use super::refusal::{Cause, Found};
use super::result::{Line, LineUnit, Settlement, Specification, Totals};
use super::spread::{first_of_month, last_of_month};
use super::terms::{Asking, TermYear, of_month, terms};
use super::{profile, vat};
use crate::invoice::{InvoiceKind, InvoiceNumber};
use crate::money::Money;
use crate::tariff::{Rate, VatRate};

/// The invoice of the term that `asked` names.
///
/// **Shape.** The case has no findings; `used` is what its connections used, in their order.
/// **Errors.** `None` where an amount is beyond reckoning; others are noted in `found`.
pub(super) fn invoice(
    case: &Case,
    asked: &TermAsked,
    used: &[Vec<Metered>],
    found: &Found,
) -> Option<Settlement> {
    let plan = case.terms.as_ref()?;
    let new = terms(case, plan, used, found)?;
    let month = usize::from(asked.term).checked_sub(1)?;
    let unshifted = *TermYear::of(case.invoice.date, plan).due.get(month)?;
    let days = Days { first: first_of_month(unshifted), last: last_of_month(unshifted) };

    let mut ids: Vec<&str> = Vec::new();
    let mut lines: Vec<Vec<Line>> = Vec::new();
    for Asking { connection, amount, vat } in
        of_month(&case.tariff, &new.items, (month, unshifted))?
    {
        let line = Line::of_term(Decimal::ONE, amount, days, vat);
        match lines.last_mut() {
            Some(of) if ids.last() == Some(&connection) => of.push(line),
            _ => {
                ids.push(connection);
                lines.push(vec![line]);
            }
        }
    }
    if ids.is_empty() {
        found.note(Cause::NothingToInvoice, "term_invoice");
    }
    let vat = vat::totals(lines.iter().flatten())?;
    let net: Money = lines.iter().flatten().map(|line| line.net).sum();
    let shares = vat::shared(&vat, &lines);
    let specified = ids.into_iter().zip(lines.into_iter().zip(shares));
    let connections = specified.map(|(id, (lines, vat))| Specification::of(id, lines, vat));
    let vat_sum = vat::sum(&vat);
    let incl = net + vat_sum;
    Some(Settlement {
        rules: case.rules,
        case: case.case.clone(),
        number: InvoiceNumber::allot(asked.date, asked.series, asked.sequence)?,
        kind: InvoiceKind::Term,
        profile: profile(case),
        first: days.first,
        last: days.last,
        due_date: new.due.get(month).copied(),
        refund_date: None,
        connections: connections.collect(),
        vat,
        totals: Totals {
            cost_net: net,
            cost_vat: vat_sum,
            cost_incl: incl,
            terms_incl: Money::ZERO,
            net,
            vat: vat_sum,
            incl,
            prepaid: Money::ZERO,
            payable: incl,
        },
        parts: Vec::new(),
        why: None,
        terms: None,
    })
}

impl Line {
    /// The line of a term: asked with a quantity of 1, deducted with -1.
    pub(super) fn of_term(quantity: Decimal, amount: Money, days: Days, vat: &VatRate) -> Self {
        let asked = quantity > Decimal::ZERO;
        Self {
            component: Self::TERM.to_owned(),
            first: days.first,
            last: days.last,
            quantity,
            unit: LineUnit::One,
            rate: Rate::of(amount),
            base: 1,
            category: vat.category,
            percent: vat.percent,
            net: if asked { amount } else { -amount },
        }
    }
}
