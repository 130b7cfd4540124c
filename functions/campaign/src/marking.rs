//! The orders about days that say nothing about other years: a leak, a fire, works.

use serde_json::{Value, json};

use cloud::Failure;
use cloud::event::Order;
use domain::calendar::civil_day;
use domain::estimate::marked::{Marking, Says, marked};

use crate::App;

/// Keeps what an operator says of days at a connection; the days that are marked now. What says
/// nothing new is not kept.
pub(crate) async fn follow(app: &App, order: &Order, says: Says) -> Result<Value, Failure> {
    let (Some(account), Some(connection), Some(from), Some(to)) =
        (&order.account, &order.connection, order.from, order.to)
    else {
        let unnamed = "name the account, the connection and the first and the last of the days";
        return Err(Failure::permanent(unnamed));
    };
    if from > to || to > civil_day(order.at) {
        let told = "the last of the days is before the first, or has not come: look at them again";
        return Err(Failure::permanent(told));
    }
    if app.store.connection(account, connection).await?.is_none() {
        return Err(Failure::permanent("there is no such connection at the account"));
    }
    let mut markings = app.store.markings(account, connection).await?;
    let is_marked = marked(&markings).contains(&(from, to));
    if is_marked != (says == Says::Marked) {
        let (by, reason) = (order.by.clone(), order.reason.clone());
        let marking = Marking { from, to, says, by, reason, at: order.at };
        app.store.mark(account, connection, &marking).await?;
        tracing::warn!("an order was followed");
        markings.push(marking);
    }
    let days = marked(&markings).into_iter();
    let days: Vec<Value> = days.map(|(from, to)| json!({ "from": from, "to": to })).collect();
    Ok(json!({ "account": account, "connection": connection, "marked": days }))
}
