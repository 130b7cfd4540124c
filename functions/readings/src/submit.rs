//! `POST /m/{token}`: a customer, or the colleague they forwarded the mail to, sends readings.

mod mailed;
mod overtaken;
mod rules;

use chrono::NaiveDate;

use cloud::Error;
use cloud::store::submission::{Recorded, Submission};
use domain::calendar::civil_day;
use domain::delegation::DelegationState;
use domain::judge::{self, Judged, Verdict};
use domain::receipt::ReceiptNumber;
use domain::request::ReadingRequest;
use views::page::{self, Finding, Refusal, Stage, field};

use crate::address::{Notes, Sight};
use crate::answer::Answer;
use crate::fields::Fields;
use crate::granted::Visit;
use crate::place::{Opening, Place, Standing};
use crate::route::PageName;
use overtaken::Overtaken;
use rules::Entered;

/// So often a submission that was overtaken is stored again before the event fails.
const ATTEMPTS: u8 = 3;

/// Load, judge, store, show. Nothing is stored before every filled meter is accepted.
pub(crate) async fn submit(visit: &Visit<'_>, fields: &Fields) -> Result<Answer, Error> {
    let Some(place) = Place::of(visit).await? else {
        return Ok(visit.app.not_found("no-connection"));
    };
    if let Some(receipt) = overtaken::started_correction(fields, &place, visit.campaign()) {
        return Ok(see(visit, Some(receipt), "stored-before"));
    }
    let Standing::Asked(opening) = &place.standing else {
        return Ok(place.standing.refused(visit, &PageName::Address, fields));
    };
    let Some(entered) = Entered::read(fields, &place, visit.campaign()) else {
        return Ok(visit.broken());
    };
    if is_newly_invoiced(opening, fields) {
        return Ok(invoiced(visit, &place, opening, fields));
    }
    if let Some(theirs) = entered.theirs() {
        return Ok(see(visit, theirs.receipt.clone(), "theirs"));
    }
    let (account, connection) = (&visit.linked.account, &visit.linked.connection);
    let history = visit.app.store.history(account, connection, visit.campaign()).await?;
    let rules = rules::asked(visit.app, &place, opening, visit.campaign(), &history);
    let today = civil_day(visit.now);
    let verdict = rules.judge(entered.form(), today);
    if !matches!(verdict, Verdict::Accepted(_))
        && let Some(retyped) = entered.without_red(fields, &rules, today)
        && let Some(entered) = Entered::read(&retyped, &place, visit.campaign())
    {
        let verdict = rules.judge(entered.form(), today);
        return decide(visit, &place, (&rules, verdict), (&retyped, &entered)).await;
    }
    decide(visit, &place, (&rules, verdict), (fields, &entered)).await
}

/// Whether the invoice was made after the form was shown: who sent it does not know that a reading
/// starts a correction.
fn is_newly_invoiced(opening: &Opening, fields: &Fields) -> bool {
    opening.stage == Stage::Invoiced && fields.get(field::INVOICED).is_none()
}

/// 409: nothing is stored, what was typed is kept, and sent again it starts a correction.
fn invoiced(visit: &Visit<'_>, place: &Place, opening: &Opening, fields: &Fields) -> Answer {
    let notes = Notes { fields: Some(fields), ..Notes::default() };
    let sight = Sight::of(visit, place, opening);
    let frame = visit.frame(visit.granted.path());
    Answer::page(page::invoiced(&frame, &sight.asked(&notes)), "invoiced")
}

