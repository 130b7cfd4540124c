//! From the day on which invoices may be made: accounts are handed to `settle` in blocks, drawer by
//! drawer, until the year of every one of them has its numbers, and every number its documents.
//!
//! So a message that was lost between number and documents is found where a message that was lost before
//! the number is: `settle` wakes `invoices` again for what has no documents.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use cloud::event::{About, BlockMessage, Order, VERSION};
use cloud::store::billing::{Released, SettlementRecord};
use cloud::{Error, Failure};
use domain::account::CustomerNumber;
use domain::calendar::civil_day;
use domain::campaign::{Dates, Invoicing};
use domain::id::CampaignNumber;
use domain::invoicing::progress::{SettlementEvent, SettlementState};
use domain::invoicing::year::has_days;
use domain::shard::Shard;

use crate::App;
use crate::shift::{Extent, Shift};

/// So many accounts get their numbers together: with four items each, the series beside them, they
/// fill a transaction.
const BLOCK: usize = 24;

/// So many accounts are looked at before the checkpoint is written.
const PAGE: i32 = 240;

/// Queues a block for all whose year is not settled or not in documents, in the `look`-th look; how far
/// it came, and what the looks have left.
pub(crate) async fn queue_unsettled(
    app: &App,
    (campaign, dates): (CampaignNumber, &Dates),
    look: u32,
    shift: Shift,
) -> Result<(Extent, Invoicing), Failure> {
    let mut left = Invoicing::Made;
    for shard in app.store.drawers().all() {
        let mut looked = app.store.looked(campaign, shard, look).await?;
        while !looked.is_over(look) {
            let page = app.store.roster(shard, looked.after.as_ref(), PAGE).await?;
            let found = match look {
                // Nothing was handed out before: there is nothing to compare with.
                1 => page.accounts.iter().map(|it| (it.clone(), Invoicing::Making)).collect(),
                _ => page_of(app, (campaign, dates), shard, &page.accounts).await?,
            };
            let on = civil_day(shift.now).max(dates.invoice_not_before);
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
/// unless something else is to be seen by then.
pub(crate) async fn release(app: &App, order: &Order) -> Result<Value, Failure> {
    let unnamed = "name the campaign and the account whose settlement is released";
    let (About::Campaign(campaign), Some(account)) = (order.about()?, &order.account) else {
        return Err(Failure::permanent(unnamed));
    };
    let mut released = Vec::new();
    for mut settlement in app.store.settlements_of(campaign, account).await? {
        let Some(state) = settlement.state.after(SettlementEvent::Release) else { continue };
        settlement.state = state;
        let (by, reason) = (order.by.clone(), order.reason.clone());
        settlement.released = Some(Released { by, reason, at: order.at });
        if app.store.keep_settlement(&settlement).await? {
            released.push(settlement.document.to_string());
        }
    }
    if released.is_empty() {
        return Err(Failure::permanent("nothing of this account is held"));
    }
    let accounts = vec![account.clone()];
    let block = BlockMessage { v: VERSION, campaign, accounts, on: civil_day(order.at) };
    app.settles.send(&[block], 0).await?;
    tracing::warn!(campaign = campaign.get(), documents = released.len(), "an order was followed");
    Ok(json!({ "campaign": campaign.get(), "released": released }))
}

/// The accounts of a page of the roster whose year is not settled or not in documents, and what they
/// wait for.
async fn page_of(
    app: &App,
    (campaign, dates): (CampaignNumber, &Dates),
    shard: Shard,
    accounts: &[CustomerNumber],
) -> Result<BTreeMap<CustomerNumber, Invoicing>, Failure> {
    let mut unsettled = BTreeMap::new();
    let (Some(first), Some(last)) = (accounts.first(), accounts.last()) else {
        return Ok(unsettled);
    };
    let mut settled: BTreeMap<CustomerNumber, Vec<SettlementRecord>> = BTreeMap::new();
    for settlement in app.store.settlements_between(campaign, shard, (first, last)).await? {
        settled.entry(settlement.account.clone()).or_default().push(settlement);
    }
    for account in accounts {
        let waits = match settled.get(account) {
            Some(settlements) => waits(settlements),
            None if has_year(app, dates, account).await? => Invoicing::Making,
            None => Invoicing::Made,
        };
        if waits != Invoicing::Made {
            unsettled.insert(account.clone(), waits);
        }
    }
    Ok(unsettled)
}

/// What the settlements of an account wait for.
fn waits(settlements: &[SettlementRecord]) -> Invoicing {
    let of = |settlement: &SettlementRecord| match settlement.state {
        SettlementState::Numbered if settlement.has_documents() => Invoicing::Made,
        SettlementState::Numbered | SettlementState::Held | SettlementState::Refused => {
            Invoicing::Waiting
        }
        SettlementState::Draft => Invoicing::Making,
    };
    settlements.iter().map(of).max().unwrap_or(Invoicing::Made)
}

/// Whether an account of which nothing is stored has anything to settle.
async fn has_year(app: &App, dates: &Dates, account: &CustomerNumber) -> Result<bool, Failure> {
    match app.store.account(account).await {
        Ok(records) => Ok(records
            .connections
            .iter()
            .any(|one| has_days(&one.filed.connection, dates.reference_date))),
        Err(Error::Missing { .. }) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
