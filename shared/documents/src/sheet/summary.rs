//! Page 1: who, how much, when, and of what it is made up.

use rust_decimal::Decimal;

use domain::invoice::InvoiceKind;
use domain::money::Money;
use domain::quantity::Commodity;
use domain::settlement::case::{Case, PaymentMethod, TermForm};
use domain::settlement::result::{Line, Part};
use domain::tariff::{Group, Measure};
use domain::written::{self, NO_BREAK};

use super::{Head, Note, Pair, Sum, Sums, Table, euro, place, sum, total};
use crate::document::{Document, symbol};
use crate::pdf::Letterhead;
use crate::plain::printable;

/// What the document is, in the words of its title.
pub(super) fn kind(document: Document<'_>) -> String {
    let (texts, settlement) = (document.texts(), document.settlement);
    match settlement.kind {
        InvoiceKind::Annual => {
            let year = settlement.last.format("%Y").to_string();
            texts.tell("doc-annual", [("year", &year)])
        }
        InvoiceKind::Term => texts.tell("doc-term", [("month", &month(document))]),
        InvoiceKind::CreditNote => texts.say("doc-credit"),
    }
}

/// The month of a term: `april 2027`.
fn month(document: Document<'_>) -> String {
    let day = written::day(document.texts().language(), document.settlement.first);
    day.split_once(' ').map_or_else(String::new, |(_, month)| month.to_owned())
}

/// The utility at the top of the page.
pub(super) fn head(document: Document<'_>, letterhead: &Letterhead) -> Head {
    let (texts, seller) = (document.texts(), &document.case.seller);
    let name = printable(&seller.name);
    let say = |id, number: &str| texts.tell(id, [("number", &printable(number))]);
    Head {
        alt: texts.tell("doc-logo", [("seller", &name)]),
        logo: letterhead.logo.is_some(),
        lines: vec![
            printable(&format!("{}, {} {}", seller.address, seller.postcode, seller.city)),
            printable(&seller.phone),
            printable(&seller.email),
            printable(&seller.website),
            format!("{} · {}", say("seller-kvk", &seller.kvk), say("seller-vat", &seller.vat_id)),
            say("seller-iban", &written::iban(&seller.iban)),
        ],
        name,
    }
}

/// The address in the window of the envelope.
pub(super) fn window(document: Document<'_>) -> Vec<String> {
    let Case { buyer, seller, .. } = document.case;
    let mut lines = vec![
        printable(&buyer.name),
        printable(&buyer.address),
        // Two spaces, as the post asks.
        printable(&format!("{}{NO_BREAK}{NO_BREAK}{}", buyer.postcode, buyer.city)),
    ];
    if buyer.country != seller.country {
        lines.push(printable(&buyer.country));
    }
    lines
}

/// Number, day and what else tells this document from others.
pub(super) fn facts(document: Document<'_>) -> Vec<Pair> {
    let Document { case, settlement } = document;
    let (texts, buyer) = (document.texts(), &case.buyer);
    let language = texts.language();
    let mut facts = vec![
        (texts.say("fact-number"), settlement.number.to_string()),
        (texts.say("fact-date"), written::day(language, document.day())),
        (texts.say("fact-customer"), printable(&buyer.customer_number)),
    ];
    let mut add = |id, value: Option<&str>| {
        facts.extend(value.map(|value| (texts.say(id), printable(value))));
    };
    let credited = case.invoice.refers_to.as_ref().map(|one| one.number.as_str());
    add("fact-credits", credited.filter(|_| settlement.kind == InvoiceKind::CreditNote));
    add("fact-reference", buyer.buyer_reference.as_deref());
    add("fact-buyer-kvk", buyer.kvk.as_deref());
    add("fact-buyer-oin", buyer.oin.as_deref());
    add("fact-buyer-vat", buyer.vat_id.as_deref());
    let (first, last) = (
        written::short_day(language, settlement.first),
        written::short_day(language, settlement.last),
    );
    let period = texts.tell("period", [("first", &first), ("last", &last)]);
    facts.push((texts.say("fact-period"), period));
    let only = match settlement.connections.len() {
        1 => document.specified().next(),
        _ => None,
    };
    if let Some((connection, _)) = only {
        facts.push((texts.say("table-address"), place(connection)));
    }
    facts
}

/// The one sentence with the amount and the day.
pub(super) fn headline(document: Document<'_>) -> String {
    let Document { case, settlement } = document;
    let (texts, payable) = (document.texts(), settlement.totals.payable);
    let amount = euro(document, Money::from_cents(payable.cents().abs()));
    if settlement.kind == InvoiceKind::CreditNote {
        let id = match payable.cents() {
            0 => return texts.say("headline-credit-zero"),
            ..0 => "headline-credit-charge",
            1.. => "headline-credit-refund",
        };
        return texts.tell(id, [("amount", &amount)]);
    }
    let (id, day) = match (settlement.due_date, settlement.refund_date) {
        (Some(due), _) => match case.buyer.payment_method {
            PaymentMethod::Transfer => ("headline-transfer", due),
            PaymentMethod::Debit => ("headline-debit", due),
        },
        (None, Some(refund)) => ("headline-refund", refund),
        (None, None) => return texts.say("headline-zero"),
    };
    let day = written::day(texts.language(), day).replace(' ', "\u{a0}");
    texts.tell(id, [("amount", &amount), ("day", &day)])
}

