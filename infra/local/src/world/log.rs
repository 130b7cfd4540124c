//! What the functions of a stack logged, kept so that it can be searched.

use std::cell::RefCell;
use std::io::{self, Write};

thread_local! {
    static LOGGED: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Everything that was logged so far on this thread, by all its worlds: the functions of a world
/// work where its test does.
pub fn logged() -> String {
    since(0)
}

/// Has every function of this process log to where it can be searched; how much was logged so far on
/// this thread. A process that logs to somewhere else already goes on there.
pub(crate) fn keep() -> usize {
    cloud::telemetry::init_local(Lines::default);
    mark()
}

/// How much was logged so far on this thread.
pub(super) fn mark() -> usize {
    LOGGED.with_borrow(Vec::len)
}

/// What was logged on this thread since a mark.
pub(crate) fn since(mark: usize) -> String {
    LOGGED.with_borrow(|logged| {
        String::from_utf8_lossy(logged.get(mark..).unwrap_or_default()).into_owned()
    })
}

/// Writes log lines to where [`logged`] finds them.
#[derive(Debug, Default)]
struct Lines;

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOGGED.with_borrow_mut(|logged| logged.extend_from_slice(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
