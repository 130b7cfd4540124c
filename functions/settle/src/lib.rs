//! The Lambda of what comes after the deadline: it estimates what never came, settles the year of each
//! account, and allots the numbers of its invoices.
//!
//! Those who answered say first how similar customers' use changed, and how near the estimates of
//! the year before were. Then a message names a drawer of open items: each of them becomes an
//! estimated reading, in one transaction with how it was made; a reading that came meanwhile is the
//! better one and stays. Meters that were not asked because they are read otherwise, and of which no
//! reading came, are estimated like them.
//!
//! From the day on which invoices may be made, a message names a block of accounts instead.

mod account;
mod block;
mod earlier;
mod gather;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;

use cloud::event::{Batch, BlockMessage, Failures, Record, SettleMessage};
use cloud::settings::Name;
use cloud::store::account::ConnectionRecords;
use cloud::store::cohort::Unread;
use cloud::store::estimate::EstimateRecord;
use cloud::store::history::ConnectionHistory;
use cloud::store::open::OpenItem;
use cloud::{Aws, Config, Failure, Queue, Settings, Store};
use domain::campaign;
use domain::campaign::config::ConfigError;
use domain::estimate::cohort::Snapshot;
use domain::estimate::parameters::ParameterSets;
use domain::estimate::standards::Standards;
use domain::estimate::{Circumstances, estimate_register};
use domain::invoicing::config::Invoicing;
use domain::meter::MeterNumber;
use domain::request::RequestState;
use domain::settlement::case::Seller;
use domain::shard::Shard;
use domain::tariff::lists::PriceLists;
use views::utility::Utility;

use crate::gather::Closed;

/// What the function builds at its cold start.
#[derive(Debug)]
pub struct App {
    store: Store,
    invoices: Queue,
    parameters: ParameterSets,
    standards: Standards,
    campaigns: Vec<campaign::Config>,
    lists: PriceLists,
    invoicing: Invoicing,
    seller: Seller,
}

impl App {
    /// The variables that it reads.
    pub const SETTINGS: &[Name] = &[Name::Core, Name::Billing, Name::Drawers, Name::QueueInvoices];

    /// Builds it from the environment of the deployment.
    pub async fn deployed() -> Result<Self, Failure> {
        let settings = Settings::from_env(Self::SETTINGS)
            .map_err(|error| Failure::permanent(error.to_string()))?;
        let config = Config::read(Config::DEPLOYED.as_ref())?;
        Self::new(&Aws::deployed().await, &settings, &config)
    }

    /// Builds it on given clients.
    ///
    /// **Errors.** Every rule that a file of `config` breaks: mend it and deploy again.
    pub fn new(aws: &Aws, settings: &Settings, config: &Config) -> Result<Self, Failure> {
        let (estimation, norms, utility) = ("estimation.toml", "norms.toml", "utility.toml");
        let invoicing = config.invoicing()?;
        let utility = Utility::parse(utility, config.text(utility)?)
            .map_err(|errors| Failure::permanent(errors.to_string()))?;
        Ok(Self {
            store: Store::new(aws, settings),
            invoices: Queue::new(aws, settings, Name::QueueInvoices),
            campaigns: config.campaigns()?,
            lists: config.price_lists()?,
            seller: seller(&utility, &invoicing),
            invoicing,
            parameters: ParameterSets::parse(estimation, config.text(estimation)?)
                .map_err(|errors| broken(&errors))?,
            standards: Standards::parse(norms, config.text(norms)?)
                .map_err(|errors| broken(&errors))?,
        })
    }
}

/// Who invoices: the utility, at the address that its invoices say.
fn seller(utility: &Utility, invoicing: &Invoicing) -> Seller {
    let at = &invoicing.seller;
    Seller {
        name: utility.legal_name.clone(),
        address: at.address.clone(),
        postcode: at.postcode.clone(),
        city: at.city.clone(),
        country: at.country.clone(),
        kvk: utility.kvk.clone(),
        vat_id: utility.vat_number.clone(),
        iban: utility.iban.clone(),
        creditor_id: Some(utility.creditor_id.clone()),
        email: utility.contact.email.as_str().to_owned(),
        phone: utility.contact.phone.clone(),
        website: utility.contact.website.clone(),
    }
}

fn broken(errors: &[ConfigError]) -> Failure {
    let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
    Failure::permanent(lines.join("\n"))
}

/// So many open items are read at once.
const PAGE: i32 = 100;

/// Estimates what is missing in the drawers of a batch of messages, and settles their blocks.
///
/// **Errors.** Those messages that must come again; the others are done.
pub async fn handle(app: &App, event: Value) -> Result<Value, Failure> {
    let batch: Batch = serde_json::from_value(event)
        .map_err(|error| Failure::permanent(format!("an event that is no batch: {error}")))?;
    let mut failures = Failures::default();
    for record in &batch.records {
        if let Err(failure) = one(app, record).await {
            tracing::error!(kind = failure.kind().as_str(), %failure, "work was not done");
            failures.add(record);
        }
    }
    serde_json::to_value(failures).map_err(|error| Failure::permanent(error.to_string()))
}

