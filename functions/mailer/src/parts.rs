//! Who gets which part of a call or a reminder: one mail a language, several when it is too large.

use std::ops::Range;

use cloud::Failure;
use cloud::store::account::ConnectionRecords;
use cloud::store::sends::PartRecord;
use domain::campaign::{Dates, Wave};
use domain::id::CampaignNumber;
use domain::language::Language;
use views::mail::by_place;

use crate::account::{Desk, Prepared, ReadyLetter};
use crate::delegated;
use crate::render::Draft;

/// Decides what a call or a reminder says: the connections that a reading is missing of.
pub(crate) async fn prepare(
    desk: &Desk<'_>,
    campaign: CampaignNumber,
    wave: Wave,
    dates: &Dates,
) -> Result<Prepared, Failure> {
    let wanted = wanted(desk, campaign);
    if wanted.is_empty() {
        return Ok(Prepared::NothingToSay);
    }
    if is_last_reminder(wave, dates) {
        delegated::remind(desk, campaign, &wanted).await?;
    }
    let languages = desk.records.languages();
    if languages.is_empty() {
        return Ok(Prepared::NoRecipient);
    }
    let draft = Draft { desk, campaign, wave, dates };
    let part = desk.division(|| divide(&draft, &languages, &wanted)).await?;
    let Some(part) = part else { return Ok(Prepared::NothingToSay) };
    let of_part: Vec<&ConnectionRecords> = part
        .connections
        .iter()
        .filter_map(|number| {
            wanted.iter().copied().find(|one| one.filed.connection.number == *number)
        })
        .collect();
    if of_part.is_empty() {
        return Ok(Prepared::NothingToSay);
    }
    let to = desk.recipients(part.language);
    if to.is_empty() {
        return Ok(Prepared::NoRecipient);
    }
    let mail = draft.mail(&part, &of_part, &to)?;
    Ok(Prepared::Letter(Box::new(ReadyLetter { mail, to })))
}

fn is_last_reminder(wave: Wave, dates: &Dates) -> bool {
    matches!(wave, Wave::Reminder(number) if usize::from(number) >= dates.reminders_on.len())
}

/// The connections with a reading that a mail must ask for, in the order of a mail.
fn wanted<'a>(desk: &Desk<'a>, campaign: CampaignNumber) -> Vec<&'a ConnectionRecords> {
    let asks = |connection: &&ConnectionRecords| delegated::is_wanted(connection, campaign);
    let mut wanted: Vec<&ConnectionRecords> =
        desk.records.connections.iter().filter(asks).collect();
    wanted.sort_by(|a, b| {
        by_place(&a.filed.connection.address, &b.filed.connection.address)
            .then_with(|| a.filed.connection.number.cmp(&b.filed.connection.number))
    });
    wanted
}

/// One part a language, more where a mail would be too large: measured by encoding it.
fn divide(
    draft: &Draft<'_>,
    languages: &[Language],
    wanted: &[&ConnectionRecords],
) -> Result<Vec<PartRecord>, Failure> {
    let mut parts = Vec::new();
    for language in languages {
        let ranges: Vec<Range<usize>> = draft.ranges(*language, wanted)?;
        let of = u16::try_from(ranges.len()).unwrap_or(u16::MAX);
        for (number, range) in (1..).zip(ranges) {
            let connections = wanted.get(range).unwrap_or_default();
            let connections = connections.iter().map(|one| one.filed.connection.number.clone());
            parts.push(PartRecord {
                language: *language,
                connections: connections.collect(),
                number,
                of,
            });
        }
    }
    Ok(parts)
}
