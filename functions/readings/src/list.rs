//! The addresses for which a colleague was asked: each has a page of its own.

use cloud::Error;
use cloud::store::account::ConnectionRecords;
use domain::id::CampaignNumber;
use domain::request::RequestState;
use views::page::{self, ListedAddress, Progress};

use crate::address::answered;
use crate::answer::Answer;
use crate::granted::Visit;
use crate::place::Standing;

/// `GET /m/{token}` of several addresses.
pub(crate) async fn show(visit: &Visit<'_>) -> Result<Answer, Error> {
    let Some(delegation) = &visit.delegation else { return Ok(visit.app.not_found("no-list")) };
    if visit.open_dates().await?.is_none() {
        return Ok(Standing::Closed.answer(visit));
    }
    let records = visit.app.store.account(&visit.linked.account).await?;
    let addresses: Vec<ListedAddress<'_>> = records
        .at_places(&delegation.connections)
        .map(|(place, found)| ListedAddress {
            path: visit.granted.path_to(place),
            address: &found.filed.connection.address,
            progress: progress(found, visit.campaign()),
        })
        .collect();
    let page = page::list(&visit.frame(visit.granted.path()), &addresses);
    Ok(Answer::page(page, "list"))
}

/// How far the address of `records` is: an estimate is no reading that came.
fn progress(records: &ConnectionRecords, campaign: CampaignNumber) -> Progress {
    let mut asked: Vec<_> = records.requests.iter().collect();
    asked.retain(|one| one.campaign == campaign && one.state != RequestState::Ended);
    if !asked.is_empty() && asked.into_iter().all(|one| answered(one).is_some()) {
        Progress::Received
    } else {
        Progress::Missing
    }
}
