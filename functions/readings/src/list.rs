//! The addresses for which a colleague was asked: each has a page of its own.

use cloud::Error;
use domain::calendar::civil_day;
use views::page::{self, ListedAddress, Progress};

use crate::answer::Answer;
use crate::granted::Visit;
use crate::place::{Standing, is_open};

/// `GET /m/{token}` of several addresses.
pub(crate) async fn show(visit: &Visit<'_>) -> Result<Answer, Error> {
    let Some(delegation) = &visit.delegation else { return Ok(visit.app.not_found("no-list")) };
    let today = civil_day(visit.now);
    match visit.app.dates(visit.campaign()).await? {
        Some(dates) if today <= dates.corrections_until() => {}
        Some(_) | None => {
            let page = Standing::Closed.page(visit);
            return Ok(page.unwrap_or_else(|| visit.app.not_found("no-list")));
        }
    }
    let records = visit.app.store.account(&visit.linked.account).await?;
    let addresses: Vec<ListedAddress<'_>> = (1..)
        .zip(&delegation.connections)
        .filter_map(|(place, number)| {
            let mut connections = records.connections.iter();
            let found = connections.find(|one| one.filed.connection.number == *number)?;
            let open = is_open(found, visit.campaign(), today);
            Some(ListedAddress {
                path: visit.granted.path_to(place),
                address: &found.filed.connection.address,
                progress: if open { Progress::Missing } else { Progress::Received },
            })
        })
        .collect();
    let page = page::list(&visit.frame(visit.granted.path()), &addresses);
    Ok(Answer::page(page, "list"))
}
