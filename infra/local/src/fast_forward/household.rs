//! The people behind a link: when they answer, what they type, and what they do when asked back.

use std::collections::BTreeMap;

use bytes::Bytes;
use chrono::NaiveDate;
use http::Request;
use rust_decimal::Decimal;
use sha2::{Digest as _, Sha256};

use cloud::store::account::{AccountRecords, ConnectionRecords};
use domain::account::{CustomerNumber, RecipientState};
use domain::calendar::days_between;
use domain::campaign;
use domain::connection::ConnectionNumber;
use domain::id::CampaignNumber;
use domain::judge::Choice;
use domain::meter::{Meter, Register};
use domain::request::{Before, Obstacle};
use links::link::BaseUrl;
use links::link_type::Submit;
use links::ring::KeyRing;

use crate::stack::Stack;
use crate::world::{Seen, form};

use super::RunError;
use super::truth::{Shown, Truth};

/// When a customer answers: after the call, or after one of the reminders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Week {
    First,
    Second,
    Third,
    Last,
}

/// A connection that is asked, and what its people know of it.
#[derive(Clone, Debug)]
pub(super) struct Household {
    pub(super) account: CustomerNumber,
    pub(super) records: ConnectionRecords,
    /// Whether the account has a recipient that can be mailed.
    pub(super) is_mailed: bool,
    campaign: CampaignNumber,
    pub(super) url: String,
}

/// What customers did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Told {
    /// Connections whose reading was stored.
    pub(super) stored: usize,
    /// Of them, those that were asked back and confirmed.
    pub(super) confirmed: usize,
    /// Of them, those that sent another value afterwards.
    pub(super) corrected: usize,
    /// Connections that reported that they cannot read the meter.
    pub(super) cannot_read: usize,
}

impl Told {
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            stored: self.stored + other.stored,
            confirmed: self.confirmed + other.confirmed,
            corrected: self.corrected + other.corrected,
            cannot_read: self.cannot_read + other.cannot_read,
        }
    }
}

/// Every connection that the campaign asks, by the link that its mail holds.
pub(super) async fn behind_links(
    stack: &Stack,
    campaign: &campaign::Config,
    base: &str,
) -> Result<BTreeMap<String, Household>, RunError> {
    let base = BaseUrl::parse(base).map_err(|error| RunError::Failed(error.to_string()))?;
    let ring = KeyRing::local();
    let key = ring.key::<Submit>();
    let mut households = BTreeMap::new();
    for account in accounts(stack).await? {
        let is_mailed = account.recipients.iter().any(|one| one.state == RecipientState::Ok);
        for records in account.connections {
            if records.requests.iter().all(|request| request.campaign != campaign.id) {
                continue;
            }
            let filed = &records.filed;
            let link = key.link(&base, filed.subject, campaign.id, filed.generation);
            let url = link.reveal().to_owned();
            let household = Household {
                account: account.account.number.clone(),
                records,
                is_mailed,
                campaign: campaign.id,
                url: url.clone(),
            };
            households.insert(url, household);
        }
    }
    Ok(households)
}

