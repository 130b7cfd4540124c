//! The seller and the account of a case.

use super::super::case::{Buyer, PeppolAddress, Seller};
use super::super::json::{Node, maybe};
use super::super::refusal::Cause;
use crate::account::Iban;

/// The most characters of a reference that the customer gives.
const LONGEST_REFERENCE: usize = 100;

/// The most characters of a mandate.
///
/// **Source.** EPC rulebook, AT-01.
const LONGEST_MANDATE: usize = 35;

pub(super) fn seller(node: &Node<'_>) -> Option<Seller> {
    let mut seller = node.object()?;
    let name = seller.text("name");
    let address = seller.text("address");
    let postcode = seller.text("postcode");
    let city = seller.text("city");
    let country = seller.text("country");
    let kvk = seller.text("kvk");
    let vat_id = seller.text("vat_id");
    let iban = seller.required("iban").and_then(|node| iban(&node));
    let creditor_id = maybe(seller.optional("creditor_id"), |node| node.text());
    let email = seller.text("email");
    let phone = seller.text("phone");
    let website = seller.text("website");
    seller.end();
    Some(Seller {
        name: name?,
        address: address?,
        postcode: postcode?,
        city: city?,
        country: country?,
        kvk: kvk?,
        vat_id: vat_id?,
        iban: iban?,
        creditor_id: creditor_id?,
        email: email?,
        phone: phone?,
        website: website?,
    })
}

pub(super) fn buyer(node: &Node<'_>) -> Option<Buyer> {
    let mut buyer = node.object()?;
    let customer_number = buyer.text("customer_number");
    let name = buyer.text("name");
    let kind = buyer.required("kind").and_then(|node| node.word(Cause::BadShape));
    let address = buyer.text("address");
    let postcode = buyer.text("postcode");
    let city = buyer.text("city");
    let country = buyer.text("country");
    let kvk = maybe(buyer.optional("kvk"), |node| node.text());
    let oin = maybe(buyer.optional("oin"), |node| node.text());
    let vat_id = maybe(buyer.optional("vat_id"), |node| node.text());
    let peppol = maybe(buyer.optional("peppol"), |node| peppol(&node));
    let buyer_reference =
        maybe(buyer.optional("buyer_reference"), |node| at_most(&node, LONGEST_REFERENCE));
    let payment_method = buyer.required("payment_method").and_then(|it| it.word(Cause::BadShape));
    let iban = maybe(buyer.optional("iban"), |node| iban(&node));
    let mandate = maybe(buyer.optional("mandate"), |node| at_most(&node, LONGEST_MANDATE));
    buyer.end();
    Some(Buyer {
        customer_number: customer_number?,
        name: name?,
        kind: kind?,
        address: address?,
        postcode: postcode?,
        city: city?,
        country: country?,
        kvk: kvk?,
        oin: oin?,
        vat_id: vat_id?,
        peppol: peppol?,
        buyer_reference: buyer_reference?,
        payment_method: payment_method?,
        iban: iban?,
        mandate: mandate?,
    })
}

fn peppol(node: &Node<'_>) -> Option<PeppolAddress> {
    let mut peppol = node.object()?;
    let (scheme, id) = (peppol.text("scheme"), peppol.text("id"));
    peppol.end();
    Some(PeppolAddress { scheme: scheme?, id: id? })
}

fn iban(node: &Node<'_>) -> Option<Iban> {
    let iban = Iban::parse(&node.text()?);
    if iban.is_none() {
        node.note(Cause::IbanInvalid);
    }
    iban
}

/// A text of at most `longest` characters.
pub(super) fn at_most(node: &Node<'_>, longest: usize) -> Option<String> {
    let text = node.text()?;
    if text.chars().count() > longest {
        node.note(Cause::BadShape);
        return None;
    }
    Some(text)
}
