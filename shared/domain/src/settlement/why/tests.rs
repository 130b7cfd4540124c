use insta::assert_snapshot;
use serde_json::{Value, json};

use super::super::tests::{settled, with};

fn part(connection: &str, component: &str, group: &str, (quantity, cents): (&str, i64)) -> Value {
    json!({ "connection": connection, "component": component, "group": group,
        "quantity": quantity, "net_cents": cents })
}

/// Why the base (use 120 for 187.50, standing 73.00, tax 120 for 48.00) differs from `parts`.
#[track_caller]
fn told(parts: &Value) -> String {
    let previous = json!({ "parts": parts, "cost_vat_cents": 2500, "terms_incl_cents": 18000 });
    let settlement = settled(&with(&[("/previous", previous)])).unwrap();
    let why = settlement.why.unwrap();
    let parts = [why.connections, why.used, why.rate, why.standing, why.tax, why.vat];
    assert_eq!(parts.into_iter().sum::<crate::money::Money>(), why.cost);
    assert_eq!(why.cost + why.terms, why.payable);
    format!(
        "connections {} use {} rate {} standing {} tax {} vat {} terms {}",
        why.connections, why.used, why.rate, why.standing, why.tax, why.vat, why.terms
    )
}

#[test]
fn more_use_and_another_rate_are_told_apart() {
    let year = |used| {
        json!([
            part("A1", "water.use", "use", used),
            part("A1", "water.standing", "standing", ("365", 7000)),
            part("A1", "water.tax", "tax", ("100", 4000)),
        ])
    };
    assert_snapshot!(told(&year(("100", 15000))), @"connections 0.00 use 30.00 rate 7.50 standing 3.00 tax 8.00 vat 2.77 terms -20.00");
    assert_snapshot!(told(&year(("160", 24000))), @"connections 0.00 use -60.00 rate 7.50 standing 3.00 tax 8.00 vat 2.77 terms -20.00");
    assert_snapshot!(told(&year(("0", 0))), @"connections 0.00 use 187.50 rate 0.00 standing 3.00 tax 8.00 vat 2.77 terms -20.00");
}

#[test]
fn what_is_new_or_gone_is_told_apart_from_use() {
    let parts = json!([
        part("A1", "water.use", "use", ("120", 18750)),
        part("A1", "water.standing", "standing", ("365", 7300)),
        part("A1", "old.levy", "tax", ("365", 1000)),
        part("B2", "water.use", "use", ("50", 7500)),
    ]);
    assert_snapshot!(told(&parts), @"connections -75.00 use 0.00 rate 38.00 standing 0.00 tax 0.00 vat 2.77 terms -20.00");
}

#[test]
fn a_tax_that_took_off_from_next_to_nothing_is_told_without_its_use() {
    let parts = json!([
        part("A1", "water.use", "use", ("120", 18750)),
        part("A1", "water.standing", "standing", ("365", 7300)),
        part("A1", "water.tax", "tax", ("1", 2_000_000_000)),
    ]);
    assert_snapshot!(told(&parts), @"connections 0.00 use 0.00 rate 0.00 standing 0.00 tax -19999952.00 vat 2.77 terms -20.00");
}
