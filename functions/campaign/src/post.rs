//! The post list: who no mail can reach is written to on paper.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};

use cloud::event::{About, Order, Standing};
use cloud::store::account::{AccountRecords, ConnectionRecords};
use cloud::store::sends::Carried;
use cloud::{Error, Failure};
use domain::account::CustomerNumber;
use domain::calendar::civil_day;
use domain::id::CampaignNumber;
use domain::invoice::InvoiceNumber;
use domain::post::{InvoicePost, PostEntry, invoice_post_list, post_list};
use domain::sending::Group;
use links::link::Link;
use links::link_type::Letter;

use crate::App;

/// Writes `outgoing/post/<campaign>/<day>.csv` with everybody who became to be written to on paper
/// since the list before. Writing it again on the same day writes them again, and whoever is new.
pub(crate) async fn list(
    app: &App,
    campaign: CampaignNumber,
    deadline: NaiveDate,
    now: DateTime<Utc>,
) -> Result<(), Failure> {
    let today = civil_day(now);
    let mut items = app.store.on_paper(Group::Campaign(campaign)).await?;
    items.retain(|item| item.listed_on.is_none_or(|day| day == today));
    if items.iter().all(|item| item.listed_on.is_some()) {
        return Ok(());
    }
    let mut accounts: Vec<CustomerNumber> = items.iter().map(|item| item.account.clone()).collect();
    accounts.sort();
    accounts.dedup();
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
    let path = format!("outgoing/post/{campaign}/{today}.csv");
    let csv = post_list(deadline, &entries);
    app.files.put(&path, csv.into_bytes(), "text/csv; charset=utf-8").await?;
    for item in items.iter().filter(|item| item.listed_on.is_none()) {
        app.store.note_listed(item, today).await?;
    }
    tracing::info!(campaign = campaign.get(), accounts = accounts.len(), "a post list was written");
    Ok(())
}

/// Writes `outgoing/post/billing/<day>.csv` with every invoice that became to be sent on paper since
/// the list before, as [`list`] does.
pub(crate) async fn invoices(app: &App, now: DateTime<Utc>) -> Result<(), Failure> {
    let today = civil_day(now);
    let mut items = app.store.on_paper(Group::Billing).await?;
    items.retain(|item| item.listed_on.is_none_or(|day| day == today));
    if items.iter().all(|item| item.listed_on.is_some()) {
        return Ok(());
    }
    let mut letters: Vec<(AccountRecords, &InvoiceNumber)> = Vec::new();
    for item in &items {
        let Some(Carried { number, .. }) = &item.invoice else { continue };
        // A second language, or a bounce behind it, is the same letter.
        if letters.iter().any(|(_, known)| *known == number) {
            continue;
        }
        match app.store.account(&item.account).await {
            Ok(records) => letters.push((records, number)),
            Err(Error::Missing { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    letters.sort_by_key(|(_, number)| *number);
    let entries: Vec<InvoicePost<'_>> = letters
        .iter()
        .map(|(records, number)| InvoicePost { account: &records.account, number })
        .collect();
    let path = format!("outgoing/post/billing/{today}.csv");
    let csv = invoice_post_list(&entries);
    app.files.put(&path, csv.into_bytes(), "text/csv; charset=utf-8").await?;
    for item in items.iter().filter(|item| item.listed_on.is_none()) {
        app.store.note_listed(item, today).await?;
    }
    tracing::info!(invoices = letters.len(), "a list of invoices for the post was written");
    Ok(())
}

/// Notes that the letters of a day's list were handed over to the post: each of its invoices is issued.
/// Once more is nothing more.
pub(crate) async fn handed_over(app: &App, order: &Order) -> Result<Value, Failure> {
    let (Some(day), About::Mails(Standing::Billing)) = (order.day, order.about()?) else {
        let unnamed = "name the day of the list of invoices that was posted";
        return Err(Failure::permanent(unnamed));
    };
    let mut items = app.store.on_paper(Group::Billing).await?;
    items.retain(|item| item.listed_on == Some(day));
    if items.is_empty() {
        return Err(Failure::permanent(format!("no list of invoices was written on {day}")));
    }
    let mut issued = 0_u32;
    for item in &items {
        let Some(carried) = &item.invoice else { continue };
        issued += u32::from(app.store.issue(&item.account, carried).await?);
    }
    tracing::warn!(%day, issued, "the letters of a list were handed over");
    Ok(json!({ "day": day, "issued": issued }))
}
