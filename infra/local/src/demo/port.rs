//! Where the demo listens: on 127.0.0.1, and nowhere else.

use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, TcpListener};

/// The first port that is tried.
const FIRST: u16 = 8025;

/// The ports that are tried after it, ten apart.
const OTHERS: std::ops::RangeInclusive<u16> = 1..=9;

/// A listener, and how it was found.
#[derive(Debug)]
pub struct Door {
    /// Listens on 127.0.0.1.
    pub listener: TcpListener,
    /// Its port.
    pub port: u16,
    /// The port that was in use, if it is another.
    pub avoided: Option<u16>,
}

/// No port could be had; the message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum PortError {
    /// The one that was asked for is taken: choose another.
    #[error("port {0} is in use (asked for by --port {0}); choose another")]
    Asked(u16),
    /// All of those that are tried are taken: name one that is free.
    #[error("ports 8025, 8035 … 8115 are in use; choose another with --port")]
    All,
    /// The system refuses it: a low port needs another, anything else a look at the system.
    #[error("port {port} cannot be used: {source}")]
    Refused {
        /// Which.
        port: u16,
        /// Why.
        source: io::Error,
    },
}

/// Opens `asked`, or the first free one of those that are tried.
///
/// **Errors.** See [`PortError`].
pub fn open(asked: Option<u16>) -> Result<Door, PortError> {
    if let Some(port) = asked {
        return match bind(port)? {
            Some(listener) => Ok(Door { listener, port, avoided: None }),
            None => Err(PortError::Asked(port)),
        };
    }
    if let Some(listener) = bind(FIRST)? {
        return Ok(Door { listener, port: FIRST, avoided: None });
    }
    for step in OTHERS {
        let port = FIRST + 10 * step;
        if let Some(listener) = bind(port)? {
            return Ok(Door { listener, port, avoided: Some(FIRST) });
        }
    }
    Err(PortError::All)
}

/// A listener on `port`; `None` when it is in use.
fn bind(port: u16) -> Result<Option<TcpListener>, PortError> {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
        Ok(listener) => Ok(Some(listener)),
        Err(error) if error.kind() == ErrorKind::AddrInUse => Ok(None),
        Err(source) => Err(PortError::Refused { port, source }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_that_is_in_use_is_named() {
        let held = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = held.local_addr().unwrap().port();
        let refused = open(Some(port)).unwrap_err().to_string();
        let expected =
            format!("port {port} is in use (asked for by --port {port}); choose another");
        assert_eq!(refused, expected);
    }

    #[test]
    fn only_this_computer_can_connect() {
        let held = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = held.local_addr().unwrap().port();
        drop(held);
        let door = open(Some(port)).unwrap();
        assert_eq!(door.listener.local_addr().unwrap().ip(), Ipv4Addr::LOCALHOST);
        assert_eq!((door.port, door.avoided), (port, None));
    }
}
