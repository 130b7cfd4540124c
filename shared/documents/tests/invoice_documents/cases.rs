//! Cases of every kind of document, each a few changes to one consumer's year.

use serde_json::{Value, json};

use domain::settlement::case::Case;
use domain::settlement::result::Settlement;
use domain::settlement::settle;

/// A case and what came of it.
pub(crate) struct Made {
    pub(crate) name: String,
    pub(crate) case: Case,
    pub(crate) settlement: Settlement,
}

impl Made {
    #[track_caller]
    pub(crate) fn of(name: &str, case: &Value) -> Self {
        let case =
            Case::parse(case.to_string().as_bytes()).unwrap_or_else(|e| panic!("{name}: {e:?}"));
        let settlement = settle(&case).unwrap_or_else(|e| panic!("{name}: {e:?}"));
        Self { name: name.to_owned(), case, settlement }
    }
}

fn tariff() -> Value {
    json!({ "version": "example-2027",
        "vat": {
            "low": [{ "from": "2019-01-01", "category": "S", "percent": "9" }],
            "high": [{ "from": "2012-10-01", "category": "S", "percent": "21" }],
            "none": [{ "from": "2000-01-01", "category": "E", "percent": "0",
                "reason": { "nl": "Heffing van de gemeente", "en": "Municipal levy" } }] },
        "weights": { "heat": [170, 150, 130, 80, 40, 14, 13, 13, 30, 80, 120, 160] },
        "components": [
            { "code": "water.use", "name": { "nl": "Drinkwater", "en": "Drinking water" }, "measure": "use",
                "commodity": "water", "unit": "m3", "group": "use", "vat": "low",
                "rates": [{ "from": "2025-01-01", "rate": "1.7600" }, { "from": "2026-01-01", "rate": "1.8240" },
                    { "from": "2027-01-01", "rate": "1.8890" }] },
            { "code": "water.standing", "name": { "nl": "Vastrecht", "en": "Standing charge" }, "measure": "days",
                "per": "year", "group": "standing", "vat": "low",
                "rates": [{ "from": "2025-01-01", "rate": "80.23" }, { "from": "2026-01-01", "rate": "84.68" }] },
            { "code": "water.tax", "name": { "nl": "Belasting op leidingwater", "en": "Tap-water tax" },
                "measure": "use", "commodity": "water", "unit": "m3", "group": "tax", "vat": "low",
                "rates": [{ "from": "2025-01-01", "steps": [{ "rate": "0.4200", "up_to": "300" }] },
                    { "from": "2026-01-01", "steps": [{ "rate": "0.4360", "up_to": "50000" }] },
                    { "from": "2027-01-01", "rate": "0.4450" }] },
            { "code": "heat.use", "name": { "nl": "Warmte", "en": "Heat" }, "measure": "use", "commodity": "heat",
                "unit": "GJ", "group": "use", "vat": "high", "rates": [{ "from": "2025-01-01", "rate": "41.205" }] },
            { "code": "heat.standing", "name": { "nl": "Vastrecht warmte", "en": "Standing charge heat" },
                "measure": "days", "per": "year", "group": "standing", "vat": "high",
                "rates": [{ "from": "2025-01-01", "rate": "512.40" }] },
            { "code": "heat.reduction", "name": { "nl": "Korting op warmte", "en": "Reduction on heat" },
                "measure": "days", "per": "year", "group": "tax", "vat": "high",
                "rates": [{ "from": "2025-01-01", "rate": "-62.105" }] },
            { "code": "sewer", "name": { "nl": "Rioolheffing", "en": "Sewer levy" }, "measure": "days",
                "per": "day", "group": "tax", "vat": "none", "rates": [{ "from": "2025-01-01", "rate": "0.1825" }] },
        ] })
}

