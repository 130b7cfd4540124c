//! The front door: an HTTP request becomes the event that API Gateway would give the function
//! behind its route, and the function's answer becomes a response.
//!
//! **Source.** API Gateway developer guide, AWS Lambda integrations for HTTP APIs, payload format
//! version 2.0.

mod route;

use std::{
    collections::BTreeMap,
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::body::Body;
use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use chrono::TimeDelta;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode, header};
use serde_json::{Map, Value, json};

use self::route::Match;
use crate::{
    clock::Clock,
    pump::{Functions, Invocation, NoHandler, request_id},
    standin::{s3, wire},
    template::{Route, Template},
};

/// The largest body that API Gateway takes.
const LARGEST: usize = 10 * 1024 * 1024;

/// The HTTP API of one stack; clones are the same API.
#[derive(Clone)]
pub struct Front(Arc<Api>);

struct Api {
    clock: Clock,
    host: String,
    template: Template,
    functions: Functions,
    requests: AtomicU64,
}

impl fmt::Debug for Front {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Front").field("host", &self.0.host).finish_non_exhaustive()
    }
}

impl Front {
    /// The API under `host`, with the functions that its routes lead to.
    ///
    /// **Errors.** [`NoHandler`] when a route leads to a function that has no handler.
    pub fn new(
        template: Template,
        clock: Clock,
        host: &str,
        functions: impl Into<Functions>,
    ) -> Result<Self, NoHandler> {
        let functions = functions.into();
        let lost = template.routes.iter().find(|route| !functions.has(&route.function));
        if let Some(route) = lost {
            return Err(NoHandler(route.function.clone()));
        }
        let requests = AtomicU64::new(0);
        Ok(Self(Arc::new(Api { clock, host: host.to_owned(), template, functions, requests })))
    }

    /// The route that takes a request, as [`Self::answer`] finds it.
    pub fn route<T>(&self, request: &Request<T>) -> Option<&Route> {
        let routes = &self.0.template.routes;
        Some(route::find(routes, request.method(), request.uri().path())?.route)
    }

    /// How many requests were given to a function.
    pub(crate) fn requests(&self) -> u64 {
        self.0.requests.load(Ordering::Relaxed)
    }

    /// Goes on counting from where a snapshot was taken.
    pub(crate) fn restore(&self, requests: u64) {
        self.0.requests.store(requests, Ordering::Relaxed);
    }

