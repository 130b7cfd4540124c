//! What people do while everything breaks: they answer, forward, ask a colleague, move in and out.

use bytes::Bytes;
use chrono::NaiveDate;
use http::Request;

use domain::calendar;
use domain::request::{ReadingRequest, RequestState};

use crate::delivery::Set;
use crate::world::{Letter, form};

use super::super::household::{self, Household, Told, Week};
use super::super::{RunError, Year};
use super::{EVENING, Remembered};

/// Who is asked for an address by a colleague.
const COLLEAGUE: &str = "collega@example.org";

/// So many times a program that looks for harmful links opens one.
const SCANS: usize = 20;

impl<P: FnMut(&str)> Year<P> {
    /// People answer, forward, ask a colleague; a program opens links.
    pub(super) async fn people(
        &mut self,
        call: &[Letter],
        known: &mut Remembered,
    ) -> Result<(), RunError> {
        // The largest mail is forwarded with one of its blocks left in it.
        let largest = call.iter().map(Letter::links).max_by_key(Vec::len).unwrap_or_default();
        let forwarding = self.cast(|one| largest.contains(&one.url)).await?;
        let asking = self.cast(|one| !largest.contains(&one.url)).await?;
        known.told = self.responses(Week::First).await?;
        let day = calendar::civil_day(self.stack.now());
        self.tell_readings(day, known.told);
        self.scanned(call, day).await;
        let forwarded = forwarding.answer_now(&self.stack, self.truth.as_ref(), day).await?;
        let delegated = self.asks_colleague(&asking, day).await?;
        known.told = known.told.and(forwarded).and(delegated);
        // Receipts wait for the end of their quarter of an hour.
        self.until(day, EVENING).await?;
        let mails = self.stack.stand_ins().mails().all();
        let is_receipt = |kind: &String| kind == "rcp";
        let receipts = mails.iter().filter(|mail| mail.tags.get("kind").is_some_and(is_receipt));
        let pairs = [
            ("forwarded", forwarded.stored.to_string()),
            ("delegated", delegated.stored.to_string()),
            ("receipts", receipts.count().to_string()),
        ];
        self.transcript.line(day, "colleagues", &pairs);
        Ok(())
    }

    /// A program opens the first link of the call again and again.
    async fn scanned(&mut self, call: &[Letter], day: NaiveDate) {
        let mark = self.mark();
        let link = call.iter().flat_map(Letter::links).next().unwrap_or_default();
        let mut pages = 0;
        for _ in 0..SCANS {
            for request in [Request::get(&link), Request::head(&link)] {
                let answer = household::ask(&self.stack, request, Bytes::new()).await;
                pages += usize::from(answer.status == 200);
            }
        }
        let writes = self.stack.stand_ins().gate().writes_since(mark).len();
        let pairs = [("pages", pages.to_string()), ("writes", writes.to_string())];
        self.transcript.line(day, "scanner", &pairs);
    }

    /// Somebody asks a colleague, who answers behind a link of their own.
    async fn asks_colleague(
        &mut self,
        household: &Household,
        day: NaiveDate,
    ) -> Result<Told, RunError> {
        let fields = [("email".to_owned(), COLLEAGUE.to_owned())];
        let request = Request::post(format!("{}/ask", household.url))
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        household::ask(&self.stack, request, Bytes::from(form(&fields))).await;
        self.step().await?;
        let mails = self.mails()?;
        let theirs = mails.iter().filter(|mail| mail.to.iter().any(|to| to == COLLEAGUE));
        let Some(link) = theirs.flat_map(Letter::links).next() else {
            return Err(RunError::Failed("a colleague got no mail".into()));
        };
        household.behind(link).answer_now(&self.stack, self.truth.as_ref(), day).await
    }

    /// Somebody moves in, and somebody who has not answered moves out.
    pub(super) async fn moves(&mut self, set: &Set) -> Result<(), RunError> {
        let day = calendar::days_after(calendar::civil_day(self.stack.now()), 3);
        self.advance_to(day).await?;
        self.mails()?;
        let leaver = self.cast(|_| true).await?;
        self.import("moves", &moved(set, &leaver, day)).await?;
        let next = calendar::days_after(day, 1);
        self.until(next, EVENING).await?;
        let mails = self.mails()?;
        let before = self.households.len();
        self.meet().await?;
        let joined = self.households.len().saturating_sub(before);
        let left = self.states().await?.count(RequestState::Ended);
        let pairs = [
            ("in", joined.to_string()),
            ("mails", mails.len().to_string()),
            ("out", left.to_string()),
        ];
        self.transcript.line(next, "moves", &pairs);
        if (joined, left) == (1, 1) {
            return Ok(());
        }
        Err(RunError::Failed(format!("one moved in and one out, {joined} and {left} were noted")))
    }

    /// The first connection whose people are `wanted`, can be mailed and have not answered. From here
    /// on they do what the story says.
    ///
    /// **Errors.** Everybody has answered: play with a lower `--response`.
    pub(super) async fn cast(
        &mut self,
        wanted: impl Fn(&Household) -> bool,
    ) -> Result<Household, RunError> {
        let mut stage: Vec<&Household> = self.households.values().collect();
        stage.retain(|one| one.is_mailed && wanted(one) && !self.acting.contains(one.number()));
        stage.sort_by_key(|one| one.number());
        for household in stage {
            if self.asked_of(household).await?.is_some() {
                let household = household.clone();
                self.acting.insert(household.number().clone());
                return Ok(household);
            }
        }
        let told = "everybody has answered, and the story needs somebody who has not; play it with \
                    a lower --response";
        Err(RunError::Use(told.into()))
    }

    /// What a mail asks of `household`, if it asks for something.
    pub(super) async fn asked_of(
        &self,
        household: &Household,
    ) -> Result<Option<ReadingRequest>, RunError> {
        let found = self.stack.store().connection(&household.account, household.number()).await;
        let found = found.map_err(|error| RunError::Failed(error.to_string()))?;
        let mut requests = found.into_iter().flat_map(|found| found.requests);
        Ok(requests.find(|request| request.campaign == self.campaign.id && request.is_wanted()))
    }
}

/// The column of `connections.csv` in which a supply ends, from 0.
const SUPPLY_END: usize = 16;

/// The set with a connection more, which somebody took over on `day`, and the one of `leaver` ended
/// then.
fn moved(set: &Set, leaver: &Household, day: NaiveDate) -> Set {
    let on = day.format("%d-%m-%Y");
    let end = on.to_string();
    let ended = |line: &str| {
        let mut cells: Vec<&str> = line.split(';').collect();
        let is_theirs = cells.first().is_some_and(|number| *number == leaver.number().as_str());
        if let Some(cell) = cells.get_mut(SUPPLY_END).filter(|_| is_theirs) {
            *cell = &end;
        }
        cells.join(";") + "\n"
    };
    let more = |name: &str| match name {
        "connections.csv" => format!(
            "A0100999;10100048;;water;Vlinderbeemd;98;;;1238EX;Oosterbeemd;2,5;2;customer;;;{on};;90\n"
        ),
        "meters.csv" => "W1600999;A0100999;1;m3;5;0;21-02-2016;0;;\n".to_owned(),
        "readings.csv" => format!("W1600999;1;{on};812;staff\n"),
        _ => String::new(),
    };
    let files = set.iter().map(|(name, bytes)| {
        let text = String::from_utf8_lossy(bytes);
        let text = match name.as_str() {
            "connections.csv" => text.lines().map(ended).collect(),
            _ => text.into_owned(),
        };
        (name.clone(), Bytes::from(text + &more(name)))
    });
    files.collect()
}