/// An address that used `used` m³ of water from December to November.
pub(crate) fn address(place: usize, street: &str, used: u32) -> Value {
    let begin = 1204 + 37 * u32::try_from(place).unwrap();
    json!({ "id": format!("8716909300{place:08}"), "address": street, "postcode": "8011 AA", "city": "Zwolle",
        "first": "2025-12-01", "last": "2026-11-30", "components": ["water.use", "water.standing", "water.tax"],
        "registers": [{ "meter": format!("W{:07}", 1_234_567 + place), "commodity": "water", "decimals": 0,
            "digits": 5, "readings": [
                { "date": "2025-11-30", "value": begin.to_string(), "source": "customer", "quality": "actual" },
                { "date": "2026-11-30", "value": (begin + used).to_string(), "source": "customer",
                    "quality": "actual" }] }] })
}

fn term(document: &str, month: usize, connection: &Value, cents: u32) -> Value {
    json!({ "document": document, "date": format!("2026-{month:02}-01"), "connection": connection["id"],
        "cents": cents })
}

/// One consumer with one address, who pays by transfer and owes a little.
pub(crate) fn consumer() -> Value {
    let home = address(17, "Stationsweg 12", 110);
    let asked: Vec<Value> =
        (1..=11).map(|m| term(&format!("2026020000{m:05}"), m, &home, 2950)).collect();
    json!({ "case": "consumer", "rules": 1, "locale": "nl",
        "seller": { "name": "Waterbedrijf Voorbeeld N.V.", "address": "Waterlaan 1", "postcode": "8011 ZZ",
            "city": "Zwolle", "country": "NL", "kvk": "12345678", "vat_id": "NL001234567B01",
            "iban": "NL20INGB0001234567", "creditor_id": "NL79ZZZ999999990000",
            "email": "klantenservice@waterbedrijf.example", "phone": "038 000 00 00",
            "website": "https://waterbedrijf.example" },
        "account": { "customer_number": "100000042", "name": "A. de Vries", "kind": "consumer",
            "address": "Hoofdstraat 9", "postcode": "8011 CC", "city": "Zwolle", "country": "NL",
            "payment_method": "transfer" },
        "invoice": { "kind": "annual", "date": "2027-01-05", "series": 1, "sequence": 42, "payment_days": 14,
            "refund_days": 10 },
        "tariff": tariff(),
        "connections": [home],
        "past_terms": { "form": "request", "items": asked },
        "terms": { "policy": "exact", "round": "nearest", "step_cents": 1, "min_cents": null, "max_cents": null,
            "day": 1, "notice_days": 14 },
        "previous": { "cost_vat_cents": 2684, "terms_incl_cents": 30000, "parts": [
            { "connection": "871690930000000017", "component": "water.use", "group": "use", "quantity": "100",
                "net_cents": 17600 },
            { "connection": "871690930000000017", "component": "water.standing", "group": "standing",
                "quantity": "365", "net_cents": 8023 },
            { "connection": "871690930000000017", "component": "water.tax", "group": "tax", "quantity": "100",
                "net_cents": 4200 }] },
        "term_invoice": null })
}

/// A business with `count` addresses.
pub(crate) fn collective(count: usize) -> Value {
    let streets = [
        "Stationsweg",
        "Kerkstraat",
        "Dorpsstraat",
        "Burgemeester van Roijensingel",
        "Oude Vismarkt",
    ];
    let mut case = consumer();
    let addresses: Vec<Value> = (1..=count)
        .map(|n| {
            let street = format!("{} {}", streets[n % streets.len()], 1 + n * 3 % 140);
            let mut one = address(n, &street, u32::try_from(40 + n * 37 % 400).unwrap());
            if n % 3 != 0 {
                one["own_reference"] = json!(format!("KP-{}", 100 * n));
            }
            if n % 13 == 0 {
                one["registers"][0]["readings"][1]["source"] = json!("estimated");
                one["registers"][0]["readings"][1]["quality"] = json!("estimated");
            }
            one
        })
        .collect();
    let asked: Vec<Value> = (1..=11)
        .flat_map(|m| {
            addresses.iter().map(move |one| term(&format!("2026020000{m:05}"), m, one, 4150))
        })
        .collect();
    case["account"]["name"] = json!("Bakkerij Bruin & Zn B.V.");
    case["account"]["kind"] = json!("business");
    case["account"]["kvk"] = json!("87654321");
    case["account"]["buyer_reference"] = json!("PO-7781");
    case["connections"] = json!(addresses);
    case["past_terms"]["items"] = json!(asked);
    case["previous"] = Value::Null;
    case
}

