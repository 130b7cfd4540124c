//! The life of a key: publish, wait, activate, retire.
//!
//! Every process keeps its ring for some minutes. A key is therefore in the ring for a while
//! before the first link is signed with it, so that no process meets a link it cannot verify,
//! and rotation in the middle of a campaign breaks none.

use std::mem;

use chrono::{DateTime, NaiveDate, SubsecRound, TimeDelta, Utc};
use chrono_tz::Europe::Amsterdam;

use super::{ActiveKey, KeyRing, OtherKey, OtherState, Secret};
use crate::key::{KeyId, Master};

/// How long a key is published before it may be active: three lives of a cached ring.
pub const ACTIVATION_WAIT: TimeDelta = TimeDelta::minutes(15);

/// How long after the last activation the next key is published.
pub const ROTATION: TimeDelta = TimeDelta::days(90);

/// One step of a rotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Put a new master into the ring: [`KeyRing::publish`].
    Publish,
    /// Let this key sign from now on: [`KeyRing::activate`].
    Activate(KeyId),
    /// Forget this key's secret: [`KeyRing::retire`].
    Retire(KeyId),
}

impl KeyRing {
    /// The step that is due at `now`, one a civil day at most.
    ///
    /// **Shape.** `closed` are the keys of which every campaign that they signed for has closed
    /// for corrections, in any order.
    /// **Units.** Days are of Europe/Amsterdam; a step by hand counts as the step of its day.
    pub fn due(&self, closed: &[KeyId], now: DateTime<Utc>) -> Option<Step> {
        if self.last_step_on().is_some_and(|on| on >= civil_day(now)) {
            return None;
        }
        if let Some(waiting) = self.waiting() {
            let over = now >= waiting.published + ACTIVATION_WAIT;
            return over.then_some(Step::Activate(waiting.id));
        }
        let is_over = |key: &&OtherKey| {
            matches!(key.state, OtherState::Published { .. }) && closed.contains(&key.id)
        };
        if let Some(key) = self.others.iter().find(is_over) {
            return Some(Step::Retire(key.id));
        }
        (now >= self.active.activated + ROTATION).then_some(Step::Publish)
    }

    /// Puts a new master into the ring and says its id, the one after the highest ever used. It
    /// verifies from now on and signs nothing.
    ///
    /// **Errors.** [`StepRefused::Waiting`], [`StepRefused::NoIdLeft`], [`StepRefused::SameSecret`];
    /// the ring is as it was.
    ///
    /// ```
    /// use chrono::{DateTime, TimeDelta, Utc};
    /// use links::key::Master;
    /// use links::ring::KeyRing;
    /// use links::ring::step::{ACTIVATION_WAIT, StepRefused};
    ///
    /// # let master = |byte| Master::fill(|m| Ok::<(), ()>(m.fill(byte))).unwrap();
    /// let now: DateTime<Utc> = "2026-10-01T01:30:00Z".parse().unwrap();
    /// let mut ring = KeyRing::first(master(1), now);
    /// let id = ring.publish(master(2), now).unwrap();
    /// let until = now + ACTIVATION_WAIT;
    /// assert_eq!(ring.activate(id, now), Err(StepRefused::TooEarly { id, until }));
    /// assert_eq!(ring.activate(id, until), Ok(()));
    /// assert_eq!(ring.active_id(), id);
    /// ```
    pub fn publish(&mut self, master: Master, now: DateTime<Utc>) -> Result<KeyId, StepRefused> {
        if let Some(waiting) = self.waiting() {
            return Err(StepRefused::Waiting { id: waiting.id });
        }
        let keys = self.keys();
        let same = |id| self.secret(id).is_some_and(|secret| secret.master.is_same(&master));
        if let Some(key) = keys.iter().find(|key| same(key.id)) {
            return Err(StepRefused::SameSecret { id: key.id });
        }
        let highest = keys.last().map_or(0, |key| key.id.get());
        let id = KeyId::new(highest.checked_add(1).ok_or(StepRefused::NoIdLeft)?);
        let state = OtherState::Published { secret: Secret::new(master), activated: None };
        self.others.push(OtherKey { id, published: now.trunc_subsecs(3), state });
        self.others.sort_by_key(|key| key.id);
        Ok(id)
    }

    /// Lets the key sign from now on; the one that did goes on verifying.
    ///
    /// **Errors.** [`StepRefused::TooEarly`] within [`ACTIVATION_WAIT`] of its publication;
    /// [`StepRefused::WasActive`], [`StepRefused::Retired`], [`StepRefused::Unknown`]; the ring is
    /// as it was.
    pub fn activate(&mut self, id: KeyId, now: DateTime<Utc>) -> Result<(), StepRefused> {
        if id == self.active.id {
            return Err(StepRefused::WasActive { id });
        }
        let at = self.at(id)?;
        let key = self.others.get(at).ok_or(StepRefused::Unknown { id })?;
        match key.state {
            OtherState::Retired { .. } => return Err(StepRefused::Retired { id }),
            OtherState::Published { activated: Some(_), .. } => {
                return Err(StepRefused::WasActive { id });
            }
            OtherState::Published { activated: None, .. } => {}
        }
        let until = key.published + ACTIVATION_WAIT;
        if now < until {
            return Err(StepRefused::TooEarly { id, until });
        }
        let OtherKey { published, state, .. } = self.others.remove(at);
        let OtherState::Published { secret, .. } = state else {
            return Err(StepRefused::Retired { id });
        };
        let active = ActiveKey { id, published, activated: now.trunc_subsecs(3), secret };
        let before = mem::replace(&mut self.active, active);
        self.others.push(before.into_other());
        self.others.sort_by_key(|key| key.id);
        Ok(())
    }

