//! From the day on which invoices may be made: accounts are handed to `settle` in blocks, drawer by
//! drawer, until the year of every one of them has its numbers, and every number its documents.
//!
//! So a message that was lost between number and documents is found where a message that was lost before
//! the number is: `settle` wakes `invoices` again for what has no documents.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use cloud::event::{About, BlockMessage, Order, VERSION};
use cloud::store::billing::{Released, SettlementRecord};
use cloud::store::roster::Change;
use cloud::{Error, Failure};
use domain::account::CustomerNumber;
use domain::calendar::civil_day;
use domain::campaign::{Dates, Invoicing};
use domain::connection::Connection;
use domain::id::CampaignNumber;
use domain::invoicing::document::documents;
use domain::invoicing::making::id_of;
use domain::invoicing::progress::{SettlementEvent, SettlementState};
use domain::invoicing::year::{has_days, year_before};
use domain::shard::Shard;

use crate::App;
use crate::shift::{Extent, Shift};

/// So many accounts get their numbers together: with four items each, the series beside them, they
/// fill a transaction.
const BLOCK: usize = 24;

/// So many accounts are looked at before the checkpoint is written.
const PAGE: i32 = 240;

/// A look for years without an invoice.
#[derive(Clone, Copy, Debug)]
struct Look<'a> {
    campaign: CampaignNumber,
    dates: &'a Dates,
    /// What there is to be made where nothing is found.
    none: Invoicing,
}

/// Queues a block for all whose year is not settled or not in documents, in the `look`-th look; how far
/// it came, and what the looks have left.
///
/// Until the next campaign opens, each look also finds who was imported since; from then on only what has
/// its number is carried on, and the rest is of the next campaign's year.
pub(crate) async fn queue_unsettled(
    app: &App,
    (campaign, dates): (CampaignNumber, &Dates),
    look: u32,
    shift: Shift,
) -> Result<(Extent, Invoicing), Failure> {
    let is_over = app.store.has_later(campaign, &app.campaigns).await?;
    let none = if is_over { Invoicing::Over } else { Invoicing::Made };
    let of_look = Look { campaign, dates, none };
    let mut left = none;
    for shard in app.store.drawers().all() {
        let mut looked = app.store.looked(campaign, shard, look).await?;
        while !looked.is_over(look) {
            let page = app.store.roster(shard, looked.after.as_ref(), PAGE).await?;
            let found = if look == 1 && !is_over {
                // Nothing was handed out before: there is nothing to compare with.
                page.accounts.iter().map(|it| (it.clone(), Invoicing::Making)).collect()
            } else {
                page_of(app, of_look, shard, &page.accounts).await?
            };
            let on = civil_day(shift.now).max(dates.invoice_not_before);
            looked.left = looked.left.max(none);
            for state in found.values() {
                looked.left = looked.left.max(*state);
            }
            let accounts: Vec<CustomerNumber> = found.into_keys().collect();
            let block = |accounts: &[CustomerNumber]| BlockMessage {
                v: VERSION,
                campaign,
                accounts: accounts.to_vec(),
                on,
            };
            let messages: Vec<BlockMessage> = accounts.chunks(BLOCK).map(block).collect();
            app.settles.send(&messages, 0).await?;
            looked = looked.behind(page.next);
            app.store.note_looked(campaign, shard, &looked).await?;
            if shift.is_over() && !looked.is_over(look) {
                return Ok((Extent::Part, left));
            }
        }
        left = left.max(looked.left);
    }
    Ok((Extent::Whole, left))
}

/// Releases what is held of an account: a person saw why. It is made again at once, and gets its number
/// unless something else is to be seen by then. What has no figures is not released: it says what to mend.
pub(crate) async fn release(app: &App, order: &Order) -> Result<Value, Failure> {
    let unnamed = "name the campaign and the account whose settlement is released";
    let (About::Campaign(campaign), Some(account)) = (order.about()?, &order.account) else {
        return Err(Failure::permanent(unnamed));
    };
    if app.store.has_later(campaign, &app.campaigns).await? {
        let told = "the next campaign has opened, and settles what has no invoice yet";
        return Err(Failure::permanent(told));
    }
    let mut released = Vec::new();
    let mut to_mend = Vec::new();
    for mut settlement in app.store.settlements_of(campaign, account).await? {
        let Some(state) = settlement.state.after(SettlementEvent::Release) else { continue };
        let unreleasable = settlement.held.iter().filter(|why| !why.is_releasable());
        let why: Vec<String> = unreleasable.map(ToString::to_string).collect();
        if !why.is_empty() {
            to_mend.push(format!("{}: {}", settlement.document, why.join("; ")));
            continue;
        }
        settlement.state = state;
        let (by, reason) = (order.by.clone(), order.reason.clone());
        settlement.released = Some(Released { by, reason, at: order.at });
        if app.store.keep_settlement(&settlement).await? {
            released.push(settlement.document.to_string());
        }
    }
    if released.is_empty() {
        let told = match to_mend.as_slice() {
            [] => "nothing of this account is held".to_owned(),
            to_mend => format!("mend first what has no figures: {}", to_mend.join("; ")),
        };
        return Err(Failure::permanent(told));
    }
    let accounts = vec![account.clone()];
    let block = BlockMessage { v: VERSION, campaign, accounts, on: civil_day(order.at) };
    app.settles.send(&[block], 0).await?;
    tracing::warn!(campaign = campaign.get(), documents = released.len(), "an order was followed");
    Ok(json!({ "campaign": campaign.get(), "released": released, "to_mend": to_mend }))
}

