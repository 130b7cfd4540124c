//! The way to AWS: the real service, or a stand-in on the other side of the same client.

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_sesv2::config::retry::{RetryConfig, RetryPartition};
use aws_smithy_async::rt::sleep::{AsyncSleep, Sleep};
use aws_smithy_async::time::StaticTimeSource;
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use futures::future::BoxFuture;
use http_body_util::BodyExt as _;

/// Answers one request in the place of AWS; the host of the request names the service.
///
/// `Err` is a connection that was dropped before the whole answer came.
pub type Exchange = Arc<
    dyn Fn(http::Request<Bytes>) -> BoxFuture<'static, Result<http::Response<Bytes>, Dropped>>
        + Send
        + Sync,
>;

/// A connection that was dropped: nobody knows whether the request had its effect.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the connection was dropped")]
pub struct Dropped;

/// How random numbers come about: they are allotted once and stored, never made twice.
#[derive(Clone, Copy, Debug)]
pub enum Chance {
    /// From the operating system.
    System,
    /// Derived from a seed and the name of what they are for: the local stack, where two runs
    /// must be equal to the byte.
    Seeded(u64),
}

/// The clients of one process, each built when it is first asked for: a program that never asks for
/// one does not carry it.
#[derive(Clone)]
pub struct Aws {
    at: Configure,
    reach: Reach,
    clients: Arc<Clients>,
    pub(crate) chance: Chance,
}

/// The configuration that the client of a service is built on, by the names of [`Aws::in_process`].
type Configure = Arc<dyn Fn(&str) -> SdkConfig + Send + Sync>;

/// The clients that were asked for.
#[derive(Default)]
struct Clients {
    dynamodb: OnceLock<aws_sdk_dynamodb::Client>,
    s3: OnceLock<aws_sdk_s3::Client>,
    ses: OnceLock<aws_sdk_sesv2::Client>,
    sqs: OnceLock<aws_sdk_sqs::Client>,
    secrets: OnceLock<aws_sdk_secretsmanager::Client>,
}

impl fmt::Debug for Aws {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Aws").field("chance", &self.chance).finish_non_exhaustive()
    }
}

impl Aws {
    /// The clients of a deployed function: region, credentials and endpoints of its environment.
    pub async fn deployed() -> Self {
        let config = aws_config::defaults(BehaviorVersion::latest()).load().await;
        Self::new(move |_| config.clone(), Reach::Deployed, Chance::System)
    }

    /// Clients whose requests go to `exchange` instead of a socket, in order, without waiting.
    ///
    /// The stand-ins have a host each: `dynamodb.local`, `s3.local`, `ses.local`, `sqs.local`,
    /// `secretsmanager.local`. Only the local stack may build them.
    pub fn in_process(exchange: Exchange, seed: u64) -> Self {
        let connector = SharedHttpConnector::new(InProcess(exchange));
        let config = local()
            .to_builder()
            .http_client(http_client_fn(move |_, _| connector.clone()))
            .sleep_impl(NoWaiting)
            .timeout_config(TimeoutConfig::disabled())
            .build();
        let at = move |service: &str| {
            config.to_builder().endpoint_url(format!("http://{service}.local")).build()
        };
        Self::new(at, Reach::InProcess, Chance::Seeded(seed))
    }

    /// Clients that reach the stand-ins over TCP: `endpoint` gives the URL of a service, by the
    /// names of [`Aws::in_process`]. Only the local stack may build them.
    pub fn over_tcp(endpoint: impl Fn(&str) -> String + Send + Sync + 'static, seed: u64) -> Self {
        let at = move |service: &str| local().to_builder().endpoint_url(endpoint(service)).build();
        Self::new(at, Reach::Loopback, Chance::Seeded(seed))
    }

    fn new(
        at: impl Fn(&str) -> SdkConfig + Send + Sync + 'static,
        reach: Reach,
        chance: Chance,
    ) -> Self {
        Self { at: Arc::new(at), reach, clients: Arc::default(), chance }
    }

    /// The client of the tables.
    pub(crate) fn dynamodb(&self) -> aws_sdk_dynamodb::Client {
        let build = || {
            let mut config = aws_sdk_dynamodb::config::Builder::from(&(self.at)("dynamodb"));
            config.set_retry_partition(self.reach.retry_partition());
            aws_sdk_dynamodb::Client::from_conf(config.build())
        };
        self.clients.dynamodb.get_or_init(build).clone()
    }

