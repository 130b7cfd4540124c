"""What a case is refused for: first its form, then, all findings at once, what it says."""

import datetime
import itertools
import json
import re
from fractions import Fraction

NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
PARTY = {"name": "text", "address": "text", "postcode": "text", "city": "text", "country": "text"}
NAMES = {"nl": "text", "en": "text"}
ENTRY = {"from": "day", "category": "text", "percent": "number", "reason?": NAMES}
STEP = {"rate": "number", "up_to?": "number"}
COMPONENT = {"code": "text", "name": NAMES, "measure": "text", "commodity?": "text", "unit?": "text", "per?": "text"}
COMPONENT |= {"group": "text", "vat": "text", "rates": [{"from": "day", "rate?": "number", "steps?": [STEP]}]}
READING = {"date": "day", "value": "number", "source": "text", "quality": "text", "rollover?": bool}
REGISTER = {"meter": "text", "commodity": "text", "decimals": int, "digits": int, "factor?": int, "readings": [READING]}
CONNECTION = {"id": "text", "address": "text", "postcode": "text", "city": "text", "own_reference?": "text"}
CONNECTION |= {"first": "day", "last": "day", "components": ["text"], "registers": [REGISTER], "tax_units?": int}
CONNECTION |= {"final?": bool, "expected?": {"*": "number"}}
PART = {"connection": "text", "component": "text", "group": "text", "quantity": "number", "net_cents": int}
CASE = {
    "case": "text",
    "rules": int,
    "locale": "text",
    "seller": PARTY
    | dict.fromkeys(("kvk", "vat_id", "iban", "creditor_id?", "email", "phone", "website"), "text"),
    "account": PARTY
    | {"customer_number": "text", "kind": "text", "payment_method": "text", "peppol?": {"scheme": "text", "id": "text"}}
    | dict.fromkeys(("kvk?", "oin?", "vat_id?", "buyer_reference?", "iban?", "mandate?"), "text"),
    "invoice": {"kind": "text", "date": "day", "refers_to?": {"number": "text", "date": "day"}}
    | dict.fromkeys(("series", "sequence", "payment_days", "refund_days"), int),
    "tariff": {"version": "text", "vat": {"*": [ENTRY]}, "weights": {"*": object}, "components": [COMPONENT]},
    "connections": [CONNECTION],
    "past_terms": {
        "form": "text",
        "items": [{"document": "text", "date": "day", "connection": "text", "cents": int, "vat?": "text"}],
    },
    "terms?": {"policy": "text", "round": "text", "day": int, "notice_days": int, "step_cents": int}
    | {"min_cents?": int, "max_cents?": int},
    "previous?": {"parts": [PART], "cost_vat_cents": int, "terms_incl_cents": int},
    "term_invoice?": {"term": int, "date": "day", "series": int, "sequence": int},
}
SOURCES = "customer colleague staff remote installed removed agreed estimated".split()
QUALITIES = "actual confirmed prorated estimated".split()
day_of = datetime.date.fromisoformat


class Refused(Exception):
    """A case that is not settled."""

    def __init__(self, codes):
        super().__init__(codes)
        self.codes = list(codes)


def parsed(text):
    """The case in `text`, which may be settled."""
    try:
        case = json.loads(text)
    except ValueError:
        raise Refused(["bad_json"]) from None
    for findings in (shaped(case, CASE), written(case, CASE), judged):
        found = sorted(set(findings(case) if callable(findings) else findings))
        if found:
            raise Refused(found)
    return case


def fields(value, form):
    """The fields of an object with the form of each; absent ones with `value` None."""
    if "*" in form:
        return [(inner, form["*"], True) for inner in value.values()]
    return [(value.get(name.rstrip("?")), inner, not name.endswith("?")) for name, inner in form.items()]


