//! The notice of what was estimated, while the reading can still be given.

use rust_decimal::Decimal;

use cloud::Failure;
use cloud::store::account::ConnectionRecords;
use domain::campaign::Dates;
use domain::estimate::sentence::Told;
use domain::id::CampaignNumber;
use domain::meter::Register;
use domain::request::{ReadingRequest, RequestState};
use links::link::Link;
use links::link_type::Submit;
use views::mail::{EstimatedAddress, EstimatedMail, EstimatedRegister, by_place};

use crate::account::{Desk, Prepared, ReadyLetter};

/// Decides what the notice says: what stands as an estimate now. A reading that came since is not
/// named.
pub(crate) async fn prepare(
    desk: &Desk<'_>,
    campaign: CampaignNumber,
    dates: &Dates,
) -> Result<Prepared, Failure> {
    let Desk { app, send, records, ring, .. } = *desk;
    let mut estimated: Vec<(&ConnectionRecords, Vec<EstimatedRegister<'_>>)> = records
        .connections
        .iter()
        .map(|connection| (connection, estimates(connection, campaign)))
        .filter(|(_, registers)| !registers.is_empty())
        .collect();
    if estimated.is_empty() {
        return Ok(Prepared::NothingToSay);
    }
    if records.languages().is_empty() {
        return Ok(Prepared::NoRecipient);
    }
    let Some(part) = desk.division(|| Ok(desk.by_language())).await? else {
        return Ok(Prepared::NothingToSay);
    };
    let to = desk.recipients(part.language);
    if to.is_empty() {
        return Ok(Prepared::NoRecipient);
    }
    estimated.sort_by(|(a, _), (b, _)| {
        by_place(&a.filed.connection.address, &b.filed.connection.address)
            .then_with(|| a.filed.connection.number.cmp(&b.filed.connection.number))
    });
    let key = ring.key::<Submit>();
    let link = |(one, _): &(&ConnectionRecords, _)| {
        key.link(&app.base, one.filed.subject, campaign, one.filed.generation)
    };
    let links: Vec<Link> = estimated.iter().map(link).collect();
    let id = send.id().to_string();
    let addresses = estimated.into_iter().zip(&links).map(|((connection, registers), link)| {
        let address = &connection.filed.connection.address;
        EstimatedAddress { address, registers, url: link.reveal() }
    });
    let model = EstimatedMail {
        envelope: desk.envelope(&id, part.language, &to),
        customer: &records.account.number,
        reference_date: dates.reference_date,
        invoice_on: dates.invoice_not_before,
        addresses: addresses.collect(),
    };
    let mail = views::mail::estimated(&app.house, &model);
    let mail = mail.map_err(|error| Failure::permanent(error.to_string()))?;
    Ok(Prepared::Letter(Box::new(ReadyLetter { mail, to })))
}

/// The registers of a connection whose reading is an estimate, with what was estimated and why.
fn estimates(
    connection: &ConnectionRecords,
    campaign: CampaignNumber,
) -> Vec<EstimatedRegister<'_>> {
    let estimated = |request: &&ReadingRequest| {
        request.campaign == campaign && request.state == RequestState::Estimated
    };
    let requests = connection.requests.iter().filter(estimated);
    requests
        .flat_map(|request| {
            let told = request.answer.as_ref().and_then(|answer| answer.told.as_ref());
            let mut told = told.map(Told::registers).unwrap_or_default();
            values(connection, request).into_iter().map(move |(register, value)| {
                let of_it = told.iter().position(|(name, _)| *name == register.name);
                let told = of_it.map(|at| told.swap_remove(at).1).unwrap_or_default();
                EstimatedRegister { register, value, told }
            })
        })
        .collect()
}

/// What a request was answered, by register.
pub(crate) fn values<'a>(
    connection: &'a ConnectionRecords,
    request: &'a ReadingRequest,
) -> Vec<(&'a Register, Decimal)> {
    let filed = connection.meters.iter().find(|filed| filed.meter.number == request.meter);
    let (Some(filed), Some(answer)) = (filed, &request.answer) else { return Vec::new() };
    let of = |register: &'a Register| {
        let found = answer.values.iter().find(|(name, _)| *name == register.name);
        found.map(|(_, value)| (register, *value))
    };
    filed.meter.registers.iter().filter_map(of).collect()
}