    /// The client of the buckets.
    pub(crate) fn s3(&self) -> aws_sdk_s3::Client {
        use aws_sdk_s3::config::{RequestChecksumCalculation, ResponseChecksumValidation};

        let build = || {
            let mut config = aws_sdk_s3::config::Builder::from(&(self.at)("s3"))
                .force_path_style(self.reach != Reach::Deployed)
                .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
                .response_checksum_validation(ResponseChecksumValidation::WhenRequired);
            config.set_retry_partition(self.reach.retry_partition());
            aws_sdk_s3::Client::from_conf(config.build())
        };
        self.clients.s3.get_or_init(build).clone()
    }

    /// The client of the mails. A mail that was taken must not be sent again because its answer was
    /// lost (sending.md 2.3), so it never tries again by itself.
    pub(crate) fn ses(&self) -> aws_sdk_sesv2::Client {
        let build = || {
            let mut config = aws_sdk_sesv2::config::Builder::from(&(self.at)("ses"));
            config.set_retry_config(Some(RetryConfig::disabled()));
            config.set_timeout_config(Some(self.reach.patience_with_ses()));
            aws_sdk_sesv2::Client::from_conf(config.build())
        };
        self.clients.ses.get_or_init(build).clone()
    }

    /// The client of the queues.
    pub(crate) fn sqs(&self) -> aws_sdk_sqs::Client {
        let build = || {
            let mut config = aws_sdk_sqs::config::Builder::from(&(self.at)("sqs"));
            config.set_retry_partition(self.reach.retry_partition());
            aws_sdk_sqs::Client::from_conf(config.build())
        };
        self.clients.sqs.get_or_init(build).clone()
    }

    /// The client of the keys.
    pub(crate) fn secrets(&self) -> aws_sdk_secretsmanager::Client {
        let build = || {
            let mut config =
                aws_sdk_secretsmanager::config::Builder::from(&(self.at)("secretsmanager"));
            config.set_retry_partition(self.reach.retry_partition());
            aws_sdk_secretsmanager::Client::from_conf(config.build())
        };
        self.clients.secrets.get_or_init(build).clone()
    }
}

/// What is on the other side of the clients.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// AWS.
    Deployed,
    /// Stand-ins in this process.
    InProcess,
    /// Stand-ins behind sockets of this machine.
    Loopback,
}

impl Reach {
    /// The budget of retries of a client. In AWS it is that of the process; the stacks of one test
    /// process have one each, so that none depends on what failed in another.
    fn retry_partition(self) -> Option<RetryPartition> {
        match self {
            Self::Deployed => None,
            Self::InProcess | Self::Loopback => {
                Some(RetryPartition::custom("the local stack").build())
            }
        }
    }

    /// How long one call of SES may take; what became of it is uncertain after that. On this
    /// machine an answer that takes longer than a blink does not come.
    fn patience_with_ses(self) -> TimeoutConfig {
        let (connect, attempt) = match self {
            Self::Deployed => (Duration::from_secs(3), Duration::from_secs(10)),
            Self::InProcess => return TimeoutConfig::disabled(),
            Self::Loopback => (Duration::from_millis(300), Duration::from_millis(300)),
        };
        TimeoutConfig::builder().connect_timeout(connect).operation_attempt_timeout(attempt).build()
    }
}

/// What every client of the local stack has in common: a region that is none, credentials that
/// open nothing, and a clock that stands still, so that two runs send the same bytes.
fn local() -> SdkConfig {
    let credentials = Credentials::new("local", "local", None, None, "the local stack");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static("eu-central-1"))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .time_source(StaticTimeSource::from_secs(1_767_225_600))
        .build()
}

/// Retries of the in-process clients come at once: its time stands still.
#[derive(Debug)]
struct NoWaiting;

impl AsyncSleep for NoWaiting {
    fn sleep(&self, _: Duration) -> Sleep {
        Sleep::new(std::future::ready(()))
    }
}

/// The connector that hands each request to an [`Exchange`].
struct InProcess(Exchange);

impl fmt::Debug for InProcess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InProcess")
    }
}

impl HttpConnector for InProcess {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let exchange = Arc::clone(&self.0);
        HttpConnectorFuture::new(async move {
            let request = whole(request).await?;
            let answer =
                exchange(request).await.map_err(|dropped| ConnectorError::io(dropped.into()))?;
            HttpResponse::try_from(answer.map(SdkBody::from))
                .map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}

/// The request with all of its body.
async fn whole(request: HttpRequest) -> Result<http::Request<Bytes>, ConnectorError> {
    let request = request.try_into_http1x().map_err(|error| ConnectorError::user(error.into()))?;
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(ConnectorError::user)?.to_bytes();
    Ok(http::Request::from_parts(head, body))
}
