//! What holds for every case.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::result::Settlement;
use super::{base, change, reading, settled, with};
use crate::money::Money;

/// A connection of one water register, with readings on the given days.
fn connection(id: &str, uses: &[(u32, u32)], tax_units: u32) -> Value {
    let mut connection = base()["connections"][0].clone();
    change(&mut connection, "/id", json!(id));
    change(&mut connection, "/tax_units", json!(tax_units));
    change(
        &mut connection,
        "/components",
        json!(["water.use", "sewer", "water.standing", "water.tax"]),
    );
    let opening: chrono::NaiveDate = "2025-11-30".parse().unwrap();
    let (mut day, mut value) = (opening, 500);
    let mut readings = vec![reading("2025-11-30", "500")];
    for (days, used) in uses {
        day = day + chrono::Days::new((*days).into());
        value += used;
        readings.push(reading(&day.to_string(), &value.to_string()));
    }
    change(&mut connection, "/first", json!("2025-12-01"));
    change(&mut connection, "/last", json!(day));
    change(&mut connection, "/registers/0/readings", json!(readings));
    connection
}

fn uses() -> impl Strategy<Value = Vec<(u32, u32)>> {
    prop::collection::vec((1_u32..200, 0_u32..400), 1..4)
}

/// A case of one to four connections by a tariff of any cents and days.
fn cases() -> impl Strategy<Value = Value> {
    let connections = prop::collection::vec((uses(), 1_u32..4), 1..5);
    let tariff = (0_i64..9_999, -5_000_i64..9_999, 0_u64..700, 1_u32..28);
    let terms = prop_oneof![Just("exact"), Just("even")];
    let rounding = prop_oneof![Just("up"), Just("nearest")];
    let plan = (terms, rounding, 1_i64..101, prop::option::of(0_i64..5_000), 0_i64..9_000);
    let past = (prop::bool::ANY, prop::collection::vec((0_usize..4, 0_i64..9_999), 0..6));
    (connections, tariff, plan, past).prop_map(|(connections, tariff, plan, (invoiced, past))| {
        let ids: Vec<String> = (0..connections.len()).map(|n| format!("C{n}")).collect();
        let list: Vec<Value> = ids
            .iter()
            .zip(&connections)
            .map(|(id, (uses, units))| connection(id, uses, *units))
            .collect();
        let euro = |micros: i64| rust_decimal::Decimal::new(micros, 4).to_string();
        let (use_rate, tax_rate, up_to, day) = tariff;
        let (policy, round, step, min, more) = plan;
        let form = if invoiced { "invoice" } else { "request" };
        let items: Vec<Value> = past
            .iter()
            .map(|(n, cents)| {
                let (id, vat) = (&ids[n % ids.len()], if n % 2 == 0 { "low" } else { "high" });
                json!({ "document": "T", "date": "2026-02-01", "connection": id, "cents": cents,
                    "vat": vat })
            })
            .collect();
        with(&[
            ("/connections", json!(list)),
            (
                "/tariff/components/0/rates/1",
                json!({ "from": format!("2026-03-{day:02}"), "rate": euro(use_rate) }),
            ),
            (
                "/tariff/components/2/rates/0/steps",
                json!([
                { "rate": euro(tax_rate), "up_to": (up_to + 1).to_string() }, { "rate": "0.1" } ]),
            ),
            (
                "/terms",
                json!({ "policy": policy, "round": round, "step_cents": step, "min_cents": min,
                "max_cents": min.map(|min| min + more), "day": day, "notice_days": 14 }),
            ),
            ("/past_terms", json!({ "form": form, "items": items })),
        ])
    })
}

fn sum(amounts: impl Iterator<Item = Money>) -> Money {
    amounts.sum()
}

/// Everything on a document adds up.
fn adds_up(settlement: &Settlement) -> Result<(), TestCaseError> {
    let totals = &settlement.totals;
    let lines = || settlement.connections.iter().flat_map(|it| &it.lines);
    prop_assert_eq!(sum(lines().map(|line| line.net)), totals.net);
    prop_assert_eq!(sum(settlement.vat.iter().map(|it| it.base)), totals.net);
    prop_assert_eq!(sum(settlement.vat.iter().map(|it| it.vat)), totals.vat);
    prop_assert_eq!(sum(settlement.connections.iter().map(|it| it.vat)), totals.vat);
    prop_assert_eq!(sum(settlement.connections.iter().map(|it| it.incl)), totals.incl);
    prop_assert_eq!(sum(settlement.connections.iter().map(|it| it.prepaid)), totals.prepaid);
    prop_assert_eq!(sum(settlement.parts.iter().map(|it| it.net)), totals.cost_net);
    prop_assert_eq!(totals.cost_net + totals.cost_vat, totals.cost_incl);
    prop_assert_eq!(totals.net + totals.vat, totals.incl);
    prop_assert_eq!(totals.incl - totals.prepaid, totals.payable);
    prop_assert_eq!(totals.cost_incl - totals.terms_incl, totals.payable);
    for connection in &settlement.connections {
        prop_assert_eq!(connection.net + connection.vat, connection.incl);
        for used in &connection.consumption {
            let lines = connection.lines.iter().filter(|line| line.component == "water.use");
            let quantity: rust_decimal::Decimal = lines.map(|line| line.quantity).sum();
            prop_assert_eq!(quantity, used.quantity, "slices add up to the consumption");
        }
    }
    Ok(())
}

