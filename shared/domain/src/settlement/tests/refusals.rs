//! Every refusal, with its place.

use serde_json::{Value, json};

use super::super::case::Case;
use super::super::settle;
use super::{base, change, reading, settled, with};

/// All that is wrong in the changed base, a finding a line.
#[track_caller]
fn refused(changes: &[(&str, Value)]) -> String {
    told(&with(changes))
}

#[track_caller]
fn told(case: &Value) -> String {
    told_of(case.to_string().as_bytes())
}

#[track_caller]
fn told_of(json: &[u8]) -> String {
    let refusals = Case::parse(json).and_then(|case| settle(&case)).unwrap_err();
    assert!(!refusals.errors.is_empty());
    let findings = refusals.errors.iter().map(|finding| {
        format!("{} {}", serde_json::to_value(finding.code).unwrap().as_str().unwrap(), finding.at)
    });
    findings.collect::<Vec<_>>().join("\n")
}

const READINGS: &str = "/connections/0/registers/0/readings";

#[test]
fn every_refusal_has_its_code_and_its_place() {
    let entry = |from: &str| json!({ "from": from, "rate": "1" });
    let term = |connection: &str| json!({ "document": "T", "date": "2026-06-01", "connection": connection, "cents": 1 });
    let step = |up_to: Value| json!({ "rate": "1", "up_to": up_to });
    let steps = |steps: Value| json!([{ "from": "2025-01-01", "steps": steps }]);
    let a1 = base()["connections"][0].clone();
    let register = a1["registers"][0].clone();
    let mut finer = register.clone();
    change(&mut finer, "/decimals", json!(1));
    change(&mut finer, "/meter", json!("W2"));
    let term_invoice = json!({ "term": 3, "date": "2027-03-15", "series": 2, "sequence": 5 });
    let cases: Vec<(Vec<(&str, Value)>, &str)> = vec![
        // shape
        (vec![("/customer", json!(1))], "bad_shape customer"),
        (vec![("/seller/name", json!(null))], "bad_shape seller.name"),
        (vec![("/invoice/sequence", json!("7"))], "bad_shape invoice.sequence"),
        (vec![("/invoice/payment_days", json!(1.5))], "bad_shape invoice.payment_days"),
        (vec![("/connections/0/final", json!("yes"))], "bad_shape connections.A1.final"),
        (vec![("/locale", json!("de"))], "bad_shape locale"),
        (vec![("/account/kind", json!("person"))], "bad_shape account.kind"),
        (
            vec![("/connections/0/own_reference", json!("x".repeat(51)))],
            "bad_shape connections.A1.own_reference",
        ),
        (
            vec![("/tariff/components/0/unit", json!("MWh"))],
            "bad_shape tariff.components.water.use.unit",
        ),
        (
            vec![("/tariff/components/0/rates/0/steps", json!([{ "rate": "1" }]))],
            "bad_shape tariff.components.water.use.rates.0.rate",
        ),
        // values
        (vec![("/invoice/date", json!("2027-02-30"))], "date invoice.date"),
        (vec![("/invoice/date", json!("2027-2-03"))], "date invoice.date"),
        (
            vec![("/tariff/components/0/rates/0/rate", json!("1e3"))],
            "number tariff.components.water.use.rates.0.rate",
        ),
        (
            vec![("/tariff/components/0/rates/0/rate", json!("01"))],
            "number tariff.components.water.use.rates.0.rate",
        ),
        (
            vec![("/tariff/components/0/rates/0/rate", json!("1,5"))],
            "number tariff.components.water.use.rates.0.rate",
        ),
        (
            vec![("/tariff/components/0/rates/0/rate", json!("+1"))],
            "number tariff.components.water.use.rates.0.rate",
        ),
        (
            vec![("/tariff/components/0/rates/0/rate", json!("1.0000001"))],
            "number tariff.components.water.use.rates.0.rate",
        ),
        (vec![("/tariff/vat/low/0/percent", json!("9.125"))], "number tariff.vat.low.0.percent"),
        (vec![("/connections/0/tax_units", json!(0))], "number connections.A1.tax_units"),
        (
            vec![("/connections/0/registers/0/decimals", json!(4))],
            "number connections.A1.W1.decimals",
        ),
        (
            vec![("/connections/0/expected", json!({ "water": "1.5" }))],
            "number connections.A1.expected.water",
        ),
        (vec![("/past_terms/items/0/cents", json!(-1))], "number past_terms.items.0.cents"),
        // kinds
        (vec![("/rules", json!(2))], "rules_unknown rules"),
        (vec![("/invoice/kind", json!("final"))], "kind invoice.kind"),
        (vec![("/past_terms/form", json!("loan"))], "kind past_terms.form"),
        // connections and components
        (
            vec![("/connections", json!([])), ("/past_terms/items", json!([]))],
            "no_connections connections",
        ),
        (vec![("/connections/-", a1.clone())], "connection_duplicate connections.A1"),
        (
            vec![
                ("/tariff/components/1/code", json!("water.use")),
                ("/connections/0/components", json!(["water.use"])),
            ],
            "component_duplicate tariff.components.water.use",
        ),
        (
            vec![("/tariff/components/3/code", json!("term"))],
            "component_duplicate tariff.components.term",
        ),
        (
            vec![("/connections/0/components/2", json!("water.use"))],
            "component_duplicate connections.A1.water.use",
        ),
        (
            vec![("/connections/0/components/2", json!("gas.use"))],
            "component_unknown connections.A1.gas.use",
        ),
        (
            vec![("/connections/0/components/2", json!("heat.use"))],
            "commodity_missing connections.A1.heat.use",
        ),
        (
            vec![("/connections/0/expected", json!({ "gas": "1" }))],
            "commodity_missing connections.A1.expected.gas",
        ),
        // periods and readings
        (vec![("/connections/0/first", json!("2027-01-01"))], "period_empty connections.A1"),
        (
            vec![("/connections/0/first", json!("2026-01-02"))],
            "period_not_covered connections.A1.water",
        ),
        (
            vec![("/connections/0/last", json!("2027-01-01"))],
            "period_not_covered connections.A1.water",
        ),
        (
            vec![(
                concat!("/connections/0/registers/0/readings", "/-"),
                reading("2027-01-31", "230"),
            )],
            "period_not_covered connections.A1.water",
        ),
        (vec![(READINGS, json!([reading("2025-12-31", "1")]))], "readings_order connections.A1.W1"),
        (
            vec![(concat!("/connections/0/registers/0/readings", "/1/date"), json!("2025-12-31"))],
            "readings_order connections.A1.W1",
        ),
        (
            vec![(concat!("/connections/0/registers/0/readings", "/1/value"), json!("100000"))],
            "reading_digits connections.A1.W1",
        ),
        (
            vec![(concat!("/connections/0/registers/0/readings", "/1/value"), json!("220.5"))],
            "reading_decimals connections.A1.W1",
        ),
        (
            vec![(concat!("/connections/0/registers/0/readings", "/1/source"), json!("neighbour"))],
            "origin connections.A1.W1",
        ),
        (
            vec![(concat!("/connections/0/registers/0/readings", "/1/quality"), json!("good"))],
            "origin connections.A1.W1",
        ),
        (
            vec![(concat!("/connections/0/registers/0/readings", "/1/value"), json!("99"))],
            "consumption_negative connections.A1.W1",
        ),
        (vec![("/connections/0/registers/-", finer)], "decimals_mixed connections.A1.water"),
        // tariff
        (
            vec![("/tariff/components/0/rates", json!([entry("2026-01-02")]))],
            "no_rate connections.A1.water.use",
        ),
        (vec![("/tariff/components/0/rates", json!([]))], "no_rate connections.A1.water.use"),
        (
            vec![("/tariff/components/0/vat", json!("middle"))],
            "no_vat tariff.components.water.use.vat",
        ),
        (
            vec![
                ("/tariff/vat/high/0/from", json!("2026-06-01")),
                ("/tariff/components/0/vat", json!("high")),
            ],
            "no_vat connections.A1.water.use",
        ),
        (
            vec![("/tariff/components/0/rates", json!([entry("2025-01-01"), entry("2025-01-01")]))],
            "entries_order tariff.components.water.use.rates",
        ),
        (
            vec![("/tariff/vat/low/-", base()["tariff"]["vat"]["low"][0].clone())],
            "entries_order tariff.vat.low",
        ),
        (
            vec![("/tariff/components/2/rates", steps(json!([])))],
            "steps tariff.components.water.tax.rates.0.steps",
        ),
        (
            vec![(
                "/tariff/components/2/rates",
                steps(json!([step(json!("9")), step(json!("9"))])),
            )],
            "steps tariff.components.water.tax.rates.0.steps",
        ),
        (
            vec![(
                "/tariff/components/2/rates",
                steps(json!([step(json!(null)), step(json!("9"))])),
            )],
            "steps tariff.components.water.tax.rates.0.steps",
        ),
        (
            vec![("/tariff/components/1/rates", steps(json!([step(json!("9"))])))],
            "steps tariff.components.water.standing.rates.0.steps",
        ),
        (vec![("/tariff/weights/heat/11", json!(0))], "weights tariff.weights.heat"),
        (vec![("/tariff/weights/heat/-", json!(1))], "weights tariff.weights.heat"),
        (vec![("/tariff/weights/heat", json!("months"))], "weights tariff.weights.heat"),
        (
            vec![("/tariff/vat/low/0/category", json!("O"))],
            "vat_category tariff.vat.low.0.category",
        ),
        (vec![("/tariff/vat/low/0/percent", json!("0"))], "vat_category tariff.vat.low.0.category"),
        (
            vec![("/tariff/vat/levy/0/percent", json!("9"))],
            "vat_category tariff.vat.levy.0.category",
        ),
        (
            vec![("/tariff/vat/levy/0/reason", json!(null))],
            "vat_exempt_reason_missing tariff.vat.levy.0.reason",
        ),
        // terms
        (vec![("/past_terms/items/-", term("B2"))], "term_unknown_connection past_terms.items.1"),
        (vec![("/past_terms/form", json!("invoice"))], "term_vat_missing past_terms.items.0"),
        (
            vec![
                ("/past_terms/form", json!("invoice")),
                ("/past_terms/items/0/vat", json!("none")),
            ],
            "term_vat_missing past_terms.items.0",
        ),
        (
            vec![
                ("/past_terms/form", json!("invoice")),
                ("/past_terms/items/0/vat", json!("low")),
                ("/past_terms/items/0/date", json!("2018-12-31")),
            ],
            "term_vat_missing past_terms.items.0",
        ),
        (vec![("/terms/policy", json!("fair"))], "terms terms.policy"),
        (vec![("/terms/round", json!("down"))], "terms terms.round"),
        (vec![("/terms/step_cents", json!(0))], "terms terms.step_cents"),
        (vec![("/terms/day", json!(29))], "terms terms.day"),
        (vec![("/terms/min_cents", json!(-1))], "terms terms.min_cents"),
        (
            vec![("/terms/min_cents", json!(500)), ("/terms/max_cents", json!(499))],
            "terms terms.max_cents",
        ),
        // who pays, and how
        (vec![("/account/kind", json!("business"))], "business_without_kvk account.kvk"),
        (
            vec![("/account/kind", json!("business")), ("/account/kvk", json!("1234567"))],
            "business_without_kvk account.kvk",
        ),
        (vec![("/seller/iban", json!("NL92ABNA0417164300"))], "iban_invalid seller.iban"),
        (vec![("/account/iban", json!("NL91ABNA041716430"))], "iban_invalid account.iban"),
        (
            vec![("/account/payment_method", json!("debit")), ("/account/mandate", json!("M1"))],
            "iban_invalid account.iban",
        ),
        (
            vec![
                ("/account/payment_method", json!("debit")),
                ("/account/iban", json!("NL91ABNA0417164300")),
            ],
            "mandate_missing account.mandate",
        ),
        (
            vec![
                ("/account/payment_method", json!("debit")),
                ("/account/mandate", json!("M1")),
                ("/account/iban", json!("NL91ABNA0417164300")),
                ("/seller/creditor_id", json!(null)),
            ],
            "mandate_missing seller.creditor_id",
        ),
        (
            vec![("/invoice/kind", json!("credit_note"))],
            "credit_reference_missing invoice.refers_to",
        ),
        // numbers and amounts
        (vec![("/invoice/series", json!(100))], "number_range invoice.series"),
        (vec![("/invoice/sequence", json!(0))], "number_range invoice.sequence"),
        (vec![("/invoice/sequence", json!(10_000_000))], "number_range invoice.sequence"),
        (
            vec![(
                "/tariff/components/0/rates",
                json!([{ "from": "2025-01-01", "rate": "10000000" }]),
            )],
            "amount_overflow connections.A1.water.use",
        ),
        (
            vec![("/past_terms/items/0/cents", json!(100_000_000_001_i64))],
            "amount_overflow past_terms.items.0",
        ),
        // term invoice
        (
            vec![("/term_invoice", term_invoice.clone())],
            "term_invoice_needs_invoice_form term_invoice",
        ),
        (
            vec![
                ("/term_invoice", term_invoice.clone()),
                ("/past_terms/form", json!("invoice")),
                ("/past_terms/items", json!([])),
                ("/terms", json!(null)),
            ],
            "term_invoice_needs_invoice_form term_invoice",
        ),
        (
            vec![
                ("/term_invoice", term_invoice),
                ("/past_terms/form", json!("invoice")),
                ("/past_terms/items", json!([])),
                ("/connections/0/final", json!(true)),
            ],
            "nothing_to_invoice term_invoice",
        ),
    ];
    for (changes, expected) in cases {
        assert_eq!(refused(&changes), expected, "{changes:?}");
    }
}

