//! How far every request of a campaign is, read from the tables.

use rust_decimal::Decimal;

use cloud::store::account::{ConnectionRecords, FiledMeter};
use cloud::{Error, Store};
use domain::account::{Account, CustomerNumber};
use domain::calendar;
use domain::estimate::answer::told;
use domain::estimate::sentence::sentences;
use domain::estimate::{Estimate, explain};
use domain::id::CampaignNumber;
use domain::judge::check::Alert;
use domain::language::Language;
use domain::meter::{Register, RegisterName};
use domain::reading::{Quality, Source};
use domain::receipt::ReceiptNumber;
use domain::request::{Answer, Obstacle, ReadingRequest, RequestState};
use views::texts::Texts;

use crate::stack::Stack;

/// What a campaign asked, and what came.
#[derive(Debug, Default)]
pub(in super::super) struct Look {
    /// Accounts in the roster.
    pub(in super::super) accounts: usize,
    /// Addresses in all.
    pub(in super::super) addresses: usize,
    /// Addresses that were asked.
    pub(in super::super) asked: usize,
    /// Addresses of which everything came.
    pub(in super::super) received: usize,
    /// Addresses of which something was estimated.
    pub(in super::super) estimated: usize,
    /// Addresses of which something is missing.
    pub(super) open: Vec<OpenRow>,
    pub(super) readings: Vec<ReadingRow>,
    pub(super) estimates: Vec<EstimateRow>,
}

/// An address of which something is missing.
#[derive(Debug)]
pub(super) struct OpenRow {
    pub(super) account: String,
    pub(super) address: String,
    pub(super) meter: String,
    pub(super) obstacle: &'static str,
}

/// A reading that came.
#[derive(Debug)]
pub(super) struct ReadingRow {
    pub(super) account: String,
    pub(super) address: String,
    pub(super) meter: String,
    pub(super) values: String,
    pub(super) before: String,
    pub(super) on: String,
    pub(super) at: String,
    pub(super) source: &'static str,
    pub(super) quality: &'static str,
    pub(super) revision: u32,
    pub(super) receipt: String,
    pub(super) standing: Standing,
}

/// Whether an operator is to look at a reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// It was as expected.
    Plain,
    /// It was doubtful, and then confirmed.
    Doubtful,
    /// So much was used that something may leak: the customer gets a letter.
    Leak,
    /// It is not settled before somebody looked.
    Held,
}

impl ReadingRow {
    /// Whether it is not settled before somebody looked.
    pub(super) fn is_held(&self) -> bool {
        self.standing == Standing::Held
    }

    /// Whether something may leak.
    pub(super) fn may_leak(&self) -> bool {
        self.standing == Standing::Leak
    }
}

/// A reading that never came.
#[derive(Debug)]
pub(super) struct EstimateRow {
    pub(super) account: String,
    pub(super) address: String,
    pub(super) meter: String,
    pub(super) value: String,
    pub(super) consumption: String,
    pub(super) band: String,
    pub(super) method: String,
    pub(super) confidence: &'static str,
    /// How many estimates in a row it makes.
    pub(super) in_a_row: u32,
    /// What somebody must do beside it.
    pub(super) tasks: String,
    /// What it was made from: readings, norm, profile, similar customers, constants, engine.
    pub(super) basis: String,
    /// How, in words.
    pub(super) steps: Vec<String>,
    /// The language of the customer …
    pub(super) language: Language,
    /// … and what they read in it.
    pub(super) sentences: String,
}

