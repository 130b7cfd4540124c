//! *Collega laten doorgeven*: who holds a link lets a colleague answer for its address, and whom the
//! account's overview was mailed to, for several.
//!
//! It is what they can do by forwarding the mail, but listed, limited and revocable.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Deserializer, Serialize};

use crate::account::MailAddress;
use crate::connection::ConnectionNumber;
use crate::id::CampaignNumber;
use crate::language::Language;

/// *Doorgeven door een collega*: a colleague who was asked for the readings of one address or more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delegation {
    /// Which of its account.
    pub number: DelegationNumber,
    /// The campaign that asks.
    pub campaign: CampaignNumber,
    /// From where they were asked.
    #[serde(default)]
    pub asked_from: AskedFrom,
    /// The addresses that the colleague may answer for, at least one; of an overview those that can
    /// be chosen. Their places, from 1, are in the paths of their pages.
    #[serde(alias = "connection", deserialize_with = "one_or_more")]
    pub connections: Vec<ConnectionNumber>,
    /// Where the link was mailed.
    pub recipient: MailAddress,
    /// The language of that mail and of the colleague's page.
    pub language: Language,
    /// When the colleague was asked.
    pub asked_at: DateTime<Utc>,
    /// How far it is.
    pub state: DelegationState,
}

/// From where a colleague is asked.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum AskedFrom {
    /// The page behind the link of one address, whoever holds it: for that address alone.
    #[default]
    Link,
    /// The account's overview: for the addresses that were chosen there.
    Overview,
    /// Nobody is asked yet: this is the overview itself, mailed to the account for a day.
    Account,
}

/// So long an overview can be used after it was asked for.
const OVERVIEW: TimeDelta = TimeDelta::hours(24);

/// When an overview that was asked for at `asked_at` opens nothing any more.
pub fn overview_ends(asked_at: DateTime<Utc>) -> DateTime<Utc> {
    asked_at + OVERVIEW
}

/// Reads one address, as releases wrote it that knew of no more, or a list.
///
/// **Errors.** It is neither.
pub fn one_or_more<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<ConnectionNumber>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        One(ConnectionNumber),
        More(Vec<ConnectionNumber>),
    }
    Ok(match Written::deserialize(deserializer)? {
        Written::One(connection) => vec![connection],
        Written::More(connections) => connections,
    })
}

impl Delegation {
    /// Whether a colleague is counted on for the reading of `connection` in `campaign`.
    pub fn counts_on(&self, campaign: CampaignNumber, connection: &ConnectionNumber) -> bool {
        self.campaign == campaign
            && self.state.is_live()
            && self.asked_from != AskedFrom::Account
            && self.connections.contains(connection)
    }

    /// Whether it was asked from the same place as one from `asked_from` for `connections`: such
    /// are limited together.
    fn is_from(&self, asked_from: AskedFrom, connections: &[ConnectionNumber]) -> bool {
        self.asked_from == asked_from
            && match asked_from {
                AskedFrom::Link => self.connections == connections,
                AskedFrom::Overview | AskedFrom::Account => true,
            }
    }
}

/// Counts the delegations of an account, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DelegationNumber(u16);

impl DelegationNumber {
    /// The number, or `None` for 0.
    pub fn new(number: u16) -> Option<Self> {
        (number > 0).then_some(Self(number))
    }

    /// The number.
    pub fn get(self) -> u16 {
        self.0
    }
}

impl fmt::Display for DelegationNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How far a delegation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DelegationState {
    /// The colleague was asked.
    Sent,
    /// The colleague gave a reading.
    Used,
    /// The colleague said that it is not their address.
    Declined,
    /// The link opens nothing any more.
    Revoked,
}

impl DelegationState {
    /// Every state, in the order of the glossary.
    pub const ALL: [Self; 4] = [Self::Sent, Self::Used, Self::Declined, Self::Revoked];

    /// Whether it may become `to`. What came twice changes nothing, and a link that was revoked
    /// stays so.
    pub fn may_become(self, to: Self) -> bool {
        match (self, to) {
            (Self::Sent, Self::Used | Self::Declined | Self::Revoked)
            | (Self::Used, Self::Declined | Self::Revoked)
            | (Self::Declined, Self::Used | Self::Revoked) => true,
            (Self::Sent | Self::Used | Self::Declined | Self::Revoked, _) => false,
        }
    }

    /// The states that may become `to`: what a conditional write compares with.
    pub fn before(to: Self) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |from| from.may_become(to))
    }

    /// Whether the colleague is counted on.
    pub fn is_live(self) -> bool {
        match self {
            Self::Sent | Self::Used => true,
            Self::Declined | Self::Revoked => false,
        }
    }

    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Used => "used",
            Self::Declined => "declined",
            Self::Revoked => "revoked",
        }
    }
}

impl fmt::Display for DelegationState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// So many colleagues are counted on from one place at a time.
const LIVE: usize = 3;

/// So many colleagues are asked from one place in one campaign.
const ASKED: usize = 5;

/// So many colleagues are asked for one account in an hour.
const PER_HOUR: u32 = 20;

/// So many times one mailbox is asked in a day, by whomever.
const PER_DAY: u32 = 5;

/// Whether a colleague can be asked, before anything is known of who.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// There is room: the next is that one.
    For(DelegationNumber),
    /// Three are counted on: one has to be revoked first.
    Full,
    /// Five were asked in this campaign.
    Spent,
}

/// Whether one more colleague can be asked in `campaign` for `connections`, from `asked_from`: the
/// limits are those of a link, or of the overview. How often an overview is mailed is limited by the
/// mailbox.
///
/// **Shape.** `account` holds every delegation of the account, in any order.
/// **Source.** The design of links and pages, section 7.
pub fn room(
    account: &[Delegation],
    campaign: CampaignNumber,
    (asked_from, connections): (AskedFrom, &[ConnectionNumber]),
) -> Room {
    let limited = |asked: &&Delegation| {
        asked_from != AskedFrom::Account
            && asked.campaign == campaign
            && asked.is_from(asked_from, connections)
    };
    let from_here = || account.iter().filter(limited);
    if from_here().count() >= ASKED {
        return Room::Spent;
    }
    if from_here().filter(|asked| asked.state.is_live()).count() >= LIVE {
        return Room::Full;
    }
    let last = account.iter().map(|asked| asked.number.get()).max().unwrap_or_default();
    last.checked_add(1).map_or(Room::Spent, |next| Room::For(DelegationNumber(next)))
}

/// Whether colleagues are asked too often: `this_hour` for one account, `this_day` at one mailbox,
/// both counted with the one that is asked now.
pub fn is_too_often(this_hour: u32, this_day: u32) -> bool {
    this_hour > PER_HOUR || this_day > PER_DAY
}

/// The mailbox of a colleague as it was typed: in lower case, so that it is counted once.
///
/// ```
/// use domain::delegation::mailbox;
///
/// assert_eq!(mailbox(" Jan@Gemeente.Example ").unwrap().as_str(), "jan@gemeente.example");
/// assert!(mailbox("jan@gemeente.example, piet@gemeente.example").is_none());
/// ```
pub fn mailbox(typed: &str) -> Option<MailAddress> {
    MailAddress::parse(&typed.to_ascii_lowercase())
}

/// A mailbox so that who typed it knows it again and nobody else learns it: `j•••@gemeente.example`.
pub fn masked(mailbox: &MailAddress) -> String {
    let (local, domain) = mailbox.as_str().split_once('@').unwrap_or_default();
    let first: String = local.chars().take(1).collect();
    format!("{first}•••@{domain}")
}

#[cfg(test)]
mod tests;
