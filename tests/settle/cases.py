"""Cases for `meterlink settle`, by seed: `made(seed)` ordinary ones, `broken(seed)` refused ones.

    python tests/settle/cases.py SEED >case.json

The same seed makes the same case, on every machine.
"""

import datetime
import json
import random
import sys

ONE_DAY = datetime.timedelta(days=1)
LONG_AGO = datetime.date(2000, 1, 1)
UNITS = {"water": "m3", "heat": "GJ", "electricity": "kWh"}
HEAT = [170, 150, 130, 80, 40, 14, 13, 13, 30, 80, 120, 160]
SELLER = {"name": "Waterbedrijf Voorbeeld N.V.", "address": "Waterlaan 1", "postcode": "8011 ZZ", "city": "Zwolle"}
SELLER |= {"country": "NL", "kvk": "12345678", "vat_id": "NL001234567B01", "iban": "NL20INGB0001234567"}
SELLER |= {"creditor_id": "NL79ZZZ999999990000", "email": "klantenservice@waterbedrijf.example"}
SELLER |= {"phone": "038 000 00 00", "website": "https://waterbedrijf.example"}
PLACE = {"postcode": "8011 AA", "city": "Zwolle"}
SOURCES = "customer colleague staff remote installed removed agreed estimated".split()
QUALITIES = "actual actual actual actual confirmed prorated estimated".split()


def digits(units, decimals):
    """`units` of the last decimal as text."""
    whole, rest = divmod(abs(units), 10**decimals)
    return ("-" if units < 0 else "") + (f"{whole}.{rest:0{decimals}}" if decimals else str(whole))


