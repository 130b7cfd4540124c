//! *Sleutelbos*: the master keys with their states, and the check of every token.

pub mod closed;
pub mod document;
pub mod step;

use std::fmt;

use chrono::{DateTime, SubsecRound, Utc};

use crate::{
    grant::{Fields, Granting, NotValid, RefusedBy, SignedFields},
    key::{Key, KeyId, Master},
    link_type::{LinkType, OfType},
    tag::Prepared,
    token::decode,
};

/// *Sleutelbos*: the master keys that this process signs and verifies with.
///
/// Exactly one key is active. The keys of all link types are derived when a master enters the
/// ring, so verifying allocates nothing. A ring cannot be copied, and shows ids and states only.
pub struct KeyRing {
    active: ActiveKey,
    /// Ascending by id; no id is the active one's.
    others: Vec<OtherKey>,
}

struct ActiveKey {
    id: KeyId,
    published: DateTime<Utc>,
    activated: DateTime<Utc>,
    secret: Secret,
}

struct OtherKey {
    id: KeyId,
    published: DateTime<Utc>,
    state: OtherState,
}

/// `activated` is when the key became active, if it ever was.
enum OtherState {
    Published { secret: Secret, activated: Option<DateTime<Utc>> },
    Retired { activated: Option<DateTime<Utc>>, retired: DateTime<Utc> },
}

/// A master with the keys of all link types, prepared once.
struct Secret {
    master: Master,
    /// In the order of [`LinkType::ALL`].
    prepared: Box<[Prepared; LinkType::ALL.len()]>,
}

impl Secret {
    fn new(master: Master) -> Self {
        let derive = |link_type| Prepared::derive(master.as_bytes(), link_type);
        let prepared = Box::new(LinkType::ALL.map(derive));
        Self { master, prepared }
    }

    fn prepared(&self, link_type: LinkType) -> &Prepared {
        let [
            submit,
            delegate,
            sign_in,
            session,
            confirm_email,
            stop_reminders,
            move_in,
            pay,
            letter,
        ] = &*self.prepared;
        match link_type {
            LinkType::Submit => submit,
            LinkType::Delegate => delegate,
            LinkType::SignIn => sign_in,
            LinkType::Session => session,
            LinkType::ConfirmEmail => confirm_email,
            LinkType::StopReminders => stop_reminders,
            LinkType::MoveIn => move_in,
            LinkType::Pay => pay,
            LinkType::Letter => letter,
        }
    }
}

/// What a key of the ring may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyState {
    /// It verifies: it will be active, or it was.
    Published,
    /// It signs and verifies.
    Active,
    /// It does nothing any more; its id is never used again.
    Retired,
}

impl KeyState {
    /// Its name in the document.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Active => "active",
            Self::Retired => "retired",
        }
    }
}

impl fmt::Display for KeyState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One key of a ring without its secret, for a person to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyEntry {
    /// Its id, in every token that it signed.
    pub id: KeyId,
    /// What it may do.
    pub state: KeyState,
    /// When it entered the ring.
    pub published: DateTime<Utc>,
    /// When it became active, if it ever was.
    pub activated: Option<DateTime<Utc>>,
    /// When it was retired.
    pub retired: Option<DateTime<Utc>>,
}

impl KeyRing {
    /// The ring of a utility that has no keys yet: key 1, published and active at `now`.
    ///
    /// Nothing was signed before it, so nobody can hold an older ring and there is no wait.
    pub fn first(master: Master, now: DateTime<Utc>) -> Self {
        Self::of_one(KeyId::FIRST, master, now)
    }

    /// The ring of tests and the local stack, which opens to everyone: key id 0, a master that
    /// stands in the sources. No document can bring it in.
    pub fn local() -> Self {
        Self::of_one(KeyId::LOCAL, Master::local(), DateTime::UNIX_EPOCH)
    }

    /// A ring of one key.
    fn of_one(id: KeyId, master: Master, now: DateTime<Utc>) -> Self {
        let (published, activated) = (now.trunc_subsecs(3), now.trunc_subsecs(3));
        let secret = Secret::new(master);
        Self { active: ActiveKey { id, published, activated, secret }, others: Vec::new() }
    }

