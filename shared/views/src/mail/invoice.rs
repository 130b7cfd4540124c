//! *Factuur* by mail: what it asks or promises, in the order in which people look for it, and both of
//! its files.

use askama::Template;
use chrono::NaiveDate;

use domain::account::CustomerNumber;
use domain::address::Address;
use domain::invoice::InvoiceKind;
use domain::language::Language;
use domain::money::Money;
use domain::settlement::case::{Case, PaymentMethod};
use domain::settlement::result::{Settlement, Terms};
use domain::written;

use crate::House;
use crate::format;
use crate::page::printable;
use crate::texts::{Texts, Value};

use super::block::{self, rendered};
use super::frame::{Frame, Sentence};
use super::message::{self, Attachment, Content};
use super::{Envelope, Mail, MailError, zip};

/// What both files have together at most, in bytes, where the e-invoice goes along as it is.
const BOTH: usize = 5_000_000;

/// The largest message, in bytes as it is sent: mail services of receivers refuse larger ones.
const LARGEST: usize = 10_000_000;

/// A document of an account.
///
/// **Shape.** `settlement` is what `case` was settled to; `files` are made from them.
#[derive(Clone, Debug)]
pub struct InvoiceMail<'a> {
    /// Who gets it, and which send it is.
    pub envelope: Envelope<'a>,
    /// Shown to the recipients.
    pub customer: &'a CustomerNumber,
    /// What the document was reckoned from.
    pub case: &'a Case,
    /// Its figures.
    pub settlement: &'a Settlement,
    /// Where a reading can be corrected; of an account with one connection alone, since a list of
    /// links would travel with whoever the mail is forwarded to.
    pub correction: Option<CorrectableAddress<'a>>,
    /// What is attached.
    pub files: Files<'a>,
}

/// Where the readings of a connection can be corrected.
#[derive(Clone, Copy, Debug)]
pub struct CorrectableAddress<'a> {
    /// The *leveringsadres*.
    pub address: &'a Address,
    /// Its link, at most 76 characters.
    pub url: &'a str,
}

/// A document as it is kept.
#[derive(Clone, Copy, Debug)]
pub struct Files<'a> {
    /// On paper.
    pub pdf: &'a [u8],
    /// The e-invoice, UBL.
    pub xml: &'a [u8],
}

#[derive(Template)]
#[template(path = "mail/invoice/mail.html")]
struct Html<'a> {
    frame: &'a Frame<'a>,
    headline: &'a str,
    lines: &'a [Sentence],
    debits: &'a [String],
    correction: Option<&'a Place<'a>>,
    attached: &'a str,
}

#[derive(Template)]
#[template(path = "mail/invoice/text.txt")]
struct Text<'a> {
    frame: &'a Frame<'a>,
    headline: &'a str,
    lines: &'a [Sentence],
    debits: &'a [String],
    correction: Option<&'a Place<'a>>,
    attached: &'a str,
}

/// Where a reading is corrected, as it is shown.
struct Place<'a> {
    text: String,
    link: String,
    url: &'a str,
    quote: &'static str,
}

pub(super) fn mail(house: &House, mail: &InvoiceMail<'_>) -> Result<Mail, MailError> {
    let words = Words { texts: Texts::of(mail.envelope.language), mail };
    let texts = words.texts;
    let number = mail.settlement.number.as_str();
    let xml = mail.files.xml;
    let (attached, e_invoice) = if mail.files.pdf.len() + xml.len() <= BOTH {
        let name = format!("{number}.xml");
        let whole = Attachment { name, kind: "application/xml", bytes: xml.into() };
        ("mail-invoice-attached", whole)
    } else {
        let packed = zip::one(&format!("{number}.xml"), xml).ok_or(MailError::TooLarge)?;
        let name = format!("{number}.xml.zip");
        let packed = Attachment { name, kind: "application/zip", bytes: packed.into() };
        ("mail-invoice-attached-zip", packed)
    };
    let paper = Attachment {
        name: format!("{number}.pdf"),
        kind: "application/pdf",
        bytes: mail.files.pdf.into(),
    };
    let subject = words.subject();
    let headline = words.headline();
    let correction = mail.correction.map(|correction| words.place(correction)).transpose()?;
    let correction = correction.as_ref();
    let (lines, debits) = (words.lines(), words.debits());
    let frame = Frame::new(house, &mail.envelope, Some(mail.customer), &subject, headline.clone());
    let attached = texts.say(attached);
    let (frame, headline, attached) = (&frame, headline.as_str(), attached.as_str());
    let (lines, debits) = (lines.as_slice(), debits.as_slice());
    let html = rendered(&Html { frame, headline, lines, debits, correction, attached });
    let text = rendered(&Text { frame, headline, lines, debits, correction, attached });
    let content = Content { subject, text, html };
    let mail = message::with_files(house, &mail.envelope, content, vec![paper, e_invoice]);
    if mail.raw.len() > LARGEST { Err(MailError::TooLarge) } else { Ok(mail) }
}

