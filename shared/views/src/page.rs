//! The pages behind a link: a model in, HTML out, with the status that goes with it.
//!
//! No page writes anything, sets a cookie or needs a script. A page that a GET serves holds no
//! filled field and no chosen answer, so that a scanner that presses its button is refused.

mod ask;
mod asked;
mod cannot;
mod doubt;
mod drawing;
pub mod field;
mod form;
mod layout;
mod list;
mod plain;
mod receipt;
mod words;

use domain::language::Language;

pub use ask::{Ask, AskMistake, AskRoom, AskedColleague, Chosen, Overview, OverviewAddress};
pub use asked::{
    Asked, AskedMeter, AskedRegister, Choice, Doubt, Face, Finding, Likely, Origin, Previous,
    ReadOn, Received, Refusal, Reported, RollOver, Stage, Tendency, Validity,
};
pub use cannot::{Cannot, CannotMeter, Obstacle};
pub(crate) use layout::stylesheet;
pub use list::{ListedAddress, Progress};
pub use plain::{Broken, Ended};
pub use receipt::{Kept, Next, Receipt, ReceivedMeter, ReceivedRegister, Via};
pub(crate) use words::{meter_label, printable};

use crate::House;

/// A page, ready to be served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// HTTP status.
    pub status: u16,
    /// For `Content-Language`.
    pub language: Language,
    /// The document.
    pub html: String,
}

/// What all pages behind one link have in common.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    /// Who the utility is and how it looks.
    pub house: &'a House,
    /// The path of this page, without query: where its form is sent.
    pub path: &'a str,
    /// The language of this page.
    pub language: Language,
    /// The account's language: a page in another one keeps `?lang=` in its form and its links.
    pub usual_language: Language,
}

/// The question: the page behind the link.
///
/// Whatever `asked` says was typed or found is left out: this is the page that a GET serves.
pub fn question(frame: &Frame<'_>, asked: &Asked<'_>) -> Page {
    form::page(frame, asked, form::Filling::Empty, 200)
}

/// The form with what was typed, to be changed: after the answer "no" to a doubt.
pub fn change(frame: &Frame<'_>, asked: &Asked<'_>) -> Page {
    form::page(frame, asked, form::Filling::Typed, 200)
}

/// What was typed cannot be stored: the form, or the question, with what is wrong on top.
///
/// **Shape.** At least one finding is [`Finding::Refused`], or the date is [`Validity::Refused`].
pub fn refused(frame: &Frame<'_>, asked: &Asked<'_>) -> Page {
    if doubt::is_asked_again(asked) {
        doubt::page(frame, asked, 422)
    } else {
        form::page(frame, asked, form::Filling::Refused, 422)
    }
}

/// What was typed has to be confirmed first.
///
/// **Shape.** At least one finding is [`Finding::Doubtful`].
pub fn doubtful(frame: &Frame<'_>, asked: &Asked<'_>) -> Page {
    doubt::page(frame, asked, 200)
}

/// Somebody else sent another value meanwhile.
///
/// **Shape.** At least one finding is [`Doubt::Conflict`], and the revisions are the new ones.
pub fn conflict(frame: &Frame<'_>, asked: &Asked<'_>) -> Page {
    doubt::page(frame, asked, 409)
}

/// The invoice was made between the form and its answer: the form with what was typed.
///
/// **Shape.** `asked.stage` is [`Stage::Invoiced`].
pub fn invoiced(frame: &Frame<'_>, asked: &Asked<'_>) -> Page {
    form::page(frame, asked, form::Filling::Typed, 409)
}

/// *Ontvangstbevestiging*.
pub fn receipt(frame: &Frame<'_>, receipt: &Receipt<'_>) -> Page {
    receipt::page(frame, receipt)
}

/// The question why the meter cannot be read.
pub fn cannot(frame: &Frame<'_>, cannot: &Cannot<'_>) -> Page {
    cannot::page(frame, cannot, 200)
}

