//! Asking a colleague for the reading of an address, or of several, and taking it back.

use askama::Template;
use chrono::{DateTime, Utc};

use domain::account::MailAddress;
use domain::address::Address;
use domain::calendar::civil_day;
use domain::delegation::{Delegation, DelegationState, masked};

use crate::format;
use crate::texts::{Texts, Value};

use super::form::Mistake;
use super::layout::{self, Layout, Tone};
use super::words::{self, Place};
use super::{Frame, Page, field};

/// The question for a colleague's mailbox, and who was asked before.
#[derive(Clone, Debug)]
pub struct Ask<'a> {
    /// The *leveringsadres*.
    pub address: &'a Address,
    /// Who was asked for it in this campaign, in the order of asking.
    pub asked: Vec<AskedColleague<'a>>,
    /// Whether one more can be asked.
    pub room: AskRoom,
    /// What was typed; a page that a GET serves holds nothing of it.
    pub typed: &'a str,
    /// What is wrong with what was sent.
    pub mistake: Option<AskMistake>,
    /// The path of the address's page.
    pub back: &'a str,
    /// When the account's overview was asked for, while it can be used.
    pub overview: Option<DateTime<Utc>>,
}

/// The account's overview: the addresses that a colleague can be asked for, and who was asked.
#[derive(Clone, Debug)]
pub struct Overview<'a> {
    /// The addresses of which a reading is missing.
    pub addresses: Vec<OverviewAddress<'a>>,
    /// Who was asked on it in this campaign, in the order of asking.
    pub asked: Vec<AskedColleague<'a>>,
    /// Whether one more can be asked.
    pub room: AskRoom,
    /// What was typed; a page that a GET serves holds nothing of it.
    pub typed: &'a str,
    /// What is wrong with what was sent.
    pub mistake: Option<AskMistake>,
}

/// An address that a colleague can be asked for.
#[derive(Clone, Copy, Debug)]
pub struct OverviewAddress<'a> {
    /// Its place on the overview, from 1.
    pub place: usize,
    /// The *leveringsadres*.
    pub address: &'a Address,
    /// Whether it is chosen; none is on a page that a GET serves.
    pub choice: Chosen,
}

/// Whether an address is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// It is ticked.
    Yes,
    /// It is not.
    No,
}

/// A colleague who was asked.
#[derive(Clone, Copy, Debug)]
pub struct AskedColleague<'a> {
    number: u16,
    mailbox: &'a MailAddress,
    asked_at: DateTime<Utc>,
    state: DelegationState,
    addresses: usize,
}

impl<'a> From<&'a Delegation> for AskedColleague<'a> {
    fn from(delegation: &'a Delegation) -> Self {
        Self {
            number: delegation.number.get(),
            mailbox: &delegation.recipient,
            asked_at: delegation.asked_at,
            state: delegation.state,
            addresses: delegation.connections.len(),
        }
    }
}

/// Whether one more colleague can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskRoom {
    /// Yes.
    Free,
    /// As many are counted on as may be.
    Full,
    /// As many were asked as may be.
    Spent,
    /// Nothing is missing any more.
    Answered,
}

/// What is wrong with what was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskMistake {
    /// It is no mailbox.
    Mailbox,
    /// No link was ticked.
    NothingTicked,
    /// There is no room for one more: the page says why.
    NoRoom,
    /// No address was chosen.
    NoAddress,
    /// Whether the overview is wanted was not ticked.
    NoOverview,
    /// The overview can be mailed to nobody.
    NoRecipient,
}

#[derive(Template)]
#[template(path = "page/ask.html")]
struct AskPage<'a> {
    layout: Layout<'a>,
    action: String,
    place: Place,
    errors: Vec<Mistake>,
    error: Option<String>,
    typed: String,
    /// Why nobody can be asked.
    closed: Option<String>,
    colleagues: Colleagues,
    overview_error: Option<String>,
    /// That the overview was asked for already.
    overview_sent: Option<String>,
    back: String,
}

#[derive(Template)]
#[template(path = "page/overview.html")]
struct OverviewPage<'a> {
    layout: Layout<'a>,
    action: String,
    errors: Vec<Mistake>,
    error: Option<String>,
    address_error: Option<String>,
    typed: String,
    closed: Option<String>,
    all: Option<String>,
    addresses: Vec<AddressTick>,
    colleagues: Colleagues,
}

/// An address that can be ticked.
struct AddressTick {
    name: String,
    line: String,
    rest: String,
    ticked: bool,
}

/// Who was asked, and the form that revokes their links.
struct Colleagues {
    asked: Vec<Line>,
    revocable: Vec<Tick>,
    error: Option<String>,
}

struct Line {
    state: String,
    mailbox: String,
    /// How many addresses they were asked for, where that is more than the page's one.
    addresses: Option<String>,
}

struct Tick {
    name: String,
    label: String,
}