/// A document, in the language of its mail.
struct Words<'a> {
    texts: Texts,
    mail: &'a InvoiceMail<'a>,
}

impl<'a> Words<'a> {
    fn language(&self) -> Language {
        self.texts.language()
    }

    fn euro(&self, amount: Money) -> String {
        written::money(self.language(), amount)
    }

    /// What is to be paid or got back, without its sign.
    fn amount(&self) -> String {
        self.euro(Money::from_cents(self.mail.settlement.totals.payable.cents().abs()))
    }

    /// The month of a term: `april 2027`.
    fn month(&self) -> String {
        let day = written::day(self.language(), self.mail.settlement.first);
        day.split_once(' ').map_or_else(String::new, |(_, month)| month.to_owned())
    }

    fn subject(&self) -> String {
        let settlement = self.mail.settlement;
        let (amount, month) = (self.amount(), self.month());
        let amount = ("amount", Value::Text(&amount));
        let id = match (settlement.kind, settlement.totals.payable.cents()) {
            (InvoiceKind::Term, _) => {
                let month = ("month", Value::Text(&month));
                return self.texts.tell("mail-invoice-term-subject", [month, amount]);
            }
            (InvoiceKind::CreditNote, _) => {
                return self.texts.tell("mail-invoice-credit-subject", [amount]);
            }
            (InvoiceKind::Annual, ..0) => "mail-invoice-refund-subject",
            (InvoiceKind::Annual, 0) => "mail-invoice-zero-subject",
            (InvoiceKind::Annual, 1..) => "mail-invoice-pay-subject",
        };
        let year = settlement.last.format("%Y").to_string();
        self.texts.tell(id, [("year", Value::Text(&year)), amount])
    }

    /// The one sentence with the amount and the day.
    fn headline(&self) -> String {
        let Settlement { kind, due_date, refund_date, .. } = self.mail.settlement;
        let amount = self.amount();
        let (id, day) = match (kind, due_date, refund_date) {
            (InvoiceKind::CreditNote, ..) => {
                return self.texts.tell("mail-invoice-credit", [("amount", Value::Text(&amount))]);
            }
            (_, Some(due), _) => match self.mail.case.buyer.payment_method {
                PaymentMethod::Transfer => ("mail-invoice-transfer", *due),
                PaymentMethod::Debit => ("mail-invoice-debit", *due),
            },
            (_, None, Some(refund)) => ("mail-invoice-refund", *refund),
            (_, None, None) => return self.texts.say("mail-invoice-zero"),
        };
        let day = format::long_day(self.language(), day);
        self.texts.tell(id, [("amount", Value::Text(&amount)), ("day", Value::Text(&day))])
    }

    /// What follows on it.
    fn lines(&self) -> Vec<Sentence> {
        let settlement = self.mail.settlement;
        let mut lines = vec![self.reference()];
        match settlement.kind {
            InvoiceKind::CreditNote => {}
            InvoiceKind::Term => {
                let month = self.month();
                let month = [("month", Value::Text(&month))];
                lines.push(Sentence::new(&self.texts.tell("mail-invoice-term", month), ""));
            }
            InvoiceKind::Annual => {
                lines.push(self.cost());
                lines.extend(settlement.terms.as_ref().map(|terms| self.new_term(terms)));
            }
        }
        if settlement.connections.len() > 1 {
            lines.push(self.addresses());
        }
        lines
    }

    /// How it is paid, and what a payment names.
    fn reference(&self) -> Sentence {
        let Case { buyer, seller, invoice, .. } = self.mail.case;
        let settlement = self.mail.settlement;
        let number = settlement.number.as_str();
        let reference = ("number", Value::Text(number));
        let due = settlement.due_date.is_some();
        let text = match (settlement.kind, &invoice.refers_to, buyer.payment_method) {
            (InvoiceKind::CreditNote, Some(taken), _) => {
                let day = written::day(self.language(), taken.date);
                let taken = printable(&taken.number);
                let (taken, day) = (Value::Text(&taken), Value::Text(&day));
                self.texts.tell("mail-invoice-credits", [("number", taken), ("day", day)])
            }
            (_, _, PaymentMethod::Transfer) if due => {
                let (iban, name) = (written::iban(&seller.iban), printable(&seller.name));
                let (iban, name) = (Value::Text(&iban), Value::Text(&name));
                let said = [("iban", iban), ("name", name), reference];
                self.texts.tell("mail-invoice-pay-to", said)
            }
            (_, _, PaymentMethod::Debit) if due => {
                let (mandate, creditor) = self.mandate();
                let (mandate, creditor) = (Value::Text(&mandate), Value::Text(&creditor));
                let said = [("mandate", mandate), ("creditor", creditor), reference];
                self.texts.tell("mail-invoice-debit-by", said)
            }
            _ => self.texts.tell("mail-invoice-reference", [reference]),
        };
        Sentence::new(&text, number)
    }

