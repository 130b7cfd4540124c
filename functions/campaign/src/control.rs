//! What mails obey: by an operator's order, by the deployment, by the end of the campaign.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use cloud::event::{About, Command, Order};
use cloud::store::control;
use cloud::{Error, Failure};
use domain::campaign::{CampaignState, Control, WaveState};
use domain::estimate::marked::Says;
use domain::id::CampaignNumber;
use domain::sending::{Group, Scope};

use crate::{App, LEASE, MaySend, feed, follow_up, invoice, marking, obstacle, post, waiting};

/// So many times somebody else may be faster.
const ATTEMPTS: usize = 5;

/// Follows an operator's order; what mails obey now.
pub(crate) async fn follow(app: &App, order: &Order) -> Result<Value, Failure> {
    let (group, state) = match (order.command, about(app, order)) {
        // Days are a connection's, whatever campaign comes next.
        (Command::Mark, _) => return marking::follow(app, order, Says::Marked).await,
        (Command::Unmark, _) => return marking::follow(app, order, Says::Unmarked).await,
        (_, Err(refused)) => return Err(refused),
        (Command::Pause, Ok(about)) => (about.group(), Control::PauseOperator),
        (Command::Resume, Ok(about @ About::Campaign(campaign))) => {
            (about.group(), resume(app, campaign, order.at).await?)
        }
        // The sweep finds what waits for it.
        (Command::Resume, Ok(about @ About::Mails(_))) => (about.group(), Control::Run),
        (Command::Release, Ok(_)) => return invoice::release(app, order).await,
        (Command::Posted, Ok(_)) => return post::handed_over(app, order).await,
        (Command::Obstacles, Ok(_)) => return obstacle::list(app, order).await,
        (Command::Waiting, Ok(_)) => return waiting::list(app, order).await,
        (Command::Clear, Ok(_)) => return obstacle::clear(app, order).await,
        (Command::Followups, Ok(_)) => return follow_up::list(app, order).await,
    };
    set(app, group, |_| Some(state), &order.reason, &order.by).await?;
    tracing::warn!(%group, ?state, "an order was followed");
    Ok(json!({ "mails": group.to_string(), "state": state }))
}

/// What an order is about: a campaign that is deployed, or mails of none.
fn about(app: &App, order: &Order) -> Result<About, Failure> {
    let about = order.about()?;
    match about {
        About::Campaign(campaign) if !app.campaigns.iter().any(|config| config.id == campaign) => {
            Err(Failure::permanent(format!("campaign {campaign} is not deployed")))
        }
        About::Campaign(_) | About::Mails(_) => Ok(about),
    }
}

/// Has every wave that is not over be fed from its beginning; what mails obey after it.
async fn resume(
    app: &App,
    campaign: CampaignNumber,
    at: DateTime<Utc>,
) -> Result<Control, Failure> {
    if app.may_send == MaySend::No {
        let told = "the deployment says CampaignState=paused: deploy with CampaignState=run";
        return Err(Failure::permanent(told));
    }
    let until = at + LEASE;
    match app.store.lease(campaign, at, until).await {
        Ok(()) => {}
        Err(Error::Conflict { .. }) => {
            let told = "the campaign is at work just now: resume again in a minute";
            return Err(Failure::retryable(told));
        }
        Err(error) => return Err(error.into()),
    }
    let mut record = app.store.campaign(campaign).await?;
    for begun in &mut record.progress.waves {
        if matches!(begun.state, WaveState::Feeding | WaveState::Quiet) {
            let scope = Scope::Wave { campaign, wave: begun.wave };
            feed::rewind(app, scope, &app.store.wave(&scope).await?).await?;
            begun.state = WaveState::Feeding;
        }
    }
    app.store.save_progress(campaign, &mut record).await?;
    app.store.release(campaign, until).await?;
    Ok(match record.progress.state {
        CampaignState::Closed | CampaignState::Finished => Control::Closed,
        CampaignState::Scheduled | CampaignState::Held | CampaignState::Open => Control::Run,
    })
}

/// What the mails of `campaign` obey; a deployment that says so pauses them.
pub(crate) async fn deployed(app: &App, campaign: CampaignNumber) -> Result<Control, Failure> {
    let group = Group::Campaign(campaign);
    let control = app.store.control(group).await?.state;
    let runs = matches!(control, Control::Run | Control::Closed);
    if app.may_send == MaySend::Yes || !runs {
        return Ok(control);
    }
    let pause = |_| Some(Control::PauseOperator);
    set(app, group, pause, "CampaignState=paused", "deploy").await?;
    Ok(Control::PauseOperator)
}

/// Has mails that still wait find that the campaign is over; a pause stays until it is ended.
pub(crate) async fn close(app: &App, campaign: CampaignNumber) -> Result<(), Failure> {
    let close = |state| (state == Control::Run).then_some(Control::Closed);
    set(app, Group::Campaign(campaign), close, "the campaign closed", "campaign").await
}

async fn set(
    app: &App,
    group: Group,
    wanted: impl Fn(Control) -> Option<Control>,
    reason: &str,
    by: &str,
) -> Result<(), Failure> {
    for _ in 0..ATTEMPTS {
        let known = app.store.control(group).await?;
        let Some(state) = wanted(known.state) else { return Ok(()) };
        let order = control::Order { state, reason, by };
        if app.store.set_control(group, &known, order).await? {
            return Ok(());
        }
    }
    Err(Error::Throttled { operation: "what mails obey" }.into())
}
