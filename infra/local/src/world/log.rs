//! What the functions logged in this process, kept so that a test can search it.

use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};

static LOGGED: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// Everything that was logged so far in this process, by all its worlds.
pub fn logged() -> String {
    let logged = LOGGED.lock().unwrap_or_else(PoisonError::into_inner);
    String::from_utf8_lossy(&logged).into_owned()
}

/// Writes log lines to where [`logged`] finds them.
#[derive(Debug, Default)]
pub(super) struct Lines;

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut logged = LOGGED.lock().unwrap_or_else(PoisonError::into_inner);
        logged.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
