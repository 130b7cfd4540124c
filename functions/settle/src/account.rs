//! The year of an account: every document of it, from all that is filed.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use cloud::store::account::{AccountRecords, ConnectionRecords};
use cloud::store::billing::SettlementRecord;
use cloud::store::history::AccountHistory;
use cloud::store::numbering::Takes;
use cloud::{Error, Failure};
use domain::account::CustomerNumber;
use domain::calendar::Period;
use domain::estimate::cohort::Snapshot;
use domain::invoice::{InvoiceNumber, Sequence, Series};
use domain::invoicing::document::{Document, documents};
use domain::invoicing::held::{Held, held};
use domain::invoicing::making::{AccountTerms, Decided, Known, Numbered, Supplied, case_of, id_of};
use domain::invoicing::progress::SettlementState;
use domain::invoicing::year::{By, CountedOn, Filed, Year, has_days, year, year_before};
use domain::meter::{Meter, MeterNumber};
use domain::money::Money;
use domain::reading::Reading;
use domain::request::{ReadingRequest, RequestState};
use domain::settlement::case::{Case, Ending};
use domain::settlement::result::Settlement;
use domain::settlement::settle;

use crate::App;
use crate::earlier::Earlier;
use crate::gather::{Closed, Turn};

/// What became of one document.
pub(crate) enum Made {
    /// Its documents are kept.
    Kept,
    /// It had its number before, and perhaps nobody knows.
    Numbered(InvoiceNumber),
    /// It is held or refused, and stored as that.
    Waiting,
    /// It may get its number.
    Ready(Box<Ready>),
}

/// A settlement that may get its number.
pub(crate) struct Ready {
    /// What is stored of it.
    pub(crate) settlement: SettlementRecord,
    /// What it is made from, but for its number.
    pub(crate) case: Case,
    /// What is to pay.
    pub(crate) payable: Money,
    /// The requests whose readings it rests on.
    pub(crate) requests: Vec<ReadingRequest>,
    /// How readings of its case were counted on from earlier ones.
    pub(crate) counted_on: Vec<CountedOn>,
}

/// A document with so many requests gets its number in a transaction of its own, behind them.
const MOST_REQUESTS: usize = 90;

/// So many bytes a connection takes in a case, at most.
const CONNECTION_BYTES: usize = 4_000;

impl Ready {
    /// Whether its requests are too many for the transaction of its number.
    pub(crate) fn is_too_large(&self) -> bool {
        self.requests.len() > MOST_REQUESTS
    }

    /// What it takes of the transaction of its number.
    pub(crate) fn takes(&self) -> Takes {
        let requests = if self.is_too_large() { 0 } else { self.requests.len() };
        let case = self.case.connections.len().saturating_mul(CONNECTION_BYTES);
        Takes::of(requests, case, self.counted_on.len())
    }
}

