//! What wakes a function: the parts of AWS's events that we read, and our own messages.

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::Failure;

/// The version of the messages that this release writes. It reads those of its neighbours.
pub const VERSION: u8 = 1;

/// What a schedule says: the time it was due, which is the time of everything it causes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scheduled {
    /// The version of the message.
    pub v: u8,
    /// When it was due.
    pub at: DateTime<Utc>,
}

/// What an operator tells `campaign`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// The version of the message.
    pub v: u8,
    /// What is to be done.
    pub command: Command,
    /// The campaign whose waves it is about; else `mails` says which.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<domain::id::CampaignNumber>,
    /// The mails of no campaign that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mails: Option<Standing>,
    /// Which account it is about, where it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<domain::account::CustomerNumber>,
    /// Which meter it is about, where it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meter: Option<domain::meter::MeterNumber>,
    /// Which connection it is about, where it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection: Option<domain::connection::ConnectionNumber>,
    /// The first of the civil days that it is about, where it is about some …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<chrono::NaiveDate>,
    /// … and the last of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<chrono::NaiveDate>,
    /// Which civil day's list it is about, where it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<chrono::NaiveDate>,
    /// Who says so.
    pub by: String,
    /// Why.
    #[serde(default)]
    pub reason: String,
    /// When.
    pub at: DateTime<Utc>,
}

impl Order {
    /// Which mails it is about.
    ///
    /// **Errors.** It names a campaign and mails, or neither.
    pub fn about(&self) -> Result<About, Failure> {
        match (self.campaign, self.mails) {
            (Some(campaign), None) => Ok(About::Campaign(campaign)),
            (None, Some(mails)) => Ok(About::Mails(mails)),
            (Some(_), Some(_)) | (None, None) => {
                Err(Failure::permanent("an order names a campaign or mails, and not both"))
            }
        }
    }
}

/// Which mails an order is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// Those of the waves of a campaign.
    Campaign(domain::id::CampaignNumber),
    /// Those of no campaign.
    Mails(Standing),
}

/// The mails that are sent all year round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// What follows from what somebody did: receipts, links for a colleague.
    Service,
    /// Invoices.
    Billing,
}

impl About {
    /// Who stops together.
    pub fn group(self) -> domain::sending::Group {
        use domain::sending::Group;

        match self {
            Self::Campaign(campaign) => Group::Campaign(campaign),
            Self::Mails(Standing::Service) => Group::Service,
            Self::Mails(Standing::Billing) => Group::Billing,
        }
    }
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Command {
    /// Let no mail go any more.
    Pause,
    /// Let mails go again, also those that were held back.
    Resume,
    /// Let the held settlements of an account get their numbers.
    Release,
    /// The letters of a day's list of invoices were handed over: they are issued.
    Posted,
    /// List the meters of a campaign that somebody could not read.
    Obstacles,
    /// Clear what was in the way of reading a meter: it is asked for again.
    Clear,
    /// List the meters of a campaign that somebody must see to.
    Followups,
    /// Have no estimate and no check rest on days at a connection: something unusual happened then.
    Mark,
    /// Take that back.
    Unmark,
    /// List the settlements of a campaign that wait for a person, each with what to do.
    Waiting,
}

/// A wake-up on the queue of mails.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailMessage {
    /// The version of the message.
    pub v: u8,
    /// What the mail belongs to.
    pub scope: domain::sending::Scope,
    /// Its row: 32 hex digits.
    pub send: String,
    /// How many times it was queued by the same hand.
    pub n: u32,
}

/// A wake-up on the queue of work after the deadline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettleMessage {
    /// The version of the message.
    pub v: u8,
    /// Which campaign.
    pub campaign: domain::id::CampaignNumber,
    /// Which drawer of open items: two hex digits.
    pub shard: String,
}

/// A wake-up on the same queue from the day on which invoices may be made: accounts whose year is
/// settled, and who get their numbers in one transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockMessage {
    /// The version of the message.
    pub v: u8,
    /// Which campaign.
    pub campaign: domain::id::CampaignNumber,
    /// Whose years, at most 24.
    pub accounts: Vec<domain::account::CustomerNumber>,
    /// The day of the invoices.
    pub on: chrono::NaiveDate,
}

/// A wake-up on the queue of invoices: one has its number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceMessage {
    /// The version of the message.
    pub v: u8,
    /// Its number.
    pub number: domain::invoice::InvoiceNumber,
}

/// A wake-up on the queue of checked chunks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChunkMessage {
    /// The version of the message.
    pub v: u8,
    /// Which import.
    pub import: String,
    /// Which chunk, from 1.
    pub chunk: u32,
}