impl Look {
    /// Reads every account of the roster.
    ///
    /// **Errors.** What the store says.
    pub(in super::super) async fn at(
        stack: &Stack,
        campaign: CampaignNumber,
    ) -> Result<Self, Error> {
        let store = stack.store();
        let mut look = Self::default();
        for shard in store.drawers().all() {
            let mut after = None;
            loop {
                let page = store.roster(shard, after.as_ref(), 100).await?;
                for account in &page.accounts {
                    look.add(&store, account, campaign).await?;
                }
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
        }
        look.open.sort_by(|a, b| a.address.cmp(&b.address));
        look.readings.sort_by(|a, b| b.at.cmp(&a.at));
        look.estimates.sort_by(|a, b| a.address.cmp(&b.address));
        Ok(look)
    }

    /// Readings that were doubtful when they came.
    pub(super) fn doubtful(&self) -> impl Iterator<Item = &ReadingRow> {
        self.readings.iter().filter(|reading| reading.standing != Standing::Plain)
    }

    async fn add(
        &mut self,
        store: &Store,
        account: &CustomerNumber,
        campaign: CampaignNumber,
    ) -> Result<(), Error> {
        self.accounts += 1;
        let records = store.account(account).await?;
        let account = &records.account;
        for connection in records.connections {
            self.addresses += 1;
            let of_campaign = |request: &&ReadingRequest| request.campaign == campaign;
            let requests: Vec<_> = connection.requests.iter().filter(of_campaign).collect();
            if requests.is_empty() {
                continue;
            }
            self.asked += 1;
            let received = |it: &&ReadingRequest| {
                it.state == RequestState::Answered || (is_made(it) && !is_estimated(it))
            };
            self.received += usize::from(requests.iter().all(received));
            self.estimated += usize::from(requests.iter().any(|request| is_estimated(request)));
            for request in requests {
                self.add_request(store, account, &connection, request).await?;
            }
        }
        Ok(())
    }

    async fn add_request(
        &mut self,
        store: &Store,
        account: &Account,
        connection: &ConnectionRecords,
        request: &ReadingRequest,
    ) -> Result<(), Error> {
        let (account, language) = (&account.number, account.language);
        let place = Place {
            account,
            language: Texts::of(language).language(),
            address: connection.filed.connection.address.to_string(),
            meter: connection.meters.iter().find(|one| one.meter.number == request.meter),
        };
        match (request.state, &request.answer) {
            (RequestState::Open, _) => self.open.push(OpenRow {
                account: account.to_string(),
                address: place.address,
                meter: request.meter.to_string(),
                obstacle: request.obstacle.map_or("", obstacle),
            }),
            (_, Some(_)) if is_estimated(request) => {
                let estimates = store.estimates(account, &request.connection).await?;
                let mine = estimates
                    .into_iter()
                    .filter(|one| one.meter == request.meter && one.campaign == request.campaign);
                let registers = mine.flat_map(|record| record.registers);
                let row = |(register, estimate)| place.estimate(request, &register, &estimate);
                self.estimates.extend(registers.map(row));
            }
            (
                RequestState::Answered
                | RequestState::Estimated
                | RequestState::Invoiced
                | RequestState::Correcting
                | RequestState::Ended,
                Some(answer),
            ) => {
                let standing = standing(store, account, request, answer).await?;
                self.readings.push(ReadingRow { standing, ..place.reading(request, answer) });
            }
            (
                RequestState::Answered
                | RequestState::Estimated
                | RequestState::Invoiced
                | RequestState::Correcting
                | RequestState::Ended,
                None,
            ) => {}
        }
        Ok(())
    }
}

/// Whether the invoice is made that the request's reading is on.
fn is_made(request: &ReadingRequest) -> bool {
    matches!(request.state, RequestState::Invoiced | RequestState::Correcting)
}

/// Whether an estimate stands for the reading, or is on the invoice.
fn is_estimated(request: &ReadingRequest) -> bool {
    let by_estimate =
        request.answer.as_ref().is_some_and(|answer| answer.source == Source::Estimated);
    by_estimate && (is_made(request) || request.state == RequestState::Estimated)
}

/// What an operator is to see of an answer: the gravest that its receipt says.
async fn standing(
    store: &Store,
    account: &CustomerNumber,
    request: &ReadingRequest,
    answer: &Answer,
) -> Result<Standing, Error> {
    let receipt = match answer.receipt.as_deref().and_then(ReceiptNumber::parse) {
        Some(number) => store.receipt(account, &request.connection, number).await?,
        None => None,
    };
    let meters = receipt.map(|receipt| receipt.meters).unwrap_or_default();
    let mine = meters.iter().filter(|meter| meter.number == request.meter);
    let registers: Vec<_> = mine.flat_map(|meter| &meter.registers).collect();
    Ok(if registers.iter().any(|register| register.held) {
        Standing::Held
    } else if registers.iter().any(|register| register.alert == Some(Alert::Leak)) {
        Standing::Leak
    } else if answer.quality == Quality::Confirmed {
        Standing::Doubtful
    } else {
        Standing::Plain
    })
}

/// Where a request is.
struct Place<'a> {
    account: &'a CustomerNumber,
    language: Language,
    address: String,
    meter: Option<&'a FiledMeter>,
}