/// Makes every document of an account's year; those that a person must see, or mend, are stored.
///
/// A connection that an invoice of the campaign has is not settled again, whatever the account's documents
/// are by now; one that came after its document's invoice is of the next campaign's.
pub(crate) async fn made(
    app: &App,
    (closed, snapshot): (&Closed<'_>, &Snapshot),
    number: &CustomerNumber,
    (on, now): (NaiveDate, DateTime<Utc>),
) -> Result<Vec<Made>, Failure> {
    let records = match app.store.account(number).await {
        Ok(records) => records,
        Err(Error::Missing { .. }) => return Ok(Vec::new()),
        Err(error) => return Err(error.into()),
    };
    let campaign = closed.campaign;
    let kept = app.store.settlements_of(campaign, number).await?;
    let with_number = |kept: &SettlementRecord| {
        let number = kept.number.clone()?;
        Some(if kept.has_documents() { Made::Kept } else { Made::Numbered(number) })
    };
    let mut made: Vec<Made> = kept.iter().filter_map(with_number).collect();
    let numbered = made.len();
    let of = |document: &Document| kept.iter().find(|kept| kept.document == *document);
    let is_open = |document: &Document| of(document).is_none_or(|kept| kept.number.is_none());
    let has_days = |one: &&ConnectionRecords| has_days(&one.filed.connection, closed.all_days());
    let mut connections: Vec<&ConnectionRecords> =
        records.connections.iter().filter(has_days).collect();
    let every = documents(&records.account, &connections, |one| &one.filed.connection);
    if closed.turn == Turn::Next || !every.keys().any(is_open) {
        return Ok(made);
    }
    let invoiced = app.store.invoiced_in(&kept).await?;
    connections.retain(|one| !invoiced.contains(&id_of(&one.filed.connection)));
    let earlier = Earlier::read(app, closed, number, &connections).await?;
    connections.retain(|one| earlier.leaves_days(one, closed));
    let mut documents = documents(&records.account, &connections, |one| &one.filed.connection);
    documents.retain(|document, _| is_open(document));
    if documents.is_empty() {
        return Ok(made);
    }
    let history = app.store.account_history(number, campaign).await?;
    let facts = Facts { history, earlier };
    let all = numbered + documents.len();
    let whole = Whole { app, closed, snapshot, records: &records, facts: &facts, documents: all };
    for (document, connections) in &documents {
        let kept = of(document);
        let reckoned = whole.reckon(document, connections, on);
        let settlement = SettlementRecord {
            campaign,
            account: number.clone(),
            document: document.clone(),
            state: SettlementState::Draft,
            at: now,
            documents: all,
            number: None,
            invoice: None,
            send: None,
            scope: None,
            cost: None,
            payable: None,
            held: Vec::new(),
            refused: Vec::new(),
            years_of_use: BTreeMap::new(),
            released: kept.and_then(|kept| kept.released.clone()),
        };
        made.push(became(app, settlement, kept, reckoned).await?);
    }
    Ok(made)
}

/// What became of a document that was reckoned.
async fn became(
    app: &App,
    mut settlement: SettlementRecord,
    kept: Option<&SettlementRecord>,
    reckoned: Result<Reckoned, Vec<String>>,
) -> Result<Made, Failure> {
    let campaign = settlement.campaign.get();
    match reckoned {
        Err(refused) => {
            settlement.state = SettlementState::Refused;
            settlement.refused = refused;
        }
        Ok(reckoned) => {
            settlement.held = reckoned.held;
            settlement.years_of_use = reckoned.years_of_use;
            if let Some(settled) = &reckoned.settled {
                settlement.cost = Some(settled.totals.cost_incl);
                settlement.payable = Some(settled.totals.payable);
            }
            let seen = kept.filter(|kept| kept.state == SettlementState::Draft);
            let is_seen = |why: &Held| seen.is_some_and(|seen| seen.held.contains(why));
            match reckoned.settled {
                Some(settled) if settlement.held.iter().all(is_seen) => {
                    return Ok(Made::Ready(Box::new(Ready {
                        settlement,
                        case: reckoned.case,
                        payable: settled.totals.payable,
                        requests: reckoned.requests,
                        counted_on: reckoned.counted_on,
                    })));
                }
                Some(_) | None => settlement.state = SettlementState::Held,
            }
        }
    }
    let same =
        |kept: &SettlementRecord| SettlementRecord { at: kept.at, ..settlement.clone() } == *kept;
    if !kept.is_some_and(same) {
        let state = settlement.state.as_str();
        // Which one it is, and why, is what `scripts/waiting` lists.
        tracing::error!(campaign, state, "a settlement waits for a person");
        app.store.keep_settlement(&settlement).await?;
    }
    Ok(Made::Waiting)
}

/// A document that can be reckoned, or that a person must see because a register went down.
struct Reckoned {
    case: Case,
    settled: Option<Settlement>,
    held: Vec<Held>,
    years_of_use: BTreeMap<String, u8>,
    requests: Vec<ReadingRequest>,
    counted_on: Vec<CountedOn>,
}

/// What is read of an account, once, when a document of it is made.
struct Facts {
    history: AccountHistory,
    earlier: Earlier,
}

/// All that a document of an account is reckoned from.
struct Whole<'a> {
    app: &'a App,
    closed: &'a Closed<'a>,
    snapshot: &'a Snapshot,
    records: &'a AccountRecords,
    facts: &'a Facts,
    /// How many documents the account has.
    documents: usize,
}

