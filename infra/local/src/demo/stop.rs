//! How the demo is ended: a first signal lets it finish the step that it is in, a second does not.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Notify;

/// A second signal ended it: 128 and the number of SIGINT.
const INTERRUPTED: i32 = 130;

/// Whether the demo is to end; clones say the same.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<Asked>);

#[derive(Debug, Default)]
struct Asked {
    is_asked: AtomicBool,
    noticed: Notify,
}

impl Stop {
    /// Asks it to end after the step that it is in.
    pub fn ask(&self) {
        self.0.is_asked.store(true, Ordering::SeqCst);
        self.0.noticed.notify_waiters();
    }

    /// Whether it was asked to end.
    pub fn is_asked(&self) -> bool {
        self.0.is_asked.load(Ordering::SeqCst)
    }

    /// Waits until it is asked to end.
    pub(super) async fn asked(&self) {
        let noticed = self.0.noticed.notified();
        if !self.is_asked() {
            noticed.await;
        }
    }

    /// Listens for SIGINT and SIGTERM on a thread of its own: a step of the stack occupies the one
    /// on which it runs.
    ///
    /// **Errors.** The system refuses a thread or a signal.
    pub(super) fn on_signals(&self) -> io::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (mut interrupt, mut terminate) = {
            let _within = runtime.enter();
            (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?)
        };
        let stop = self.clone();
        let listen = move || {
            runtime.block_on(async {
                let mut any = async || {
                    tokio::select! {
                        _ = interrupt.recv() => {}
                        _ = terminate.recv() => {}
                    }
                };
                any().await;
                stop.ask();
                any().await;
            });
            leave();
        };
        thread::Builder::new().name("signals".to_owned()).spawn(listen).map(drop)
    }
}

/// Ends the program at once.
#[expect(clippy::exit, reason = "who presses Ctrl-C twice does not want to wait for anything")]
fn leave() {
    std::process::exit(INTERRUPTED)
}
