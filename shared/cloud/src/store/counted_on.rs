//! How readings of an invoice were counted on from an earlier one: the audit records of its year.
//!
//! | pk | sk | is |
//! |---|---|---|
//! | `INV#<number>` | `INV` | the invoice; beside its case, deflated, the first hundred of them |
//! | | `INV#<place>` | a hundred more, from the second hundred on |
//!
//! They are written with the number, once: a household's cost no further write, and those of any
//! document fit the transaction.

use std::io::Write as _;

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use flate2::Compression;
use flate2::write::{DeflateDecoder, DeflateEncoder};
use serde::{Deserialize, Serialize};

use domain::invoice::InvoiceNumber;
use domain::invoicing::year::CountedOn;

use crate::Error;

use super::billing::invoice_key;
use super::key::Key;
use super::{Item, LAST, Store, Stretch, item};

/// So many lie in one item: of at most 4 kB each, before they are deflated.
const TOGETHER: usize = 100;

/// The attribute that holds them, deflated.
const COUNTED_ON: &str = "counted_on";

/// A part of an invoice that says nothing but how its readings were counted on.
#[derive(Debug, Serialize, Deserialize)]
struct Part {}

/// How many items so many records take beside the invoice's.
pub(super) fn items_beside(records: usize) -> usize {
    records.div_ceil(TOGETHER).saturating_sub(1)
}

/// Puts the first of `records` beside the case of an invoice; the items of the others.
pub(super) fn put_beside(
    invoice: &mut Item,
    number: &InvoiceNumber,
    records: &[CountedOn],
) -> Result<Vec<Item>, Error> {
    let mut parts = records.chunks(TOGETHER);
    let Some(first) = parts.next() else { return Ok(Vec::new()) };
    invoice.insert(COUNTED_ON.into(), deflated(first)?);
    let part = |(place, some): (usize, &[CountedOn])| {
        let key = Key::new(invoice_key(number).pk, format!("INV#{place:0>5}"));
        let mut whole = item(key, &Part {})?;
        whole.insert(COUNTED_ON.into(), deflated(some)?);
        Ok(whole)
    };
    (2..).zip(parts).map(part).collect()
}

fn deflated(records: &[CountedOn]) -> Result<AttributeValue, Error> {
    let unwritable = |error| Error::shape("an item", error);
    let mut deflated = DeflateEncoder::new(Vec::new(), Compression::best());
    serde_json::to_writer(&mut deflated, records)
        .map_err(|error| Error::shape("an item", error))?;
    Ok(AttributeValue::B(Blob::new(deflated.finish().map_err(unwritable)?)))
}

fn inflated(found: &Item) -> Result<Vec<CountedOn>, Error> {
    let Some(AttributeValue::B(deflated)) = found.get(COUNTED_ON) else { return Ok(Vec::new()) };
    let unreadable = |error| Error::shape("an item", error);
    let mut records = DeflateDecoder::new(Vec::new());
    records.write_all(deflated.as_ref()).map_err(unreadable)?;
    let records = records.finish().map_err(unreadable)?;
    serde_json::from_slice(&records).map_err(|error| Error::shape("an item", error))
}

impl Store {
    /// How readings of an invoice were counted on from earlier ones, in the order of its connections;
    /// nothing where none was.
    pub async fn counted_on(&self, number: &InvoiceNumber) -> Result<Vec<CountedOn>, Error> {
        let Key { pk, sk } = invoice_key(number);
        let to = format!("{sk}#{LAST}");
        let stretch = Stretch { table: &self.billing, pk, from: sk, to };
        let parts = self.all(&stretch).await?;
        let parts: Vec<_> = parts.iter().map(inflated).collect::<Result<_, _>>()?;
        Ok(parts.into_iter().flatten().collect())
    }
}

#[cfg(test)]
mod tests;
