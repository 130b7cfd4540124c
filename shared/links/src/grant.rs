//! What a token says once its MAC held.
//!
//! A grant is not yet a permission: whether its subject still exists, whether its generation is
//! the one that is stored, and what the campaign allows today is read after it.

use std::{fmt, marker::PhantomData};

use domain::id::{Generation, Subject};

use crate::{
    key::KeyId,
    link_type::{Delegate, InCampaign, Letter, LinkType, OfType, Submit},
};

/// The 14 signed bytes as numbers. Every value can be written; not every one is ever minted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fields {
    pub(crate) subject: u64,
    pub(crate) campaign: u16,
    pub(crate) generation: u16,
    pub(crate) key_id: u8,
    pub(crate) type_byte: u8,
}

impl Fields {
    /// How many bytes are signed.
    pub(crate) const BYTES: usize = 14;

    /// The bytes that are signed: numbers big-endian, the type last.
    pub(crate) fn to_bytes(self) -> [u8; Self::BYTES] {
        let [s0, s1, s2, s3, s4, s5, s6, s7] = self.subject.to_be_bytes();
        let [c0, c1] = self.campaign.to_be_bytes();
        let [g0, g1] = self.generation.to_be_bytes();
        [s0, s1, s2, s3, s4, s5, s6, s7, c0, c1, g0, g1, self.key_id, self.type_byte]
    }

    /// The numbers of signed bytes.
    pub(crate) fn from_bytes(bytes: [u8; Self::BYTES]) -> Self {
        let [s0, s1, s2, s3, s4, s5, s6, s7, c0, c1, g0, g1, key_id, type_byte] = bytes;
        Self {
            subject: u64::from_be_bytes([s0, s1, s2, s3, s4, s5, s6, s7]),
            campaign: u16::from_be_bytes([c0, c1]),
            generation: u16::from_be_bytes([g0, g1]),
            key_id,
            type_byte,
        }
    }
}

/// The fields of a token of type `T` whose MAC held.
///
/// Only [`crate::ring::KeyRing::verify`] makes one.
pub struct Grant<T: OfType> {
    subject: Subject,
    campaign: T::Campaign,
    generation: Generation,
    key_id: KeyId,
    of_type: PhantomData<T>,
}

impl<T: OfType> Grant<T> {
    /// What the link is about.
    pub fn subject(&self) -> Subject {
        self.subject
    }

    /// The campaign that it answers for, or [`crate::link_type::NoCampaign`].
    pub fn campaign(&self) -> T::Campaign {
        self.campaign
    }

    /// The generation to compare with the stored one: equal, or the link is refused.
    pub fn generation(&self) -> Generation {
        self.generation
    }

    /// Which master key signed.
    pub fn key_id(&self) -> KeyId {
        self.key_id
    }

    /// What the link is for.
    pub fn link_type(&self) -> LinkType {
        T::LINK_TYPE
    }

    /// The grant of signed fields, or `None` when they hold what is never minted.
    fn from_fields(fields: Fields) -> Option<Self> {
        Some(Self {
            subject: Subject::new(fields.subject)?,
            campaign: T::Campaign::from_number(fields.campaign)?,
            generation: Generation::new(fields.generation)?,
            key_id: KeyId::new(fields.key_id),
            of_type: PhantomData,
        })
    }
}

// By hand, because a derive would ask the same of the marker type.
impl<T: OfType> Clone for Grant<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: OfType> Copy for Grant<T> {}

impl<T: OfType> PartialEq for Grant<T> {
    fn eq(&self, other: &Self) -> bool {
        self.subject == other.subject
            && self.campaign == other.campaign
            && self.generation == other.generation
            && self.key_id == other.key_id
    }
}

impl<T: OfType> Eq for Grant<T> {}

impl<T: OfType> fmt::Debug for Grant<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Grant")
            .field("link_type", &T::LINK_TYPE)
            .field("subject", &self.subject)
            .field("campaign", &self.campaign)
            .field("generation", &self.generation)
            .field("key_id", &self.key_id)
            .finish()
    }
}

mod sealed {
    pub trait Sealed {}
}

/// What a route takes: a [`Grant`] of one link type, or one of several as an enum.
///
/// A token of any other type is refused before its MAC is looked at.
pub trait Granting: sealed::Sealed + Sized {
    /// Whether the route takes tokens of `link_type`.
    fn takes(link_type: LinkType) -> bool;

