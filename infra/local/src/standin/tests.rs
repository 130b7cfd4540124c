use insta::assert_snapshot;
use serde_json::{Value, json};

use super::*;

/// The stack of the repository's template on the opening day of the campaign of 2026.
pub(crate) fn stack() -> StandIns {
    let clock = Clock::at("2026-11-26T08:00:00Z".parse().unwrap());
    StandIns::start(&template(), clock, Keep::Nothing).unwrap()
}

pub(crate) fn template() -> Template {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../template.yaml");
    Template::read(&path).unwrap()
}

/// A request as the client of a service with AWS JSON writes it.
pub(crate) fn aws_json(service: Service, op: &str, body: &Value) -> Request<Bytes> {
    let prefix = match service {
        Service::DynamoDb => "DynamoDB_20120810",
        Service::Sqs => "AmazonSQS",
        Service::S3 | Service::Ses | Service::SecretsManager => "secretsmanager",
    };
    Request::post(format!("http://{}/", service.host()))
        .header("x-amz-target", format!("{prefix}.{op}"))
        .header("content-type", "application/x-amz-json-1.0")
        .header("authorization", "AWS4-HMAC-SHA256 Credential=local/20261126/…")
        .body(Bytes::from(body.to_string()))
        .unwrap()
}

/// Status and JSON of the answer.
pub(crate) async fn ask(stack: &StandIns, request: Request<Bytes>) -> (u16, Value) {
    let response = stack.call(request).await.unwrap();
    let body = serde_json::from_slice(response.body()).unwrap_or_default();
    (response.status().as_u16(), body)
}

fn put(pk: &str) -> Request<Bytes> {
    let item = json!({"pk": {"S": pk}, "sk": {"S": "A"}, "v": {"N": "1"}});
    let body = json!({
        "TableName": "local-core", "Item": item,
        "ConditionExpression": "attribute_not_exists(pk)",
    });
    aws_json(Service::DynamoDb, "PutItem", &body)
}

/// Two puts while a fault is armed: what the caller saw, how many items there are after, and the
/// list of calls.
async fn check(rule: &str) -> String {
    let stack = stack();
    stack.gate().fault(rule).unwrap();
    let mut seen = String::new();
    for pk in ["ONE", "TWO"] {
        let answer = stack.call(put(pk)).await;
        let answer = answer.map(|answer| answer.status().as_u16().to_string());
        seen.push_str(&answer.unwrap_or_else(|dropped| dropped.to_string()));
        seen.push_str("; ");
    }
    let calls: Vec<String> = stack.gate().calls().iter().map(ToString::to_string).collect();
    format!("{seen}{} items\n{}", stack.tables().items("local-core").len(), calls.join("\n"))
}