/// The question why the meter cannot be read, sent back without an answer.
pub fn cannot_refused(frame: &Frame<'_>, cannot: &Cannot<'_>) -> Page {
    cannot::page(frame, cannot, 422)
}

/// Asking a colleague.
///
/// **Shape.** `ask.mistake` is `None`: nothing was sent yet.
pub fn ask(frame: &Frame<'_>, ask: &Ask<'_>) -> Page {
    ask::page(frame, &Ask { typed: "", ..ask.clone() }, 200)
}

/// Asking a colleague, sent back: with what was typed, and what is wrong with it.
pub fn ask_refused(frame: &Frame<'_>, ask: &Ask<'_>) -> Page {
    ask::page(frame, ask, refusal(ask.mistake))
}

/// The account's overview, on which a colleague is asked for several addresses.
///
/// Whatever `overview` says was typed or chosen is left out: this is the page that a GET serves.
pub fn overview(frame: &Frame<'_>, overview: &Overview<'_>) -> Page {
    let mut empty = Overview { typed: "", mistake: None, ..overview.clone() };
    for address in &mut empty.addresses {
        address.choice = Chosen::No;
    }
    ask::overview(frame, &empty, 200)
}

/// The overview, sent back: with what was typed and chosen, and what is wrong with it.
pub fn overview_refused(frame: &Frame<'_>, overview: &Overview<'_>) -> Page {
    ask::overview(frame, overview, refusal(overview.mistake))
}

fn refusal(mistake: Option<AskMistake>) -> u16 {
    if mistake == Some(AskMistake::NoRoom) { 429 } else { 422 }
}

/// The addresses that a colleague was asked for, one to be chosen.
pub fn list(frame: &Frame<'_>, addresses: &[ListedAddress<'_>]) -> Page {
    list::page(frame, addresses)
}

/// The campaign opens on `day`.
pub fn not_open_yet(frame: &Frame<'_>, day: chrono::NaiveDate) -> Page {
    plain::not_open_yet(frame, day)
}

/// A form came before the campaign opens on `day`: nothing is stored; `typed` are its fields, kept to be
/// sent again.
pub fn not_open_yet_refused(
    frame: &Frame<'_>,
    day: chrono::NaiveDate,
    typed: &[(&str, &str)],
) -> Page {
    plain::not_open_yet_refused(frame, day, typed)
}

/// The invoice is being made again: nothing more is taken until it is.
pub fn correcting(frame: &Frame<'_>) -> Page {
    plain::correcting(frame)
}

/// A reading came while the invoice is being made again: nothing is stored; `typed` are the fields of
/// the form that came.
pub fn correcting_refused(frame: &Frame<'_>, typed: &[(&str, &str)]) -> Page {
    plain::correcting_refused(frame, typed)
}

/// The correction window is over.
pub fn closed(frame: &Frame<'_>) -> Page {
    plain::closed(frame)
}

/// The address is no longer asked.
pub fn ended(frame: &Frame<'_>, ended: Ended) -> Page {
    plain::ended(frame, ended)
}

/// Too many attempts; `typed` are the fields of the form that came.
pub fn too_many(frame: &Frame<'_>, typed: &[(&str, &str)]) -> Page {
    plain::too_many(frame, typed)
}

/// The store is away; `typed` are the fields of the form that came, empty for a GET.
pub fn try_later(frame: &Frame<'_>, typed: &[(&str, &str)]) -> Page {
    plain::try_later(frame, typed)
}

/// The one answer to every link that is not valid: the same bytes for every cause.
pub fn not_found(house: &House) -> Page {
    plain::not_found(house)
}

/// A request that is no form of ours.
pub fn broken(house: &House, language: Language, broken: Broken) -> Page {
    plain::broken(house, language, broken)
}

#[cfg(test)]
pub(crate) mod tests;
