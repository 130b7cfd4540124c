//! What goes wrong with when things happen: a day on which no schedule fires, a schedule that fires
//! twice, an operator who pauses a campaign.

use chrono::NaiveDate;
use serde_json::json;

use domain::calendar;
use domain::campaign::{Wave, dates};

use crate::pump::Firing;

use super::super::{RunError, Year};
use super::{AFTERNOON, EVENING, Remembered, day_before};

impl<P: FnMut(&str)> Year<P> {
    /// No schedule fires on the day of a reminder.
    pub(super) async fn lost_day(&mut self, day: NaiveDate) -> Result<(), RunError> {
        self.until(day_before(day), EVENING).await?;
        self.mails()?;
        self.fire(Firing::Never, Firing::Never);
        self.until(day, EVENING).await?;
        let mails = self.mails()?.len();
        self.fire(Firing::Always, Firing::WhilePending);
        self.transcript.line(day, "no schedule", &[("mails", mails.to_string())]);
        Ok(())
    }

    fn fire(&mut self, daily: Firing, heartbeat: Firing) {
        self.stack.set_firing("campaign-daily", daily);
        self.stack.set_firing("campaign-heartbeat", heartbeat);
    }

    /// The schedule of the morning fires a second time, as it may.
    pub(super) async fn day_again(
        &mut self,
        day: NaiveDate,
        known: &mut Remembered,
    ) -> Result<(), RunError> {
        let at = calendar::at(day, dates::MORNING);
        let (mails, writes) = self.once_more(&["campaign"], at).await?;
        known.again += mails + writes;
        let pairs = [("mails", mails.to_string()), ("writes", writes.to_string())];
        self.transcript.line(day, "schedule twice", &pairs);
        Ok(())
    }

    /// An operator pauses the campaign the day before a reminder, and goes on in its afternoon, while
    /// mails may still go out.
    pub(super) async fn pause(&mut self, day: NaiveDate) -> Result<(), RunError> {
        self.until(day_before(day), EVENING).await?;
        self.mails()?;
        self.order("pause").await?;
        self.until(day, AFTERNOON).await?;
        let mails = self.mails()?.len();
        let held = self.tally(Wave::Reminder(2)).await?.planned;
        self.order("resume").await?;
        let pairs = [("mails", mails.to_string()), ("held-back", held.to_string())];
        self.transcript.line(day, "paused", &pairs);
        Ok(())
    }

    async fn order(&mut self, command: &str) -> Result<(), RunError> {
        let order = json!({
            "v": 1, "command": command, "campaign": self.campaign.id, "by": "fast-forward",
            "reason": "a price was wrong", "at": self.stack.now(),
        });
        self.stack.invoke("campaign", order).await.map_err(RunError::Failed)?;
        Ok(())
    }
}
