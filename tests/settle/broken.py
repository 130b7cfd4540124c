"""A fault of each kind, in a case drawn for it: what is refused, and with which code."""

import copy
import datetime
import json

import cases

ONE_DAY = datetime.timedelta(days=1)


def base(seed):
    """A drawn case with everything that a fault may need: a reading to spoil, terms, a past term."""
    while True:
        case = cases.made(seed)
        seed += 1_000_003
        registers = [register for connection in case["connections"] for register in connection["registers"]]
        if len(case["connections"]) > 5 or not case["connections"][0]["registers"] or len(registers) > 12:
            continue
        first = case["connections"][0]
        for register in registers:
            register["factor"] = 1
        case["invoice"] |= {"kind": "annual", "refers_to": None}
        case["terms"] = cases.Maker(seed).terms() | {"min_cents": None, "max_cents": None}
        case["term_invoice"] = None
        first["final"] = False
        item = {"document": "202602000000010", "date": first["first"], "connection": first["id"], "cents": 5}
        case["past_terms"]["items"].append(item | {"vat": next(iter(case["tariff"]["vat"]))})
        return copy.deepcopy(case)


def fault(code, *names):
    """Adds the function to FAULTS."""

    def add(function):
        for name in names or (function.__name__,):
            FAULTS[name] = code, function
        return function

    return add


FAULTS = {}


def text(seed, name):
    """The bytes of a case with the fault `name`."""
    case = base(seed)
    changed = FAULTS[name][1](case)
    return changed if isinstance(changed, bytes) else json.dumps(case).encode()


def assigned(code, path, value):
    """A fault that is one other value; `...` takes it away."""

    def assign(case):
        node = case
        for step in path[:-1]:
            node = node[step]
        if value is ...:
            del node[path[-1]]
        else:
            node[path[-1]] = value

    FAULTS[f"{'.'.join(map(str, path))} = {'absent' if value is ... else value}"] = code, assign


FIRST = ("connections", 0)
REGISTER = (*FIRST, "registers", 0)
READING = (*REGISTER, "readings", 0)
RATE = ("tariff", "components", 0, "rates", 0)

assigned("bad_shape", ("terms", "day"), "1")
assigned("bad_shape", ("account", "name"), ...)
assigned("bad_shape", ("tariff", "surplus"), 1)
assigned("bad_shape", (*READING, "value"), 12)
assigned("bad_shape", (*FIRST, "registers"), {})
assigned("bad_shape", ("rules",), 1.5)
assigned("bad_shape", (*FIRST, "final"), "yes")
assigned("date", (*READING, "date"), "2027-02-30")
assigned("date", ("invoice", "date"), "2027-2-3")
assigned("date", ("tariff", "components", 0, "rates", 0, "from"), "2023-02-29")
for number in ("1e3", "01", "1,5", "+1", "1.", ".5", "", " 1", "--1", "0x1"):
    assigned("number", (*READING, "value"), number)
assigned("number", RATE, {"from": "2000-01-01", "rate": "1.1234567"})
assigned("rules_unknown", ("rules",), 2)
assigned("kind", ("invoice", "kind"), "monthly")
assigned("kind", ("past_terms", "form"), "loan")
assigned("component_unknown", (*FIRST, "components", 0), "of.nobody")
assigned("origin", (*READING, "source"), "guess")
assigned("origin", (*READING, "quality"), "good")
assigned("period_empty", (*FIRST, "first"), "2044-01-01")
assigned("no_vat", ("tariff", "components", 0, "vat"), "of.nobody")
assigned("weights", ("tariff", "weights", "water"), [1] * 11)
assigned("weights", ("tariff", "weights", "heat"), [1] * 11 + [0])
assigned("term_unknown_connection", ("past_terms", "items", -1, "connection"), "nobody")
assigned("terms", ("terms", "policy"), "odd")
assigned("terms", ("terms", "round"), "down")
assigned("terms", ("terms", "step_cents"), 0)
assigned("terms", ("terms", "day"), 29)
assigned("terms", ("terms", "day"), 0)
assigned("number_range", ("invoice", "series"), 0)
assigned("number_range", ("invoice", "series"), 100)
assigned("number_range", ("invoice", "sequence"), 0)
assigned("number_range", ("invoice", "sequence"), 10_000_000)
assigned("iban_invalid", ("seller", "iban"), "NL20INGB0001234568")


