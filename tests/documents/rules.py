"""What NLCIUS 1.0 and Peppol BIS Billing 3.0 ask of a Dutch utility's invoice beyond EN 16931.

Each rule has the id under which it is published, what it asks in our words, a check, and a change
that must make it speak: `selftest` plants every change, so that no rule is dead. Rules about what
our documents never hold (allowances, second currencies, fiscal representatives, countries of other
sellers) have their place in the rule ABSENT.
"""

import copy
import re

from lxml import etree

CAC = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
NAMES = {"cac": CAC, "cbc": CBC}

SELLER = "cac:AccountingSupplierParty/cac:Party"
BUYER = "cac:AccountingCustomerParty/cac:Party"
LINES = "cac:InvoiceLine|cac:CreditNoteLine"
QUANTITY = "cbc:InvoicedQuantity|cbc:CreditedQuantity"
NLCIUS, PEPPOL = frozenset(["nlcius"]), frozenset(["peppol"])
BOTH = NLCIUS | PEPPOL


def all_of(node, path):
    return node.xpath(path, namespaces=NAMES)


def text(node, path):
    found = all_of(node, path)
    return (found[0].text or "").strip() if found else ""


def amount(node, path):
    return int(text(node, path).replace(".", "")) if all_of(node, path) else 0


def dutch(root, party):
    return text(root, f"{party}/cac:PostalAddress/cac:Country/cbc:IdentificationCode") == "NL"


def placed(root, party):
    """A Dutch party's address has street, place and postcode."""
    parts = ["StreetName", "CityName", "PostalZone"]
    return not dutch(root, party) or all(text(root, f"{party}/cac:PostalAddress/cbc:{p}") for p in parts)


def registered(root, party):
    """A Dutch party has a KvK number or an OIN."""
    schemes = all_of(root, f"{party}/cac:PartyLegalEntity/cbc:CompanyID/@schemeID")
    return not dutch(root, party) or bool({"0106", "0190"} & set(schemes))


def shaped(root):
    """KvK numbers have 8 digits, OINs 20."""
    digits = {"0106": 8, "0190": 20}
    numbers = all_of(root, "//cbc:CompanyID[@schemeID]|//cbc:EndpointID[@schemeID]")
    return all(
        re.fullmatch(r"\d{%d}" % digits[n.get("schemeID")], (n.text or "").strip())
        for n in numbers
        if n.get("schemeID") in digits
    )


def inside(root, end, ordered):
    """Every line's day lies inside the document's period."""
    whole = text(root, f"cac:InvoicePeriod/cbc:{end}")
    parts = [text(line, f"cac:InvoicePeriod/cbc:{end}") for line in all_of(root, LINES)]
    return all(not whole or not part or ordered(part, whole) for part in parts)


def reckoned(root):
    """Line amount = quantity x price / base, within 0.02."""
    from decimal import Decimal

    for line in all_of(root, LINES):
        base = Decimal(text(line, "cac:Price/cbc:BaseQuantity") or "1")
        exact = Decimal(text(line, QUANTITY)) * Decimal(text(line, "cac:Price/cbc:PriceAmount")) / base
        if abs(exact - Decimal(text(line, "cbc:LineExtensionAmount"))) > Decimal("0.02"):
            return False
    return True


def bases(root, good):
    pairs = ((line, all_of(line, "cac:Price/cbc:BaseQuantity")) for line in all_of(root, LINES))
    return all(good(line, base[0]) for line, base in pairs if base)


def same_unit(line, base):
    return base.get("unitCode") == all_of(line, QUANTITY)[0].get("unitCode")


def paid(root):
    payable = amount(root, "cac:LegalMonetaryTotal/cbc:PayableAmount")
    return payable <= 0 or bool(text(root, "cac:PaymentMeans/cbc:PaymentMeansCode"))


def kinds(root):
    return text(root, "cbc:InvoiceTypeCode|cbc:CreditNoteTypeCode")


