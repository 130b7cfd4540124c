//! An event of the HTTP API, payload 2.0, in; the same API's answer out.
//!
//! Read here and not by a web framework: whatever a stranger puts in a path, a header or a body
//! must come to one of our pages, and the frameworks panic on some of it.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;

use cloud::Failure;

/// One request.
pub(crate) struct Request {
    pub(crate) method: Method,
    /// As it came, without the query.
    pub(crate) path: String,
    pub(crate) query: String,
    /// By name in lower case.
    headers: BTreeMap<String, String>,
    pub(crate) body: Body,
    /// When the gateway took it: the only clock there is.
    pub(crate) now: DateTime<Utc>,
}

/// What a request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    Get,
    Head,
    Post,
    /// Any other, answered by what is allowed.
    Other,
}

/// What a request carries.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Body {
    Bytes(Vec<u8>),
    /// The gateway says base64, and it is not.
    Broken,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    raw_path: String,
    #[serde(default)]
    raw_query_string: Option<String>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    request_context: Context,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    is_base64_encoded: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Context {
    http: Http,
    time_epoch: i64,
}

#[derive(Deserialize)]
struct Http {
    method: String,
}

impl Request {
    /// The request of an event.
    ///
    /// **Errors.** Permanent: it is no event of the HTTP API, the deployment is wrong.
    pub(crate) fn of(event: Value) -> Result<Self, Failure> {
        let foreign = || Failure::permanent("the event is none of the HTTP API, payload 2.0");
        let event: Event = serde_json::from_value(event).map_err(|_| foreign())?;
        let now = DateTime::from_timestamp_millis(event.request_context.time_epoch);
        let method = match event.request_context.http.method.as_str() {
            "GET" => Method::Get,
            "HEAD" => Method::Head,
            "POST" => Method::Post,
            _ => Method::Other,
        };
        let body = event.body.unwrap_or_default();
        let body = if event.is_base64_encoded {
            STANDARD.decode(body).map_or(Body::Broken, Body::Bytes)
        } else {
            Body::Bytes(body.into_bytes())
        };
        let headers = event.headers.into_iter();
        Ok(Self {
            method,
            path: event.raw_path,
            query: event.raw_query_string.unwrap_or_default(),
            headers: headers.map(|(name, value)| (name.to_ascii_lowercase(), value)).collect(),
            body,
            now: now.ok_or_else(foreign)?,
        })
    }

    /// The value of the header `name`, which is in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// Whether the answer may be packed with gzip: it is named, and not with the weight 0.
    pub(crate) fn takes_gzip(&self) -> bool {
        let accepted = self.header("accept-encoding").unwrap_or_default();
        accepted.split(',').any(|coding| {
            let mut parts = coding.split(';').map(str::trim);
            let is_gzip = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("gzip"));
            let weight = parts.find_map(|part| part.strip_prefix("q="));
            is_gzip && !weight.is_some_and(|weight| weight.trim_end_matches(['0', '.']).is_empty())
        })
    }
}
