//! What somebody must see to: the list of it.

use serde_json::{Value, json};

use cloud::Failure;
use cloud::event::{About, Order};
use cloud::store::follow_up::FollowUp;

use crate::App;

/// So many meters are read at once.
const PAGE: i32 = 500;

/// So many meters are listed at most: an answer of a Lambda holds six megabytes.
const MOST: usize = 10_000;

/// Lists what somebody must see to in a campaign, by drawer and account, and says whether it is all.
///
/// It reads what is due and nothing else: its cost follows what is to be done.
pub(crate) async fn list(app: &App, order: &Order) -> Result<Value, Failure> {
    let About::Campaign(campaign) = order.about()? else {
        return Err(Failure::permanent("name the campaign whose meters must be seen to"));
    };
    let mut listed = Vec::new();
    'drawers: for shard in app.store.drawers().all() {
        let mut after = None;
        loop {
            let page = app.store.follow_ups(campaign, shard, after, PAGE).await?;
            listed.extend(page.items.iter().map(line));
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
    Ok(json!({ "campaign": campaign.get(), "followups": listed, "left_out": left_out }))
}

/// What is due of a meter, as an operator reads it.
fn line(one: &FollowUp) -> Value {
    let FollowUp { account, connection, meter, .. } = one;
    json!({ "account": account, "connection": connection, "meter": meter, "due": one.told() })
}