/// The invoice of one term of a business with `count` addresses: a row for each, no specification.
pub(crate) fn term_invoice(count: usize) -> Value {
    let mut case = collective(count);
    invoiced(&mut case);
    case["term_invoice"] = json!({ "term": 3, "date": "2027-02-15", "series": 2, "sequence": 5 });
    case
}

fn debit(case: &mut Value) {
    case["account"]["payment_method"] = json!("debit");
    case["account"]["iban"] = json!("NL91ABNA0417164300");
    case["account"]["mandate"] = json!("MND-100000042-1");
}

/// Past terms as numbered invoices with VAT.
fn invoiced(case: &mut Value) {
    case["past_terms"]["form"] = json!("invoice");
    for item in case["past_terms"]["items"].as_array_mut().unwrap() {
        item["vat"] = json!("low");
    }
}

fn exchange(connection: &mut Value) {
    connection["registers"] = json!([
        { "meter": "W1111111", "commodity": "water", "decimals": 0, "digits": 5, "readings": [
            { "date": "2025-11-30", "value": "99950", "source": "customer", "quality": "actual" },
            { "date": "2026-06-03", "value": "40", "source": "removed", "quality": "actual", "rollover": true }] },
        { "meter": "W2222222", "commodity": "water", "decimals": 0, "digits": 5, "readings": [
            { "date": "2026-06-03", "value": "0", "source": "installed", "quality": "actual" },
            { "date": "2026-11-30", "value": "77", "source": "colleague", "quality": "prorated" }] }]);
}

pub(crate) fn heated(connection: &mut Value) {
    connection["components"] = json!([
        "water.use",
        "water.standing",
        "water.tax",
        "heat.use",
        "heat.standing",
        "heat.reduction",
        "sewer"
    ]);
    connection["registers"].as_array_mut().unwrap().push(json!(
        { "meter": "H0000001", "commodity": "heat", "decimals": 2, "digits": 4, "readings": [
            { "date": "2025-11-30", "value": "3.15", "source": "remote", "quality": "actual" },
            { "date": "2026-11-30", "value": "24.90", "source": "remote", "quality": "actual" }] }));
}