fn terms_hold(case: &Value, settlement: &Settlement) -> Result<(), TestCaseError> {
    let (plan, terms) = (&case["terms"], settlement.terms.as_ref().unwrap());
    let step = plan["step_cents"].as_i64().unwrap();
    for item in &terms.items {
        let asked = sum(item.amounts.iter().copied()).cents();
        prop_assert!(item.amounts.iter().all(|amount| *amount >= Money::ZERO));
        let expected = item.expected.cents();
        if expected <= 0 {
            prop_assert_eq!(asked, 0);
        } else if item.bounded.is_none() {
            let off = asked - expected;
            match (plan["policy"].as_str().unwrap(), plan["round"].as_str().unwrap()) {
                ("exact", _) => prop_assert_eq!(off, 0),
                (_, "up") => prop_assert!(off >= 0 && off < 12 * step),
                _ => prop_assert!(off.abs() <= 6 * step),
            }
        }
        if expected > 0
            && let Some(min) = plan["min_cents"].as_i64()
        {
            let max = plan["max_cents"].as_i64().unwrap();
            let inside = |amount: &Money| (min..=max).contains(&amount.cents());
            prop_assert!(item.amounts.iter().all(inside));
        }
    }
    for (month, incl) in terms.incl.iter().enumerate() {
        let items = sum(terms.items.iter().map(|item| item.amounts[month]));
        prop_assert_eq!(items + terms.vat[month], *incl);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn every_document_adds_up_and_every_term_holds(case in cases()) {
        let settlement = settled(&case).unwrap();
        adds_up(&settlement)?;
        terms_hold(&case, &settlement)?;
    }

    #[test]
    fn a_credit_note_takes_back_all_of_its_invoice(case in cases()) {
        let invoice = settled(&case).unwrap();
        let mut credited = case;
        change(&mut credited, "/invoice/kind", json!("credit_note"));
        let refers_to = json!({ "number": invoice.number, "date": "2027-01-11" });
        change(&mut credited, "/invoice/refers_to", refers_to);
        let note = settled(&credited).unwrap();
        prop_assert_eq!(&note.connections, &invoice.connections);
        prop_assert_eq!((&note.vat, note.totals, &note.parts), (&invoice.vat, invoice.totals, &invoice.parts));
        prop_assert_eq!((note.due_date, note.refund_date, note.why, note.terms), (None, None, None, None));
    }

    #[test]
    fn the_order_of_connections_changes_no_total(case in cases()) {
        let mut turned = case.clone();
        turned["connections"].as_array_mut().unwrap().reverse();
        let (one, other) = (settled(&case).unwrap(), settled(&turned).unwrap());
        prop_assert_eq!((one.vat, one.totals), (other.vat, other.totals));
    }

    #[test]
    fn why_adds_up_to_the_change_of_what_is_payable(last in cases(), this in cases()) {
        let before = settled(&last).unwrap();
        let mut case = this;
        change(&mut case, "/previous", json!({ "parts": before.parts,
            "cost_vat_cents": before.totals.cost_vat, "terms_incl_cents": before.totals.terms_incl }));
        let now = settled(&case).unwrap();
        let why = now.why.unwrap();
        prop_assert_eq!(why.payable, now.totals.payable - before.totals.payable);
        prop_assert_eq!(why.cost, now.totals.cost_incl - before.totals.cost_incl);
        let parts = [why.connections, why.used, why.rate, why.standing, why.tax, why.vat];
        prop_assert_eq!(sum(parts.into_iter()), why.cost);
    }

    #[test]
    fn a_period_split_at_a_reading_uses_the_same(uses in uses(), at in 0_usize..3) {
        let at = at % uses.len();
        let used = |uses: &[(u32, u32)]| {
            let case = with(&[
                ("/connections", json!([connection("A1", uses, 1)])),
                ("/past_terms/items", json!([])),
            ]);
            settled(&case).unwrap().connections[0].consumption[0].quantity
        };
        let whole = used(&uses);
        let (before, after) = uses.split_at(at);
        let parts = [before, after].into_iter().filter(|it| !it.is_empty()).map(used);
        prop_assert_eq!(parts.sum::<rust_decimal::Decimal>(), whole);
    }

    #[test]
    fn what_lies_outside_period_and_term_year_does_not_matter(case in cases(), rate in 1_u32..999) {
        let known = settled(&case).unwrap();
        let mut more = case;
        let later = json!({ "from": "2029-01-01", "rate": rate.to_string() });
        change(&mut more, "/tariff/components/0/rates/-", later);
        let vat = json!({ "from": "2029-01-01", "category": "S", "percent": "33" });
        change(&mut more, "/tariff/vat/low/-", vat);
        change(&mut more, "/tariff/components/4/rates/0/rate", json!(rate.to_string()));
        prop_assert_eq!(settled(&more).unwrap(), known);
    }
}
