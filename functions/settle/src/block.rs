//! A block of accounts: their years are settled, and what may gets its number, in one transaction.
//!
//! Whoever is held or refused is stored as that and gets none; the others go on. What has its number
//! keeps it, so a message that comes again only wakes `invoices` again, for what has no documents.

use chrono::{DateTime, Utc};

use cloud::event::{BlockMessage, InvoiceMessage, VERSION};
use cloud::store::billing::{Invoice, InvoiceHead};
use cloud::store::numbering::{Numbered, Refused, Takes};
use cloud::{Error, Failure};
use domain::invoice::{InvoiceKind, InvoiceNumber, InvoiceState, Sequence, Series};
use domain::invoicing::progress::SettlementState;

use crate::account::{Made, Ready, made};
use crate::gather::Closed;
use crate::{App, gather};

/// So many times somebody else may be faster.
const ATTEMPTS: u32 = 8;

/// Settles the accounts of a block.
///
/// **Errors.** The message must come again; what got its number before keeps it.
pub(crate) async fn settle(
    app: &App,
    message: &BlockMessage,
    now: DateTime<Utc>,
) -> Result<(), Failure> {
    let campaign = message.campaign;
    let dates = app.store.campaign(campaign).await?.progress.dates;
    let dates = dates.ok_or_else(|| Failure::permanent("a campaign that was never opened"))?;
    let closed = Closed::read(app, campaign, &dates).await?;
    let snapshot = gather::snapshot(app, &closed).await?;
    for attempt in 0..ATTEMPTS {
        let mut ready = Vec::new();
        let mut numbers = Vec::new();
        for account in &message.accounts {
            for made in made(app, (&closed, &snapshot), account, (message.on, now)).await? {
                match made {
                    Made::Numbered(number) => numbers.push(number),
                    Made::Kept | Made::Waiting => {}
                    Made::Ready(one) => ready.push(*one),
                }
            }
        }
        match numbered(app, ready).await? {
            Block::Numbered(more) => {
                numbers.extend(more);
                let message = |number| InvoiceMessage { v: VERSION, number };
                let messages: Vec<InvoiceMessage> = numbers.into_iter().map(message).collect();
                app.invoices.send(&messages, 0).await?;
                return Ok(());
            }
            Block::Stale => app.store.pause(attempt).await?,
        }
    }
    Err(Error::Throttled { operation: "invoice numbers" }.into())
}

/// What became of a block.
enum Block {
    /// All of it has its numbers.
    Numbered(Vec<InvoiceNumber>),
    /// Something of it changed since it was read.
    Stale,
}

/// Gives every settlement its number, as many in a transaction as one holds.
async fn numbered(app: &App, ready: Vec<Ready>) -> Result<Block, Failure> {
    let mut numbers = Vec::new();
    for block in divided(ready) {
        match transaction(app, block).await? {
            Block::Numbered(more) => numbers.extend(more),
            Block::Stale => return Ok(Block::Stale),
        }
    }
    Ok(Block::Numbered(numbers))
}

/// Divides what is ready into what one transaction holds each. What no transaction holds beside another
/// has one of its own.
fn divided(ready: Vec<Ready>) -> Vec<Vec<Ready>> {
    let mut blocks: Vec<Vec<Ready>> = Vec::new();
    let mut taken = Takes::default();
    for one in ready {
        if let (Some(block), Some(more)) = (blocks.last_mut(), taken.and(one.takes())) {
            taken = more;
            block.push(one);
        } else {
            taken = one.takes();
            blocks.push(vec![one]);
        }
    }
    blocks
}

/// Gives the settlements of one transaction their numbers, which begin behind those that the series
/// has allotted.
async fn transaction(app: &App, mut block: Vec<Ready>) -> Result<Block, Failure> {
    let Some(on) = block.first().map(|ready| ready.case.invoice.date) else {
        return Ok(Block::Numbered(Vec::new()));
    };
    for ready in block.iter_mut().filter(|ready| ready.is_too_large()) {
        let requests = std::mem::take(&mut ready.requests);
        match app.store.invoice_requests(&ready.settlement, &requests).await {
            Ok(()) => {}
            Err(Error::Conflict { .. }) => return Ok(Block::Stale),
            Err(error) => return Err(error.into()),
        }
    }
    for attempt in 0..ATTEMPTS {
        let allotted = app.store.allotted(on, Series::ANNUAL).await?;
        let mut entries = Vec::with_capacity(block.len());
        for (place, ready) in (1..).zip(&block) {
            entries.push(with_number(ready, allotted, place)?);
        }
        match app.store.number((on, Series::ANNUAL), allotted, &entries).await {
            Ok(()) => {
                tracing::info!(invoices = entries.len(), "a block got its numbers");
                let number = |entry: Numbered| entry.invoice.head.number;
                return Ok(Block::Numbered(entries.into_iter().map(number).collect()));
            }
            Err(Refused::Series) => app.store.pause(attempt).await?,
            Err(Refused::Stale) => return Ok(Block::Stale),
            Err(Refused::Failed(error)) => return Err(error.into()),
        }
    }
    Err(Error::Throttled { operation: "invoice numbers" }.into())
}

/// A settlement with the number at `place`, from 1, behind the `allotted` ones.
fn with_number(ready: &Ready, allotted: u32, place: u32) -> Result<Numbered, Failure> {
    let mut case = ready.case.clone();
    let last = || Failure::permanent("the series of annual invoices has no number left");
    let sequence = Sequence::new(i64::from(allotted) + i64::from(place)).ok_or_else(last)?;
    case.invoice.sequence = sequence;
    let on = case.invoice.date;
    let number = InvoiceNumber::allot(on, case.invoice.series, sequence).ok_or_else(last)?;
    let unwritable = |error: serde_json::Error| Failure::permanent(error.to_string());
    let written = serde_json::to_string(&case).map_err(unwritable)?;
    let mut settlement = ready.settlement.clone();
    settlement.state = SettlementState::Numbered;
    settlement.number = Some(number.clone());
    settlement.invoice = Some(InvoiceState::Numbered);
    let head = InvoiceHead {
        number,
        kind: InvoiceKind::Annual,
        account: settlement.account.clone(),
        campaign: settlement.campaign,
        document: settlement.document.clone(),
        on,
        payable: ready.payable,
        rules: case.rules,
        tariff: case.tariff.version.clone(),
    };
    let invoice = Invoice { head, case: written };
    let (requests, counted_on) = (ready.requests.clone(), ready.counted_on.clone());
    Ok(Numbered { settlement, invoice, requests, counted_on })
}
