//! The Lambda that asks what a campaign must do now, and does it.
//!
//! Schedules wake it: daily at nine, and every five minutes. The rule is `domain::campaign::due`;
//! here is a plain executor with a file for each action. Whatever is interrupted goes on at its
//! checkpoints when the next schedule comes.

mod control;
mod drain;
mod feed;
mod follow_up;
mod invoice;
mod marking;
mod obstacle;
mod open;
mod plan;
mod post;
mod settle;
mod shift;
mod waiting;

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Timelike as _, Utc};
use serde_json::{Value, json};

use cloud::event::{Order, Scheduled, VERSION};
use cloud::settings::Name;
use cloud::store::campaign::CampaignRecord;
use cloud::{Archive, Aws, Config, Error, Failure, Keys, Metric, Metrics, Queue, Settings, Store};
use domain::calendar::{self, civil_day};
use domain::campaign::{self, Action, CampaignState, Dates, Wave, WaveProgress, WaveState, due};
use domain::invoicing::config::Invoicing;
use domain::sending::Scope;
use domain::tariff::lists::PriceLists;
use links::link::BaseUrl;

use crate::shift::{Extent, Shift};

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
    /// What is charged and how it is invoiced; or what is broken there, which stops `settle` and nothing
    /// of this.
    prices: Result<(PriceLists, Invoicing), String>,
    may_send: MaySend,
    metrics: Metrics,
    bounds: Bounds,
}

/// How much is done at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// So long one run works.
    pub time: Duration,
    /// So many letters are on one post list.
    pub letters: usize,
}

/// What the deployment says about sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum MaySend {
    Yes,
    No,
}

impl App {
    /// The variables that it reads.
    pub const SETTINGS: &[Name] = &[
        Name::Stack,
        Name::BaseUrl,
        Name::Core,
        Name::Sends,
        Name::Billing,
        Name::Drawers,
        Name::CampaignState,
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
            prices: config
                .price_lists()
                .and_then(|lists| Ok((lists, config.invoicing()?)))
                .map_err(|failure| failure.to_string()),
            may_send: match settings.get(Name::CampaignState) {
                "paused" => MaySend::No,
                _ => MaySend::Yes,
            },
            metrics: Metrics::new(settings),
            bounds: BOUNDS,
        })
    }

    /// The same within `bounds`: what a small Lambda limit and many letters do, for tests.
    #[must_use]
    pub fn within(self, bounds: Bounds) -> Self {
        Self { bounds, ..self }
    }
}

/// A run works a minute less than the function may run; a post list is what one person can look through,
/// and its accounts fit into the memory of the function.
const BOUNDS: Bounds = Bounds { time: Duration::from_mins(4), letters: 1_000 };

/// So long one run holds a campaign: a little longer than a function may run.
const LEASE: TimeDelta = TimeDelta::minutes(16);

/// The hour of the day in which the invoices that go by post are listed.
const POST_HOUR: u32 = 9;

/// A step changes what is due next; a day has fewer than this many.
const STEPS: usize = 16;

/// What a schedule wakes: every campaign that is deployed is asked what is due. What an operator
/// invokes: an order, as a pause or its end.
///
/// **Errors.** [`Failure`]; the next schedule goes on where this one stopped.
pub async fn handle(app: &App, event: Value) -> Result<Value, Failure> {
    let unknown = || Failure::permanent("an event of a release that is not known");
    if event.get("command").is_some() {
        let order: Order = serde_json::from_value(event).map_err(|error| {
            Failure::permanent(format!("an order that cannot be followed: {error}"))
        })?;
        if order.v > VERSION + 1 {
            return Err(unknown());
        }
        return control::follow(app, &order).await;
    }
    let scheduled: Scheduled = serde_json::from_value(event)
        .map_err(|error| Failure::permanent(format!("an event that is no schedule: {error}")))?;
    if scheduled.v > VERSION + 1 {
        return Err(unknown());
    }
    let shift = Shift::begin(scheduled.at, app.bounds.time);
    let mut done = Vec::new();
    let mut waiting = 0_u32;
    for config in &app.campaigns {
        let ran = run(app, config, shift).await?;
        waiting += u32::from(ran.waits);
        done.extend(ran.done.iter().map(|action| format!("c{} {action}", config.id)));
    }
    if calendar::civil_time(scheduled.at).hour() == POST_HOUR {
        let extent = post::invoices(app, shift).await?;
        waiting += u32::from(extent == Extent::Part);
    }
    app.metrics.add(Metric::CampaignRan, 1, scheduled.at);
    tracing::debug!(actions = done.len(), waiting, "the campaigns were asked what is due");
    Ok(json!({ "done": done, "waiting": waiting }))
}

/// Does what is due in one campaign, unless somebody else is at it.
async fn run(app: &App, config: &campaign::Config, shift: Shift) -> Result<Ran, Failure> {
    let mut leased = false;
    let ran = steps(app, config, shift, &mut leased).await;
    if leased {
        app.store.release(config.id, shift.now + LEASE).await?;
    }
    ran
}

