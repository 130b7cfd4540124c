//! How far every request of a campaign is, read from the tables.

use rust_decimal::Decimal;

use cloud::store::account::{ConnectionRecords, FiledMeter};
use cloud::{Error, Store};
use domain::account::CustomerNumber;
use domain::calendar;
use domain::estimate::answer::told;
use domain::id::CampaignNumber;
use domain::meter::{Register, RegisterName};
use domain::reading::{Quality, Source};
use domain::receipt::ReceiptNumber;
use domain::request::{Answer, Obstacle, ReadingRequest, RequestState};

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
    /// It is not settled before somebody looked.
    Held,
}

impl ReadingRow {
    /// Whether it is not settled before somebody looked.
    pub(super) fn is_held(&self) -> bool {
        self.standing == Standing::Held
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
    pub(super) method: String,
    pub(super) inputs: usize,
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
        for connection in store.account(account).await?.connections {
            self.addresses += 1;
            let of_campaign = |request: &&ReadingRequest| request.campaign == campaign;
            let requests: Vec<_> = connection.requests.iter().filter(of_campaign).collect();
            if requests.is_empty() {
                continue;
            }
            self.asked += 1;
            let all = |state| requests.iter().all(|request| request.state == state);
            self.received += usize::from(all(RequestState::Answered));
            let estimated = |request: &&ReadingRequest| request.state == RequestState::Estimated;
            self.estimated += usize::from(requests.iter().any(estimated));
            for request in requests {
                self.add_request(store, account, &connection, request).await?;
            }
        }
        Ok(())
    }

    async fn add_request(
        &mut self,
        store: &Store,
        account: &CustomerNumber,
        connection: &ConnectionRecords,
        request: &ReadingRequest,
    ) -> Result<(), Error> {
        let place = Place {
            account,
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
            (RequestState::Estimated, _) => {
                let estimates = store.estimates(account, &request.connection).await?;
                let mine = estimates
                    .into_iter()
                    .filter(|one| one.meter == request.meter && one.campaign == request.campaign);
                let registers = mine.flat_map(|record| record.registers);
                self.estimates.extend(registers.map(|(register, estimate)| EstimateRow {
                    account: account.to_string(),
                    address: place.address.clone(),
                    meter: request.meter.to_string(),
                    value: place.shown(&register, estimate.value),
                    consumption: place.amount(&register, estimate.consumption),
                    method: told(estimate.method, &estimate.notes).replace('_', " "),
                    inputs: estimate.inputs.readings.len(),
                }));
            }
            (
                RequestState::Answered
                | RequestState::Invoiced
                | RequestState::Correcting
                | RequestState::Ended,
                Some(answer),
            ) => {
                let standing = if is_held(store, account, request, answer).await? {
                    Standing::Held
                } else if answer.quality == Quality::Confirmed {
                    Standing::Doubtful
                } else {
                    Standing::Plain
                };
                self.readings.push(ReadingRow { standing, ..place.reading(request, answer) });
            }
            (
                RequestState::Answered
                | RequestState::Invoiced
                | RequestState::Correcting
                | RequestState::Ended,
                None,
            ) => {}
        }
        Ok(())
    }
}

/// Whether an operator must look before the answer is settled.
async fn is_held(
    store: &Store,
    account: &CustomerNumber,
    request: &ReadingRequest,
    answer: &Answer,
) -> Result<bool, Error> {
    let Some(number) = answer.receipt.as_deref().and_then(ReceiptNumber::parse) else {
        return Ok(false);
    };
    let receipt = store.receipt(account, &request.connection, number).await?;
    let meters = receipt.map(|receipt| receipt.meters).unwrap_or_default();
    let mine = meters.iter().filter(|meter| meter.number == request.meter);
    Ok(mine.flat_map(|meter| &meter.registers).any(|register| register.held))
}

/// Where a request is.
struct Place<'a> {
    account: &'a CustomerNumber,
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
