//! Asking a colleague for the reading of an address, and taking it back.

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
}

/// A colleague who was asked.
#[derive(Clone, Copy, Debug)]
pub struct AskedColleague<'a> {
    number: u16,
    mailbox: &'a MailAddress,
    asked_at: DateTime<Utc>,
    state: DelegationState,
}

impl<'a> From<&'a Delegation> for AskedColleague<'a> {
    fn from(delegation: &'a Delegation) -> Self {
        Self {
            number: delegation.number.get(),
            mailbox: &delegation.recipient,
            asked_at: delegation.asked_at,
            state: delegation.state,
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
}

#[derive(Template)]
#[template(path = "page/ask.html")]
struct AskPage<'a> {
    layout: Layout<'a>,
    action: String,
    place: Place,
    errors: Vec<Mistake>,
    error: Option<String>,
    revoke_error: Option<String>,
    typed: String,
    /// Why nobody can be asked.
    closed: Option<String>,
    asked: Vec<Line>,
    revocable: Vec<Tick>,
    back: String,
}

struct Line {
    state: String,
    mailbox: String,
}

struct Tick {
    name: String,
    label: String,
}

pub(super) fn page(frame: &Frame<'_>, ask: &Ask<'_>, status: u16) -> Page {
    let texts = Texts::of(frame.language);
    let of = |mistake, id| (ask.mistake == Some(mistake)).then(|| texts.say(id));
    let error = of(AskMistake::Mailbox, "err-email");
    let revoke_error = of(AskMistake::NothingTicked, "err-revoke");
    let revocable: Vec<Tick> = ask
        .asked
        .iter()
        .filter(|colleague| colleague.state != DelegationState::Revoked)
        .map(|colleague| Tick {
            name: field::revoked(colleague.number),
            label: texts.tell("revoke", [("mailbox", Value::Text(&masked(colleague.mailbox)))]),
        })
        .collect();
    let first_tick = revocable.first().map_or("", |tick| tick.name.as_str());
    let mistake =
        |field: &str, text: &String| Mistake { field: field.to_owned(), text: text.clone() };
    let errors: Vec<Mistake> = (error.iter().map(|text| mistake(field::EMAIL, text)))
        .chain(revoke_error.iter().map(|text| mistake(first_tick, text)))
        .collect();
    let tone = if ask.mistake.is_some() { Tone::Mistake } else { Tone::Plain };
    let title = texts.say("q-ask");
    let page = AskPage {
        layout: Layout::new(frame, &title, tone),
        action: frame.in_language(frame.path),
        place: Place::new(ask.address, None),
        error,
        errors,
        revoke_error,
        typed: words::printable(ask.typed),
        closed: match ask.room {
            AskRoom::Free => None,
            AskRoom::Full => Some(texts.say("ask-full")),
            AskRoom::Spent => Some(texts.say("ask-spent")),
            AskRoom::Answered => Some(texts.say("ask-nothing")),
        },
        asked: ask.asked.iter().map(|colleague| line(frame, texts, colleague)).collect(),
        revocable,
        back: frame.in_language(ask.back),
    };
    layout::page(status, frame.language, &page)
}

fn line(frame: &Frame<'_>, texts: Texts, colleague: &AskedColleague<'_>) -> Line {
    let day = format::day(frame.language, civil_day(colleague.asked_at));
    let id = match colleague.state {
        DelegationState::Sent => "ask-sent",
        DelegationState::Used => "ask-used",
        DelegationState::Declined => "ask-declined",
        DelegationState::Revoked => "ask-revoked",
    };
    Line { state: texts.tell(id, [("day", Value::Text(&day))]), mailbox: masked(colleague.mailbox) }
}