pub(super) fn page(frame: &Frame<'_>, ask: &Ask<'_>, status: u16) -> Page {
    let texts = Texts::of(frame.language);
    let of = |mistake, id| (ask.mistake == Some(mistake)).then(|| texts.say(id));
    let error = of(AskMistake::Mailbox, "err-email");
    let overview_error = of(AskMistake::NoOverview, "err-overview")
        .or_else(|| of(AskMistake::NoRecipient, "err-no-recipient"));
    let colleagues = Colleagues::of(frame, &ask.asked, ask.mistake, Sight::OneAddress);
    let errors = (error.iter().map(|text| mistake(field::EMAIL, text)))
        .chain(overview_error.iter().map(|text| mistake(field::OVERVIEW, text)))
        .chain(colleagues.mistake())
        .collect();
    let title = texts.say("q-ask");
    let page = AskPage {
        layout: Layout::new(frame, &title, tone(ask.mistake)),
        action: frame.in_language(frame.path),
        place: Place::new(ask.address, None),
        error,
        errors,
        typed: words::printable(ask.typed),
        closed: closed(texts, ask.room, "ask-nothing"),
        colleagues,
        overview_error,
        overview_sent: ask.overview.map(|at| {
            let at = format::day_and_time(frame.language, at);
            texts.tell("overview-sent", [("at", Value::Text(&at))])
        }),
        back: frame.in_language(ask.back),
    };
    layout::page(status, frame.language, &page)
}

pub(super) fn overview(frame: &Frame<'_>, overview: &Overview<'_>, status: u16) -> Page {
    let texts = Texts::of(frame.language);
    let of = |mistake, id| (overview.mistake == Some(mistake)).then(|| texts.say(id));
    let error = of(AskMistake::Mailbox, "err-email");
    let address_error = of(AskMistake::NoAddress, "err-addresses");
    let colleagues = Colleagues::of(frame, &overview.asked, overview.mistake, Sight::Several);
    let tick = |one: &OverviewAddress<'_>| {
        let Place { line, rest, .. } = Place::new(one.address, None);
        AddressTick {
            name: field::chosen(one.place),
            line,
            rest,
            ticked: one.choice == Chosen::Yes,
        }
    };
    let addresses: Vec<AddressTick> = overview.addresses.iter().map(tick).collect();
    let several = addresses.len() > 1;
    let all = several.then(|| texts.tell("overview-all", [("n", Value::Count(addresses.len()))]));
    let first = match (&all, addresses.first()) {
        (None, Some(tick)) => tick.name.as_str(),
        (Some(_), _) | (None, None) => field::ALL,
    };
    let errors = (address_error.iter().map(|text| mistake(first, text)))
        .chain(error.iter().map(|text| mistake(field::EMAIL, text)))
        .chain(colleagues.mistake())
        .collect();
    let title = texts.say("overview");
    let page = OverviewPage {
        layout: Layout::new(frame, &title, tone(overview.mistake)),
        action: frame.in_language(frame.path),
        errors,
        error,
        address_error,
        typed: words::printable(overview.typed),
        closed: closed(texts, overview.room, "overview-nothing"),
        all,
        addresses,
        colleagues,
    };
    layout::page(status, frame.language, &page)
}

fn tone(mistake: Option<AskMistake>) -> Tone {
    if mistake.is_some() { Tone::Mistake } else { Tone::Plain }
}

fn mistake(field: &str, text: &str) -> Mistake {
    Mistake { field: field.to_owned(), text: text.to_owned() }
}

/// Why nobody can be asked.
fn closed(texts: Texts, room: AskRoom, nothing: &str) -> Option<String> {
    match room {
        AskRoom::Free => None,
        AskRoom::Full => Some(texts.say("ask-full")),
        AskRoom::Spent => Some(texts.say("ask-spent")),
        AskRoom::Answered => Some(texts.say(nothing)),
    }
}

/// What the page around a list of colleagues is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sight {
    OneAddress,
    Several,
}

impl Colleagues {
    fn of(
        frame: &Frame<'_>,
        asked: &[AskedColleague<'_>],
        mistake: Option<AskMistake>,
        sight: Sight,
    ) -> Self {
        let texts = Texts::of(frame.language);
        let live = asked.iter().filter(|colleague| colleague.state != DelegationState::Revoked);
        let mut revocable: Vec<Tick> = live
            .map(|colleague| Tick {
                name: field::revoked(colleague.number),
                label: texts.tell("revoke", [("mailbox", Value::Text(&masked(colleague.mailbox)))]),
            })
            .collect();
        if revocable.len() > 1 {
            let name = field::REVOKE_ALL.to_owned();
            revocable.push(Tick { name, label: texts.say("revoke-all") });
        }
        let asked = asked.iter().map(|colleague| line(frame, texts, colleague, sight)).collect();
        let nothing = mistake == Some(AskMistake::NothingTicked);
        Self { asked, revocable, error: nothing.then(|| texts.say("err-revoke")) }
    }

    fn mistake(&self) -> Option<Mistake> {
        let first = self.revocable.first().map_or("", |tick| tick.name.as_str());
        self.error.as_ref().map(|text| mistake(first, text))
    }
}

fn line(frame: &Frame<'_>, texts: Texts, colleague: &AskedColleague<'_>, sight: Sight) -> Line {
    let day = format::day(frame.language, civil_day(colleague.asked_at));
    let id = match colleague.state {
        DelegationState::Sent => "ask-sent",
        DelegationState::Used => "ask-used",
        DelegationState::Declined => "ask-declined",
        DelegationState::Revoked => "ask-revoked",
    };
    let addresses = || texts.tell("ask-for", [("n", Value::Count(colleague.addresses))]);
    Line {
        state: texts.tell(id, [("day", Value::Text(&day))]),
        mailbox: masked(colleague.mailbox),
        addresses: (sight == Sight::Several).then(addresses),
    }
}
