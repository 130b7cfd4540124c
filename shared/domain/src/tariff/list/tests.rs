use insta::assert_snapshot;

use super::*;

/// The list that is deployed.
pub(crate) const WATER: &str = include_str!("../../../../../infra/config/tariffs/water.toml");

/// The other list that is deployed.
pub(crate) const HEAT: &str = include_str!("../../../../../infra/config/tariffs/heat.toml");

/// What is said about the deployed list of water when every `change.0` is `change.1` instead.
#[track_caller]
fn check(changes: &[(&str, &str)]) -> String {
    let mut text = WATER.to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "{from:?} is not in the file");
        text = text.replacen(from, to, 1);
    }
    match PriceList::parse("tariffs/water.toml", &text) {
        Ok(list) => format!("{} components", list.components.len()),
        Err(broken) => broken.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
    }
}

#[test]
fn the_deployed_lists_are_whole() {
    assert_snapshot!(check(&[]), @"6 components");
    let list = PriceList::parse("tariffs/water.toml", WATER).unwrap();
    assert_eq!(list.commodities(), [Commodity::Water]);
    assert_eq!(list.capacities(), ["10", "16", "2.5", "25", "4", "6.3"]);
    let list = PriceList::parse("tariffs/heat.toml", HEAT).unwrap();
    assert_eq!(list.commodities(), [Commodity::Heat]);
    assert_eq!(list.capacities(), [""; 0], "one price for every connection");
    assert_eq!(list.not_set(2027), []);
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    assert_snapshot!(check(&[
        ("schema = 1", "schema = 2"),
        ("water = \"days\"", "steam = \"days\""),
        ("percent = \"9\"", "percent = \"9,5\""),
        ("unit = \"m3\"", "unit = \"kWh\"\ncolour = \"blue\""),
        ("nl = \"Vastrecht\", ", ""),
        ("rate = \"80.23\"", "rate = 80.23"),
        ("classes = [\"Qn10\"]", "classes = [\"*\", \"Qn10\"]"),
        ("up_to = \"300\"", "up_to = \"300.5\""),
    ]), @r#"
    tariffs/water.toml:8 schema: 2: needs a whole number from 1 to 1
    tariffs/water.toml:11 weights.steam: "days": belongs to no commodity
    tariffs/water.toml:15 vat.low.1.percent: "9,5": needs a percentage in quotes, with two decimals at most; "9" would do
    tariffs/water.toml:23 water.use.unit: "kWh": does not count this commodity
    tariffs/water.toml:24 water.use.colour: is no key here; there are code, name, measure, commodity, unit, group, vat, classes, rates
    tariffs/water.toml:36 water.standing.qn25.name.nl: is missing; the Dutch text would do
    tariffs/water.toml:43 water.standing.qn25.rates.1.rate: 80.23: needs euro in quotes, with six decimals at most; "1.8240" would do
    tariffs/water.toml:69 water.standing.qn10.classes: ["*", "Qn10"]: needs ["*"] for all, or the capacities that are charged
    tariffs/water.toml:100 water.tax.rates.1.steps.1.up_to: "300.5": needs whole units a year in quotes; "300" would do
    "#);
}

#[test]
fn entries_rise_by_day() {
    assert_snapshot!(check(&[("from = 2026-01-01, rate = \"1.8240\"", "from = 2025-01-01, rate = \"1.8240\"")]), @r#"tariffs/water.toml:29 water.use.rates.2: { from = 2025-01-01, rate = "1.8240", source = "Price list 2026" }: 2025-01-01 has an entry already: one of the two must go"#);
    assert_snapshot!(check(&[("from = 2026-01-01, rate = \"1.8240\"", "from = 2028-01-01, rate = \"1.8240\"")]), @r#"tariffs/water.toml:30 water.use.rates.3: { from = 2027-01-01, rate = "1.8760", source = "Price list 2027" }: 2027-01-01 stands after 2028-01-01: the newest entry stands last"#);
    assert_snapshot!(check(&[("from = 2026-01-01, rate", "from = 2026-02-30, rate")]), @"tariffs/water.toml:29 invalid date, expected day between 01 and 28");
}

#[test]
fn a_figure_of_a_law_names_its_source_and_the_day_it_was_looked_up() {
    let tax = ", source = \"Belastingplan 2026, example\", verified_on = 2026-09-01";
    assert_snapshot!(check(&[(tax, "")]), @r"
    tariffs/water.toml:100 water.tax.rates.2.source: is missing; the law or the price list that gives the figure would do
    tariffs/water.toml:100 water.tax.rates.2.verified_on: is missing; the day on which somebody compared the figure with its source would do
    ");
    assert_snapshot!(check(&[(", verified_on = 2026-09-01", "")]), @"tariffs/water.toml:15 vat.low.1.verified_on: is missing; the day on which somebody compared the figure with its source would do");
    assert_snapshot!(check(&[(", source = \"Price list 2025\"", "")]), @"tariffs/water.toml:28 water.use.rates.1.source: is missing; the law or the price list that gives the figure would do");
}

#[test]
fn vat_is_charged_or_says_why_not() {
    let low = "category = \"S\", percent = \"9\"";
    assert_snapshot!(check(&[(low, "category = \"O\", percent = \"0\"")]), @r#"tariffs/water.toml:15 vat.low.1.category: "O": needs one of "S", "Z", "E""#);
    assert_snapshot!(check(&[(low, "category = \"S\", percent = \"0\"")]), @r#"tariffs/water.toml:15 vat.low.1.percent: "0": S is above 0; nothing is Z, or E with its reason"#);
    assert_snapshot!(check(&[(low, "category = \"Z\", percent = \"9\"")]), @r#"tariffs/water.toml:15 vat.low.1.percent: "9": Z and E are "0"; above it is S"#);
    assert_snapshot!(check(&[(low, "category = \"E\", percent = \"0\"")]), @r#"tariffs/water.toml:15 vat.low.1.reason: is missing; E says why: { nl = "…", en = "…" } would do"#);
    assert_snapshot!(check(&[(low, "category = \"E\", percent = \"0\", reason = { nl = \"Heffing\" }")]), @"tariffs/water.toml:15 vat.low.1.reason.en: is missing; the English text would do");
    assert_snapshot!(check(&[(low, "category = \"E\", percent = \"0\", reason = { nl = \"Heffing\", en = \"Levy\" }")]), @"6 components");
}

#[test]
fn an_entry_is_a_rate_or_steps_or_nothing() {
    let rate = "rate = \"1.7600\"";
    assert_snapshot!(check(&[(rate, "none = true")]), @"6 components");
    assert_snapshot!(check(&[(rate, "none = false")]), @"tariffs/water.toml:28 water.use.rates.1.none: false: needs true, or to be left out");
    assert_snapshot!(check(&[(rate, "none = true, rate = \"1\"")]), @"tariffs/water.toml:28 water.use.rates.1.rate: an entry has one of rate, steps and none = true");
    assert_snapshot!(check(&[(rate, "rate = \"1.7600001\"")]), @r#"tariffs/water.toml:28 water.use.rates.1.rate: "1.7600001": needs euro in quotes, with six decimals at most; "1.8240" would do"#);
    assert_snapshot!(check(&[(rate, "rate = \"-0.5\"")]), @"6 components");
    assert_snapshot!(check(&[(rate, "steps = [{ rate = \"1\" }, { rate = \"2\", up_to = \"5\" }]")]), @r#"tariffs/water.toml:28 water.use.rates.1.steps.2: { rate = "2", up_to = "5" }: stands after a step without up_to: only the last is open"#);
    assert_snapshot!(check(&[(rate, "steps = [{ rate = \"1\", up_to = \"9\" }, { rate = \"2\", up_to = \"9\" }]")]), @r#"tariffs/water.toml:28 water.use.rates.1.steps.2: { rate = "2", up_to = "9" }: ends at 9 and begins at 9: steps rise"#);
    assert_snapshot!(check(&[(rate, "steps = []")]), @"tariffs/water.toml:28 water.use.rates.1.steps: []: needs one step at least");
    assert_snapshot!(check(&[("rate = \"80.23\"", "steps = [{ rate = \"80.23\" }]")]), @r#"tariffs/water.toml:42 water.standing.qn25.rates.1.steps: [{ rate = "80.23" }]: a charge by the day has no steps: give it a rate"#);
}

#[test]
fn a_component_has_a_name_of_its_own_and_a_known_code_of_vat() {
    assert_snapshot!(check(&[("code = \"water.tax\"", "code = \"water.use\"")]), @"tariffs/water.toml:98 water.use: is the code of another component too: give it its own");
    assert_snapshot!(check(&[("code = \"water.tax\"", "code = \"term\"")]), @r#"tariffs/water.toml:90 component.6.code: "term": is the name of a term: choose another"#);
    assert_snapshot!(check(&[("vat = \"low\"", "vat = \"high\"")]), @r#"tariffs/water.toml:27 water.use.vat: "high" is no code of [vat]; there are low"#);
}

#[test]
fn a_file_that_is_no_toml_is_told_by_line() {
    assert_snapshot!(check(&[("[weights]", "[weights")]), @"tariffs/water.toml:10 unclosed table, expected `]`");
    assert_snapshot!(check(&[("schema = 1", "schema = 1\nschema = 1")]), @"tariffs/water.toml:9 duplicate key");
}

#[test]
fn a_rate_is_there_from_the_first_day_that_a_settlement_needs() {
    let list = |text: &str| PriceList::parse("tariffs/water.toml", text).unwrap();
    let told = |text: &str, day: &str| -> String {
        list(text)
            .gaps(day.parse().unwrap())
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("\n")
    };
    assert_snapshot!(told(WATER, "2025-01-01"), @"");
    let late = WATER.replacen(
        "from = 2025-01-01, rate = \"80.23\"",
        "from = 2025-01-04, rate = \"80.23\"",
        1,
    );
    assert_snapshot!(told(&late, "2025-01-01"), @"tariffs/water.toml:41 water.standing.qn25: first entry 2025-01-04, needed from 2025-01-01: add the rate of that day, or none = true where nothing was charged");
    let vat = late.replacen("from = 2019-01-01", "from = 2025-02-01", 1);
    assert_snapshot!(told(&vat, "2025-01-01"), @r"
    tariffs/water.toml:14 vat.low: first entry 2025-02-01, needed from 2025-01-01: add the percentage of that day
    tariffs/water.toml:41 water.standing.qn25: first entry 2025-01-04, needed from 2025-01-01: add the rate of that day, or none = true where nothing was charged
    ");
}

#[test]
fn a_year_without_an_entry_of_its_own_is_told() {
    let told = |text: &str, year| -> String {
        let list = PriceList::parse("tariffs/water.toml", text).unwrap();
        list.not_set(year).iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    assert_snapshot!(told(WATER, 2027), @"");
    let no_tax = WATER.replace(
        "  { from = 2027-01-01, rate = \"0.4450\"",
        "  # { from = 2027-01-01, rate = \"0.4450\"",
    );
    assert_snapshot!(told(&no_tax, 2027), @"tariffs/water.toml:98 water.tax: no entry of 2027: add it before terms of that year are made");
    let gone = WATER.replace("rate = \"0.4450\"", "none = true");
    assert!(!told(&gone, 2028).contains("water.tax"), "nothing charged needs no price");
}

#[test]
fn a_capacity_is_one_however_it_is_written() {
    for capacity in ["2.5", "Qn2.5", "Qn 2,5", " qn2.50 "] {
        assert_eq!(class_of(capacity), "2.5");
    }
    assert_eq!(class_of("G4"), "G4");
}
