//! The page of an address: the question, with what was typed and found so far.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use cloud::Error;
use domain::meter::{Meter, RegisterName};
use domain::reading::{Quality, Source};
use domain::request::{Answer as Answered, ReadingRequest, RequestState};
use views::page::{
    self, Asked, AskedMeter, AskedRegister, Finding, Likely, Origin, Previous, ReadOn, Received,
    Reported, Validity, field,
};

use crate::answer::Answer;
use crate::fields::Fields;
use crate::granted::Visit;
use crate::place::{Opening, Place, Standing, face};
use crate::route::PageName;

/// `GET /m/{token}`: whoever holds the link sees the question, and nothing is written.
pub(crate) async fn show(visit: &Visit<'_>) -> Result<Answer, Error> {
    let Some(place) = Place::of(visit).await? else {
        return Ok(visit.app.not_found("no-connection"));
    };
    let Standing::Asked(opening) = &place.standing else {
        return Ok(place.standing.answer(visit));
    };
    let mut sight = Sight::of(visit, &place, opening);
    sight.declined = visit.has_declined().await?;
    let path = visit.granted.path();
    let page = page::question(&visit.frame(path), &sight.asked(&Notes::default()));
    Ok(Answer::page(page, "question"))
}

/// What the page of an address that is asked shows.
#[derive(Debug)]
pub(crate) struct Sight<'a> {
    place: &'a Place,
    opening: &'a Opening,
    /// In the order of the form.
    meters: Vec<MeterSight<'a>>,
    /// Where "I cannot read the meter" leads.
    cannot: Option<String>,
    /// Where "ask a colleague" leads; a colleague who was asked cannot ask on.
    ask: Option<String>,
    /// Where the addresses are listed of which this is one.
    list: Option<String>,
    /// Whether a colleague said that the address is not theirs.
    declined: bool,
}

/// What the page shows of one meter.
#[derive(Debug)]
struct MeterSight<'a> {
    position: usize,
    meter: &'a Meter,
    request: &'a ReadingRequest,
    /// The path of its receipt, if it was answered.
    receipt: Option<String>,
}

/// What came with a POST, and what was found in it.
#[derive(Debug, Default)]
pub(crate) struct Notes<'a> {
    /// What was typed.
    pub(crate) fields: Option<&'a Fields>,
    /// What is to be said about it, by the position of the meter and the name of the register.
    pub(crate) findings: BTreeMap<(usize, RegisterName), Finding>,
    /// The readings that the findings compare with, where the question shows another one.
    pub(crate) compared: BTreeMap<(usize, RegisterName), Previous>,
    /// The likely mistakes behind values that are asked about.
    pub(crate) likely: BTreeMap<(usize, RegisterName), Likely>,
    /// The first day that would do, where the day of the reading is refused.
    pub(crate) day_refused: Option<NaiveDate>,
}

impl<'a> Sight<'a> {
    pub(crate) fn of(visit: &Visit<'_>, place: &'a Place, opening: &'a Opening) -> Self {
        let receipt = |request: &ReadingRequest| {
            let number = answered(request)?.receipt.clone()?;
            Some(visit.granted.path_of(&PageName::Receipt(number)))
        };
        let asked = place.asked(visit.campaign()).into_iter().enumerate();
        let meters: Vec<_> = asked
            .map(|(position, (meter, request))| {
                let receipt = receipt(request);
                MeterSight { position, meter, request, receipt }
            })
            .collect();
        let open = meters.iter().any(|sight| sight.request.state == RequestState::Open);
        let cannot = open.then(|| visit.granted.path_of(&PageName::Cannot));
        let ask = (!visit.is_by_colleague()).then(|| visit.granted.path_of(&PageName::Ask));
        let list = visit.granted.list().map(str::to_owned);
        Self { place, opening, meters, cannot, ask, list, declined: false }
    }

