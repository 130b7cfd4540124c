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
    let requests = records.connections.iter().filter_map(|one| one.request(campaign, meter));
    let asked: Vec<_> = requests.map(|request| (request, request.clearing())).collect();
    if let Some(why) = refused(asked.iter().map(|(_, clearing)| *clearing)) {
        return Err(Failure::permanent(why));
    }
    let mut cleared = Vec::new();
    for (request, clearing) in asked {
        let Clearing::Clears(obstacle) = clearing else { continue };
        let (by, reason) = (order.by.clone(), order.reason.clone());
        let line = Cleared { campaign, meter: meter.clone(), obstacle, by, reason, at: order.at };
        match app.store.clear(account, request, &line).await {
            Ok(()) => cleared.push(obstacle),
            Err(Error::Conflict { .. }) => {
                let told = "somebody answered or reported just now: look, and clear again";
                return Err(Failure::retryable(told));
            }
            Err(error) => return Err(error.into()),
        }
    }
    tracing::warn!(campaign = campaign.get(), obstacles = cleared.len(), "an order was followed");
    Ok(json!({ "campaign": campaign.get(), "cleared": cleared }))
}

/// Why an order to clear cannot be followed: nothing that is asked of the meter is open.
fn refused(clearings: impl Iterator<Item = Clearing>) -> Option<String> {
    let mut why = "the campaign does not ask the account for this meter".to_owned();
    for clearing in clearings {
        match clearing {
            Clearing::Clears(_) | Clearing::NothingInTheWay => return None,
            Clearing::NotOpen(state) => {
                why = format!("no reading of it is missing: it is {state}");
            }
        }
    }
    Some(why)
}
