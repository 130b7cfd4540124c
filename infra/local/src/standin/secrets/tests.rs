use insta::assert_snapshot;

use super::*;
use crate::standin::{
    StandIns,
    tests::{ask, aws_json, stack},
};

/// Status, and the value, versions or error of the answer.
async fn check(stack: &StandIns, op: &str, body: Value) -> String {
    let (status, answer) = ask(stack, aws_json(Service::SecretsManager, op, &body)).await;
    let told = ["SecretString", "VersionStages", "VersionIdsToStages", "__type"];
    let told = told.iter().filter_map(|name| answer.get(name)).map(ToString::to_string);
    format!("{status} {}", told.collect::<Vec<_>>().join(" "))
}

#[tokio::test]
async fn a_secret_has_a_current_and_a_previous_value() {
    let stack = stack();
    let keys = json!({"SecretId": "local-keys"});
    assert_snapshot!(check(&stack, "GetSecretValue", keys.clone()).await, @r#"400 "ResourceNotFoundException""#);
    let put = |text: &str, token: &str| json!({"SecretId": "local-keys", "SecretString": text, "ClientRequestToken": token});
    assert_snapshot!(check(&stack, "PutSecretValue", put("one", "t1")).await, @r#"200 ["AWSCURRENT"]"#);
    assert_snapshot!(check(&stack, "PutSecretValue", put("two", "t2")).await, @r#"200 ["AWSCURRENT"]"#);
    assert_snapshot!(check(&stack, "PutSecretValue", put("two", "t2")).await, @r#"200 ["AWSCURRENT"]"#);
    assert_snapshot!(check(&stack, "PutSecretValue", put("three", "t2")).await, @r#"400 "ResourceExistsException""#);
    assert_snapshot!(check(&stack, "GetSecretValue", keys.clone()).await, @r#"200 "two" ["AWSCURRENT"]"#);
    let by_arn = json!({"SecretId": arn("local-keys"), "VersionStage": "AWSPREVIOUS"});
    assert_snapshot!(check(&stack, "GetSecretValue", by_arn).await, @r#"200 "one" ["AWSPREVIOUS"]"#);
    assert_snapshot!(check(&stack, "DescribeSecret", keys).await, @r#"200 {"t1":["AWSPREVIOUS"],"t2":["AWSCURRENT"]}"#);
    assert_snapshot!(check(&stack, "GetSecretValue", json!({"SecretId": "other"})).await, @r#"400 "ResourceNotFoundException""#);
    assert_eq!(stack.secrets().current("local-keys").as_deref(), Some("two"));
}
