//! The Lambda that makes, publishes, activates and retires the keys of links.
//!
//! A schedule wakes it every night: it takes the one step that is due, if there is one. An operator
//! invokes it with a command. It is the only writer of the secret, so masters never leave the
//! account; what it answers holds ids, states and times.

mod event;

use chrono::{DateTime, Utc};
use serde_json::Value;

use cloud::keys::{KeySecret, Written};
use cloud::settings::Name;
use cloud::{Aws, Config, Error, Failure, Settings, Store};
use domain::id::CampaignNumber;
use links::key::KeyId;
use links::ring::KeyRing;
use links::ring::closed::LinkDays;
use links::ring::step::{Step, StepRefused};

use event::{Asked, Command, Told};

/// What the function builds at its cold start.
#[derive(Debug)]
pub struct App {
    secret: KeySecret,
    store: Store,
    campaigns: Vec<CampaignNumber>,
}

impl App {
    /// The variables that it reads.
    pub const SETTINGS: &[Name] = &[Name::Core, Name::Drawers, Name::Keys];

    /// Builds it from the environment and the configuration of the deployment.
    pub async fn deployed() -> Result<Self, Failure> {
        let settings = Settings::from_env(Self::SETTINGS)
            .map_err(|error| Failure::permanent(error.to_string()))?;
        let config = Config::read(Config::DEPLOYED.as_ref())?;
        Self::new(&Aws::deployed().await, &settings, &config)
    }

    /// Builds it on given clients.
    pub fn new(aws: &Aws, settings: &Settings, config: &Config) -> Result<Self, Failure> {
        Ok(Self {
            secret: KeySecret::new(aws, settings),
            store: Store::new(aws, settings),
            campaigns: config.campaigns()?.iter().map(|campaign| campaign.id).collect(),
        })
    }
}

/// Takes one step at most, and answers what became of it and how the keys stand.
///
/// **Errors.** [`Failure`]; nothing was stored, or the step was, and asking again shows it. A step
/// whose time has not come is no error: the answer says what it waits for.
pub async fn handle(app: &App, event: Value) -> Result<Value, Failure> {
    let asked = Asked::read(event)?;
    let told = match app.secret.read().await? {
        Some(mut ring) => go_on(app, &mut ring, &asked).await?,
        None => begin(app, &asked).await?,
    };
    serde_json::to_value(told).map_err(|error| Failure::permanent(error.to_string()))
}

/// What becomes of a command, or of the schedule, where there are no keys yet.
async fn begin(app: &App, asked: &Asked) -> Result<Told, Failure> {
    match asked.command {
        // Nothing was signed before the first key, so it need not wait.
        None | Some(Command::Publish) => {
            let first = KeyRing::first(app.secret.master(0)?, asked.at);
            write(app, &first, Written::Published(first.active_id())).await
        }
        Some(Command::Status) => Ok(Told::nothing(&[])),
        Some(Command::Activate(id) | Command::Retire(id) | Command::Revoke(id)) => {
            Ok(Told::refused(&[], StepRefused::Unknown { id }))
        }
    }
}

/// What becomes of it where there are.
async fn go_on(app: &App, ring: &mut KeyRing, asked: &Asked) -> Result<Told, Failure> {
    let at = asked.at;
    let taken = match asked.command {
        Some(Command::Status) => return Ok(Told::nothing(&ring.keys())),
        None => {
            let closed = closed(app, ring, at).await?;
            match ring.due(&closed, at) {
                None => return Ok(Told::nothing(&ring.keys())),
                Some(Step::Publish) => publish(app, ring, at)?,
                Some(Step::Activate(id)) => activate(ring, id, at),
                Some(Step::Retire(id)) => retire(ring, id, &closed, at),
            }
        }
        Some(Command::Publish) => publish(app, ring, at)?,
        Some(Command::Activate(id)) => activate(ring, id, at),
        Some(Command::Retire(id)) => {
            let closed = closed(app, ring, at).await?;
            retire(ring, id, &closed, at)
        }
        Some(Command::Revoke(id)) => ring.revoke(id, at).map(|()| Written::Retired(id)),
    };
    match taken {
        Ok(step) => write(app, ring, step).await,
        Err(refused) => Ok(Told::refused(&ring.keys(), refused)),
    }
}

/// A step of the ring, as it is stored.
type Taken = Result<Written, StepRefused>;

fn publish(app: &App, ring: &mut KeyRing, at: DateTime<Utc>) -> Result<Taken, Error> {
    let master = app.secret.master(ring.keys().len())?;
    Ok(ring.publish(master, at).map(Written::Published))
}

fn activate(ring: &mut KeyRing, id: KeyId, at: DateTime<Utc>) -> Taken {
    ring.activate(id, at).map(|()| Written::Activated(id))
}

fn retire(ring: &mut KeyRing, id: KeyId, closed: &[KeyId], at: DateTime<Utc>) -> Taken {
    ring.retire(id, closed, at).map(|()| Written::Retired(id))
}

/// The keys that no campaign needs any more.
async fn closed(app: &App, ring: &KeyRing, at: DateTime<Utc>) -> Result<Vec<KeyId>, Error> {
    let mut campaigns = Vec::new();
    for campaign in &app.campaigns {
        // Of one that did not open, nothing was signed.
        if let Some(dates) = app.store.campaign(*campaign).await?.progress.dates {
            campaigns.push(LinkDays { from: dates.opened_on, until: dates.corrections_until() });
        }
    }
    Ok(ring.closed(&campaigns, at))
}

async fn write(app: &App, ring: &KeyRing, step: Written) -> Result<Told, Failure> {
    app.secret.write(ring, step).await?;
    tracing::info!(%step, active = ring.active_id().get(), "the key ring changed");
    Ok(Told::done(&ring.keys(), step))
}
