//! How the services write their answers and their errors.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, Response, StatusCode, header};
use serde_json::{Value, json};

use super::Answer;
use crate::{
    fault::Broken,
    gate::{Outcome, Service, Units},
};

/// The operation of an AWS JSON request: what stands after the dot of `x-amz-target`.
pub(super) fn target(request: &Request<Bytes>) -> &str {
    let target = request.headers().get("x-amz-target").and_then(|target| target.to_str().ok());
    target.and_then(|target| target.rsplit_once('.')).map_or("", |(_, op)| op)
}

/// A successful answer of a service that speaks JSON.
pub(super) fn ok(service: Service, body: &Value) -> Answer {
    let response = respond(StatusCode::OK, media_type(service), body.to_string());
    Answer { response, outcome: Outcome::Ok, units: Units::default() }
}

/// An error as the service writes it, with the code by which the client knows it.
pub(super) fn refused(service: Service, status: StatusCode, code: &str, message: &str) -> Answer {
    let body = match service {
        Service::DynamoDb => json!({"__type": qualified(code), "message": message}).to_string(),
        Service::Sqs => {
            json!({"__type": format!("com.amazonaws.sqs#{code}"), "message": message}).to_string()
        }
        Service::SecretsManager => json!({"__type": code, "Message": message}).to_string(),
        Service::Ses => json!({"message": message}).to_string(),
        Service::S3 => format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code>\
             <Message>{message}</Message></Error>"
        ),
    };
    let mut response = respond(status, media_type(service), body);
    if service == Service::Ses {
        set(&mut response, HeaderName::from_static("x-amzn-errortype"), code);
    }
    Answer { response, outcome: Outcome::Refused(code.to_owned()), units: Units::default() }
}

/// The service is broken: its own words with status 500, those of what stands before it otherwise.
pub(super) fn broken(service: Service, broken: Broken) -> Answer {
    let (code, message) = match (broken, service) {
        (Broken::Gateway, _) => ("BadGateway", "The upstream answered badly."),
        (Broken::Unavailable, _) => ("ServiceUnavailable", "The service is unavailable."),
        (Broken::Internal, Service::DynamoDb) => ("InternalServerError", INTERNAL),
        (Broken::Internal, Service::S3 | Service::Sqs) => ("InternalError", INTERNAL),
        (Broken::Internal, Service::Ses) => ("InternalServiceErrorException", INTERNAL),
        (Broken::Internal, Service::SecretsManager) => ("InternalServiceError", INTERNAL),
    };
    refused(service, broken.status(), code, message)
}

const INTERNAL: &str = "An internal error occurred.";

/// The service asks to slow down.
pub(super) fn throttled(service: Service) -> Answer {
    let (status, code, message) = match service {
        Service::DynamoDb => (
            StatusCode::BAD_REQUEST,
            "ProvisionedThroughputExceededException",
            "The level of configured provisioned throughput for the table was exceeded.",
        ),
        Service::S3 => {
            (StatusCode::SERVICE_UNAVAILABLE, "SlowDown", "Please reduce your request rate.")
        }
        Service::Ses => (
            StatusCode::TOO_MANY_REQUESTS,
            "TooManyRequestsException",
            "Maximum sending rate exceeded.",
        ),
        Service::Sqs => (StatusCode::BAD_REQUEST, "RequestThrottled", "The request was throttled."),
        Service::SecretsManager => {
            (StatusCode::BAD_REQUEST, "ThrottlingException", "Rate exceeded")
        }
    };
    refused(service, status, code, message)
}

/// Adds a member to a JSON object.
pub(crate) fn add(object: &mut Value, name: &str, value: Value) {
    if let Some(members) = object.as_object_mut() {
        members.insert(name.to_owned(), value);
    }
}

/// A response with a body of a media type.
pub(super) fn respond(
    status: StatusCode,
    media_type: &'static str,
    body: impl Into<Bytes>,
) -> Response<Bytes> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    response
}

fn set(response: &mut Response<Bytes>, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

fn media_type(service: Service) -> &'static str {
    match service {
        Service::DynamoDb | Service::Sqs => "application/x-amz-json-1.0",
        Service::SecretsManager => "application/x-amz-json-1.1",
        Service::Ses => "application/json",
        Service::S3 => "application/xml",
    }
}

/// The two name spaces from which DynamoDB takes its error codes.
fn qualified(code: &str) -> String {
    match code {
        "ValidationException" => format!("com.amazon.coral.validate#{code}"),
        "SerializationException" | "UnknownOperationException" | "AccessDeniedException" => {
            format!("com.amazon.coral.service#{code}")
        }
        _ => format!("com.amazonaws.dynamodb.v20120810#{code}"),
    }
}
