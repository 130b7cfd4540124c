//! The Lambda that asks what a campaign must do now, and does it.
//!
//! Schedules wake it: daily at nine, and every five minutes. The rule is `domain::campaign::due`;
//! here is a plain executor with a file for each action. Whatever is interrupted goes on at its
//! checkpoints when the next schedule comes.

mod drain;
mod feed;
mod open;
mod plan;
mod post;
mod settle;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use cloud::event::{Scheduled, VERSION};
use cloud::settings::Name;
use cloud::store::campaign::CampaignRecord;
use cloud::store::sends::ControlRecord;
use cloud::{Archive, Aws, Config, Error, Failure, Keys, Queue, Settings, Store};
use domain::calendar::civil_day;
use domain::campaign::{
    self, Action, CampaignState, Control, Dates, Wave, WaveProgress, WaveState, due,
};
use links::link::BaseUrl;

/// What the function builds at its cold start.
#[derive(Debug)]
pub struct App {
    store: Store,
    mails: Queue,
    settles: Queue,
    files: Archive,
    keys: Keys,
    base: BaseUrl,
    campaigns: Vec<campaign::Config>,
}

impl App {
    /// The variables that it reads.
    pub const SETTINGS: &[Name] = &[
        Name::BaseUrl,
        Name::Core,
        Name::Sends,
        Name::Files,
        Name::QueueMail,
        Name::QueueSettle,
        Name::Keys,
    ];

    /// Builds it from the environment and the configuration of the deployment.
    pub async fn deployed() -> Result<Self, Failure> {
        let settings = Settings::from_env(Self::SETTINGS)
            .map_err(|error| Failure::permanent(error.to_string()))?;
        let config = Config::read(Config::DEPLOYED.as_ref())?;
        let aws = Aws::deployed().await;
        let keys = Keys::deployed(&aws, &settings);
        Self::new(&aws, keys, &settings, &config)
    }

    /// Builds it on given clients and keys.
    pub fn new(
        aws: &Aws,
        keys: Keys,
        settings: &Settings,
        config: &Config,
    ) -> Result<Self, Failure> {
        let base = BaseUrl::parse(settings.get(Name::BaseUrl))
            .map_err(|error| Failure::permanent(error.to_string()))?;
        Ok(Self {
            store: Store::new(aws, settings),
            mails: Queue::new(aws, settings, Name::QueueMail),
            settles: Queue::new(aws, settings, Name::QueueSettle),
            files: Archive::files(aws, settings),
            keys,
            base,
            campaigns: config.campaigns()?,
        })
    }
}

/// So long one run holds a campaign: a little longer than a function may run.
const LEASE: TimeDelta = TimeDelta::minutes(16);

/// A step changes what is due next; a day has fewer than this many.
const STEPS: usize = 16;

/// What a schedule wakes: every campaign that is deployed is asked what is due.
///
/// **Errors.** [`Failure`]; the next schedule goes on where this one stopped.
pub async fn handle(app: &App, event: Value) -> Result<Value, Failure> {
    let scheduled: Scheduled = serde_json::from_value(event)
        .map_err(|error| Failure::permanent(format!("an event that is no schedule: {error}")))?;
    if scheduled.v > VERSION + 1 {
        return Err(Failure::permanent("a schedule of a release that is not known"));
    }
    let mut done = Vec::new();
    for config in &app.campaigns {
        let actions = run(app, config, scheduled.at).await?;
        done.extend(actions.iter().map(|action| format!("c{} {action}", config.id)));
    }
    tracing::debug!(actions = done.len(), "the campaigns were asked what is due");
    Ok(json!({ "done": done }))
}

