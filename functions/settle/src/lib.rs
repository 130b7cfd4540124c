//! The Lambda that estimates what never came.
//!
//! A message names a drawer of open items. Each of them becomes an estimated reading, in one
//! transaction with how it was made; a reading that came meanwhile is the better one and stays.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;

use cloud::event::{Batch, Failures, Record, SettleMessage};
use cloud::settings::Name;
use cloud::store::account::ConnectionRecords;
use cloud::store::estimate::EstimateRecord;
use cloud::store::open::OpenItem;
use cloud::{Aws, Failure, Settings, Store};
use domain::estimate::{Estimate, EstimateError, estimate};
use domain::history::History;
use domain::meter::{Meter, Register};
use domain::reading::Reading;
use domain::request::RequestState;
use domain::shard::Shard;

/// What the function builds at its cold start.
#[derive(Debug)]
pub struct App {
    store: Store,
}

impl App {
    /// The variables that it reads.
    pub const SETTINGS: &[Name] = &[Name::Core, Name::Drawers];

    /// Builds it from the environment of the deployment.
    pub async fn deployed() -> Result<Self, Failure> {
        let settings = Settings::from_env(Self::SETTINGS)
            .map_err(|error| Failure::permanent(error.to_string()))?;
        Ok(Self::new(&Aws::deployed().await, &settings))
    }

    /// Builds it on given clients.
    pub fn new(aws: &Aws, settings: &Settings) -> Self {
        Self { store: Store::new(aws, settings) }
    }
}

/// So many open items are read at once.
const PAGE: i32 = 100;

/// Estimates what is missing in the drawers of a batch of messages.
///
/// **Errors.** Those messages that must come again; the others are done.
pub async fn handle(app: &App, event: Value) -> Result<Value, Failure> {
    let batch: Batch = serde_json::from_value(event)
        .map_err(|error| Failure::permanent(format!("an event that is no batch: {error}")))?;
    let mut failures = Failures::default();
    for record in &batch.records {
        if let Err(failure) = drawer(app, record).await {
            tracing::error!(kind = failure.kind().as_str(), %failure, "a drawer was not settled");
            failures.add(record);
        }
    }
    serde_json::to_value(failures).map_err(|error| Failure::permanent(error.to_string()))
}

async fn drawer(app: &App, record: &Record) -> Result<(), Failure> {
    let now = record.received_at()?;
    let message: SettleMessage = record.read()?;
    let shard = Shard::parse(&message.shard)
        .ok_or_else(|| Failure::permanent("a message that names no drawer"))?;
    let dates = app.store.campaign(message.campaign).await?.progress.dates;
    let dates = dates.ok_or_else(|| Failure::permanent("a campaign that was never opened"))?;
    let mut after = None;
    loop {
        let page = app.store.open_items(message.campaign, shard, after, PAGE).await?;
        for open in &page.items {
            one(app, &message, open, dates.reference_date, now).await?;
        }
        after = page.next;
        if after.is_none() {
            return Ok(());
        }
    }
}

/// Estimates one meter, unless its request is not open any more.
async fn one(
    app: &App,
    message: &SettleMessage,
    open: &OpenItem,
    on: NaiveDate,
    now: DateTime<Utc>,
) -> Result<(), Failure> {
    let campaign = message.campaign;
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
    let readings = app.store.history(&open.account, &open.connection, campaign).await?;
    let mut registers = Vec::new();
    let Some(filed) = found.meters.iter().find(|filed| filed.meter.number == open.meter) else {
        return Err(Failure::permanent("a request for a meter that is not there"));
    };
    for register in &filed.meter.registers {
        match estimated(found, &filed.meter, register, &readings, on) {
            Ok(estimate) => registers.push((register.name.clone(), estimate)),
            Err(reason) => {
                // It stays open: a person must look at its history.
                tracing::error!(
                    campaign = campaign.get(),
                    %reason,
                    "a reading could not be estimated"
                );
                return Ok(());
            }
        }
    }
    let record = EstimateRecord { meter: filed.meter.number.clone(), campaign, at: now, registers };
    app.store.record_estimate(&open.account, request, &record).await?;
    Ok(())
}

/// What one register showed on `on`, or why that cannot be said.
fn estimated(
    found: &ConnectionRecords,
    meter: &Meter,
    register: &Register,
    readings: &[Reading],
    on: NaiveDate,
) -> Result<Estimate, EstimateError> {
    let history = History::of(meter, &register.name, &found.every_meter(), readings)?;
    // The use of a year is known of the connection, not of each of several registers.
    let expected = found.filed.connection.expected_year;
    let expected = expected.filter(|_| meter.registers.len() == 1);
    estimate(&history, expected, on)
}