/// The accounts of a page of the roster whose year is not settled or not in documents, and what they
/// wait for.
async fn page_of(
    app: &App,
    look: Look<'_>,
    shard: Shard,
    accounts: &[CustomerNumber],
) -> Result<BTreeMap<CustomerNumber, Invoicing>, Failure> {
    let mut unsettled = BTreeMap::new();
    let (Some(first), Some(last)) = (accounts.first(), accounts.last()) else {
        return Ok(unsettled);
    };
    let between = (first, last);
    let mut settled: BTreeMap<CustomerNumber, Vec<SettlementRecord>> = BTreeMap::new();
    for settlement in app.store.settlements_between(look.campaign, shard, between).await? {
        settled.entry(settlement.account.clone()).or_default().push(settlement);
    }
    let changes = match look.none {
        // They are the next campaign's to deal with.
        Invoicing::Over => Vec::new(),
        Invoicing::Made | Invoicing::Waiting | Invoicing::Making => {
            app.store.changed_between(shard, between).await?
        }
    };
    for account in accounts {
        let settlements: &[SettlementRecord] = settled.get(account).map_or(&[], Vec::as_slice);
        let change = changes.iter().find(|change| change.account == *account);
        let waits = waits(app, look, (account, settlements), change).await?;
        if waits > Invoicing::Made {
            unsettled.insert(account.clone(), waits);
        }
    }
    Ok(unsettled)
}

/// What an account waits for. One that changed is compared with what is stored of it until nothing is
/// lacking: whatever became of the message, it is found again.
async fn waits(
    app: &App,
    look: Look<'_>,
    (account, settlements): (&CustomerNumber, &[SettlementRecord]),
    change: Option<&Change>,
) -> Result<Invoicing, Failure> {
    let known = settlements.iter().map(|it| stored(it, look.none)).max().unwrap_or(look.none);
    if look.none == Invoicing::Over || known == Invoicing::Making {
        return Ok(known);
    }
    // Some of its documents have their number, and the message of the others was lost.
    if settlements.iter().any(|it| it.documents > settlements.len()) {
        return Ok(Invoicing::Making);
    }
    if settlements.is_empty() || change.is_some() {
        if lacks(app, look, account, settlements).await? {
            return Ok(Invoicing::Making);
        }
        if let Some(change) = change
            && !app.store.forget_change(change).await?
        {
            tracing::info!("an account changed meanwhile: it is looked at again");
        }
    }
    Ok(known)
}

/// What a settlement waits for.
fn stored(settlement: &SettlementRecord, none: Invoicing) -> Invoicing {
    let person = if none == Invoicing::Over { none } else { Invoicing::Waiting };
    match settlement.state {
        SettlementState::Numbered if settlement.has_documents() => none,
        SettlementState::Numbered => Invoicing::Waiting,
        SettlementState::Held | SettlementState::Refused => person,
        SettlementState::Draft if none == Invoicing::Over => none,
        SettlementState::Draft => Invoicing::Making,
    }
}

/// Whether a document of an account is not stored that it should have: of connections that no invoice of
/// the campaign has, whatever document they were on then.
async fn lacks(
    app: &App,
    look: Look<'_>,
    account: &CustomerNumber,
    settlements: &[SettlementRecord],
) -> Result<bool, Failure> {
    let records = match app.store.account(account).await {
        Ok(records) => records,
        Err(Error::Missing { .. }) => return Ok(false),
        Err(error) => return Err(error.into()),
    };
    let reference_date = look.dates.reference_date;
    let before = app.campaigns.iter().filter(|config| config.id < look.campaign);
    let opening = before.map(|config| config.reference_date).max();
    let days = (opening.unwrap_or_else(|| year_before(reference_date)), reference_date);
    let connections = records.connections.iter().map(|one| &one.filed.connection);
    let mut connections: Vec<&Connection> = connections.filter(|it| has_days(it, days)).collect();
    let lack = |connections: &[&Connection]| {
        let documents = documents(&records.account, connections, |connection| connection);
        documents.into_keys().any(|it| settlements.iter().all(|stored| stored.document != it))
    };
    if settlements.is_empty() || !lack(&connections) {
        return Ok(lack(&connections));
    }
    let invoiced = app.store.invoiced_in(settlements).await?;
    connections.retain(|connection| !invoiced.contains(&id_of(connection)));
    Ok(lack(&connections))
}
