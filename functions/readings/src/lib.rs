//! The Lambda behind every reading link: one HTTP event in, one page out.
//!
//! From the event downwards: what was asked (`event`), where its path leads (`route`), whether its
//! token holds (`granted`), how the address stands (`place`), and then a handler for each page:
//! `address`, `submit`, `cannot`, `ask`, `receipt`; of several addresses `list` and `overview`. A GET
//! writes nothing; of a POST of readings only 303 means stored.

mod event;
mod route;

mod granted;
mod place;

mod address;
mod ask;
mod cannot;
mod list;
mod overview;
mod receipt;
mod submit;

mod answer;
mod app;
mod asker;
mod fields;
mod urlencoded;

use serde_json::Value;

use cloud::{Error, Failure};
use links::token::TokRef;
use views::page::{self, Broken, Frame};

use crate::answer::Answer;
use crate::asker::Asker;
use crate::event::{Method, Request};
use crate::fields::Width;
use crate::granted::{Granted, Sight, Visit};
use crate::route::{PageName, Route};

pub use crate::app::App;
pub use crate::fields::Fields;

/// Answers one event of the HTTP API, payload 2.0.
///
/// **Errors.** Permanent, when it is no such event. Whatever a stranger sends is a page.
pub async fn handle(app: &App, event: Value) -> Result<Value, Failure> {
    let request = Request::of(event)?;
    // Boxed, because the compiler follows futures within futures to a certain depth only.
    let answer = Box::pin(answer(app, &request)).await;
    Ok(answer.into_event(&app.house, &request))
}

async fn answer(app: &App, request: &Request) -> Answer {
    let (token, place, page) = match Route::of(&request.path) {
        Route::Page { token, place, page } => (token, place, page),
        Route::Swallowed { path } if matches!(request.method, Method::Get | Method::Head) => {
            return Answer::moved(path);
        }
        Route::Words(words) if matches!(request.method, Method::Get | Method::Head) => {
            return Answer::words(words, "words");
        }
        Route::Swallowed { .. } | Route::Words(_) | Route::Nowhere => {
            return app.not_found("nowhere");
        }
    };
    let asker = Asker::of(request, &app.house.utility.languages);
    let takes_post = match page {
        PageName::Address | PageName::Cannot | PageName::Ask => true,
        PageName::Receipt(_) => false,
    };
    if request.method == Method::Other || (request.method == Method::Post && !takes_post) {
        return broken(app, asker, Broken::MethodNotAllowed).with("allow", page.allow());
    }
    let granted = match app.verify(&token, request.now).await {
        Ok(Ok(grant)) => Granted::new(&token, grant, place),
        Ok(Err(refused)) => {
            tracing::info!(
                tokref = %TokRef::of(&token),
                refused_by = ?refused.refused_by(),
                outcome = "not-valid",
                "a link was refused"
            );
            return app.not_found("not-valid");
        }
        Err(error) => {
            tracing::error!(%error, "no key ring");
            return away(app, request, asker, &format!("/m/{token}"));
        }
    };
    let answer = match behind(app, request, asker, &granted, &page).await {
        Ok(answer) => answer,
        Err(error) => {
            let failure = Failure::from(error);
            tracing::error!(error = %failure, "the store is away");
            away(app, request, asker, &granted.path_of(&page))
        }
    };
    let (link, key, campaign) =
        (granted.grant.link_type(), granted.grant.key_id(), granted.grant.campaign());
    tracing::info!(
        %link,
        %key,
        %campaign,
        tokref = %granted.tokref,
        outcome = answer.outcome,
        status = answer.status,
        "a page was asked for"
    );
    answer
}

/// What is behind a link whose MAC held.
async fn behind(
    app: &App,
    request: &Request,
    asker: Asker,
    granted: &Granted,
    page: &PageName,
) -> Result<Answer, Error> {
    let fields = match request.method {
        Method::Get | Method::Head | Method::Other => None,
        Method::Post => match Fields::of(request, granted.width()) {
            Ok(fields) => Some(fields),
            Err(wrong) => return Ok(broken(app, asker, wrong)),
        },
    };
    let Some(visit) = Visit::of(app, granted, asker, request.now).await? else {
        return Ok(app.not_found("revoked"));
    };
    match (visit.sight, page) {
        (Sight::Address, PageName::Ask) if visit.is_by_colleague() => {
            return Ok(app.not_found("no-asking"));
        }
        (Sight::Address, _) => {}
        (Sight::List | Sight::Overview, PageName::Address) => {
            return several(&visit, fields.as_ref()).await;
        }
        (Sight::List | Sight::Overview, _) => return Ok(app.not_found("of-no-address")),
    }
    let Some(fields) = fields else {
        return match page {
            PageName::Address => address::show(&visit).await,
            PageName::Cannot => cannot::show(&visit).await,
            PageName::Ask => ask::show(&visit).await,
            PageName::Receipt(number) => receipt::show(&visit, number).await,
        };
    };
    if visit.posts_too_often().await? {
        return Ok(visit.too_many(page, &fields));
    }
    match page {
        PageName::Address => submit::submit(&visit, &fields).await,
        PageName::Cannot => cannot::report(&visit, &fields).await,
        PageName::Ask => ask::post(&visit, &fields).await,
        // its POST was refused by the route
        PageName::Receipt(_) => Ok(app.not_found("nowhere")),
    }
}

/// The page of a link to several addresses.
async fn several(visit: &Visit<'_>, fields: Option<&Fields>) -> Result<Answer, Error> {
    let page = &PageName::Address;
    match (visit.sight, fields) {
        (Sight::Overview, None) => overview::show(visit).await,
        (_, Some(fields)) if visit.posts_too_often().await? => Ok(visit.too_many(page, fields)),
        (Sight::Overview, Some(fields)) => overview::post(visit, fields).await,
        (Sight::List | Sight::Address, None) => list::show(visit).await,
        (Sight::List | Sight::Address, Some(_)) => Ok(visit.broken()),
    }
}

fn broken(app: &App, asker: Asker, wrong: Broken) -> Answer {
    let (language, _) = asker.unknown();
    Answer::page(page::broken(&app.house, language, wrong), "broken")
}

/// 503, with what was typed to be sent again.
fn away(app: &App, request: &Request, asker: Asker, path: &str) -> Answer {
    let fields = match request.method {
        Method::Post => Fields::of(request, Width::Addresses).unwrap_or_default(),
        Method::Get | Method::Head | Method::Other => Fields::default(),
    };
    let (language, usual_language) = asker.unknown();
    let frame = Frame { house: &app.house, path, language, usual_language };
    let page = page::try_later(&frame, &fields.typed());
    Answer::page(page, "try-later").with("retry-after", "30")
}

#[cfg(test)]
mod tests;
