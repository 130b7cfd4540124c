//! Colleagues who were asked to answer for addresses, and overviews on which these are chosen.
//!
//! | pk | sk | is |
//! |---|---|---|
//! | `ACC#<account>` | `DLG#<number>` | a delegation; it expires 13 months after its campaign |
//! | `SUBJ#<subject>` | `-` | what its link is about |
//!
//! The delegation lies with what a mail reads of its account. Its link lives as long as the
//! generation of the second item is the first.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use domain::account::{CustomerNumber, MailAddress};
use domain::connection::ConnectionNumber;
use domain::delegation::{
    AskedFrom, Delegation, DelegationNumber, DelegationState, Room, one_or_more, overview_ends,
    room,
};
use domain::id::{CampaignNumber, Generation, Subject};
use domain::language::Language;

use crate::Error;

use super::account::{FiledDelegation, partition};
use super::key::Key;
use super::link::subject_key;
use super::{LAST, Store, Stretch, Write, attribute, body, held, item, n, s};

/// What the link of a delegation is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkedDelegation {
    /// Whose addresses they are.
    pub account: CustomerNumber,
    /// The campaign that asks.
    pub campaign: CampaignNumber,
    /// Which delegation of the account.
    pub number: DelegationNumber,
    /// From where it was asked.
    #[serde(default)]
    pub asked_from: AskedFrom,
    /// The addresses, in the order of its delegation.
    #[serde(alias = "connection", deserialize_with = "one_or_more")]
    pub connections: Vec<ConnectionNumber>,
    /// From when on it opens nothing: of an overview.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<DateTime<Utc>>,
    /// The generation that a link must hold.
    pub generation: Generation,
    /// The language of its page.
    pub language: Language,
}

/// A colleague who is to be asked.
#[derive(Clone, Copy, Debug)]
pub struct Asking<'a> {
    /// Whose addresses they are.
    pub account: &'a CustomerNumber,
    /// From where.
    pub asked_from: AskedFrom,
    /// The addresses, at least one.
    pub connections: &'a [ConnectionNumber],
    /// The campaign that asks.
    pub campaign: CampaignNumber,
    /// The mailbox of the colleague.
    pub recipient: &'a MailAddress,
    /// The language that they are written in.
    pub language: Language,
    /// When the table forgets it, in seconds since 1970.
    pub ttl: i64,
}

/// What asking a colleague came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delegated {
    /// It is stored, or was before: the same mailbox is asked once for the same addresses.
    Stored(Delegation),
    /// There is no room for one more.
    NoRoom(Room),
}

/// So many times a number that is taken is asked for anew before the event fails.
const ATTEMPTS: u8 = 5;

fn delegation_key(account: &CustomerNumber, number: DelegationNumber) -> Key {
    Key::new(partition(account), format!("DLG#{number:0>5}"))
}

impl Store {
    /// What the link of the delegation with `subject` is about, or `None` where there is none.
    pub async fn linked_delegation(
        &self,
        subject: Subject,
    ) -> Result<Option<LinkedDelegation>, Error> {
        self.get(&self.core, subject_key(subject)).await
    }

    /// One delegation, or `None` where there is none.
    pub async fn delegation(&self, linked: &LinkedDelegation) -> Result<Option<Delegation>, Error> {
        let key = delegation_key(&linked.account, linked.number);
        let filed: Option<FiledDelegation> = self.get(&self.core, key).await?;
        Ok(filed.map(|filed| filed.delegation))
    }

    /// Every delegation of an account, by number.
    pub async fn delegations(
        &self,
        account: &CustomerNumber,
    ) -> Result<Vec<FiledDelegation>, Error> {
        let (from, to) = ("DLG#".to_owned(), format!("DLG#{LAST}"));
        let stretch = Stretch { table: &self.core, pk: partition(account), from, to };
        self.all(&stretch).await?.into_iter().map(body).collect()
    }

