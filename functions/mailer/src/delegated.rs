//! The mail to a colleague who was asked for the reading of one address.
//!
//! It is fixed text of the utility: nothing that the asker typed stands in it, so that the page
//! cannot be used to write to strangers.

use cloud::Failure;
use cloud::store::account::{ConnectionRecords, FiledDelegation};
use cloud::store::sends::Send;
use domain::calendar::civil_day;
use domain::id::{CampaignNumber, Generation};
use domain::request::ReadingRequest;
use domain::sending::{Hour, Part, Scope};
use links::link_type::Delegate;
use views::mail::DelegationMail;

use crate::account::{Desk, Prepared, ReadyLetter};
use crate::render::block;

/// Decides what the mail says: nothing, when the link was revoked or no reading is missing any more.
pub(crate) async fn prepare(desk: &Desk<'_>) -> Result<Prepared, Failure> {
    let Desk { app, send, records, ring, now } = *desk;
    let is_this = |filed: &&FiledDelegation| filed.delegation.number.get() == send.part.get();
    let Some(filed) = records.delegations.iter().find(is_this) else {
        return Ok(Prepared::NothingToSay);
    };
    let delegation = &filed.delegation;
    let campaign = delegation.campaign;
    let is_asked_for = |one: &&ConnectionRecords| {
        one.filed.connection.number == delegation.connection && is_wanted(one, campaign)
    };
    let Some(connection) = records.connections.iter().find(is_asked_for) else {
        return Ok(Prepared::NothingToSay);
    };
    let dates = app.dates(campaign).await?;
    let today = civil_day(now);
    if !delegation.state.is_live() || today > dates.corrections_until() {
        return Ok(Prepared::NothingToSay);
    }
    let key = ring.key::<Delegate>();
    // a link that was revoked has another generation, and is not mailed
    let link = key.link(&app.base, filed.subject, campaign, Generation::FIRST);
    let to = vec![delegation.recipient.clone()];
    let id = send.id().to_string();
    let model = DelegationMail {
        envelope: desk.envelope(&id, delegation.language, &to),
        until: dates.deadline.max(today),
        blocks: vec![block(connection, campaign, &link)],
    };
    let mail = views::mail::delegation(&app.house, &model);
    let mail = mail.map_err(|error| Failure::permanent(error.to_string()))?;
    Ok(Prepared::Letter(Box::new(ReadyLetter { mail, to })))
}

/// Has the colleagues who were asked for `wanted` be mailed once more, with the last reminder.
///
/// The row is named after the reminder, so that a repeated one plans nothing new.
pub(crate) async fn remind(
    desk: &Desk<'_>,
    campaign: CampaignNumber,
    wanted: &[&ConnectionRecords],
) -> Result<(), Failure> {
    let Desk { app, send, records, .. } = *desk;
    let is_reminded = |filed: &&FiledDelegation| {
        let delegation = &filed.delegation;
        let is_wanted =
            wanted.iter().any(|one| one.filed.connection.number == delegation.connection);
        delegation.campaign == campaign && delegation.state.is_live() && is_wanted
    };
    let scope = Scope::Delegations(Hour::of(send.planned_at));
    let parts = records.delegations.iter().filter(is_reminded);
    let parts: Vec<Part> =
        parts.filter_map(|filed| Part::new(filed.delegation.number.get())).collect();
    if parts.is_empty() {
        return Ok(());
    }
    app.store.note_hour(&scope, send.ttl).await?;
    let mut messages = Vec::new();
    for part in parts {
        let planned = Send::planned(scope, send.account.clone(), part, send.planned_at, send.ttl);
        if app.store.plan(&planned).await? {
            messages.push(planned.message(1));
        }
    }
    app.mails_now.send(&messages, 0).await?;
    tracing::info!(scope = %scope, colleagues = messages.len(), "colleagues are reminded");
    Ok(())
}

/// Whether a mail must ask for a reading of the connection.
pub(crate) fn is_wanted(connection: &ConnectionRecords, campaign: CampaignNumber) -> bool {
    let of_campaign = |request: &&ReadingRequest| request.campaign == campaign;
    connection.requests.iter().filter(of_campaign).any(ReadingRequest::is_wanted)
}
