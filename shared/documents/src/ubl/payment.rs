//! How it is paid, or paid back.

use domain::invoice::InvoiceKind;
use domain::settlement::case::PaymentMethod;
use domain::written;

use super::xml::Xml;
use crate::document::Document;

/// SEPA credit transfer and SEPA direct debit.
///
/// **Source.** UNCL 4461.
const TRANSFER: &str = "58";
const DEBIT: &str = "59";

/// The way of paying, with the number as its reference.
pub(super) fn means(xml: &mut Xml, document: Document<'_>) {
    let case = document.case;
    let number = document.settlement.number.as_str();
    xml.within("cac:PaymentMeans", |xml| match case.buyer.payment_method {
        PaymentMethod::Transfer => {
            xml.leaf("cbc:PaymentMeansCode", TRANSFER);
            xml.leaf("cbc:PaymentID", number);
            xml.within("cac:PayeeFinancialAccount", |xml| {
                xml.leaf("cbc:ID", case.seller.iban.as_str());
            });
        }
        PaymentMethod::Debit => {
            xml.leaf("cbc:PaymentMeansCode", DEBIT);
            xml.leaf("cbc:PaymentID", number);
            xml.within("cac:PaymentMandate", |xml| {
                if let Some(mandate) = &case.buyer.mandate {
                    xml.leaf("cbc:ID", mandate);
                }
                if let Some(iban) = &case.buyer.iban {
                    xml.within("cac:PayerFinancialAccount", |xml| {
                        xml.leaf("cbc:ID", iban.as_str());
                    });
                }
            });
        }
    });
}

/// The same in words: what has no due day still says what happens.
pub(super) fn terms(xml: &mut Xml, document: Document<'_>) {
    let (texts, settlement) = (document.texts(), document.settlement);
    let day = |day| written::day(texts.language(), day);
    let note = match (settlement.kind, settlement.due_date, settlement.refund_date) {
        (InvoiceKind::CreditNote, ..) => Some(texts.say("xml-settled")),
        (InvoiceKind::Annual | InvoiceKind::Term, Some(due), _) => {
            let id = match document.case.buyer.payment_method {
                PaymentMethod::Transfer => "xml-pay-by",
                PaymentMethod::Debit => "xml-debit-on",
            };
            Some(texts.tell(id, [("day", &day(due))]))
        }
        (InvoiceKind::Annual | InvoiceKind::Term, None, Some(refund)) => {
            Some(texts.tell("xml-refund-on", [("day", &day(refund))]))
        }
        (InvoiceKind::Annual | InvoiceKind::Term, None, None) => None,
    };
    if let Some(note) = note {
        xml.within("cac:PaymentTerms", |xml| xml.leaf("cbc:Note", &note));
    }
}