    /// Answers a request as API Gateway and the function behind it would.
    pub async fn answer(&self, request: Request<Bytes>) -> Response<Bytes> {
        let api = &self.0;
        let Some(matched) =
            route::find(&api.template.routes, request.method(), request.uri().path())
        else {
            return message(StatusCode::NOT_FOUND, "Not Found");
        };
        if request.body().len() > LARGEST {
            return message(StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large");
        }
        let number = api.requests.fetch_add(1, Ordering::Relaxed).saturating_add(1);
        let function = matched.route.function.clone();
        let id = request_id("http", number);
        let payload = self.event(&request, &matched, &id);
        let timeout_s = api.template.function(&function).map_or(3, |known| known.timeout_s);
        let invocation = Invocation {
            function,
            payload,
            request_id: id,
            deadline: api.clock.now() + TimeDelta::seconds(timeout_s.into()),
        };
        match api.functions.invoke(invocation).await {
            Ok(answer) => response(&answer),
            Err(reason) => {
                tracing::error!(reason, "the function failed");
                message(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error")
            }
        }
    }

    /// The same as a service for a socket.
    pub fn router(self) -> axum::Router {
        axum::Router::new().fallback(move |request: Request<Body>| {
            let front = self.clone();
            async move {
                let (head, body) = request.into_parts();
                match axum::body::to_bytes(body, LARGEST).await {
                    Ok(body) => front.answer(Request::from_parts(head, body)).await.map(Body::from),
                    Err(_) => message(StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large")
                        .map(Body::from),
                }
            }
        })
    }

    fn event(&self, request: &Request<Bytes>, matched: &Match<'_>, id: &str) -> Value {
        let now = self.0.clock.now();
        let uri = request.uri();
        let headers = joined(request.headers(), &self.0.host);
        let query = uri.query().unwrap_or_default();
        let mut event = json!({
            "version": "2.0",
            "routeKey": matched.route.key,
            "rawPath": uri.path(),
            "rawQueryString": query,
            "headers": headers,
            "requestContext": {
                "accountId": "000000000000",
                "apiId": "local",
                "domainName": self.0.host,
                "domainPrefix": self.0.host.split('.').next(),
                "http": {
                    "method": request.method().as_str(),
                    "path": uri.path(),
                    "protocol": "HTTP/1.1",
                    "sourceIp": "127.0.0.1",
                    "userAgent": headers.get("user-agent").cloned().unwrap_or_else(|| json!("")),
                },
                "requestId": id,
                "routeKey": matched.route.key,
                "stage": "$default",
                "time": now.format("%d/%b/%Y:%H:%M:%S %z").to_string(),
                "timeEpoch": now.timestamp_millis(),
            },
            "isBase64Encoded": false,
        });
        if !query.is_empty() {
            wire::add(&mut event, "queryStringParameters", query_parameters(query));
        }
        if !matched.parameters.is_empty() {
            wire::add(&mut event, "pathParameters", json!(matched.parameters));
        }
        let cookies: Vec<&str> = cookies(request.headers());
        if !cookies.is_empty() {
            wire::add(&mut event, "cookies", json!(cookies));
        }
        if !request.body().is_empty() {
            match std::str::from_utf8(request.body()) {
                Ok(text) if is_text(request.headers()) => {
                    wire::add(&mut event, "body", json!(text));
                }
                _ => {
                    wire::add(&mut event, "body", json!(BASE64_STANDARD.encode(request.body())));
                    wire::add(&mut event, "isBase64Encoded", json!(true));
                }
            }
        }
        event
    }
}

/// Header names in lower case, the values of one name with commas; cookies stand apart.
fn joined(headers: &HeaderMap, host: &str) -> Map<String, Value> {
    let mut joined: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in headers {
        if name == header::COOKIE {
            continue;
        }
        let value = String::from_utf8_lossy(value.as_bytes());
        joined
            .entry(name.as_str().to_owned())
            .and_modify(|all| {
                all.push(',');
                all.push_str(&value);
            })
            .or_insert_with(|| value.into_owned());
    }
    joined.entry("host".to_owned()).or_insert_with(|| host.to_owned());
    joined.into_iter().map(|(name, value)| (name, Value::String(value))).collect()
}

fn cookies(headers: &HeaderMap) -> Vec<&str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(';')).map(str::trim).collect()
}

/// The values of one name with commas, decoded.
fn query_parameters(query: &str) -> Value {
    let mut parameters: BTreeMap<String, String> = BTreeMap::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = (decode(name), decode(value));
        parameters
            .entry(name)
            .and_modify(|all| {
                all.push(',');
                all.push_str(&value);
            })
            .or_insert(value);
    }
    json!(parameters)
}

fn decode(text: &str) -> String {
    s3::decode(&text.replace('+', " "))
}

/// API Gateway gives these media types as they are and every other one, forms too, as base64.
fn is_text(headers: &HeaderMap) -> bool {
    let media_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media_type = media_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    media_type.starts_with("text/")
        || matches!(media_type, "application/json" | "application/javascript" | "application/xml")
}

/// The response that a function's answer asks for; an answer without `statusCode` is the body.
fn response(answer: &Value) -> Response<Bytes> {
    let Some(status) = answer.get("statusCode") else {
        let mut response = Response::new(Bytes::from(answer.to_string()));
        let json = HeaderValue::from_static("application/json");
        response.headers_mut().insert(header::CONTENT_TYPE, json);
        return response;
    };
    let status = status.as_u64().and_then(|status| u16::try_from(status).ok());
    let status = status.and_then(|status| StatusCode::from_u16(status).ok());
    let body = answer.get("body").and_then(Value::as_str).unwrap_or_default();
    let body = match answer.get("isBase64Encoded").and_then(Value::as_bool) {
        Some(true) => BASE64_STANDARD.decode(body).ok().map(Bytes::from),
        _ => Some(Bytes::copy_from_slice(body.as_bytes())),
    };
    let (Some(status), Some(body)) = (status, body) else {
        return message(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error");
    };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = answer.get("headers").and_then(Value::as_object).into_iter().flatten();
    let headers = headers.map(|(name, value)| (name.as_str(), value));
    let cookies = answer.get("cookies").and_then(Value::as_array).into_iter().flatten();
    let cookies = cookies.map(|value| (header::SET_COOKIE.as_str(), value));
    for (name, value) in headers.chain(cookies) {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let name = name.parse::<HeaderName>();
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_str(&text)) {
            response.headers_mut().append(name, value);
        }
    }
    response
}

/// What API Gateway says itself.
fn message(status: StatusCode, text: &str) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(json!({ "message": text }).to_string()));
    *response.status_mut() = status;
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}

#[cfg(test)]
mod tests;
