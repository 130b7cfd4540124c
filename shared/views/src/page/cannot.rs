//! The question why a meter cannot be read.

use askama::Template;

use domain::address::Address;
use domain::meter::MeterNumber;
use domain::quantity::Commodity;

use crate::texts::Texts;

use super::doubt::Offer;
use super::form::Mistake;
use super::layout::{self, Layout, Tone};
use super::words::{self, Place};
use super::{Frame, Page, field};

/// The question why a meter of an address cannot be read.
#[derive(Clone, Debug)]
pub struct Cannot<'a> {
    /// The *leveringsadres*.
    pub address: &'a Address,
    /// Its meters, in the order of the form; of several the page asks which.
    pub meters: Vec<CannotMeter<'a>>,
    /// The path of the address's page.
    pub back: &'a str,
}

/// One meter of the address.
#[derive(Clone, Copy, Debug)]
pub struct CannotMeter<'a> {
    /// As printed on it.
    pub number: &'a MeterNumber,
    /// What it measures.
    pub commodity: Commodity,
}

/// *Melding*: what a person reports instead of a reading, by the value of its radio button.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// The window is fogged or broken.
    Unreadable,
    /// Nobody can get to it.
    Unreachable,
    /// Nobody knows where it is.
    NotFound,
    /// The meter that hangs there has another number.
    OtherNumber,
    /// The link came to the wrong person.
    NotMyAddress,
}

impl Obstacle {
    /// Every obstacle, in the order of the page.
    pub const ALL: [Self; 5] = [
        Self::Unreadable,
        Self::Unreachable,
        Self::NotFound,
        Self::OtherNumber,
        Self::NotMyAddress,
    ];

    /// As the form sends it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::Unreachable => "unreachable",
            Self::NotFound => "not-found",
            Self::OtherNumber => "other-number",
            Self::NotMyAddress => "not-my-address",
        }
    }

    /// Reads what a form sent.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|obstacle| obstacle.as_str() == text)
    }
}

impl From<Obstacle> for domain::request::Obstacle {
    fn from(obstacle: Obstacle) -> Self {
        match obstacle {
            Obstacle::Unreadable => Self::Unreadable,
            Obstacle::Unreachable => Self::Unreachable,
            Obstacle::NotFound => Self::NotFound,
            Obstacle::OtherNumber => Self::OtherNumber,
            Obstacle::NotMyAddress => Self::NotMyAddress,
        }
    }
}

#[derive(Template)]
#[template(path = "page/cannot.html")]
struct CannotPage<'a> {
    layout: Layout<'a>,
    action: String,
    place: Place,
    errors: Vec<Mistake>,
    error: Option<String>,
    meters: Vec<MeterOffer>,
    choices: Vec<Offer>,
    back: String,
}

struct MeterOffer {
    value: String,
    label: String,
}

pub(super) fn page(frame: &Frame<'_>, cannot: &Cannot<'_>, status: u16) -> Page {
    let texts = Texts::of(frame.language);
    let label = |meter: &CannotMeter<'_>| words::meter_label(texts, meter.commodity, meter.number);
    let only = match cannot.meters.as_slice() {
        [meter] => Some(label(meter)),
        _ => None,
    };
    let error = (status == 422).then(|| texts.say("err-choose"));
    let errors = error
        .iter()
        .map(|text| Mistake { field: field::WHY.to_owned(), text: text.clone() })
        .collect();
    let tone = if error.is_some() { Tone::Mistake } else { Tone::Plain };
    let meters = cannot.meters.iter().enumerate();
    let page = CannotPage {
        layout: Layout::new(frame, &texts.say("cannot"), tone),
        action: frame.in_language(frame.path),
        place: Place::new(cannot.address, only),
        errors,
        error,
        meters: meters
            .map(|(position, meter)| MeterOffer {
                value: field::concerned(position),
                label: label(meter),
            })
            .collect(),
        choices: Obstacle::ALL
            .map(|obstacle| Offer {
                value: obstacle.as_str(),
                label: texts.say(&format!("cannot-{}", obstacle.as_str())),
            })
            .into(),
        back: frame.in_language(cannot.back),
    };
    layout::page(status, frame.language, &page)
}
