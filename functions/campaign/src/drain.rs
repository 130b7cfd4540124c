//! Joiners and leavers: what changed at a connection while the campaign is open.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use cloud::store::account::AccountRecords;
use cloud::store::campaign::CampaignRecord;
use cloud::store::sends::{PartRecord, Send};
use cloud::{Error, Failure};
use domain::account::CustomerNumber;
use domain::calendar::civil_day;
use domain::campaign::{self, Dates, Wave, WaveState};
use domain::language::Language;
use domain::request::{ReadingRequest, RequestState, TakesPart, may_join, takes_part};
use domain::sending::{Part, Scope, kept_until};
use domain::shard::Shard;

use crate::open::new_requests;
use crate::{App, set};

/// So many changes are read at once.
const PAGE: i32 = 100;

/// The campaign that changes are dealt with for.
#[derive(Debug)]
struct Opened<'a> {
    /// What an operator wrote.
    config: &'a campaign::Config,
    /// Its days, as they were frozen when it opened.
    dates: &'a Dates,
    /// Whether the call was made.
    call: Call,
}

/// Whether who joins missed the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Call {
    /// It is still to come, and will ask who joins as well.
    Ahead,
    /// It was planned: who joins is mailed apart.
    Begun,
}

/// Deals with every account that `import` noted a change of: meters that take part now get a
/// request and their account the call, requests that nobody needs to answer any more end.
///
/// Where sends of the call were planned, the call is fed again: that is stored before a change is
/// forgotten.
pub(crate) async fn every_change(
    app: &App,
    config: &campaign::Config,
    dates: &Dates,
    record: &mut CampaignRecord,
    now: DateTime<Utc>,
) -> Result<(), Failure> {
    let scope = Scope::Wave { campaign: config.id, wave: Wave::Call };
    for shard in app.store.drawers().all() {
        loop {
            let begun = record.progress.begun(Wave::Call).is_some();
            let call = if begun { Call::Begun } else { Call::Ahead };
            let opened = Opened { config, dates, call };
            let page = app.store.changed(shard, PAGE).await?;
            let mut joining = Vec::new();
            let mut drawers = BTreeSet::new();
            for change in &page.changes {
                let joins = one(app, &opened, &change.account, now).await?;
                drawers.extend(joins.drawers);
                joining.push((&change.account, joins.requests));
            }
            for drawer in &drawers {
                app.store.rewind(&scope, *drawer).await?;
            }
            if !drawers.is_empty() && record.progress.wave(Wave::Call) > WaveState::Feeding {
                set(&mut record.progress.waves, Wave::Call, WaveState::Feeding, civil_day(now));
                app.store.save_progress(config.id, record).await?;
            }
            // The requests come last: while there is none, a run that is broken off is made up for
            // whole, and plans the same rows again.
            for (account, requests) in joining {
                for request in &requests {
                    app.store.ask(account, request).await?;
                }
            }
            for change in &page.changes {
                if !app.store.forget_change(change).await? {
                    tracing::info!("an account changed meanwhile: it is looked at again tomorrow");
                }
            }
            if !page.more {
                break;
            }
        }
    }
    Ok(())
}

/// What joins in one account.
#[derive(Debug, Default)]
struct Joins {
    /// What is to be asked.
    requests: Vec<ReadingRequest>,
    /// The drawers in which its sends of the call lie.
    drawers: BTreeSet<Shard>,
}

/// Lets go who left one account, and plans the mails to who joined it.
async fn one(
    app: &App,
    opened: &Opened<'_>,
    account: &CustomerNumber,
    now: DateTime<Utc>,
) -> Result<Joins, Failure> {
    let Opened { config, dates, call } = *opened;
    let today = civil_day(now);
    let records = match app.store.account(account).await {
        Ok(records) => records,
        Err(Error::Missing { .. }) => return Ok(Joins::default()),
        Err(error) => return Err(error.into()),
    };
    for request in leaving(config, &records, today) {
        app.store.end_request(account, request).await?;
    }
    if !may_join(config, dates, today) {
        return Ok(Joins::default());
    }
    let mut requests = new_requests(config, &records, today);
    let mut drawers = BTreeSet::new();
    if call == Call::Begun {
        for request in &mut requests {
            request.joined_on = Some(today);
        }
        for send in joiner_sends(opened, &records, &requests, now) {
            drawers.insert(plan(app, send).await?);
        }
    }
    Ok(Joins { requests, drawers })
}

/// Plans a joiner's mail, under the next part where an earlier one has its name; the drawer that it
/// lies in.
async fn plan(app: &App, mut send: Send) -> Result<Shard, Failure> {
    while !app.store.plan(&send).await? {
        let there = app.store.send(&send.scope, send.id()).await?;
        if there.is_none_or(|there| there.parts == send.parts) {
            break;
        }
        send.part = send.part.probed();
    }
    Ok(send.scope.drawers(app.store.drawers()).of_send(send.id()))
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
    let scope = Scope::Wave { campaign: opened.config.id, wave: Wave::Call };
    let first = Part::joined(&connections);
    let account = &records.account.number;
    let ttl = kept_until(opened.dates.closes_on);
    let send = |(place, language): (u16, Language)| {
        let part = PartRecord { language, connections: connections.clone(), number: 1, of: 1 };
        let send = Send::planned(scope, account.clone(), first.in_language(place), now, ttl);
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
