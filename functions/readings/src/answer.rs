//! What goes back: one of our pages, or the way to one, with the headers that every answer has.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use views::House;
use views::page::Page;

use crate::event::{Method, Request};

/// A shorter body is one packet as it is.
const WORTH_PACKING: usize = 1_000;

/// An answer, with what the log may say about it.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// A word for the log line.
    pub(crate) outcome: &'static str,
    headers: Vec<(&'static str, String)>,
    body: String,
}

impl Answer {
    /// A page.
    pub(crate) fn page(page: Page, outcome: &'static str) -> Self {
        let headers = vec![
            ("content-type", "text/html; charset=utf-8".to_owned()),
            ("content-language", page.language.to_string()),
        ];
        Self { status: page.status, outcome, headers, body: page.html }
    }

    /// A few words for a program.
    pub(crate) fn words(words: &str, outcome: &'static str) -> Self {
        let headers = vec![("content-type", "text/plain; charset=utf-8".to_owned())];
        Self { status: 200, outcome, headers, body: words.to_owned() }
    }

    /// 303: of a POST to a page of readings the only answer that means stored.
    pub(crate) fn see(path: String, outcome: &'static str) -> Self {
        Self::to(303, path, outcome)
    }

    /// 308: the same request belongs to `path`.
    pub(crate) fn moved(path: String) -> Self {
        Self::to(308, path, "swallowed")
    }

    fn to(status: u16, path: String, outcome: &'static str) -> Self {
        Self { status, outcome, headers: vec![("location", path)], body: String::new() }
    }

    /// The same with one more header.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// As the gateway takes it, which packs nothing by itself. HEAD gets what GET would, without the
    /// body.
    pub(crate) fn into_event(self, house: &House, request: &Request) -> Value {
        let policy = format!(
            "default-src 'none'; style-src '{}'; img-src data:; form-action 'self'; \
             base-uri 'none'; frame-ancestors 'none'",
            house.stylesheet_hash()
        );
        let mut headers: serde_json::Map<String, Value> =
            self.headers.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
        headers.insert("content-security-policy".into(), policy.into());
        for (name, value) in HEADERS {
            headers.insert(name.into(), value.into());
        }
        let packed = if request.takes_gzip() { packed(&self.body) } else { None };
        if packed.is_some() {
            headers.insert("content-encoding".into(), "gzip".into());
        }
        let is_packed = packed.is_some();
        let body = packed.unwrap_or(self.body);
        let body = if request.method == Method::Head { String::new() } else { body };
        json!({
            "statusCode": self.status,
            "headers": headers,
            "body": body,
            "isBase64Encoded": is_packed,
        })
    }
}

/// A body with gzip, in base64; `None` where that is not worth it.
fn packed(body: &str) -> Option<String> {
    if body.len() < WORTH_PACKING {
        return None;
    }
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(body.as_bytes()).ok()?;
    Some(STANDARD.encode(gzip.finish().ok()?))
}

/// What every answer says, beside its Content-Security-Policy.
const HEADERS: [(&str, &str); 9] = [
    ("cache-control", "no-store"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
    ("referrer-policy", "no-referrer"),
    ("strict-transport-security", "max-age=31536000; includeSubDomains"),
    ("vary", "accept-encoding"),
    ("x-content-type-options", "nosniff"),
    ("x-robots-tag", "noindex, nofollow, noarchive"),
];