/// What a run came to in one campaign.
#[derive(Debug, Default)]
struct Ran {
    /// What it did.
    done: Vec<Action>,
    /// Whether a later run has something to do, even if nothing new happens.
    waits: bool,
}

/// Does what is due, step by step, until nothing is.
async fn steps(
    app: &App,
    config: &campaign::Config,
    shift: Shift,
    leased: &mut bool,
) -> Result<Ran, Failure> {
    let now = shift.now;
    let mut ran = Ran::default();
    for _ in 0..STEPS {
        let mut record = app.store.campaign(config.id).await?;
        let control = control::deployed(app, config.id).await?;
        let actions = due(config, &record.progress, control, now);
        ran.waits = record.progress.waits();
        if actions.iter().all(|action| matches!(action, Action::Alarm(_))) {
            for action in &actions {
                alarm(config, *action);
            }
            ran.done.extend(actions);
            break;
        }
        if actions.contains(&Action::Open) {
            // Who is asked must have a link to answer by: without a key that signs, nothing opens.
            app.keys.ring(now).await?;
        }
        *leased = *leased || take(app, config, now).await?;
        if !*leased {
            ran.waits = true;
            break;
        }
        let before = record.progress.clone();
        for action in &actions {
            execute(app, config, &mut record, *action, shift).await?;
        }
        ran.done.extend(actions);
        // What there was no time for is due again.
        ran.waits |= shift.is_over();
        if record.progress == before {
            break;
        }
        app.store.save_progress(config.id, &mut record).await?;
        if shift.is_over() {
            break;
        }
    }
    Ok(ran)
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
    shift: Shift,
) -> Result<(), Failure> {
    let now = shift.now;
    let today = civil_day(now);
    if action == Action::Open && record.progress.dates.is_none() {
        record.progress.dates = Some(Dates::freeze(config, today));
        record.progress.drained_on = Some(today);
        app.store.save_progress(config.id, record).await?;
    }
    let Some(dates) = record.progress.dates.clone() else {
        if let Action::Alarm(_) = action {
            alarm(config, action);
        }
        return Ok(());
    };
    let scope = |wave| Scope::Wave { campaign: config.id, wave };
    let letters = post::Letters::Asking(config.id, dates.deadline);
    match action {
        Action::Open => {
            let extent = open::every_account(app, config, dates.opened_on, shift).await?;
            if extent == Extent::Whole {
                record.progress.state = CampaignState::Open;
            }
        }
        Action::PlanWave(wave) => {
            if record.progress.begun(wave).is_none() {
                set(&mut record.progress.waves, wave, WaveState::Planning, today);
                app.store.save_progress(config.id, record).await?;
            }
            let extent = plan::every_open_account(app, config, wave, &dates, shift).await?;
            if extent == Extent::Whole {
                set(&mut record.progress.waves, wave, WaveState::Feeding, today);
            }
        }
        Action::FeedWave(wave) => {
            let mut looked = match record.progress.wave(wave) {
                WaveState::Quiet => feed::look(app, scope(wave)).await?,
                WaveState::None
                | WaveState::Planning
                | WaveState::Canary
                | WaveState::Feeding
                | WaveState::Finished
                | WaveState::Superseded => feed::wave(app, scope(wave), shift).await?.into(),
            };
            if looked.state == WaveState::Finished
                && post::lists(app, letters, shift).await? == Extent::Part
            {
                looked.state = WaveState::Quiet;
            }
            set(&mut record.progress.waves, wave, looked.state, today);
            record.progress.note_mailed(wave, looked.mailed_on);
        }
        Action::SupersedeWave(wave) => {
            set(&mut record.progress.waves, wave, WaveState::Superseded, today);
        }
        Action::Drain => {
            drain::every_change(app, config, &dates, record, now).await?;
            if post::lists(app, letters, shift).await? == Extent::Whole {
                record.progress.drained_on = Some(today);
            }
        }
        Action::Close => {
            control::close(app, config.id).await?;
            waiting::warn(app, config.id, &dates);
            record.progress.state = CampaignState::Closed;
        }
        Action::Settle => {
            let queued = record.progress.settle_queued_at;
            let before = queued.map_or(settle::Before::Never, |_| settle::Before::Once);
            if before == settle::Before::Once {
                settle::report(app, config.id).await?;
            }
            record.progress.settled = !settle::queue_missing(app, config.id, before).await?;
            record.progress.settle_queued_at = Some(now);
        }
        Action::Invoice => {
            let look = record.progress.invoice_looks.saturating_add(1);
            let (extent, left) =
                invoice::queue_unsettled(app, (config.id, &dates), look, shift).await?;
            if extent == Extent::Whole {
                record.progress.invoicing = left;
                record.progress.invoice_looks = look;
                record.progress.invoices_queued_at = Some(now);
            }
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
        None => waves.push(WaveProgress { wave, state, begun_on: today, mailed_on: None }),
    }
}
