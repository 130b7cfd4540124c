use insta::assert_snapshot;
use proptest::prelude::*;

use super::*;
use crate::estimate::lines::tests::{kit, meets};
use crate::estimate::parameters::tests::parameters;

fn answered(line: &[u8], today: Option<NaiveDate>) -> String {
    match check_reading(line, 17, &parameters(), today) {
        Answer::Done(answer) | Answer::Error(answer) => answer,
        Answer::Skipped => "(nothing)".into(),
    }
}

/// A line that submits `value` on the last day of 2025 after a year of 96.
#[track_caller]
fn check(value: &str) -> String {
    answered(line("unit\":\"m3", value).as_bytes(), None)
}

fn line(unit: &str, value: &str) -> String {
    let profile = "[0.08487,0.07734,0.08487,0.08214,0.08487,0.08214,0.08487,0.08487,0.08214,0.08487,0.08214,0.08487]";
    format!(
        r#"{{"case_id":"1","utility":"water","{unit}","readings":[{{"date":"2023-12-31","value":500,"source":"customer"}},{{"date":"2024-12-31","value":596,"source":"customer"}}],"peer":{{"median_per_year":100,"sigma_log":0.55}},"monthly_profile":{profile},"cohort_levels":{{}},"register_digits":5,"max_per_day":null,"submitted":{{"date":"2025-12-31","value":{value}}}}}"#
    )
}

#[test]
fn every_worked_example_is_met() {
    for example in kit("vectors.jsonl").unwrap_or_default() {
        if !example["expect"]["verdict"].is_null() {
            meets(&answered(example["case"].to_string().as_bytes(), None), &example["expect"]);
        }
    }
}

#[test]
fn a_typed_value_is_answered_with_a_verdict() {
    assert_snapshot!(check("692"), @r#"{"case_id":"1","verdict":"accept","codes":[],"expected":{"consumption":96.21,"low":63.577,"high":145.592},"suggestion":null}"#);
    assert_snapshot!(check("692.0"), @r#"{"case_id":"1","verdict":"accept","codes":[],"expected":{"consumption":96.21,"low":63.577,"high":145.592},"suggestion":null}"#);
    assert_snapshot!(check("6921"), @r#"{"case_id":"1","verdict":"confirm","codes":["HIGH"],"expected":{"consumption":96.21,"low":63.577,"high":145.592},"suggestion":692}"#);
    assert_snapshot!(check("\"692\""), @r#"{"case_id":"1","verdict":"accept","codes":[],"expected":{"consumption":96.21,"low":63.577,"high":145.592},"suggestion":null}"#);
    assert_snapshot!(check("\"692,5\""), @r#"{"case_id":"1","verdict":"accept","codes":[],"expected":{"consumption":96.21,"low":63.577,"high":145.592},"suggestion":null}"#);
}

#[test]
fn what_is_no_number_is_a_verdict_too() {
    for value in ["\"\"", "\"6 92\"", "\"12a\"", "\"6.9.2\"", "null", "true", "[1]", "{}"] {
        let answer = check(value);
        assert!(
            answer.contains(r#""verdict":"reject","codes":["NOT_A_NUMBER"]"#),
            "{value}: {answer}"
        );
    }
    assert_snapshot!(check("\"-692\""), @r#"{"case_id":"1","verdict":"reject","codes":["TOO_MANY_DIGITS"],"expected":{"consumption":96.21,"low":63.577,"high":145.592},"suggestion":null}"#);
}

#[test]
fn a_mistake_in_the_line_is_an_error() {
    assert_snapshot!(check("1000000000000"), @r#"{"case_id":"1","line":17,"error":"NUMBER_OUT_OF_RANGE","message":"value of submitted has over 12 whole digits, or over 9 decimals: correct it"}"#);
    assert_snapshot!(answered(line("unit\":\"litre", "692").as_bytes(), None), @r#"{"case_id":"1","line":17,"error":"UNKNOWN_UNIT","message":"\"litre\" is none of m3, kWh, MWh, GJ"}"#);
    assert_snapshot!(answered(line("other\":\"m3", "692").as_bytes(), None), @r#"{"case_id":"1","line":17,"error":"BAD_LINE","message":"unit is missing: add it"}"#);
    assert_snapshot!(answered(b"{}", None), @r#"{"case_id":null,"line":17,"error":"BAD_LINE","message":"utility is missing: add it"}"#);
}

#[test]
fn a_day_is_in_the_future_only_where_today_is_known() {
    let on = |today: &str| answered(line("unit\":\"m3", "692").as_bytes(), today.parse().ok());
    assert!(on("2025-12-31").contains("accept"));
    assert!(on("2025-12-30").contains("DATE_IN_FUTURE"));
}

proptest! {
    #[test]
    fn any_typed_bytes_get_a_verdict_or_an_error(typed in prop::collection::vec(any::<u8>(), 0..12)) {
        let mut bytes = line("unit\":\"m3", "@").into_bytes();
        let at = bytes.iter().rposition(|byte| *byte == b'@').unwrap();
        bytes.splice(at..=at, typed);
        let answer = answered(&bytes, None);
        prop_assert!(serde_json::from_str::<serde_json::Value>(&answer).is_ok());
    }
}
