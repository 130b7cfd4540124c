//! `--story faults`: the year in which everything goes wrong that may, and in the end nobody was left
//! out, and nobody was mailed twice but whom the promise excepts: of one mail the answer is lost and
//! everything that would prove it.
//!
//! Mails bounce, answers and due times are lost, messages come twice, sending is paused, somebody
//! moves in and somebody out. What is told is counted from the rows of the ledger, from the mails
//! that were taken, and from the calls at the gate of the stand-ins.

mod ledger;
mod people;
mod schedules;
mod sums;

use std::collections::BTreeSet;

use chrono::{NaiveDate, NaiveTime};

use domain::account::RecipientState;
use domain::calendar;
use domain::campaign::{Dates, Wave};
use domain::request::{RequestState, TakesPart, takes_part};

use crate::delivery::Set;
use crate::gate::{Outcome, Service, Units};
use crate::world::{BASE_URL, Letter, log};

use super::household::{self, Told, Week};
use super::{RunError, Year, failures};

/// What breaks while the call is sent: one of two mailboxes and an only one bounce; the mail service
/// is asked too fast for one mail; of three its answer is lost: it took one and told of it, took one and
/// was not heard on either path, and never saw one; and what it tells of some comes twice.
const CALL: [&str; 9] = [
    r#"{"service":"ses","op":"SendEmail","match":{"to":"facilities.korenaar@example.com"},"effect":"bounce"}"#,
    r#"{"service":"ses","op":"SendEmail","match":{"to":"greetje.postma@example.com"},"effect":"bounce"}"#,
    r#"{"service":"ses","op":"SendEmail","match":{"to":"sofie.claessens@example.com"},"effect":"throttle"}"#,
    r#"{"service":"ses","op":"SendEmail","match":{"to":"samir.chaouch@example.org"},"effect":"drop-after"}"#,
    r#"{"service":"ses","op":"SendEmail","match":{"to":"dirk.overmars@example.org"},"effect":"drop-after"}"#,
    r#"{"service":"ses","op":"SendEmail","match":{"to":"dirk.overmars@example.org"},"effect":"event-lost:eventbridge"}"#,
    r#"{"service":"ses","op":"SendEmail","match":{"to":"dirk.overmars@example.org"},"effect":"event-lost:sns"}"#,
    r#"{"service":"ses","op":"SendEmail","match":{"to":"bram.kuiper@example.org"},"effect":"drop-before"}"#,
    r#"{"service":"ses","op":"SendEmail","match":{"to":"*@example.com"},"nth":5,"times":3,"effect":"event-twice"}"#,
];

/// What breaks while the last reminder is sent: its messages come twice, and the ledger asks for time.
const LAST: [&str; 2] = [
    r#"{"service":"sqs","op":"SendMessageBatch","match":{"queue":"local-mail"},"effect":"duplicate"}"#,
    r#"{"service":"dynamodb","op":"UpdateItem","match":{"table":"local-sends"},"nth":2,"times":2,"effect":"throttle"}"#,
];

/// When a wave of the morning has been sent and looked after, in hours.
const LATE_MORNING: u32 = 11;

/// When an operator goes on with what was paused, in hours.
const AFTERNOON: u32 = 15;

/// When the day is over for mails, in hours.
const EVENING: u32 = 20;

/// What a wave cost, from the moment at which it was due.
struct Cost {
    wave: Wave,
    units: Units,
    mails: usize,
}

/// What the story remembers until its end.
#[derive(Default)]
struct Remembered {
    /// From where on the log is searched.
    logged: usize,
    told: Told,
    /// Reminders that named other addresses than those that were missing.
    misnamed: Vec<Wave>,
    costs: Vec<Cost>,
    /// How many mails and writes it took to do again what was done.
    again: usize,
}

impl<P: FnMut(&str)> Year<P> {
    /// Plays the year with its faults.
    ///
    /// **Errors.** As the year without them; and whatever is not right in the end.
    pub(super) async fn play_with_faults(&mut self, set: &Set) -> Result<(), RunError> {
        let mut known = Remembered { logged: log::keep(), ..Remembered::default() };
        self.import("set", set).await?;
        let dates = Dates::freeze(&self.campaign, self.campaign.call);
        let [first, second, third] = *dates.reminders_on.as_slice() else {
            return Err(RunError::Use("the story has three reminders to play".into()));
        };
        let call = self.call(&dates, &mut known).await?;
        self.people(&call, &mut known).await?;
        self.moves(set).await?;
        self.lost_day(first).await?;
        let next = calendar::days_after(first, 1);
        self.reminder(1, (next, LATE_MORNING), &mut known).await?;
        self.day_again(next, &mut known).await?;
        known.told = known.told.and(self.responses(Week::Second).await?);
        self.pause(second).await?;
        self.reminder(2, (second, EVENING), &mut known).await?;
        known.told = known.told.and(self.responses(Week::Third).await?);
        self.break_with(&LAST)?;
        self.reminder(3, (third, LATE_MORNING), &mut known).await?;
        known.told = known.told.and(self.responses(Week::Last).await?);
        self.close(&dates, &mut known).await?;
        self.ledger(dates.closes_on, &mut known).await?;
        let stored = self.states().await?.count(RequestState::Answered);
        let invoiced = self.invoices(dates.invoice_not_before).await?;
        self.sums(&known, stored, &invoiced).await
    }

