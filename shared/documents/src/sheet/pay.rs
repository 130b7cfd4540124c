//! How it is paid, or paid back.

use serde::Serialize;

use domain::invoice::InvoiceKind;
use domain::money::Money;
use domain::settlement::case::PaymentMethod;
use domain::written;

use super::summary::grouped;
use super::{Pair, euro};
use crate::document::Document;
use crate::plain::{plain, printable};
use crate::qr::{self, Payment, Picture};

/// The box about paying.
#[derive(Debug, Serialize)]
pub(super) struct Pay {
    title: String,
    text: String,
    rows: Vec<Pair>,
    /// What the code beside it says, for who cannot see it.
    qr: Option<String>,
    /// Pixels along the side of that code.
    side: i32,
}

/// The code for a banking app: of a document that asks for a transfer.
pub(crate) fn code(document: Document<'_>) -> Option<Picture> {
    let Document { case, settlement } = document;
    settlement.due_date?;
    if case.buyer.payment_method != PaymentMethod::Transfer {
        return None;
    }
    qr::epc(Payment {
        name: &plain(&case.seller.name),
        iban: case.seller.iban.as_str(),
        amount: settlement.totals.payable,
        reference: settlement.number.as_str(),
    })
}

/// What the customer does, or need not do.
pub(super) fn pay(document: Document<'_>) -> Pay {
    let Document { case, settlement } = document;
    let (texts, buyer) = (document.texts(), &case.buyer);
    let language = texts.language();
    let mut pay =
        Pay { title: texts.say("pay-title"), text: String::new(), rows: vec![], qr: None, side: 0 };
    let mut row = |id: &str, value: &str| pay.rows.push((texts.say(id), value.to_owned()));
    if settlement.kind == InvoiceKind::CreditNote {
        pay.text = texts.say("pay-credit");
        return pay;
    }
    let amount = euro(document, Money::from_cents(settlement.totals.payable.cents().abs()));
    let payer = buyer.iban.as_ref().map(|iban| grouped(iban.as_str()));
    match (settlement.due_date, settlement.refund_date, buyer.payment_method) {
        (Some(due), _, PaymentMethod::Transfer) => {
            let iban = grouped(case.seller.iban.as_str());
            let reference = settlement.number.as_str();
            row("pay-amount", &amount);
            row("pay-iban", &iban);
            row("pay-name", &printable(&case.seller.name));
            row("pay-reference", reference);
            row("pay-day", &written::short_day(language, due));
            let picture = code(document);
            pay.side = picture.as_ref().map_or(0, |picture| picture.side);
            pay.qr = picture.map(|_| {
                let said = [("amount", amount.as_str()), ("iban", &iban), ("reference", reference)];
                texts.tell("pay-qr", said)
            });
            let id = if pay.qr.is_some() { "pay-transfer" } else { "pay-transfer-bare" };
            pay.text = texts.say(id);
        }
        (Some(due), _, PaymentMethod::Debit) => {
            row("pay-amount", &amount);
            row("pay-debit-day", &written::short_day(language, due));
            row("pay-debit-iban", &payer.unwrap_or_default());
            row("pay-mandate", &printable(buyer.mandate.as_deref().unwrap_or_default()));
            row("pay-creditor", &printable(case.seller.creditor_id.as_deref().unwrap_or_default()));
            row("pay-reference", settlement.number.as_str());
            pay.text = texts.say("pay-debit");
        }
        (None, Some(refund), _) => {
            let day = written::day(language, refund);
            pay.text = match &payer {
                Some(iban) => texts.tell("pay-refund-account", [("day", &day), ("iban", iban)]),
                None => texts.tell("pay-refund", [("day", &day)]),
            };
        }
        (None, None, _) => pay.text = texts.say("pay-zero"),
    }
    pay
}
