use insta::assert_snapshot;

use super::*;
use crate::standin::{
    StandIns,
    tests::{ask, aws_json, stack},
};

fn item(pk: &str, bytes: usize) -> Value {
    // pk, sk and v with their names and values: `bytes` in all.
    let rest = bytes.saturating_sub("pksk".len() + pk.len() + "A".len() + "v".len());
    json!({"pk": {"S": pk}, "sk": {"S": "A"}, "v": {"S": "x".repeat(rest)}})
}

fn key(pk: &str) -> Value {
    json!({"pk": {"S": pk}, "sk": {"S": "A"}})
}

/// What the call costs and how it ends.
async fn check(stack: &StandIns, op: &str, body: Value) -> String {
    let mark = stack.gate().mark();
    let (_, answer) = ask(stack, aws_json(Service::DynamoDb, op, &body)).await;
    assert!(answer.get("ConsumedCapacity").is_none(), "nobody asked for it");
    let call = stack.gate().since(mark).remove(0);
    format!("{} {}", call.outcome, call.units)
}

fn put_body(pk: &str, bytes: usize) -> Value {
    json!({"TableName": "local-core", "Item": item(pk, bytes)})
}

#[tokio::test]
async fn units_follow_the_published_rules() {
    let stack = stack();
    assert_snapshot!(check(&stack, "PutItem", put_body("A", 1024)).await, @"ok W 1 R 0");
    assert_snapshot!(check(&stack, "PutItem", put_body("B", 1025)).await, @"ok W 2 R 0");
    assert_snapshot!(check(&stack, "PutItem", put_body("C", 9000)).await, @"ok W 9 R 0");

    let get = |pk: &str, strong: bool| json!({"TableName": "local-core", "Key": key(pk), "ConsistentRead": strong});
    assert_snapshot!(check(&stack, "GetItem", get("A", true)).await, @"ok W 0 R 1");
    assert_snapshot!(check(&stack, "GetItem", get("A", false)).await, @"ok W 0 R 0.5");
    assert_snapshot!(check(&stack, "GetItem", get("C", true)).await, @"ok W 0 R 3");
    assert_snapshot!(check(&stack, "GetItem", get("C", false)).await, @"ok W 0 R 1.5");
    assert_snapshot!(check(&stack, "GetItem", get("none", true)).await, @"ok W 0 R 1");

    let query = json!({
        "TableName": "local-core", "KeyConditionExpression": "pk = :pk", "ConsistentRead": true,
        "ExpressionAttributeValues": {":pk": {"S": "C"}},
    });
    assert_snapshot!(check(&stack, "Query", query).await, @"ok W 0 R 3");
}

#[tokio::test]
async fn a_transaction_costs_double() {
    let stack = stack();
    let put = |pk: &str, bytes| json!({"Put": put_body(pk, bytes)});
    let write = json!({"TransactItems": [put("A", 1000), put("B", 1500)]});
    assert_snapshot!(check(&stack, "TransactWriteItems", write).await, @"ok W 6 R 0");
    let get = |pk| json!({"Get": {"TableName": "local-core", "Key": key(pk)}});
    let read = json!({"TransactItems": [get("A"), get("B")]});
    assert_snapshot!(check(&stack, "TransactGetItems", read).await, @"ok W 0 R 4");
}

#[tokio::test]
async fn a_failed_condition_is_charged_for_the_larger_item() {
    let stack = stack();
    check(&stack, "PutItem", put_body("A", 3000)).await;
    let mut again = put_body("A", 100);
    again["ConditionExpression"] = json!("attribute_not_exists(pk)");
    assert_snapshot!(check(&stack, "PutItem", again.clone()).await, @"ConditionalCheckFailedException W 3 R 0");
    let transaction = json!({"TransactItems": [{"Put": again}, {"Put": put_body("B", 100)}]});
    assert_snapshot!(check(&stack, "TransactWriteItems", transaction).await, @"TransactionCanceledException W 8 R 0");
    assert_eq!(stack.tables().items("local-core").len(), 1);
}

