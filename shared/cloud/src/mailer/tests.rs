use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::error::ErrorMetadata;

use super::*;

/// The text of SES above the rate, and above the quota of the day.
const RATE: &str = "Maximum sending rate exceeded.";
const DAILY: &str = "Daily message quota exceeded.";

/// What an answer of the service with `status`, `code` (none where it is empty) and `text` means.
fn answered(status: u16, code: &str, text: &str) -> Posted {
    let mut told = ErrorMetadata::builder().message(text);
    if !code.is_empty() {
        told = told.code(code);
    }
    let raw = HttpResponse::new(status.try_into().unwrap(), SdkBody::empty());
    classify(&SdkError::service_error(SendEmailError::generic(told.build()), raw))
}

#[test]
fn above_the_rate_a_mail_goes_later() {
    for code in THROTTLED {
        for status in [400, 429, 503] {
            for text in [RATE, "Slow down, please.", ""] {
                assert_eq!(answered(status, code, text), Posted::Throttled, "{status} {code}");
            }
        }
    }
    // The status alone says so, whatever the code.
    for code in ["", "UnknownError", "SomethingNew"] {
        assert_eq!(answered(429, code, ""), Posted::Throttled, "{code}");
    }
}

#[test]
fn above_the_quota_of_the_day_a_mail_goes_tomorrow() {
    for code in THROTTLED {
        for status in [400, 429] {
            assert_eq!(answered(status, code, DAILY), Posted::QuotaUsed, "{status} {code}");
        }
    }
    assert_eq!(answered(429, "", "454 Throttling failure: Daily message quota"), Posted::QuotaUsed);
    assert_eq!(answered(429, "", "daily message quota exceeded"), Posted::QuotaUsed);
}

#[test]
fn who_may_not_send_at_all_is_blocked() {
    for (status, code) in [
        (400, "AccountSuspendedException"),
        (400, "SendingPausedException"),
        (400, "MailFromDomainNotVerifiedException"),
        (404, "NotFoundException"),
        (403, "AccessDeniedException"),
        (403, "ExpiredTokenException"),
        (403, "InvalidClientTokenId"),
        (401, "UnrecognizedClientException"),
    ] {
        assert_eq!(answered(status, code, "No."), Posted::Blocked(code.into()), "{code}");
    }
}

#[test]
fn a_mail_that_is_refused_is_refused_for_good() {
    for code in ["MessageRejected", "BadRequestException"] {
        assert_eq!(answered(400, code, "No."), Posted::Rejected(code.into()), "{code}");
    }
}

#[test]
fn every_other_answer_leaves_a_doubt() {
    for (status, code) in [
        (500, "InternalFailure"),
        (500, "InternalServiceErrorException"),
        (503, "ServiceUnavailable"),
        (502, ""),
        (400, "SomethingNew"),
    ] {
        let told = if code.is_empty() { "no code" } else { code };
        // What the text says does not matter where neither code nor status is known.
        for text in ["", DAILY] {
            assert_eq!(answered(status, code, text), Posted::Uncertain(told.into()), "{code}");
        }
    }
}

#[test]
fn what_was_not_sent_is_told_from_what_perhaps_was() {
    type Failed = SdkError<SendEmailError, HttpResponse>;

    let unbuilt = Failed::construction_failure("no body");
    assert!(matches!(classify(&unbuilt), Posted::Unbuilt(_)));
    let ours = Failed::dispatch_failure(ConnectorError::user("no host".into()));
    assert_eq!(classify(&ours), Posted::NotSent);
    for uncertain in [
        Failed::timeout_error("ten seconds"),
        Failed::dispatch_failure(ConnectorError::io("reset".into())),
        Failed::dispatch_failure(ConnectorError::timeout("read".into())),
        Failed::response_error("cut", HttpResponse::new(200.try_into().unwrap(), SdkBody::empty())),
    ] {
        assert!(matches!(classify(&uncertain), Posted::Uncertain(_)), "{uncertain:?}");
    }
}
