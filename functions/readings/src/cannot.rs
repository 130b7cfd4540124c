//! *Melding*: what a person reports instead of a reading.

use cloud::Error;
use domain::delegation::DelegationState;
use domain::meter::Meter;
use domain::request::{Obstacle, ReadingRequest, RequestState};
use views::page::{self, Cannot, CannotMeter, field};

use crate::answer::Answer;
use crate::fields::Fields;
use crate::granted::Visit;
use crate::place::{Place, Standing};
use crate::route::PageName;

/// `GET /m/{token}/cannot`: why can the meter not be read?
pub(crate) async fn show(visit: &Visit<'_>) -> Result<Answer, Error> {
    let Some(place) = Place::of(visit).await? else {
        return Ok(visit.app.not_found("no-connection"));
    };
    if let Some(page) = place.standing.page(visit) {
        return Ok(page);
    }
    let open = open(visit, &place);
    if open.is_empty() {
        return Ok(visit.see(&PageName::Address, "nothing-open"));
    }
    let path = visit.granted.path_of(&PageName::Cannot);
    let page = page::cannot(&visit.frame(&path), &model(visit, &place, &open));
    Ok(Answer::page(page, "cannot"))
}

/// `POST /m/{token}/cannot`: the request stays open, reminders leave it out.
pub(crate) async fn report(visit: &Visit<'_>, fields: &Fields) -> Result<Answer, Error> {
    let Some(place) = Place::of(visit).await? else {
        return Ok(visit.app.not_found("no-connection"));
    };
    if !matches!(place.standing, Standing::Asked(_)) {
        return Ok(place.standing.refused(visit, &PageName::Cannot, fields));
    }
    let open = open(visit, &place);
    let mut names: Vec<String> = (0..open.len()).map(field::concerned).collect();
    names.push(field::WHY.to_owned());
    if !fields.are_among(&names) {
        return Ok(visit.broken());
    }
    let obstacle = page::Obstacle::parse(fields.text(field::WHY));
    let concerned = |position: &usize| match (obstacle, open.len()) {
        (Some(page::Obstacle::NotMyAddress), _) | (_, 1) => true,
        _ => fields.get(&field::concerned(*position)).is_some(),
    };
    let chosen: Vec<&ReadingRequest> = open
        .iter()
        .enumerate()
        .filter(|(position, _)| concerned(position))
        .map(|(_, (_, request))| *request)
        .collect();
    let Some(obstacle) = obstacle.filter(|_| !chosen.is_empty() || open.is_empty()) else {
        let path = visit.granted.path_of(&PageName::Cannot);
        let page = page::cannot_refused(&visit.frame(&path), &model(visit, &place, &open));
        return Ok(Answer::page(page, "cannot-refused"));
    };
    if obstacle == page::Obstacle::NotMyAddress && visit.is_by_colleague() {
        // it is not the customer who says so: nothing changes but the delegation
        visit.note(DelegationState::Declined).await?;
        return Ok(visit.see(&PageName::Address, "declined"));
    }
    for request in chosen {
        let stored = visit.app.store.report(&visit.linked.account, request, stored(obstacle)).await;
        match stored {
            // a conflict: it was answered meanwhile, and there is no obstacle any more
            Ok(()) | Err(Error::Conflict { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(visit.see(&PageName::Address, "reported"))
}

/// The meters of which nothing came yet.
fn open<'p>(visit: &Visit<'_>, place: &'p Place) -> Vec<(&'p Meter, &'p ReadingRequest)> {
    let mut asked = place.asked(visit.campaign());
    asked.retain(|(_, request)| request.state == RequestState::Open);
    asked
}

fn model<'p>(
    visit: &'p Visit<'_>,
    place: &'p Place,
    open: &[(&'p Meter, &'p ReadingRequest)],
) -> Cannot<'p> {
    let connection = &place.records.filed.connection;
    let meter = |(meter, _): &(&'p Meter, &'p ReadingRequest)| CannotMeter {
        number: &meter.number,
        commodity: connection.supply.commodity,
    };
    Cannot {
        address: &connection.address,
        meters: open.iter().map(meter).collect(),
        back: visit.granted.path(),
    }
}

fn stored(obstacle: page::Obstacle) -> Obstacle {
    match obstacle {
        page::Obstacle::Unreadable => Obstacle::Unreadable,
        page::Obstacle::Unreachable => Obstacle::Unreachable,
        page::Obstacle::NotFound => Obstacle::NotFound,
        page::Obstacle::OtherNumber => Obstacle::OtherNumber,
        page::Obstacle::NotMyAddress => Obstacle::NotMyAddress,
    }
}
