//! What the ledger says in the end, what all of it cost, and whether everything holds.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;

use domain::campaign::Wave;

use crate::dump;
use crate::invoiced::Invoiced;
use crate::world::{in_the_open, log};

use super::super::{RunError, Year};
use super::ledger::WAVES;
use super::{Cost, Remembered};

/// The invariants that are looked at, by their numbers in the design.
const INVARIANTS: [&str; 7] = ["I1", "I2", "I3", "I5", "I7", "I8", "I9"];

impl<P: FnMut(&str)> Year<P> {
    /// The rows a wave, everything once more, and what it cost.
    pub(super) async fn ledger(
        &mut self,
        day: NaiveDate,
        known: &mut Remembered,
    ) -> Result<(), RunError> {
        let failed = |error: cloud::Error| RunError::Failed(error.to_string());
        let record = self.stack.store().campaign(self.campaign.id).await.map_err(failed)?;
        for wave in WAVES {
            let tally = self.tally(wave).await?;
            let state = record.progress.wave(wave);
            let pairs = [
                ("wave", wave.to_string()),
                ("planned", tally.rows().to_string()),
                ("accepted", tally.accepted.to_string()),
                ("rejected", tally.rejected.to_string()),
                ("skipped", tally.skipped.to_string()),
                ("post", tally.post.to_string()),
                ("unresolved", tally.unresolved.to_string()),
                ("possible-duplicate", tally.perhaps_twice.to_string()),
                ("state", format!("{state:?}").to_lowercase()),
            ];
            self.transcript.line(day, "ledger", &pairs);
        }
        for Cost { wave, units, mails } in &known.costs {
            let half = if units.half_reads.rem_euclid(2) == 0 { "" } else { ".5" };
            let pairs = [
                ("wave", wave.to_string()),
                ("mails", mails.to_string()),
                ("writes", units.writes.to_string()),
                ("reads", format!("{}{half}", units.half_reads.div_euclid(2))),
            ];
            self.transcript.line(day, "cost", &pairs);
        }
        let (mails, writes) = self.once_more(&["campaign", "outcomes"], self.stack.now()).await?;
        known.again += mails + writes;
        let pairs = [("mails", mails.to_string()), ("writes", writes.to_string())];
        self.transcript.line(day, "all once more", &pairs);
        Ok(())
    }

    /// Wakes functions for what they have done, with a schedule of `at`: how many mails and writes that
    /// makes.
    pub(super) async fn once_more(
        &mut self,
        functions: &[&str],
        at: DateTime<Utc>,
    ) -> Result<(usize, usize), RunError> {
        self.mails()?;
        let mark = self.mark();
        for function in functions {
            let again = json!({ "v": 1, "at": at });
            self.stack.invoke(function, again).await.map_err(RunError::Failed)?;
        }
        self.step().await?;
        let writes = self.stack.stand_ins().gate().writes_since(mark).len();
        Ok((self.mails()?.len(), writes))
    }

    /// Whether everything holds; `stored` is how many connections had a reading when the campaign
    /// closed.
    pub(super) async fn sums(
        &mut self,
        known: &Remembered,
        stored: usize,
        invoiced: &Invoiced,
    ) -> Result<(), RunError> {
        let mut broken = self.not_in_the_ledger().await?;
        if stored != known.told.stored {
            broken.push(format!("I3: {stored} readings of {} are there", known.told.stored));
        }
        if !invoiced.are_consecutive() {
            broken.push("I5: invoice numbers are left out or there twice".into());
        }
        for wave in &known.misnamed {
            broken.push(format!("I7: {wave} named other addresses than those that were missing"));
        }
        let found = self.in_the_open(known.logged).into_iter();
        broken.extend(found.map(|found| format!("I8: {found}")));
        if known.again > 0 {
            broken.push("I9: what was finished was done once more".into());
        }
        let hold = |number: &'static str| {
            let is_broken = broken.iter().any(|said| said.starts_with(number));
            let word = if is_broken { "broken" } else { "ok" };
            (number, word.to_owned())
        };
        let day = self.campaign.invoice_not_before;
        self.transcript.line(day, "invariants", &INVARIANTS.map(hold));
        self.transcript.digest(&dump::digest(self.stack.stand_ins()).await);
        let idle = self.stack.stand_ins().gate().idle_faults().into_iter();
        broken.extend(idle.map(|rule| format!("a fault did not happen: {rule:?}")));
        if broken.is_empty() { Ok(()) } else { Err(RunError::Failed(broken.join("; "))) }
    }

    /// Links, and who customers are, where nobody may find them; a log that does not mention the
    /// campaign was not searched.
    fn in_the_open(&self, logged: usize) -> Vec<String> {
        let stand_ins = self.stack.stand_ins();
        let logged = log::since(logged);
        let mut found = in_the_open(stand_ins, &logged, &stand_ins.queues().said_since(0));
        if !logged.contains(&self.scope(Wave::Call).to_string()) {
            found.push("nothing of the campaign was logged".into());
        }
        found
    }
}
