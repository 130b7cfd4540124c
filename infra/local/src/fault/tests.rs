use insta::assert_snapshot;

use super::*;

#[track_caller]
fn check(json: &str) -> String {
    match json.parse::<Rule>() {
        Ok(rule) => format!(
            "{} {} from {} times {}: {}",
            rule.service, rule.op, rule.nth, rule.times, rule.effect
        ),
        Err(wrong) => wrong.to_string(),
    }
}

#[test]
fn a_rule_hits_once_and_the_first_call_unless_it_says_otherwise() {
    assert_snapshot!(check(r#"{"service":"ses","op":"SendEmail","effect":"drop-after"}"#), @"ses SendEmail from 1 times 1: drop-after");
    assert_snapshot!(check(r#"{"service":"ses","op":"SendEmail","match":{"to":"*@bounce.example"},"nth":3,"times":0,"effect":"bounce"}"#), @"ses SendEmail from 3 times 0: bounce");
    assert_snapshot!(check(r#"{"service":"dynamodb","op":"Query","effect":"delay-ms:11000"}"#), @"dynamodb Query from 1 times 1: delay-ms:11000");
}

#[test]
fn what_is_not_known_is_refused_with_what_is() {
    assert_snapshot!(check(r#"{"service":"sns","op":"Publish","effect":"throttle"}"#), @"unknown service `sns`, one of: dynamodb, s3, ses, sqs, secretsmanager");
    assert_snapshot!(check(r#"{"service":"secretsmanager","op":"DeleteSecret","effect":"throttle"}"#), @"unknown op `DeleteSecret` of secretsmanager, one of: GetSecretValue, PutSecretValue, DescribeSecret");
    assert_snapshot!(check(r#"{"service":"s3","op":"PutObject","effect":"explode"}"#), @"unknown effect `explode`, one of: drop-before, drop-after, error-500-before, error-502-before, error-503-before, error-500-after, error-502-after, error-503-after, throttle, throttle-daily, delay-ms:N, reject, bounce, bounce-transient, complain, event-lost:eventbridge, event-lost:sns, event-late:N, event-twice, duplicate, reorder, late:N, lost, cut, conflict");
    assert_snapshot!(check(r#"{"service":"s3","op":"PutObject","effect":"delay-ms:soon"}"#), @"unknown effect `delay-ms:soon`, one of: drop-before, drop-after, error-500-before, error-502-before, error-503-before, error-500-after, error-502-after, error-503-after, throttle, throttle-daily, delay-ms:N, reject, bounce, bounce-transient, complain, event-lost:eventbridge, event-lost:sns, event-late:N, event-twice, duplicate, reorder, late:N, lost, cut, conflict");
    assert_snapshot!(check(r#"{"service":"sqs","op":"SendMessage","match":{"to":"*"},"effect":"throttle"}"#), @"unknown match `to` of sqs, one of: queue, body");
    assert_snapshot!(check(r#"{"service":"sqs","op":"SendMessage","effect":"bounce"}"#), @"effect bounce cannot happen to SendMessage of sqs, one of: drop-before, drop-after, error-500-before, error-502-before, error-503-before, error-500-after, error-502-after, error-503-after, throttle, delay-ms:N, duplicate, reorder, late:N, lost, cut");
    assert_snapshot!(check(r#"{"service":"sqs","op":"SendMessage","nth":0,"effect":"throttle"}"#), @"nth counts from 1");
    assert_snapshot!(check(r#"{"service":"sqs","op":"SendMessage","effekt":"throttle"}"#), @"not a fault rule");
}

#[test]
fn nth_and_times_bound_the_calls_that_are_hit() {
    let hits = |nth: u64, times: u64| {
        let rule = format!(
            r#"{{"service":"s3","op":"GetObject","nth":{nth},"times":{times},"effect":"throttle"}}"#
        );
        let rule: Rule = rule.parse().unwrap();
        (1..=6).map(|seen| if rule.hits(seen) { 'x' } else { '.' }).collect::<String>()
    };
    assert_snapshot!([hits(1, 1), hits(3, 2), hits(2, 0)].join(" "), @"x..... ..xx.. .xxxxx");
}

#[test]
fn a_rule_concerns_what_it_matches_and_everything_when_it_matches_nothing() {
    let rule = |matching: &str| -> Rule {
        let json =
            format!(r#"{{"service":"ses","op":"SendEmail","match":{matching},"effect":"bounce"}}"#);
        json.parse().unwrap()
    };
    assert!(rule("{}").concerns("to", "anna@example.org"));
    assert!(rule(r#"{"from":"stand@*"}"#).concerns("to", "anna@example.org"));
    assert!(rule(r#"{"to":"anna@*"}"#).concerns("to", "anna@example.org"));
    assert!(!rule(r#"{"to":"anna@*"}"#).concerns("to", "bert@example.org"));
}

#[test]
fn a_star_stands_for_any_run_of_characters() {
    for (pattern, text, holds) in [
        ("*@bounce.example", "anna@bounce.example", true),
        ("*@bounce.example", "anna@bounce.example.nl", false),
        ("c*-r*", "c2026-r1", true),
        ("anna", "anna", true),
        ("anna", "annabel", false),
        ("*", "", true),
        ("a*a", "a", false),
    ] {
        assert_eq!(fits(pattern, text), holds, "{pattern} {text}");
    }
}
