//! What somebody gets who measures the engine: one line for each, and a status that says whether all of
//! them were answered.

use insta::assert_snapshot;

use super::run::run_on;

/// A year of 96, and what is typed a year later.
fn case(id: &str, target: &str) -> String {
    let profile = ["0.0833333"; 12].join(",");
    format!(
        r#"{{"case_id":"{id}","utility":"water","unit":"m3","readings":[{{"date":"2023-12-31","value":500,"source":"customer"}},{{"date":"2024-12-31","value":596,"source":"field"}}],"target_date":"{target}","peer":{{"median_per_year":100,"sigma_log":0.55}},"monthly_profile":[{profile}],"cohort_levels":{{}},"register_digits":5,"submitted":{{"date":"{target}","value":695}}}}"#
    )
}

#[test]
fn every_line_is_answered_in_its_place_and_the_status_says_whether_all_were() {
    let (first, second) = (case("1", "2025-12-31"), case("2", "2025-06-30"));
    let ended = run_on(&format!("{first}\n\n{second}"), &["estimate"]);
    assert_eq!((ended.status, ended.err.as_str()), (0, ""));
    assert_snapshot!(ended.out, @r#"
    {"case_id":"1","consumption":96.191,"low":63.564,"high":145.565,"method":"one_year_plus_peers","confidence":"C"}
    {"case_id":"2","consumption":48.06,"low":26.839,"high":86.059,"method":"one_year_plus_peers","confidence":"D"}
    "#);
    let ended = run_on(&format!("{first}\nnothing\n{second}\n"), &["check-reading"]);
    assert_eq!((ended.status, ended.err.as_str()), (3, ""));
    assert_snapshot!(ended.out, @r#"
    {"case_id":"1","verdict":"accept","codes":[],"expected":{"consumption":96.191,"low":63.564,"high":145.565},"suggestion":null}
    {"case_id":null,"line":2,"error":"BAD_LINE","message":"the line is no JSON object: write one object a line"}
    {"case_id":"2","verdict":"accept","codes":[],"expected":{"consumption":48.06,"low":26.839,"high":86.059},"suggestion":null}
    "#);
}

#[test]
fn what_cannot_be_used_is_said_before_a_line_is_read() {
    let ended = run_on("", &["estimate", "--parameter-set", "1999-1"]);
    assert_eq!((ended.status, ended.out.as_str()), (2, ""));
    assert_snapshot!(ended.err, @r#"error: infra/config/estimation.toml has no set "1999-1""#);
    let ended = run_on("", &["check-reading", "--today", "tomorrow"]);
    assert_eq!((ended.status, ended.out.as_str()), (2, ""));
}