@fault("bad_json")
def half(case):
    return json.dumps(case).encode()[:-9]


@fault("bad_json")
def nothing(case):
    return b""


@fault("no_connections")
def no_connections(case):
    case["connections"], case["past_terms"]["items"] = [], []


@fault("connection_duplicate")
def connection_twice(case):
    case["connections"].append(case["connections"][0])


@fault("component_duplicate")
def component_twice(case):
    case["tariff"]["components"].append(case["tariff"]["components"][0])


@fault("period_not_covered")
def opening_missing(case):
    first = case["connections"][0]
    first["first"] = str(datetime.date.fromisoformat(first["first"]) - 400 * ONE_DAY)


@fault("period_not_covered")
def closing_beyond(case):
    for register in case["connections"][0]["registers"]:
        reading = register["readings"][-1]
        if reading["date"] == case["connections"][0]["last"]:
            reading["date"] = str(datetime.date.fromisoformat(reading["date"]) + 9 * ONE_DAY)


@fault("readings_order")
def one_reading(case):
    case["connections"][0]["registers"].append(lone(case) | {"readings": lone(case)["readings"][:1]})


@fault("readings_order")
def same_day_twice(case):
    readings = case["connections"][0]["registers"][0]["readings"]
    readings.insert(0, readings[0])


def lone(case):
    return copy.deepcopy(case["connections"][0]["registers"][0])


@fault("reading_digits")
def too_long(case):
    case["connections"][0]["registers"][0]["readings"][-1]["value"] = "1234567"


@fault("reading_decimals")
def too_fine(case):
    register = case["connections"][0]["registers"][0]
    register["readings"][0]["value"] = "0." + "0" * register["decimals"] + "1"
    register["readings"][1]["rollover"] = True


@fault("consumption_negative")
def turned_back(case):
    register = case["connections"][0]["registers"][0]
    register["readings"][-1] |= {"value": "0", "rollover": False}
    register["readings"][-2] |= {"value": "7", "rollover": True}


@fault("decimals_mixed")
def another_decimals(case):
    side_by_side = lone(case)
    side_by_side["meter"] = "beside"
    side_by_side["decimals"] = 3 if side_by_side["decimals"] < 3 else 2
    for reading in side_by_side["readings"]:
        reading["value"] = reading["value"].partition(".")[0]
        reading["rollover"] = True
    case["connections"][0]["registers"].append(side_by_side)


@fault("commodity_missing")
def no_registers(case):
    use = next(c["code"] for c in case["tariff"]["components"] if c["measure"] == "use")
    case["connections"][0]["registers"] = []
    case["connections"][0]["components"] = [use]


def last_component(case):
    component = case["tariff"]["components"][-1]
    case["connections"][0]["components"] = [component["code"]]
    return component


@fault("no_rate")
def never_rated(case):
    last_component(case)["rates"] = []


@fault("no_rate")
def late_rate(case):
    component = last_component(case)
    component["rates"][0]["from"] = "2059-01-01"
    del component["rates"][1:]


@fault("no_vat")
def late_percentage(case):
    case["past_terms"] |= {"form": "request", "items": []}
    vat = case["tariff"]["vat"][last_component(case)["vat"]]
    del vat[1:]
    vat[0]["from"] = "2059-01-01"


@fault("entries_order")
def rates_on_one_day(case):
    rates = case["tariff"]["components"][0]["rates"]
    rates.append(rates[-1])


@fault("entries_order")
def percentages_backwards(case):
    vat = next(iter(case["tariff"]["vat"].values()))
    vat.append(vat[-1] | {"from": "1999-01-01"})