async fn one(app: &App, record: &Record) -> Result<(), Failure> {
    let now = record.received_at()?;
    match record.read()? {
        // Boxed, for the same reason as `Store::found`.
        Work::Block(message) => Box::pin(block::settle(app, &message, now)).await,
        Work::Drawer(message) => Box::pin(drawer(app, &message, now)).await,
    }
}

/// What a message of the queue asks for.
#[derive(Deserialize)]
#[serde(untagged)]
enum Work {
    Block(BlockMessage),
    Drawer(SettleMessage),
}

async fn drawer(app: &App, message: &SettleMessage, now: DateTime<Utc>) -> Result<(), Failure> {
    let shard = Shard::parse(&message.shard)
        .ok_or_else(|| Failure::permanent("a message that names no drawer"))?;
    let campaign = message.campaign;
    let dates = app.store.campaign(campaign).await?.progress.dates;
    let dates = dates.ok_or_else(|| Failure::permanent("a campaign that was never opened"))?;
    let closed = Closed::read(app, campaign, &dates).await?;
    let snapshot = gather::snapshot(app, &closed).await?;
    let drawer = Drawer { closed, snapshot: &snapshot, now };
    let mut after = None;
    loop {
        let page = app.store.open_items(campaign, shard, after, PAGE).await?;
        for open in &page.items {
            drawer.open(app, open).await?;
        }
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    loop {
        let unread = app.store.unread(campaign, shard, PAGE).await?;
        if unread.is_empty() {
            return Ok(());
        }
        for unread in &unread {
            drawer.unread(app, unread).await?;
        }
    }
}

/// What all estimates of a message have in common.
struct Drawer<'a> {
    closed: Closed<'a>,
    snapshot: &'a Snapshot,
    now: DateTime<Utc>,
}

impl Drawer<'_> {
    /// Estimates one asked meter, unless its request is not open any more.
    async fn open(&self, app: &App, open: &OpenItem) -> Result<(), Failure> {
        let campaign = self.closed.campaign;
        let found = app.store.connection(&open.account, &open.connection).await?;
        let request = found.as_ref().and_then(|found| found.request(campaign, &open.meter));
        let (Some(found), Some(request)) = (&found, request) else {
            app.store.drop_open(campaign, open).await?;
            return Ok(());
        };
        if request.state != RequestState::Open {
            app.store.drop_open(campaign, open).await?;
            return Ok(());
        }
        let history = app.store.history(&open.account, &open.connection, campaign).await?;
        // Without an estimate it stays open: a person must look at its history.
        if let Some(record) = self.estimated(app, found, &open.meter, &history)? {
            app.store.record_estimate(&open.account, request, &record).await?;
        }
        Ok(())
    }

    /// Estimates one meter that was not asked.
    async fn unread(&self, app: &App, unread: &Unread) -> Result<(), Failure> {
        let campaign = self.closed.campaign;
        let found = app.store.connection(&unread.account, &unread.connection).await?;
        let Some(found) = &found else {
            app.store.drop_unread(campaign, unread).await?;
            return Ok(());
        };
        let history = app.store.history(&unread.account, &unread.connection, campaign).await?;
        let recorded = match self.estimated(app, found, &unread.meter, &history)? {
            Some(record) => app.store.record_unasked(unread, &record).await?,
            None => false,
        };
        if !recorded {
            // It was read or estimated meanwhile, or a person was told that it cannot be.
            app.store.drop_unread(campaign, unread).await?;
        }
        Ok(())
    }

    /// What the registers of `meter` showed on the reference date; nothing, and a line for a
    /// person, when that cannot be said of all of them.
    fn estimated(
        &self,
        app: &App,
        found: &ConnectionRecords,
        meter: &MeterNumber,
        history: &ConnectionHistory,
    ) -> Result<Option<EstimateRecord>, Failure> {
        let Closed { campaign, dates, parameters, .. } = self.closed;
        let Some(filed) = found.meters.iter().find(|filed| filed.meter.number == *meter) else {
            return Err(Failure::permanent("a request for a meter that is not there"));
        };
        let around = Circumstances {
            connection: &found.filed.connection,
            meter: &filed.meter,
            meters: &found.every_meter(),
            readings: &history.readings,
            marked: &history.marked,
            standards: &app.standards,
            snapshot: Some(self.snapshot),
        };
        let mut registers = Vec::new();
        for register in &filed.meter.registers {
            let on = dates.reference_date;
            match estimate_register(&around, &register.name, parameters, on) {
                Ok(estimate) => registers.push((register.name.clone(), estimate)),
                Err(reason) => {
                    let campaign = campaign.get();
                    tracing::error!(campaign, %reason, "a reading could not be estimated");
                    return Ok(None);
                }
            }
        }
        Ok(Some(EstimateRecord { meter: meter.clone(), campaign, at: self.now, registers }))
    }
}
