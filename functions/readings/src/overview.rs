//! The account's overview: who got its mail asks a colleague for several addresses at once.
//!
//! Its link is mailed to the account's own recipients alone and works for a day: the page names every
//! address of which a reading is missing, which no link that is made to be forwarded does.

use chrono::NaiveDate;

use cloud::Error;
use cloud::store::account::{AccountRecords, ConnectionRecords, FiledDelegation};
use domain::calendar::civil_day;
use domain::campaign::Dates;
use domain::connection::ConnectionNumber;
use domain::delegation::{self, AskedFrom, Delegation, Room, mailbox};
use domain::id::CampaignNumber;
use domain::sending::kept_until;
use views::page::{self, AskMistake, AskRoom, AskedColleague, Chosen, OverviewAddress, field};

use crate::answer::Answer;
use crate::ask::{self, Asked, NewDelegation, Revoked};
use crate::fields::Fields;
use crate::granted::Visit;
use crate::place::{Standing, is_open};
use crate::route::PageName;

/// `GET /m/{token}` of an overview.
pub(crate) async fn show(visit: &Visit<'_>) -> Result<Answer, Error> {
    match open(visit).await? {
        Ok(overview) => Ok(overview.page(visit, &[], None)),
        Err(answer) => Ok(answer),
    }
}

/// `POST /m/{token}` of an overview: asks one more colleague, or takes links away.
pub(crate) async fn post(visit: &Visit<'_>, fields: &Fields) -> Result<Answer, Error> {
    let overview = match open(visit).await? {
        Ok(overview) => overview,
        Err(answer) => return Ok(answer),
    };
    if fields.get(field::REVOKE).is_none() {
        return asked(visit, &overview, fields).await;
    }
    Ok(match ask::revoke(visit, &overview.asked, fields).await? {
        Revoked::Done => visit.see(&PageName::Address, "revoked"),
        Revoked::NothingTicked => {
            overview.page(visit, &[], Some(&Sent { typed: "", mistake: AskMistake::NothingTicked }))
        }
        Revoked::Unknown => visit.broken(),
    })
}

async fn asked(visit: &Visit<'_>, overview: &Overview, fields: &Fields) -> Result<Answer, Error> {
    let mut names: Vec<String> = (1..=overview.places.len()).map(field::chosen).collect();
    names.extend([field::EMAIL, field::ALL].map(str::to_owned));
    if !fields.are_among(&names) {
        return Ok(visit.broken());
    }
    let ticked = |(place, _): &(usize, _)| {
        fields.get(field::ALL).is_some() || fields.get(&field::chosen(*place)).is_some()
    };
    let chosen: Vec<(usize, &ConnectionRecords)> = overview.missing().filter(ticked).collect();
    let places: Vec<usize> = chosen.iter().map(|(place, _)| *place).collect();
    let typed = fields.text(field::EMAIL);
    let refused = |mistake| overview.page(visit, &places, Some(&Sent { typed, mistake }));
    if overview.missing().next().is_none() {
        return Ok(visit.see(&PageName::Address, "nothing-open"));
    }
    if chosen.is_empty() {
        return Ok(refused(AskMistake::NoAddress));
    }
    let Some(recipient) = mailbox(typed) else { return Ok(refused(AskMistake::Mailbox)) };
    let connections: Vec<ConnectionNumber> =
        chosen.iter().map(|(_, one)| one.filed.connection.number.clone()).collect();
    let new = NewDelegation {
        asked_from: AskedFrom::Overview,
        connections: &connections,
        recipient: &recipient,
        language: visit.language(),
        ttl: kept_until(overview.dates.closes_on),
    };
    Ok(match ask::delegate(visit, &new).await? {
        Asked::Done => visit.see(&PageName::Address, "delegated"),
        Asked::TooOften => visit.too_many(&PageName::Address, fields),
        Asked::NoRoom => match open(visit).await? {
            Ok(now) => now.page(visit, &places, Some(&Sent { typed, mistake: AskMistake::NoRoom })),
            Err(answer) => answer,
        },
    })
}

/// What the overview shows.
struct Overview {
    campaign: CampaignNumber,
    records: AccountRecords,
    dates: Dates,
    today: NaiveDate,
    /// Its addresses, by place.
    places: Vec<ConnectionNumber>,
    /// Who was asked on an overview in this campaign.
    asked: Vec<FiledDelegation>,
}

/// What was sent, and what is wrong with it.
struct Sent<'a> {
    typed: &'a str,
    mistake: AskMistake,
}

/// The overview as it stands now, or the answer where there is none.
async fn open(visit: &Visit<'_>) -> Result<Result<Overview, Answer>, Error> {
    let campaign = visit.campaign();
    let today = civil_day(visit.now);
    let Some(dates) = visit.open_dates().await? else {
        return Ok(Err(Standing::Closed.answer(visit)));
    };
    let records = visit.app.store.account(&visit.linked.account).await?;
    let mut asked = records.delegations.clone();
    asked.retain(|FiledDelegation { delegation, .. }| {
        delegation.campaign == campaign && delegation.asked_from == AskedFrom::Overview
    });
    let places = visit.delegation.as_ref().map(|one| one.connections.clone()).unwrap_or_default();
    Ok(Ok(Overview { campaign, records, dates, today, places, asked }))
}

impl Overview {
    /// The addresses of which a reading is missing, with their places.
    fn missing(&self) -> impl Iterator<Item = (usize, &ConnectionRecords)> {
        let connections = self.records.at_places(&self.places);
        connections.filter(|(_, one)| is_open(one, self.campaign, self.today))
    }

    /// The page; of what came with a POST the places that were chosen, and what is wrong.
    fn page(&self, visit: &Visit<'_>, chosen: &[usize], sent: Option<&Sent<'_>>) -> Answer {
        let addresses: Vec<OverviewAddress<'_>> = self
            .missing()
            .map(|(place, one)| {
                let choice = if chosen.contains(&place) { Chosen::Yes } else { Chosen::No };
                OverviewAddress { place, address: &one.filed.connection.address, choice }
            })
            .collect();
        let model = page::Overview {
            room: self.room(&addresses),
            addresses,
            asked: self.asked.iter().map(|filed| AskedColleague::from(&filed.delegation)).collect(),
            typed: sent.map_or("", |sent| sent.typed),
            mistake: sent.map(|sent| sent.mistake),
        };
        let frame = visit.frame(visit.granted.path());
        match sent {
            None => Answer::page(page::overview(&frame, &model), "overview"),
            Some(_) => Answer::page(page::overview_refused(&frame, &model), "overview-refused"),
        }
    }

    fn room(&self, missing: &[OverviewAddress<'_>]) -> AskRoom {
        if missing.is_empty() {
            return AskRoom::Answered;
        }
        let known: Vec<Delegation> =
            self.asked.iter().map(|filed| filed.delegation.clone()).collect();
        match delegation::room(&known, self.campaign, (AskedFrom::Overview, &self.places)) {
            Room::For(_) => AskRoom::Free,
            Room::Full => AskRoom::Full,
            Room::Spent => AskRoom::Spent,
        }
    }
}