/// Everything about every account, by drawer of the roster.
pub(super) async fn accounts(stack: &Stack) -> Result<Vec<AccountRecords>, RunError> {
    let failed = |error: cloud::Error| RunError::Failed(error.to_string());
    let store = stack.store();
    let mut accounts = Vec::new();
    for shard in store.drawers().all() {
        let mut after = None;
        loop {
            let page = store.roster(shard, after.as_ref(), 100).await.map_err(failed)?;
            for account in &page.accounts {
                accounts.push(store.account(account).await.map_err(failed)?);
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
    }
    Ok(accounts)
}

impl Household {
    pub(super) fn number(&self) -> &ConnectionNumber {
        &self.records.filed.connection.number
    }

    /// The meters that are asked, in the order of the page.
    fn meters(&self) -> impl Iterator<Item = (&Meter, &[Before])> {
        self.records.meters.iter().filter_map(|filed| {
            let request = self.records.request(self.campaign, &filed.meter.number)?;
            Some((&filed.meter, request.before.as_slice()))
        })
    }

    /// A number below `sides` that only the seed, the connection and `what` decide.
    fn dice(&self, seed: u64, what: &str, sides: u32) -> u32 {
        let hash = Sha256::digest(format!("{seed}|{}|{what}", self.number()));
        let drawn = hash.iter().take(4).fold(0_u32, |drawn, byte| drawn << 8 | u32::from(*byte));
        drawn.checked_rem(sides).unwrap_or_default()
    }

    /// Whether they answer in `week`: half of those who do in the first, fewer in each later one.
    pub(super) fn answers_in(
        &self,
        week: Week,
        seed: u64,
        response: u32,
        truth: Option<&Truth>,
    ) -> bool {
        let known = truth.is_none_or(|truth| {
            let shows = |(meter, _): (&Meter, &[Before])| {
                meter.registers.iter().all(|one| truth.of(&meter.number, &one.name).is_some())
            };
            self.meters().all(shows)
        });
        let own = match self.dice(seed, "week", 100) {
            0..50 => Week::First,
            50..75 => Week::Second,
            75..90 => Week::Third,
            _ => Week::Last,
        };
        known && own == week && self.dice(seed, "responds", 100) < response
    }

    /// What a register shows on `day`: on the straight line from its last reading to what it
    /// really showed, or to what a year like the last would make of it.
    fn shows(
        &self,
        register: &Register,
        before: &Before,
        truth: Option<Shown>,
        day: NaiveDate,
    ) -> Decimal {
        let days = Decimal::from(days_between(before.on, day).max(0));
        let (used, span) = match truth {
            Some(shown) => {
                let used = shown.value - before.value;
                // below the last reading: it went round
                let used = if used < Decimal::ZERO { used + register.range() } else { used };
                (used, days_between(before.on, shown.on))
            }
            None => (Decimal::from(80 + self.dice(0, "use", 60)), 365),
        };
        let span = Decimal::from(span.max(1));
        let value = before.value + used * days / span;
        let value = value.trunc_with_scale(register.decimals.into());
        if value >= register.range() { value - register.range() } else { value }
    }

    /// Opens the link, types what the meter shows, and goes on until it is stored.
    ///
    /// Without a truth to answer from, a few cannot read their meter, and a few mistype and
    /// correct themselves: what is compared with the truth should be the truth.
    pub(super) async fn answer(
        &self,
        stack: &Stack,
        seed: u64,
        truth: Option<&Truth>,
        day: NaiveDate,
    ) -> Result<Told, RunError> {
        let mut told = Told::default();
        if truth.is_none() && self.dice(seed, "cannot", 40) == 0 {
            self.report(stack).await?;
            told.cannot_read += 1;
            return Ok(told);
        }
        let mistypes = truth.is_none() && self.dice(seed, "mistypes", 30) == 0;
        if mistypes {
            self.send(stack, truth, day, Decimal::ONE).await?;
            told.corrected += 1;
        }
        let asked_back = self.send(stack, truth, day, Decimal::ZERO).await?;
        told.stored += 1;
        told.confirmed += usize::from(asked_back);
        Ok(told)
    }

    /// Opens the link and types what the meters show, whoever that is.
    pub(super) async fn answer_now(
        &self,
        stack: &Stack,
        truth: Option<&Truth>,
        day: NaiveDate,
    ) -> Result<Told, RunError> {
        let asked_back = self.send(stack, truth, day, Decimal::ZERO).await?;
        Ok(Told { stored: 1, confirmed: usize::from(asked_back), ..Told::default() })
    }

    /// The same meters behind another link.
    pub(super) fn behind(&self, url: String) -> Self {
        Self { url, ..self.clone() }
    }

    /// Sends what the meters show, `too_much` added; whether they were asked back.
    async fn send(
        &self,
        stack: &Stack,
        truth: Option<&Truth>,
        day: NaiveDate,
        too_much: Decimal,
    ) -> Result<bool, RunError> {
        let page = self.get(stack, &self.url).await;
        let mut fields = page.fields();
        for (position, (meter, before)) in self.meters().enumerate() {
            for register in &meter.registers {
                let Some(before) = before.iter().find(|one| one.register == register.name) else {
                    continue;
                };
                let shown = truth.and_then(|truth| truth.of(&meter.number, &register.name));
                let value = self.shows(register, before, shown, day) + too_much;
                let name = format!("r{position}-{}", register.name);
                set(&mut fields, &name, &register.shown(value, ','));
            }
        }
        let mut answer = self.post(stack, &fields).await;
        let asked_back = answer.status == 200;
        if asked_back {
            let mut fields = answer.fields();
            for (name, choices) in answer.radios() {
                let known = [Choice::RolledOver, Choice::Yes, Choice::Unknown].map(Choice::as_str);
                let choice = known.iter().find(|known| choices.iter().any(|one| one == *known));
                set(&mut fields, &name, choice.copied().unwrap_or_default());
            }
            answer = self.post(stack, &fields).await;
        }
        if answer.status == 303 {
            return Ok(asked_back);
        }
        Err(RunError::Failed(format!(
            "a reading at {} was answered with {}: {}",
            self.number(),
            answer.status,
            answer.text()
        )))
    }

    /// Says that the meter cannot be read.
    async fn report(&self, stack: &Stack) -> Result<(), RunError> {
        let url = format!("{}/cannot", self.url);
        let page = self.get(stack, &url).await;
        let mut fields = page.fields();
        for (name, choices) in page.radios() {
            let why = serde_json::to_value(Obstacle::Unreadable).unwrap_or_default();
            let why = why.as_str().filter(|why| choices.iter().any(|one| one == why));
            set(&mut fields, &name, why.unwrap_or_default());
        }
        let body = Bytes::from(form(&fields));
        let request =
            Request::post(&url).header("content-type", "application/x-www-form-urlencoded");
        let answer = ask(stack, request, body).await;
        if answer.status == 303 {
            return Ok(());
        }
        Err(RunError::Failed(format!("a report was answered with {}", answer.status)))
    }

    async fn get(&self, stack: &Stack, url: &str) -> Seen {
        ask(stack, Request::get(url), Bytes::new()).await
    }

    async fn post(&self, stack: &Stack, fields: &[(String, String)]) -> Seen {
        let request = Request::post(&self.url)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        ask(stack, request, Bytes::from(form(fields))).await
    }
}

/// What the front door answers.
pub(super) async fn ask(stack: &Stack, request: http::request::Builder, body: Bytes) -> Seen {
    match request.body(body) {
        Ok(request) => Seen::of(stack.front().answer(request).await),
        Err(_) => Seen::of(http::Response::new(Bytes::from_static(b"no request"))),
    }
}

fn set(fields: &mut Vec<(String, String)>, name: &str, value: &str) {
    fields.retain(|(known, _)| known != name);
    fields.push((name.to_owned(), value.to_owned()));
}