    /// The grant of fields whose MAC held.
    #[doc(hidden)]
    fn of(link_type: LinkType, fields: SignedFields) -> Option<Self>;
}

/// Fields whose MAC held, on their way into a grant; nothing outside this crate can make them.
#[derive(Clone, Copy, Debug)]
pub struct SignedFields(pub(crate) Fields);

impl<T: OfType> sealed::Sealed for Grant<T> {}

impl<T: OfType> Granting for Grant<T> {
    fn takes(link_type: LinkType) -> bool {
        link_type == T::LINK_TYPE
    }

    fn of(link_type: LinkType, fields: SignedFields) -> Option<Self> {
        if Self::takes(link_type) { Self::from_fields(fields.0) } else { None }
    }
}

/// What `/m/` takes: the three links that give the readings of delivery addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadingGrant {
    /// From a mail to the account.
    Submit(Grant<Submit>),
    /// From the mail to a colleague.
    Delegate(Grant<Delegate>),
    /// From a QR code on paper.
    Letter(Grant<Letter>),
}

impl ReadingGrant {
    /// What the link is about: a connection, or of [`ReadingGrant::Delegate`] a delegation.
    pub fn subject(&self) -> Subject {
        match self {
            Self::Submit(grant) => grant.subject,
            Self::Delegate(grant) => grant.subject,
            Self::Letter(grant) => grant.subject,
        }
    }

    /// The campaign that it answers for.
    pub fn campaign(&self) -> domain::id::CampaignNumber {
        match self {
            Self::Submit(grant) => grant.campaign,
            Self::Delegate(grant) => grant.campaign,
            Self::Letter(grant) => grant.campaign,
        }
    }

    /// The generation to compare with the stored one: equal, or the link is refused.
    pub fn generation(&self) -> Generation {
        match self {
            Self::Submit(grant) => grant.generation,
            Self::Delegate(grant) => grant.generation,
            Self::Letter(grant) => grant.generation,
        }
    }

    /// Which master key signed.
    pub fn key_id(&self) -> KeyId {
        match self {
            Self::Submit(grant) => grant.key_id,
            Self::Delegate(grant) => grant.key_id,
            Self::Letter(grant) => grant.key_id,
        }
    }

    /// What the link is for.
    pub fn link_type(&self) -> LinkType {
        match self {
            Self::Submit(grant) => grant.link_type(),
            Self::Delegate(grant) => grant.link_type(),
            Self::Letter(grant) => grant.link_type(),
        }
    }
}

impl sealed::Sealed for ReadingGrant {}

impl Granting for ReadingGrant {
    fn takes(link_type: LinkType) -> bool {
        [LinkType::Submit, LinkType::Delegate, LinkType::Letter].contains(&link_type)
    }

    fn of(link_type: LinkType, fields: SignedFields) -> Option<Self> {
        match link_type {
            LinkType::Submit => Grant::of(link_type, fields).map(Self::Submit),
            LinkType::Delegate => Grant::of(link_type, fields).map(Self::Delegate),
            LinkType::Letter => Grant::of(link_type, fields).map(Self::Letter),
            LinkType::SignIn
            | LinkType::Session
            | LinkType::ConfirmEmail
            | LinkType::StopReminders
            | LinkType::MoveIn
            | LinkType::Pay => None,
        }
    }
}

/// The token opens nothing: answer 404 with the bytes that every such link gets, and read no table.
///
/// It prints the same whatever the reason. [`NotValid::refused_by`] is for a counter and for the
/// refresh of an old ring, never for an answer.
#[derive(Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not valid")]
pub struct NotValid(RefusedBy);

impl NotValid {
    /// Refused at that step.
    pub(crate) fn by(step: RefusedBy) -> Self {
        Self(step)
    }

    /// The first step of the check that did not hold.
    pub fn refused_by(&self) -> RefusedBy {
        self.0
    }
}

impl fmt::Debug for NotValid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NotValid")
    }
}

/// The steps at which a token can be refused, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RefusedBy {
    /// Not forty characters of base64url.
    Shape,
    /// Not a type that the route takes.
    Type,
    /// No such key, or a retired one. The ring may be old: refresh it, once a minute at most.
    Key,
    /// The MAC is of something else; or it held over fields that no mail ever carries.
    Tag,
}

#[cfg(test)]
mod tests;
