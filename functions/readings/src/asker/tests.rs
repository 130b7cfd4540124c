use serde_json::json;

use super::*;

/// The language of a page and the usual one, for a query and an `Accept-Language`, where the
/// account is not known; the utility offers `nl` and `en`.
#[track_caller]
fn check(query: &str, accept: &str) -> String {
    let event = json!({
        "rawPath": "/", "rawQueryString": query, "headers": { "Accept-Language": accept },
        "requestContext": { "http": { "method": "GET" }, "timeEpoch": 0 },
    });
    let request = Request::of(event).unwrap();
    let (language, usual) = Asker::of(&request, &[Language::Nl, Language::En]).unknown();
    format!("{language} usually {usual}")
}

#[test]
fn the_best_language_that_we_have_is_taken() {
    assert_eq!(check("", ""), "nl usually nl");
    assert_eq!(check("", "en-GB,nl;q=0.9"), "en usually en");
    assert_eq!(check("", "de, nl;q=0.3, en;q=0.8"), "en usually en");
    assert_eq!(check("", "fr, en;q=0"), "nl usually nl");
    assert_eq!(check("", "en;q=high, *;q=0.1"), "nl usually nl");
}

#[test]
fn a_language_that_was_asked_for_is_kept() {
    assert_eq!(check("lang=en", ""), "en usually nl");
    assert_eq!(check("utm_source=mail&lang=nl", "en"), "nl usually en");
    assert_eq!(check("lang=en", "en"), "en usually en");
    assert_eq!(check("lang=xx", "en"), "en usually en");
    assert_eq!(check("lang=%ff", "en"), "en usually en");
}