/// A connection of a document with its year.
struct OfDocument<'a> {
    records: &'a ConnectionRecords,
    meters: Vec<Meter>,
    year: Year,
}

impl Whole<'_> {
    /// The case of a document and what it comes to; or everything that keeps it from being reckoned.
    fn reckon(
        &self,
        document: &Document,
        connections: &[&&ConnectionRecords],
        on: NaiveDate,
    ) -> Result<Reckoned, Vec<String>> {
        let app = self.app;
        let years = self.years(connections)?;
        let supplied: Vec<Supplied<'_>> = years
            .iter()
            .map(|one| Supplied {
                connection: &one.records.filed.connection,
                meters: &one.meters,
                readings: &one.year.readings,
                settled_until: one.year.settled_until,
                expected: one.year.expected,
            })
            .collect();
        let campaign = app.campaigns.iter().find(|config| config.id == self.closed.campaign);
        let campaign =
            campaign.ok_or_else(|| vec!["its campaign is not deployed: deploy it".into()])?;
        let campaign = domain::campaign::Config {
            reference_date: self.closed.dates.reference_date,
            ..campaign.clone()
        };
        let known = Known {
            case: format!("c{}/{}/{document}", self.closed.campaign, self.records.account.number),
            seller: &app.seller,
            account: &self.records.account,
            connections: &supplied,
            advances: &self.facts.history.advances,
            account_terms: self.account_terms(),
            previous: self.facts.earlier.previous(document),
            number: Numbered { date: on, series: Series::ANNUAL, sequence: Sequence::FIRST },
        };
        let decided = Decided {
            campaign: &campaign,
            lists: &app.lists,
            invoicing: &app.invoicing,
            parameters: self.closed.parameters,
        };
        let case = case_of(&known, &decided).map_err(|unmade| told(&unmade))?;
        let settled = settle(&case);
        let before: BTreeMap<String, u8> = case
            .connections
            .iter()
            .zip(&years)
            .map(|(connection, one)| {
                let before = self.facts.earlier.before(one.records);
                let years = before.map_or(one.year.years_of_use, |(_, years)| years);
                (connection.id.clone(), years)
            })
            .collect();
        let limits = &app.invoicing.held;
        let beyond = held(&case, &settled, &before, limits).map_err(|it| told(&it.errors))?;
        let mut held: Vec<Held> = beyond
            .into_iter()
            .chain(self.kept(connections))
            .chain(self.earlier_days(&case, &years))
            .collect();
        held.sort_unstable();
        let settled = settled.ok();
        let years_of_use = settled.as_ref().map(|settled| used(settled, &before));
        Ok(Reckoned {
            case,
            settled,
            held,
            years_of_use: years_of_use.unwrap_or(before),
            requests: self.requests(connections),
            counted_on: years.into_iter().flat_map(|one| one.year.counted_on).collect(),
        })
    }

    /// The year of each connection.
    fn years<'a>(
        &self,
        connections: &[&&'a ConnectionRecords],
    ) -> Result<Vec<OfDocument<'a>>, Vec<String>> {
        let campaign = self.closed.campaign;
        let by = By {
            parameters: self.closed.parameters,
            standards: &self.app.standards,
            snapshot: Some(self.snapshot),
            reference_date: self.closed.dates.reference_date,
            taken_over: self.closed.taken_over,
        };
        let mut years = Vec::with_capacity(connections.len());
        let mut refused = Vec::new();
        for records in connections.iter().copied().copied() {
            let connection = &records.filed.connection;
            let of_campaign = || records.requests.iter().filter(|it| it.campaign == campaign);
            let open = of_campaign().filter(|request| request.state == RequestState::Open);
            refused.extend(open.map(|request| {
                format!(
                    "{}: nothing is known of meter {} and it could not be estimated: store a reading",
                    connection.number, request.meter
                )
            }));
            let answered: Vec<MeterNumber> = of_campaign()
                .filter(|it| it.answer.as_ref().is_some_and(|answer| answer.receipt.is_some()))
                .map(|request| request.meter.clone())
                .collect();
            let readings: &[Reading] =
                self.facts.history.readings.get(&connection.number).map_or(&[], Vec::as_slice);
            let meters = records.every_meter();
            let marked: &[Period] =
                self.facts.history.marked.get(&connection.number).map_or(&[], Vec::as_slice);
            let before = self.facts.earlier.before(records).map(|(before, _)| before);
            let filed = Filed {
                connection,
                meters: &meters,
                readings,
                answered: &answered,
                marked,
                before,
            };
            match year(&filed, &by) {
                Ok(year) => years.push(OfDocument { records, meters, year }),
                Err(unknown) => refused.extend(told(&unknown)),
            }
        }
        if refused.is_empty() { Ok(years) } else { Err(refused) }
    }

    /// The readings that nobody may use before an operator looked at them.
    fn kept(&self, connections: &[&&ConnectionRecords]) -> Vec<Held> {
        let requests = connections.iter().flat_map(|records| &records.requests);
        let of_campaign = requests.filter(|request| request.campaign == self.closed.campaign);
        of_campaign
            .filter(|request| {
                let receipt = request.answer.as_ref().and_then(|answer| answer.receipt.as_ref());
                let kept = receipt.and_then(|receipt| self.facts.history.kept.get(receipt));
                kept.is_some_and(|meters| meters.contains(&request.meter))
            })
            .map(|request| Held::ReadingKept {
                connection: request.connection.to_string(),
                meter: request.meter.to_string(),
            })
            .collect()
    }

    /// What decides about terms that were asked of the whole account.
    fn account_terms(&self) -> AccountTerms {
        let reference_date = self.closed.dates.reference_date;
        let goes_on = |one: &ConnectionRecords| {
            one.filed.connection.supply.period.until.is_none_or(|until| until > reference_date)
        };
        let goes_on = self.records.connections.iter().any(goes_on);
        let ending = if goes_on { Ending::Continues } else { Ending::Final };
        let asked_until = self.facts.earlier.invoiced_until(self.app);
        AccountTerms { documents: self.documents, asked_until, ending }
    }

    /// The connections of which days of an earlier year are settled now, and the first of them.
    fn earlier_days(&self, case: &Case, years: &[OfDocument<'_>]) -> Vec<Held> {
        let opening = year_before(self.closed.dates.reference_date);
        let all = case.connections.iter().zip(years);
        let late = all.filter(|(connection, one)| {
            connection.first <= opening && !self.facts.earlier.is_of_year_before(one.records)
        });
        late.map(|(connection, _)| Held::EarlierDays {
            connection: connection.id.clone(),
            from: connection.first,
        })
        .collect()
    }

    /// The requests whose readings the document rests on, and that still take another.
    fn requests(&self, connections: &[&&ConnectionRecords]) -> Vec<ReadingRequest> {
        let requests = connections.iter().flat_map(|records| &records.requests);
        requests
            .filter(|request| request.campaign == self.closed.campaign)
            .filter(|it| matches!(it.state, RequestState::Answered | RequestState::Estimated))
            .cloned()
            .collect()
    }
}

/// Settled years in a row with use, this one among them.
fn used(settled: &Settlement, before: &BTreeMap<String, u8>) -> BTreeMap<String, u8> {
    let years = settled.connections.iter().map(|one| {
        let before = before.get(&one.id).copied().unwrap_or_default();
        let is_used = one.consumption.iter().any(|it| !it.quantity.is_zero());
        (one.id.clone(), if is_used { before.saturating_add(1) } else { 0 })
    });
    years.collect()
}

fn told(errors: &[impl ToString]) -> Vec<String> {
    errors.iter().map(ToString::to_string).collect()
}
