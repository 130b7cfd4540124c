//! The invoices of a campaign's year, and their documents.

use bytes::Bytes;
use http::{Response, StatusCode};

use cloud::Error;
use cloud::store::billing::SettlementRecord;
use domain::id::CampaignNumber;
use domain::invoice::{InvoiceNumber, InvoiceState};
use domain::invoicing::held::Held;
use domain::language::Language;
use domain::written;

use crate::stack::Stack;

use super::super::page;

/// So many settlements are read at once.
const PAGE: i32 = 100;

/// What became of the year of one document.
#[derive(Debug)]
pub(super) struct InvoiceRow {
    pub(super) account: String,
    pub(super) document: String,
    /// To pay; to get back with a minus.
    pub(super) payable: String,
    pub(super) state: &'static str,
    /// Why it has no number, a line each.
    pub(super) why: Vec<String>,
    pub(super) number: Option<InvoiceNumber>,
    /// Whether its documents are kept.
    pub(super) is_kept: bool,
}

/// Every settlement of `campaign`, by drawer, account and document.
pub(super) async fn rows(
    stack: &Stack,
    campaign: CampaignNumber,
) -> Result<Vec<InvoiceRow>, Error> {
    let store = stack.store();
    let mut rows = Vec::new();
    for shard in store.drawers().all() {
        let mut after = None;
        loop {
            let page = store.settlements(campaign, shard, after, PAGE).await?;
            for settlement in &page.settlements {
                let state = match &settlement.number {
                    Some(number) => store.invoice(number).await?.map(|found| found.head.state),
                    None => None,
                };
                rows.push(row(settlement, state));
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
    }
    Ok(rows)
}

fn row(settlement: &SettlementRecord, invoice: Option<InvoiceState>) -> InvoiceRow {
    let payable = settlement.payable.map(|payable| written::money(Language::En, payable));
    let held = settlement.held.iter().map(reason);
    InvoiceRow {
        account: settlement.account.to_string(),
        document: settlement.document.to_string(),
        payable: payable.unwrap_or_default(),
        state: match (invoice, settlement.state) {
            (Some(state), _) => state.as_str(),
            (None, state) => state.as_str(),
        },
        why: held.chain(settlement.refused.iter().cloned()).collect(),
        number: settlement.number.clone(),
        is_kept: invoice.is_some_and(|state| state > InvoiceState::Numbered),
    }
}

/// Why a person must see a settlement.
fn reason(held: &Held) -> String {
    let euro = |amount| written::money(Language::En, amount);
    match held {
        Held::Payable { amount } => format!("{} is much", euro(*amount)),
        Held::CostChanged { from, to } => {
            format!("cost went from {} to {}", euro(*from), euro(*to))
        }
        Held::EstimatedTwice { connection } => format!("{connection} was estimated twice in a row"),
        Held::ZeroUse { connection, years } => {
            format!("{connection} used nothing, after {years} years with use")
        }
        Held::NegativeUse { at } => format!("{at} went back"),
        Held::TariffNotSet { component, year } => format!("{component} has no rate of {year}"),
    }
}

/// A document: `<number>.pdf` or `<number>.xml`.
pub(in super::super) async fn document(stack: &Stack, file: &str) -> Response<Bytes> {
    let parts = file.split_once('.').and_then(|(number, ending)| {
        let kind = match ending {
            "pdf" => "application/pdf",
            "xml" => "application/xml",
            _ => return None,
        };
        Some((InvoiceNumber::parse(number)?, ending, kind))
    });
    let Some((number, ending, kind)) = parts else {
        return page::plain(StatusCode::NOT_FOUND, "There is no such document.");
    };
    match stack.documents().get(&format!("{}.{ending}", number.path())).await {
        Ok(bytes) => page::answer(StatusCode::OK, kind, bytes),
        Err(Error::Missing { .. }) => {
            page::plain(StatusCode::NOT_FOUND, "This document is not made yet.")
        }
        Err(error) => page::plain(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
    }
}
