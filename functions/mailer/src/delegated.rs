//! The mail to a colleague who was asked for readings, and the mail of an account's overview, on
//! which it chooses for what a colleague is asked.
//!
//! It is fixed text of the utility: nothing that the asker typed stands in it, so that the page
//! cannot be used to write to strangers.

use cloud::Failure;
use cloud::store::account::{ConnectionRecords, FiledDelegation};
use cloud::store::sends::Send;
use domain::calendar::civil_day;
use domain::delegation::{AskedFrom, Delegation, overview_ends};
use domain::id::{CampaignNumber, Generation};
use domain::request::ReadingRequest;
use domain::sending::{Hour, Part, Scope};
use links::link_type::Delegate;
use views::mail::{DelegationMail, OverviewMail};

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
    let dates = app.dates(campaign).await?;
    let today = civil_day(now);
    if !delegation.state.is_live() || today > dates.corrections_until() {
        return Ok(Prepared::NothingToSay);
    }
    let key = ring.key::<Delegate>();
    // a link that was revoked has another generation, and is not mailed
    let link = key.link(&app.base, filed.subject, campaign, Generation::FIRST);
    if delegation.asked_from == AskedFrom::Account {
        return overview(desk, delegation, link.reveal());
    }
    let several = delegation.connections.len() > 1;
    let asked: Vec<(&ConnectionRecords, String)> = records
        .at_places(&delegation.connections)
        .filter(|(_, connection)| is_wanted(connection, campaign))
        .map(|(place, connection)| {
            let url = if several {
                views::mail::link_to_place(link.reveal(), place)
            } else {
                link.reveal().to_owned()
            };
            (connection, url)
        })
        .collect();
    if asked.is_empty() {
        return Ok(Prepared::NothingToSay);
    }
    let to = vec![delegation.recipient.clone()];
    let id = send.id().to_string();
    let model = DelegationMail {
        envelope: desk.envelope(&id, delegation.language, &to),
        until: dates.deadline.max(today),
        blocks: asked.iter().map(|(one, url)| block(one, campaign, url)).collect(),
        list: link.reveal(),
    };
    let mail = views::mail::delegation(&app.house, &model);
    let mail = mail.map_err(|error| Failure::permanent(error.to_string()))?;
    Ok(Prepared::Letter(Box::new(ReadyLetter { mail, to })))
}

/// The overview, to the account's own recipients: nobody else may see all of its addresses.
fn overview(desk: &Desk<'_>, delegation: &Delegation, url: &str) -> Result<Prepared, Failure> {
    let Desk { app, send, records, now, .. } = *desk;
    let until = overview_ends(delegation.asked_at);
    let to = desk.recipients(delegation.language);
    if now >= until || to.is_empty() {
        return Ok(Prepared::NothingToSay);
    }
    let id = send.id().to_string();
    let model = OverviewMail {
        envelope: desk.envelope(&id, delegation.language, &to),
        customer: &records.account.number,
        until,
        url,
    };
    let mail = views::mail::overview(&app.house, &model);
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
        let asked = |one: &&ConnectionRecords| {
            filed.delegation.counts_on(campaign, &one.filed.connection.number)
        };
        wanted.iter().any(asked)
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
