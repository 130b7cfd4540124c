//! A link whose MAC held, and then whose subject was found.

use chrono::{DateTime, Utc};

use cloud::Error;
use cloud::store::account::ConnectionRecords;
use cloud::store::delegation::LinkedDelegation;
use cloud::store::link::LinkedConnection;
use domain::delegation::DelegationState;
use domain::id::CampaignNumber;
use domain::language::Language;
use domain::reading::Source;
use links::grant::ReadingGrant;
use links::token::TokRef;
use views::page::{self, Broken, Frame};

use crate::answer::Answer;
use crate::app::App;
use crate::asker::Asker;
use crate::fields::Fields;
use crate::route::PageName;

/// A link whose MAC held: no table was read yet.
#[derive(Debug)]
pub(crate) struct Granted {
    pub(crate) grant: ReadingGrant,
    pub(crate) tokref: TokRef,
    /// `/m/` and the token: of every page behind it, and of no log.
    path: String,
}

impl Granted {
    pub(crate) fn new(token: &str, grant: ReadingGrant) -> Self {
        Self { grant, tokref: TokRef::of(token), path: format!("/m/{token}") }
    }

    /// Where one of its pages is.
    pub(crate) fn path_of(&self, page: &PageName) -> String {
        match page {
            PageName::Address => self.path.clone(),
            PageName::Cannot => format!("{}/cannot", self.path),
            PageName::Ask => format!("{}/ask", self.path),
            PageName::Receipt(number) => format!("{}/r-{number}", self.path),
        }
    }

    /// Where the page of its address is.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }
}

/// A link that works: its subject is there, and its generation is the one that is stored.
#[derive(Debug)]
pub(crate) struct Visit<'a> {
    pub(crate) app: &'a App,
    pub(crate) granted: &'a Granted,
    pub(crate) linked: LinkedConnection,
    /// The delegation of a colleague who was asked.
    delegation: Option<LinkedDelegation>,
    pub(crate) now: DateTime<Utc>,
    language: Language,
}

/// The most posts behind one link in an hour and in a day.
const POSTS: (u32, u32) = (20, 60);

impl<'a> Visit<'a> {
    /// The visit by a link, or `None` where it opens nothing any more.
    pub(crate) async fn of(
        app: &'a App,
        granted: &'a Granted,
        asker: Asker,
        now: DateTime<Utc>,
    ) -> Result<Option<Self>, Error> {
        let Some((linked, delegation)) = linked(app, granted).await? else { return Ok(None) };
        let generation = granted.grant.generation();
        if linked.generation < generation {
            // a link of the future: the table was restored to a day before it was revoked
            tracing::error!(tokref = %granted.tokref, "the generation of a link is ahead");
        }
        let language = asker.of_account(linked.language);
        Ok((linked.generation == generation).then_some(Self {
            app,
            granted,
            linked,
            delegation,
            now,
            language,
        }))
    }

    /// Whether it is a colleague's, who was asked for the address.
    pub(crate) fn is_by_colleague(&self) -> bool {
        self.delegation.is_some()
    }

    /// Who says what is sent.
    pub(crate) fn source(&self) -> Source {
        if self.is_by_colleague() { Source::Colleague } else { Source::Customer }
    }

    /// Notes what a colleague did; of anybody else there is nothing to note.
    pub(crate) async fn note(&self, state: DelegationState) -> Result<(), Error> {
        if let Some(linked) = &self.delegation {
            self.app.store.note_delegation(linked, state).await?;
        }
        Ok(())
    }

    /// Whether the colleague said that the address is not theirs.
    pub(crate) async fn has_declined(&self) -> Result<bool, Error> {
        let Some(linked) = &self.delegation else { return Ok(false) };
        let delegation = self.app.store.delegation(linked).await?;
        Ok(delegation.is_some_and(|known| known.state == DelegationState::Declined))
    }

    /// The language of the answer.
    pub(crate) fn language(&self) -> Language {
        self.language
    }

    /// Counts one more post; whether that is one too many.
    pub(crate) async fn posts_too_often(&self) -> Result<bool, Error> {
        let subject = self.granted.grant.subject();
        let (hour, day) = self.app.store.count_post(subject, self.now).await?;
        Ok(hour > POSTS.0 || day > POSTS.1)
    }

    /// The connection with its meters and requests, if it is still there.
    pub(crate) async fn records(&self) -> Result<Option<ConnectionRecords>, Error> {
        self.app.store.connection(&self.linked.account, &self.linked.connection).await
    }

    pub(crate) fn campaign(&self) -> CampaignNumber {
        self.granted.grant.campaign()
    }

    /// The frame of the page at `path`.
    pub(crate) fn frame<'f>(&'f self, path: &'f str) -> Frame<'f> {
        Frame {
            house: &self.app.house,
            path,
            language: self.language,
            usual_language: self.linked.language,
        }
    }

    /// 303 to one of the link's pages, in the language of this one.
    pub(crate) fn see(&self, page: &PageName, outcome: &'static str) -> Answer {
        let path = self.granted.path_of(page);
        let path = if self.language == self.linked.language {
            path
        } else {
            format!("{path}?lang={}", self.language)
        };
        Answer::see(path, outcome)
    }

    /// 429: what was typed at `page` can be sent again later.
    pub(crate) fn too_many(&self, page: &PageName, fields: &Fields) -> Answer {
        let path = self.granted.path_of(page);
        let page = page::too_many(&self.frame(&path), &fields.typed());
        Answer::page(page, "too-many").with("retry-after", "3600")
    }

    /// 400: what came is no form for this address.
    pub(crate) fn broken(&self) -> Answer {
        let page = page::broken(&self.app.house, self.language, Broken::BadRequest);
        Answer::page(page, "broken")
    }
}

/// What the link is about, and of a colleague's the delegation; `None` where there is nothing.
async fn linked(
    app: &App,
    granted: &Granted,
) -> Result<Option<(LinkedConnection, Option<LinkedDelegation>)>, Error> {
    let subject = granted.grant.subject();
    match granted.grant {
        ReadingGrant::Submit(_) | ReadingGrant::Letter(_) => {
            Ok(app.store.linked(subject).await?.map(|linked| (linked, None)))
        }
        ReadingGrant::Delegate(grant) => {
            let found = app.store.linked_delegation(subject).await?;
            Ok(found.filter(|found| found.campaign == grant.campaign()).map(|delegation| {
                let linked = LinkedConnection {
                    account: delegation.account.clone(),
                    connection: delegation.connection.clone(),
                    generation: delegation.generation,
                    language: delegation.language,
                };
                (linked, Some(delegation))
            }))
        }
    }
}