    /// The mandate, and who may debit by it.
    fn mandate(&self) -> (String, String) {
        let Case { buyer, seller, .. } = self.mail.case;
        let text = |text: &Option<String>| printable(text.as_deref().unwrap_or_default());
        (text(&buyer.mandate), text(&seller.creditor_id))
    }

    /// What the year cost, and what was asked before.
    fn cost(&self) -> Sentence {
        let totals = self.mail.settlement.totals;
        let (cost, terms) = (self.euro(totals.cost_incl), self.euro(totals.terms_incl));
        let cost = ("cost", Value::Text(&cost));
        let text = if totals.terms_incl == Money::ZERO {
            self.texts.tell("mail-invoice-cost", [cost])
        } else {
            self.texts.tell("mail-invoice-cost-terms", [cost, ("terms", Value::Text(&terms))])
        };
        Sentence::new(&text, "")
    }

    fn new_term(&self, terms: &Terms) -> Sentence {
        let first = terms.incl.first().copied().unwrap_or_default();
        let day = terms.due.first().copied().unwrap_or_default();
        if first == Money::ZERO {
            return Sentence::new(&self.texts.say("mail-invoice-new-none"), "");
        }
        let amount = self.euro(first);
        let day = written::day(self.language(), day);
        let said = [("amount", Value::Text(&amount)), ("day", Value::Text(&day))];
        Sentence::new(&self.texts.tell("mail-invoice-new", said), &amount)
    }

    fn addresses(&self) -> Sentence {
        let connections = &self.mail.settlement.connections;
        let estimated =
            connections.iter().filter(|one| one.consumption.iter().any(|used| used.estimated));
        let said = [
            ("n", Value::Count(connections.len())),
            ("estimated", Value::Count(estimated.count())),
        ];
        Sentence::new(&self.texts.tell("mail-invoice-addresses", said), "")
    }

    /// Every new term with its day: who debits must have said so before.
    ///
    /// **Source.** SEPA Direct Debit Core Rulebook, pre-notification.
    fn debits(&self) -> Vec<String> {
        let by_debit = self.mail.case.buyer.payment_method == PaymentMethod::Debit;
        let terms = self.mail.settlement.terms.as_ref().filter(|_| by_debit);
        let dated = terms.into_iter().flat_map(|terms| terms.incl.iter().zip(&terms.due));
        let mut together: Vec<(Money, Vec<NaiveDate>)> = Vec::new();
        for (amount, day) in dated.filter(|(amount, _)| **amount > Money::ZERO) {
            match together.last_mut() {
                Some((same, days)) if same == amount => days.push(*day),
                _ => together.push((*amount, vec![*day])),
            }
        }
        if together.is_empty() {
            return Vec::new();
        }
        let (mandate, creditor) = self.mandate();
        let said = [("mandate", Value::Text(&mandate)), ("creditor", Value::Text(&creditor))];
        let mut lines = vec![self.texts.tell("mail-invoice-new-debit", said)];
        lines.extend(together.into_iter().map(|(amount, days)| {
            let days: Vec<String> =
                days.into_iter().map(|day| written::short_day(self.language(), day)).collect();
            let (amount, days) = (self.euro(amount), days.join(", "));
            let said = [("amount", Value::Text(&amount)), ("days", Value::Text(&days))];
            self.texts.tell("mail-invoice-new-days", said)
        }));
        lines
    }

    fn place(&self, correction: CorrectableAddress<'a>) -> Result<Place<'a>, MailError> {
        let (url, quote) = block::link(correction.url)?;
        let used = self.mail.settlement.connections.iter().flat_map(|one| &one.consumption);
        let estimated = used.into_iter().any(|used| used.estimated);
        let text = if estimated { "mail-invoice-estimated" } else { "mail-invoice-correction" };
        let address = printable(&correction.address.line());
        let link = self.texts.tell("mail-link", [("address", Value::Text(&address))]);
        Ok(Place { text: self.texts.say(text), link, url, quote })
    }
}

#[cfg(test)]
mod tests;
