//! *Vraag het een collega*: who holds a link lets somebody else answer for its address.
//!
//! For several addresses at once there is the account's overview, which is asked for here and mailed to
//! the account alone.

use chrono::{DateTime, NaiveDate, Utc};

use cloud::store::account::{ConnectionRecords, FiledDelegation};
use cloud::store::delegation::{Asking, Delegated};
use cloud::store::sends::Send;
use cloud::{Error, Failure};
use domain::account::{MailAddress, Recipient, RecipientState};
use domain::calendar::civil_day;
use domain::connection::ConnectionNumber;
use domain::delegation::{
    self, AskedFrom, Delegation, DelegationState, Room, is_too_often, mailbox, overview_ends,
};
use domain::id::CampaignNumber;
use domain::language::Language;
use domain::request::RequestState;
use domain::sending::{Hour, Part, Scope, kept_until};
use views::page::{self, Ask, AskMistake, AskRoom, AskedColleague, field};

use crate::answer::Answer;
use crate::fields::Fields;
use crate::granted::Visit;
use crate::place::{Opening, Place, Standing, is_asked, is_open};
use crate::route::PageName;

/// The most addresses of an overview.
const MOST_ADDRESSES: usize = 250;

/// `GET /m/{token}/ask`: whom should we ask, and who was asked?
pub(crate) async fn show(visit: &Visit<'_>) -> Result<Answer, Error> {
    let Some(place) = Place::of(visit).await? else {
        return Ok(visit.app.not_found("no-connection"));
    };
    if let Some(page) = place.standing.page(visit) {
        return Ok(page);
    }
    let known = known(visit).await?;
    Ok(Sight { visit, place: &place, known: &known }.page(None))
}

/// `POST /m/{token}/ask`: asks one more, takes links away, or asks for the overview.
pub(crate) async fn post(visit: &Visit<'_>, fields: &Fields) -> Result<Answer, Error> {
    let Some(place) = Place::of(visit).await? else {
        return Ok(visit.app.not_found("no-connection"));
    };
    let Standing::Asked(opening) = &place.standing else {
        return Ok(place.standing.refused(visit, &PageName::Ask, fields));
    };
    let known = known(visit).await?;
    let sight = Sight { visit, place: &place, known: &known };
    if fields.get(field::WANTED).is_some() {
        return overview(&sight, opening, fields).await;
    }
    if fields.get(field::REVOKE).is_none() {
        return ask(&sight, opening, fields).await;
    }
    Ok(match revoke(visit, &known.asked, fields).await? {
        Revoked::Done => visit.see(&PageName::Ask, "revoked"),
        Revoked::NothingTicked => {
            sight.page(Some(&Sent { typed: "", mistake: AskMistake::NothingTicked }))
        }
        Revoked::Unknown => visit.broken(),
    })
}

/// What the page of asking shows.
struct Sight<'a> {
    visit: &'a Visit<'a>,
    place: &'a Place,
    known: &'a Known,
}

/// What is known of colleagues of the address.
struct Known {
    /// Who was asked for it in this campaign, by whoever holds its link.
    asked: Vec<FiledDelegation>,
    /// When the overview was asked for that can be used.
    overview: Option<DateTime<Utc>>,
}

/// What was sent, and what is wrong with it.
struct Sent<'a> {
    typed: &'a str,
    mistake: AskMistake,
}

impl Sight<'_> {
    fn page(&self, sent: Option<&Sent<'_>>) -> Answer {
        let visit = self.visit;
        let path = visit.granted.path_of(&PageName::Ask);
        let frame = visit.frame(&path);
        let asked = self.known.asked.iter();
        let model = Ask {
            address: &self.place.records.filed.connection.address,
            asked: asked.map(|filed| AskedColleague::from(&filed.delegation)).collect(),
            room: self.room(),
            typed: sent.map_or("", |sent| sent.typed),
            mistake: sent.map(|sent| sent.mistake),
            back: visit.granted.path(),
            overview: self.known.overview,
        };
        match sent {
            None => Answer::page(page::ask(&frame, &model), "ask"),
            Some(_) => Answer::page(page::ask_refused(&frame, &model), "ask-refused"),
        }
    }

    fn room(&self) -> AskRoom {
        let campaign = self.visit.campaign();
        let open = |(_, request): &(_, &domain::request::ReadingRequest)| {
            request.state == RequestState::Open
        };
        if !self.place.asked(campaign).iter().any(open) {
            return AskRoom::Answered;
        }
        let known: Vec<Delegation> =
            self.known.asked.iter().map(|filed| filed.delegation.clone()).collect();
        let from = (AskedFrom::Link, std::slice::from_ref(&self.visit.linked.connection));
        match delegation::room(&known, campaign, from) {
            Room::For(_) => AskRoom::Free,
            Room::Full => AskRoom::Full,
            Room::Spent => AskRoom::Spent,
        }
    }
}

