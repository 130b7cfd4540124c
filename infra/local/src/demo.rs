//! `meterlink demo`: a fictional utility on this computer, with its customers' inbox and its back
//! office in the browser.
//!
//! [`Demo::answer`] is all of it without a socket: the pages behind links are answered by the
//! front door as they are in production, `/inbox`, `/ops` and `/_local/` exist only here.

mod banner;
mod clock_bar;
mod control;
pub mod customers;
mod data;
mod forward;
mod inbox;
mod mailbox;
mod ops;
mod page;
mod port;
mod running;
mod services;
mod stop;
mod year;

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use axum::body::Body;
use http::{Request, Response, StatusCode};
use tokio::net::TcpListener;

pub use banner::{Counted, YearKind};
pub use data::{DataError, Folder};
pub use port::{Doors, PortError, Wanted, open};
pub use running::{Begin, Demo};
pub use stop::Stop;
pub use year::{MoveError, StartError};

use crate::delivery::{self, FolderError};
use crate::standin::ServeError;
use banner::Banner;

/// What the demo can be told.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Args {
    /// Serve browsers on this port of 127.0.0.1, and DynamoDB, S3, SES, and SQS with Secrets Manager
    /// on the four after it [default: the first five that are free from 8025, 8035 … 8115]
    #[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
    pub port: Option<u16>,
    /// The folder with the five files of the old administration, instead of the demo's customers
    #[arg(long, value_name = "DIR")]
    pub import: Option<PathBuf>,
    /// Keep everything in this folder, and go on with what it holds
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
}

/// What was asked for cannot be done, as clap says it.
const MISUSED: u8 = 2;

/// sysexits(3): something that is needed cannot be had.
const UNAVAILABLE: u8 = 69;

/// sysexits(3): a file cannot be created.
const NOT_CREATED: u8 = 73;

/// The largest body that is read from a browser.
const LARGEST: usize = 10 * 1024 * 1024;

/// Runs the demo until a signal ends it.
pub fn run(args: &Args) -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let ended = match runtime {
        Ok(runtime) => runtime.block_on(serve(args)),
        Err(error) => Err(Ended::Io(error)),
    };
    match ended {
        Ok(()) | Err(Ended::Start(StartError::Stopped)) => ExitCode::SUCCESS,
        Err(ended) => {
            ended.tell();
            ended.status()
        }
    }
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
    /// The folder for the data cannot be used: name another.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The stack did not start: mend what it names.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The system refused a socket or a signal.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// A port of the stand-ins failed.
    #[error(transparent)]
    Serve(#[from] ServeError),
}

impl Ended {
    fn status(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Set(_) | Self::Start(StartError::Begun(_)) => MISUSED,
            Self::Port(_) => UNAVAILABLE,
            Self::Data(_) | Self::Start(StartError::Data(_)) => NOT_CREATED,
            Self::Start(_) | Self::Io(_) | Self::Serve(_) => 1,
        })
    }

    fn tell(&self) {
        if let Self::Start(StartError::Refused { .. }) = self {
            // A report, not a sentence. Nobody is left to tell when standard error is gone.
            drop(writeln!(io::stderr(), "{self}"));
        } else {
            say_wrong(&self.to_string());
        }
    }
}

async fn serve(args: &Args) -> Result<(), Ended> {
    let stop = Stop::default();
    stop.on_signals()?;
    let set = args.import.as_deref().map(delivery::read).transpose()?;
    let data = args.data.as_deref().map(Folder::open).transpose()?;
    let kept = data.as_ref().and_then(Folder::port);
    let wanted = match (args.port, kept) {
        (Some(port), _) => Wanted::Only(port),
        (None, Some(port)) => Wanted::Rather(port),
        (None, None) => Wanted::Any,
    };
    let Doors { front, services, port, avoided } = open(wanted)?;
    let begin = Begin { port, set, data, stop: stop.clone() };
    let demo = Arc::new(Demo::start(begin).await?);
    let mut stdout = io::stdout();
    if let Some(avoided) = avoided {
        writeln!(stdout, "Port {avoided} is in use; using {port}.\n")?;
    }
    let banner = Banner { port, kept, data: args.data.as_deref(), counted: demo.counted().await };
    writeln!(stdout, "{banner}")?;
    stdout.flush()?;

    front.set_nonblocking(true)?;
    let front = TcpListener::from_std(front)?;
    let asked = stop.clone();
    let served = axum::serve(front, router(Arc::clone(&demo)))
        .with_graceful_shutdown(async move { asked.asked().await });
    let browsers = async {
        let ended = served.await;
        // A call of a program may still be in its step.
        demo.finish().await;
        ended
    };
    tokio::select! {
        ended = browsers => Ok(ended?),
        failed = services::serve(&demo, services) => Ok(failed?),
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
