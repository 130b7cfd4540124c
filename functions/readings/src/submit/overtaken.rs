//! What came between showing a form and storing its answer.

use std::collections::BTreeMap;

use domain::entry::parse_reading;
use domain::id::CampaignNumber;
use domain::judge::{Judged, JudgedMeter};
use domain::meter::{Register, RegisterName};
use domain::request::{Answer, RequestState};
use views::page::{Doubt, Finding, field};

use crate::address::{answered, value_of};
use crate::fields::Fields;
use crate::place::{Place, red_wheels};

/// What an accepted form is beside what is stored by now.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Overtaken {
    /// Somebody else sent the same values: this is their receipt.
    Same(Option<String>),
    /// Somebody else sent other values; both are shown.
    Conflict(BTreeMap<(usize, RegisterName), Finding>),
    /// What is left of it can be stored, with the revisions that hold now.
    StoreAgain(Judged),
}

/// Compares `judged` with the answers of `place`, which was read after it was overtaken.
pub(super) fn compare(mut judged: Judged, place: &Place, campaign: CampaignNumber) -> Overtaken {
    let asked = place.asked(campaign);
    let mut findings = BTreeMap::new();
    let mut receipt = None;
    judged.meters.retain_mut(|meter| {
        let Some((_, request)) = asked.iter().find(|(_, one)| one.meter == meter.number) else {
            return false;
        };
        if request.revision == meter.revision {
            return true;
        }
        let Some(answer) = answered(request) else {
            // an estimate: it is what the reading replaces
            meter.revision = request.revision;
            return true;
        };
        let conflicts = conflicts(meter, answer);
        if conflicts.is_empty() {
            receipt = receipt.take().or_else(|| answer.receipt.clone());
            return false;
        }
        findings.extend(conflicts);
        true
    });
    if !findings.is_empty() {
        Overtaken::Conflict(findings)
    } else if judged.meters.is_empty() {
        Overtaken::Same(receipt)
    } else {
        Overtaken::StoreAgain(judged)
    }
}

/// The receipt of a form whose values are those that started a correction: it came once more, or
/// somebody else sent the same.
pub(super) fn started_correction(
    fields: &Fields,
    place: &Place,
    campaign: CampaignNumber,
) -> Option<String> {
    let commodity = place.records.filed.connection.supply.commodity;
    let meters = place.records.meters.iter().map(|filed| &filed.meter);
    let mut receipt = None;
    for position in 0..place.records.meters.len() {
        let Some(number) = fields.get(&field::meter(position)) else { continue };
        let typed = |register: &Register| fields.text(&field::reading(position, &register.name));
        let meter = meters.clone().find(|meter| meter.number.as_str() == number)?;
        if meter.registers.iter().all(|register| typed(register).trim().is_empty()) {
            continue;
        }
        let request = place.records.request(campaign, &meter.number)?;
        let answer = answered(request).filter(|_| request.state == RequestState::Correcting)?;
        let is_answer = |register: &Register| {
            let red = red_wheels(commodity, register);
            let entry = parse_reading(typed(register), register, red).ok();
            entry.map(|entry| entry.value) == value_of(answer, &register.name)
        };
        if !meter.registers.iter().all(is_answer) {
            return None;
        }
        receipt.clone_from(&answer.receipt);
    }
    receipt
}

fn conflicts(meter: &JudgedMeter, answer: &Answer) -> Vec<((usize, RegisterName), Finding)> {
    let registers = meter.registers.iter();
    registers
        .filter_map(|register| {
            let value = value_of(answer, &register.register)?;
            (value != register.value).then(|| {
                let doubt = Doubt::Conflict { at: answer.at, value };
                ((meter.position, register.register.clone()), Finding::Doubtful(doubt))
            })
        })
        .collect()
}
