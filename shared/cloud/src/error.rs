//! What a call to AWS can come to, in the four ways that a caller acts on.

use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

/// What a call came to that did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A condition did not hold: somebody else was first. Read again, then decide again.
    ///
    /// `items` are the positions, in a transaction, of the items whose condition did not hold.
    #[error("another write came first")]
    Conflict {
        /// Positions in the transaction, from 0; of a single write it is `[0]`.
        items: Vec<usize>,
    },
    /// What was asked for is not there. Answer as if it never was.
    #[error("{what} is not there")]
    Missing {
        /// The kind of thing, without its key.
        what: &'static str,
    },
    /// The service asked for less; the SDK's own retries are used up. Let the event come again.
    #[error("{operation} was throttled")]
    Throttled {
        /// The operation of the service.
        operation: &'static str,
    },
    /// Anything else. Fail the event: it comes again, and a person reads the alarm.
    #[error("{operation}: {code}")]
    Sdk {
        /// The operation of the service.
        operation: &'static str,
        /// The service's code, or what kept us from it.
        code: String,
        /// What the SDK said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl Error {
    /// What the error of `operation` means for the caller.
    pub(crate) fn of<E, R>(operation: &'static str, error: SdkError<E, R>) -> Self
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
        R: std::fmt::Debug + Send + Sync + 'static,
    {
        let code = error.code().unwrap_or(kind(&error)).to_owned();
        match code.as_str() {
            "ConditionalCheckFailedException"
            | "PreconditionFailed"
            | "ResourceExistsException" => Self::Conflict { items: vec![0] },
            "NoSuchKey" | "ResourceNotFoundException" => Self::Missing { what: operation },
            "ThrottlingException"
            | "ProvisionedThroughputExceededException"
            | "RequestLimitExceeded"
            | "TransactionConflictException"
            | "TransactionInProgressException"
            | "SlowDown" => Self::Throttled { operation },
            _ => Self::Sdk { operation, code, source: error.into() },
        }
    }

    /// What a cancelled transaction means for the caller.
    pub(crate) fn of_transaction<R>(error: SdkError<TransactWriteItemsError, R>) -> Self
    where
        R: std::fmt::Debug + Send + Sync + 'static,
    {
        let operation = "TransactWriteItems";
        let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) =
            error.as_service_error()
        else {
            return Self::of(operation, error);
        };
        let codes = cancelled.cancellation_reasons().iter().map(|reason| reason.code());
        let failed = |code| move |(place, found)| (found == Some(code)).then_some(place);
        let items: Vec<usize> =
            codes.clone().enumerate().filter_map(failed("ConditionalCheckFailed")).collect();
        if !items.is_empty() {
            return Self::Conflict { items };
        }
        let passing =
            |code: Option<&str>| matches!(code, Some("TransactionConflict" | "ThrottlingError"));
        if codes.clone().any(passing) {
            return Self::Throttled { operation };
        }
        let code = codes.flatten().find(|code| *code != "None").unwrap_or("cancelled").to_owned();
        Self::Sdk { operation, code, source: error.into() }
    }

    /// An item or a message that does not have the shape that this release reads.
    pub(crate) fn shape(
        what: &'static str,
        source: impl std::error::Error + Send + Sync + 'static,
    ) -> Self {
        Self::Sdk { operation: what, code: "unreadable".into(), source: source.into() }
    }

    /// Whether the same event may succeed later.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Conflict { .. } | Self::Throttled { .. } => true,
            Self::Sdk { code, .. } => {
                !matches!(code.as_str(), "unreadable" | "ValidationException")
            }
            Self::Missing { .. } => false,
        }
    }
}

/// What kept a call from getting the service's own answer.
fn kind<E, R>(error: &SdkError<E, R>) -> &'static str {
    match error {
        SdkError::ConstructionFailure(_) => "not built",
        SdkError::TimeoutError(_) => "timed out",
        SdkError::DispatchFailure(_) => "not delivered",
        SdkError::ResponseError(_) => "answer unreadable",
        SdkError::ServiceError(_) | _ => "no code",
    }
}