#[tokio::test]
async fn refusals_carry_the_item_and_the_reasons_that_were_asked_for() {
    let stack = stack();
    check(&stack, "PutItem", put_body("A", 20)).await;
    let mut again = put_body("A", 21);
    again["ConditionExpression"] = json!("attribute_not_exists(pk)");
    again["ReturnValuesOnConditionCheckFailure"] = json!("ALL_OLD");
    let (status, refused) = ask(&stack, aws_json(Service::DynamoDb, "PutItem", &again)).await;
    assert_eq!((status, &refused["Item"]), (400, &item("A", 20)));
    let transaction = json!({"TransactItems": [{"Put": put_body("B", 20)}, {"Put": again}]});
    let (_, refused) =
        ask(&stack, aws_json(Service::DynamoDb, "TransactWriteItems", &transaction)).await;
    assert_eq!(refused["CancellationReasons"][0]["Code"], "None");
    assert_eq!(refused["CancellationReasons"][1]["Code"], "ConditionalCheckFailed");
    assert_eq!(refused["CancellationReasons"][1]["Item"], item("A", 20));
    assert!(refused["__type"].as_str().unwrap().ends_with("#TransactionCanceledException"));
}

#[tokio::test]
async fn units_are_told_to_who_asks() {
    let stack = stack();
    let mut put = put_body("A", 20);
    put["ReturnConsumedCapacity"] = json!("TOTAL");
    let (_, answer) = ask(&stack, aws_json(Service::DynamoDb, "PutItem", &put)).await;
    assert_eq!(answer["ConsumedCapacity"]["TableName"], "local-core");
}

#[tokio::test]
async fn nobody_scans() {
    let stack = stack();
    assert_snapshot!(check(&stack, "Scan", json!({"TableName": "local-core"})).await, @"AccessDeniedException W 0 R 0");
}

#[tokio::test]
async fn numbers_keep_all_their_digits() {
    let stack = stack();
    let number = "1234567890123456789012345678901234567";
    let update = json!({
        "TableName": "local-core", "Key": key("A"), "UpdateExpression": "ADD v :one",
        "ExpressionAttributeValues": {":one": {"N": number}},
    });
    ask(&stack, aws_json(Service::DynamoDb, "UpdateItem", &update)).await;
    assert_eq!(stack.tables().items("local-core")[0]["v"]["N"], number);
}

#[tokio::test]
async fn an_item_outlives_its_time_until_it_is_swept_by_the_stacks_clock() {
    let stack = stack();
    let until = stack.clock().now().timestamp() + 60;
    let mut item = item("A", 20);
    item["ttl"] = json!({"N": until.to_string()});
    let put = json!({"TableName": "local-short-lived", "Item": item});
    ask(&stack, aws_json(Service::DynamoDb, "PutItem", &put)).await;
    assert_eq!(stack.tables().expire(), Ok(0));
    stack.clock().move_to(stack.clock().now() + chrono::TimeDelta::hours(1)).unwrap();
    assert_eq!(stack.tables().items("local-short-lived").len(), 1);
    assert_eq!(stack.tables().expire(), Ok(1));
}

#[tokio::test]
async fn a_fault_of_conflict_writes_nothing_and_says_so_as_dynamodb_does() {
    let stack = stack();
    let rule = r#"{"service":"dynamodb","op":"TransactWriteItems","effect":"conflict"}"#;
    stack.gate().fault(rule).unwrap();
    let put = |pk| json!({"Put": put_body(pk, 20)});
    let write = json!({"TransactItems": [put("A"), put("B")]});
    let (_, refused) = ask(&stack, aws_json(Service::DynamoDb, "TransactWriteItems", &write)).await;
    assert_snapshot!(refused["Message"].as_str().unwrap(), @"Transaction cancelled, please refer cancellation reasons for specific reasons [TransactionConflict, None]");
    assert!(stack.tables().items("local-core").is_empty());
}
