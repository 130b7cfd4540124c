//! `meterlink demo`: a fictional utility on this computer, with its customers' inbox and its back
//! office in the browser.
//!
//! [`Demo::answer`] is all of it without a socket: the pages behind links are answered by the
//! front door as they are in production, `/inbox`, `/ops` and `/_local/` exist only here.

mod banner;
mod clock_bar;
mod control;
pub mod customers;
mod forward;
mod inbox;
mod mailbox;
mod ops;
mod page;
mod port;
mod running;
mod year;

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use axum::body::Body;
use http::{Request, Response, StatusCode};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

pub use banner::Counted;
pub use port::{Door, PortError, open};
pub use running::{Begin, Demo};
pub use year::StartError;

use crate::delivery::{self, FolderError};

/// What the demo can be told.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Args {
    /// Serve on this port of 127.0.0.1 and no other [default: the first free one of 8025, 8035 … 8115]
    #[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
    pub port: Option<u16>,
    /// The folder with the five files of the old administration, instead of the demo's customers
    #[arg(long, value_name = "DIR")]
    pub import: Option<PathBuf>,
}

/// What was asked for cannot be done, as clap says it.
const MISUSED: u8 = 2;

/// sysexits(3): something that is needed cannot be had.
const UNAVAILABLE: u8 = 69;

/// A second signal ended it: 128 and the number of SIGINT.
const INTERRUPTED: u8 = 130;

/// The largest body that is read from a browser.
const LARGEST: usize = 10 * 1024 * 1024;

/// Runs the demo until a signal ends it.
pub fn run(args: &Args) -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let ended = match runtime {
        Ok(runtime) => runtime.block_on(serve(args)),
        Err(error) => Err(Ended::Io(error)),
    };
    ended.unwrap_or_else(|ended| {
        match ended {
            // Its text is a report, not a sentence.
            Ended::Start(StartError::Refused { .. }) => drop(writeln!(io::stderr(), "{ended}")),
            Ended::Port(_) | Ended::Set(_) | Ended::Start(_) | Ended::Io(_) => {
                say_wrong(&ended.to_string());
            }
        }
        match ended {
            Ended::Port(_) => ExitCode::from(UNAVAILABLE),
            Ended::Set(_) => ExitCode::from(MISUSED),
            Ended::Start(_) | Ended::Io(_) => ExitCode::FAILURE,
        }
    })
}

/// Why the demo ended by itself; each is told and ends the program.
#[derive(Debug, thiserror::Error)]
enum Ended {
    /// No port could be had: choose another.
    #[error(transparent)]
    Port(#[from] PortError),
    /// The folder of a set cannot be read: name another.
    #[error(transparent)]
    Set(#[from] FolderError),
    /// The stack did not start: mend what it names.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The system refused a socket or a signal.
    #[error(transparent)]
    Io(#[from] io::Error),
}

async fn serve(args: &Args) -> Result<ExitCode, Ended> {
    let set = args.import.as_deref().map(delivery::read).transpose()?;
    let Door { listener, port, avoided } = open(args.port)?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let demo = Arc::new(Demo::start(Begin { port, set }).await?);
    let mut stdout = io::stdout();
    if let Some(avoided) = avoided {
        writeln!(stdout, "Port {avoided} is in use; using {port}.\n")?;
    }
    writeln!(stdout, "{}", banner::text(port, &demo.counted().await))?;
    stdout.flush()?;

    listener.set_nonblocking(true)?;
    let listener = TcpListener::from_std(listener)?;
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let served = axum::serve(listener, router(demo)).with_graceful_shutdown(async {
        stopped.await.unwrap_or_default();
    });
    let mut served = std::pin::pin!(served.into_future());
    tokio::select! {
        ended = &mut served => return Ok(ended.map(|()| ExitCode::SUCCESS)?),
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    // Whoever waits on a connection is told to go; what is being done is finished.
    drop(stop);
    tokio::select! {
        ended = served => Ok(ended.map(|()| ExitCode::SUCCESS)?),
        _ = interrupt.recv() => Ok(ExitCode::from(INTERRUPTED)),
        _ = terminate.recv() => Ok(ExitCode::from(INTERRUPTED)),
    }
}

/// The demo as a service for a socket.
fn router(demo: Arc<Demo>) -> axum::Router {
    axum::Router::new().fallback(move |request: Request<Body>| {
        let demo = Arc::clone(&demo);
        async move {
            let (head, body) = request.into_parts();
            if let Ok(body) = axum::body::to_bytes(body, LARGEST).await {
                return demo.answer(Request::from_parts(head, body)).await.map(Body::from);
            }
            let mut response = Response::new(Body::from("The body is too large.\n"));
            *response.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
            response
        }
    })
}

/// Tells whoever started the program what went wrong.
fn say_wrong(sentence: &str) {
    // Nobody is left to tell when standard error is gone.
    drop(writeln!(io::stderr(), "error: {sentence}"));
}

#[cfg(test)]
mod tests;