    /// The model of the page.
    pub(crate) fn asked<'s>(&'s self, notes: &'s Notes<'_>) -> Asked<'s> {
        let text = |name: &str| notes.fields.map_or("", |fields| fields.text(name));
        let wanted = |sight: &MeterSight<'_>| sight.request.obstacle.is_none();
        Asked {
            address: &self.place.records.filed.connection.address,
            meters: self.meters.iter().map(|sight| self.meter(sight, notes)).collect(),
            reference_date: self.opening.dates.reference_date,
            deadline: self.opening.dates.deadline,
            readable_from: notes.day_refused.unwrap_or_else(|| self.opening.readable_from()),
            stage: self.opening.stage,
            read_on: ReadOn {
                day: text(field::DAY),
                month: text(field::MONTH),
                year: text(field::YEAR),
                validity: match notes.day_refused {
                    Some(_) => Validity::Refused,
                    None => Validity::Valid,
                },
            },
            obstacle: if self.meters.iter().all(wanted) && !self.declined {
                Reported::Nothing
            } else {
                Reported::Obstacle
            },
            cannot: self.cannot.as_deref(),
            ask: self.ask.as_deref(),
            list: self.list.as_deref(),
        }
    }

    fn meter<'s>(&'s self, sight: &'s MeterSight<'_>, notes: &'s Notes<'_>) -> AskedMeter<'s> {
        let MeterSight { position, meter, request, receipt } = sight;
        let position = *position;
        let commodity = self.place.records.filed.connection.supply.commodity;
        let registers = meter.registers.iter().map(|register| {
            let name = field::reading(position, &register.name);
            let at = (position, register.name.clone());
            let compared = notes.compared.get(&at).copied();
            AskedRegister {
                register,
                face: face(commodity, register),
                previous: compared.or_else(|| previous(request, &register.name)),
                typed: notes.fields.map_or("", |fields| fields.text(&name)),
                finding: notes.findings.get(&at).cloned(),
                likely: notes.likely.get(&at).cloned(),
            }
        });
        let received = answered(request).map(|answer| Received {
            at: answer.at,
            values: meter
                .registers
                .iter()
                .filter_map(|register| value_of(answer, &register.name))
                .collect(),
            receipt: receipt.as_deref(),
        });
        AskedMeter {
            number: &meter.number,
            commodity,
            revision: request.revision,
            exchanged_on: self.exchanged_on(meter, request),
            received,
            registers: registers.collect(),
        }
    }

    /// The day `meter` came in the place of another one, if nothing was read on it since.
    fn exchanged_on(&self, meter: &Meter, request: &ReadingRequest) -> Option<NaiveDate> {
        let unread = request.before.iter().all(|before| before.on <= meter.installed_on);
        let replaced = |other: &Meter| {
            other.number != meter.number
                && other.removed_on.is_some_and(|removed| removed <= meter.installed_on)
        };
        let replaces = self.place.records.meters.iter().any(|filed| replaced(&filed.meter));
        (unread && replaces).then_some(meter.installed_on)
    }
}

/// What a person sent for a request; an estimate is no answer of a person, invoiced or not.
pub(crate) fn answered(request: &ReadingRequest) -> Option<&Answered> {
    match request.state {
        RequestState::Answered | RequestState::Correcting => request.answer.as_ref(),
        RequestState::Invoiced => {
            request.answer.as_ref().filter(|answer| answer.source != Source::Estimated)
        }
        RequestState::Open | RequestState::Estimated | RequestState::Ended => None,
    }
}

/// What an answer says of a register.
pub(crate) fn value_of(
    answer: &Answered,
    register: &RegisterName,
) -> Option<rust_decimal::Decimal> {
    answer.values.iter().find(|(name, _)| name == register).map(|(_, value)| *value)
}

/// What a register showed before the campaign.
fn previous(request: &ReadingRequest, register: &RegisterName) -> Option<Previous> {
    let before = request.before.iter().find(|before| before.register == *register)?;
    let origin = match (before.quality, before.source) {
        (Quality::Estimated, _) | (_, Source::Estimated) => Origin::Estimated,
        (_, Source::Installed) => Origin::Installed,
        (Quality::Actual | Quality::Confirmed | Quality::Prorated, _) => Origin::Read,
    };
    Some(Previous { on: before.on, value: before.value, origin })
}
