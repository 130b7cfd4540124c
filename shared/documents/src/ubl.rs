//! The e-invoice: UBL 2.1 under EN 16931, NLCIUS or Peppol BIS Billing 3.0.

mod line;
mod party;
mod payment;
mod xml;

use domain::invoice::{InvoiceKind, Profile};
use domain::settlement::case::Case;
use domain::settlement::result::{Settlement, VatTotal};

use crate::document::Document;
use xml::Xml;

/// The business process that every profile here belongs to.
const PROCESS: &str = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0";

/// Writes the document of `settlement` as UBL 2.1: an Invoice, or a `CreditNote`.
///
/// **Shape.** `settlement` is what `case` was settled to.
/// **Units.** Amounts are those of `settlement`, in euro; nothing is computed.
/// **Source.** EN 16931-1 and its syntax binding to UBL; NLCIUS 1.0; Peppol BIS Billing 3.0.
pub fn ubl(case: &Case, settlement: &Settlement) -> Vec<u8> {
    let document = Document { case, settlement };
    let root = Root::of(settlement.kind);
    let namespaces = [
        ("xmlns", root.namespace()),
        ("xmlns:cac", "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"),
        ("xmlns:cbc", "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"),
    ];
    Xml::document(root.name(), namespaces, |xml| {
        head(xml, document, root);
        party::seller(xml, document);
        party::buyer(xml, document);
        payment::means(xml, document);
        payment::terms(xml, document);
        vat(xml, document);
        totals(xml, document);
        line::all(xml, document, root);
    })
}

/// Which of UBL's two documents it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Root {
    Invoice,
    CreditNote,
}

impl Root {
    fn of(kind: InvoiceKind) -> Self {
        match kind {
            InvoiceKind::Annual | InvoiceKind::Term => Self::Invoice,
            InvoiceKind::CreditNote => Self::CreditNote,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Invoice => "Invoice",
            Self::CreditNote => "CreditNote",
        }
    }

    fn namespace(self) -> &'static str {
        match self {
            Self::Invoice => "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2",
            Self::CreditNote => "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2",
        }
    }
}

fn customization(profile: Profile) -> &'static str {
    match profile {
        Profile::Core => "urn:cen.eu:en16931:2017",
        Profile::Nlcius => "urn:cen.eu:en16931:2017#compliant#urn:fdc:nen.nl:nlcius:v1.0",
        Profile::Peppol => {
            "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
        }
    }
}

fn head(xml: &mut Xml, document: Document<'_>, root: Root) {
    let settlement = document.settlement;
    xml.leaf("cbc:CustomizationID", customization(settlement.profile));
    xml.leaf("cbc:ProfileID", PROCESS);
    xml.leaf("cbc:ID", settlement.number.as_str());
    xml.leaf("cbc:IssueDate", &document.day().to_string());
    match root {
        Root::Invoice => {
            if let Some(due) = settlement.due_date {
                xml.leaf("cbc:DueDate", &due.to_string());
            }
            xml.leaf("cbc:InvoiceTypeCode", "380");
        }
        Root::CreditNote => xml.leaf("cbc:CreditNoteTypeCode", "381"),
    }
    xml.leaf("cbc:DocumentCurrencyCode", "EUR");
    xml.leaf("cbc:BuyerReference", document.reference());
    line::period(xml, settlement.first, settlement.last);
    for number in document.earlier() {
        xml.within("cac:BillingReference", |xml| {
            xml.within("cac:InvoiceDocumentReference", |xml| xml.leaf("cbc:ID", number));
        });
    }
}

fn vat(xml: &mut Xml, document: Document<'_>) {
    xml.within("cac:TaxTotal", |xml| {
        xml.money("cbc:TaxAmount", document.settlement.totals.vat);
        for group in &document.settlement.vat {
            xml.within("cac:TaxSubtotal", |xml| {
                xml.money("cbc:TaxableAmount", group.base);
                xml.money("cbc:TaxAmount", group.vat);
                category(xml, document, group);
            });
        }
    });
}

fn category(xml: &mut Xml, document: Document<'_>, group: &VatTotal) {
    xml.within("cac:TaxCategory", |xml| {
        xml.leaf("cbc:ID", group.category.as_str());
        xml.leaf("cbc:Percent", &group.percent.normalize().to_string());
        if let Some(reason) = document.exemption(group.category) {
            xml.leaf("cbc:TaxExemptionReason", &reason);
        }
        xml.within("cac:TaxScheme", |xml| xml.leaf("cbc:ID", "VAT"));
    });
}

fn totals(xml: &mut Xml, document: Document<'_>) {
    let totals = document.settlement.totals;
    xml.within("cac:LegalMonetaryTotal", |xml| {
        xml.money("cbc:LineExtensionAmount", totals.net);
        xml.money("cbc:TaxExclusiveAmount", totals.net);
        xml.money("cbc:TaxInclusiveAmount", totals.incl);
        if totals.prepaid.cents() != 0 {
            xml.money("cbc:PrepaidAmount", totals.prepaid);
        }
        xml.money("cbc:PayableAmount", totals.payable);
    });
}
