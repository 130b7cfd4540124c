//! What must hold between the parts of a case before anything is reckoned.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::case::{
    Asked, AskedKind, Buyer, BuyerKind, Case, Ending, PaymentMethod, Seller, SettledConnection,
    TermForm, TermPlan,
};
use super::consumption::{self, commodities};
use super::refusal::{Cause, Found};
use super::result::Line;
use super::terms::TermYear;
use crate::calendar::days_between;
use crate::money::Money;
use crate::quantity::Commodity;
use crate::tariff::{Component, Measure, Step, Tariff, VatCategory, VatRate};

/// Notes all that is wrong in `case`.
pub(super) fn all(case: &Case, found: &Found) {
    parties(&case.seller, &case.buyer, found);
    asked(&case.invoice, found);
    tariff(&case.tariff, found);
    if case.connections.is_empty() {
        found.note(Cause::NoConnections, "connections");
    }
    let all: Vec<&SettledConnection> = case.connections.iter().collect();
    connections(&all, &case.tariff, found);
    past_terms(case, found);
    if let Some(terms) = &case.terms {
        plan(terms, found);
        term_year(case, terms, found);
    }
    if case.term_invoice.is_some()
        && (case.terms.is_none() || case.past_terms.form == TermForm::Request)
    {
        found.note(Cause::TermInvoiceNeedsInvoiceForm, "term_invoice");
    }
}

/// Who invoices whom, and how it is paid.
pub(super) fn parties(seller: &Seller, buyer: &Buyer, found: &Found) {
    let digits = |number: &Option<String>, count: usize| {
        number.as_ref().is_some_and(|number| {
            number.len() == count && number.bytes().all(|byte| byte.is_ascii_digit())
        })
    };
    let known = digits(&buyer.kvk, 8) || digits(&buyer.oin, 20);
    if buyer.kind == BuyerKind::Business && buyer.country == "NL" && !known {
        found.note(Cause::BusinessWithoutKvk, "account.kvk");
    }
    if buyer.payment_method == PaymentMethod::Debit {
        let absent = |text: &Option<String>| text.as_ref().is_none_or(String::is_empty);
        if buyer.iban.is_none() {
            found.note(Cause::IbanInvalid, "account.iban");
        }
        if absent(&buyer.mandate) {
            found.note(Cause::MandateMissing, "account.mandate");
        }
        if absent(&seller.creditor_id) {
            found.note(Cause::MandateMissing, "seller.creditor_id");
        }
    }
}

/// What a credit note takes back.
pub(super) fn asked(invoice: &Asked, found: &Found) {
    if invoice.kind == AskedKind::CreditNote && invoice.refers_to.is_none() {
        found.note(Cause::CreditReferenceMissing, "invoice.refers_to");
    }
}

/// Entries rise, steps rise, and every VAT is one.
pub(super) fn tariff(tariff: &Tariff, found: &Found) {
    for (code, rates) in &tariff.vat {
        let at = format!("tariff.vat.{code}");
        if !rising(rates.iter().map(|rate| rate.from)) {
            found.note(Cause::EntriesOrder, &*at);
        }
        for (place, rate) in rates.iter().enumerate() {
            vat_rate(rate, &format!("{at}.{place}"), found);
        }
    }
    let mut codes = BTreeSet::new();
    for component in &tariff.components {
        let at = format!("tariff.components.{}", component.code);
        if component.code == Line::TERM || !codes.insert(&component.code) {
            found.note(Cause::ComponentDuplicate, &*at);
        }
        if !tariff.vat.contains_key(&component.vat) {
            found.note(Cause::NoVat, format!("{at}.vat"));
        }
        if !rising(component.rates.iter().map(|entry| entry.from)) {
            found.note(Cause::EntriesOrder, format!("{at}.rates"));
        }
        for (place, entry) in component.rates.iter().enumerate() {
            if !steps_rise(&entry.steps) {
                found.note(Cause::Steps, format!("{at}.rates.{place}.steps"));
            }
        }
    }
}

fn rising(days: impl Iterator<Item = NaiveDate>) -> bool {
    days.is_sorted_by(|a, b| a < b)
}

fn vat_rate(rate: &VatRate, at: &str, found: &Found) {
    let fits = match rate.category {
        VatCategory::S => rate.percent > Decimal::ZERO,
        VatCategory::Z | VatCategory::E => rate.percent == Decimal::ZERO,
    };
    if !fits {
        found.note(Cause::VatCategory, format!("{at}.category"));
    }
    if rate.category == VatCategory::E && rate.reason.is_none() {
        found.note(Cause::VatExemptReasonMissing, format!("{at}.reason"));
    }
}

/// Each step ends higher than the one before; only the last may be open.
fn steps_rise(steps: &[Step]) -> bool {
    let mut before = Some(0);
    for step in steps {
        match (before, step.up_to) {
            (None, _) => return false,
            (Some(before), Some(up_to)) if up_to <= before => return false,
            (Some(_), up_to) => before = up_to,
        }
    }
    true
}

