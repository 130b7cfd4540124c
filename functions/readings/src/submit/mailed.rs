//! The receipt that is mailed: one for all that an account is told in a quarter of an hour.
//!
//! A reading is stored before its mail is planned. When planning fails, the page says so to nobody:
//! the receipt stays where the link is, and the form that is sent again plans its mail again.

use chrono::{DateTime, TimeDelta, Timelike as _, Utc};

use cloud::Failure;
use cloud::store::sends::Send;
use domain::calendar::civil_day;
use domain::receipt::ReceiptNumber;
use domain::sending::{Hour, Part, Scope, kept_until};

use crate::granted::Visit;

/// Plans the mail of what was stored at `at`, to be sent when its quarter of an hour is over.
pub(super) async fn plan(visit: &Visit<'_>, at: DateTime<Utc>) {
    note(try_plan(visit, at).await);
}

/// Plans the mail of a form that came before, if that was not done then.
pub(super) async fn plan_again(visit: &Visit<'_>, number: ReceiptNumber) {
    let (account, connection) = (&visit.linked.account, &visit.linked.connection);
    match visit.app.store.receipt(account, connection, number).await {
        Ok(Some(receipt)) => note(try_plan(visit, receipt.at).await),
        Ok(None) => {}
        Err(error) => note(Err(error.into())),
    }
}

async fn try_plan(visit: &Visit<'_>, at: DateTime<Utc>) -> Result<(), Failure> {
    let scope = Scope::Receipts(Hour::of(at));
    let quarter = u16::try_from(at.minute().div_euclid(15)).unwrap_or_default();
    let (part, ttl) = (Part::of_quarter(quarter), kept_until(civil_day(at)));
    let send = Send::planned(scope, visit.linked.account.clone(), part, at, ttl);
    visit.app.look_after(&scope, ttl).await?;
    if !visit.app.store.plan(&send).await? {
        return Ok(());
    }
    let over = Hour::of(at).quarter(part) + TimeDelta::minutes(15);
    let left = (over - visit.now).num_seconds().clamp(0, 900);
    visit.app.mails_now.send(&[send.message(1)], i32::try_from(left).unwrap_or_default()).await?;
    Ok(())
}

fn note(planned: Result<(), Failure>) {
    if let Err(failure) = planned {
        tracing::error!(kind = failure.kind().as_str(), %failure, "a receipt was not planned");
    }
}
