use insta::assert_snapshot;

use super::*;

const NORMS: &str = include_str!("../../../../../infra/config/norms.toml");
const BOUNDS: &str = include_str!("../../../../../infra/config/bounds.toml");

/// The profiles and norms of this checkout.
pub(crate) fn standards() -> Standards {
    Standards::parse("norms.toml", NORMS).unwrap()
}

/// What the loaders say of the configuration with `from` written as `to`.
#[track_caller]
fn check(from: &str, to: &str) -> String {
    let errors = if NORMS.contains(from) {
        Standards::parse("infra/config/norms.toml", &NORMS.replacen(from, to, 1)).err()
    } else {
        assert!(BOUNDS.contains(from), "{from} stands in a file");
        Bounds::parse("infra/config/bounds.toml", &BOUNDS.replacen(from, to, 1)).err()
    };
    let errors = errors.unwrap_or_default();
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_broken_rule_is_named_with_its_file_line_and_key() {
    assert_snapshot!(check("\"0.170\"", "\"0.270\""), @"infra/config/norms.toml:16 shares: the twelve shares of a year add up to 0.99 to 1.01");
    assert_snapshot!(check("\"0.170\"", "\"0\""), @"infra/config/norms.toml:16 shares: month 1 has no use; every share is above 0");
    assert_snapshot!(check("median = \"93\"", "median = \"-93\""), @"infra/config/norms.toml:51 median: the median of a norm is above 0");
    assert_snapshot!(check("water-2-persons-2021", "water-1-person-2021"), @r#"infra/config/norms.toml:47 id: "water-1-person-2021" is taken"#);
    assert_snapshot!(check("commodity = \"heat\"", "commodity = \"water\""), @"infra/config/norms.toml:107 commodity: heat has a norm but no profile");
    assert_snapshot!(check("max_per_day = \"408\"", "max_per_day = \"0\""), @"infra/config/bounds.toml:16 max_per_day: 0 is not above 0");
    assert_snapshot!(check("capacity = \"G6\"", "capacity = \"G4\""), @r#"infra/config/bounds.toml:28 capacity: "G4" has a bound already"#);
    assert_snapshot!(check("capacity = \"G6\"", "size = \"G6\""), @"infra/config/bounds.toml:28 unknown field `size`, expected one of `commodity`, `capacity`, `unit`, `max_per_day`, `source`");
    assert_snapshot!(check("persons = 1\n", "people = 1\n"), @"infra/config/norms.toml:40 unknown field `people`, expected one of `id`, `commodity`, `unit`, `persons`, `capacities`, `median`, `sigma`, `year`, `source`");
    assert_snapshot!(check("persons = 1\n", "persons = 1\ncapacities = [\"2.5\"]\n"), @"infra/config/norms.toml:41 capacities: a norm is one of people or one of capacities");
}

/// What the loader says of the configuration with degree-days behind the profile of heat.
#[track_caller]
fn weathered(commodity: &str, normal_year: &str, month: &str) -> Result<Standards, String> {
    let text = format!(
        r#"{NORMS}
[[profile]]
id = "heat-2027"
commodity = "{commodity}"
source = "VDI 2067 part 1, table 22"
shares = ["0.170", "0.150", "0.130", "0.080", "0.040", "0.01333", "0.01333", "0.01333", "0.030", "0.080", "0.120", "0.160"]
degree_days = {{ source = "De Bilt, below 18 °C", normal_year = "{normal_year}", months = {{ "{month}" = "412.5" }} }}
"#
    );
    Standards::parse("norms.toml", &text)
        .map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
}

#[test]
fn heat_may_follow_degree_days() {
    let standards = weathered("heat", "2800", "2026-01").unwrap();
    let newest = standards.newest_profile(Commodity::Heat).unwrap();
    assert!(newest.id == "heat-2027" && newest.profile.follows_weather(Commodity::Heat));
    let told =
        |commodity, normal_year, month| weathered(commodity, normal_year, month).unwrap_err();
    assert_snapshot!(told("gas", "2800", "2026-01"), @"norms.toml:148 degree_days: gas does not follow degree-days: only heat does");
    assert_snapshot!(told("heat", "400", "2026-01"), @"norms.toml:148 degree_days: the degree-days of 2026-01-01 are not from 0 to those of a normal year, by month");
    assert_snapshot!(told("heat", "2800", "2026"), @r#"norms.toml:148 degree_days: "2026" is no month: "2026-01" would do"#);
}

#[test]
fn a_household_has_the_norm_of_its_size() {
    let standards = standards();
    let of = |persons| {
        standards.norm(Commodity::Water, Unit::CubicMetre, None, persons).unwrap().id.clone()
    };
    assert_eq!(of(None), "water-2021");
    assert_eq!(of(Some(0)), "water-2021");
    assert_eq!(of(Some(2)), "water-2-persons-2021");
    assert_eq!(of(Some(9)), "water-5-persons-2021");
    let heat = standards.norm(Commodity::Heat, Unit::Gigajoule, None, Some(2)).unwrap();
    assert_eq!(heat.id, "heat-gj-2026");
    assert_eq!(standards.norm(Commodity::Heat, Unit::CubicMetre, None, None), None);
}

#[test]
fn what_can_deliver_more_than_a_household_is_measured_by_its_own_norm() {
    let standards = standards();
    let of = |capacity, persons| {
        let norm = standards.norm(Commodity::Water, Unit::CubicMetre, Some(capacity), persons);
        norm.unwrap().id.clone()
    };
    assert_eq!(of("10", None), "water-large-2026");
    assert_eq!(of("10", Some(2)), "water-large-2026");
    assert_eq!(of("2.5", Some(2)), "water-2-persons-2021");
    assert_eq!(of("4", None), "water-2021");
    let heat = standards.norm(Commodity::Heat, Unit::Gigajoule, Some("10"), None);
    assert_eq!(heat.unwrap().id, "heat-gj-2026");
}

#[test]
fn every_commodity_has_a_profile_and_a_norm() {
    let standards = standards();
    for commodity in Commodity::ALL {
        let profile = standards.newest_profile(commodity).unwrap();
        assert_eq!(standards.profile(&profile.id), Some(profile));
        let mut norms =
            Unit::ALL.into_iter().filter_map(|unit| standards.norm(commodity, unit, None, None));
        assert!(norms.next().is_some(), "{}", commodity.as_str());
    }
}

#[test]
fn a_connection_has_the_ceiling_of_its_size() {
    let bounds = Bounds::parse("bounds.toml", BOUNDS).unwrap();
    let of = |capacity, unit| bounds.max_per_day(Commodity::Heat, capacity, unit);
    assert_eq!(of("30kW", Unit::KilowattHour), Some(720.into()));
    assert_eq!(of("60kW", Unit::KilowattHour), None);
    assert_eq!(bounds.max_per_day(Commodity::Water, "2.5", Unit::CubicMetre), Some(60.into()));
}
