//! The Lambda that notes what became of each mail, and finds those that were left behind.
//!
//! Events of the mail service come on two paths, in any order, twice, late or never. They only ever
//! add to what is known (`evidence`). Every quarter of an hour a sweep looks at each send that
//! should have ended by now (`sweep`).

mod evidence;
mod sweep;

use serde::Deserialize;
use serde_json::Value;

use cloud::event::{Batch, Scheduled, VERSION};
use cloud::settings::Name;
use cloud::{Aws, Config, Failure, Metrics, Queue, Settings, Store};
use domain::id::CampaignNumber;

/// What the function builds at its cold start.
#[derive(Debug)]
pub struct App {
    store: Store,
    mails: Queue,
    mails_now: Queue,
    campaigns: Vec<CampaignNumber>,
    metrics: Metrics,
}

impl App {
    /// The variables that it reads.
    pub const SETTINGS: &[Name] = &[
        Name::Stack,
        Name::Core,
        Name::Sends,
        Name::Billing,
        Name::Drawers,
        Name::QueueMail,
        Name::QueueMailNow,
    ];

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
            store: Store::new(aws, settings),
            mails: Queue::new(aws, settings, Name::QueueMail),
            mails_now: Queue::new(aws, settings, Name::QueueMailNow),
            campaigns: config.campaigns()?.iter().map(|campaign| campaign.id).collect(),
            metrics: Metrics::new(settings),
        })
    }
}

/// What wakes the function.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Woken {
    /// The queue of events.
    ByEvents(Batch),
    /// The schedule of the sweep.
    BySchedule(Scheduled),
}

/// Takes in a batch of events, or sweeps.
///
/// **Errors.** Of a batch those messages that must come again; of a sweep the next one goes on.
pub async fn handle(app: &App, event: Value) -> Result<Value, Failure> {
    let woken: Woken = serde_json::from_value(event).map_err(|_| {
        Failure::permanent("an event that is neither a batch of messages nor a schedule")
    })?;
    let answer = match woken {
        Woken::ByEvents(batch) => serde_json::to_value(evidence::batch(app, &batch).await),
        Woken::BySchedule(scheduled) if scheduled.v > VERSION + 1 => {
            return Err(Failure::permanent("a schedule of a release that is not known"));
        }
        Woken::BySchedule(scheduled) => {
            serde_json::to_value(sweep::every_group(app, scheduled.at).await?)
        }
    };
    answer.map_err(|error| Failure::permanent(error.to_string()))
}
