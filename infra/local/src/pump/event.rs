//! The events as AWS writes them.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

use crate::standin::{s3, sqs};

/// The input of a schedule, with the time for which it was due.
pub(super) fn of_schedule(input: &str, due: DateTime<Utc>) -> Value {
    let due = due.to_rfc3339_opts(SecondsFormat::Secs, true);
    let input = input.replace("<aws.scheduler.scheduled-time>", &due);
    serde_json::from_str(&input).unwrap_or(Value::String(input))
}

/// **Source.** S3 user guide, event message structure 2.1.
pub(super) fn of_file(created: &s3::Created, number: u64) -> Value {
    json!({"Records": [{
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": "eu-central-1",
        "eventTime": created.at.to_rfc3339_opts(SecondsFormat::Millis, true),
        "eventName": "ObjectCreated:Put",
        "userIdentity": {"principalId": "AWS:AIDAMETERLINKLOCAL"},
        "requestParameters": {"sourceIPAddress": "127.0.0.1"},
        "responseElements": {"x-amz-request-id": format!("{number:016X}"), "x-amz-id-2": "local"},
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": "local",
            "bucket": {
                "name": created.bucket,
                "ownerIdentity": {"principalId": "LOCAL"},
                "arn": format!("arn:aws:s3:::{}", created.bucket),
            },
            "object": {
                "key": s3::encode(&created.key).replace("%20", "+"),
                "size": created.size,
                "eTag": created.etag,
                "sequencer": format!("{number:016X}"),
            },
        },
    }]})
}

/// **Source.** Lambda developer guide, using Lambda with Amazon SQS: standard queue message event.
pub(super) fn of_queue(queue: &str, messages: &[sqs::Message]) -> Value {
    let records: Vec<Value> = messages
        .iter()
        .map(|message| {
            json!({
                "messageId": message.id,
                "receiptHandle": message.receipt(),
                "body": message.body,
                "attributes": sqs::system_attributes(message),
                "messageAttributes": attributes(&message.attributes),
                "md5OfBody": sqs::md5_of(&message.body),
                "eventSource": "aws:sqs",
                "eventSourceARN": sqs::arn(queue),
                "awsRegion": "eu-central-1",
            })
        })
        .collect();
    json!({ "Records": records })
}

/// Lambda spells the attributes of a message otherwise than SQS does.
fn attributes(sent: &Value) -> Value {
    let sent = sent.as_object().into_iter().flatten();
    sent.map(|(name, value)| {
        let value = json!({
            "stringValue": value["StringValue"],
            "binaryValue": value["BinaryValue"],
            "stringListValues": [],
            "binaryListValues": [],
            "dataType": value["DataType"],
        });
        (name.clone(), value)
    })
    .collect::<serde_json::Map<_, _>>()
    .into()
}

/// **Source.** Lambda developer guide, asynchronous invocation: destinations.
pub(super) fn of_failure(
    function: &str,
    payload: &Value,
    reason: &str,
    attempts: u32,
    at: DateTime<Utc>,
) -> Value {
    json!({
        "version": "1.0",
        "timestamp": at.to_rfc3339_opts(SecondsFormat::Millis, true),
        "requestContext": {
            "functionArn": format!("arn:aws:lambda:eu-central-1:000000000000:function:{function}"),
            "condition": "RetriesExhausted",
            "approximateInvokeCount": attempts,
        },
        "requestPayload": payload,
        "responseContext": {
            "statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled",
        },
        "responsePayload": {"errorMessage": reason},
    })
}