/// What is known of colleagues of the visit's address in its campaign.
async fn known(visit: &Visit<'_>) -> Result<Known, Error> {
    let mut asked = visit.app.store.delegations(&visit.linked.account).await?;
    asked.retain(|filed| filed.delegation.campaign == visit.campaign());
    let overviews = asked.iter().map(|filed| &filed.delegation).filter(|delegation| {
        delegation.asked_from == AskedFrom::Account
            && visit.now < overview_ends(delegation.asked_at)
    });
    let overview = overviews.map(|delegation| delegation.asked_at).max();
    asked.retain(|FiledDelegation { delegation, .. }| {
        delegation.asked_from == AskedFrom::Link
            && delegation.connections.contains(&visit.linked.connection)
    });
    Ok(Known { asked, overview })
}

async fn ask(sight: &Sight<'_>, opening: &Opening, fields: &Fields) -> Result<Answer, Error> {
    let visit = sight.visit;
    if !fields.are_among(&[field::EMAIL.to_owned()]) {
        return Ok(visit.broken());
    }
    let typed = fields.text(field::EMAIL);
    let refused = |mistake| sight.page(Some(&Sent { typed, mistake }));
    let Some(recipient) = mailbox(typed) else { return Ok(refused(AskMistake::Mailbox)) };
    if sight.room() == AskRoom::Answered {
        return Ok(visit.see(&PageName::Ask, "nothing-open"));
    }
    let new = NewDelegation {
        asked_from: AskedFrom::Link,
        connections: std::slice::from_ref(&visit.linked.connection),
        recipient: &recipient,
        language: visit.language(),
        ttl: kept_until(opening.dates.closes_on),
    };
    Ok(match delegate(visit, &new).await? {
        Asked::Done => visit.see(&PageName::Ask, "delegated"),
        Asked::TooOften => visit.too_many(&PageName::Ask, fields),
        Asked::NoRoom => {
            let known = known(visit).await?;
            let sight = Sight { known: &known, ..*sight };
            sight.page(Some(&Sent { typed, mistake: AskMistake::NoRoom }))
        }
    })
}

/// Has the overview mailed to the account: whoever asks for it sees nothing of it here.
async fn overview(sight: &Sight<'_>, opening: &Opening, fields: &Fields) -> Result<Answer, Error> {
    let visit = sight.visit;
    if !fields.are_among(&[field::WANTED, field::OVERVIEW].map(str::to_owned)) {
        return Ok(visit.broken());
    }
    if fields.get(field::OVERVIEW).is_none() {
        return Ok(sight.page(Some(&Sent { typed: "", mistake: AskMistake::NoOverview })));
    }
    let records = visit.app.store.account(&visit.linked.account).await?;
    let mut recipients = records.recipients.iter();
    let can_be_mailed = |recipient: &&Recipient| recipient.state == RecipientState::Ok;
    let Some(recipient) = recipients.find(can_be_mailed) else {
        return Ok(sight.page(Some(&Sent { typed: "", mistake: AskMistake::NoRecipient })));
    };
    let connections = choosable(&records.connections, visit.campaign(), civil_day(visit.now));
    let new = NewDelegation {
        asked_from: AskedFrom::Account,
        connections: &connections,
        recipient: &recipient.address,
        language: recipient.language,
        ttl: kept_until(opening.dates.closes_on),
    };
    Ok(match delegate(visit, &new).await? {
        Asked::Done | Asked::NoRoom => visit.see(&PageName::Ask, "overview-mailed"),
        Asked::TooOften => visit.too_many(&PageName::Ask, fields),
    })
}

/// The addresses of an overview, in the order of their places: those that are still asked. Where they
/// are more than it can hold, those of which a reading is missing come first.
fn choosable(
    connections: &[ConnectionRecords],
    campaign: CampaignNumber,
    today: NaiveDate,
) -> Vec<ConnectionNumber> {
    let mut chosen: Vec<&ConnectionRecords> = connections.iter().collect();
    chosen.retain(|one| is_asked(one, campaign, today));
    chosen.sort_by(|a, b| {
        let [a, b] = [a, b].map(|one| &one.filed.connection.address);
        views::mail::by_place(a, b)
    });
    if chosen.len() > MOST_ADDRESSES {
        chosen.sort_by_key(|one| !is_open(one, campaign, today));
    }
    let numbers = chosen.iter().map(|one| one.filed.connection.number.clone());
    numbers.take(MOST_ADDRESSES).collect()
}

