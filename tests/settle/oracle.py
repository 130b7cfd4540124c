"""Settles a case as the contract of `meterlink settle` says, a second time and by other means.

    python tests/settle/oracle.py <case.json >result.json

Everything is a fraction until it is a cent. Nothing here is taken from
the Rust: where the two differ, one of them has read the contract wrongly (compare.py finds it).

Exit 0: settled. 2: refused; what stands in `errors` has its code, and its place is not judged.
"""

import bisect
import calendar
import datetime
import functools
import itertools
import json
import math
import sys
from fractions import Fraction

import refusals

MONTH_DAY_WEIGHT = {31: 3390, 30: 3503, 28: 3720, 29: 3720}
LARGEST_CENTS = 10**11
day_of = datetime.date.fromisoformat
ONE_DAY = datetime.timedelta(days=1)


def half_away(exact):
    """The nearest integer; half goes away from zero."""
    nearest = math.floor(abs(exact) + Fraction(1, 2))
    return -nearest if exact < 0 else nearest


def allot(total, weights):
    """`total` over `weights` by largest remainder; a tie goes to the earlier."""
    shares = [Fraction(total * weight, sum(weights)) for weight in weights]
    parts = [math.floor(share) for share in shares]
    favoured = sorted(range(len(parts)), key=lambda n: (parts[n] - shares[n], n))
    for n in favoured[: total - sum(parts)]:
        parts[n] += 1
    return parts


