//! Settlements, invoices and their numbers: the table `billing`.
//!
//! | pk | sk | is |
//! |---|---|---|
//! | `SET#<campaign>#<shard>` | `<account>#<document>` | a settlement: held, refused, or its number and how far its invoice is |
//! | `INV#<number>` | `INV` | an invoice and its case: written once |
//! | | `INV`, `INV#<place>` | how its readings were counted on (`store::counted_on`) |
//! | `SER#<year>#<series>` | `SER` | how many numbers of a series were allotted |
//!
//! What is found by its number is the invoice itself; what is found by its account, its settlements
//! ([`Store::settlements_of`]), which name the numbers: neither needs an index. The settlements of a
//! drawer lie together, as its roster does: what is held, refused or missing, and which invoice has
//! no documents yet, is one query. What changes is the small item, and never the one with the case.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use flate2::Compression;
use flate2::write::{DeflateDecoder, DeflateEncoder};
use serde::{Deserialize, Serialize};

use domain::account::CustomerNumber;
use domain::id::CampaignNumber;
use domain::invoice::{InvoiceKind, InvoiceNumber, InvoiceState, Series};
use domain::invoicing::document::Document;
use domain::invoicing::held::Held;
use domain::invoicing::progress::SettlementState;
use domain::money::Money;
use domain::sending::Scope;
use domain::settlement::case::Rules;
use domain::shard::{Drawers, Shard};

use crate::Error;

use super::key::Key;
use super::{Freshness, Item, LAST, Store, Stretch, body, item};

/// What became of the year of one document of an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettlementRecord {
    /// Which campaign's year.
    pub campaign: CampaignNumber,
    /// Whose.
    pub account: CustomerNumber,
    /// Of which of its documents.
    pub document: Document,
    /// How far it is.
    pub state: SettlementState,
    /// When it was made.
    pub at: DateTime<Utc>,
    /// How many documents the account's year had then: one that is not stored is still to be made.
    #[serde(default)]
    pub documents: usize,
    /// Its number. An item without one may still change.
    #[serde(default, rename = "num", skip_serializing_if = "Option::is_none")]
    pub number: Option<InvoiceNumber>,
    /// How far its invoice is, from its number on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice: Option<InvoiceState>,
    /// The row of its mail in the ledger, as 32 hex digits, from the moment it is planned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub send: Option<String>,
    /// What that row belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scope>,
    /// What the year cost, VAT included; absent where it cannot be reckoned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<Money>,
    /// What is to pay; negative: to get back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payable: Option<Money>,
    /// Why a person must see it, or saw it: a release holds for these reasons alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub held: Vec<Held>,
    /// Why it cannot be reckoned, each with the place and the mend.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<String>,
    /// Settled years in a row with use, this one among them, by the id of a connection.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub years_of_use: BTreeMap<String, u8>,
    /// The last operator's order about it, and why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub released: Option<Released>,
}

/// Who released a held settlement, when and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Released {
    /// Who.
    pub by: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// *Factuur*: unchangeable from its number on. How far it is, its settlement says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invoice {
    /// What is known of it without its case.
    pub head: InvoiceHead,
    /// Its case as canonical JSON: `domain::settlement::case::Case::parse` reads it, and
    /// `domain::settlement::settle` makes every figure of the document from it.
    pub case: String,
}

/// An invoice without its case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceHead {
    /// *Factuurnummer*.
    pub number: InvoiceNumber,
    /// What it is.
    pub kind: InvoiceKind,
    /// Whose.
    pub account: CustomerNumber,
    /// Which campaign's year.
    pub campaign: CampaignNumber,
    /// Which of the account's documents.
    pub document: Document,
    /// Its day.
    pub on: NaiveDate,
    /// What is to pay; negative: to get back.
    pub payable: Money,
    /// The version of the arithmetic.
    pub rules: Rules,
    /// The version of the tariff, a SHA-256 in hex.
    pub tariff: String,
}

/// A page of settlements, by account and document, and the mark to go on behind.
#[derive(Debug)]
pub struct Settlements {
    /// The settlements.
    pub settlements: Vec<SettlementRecord>,
    /// Where the next page begins; `None` when this is the last.
    pub next: Option<String>,
}

