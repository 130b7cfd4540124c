//! What the paper and the XML of one document both say of it.

use chrono::NaiveDate;

use domain::invoice::InvoiceKind;
use domain::language::Language;
use domain::reading::{Quality, Source};
use domain::settlement::case::{Case, SettledConnection, SettledReading, TermForm};
use domain::settlement::result::{Line, LineUnit, Settlement, Specification};
use domain::tariff::{Measure, VatCategory, VatRate};

use crate::texts::Texts;

/// A case and what came of it.
#[derive(Clone, Copy)]
pub(crate) struct Document<'a> {
    pub(crate) case: &'a Case,
    pub(crate) settlement: &'a Settlement,
}

impl<'a> Document<'a> {
    /// The language that it is written in.
    pub(crate) fn texts(self) -> Texts {
        Texts::of(self.case.locale)
    }

    /// The day that stands on it.
    pub(crate) fn day(self) -> NaiveDate {
        match (self.settlement.kind, &self.case.term_invoice) {
            (InvoiceKind::Term, Some(term)) => term.date,
            (InvoiceKind::Term, None) | (InvoiceKind::Annual | InvoiceKind::CreditNote, _) => {
                self.case.invoice.date
            }
        }
    }

    /// Its specifications, each with the connection it is about.
    pub(crate) fn specified(
        self,
    ) -> impl Iterator<Item = (&'a SettledConnection, &'a Specification)> {
        self.settlement.connections.iter().filter_map(move |specification| {
            let of = |connection: &&SettledConnection| connection.id == specification.id;
            Some((self.case.connections.iter().find(of)?, specification))
        })
    }

    /// What a line is for, in the language of the document.
    pub(crate) fn name_of(self, line: &Line) -> String {
        if line.is_term() {
            let deducted = self.settlement.kind != InvoiceKind::Term;
            return self.texts().say(if deducted { "line-terms" } else { "line-term" });
        }
        let component = self.case.tariff.component(&line.component);
        component.map_or_else(
            || line.component.clone(),
            |component| component.name.to(self.case.locale).to_owned(),
        )
    }

    /// Why nothing is charged on what has `category`; each reason once, in the order of the lines.
    pub(crate) fn exemption(self, category: VatCategory) -> Option<String> {
        if category != VatCategory::E {
            return None;
        }
        let tariff = &self.case.tariff;
        let lines = self.settlement.connections.iter().flat_map(|one| &one.lines);
        let charged = lines
            .filter(|line| line.category == category)
            .filter_map(|line| tariff.vat_on(&tariff.component(&line.component)?.vat, line.first));
        let terms = &self.case.past_terms.items;
        let deducted = terms.iter().filter_map(|term| tariff.vat_on(term.vat.as_ref()?, term.date));
        let known = reasons(charged.chain(deducted), self.case.locale);
        // A term invoice does not say which code a line is of: every exemption may be meant.
        let known = if known.is_empty() {
            reasons(tariff.vat.values().flatten(), self.case.locale)
        } else {
            known
        };
        (!known.is_empty()).then(|| known.join("; "))
    }

    /// The invoices that it follows on: what a credit note takes back, or terms that were invoiced.
    ///
    /// **Source.** EN 16931 BG-3.
    pub(crate) fn earlier(self) -> Vec<&'a str> {
        let terms = &self.case.past_terms;
        let mut numbers: Vec<&str> = match self.settlement.kind {
            InvoiceKind::CreditNote => {
                self.case.invoice.refers_to.iter().map(|one| one.number.as_str()).collect()
            }
            InvoiceKind::Annual if terms.form == TermForm::Invoice => {
                terms.items.iter().map(|term| term.document.as_str()).collect()
            }
            InvoiceKind::Annual | InvoiceKind::Term => Vec::new(),
        };
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }

    /// What the customer wants to read: his own reference, or else his number.
    pub(crate) fn reference(self) -> &'a str {
        let buyer = &self.case.buyer;
        buyer.buyer_reference.as_deref().unwrap_or(&buyer.customer_number)
    }

    /// Whether `line` is charged for use, and of which commodity.
    pub(crate) fn measure_of(self, line: &Line) -> Option<Measure> {
        Some(self.case.tariff.component(&line.component)?.measure)
    }
}

fn reasons<'a>(rates: impl Iterator<Item = &'a VatRate>, language: Language) -> Vec<&'a str> {
    let mut known: Vec<&str> = Vec::new();
    for rate in rates.filter(|rate| rate.category == VatCategory::E) {
        let reason = rate.reason.as_ref().map(|reason| reason.to(language));
        known.extend(reason.filter(|reason| !known.contains(reason)));
    }
    known
}

/// A delivery address in one line.
pub(crate) fn address_of(connection: &SettledConnection) -> String {
    format!("{}, {} {}", connection.address, connection.postcode, connection.city)
}

/// Where a reading comes from, in a word or two.
pub(crate) fn origin(reading: &SettledReading, language: Language) -> String {
    let id = match (reading.quality, reading.source) {
        (Quality::Estimated, _) | (_, Source::Estimated) => "origin-estimated",
        (Quality::Prorated, _) => "origin-prorated",
        (_, Source::Customer | Source::Colleague) => "origin-customer",
        (_, Source::Staff) => "origin-read",
        (_, Source::Remote) => "origin-remote",
        (_, Source::Installed) => "origin-installed",
        (_, Source::Removed) => "origin-removed",
        (_, Source::Agreed) => "origin-agreed",
    };
    Texts::of(language).say(id)
}

/// What a line counts, as people read it; `None` for days and for terms.
pub(crate) fn symbol(unit: LineUnit) -> Option<&'static str> {
    match unit {
        LineUnit::CubicMetre => Some("m³"),
        LineUnit::Gigajoule => Some("GJ"),
        LineUnit::KilowattHour => Some("kWh"),
        LineUnit::MegawattHour => Some("MWh"),
        LineUnit::Day | LineUnit::One => None,
    }
}
