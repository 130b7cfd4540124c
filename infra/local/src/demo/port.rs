//! Where the demo listens: on 127.0.0.1, and nowhere else; the front door on one port, the
//! stand-ins on the four after it.

use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, TcpListener};

/// The first port that is tried.
const FIRST: u16 = 8025;

/// The ports that are tried after it, ten apart.
const OTHERS: std::ops::RangeInclusive<u16> = 1..=9;

/// The front door, DynamoDB, S3, SES, and SQS with Secrets Manager.
const TOGETHER: u16 = 5;

/// The listeners, and how they were found.
#[derive(Debug)]
pub struct Doors {
    /// Listens for browsers.
    pub front: TcpListener,
    /// Listen for programs that speak to AWS, on the ports after the first.
    pub services: Vec<TcpListener>,
    /// The first port.
    pub port: u16,
    /// The port that was to be the first, if another is.
    pub avoided: Option<u16>,
}

/// Which ports may be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// From this one on, and no others.
    Only(u16),
    /// From this one on if they are free, else the first that are.
    Rather(u16),
    /// The first that are free.
    Any,
}

/// No ports could be had; the message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum PortError {
    /// One that was asked for is taken: choose another.
    #[error("port {taken} is in use (asked for by --port {asked}); choose another")]
    Asked {
        /// The one that is taken.
        taken: u16,
        /// The first of those that were asked for.
        asked: u16,
    },
    /// There are not enough ports above it: choose a lower one.
    #[error("--port {0} is too high: it and the four ports after it are used; choose a lower one")]
    TooHigh(u16),
    /// All of those that are tried are taken: name one that is free.
    #[error(
        "ports 8025, 8035 … 8115, or one of the four after each, are in use; choose another with --port"
    )]
    All,
    /// The system refuses it: a low port needs another, anything else a look at the system.
    #[error("port {port} cannot be used: {source}; choose another with --port")]
    Refused {
        /// Which.
        port: u16,
        /// Why.
        source: io::Error,
    },
}

/// Opens the ports that are wanted.
///
/// **Errors.** See [`PortError`].
pub fn open(wanted: Wanted) -> Result<Doors, PortError> {
    let rather = match wanted {
        Wanted::Only(asked) => {
            return match together(asked)? {
                Found::Free(doors) => Ok(doors),
                Found::Taken(taken) => Err(PortError::Asked { taken, asked }),
            };
        }
        Wanted::Rather(port) => Some(port),
        Wanted::Any => None,
    };
    let first = rather.unwrap_or(FIRST);
    let usual = std::iter::once(FIRST).chain(OTHERS.map(|step| FIRST + 10 * step));
    for port in rather.into_iter().chain(usual) {
        if let Found::Free(doors) = together(port)? {
            let avoided = (port != first).then_some(first);
            return Ok(Doors { avoided, ..doors });
        }
    }
    Err(PortError::All)
}

/// What became of a look for ports.
enum Found {
    Free(Doors),
    /// The first of them that is in use.
    Taken(u16),
}

/// The ports from `first` on.
fn together(first: u16) -> Result<Found, PortError> {
    let last = first.checked_add(TOGETHER - 1).ok_or(PortError::TooHigh(first))?;
    let mut listeners = Vec::new();
    for port in first..=last {
        match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
            Ok(listener) => listeners.push(listener),
            Err(error) if error.kind() == ErrorKind::AddrInUse => return Ok(Found::Taken(port)),
            Err(source) => return Err(PortError::Refused { port, source }),
        }
    }
    let services = listeners.split_off(1);
    let front = listeners.pop().ok_or(PortError::All)?;
    Ok(Found::Free(Doors { front, services, port: first, avoided: None }))
}

#[cfg(test)]
mod tests;
