use insta::assert_snapshot;

use crate::tariff::list::tests::{HEAT, WATER};
use crate::tariff::lists::PriceLists;

fn lists(files: &[(&str, &str)]) -> PriceLists {
    PriceLists::parse(files.iter().copied(), None).unwrap()
}

/// What is said when, after the year to 31 December 2025 was settled by the deployed lists, every
/// `change.0` of the list of water is `change.1` instead.
#[track_caller]
fn check(changes: &[(&str, &str)]) -> String {
    let mut water = WATER.to_owned();
    for (from, to) in changes {
        assert!(water.contains(from), "{from:?} is not in the file");
        water = water.replacen(from, to, 1);
    }
    let now = lists(&[("tariffs/heat.toml", HEAT), ("tariffs/water.toml", &water)]);
    let released = lists(&[("released/heat.toml", HEAT), ("released/water.toml", WATER)]);
    let changed = now.changed(&released, "2025-12-31".parse().unwrap());
    changed.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn what_begins_later_may_change() {
    assert_snapshot!(check(&[]), @"");
    assert_snapshot!(check(&[("rate = \"1.8240\"", "rate = \"1.9\""), ("rate = \"1.8760\"", "rate = \"2\"")]), @"");
    assert_snapshot!(check(&[("nl = \"Drinkwater\"", "nl = \"Water\""), ("[\"Qn10\"]", "[\"Qn10\", \"Qn15\"]")]), @"");
}

#[test]
fn what_a_year_was_settled_by_may_not() {
    assert_snapshot!(check(&[("rate = \"1.7600\"", "rate = \"1.76\"")]), @"");
    assert_snapshot!(check(&[("rate = \"1.7600\"", "rate = \"1.77\"")]), @"tariffs/water.toml:27 water.use: 2025-01-01: is not as it was released, and the year to 2025-12-31 is settled: put it back, and add an entry of a later day");
    assert_snapshot!(check(&[("up_to = \"300\"", "up_to = \"500\"")]), @"tariffs/water.toml:98 water.tax: 2025-01-01: is not as it was released, and the year to 2025-12-31 is settled: put it back, and add an entry of a later day");
    assert_snapshot!(check(&[("percent = \"9\"", "percent = \"6\"")]), @"tariffs/water.toml:14 vat.low: 2019-01-01: is not as it was released, and the year to 2025-12-31 is settled: put it back, and add an entry of a later day");
}

#[test]
fn an_entry_may_neither_go_nor_come_between() {
    let first = "  { from = 2025-01-01, rate = \"1.7600\", source = \"Price list 2025\" },\n";
    let between = "  { from = 2025-07-01, rate = \"1.8\", source = \"Price list\" },\n";
    assert_snapshot!(check(&[(first, "")]), @"tariffs/water.toml:27 water.use: 2025-01-01: is not as it was released, and the year to 2025-12-31 is settled: put it back, and add an entry of a later day");
    assert_snapshot!(check(&[(first, &format!("{first}{between}"))]), @"tariffs/water.toml:27 water.use: 2025-07-01: is not as it was released, and the year to 2025-12-31 is settled: put it back, and add an entry of a later day");
}

#[test]
fn a_component_may_neither_go_nor_come_nor_be_another() {
    assert_snapshot!(check(&[("code = \"water.use\"", "code = \"water.used\"")]), @r"
    released/water.toml:27 water.use: 2025-01-01: is not as it was released, and the year to 2025-12-31 is settled: put it back, and add an entry of a later day
    tariffs/water.toml:27 water.used: 2025-01-01: is not as it was released, and the year to 2025-12-31 is settled: put it back, and add an entry of a later day
    ");
    assert_snapshot!(check(&[("per = \"year\"", "per = \"day\"")]), @"tariffs/water.toml:41 water.standing.qn25: 2025-01-01: is not as it was released, and the year to 2025-12-31 is settled: put it back, and add an entry of a later day");
    let none = WATER.split_once("[[component]]").unwrap().1.split("[[component]]").next().unwrap();
    let later = none.replace("water.use", "water.levy").replace("rate = \"1.7600\"", "none = true");
    let with = format!("[[component]]{later}\n[[component]]{none}");
    assert_snapshot!(check(&[(&format!("[[component]]{none}"), &with)]), @"");
}

#[test]
fn a_commodity_that_was_not_served_may_begin_whenever_it_does() {
    let water = lists(&[("released/water.toml", WATER)]);
    let both = lists(&[("tariffs/heat.toml", HEAT), ("tariffs/water.toml", WATER)]);
    assert_eq!(both.changed(&water, "2026-12-31".parse().unwrap()), []);
    assert_eq!(water.changed(&both, "2026-12-31".parse().unwrap()).len(), 1 + 2 * 3);
}