/// How many numbers of a series were allotted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Counted {
    /// The last one.
    pub(super) allotted: u32,
}

/// The connections of a stored case.
#[derive(Debug, Deserialize)]
struct OfCase {
    connections: Vec<Settled>,
}

/// A connection of a stored case.
#[derive(Debug, Deserialize)]
struct Settled {
    id: String,
}

/// The attribute that holds a case, deflated.
const CASE: &str = "case";

fn drawer_of_settlements(campaign: CampaignNumber, shard: Shard) -> String {
    format!("SET#{campaign}#{shard}")
}

impl SettlementRecord {
    /// Whether the documents of its invoice are kept.
    pub fn has_documents(&self) -> bool {
        match self.invoice {
            Some(InvoiceState::Rendered | InvoiceState::Issued | InvoiceState::Credited) => true,
            Some(InvoiceState::Numbered) | None => false,
        }
    }

    pub(super) fn key(&self, drawers: Drawers) -> Key {
        settlement_key(drawers, self.campaign, &self.account, &self.document)
    }
}

pub(super) fn settlement_key(
    drawers: Drawers,
    campaign: CampaignNumber,
    account: &CustomerNumber,
    document: &Document,
) -> Key {
    let pk = drawer_of_settlements(campaign, drawers.of_account(account));
    Key::new(pk, format!("{account}#{document}"))
}

pub(super) fn invoice_key(number: &InvoiceNumber) -> Key {
    Key::new(format!("INV#{number}"), "INV")
}

pub(super) fn series_key(on: NaiveDate, series: Series) -> Key {
    Key::new(format!("SER#{}#{:02}", on.year(), series.get()), "SER")
}

impl Invoice {
    /// The item: its head, and its case deflated.
    pub(super) fn item(&self) -> Result<Item, Error> {
        let mut whole = item(invoice_key(&self.head.number), &self.head)?;
        let unwritable = |error| Error::shape("an item", error);
        let mut deflated = DeflateEncoder::new(Vec::new(), Compression::best());
        deflated.write_all(self.case.as_bytes()).map_err(unwritable)?;
        let deflated = deflated.finish().map_err(unwritable)?;
        whole.insert(CASE.into(), AttributeValue::B(Blob::new(deflated)));
        Ok(whole)
    }

    fn of(mut found: Item) -> Result<Self, Error> {
        let Some(AttributeValue::B(deflated)) = found.remove(CASE) else {
            return Err(Error::Missing { what: "the case of an invoice" });
        };
        let unreadable = |error| Error::shape("an item", error);
        let mut case = DeflateDecoder::new(Vec::new());
        case.write_all(deflated.as_ref()).map_err(unreadable)?;
        let case = case.finish().map_err(unreadable)?;
        let case = String::from_utf8(case).map_err(|error| Error::shape("an item", error))?;
        Ok(Self { head: body(found)?, case })
    }
}

impl Store {
    /// What became of the year of one document.
    pub async fn settlement(
        &self,
        campaign: CampaignNumber,
        account: &CustomerNumber,
        document: &Document,
    ) -> Result<Option<SettlementRecord>, Error> {
        let key = settlement_key(self.drawers, campaign, account, document);
        self.get(&self.billing, key).await
    }

    /// What became of the year of each document of an account, by document.
    pub async fn settlements_of(
        &self,
        campaign: CampaignNumber,
        account: &CustomerNumber,
    ) -> Result<Vec<SettlementRecord>, Error> {
        let pk = drawer_of_settlements(campaign, self.drawers.of_account(account));
        let (from, to) = (format!("{account}#"), format!("{account}#{LAST}"));
        let stretch = Stretch { table: &self.billing, pk, from, to };
        self.all(&stretch).await?.into_iter().map(body).collect()
    }

    /// At most `limit` settlements of the drawer `shard` behind the mark `after`, by account.
    pub async fn settlements(
        &self,
        campaign: CampaignNumber,
        shard: Shard,
        after: Option<String>,
        limit: i32,
    ) -> Result<Settlements, Error> {
        let pk = drawer_of_settlements(campaign, shard);
        let stretch = Stretch { table: &self.billing, pk, from: " ".into(), to: LAST.into() };
        let page = self.page(&stretch, after, limit).await?;
        let settlements = page.items.into_iter().map(body).collect::<Result<_, _>>()?;
        Ok(Settlements { settlements, next: page.next })
    }