def shaped(value, form):
    """`bad_shape` for each field that is missing, unknown or of another type."""
    if isinstance(form, dict):
        if not isinstance(value, dict):
            yield "bad_shape"
            return
        if "*" not in form and value.keys() - {name.rstrip("?") for name in form}:
            yield "bad_shape"
        for inner, inner_form, needed in fields(value, form):
            if inner is not None or needed:
                yield from shaped(inner, inner_form)
    elif isinstance(form, list):
        if not isinstance(value, list):
            yield "bad_shape"
            return
        for inner in value:
            yield from shaped(inner, form[0])
    elif isinstance(form, str):
        if not isinstance(value, str):
            yield "bad_shape"
    elif not isinstance(value, form) or (form is int and isinstance(value, bool)):
        yield "bad_shape"


def written(value, form):
    """`date` and `number` for texts that are neither, in a case of the right shape."""
    if value is None:
        return
    if isinstance(form, dict):
        for inner, inner_form, _ in fields(value, form):
            yield from written(inner, inner_form)
    elif isinstance(form, list):
        for inner in value:
            yield from written(inner, form[0])
    elif form == "number" and not NUMBER.fullmatch(value):
        yield "number"
    elif form == "day":
        try:
            if day_of(value).isoformat() != value:
                yield "date"
        except ValueError:
            yield "date"


def judged(case):
    """What is wrong in a case whose every field can be read."""
    account, invoice, tariff, connections = (case[k] for k in ("account", "invoice", "tariff", "connections"))
    if case["rules"] != 1:
        yield "rules_unknown"
    if invoice["kind"] not in ("annual", "credit_note") or case["past_terms"]["form"] not in ("request", "invoice"):
        yield "kind"
    if invoice["kind"] == "credit_note" and not invoice.get("refers_to"):
        yield "credit_reference_missing"
    yield from of_account(account, case["seller"])
    yield from of_tariff(tariff)
    if not connections:
        yield "no_connections"
    if len({connection["id"] for connection in connections}) < len(connections):
        yield "connection_duplicate"
    year = term_year(case)
    for connection in connections:
        yield from of_connection(connection, tariff, None if connection.get("final") else year)
    yield from of_past_terms(case["past_terms"], connections, tariff["vat"])
    yield from of_numbers(case)
    if case.get("terms"):
        yield from of_terms(case["terms"])
    if case.get("term_invoice") and not (case.get("terms") and case["past_terms"]["form"] == "invoice"):
        yield "term_invoice_needs_invoice_form"


def of_account(account, seller):
    if account["kind"] == "business" and account["country"] == "NL" and not (account.get("kvk") or account.get("oin")):
        yield "business_without_kvk"
    for iban in (account.get("iban"), seller["iban"]):
        if iban is not None and not is_iban(iban):
            yield "iban_invalid"
    if account["payment_method"] == "debit" and not (account.get("mandate") and seller.get("creditor_id")):
        yield "mandate_missing"


def is_iban(text):
    if not re.fullmatch("[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", text):
        return False
    return int("".join(str(int(character, 36)) for character in text[4:] + text[:4])) % 97 == 1


def rising(entries):
    return all(one["from"] < next["from"] for one, next in itertools.pairwise(entries))


def decimals_of(text):
    return len(text.partition(".")[2])


def of_tariff(tariff):
    for entries in tariff["vat"].values():
        if not rising(entries):
            yield "entries_order"
        for entry in entries:
            if entry["category"] not in ("S", "Z", "E") or (entry["category"] == "S") != (Fraction(entry["percent"]) > 0):
                yield "vat_category"
            if entry["category"] == "E" and not entry.get("reason"):
                yield "vat_exempt_reason_missing"
            if decimals_of(entry["percent"]) > 2:
                yield "number"
    codes = [component["code"] for component in tariff["components"]]
    if len(set(codes)) < len(codes):
        yield "component_duplicate"
    for weights in tariff["weights"].values():
        if weights != "days" and (len(weights) != 12 or min(weights) < 1):
            yield "weights"
    for component in tariff["components"]:
        if not rising(component["rates"]):
            yield "entries_order"
        if component["vat"] not in tariff["vat"]:
            yield "no_vat"
        for entry in component["rates"]:
            steps = entry.get("steps")
            if steps is not None and (component["measure"] == "days" or not of_steps(steps)):
                yield "steps"
            for rate in [entry.get("rate"), *(step["rate"] for step in steps or [])]:
                if rate is not None and decimals_of(rate) > 6:
                    yield "number"


