//! What stands on the paper: finished texts, in the order of the template.

mod cells;
mod collective;
mod explanation;
mod pay;
mod rates;
mod specification;
mod summary;

use serde::Serialize;

use domain::invoice::InvoiceKind;
use domain::money::Money;
use domain::written;

use crate::document::{Document, address_of};
use crate::pdf::Letterhead;
use crate::plain::printable;
pub(crate) use pay::code;

/// Where the case of a document is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kept {
    /// Attached to it.
    Inside,
    /// In a file of its own, because it is large.
    Beside,
}

/// `data.json`: everything that the template shows.
#[derive(Debug, Serialize)]
pub(crate) struct Sheet {
    lang: &'static str,
    title: String,
    description: String,
    author: String,
    accent: String,
    number: String,
    source: bool,
    letterhead: Head,
    window: Vec<String>,
    facts: Vec<Pair>,
    heading: String,
    headline: String,
    lead: Vec<String>,
    sums: Option<Sums>,
    vat: Option<Table>,
    pay: Option<pay::Pay>,
    notes: Vec<Note>,
    collective: Option<Table>,
    specifications: Vec<specification::Specified>,
    explanation: Option<explanation::Explanation>,
    labels: Labels,
    foot: Foot,
}

/// The utility at the top.
#[derive(Debug, Serialize)]
struct Head {
    name: String,
    alt: String,
    logo: bool,
    lines: Vec<String>,
}

/// A label and what belongs to it.
type Pair = (String, String);

/// A heading and sentences.
#[derive(Debug, Serialize)]
struct Note {
    title: String,
    lines: Vec<String>,
}

/// A heading and amounts that add up.
#[derive(Debug, Serialize)]
struct Sums {
    title: String,
    rows: Vec<Sum>,
}

/// A name and an amount.
#[derive(Debug, Serialize)]
struct Sum {
    name: String,
    amount: String,
    /// Whether it is a sum of those above.
    strong: bool,
}

/// A table: the first cell of each row names it.
#[derive(Debug, Default, Serialize)]
struct Table {
    title: String,
    text: String,
    head: Vec<String>,
    align: Vec<&'static str>,
    rows: Vec<Vec<cells::Cell>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<Vec<cells::Cell>>,
}

/// Words that the template needs in places of its own.
#[derive(Debug, Serialize)]
struct Labels {
    specification: String,
    xml: String,
    case: String,
}

/// What stands at the foot of every page.
#[derive(Debug, Serialize)]
struct Foot {
    about: String,
    page: [String; 2],
}

impl Sheet {
    /// What the document says, on `letterhead`, with its case where `kept` says.
    pub(crate) fn of(document: Document<'_>, letterhead: &Letterhead, kept: Kept) -> Self {
        let Document { case, settlement } = document;
        let (texts, number) = (document.texts(), settlement.number.as_str());
        let kind = summary::kind(document);
        let seller = printable(&case.seller.name);
        let customer = printable(&case.buyer.customer_number);
        let annual = settlement.kind == InvoiceKind::Annual;
        let several = settlement.connections.len() > 1;
        let specifications = match settlement.kind {
            InvoiceKind::Annual | InvoiceKind::CreditNote => specification::all(document),
            InvoiceKind::Term => Vec::new(),
        };
        Self {
            lang: if texts.language() == domain::language::Language::Nl { "nl" } else { "en" },
            title: texts.tell("doc-title", [("kind", &kind), ("number", number)]),
            description: texts.tell(
                "doc-description",
                [("kind", &kind), ("seller", &seller), ("customer", &customer)],
            ),
            author: seller.clone(),
            accent: letterhead.accent.clone(),
            number: number.to_owned(),
            source: kept == Kept::Inside,
            letterhead: summary::head(document, letterhead),
            window: summary::window(document),
            facts: summary::facts(document),
            heading: kind,
            headline: summary::headline(document),
            lead: summary::lead(document),
            sums: Some(summary::sums(document)),
            vat: Some(summary::vat(document)),
            pay: Some(pay::pay(document)),
            notes: summary::notes(document),
            collective: several.then(|| collective::table(document)),
            labels: Labels {
                specification: texts.say(if several { "spec-title" } else { "spec-title-one" }),
                xml: texts.say("doc-xml"),
                case: texts.say("doc-case"),
            },
            specifications,
            explanation: annual.then(|| explanation::of(document, letterhead)),
            foot: Foot {
                about: texts.tell("doc-foot", [("seller", &seller), ("number", number)]),
                page: [
                    format!("{} ", texts.say("doc-page-before")),
                    format!(" {} ", texts.say("doc-page-of")),
                ],
            },
        }
    }
}

/// An amount in the language of the document.
fn euro(document: Document<'_>, amount: Money) -> String {
    written::money(document.texts().language(), amount)
}

/// A row of sums.
fn sum(document: Document<'_>, name: String, amount: Money) -> Sum {
    Sum { name, amount: euro(document, amount), strong: false }
}

/// A row that the ones above add up to.
fn total(document: Document<'_>, name: String, amount: Money) -> Sum {
    Sum { name, amount: euro(document, amount), strong: true }
}

/// A delivery address as it can be set.
fn place(connection: &domain::settlement::case::SettledConnection) -> String {
    printable(&address_of(connection))
}