    /// Forgets the key's secret: its links open nothing from now on. Its id stays.
    ///
    /// **Shape.** `closed` as for [`KeyRing::due`].
    /// **Errors.** [`StepRefused::CampaignsOpen`], and those of [`KeyRing::revoke`]; the ring is
    /// as it was.
    pub fn retire(
        &mut self,
        id: KeyId,
        closed: &[KeyId],
        now: DateTime<Utc>,
    ) -> Result<(), StepRefused> {
        self.check_retirable(id, now)?;
        if !closed.contains(&id) {
            return Err(StepRefused::CampaignsOpen { id });
        }
        self.revoke(id, now)
    }

    /// Retires a key at once, whatever its campaigns: someone else may have its secret.
    ///
    /// Its links stop working, so one more wave has to go out with new ones. The active key is
    /// replaced before: publish, wait, activate the next.
    ///
    /// **Errors.** [`StepRefused::Active`], [`StepRefused::Retired`], [`StepRefused::Unknown`],
    /// [`StepRefused::TooEarly`] when `now` is before the key's last step; the ring is as it was.
    pub fn revoke(&mut self, id: KeyId, now: DateTime<Utc>) -> Result<(), StepRefused> {
        let activated = self.check_retirable(id, now)?;
        let at = self.at(id)?;
        let key = self.others.get_mut(at).ok_or(StepRefused::Unknown { id })?;
        key.state = OtherState::Retired { activated, retired: now.trunc_subsecs(3) };
        Ok(())
    }

    /// When the key was activated, if it may be retired at all.
    fn check_retirable(
        &self,
        id: KeyId,
        now: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, StepRefused> {
        if id == self.active.id {
            return Err(StepRefused::Active { id });
        }
        let key = self.others.get(self.at(id)?).ok_or(StepRefused::Unknown { id })?;
        let OtherState::Published { activated, .. } = key.state else {
            return Err(StepRefused::Retired { id });
        };
        let until = activated.unwrap_or(key.published);
        if now < until { Err(StepRefused::TooEarly { id, until }) } else { Ok(activated) }
    }

    /// Where `id` is among the others.
    fn at(&self, id: KeyId) -> Result<usize, StepRefused> {
        let found = self.others.binary_search_by_key(&id, |key| key.id);
        found.map_err(|_| StepRefused::Unknown { id })
    }

    /// The key that was published and never active.
    fn waiting(&self) -> Option<&OtherKey> {
        let waits =
            |key: &&OtherKey| matches!(key.state, OtherState::Published { activated: None, .. });
        self.others.iter().find(waits)
    }

    /// The civil day of the last step that was taken.
    fn last_step_on(&self) -> Option<NaiveDate> {
        let times = |key: super::KeyEntry| [Some(key.published), key.activated, key.retired];
        self.keys().into_iter().flat_map(times).flatten().max().map(civil_day)
    }
}

impl ActiveKey {
    /// The same key, once another one signs.
    fn into_other(self) -> OtherKey {
        let state = OtherState::Published { secret: self.secret, activated: Some(self.activated) };
        OtherKey { id: self.id, published: self.published, state }
    }
}

/// The day on the calendar of the utility.
pub(super) fn civil_day(now: DateTime<Utc>) -> NaiveDate {
    now.with_timezone(&Amsterdam).date_naive()
}

/// Why a step was not taken. The ring is as it was, and nothing is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StepRefused {
    /// No such key was ever in the ring; look at the ids.
    #[error("there is no key {id}")]
    Unknown {
        /// As asked.
        id: KeyId,
    },
    /// Ask again at that instant.
    #[error("key {id} must wait until {until}")]
    TooEarly {
        /// The key.
        id: KeyId,
        /// The end of the wait.
        until: DateTime<Utc>,
    },
    /// A key is on its way already; activate or revoke it first.
    #[error("key {id} is published and waits to be activated")]
    Waiting {
        /// The key that waits.
        id: KeyId,
    },
    /// The random numbers repeat themselves; do not use their source again.
    #[error("the new secret is that of key {id}")]
    SameSecret {
        /// The key that has it.
        id: KeyId,
    },
    /// Key 255 was used; the format of a token has no more.
    #[error("no key id is left")]
    NoIdLeft,
    /// The key signs now or did; publish a new one.
    #[error("key {id} is or was active")]
    WasActive {
        /// The key.
        id: KeyId,
    },
    /// The key signs now; activate another one first.
    #[error("key {id} is active")]
    Active {
        /// The key.
        id: KeyId,
    },
    /// The key has no secret any more; there is nothing to do.
    #[error("key {id} is retired")]
    Retired {
        /// The key.
        id: KeyId,
    },
    /// Links that it signed are still needed; wait, or revoke the key if its secret is known.
    #[error("key {id} signed for a campaign that is open for corrections")]
    CampaignsOpen {
        /// The key.
        id: KeyId,
    },
}

#[cfg(test)]
mod tests;
