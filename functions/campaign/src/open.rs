//! Opening: a request, and before it an open item, for each meter that takes part.

use chrono::NaiveDate;
use futures::{StreamExt as _, TryStreamExt as _};

use cloud::store::account::AccountRecords;
use cloud::{Error, Failure};
use domain::account::CustomerNumber;
use domain::campaign;
use domain::request::{ReadingRequest, TakesPart, takes_part};

use crate::App;
use crate::shift::{Extent, Shift};

/// So many accounts are read, and asked, before the checkpoint is written.
const PAGE: i32 = 100;

/// So many accounts are under way at once.
const AT_ONCE: usize = 8;

/// Asks every account in the roster that takes part on `today`; a drawer that is done stays done.
pub(crate) async fn every_account(
    app: &App,
    config: &campaign::Config,
    today: NaiveDate,
    shift: Shift,
) -> Result<Extent, Failure> {
    for shard in app.store.drawers().all() {
        let checkpoint = app.store.opened(config.id, shard).await?;
        if checkpoint.done {
            continue;
        }
        let mut after = checkpoint.after.as_deref().and_then(CustomerNumber::parse);
        let mut count = checkpoint.count;
        loop {
            let page = app.store.roster(shard, after.as_ref(), PAGE).await?;
            let asking: Vec<_> =
                page.accounts.iter().map(|account| ask(app, config, account, today)).collect();
            let asked: Vec<u64> =
                futures::stream::iter(asking).buffered(AT_ONCE).try_collect().await?;
            count += asked.iter().sum::<u64>();
            app.store.note_opened(config.id, shard, page.next.as_ref(), count).await?;
            if shift.is_over() {
                return Ok(Extent::Part);
            }
            if page.next.is_none() {
                break;
            }
            after = page.next;
        }
    }
    Ok(Extent::Whole)
}

/// Asks one account; how many of its meters are asked now.
async fn ask(
    app: &App,
    config: &campaign::Config,
    account: &CustomerNumber,
    today: NaiveDate,
) -> Result<u64, Failure> {
    let records = match app.store.account(account).await {
        Ok(records) => records,
        Err(Error::Missing { .. }) => return Ok(0),
        Err(error) => return Err(error.into()),
    };
    let mut asked = 0;
    for request in new_requests(config, &records, today) {
        if app.store.ask(account, &request).await? {
            asked += 1;
        }
    }
    Ok(asked)
}

/// A request for each meter of the account that takes part and was not asked yet.
pub(crate) fn new_requests(
    config: &campaign::Config,
    records: &AccountRecords,
    today: NaiveDate,
) -> Vec<ReadingRequest> {
    let mut requests = Vec::new();
    for connection in &records.connections {
        for filed in &connection.meters {
            let before = connection.before(config.id, filed);
            let part =
                takes_part(config, &connection.filed.connection, &filed.meter, &before, today);
            let asked = connection.request(config.id, &filed.meter.number).is_some();
            if part == TakesPart::Yes && !asked {
                requests.push(ReadingRequest::new(config.id, &filed.meter, before));
            }
        }
    }
    requests
}