def mandated(root):
    means = all_of(root, "cac:PaymentMeans")
    debits = [m for m in means if text(m, "cbc:PaymentMeansCode") in ("49", "59")]
    return all(text(m, "cac:PaymentMandate/cbc:ID") for m in debits)


def breakdown(root):
    return len([t for t in all_of(root, "cac:TaxTotal") if all_of(t, "cac:TaxSubtotal")]) == 1


# What a document of ours never has, and what both sets of rules would judge if it had.
ABSENT = [
    "//cac:AllowanceCharge",
    "//cbc:TaxCurrencyCode",
    "//cbc:TaxPointDate",
    "//cac:TaxRepresentativeParty",
    "//cac:PayeeFinancialAccount/cbc:Name",
    "//cac:FinancialInstitutionBranch",
    "//cbc:TaxExemptionReasonCode",
    "//cbc:AdditionalStreetName",
    "//cac:AddressLine",
    "//cbc:CountrySubentity",
    "//cbc:CompanyLegalForm",
    "//cbc:InstructionNote",
    "//cac:OrderLineReference",
    "//cac:InvoiceDocumentReference/cbc:IssueDate",
    "//cac:PaymentMeans/cbc:PaymentMeansCode/@name",
    "//cac:InvoiceLine/cac:Delivery",
]

REMOVE, SET, TWICE = "remove", "set", "twice"