/// A batch of queue messages.
#[derive(Clone, Debug, Deserialize)]
pub struct Batch {
    /// The messages.
    #[serde(rename = "Records")]
    pub records: Vec<Record>,
}

/// One queue message as a function gets it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// Names it in [`Failures`].
    pub message_id: String,
    /// What we queued.
    pub body: String,
    receipt_handle: String,
    attributes: Attributes,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Attributes {
    approximate_first_receive_timestamp: String,
}

impl Record {
    /// What names this delivery of the message and no other: when a worker dies, the message comes
    /// again with another name, so what the dead one held is not taken for one's own.
    pub fn delivery(&self) -> String {
        let mut handle = [0; 8];
        for (byte, hashed) in handle.iter_mut().zip(Sha256::digest(&self.receipt_handle)) {
            *byte = hashed;
        }
        let handle = u64::from_be_bytes(handle);
        format!("{}/{handle:016x}", self.message_id)
    }

    /// When the message was first delivered.
    ///
    /// **Errors.** [`Failure`] that is permanent: the queue sends a number of milliseconds.
    pub fn received_at(&self) -> Result<DateTime<Utc>, Failure> {
        let text = &self.attributes.approximate_first_receive_timestamp;
        let millis = text.parse().ok().and_then(DateTime::from_timestamp_millis);
        millis.ok_or_else(|| Failure::permanent("a queue message without its time"))
    }

    /// What it says.
    ///
    /// **Errors.** [`Failure`] that is permanent: a person looks at it in the dead letters.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        let unreadable = |_| Failure::permanent("a queue message that this release cannot read");
        let value: Value = serde_json::from_str(&self.body).map_err(unreadable)?;
        let version = value.get("v").and_then(Value::as_u64);
        if version.is_none_or(|version| version > u64::from(VERSION) + 1) {
            return Err(Failure::permanent("a queue message of a release that is not known"));
        }
        serde_json::from_value(value).map_err(unreadable)
    }
}

/// Which messages of a batch must come again; the others are done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Failures {
    batch_item_failures: Vec<ItemFailure>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct ItemFailure {
    item_identifier: String,
}

impl Failures {
    /// Has `record` come again.
    pub fn add(&mut self, record: &Record) {
        self.batch_item_failures.push(ItemFailure { item_identifier: record.message_id.clone() });
    }
}

/// Files that came in.
#[derive(Clone, Debug, Deserialize)]
pub struct Files {
    #[serde(rename = "Records")]
    records: Vec<FileRecord>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct FileRecord {
    event_time: DateTime<Utc>,
    s3: FileEntity,
}

#[derive(Clone, Debug, Deserialize)]
struct FileEntity {
    object: FileObject,
}

#[derive(Clone, Debug, Deserialize)]
struct FileObject {
    key: String,
}

impl Files {
    /// The keys of the files, decoded, and when each came in.
    pub fn arrived(&self) -> impl Iterator<Item = (String, DateTime<Utc>)> + '_ {
        self.records.iter().map(|record| (decoded(&record.s3.object.key), record.event_time))
    }
}

/// S3 writes a key in its events as a form does: `+` for a space, `%` and two digits.
fn decoded(key: &str) -> String {
    let mut bytes = Vec::with_capacity(key.len());
    let mut rest = key.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let digits: Vec<u8> = rest.by_ref().take(2).collect();
                let digits = String::from_utf8_lossy(&digits).into_owned();
                bytes.push(u8::from_str_radix(&digits, 16).unwrap_or(b'%'));
            }
            byte => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_decoded_as_s3_wrote_it() {
        assert_eq!(decoded("incoming/2026/set.toml"), "incoming/2026/set.toml");
        assert_eq!(decoded("incoming/november+set/%C3%A9%2B.csv"), "incoming/november set/é+.csv");
    }

    #[test]
    fn a_message_of_an_unknown_release_is_left_for_a_person() {
        let record = |body: &str| -> Record {
            serde_json::from_value(serde_json::json!({
                "messageId": "1",
                "receiptHandle": "1",
                "body": body,
                "attributes": { "ApproximateFirstReceiveTimestamp": "1795680000000" },
            }))
            .unwrap()
        };
        let good = r#"{"v":1,"scope":"c2026-call","send":"00","n":1,"later":true}"#;
        assert!(record(good).read::<MailMessage>().is_ok());
        assert!(record(&good.replace(":1,\"s", ":9,\"s")).read::<MailMessage>().is_err());
        assert!(record("{}").read::<MailMessage>().is_err());
        assert!(record("nothing").read::<MailMessage>().is_err());
        assert_eq!(record(good).delivery(), "1/6b86b273ff34fce1");
        assert_eq!(record(good).received_at().unwrap().to_rfc3339(), "2026-11-26T08:00:00+00:00");
    }
}
