//! *Vraag het een collega*: who holds a link lets somebody else answer for its address.

use cloud::store::account::FiledDelegation;
use cloud::store::delegation::{Asking, Delegated};
use cloud::store::sends::Send;
use cloud::{Error, Failure};
use domain::calendar::civil_day;
use domain::delegation::{self, Delegation, DelegationState, Room, is_too_often, mailbox};
use domain::request::RequestState;
use domain::sending::{Hour, Part, Scope, kept_until};
use views::page::{self, Ask, AskMistake, AskRoom, AskedColleague, field};

use crate::answer::Answer;
use crate::fields::Fields;
use crate::granted::Visit;
use crate::place::{Opening, Place, Standing};
use crate::route::PageName;

/// `GET /m/{token}/ask`: whom should we ask, and who was asked?
pub(crate) async fn show(visit: &Visit<'_>) -> Result<Answer, Error> {
    let Some(place) = Place::of(visit).await? else {
        return Ok(visit.app.not_found("no-connection"));
    };
    if let Some(page) = place.standing.page(visit) {
        return Ok(page);
    }
    let asked = asked(visit).await?;
    Ok(Sight { visit, place: &place, asked: &asked }.page(None))
}

/// `POST /m/{token}/ask`: asks one more, or takes links away.
pub(crate) async fn post(visit: &Visit<'_>, fields: &Fields) -> Result<Answer, Error> {
    let Some(place) = Place::of(visit).await? else {
        return Ok(visit.app.not_found("no-connection"));
    };
    let Standing::Asked(opening) = &place.standing else {
        return Ok(place.standing.page(visit).unwrap_or_else(|| visit.app.not_found("nowhere")));
    };
    let asked = asked(visit).await?;
    let sight = Sight { visit, place: &place, asked: &asked };
    if fields.get(field::REVOKE).is_some() {
        revoke(&sight, fields).await
    } else {
        ask(&sight, opening, fields).await
    }
}

/// What the page of asking shows.
struct Sight<'a> {
    visit: &'a Visit<'a>,
    place: &'a Place,
    /// Who was asked for this address in this campaign.
    asked: &'a [FiledDelegation],
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
        let model = Ask {
            address: &self.place.records.filed.connection.address,
            asked: self.asked.iter().map(|filed| AskedColleague::from(&filed.delegation)).collect(),
            room: self.room(),
            typed: sent.map_or("", |sent| sent.typed),
            mistake: sent.map(|sent| sent.mistake),
            back: visit.granted.path(),
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
            self.asked.iter().map(|filed| filed.delegation.clone()).collect();
        match delegation::room(&known, campaign, &self.visit.linked.connection) {
            Room::For(_) => AskRoom::Free,
            Room::Full => AskRoom::Full,
            Room::Spent => AskRoom::Spent,
        }
    }
}

/// Who was asked for the address of the visit in its campaign.
async fn asked(visit: &Visit<'_>) -> Result<Vec<FiledDelegation>, Error> {
    let mut asked = visit.app.store.delegations(&visit.linked.account).await?;
    asked.retain(|FiledDelegation { delegation, .. }| {
        delegation.campaign == visit.campaign() && delegation.connection == visit.linked.connection
    });
    Ok(asked)
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
    let (account, connection) = (&visit.linked.account, &visit.linked.connection);
    let (this_hour, today) = visit.app.store.count_asked(account, &recipient, visit.now).await?;
    if is_too_often(this_hour, today) {
        return Ok(visit.too_many(&PageName::Ask, fields));
    }
    let asking = Asking {
        account,
        connection,
        campaign: visit.campaign(),
        recipient: &recipient,
        language: visit.language(),
        ttl: kept_until(opening.dates.closes_on),
    };
    match visit.app.store.delegate(&asking, visit.now).await? {
        Delegated::NoRoom(_) => {
            let asked = asked(visit).await?;
            let sight = Sight { asked: &asked, ..*sight };
            Ok(sight.page(Some(&Sent { typed, mistake: AskMistake::NoRoom })))
        }
        Delegated::Stored(delegation) => {
            if let Err(failure) = plan(visit, &delegation).await {
                tracing::error!(kind = failure.kind().as_str(), %failure, "a colleague's mail was not planned");
                return Err(Error::Throttled { operation: "a colleague's mail" });
            }
            tracing::info!(
                tokref = %visit.granted.tokref,
                delegation = %delegation.number,
                "a colleague was asked"
            );
            Ok(visit.see(&PageName::Ask, "delegated"))
        }
    }
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

async fn revoke(sight: &Sight<'_>, fields: &Fields) -> Result<Answer, Error> {
    let visit = sight.visit;
    let name = |filed: &FiledDelegation| field::revoked(filed.delegation.number.get());
    let mut names: Vec<String> = sight.asked.iter().map(name).collect();
    names.push(field::REVOKE.to_owned());
    if !fields.are_among(&names) {
        return Ok(visit.broken());
    }
    let ticked: Vec<&FiledDelegation> =
        sight.asked.iter().filter(|filed| fields.get(&name(filed)).is_some()).collect();
    if ticked.is_empty() {
        let sent = Sent { typed: "", mistake: AskMistake::NothingTicked };
        return Ok(sight.page(Some(&sent)));
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
    Ok(visit.see(&PageName::Ask, "revoked"))
}