def easter(year):
    """Sunday after the full moon that the calendar reckons (Gauss, as corrected by Lichtenberg)."""
    century = year // 100
    moon = 15 + (3 * century + 3) // 4 - (8 * century + 13) // 25
    sun = 2 - (3 * century + 3) // 4
    age = (19 * (year % 19) + moon) % 30
    correction = (age + (year % 19) // 11) // 29
    full = 21 + age - correction
    sunday = 7 - (year + year // 4 + sun) % 7
    return datetime.date(year, 3, 1) + datetime.timedelta(days=full + 7 - (full - sunday) % 7 - 1)


def target(day):
    """`day`, or the first after it on which TARGET is open."""
    shut = {(1, 1), (5, 1), (12, 25), (12, 26)}
    while day.weekday() > 4 or (day.month, day.day) in shut or (day - easter(day.year)).days in (-2, 1):
        day += ONE_DAY
    return day


def number(date, series, sequence):
    digits = f"{date[:4]}{series:02}{sequence:07}"
    return f"{digits}{98 - int(digits) * 100 % 97:02}"


def year_length(day):
    return 366 if calendar.isleap(day.year) else 365


def new_years(first, last):
    """The New Year's days after `first`, to `last`."""
    return [datetime.date(year, 1, 1) for year in range(first.year + 1, last.year + 1)]


def plain(exact, decimals=12):
    """A fraction of at most `decimals` decimals in digits, as short as it can be."""
    scaled = exact * 10**decimals
    assert scaled.denominator == 1, exact
    whole, rest = divmod(abs(scaled.numerator), 10**decimals)
    return ("-" if exact < 0 else "") + f"{whole}.{rest:0{decimals}}".rstrip("0").rstrip(".")


class Tariff:
    """The price list of a case, asked by day."""

    def __init__(self, tariff):
        self.vats = {code: self.dated(entries) for code, entries in tariff["vat"].items()}
        self.components = {component["code"]: component for component in tariff["components"]}
        self.rates = {code: self.dated(c["rates"]) for code, c in self.components.items()}
        self.weights = tariff["weights"]
        self.vat, self.charged, self.slices = map(functools.cache, (self.vat, self.charged, self.slices))

    @staticmethod
    def dated(entries):
        return [day_of(entry["from"]) for entry in entries], entries

    @staticmethod
    def on(dated, day):
        begins, entries = dated
        return entries[bisect.bisect_right(begins, day) - 1] if begins and begins[0] <= day else None

    def vat(self, code, day):
        entry = self.on(self.vats[code], day)
        return entry["category"], Fraction(entry["percent"])

    def charged(self, code, day):
        """Steps, category, percentage and base of a day; None when it is free."""
        component = self.components[code]
        entry = self.on(self.rates[code], day)
        steps = entry.get("steps") or [{"rate": entry.get("rate")}]
        if steps[0]["rate"] is None:
            return None
        steps = tuple(
            (Fraction(step["rate"]), None if step.get("up_to") is None else Fraction(step["up_to"])) for step in steps
        )
        base = year_length(day) if component.get("per") == "year" else 1
        return steps, *self.vat(component["vat"], day), base

    def weight(self, commodity, first, last):
        """Weight of the days `first..=last`."""
        parts = self.weights.get(commodity) or "days"
        if parts == "days":
            return (last - first).days + 1
        total, day = 0, first
        while day <= last:
            length = calendar.monthrange(day.year, day.month)[1]
            end = min(last, day.replace(day=length))
            total += ((end - day).days + 1) * parts[day.month - 1] * MONTH_DAY_WEIGHT[length]
            day = end + ONE_DAY
        return total

    def begins(self, code):
        component = self.components[code]
        return self.rates[code][0] + self.vats[component["vat"]][0]

    def slices(self, code, first, last):
        """Runs of days on which nothing of the charge changes: (first, last, charge)."""
        marks = {first, *new_years(first, last), *(day for day in self.begins(code) if first < day <= last)}
        runs = [(charge, next(run)) for charge, run in itertools.groupby(sorted(marks), lambda day: self.charged(code, day))]
        ends = [begin - ONE_DAY for _, begin in runs[1:]] + [last]
        return [(begin, end, charge) for (charge, begin), end in zip(runs, ends) if charge]

    def of_use(self, connection, commodity):
        for code in connection["components"]:
            if self.components[code].get("commodity") == commodity:
                yield code

    def spread(self, connection, commodity, intervals, first, last):
        """Units by the day that a piece begins on; `intervals` are (after, until, units)."""
        cuts = {day for code in self.of_use(connection, commodity) for day in self.begins(code) if first < day <= last}
        begun = {}
        for after, until, units in intervals:
            begins = [after + ONE_DAY, *sorted(day for day in cuts if after + ONE_DAY < day <= until)]
            ends = [day - ONE_DAY for day in begins[1:]] + [until]
            weights = [self.weight(commodity, *piece) for piece in zip(begins, ends)]
            for day, part in zip(begins, allot(units, weights)):
                begun[day] = begun.get(day, 0) + part
        return begun

    def lines(self, connection, use, first, last):
        """What `first..=last` costs; `use` is {commodity: (decimals, intervals)}."""
        spread = {
            commodity: (decimals, self.spread(connection, commodity, intervals, first, last))
            for commodity, (decimals, intervals) in use.items()
        }
        for code in connection["components"]:
            component = self.components[code]
            for begin, end, (steps, category, percent, base) in self.slices(code, first, last):
                line = {"component": code, "first": begin, "last": end, "base": base, "category": category}
                line |= {"percent": percent, "unit": component.get("unit") or "day"}
                if component["measure"] == "days":
                    yield priced(line, Fraction((end - begin).days + 1), steps[0][0])
                    continue
                decimals, begun = spread[component["commodity"]]
                units = sum(part for day, part in begun.items() if begin <= day <= end)
                share = share_of_years(begin, end)
                below = 0
                for nth, (rate, up_to) in enumerate(steps):
                    top = units
                    if up_to is not None:
                        allowed = math.floor(up_to * 10**decimals * connection.get("tax_units", 1) * share)
                        top = min(units, allowed)
                    if nth == 0 or top > below:
                        yield priced(line, Fraction(top - below, 10**decimals), rate)
                    below = max(below, top)


def share_of_years(first, last):
    begins = [first, *new_years(first, last)]
    ends = [*begins[1:], last + ONE_DAY]
    return sum(Fraction((end - begin).days, year_length(begin)) for begin, end in zip(begins, ends))


def priced(line, quantity, rate):
    net = half_away(100 * quantity * rate / line["base"])
    if abs(net) > LARGEST_CENTS:
        raise refusals.Refused(["amount_overflow"])
    return line | {"quantity": quantity, "rate": rate, "net_cents": net}


def group_of(line):
    return line["category"], line["percent"]


def vat_of(lines):
    """{(category, percentage): (base, VAT)} of a document, in the order of its subtotals."""
    bases = {}
    for line in lines:
        bases[group_of(line)] = bases.get(group_of(line), 0) + line["net_cents"]
    order = sorted(bases, key=lambda group: (-group[1], group[0]))
    return {group: (bases[group], half_away(Fraction(bases[group]) * group[1] / 100)) for group in order}


def vat_shares(specifications, groups):
    """VAT of each connection; together those of the document."""
    shares = [0] * len(specifications)
    for group, (_, vat) in groups.items():
        exact = [
            sum(Fraction(line["net_cents"]) * group[1] / 100 for line in lines if group_of(line) == group)
            for lines in specifications
        ]
        floors = [math.floor(share) for share in exact]
        order = sorted(range(len(exact)), key=lambda n: (floors[n] - exact[n], n))
        for n in order[: vat - sum(floors)]:
            floors[n] += 1
        shares = [share + more for share, more in zip(shares, floors)]
    return shares


def measured(connection):
    """{commodity: (decimals, intervals, estimated)} in the order of the registers."""
    use = {}
    for register in connection["registers"]:
        decimals, intervals, estimated = use.get(register["commodity"], (register["decimals"], [], False))
        readings = register["readings"]
        for earlier, later in itertools.pairwise(readings):
            moved = Fraction(later["value"]) - Fraction(earlier["value"])
            if later.get("rollover"):
                moved += 10 ** register["digits"]
            units = moved * 10**decimals * register.get("factor", 1)
            intervals.append((day_of(earlier["date"]), day_of(later["date"]), int(units)))
        estimated = estimated or any(reading["quality"] == "estimated" for reading in readings)
        use[register["commodity"]] = decimals, intervals, estimated
    return use


def profile(account):
    if account["kind"] == "business":
        if account.get("peppol"):
            return "peppol"
        if account["country"] == "NL":
            return "nlcius"
    return "core"


class Annual:
    """The lines of a year and the deducted terms."""

    def __init__(self, case):
        self.case, self.tariff = case, Tariff(case["tariff"])
        self.form = case["past_terms"]["form"]
        self.use = [measured(connection) for connection in case["connections"]]

    @functools.cached_property
    def cost(self):
        """The lines of each connection; a term invoice never asks."""
        return [list(self.lines_of(*measured)) for measured in zip(self.case["connections"], self.use)]

    def lines_of(self, connection, use):
        intervals = {commodity: found[:2] for commodity, found in use.items()}
        return self.tariff.lines(connection, intervals, day_of(connection["first"]), day_of(connection["last"]))

    def deducted(self, connection):
        """Lines of the terms that were invoices."""
        sums = {}
        for item in self.case["past_terms"]["items"]:
            if self.form == "invoice" and item["connection"] == connection["id"]:
                group = self.tariff.vat(item["vat"], day_of(item["date"]))
                sums[group] = sums.get(group, 0) + item["cents"]
        for (category, percent), cents in sums.items():
            if cents:
                line = {"component": "term", "first": day_of(connection["first"]), "last": day_of(connection["last"])}
                line |= {"unit": "one", "base": 1, "category": category, "percent": percent}
                yield priced(line, Fraction(-1), Fraction(cents, 100))

    def prepaid(self, connection):
        items = self.case["past_terms"]["items"] if self.form == "request" else []
        return sum(item["cents"] for item in items if item["connection"] == connection["id"])

    def parts(self):
        for connection, lines in zip(self.case["connections"], self.cost):
            for code, run in itertools.groupby(lines, key=lambda line: line["component"]):
                run = list(run)
                yield {
                    "connection": connection["id"],
                    "component": code,
                    "group": self.tariff.components[code]["group"],
                    "quantity": sum(line["quantity"] for line in run),
                    "net_cents": sum(line["net_cents"] for line in run),
                }


def why(parts, connections, totals, previous):
    """The change since last year in words of money."""
    now = {(part["connection"], part["component"]): part for part in parts}
    then = {(part["connection"], part["component"]): part for part in previous["parts"]}
    both = set(connections) & {part["connection"] for part in previous["parts"]}
    causes = dict.fromkeys(("connections", "use", "rate", "standing", "tax"), 0)
    for key in now.keys() | then.keys():
        new, old = now.get(key), then.get(key)
        change = (new["net_cents"] if new else 0) - (old["net_cents"] if old else 0)
        group = (new or old)["group"]
        if key[0] not in both:
            causes["connections"] += change
        elif not (new and old):
            causes["rate"] += change
        elif group != "use":
            causes[group] += change
        else:
            q0, q1 = Fraction(old["quantity"]), Fraction(new["quantity"])
            by_use = half_away((q1 - q0) * old["net_cents"] / q0) if q0 else change
            causes["use"] += by_use
            causes["rate"] += change - by_use
    causes["vat"] = totals["cost_vat_cents"] - previous["cost_vat_cents"]
    causes["cost"] = sum(causes.values())
    causes["terms"] = previous["terms_incl_cents"] - totals["terms_incl_cents"]
    causes["payable"] = causes["cost"] + causes["terms"]
    return {f"{cause}_cents": cents for cause, cents in causes.items()}


def first_due(case):
    """The unshifted due days of the new terms."""
    earliest = day_of(case["invoice"]["date"]) + case["terms"]["notice_days"] * ONE_DAY
    months = earliest.year * 12 + earliest.month - 1 + (earliest.day > case["terms"]["day"])
    return [datetime.date(n // 12, n % 12 + 1, case["terms"]["day"]) for n in range(months, months + 12)]


def term_year(due):
    first = due[0].replace(day=1)
    return first, first.replace(year=first.year + 1) - ONE_DAY


def shifted(case, day):
    return target(day) if case["account"]["payment_method"] == "debit" else day


def staged(expected, terms):
    """Twelve amounts and the bound that made them."""
    if expected <= 0:
        return [0] * 12, None
    if terms["policy"] == "exact":
        amounts = [expected // 12 + (n < expected % 12) for n in range(12)]
    else:
        steps = Fraction(expected, 12 * terms["step_cents"])
        steps = math.ceil(steps) if terms["round"] == "up" else math.floor(steps + Fraction(1, 2))
        amounts = [steps * terms["step_cents"]] * 12
    least, most = terms.get("min_cents"), terms.get("max_cents")
    if least is not None and min(amounts) < least:
        return [least] * 12, "min"
    if most is not None and max(amounts) > most:
        return [most] * 12, "max"
    return amounts, None


def new_terms(case, annual):
    """The twelve terms that follow; with `groups`, the VAT of each month by group."""
    due = first_due(case)
    year = term_year(due)
    expected, items = [], []
    for connection, use in zip(case["connections"], annual.use):
        if connection.get("final"):
            continue
        period = day_of(connection["first"]), day_of(connection["last"])
        ahead = {}
        for commodity, (decimals, intervals, _) in use.items():
            given = (connection.get("expected") or {}).get(commodity)
            if given is None:
                weights = [annual.tariff.weight(commodity, *span) for span in (year, period)]
                units = half_away(Fraction(sum(part[2] for part in intervals) * weights[0], weights[1]))
            else:
                units = int(Fraction(given) * 10**decimals)
            ahead[commodity] = decimals, [(year[0] - ONE_DAY, year[1], units)]
            quantity = Fraction(units, 10**decimals)
            expected.append({"connection": connection["id"], "commodity": commodity, "quantity": quantity})
        lines = list(annual.tariff.lines(connection, ahead, *year))
        if annual.form == "request":
            whole = sum(sum(amounts) for amounts in vat_of(lines).values())
            sums = {None: whole}
        else:
            sums = {}
            for line in lines:
                code = annual.tariff.components[line["component"]]["vat"]
                sums[code] = sums.get(code, 0) + line["net_cents"]
        for code, cents in sums.items():
            amounts, bounded = staged(cents, case["terms"])
            item = {"connection": connection["id"], "vat": code, "expected_cents": cents}
            items.append(item | {"cents": amounts, "bounded": bounded})
    vats = [0] * 12
    if annual.form == "invoice":
        for n, day in enumerate(due):
            lines = [term_line(annual, item, n, day) for item in items]
            vats[n] = sum(vat for _, vat in vat_of(lines).values())
    return {
        "first": year[0],
        "due": [shifted(case, day) for day in due],
        "expected": expected,
        "items": items,
        "vat_cents": vats,
        "incl_cents": [vats[n] + sum(item["cents"][n] for item in items) for n in range(12)],
    }


def term_line(annual, item, nth, day):
    category, percent = annual.tariff.vat(item["vat"], day)
    month = day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])
    line = {"component": "term", "first": month[0], "last": month[1], "unit": "one", "base": 1}
    return priced(line | {"category": category, "percent": percent}, Fraction(1), Fraction(item["cents"][nth], 100))


def specified(ids, specifications, groups, consumption, prepaid):
    for id, lines, vat, used, paid in zip(ids, specifications, vat_shares(specifications, groups), consumption, prepaid):
        net = sum(line["net_cents"] for line in lines)
        amounts = {"net_cents": net, "vat_cents": vat, "incl_cents": net + vat, "prepaid_cents": paid}
        yield {"id": id, "consumption": used, "lines": lines} | amounts


def subtotals(groups):
    for (category, percent), (base, vat) in groups.items():
        yield {"category": category, "percent": percent, "base_cents": base, "vat_cents": vat}


def summed(cost, document, prepaid):
    totals = {"cost_net_cents": sum(base for base, _ in cost.values())}
    totals["cost_vat_cents"] = sum(vat for _, vat in cost.values())
    totals["cost_incl_cents"] = totals["cost_net_cents"] + totals["cost_vat_cents"]
    totals["net_cents"] = sum(base for base, _ in document.values())
    totals["vat_cents"] = sum(vat for _, vat in document.values())
    totals["incl_cents"] = totals["net_cents"] + totals["vat_cents"]
    totals["prepaid_cents"] = prepaid
    totals["payable_cents"] = totals["incl_cents"] - prepaid
    totals["terms_incl_cents"] = totals["cost_incl_cents"] - totals["payable_cents"]
    return totals


def term_invoice(case, annual):
    """The document of one month of the new terms."""
    asked, terms = case["term_invoice"], new_terms(case, annual)
    nth = asked["term"] - 1
    day = first_due(case)[nth]
    ids = [connection["id"] for connection in case["connections"]]
    lines = {id: [] for id in ids}
    for item in terms["items"]:
        if item["cents"][nth]:
            lines[item["connection"]].append(term_line(annual, item, nth, day))
    lines = {id: found for id, found in lines.items() if found}
    if not lines:
        raise refusals.Refused(["nothing_to_invoice"])
    groups = vat_of(itertools.chain.from_iterable(lines.values()))
    nothing = [[] for _ in lines], [0 for _ in lines]
    month = next(iter(lines.values()))[0]
    return {
        "number": number(asked["date"], asked["series"], asked["sequence"]),
        "kind": "term",
        "first": month["first"],
        "last": month["last"],
        "due_date": shifted(case, day),
        "refund_date": None,
        "connections": list(specified(lines, lines.values(), groups, *nothing)),
        "vat": list(subtotals(groups)),
        "totals": summed(groups, groups, 0),
        "parts": [],
        "why": None,
        "terms": None,
    }


def year(case, annual):
    """An annual invoice, or the credit note of one."""
    invoice, connections = case["invoice"], case["connections"]
    lines = [[*cost, *annual.deducted(connection)] for connection, cost in zip(connections, annual.cost)]
    groups = vat_of(itertools.chain.from_iterable(lines))
    prepaid = [annual.prepaid(connection) for connection in connections]
    totals = summed(vat_of(itertools.chain.from_iterable(annual.cost)), groups, sum(prepaid))
    ids = [connection["id"] for connection in connections]
    consumption = [
        [
            {
                "commodity": commodity,
                "quantity": Fraction(sum(part[2] for part in intervals), 10**decimals),
                "estimated": estimated,
            }
            for commodity, (decimals, intervals, estimated) in use.items()
        ]
        for use in annual.use
    ]
    parts = list(annual.parts())
    issued, ordinary = day_of(invoice["date"]), invoice["kind"] == "annual"
    due = refund = None
    if ordinary and totals["payable_cents"] > 0:
        due = shifted(case, issued + invoice["payment_days"] * ONE_DAY)
    if ordinary and totals["payable_cents"] < 0:
        refund = target(issued + invoice["refund_days"] * ONE_DAY)
    previous = case.get("previous")
    return {
        "number": number(invoice["date"], invoice["series"], invoice["sequence"]),
        "kind": invoice["kind"],
        "first": min(day_of(connection["first"]) for connection in connections),
        "last": max(day_of(connection["last"]) for connection in connections),
        "due_date": due,
        "refund_date": refund,
        "connections": list(specified(ids, lines, groups, consumption, prepaid)),
        "vat": list(subtotals(groups)),
        "totals": totals,
        "parts": parts,
        "why": why(parts, ids, totals, previous) if ordinary and previous else None,
        "terms": new_terms(case, annual) if ordinary and case.get("terms") else None,
    }


def amounts(node):
    if isinstance(node, dict):
        for key, value in node.items():
            if key.endswith("cents"):
                yield from value if isinstance(value, list) else [value]
            else:
                yield from amounts(value)
    elif isinstance(node, list):
        for value in node:
            yield from amounts(value)


def written(node):
    """The result in JSON's own types."""
    if isinstance(node, dict):
        return {key: written(value) for key, value in node.items()}
    if isinstance(node, list):
        return [written(value) for value in node]
    if isinstance(node, datetime.date):
        return node.isoformat()
    return plain(node) if isinstance(node, Fraction) else node


def settle(text):
    """The result of the case in `text`, or its refusals."""
    try:
        case = refusals.parsed(text)
        annual = Annual(case)
        result = term_invoice(case, annual) if case.get("term_invoice") else year(case, annual)
        if any(abs(cents) > LARGEST_CENTS for cents in amounts(result)):
            raise refusals.Refused(["amount_overflow"])
    except refusals.Refused as refused:
        return {"errors": [{"code": code, "at": ""} for code in refused.codes]}
    head = {"rules": 1, "case": case["case"], "profile": profile(case["account"])}
    return head | written(result)


if __name__ == "__main__":
    answer = settle(sys.stdin.buffer.read())
    print(json.dumps(answer))
    sys.exit(2 if "errors" in answer else 0)
