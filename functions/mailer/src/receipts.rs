//! The receipt of what an account was told in a quarter of an hour.

use chrono::TimeDelta;

use cloud::Failure;
use domain::sending::Hour;
use views::mail::{ReceiptMail, StoredReading};

use crate::account::{Desk, Prepared, ReadyLetter};
use crate::estimated::values;

/// Decides what the receipt says: the readings stored in its quarter that still are the answer. One
/// that was corrected later has a receipt of its own.
pub(crate) async fn prepare(desk: &Desk<'_>, hour: Hour) -> Result<Prepared, Failure> {
    let Desk { app, send, records, .. } = *desk;
    let begin = hour.quarter(send.part);
    let quarter = begin..begin + TimeDelta::minutes(15);
    let mut readings = Vec::new();
    let mut campaign = None;
    for connection in &records.connections {
        for request in &connection.requests {
            let Some(answer) = &request.answer else { continue };
            let Some(number) = &answer.receipt else { continue };
            if !quarter.contains(&answer.at) {
                continue;
            }
            campaign = campaign.max(Some(request.campaign));
            readings.extend(values(connection, request).into_iter().map(|(register, value)| {
                StoredReading {
                    at: answer.at,
                    address: &connection.filed.connection.address,
                    meter: &request.meter,
                    register,
                    value,
                    number,
                }
            }));
        }
    }
    let Some(campaign) = campaign else { return Ok(Prepared::NothingToSay) };
    readings.sort_by_key(|reading| reading.at);
    if records.languages().is_empty() {
        return Ok(Prepared::NoRecipient);
    }
    let dates = app.dates(campaign).await?;
    let Some(part) = desk.division(|| Ok(desk.by_language())).await? else {
        return Ok(Prepared::NothingToSay);
    };
    let to = desk.recipients(part.language);
    if to.is_empty() {
        return Ok(Prepared::NoRecipient);
    }
    let id = send.id().to_string();
    let mail = views::mail::receipt(
        &app.house,
        &ReceiptMail {
            envelope: desk.envelope(&id, part.language, &to),
            customer: &records.account.number,
            correct_until: dates.deadline,
            readings,
        },
    );
    Ok(Prepared::Letter(Box::new(ReadyLetter { mail, to })))
}
