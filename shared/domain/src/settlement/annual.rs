//! The annual invoice and its credit note: cost, past terms, and what is left to pay.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::case::{AskedKind, Case, PaymentMethod, SettledConnection, TermForm};
use super::charge::{Charge, Days, charges, quantity};
use super::consumption::Metered;
use super::refusal::Found;
use super::result::{Consumption, Line, Part, Settlement, Specification, Totals};
use super::terms::terms;
use super::why::why;
use super::{profile, vat};
use crate::calendar::{days_after, next_target_day};
use crate::invoice::{InvoiceKind, InvoiceNumber};
use crate::money::Money;
use crate::tariff::VatRate;

/// The annual invoice of a case, or the credit note of it.
///
/// **Shape.** The case has no findings; `used` is what its connections used, in their order.
/// **Errors.** `None` where an amount is beyond reckoning; others are noted in `found`.
pub(super) fn invoice(case: &Case, used: &[Vec<Metered>], found: &Found) -> Option<Settlement> {
    let costs: Vec<Vec<Charge<'_>>> = case
        .connections
        .iter()
        .zip(used)
        .map(|(connection, used)| {
            let days = Days { first: connection.first, last: connection.last };
            charges(connection, &case.tariff, days, used, found)
        })
        .collect();
    let mut parts = Vec::new();
    let mut lines = Vec::new();
    for (connection, cost) in case.connections.iter().zip(&costs) {
        parts.extend(parts_of(connection, cost));
        let cost = cost.iter().map(|charge| charge.line.clone());
        lines.push(cost.chain(deducted(case, connection)).collect::<Vec<Line>>());
    }
    let vat = vat::totals(lines.iter().flatten())?;
    let totals = totals(case, costs.iter().flatten(), lines.iter().flatten())?;
    let shares = vat::shared(&vat, &lines);
    let connections: Vec<Specification> = case
        .connections
        .iter()
        .zip(used)
        .zip(lines.into_iter().zip(shares))
        .map(|((connection, used), (lines, vat))| Specification {
            consumption: used.iter().filter_map(consumption).collect(),
            prepaid: prepaid(case, connection),
            ..Specification::of(&connection.id, lines, vat)
        })
        .collect();

    let date = case.invoice.date;
    let due = days_after(date, case.invoice.payment_days);
    let (due_date, refund_date, kind) = match case.invoice.kind {
        AskedKind::CreditNote => (None, None, InvoiceKind::CreditNote),
        AskedKind::Annual if totals.payable > Money::ZERO => {
            (Some(payable_on(case, due)), None, InvoiceKind::Annual)
        }
        AskedKind::Annual if totals.payable < Money::ZERO => {
            let refund = next_target_day(days_after(date, case.invoice.refund_days));
            (None, Some(refund), InvoiceKind::Annual)
        }
        AskedKind::Annual => (None, None, InvoiceKind::Annual),
    };
    let annual = kind == InvoiceKind::Annual;
    let why = match &case.previous {
        Some(previous) if annual => Some(why(previous, &case.connections, &parts, &totals)?),
        _ => None,
    };
    let terms = match &case.terms {
        Some(plan) if annual => Some(terms(case, plan, used, found)?),
        _ => None,
    };
    Some(Settlement {
        rules: case.rules,
        case: case.case.clone(),
        number: InvoiceNumber::allot(date, case.invoice.series, case.invoice.sequence)?,
        kind,
        profile: profile(case),
        first: case.connections.iter().map(|it| it.first).min()?,
        last: case.connections.iter().map(|it| it.last).max()?,
        due_date,
        refund_date,
        connections,
        vat,
        totals,
        parts,
        why,
        terms,
    })
}

/// The day a payment of `day` is made: by debit, one on which banks settle.
fn payable_on(case: &Case, day: NaiveDate) -> NaiveDate {
    match case.buyer.payment_method {
        PaymentMethod::Transfer => day,
        PaymentMethod::Debit => next_target_day(day),
    }
}