class Maker:
    """One case in the making: what is drawn, and what has been drawn."""

    def __init__(self, seed):
        self.random = random.Random(f"settle {seed}")
        self.seed = seed
        self.often = lambda share: self.random.random() < share
        self.one_of, self.between = self.random.choice, self.random.randint

    def case(self):
        self.last = datetime.date(2022, 1, 1) + self.between(0, 3000) * ONE_DAY
        if self.often(0.3):
            self.last = self.last.replace(month=12, day=31)
        length = self.one_of([1, 2, 29, 180, 364, 365, 365, 365, 366, 366, 500, 800])
        if self.often(0.3):
            length = self.between(1, 900)
        self.first = self.last - (length - 1) * ONE_DAY
        self.issued = self.last + self.between(1, 90) * ONE_DAY
        self.form = self.one_of(["request", "invoice"])
        self.commodities = self.random.sample(list(UNITS), self.one_of([1, 1, 2, 3]))
        self.decimals = {commodity: self.one_of([0, 0, 1, 2, 3]) for commodity in self.commodities}
        tariff = self.tariff()
        count = 400 if self.often(0.004) else self.one_of([1, 1, 1, 1, 1, 2, 3, 6, 12])
        connections = [self.connection(n, tariff) for n in range(count)]
        terms = self.terms() if self.often(0.75) else None
        kind = "credit_note" if self.often(0.12) else "annual"
        case = {"case": f"seed {self.seed}", "rules": 1, "locale": self.one_of(["nl", "en"]), "seller": SELLER}
        case |= {"account": self.account(), "invoice": self.invoice(kind), "tariff": tariff, "connections": connections}
        case |= {"past_terms": {"form": self.form, "items": self.past_terms(tariff, connections)}, "terms": terms}
        case["previous"] = self.previous(tariff, connections) if self.often(0.4) else None
        case["term_invoice"] = None
        if terms and self.form == "invoice" and kind == "annual" and self.often(0.3):
            case["term_invoice"] = {"term": self.between(1, 12), "date": str(self.issued + 40 * ONE_DAY)}
            case["term_invoice"] |= {"series": self.between(1, 99), "sequence": self.between(1, 9999999)}
        return case

    def account(self):
        account = {"customer_number": "100000042", "name": "A. de Vries", "kind": self.one_of(["consumer", "business"])}
        account |= {"address": "Hoofdstraat 9", "postcode": "8011 CC", "city": "Zwolle", "country": "NL"}
        account["payment_method"] = self.one_of(["transfer", "debit"])
        if account["payment_method"] == "debit":
            account |= {"iban": "NL91ABNA0417164300", "mandate": "MND-100000042-1"}
        if account["kind"] == "business":
            account["country"] = self.one_of(["NL", "NL", "BE"])
            account |= self.one_of([{"kvk": "87654321"}, {"oin": "00000001234567890000", "kvk": None}])
            if self.often(0.3):
                account["peppol"] = {"scheme": "0106", "id": "87654321"}
        return account

    def invoice(self, kind):
        invoice = {"kind": kind, "date": str(self.issued), "series": self.between(1, 99)}
        invoice |= {"sequence": self.between(1, 9999999), "payment_days": self.between(0, 60)}
        invoice |= {"refund_days": self.between(0, 60)}
        if kind == "credit_note":
            invoice["refers_to"] = {"number": "202701000004285", "date": "2027-01-05"}
        return invoice

    def begins(self):
        """Days on which entries begin: one long ago, others in and about the period."""
        found = {LONG_AGO}
        span = (self.last - self.first).days + 500
        for _ in range(self.one_of([0, 0, 0, 1, 1, 2, 4])):
            day = self.first + self.between(-20, span) * ONE_DAY
            found.add(self.one_of([day, day.replace(day=1), day.replace(month=1, day=1), self.first, self.last]))
        return sorted(found)

    def tariff(self):
        vat = {}
        for code in self.random.sample(["low", "high", "none", "zero", "mixed"], self.between(1, 4)):
            vat[code] = [self.vat(code, day) for day in self.begins()]
        components = []
        for commodity in self.commodities:
            for nth in range(self.one_of([1, 1, 2, 3])):
                component = {"code": f"{commodity}.use{nth}", "measure": "use", "commodity": commodity}
                components.append(component | {"unit": UNITS[commodity], "group": self.one_of(["use", "use", "tax"])})
        for nth in range(self.one_of([0, 1, 1, 2, 3])):
            component = {"code": f"standing{nth}", "measure": "days", "per": self.one_of(["year", "year", "day"])}
            components.append(component | {"group": self.one_of(["standing", "standing", "tax"])})
        self.random.shuffle(components)
        for component in components:
            component |= {"name": {"nl": "Deel", "en": "Part"}, "vat": self.one_of(list(vat))}
            component["rates"] = self.rates(component)
        weights = {c: self.one_of(["days", HEAT, [1] * 12, self.random.choices(range(1, 300), k=12)]) for c in UNITS}
        if self.often(0.2):
            weights.pop(self.one_of(list(UNITS)))
        return {"version": "drawn", "vat": vat, "weights": weights, "components": components}

    def vat(self, code, day):
        category = {"low": "S", "high": "S", "none": "E", "zero": "Z"}.get(code) or self.one_of("SEZ")
        entry = {"from": str(day), "category": category, "percent": "0"}
        if category == "S":
            entry["percent"] = self.one_of(["9", "9", "9.00", "21", "21.0", "6", "5.5", "0.01", "12.25"])
        if category == "E":
            entry["reason"] = {"nl": "Heffing gemeente", "en": "Municipal levy"}
        return entry

    def rate(self, yearly):
        decimals = self.one_of([0, 2, 3, 4, 4, 6])
        units = self.between(0, (600 if yearly else 60) * 10**decimals)
        return digits(-units if self.often(0.12) and units else units, decimals)

    def rates(self, component):
        days, entries = component["measure"] == "days", []
        for day in self.begins():
            entry = {"from": str(day), "rate": self.rate(component.get("per") == "year")}
            if entries and self.often(0.3):
                entry = self.one_of(entries) | {"from": str(day)}
            elif self.often(0.08):
                entry["rate"] = None
            elif not days and self.often(0.4):
                tops = sorted(self.random.sample([0, 1, 3, 10, 50, 100, 300, 1000, 50000], self.between(1, 3)))
                tops = [str(top) for top in tops if top] or ["7"]
                if self.often(0.5):
                    tops.append(None)
                steps = [{"rate": self.rate(False), "up_to": top} for top in tops]
                entry = {"from": str(day), "steps": steps}
            entries.append(entry)
        return entries

    def connection(self, nth, tariff):
        first, last = self.first, self.last
        if self.often(0.25):
            first += self.between(0, (last - first).days) * ONE_DAY
        if self.often(0.25):
            last -= self.between(0, (last - first).days) * ONE_DAY
        codes = [c["code"] for c in tariff["components"]]
        if self.often(0.3):
            codes = self.random.sample(codes, self.between(1, len(codes)))
        connection = {"id": f"8716909300{nth:08}", "address": f"Stationsweg {nth + 1}"} | PLACE
        connection |= {"own_reference": self.one_of([None, f"KP-{nth}"]), "first": str(first), "last": str(last)}
        measured = [c for c in self.commodities if any(code.startswith(c) for code in codes)]
        self.random.shuffle(measured)
        registers = [register for c in measured for register in self.registers(c, first, last)]
        connection |= {"components": codes, "registers": registers}
        if self.often(0.2):
            connection["tax_units"] = self.one_of([1, 2, 12, 400])
        if self.often(0.08):
            connection["final"] = True
        if self.often(0.2):
            given = self.random.sample(measured, self.between(0, len(measured)))
            connection["expected"] = {c: digits(self.between(0, 30000), self.decimals[c]) for c in given}
        return connection

    def registers(self, commodity, first, last):
        """Meters side by side, each perhaps exchanged."""
        for _ in range(self.one_of([1, 1, 1, 2])):
            days = [first - ONE_DAY, last]
            inner = (last - first).days
            exchanged = sorted({first + self.between(0, inner) * ONE_DAY for _ in range(self.one_of([0, 0, 0, 1, 2]))})
            days[1:1] = [day for day in exchanged if day < last]
            if len(days) > 2 and self.often(0.5):
                days = [days[:2], days[1:]]
            else:
                days = [days]
            for span in days:
                yield self.register(commodity, span, inner)

    def register(self, commodity, days, inner):
        decimals, size = self.decimals[commodity], self.between(3, 6)
        more = {days[0] + self.between(1, inner + 1) * ONE_DAY for _ in range(self.one_of([0, 0, 0, 1, 3, 12]))}
        days = sorted({*days, *(day for day in more if day < days[-1])})
        full, readings = 10 ** (size + decimals), []
        shown = self.between(0, full - 1)
        for day in days:
            reading = {"date": str(day), "source": self.one_of(SOURCES), "quality": self.one_of(QUALITIES)}
            if readings:
                passed = (day - datetime.date.fromisoformat(readings[-1]["date"])).days
                most = full * min(passed, 365) // 1100
                used = self.one_of([0, self.between(0, 12), self.between(0, most // 50), self.between(0, most)])
                if shown + used >= full:
                    reading["rollover"] = True
                shown = (shown + used) % full
            text = digits(shown, decimals)
            if decimals and self.often(0.1):
                text = text.rstrip("0").rstrip(".")
            readings.append(reading | {"value": text})
        register = {"meter": f"M{self.between(0, 10**7)}", "commodity": commodity, "decimals": decimals, "digits": size}
        if self.often(0.15):
            register["factor"] = self.one_of([1, 7, 40, 1000])
        return register | {"readings": readings}

    def terms(self):
        least = self.one_of([None, None, 0, 100, 1500])
        most = self.one_of([None, None, 1500, 20000])
        terms = {"policy": self.one_of(["exact", "even"]), "round": self.one_of(["up", "nearest"])}
        terms |= {"step_cents": self.one_of([1, 1, 5, 50, 100, 333]), "min_cents": least, "max_cents": most}
        return terms | {"day": self.between(1, 28), "notice_days": self.between(0, 45)}

    def past_terms(self, tariff, connections):
        items = []
        for connection in self.random.sample(connections, self.between(0, len(connections))):
            for month in range(self.one_of([0, 1, 11, 12])):
                day = self.first + 30 * month * ONE_DAY
                item = {"document": f"2026020000{month:05}", "date": str(day), "connection": connection["id"]}
                item["cents"] = self.one_of([0, 3450, self.between(0, 90000)])
                if self.form == "invoice":
                    item["vat"] = self.one_of(list(tariff["vat"]))
                items.append(item)
        self.random.shuffle(items)
        return items

    def previous(self, tariff, connections):
        parts = []
        ids = [connection["id"] for connection in connections]
        for id in ids[self.one_of([0, 0, 0, 1]) :] + self.one_of([[], [], ["gone"]]):
            for component in tariff["components"]:
                if self.often(0.85):
                    part = {"connection": id, "component": component["code"], "group": component["group"]}
                    decimals = self.decimals.get(component.get("commodity"), 0)
                    part["quantity"] = digits(self.one_of([0, 1, self.between(0, 90000)]), decimals)
                    parts.append(part | {"net_cents": self.between(-2000, 90000)})
            if self.often(0.1):
                gone = {"connection": id, "component": "use.gone", "group": "use", "quantity": "7", "net_cents": 777}
                parts.append(gone)
        totals = {"cost_vat_cents": self.between(-500, 90000), "terms_incl_cents": self.between(0, 90000)}
        return totals | {"parts": parts}


def made(seed):
    """An ordinary case."""
    return Maker(seed).case()


if __name__ == "__main__":
    print(json.dumps(made(int(sys.argv[1]))))
