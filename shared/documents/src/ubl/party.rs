//! Who sells and who buys.

use domain::invoice::Profile;
use domain::settlement::case::PaymentMethod;

use super::xml::Xml;
use crate::document::Document;

/// Numbers of the Dutch trade register, and of Dutch public bodies.
///
/// **Source.** ISO/IEC 6523, as the EAS code list has them.
const KVK: &str = "0106";
const OIN: &str = "0190";

/// The utility.
pub(super) fn seller(xml: &mut Xml, document: Document<'_>) {
    let case = document.case;
    let seller = &case.seller;
    let place = Place {
        address: &seller.address,
        city: &seller.city,
        postcode: &seller.postcode,
        country: &seller.country,
    };
    party(xml, "cac:AccountingSupplierParty", |xml| {
        if document.settlement.profile == Profile::Peppol {
            xml.marked("cbc:EndpointID", ("schemeID", KVK), &seller.kvk);
        }
        if let (PaymentMethod::Debit, Some(creditor)) =
            (case.buyer.payment_method, &seller.creditor_id)
        {
            xml.within("cac:PartyIdentification", |xml| {
                xml.marked("cbc:ID", ("schemeID", "SEPA"), creditor);
            });
        }
        place.write(xml);
        taxed(xml, &seller.vat_id);
        registered(xml, &seller.name, Some((KVK, &seller.kvk)));
    });
}

/// The customer.
pub(super) fn buyer(xml: &mut Xml, document: Document<'_>) {
    let buyer = &document.case.buyer;
    let place = Place {
        address: &buyer.address,
        city: &buyer.city,
        postcode: &buyer.postcode,
        country: &buyer.country,
    };
    party(xml, "cac:AccountingCustomerParty", |xml| {
        if let (Profile::Peppol, Some(peppol)) = (document.settlement.profile, &buyer.peppol) {
            xml.marked("cbc:EndpointID", ("schemeID", &peppol.scheme), &peppol.id);
        }
        xml.within("cac:PartyIdentification", |xml| xml.leaf("cbc:ID", &buyer.customer_number));
        place.write(xml);
        if let Some(number) = &buyer.vat_id {
            taxed(xml, number);
        }
        let kvk = buyer.kvk.as_deref().map(|number| (KVK, number));
        let oin = buyer.oin.as_deref().map(|number| (OIN, number));
        registered(xml, &buyer.name, kvk.or(oin));
    });
}

struct Place<'a> {
    address: &'a str,
    city: &'a str,
    postcode: &'a str,
    country: &'a str,
}

impl Place<'_> {
    fn write(&self, xml: &mut Xml) {
        xml.within("cac:PostalAddress", |xml| {
            xml.leaf("cbc:StreetName", self.address);
            xml.leaf("cbc:CityName", self.city);
            xml.leaf("cbc:PostalZone", self.postcode);
            xml.within("cac:Country", |xml| {
                xml.leaf("cbc:IdentificationCode", self.country);
            });
        });
    }
}

fn party(xml: &mut Xml, name: &str, body: impl FnOnce(&mut Xml)) {
    xml.within(name, |xml| xml.within("cac:Party", body));
}

fn taxed(xml: &mut Xml, number: &str) {
    xml.within("cac:PartyTaxScheme", |xml| {
        xml.leaf("cbc:CompanyID", number);
        xml.within("cac:TaxScheme", |xml| xml.leaf("cbc:ID", "VAT"));
    });
}

fn registered(xml: &mut Xml, name: &str, number: Option<(&str, &str)>) {
    xml.within("cac:PartyLegalEntity", |xml| {
        xml.leaf("cbc:RegistrationName", name);
        if let Some((scheme, number)) = number {
            xml.marked("cbc:CompanyID", ("schemeID", scheme), number);
        }
    });
}