# (ids, profiles, what it asks, check, the change that breaks it)
RULES = [
    ("BII2-T10-R001 PEPPOL-EN16931-R004", BOTH, "it names its specification",
     lambda r: text(r, "cbc:CustomizationID") in PROFILES, (SET, "cbc:CustomizationID", "urn:cen.eu:en16931:2018")),
    ("PEPPOL-EN16931-R001 PEPPOL-EN16931-R007", PEPPOL, "it names a business process that Peppol knows",
     lambda r: re.fullmatch(r"urn:fdc:peppol.eu:2017:poacc:billing:\d\d:1.0", text(r, "cbc:ProfileID")),
     (REMOVE, "cbc:ProfileID", None)),
    ("PEPPOL-EN16931-R002", PEPPOL, "it has one note at most",
     lambda r: len(all_of(r, "cbc:Note")) <= 1, (TWICE, "cbc:DocumentCurrencyCode", "cbc:Note")),
    ("BR-NL-2 PEPPOL-EN16931-R003", BOTH, "it has a buyer's reference",
     lambda r: text(r, "cbc:BuyerReference"), (REMOVE, "cbc:BuyerReference", None)),
    ("SI-UBL-2 PEPPOL-EN16931-R008", BOTH, "no element is empty",
     lambda r: all(len(e) or (e.text or "").strip() for e in r.iter(etree.Element)),
     (SET, "cbc:BuyerReference", " ")),
    ("PEPPOL-EN16931-R010", PEPPOL, "the buyer has an electronic address",
     lambda r: text(r, f"{BUYER}/cbc:EndpointID"), (REMOVE, f"{BUYER}/cbc:EndpointID", None)),
    ("PEPPOL-EN16931-R020", PEPPOL, "the seller has an electronic address",
     lambda r: text(r, f"{SELLER}/cbc:EndpointID"), (REMOVE, f"{SELLER}/cbc:EndpointID", None)),
    ("PEPPOL-EN16931-CL008", PEPPOL, "electronic addresses are of a known list",
     lambda r: set(all_of(r, "//cbc:EndpointID/@schemeID")) <= {"0106", "0190", "0088", "0208", "9944"},
     (SET, f"{BUYER}/cbc:EndpointID/@schemeID", "9999")),
    ("PEPPOL-COMMON-R054 PEPPOL-COMMON-R055", PEPPOL, "KvK numbers have 8 digits, OINs 20",
     shaped, (SET, f"{SELLER}/cac:PartyLegalEntity/cbc:CompanyID", "1234567")),
    ("PEPPOL-COMMON-R056-2", PEPPOL, "a Dutch VAT number is NL, nine digits, B, two digits",
     lambda r: re.fullmatch(r"NL\d{9}B\d\d", text(r, f"{SELLER}/cac:PartyTaxScheme/cbc:CompanyID")),
     (SET, f"{SELLER}/cac:PartyTaxScheme/cbc:CompanyID", "NL1B01")),
    ("BR-NL-3 NL-R-002", BOTH, "the seller's address is whole",
     lambda r: placed(r, SELLER), (REMOVE, f"{SELLER}/cac:PostalAddress/cbc:StreetName", None)),
    ("BR-NL-4 NL-R-004", BOTH, "a Dutch buyer's address is whole",
     lambda r: placed(r, BUYER), (REMOVE, f"{BUYER}/cac:PostalAddress/cbc:PostalZone", None)),
    ("BR-NL-1 NL-R-003", BOTH, "the seller gives its KvK number or OIN",
     lambda r: registered(r, SELLER), (REMOVE, f"{SELLER}/cac:PartyLegalEntity/cbc:CompanyID", None)),
    ("BR-NL-10 NL-R-005", BOTH, "a Dutch buyer has a KvK number or OIN",
     lambda r: registered(r, BUYER), (REMOVE, f"{BUYER}/cac:PartyLegalEntity/cbc:CompanyID", None)),
    ("BR-NL-7 PEPPOL-EN16931-P0100 PEPPOL-EN16931-P0101", BOTH, "it is an invoice or a credit note",
     lambda r: kinds(r) in ("380", "381"), (SET, "cbc:InvoiceTypeCode|cbc:CreditNoteTypeCode", "326")),
    ("BR-NL-8", NLCIUS, "381 has the root CreditNote, and nothing else has",
     lambda r: (kinds(r) == "381") == r.tag.endswith("}CreditNote"),
     (SET, "cbc:InvoiceTypeCode", "381")),
    ("NL-R-001", PEPPOL, "a credit note names what it takes back",
     lambda r: not r.tag.endswith("}CreditNote")
     or text(r, "cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID"),
     (REMOVE, "cac:BillingReference", None)),
    ("BR-NL-11 NL-R-007", BOTH, "what must be paid says how", paid, (REMOVE, "cac:PaymentMeans", None)),
    ("BR-NL-12 NL-R-008", BOTH, "by transfer or by debit",
     lambda r: set(t.text for t in all_of(r, "//cbc:PaymentMeansCode")) <= {"30", "48", "49", "57", "58", "59"},
     (SET, "cac:PaymentMeans/cbc:PaymentMeansCode", "10")),
    ("PEPPOL-EN16931-R061", PEPPOL, "a debit names its mandate",
     mandated, (SET, "cac:PaymentMeans[not(cac:PaymentMandate)]/cbc:PaymentMeansCode", "59")),
    ("PEPPOL-EN16931-R051", PEPPOL, "every amount is in euro",
     lambda r: set(all_of(r, "//@currencyID")) == {"EUR"}, (SET, "//cbc:PayableAmount/@currencyID", "USD")),
    ("PEPPOL-EN16931-R053", PEPPOL, "one total of VAT has a breakdown",
     breakdown, (REMOVE, "cac:TaxTotal/cac:TaxSubtotal", None)),
    ("PEPPOL-EN16931-R101", PEPPOL, "what a line is about has type 130",
     lambda r: all(t.text == "130" for t in all_of(r, "//cac:DocumentReference/cbc:DocumentTypeCode"))
     and len(all_of(r, "//cac:DocumentReference/cbc:DocumentTypeCode")) == len(all_of(r, "//cac:DocumentReference")),
     (REMOVE, "//cac:DocumentReference/cbc:DocumentTypeCode", None)),
    ("PEPPOL-EN16931-R100", PEPPOL, "a line is about one thing at most",
     lambda r: all(len(all_of(line, "cac:DocumentReference")) <= 1 for line in all_of(r, LINES)),
     (TWICE, "//cac:DocumentReference", None)),
    ("PEPPOL-EN16931-R110", PEPPOL, "no line begins before the document",
     lambda r: inside(r, "StartDate", lambda a, b: a >= b), (SET, f"({LINES})/cac:InvoicePeriod/cbc:StartDate", "1999-01-01")),
    ("PEPPOL-EN16931-R111", PEPPOL, "no line ends after the document",
     lambda r: inside(r, "EndDate", lambda a, b: a <= b), (SET, f"({LINES})/cac:InvoicePeriod/cbc:EndDate", "2999-01-01")),
    ("PEPPOL-EN16931-R120", PEPPOL, "a line's amount is quantity x price / base",
     reckoned, (SET, f"({LINES})/cbc:LineExtensionAmount", "99999.00")),
    ("PEPPOL-EN16931-R121", PEPPOL, "a base is above zero",
     lambda r: bases(r, lambda _, base: float(base.text) > 0), (SET, "//cbc:BaseQuantity", "0")),
    ("PEPPOL-EN16931-R130", PEPPOL, "a base has the unit of the quantity",
     lambda r: bases(r, same_unit), (SET, "//cbc:BaseQuantity/@unitCode", "MTQ")),
    ("PEPPOL-EN16931-F001", PEPPOL, "a day is year-month-day",
     lambda r: all(re.fullmatch(r"\d{4}-\d\d-\d\d", d.text or "") for d in
                   all_of(r, "//cbc:IssueDate|//cbc:DueDate|//cbc:StartDate|//cbc:EndDate")),
     (SET, "cbc:IssueDate", "2027-01-05Z")),
    ("ABSENT BR-NL-13 BR-NL-19 BR-NL-20 BR-NL-24 BR-NL-27 BR-NL-28 BR-NL-29 BR-NL-30 BR-NL-31 BR-NL-32 BR-NL-35", BOTH,
     "it has nothing that is discouraged", lambda r: not any(all_of(r, path) for path in ABSENT),
     (TWICE, "cbc:IssueDate", "cbc:TaxPointDate")),
]