    /// The call, while mails bounce and answers are lost.
    async fn call(
        &mut self,
        dates: &Dates,
        known: &mut Remembered,
    ) -> Result<Vec<Letter>, RunError> {
        let day = dates.opened_on;
        self.break_with(&CALL)?;
        let mark = self.mark();
        self.until(day, EVENING).await?;
        let mails = self.mails()?;
        self.cost(Wave::Call, mark, mails.len(), known);
        self.meet().await?;
        let left_out = self.left_out(day).await?;
        self.transcript.line(day, "not asked", &left_out);
        self.tell_call(day, &mails);
        let outcome = |wanted: fn(&Outcome) -> bool| {
            let calls = self.stack.stand_ins().gate().since(mark);
            let calls = calls.into_iter().filter(|call| call.service == Service::Ses);
            calls.filter(|call| wanted(&call.outcome)).count()
        };
        let lost = outcome(|outcome| *outcome == Outcome::Dropped);
        let refused = outcome(|outcome| matches!(outcome, Outcome::Refused(_)));
        let tally = self.tally(Wave::Call).await?;
        let again = usize::try_from(tally.perhaps_twice).unwrap_or(usize::MAX);
        let pairs = [
            ("lost", lost.to_string()),
            ("proven", lost.saturating_sub(again).to_string()),
            ("sent-again", again.to_string()),
            ("came-twice", self.mails_twice().to_string()),
            ("too-fast", refused.to_string()),
        ];
        self.transcript.line(day, "answers", &pairs);
        let bounced = self.bounced().await?;
        let pairs = [
            ("mailboxes", bounced.mailboxes.to_string()),
            ("other-mailbox", bounced.served.to_string()),
            ("on-paper", tally.post.to_string()),
        ];
        self.transcript.line(day, "bounces", &pairs);
        Ok(mails)
    }

    /// A reminder, of which nothing is left to do at the hour `until`: it names what is missing, and
    /// nothing else.
    async fn reminder(
        &mut self,
        number: u8,
        until: (NaiveDate, u32),
        known: &mut Remembered,
    ) -> Result<(), RunError> {
        let (day, hour) = until;
        let (mark, wave) = (self.mark(), Wave::Reminder(number));
        self.until(day, hour).await?;
        self.meet().await?;
        let scope = self.scope(wave).to_string();
        let mut mails = self.mails()?;
        mails.retain(|mail| mail.scope == scope);
        self.cost(wave, mark, mails.len(), known);
        let links: Vec<String> = mails.iter().flat_map(Letter::links).collect();
        let named: BTreeSet<String> = links.iter().cloned().collect();
        let missing = self.missing_links(day).await?;
        if named != missing || named.len() < links.len() {
            known.misnamed.push(wave);
        }
        let pairs = [
            ("mails", mails.len().to_string()),
            ("named", links.len().to_string()),
            ("missing", missing.len().to_string()),
        ];
        self.transcript.line(day, &format!("reminder {number}"), &pairs);
        Ok(())
    }

    /// The links of those that a reminder of `day` must name: nothing came, and somebody can be mailed.
    /// An account where all of them were called in the last days is not reminded.
    async fn missing_links(&self, day: NaiveDate) -> Result<BTreeSet<String>, RunError> {
        let gap = i64::from(self.campaign.min_gap_days);
        let (mut links, mut reminded) = (Vec::new(), BTreeSet::new());
        for household in self.households.values().filter(|one| one.is_mailed) {
            if let Some(request) = self.asked_of(household).await? {
                let is_new = |on| calendar::days_between(on, day) < gap;
                if !request.joined_on.is_some_and(is_new) {
                    reminded.insert(&household.account);
                }
                links.push((&household.account, household.url.clone()));
            }
        }
        let named = links.into_iter().filter(|(account, _)| reminded.contains(account));
        Ok(named.map(|(_, link)| link).collect())
    }

