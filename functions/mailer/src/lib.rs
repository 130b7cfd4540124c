//! The Lambda that claims one planned mail, renders it, sends it and notes what became of it.
//!
//! The order is the promise: the claim is written before the mail service is called, and what the
//! mail says is read after the claim, so no mail names an address whose reading was stored before.

mod account;
mod delegated;
mod estimated;
mod invoiced;
mod parts;
mod receipts;
mod render;

use chrono::{DateTime, Utc};
use lambda_runtime::LambdaEvent;
use serde_json::Value;

use cloud::event::{Batch, Failures, MailMessage, Record, VERSION};
use cloud::mailer::{Letter, Posted, Track};
use cloud::metric::{Metric, Metrics};
use cloud::settings::Name;
use cloud::store::campaign::FrozenDates;
use cloud::store::control::Order;
use cloud::store::sends::{Claim, Ending, Send};
use cloud::{Archive, Aws, Config, Failure, Keys, Mailer, Queue, Settings, Store};
use domain::campaign::{Control, Dates, Wave};
use domain::id::CampaignNumber;
use domain::sending::{Scope, SendId, SendState};
use links::link::BaseUrl;
use views::House;

/// What the function builds at its cold start.
#[derive(Debug)]
pub struct App {
    store: Store,
    keys: Keys,
    documents: Archive,
    mailer: Mailer,
    mails: Queue,
    mails_now: Queue,
    base: BaseUrl,
    house: House,
    opened: FrozenDates,
    metrics: Metrics,
}

impl App {
    /// The variables that it reads.
    pub const SETTINGS: &[Name] = &[
        Name::BaseUrl,
        Name::Core,
        Name::Sends,
        Name::Billing,
        Name::Invoices,
        Name::Drawers,
        Name::QueueMail,
        Name::QueueMailNow,
        Name::Keys,
        Name::SesProof,
        Name::SesPlain,
        Name::SesFrom,
        Name::Stack,
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
            keys,
            documents: Archive::invoices(aws, settings),
            mailer: Mailer::new(aws, settings),
            mails: Queue::new(aws, settings, Name::QueueMail),
            mails_now: Queue::new(aws, settings, Name::QueueMailNow),
            base,
            house: House::of(|path| config.bytes(path))
                .map_err(|error| Failure::permanent(error.to_string()))?,
            opened: FrozenDates::default(),
            metrics: Metrics::new(settings),
        })
    }

    /// The dates of an open campaign.
    async fn dates(&self, campaign: CampaignNumber) -> Result<Dates, Failure> {
        let dates = self.opened.of(&self.store, campaign).await?;
        dates.ok_or_else(|| Failure::retryable("the campaign is not open"))
    }

    /// The queue that the messages of a scope wait in.
    fn queue(&self, scope: Scope) -> &Queue {
        match scope {
            Scope::Wave { .. } | Scope::Invoices(_) => &self.mails,
            Scope::Receipts(_) | Scope::Delegations(_) => &self.mails_now,
        }
    }
}

/// What wakes the function, and until when it runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Invocation {
    /// The event.
    pub payload: Value,
    /// When Lambda ends it.
    pub deadline: DateTime<Utc>,
}

impl From<LambdaEvent<Value>> for Invocation {
    fn from(event: LambdaEvent<Value>) -> Self {
        Self { deadline: event.context.deadline().into(), payload: event.payload }
    }
}

/// Sends the mails of a batch of messages, one after the other.
///
/// **Errors.** Those messages that must come again; the others are done.
pub async fn handle(app: &App, invocation: Invocation) -> Result<Value, Failure> {
    let Invocation { payload, deadline } = invocation;
    let batch: Batch = serde_json::from_value(payload)
        .map_err(|error| Failure::permanent(format!("an event that is no batch: {error}")))?;
    let mut failures = Failures::default();
    for record in &batch.records {
        if let Err(failure) = one(app, record, deadline).await {
            tracing::error!(kind = failure.kind().as_str(), %failure, "a mail was not dealt with");
            failures.add(record);
        }
    }
    serde_json::to_value(failures).map_err(|error| Failure::permanent(error.to_string()))
}

