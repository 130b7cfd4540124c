//! Who gets which part of an account's mail: one mail a language, several when it is too large.

use std::ops::Range;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use cloud::Failure;
use cloud::event::{MailMessage, VERSION};
use cloud::store::account::{AccountRecords, ConnectionRecords};
use cloud::store::sends::{PartRecord, Send};
use domain::account::{MailAddress, RecipientState};
use domain::language::Language;
use domain::request::ReadingRequest;
use domain::sending::{Part, SendId};
use links::ring::KeyRing;
use views::mail::by_place;

use crate::App;
use crate::render;

/// What is to be done with a claimed mail.
pub(crate) enum Prepared {
    /// It goes out.
    Letter(Box<ReadyLetter>),
    /// Every reading that it would name is there.
    NothingMissing,
    /// Nobody can be mailed.
    NoRecipient,
}

/// A rendered mail and who gets it.
pub(crate) struct ReadyLetter {
    /// The mail.
    pub(crate) mail: views::mail::Mail,
    /// Its recipients: all of one language.
    pub(crate) to: Vec<MailAddress>,
}

/// Decides what the claimed `send` says, from what is true now.
///
/// The first part fixes how the account is divided, plans the other parts and queues them; a part
/// never takes over addresses of another.
pub(crate) async fn prepare(
    app: &App,
    send: &Send,
    records: &AccountRecords,
    ring: &Arc<KeyRing>,
    now: DateTime<Utc>,
) -> Result<Prepared, Failure> {
    let campaign = send.scope.campaign;
    let wanted = wanted(records, send);
    if wanted.is_empty() {
        return Ok(Prepared::NothingMissing);
    }
    let languages = records.languages();
    if languages.is_empty() {
        return Ok(Prepared::NoRecipient);
    }
    let dates = app.store.campaign(campaign).await?.progress.dates;
    let dates = dates.ok_or_else(|| Failure::retryable("the campaign is not open"))?;
    let draft = render::Draft { app, send, records, ring, dates: &dates, now };
    let parts = match fixed_parts(app, send).await? {
        Some(parts) => parts,
        None => divide(&draft, &languages, &wanted)?,
    };
    if send.part == Part::FIRST && parts.len() > 1 && send.parts.is_empty() {
        app.store.fix_parts(send, &parts).await?;
        plan_children(app, send, parts.len(), now).await?;
    }
    let place = match send.part {
        // a joiner's mail carries its own division
        part if part != Part::FIRST && !send.parts.is_empty() => 0,
        part => usize::from(part.get()).saturating_sub(1),
    };
    let Some(part) = parts.get(place) else { return Ok(Prepared::NothingMissing) };
    let of_part: Vec<&ConnectionRecords> = part
        .connections
        .iter()
        .filter_map(|number| {
            wanted.iter().copied().find(|one| one.filed.connection.number == *number)
        })
        .collect();
    if of_part.is_empty() {
        return Ok(Prepared::NothingMissing);
    }
    let to = recipients(records, part.language);
    if to.is_empty() {
        return Ok(Prepared::NoRecipient);
    }
    let mail = draft.mail(part, &of_part, &to)?;
    Ok(Prepared::Letter(Box::new(ReadyLetter { mail, to })))
}

/// The connections with a reading that a mail must ask for, in the order of a mail.
fn wanted<'a>(records: &'a AccountRecords, send: &Send) -> Vec<&'a ConnectionRecords> {
    let asks = |connection: &&ConnectionRecords| {
        let of_campaign = |request: &&ReadingRequest| request.campaign == send.scope.campaign;
        connection.requests.iter().filter(of_campaign).any(ReadingRequest::is_wanted)
    };
    let mut wanted: Vec<&ConnectionRecords> = records.connections.iter().filter(asks).collect();
    wanted.sort_by(|a, b| {
        by_place(&a.filed.connection.address, &b.filed.connection.address)
            .then_with(|| a.filed.connection.number.cmp(&b.filed.connection.number))
    });
    wanted
}

/// The recipients of one language that can be mailed, in their order.
pub(crate) fn recipients(records: &AccountRecords, language: Language) -> Vec<MailAddress> {
    let of_language = records.recipients.iter().filter(|recipient| {
        recipient.language == language && recipient.state == RecipientState::Ok
    });
    of_language.map(|recipient| recipient.address.clone()).collect()
}

/// How the account was divided when its first part was rendered, or a joiner's mail was planned;
/// `None` when that was not yet, or one part is all.
async fn fixed_parts(app: &App, send: &Send) -> Result<Option<Vec<PartRecord>>, Failure> {
    if send.part == Part::FIRST || !send.parts.is_empty() {
        return Ok(Some(send.parts.clone()).filter(|parts| !parts.is_empty()));
    }
    let first = SendId::of(&send.scope, &send.account, Part::FIRST);
    let first = app.store.send(&send.scope, first).await?;
    let parts = first.map(|first| first.parts).filter(|parts| !parts.is_empty());
    parts.map_or_else(
        || Err(Failure::permanent("a part of a mail that was not divided")),
        |parts| Ok(Some(parts)),
    )
}

/// One part a language, more where a mail would be too large: measured by encoding it.
fn divide(
    draft: &render::Draft<'_>,
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

/// Plans and queues the parts behind the first.
async fn plan_children(
    app: &App,
    send: &Send,
    parts: usize,
    now: DateTime<Utc>,
) -> Result<(), Failure> {
    let numbers = 2..=u16::try_from(parts).unwrap_or(u16::MAX);
    let mut messages = Vec::new();
    for part in numbers.filter_map(Part::new) {
        let child = Send::planned(send.scope, send.account.clone(), part, now);
        app.store.plan(&child).await?;
        let id = child.id().to_string();
        messages.push(MailMessage { v: VERSION, scope: send.scope, send: id, n: 1 });
    }
    app.mails.send(&messages, 0).await?;
    Ok(())
}