/// One or two sentences below it.
pub(super) fn lead(document: Document<'_>) -> Vec<String> {
    let Document { case, settlement } = document;
    let texts = document.texts();
    let mut lead = Vec::new();
    match settlement.kind {
        InvoiceKind::CreditNote => lead.extend(case.invoice.refers_to.as_ref().map(|taken| {
            let day = written::day(texts.language(), taken.date);
            texts.tell("lead-credit", [("number", &printable(&taken.number)), ("day", &day)])
        })),
        InvoiceKind::Term => lead.push(texts.tell("lead-term", [("month", &month(document))])),
        InvoiceKind::Annual => lead.extend(used(document)),
    }
    if settlement.connections.len() > 1 {
        lead.push(texts.count("lead-addresses", settlement.connections.len()));
    }
    lead
}

/// What was used, and how that compares with a year earlier.
fn used(document: Document<'_>) -> Option<String> {
    let (texts, now) = (document.texts(), uses(document, &document.settlement.parts));
    let language = texts.language();
    let amounts: Vec<String> = now.iter().map(|used| used.shown(language)).collect();
    let shown = amounts.join(", ");
    let [only] = now.as_slice() else {
        return (!now.is_empty()).then(|| texts.tell("lead-use", [("use", &shown)]));
    };
    let settled = document.settlement;
    let earlier = document
        .case
        .previous
        .as_ref()
        .filter(|_| settled.why.is_some_and(|why| why.connections == Money::ZERO));
    let before = earlier.map(|previous| uses(document, &previous.parts));
    let Some([before]) = before.as_deref() else {
        return Some(texts.tell("lead-use", [("use", &shown)]));
    };
    let difference = only.quantity - before.quantity;
    let id = if difference.is_zero() {
        return Some(texts.tell("lead-use-same", [("use", &shown)]));
    } else if difference > Decimal::ZERO {
        "lead-use-more"
    } else {
        "lead-use-less"
    };
    let difference = Used { quantity: difference.abs(), ..*only }.shown(language);
    Some(texts.tell(id, [("use", &shown), ("difference", &difference)]))
}

/// How much of a commodity was used, over all addresses.
#[derive(Clone, Copy, Debug)]
pub(super) struct Used {
    pub(super) commodity: Commodity,
    pub(super) quantity: Decimal,
    pub(super) unit: &'static str,
}

impl Used {
    pub(super) fn shown(self, language: domain::language::Language) -> String {
        let number = written::number(language, self.quantity.normalize());
        format!("{number}{NO_BREAK}{}", self.unit)
    }
}

/// The use in `parts`, a commodity each: of the first component of its group that counts it.
pub(super) fn uses(document: Document<'_>, parts: &[Part]) -> Vec<Used> {
    let mut counting: Vec<(&str, Used)> = Vec::new();
    for component in &document.case.tariff.components {
        let Measure::Use { commodity, unit } = component.measure else { continue };
        let counted = component.group == Group::Use
            && !counting.iter().any(|(_, used)| used.commodity == commodity)
            && parts.iter().any(|part| part.component == component.code);
        if counted {
            let of = parts.iter().filter(|part| part.component == component.code);
            let quantity = of.map(|part| part.quantity).sum();
            counting.push((&component.code, Used { commodity, quantity, unit: unit.symbol() }));
        }
    }
    counting.into_iter().map(|(_, used)| used).collect()
}

/// The lines of all addresses by component, the terms, and what is left.
pub(super) fn sums(document: Document<'_>) -> Sums {
    let Document { case, settlement } = document;
    let (texts, totals) = (document.texts(), settlement.totals);
    let mut rows = Vec::new();
    if settlement.kind == InvoiceKind::Term {
        rows.push(sum(document, texts.say("sum-term"), totals.net));
        rows.push(sum(document, texts.say("spec-vat"), totals.vat));
    } else {
        rows.extend(components(document));
        rows.push(total(document, texts.say("sum-cost-net"), totals.cost_net));
        rows.push(sum(document, texts.say("spec-vat"), totals.cost_vat));
        rows.push(total(document, texts.say("sum-cost"), totals.cost_incl));
        if totals.terms_incl != Money::ZERO {
            let id = match case.past_terms.form {
                TermForm::Request => "sum-terms-request",
                TermForm::Invoice => "sum-terms-invoice",
            };
            rows.push(sum(document, texts.say(id), -totals.terms_incl));
        }
    }
    let payable = totals.payable;
    rows.push(match (settlement.kind, payable.cents()) {
        (InvoiceKind::CreditNote, _) => total(document, texts.say("sum-credited"), payable),
        (InvoiceKind::Annual | InvoiceKind::Term, ..0) => {
            total(document, texts.say("sum-refund"), -payable)
        }
        (InvoiceKind::Annual | InvoiceKind::Term, 0) => {
            total(document, texts.say("sum-zero"), payable)
        }
        (InvoiceKind::Annual | InvoiceKind::Term, 1..) => {
            total(document, texts.say("sum-pay"), payable)
        }
    });
    Sums { title: texts.say("sum-title"), rows }
}

