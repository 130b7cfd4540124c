//! Which keys nobody needs any more: every campaign that they signed for is closed.

use chrono::{DateTime, NaiveDate, Utc};

use super::KeyRing;
use super::step::{ACTIVATION_WAIT, civil_day};
use crate::key::KeyId;

/// The days on which links are made for a campaign and open something, both counted: from its
/// opening until it is closed for corrections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkDays {
    /// The day of the call.
    pub from: NaiveDate,
    /// The last day on which a reading is taken.
    pub until: NaiveDate,
}

impl KeyRing {
    /// The keys that may be retired at `now` for all that `campaigns` needs.
    ///
    /// **Shape.** `campaigns` are all that ever opened, in any order. The active key is never among
    /// the answer; a key that never signed is.
    /// **Units.** Days are of Europe/Amsterdam. A key counts as signing until a quarter of an hour
    /// after its successor was activated: by then every process has read of it.
    pub fn closed(&self, campaigns: &[LinkDays], now: DateTime<Utc>) -> Vec<KeyId> {
        let keys = self.keys();
        let activations: Vec<DateTime<Utc>> = keys.iter().filter_map(|key| key.activated).collect();
        let is_closed = |activated: DateTime<Utc>| {
            let replaced = activations.iter().copied().filter(|other| *other > activated).min();
            let Some(replaced) = replaced else { return false };
            let (first, last) = (civil_day(activated), civil_day(replaced + ACTIVATION_WAIT));
            let mut signed = campaigns.iter().filter(|it| it.from <= last && first <= it.until);
            signed.all(|it| it.until < civil_day(now))
        };
        let others = keys.iter().filter(|key| key.id != self.active_id());
        others.filter(|key| key.activated.is_none_or(is_closed)).map(|key| key.id).collect()
    }
}

#[cfg(test)]
mod tests;
