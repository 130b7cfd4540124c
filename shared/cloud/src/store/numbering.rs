//! A block of accounts gets its invoice numbers: the series, every settlement, its invoice and its
//! requests in one transaction, so that a number is never given twice and none is left out.
//!
//! The keys are those of `store::billing` and, of requests, of `store::account`.

use std::time::Duration;

use aws_smithy_async::rt::sleep::AsyncSleep as _;
use chrono::NaiveDate;

use domain::invoice::Series;
use domain::invoicing::year::CountedOn;
use domain::request::{ReadingRequest, RequestState};

use crate::Error;
use crate::connect::Chance;

use super::account::request_key;
use super::billing::{Invoice, SettlementRecord, series_key};
use super::counted_on::{items_beside, put_beside};
use super::{Store, Write, item, n, s};

/// A transaction writes so many items at most: the limit of DynamoDB.
const MOST_ITEMS: usize = 100;

/// A transaction writes so many bytes at most: well below the 4 MB of DynamoDB.
const MOST_BYTES: usize = 2_000_000;

/// So many bytes the record of a reading that was counted on takes, at most.
const RECORD_BYTES: usize = 4_000;

/// A settlement that gets its number, and what it gets it with.
#[derive(Clone, Debug)]
pub struct Numbered {
    /// The settlement, in the state `Numbered` and with its number.
    pub settlement: SettlementRecord,
    /// Its invoice.
    pub invoice: Invoice,
    /// The requests whose readings it rests on, as they were read. Those of very large documents were
    /// ended before ([`Store::invoice_requests`]).
    pub requests: Vec<ReadingRequest>,
    /// How readings of its case were counted on from earlier ones.
    pub counted_on: Vec<CountedOn>,
}

/// What a settlement takes of a transaction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Takes {
    /// Items.
    pub items: usize,
    /// Bytes, at most.
    pub bytes: usize,
}

impl Takes {
    /// What a document with so many requests, a case of so many bytes and so many readings that were
    /// counted on takes.
    pub fn of(requests: usize, case: usize, counted_on: usize) -> Self {
        let items = requests.saturating_add(items_beside(counted_on)).saturating_add(2);
        let records = counted_on.saturating_mul(RECORD_BYTES);
        Self { items, bytes: case.saturating_add(records).saturating_add(4_096) }
    }

    /// Both, if one transaction holds them beside the series.
    pub fn and(self, more: Self) -> Option<Self> {
        let items = self.items.saturating_add(more.items);
        let bytes = self.bytes.saturating_add(more.bytes);
        (items < MOST_ITEMS && bytes <= MOST_BYTES).then_some(Self { items, bytes })
    }
}

/// Why a block got no numbers.
#[derive(Debug)]
pub enum Refused {
    /// Another block took numbers of the series, or was taking them: ask how many are allotted, number
    /// again.
    Series,
    /// A settlement got its number, or a reading came: make the block again.
    Stale,
    /// Anything else.
    Failed(Error),
}

impl Store {
    /// What has a request take no reading any more, if it still is as it was read.
    fn invoiced(&self, settlement: &SettlementRecord, request: &ReadingRequest) -> Write<'_> {
        Write::Update {
            table: &self.core,
            key: request_key(&settlement.account, request),
            change: "SET #state = :invoiced",
            condition: "revision = :shown AND #state = :state",
            names: vec![("#state", "state")],
            values: vec![
                (":invoiced", s(RequestState::Invoiced.as_str())),
                (":state", s(request.state.as_str())),
                (":shown", n(request.revision.get())),
            ],
        }
    }

    /// Stores a block of settlements with their numbers, which go on behind the `allotted` ones.
    ///
    /// **Errors.** [`Refused`]: nothing of the block was stored.
    pub async fn number(
        &self,
        (on, series): (NaiveDate, Series),
        allotted: u32,
        block: &[Numbered],
    ) -> Result<(), Refused> {
        let writes = self.numbering((on, series), allotted, block).map_err(Refused::Failed)?;
        match self.transact(writes).await {
            Ok(()) => Ok(()),
            Err(Error::Conflict { items }) if items == [0] => Err(Refused::Series),
            Err(Error::Conflict { .. }) => Err(Refused::Stale),
            Err(Error::Throttled { .. }) => Err(Refused::Series),
            Err(error) => Err(Refused::Failed(error)),
        }
    }

    fn numbering(
        &self,
        (on, series): (NaiveDate, Series),
        allotted: u32,
        block: &[Numbered],
    ) -> Result<Vec<aws_sdk_dynamodb::types::TransactWriteItem>, Error> {
        let more = u32::try_from(block.len()).unwrap_or(u32::MAX);
        let condition = if allotted == 0 {
            "attribute_not_exists(allotted) OR allotted = :allotted"
        } else {
            "allotted = :allotted"
        };
        let mut writes = vec![Write::Update {
            table: &self.billing,
            key: series_key(on, series),
            change: "SET allotted = :next, v = :v",
            condition,
            names: Vec::new(),
            values: vec![
                (":allotted", n(allotted)),
                (":next", n(allotted.saturating_add(more))),
                (":v", n(super::SHAPE)),
            ],
        }];
        for Numbered { settlement, invoice, requests, counted_on } in block {
            let mut whole = invoice.item()?;
            let beside = put_beside(&mut whole, &invoice.head.number, counted_on)?;
            writes.push(Write::Put {
                table: &self.billing,
                item: item(settlement.key(self.drawers), settlement)?,
                condition: Some("attribute_not_exists(num)"),
            });
            writes.push(Write::Put {
                table: &self.billing,
                item: whole,
                condition: Some("attribute_not_exists(pk)"),
            });
            let put = |item| Write::Put { table: &self.billing, item, condition: None };
            writes.extend(beside.into_iter().map(put));
            writes.extend(requests.iter().map(|request| self.invoiced(settlement, request)));
        }
        writes.into_iter().map(Write::build).collect()
    }

    /// Has requests of a document that is too large for one transaction take no reading any more,
    /// before it gets its number. Done twice, it changes nothing.
    ///
    /// **Errors.** [`Error::Conflict`] when a reading came: make the document again.
    pub async fn invoice_requests(
        &self,
        settlement: &SettlementRecord,
        requests: &[ReadingRequest],
    ) -> Result<(), Error> {
        for some in requests.chunks(MOST_ITEMS) {
            let writes = some.iter().map(|request| self.invoiced(settlement, request).build());
            self.transact(writes.collect::<Result<_, _>>()?).await?;
        }
        Ok(())
    }

    /// Waits a little before the `attempt`-th try, from 0: each time up to twice as long, and nobody as
    /// long as another.
    ///
    /// **Errors.** The operating system gives no random numbers.
    pub async fn pause(&self, attempt: u32) -> Result<(), Error> {
        let longest_ms = 20_u64.saturating_mul(1 << attempt.min(6));
        let mut bytes = [0; 8];
        match self.chance {
            Chance::System => getrandom::fill(&mut bytes)
                .map_err(|error| Error::shape("random numbers", std::io::Error::from(error)))?,
            Chance::Seeded(seed) => bytes = seed.to_le_bytes(),
        }
        let ms = u64::from_le_bytes(bytes).rem_euclid(longest_ms);
        if let Some(sleep) = self.client.config().sleep_impl() {
            sleep.sleep(Duration::from_millis(ms)).await;
        }
        Ok(())
    }
}
