//! The stand-ins on a socket.

use std::net::Ipv4Addr;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use super::{Dropped, ServeError};

/// Answers the requests that come to `listener` until the returned future is dropped.
///
/// **Errors.** [`ServeError::NotLoopback`] for any address but 127.0.0.1: nothing is served.
pub async fn serve_calls<F, A>(listener: TcpListener, answer: F) -> Result<(), ServeError>
where
    F: Fn(Request<Bytes>) -> A + Send + Sync + 'static,
    A: Future<Output = Result<Response<Bytes>, Dropped>> + Send,
{
    let address = listener.local_addr()?;
    if address.ip() != Ipv4Addr::LOCALHOST {
        return Err(ServeError::NotLoopback(address.ip()));
    }
    let answer = Arc::new(answer);
    // The set ends its connections when this future is dropped.
    let mut connections = tokio::task::JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await?;
        let answer = Arc::clone(&answer);
        connections.spawn(async move {
            let answer = service_fn(|request| answered(&*answer, request));
            let connection = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), answer);
            // A dropped call ends here: hyper closes the socket without a byte of answer.
            if let Err(broken) = connection.await {
                tracing::debug!(error = %broken, "a connection ended early");
            }
        });
        while connections.try_join_next().is_some() {}
    }
}

async fn answered<A>(
    answer: &impl Fn(Request<Bytes>) -> A,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Dropped>
where
    A: Future<Output = Result<Response<Bytes>, Dropped>>,
{
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(|_| Dropped)?.to_bytes();
    Ok(answer(Request::from_parts(head, body)).await?.map(Full::new))
}
