//! The pages that exist only locally, and the answers around them.

use askama::Template;
use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use serde_json::Value;

/// What the pages may do: their own style and forms, frames without scripts, pictures in the mail.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; \
                      frame-src 'self'; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";

/// A page.
pub(super) fn page(template: &impl Template) -> Response<Bytes> {
    match template.render() {
        Ok(html) => {
            let mut response = answer(StatusCode::OK, "text/html; charset=utf-8", html);
            let policy = HeaderValue::from_static(POLICY);
            response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
            response
        }
        Err(error) => plain(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
    }
}

/// One sentence.
pub(super) fn plain(status: StatusCode, sentence: &str) -> Response<Bytes> {
    answer(status, "text/plain; charset=utf-8", format!("{sentence}\n"))
}

pub(super) fn json(status: StatusCode, body: &Value) -> Response<Bytes> {
    answer(status, "application/json", format!("{body}\n"))
}

/// Bytes of a kind.
pub(super) fn answer(
    status: StatusCode,
    kind: &'static str,
    body: impl Into<Bytes>,
) -> Response<Bytes> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// Sends the browser on to a path of this demo; any other goes to the inbox.
pub(super) fn see(path: &str) -> Response<Bytes> {
    let mut response = plain(StatusCode::SEE_OTHER, "See there.");
    let own = path.starts_with('/') && !path.starts_with("//") && !path.contains('\\');
    let to = own.then(|| HeaderValue::from_str(path).ok()).flatten();
    let to = to.unwrap_or(HeaderValue::from_static("/inbox"));
    response.headers_mut().insert(header::LOCATION, to);
    response
}

/// The pairs of a form or a query, in their order; what is no UTF-8 is mended.
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    pub(super) fn of(text: &[u8]) -> Self {
        let text = String::from_utf8_lossy(text);
        let pairs = text.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let decode = |text: &str| crate::standin::s3::decode(&text.replace('+', " "));
            (decode(name), decode(value))
        });
        Self(pairs.collect())
    }

    /// The first value of `name`.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Every value of `name`.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.0.iter().filter(move |(known, _)| known == name);
        named.map(|(_, value)| value.as_str())
    }
}