#[tokio::test]
async fn a_fault_before_leaves_nothing_and_one_after_leaves_the_effect() {
    assert_snapshot!(check(r#"{"service":"dynamodb","op":"PutItem","effect":"drop-before"}"#).await, @"
    the connection was dropped; 200; 1 items
    1 dynamodb PutItem local-core dropped W 0 R 0
    2 dynamodb PutItem local-core ok W 1 R 0
    ");
    assert_snapshot!(check(r#"{"service":"dynamodb","op":"PutItem","effect":"drop-after"}"#).await, @"
    the connection was dropped; 200; 2 items
    1 dynamodb PutItem local-core dropped W 1 R 0
    2 dynamodb PutItem local-core ok W 1 R 0
    ");
    assert_snapshot!(check(r#"{"service":"dynamodb","op":"PutItem","nth":2,"effect":"error-500-before"}"#).await, @"
    200; 500; 1 items
    1 dynamodb PutItem local-core ok W 1 R 0
    2 dynamodb PutItem local-core InternalServerError W 0 R 0
    ");
    assert_snapshot!(check(r#"{"service":"dynamodb","op":"PutItem","nth":2,"effect":"error-500-after"}"#).await, @"
    200; 500; 2 items
    1 dynamodb PutItem local-core ok W 1 R 0
    2 dynamodb PutItem local-core InternalServerError W 1 R 0
    ");
    assert_snapshot!(check(r#"{"service":"dynamodb","op":"PutItem","times":0,"effect":"throttle"}"#).await, @"
    400; 400; 0 items
    1 dynamodb PutItem local-core ProvisionedThroughputExceededException W 0 R 0
    2 dynamodb PutItem local-core ProvisionedThroughputExceededException W 0 R 0
    ");
    assert_snapshot!(check(r#"{"service":"dynamodb","op":"PutItem","match":{"key":"T*"},"effect":"conflict"}"#).await, @"
    200; 400; 1 items
    1 dynamodb PutItem local-core ok W 1 R 0
    2 dynamodb PutItem local-core TransactionConflictException W 0 R 0
    ");
}

#[tokio::test]
async fn a_delayed_answer_comes_after_its_effect_and_not_at_once() {
    let stack = stack();
    let rule = r#"{"service":"dynamodb","op":"PutItem","effect":"delay-ms:11000"}"#;
    stack.gate().fault(rule).unwrap();
    let impatient = stack.call(put("ONE"));
    let first = futures::future::select(Box::pin(impatient), std::future::ready(())).await;
    assert!(matches!(first, futures::future::Either::Right(_)), "the answer is not there");
    drop(first);
    assert_eq!(stack.tables().items("local-core").len(), 1);
    assert_eq!(stack.gate().calls()[0].outcome, Outcome::Unanswered);
}

#[tokio::test]
async fn every_service_can_be_dropped_throttled_and_broken() {
    let requests = || {
        let queue = json!({"QueueUrl": sqs::url("local-mail"), "MessageBody": "x"});
        let secret = json!({"SecretId": "local-keys"});
        [
            ("dynamodb", "PutItem", put("ONE")),
            ("s3", "GetObject", Request::get("http://s3.local/b/k").body(Bytes::new()).unwrap()),
            (
                "ses",
                "GetAccount",
                Request::get("http://ses.local/v2/email/account").body(Bytes::new()).unwrap(),
            ),
            ("sqs", "SendMessage", aws_json(Service::Sqs, "SendMessage", &queue)),
            (
                "secretsmanager",
                "GetSecretValue",
                aws_json(Service::SecretsManager, "GetSecretValue", &secret),
            ),
        ]
    };
    let mut seen = String::new();
    for effect in ["drop-before", "throttle", "error-500-before"] {
        for (service, op, request) in requests() {
            let stack = stack();
            let rule = json!({"service": service, "op": op, "effect": effect}).to_string();
            stack.gate().fault(&rule).unwrap();
            let status = stack.call(request).await.map(|answer| answer.status().as_u16());
            let outcome = &stack.gate().calls()[0].outcome;
            let line = format!("{service} {:?} {outcome}\n", status.ok());
            seen.push_str(&line);
            assert!(stack.gate().idle_faults().is_empty());
        }
    }
    assert_snapshot!(seen, @"
    dynamodb None dropped
    s3 None dropped
    ses None dropped
    sqs None dropped
    secretsmanager None dropped
    dynamodb Some(400) ProvisionedThroughputExceededException
    s3 Some(503) SlowDown
    ses Some(429) TooManyRequestsException
    sqs Some(400) RequestThrottled
    secretsmanager Some(400) ThrottlingException
    dynamodb Some(500) InternalServerError
    s3 Some(500) InternalError
    ses Some(500) InternalServiceErrorException
    sqs Some(500) InternalError
    secretsmanager Some(500) InternalServiceError
    ");
}

#[tokio::test]
async fn a_call_can_be_held_on_both_sides_of_its_effect_and_killed_there() {
    for (side, items) in [(Side::Before, 0), (Side::After, 1)] {
        let stack = stack();
        stack.gate().hold_calls(Some(Arc::new(move |point| {
            Box::pin(async move {
                if point.side == side {
                    std::future::pending::<()>().await;
                }
            })
        })));
        let call = stack.call(put("ONE"));
        let first = futures::future::select(Box::pin(call), std::future::ready(())).await;
        assert!(matches!(first, futures::future::Either::Right(_)), "the call is held");
        drop(first);
        stack.gate().hold_calls(None);
        assert_eq!(stack.tables().items("local-core").len(), items, "{side:?}");
        assert_eq!(stack.gate().calls()[0].outcome, Outcome::Unanswered);
    }
}

#[tokio::test]
async fn a_read_is_no_write_and_a_failed_condition_is_one() {
    let stack = stack();
    stack.call(put("ONE")).await.unwrap();
    let mark = stack.gate().mark();
    let get = json!({"TableName": "local-core", "Key": {"pk": {"S": "ONE"}, "sk": {"S": "A"}}});
    ask(&stack, aws_json(Service::DynamoDb, "GetItem", &get)).await;
    assert!(stack.gate().writes_since(mark).is_empty());
    stack.call(put("ONE")).await.unwrap();
    let writes = stack.gate().writes_since(mark);
    assert_snapshot!(writes[0], @"3 dynamodb PutItem local-core ConditionalCheckFailedException W 1 R 0");
    assert!(stack.gate().wrote_since(mark));
}

#[tokio::test]
async fn an_unknown_host_is_no_service() {
    let request = Request::get("http://lambda.local/").body(Bytes::new()).unwrap();
    let response = stack().call(request).await.unwrap();
    assert_eq!(response.status(), http::StatusCode::BAD_GATEWAY);
}

/// Sends bytes to a served stand-in and reads until it closes.
async fn raw(stack: &StandIns, service: Service, request: &str) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let served = stack.clone();
    let serving = tokio::spawn(async move { served.serve(service, listener).await });
    let mut socket = tokio::net::TcpStream::connect(address).await.unwrap();
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.unwrap();
    serving.abort();
    answer
}

#[tokio::test]
async fn over_tcp_an_answer_is_an_answer_and_a_drop_is_a_closed_socket() {
    let request = "GET /v2/email/account HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    let stack = stack();
    let answer = raw(&stack, Service::Ses, request).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    stack.gate().fault(r#"{"service":"ses","op":"GetAccount","effect":"drop-after"}"#).unwrap();
    assert_eq!(raw(&stack, Service::Ses, request).await, "");
}

#[tokio::test]
async fn only_loopback_is_served() {
    let listener = TcpListener::bind("0.0.0.0:0").await.unwrap();
    let refused = stack().serve(Service::S3, listener).await.unwrap_err();
    assert_snapshot!(refused, @"the stand-ins listen on 127.0.0.1 only, not on 0.0.0.0");
}
