#!/usr/bin/env python3
"""Documents by others: what our documents are measured against (`scripts/test volume`).

    documents.py FOLDER   the invoices whose parts lie below FOLDER, and the template in it

Prints what one takes of the processor, in nanoseconds: `typst 45000000 drafthorse 4000000`. The first is
typst's own binding for Python with our template, our faces and the same standards; the second a writer
of e-invoices in Python, each with as many lines as ours.
"""
import re
import shutil
import sys
import time
from datetime import date
from decimal import Decimal
from pathlib import Path

import typst
from drafthorse.models.accounting import ApplicableTradeTax
from drafthorse.models.document import Document
from drafthorse.models.party import TaxRegistration
from drafthorse.models.tradelines import LineItem

FACES = Path(__file__).resolve().parents[2] / "shared/documents/fonts"


def each(make, invoices):
    """The processor's time for one of the invoices, in nanoseconds, after a first one."""
    make(invoices[0])()
    taken = 0
    for invoice in invoices:
        work = make(invoice)
        before = time.process_time_ns()
        work()
        taken += time.process_time_ns() - before
    return taken // len(invoices)


def setter(template):
    """Sets an invoice with typst's binding."""
    desk = template.parent / "desk"
    shutil.rmtree(desk, ignore_errors=True)
    desk.mkdir()
    # The binding cannot switch on the extras of accessibility, so heads of rows are cells like others.
    plain = template.read_text().replace('pdf.header-cell(scope: "row", ', "(")
    (desk / "invoice.typ").write_text(plain)
    compiler = typst.Compiler(
        str(desk / "invoice.typ"), root=str(desk), font_paths=[str(FACES)], ignore_system_fonts=True
    )

    def make(invoice):
        for part in invoice.iterdir():
            shutil.copy(part, desk)

        def work():
            pdf = compiler.compile(format="pdf", pdf_standards=["a-3a", "ua-1"])
            if not pdf.startswith(b"%PDF"):
                sys.exit("typst made no PDF")

        return work

    return make


def written(lines):
    """Writes an e-invoice of `lines` lines with drafthorse, unchecked."""
    percent, net = Decimal("9"), Decimal("103.51")
    it = Document()
    it.context.guideline_parameter.id = "urn:cen.eu:en16931:2017"
    it.header.id, it.header.type_code, it.header.issue_date_time = "202701000004285", "380", date(2027, 1, 5)
    seller, buyer = it.trade.agreement.seller, it.trade.agreement.buyer
    seller.name, buyer.name = "Waterbedrijf Voorbeeld N.V.", "A. de Vries"
    for address in (seller.address, buyer.address):
        address.line_one, address.postcode, address.city_name = "Waterlaan 1", "8011 ZZ", "Zwolle"
        address.country_id = "NL"
    seller.tax_registrations.add(TaxRegistration(id=("VA", "NL001234567B01")))
    it.trade.settlement.currency_code = "EUR"
    for place in range(1, lines + 1):
        line = LineItem()
        line.document.line_id, line.product.name = str(place), "Drinkwater"
        line.agreement.net.amount = Decimal("1.8240")
        line.delivery.billed_quantity = (Decimal("101"), "MTQ")
        vat = line.settlement.trade_tax
        vat.type_code, vat.category_code, vat.rate_applicable_percent = "VAT", "S", percent
        line.settlement.monetary_summation.total_amount = net
        it.trade.items.add(line)
    vat = ApplicableTradeTax()
    vat.type_code, vat.category_code, vat.rate_applicable_percent = "VAT", "S", percent
    vat.basis_amount, vat.calculated_amount = net * lines, Decimal("9.32") * lines
    it.trade.settlement.trade_tax.add(vat)
    totals = it.trade.settlement.monetary_summation
    totals.line_total = totals.tax_basis_total = net * lines
    totals.tax_total = (Decimal("9.32") * lines, "EUR")
    totals.grand_total = totals.due_amount = Decimal("112.83") * lines
    if len(it.serialize(schema=None)) < 1000 * lines:
        sys.exit("drafthorse wrote no invoice")


def writer(invoice):
    lines = len(re.findall("<cac:(?:Invoice|CreditNote)Line>", (invoice / "invoice.xml").read_text()))
    return lambda: written(lines)


def main():
    template = Path(sys.argv[1]) / "invoice.typ"
    invoices = sorted(it.parent for it in template.parent.glob("*/data.json") if it.parent.name != "desk")
    print("typst", each(setter(template), invoices), "drafthorse", each(writer, invoices))


main()