def steps(*tops):
    def add(case):
        component = next(c for c in case["tariff"]["components"] if c["measure"] == "use")
        component["rates"][0].pop("rate", None)
        component["rates"][0]["steps"] = [{"rate": "1", "up_to": top} for top in tops]

    return add


FAULTS["steps empty"] = "steps", steps()
FAULTS["steps not rising"] = "steps", steps("300", "300")
FAULTS["steps open within"] = "steps", steps(None, "300")


@fault("steps")
def steps_on_days(case):
    component = {"code": "stairs", "name": {"nl": "T", "en": "T"}, "measure": "days", "per": "day", "group": "tax"}
    component |= {"vat": next(iter(case["tariff"]["vat"]))}
    component["rates"] = [{"from": "2000-01-01", "steps": [{"rate": "1", "up_to": "3"}]}]
    case["tariff"]["components"].append(component)


def percentage(**entry):
    def change(case):
        vat = next(iter(case["tariff"]["vat"].values()))
        vat[0].pop("reason", None)
        vat[0] |= entry

    return change


FAULTS["category O"] = "vat_category", percentage(category="O", percent="0")
FAULTS["S with 0 %"] = "vat_category", percentage(category="S", percent="0.00")
FAULTS["Z with 9 %"] = "vat_category", percentage(category="Z", percent="9")
FAULTS["E with 9 %"] = "vat_category", percentage(category="E", percent="9", reason={"nl": "R", "en": "R"})
FAULTS["E without reason"] = "vat_exempt_reason_missing", percentage(category="E", percent="0")


@fault("term_vat_missing")
def term_without_vat(case):
    case["past_terms"]["form"] = "invoice"
    del case["past_terms"]["items"][-1]["vat"]


@fault("term_vat_missing")
def term_before_percentages(case):
    case["past_terms"]["form"] = "invoice"
    case["past_terms"]["items"][-1]["date"] = "1999-12-31"


@fault("terms")
def bounds_crossed(case):
    case["terms"] |= {"min_cents": 500, "max_cents": 499}


@fault("business_without_kvk")
def unregistered(case):
    case["account"] |= {"kind": "business", "country": "NL", "kvk": None, "oin": None, "peppol": None}


@fault("mandate_missing")
def no_mandate(case):
    case["account"] |= {"payment_method": "debit", "iban": "NL91ABNA0417164300", "mandate": None}


@fault("mandate_missing")
def no_creditor(case):
    case["account"] |= {"payment_method": "debit", "iban": "NL91ABNA0417164300", "mandate": "MND-1"}
    case["seller"]["creditor_id"] = None


@fault("iban_invalid")
def wrong_iban(case):
    case["account"] |= {"payment_method": "debit", "iban": "NL91ABNA0417164301", "mandate": "MND-1"}


@fault("credit_reference_missing")
def of_what(case):
    case["invoice"]["kind"] = "credit_note"


@fault("amount_overflow")
def too_much_asked(case):
    case["past_terms"]["items"][-1]["cents"] = 10**11 + 1


def monthly(case):
    date = str(datetime.date.fromisoformat(case["invoice"]["date"]) + 30 * ONE_DAY)
    case["term_invoice"] = {"term": 3, "date": date, "series": 2, "sequence": 5}


@fault("term_invoice_needs_invoice_form")
def month_of_requests(case):
    case["past_terms"]["form"] = "request"
    monthly(case)


@fault("term_invoice_needs_invoice_form")
def month_without_terms(case):
    case["past_terms"]["form"] = "invoice"
    case["terms"] = None
    monthly(case)


@fault("nothing_to_invoice")
def month_of_nothing(case):
    case["past_terms"] |= {"form": "invoice", "items": []}
    for connection in case["connections"]:
        connection["final"] = True
    monthly(case)


@fault("number_range")
def month_out_of_numbers(case):
    case["past_terms"] |= {"form": "invoice", "items": []}
    monthly(case)
    case["term_invoice"]["sequence"] = 0


@fault("mandate_missing")
def two_faults(case):
    no_mandate(case)
    case["terms"]["day"] = 31
    case["invoice"]["series"] = 0
