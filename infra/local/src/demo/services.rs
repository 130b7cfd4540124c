//! The stand-ins on ports of their own, for programs that speak to AWS.

use std::future::pending;
use std::net::TcpListener;
use std::sync::Arc;

use bytes::Bytes;
use futures::future::try_join_all;
use http::Request;

use crate::gate::Service;
use crate::standin::{self, ServeError};

use super::Demo;

/// What listens on one of the ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Port {
    One(Service),
    /// Both speak AWS JSON and are told apart by the target that a request names.
    QueuesAndSecrets,
}

/// In the order of the ports.
const PORTS: [Port; 4] = [
    Port::One(Service::DynamoDb),
    Port::One(Service::S3),
    Port::One(Service::Ses),
    Port::QueuesAndSecrets,
];

/// Serves the stand-ins of `demo` until the returned future is dropped.
///
/// **Errors.** See [`ServeError`].
pub(super) async fn serve(demo: &Arc<Demo>, listeners: Vec<TcpListener>) -> Result<(), ServeError> {
    let served = PORTS.into_iter().zip(listeners).map(async |(port, listener)| {
        listener.set_nonblocking(true)?;
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let demo = Arc::clone(demo);
        let answer = move |request: Request<Bytes>| {
            let (demo, service) = (Arc::clone(&demo), service(port, &request));
            async move { demo.call(service, request).await }
        };
        standin::serve_calls(listener, answer).await
    });
    try_join_all(served).await?;
    pending().await
}

fn service(port: Port, request: &Request<Bytes>) -> Service {
    let target = request.headers().get("x-amz-target").and_then(|target| target.to_str().ok());
    match port {
        Port::One(service) => service,
        Port::QueuesAndSecrets if target.is_some_and(|it| it.starts_with("secretsmanager.")) => {
            Service::SecretsManager
        }
        Port::QueuesAndSecrets => Service::Sqs,
    }
}

#[cfg(test)]
mod tests;