async fn one(app: &App, record: &Record, deadline: DateTime<Utc>) -> Result<(), Failure> {
    let now = record.received_at()?;
    let message: MailMessage = record.read()?;
    let id = SendId::parse(&message.send)
        .ok_or_else(|| Failure::permanent("a message that names no send"))?;
    let control = app.store.control(message.scope.group()).await?.state;
    match control {
        Control::Run | Control::Closed => {}
        // The row stays planned: feeding finds it again after the pause.
        Control::PauseOperator | Control::PauseBreaker | Control::PauseQuota => return Ok(()),
    }
    // Whatever is needed before the claim fails before the claim.
    let ring = app.keys.ring(now).await?;
    // A message that comes again is older than its claim: what counts is until when we are at it.
    let claim = app.store.claim(&message.scope, id, &record.delivery(), deadline).await?;
    let Claim::Ours(send) = claim else {
        return Ok(());
    };
    if control == Control::Closed && asks(send.scope) {
        return end(app, &send, SendState::Skipped, Some("the campaign closed")).await;
    }
    let letter = match account::prepare(app, &send, &ring, now).await {
        Ok(account::Prepared::Letter(letter)) => letter,
        Ok(account::Prepared::NothingToSay) => {
            return end(app, &send, SendState::Skipped, Some("nothing is missing")).await;
        }
        Ok(account::Prepared::NoRecipient) => {
            on_paper(app, &send).await?;
            return end(app, &send, SendState::Post, Some("no recipient")).await;
        }
        Err(failure) => {
            // The mail service was not called: whoever gets the message next may claim it.
            end(app, &send, SendState::Planned, None).await?;
            return Err(failure);
        }
    };
    let posted = app
        .mailer
        .send(Letter {
            raw: &letter.mail.raw,
            to: &letter.to,
            scope: &send.scope,
            send: id,
            attempt: send.attempts,
            track: track(send.scope),
        })
        .await;
    outcome(app, &message, &send, posted, now).await
}

/// Whether the mail asks for a reading: after the close nothing does.
fn asks(scope: Scope) -> bool {
    matches!(scope, Scope::Wave { wave: Wave::Call | Wave::Reminder(_), .. })
}

/// What is sent again when nothing proves that it was sent, must be proven to have arrived: a lost
/// reminder is made up for by the next one.
fn track(scope: Scope) -> Track {
    match scope {
        Scope::Wave { wave: Wave::Call, .. } | Scope::Delegations(_) | Scope::Invoices(_) => {
            Track::Proof
        }
        Scope::Wave { wave: Wave::Reminder(_) | Wave::Estimated, .. } | Scope::Receipts(_) => {
            Track::Plain
        }
    }
}

/// Has an account that no mail can reach be written to on paper, where that is promised.
async fn on_paper(app: &App, send: &Send) -> Result<(), Failure> {
    match send.scope {
        Scope::Wave { .. } | Scope::Invoices(_) => app.store.post(send).await?,
        Scope::Receipts(_) | Scope::Delegations(_) => {}
    }
    Ok(())
}

/// Notes what the answer of the mail service means for the row, and what else it asks for.
async fn outcome(
    app: &App,
    message: &MailMessage,
    send: &Send,
    posted: Posted,
    now: DateTime<Utc>,
) -> Result<(), Failure> {
    match posted {
        Posted::Accepted(message) => {
            let ending = Ending { state: SendState::Accepted, message: Some(message), why: None };
            app.store.end_claim(send, &ending).await?;
            Ok(())
        }
        Posted::Rejected(why) => {
            if send.scope.is_promised() {
                on_paper(app, send).await?;
            }
            end(app, send, SendState::Rejected, Some(&why)).await
        }
        Posted::Uncertain(why) => end(app, send, SendState::Unknown, Some(&why)).await,
        Posted::NotSent | Posted::Throttled => {
            end(app, send, SendState::Planned, None).await?;
            let again =
                MailMessage { v: VERSION, n: message.n.saturating_add(1), ..message.clone() };
            app.queue(send.scope).send(&[again], wait_s(message.n)).await?;
            Ok(())
        }
        Posted::Unbuilt(why) => {
            end(app, send, SendState::Planned, None).await?;
            Err(Failure::permanent(format!("a request to the mail service was not built: {why}")))
        }
        Posted::QuotaUsed => {
            end(app, send, SendState::Planned, None).await?;
            pause(app, send.scope, Control::PauseQuota, "the daily quota is used up", now).await
        }
        Posted::Blocked(why) => {
            end(app, send, SendState::Planned, None).await?;
            pause(app, send.scope, Control::PauseBreaker, &why, now).await
        }
    }
}

/// How long, in seconds, a mail waits that was not taken for the `n`-th time: 30, 60, … 600.
fn wait_s(n: u32) -> i32 {
    let doubled = n.saturating_sub(1).min(5);
    (30 << doubled).min(600)
}

async fn end(app: &App, send: &Send, state: SendState, why: Option<&str>) -> Result<(), Failure> {
    let ending = Ending { state, message: None, why: why.map(str::to_owned) };
    app.store.end_claim(send, &ending).await?;
    Ok(())
}

/// Stops every mail of the group of `scope`, unless somebody else said something meanwhile.
async fn pause(
    app: &App,
    scope: Scope,
    state: Control,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<(), Failure> {
    let group = scope.group();
    let known = app.store.control(group).await?;
    if matches!(known.state, Control::Run | Control::Closed) {
        app.store.set_control(group, &known, Order { state, reason, by: "mailer" }).await?;
        app.metrics.add(Metric::SendingStopped, 1, now);
        tracing::error!(%group, reason, at = %now, "sending was paused");
    }
    Ok(())
}