    /// The key that signs links of type `T`.
    ///
    /// ```
    /// use domain::id::{Generation, Subject};
    /// use links::link_type::{NoCampaign, Session};
    /// use links::ring::KeyRing;
    ///
    /// let ring = KeyRing::local();
    /// let subject = Subject::new(42).unwrap();
    /// let token = ring.key::<Session>().mint(subject, NoCampaign, Generation::FIRST);
    /// assert!(token.reveal().ends_with('U'));
    /// assert_eq!(format!("{token:?}"), "***");
    /// ```
    pub fn key<T: OfType>(&self) -> Key<'_, T> {
        Key::new(self.active.id, self.active.secret.prepared(T::LINK_TYPE))
    }

    /// The key that signs now.
    pub fn active_id(&self) -> KeyId {
        self.active.id
    }

    /// Every key that this ring ever had, ascending by id.
    pub fn keys(&self) -> Vec<KeyEntry> {
        let mut keys: Vec<KeyEntry> = self.others.iter().map(OtherKey::entry).collect();
        keys.push(self.active.entry());
        keys.sort_unstable_by_key(|key| key.id);
        keys
    }

    /// The grant of a token, as it stood in the path, for a route that takes `G`.
    ///
    /// **Shape.** Any text. The steps are in this order: shape, type, key, tag; no table is read
    /// and nothing is allocated, whatever the answer.
    /// **Errors.** [`NotValid`]: answer as every link that opens nothing is answered.
    ///
    /// ```
    /// use links::grant::{Grant, ReadingGrant, RefusedBy};
    /// use links::link_type::Pay;
    /// use links::ring::KeyRing;
    ///
    /// let refused = KeyRing::local().verify::<ReadingGrant>("not-a-token").unwrap_err();
    /// assert_eq!(refused.refused_by(), RefusedBy::Shape);
    /// let foreign = "_BE_BLiOkK54AiBbCwXNXwEjRWeJq83vB-oAAQcR";
    /// let refused = KeyRing::local().verify::<Grant<Pay>>(foreign).unwrap_err();
    /// assert_eq!(refused.refused_by(), RefusedBy::Type);
    /// ```
    pub fn verify<G: Granting>(&self, token: &str) -> Result<G, NotValid> {
        let (tag, body) = decode(token).ok_or(NotValid::by(RefusedBy::Shape))?;
        let fields = Fields::from_bytes(body);
        let link_type = LinkType::from_byte(fields.type_byte)
            .filter(|link_type| G::takes(*link_type))
            .ok_or(NotValid::by(RefusedBy::Type))?;
        let secret = self.secret(KeyId::new(fields.key_id)).ok_or(NotValid::by(RefusedBy::Key))?;
        if !secret.prepared(link_type).verify(&body, &tag) {
            return Err(NotValid::by(RefusedBy::Tag));
        }
        G::of(link_type, SignedFields(fields)).ok_or(NotValid::by(RefusedBy::Tag))
    }

    /// The secret that verifies under `id`: of a key that is in the ring and not retired.
    fn secret(&self, id: KeyId) -> Option<&Secret> {
        if id == self.active.id {
            return Some(&self.active.secret);
        }
        let at = self.others.binary_search_by_key(&id, |key| key.id).ok()?;
        match &self.others.get(at)?.state {
            OtherState::Published { secret, .. } => Some(secret),
            OtherState::Retired { .. } => None,
        }
    }
}

impl ActiveKey {
    fn entry(&self) -> KeyEntry {
        KeyEntry {
            id: self.id,
            state: KeyState::Active,
            published: self.published,
            activated: Some(self.activated),
            retired: None,
        }
    }
}

impl OtherKey {
    fn entry(&self) -> KeyEntry {
        let (state, activated, retired) = match self.state {
            OtherState::Published { activated, .. } => (KeyState::Published, activated, None),
            OtherState::Retired { activated, retired } => {
                (KeyState::Retired, activated, Some(retired))
            }
        };
        KeyEntry { id: self.id, state, published: self.published, activated, retired }
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyRing ")?;
        f.debug_map().entries(self.keys().iter().map(|key| (key.id, key.state))).finish()
    }
}

#[cfg(test)]
mod tests;
