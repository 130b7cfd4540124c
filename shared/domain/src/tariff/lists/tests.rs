use insta::assert_snapshot;

use super::*;
use crate::tariff::list::tests::WATER;

/// A second list, of heat.
const HEAT: &str = r#"
schema = 1
[weights]
heat = [170, 150, 130, 80, 40, 14, 13, 13, 30, 80, 120, 160]
[vat]
low = [{ from = 2019-01-01, category = "S", percent = "9", source = "Wet OB", verified_on = 2026-09-01 }]
high = [{ from = 2012-10-01, category = "S", percent = "21", source = "Wet OB", verified_on = 2026-09-01 }]
[[component]]
code = "heat.use"
name = { nl = "Warmte", en = "Heat" }
measure = "use"
commodity = "heat"
unit = "GJ"
group = "use"
vat = "high"
classes = ["*"]
rates = [{ from = 2025-01-01, rate = "40", source = "Price list" }]
"#;

fn lists() -> PriceLists {
    PriceLists::parse([("tariffs/heat.toml", HEAT), ("tariffs/water.toml", WATER)], None).unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[track_caller]
fn check(commodity: Commodity, capacity: Option<&str>) -> String {
    match lists().of_connection(commodity, capacity) {
        Ok(components) => {
            let codes: Vec<&str> = components.iter().map(|it| it.code.as_str()).collect();
            codes.join(" ")
        }
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_connection_is_charged_what_its_capacity_is() {
    assert_snapshot!(check(Commodity::Water, Some("2.5")), @"water.use water.standing.qn25 water.tax");
    assert_snapshot!(check(Commodity::Water, Some("6.3")), @"water.use water.standing.qn4 water.tax");
    assert_snapshot!(check(Commodity::Water, Some("Qn 16")), @"water.use water.standing.qn16 water.tax");
    assert_snapshot!(check(Commodity::Heat, None), @"heat.use");
}

#[test]
fn a_capacity_without_a_price_is_never_charged_nothing() {
    assert_snapshot!(check(Commodity::Water, Some("40")), @r#"no price of water for capacity "40"; there are 10, 16, 2.5, 25, 4, 6.3"#);
    assert_snapshot!(check(Commodity::Water, None), @r#"no price of water for capacity ""; there are 10, 16, 2.5, 25, 4, 6.3"#);
    assert_snapshot!(check(Commodity::Gas, Some("G4")), @"no list of prices has gas");
}

#[test]
fn the_year_that_a_reference_date_ends_needs_its_prices() {
    let campaign = include_str!("../../../../../infra/config/campaigns/2026.toml");
    let campaign = Config::parse("campaigns/2026.toml", campaign).unwrap();
    let earlier = Config { reference_date: day("2025-11-30"), ..campaign.clone() };
    assert_eq!(needed_from(&[]), None);
    assert_eq!(needed_from(std::slice::from_ref(&campaign)), Some(day("2026-01-01")));
    assert_eq!(needed_from(&[campaign, earlier]), Some(day("2024-12-01")));
    let late = PriceLists::parse([("tariffs/water.toml", WATER)], Some(day("2024-12-01")));
    assert_eq!(late.unwrap_err().len(), 6, "every component of the list begins in 2025");
}

#[test]
fn two_lists_do_not_charge_the_same() {
    let told = |other: &str| -> String {
        let files = [("tariffs/water.toml", WATER), ("tariffs/z.toml", other)];
        let broken = PriceLists::parse(files, None).unwrap_err();
        broken.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    assert_snapshot!(told(&HEAT.replacen("percent = \"9\"", "percent = \"6\"", 1)), @"tariffs/z.toml:6 vat.low: has other entries, and is of tariffs/water.toml too");
    assert_snapshot!(told(WATER), @r"
    tariffs/z.toml:27 water.use: is a component of tariffs/water.toml too
    tariffs/z.toml:41 water.standing.qn25: is a component of tariffs/water.toml too
    tariffs/z.toml:55 water.standing.qn4: is a component of tariffs/water.toml too
    tariffs/z.toml:69 water.standing.qn10: is a component of tariffs/water.toml too
    tariffs/z.toml:83 water.standing.qn16: is a component of tariffs/water.toml too
    tariffs/z.toml:98 water.tax: is a component of tariffs/water.toml too
    tariffs/z.toml:1 water: one list charges a commodity, and this one is of tariffs/water.toml too
    ");
}

#[test]
fn a_case_holds_what_can_matter_to_it_and_its_version_tells_it_from_others() {
    let lists = lists();
    let charged = Charged { components: BTreeSet::from(["water.use"]), vat: BTreeSet::new() };
    let of = |lists: &PriceLists, first, last| {
        lists.tariff(&charged, (day(first), day(last))).versioned().unwrap()
    };
    let year = of(&lists, "2026-01-01", "2027-01-31");
    assert_eq!(year.vat.keys().collect::<Vec<_>>(), ["low"]);
    let codes: Vec<&str> = year.components.iter().map(|it| it.code.as_str()).collect();
    assert_eq!(codes, ["water.use"]);
    let days: Vec<String> = year.components[0].rates.iter().map(|it| it.from.to_string()).collect();
    assert_eq!(days, ["2026-01-01", "2027-01-01"]);
    assert_snapshot!(year.version, @"45e706f8c3646bb7a00413f451b452592f766c71cedb78e142cf115802453479");

    let later = WATER.replace("rate = \"1.8760\"", "rate = \"1.9\"");
    let changed = PriceLists::parse([("w", later.as_str())], None).unwrap();
    assert_ne!(of(&changed, "2026-01-01", "2027-01-31").version, year.version);
    assert_eq!(
        of(&changed, "2026-01-01", "2026-12-31").version,
        of(&lists, "2026-01-01", "2026-12-31").version,
        "an entry that cannot matter changes nothing"
    );
}

#[test]
fn a_percentage_leads_to_its_code() {
    let lists = lists();
    let code = |commodity, percent: i64, on| {
        lists.vat_code(commodity, Wanted { percent: percent.into(), on: day(on) })
    };
    assert_eq!(code(Commodity::Water, 9, "2026-05-01"), Some("low"));
    assert_eq!(code(Commodity::Heat, 21, "2026-05-01"), Some("high"));
    assert_eq!(code(Commodity::Water, 21, "2026-05-01"), None);
    assert_eq!(code(Commodity::Water, 9, "2018-05-01"), None);
}

#[test]
fn the_import_knows_the_capacities_that_have_a_price() {
    let capacities = lists().capacities();
    assert!(capacities.contains(&(Commodity::Water, "2.5".to_owned())));
    assert!(capacities.iter().all(|(commodity, _)| *commodity == Commodity::Water));
}
