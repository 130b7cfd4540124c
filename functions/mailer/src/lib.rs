//! The Lambda that claims one planned mail, renders it, sends it and notes what became of it.
//!
//! The order is the promise: the claim is written before the mail service is called, and what the
//! mail says is read after the claim, so no mail names an address whose reading was stored before.

mod parts;
mod render;

use chrono::{DateTime, Utc};
use serde_json::Value;

use cloud::event::{Batch, Failures, MailMessage, Record, VERSION};
use cloud::mailer::{Letter, Posted, Track};
use cloud::settings::Name;
use cloud::store::sends::{Claim, ControlRecord, Ending, Send};
use cloud::{Aws, Config, Failure, Keys, Mailer, Queue, Settings, Store};
use domain::campaign::{Control, Wave};
use domain::sending::{SendId, SendState};
use links::link::BaseUrl;
use views::House;

/// What the function builds at its cold start.
#[derive(Debug)]
pub struct App {
    store: Store,
    keys: Keys,
    mailer: Mailer,
    mails: Queue,
    base: BaseUrl,
    house: House,
}

impl App {
    /// The variables that it reads.
    pub const SETTINGS: &[Name] = &[
        Name::BaseUrl,
        Name::Core,
        Name::Sends,
        Name::QueueMail,
        Name::Keys,
        Name::SesProof,
        Name::SesPlain,
        Name::SesFrom,
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
            mailer: Mailer::new(aws, settings),
            mails: Queue::new(aws, settings, Name::QueueMail),
            base,
            house: House::of(|path| config.bytes(path))
                .map_err(|error| Failure::permanent(error.to_string()))?,
        })
    }
}

/// Sends the mails of a batch of messages, one after the other.
///
/// **Errors.** Those messages that must come again; the others are done.
pub async fn handle(app: &App, event: Value) -> Result<Value, Failure> {
    let batch: Batch = serde_json::from_value(event)
        .map_err(|error| Failure::permanent(format!("an event that is no batch: {error}")))?;
    let mut failures = Failures::default();
    for record in &batch.records {
        if let Err(failure) = one(app, record).await {
            tracing::error!(kind = failure.kind().as_str(), %failure, "a mail was not dealt with");
            failures.add(record);
        }
    }
    serde_json::to_value(failures).map_err(|error| Failure::permanent(error.to_string()))
}

/// How long a throttled or paused mail waits in the queue before it is looked at again.
const WAIT_S: i32 = 60;

async fn one(app: &App, record: &Record) -> Result<(), Failure> {
    let now = record.received_at()?;
    let message: MailMessage = record.read()?;
    let id = SendId::parse(&message.send)
        .ok_or_else(|| Failure::permanent("a message that names no send"))?;
    let control = app.store.control(message.scope.campaign).await?.state;
    match control {
        Control::Run | Control::Closed => {}
        // The row stays planned: feeding finds it again after the pause.
        Control::PauseOperator | Control::PauseBreaker | Control::PauseQuota => return Ok(()),
    }
    // Whatever is needed before the claim fails before the claim.
    let ring = app.keys.ring(now).await?;
    let Claim::Ours(send) = app.store.claim(&message.scope, id, &record.message_id, now).await?
    else {
        return Ok(());
    };
    if control == Control::Closed {
        return end(app, &send, SendState::Skipped, Some("the campaign closed".into())).await;
    }
    let records = app.store.account(&send.account).await?;
    let prepared = parts::prepare(app, &send, &records, &ring, now).await?;
    let letter = match prepared {
        parts::Prepared::Letter(letter) => letter,
        parts::Prepared::NothingMissing => {
            return end(app, &send, SendState::Skipped, Some("nothing is missing".into())).await;
        }
        parts::Prepared::NoRecipient => {
            return end(app, &send, SendState::Post, Some("no recipient".into())).await;
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
            track: track(send.scope.wave),
        })
        .await;
    outcome(app, &message, &send, posted, now).await
}

/// The call must be proven to have arrived; a lost reminder is made up for by the next one.
fn track(wave: Wave) -> Track {
    match wave {
        Wave::Call => Track::Proof,
        Wave::Reminder(_) => Track::Plain,
    }
}

/// Notes what the answer of the mail service means for the row, and what else it asks for.
async fn outcome(
    app: &App,
    message: &MailMessage,
    send: &Send,
    posted: Posted,
    now: DateTime<Utc>,
) -> Result<(), Failure> {
    let campaign = send.scope.campaign;
    match posted {
        Posted::Accepted(message) => {
            let ending = Ending { state: SendState::Accepted, message: Some(message), why: None };
            app.store.end_claim(send, &ending).await?;
            Ok(())
        }
        Posted::Rejected(why) => end(app, send, SendState::Rejected, Some(why)).await,
        Posted::Uncertain(why) => end(app, send, SendState::Unknown, Some(why)).await,
        Posted::NotSent | Posted::Throttled => {
            end(app, send, SendState::Planned, None).await?;
            let again =
                MailMessage { v: VERSION, n: message.n.saturating_add(1), ..message.clone() };
            app.mails.send(&[again], WAIT_S).await?;
            Ok(())
        }
        Posted::QuotaUsed => {
            end(app, send, SendState::Planned, None).await?;
            pause(app, campaign, Control::PauseQuota, "the daily quota is used up", now).await
        }
        Posted::Blocked(why) => {
            end(app, send, SendState::Planned, None).await?;
            pause(app, campaign, Control::PauseBreaker, &why, now).await
        }
    }
}

async fn end(app: &App, send: &Send, state: SendState, why: Option<String>) -> Result<(), Failure> {
    app.store.end_claim(send, &Ending { state, message: None, why }).await?;
    Ok(())
}

async fn pause(
    app: &App,
    campaign: domain::id::CampaignNumber,
    state: Control,
    why: &str,
    now: DateTime<Utc>,
) -> Result<(), Failure> {
    tracing::error!(campaign = campaign.get(), why, at = %now, "sending was paused");
    let record = ControlRecord { state, reason: why.to_owned(), by: "mailer".into() };
    app.store.set_control(campaign, &record).await?;
    Ok(())
}
