//! Taking in events: a row learns what is proven about it, a recipient that it cannot be mailed.
//!
//! Recipients are written before the row: whatever breaks between them, the event comes again and
//! finds the row as it was.

use std::collections::BTreeMap;

use cloud::event::{Batch, Failures, Record};
use cloud::mail_event::{Happened, MailEvent};
use cloud::store::sends::Send;
use cloud::{Error, Failure};
use domain::account::{Recipient, RecipientState};
use domain::sending::outcome::RECIPIENTS;
use domain::sending::{Outcome, Part, Proof, Scope, SendId, SendState};

use crate::App;

/// So many rows are read in one call.
const ROWS: usize = 100;

/// So many times a row that changes under our hands is read again.
const ATTEMPTS: usize = 5;

/// An event and the message that brought it.
struct Told<'a> {
    event: MailEvent,
    record: &'a Record,
}

/// Takes in a batch; those messages that must come again.
pub(crate) async fn batch(app: &App, batch: &Batch) -> Failures {
    let mut failures = Failures::default();
    let mut by_row: BTreeMap<(Scope, SendId), Vec<Told<'_>>> = BTreeMap::new();
    let mut foreign = 0_u64;
    for record in &batch.records {
        match MailEvent::read(&record.body) {
            Ok(Some(event)) => {
                by_row.entry((event.scope, event.send)).or_default().push(Told { event, record });
            }
            Ok(None) => foreign += 1,
            Err(failure) => {
                tracing::error!(kind = failure.kind().as_str(), %failure, "an event was not read");
                failures.add(record);
            }
        }
    }
    let wanted: Vec<(Scope, SendId)> = by_row.keys().copied().collect();
    let mut rows = BTreeMap::new();
    for wanted in wanted.chunks(ROWS) {
        match app.store.some_sends(wanted).await {
            Ok(found) => rows.extend(found.into_iter().map(|row| ((row.scope, row.id()), row))),
            Err(error) => {
                let failure = Failure::from(error);
                tracing::error!(kind = failure.kind().as_str(), %failure, "rows were not read");
                for told in wanted.iter().filter_map(|row| by_row.remove(row)).flatten() {
                    failures.add(told.record);
                }
            }
        }
    }
    let mut changed = 0_u64;
    for (key, told) in &by_row {
        match learn(app, *key, rows.remove(key), told).await {
            Ok(Learned::Something) => changed += 1,
            Ok(Learned::Nothing) => {}
            Ok(Learned::Foreign) => foreign += 1,
            Err(failure) => {
                tracing::error!(kind = failure.kind().as_str(), %failure, "an event was not noted");
                for told in told {
                    failures.add(told.record);
                }
            }
        }
    }
    tracing::info!(events = batch.records.len(), changed, foreign, "events were taken in");
    failures
}

/// Whether the events of a row said anything new.
enum Learned {
    Something,
    Nothing,
    /// There is no such row.
    Foreign,
}

/// Notes what is told of the row at `key`; `row` is how it was a moment ago, if it was there.
async fn learn(
    app: &App,
    (scope, send): (Scope, SendId),
    row: Option<Send>,
    told: &[Told<'_>],
) -> Result<Learned, Failure> {
    // An attempt that the row does not know of may be newer than what was read: nothing is dropped
    // before the row was read as it is.
    let attempt = told.iter().map(|told| told.event.attempt).max().unwrap_or_default();
    let row = match row.filter(|row| row.attempts >= attempt) {
        Some(row) => Some(row),
        None => app.store.send(&scope, send).await?,
    };
    let Some(mut row) = row else { return Ok(Learned::Foreign) };
    for _ in 0..ATTEMPTS {
        let known = row.proof();
        let add =
            |proof: Proof, told: &Told<'_>| proof.with(&told.event.evidence()).unwrap_or(proof);
        let proof = told.iter().fold(known, add);
        if proof == known {
            return Ok(Learned::Nothing);
        }
        if proof.is_twice() && !known.is_twice() {
            tracing::error!(scope = %row.scope, send = %row.id(), "a mail was sent twice");
        }
        let raised: Vec<&Happened> = told
            .iter()
            .flat_map(|told| &told.event.happened)
            .filter(|happened| rises(happened, &known))
            .collect();
        at_recipients(app, &row, &raised, &proof).await?;
        if let Some(carried) = row.invoice.as_ref().filter(|_| known.proven == 0) {
            app.store.issue(&row.account, carried).await?;
        }
        let message = told.first().map(|told| told.event.message.as_str()).unwrap_or_default();
        if app.store.prove(&row, &proof, message).await? {
            return Ok(Learned::Something);
        }
        let Some(again) = app.store.send(&row.scope, row.id()).await? else {
            return Ok(Learned::Nothing);
        };
        row = again;
    }
    Err(Error::Throttled { operation: "a row of the ledger" }.into())
}

/// Whether `happened` is worse than what is known of its recipient.
fn rises(happened: &Happened, known: &Proof) -> bool {
    let known = known.outcomes.get(happened.place).copied().flatten();
    Some(happened.outcome) > known
}

/// Has the account know what its mail programs said; an account that nobody can mail any more, and
/// that this mail reached at nobody, is written to on paper.
async fn at_recipients(
    app: &App,
    row: &Send,
    raised: &[&Happened],
    proof: &Proof,
) -> Result<(), Failure> {
    let mut undelivered = false;
    let mut usable = false;
    for place in 0..RECIPIENTS {
        let mut found: Option<Recipient> = None;
        for happened in raised {
            let Some(address) = &happened.address else { continue };
            let state = match happened.outcome {
                Outcome::Delayed | Outcome::Delivered => continue,
                Outcome::TransientBounce => {
                    let bounced =
                        app.store.bounced_for_now(&row.account, place, address, row.scope).await?;
                    found = bounced.or(found);
                    undelivered = true;
                    continue;
                }
                Outcome::PermanentBounce => RecipientState::Bounced,
                Outcome::Suppressed => RecipientState::Suppressed,
                Outcome::Complained => RecipientState::Complained,
            };
            undelivered |= !happened.outcome.has_arrived();
            found = app.store.refuse(&row.account, place, address, state).await?.or(found);
        }
        usable |= found.is_some_and(|recipient| recipient.state == RecipientState::Ok);
    }
    // Whoever has this mail, or called it unwanted, is written to on paper from the next wave on.
    let arrived = proof.outcomes.iter().flatten().any(|outcome| outcome.has_arrived());
    if usable || arrived || !undelivered {
        return Ok(());
    }
    if let Scope::Invoices(_) = row.scope {
        app.store.post(row).await?;
    }
    if let Scope::Wave { .. } = row.scope {
        let first =
            Send::planned(row.scope, row.account.clone(), Part::POST, row.planned_at, row.ttl);
        let row =
            Send { state: SendState::Post, why: Some("nobody can be mailed".into()), ..first };
        app.store.post(&row).await?;
        app.store.plan(&row).await?;
    }
    Ok(())
}