/// One document of every kind, by name.
pub(crate) fn every_kind() -> Vec<Made> {
    let made = |name: &str, change: &dyn Fn(&mut Value)| {
        let mut case = consumer();
        case["case"] = json!(name);
        change(&mut case);
        Made::of(name, &case)
    };
    vec![
        made("consumer-pays", &|_| ()),
        made("consumer-refund", &|case| {
            for item in case["past_terms"]["items"].as_array_mut().unwrap() {
                item["cents"] = json!(3450);
            }
            case["account"]["iban"] = json!("NL91ABNA0417164300");
        }),
        made("consumer-english", &|case| case["locale"] = json!("en")),
        made("debit", &debit),
        made("estimate", &|case| {
            case["connections"][0]["registers"][0]["readings"][1]["source"] = json!("estimated");
            case["connections"][0]["registers"][0]["readings"][1]["quality"] = json!("estimated");
        }),
        made("zero-use", &|case| {
            case["connections"] = json!([address(17, "Stationsweg 12", 0)]);
            case["previous"] = Value::Null;
        }),
        made("settled", &|case| {
            case["past_terms"]["items"] =
                json!([term("202602000080110", 1, &case["connections"][0], 36_208)]);
        }),
        made("mixed-vat", &|case| {
            heated(&mut case["connections"][0]);
            case["terms"]["policy"] = json!("even");
            case["terms"]["round"] = json!("up");
            case["terms"]["step_cents"] = json!(50);
        }),
        made("long-names", &|case| {
            case["account"]["name"] = json!(
                "Vereniging van Eigenaars “Łódź–Ærøskøbing” <b>&\"O'Neill\" én Çelik-Şahin, Üsküdar & Zoë"
            );
            case["connections"][0]["address"] = json!(
                "Burgemeester-jonkheer van Wassenaer-Obdamdwarsstraat 112 A-III hoog <achter>"
            );
            case["connections"][0]["own_reference"] =
                json!("#set page(fill: red) $x$ \\ *dik* _schuin_ @ref");
        }),
        Made::of("collective-terms", &{
            let mut case = collective(3);
            debit(&mut case);
            invoiced(&mut case);
            exchange(&mut case["connections"][2]);
            case
        }),
        Made::of("collective-41", &collective(41)),
        Made::of("collective-english", &{
            let mut case = collective(7);
            case["locale"] = json!("en");
            heated(&mut case["connections"][4]);
            case
        }),
        Made::of("peppol", &{
            let mut case = collective(2);
            case["account"]["peppol"] = json!({ "scheme": "0106", "id": "87654321" });
            case["account"]["vat_id"] = json!("NL001234567B01");
            case
        }),
        made("credit-note", &|case| {
            case["invoice"] = json!({ "kind": "credit_note", "date": "2027-02-09", "series": 3, "sequence": 7,
                "refers_to": { "number": "202701000004285", "date": "2027-01-05" }, "payment_days": 14,
                "refund_days": 10 });
            case["terms"] = Value::Null;
            case["previous"] = Value::Null;
        }),
        Made::of("term-invoice", &term_invoice(3)),
    ]
}

/// The numbers of a series that is the same everywhere.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    fn throw(&mut self) -> bool {
        self.below(2) == 0
    }
}

/// Document `seed` of a series that mixes everything that may be mixed, of a few addresses.
pub(crate) fn thrown(seed: u64) -> Made {
    let mut dice = Dice(seed);
    let count = usize::try_from(1 + dice.below(6)).unwrap();
    mixed(&format!("thrown-{seed}"), seed, count, dice)
}

/// Document `seed` of that series, but of `count` addresses.
pub(crate) fn crowd(seed: u64, count: usize) -> Made {
    mixed(&format!("crowd-{count}"), seed, count, Dice(seed))
}

fn mixed(name: &str, seed: u64, count: usize, mut dice: Dice) -> Made {
    let mut case = collective(count);
    case["case"] = json!(name);
    case["invoice"]["sequence"] = json!(seed + 1);
    match dice.below(4) {
        0 | 1 => {
            case["account"]["kind"] = json!("consumer");
            case["account"]["kvk"] = Value::Null;
        }
        2 => case["account"]["peppol"] = json!({ "scheme": "0106", "id": "87654321" }),
        _ => {}
    }
    if dice.throw() {
        case["locale"] = json!("en");
    }
    if dice.throw() {
        debit(&mut case);
    }
    for connection in case["connections"].as_array_mut().unwrap() {
        match dice.below(6) {
            0 => exchange(connection),
            1 | 2 => heated(connection),
            3 => connection["registers"][0]["factor"] = json!(1 + dice.below(40)),
            _ => {}
        }
    }
    let cents = dice.below(9000);
    for item in case["past_terms"]["items"].as_array_mut().unwrap() {
        item["cents"] = json!(cents);
    }
    if dice.throw() {
        invoiced(&mut case);
        if dice.below(4) == 0 {
            case["term_invoice"] = json!({ "term": 1 + dice.below(12), "date": "2027-02-15", "series": 2, "sequence": seed + 1 });
        }
    }
    if dice.below(5) == 0 && case["term_invoice"].is_null() {
        case["invoice"]["kind"] = json!("credit_note");
        case["invoice"]["series"] = json!(3);
        case["invoice"]["refers_to"] = json!({ "number": "202701000004285", "date": "2027-01-05" });
    }
    Made::of(name, &case)
}
