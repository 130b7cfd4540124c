//! Joiners and leavers: what changed at a connection while the campaign is open.

use chrono::{DateTime, Utc};

use cloud::event::{MailMessage, VERSION};
use cloud::store::account::AccountRecords;
use cloud::store::sends::{PartRecord, Send};
use cloud::{Error, Failure};
use domain::account::CustomerNumber;
use domain::calendar::{civil_day, days_between};
use domain::campaign::{self, Dates, Wave};
use domain::language::Language;
use domain::request::{ReadingRequest, RequestState, TakesPart, may_join, takes_part};
use domain::sending::{Part, Scope};
use domain::shard::Shard;

use crate::App;
use crate::open::new_requests;

/// So many changes are read at once.
const PAGE: i32 = 100;

/// The campaign that changes are dealt with for.
#[derive(Debug)]
pub(crate) struct Opened<'a> {
    /// What an operator wrote.
    pub(crate) config: &'a campaign::Config,
    /// Its days, as they were frozen when it opened.
    pub(crate) dates: &'a Dates,
    /// Whether the call was made.
    pub(crate) call: Call,
}

/// Whether who joins missed the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    /// It is still to come, and will ask who joins as well.
    Ahead,
    /// It was planned: who joins is mailed apart.
    Begun,
}

/// Deals with every account that `import` noted a change of: meters that take part now get a
/// request and their account the call, requests that nobody needs to answer any more end.
pub(crate) async fn every_change(
    app: &App,
    opened: &Opened<'_>,
    now: DateTime<Utc>,
) -> Result<(), Failure> {
    for shard in Shard::all() {
        loop {
            let page = app.store.changed(shard, PAGE).await?;
            for account in &page.accounts {
                one(app, opened, account, now).await?;
                app.store.forget_change(account).await?;
            }
            if page.next.is_none() {
                break;
            }
        }
    }
    Ok(())
}

async fn one(
    app: &App,
    opened: &Opened<'_>,
    account: &CustomerNumber,
    now: DateTime<Utc>,
) -> Result<(), Failure> {
    let Opened { config, dates, call } = *opened;
    let today = civil_day(now);
    let records = match app.store.account(account).await {
        Ok(records) => records,
        Err(Error::Missing { .. }) => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    for request in leaving(config, &records, today) {
        app.store.end_request(account, request).await?;
    }
    if !may_join(config, dates, today) {
        return Ok(());
    }
    let joining = new_requests(config, &records, today);
    // The rows come before the requests: a run that is broken off here is made up for whole.
    let mut sends = Vec::new();
    if call == Call::Begun {
        sends = joiner_sends(opened, &records, &joining, now);
    }
    for send in &sends {
        app.store.plan(send).await?;
    }
    for request in &joining {
        app.store.ask(account, request).await?;
    }
    let messages: Vec<MailMessage> = sends
        .iter()
        .map(|send| MailMessage {
            v: VERSION,
            scope: send.scope,
            send: send.id().to_string(),
            n: 1,
        })
        .collect();
    app.mails.send(&messages, 0).await?;
    Ok(())
}

/// The mails to who joins: of the scope of the call, one a language, about what joined alone.
fn joiner_sends(
    opened: &Opened<'_>,
    records: &AccountRecords,
    joining: &[ReadingRequest],
    now: DateTime<Utc>,
) -> Vec<Send> {
    let mut connections: Vec<_> =
        joining.iter().map(|request| request.connection.clone()).collect();
    connections.dedup();
    if connections.is_empty() {
        return Vec::new();
    }
    let mut languages = records.languages();
    if languages.is_empty() {
        languages.push(records.account.language);
    }
    let day = days_between(opened.dates.opened_on, civil_day(now));
    let day = u16::try_from(day).unwrap_or_default();
    let scope = Scope { campaign: opened.config.id, wave: Wave::Call };
    let account = &records.account.number;
    let send = |(place, language): (u16, Language)| {
        let part = PartRecord { language, connections: connections.clone(), number: 1, of: 1 };
        let send = Send::planned(scope, account.clone(), Part::joined(day, place), now);
        Send { parts: vec![part], ..send }
    };
    (0..).zip(languages).map(send).collect()
}

/// The requests that nobody needs to answer any more.
fn leaving<'a>(
    config: &campaign::Config,
    records: &'a AccountRecords,
    today: chrono::NaiveDate,
) -> Vec<&'a ReadingRequest> {
    let mut leaving = Vec::new();
    for connection in &records.connections {
        for request in connection.requests.iter().filter(|request| request.campaign == config.id) {
            let filed = connection.meters.iter().find(|filed| filed.meter.number == request.meter);
            let part = filed.map_or(TakesPart::NoMeter, |filed| {
                takes_part(config, &connection.filed.connection, &filed.meter, &[], today)
            });
            if part != TakesPart::Yes && request.state == RequestState::Open {
                leaving.push(request);
            }
        }
    }
    leaving
}