#[test]
fn what_is_no_json_is_refused_as_a_whole() {
    assert_eq!(told_of(b"{"), "bad_json ");
    assert_eq!(told_of(b""), "bad_json ");
    assert_eq!(told_of(b"{} {}"), "bad_json ");
    assert_eq!(told_of(b"\xff"), "bad_json ");
    assert_eq!(told_of(b"[]"), "bad_shape ");
}

#[test]
fn a_member_that_stands_there_twice_is_refused() {
    let text = base().to_string().replacen(r#""rules":1"#, r#""rules":1,"rules":1"#, 1);
    assert_eq!(told_of(text.as_bytes()), "bad_shape rules");
}

#[test]
fn all_findings_are_told_at_once_sorted_by_place() {
    let found = refused(&[
        ("/rules", json!(9)),
        ("/invoice/kind", json!("credit_note")),
        ("/account/kind", json!("business")),
        (&format!("{READINGS}/1/value"), json!("99")),
        ("/terms/day", json!(31)),
        ("/extra", json!({})),
    ]);
    insta::assert_snapshot!(found, @r"
    business_without_kvk account.kvk
    consumption_negative connections.A1.W1
    bad_shape extra
    credit_reference_missing invoice.refers_to
    rules_unknown rules
    terms terms.day
    ");
}

#[test]
fn a_gap_between_two_meters_is_not_covered() {
    let mut case = base();
    let mut second = case["connections"][0]["registers"][0].clone();
    change(&mut second, "/meter", json!("W2"));
    change(&mut second, "/readings/0", reading("2026-06-03", "0"));
    change(&mut case, &format!("{READINGS}/1"), reading("2026-06-02", "150"));
    change(&mut case, "/connections/0/registers/-", second);
    assert_eq!(told(&case), "period_not_covered connections.A1.water");
    change(&mut case, &format!("{READINGS}/1/date"), json!("2026-06-03"));
    assert!(settled(&case).is_ok());
}