    /// The settlements of the drawer `shard` of all accounts from `first` to `last`, by account: as
    /// many as a page of its roster has.
    pub async fn settlements_between(
        &self,
        campaign: CampaignNumber,
        shard: Shard,
        (first, last): (&CustomerNumber, &CustomerNumber),
    ) -> Result<Vec<SettlementRecord>, Error> {
        let pk = drawer_of_settlements(campaign, shard);
        let (from, to) = (format!("{first}#"), format!("{last}#{LAST}"));
        let stretch = Stretch { table: &self.billing, pk, from, to };
        self.all(&stretch).await?.into_iter().map(body).collect()
    }

    /// The invoice of this number, or `None` where there is none.
    pub async fn invoice(&self, number: &InvoiceNumber) -> Result<Option<Invoice>, Error> {
        // It never changes: what was seen a moment ago is right, and only what was not seen is new.
        let found = match self.found(&self.billing, invoice_key(number), Freshness::Lately).await? {
            None => self.found(&self.billing, invoice_key(number), Freshness::Now).await?,
            seen => seen,
        };
        found.map(Invoice::of).transpose()
    }

    /// The connections that `settlements` invoiced, each by what its case calls it
    /// (`domain::invoicing::making::id_of`): whatever became of their document, they are not settled
    /// again.
    pub async fn invoiced_in(
        &self,
        settlements: &[SettlementRecord],
    ) -> Result<BTreeSet<String>, Error> {
        let mut settled = BTreeSet::new();
        for number in settlements.iter().filter_map(|it| it.number.as_ref()) {
            let invoice = self.invoice(number).await?;
            let invoice = invoice.ok_or(Error::Missing { what: "an invoice" })?;
            let of_case: OfCase = serde_json::from_str(&invoice.case)
                .map_err(|error| Error::shape("a case", error))?;
            settled.extend(of_case.connections.into_iter().map(|it| it.id));
        }
        Ok(settled)
    }

    /// The settlement of an invoice, perhaps as it was a moment ago but never from before its number:
    /// for who goes on only if it still is so.
    ///
    /// **Errors.** [`Error::Missing`] where an invoice has none.
    pub async fn settlement_lately(&self, head: &InvoiceHead) -> Result<SettlementRecord, Error> {
        let key = || settlement_key(self.drawers, head.campaign, &head.account, &head.document);
        let seen = self.found(&self.billing, key(), Freshness::Lately).await?;
        let seen: Option<SettlementRecord> = seen.map(body).transpose()?;
        match seen.filter(|seen| seen.number.as_ref() == Some(&head.number)) {
            Some(seen) => Ok(seen),
            None => self.settlement_of(head).await,
        }
    }

    /// The settlement of an invoice.
    ///
    /// **Errors.** [`Error::Missing`] where an invoice has none.
    pub async fn settlement_of(&self, head: &InvoiceHead) -> Result<SettlementRecord, Error> {
        let found = self.settlement(head.campaign, &head.account, &head.document).await?;
        found.ok_or(Error::Missing { what: "the settlement of an invoice" })
    }

    /// How many numbers of a series were allotted in the year of `on`.
    pub async fn allotted(&self, on: NaiveDate, series: Series) -> Result<u32, Error> {
        let counted: Option<Counted> = self.get(&self.billing, series_key(on, series)).await?;
        Ok(counted.unwrap_or_default().allotted)
    }

    /// Keeps what became of a settlement that gets no number now: held, or refused. Whether it was
    /// kept; `false` when it got its number meanwhile.
    pub async fn keep_settlement(&self, settlement: &SettlementRecord) -> Result<bool, Error> {
        let whole = item(settlement.key(self.drawers), settlement)?;
        let call = self.client.put_item().table_name(&self.billing).set_item(Some(whole));
        let call = call.condition_expression("attribute_not_exists(num)");
        super::held(call.send().await.map(drop).map_err(|error| Error::of("PutItem", error)))
    }
}
