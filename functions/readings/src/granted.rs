//! A link whose MAC held, and then whose subject was found.

use chrono::{DateTime, Utc};

use cloud::Error;
use cloud::store::account::ConnectionRecords;
use cloud::store::delegation::LinkedDelegation;
use cloud::store::link::LinkedConnection;
use domain::calendar::civil_day;
use domain::campaign::Dates;
use domain::delegation::{AskedFrom, DelegationState};
use domain::id::CampaignNumber;
use domain::language::Language;
use domain::reading::Source;
use links::grant::ReadingGrant;
use links::token::TokRef;
use views::page::{self, Broken, Frame};

use crate::answer::Answer;
use crate::app::App;
use crate::asker::Asker;
use crate::fields::{Fields, Width};
use crate::route::{Nth, PageName};

/// A link whose MAC held: no table was read yet.
#[derive(Debug)]
pub(crate) struct Granted {
    pub(crate) grant: ReadingGrant,
    pub(crate) tokref: TokRef,
    /// `/m/` and the token: of every page behind it, and of no log.
    link: String,
    /// The place of the address that the path names.
    place: Option<Nth>,
    /// Where the page of that address is.
    path: String,
}

impl Granted {
    pub(crate) fn new(token: &str, grant: ReadingGrant, place: Option<Nth>) -> Self {
        let link = format!("/m/{token}");
        let path = place.map_or_else(|| link.clone(), |place| format!("{link}/a{place}"));
        Self { grant, tokref: TokRef::of(token), link, place, path }
    }

    /// How many fields a form behind it may have.
    pub(crate) fn width(&self) -> Width {
        match self.grant {
            ReadingGrant::Submit(_) | ReadingGrant::Letter(_) => Width::OneAddress,
            ReadingGrant::Delegate(_) => Width::Addresses,
        }
    }

    /// Where one of its pages is.
    pub(crate) fn path_of(&self, page: &PageName) -> String {
        let between = if self.place.is_some() { '-' } else { '/' };
        match page {
            PageName::Address => self.path.clone(),
            PageName::Cannot => format!("{}{between}cannot", self.path),
            PageName::Ask => format!("{}/ask", self.link),
            PageName::Receipt(number) => format!("{}{between}r-{number}", self.path),
        }
    }

    /// Where the address at `place` is.
    pub(crate) fn path_to(&self, place: usize) -> String {
        format!("{}/a{place}", self.link)
    }

    /// Where the addresses are listed of which this is one.
    pub(crate) fn list(&self) -> Option<&str> {
        self.place.map(|_| self.link.as_str())
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
    /// What it is about; behind [`Sight::List`] and [`Sight::Overview`] its first address.
    pub(crate) linked: LinkedConnection,
    /// The delegation of a colleague who was asked, or the overview.
    pub(crate) delegation: Option<LinkedDelegation>,
    pub(crate) sight: Sight,
    pub(crate) now: DateTime<Utc>,
    language: Language,
}

/// What somebody sees who opens a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sight {
    /// One address.
    Address,
    /// The addresses that a colleague was asked for, one to be chosen.
    List,
    /// The account's addresses, for which a colleague can be asked.
    Overview,
}

/// The most posts behind one link, for each of its addresses, in an hour and in a day.
const POSTS: (u32, u32) = (20, 60);

impl<'a> Visit<'a> {
    /// The visit by a link, or `None` where it opens nothing any more.
    pub(crate) async fn of(
        app: &'a App,
        granted: &'a Granted,
        asker: Asker,
        now: DateTime<Utc>,
    ) -> Result<Option<Self>, Error> {
        if granted.place.is_some() && granted.width() == Width::OneAddress {
            // Who is asked for one address has no places: nothing is read to say so.
            return Ok(None);
        }
        let Some((linked, delegation)) = linked(app, granted).await? else { return Ok(None) };
        let Some(sight) = sight(granted.place, delegation.as_ref(), now) else { return Ok(None) };
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
            sight,
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
        let place = self.granted.place.map_or(0, Nth::get);
        let (hour, day) = self.app.store.count_post(subject, place, self.now).await?;
        Ok(hour > POSTS.0 || day > POSTS.1)
    }

    /// The connection with its meters and requests, if it is still there.
    pub(crate) async fn records(&self) -> Result<Option<ConnectionRecords>, Error> {
        self.app.store.connection(&self.linked.account, &self.linked.connection).await
    }

    pub(crate) fn campaign(&self) -> CampaignNumber {
        self.granted.grant.campaign()
    }

    /// The dates of its campaign, while that takes readings and corrections of them.
    pub(crate) async fn open_dates(&self) -> Result<Option<Dates>, Error> {
        let dates = self.app.dates(self.campaign()).await?;
        Ok(dates.filter(|dates| civil_day(self.now) <= dates.corrections_until()))
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

/// What is seen at `place`; nothing where the link leads to no such place.
fn sight(
    place: Option<Nth>,
    delegation: Option<&LinkedDelegation>,
    now: DateTime<Utc>,
) -> Option<Sight> {
    let Some(LinkedDelegation { asked_from, connections, until, .. }) = delegation else {
        return place.is_none().then_some(Sight::Address);
    };
    let several = connections.len() > 1;
    match (asked_from, place) {
        (AskedFrom::Account, None) => {
            until.is_some_and(|until| now < until).then_some(Sight::Overview)
        }
        (AskedFrom::Account, Some(_)) => None,
        (AskedFrom::Link | AskedFrom::Overview, Some(place)) => {
            (several && usize::from(place.get()) <= connections.len()).then_some(Sight::Address)
        }
        (AskedFrom::Link | AskedFrom::Overview, None) if several => Some(Sight::List),
        (AskedFrom::Link | AskedFrom::Overview, None) => Some(Sight::Address),
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
            let place = granted.place.map_or(0, |place| usize::from(place.get()).saturating_sub(1));
            Ok(found.filter(|found| found.campaign == grant.campaign()).and_then(|delegation| {
                let linked = LinkedConnection {
                    account: delegation.account.clone(),
                    connection: delegation.connections.get(place)?.clone(),
                    generation: delegation.generation,
                    language: delegation.language,
                };
                Some((linked, Some(delegation)))
            }))
        }
    }
}