/// Each connection has its readings, and every component has a rate on each of its days.
pub(super) fn connections(connections: &[&SettledConnection], tariff: &Tariff, found: &Found) {
    let mut ids = BTreeSet::new();
    for connection in connections {
        let at = format!("connections.{}", connection.id);
        if !ids.insert(&connection.id) {
            found.note(Cause::ConnectionDuplicate, &*at);
        }
        if connection.first > connection.last {
            found.note(Cause::PeriodEmpty, &*at);
        }
        registers(connection, &at, found);
        components(connection, tariff, &at, found);
        for (commodity, quantity) in &connection.expected {
            let at = format!("{at}.expected.{}", commodity.as_str());
            match decimals(connection, *commodity) {
                None => found.note(Cause::CommodityMissing, at),
                Some(decimals) if quantity.scale() > decimals.into() => {
                    found.note(Cause::Number, at);
                }
                Some(_) => {}
            }
        }
    }
}

/// The decimals of the registers of `commodity`.
fn decimals(connection: &SettledConnection, commodity: Commodity) -> Option<u8> {
    let mut registers = connection.registers.iter();
    registers.find(|register| register.commodity == commodity).map(|register| register.decimals)
}

fn registers(connection: &SettledConnection, at: &str, found: &Found) {
    let mut broken = BTreeSet::new();
    for register in &connection.registers {
        for cause in consumption::faults(register) {
            found.note(cause, format!("{at}.{}", register.meter));
            if cause == Cause::ReadingsOrder {
                broken.insert(register.commodity);
            }
        }
    }
    for commodity in commodities(connection) {
        let at = format!("{at}.{}", commodity.as_str());
        let of = || connection.registers.iter().filter(|register| register.commodity == commodity);
        if of().any(|register| Some(register.decimals) != decimals(connection, commodity)) {
            found.note(Cause::DecimalsMixed, &*at);
        }
        let mut stretches: Vec<(NaiveDate, NaiveDate)> = of()
            .filter_map(|it| Some((it.readings.first()?.date, it.readings.last()?.date)))
            .collect();
        stretches.sort_unstable();
        let settled = connection.first <= connection.last && !broken.contains(&commodity);
        if settled && !covers(&stretches, connection) {
            found.note(Cause::PeriodNotCovered, at);
        }
    }
}

/// Whether `stretches`, by their first days, reach without a gap from the day before the period
/// to its end, and not beyond.
fn covers(stretches: &[(NaiveDate, NaiveDate)], connection: &SettledConnection) -> bool {
    let Some((opening, _)) = stretches.first() else { return false };
    let mut reached = *opening;
    for (first, last) in stretches {
        if *first > reached {
            return false;
        }
        reached = reached.max(*last);
    }
    days_between(*opening, connection.first) == 1 && reached == connection.last
}

fn components(connection: &SettledConnection, tariff: &Tariff, at: &str, found: &Found) {
    let mut codes = BTreeSet::new();
    for code in &connection.components {
        let at = format!("{at}.{code}");
        if !codes.insert(code) {
            found.note(Cause::ComponentDuplicate, &*at);
        }
        let Some(component) = tariff.component(code) else {
            found.note(Cause::ComponentUnknown, at);
            continue;
        };
        if let Measure::Use { commodity, .. } = component.measure
            && decimals(connection, commodity).is_none()
        {
            found.note(Cause::CommodityMissing, &*at);
        }
        charged_from(component, tariff, connection.first, (&at, found));
    }
}

/// Whether a component has a rate and a percentage on `day`, and so on every later one.
fn charged_from(
    component: &Component,
    tariff: &Tariff,
    day: NaiveDate,
    (at, found): (&str, &Found),
) {
    if !component.rates.iter().any(|entry| entry.from <= day) {
        found.note(Cause::NoRate, at);
    }
    let rates = tariff.vat.get(&component.vat);
    if rates.is_some_and(|rates| !rates.iter().any(|rate| rate.from <= day)) {
        found.note(Cause::NoVat, at);
    }
}

/// The year of the new terms can lie before the period, when an old case is made with a new day.
fn term_year(case: &Case, plan: &TermPlan, found: &Found) {
    let year = TermYear::of(case.invoice.date, plan);
    for connection in case.connections.iter().filter(|it| it.ending == Ending::Continues) {
        for code in &connection.components {
            if let Some(component) = case.tariff.component(code) {
                let at = format!("connections.{}.{code}", connection.id);
                charged_from(component, &case.tariff, year.first, (&at, found));
            }
        }
    }
}

fn past_terms(case: &Case, found: &Found) {
    for (place, term) in case.past_terms.items.iter().enumerate() {
        let at = format!("past_terms.items.{place}");
        if !case.connections.iter().any(|connection| connection.id == term.connection) {
            found.note(Cause::TermUnknownConnection, &*at);
        }
        let vat = term.vat.as_ref().and_then(|code| case.tariff.vat_on(code, term.date));
        if case.past_terms.form == TermForm::Invoice && vat.is_none() {
            found.note(Cause::TermVatMissing, &*at);
        }
        if term.amount.cents() > Money::LIMIT.cents() {
            found.note(Cause::AmountOverflow, at);
        }
    }
}

/// A step, and bounds that leave room.
pub(super) fn plan(plan: &TermPlan, found: &Found) {
    if plan.step <= Money::ZERO {
        found.note(Cause::Terms, "terms.step_cents");
    }
    if plan.min.is_some_and(|min| min < Money::ZERO) {
        found.note(Cause::Terms, "terms.min_cents");
    }
    let lowest = plan.min.unwrap_or(Money::ZERO);
    if plan.max.is_some_and(|max| max < lowest) {
        found.note(Cause::Terms, "terms.max_cents");
    }
}