/// Stores what was accepted, and asks about everything else.
async fn decide(
    visit: &Visit<'_>,
    place: &Place,
    (rules, verdict): (&judge::Asked, Verdict),
    (fields, entered): (&Fields, &Entered<'_>),
) -> Result<Answer, Error> {
    let today = civil_day(visit.now);
    let notes = match &verdict {
        Verdict::Accepted(_) => rules::unchosen(entered, place, visit.campaign()),
        Verdict::Doubtful(doubts) => rules::doubtful(rules, doubts),
        Verdict::Refused(refusals) => rules::refused(rules, refusals),
    };
    match verdict {
        Verdict::Accepted(judged) if notes.findings.is_empty() => {
            record(visit, fields, place, judged).await
        }
        Verdict::Accepted(_) | Verdict::Doubtful(_) | Verdict::Refused(_) => {
            let notes = with_all_doubts(notes, rules, entered, today);
            let notes = Notes { fields: Some(fields), ..notes };
            Ok(ask(visit, place, &notes, entered))
        }
    }
}

/// The page about what was found: 422 where something must be changed, else 200.
fn ask(visit: &Visit<'_>, place: &Place, notes: &Notes<'_>, entered: &Entered<'_>) -> Answer {
    let Standing::Asked(opening) = &place.standing else {
        return place.standing.answer(visit);
    };
    let sight = Sight::of(visit, place, opening);
    let asked = sight.asked(notes);
    let frame = visit.frame(visit.granted.path());
    let refused = notes.day_refused.is_some()
        || notes.findings.values().any(|finding| matches!(finding, Finding::Refused(_)));
    if entered.changes() {
        Answer::page(page::change(&frame, &asked), "changed")
    } else if refused {
        Answer::page(page::refused(&frame, &asked), "refused")
    } else {
        Answer::page(page::doubtful(&frame, &asked), "asked")
    }
}

/// The notes with every doubt there is. An answer to one question is not kept beside another
/// that is asked again: all of them are asked together, or they would take turns for ever.
fn with_all_doubts(
    mut notes: Notes<'static>,
    rules: &judge::Asked,
    entered: &Entered<'_>,
    today: NaiveDate,
) -> Notes<'static> {
    let is_question = |finding: &Finding| match finding {
        Finding::Doubtful(_) | Finding::Refused(Refusal::NotChosen(_) | Refusal::NewMeter(_)) => {
            true
        }
        Finding::Refused(
            Refusal::Empty
            | Refusal::NotDigits
            | Refusal::Ambiguous
            | Refusal::TooManyDigits { .. },
        ) => false,
    };
    if notes.day_refused.is_some() || !notes.findings.values().all(is_question) {
        return notes;
    }
    if let Verdict::Doubtful(doubts) = rules.judge(&entered.unanswered(), today) {
        let all = rules::doubtful(rules, &doubts);
        for (at, finding) in all.findings {
            notes.findings.entry(at).or_insert(finding);
        }
        for (at, compared) in all.compared {
            notes.compared.entry(at).or_insert(compared);
        }
        for (at, likely) in all.likely {
            notes.likely.entry(at).or_insert(likely);
        }
    }
    notes
}

/// Stores what was accepted; what came in between is compared with it.
async fn record(
    visit: &Visit<'_>,
    fields: &Fields,
    place: &Place,
    mut judged: Judged,
) -> Result<Answer, Error> {
    let mut requests = requests(place, visit);
    for _ in 0..ATTEMPTS {
        let submission = Submission {
            account: &visit.linked.account,
            connection: &visit.linked.connection,
            subject: place.records.filed.subject,
            campaign: visit.campaign(),
            requests: &requests,
            judged: &judged,
            source: visit.source(),
        };
        match visit.app.store.record(&submission, visit.now).await? {
            Recorded::Stored(number) => {
                mailed::plan(visit, visit.now).await;
                note_used(visit).await;
                return Ok(receipt(visit, number, "stored"));
            }
            Recorded::Before(number) => {
                mailed::plan_again(visit, number).await;
                note_used(visit).await;
                return Ok(receipt(visit, number, "stored-before"));
            }
            Recorded::Overtaken => {}
        }
        let Some(place) = Place::of(visit).await? else {
            return Ok(visit.app.not_found("no-connection"));
        };
        if let Some(receipt) = overtaken::started_correction(fields, &place, visit.campaign()) {
            return Ok(see(visit, Some(receipt), "same-value"));
        }
        let Standing::Asked(opening) = &place.standing else {
            return Ok(place.standing.refused(visit, &PageName::Address, fields));
        };
        if is_newly_invoiced(opening, fields) {
            return Ok(invoiced(visit, &place, opening, fields));
        }
        match overtaken::compare(judged, &place, visit.campaign()) {
            Overtaken::Same(receipt) => return Ok(see(visit, receipt, "same-value")),
            Overtaken::Conflict(findings) => {
                let notes = Notes { fields: Some(fields), findings, ..Notes::default() };
                let sight = Sight::of(visit, &place, opening);
                let frame = visit.frame(visit.granted.path());
                let page = page::conflict(&frame, &sight.asked(&notes));
                return Ok(Answer::page(page, "conflict"));
            }
            Overtaken::StoreAgain(rest) => judged = rest,
        }
        requests = self::requests(&place, visit);
    }
    Err(Error::Throttled { operation: "a submission" })
}

/// Notes that a colleague answered. The reading is stored already: what fails here is told to nobody.
async fn note_used(visit: &Visit<'_>) {
    if let Err(error) = visit.note(DelegationState::Used).await {
        tracing::error!(%error, "that a colleague answered was not noted");
    }
}

fn requests(place: &Place, visit: &Visit<'_>) -> Vec<ReadingRequest> {
    place.asked(visit.campaign()).into_iter().map(|(_, request)| request.clone()).collect()
}

fn receipt(visit: &Visit<'_>, number: ReceiptNumber, outcome: &'static str) -> Answer {
    see(visit, Some(number.to_string()), outcome)
}

/// To the receipt; what was stored without one is on the page of the address.
fn see(visit: &Visit<'_>, receipt: Option<String>, outcome: &'static str) -> Answer {
    visit.see(&receipt.map_or(PageName::Address, PageName::Receipt), outcome)
}