/// Somebody who is to be asked.
pub(crate) struct NewDelegation<'a> {
    pub(crate) asked_from: AskedFrom,
    pub(crate) connections: &'a [ConnectionNumber],
    pub(crate) recipient: &'a MailAddress,
    pub(crate) language: Language,
    pub(crate) ttl: i64,
}

/// What asking came to.
pub(crate) enum Asked {
    /// The mail is planned, or was before.
    Done,
    /// Too many were asked this hour, or this mailbox today.
    TooOften,
    /// As many are counted on, or were asked, as may be.
    NoRoom,
}

/// Stores whom a colleague's link lets in, and plans its mail.
pub(crate) async fn delegate(visit: &Visit<'_>, new: &NewDelegation<'_>) -> Result<Asked, Error> {
    let NewDelegation { asked_from, connections, recipient, language, ttl } = *new;
    let (account, store) = (&visit.linked.account, &visit.app.store);
    let (this_hour, today) = store.count_asked(account, recipient, visit.now).await?;
    if is_too_often(this_hour, today) {
        return Ok(Asked::TooOften);
    }
    let campaign = visit.campaign();
    let asking = Asking { account, asked_from, connections, campaign, recipient, language, ttl };
    let Delegated::Stored(delegation) = store.delegate(&asking, visit.now).await? else {
        return Ok(Asked::NoRoom);
    };
    if let Err(failure) = plan(visit, &delegation).await {
        tracing::error!(kind = failure.kind().as_str(), %failure, "a colleague's mail was not planned");
        return Err(Error::Throttled { operation: "a colleague's mail" });
    }
    tracing::info!(
        tokref = %visit.granted.tokref,
        delegation = %delegation.number,
        addresses = connections.len(),
        ?asked_from,
        "a colleague was asked"
    );
    Ok(Asked::Done)
}

/// Plans the mail to a colleague; one who was asked before has it planned already.
async fn plan(visit: &Visit<'_>, delegation: &Delegation) -> Result<(), Failure> {
    let scope = Scope::Delegations(Hour::of(delegation.asked_at));
    let ttl = kept_until(civil_day(delegation.asked_at));
    let Some(part) = Part::new(delegation.number.get()) else { return Ok(()) };
    let account = visit.linked.account.clone();
    let send = Send::planned(scope, account, part, delegation.asked_at, ttl);
    visit.app.look_after(&scope, ttl).await?;
    if visit.app.store.plan(&send).await? {
        visit.app.mails_now.send(&[send.message(1)], 0).await?;
    }
    Ok(())
}

/// What taking links away came to.
pub(crate) enum Revoked {
    /// They open nothing any more.
    Done,
    /// No link was ticked.
    NothingTicked,
    /// A field is of no colleague that is listed.
    Unknown,
}

/// Takes the links of those of `asked` away that are ticked.
pub(crate) async fn revoke(
    visit: &Visit<'_>,
    asked: &[FiledDelegation],
    fields: &Fields,
) -> Result<Revoked, Error> {
    let name = |filed: &FiledDelegation| field::revoked(filed.delegation.number.get());
    let mut names: Vec<String> = asked.iter().map(name).collect();
    names.extend([field::REVOKE, field::REVOKE_ALL].map(str::to_owned));
    if !fields.are_among(&names) {
        return Ok(Revoked::Unknown);
    }
    let all = fields.get(field::REVOKE_ALL).is_some();
    let is_ticked = |filed: &&FiledDelegation| all || fields.get(&name(filed)).is_some();
    let ticked: Vec<&FiledDelegation> = asked.iter().filter(is_ticked).collect();
    if ticked.is_empty() {
        return Ok(Revoked::NothingTicked);
    }
    for filed in ticked {
        if filed.delegation.state == DelegationState::Revoked {
            continue;
        }
        visit.app.store.revoke(&visit.linked.account, filed).await?;
        tracing::info!(
            tokref = %visit.granted.tokref,
            delegation = %filed.delegation.number,
            "a colleague's link was revoked"
        );
    }
    Ok(Revoked::Done)
}
