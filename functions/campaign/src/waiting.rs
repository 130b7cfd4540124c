//! What of a campaign's year waits for a person: which document of which account, and what to do.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde_json::{Value, json};

use cloud::Failure;
use cloud::event::{About, Order};
use cloud::store::billing::SettlementRecord;
use domain::campaign::Dates;
use domain::id::CampaignNumber;
use domain::invoicing::held::not_set_at;
use domain::invoicing::progress::SettlementState;

use crate::App;

/// So many settlements are read at once.
const PAGE: i32 = 500;

/// An answer of a Lambda holds six megabytes: the list ends before so many lines, or bytes of reasons.
const MOST: usize = 10_000;
const MOST_BYTES: usize = 3_000_000;

/// So many reasons a line has at most; mend these, and the next ones are told.
const MOST_REASONS: usize = 10;

/// So long after its number an invoice has its documents.
const PATIENCE: TimeDelta = TimeDelta::hours(1);

/// Lists what is held, refused or without its documents, by drawer and account, and says whether it is
/// all; and the prices that the new terms still lack.
///
/// It reads every settlement of the campaign, as the look of each morning does.
pub(crate) async fn list(app: &App, order: &Order) -> Result<Value, Failure> {
    let About::Campaign(campaign) = order.about()? else {
        return Err(Failure::permanent("name the campaign whose settlements wait"));
    };
    let is_over = app.store.has_later(campaign, &app.campaigns).await?;
    // What has no number when the next campaign opens is settled, and listed, with that one's year.
    let is_ours = |it: &&SettlementRecord| !is_over || it.number.is_some();
    let mut listed = Vec::new();
    let mut bytes = 0_usize;
    let is_full = |lines: usize, bytes: usize| lines > MOST || bytes > MOST_BYTES;
    'drawers: for shard in app.store.drawers().all() {
        let mut after = None;
        loop {
            let page = app.store.settlements(campaign, shard, after, PAGE).await?;
            let ours = page.settlements.iter().filter(is_ours);
            for line in ours.filter_map(|it| Line::of(it, order.at)) {
                bytes = bytes.saturating_add(line.why.iter().map(String::len).sum());
                listed.push(line.json());
                if is_full(listed.len(), bytes) {
                    break 'drawers;
                }
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
    }
    let left_out = is_full(listed.len(), bytes);
    if left_out {
        listed.pop();
    }
    let not_set = not_set(app, campaign).await?;
    let number = campaign.get();
    Ok(json!({ "campaign": number, "waiting": listed, "left_out": left_out, "not_set": not_set }))
}

/// A settlement that waits, as an operator reads it.
struct Line<'a> {
    settlement: &'a SettlementRecord,
    why: Vec<String>,
}

impl<'a> Line<'a> {
    fn of(settlement: &'a SettlementRecord, at: DateTime<Utc>) -> Option<Self> {
        let mut why: Vec<String> = match settlement.state {
            SettlementState::Held => settlement.held.iter().map(ToString::to_string).collect(),
            SettlementState::Refused => settlement.refused.clone(),
            SettlementState::Draft => {
                vec!["it was released and is being made: look again in an hour".to_owned()]
            }
            SettlementState::Numbered if settlement.has_documents() => return None,
            SettlementState::Numbered if at - settlement.at < PATIENCE => return None,
            SettlementState::Numbered => {
                let number = settlement.number.as_ref().map(ToString::to_string);
                let number = number.unwrap_or_default();
                vec![format!(
                    "invoice {number} has no documents: see docs/runbooks/dead-letters.md, queue invoices"
                )]
            }
        };
        let more = why.len().saturating_sub(MOST_REASONS);
        if more > 0 {
            why.truncate(MOST_REASONS);
            why.push(format!("and {more} more"));
        }
        Some(Self { settlement, why })
    }

    fn json(&self) -> Value {
        let SettlementRecord { account, document, state, .. } = self.settlement;
        json!({ "account": account, "document": document, "state": state, "why": self.why })
    }
}

/// The prices that the new terms of a campaign lack.
async fn not_set(app: &App, campaign: CampaignNumber) -> Result<Vec<String>, Failure> {
    let frozen = app.store.campaign(campaign).await?.progress.dates;
    let frozen = frozen.map(|dates| dates.invoice_not_before);
    let deployed = app.campaigns.iter().find(|config| config.id == campaign);
    let Some(on) = frozen.or_else(|| deployed.map(|config| config.invoice_not_before)) else {
        return Ok(Vec::new());
    };
    Ok(lacking(app, on))
}

/// The prices that the terms of invoices from `on` on lack; or what is broken in the lists.
fn lacking(app: &App, on: NaiveDate) -> Vec<String> {
    match &app.prices {
        Ok((lists, invoicing)) => {
            not_set_at(lists, invoicing, on).iter().map(ToString::to_string).collect()
        }
        Err(broken) => vec![broken.clone()],
    }
}

/// Warns, when a campaign closes, of every price that the new terms lack: there are days left to add it.
pub(crate) fn warn(app: &App, campaign: CampaignNumber, dates: &Dates) {
    let campaign = campaign.get();
    for unset in lacking(app, dates.invoice_not_before) {
        tracing::warn!(campaign, unset, "a price of the new terms is not set");
    }
}
