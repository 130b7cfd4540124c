//! *Ontvangstbevestiging*: what was stored, where the link is.

use cloud::Error;
use cloud::store::account::ConnectionRecords;
use cloud::store::submission::{Receipt, ReceiptMeter};
use domain::reading::Source;
use domain::receipt::ReceiptNumber;
use views::page::{self, Next, ReceivedMeter, ReceivedRegister, Stage, Via};

use crate::answer::Answer;
use crate::granted::Visit;
use crate::place::{Opening, Place, Standing};
use crate::route::PageName;

/// `GET /m/{token}/r-{number}`: the receipt, if it is of this link's address and campaign.
pub(crate) async fn show(visit: &Visit<'_>, number: &str) -> Result<Answer, Error> {
    let of_this_campaign = |number: &ReceiptNumber| number.campaign() == visit.campaign();
    let Some(number) = ReceiptNumber::parse(number).filter(of_this_campaign) else {
        return Ok(visit.app.not_found("no-receipt"));
    };
    let (account, connection) = (&visit.linked.account, &visit.linked.connection);
    let Some(receipt) = visit.app.store.receipt(account, connection, number).await? else {
        return Ok(visit.app.not_found("no-receipt"));
    };
    let Some(place) = Place::of(visit).await? else {
        return Ok(visit.app.not_found("no-connection"));
    };
    let path = visit.granted.path();
    let next = match &place.standing {
        Standing::Asked(Opening { stage: Stage::InTime | Stage::Late, .. }) => Next::Change(path),
        Standing::Asked(Opening { stage: Stage::Invoiced, .. }) => Next::Correct(path),
        Standing::Correcting => Next::NewInvoice,
        Standing::NotOpenYet(_) | Standing::Closed | Standing::Ended(_) => Next::Nothing,
    };
    let number = number.to_string();
    let model = page::Receipt {
        number: &number,
        address: &place.records.filed.connection.address,
        received_at: receipt.at,
        read_on: receipt.on,
        via: via(&receipt),
        meters: receipt.meters.iter().filter_map(|meter| received(&place.records, meter)).collect(),
        replaces: receipt.meters.iter().find_map(|meter| meter.replaces.as_deref()),
        next,
        list: visit.granted.list(),
    };
    let path = visit.granted.path_of(&PageName::Receipt(number.clone()));
    Ok(Answer::page(page::receipt(&visit.frame(&path), &model), "receipt"))
}

fn via(receipt: &Receipt) -> Via {
    if receipt.source == Source::Colleague { Via::Colleague } else { Via::Customer }
}

fn received<'a>(
    records: &'a ConnectionRecords,
    received: &'a ReceiptMeter,
) -> Option<ReceivedMeter<'a>> {
    let mut meters = records.meters.iter().map(|filed| &filed.meter);
    let meter = meters.find(|meter| meter.number == received.number)?;
    let registers = received.registers.iter().filter_map(|stored| {
        let register = meter.registers.iter().find(|register| register.name == stored.name)?;
        Some(ReceivedRegister { register, value: stored.value, kept: stored.kept })
    });
    Some(ReceivedMeter {
        number: &meter.number,
        new_number: received.new_number.as_ref(),
        commodity: records.filed.connection.supply.commodity,
        registers: registers.collect(),
    })
}
