//! All of one account lies in one partition: one strongly consistent query is the truth of a mail.
//!
//! | pk | sk | is |
//! |---|---|---|
//! | `ACC#<account>` | `A` | the account |
//! | | `CONN#<connection>` | a connection, with its subject and generation |
//! | | `CONN#<connection>#METER#<meter>` | a meter |
//! | | `CONN#<connection>#REQ#<campaign>#<meter>` | a reading request |
//! | | `DLG#<number>` | a colleague who was asked (`store::delegation`) |
//! | | `RCPT#<0..2>` | a recipient |
//!
//! What a page shows of one connection is a stretch of it, so that a link reads one query whatever
//! the size of the account. Histories sort behind (`store::history`).

use serde::{Deserialize, Serialize};

use domain::account::{Account, CustomerNumber, Recipient, RecipientState};
use domain::connection::{Connection, ConnectionNumber};
use domain::delegation::Delegation;
use domain::id::{CampaignNumber, Generation, Subject};
use domain::language::Language;
use domain::meter::{Meter, MeterNumber};
use domain::request::{Before, ReadingRequest};

use crate::Error;

use super::key::Key;
use super::{Item, LAST, Store, Stretch, body, text};

/// An account with everything that a mail needs.
#[derive(Clone, Debug)]
pub struct AccountRecords {
    /// The account.
    pub account: Account,
    /// Its recipients, in their order.
    pub recipients: Vec<Recipient>,
    /// Its connections, by number.
    pub connections: Vec<ConnectionRecords>,
    /// The colleagues who were asked, by number.
    pub delegations: Vec<FiledDelegation>,
}

impl AccountRecords {
    /// The languages of the recipients that can be mailed, in the order of the recipients.
    pub fn languages(&self) -> Vec<Language> {
        let mut languages = Vec::new();
        for recipient in &self.recipients {
            if recipient.state == RecipientState::Ok && !languages.contains(&recipient.language) {
                languages.push(recipient.language);
            }
        }
        languages
    }

    /// The connections that `numbers` name, each with its place among them, from 1; those that the
    /// account has no more are left out.
    pub fn at_places<'a>(
        &'a self,
        numbers: &'a [ConnectionNumber],
    ) -> impl Iterator<Item = (usize, &'a ConnectionRecords)> {
        (1..).zip(numbers).filter_map(|(place, number)| {
            let mut connections = self.connections.iter();
            let found = connections.find(|one| one.filed.connection.number == *number)?;
            Some((place, found))
        })
    }
}

/// A delegation, and what its link is signed with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FiledDelegation {
    /// The delegation.
    pub delegation: Delegation,
    /// What its link is about: 16 hex digits.
    #[serde(with = "subject_text")]
    pub subject: Subject,
    /// When the table forgets it, in seconds since 1970.
    pub ttl: i64,
}

/// A connection with everything that a page needs.
#[derive(Clone, Debug)]
pub struct ConnectionRecords {
    /// The connection and what its links are signed with.
    pub filed: FiledConnection,
    /// Its meters, by number; those that were removed, too.
    pub meters: Vec<FiledMeter>,
    /// What campaigns asked of them, by campaign and meter.
    pub requests: Vec<ReadingRequest>,
}

/// A connection, and what its links are signed with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FiledConnection {
    /// The connection.
    pub connection: Connection,
    /// What its links are about: 16 hex digits.
    #[serde(with = "subject_text")]
    pub subject: Subject,
    /// What its links must hold.
    pub generation: Generation,
}

/// A meter, and what it showed last when it was imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FiledMeter {
    /// The meter.
    pub meter: Meter,
    /// The last imported reading of each register, in the order of the meter.
    pub last: Vec<Before>,
}

impl ConnectionRecords {
    /// Every meter that ever hung there: what a history is read with.
    pub fn every_meter(&self) -> Vec<Meter> {
        self.meters.iter().map(|filed| filed.meter.clone()).collect()
    }

    /// What the registers of `meter` showed before `campaign`.
    pub fn before(&self, campaign: CampaignNumber, filed: &FiledMeter) -> Vec<Before> {
        let earlier = |request: &&ReadingRequest| {
            request.campaign < campaign && request.meter == filed.meter.number
        };
        let earlier: Vec<&ReadingRequest> = self.requests.iter().filter(earlier).collect();
        Before::latest(&filed.last, &earlier)
    }

