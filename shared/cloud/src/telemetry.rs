//! Log lines: JSON, one an event, at the edge.

mod lines;

use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use self::lines::Lines;

/// Starts logging of a deployed function: JSON lines at `info`, without time (the log has its own).
///
/// A panic is logged with its place and without its message, which may hold what a customer typed.
pub fn init() {
    let lines = tracing_subscriber::fmt::layer().json().event_format(Lines::default());
    let subscriber = tracing_subscriber::registry().with(LevelFilter::INFO).with(lines);
    if subscriber.try_init().is_ok() {
        std::panic::set_hook(Box::new(|panic| {
            let place = panic.location().map(ToString::to_string).unwrap_or_default();
            tracing::error!(place, "a handler panicked");
        }));
    }
}

/// Starts logging of the local stack: the same lines, written by `write`.
///
/// The first call of a process wins; a test reads all that its process logged.
pub fn init_local<W, F>(write: F)
where
    W: std::io::Write,
    F: Fn() -> W + Send + Sync + 'static,
{
    let lines =
        tracing_subscriber::fmt::layer().json().event_format(Lines::default()).with_writer(write);
    let subscriber = tracing_subscriber::registry().with(LevelFilter::INFO).with(lines);
    // A second stack of the same process logs where the first one does.
    drop(subscriber.try_init());
}

/// Logs a line of JSON as it is, because whoever reads it expects that form.
pub(crate) fn verbatim(line: &str) {
    tracing::info!(target: lines::VERBATIM, line);
}
