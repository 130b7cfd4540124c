use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;

use insta::assert_snapshot;
use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::estimate::parameters::tests::parameters;

/// The lines of a file of the kit, or nothing without the kit, which is kept beside the checkout.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
pub(crate) fn kit(file: &str) -> Option<Vec<Value>> {
    let root: PathBuf =
        [env!("CARGO_MANIFEST_DIR"), "../../../shared/estimation", file].iter().collect();
    let Ok(file) = File::open(root) else {
        eprintln!("SKIPPED: the kit is not beside the checkout");
        return None;
    };
    let lines = BufReader::new(file).lines();
    Some(lines.map(|line| serde_json::from_str(&line.unwrap()).unwrap()).collect())
}

/// Whether an answer is what a worked example expects; amounts to 0.002.
#[track_caller]
pub(crate) fn meets(answer: &str, expected: &Value) {
    let answer: Value = serde_json::from_str(answer).unwrap();
    for (name, expected) in expected.as_object().unwrap() {
        let given = &answer[name];
        if expected.is_f64() {
            let amount = |number: &Value| number.to_string().parse::<Decimal>().unwrap();
            let apart = (amount(given) - amount(expected)).abs();
            assert!(apart <= Decimal::new(2, 3), "{name} in {answer} is {expected}");
        } else {
            assert_eq!(given, expected, "{name} in {answer}");
        }
    }
}

fn answered(line: &str) -> String {
    match estimate(line.as_bytes(), 17, &parameters(), Telling::Figures) {
        Answer::Done(answer) | Answer::Error(answer) => answer,
        Answer::Skipped => "(nothing)".into(),
    }
}

const PROFILE: &str = "[0.08487,0.07734,0.08487,0.08214,0.08487,0.08214,0.08487,0.08487,0.08214,0.08487,0.08214,0.08487]";

/// A line of one reading and one year, with `from` written as `to`.
#[track_caller]
fn check(from: &str, to: &str) -> String {
    let line = format!(
        r#"{{"case_id":"1","utility":"water","unit":"m3","readings":[{{"date":"2023-12-31","value":500,"source":"customer"}},{{"date":"2024-12-31","value":596,"source":"customer"}}],"target_date":"2025-12-31","peer":{{"median_per_year":100,"sigma_log":0.55,"n":5000}},"monthly_profile":{PROFILE},"cohort_levels":{{}},"register_digits":5}}"#
    );
    assert!(line.contains(from), "{from} stands in the line");
    answered(&line.replacen(from, to, 1))
}

#[test]
fn every_worked_example_is_met() {
    for example in kit("vectors.jsonl").unwrap_or_default() {
        if !example["expect"]["consumption"].is_null() {
            meets(&answered(&example["case"].to_string()), &example["expect"]);
        }
    }
}