impl Place<'_> {
    fn register(&self, name: &RegisterName) -> Option<&Register> {
        self.meter?.meter.registers.iter().find(|register| register.name == *name)
    }

    /// As the wheels show it, with its unit.
    fn shown(&self, name: &RegisterName, value: Decimal) -> String {
        match self.register(name) {
            Some(register) => format!("{} {}", register.shown(value, ','), register.unit.symbol()),
            None => value.to_string(),
        }
    }

    fn amount(&self, name: &RegisterName, value: Decimal) -> String {
        let unit = self.register(name).map_or("", |register| register.unit.symbol());
        format!("{} {unit}", value.normalize())
    }

    fn estimate(
        &self,
        request: &ReadingRequest,
        register: &RegisterName,
        estimate: &Estimate,
    ) -> EstimateRow {
        let tasks = estimate.due.iter().filter(|due| due.is_task());
        let unit = self.register(register).map(|register| register.unit);
        let said = sentences(estimate);
        let said =
            said.iter().filter_map(|one| Some(views::estimate::told(self.language, unit?, one)));
        EstimateRow {
            account: self.account.to_string(),
            address: self.address.clone(),
            meter: request.meter.to_string(),
            value: self.shown(register, estimate.value),
            consumption: self.amount(register, estimate.consumption),
            band: format!("{} to {}", estimate.low.normalize(), estimate.high.normalize()),
            method: told(estimate.method, &estimate.notes).replace('_', " "),
            confidence: estimate.confidence.as_str(),
            in_a_row: estimate.in_a_row.estimated,
            tasks: tasks.map(|due| due.as_str()).collect::<Vec<_>>().join(" · "),
            basis: basis(estimate),
            steps: explain::steps(&estimate.steps),
            language: self.language,
            sentences: said.collect::<Vec<_>>().join(" "),
        }
    }

    fn reading(self, request: &ReadingRequest, answer: &Answer) -> ReadingRow {
        let values = answer.values.iter().map(|(name, value)| self.shown(name, *value));
        let before = request.before.iter().map(|one| self.shown(&one.register, one.value));
        ReadingRow {
            account: self.account.to_string(),
            meter: request.meter.to_string(),
            values: values.collect::<Vec<_>>().join(" · "),
            before: before.collect::<Vec<_>>().join(" · "),
            on: answer.on.format("%-d %b %Y").to_string(),
            at: calendar::civil_time(answer.at).format("%Y-%m-%d %H:%M").to_string(),
            source: source(answer.source),
            quality: quality(answer.quality),
            revision: request.revision.get(),
            receipt: answer.receipt.clone().unwrap_or_default(),
            standing: Standing::Plain,
            address: self.address,
        }
    }
}

/// What an estimate was made from, by the names under which it can be found again.
fn basis(estimate: &Estimate) -> String {
    let Estimate { inputs, parameter_set, parameter_hash, engine, .. } = estimate;
    let levels = inputs.levels_id.as_deref().unwrap_or("none");
    let hash: String = parameter_hash.chars().take(8).collect();
    format!(
        "{} readings · norm {} · profile {} · similar customers {levels} · parameter set \
         {parameter_set} ({hash}) · engine {engine}",
        inputs.readings.len(),
        inputs.norm_id,
        inputs.profile_id,
    )
}

fn obstacle(obstacle: Obstacle) -> &'static str {
    match obstacle {
        Obstacle::Unreadable => "cannot be read",
        Obstacle::Unreachable => "cannot be reached",
        Obstacle::NotFound => "not found",
        Obstacle::OtherNumber => "has another number",
        Obstacle::NotMyAddress => "not their address",
    }
}

fn source(source: Source) -> &'static str {
    match source {
        Source::Customer => "customer",
        Source::Colleague => "colleague",
        Source::Staff => "staff",
        Source::Remote => "remote",
        Source::Installed => "installed",
        Source::Removed => "removed",
        Source::Agreed => "agreed",
        Source::Estimated => "estimated",
    }
}

fn quality(quality: Quality) -> &'static str {
    match quality {
        Quality::Actual => "actual",
        Quality::Confirmed => "confirmed",
        Quality::Prorated => "prorated",
        Quality::Estimated => "estimated",
    }
}
