//! The post list: who of a finished wave is written to on paper.

use chrono::{DateTime, NaiveDate, Utc};

use cloud::store::account::ConnectionRecords;
use cloud::{Error, Failure};
use domain::account::CustomerNumber;
use domain::calendar::civil_day;
use domain::campaign::Wave;
use domain::id::CampaignNumber;
use domain::post::{PostEntry, post_list};
use domain::sending::{Scope, SendState};
use domain::shard::Shard;
use links::link::Link;
use links::link_type::Letter;

use crate::App;

/// So many rows are read at once.
const PAGE: i32 = 500;

/// Writes `outgoing/post/<campaign>/<day>-<wave>.csv` when `wave` has accounts that nobody could
/// be mailed for. Writing it again writes the same.
pub(crate) async fn list(
    app: &App,
    campaign: CampaignNumber,
    wave: Wave,
    deadline: NaiveDate,
    now: DateTime<Utc>,
) -> Result<(), Failure> {
    let accounts = on_paper(app, Scope { campaign, wave }).await?;
    if accounts.is_empty() {
        return Ok(());
    }
    let ring = app.keys.ring(now).await?;
    let key = ring.key::<Letter>();
    let mut letters = Vec::new();
    for account in &accounts {
        let records = match app.store.account(account).await {
            Ok(records) => records,
            Err(Error::Missing { .. }) => continue,
            Err(error) => return Err(error.into()),
        };
        let link = |one: &ConnectionRecords| {
            key.link(&app.base, one.filed.subject, campaign, one.filed.generation)
        };
        let links: Vec<Link> = records.connections.iter().map(link).collect();
        letters.push((records, links));
    }
    let entries: Vec<PostEntry<'_>> = letters
        .iter()
        .flat_map(|(records, links)| {
            let connections = records.connections.iter().zip(links);
            connections.map(|(connection, link)| (&records.account, connection, link))
        })
        .filter_map(|(account, connection, link)| {
            let meters: Vec<&str> = connection
                .requests
                .iter()
                .filter(|request| request.campaign == campaign && request.is_wanted())
                .map(|request| request.meter.as_str())
                .collect();
            (!meters.is_empty()).then(|| PostEntry {
                account,
                address: &connection.filed.connection.address,
                meters: meters.join(", "),
                link: link.reveal(),
            })
        })
        .collect();
    let path = format!("outgoing/post/{campaign}/{}-{wave}.csv", civil_day(now));
    let csv = post_list(deadline, &entries);
    app.files.put(&path, csv.into_bytes(), "text/csv; charset=utf-8").await?;
    tracing::info!(campaign = campaign.get(), accounts = accounts.len(), "a post list was written");
    Ok(())
}

/// The accounts whose mail of `scope` goes on paper, by drawer.
async fn on_paper(app: &App, scope: Scope) -> Result<Vec<CustomerNumber>, Failure> {
    let mut accounts = Vec::new();
    for shard in Shard::all() {
        let mut after = None;
        loop {
            let page = app.store.sends(&scope, shard, after, PAGE).await?;
            let post = page.sends.into_iter().filter(|send| send.state == SendState::Post);
            accounts.extend(post.map(|send| send.account));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
    }
    accounts.sort();
    accounts.dedup();
    Ok(accounts)
}