PROFILES = {
    "urn:cen.eu:en16931:2017": "core",
    "urn:cen.eu:en16931:2017#compliant#urn:fdc:nen.nl:nlcius:v1.0": "nlcius",
    "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0": "peppol",
}


def profile(root):
    return PROFILES.get(text(root, "cbc:CustomizationID"), "core")


def findings(root, which):
    """The rules of a profile that `root` breaks."""
    return [f"{ids}: {asks}" for ids, where, asks, check, _ in RULES if which in where and not check(root)]


def broken(root, change):
    """A copy of `root` with the change, or None where there is nothing to change."""
    twin = copy.deepcopy(root)
    how, path, value = change
    found = all_of(twin, path)
    if not found:
        return None
    for one in found if how != TWICE else found[:1]:
        if how == SET and isinstance(one, str):
            one.getparent().set(one.attrname, value)
        elif how == SET:
            one.text = value
        elif how == REMOVE:
            one.getparent().remove(one)
        else:
            again = copy.deepcopy(one)
            if value:
                again.tag = "{%s}%s" % (NAMES[value.split(":")[0]], value.split(":")[1])
            one.addnext(again)
            if value == "cbc:Note":
                one.addnext(copy.deepcopy(again))
    return twin


def selftest(roots):
    """The rules that no planted fault makes speak, in the documents of `roots`."""
    mute = []
    for ids, where, _, check, change in RULES:
        twins = [broken(root, change) for root in roots if profile(root) in where]
        if not any(twin is not None and not check(twin) for twin in twins):
            mute.append(ids)
    return mute