/// What each component cost at all addresses together, in the order of the lines.
fn components(document: Document<'_>) -> Vec<Sum> {
    let mut found: Vec<(&Line, Decimal, Money)> = Vec::new();
    let lines = document.settlement.connections.iter().flat_map(|one| &one.lines);
    for line in lines.filter(|line| !line.is_term()) {
        match found.iter_mut().find(|(first, ..)| first.component == line.component) {
            Some((_, quantity, net)) => {
                *quantity += line.quantity;
                *net = *net + line.net;
            }
            None => found.push((line, line.quantity, line.net)),
        }
    }
    let language = document.texts().language();
    let row = |(line, quantity, net): (&Line, Decimal, Money)| {
        let name = printable(&document.name_of(line));
        let name = match symbol(line.unit) {
            None => name,
            Some(unit) => {
                let number = written::number(language, quantity.normalize());
                let quantity = format!("{number}{NO_BREAK}{unit}");
                document.texts().tell("sum-use", [("name", &name), ("quantity", &quantity)])
            }
        };
        sum(document, name, net)
    };
    found.into_iter().map(row).collect()
}

/// The VAT of the document, a row each percentage.
pub(super) fn vat(document: Document<'_>) -> Table {
    let (texts, settlement) = (document.texts(), document.settlement);
    let name = |percent: Decimal, reason: Option<String>| match reason {
        Some(reason) => texts.tell("vat-exempt", [("reason", &printable(&reason))]),
        None => format!("{}%", written::number(texts.language(), percent.normalize())),
    };
    let rows = settlement.vat.iter().map(|group| {
        let name = name(group.percent, document.exemption(group.category));
        vec![name.into(), euro(document, group.base).into(), euro(document, group.vat).into()]
    });
    let all = || {
        let totals = settlement.totals;
        let (base, vat) = (euro(document, totals.net), euro(document, totals.vat));
        vec![texts.say("vat-total").into(), base.into(), vat.into()]
    };
    Table {
        title: texts.say("vat-title"),
        head: ["vat-percent", "vat-base", "vat-amount"].map(|id| texts.say(id)).to_vec(),
        rows: rows.collect(),
        total: (settlement.vat.len() > 1).then(all),
        ..Table::default()
    }
}

/// The new terms, and what was estimated.
pub(super) fn notes(document: Document<'_>) -> Vec<Note> {
    let Document { case, settlement } = document;
    let texts = document.texts();
    let mut notes = Vec::new();
    if let Some(terms) = &settlement.terms {
        let first = terms.incl.first().copied().unwrap_or_default();
        let day = terms.due.first().map(|day| written::day(texts.language(), *day));
        let buyer = &case.buyer;
        let (day, amount) = (day.unwrap_or_default(), euro(document, first));
        let said = [("day", day.as_str()), ("amount", amount.as_str())];
        let line = match (buyer.payment_method, &buyer.iban, &buyer.mandate) {
            _ if first == Money::ZERO => texts.say("new-terms-none"),
            (PaymentMethod::Debit, Some(iban), Some(mandate)) => {
                let creditor = case.seller.creditor_id.as_deref().unwrap_or_default();
                let (iban, mandate) = (written::iban(iban), printable(mandate));
                let creditor = printable(creditor);
                let account =
                    [("iban", iban.as_str()), ("mandate", &mandate), ("creditor", &creditor)];
                let [day, amount] = said;
                let [iban, mandate, creditor] = account;
                texts.tell("new-terms-debit", [day, amount, iban, mandate, creditor])
            }
            _ => texts.tell("new-terms", said),
        };
        notes.push(Note { title: texts.say("new-terms-title"), lines: vec![line] });
    }
    let estimated = settlement.connections.iter().flat_map(|one| &one.consumption);
    let estimated = estimated.filter(|used| used.estimated).count();
    if estimated > 0 && settlement.kind == InvoiceKind::Annual {
        let title = texts.count("estimated-title", estimated);
        let phone = printable(&case.seller.phone).replace(' ', "\u{a0}");
        notes.push(Note { title, lines: vec![texts.tell("estimated", [("phone", &phone)])] });
    }
    notes
}
