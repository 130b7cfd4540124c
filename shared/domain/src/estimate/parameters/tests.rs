use insta::assert_snapshot;

use super::*;

/// The configuration of this checkout.
pub(crate) const TEXT: &str = include_str!("../../../../../infra/config/estimation.toml");

/// The newest set of the configuration.
pub(crate) fn parameters() -> Parameters {
    ParameterSets::parse("estimation.toml", TEXT).unwrap().newest().clone()
}

/// What the loader says of the configuration with `from` written as `to`.
#[track_caller]
fn check(from: &str, to: &str) -> String {
    assert!(TEXT.contains(from), "{from} stands in the file");
    match ParameterSets::parse("infra/config/estimation.toml", &TEXT.replacen(from, to, 1)) {
        Ok(_) => "ok".into(),
        Err(errors) => errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
    }
}

#[test]
fn a_broken_rule_is_named_with_its_file_line_and_key() {
    assert_snapshot!(check("sigma_water = \"0.28\"", "sigma_water = \"0\""), @"infra/config/estimation.toml:39 sigma_water: 0 is not above 0, or above 1000000");
    assert_snapshot!(check("outlier_ratio = \"2.5\"", "outlier_ratio = \"0.9\""), @"infra/config/estimation.toml:31 outlier_ratio: is a ratio above 1");
    assert_snapshot!(check("confidence_b = \"0.30\"", "confidence_b = \"0.10\""), @"infra/config/estimation.toml:65 confidence_b: is at least confidence_a");
    assert_snapshot!(check("check_digits = \"5\"", "check_digits = \"5.5\""), @"infra/config/estimation.toml:86 check_digits: is a whole number from 1 to 9");
    assert_snapshot!(check("id = \"2026-1\"", "id = \"\""), @r#"infra/config/estimation.toml:6 id: "" names another set too, or none: give it its own"#);
    assert_snapshot!(check("2026-01-01", "2026-01-01T09:00:00Z"), @"infra/config/estimation.toml:7 valid_from: 2026-01-01T09:00:00Z is no day: 2026-01-01 would do");
}

#[test]
fn a_key_that_is_missing_unknown_or_no_number_is_named() {
    assert_snapshot!(check("lean = \"0.5\"\n", ""), @"infra/config/estimation.toml:10 missing field `lean`");
    let unknown = check(
        "
lean = ", "
lien = ",
    );
    assert!(
        unknown.starts_with("infra/config/estimation.toml:43 unknown field `lien`"),
        "{unknown}"
    );
    assert_snapshot!(check("\"1.6\"", "\"1,6\""), @r#"infra/config/estimation.toml:37 invalid value: string "1,6", expected a Decimal type representing a fixed-point number"#);
}

#[test]
fn a_campaign_keeps_the_set_of_its_opening() {
    let second = TEXT.replace("2026-1\"", "2027-1\"").replace("2026-01-01", "2027-01-01");
    let sets = ParameterSets::parse("estimation.toml", &format!("{TEXT}\n{second}")).unwrap();
    let id = |day: &str| sets.on(day.parse().unwrap()).id.clone();
    assert_eq!((id("2025-11-26"), id("2026-11-26")), ("2026-1".into(), "2026-1".into()));
    assert_eq!((id("2026-12-31"), id("2027-01-01")), ("2026-1".into(), "2027-1".into()));
    assert_eq!(sets.newest().id, "2027-1");
    assert!(sets.named("2026-1").is_some() && sets.named("2025-1").is_none());
    let turned = ParameterSets::parse("estimation.toml", &format!("{second}\n{TEXT}"));
    assert_snapshot!(turned.unwrap_err()[0], @"estimation.toml:115 valid_from: 2026-01-01 is before the set above: the newest stands last");
    let twice = ParameterSets::parse("estimation.toml", &format!("{TEXT}\n{TEXT}"));
    assert_snapshot!(twice.unwrap_err()[0], @r#"estimation.toml:114 id: "2026-1" names another set too, or none: give it its own"#);
    assert_snapshot!(ParameterSets::parse("estimation.toml", "").unwrap_err()[0], @"estimation.toml:1 parameter_set: there must be one set at least");
}

#[test]
fn a_set_that_was_published_is_never_edited() {
    // Estimates name it: a change is a new set, with its own line here.
    assert_snapshot!(parameters().hash(), @"ac1520835c3c5c79d9e95a297b0a353b85908fa73950891464d71db8f9598eed");
}
