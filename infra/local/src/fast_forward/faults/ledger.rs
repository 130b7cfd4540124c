//! What the rows of the ledger and the mails that were taken say of each other.

use std::collections::{BTreeMap, BTreeSet};

use cloud::store::sends::Send;
use domain::campaign::{Wave, WaveState};
use domain::sending::{Scope, SendState, Tally};

use super::super::{RunError, Year};

/// The waves of the story.
pub(super) const WAVES: [Wave; 5] =
    [Wave::Call, Wave::Reminder(1), Wave::Reminder(2), Wave::Reminder(3), Wave::Estimated];

/// So many rows are read at once.
const PAGE: i32 = 500;

/// The attempts of a send that the mail service took, by the send's id.
type Taken = BTreeMap<String, Vec<String>>;

impl<P> Year<P> {
    pub(super) fn scope(&self, wave: Wave) -> Scope {
        Scope::Wave { campaign: self.campaign.id, wave }
    }

    /// The rows of a wave, counted.
    pub(super) async fn tally(&self, wave: Wave) -> Result<Tally, RunError> {
        let tally = self.stack.store().tally(&self.scope(wave)).await;
        tally.map_err(|error| RunError::Failed(error.to_string()))
    }

    /// The rows of a wave.
    async fn rows(&self, wave: Wave) -> Result<Vec<Send>, RunError> {
        let (store, scope) = (self.stack.store(), self.scope(wave));
        let mut rows = Vec::new();
        for shard in scope.drawers(store.drawers()).all() {
            let mut after = None;
            loop {
                let page = store.sends(&scope, shard, after, PAGE).await;
                let page = page.map_err(|error| RunError::Failed(error.to_string()))?;
                rows.extend(page.sends);
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
        }
        Ok(rows)
    }

    /// What does not hold between rows and mails, each a sentence that begins with the number of its
    /// invariant: everybody has exactly one mail of a wave, or a row that says why not.
    pub(super) async fn not_in_the_ledger(&self) -> Result<Vec<String>, RunError> {
        let failed = |error: cloud::Error| RunError::Failed(error.to_string());
        let store = self.stack.store();
        let progress = store.campaign(self.campaign.id).await.map_err(failed)?.progress;
        let taken = self.taken();
        let (mut broken, mut twice) = (Vec::new(), BTreeSet::new());
        for wave in WAVES {
            let (scope, rows) = (self.scope(wave), self.rows(wave).await?);
            for row in &rows {
                let send = row.id().to_string();
                let mails = taken.get(&send).map_or(0, Vec::len);
                broken.extend(unlike(row, mails).map(|said| format!("I1: {scope} {send} {said}")));
                if row.perhaps_twice {
                    twice.insert(send);
                }
            }
            let kept = store.wave(&scope).await.map_err(failed)?;
            let adds_up = self.tally(wave).await?.adds_up(kept.accounts());
            if !adds_up || progress.wave(wave) != WaveState::Finished {
                broken.push(format!("I9: {scope} does not add up or is not finished"));
            }
            if wave == Wave::Call {
                let called = rows.iter().map(|row| &row.account);
                let asked = self.households.values().map(|one| &one.account);
                if called.collect::<BTreeSet<_>>() != asked.collect::<BTreeSet<_>>() {
                    broken.push("I1: others were called than those who are asked".into());
                }
            }
        }
        broken.extend(mailed_twice(&taken, &twice));
        Ok(broken)
    }

    fn taken(&self) -> Taken {
        let mut taken = Taken::new();
        for mail in self.stack.stand_ins().mails().all() {
            let tag = |name| mail.tags.get(name).cloned().unwrap_or_default();
            taken.entry(tag("send")).or_default().push(tag("attempt"));
        }
        taken
    }
}

/// What is wrong with a row of which so many mails were taken, if anything.
fn unlike(row: &Send, mails: usize) -> Option<&'static str> {
    match row.state {
        SendState::Planned | SendState::Claimed | SendState::Unknown => Some("is not over"),
        SendState::Accepted if mails == 0 => Some("is accepted and was not mailed"),
        SendState::Rejected | SendState::Skipped | SendState::Post if mails > 0 => {
            Some("was mailed and says that it was not")
        }
        SendState::Accepted
        | SendState::Rejected
        | SendState::Skipped
        | SendState::Post
        | SendState::Unresolved => None,
    }
}

/// Mails that nobody may have got: two of an attempt, or a second attempt that no row tells of.
fn mailed_twice(taken: &Taken, twice: &BTreeSet<String>) -> Vec<String> {
    let wrong = taken.iter().filter(|(send, attempts)| {
        let distinct: BTreeSet<_> = attempts.iter().collect();
        distinct.len() < attempts.len() || (attempts.len() > 1 && !twice.contains(*send))
    });
    wrong.map(|(send, _)| format!("I2: {send} was mailed twice")).collect()
}
