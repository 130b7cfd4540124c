use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

/// What a body of a content type comes to: its fields, or the status of the page that refuses it.
#[track_caller]
fn check(content_type: &str, body: &str) -> String {
    of(&json!({ "content-type": content_type }), body)
}

/// The same with `headers`, of which `base64` says how the body is encoded.
fn of(headers: &Value, body: &str) -> String {
    let base64 = headers.get("base64").is_some();
    let event = json!({
        "rawPath": "/", "headers": headers, "body": body, "isBase64Encoded": base64,
        "requestContext": { "http": { "method": "POST" }, "timeEpoch": 0 },
    });
    match Fields::of(&Request::of(event).unwrap(), Width::OneAddress) {
        Ok(fields) => fields
            .typed()
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect::<Vec<_>>()
            .join(" | "),
        Err(broken) => broken.status().to_string(),
    }
}

const FORM: &str = "application/x-www-form-urlencoded";

#[test]
fn a_form_is_read_as_browsers_write_it() {
    assert_eq!(check(FORM, "r0-1=01302&rev0=0"), "r0-1=01302 | rev0=0");
    assert_eq!(check(FORM, "r0-1=0+1%202&day="), "r0-1=0 1 2 | day=");
    assert_eq!(check(FORM, "&&r0-1&"), "r0-1=");
    assert_eq!(check(&format!("{FORM}; charset=UTF-8"), "n0=%C3%A9"), "n0=é");
    assert_eq!(check(FORM, ""), "");
    assert_eq!(of(&json!({ "Content-Type": FORM, "base64": "" }), "cjAtMT0x"), "r0-1=1");
}

#[test]
fn what_is_no_form_of_ours_is_refused() {
    assert_eq!(check(FORM, "r0-1=1&r0-1=2"), "400");
    assert_eq!(check(FORM, "r0-1=%ff"), "400");
    assert_eq!(check(FORM, "%zz=1"), "400");
    assert_eq!(check(FORM, "r0-1=%"), "400");
    assert_eq!(of(&json!({ "content-type": FORM, "base64": "" }), "not base64!"), "400");
    assert_eq!(check("application/json", "{}"), "415");
    assert_eq!(check("multipart/form-data; boundary=x", ""), "415");
    assert_eq!(check(&format!("{FORM}; charset=utf-16"), ""), "415");
    assert_eq!(check("", "r0-1=1"), "415");
}

#[test]
fn a_body_has_limits() {
    let sized = |bytes: usize| check(FORM, &format!("r={}", "9".repeat(bytes - 2)));
    assert_ne!(sized(8192), "413");
    assert_eq!(sized(8193), "413");
    let many = |count: usize| {
        let fields: Vec<_> = (0..count).map(|n| format!("f{n}=")).collect();
        check(FORM, &fields.join("&"))
    };
    assert_ne!(many(64), "400");
    assert_eq!(many(65), "400");
}

#[test]
fn a_form_of_another_website_is_refused() {
    let from = |site: &str| of(&json!({ "content-type": FORM, "sec-fetch-site": site }), "a=1");
    assert_eq!(from("same-origin"), "a=1");
    for site in ["cross-site", "same-site", "none", ""] {
        assert_eq!(from(site), "403", "{site}");
    }
}

proptest! {
    #[test]
    fn every_body_is_a_form_or_refused(body in ".{0,256}", bytes in ".{0,64}") {
        let plain = check(FORM, &body);
        prop_assert!(plain == "400" || plain.matches(" | ").count() <= body.matches(['&', '|', '%']).count());
        let encoded = of(&json!({ "content-type": FORM, "base64": "" }), &bytes);
        prop_assert!(encoded == "400" || bytes.len().rem_euclid(4) == 0);
    }

    #[test]
    fn what_a_browser_encodes_is_read_back(value in "\\PC{0,40}") {
        let digits: Vec<_> = value.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let encoded = digits.concat();
        prop_assert_eq!(check(FORM, &format!("a={encoded}")), format!("a={value}"));
    }
}