    /// What `campaign` asked of the meter.
    pub fn request(
        &self,
        campaign: CampaignNumber,
        meter: &MeterNumber,
    ) -> Option<&ReadingRequest> {
        self.requests.iter().find(|request| request.campaign == campaign && request.meter == *meter)
    }
}

pub(super) fn partition(account: &CustomerNumber) -> String {
    format!("ACC#{account}")
}

pub(super) fn account_key(account: &CustomerNumber) -> Key {
    Key::new(partition(account), "A")
}

pub(super) fn recipient_key(account: &CustomerNumber, place: usize) -> Key {
    Key::new(partition(account), format!("RCPT#{place}"))
}

pub(super) fn connection_key(account: &CustomerNumber, connection: &ConnectionNumber) -> Key {
    Key::new(partition(account), format!("CONN#{connection}"))
}

pub(super) fn meter_key(account: &CustomerNumber, meter: &Meter) -> Key {
    let sk = format!("CONN#{}#METER#{}", meter.connection, meter.number);
    Key::new(partition(account), sk)
}

pub(super) fn request_key(account: &CustomerNumber, request: &ReadingRequest) -> Key {
    let ReadingRequest { campaign, connection, meter, .. } = request;
    Key::new(partition(account), format!("CONN#{connection}#REQ#{campaign:0>5}#{meter}"))
}

impl Store {
    /// All of an account but its histories.
    ///
    /// **Errors.** [`Error::Missing`] when there is no such account.
    pub async fn account(&self, account: &CustomerNumber) -> Result<AccountRecords, Error> {
        let pk = partition(account);
        let (from, to) = ("A".to_owned(), format!("RCPT#{LAST}"));
        let items = self.all(&Stretch { table: &self.core, pk, from, to }).await?;
        let mut found = None;
        let mut recipients = Vec::new();
        let mut connections = Vec::new();
        let mut delegations = Vec::new();
        for item in items {
            let sk = text(&item, "sk")?;
            if sk == "A" {
                found = Some(body(item)?);
            } else if sk.starts_with("RCPT#") {
                recipients.push(body(item)?);
            } else if sk.starts_with("DLG#") {
                delegations.push(body(item)?);
            } else {
                sort_in(&mut connections, &sk, item)?;
            }
        }
        let account = found.ok_or(Error::Missing { what: "the account" })?;
        Ok(AccountRecords { account, recipients, connections, delegations })
    }

    /// One connection with its meters and requests, or `None` where there is none.
    pub async fn connection(
        &self,
        account: &CustomerNumber,
        connection: &ConnectionNumber,
    ) -> Result<Option<ConnectionRecords>, Error> {
        let (from, to) = (format!("CONN#{connection}"), format!("CONN#{connection}#{LAST}"));
        let stretch = Stretch { table: &self.core, pk: partition(account), from, to };
        let mut connections = Vec::new();
        for item in self.all(&stretch).await? {
            let sk = text(&item, "sk")?;
            sort_in(&mut connections, &sk, item)?;
        }
        Ok(connections.into_iter().next())
    }
}

/// Puts an item of a connection where it belongs: a connection's item comes before what it holds.
fn sort_in(connections: &mut Vec<ConnectionRecords>, sk: &str, item: Item) -> Result<(), Error> {
    let mut parts = sk.split('#').skip(2);
    match (parts.next(), connections.last_mut()) {
        (None, _) => connections.push(ConnectionRecords {
            filed: body(item)?,
            meters: Vec::new(),
            requests: Vec::new(),
        }),
        (Some("METER"), Some(of)) => of.meters.push(body(item)?),
        (Some("REQ"), Some(of)) => of.requests.push(body(item)?),
        _ => return Err(Error::Missing { what: "the connection of an item" }),
    }
    Ok(())
}

mod subject_text {
    use domain::id::Subject;
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serializer};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes the field so")]
    pub(super) fn serialize<S: Serializer>(subject: &Subject, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(subject)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Subject, D::Error> {
        let text = String::deserialize(from)?;
        Subject::parse(&text).ok_or_else(|| D::Error::custom("no subject: 16 hex digits"))
    }
}
