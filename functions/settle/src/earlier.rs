//! What earlier campaigns invoiced of an account: where its next year begins.
//!
//! Mostly the campaign before says so. Who has no invoice of it, because nobody mended or released that
//! year before the next campaign opened, or because it was imported too late, is looked for further back.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use cloud::store::account::ConnectionRecords;
use cloud::store::billing::SettlementRecord;
use cloud::{Error, Failure};
use domain::account::CustomerNumber;
use domain::id::CampaignNumber;
use domain::invoicing::document::Document;
use domain::invoicing::making::id_of;
use domain::invoicing::year::has_days;
use domain::settlement::case::{Case, Previous, SettledConnection};
use domain::settlement::settle;

use crate::App;
use crate::gather::Closed;

/// The documents of earlier campaigns, the latest first.
pub(crate) struct Earlier {
    campaign: CampaignNumber,
    documents: Vec<Before>,
}

/// A document of an earlier campaign.
struct Before {
    campaign: CampaignNumber,
    document: Document,
    case: Case,
    years_of_use: BTreeMap<String, u8>,
}

impl Earlier {
    /// Reads the campaign before, and those before it while one of `connections` that was supplied then
    /// is not found.
    pub(crate) async fn read(
        app: &App,
        closed: &Closed<'_>,
        account: &CustomerNumber,
        connections: &[&ConnectionRecords],
    ) -> Result<Self, Failure> {
        let mut earlier = Self { campaign: closed.campaign, documents: Vec::new() };
        let mut next = closed.campaign.before();
        while let Some(campaign) = next {
            let settlements = app.store.settlements_of(campaign, account).await?;
            for settlement in settlements {
                let Some(number) = &settlement.number else { continue };
                let invoice = app.store.invoice(number).await?;
                let invoice = invoice.ok_or(Error::Missing { what: "an invoice" })?;
                let case = Case::parse(invoice.case.as_bytes())
                    .map_err(|_| Failure::permanent("a stored case that cannot be read"))?;
                let SettlementRecord { document, years_of_use, .. } = settlement;
                earlier.documents.push(Before { campaign, document, case, years_of_use });
            }
            let is_looked_for = |one: &&ConnectionRecords| {
                let mut deployed = app.campaigns.iter().filter(|it| it.id < campaign);
                earlier.before(one).is_none()
                    && deployed.any(|it| {
                        let days = (closed.taken_over, it.reference_date);
                        has_days(&one.filed.connection, days)
                    })
            };
            next = campaign.before().filter(|_| connections.iter().any(is_looked_for));
        }
        Ok(earlier)
    }

    /// A connection as it was last settled, and its years of use until then.
    pub(crate) fn before(
        &self,
        connection: &ConnectionRecords,
    ) -> Option<(&SettledConnection, u8)> {
        let (before, settled) = self.settled(connection)?;
        Some((settled, before.years_of_use.get(&settled.id).copied().unwrap_or_default()))
    }

    /// Whether the campaign before settled it.
    pub(crate) fn is_of_year_before(&self, connection: &ConnectionRecords) -> bool {
        let settled = self.settled(connection);
        settled.is_some_and(|(before, _)| Some(before.campaign) == self.campaign.before())
    }

    /// Whether a connection has days behind those that were settled.
    pub(crate) fn leaves_days(&self, connection: &ConnectionRecords, closed: &Closed<'_>) -> bool {
        let settled = self.settled(connection);
        let after = settled.map_or(closed.taken_over, |(_, settled)| settled.last);
        has_days(&connection.filed.connection, (after, closed.dates.reference_date))
    }

    /// The same document a year ago, as its own settlement had it.
    pub(crate) fn previous(&self, document: &Document) -> Option<Previous> {
        let year_before = self.campaign.before();
        let mut of_year = self.documents.iter().filter(|it| Some(it.campaign) == year_before);
        let before = of_year.find(|before| before.document == *document)?;
        let settled = settle(&before.case).ok()?;
        let (cost_vat, terms_incl) = (settled.totals.cost_vat, settled.totals.terms_incl);
        Some(Previous { parts: settled.parts, cost_vat, terms_incl })
    }

    /// The reference date of the last campaign that invoiced several connections of the account together.
    pub(crate) fn invoiced_until(&self, app: &App) -> Option<NaiveDate> {
        let last = self.documents.iter().find(|it| match it.document {
            Document::Connection(_) => false,
            Document::Collective(_) | Document::Account => true,
        })?;
        let config = app.campaigns.iter().find(|it| it.id == last.campaign);
        let days = last.case.connections.iter().map(|it| it.last);
        config.map(|it| it.reference_date).or_else(|| days.max())
    }

    fn settled(&self, connection: &ConnectionRecords) -> Option<(&Before, &SettledConnection)> {
        let id = id_of(&connection.filed.connection);
        self.documents.iter().find_map(|before| {
            let settled = before.case.connections.iter().find(|one| one.id == id)?;
            Some((before, settled))
        })
    }
}