    /// Stores that a colleague is asked. Two who ask at once get numbers one after the other, so
    /// that the limits hold for both.
    pub async fn delegate(
        &self,
        asking: &Asking<'_>,
        now: DateTime<Utc>,
    ) -> Result<Delegated, Error> {
        for _ in 0..ATTEMPTS {
            let known: Vec<Delegation> = self
                .delegations(asking.account)
                .await?
                .into_iter()
                .map(|filed| filed.delegation)
                .collect();
            let is_asked = |known: &&Delegation| {
                known.campaign == asking.campaign
                    && known.asked_from == asking.asked_from
                    && known.connections == asking.connections
                    && known.recipient == *asking.recipient
                    && known.state.is_live()
                    && (known.asked_from != AskedFrom::Account
                        || now < overview_ends(known.asked_at))
            };
            if let Some(asked) = known.iter().find(is_asked) {
                return Ok(Delegated::Stored(asked.clone()));
            }
            let from = (asking.asked_from, asking.connections);
            let number = match room(&known, asking.campaign, from) {
                Room::For(number) => number,
                room @ (Room::Full | Room::Spent) => return Ok(Delegated::NoRoom(room)),
            };
            let delegation = Delegation {
                number,
                campaign: asking.campaign,
                asked_from: asking.asked_from,
                connections: asking.connections.to_vec(),
                recipient: asking.recipient.clone(),
                language: asking.language,
                asked_at: now,
                state: DelegationState::Sent,
            };
            if self.put_delegation(asking, &delegation).await? {
                return Ok(Delegated::Stored(delegation));
            }
        }
        Err(Error::Throttled { operation: "a delegation" })
    }

    /// Whether the number and the subject of `delegation` were free.
    async fn put_delegation(
        &self,
        asking: &Asking<'_>,
        delegation: &Delegation,
    ) -> Result<bool, Error> {
        let Asking { account, campaign, ttl, .. } = *asking;
        let number = delegation.number;
        let subject = self.draw_subject(&format!("{account}/colleague/{campaign}/{number}"))?;
        let linked = LinkedDelegation {
            account: account.clone(),
            campaign,
            number,
            asked_from: delegation.asked_from,
            connections: delegation.connections.clone(),
            until: (delegation.asked_from == AskedFrom::Account)
                .then(|| overview_ends(delegation.asked_at)),
            generation: Generation::FIRST,
            language: delegation.language,
        };
        let filed = FiledDelegation { delegation: delegation.clone(), subject, ttl };
        let mut link = item(subject_key(subject), &linked)?;
        link.insert("ttl".into(), n(ttl));
        let writes = [
            Write::Put {
                table: &self.core,
                item: item(delegation_key(account, number), &filed)?,
                condition: Some("attribute_not_exists(pk)"),
            },
            Write::Put {
                table: &self.core,
                item: link,
                condition: Some("attribute_not_exists(pk)"),
            },
        ];
        held(self.transact(writes.into_iter().map(Write::build).collect::<Result<_, _>>()?).await)
    }

    /// Notes what the colleague of `linked` did; whether that was new.
    pub async fn note_delegation(
        &self,
        linked: &LinkedDelegation,
        state: DelegationState,
    ) -> Result<bool, Error> {
        let key = delegation_key(&linked.account, linked.number);
        let mut call = self
            .client
            .update_item()
            .table_name(&self.core)
            .set_key(Some(key.into_item()))
            .update_expression("SET delegation.#state = :to")
            .expression_attribute_names("#state", "state")
            .expression_attribute_values(":to", attribute(&state)?);
        let mut from = Vec::new();
        for before in DelegationState::before(state) {
            let name = format!(":{before}");
            call = call.expression_attribute_values(&name, attribute(&before)?);
            from.push(name);
        }
        let condition = format!("delegation.#state IN ({})", from.join(", "));
        let noted = call.condition_expression(condition).send().await;
        held(noted.map(drop).map_err(|error| Error::of("UpdateItem", error)))
    }

    /// Takes the link of `filed` away: its next request finds another generation. Whether it was
    /// there to be taken.
    pub async fn revoke(
        &self,
        account: &CustomerNumber,
        filed: &FiledDelegation,
    ) -> Result<bool, Error> {
        let number = filed.delegation.number;
        let writes = [
            Write::Update {
                table: &self.core,
                key: delegation_key(account, number),
                change: "SET delegation.#state = :revoked",
                condition: "delegation.#state <> :revoked AND attribute_exists(pk)",
                names: vec![("#state", "state")],
                values: vec![(":revoked", s(DelegationState::Revoked.as_str()))],
            },
            Write::Update {
                table: &self.core,
                key: subject_key(filed.subject),
                change: "SET generation = generation + :one",
                condition: "attribute_exists(pk)",
                names: Vec::new(),
                values: vec![(":one", n(1))],
            },
        ];
        held(self.transact(writes.into_iter().map(Write::build).collect::<Result<_, _>>()?).await)
    }
}