def of_steps(steps):
    tops = [step.get("up_to") for step in steps]
    closed = [Fraction(top) for top in tops if top is not None]
    return bool(steps) and None not in tops[:-1] and all(a < b for a, b in itertools.pairwise(closed))


def of_connection(connection, tariff, year):
    if connection["first"] > connection["last"]:
        yield "period_empty"
    first, last = day_of(connection["first"]), day_of(connection["last"])
    components = {component["code"]: component for component in tariff["components"]}
    chosen = [components[code] for code in connection["components"] if code in components]
    if len(chosen) < len(connection["components"]):
        yield "component_unknown"
    if len(set(connection["components"])) < len(connection["components"]):
        yield "component_duplicate"
    measured = {register["commodity"] for register in connection["registers"]}
    needed = min(first, year[0]) if year else first
    for component in chosen:
        if component["measure"] == "use" and component["commodity"] not in measured:
            yield "commodity_missing"
        if not component["rates"] or day_of(component["rates"][0]["from"]) > needed:
            yield "no_rate"
        entries = tariff["vat"].get(component["vat"])
        if entries is not None and (not entries or day_of(entries[0]["from"]) > needed):
            yield "no_vat"
    for commodity in measured:
        registers = [register for register in connection["registers"] if register["commodity"] == commodity]
        if len({register["decimals"] for register in registers}) > 1:
            yield "decimals_mixed"
        spans = [register["readings"] for register in registers if register["readings"]]
        reach = {(min(s[0]["date"] for s in spans), max(s[-1]["date"] for s in spans))} if spans else set()
        before = first - datetime.timedelta(days=1)
        if first <= last and reach and reach != {(before.isoformat(), last.isoformat())}:
            yield "period_not_covered"
    for register in connection["registers"]:
        yield from of_register(register)


def of_register(register):
    readings = register["readings"]
    if len(readings) < 2 or any(a["date"] >= b["date"] for a, b in itertools.pairwise(readings)):
        yield "readings_order"
    fits = True
    for reading in readings:
        if len(reading["value"].partition(".")[0]) > register["digits"]:
            fits = False
            yield "reading_digits"
        if decimals_of(reading["value"]) > register["decimals"]:
            fits = False
            yield "reading_decimals"
        if reading["source"] not in SOURCES or reading["quality"] not in QUALITIES:
            yield "origin"
        if reading["value"].startswith("-"):
            fits = False
            yield "number"
    for earlier, later in itertools.pairwise(readings):
        turned = 10 ** register["digits"] if later.get("rollover") else 0
        if fits and Fraction(later["value"]) + turned < Fraction(earlier["value"]):
            yield "consumption_negative"


def of_past_terms(past, connections, vat):
    known = {connection["id"] for connection in connections}
    for item in past["items"]:
        if item["connection"] not in known:
            yield "term_unknown_connection"
        if item["cents"] < 0:
            yield "number"
        if past["form"] == "invoice":
            entries = vat.get(item.get("vat"))
            if not entries or entries[0]["from"] > item["date"]:
                yield "term_vat_missing"


def of_numbers(case):
    for numbered in filter(None, (case["invoice"], case.get("term_invoice"))):
        if not (1 <= numbered["series"] <= 99 and 1 <= numbered["sequence"] <= 9999999):
            yield "number_range"


def of_terms(terms):
    known = terms["policy"] in ("exact", "even") and terms["round"] in ("up", "nearest")
    bounds = [bound for bound in (terms.get("min_cents"), terms.get("max_cents")) if bound is not None]
    if not known or terms["step_cents"] < 1 or not 1 <= terms["day"] <= 28 or bounds != sorted(bounds):
        yield "terms"


def term_year(case):
    """First and last day of the year that new terms are for, when they are asked for."""
    terms = case.get("terms")
    if not terms or (case["invoice"]["kind"] == "credit_note" and not case.get("term_invoice")):
        return None
    day = day_of(case["invoice"]["date"]) + datetime.timedelta(days=max(terms["notice_days"], 0))
    if day.day > terms["day"]:
        day = day.replace(day=28) + datetime.timedelta(days=4)
    return day.replace(day=1), None
