//! The whole URL in a mail.

use std::fmt;

use crate::token::Token;

/// Where the utility's pages are, from configuration: never from the request that asks for one.
///
/// It is `https://` and a host name; for the local stack, `http://` and a loopback host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl(String);

impl BaseUrl {
    /// The longest host, with its port: a longer one breaks links where mail is wrapped at 76.
    pub const LONGEST_HOST: usize = 25;

    /// Reads a base URL without a path.
    ///
    /// **Shape.** Lower case, at most 25 characters of host and port, no slash at the end.
    /// **Errors.** See [`BaseUrlError`].
    ///
    /// ```
    /// use links::link::BaseUrl;
    ///
    /// assert!(BaseUrl::parse("https://stand.voorbeeld.nl").is_ok());
    /// assert!(BaseUrl::parse("http://stand.voorbeeld.nl").is_err());
    /// assert!(BaseUrl::parse("http://127.0.0.1:8080").is_ok());
    /// ```
    pub fn parse(text: &str) -> Result<Self, BaseUrlError> {
        let (authority, scheme) =
            match (text.strip_prefix("https://"), text.strip_prefix("http://")) {
                (Some(authority), _) => (authority, Scheme::Https),
                (None, Some(authority)) => (authority, Scheme::Http),
                (None, None) => return Err(BaseUrlError::Scheme),
            };
        let (host, port) = match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        };
        if !host.split('.').all(is_label) || port.is_some_and(|port| !is_port(port)) {
            return Err(BaseUrlError::Host);
        }
        if matches!(scheme, Scheme::Http) && !["127.0.0.1", "localhost"].contains(&host) {
            return Err(BaseUrlError::Scheme);
        }
        if authority.len() > Self::LONGEST_HOST {
            return Err(BaseUrlError::TooLong { characters: authority.len() });
        }
        Ok(Self(text.to_owned()))
    }

    /// Its host, with a port where it has one: what a mail says that links begin with.
    pub fn host(&self) -> &str {
        self.0.split_once("//").map_or(self.0.as_str(), |(_, host)| host)
    }

    /// As it was read, without a slash at the end.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

enum Scheme {
    Https,
    Http,
}

/// One part of a host name (RFC 1123 section 2.1), in lower case.
fn is_label(label: &str) -> bool {
    let known = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
    !label.is_empty()
        && label.bytes().all(known)
        && !label.starts_with('-')
        && !label.ends_with('-')
}

/// 1 to 65535, without zeros before it.
fn is_port(port: &str) -> bool {
    port.bytes().all(|c| c.is_ascii_digit())
        && !port.starts_with('0')
        && port.parse::<u16>().is_ok()
}

/// What is wrong with a configured base URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BaseUrlError {
    /// Links must be of `https`; stop the deploy. (`http` is for a loopback host only.)
    #[error("the base URL must begin with https://")]
    Scheme,
    /// Not a host name with perhaps a port, or something follows it; stop the deploy.
    #[error("the base URL must be a host name in lower case and nothing after it")]
    Host,
    /// Links would be longer than a line of a mail; take a shorter host name.
    #[error("the host of the base URL has {characters} characters, 25 is the most")]
    TooLong {
        /// How many there are, the port included.
        characters: usize,
    },
}

/// The whole URL in a mail, at most 76 characters.
///
/// Who has it may use it: it prints as stars.
pub struct Link(String);

impl Link {
    /// The longest that a link can be: one line of a mail that was encoded for transport.
    pub const LONGEST: usize = 76;

    pub(crate) fn new(base: &BaseUrl, path: &str, token: &Token) -> Self {
        Self([base.as_str(), path, token.reveal()].concat())
    }

    /// The URL, for the mail that is being rendered and nothing else.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests;
