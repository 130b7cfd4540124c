//! SES: one request per claim, and what its answer means.

use std::error::Error;
use std::fmt;

use aws_sdk_sesv2::operation::send_email::SendEmailError;
use aws_sdk_sesv2::primitives::Blob;
use aws_sdk_sesv2::types::{Destination, EmailContent, MessageTag, RawMessage};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata as _;

use domain::account::MailAddress;
use domain::sending::{Scope, SendId};

use crate::settings::Name;
use crate::{Aws, Settings};

/// Sends rendered mails.
#[derive(Clone)]
pub struct Mailer {
    client: aws_sdk_sesv2::Client,
    from: String,
    proof: String,
    plain: String,
}

impl fmt::Debug for Mailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mailer").field("from", &self.from).finish_non_exhaustive()
    }
}

/// One rendered mail and what it is called in the ledger.
#[derive(Clone, Copy)]
pub struct Letter<'a> {
    /// The whole message, RFC 5322.
    pub raw: &'a [u8],
    /// Who gets it.
    pub to: &'a [MailAddress],
    /// What it belongs to.
    pub scope: &'a Scope,
    /// Its row.
    pub send: SendId,
    /// The attempt that the claim counted, from 1.
    pub attempt: u32,
    /// Which events must prove its arrival.
    pub track: Track,
}

impl fmt::Debug for Letter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Letter({} {})", self.scope, self.send)
    }
}

/// Which events a mail must bring back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Track {
    /// That it arrived, too: the call and the invoice.
    Proof,
    /// Only that it did not.
    Plain,
}

/// What became of one call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Posted {
    /// It was taken, under this id.
    Accepted(String),
    /// Not a byte of it was sent: it may be tried again.
    NotSent,
    /// The request could not be built: our mistake, a person must look.
    Unbuilt(String),
    /// The rate was exceeded: later, slower.
    Throttled,
    /// The quota of the day is used up.
    QuotaUsed,
    /// The sending account may not send at all.
    Blocked(String),
    /// It was refused for good.
    Rejected(String),
    /// It may have been taken.
    Uncertain(String),
}

impl Mailer {
    /// The mailer of one function.
    pub fn new(aws: &Aws, settings: &Settings) -> Self {
        let owned = |name| settings.get(name).to_owned();
        Self {
            client: aws.ses(),
            from: owned(Name::SesFrom),
            proof: owned(Name::SesProof),
            plain: owned(Name::SesPlain),
        }
    }

    /// Sends one mail. The client makes one request and never repeats it.
    ///
    /// **Source.** The table of answers: `docs/decisions/0004-one-request-per-claim.md`.
    pub async fn send(&self, letter: Letter<'_>) -> Posted {
        let call = self.client.send_email();
        let raw = RawMessage::builder().data(Blob::new(letter.raw)).build();
        let raw = match raw {
            Ok(raw) => raw,
            Err(error) => return Posted::Unbuilt(error.to_string()),
        };
        let tags = [
            ("scope", letter.scope.to_string()),
            ("send", letter.send.to_string()),
            ("attempt", letter.attempt.to_string()),
            ("kind", letter.scope.kind()),
        ];
        let mut call = call
            .from_email_address(&self.from)
            .configuration_set_name(match letter.track {
                Track::Proof => &self.proof,
                Track::Plain => &self.plain,
            })
            .content(EmailContent::builder().raw(raw).build())
            .destination(
                Destination::builder()
                    .set_to_addresses(Some(
                        letter.to.iter().map(|to| to.as_str().to_owned()).collect(),
                    ))
                    .build(),
            );
        for (name, value) in tags {
            match MessageTag::builder().name(name).value(value).build() {
                Ok(tag) => call = call.email_tags(tag),
                Err(error) => return Posted::Unbuilt(error.to_string()),
            }
        }
        match call.send().await {
            Ok(answer) => Posted::Accepted(answer.message_id.unwrap_or_default()),
            Err(error) => classify(&error),
        }
    }
}

/// What an answer that is no success means for the row.
fn classify(error: &SdkError<SendEmailError, HttpResponse>) -> Posted {
    match error {
        SdkError::ConstructionFailure(_) => Posted::Unbuilt(error.to_string()),
        SdkError::DispatchFailure(failure) if failure.is_user() => Posted::NotSent,
        SdkError::DispatchFailure(failure)
            if failure.as_connector_error().is_some_and(|error| never_connected(error)) =>
        {
            Posted::NotSent
        }
        SdkError::ServiceError(answer) => {
            let code = answer.err().code().unwrap_or("no code");
            let text = answer.err().message().unwrap_or_default();
            of_answer(answer.raw().status().as_u16(), code, text)
        }
        SdkError::TimeoutError(_)
        | SdkError::DispatchFailure(_)
        | SdkError::ResponseError(_)
        | _ => Posted::Uncertain(error.to_string()),
    }
}

/// Whether the connection never came about, so that not a byte was written: the name was not found,
/// the port refused, TLS failed, or neither answered in time.
fn never_connected(error: &(dyn Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        let connecting = error.downcast_ref::<hyper_util::client::legacy::Error>();
        if connecting.is_some_and(hyper_util::client::legacy::Error::is_connect) {
            return true;
        }
        cause = error.source();
    }
    false
}

/// The status of an answer that asks to slow down, whatever its code.
const TOO_MANY_REQUESTS: u16 = 429;

/// The statuses of an answer that refuses the caller, before the service looks at the mail: keys that
/// are not valid, and a policy that does not allow it.
///
/// **Source.** SES API v2, common errors.
const FORBIDDEN: [u16; 2] = [401, 403];

/// The codes by which AWS asks to slow down.
///
/// **Source.** SES API v2, `SendEmail`, errors; SES developer guide, errors related to the sending
/// quotas; the codes that the AWS SDK for Rust takes for throttling (`aws-runtime`).
const THROTTLED: [&str; 9] = [
    "TooManyRequestsException",
    "LimitExceededException",
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottled",
    "RequestThrottledException",
    "RequestLimitExceeded",
    "SlowDown",
];

/// What the service's own answer means.
fn of_answer(status: u16, code: &str, text: &str) -> Posted {
    match code {
        "AccountSuspendedException"
        | "SendingPausedException"
        | "MailFromDomainNotVerifiedException"
        | "NotFoundException" => Posted::Blocked(code.to_owned()),
        "MessageRejected" | "BadRequestException" => Posted::Rejected(code.to_owned()),
        _ if FORBIDDEN.contains(&status) => Posted::Blocked(code.to_owned()),
        _ if status != TOO_MANY_REQUESTS && !THROTTLED.contains(&code) => {
            Posted::Uncertain(code.to_owned())
        }
        _ if text.to_ascii_lowercase().contains("daily message quota") => Posted::QuotaUsed,
        _ => Posted::Throttled,
    }
}

#[cfg(test)]
mod tests;