#[test]
fn a_line_is_answered_by_a_line() {
    assert_snapshot!(check("", ""), @r#"{"case_id":"1","consumption":96.21,"low":63.577,"high":145.592,"method":"one_year_plus_peers","confidence":"C"}"#);
    assert_snapshot!(check(r#""case_id":"1","#, r#""other":[{}],"#), @r#"{"case_id":null,"consumption":96.21,"low":63.577,"high":145.592,"method":"one_year_plus_peers","confidence":"C"}"#);
    assert_snapshot!(check(r#""case_id":"1""#, r#""case_id":"a\"\u00e9""#), @r#"{"case_id":"a\"\u00e9","consumption":96.21,"low":63.577,"high":145.592,"method":"one_year_plus_peers","confidence":"C"}"#);
    assert_snapshot!(answered(" \r"), @"(nothing)");
    assert_snapshot!(check("596", "5.96e2"), @r#"{"case_id":"1","consumption":96.21,"low":63.577,"high":145.592,"method":"one_year_plus_peers","confidence":"C"}"#);
    assert_snapshot!(check(r#""register_digits":5"#, r#""register_digits":null"#), @r#"{"case_id":"1","consumption":96.21,"low":63.577,"high":145.592,"method":"one_year_plus_peers","confidence":"C"}"#);
}

#[test]
fn a_mistake_is_named_with_how_to_mend_it() {
    assert_snapshot!(check("water", "steam"), @r#"{"case_id":"1","line":17,"error":"UNKNOWN_UTILITY","message":"\"steam\" is none of water, electricity, gas, heat, cooling"}"#);
    assert_snapshot!(check("0.08487,", ""), @r#"{"case_id":"1","line":17,"error":"BAD_PROFILE","message":"monthly_profile has not twelve shares: January is first"}"#);
    assert_snapshot!(check("0.08487", "0"), @r#"{"case_id":"1","line":17,"error":"BAD_PROFILE","message":"monthly_profile: month 1 has no use; every share is above 0"}"#);
    assert_snapshot!(check("0.08487", "0.2"), @r#"{"case_id":"1","line":17,"error":"BAD_PROFILE","message":"monthly_profile: the twelve shares of a year add up to 0.99 to 1.01"}"#);
    assert_snapshot!(check("0.08487", "\"x\""), @r#"{"case_id":"1","line":17,"error":"BAD_PROFILE","message":"monthly_profile is no number: write digits"}"#);
    assert_snapshot!(check("per_year\":100", "per_year\":0"), @r#"{"case_id":"1","line":17,"error":"BAD_NORM","message":"the median of a norm is above 0: correct peer"}"#);
    assert_snapshot!(check("2025-12-31", "2024-12-30"), @r#"{"case_id":"1","line":17,"error":"TARGET_BEFORE_LAST_READING","message":"the day is before the last reading, of 2024-12-31: ask about that day or a later one"}"#);
    assert_snapshot!(check("2025-12-31", "2025-02-30"), @r#"{"case_id":"1","line":17,"error":"BAD_LINE","message":"target_date is no day: write it as \"2025-12-31\""}"#);
    assert_snapshot!(check("596", "1000000000000"), @r#"{"case_id":"1","line":17,"error":"NUMBER_OUT_OF_RANGE","message":"value of a reading has over 12 whole digits, or over 9 decimals: correct it"}"#);
    assert_snapshot!(check("596", "0.1234567891"), @r#"{"case_id":"1","line":17,"error":"NUMBER_OUT_OF_RANGE","message":"value of a reading has over 12 whole digits, or over 9 decimals: correct it"}"#);
    assert_snapshot!(check("596", "1e999999999"), @r#"{"case_id":"1","line":17,"error":"NUMBER_OUT_OF_RANGE","message":"value of a reading has over 12 whole digits, or over 9 decimals: correct it"}"#);
    assert_snapshot!(check("596", "\"596\""), @r#"{"case_id":"1","line":17,"error":"BAD_LINE","message":"value of a reading is no number: write digits"}"#);
    assert_snapshot!(check("2023-12-31", "2024-12-31"), @r#"{"case_id":"1","line":17,"error":"AMBIGUOUS_READING","message":"two readings on 2024-12-31 differ: leave out the wrong one, or mark it superseded"}"#);
    assert_snapshot!(check(r#""source":"customer""#, r#""source":"neighbour""#), @r#"{"case_id":"1","line":17,"error":"BAD_LINE","message":"\"neighbour\" is no source: customer, colleague, staff, remote, installed, removed, agreed or estimated would do"}"#);
    assert_snapshot!(check(r#""unit":"m3","#, r#""utility":"gas","#), @r#"{"case_id":null,"line":17,"error":"DUPLICATE_FIELD","message":"duplicate field `utility` at line 1 column 42: give it once"}"#);
    assert_snapshot!(check("\"value\":500,", "\"value\":500,\"value\":501,"), @r#"{"case_id":"1","line":17,"error":"DUPLICATE_FIELD","message":"duplicate field `value` at line 1 column 41: give it once"}"#);
    assert_snapshot!(check("\"cohort_levels\":{}", "\"cohort_levels\":{\"2024\":1,\"2024\":2}"), @r#"{"case_id":"1","line":17,"error":"DUPLICATE_FIELD","message":"duplicate field `2024` at line 1 column 19: give it once"}"#);
    assert_snapshot!(check("\"cohort_levels\":{}", "\"cohort_levels\":{\"2024\":0}"), @r#"{"case_id":"1","line":17,"error":"NUMBER_OUT_OF_RANGE","message":"the level of 2024 is not above 0: correct it"}"#);
    assert_snapshot!(check("\"register_digits\":5", "\"register_digits\":0"), @r#"{"case_id":"1","line":17,"error":"NUMBER_OUT_OF_RANGE","message":"register_digits is 1 to 12, or null where it is not known"}"#);
    assert_snapshot!(answered("[1]"), @r#"{"case_id":null,"line":17,"error":"BAD_LINE","message":"the line is no JSON object: write one object a line"}"#);
    assert_snapshot!(answered("{\"case_id\":\"1\""), @r#"{"case_id":null,"line":17,"error":"BAD_LINE","message":"EOF while parsing an object at line 1 column 14"}"#);
    assert_snapshot!(answered("{\"case_id\":\"1\"}"), @r#"{"case_id":"1","line":17,"error":"BAD_LINE","message":"utility is missing: add it"}"#);
}

#[test]
fn readings_that_are_all_superseded_are_none() {
    let none = r#""readings":[],"old":["#;
    assert_snapshot!(check(r#""readings":["#, none), @r#"{"case_id":"1","line":17,"error":"NO_READING","message":"there is no reading: give one at least"}"#);
    let superseded = r#""readings":[{"date":"2024-12-31","value":596,"source":"customer","superseded":true}],"old":["#;
    assert_snapshot!(check(r#""readings":["#, superseded), @r#"{"case_id":"1","line":17,"error":"NO_TRUSTED_AND_NO_ESTIMATE","message":"every reading is superseded: give one that counts, or an estimate"}"#);
}

proptest! {
    #[test]
    fn the_order_of_the_members_is_irrelevant(
        mixed in Just((0..8).collect::<Vec<usize>>()).prop_shuffle(),
    ) {
        let members = [
            r#""case_id":"1""#.to_owned(),
            r#""utility":"water""#.to_owned(),
            r#""readings":[{"source":"customer","value":500,"date":"2023-12-31"},{"date":"2024-12-31","value":596,"source":"customer"}]"#.to_owned(),
            r#""target_date":"2025-12-31""#.to_owned(),
            r#""peer":{"sigma_log":0.55,"median_per_year":100}"#.to_owned(),
            format!(r#""monthly_profile":{PROFILE}"#),
            r#""register_digits":5"#.to_owned(),
            r#""something":{"else":[1]}"#.to_owned(),
        ];
        let line = |order: &[usize]| {
            let members: Vec<&str> = order.iter().map(|at| members[*at].as_str()).collect();
            format!("{{{}}}", members.join(","))
        };
        let plain: Vec<usize> = (0..8).collect();
        prop_assert_eq!(answered(&line(&mixed)), answered(&line(&plain)));
    }

    #[test]
    fn any_bytes_get_one_line(bytes in prop::collection::vec(any::<u8>(), 0..200), at in 0_usize..700) {
        let line = check("", "");
        prop_assert!(!line.contains('\n'));
        for line in [bytes.clone(), spliced(&bytes, at)] {
            match estimate(&line, 1, &parameters(), Telling::Steps) {
                Answer::Done(answer) | Answer::Error(answer) => {
                    prop_assert!(!answer.contains('\n'));
                    prop_assert!(serde_json::from_str::<Value>(&answer).is_ok(), "{}", answer);
                }
                Answer::Skipped => prop_assert!(line.trim_ascii().is_empty()),
            }
        }
    }
}

/// A right line with `bytes` in the place of what stood there.
fn spliced(bytes: &[u8], at: usize) -> Vec<u8> {
    let mut line = format!(
        r#"{{"case_id":"1","utility":"water","readings":[{{"date":"2023-12-31","value":500,"source":"customer"}},{{"date":"2024-12-31","value":596,"source":"customer"}}],"target_date":"2025-12-31","peer":{{"median_per_year":100}},"monthly_profile":{PROFILE},"register_digits":5}}"#
    )
    .into_bytes();
    let from = at.min(line.len());
    let until = (from + bytes.len().min(7)).min(line.len());
    line.splice(from..until, bytes.iter().copied());
    line
}
