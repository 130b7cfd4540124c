//! What is in the way of readings: the list of it, and the order to clear one.

use serde_json::{Value, json};

use cloud::event::{About, Order};
use cloud::store::obstacle::Cleared;
use cloud::store::open::OpenItem;
use cloud::{Error, Failure};
use domain::request::{Clearing, Obstacle};

use crate::App;

/// So many open items are read at once.
const PAGE: i32 = 500;

/// So many meters are listed at most: an answer of a Lambda holds six megabytes.
const MOST: usize = 10_000;

/// Lists what is in the way in a campaign, by drawer and account, and says whether it is all.
///
/// It reads every open item: its cost follows what is missing, as a reminder's does.
pub(crate) async fn list(app: &App, order: &Order) -> Result<Value, Failure> {
    let About::Campaign(campaign) = order.about()? else {
        return Err(Failure::permanent("name the campaign whose obstacles are listed"));
    };
    let mut listed = Vec::new();
    'drawers: for shard in app.store.drawers().all() {
        let mut after = None;
        loop {
            let page = app.store.open_items(campaign, shard, after, PAGE).await?;
            listed.extend(page.items.iter().filter_map(line));
            if listed.len() > MOST {
                break 'drawers;
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
    }
    let left_out = listed.len() > MOST;
    listed.truncate(MOST);
    Ok(json!({ "campaign": campaign.get(), "obstacles": listed, "left_out": left_out }))
}

/// An open item that something is in the way of, as an operator reads it.
fn line(open: &OpenItem) -> Option<Value> {
    let obstacle: Obstacle = open.obstacle?;
    let OpenItem { account, connection, meter, .. } = open;
    Some(json!({
        "account": account, "connection": connection, "meter": meter, "obstacle": obstacle,
    }))
}

/// Clears what is in the way of a meter: the next wave asks for it as for any other that is missing.
/// Once more is nothing more.
pub(crate) async fn clear(app: &App, order: &Order) -> Result<Value, Failure> {
    let (About::Campaign(campaign), Some(account), Some(meter)) =
        (order.about()?, &order.account, &order.meter)
    else {
        let unnamed = "name the campaign, the account and the meter whose obstacle is cleared";
        return Err(Failure::permanent(unnamed));
    };
    let records = match app.store.account(account).await {
        Ok(records) => records,
        Err(Error::Missing { .. }) => return Err(Failure::permanent("there is no such account")),
        Err(error) => return Err(error.into()),
    };
    let connections = records.connections.iter();
    let requests: Vec<_> = connections.filter_map(|one| one.request(campaign, meter)).collect();
    let mut cleared = Vec::new();
    let mut refused = Some("the campaign does not ask the account for this meter".to_owned());
    for request in requests {
        let obstacle = match request.clearing() {
            Clearing::Clears(obstacle) => obstacle,
            Clearing::NothingInTheWay => {
                refused = None;
                continue;
            }
            Clearing::NotOpen(state) => {
                refused = refused.map(|_| format!("no reading of it is missing: it is {state}"));
                continue;
            }
        };
        let (by, reason) = (order.by.clone(), order.reason.clone());
        let meter = meter.clone();
        let line = Cleared { campaign, meter, obstacle, by, reason, at: order.at };
        match app.store.clear(account, request, &line).await {
            Ok(()) => cleared.push(obstacle),
            Err(Error::Conflict { .. }) => {
                let told = "somebody answered or reported just now: look, and clear again";
                return Err(Failure::retryable(told));
            }
            Err(error) => return Err(error.into()),
        }
        refused = None;
    }
    if let Some(refused) = refused {
        return Err(Failure::permanent(refused));
    }
    tracing::warn!(campaign = campaign.get(), obstacles = cleared.len(), "an order was followed");
    Ok(json!({ "campaign": campaign.get(), "cleared": cleared }))
}
