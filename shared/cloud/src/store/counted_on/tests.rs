use serde_json::json;

use domain::estimate::parameters::ParameterSets;
use domain::estimate::profile::Profile;
use domain::estimate::{Inputs, estimate};
use domain::invoice::{Sequence, Series};

use super::*;

/// An item of DynamoDB holds so many bytes at most.
const MOST: usize = 400_000;

/// The records of `count` registers with ten years of readings each, no two alike.
fn records(count: u64) -> Vec<CountedOn> {
    let parameters = include_str!("../../../../../infra/config/estimation.toml");
    let parameters = ParameterSets::parse("estimation.toml", parameters).unwrap();
    let record = |place: u64| {
        let mut chance = place;
        let mut draw = |below: u64| {
            chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695);
            (chance >> 33).rem_euclid(below)
        };
        let mut value = draw(900_000);
        let readings: Vec<_> = (2016..2026)
            .map(|year| {
                value += 50_000 + draw(90_000);
                let on = format!("{year}-{:02}-{:02}", 11 + draw(2), 1 + draw(30));
                let value = format!("{}.{:03}", value.div_euclid(1_000), value.rem_euclid(1_000));
                json!({ "on": on, "value": value, "kind": "ordinary", "source": "customer",
                    "range": "100000" })
            })
            .collect();
        let inputs: Inputs = serde_json::from_value(json!({
            "commodity": "water", "turning": "forward", "decimals": 3, "readings": readings,
            "norm": { "median": "100", "sigma": "0.55" }, "norm_id": "water",
            "profile_id": "water-2026", "levels": [], "occupancy": {},
        }))
        .unwrap();
        let on = "2026-12-31".parse().unwrap();
        let estimate = estimate(inputs, on, &Profile::flat(), parameters.newest()).unwrap();
        serde_json::from_value(json!({
            "connection": format!("A{place}"), "meter": format!("W{place}"), "register": "1",
            "quality": "prorated", "estimate": estimate,
        }))
        .unwrap()
    };
    (0..count).map(record).collect()
}

fn number() -> InvoiceNumber {
    let on = "2027-01-04".parse().unwrap();
    InvoiceNumber::allot(on, Series::ANNUAL, Sequence::new(1).unwrap()).unwrap()
}

/// The items of `records`, the invoice's first.
fn items(records: &[CountedOn]) -> Vec<Item> {
    let mut invoice = Item::new();
    let beside = put_beside(&mut invoice, &number(), records).unwrap();
    std::iter::once(invoice).chain(beside).collect()
}

fn bytes(item: &Item) -> usize {
    match item.get(COUNTED_ON) {
        Some(AttributeValue::B(blob)) => blob.as_ref().len(),
        _ => 0,
    }
}

#[test]
fn what_was_counted_on_is_read_as_it_was_written() {
    for (count, beside) in [(0, 0), (1, 0), (100, 0), (101, 1), (250, 2)] {
        let records = records(count);
        let items = items(&records);
        assert_eq!((items.len() - 1, items_beside(records.len())), (beside, beside), "{count}");
        let read: Vec<_> = items.iter().flat_map(|item| inflated(item).unwrap()).collect();
        assert_eq!(read, records);
    }
}

#[test]
fn a_household_and_five_hundred_connections_fit_their_items() {
    assert!(bytes(&items(&records(1))[0]) < 1_500);
    let items = items(&records(500));
    assert_eq!(items.len(), 5);
    // Beside the first of them lies the case.
    let sizes: Vec<usize> = items.iter().map(bytes).collect();
    assert!(sizes.iter().all(|size| 4 * size < MOST), "{sizes:?}");
}