    /// A reading in the days of grace, the close, and the notices of what was estimated.
    async fn close(&mut self, dates: &Dates, known: &mut Remembered) -> Result<(), RunError> {
        let grace = calendar::days_after(dates.deadline, 2);
        self.until(grace, LATE_MORNING).await?;
        let late = self.cast(|_| true).await?;
        let told = late.answer_now(&self.stack, self.truth.as_ref(), grace).await?;
        known.told = known.told.and(told);
        self.transcript.line(grace, "days of grace", &[("received", told.stored.to_string())]);
        let day = dates.closes_on;
        self.until(day_before(day), EVENING).await?;
        self.mails()?;
        let mark = self.mark();
        self.until(day, EVENING).await?;
        let scope = self.scope(Wave::Estimated).to_string();
        let mut mails = self.mails()?;
        mails.retain(|mail| mail.scope == scope);
        self.cost(Wave::Estimated, mark, mails.len(), known);
        let states = self.states().await?;
        let estimated = states.count(RequestState::Estimated);
        let pairs = [
            ("received", states.count(RequestState::Answered).to_string()),
            ("silent", (estimated - states.estimated_with_obstacle).to_string()),
            ("cannot-read", states.estimated_with_obstacle.to_string()),
            ("moved-out", states.count(RequestState::Ended).to_string()),
            ("notices", mails.len().to_string()),
        ];
        self.transcript.line(day, "estimates", &pairs);
        Ok(())
    }

    /// Has the stand-ins misbehave.
    fn break_with(&self, rules: &[&str]) -> Result<(), RunError> {
        let gate = self.stack.stand_ins().gate();
        rules.iter().try_for_each(|rule| {
            gate.fault(rule).map_err(|error| RunError::Failed(error.to_string()))
        })
    }

    /// Moves the clock to a full hour of `day`.
    async fn until(&mut self, day: NaiveDate, hour: u32) -> Result<(), RunError> {
        let time = NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
        let steps = self.stack.advance_to(calendar::at(day, time)).await;
        failures(&steps.map_err(|error| RunError::Failed(error.to_string()))?)
    }

    /// Does what is due now.
    async fn step(&mut self) -> Result<(), RunError> {
        failures(&self.stack.pump().await)
    }

    /// Looks who lives behind which link, and who of them can be mailed.
    async fn meet(&mut self) -> Result<(), RunError> {
        self.households = household::behind_links(&self.stack, &self.campaign, BASE_URL).await?;
        Ok(())
    }

    /// How many meters are not asked, by why.
    async fn left_out(&self, day: NaiveDate) -> Result<[(&'static str, String); 3], RunError> {
        let (mut remote, mut staff, mut recent) = (0_u32, 0_u32, 0_u32);
        for account in household::accounts(&self.stack).await? {
            for connection in &account.connections {
                for filed in &connection.meters {
                    let before = connection.before(self.campaign.id, filed);
                    let supplied = &connection.filed.connection;
                    match takes_part(&self.campaign, supplied, &filed.meter, &before, day) {
                        TakesPart::Remote => remote += 1,
                        TakesPart::Staff => staff += 1,
                        TakesPart::Recent => recent += 1,
                        TakesPart::Yes | TakesPart::NoSupply | TakesPart::NoMeter => {}
                    }
                }
            }
        }
        Ok([
            ("remote", remote.to_string()),
            ("staff", staff.to_string()),
            ("recent", recent.to_string()),
        ])
    }

    /// Whose mails came back.
    async fn bounced(&self) -> Result<Bounced, RunError> {
        let mut bounced = Bounced::default();
        for account in household::accounts(&self.stack).await? {
            let of = |state| account.recipients.iter().filter(move |one| one.state == state);
            let back = of(RecipientState::Bounced).count();
            bounced.mailboxes += back;
            bounced.served += usize::from(back > 0 && of(RecipientState::Ok).count() > 0);
        }
        Ok(bounced)
    }

    fn cost(&self, wave: Wave, mark: u64, mails: usize, known: &mut Remembered) {
        let units = self.stack.stand_ins().gate().units_since(mark);
        known.costs.push(Cost { wave, units, mails });
    }

    fn mark(&self) -> u64 {
        self.stack.stand_ins().gate().mark()
    }
}

/// Whose mails came back.
#[derive(Default)]
struct Bounced {
    mailboxes: usize,
    /// Accounts with another mailbox that is mailed.
    served: usize,
}

fn day_before(day: NaiveDate) -> NaiveDate {
    day.pred_opt().unwrap_or(day)
}