/// Does what is due in one campaign, step by step, until nothing is.
async fn run(
    app: &App,
    config: &campaign::Config,
    now: DateTime<Utc>,
) -> Result<Vec<Action>, Failure> {
    let mut done = Vec::new();
    let mut leased = false;
    for _ in 0..STEPS {
        let mut record = app.store.campaign(config.id).await?;
        let control = app.store.control(config.id).await?.state;
        let actions = due(config, &record.progress, control, now);
        let alarms = actions.iter().all(|action| matches!(action, Action::Alarm(_)));
        if alarms {
            for action in &actions {
                alarm(config, *action);
            }
            done.extend(actions);
            break;
        }
        leased = leased || take(app, config, now).await?;
        if !leased {
            break;
        }
        let before = record.progress.clone();
        for action in &actions {
            execute(app, config, &mut record, *action, now).await?;
        }
        done.extend(actions);
        if record.progress == before {
            break;
        }
        app.store.save_progress(config.id, &mut record).await?;
    }
    if leased {
        app.store.release(config.id, now + LEASE).await?;
    }
    Ok(done)
}

/// Takes the lease, unless another run has it or an import is being loaded.
async fn take(app: &App, config: &campaign::Config, now: DateTime<Utc>) -> Result<bool, Failure> {
    if app.store.is_importing(now).await? {
        tracing::info!(campaign = config.id.get(), "an import is being loaded; nothing is planned");
        return Ok(false);
    }
    match app.store.lease(config.id, now, now + LEASE).await {
        Ok(()) => Ok(true),
        Err(Error::Conflict { .. }) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

async fn execute(
    app: &App,
    config: &campaign::Config,
    record: &mut CampaignRecord,
    action: Action,
    now: DateTime<Utc>,
) -> Result<(), Failure> {
    let today = civil_day(now);
    let progress = &mut record.progress;
    match action {
        Action::Open => {
            open::every_account(app, config, today).await?;
            progress.state = CampaignState::Open;
            progress.dates = Some(Dates::freeze(config, today));
            progress.drained_on = Some(today);
        }
        Action::PlanWave(wave) => {
            plan::every_open_account(app, config.id, wave, now).await?;
            set(&mut progress.waves, wave, WaveState::Feeding, today);
        }
        Action::FeedWave(wave) => {
            let state = feed::wave(app, config.id, wave).await?;
            if let (WaveState::Finished, Some(dates)) = (state, &progress.dates) {
                post::list(app, config.id, wave, dates.deadline, now).await?;
            }
            set(&mut progress.waves, wave, state, today);
        }
        Action::SupersedeWave(wave) => {
            set(&mut progress.waves, wave, WaveState::Superseded, today);
        }
        Action::Drain => {
            if let Some(dates) = &progress.dates {
                let begun = progress.waves.iter().any(|begun| begun.wave == Wave::Call);
                let call = if begun { drain::Call::Begun } else { drain::Call::Ahead };
                drain::every_change(app, &drain::Opened { config, dates, call }, now).await?;
            }
            progress.drained_on = Some(today);
        }
        Action::Close => {
            let closed = ControlRecord {
                state: Control::Closed,
                reason: "the campaign closed".into(),
                by: "campaign".into(),
            };
            app.store.set_control(config.id, &closed).await?;
            progress.state = CampaignState::Closed;
        }
        Action::Settle => {
            progress.settled = !settle::queue_missing(app, config.id).await?;
            progress.settle_queued_at = Some(now);
        }
        Action::Alarm(_) => alarm(config, action),
    }
    Ok(())
}

/// Tells a person: the alarm of the deployment reads this line.
fn alarm(config: &campaign::Config, action: Action) {
    tracing::error!(campaign = config.id.get(), %action, "a campaign needs a person");
}

/// Notes how far `wave` is, and the day on which it was begun.
fn set(waves: &mut Vec<WaveProgress>, wave: Wave, state: WaveState, today: chrono::NaiveDate) {
    match waves.iter_mut().find(|begun| begun.wave == wave) {
        Some(begun) => begun.state = state,
        None => waves.push(WaveProgress { wave, state, begun_on: today }),
    }
}