/// The sums of a document; `None` where one is above the limit.
fn totals<'a>(
    case: &Case,
    cost: impl Iterator<Item = &'a Charge<'a>> + Clone,
    lines: impl Iterator<Item = &'a Line> + Clone,
) -> Option<Totals> {
    let cost = cost.map(|charge| &charge.line);
    let cost_net: Money = cost.clone().map(|line| line.net).sum();
    let cost_vat = vat::sum(&vat::totals(cost)?);
    let net: Money = lines.clone().map(|line| line.net).sum();
    let vat = vat::sum(&vat::totals(lines)?);
    let prepaid: Money = case.connections.iter().map(|it| prepaid(case, it)).sum();
    let cost_incl = cost_net + cost_vat;
    let payable = net + vat - prepaid;
    Totals {
        cost_net,
        cost_vat,
        cost_incl,
        terms_incl: cost_incl - payable,
        net,
        vat,
        incl: net + vat,
        prepaid,
        payable,
    }
    .limited()
}

impl Totals {
    /// The sums, unless one is above the limit.
    fn limited(self) -> Option<Self> {
        let sums = [
            self.cost_net,
            self.cost_incl,
            self.terms_incl,
            self.net,
            self.incl,
            self.prepaid,
            self.payable,
        ];
        sums.into_iter().all(|sum| sum.limited().is_some()).then_some(self)
    }
}

impl Specification {
    /// The specification of `lines` and their share of the VAT: nothing was prepaid, nothing
    /// metered.
    pub(super) fn of(id: &str, lines: Vec<Line>, vat: Money) -> Self {
        let net: Money = lines.iter().map(|line| line.net).sum();
        Self {
            id: id.to_owned(),
            consumption: Vec::new(),
            lines,
            net,
            vat,
            incl: net + vat,
            prepaid: Money::ZERO,
        }
    }
}

fn consumption(used: &Metered) -> Option<Consumption> {
    Some(Consumption {
        commodity: used.commodity,
        quantity: quantity(used.units(), used.decimals)?,
        estimated: used.estimated,
    })
}

/// What each component cost, in the order of its lines.
fn parts_of(connection: &SettledConnection, cost: &[Charge<'_>]) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for Charge { component, line } in cost {
        match parts.last_mut() {
            Some(part) if part.component == component.code => {
                part.quantity += line.quantity;
                part.net = part.net + line.net;
            }
            _ => parts.push(Part {
                connection: connection.id.clone(),
                component: component.code.clone(),
                group: component.group,
                quantity: line.quantity,
                net: line.net,
            }),
        }
    }
    parts
}

/// What was asked of a connection without VAT.
fn prepaid(case: &Case, connection: &SettledConnection) -> Money {
    match case.past_terms.form {
        TermForm::Invoice => Money::ZERO,
        TermForm::Request => {
            let items = case.past_terms.items.iter();
            items.filter(|it| it.connection == connection.id).map(|it| it.amount).sum()
        }
    }
}

/// The past terms of a connection that were invoiced: a line for each category and percentage, in
/// order of appearance.
fn deducted(case: &Case, connection: &SettledConnection) -> Vec<Line> {
    if case.past_terms.form == TermForm::Request {
        return Vec::new();
    }
    let mut sums: Vec<(&VatRate, Money)> = Vec::new();
    for term in case.past_terms.items.iter().filter(|it| it.connection == connection.id) {
        let vat = term.vat.as_ref().and_then(|code| case.tariff.vat_on(code, term.date));
        let Some(vat) = vat else { continue };
        let same = |(known, _): &&mut (&VatRate, Money)| {
            known.category == vat.category && known.percent == vat.percent
        };
        match sums.iter_mut().find(same) {
            Some((_, sum)) => *sum = *sum + term.amount,
            None => sums.push((vat, term.amount)),
        }
    }
    let days = Days { first: connection.first, last: connection.last };
    sums.retain(|(_, sum)| *sum != Money::ZERO);
    sums.into_iter()
        .map(|(vat, sum)| Line::of_term(Decimal::NEGATIVE_ONE, sum, days, vat))
        .collect()
}
