//! Which connections of an account share an invoice.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::account::{Account, Collective, Invoicing};
use crate::connection::{Connection, ConnectionNumber};

/// What one annual invoice is about. With the campaign and the account it names a settlement.
///
/// Its text is `conn-<number>`, `coll-<name>` or `all`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Document {
    /// One connection.
    Connection(ConnectionNumber),
    /// The connections of a *verzameling*.
    Collective(Collective),
    /// All connections of an account that is invoiced collectively and that no other document has.
    Account,
}

impl Document {
    /// The document that a connection of `account` is on.
    pub fn of(account: &Account, connection: &Connection) -> Self {
        match (account.invoicing, &connection.collective) {
            (Invoicing::PerConnection, _) => Self::Connection(connection.number.clone()),
            (Invoicing::Collective, Some(collective)) => Self::Collective(collective.clone()),
            (Invoicing::Collective, None) => Self::Account,
        }
    }

    /// Reads what [`fmt::Display`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        if text == "all" {
            return Some(Self::Account);
        }
        if let Some(number) = text.strip_prefix("conn-") {
            return ConnectionNumber::parse(number).map(Self::Connection);
        }
        Collective::parse(text.strip_prefix("coll-")?).map(Self::Collective)
    }
}

/// The documents of an account, each with its connections in the customer's order.
///
/// ```
/// # use domain::invoicing::document::Document;
/// assert_eq!(Document::parse("coll-V1").unwrap().to_string(), "coll-V1");
/// ```
pub fn documents<'a, T>(
    account: &Account,
    connections: &'a [T],
    connection: impl Fn(&T) -> &Connection,
) -> BTreeMap<Document, Vec<&'a T>> {
    let mut documents: BTreeMap<Document, Vec<&'a T>> = BTreeMap::new();
    for one in connections {
        documents.entry(Document::of(account, connection(one))).or_default().push(one);
    }
    documents
}

impl fmt::Display for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connection(number) => write!(f, "conn-{number}"),
            Self::Collective(name) => write!(f, "coll-{name}"),
            Self::Account => f.write_str("all"),
        }
    }
}

impl From<Document> for String {
    fn from(document: Document) -> Self {
        document.to_string()
    }
}

impl TryFrom<String> for Document {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).ok_or_else(|| format!("{text:?} is no document: conn-, coll- or all"))
    }
}

#[cfg(test)]
mod tests;
