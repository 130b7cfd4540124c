//! What those who answered say about similar customers, and about the estimates of the year before:
//! gathered once, drawer by drawer.
//!
//! Whoever comes first begins; what was gathered is stored page by page, so that the next message
//! goes on where this one ended. On the way the meters are noted that nobody asked and nobody read.

use chrono::{Days, NaiveDate};

use cloud::Failure;
use cloud::store::account::{ConnectionRecords, FiledMeter};
use cloud::store::cohort::{Gathered, Unread};
use cloud::store::estimate::EstimateRecord;
use cloud::store::history::ConnectionHistory;
use domain::account::CustomerNumber;
use domain::campaign::Dates;
use domain::estimate::accuracy::{Accuracy, Manner, Report};
use domain::estimate::cohort::{Counted, Group, Snapshot, change};
use domain::estimate::engine::Occupancy;
use domain::estimate::expected::Weights;
use domain::estimate::levels::level_year;
use domain::estimate::parameters::Parameters;
use domain::estimate::shown::Shown;
use domain::estimate::{Circumstances, Estimate, compare_register};
use domain::history::History;
use domain::id::CampaignNumber;
use domain::invoicing::year::year_before;
use domain::meter::{Direction, ReadBy, Register, RegisterName, Turning};
use domain::reading::Reading;
use domain::shard::Shard;

use crate::App;

/// So many accounts are counted between two stores.
const PAGE: i32 = 100;

/// A reading of a meter that is not asked is its reading of the year from this many days before
/// the opening on.
const READ_DAYS: u64 = 14;

/// A closed campaign, and the constants that it opened with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Closed<'a> {
    pub(crate) campaign: CampaignNumber,
    pub(crate) dates: &'a Dates,
    pub(crate) parameters: &'a Parameters,
    /// The last day that the old administration invoiced.
    pub(crate) taken_over: NaiveDate,
    pub(crate) turn: Turn,
}

/// Whose turn it is to settle what has no invoice yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    /// This campaign's.
    Ours,
    /// The next one's: it has opened.
    Next,
}

impl<'a> Closed<'a> {
    /// The closed campaign `campaign`, which opened with `dates`.
    pub(crate) async fn read(
        app: &'a App,
        campaign: CampaignNumber,
        dates: &'a Dates,
    ) -> Result<Self, Failure> {
        let parameters = app.parameters.on(dates.opened_on);
        let reference_dates = app.campaigns.iter().map(|config| config.reference_date);
        let first = reference_dates.fold(dates.reference_date, NaiveDate::min);
        let has_later = app.store.has_later(campaign, &app.campaigns).await?;
        let turn = if has_later { Turn::Next } else { Turn::Ours };
        Ok(Self { campaign, dates, parameters, taken_over: year_before(first), turn })
    }

    /// The last day before everything that it may settle, and the last day that it does.
    pub(crate) fn all_days(&self) -> (NaiveDate, NaiveDate) {
        (self.taken_over, self.dates.reference_date)
    }
}

/// How similar customers' use changed; made when nobody made it yet.
pub(crate) async fn snapshot(app: &App, closed: &Closed<'_>) -> Result<Snapshot, Failure> {
    let campaign = closed.campaign;
    if let Some(snapshot) = app.store.snapshot(campaign).await? {
        return Ok(snapshot);
    }
    let known = app.store.all_gathered(campaign).await?;
    let mut counted = Counted::default();
    let mut accuracy = Accuracy::default();
    for shard in app.store.drawers().all() {
        let done = known.iter().find(|(known, gathered)| *known == shard && gathered.done);
        let now;
        let gathered = if let Some((_, gathered)) = done {
            gathered
        } else {
            now = drawer(app, closed, shard).await?;
            &now
        };
        counted.add(&gathered.counted);
        accuracy.add(&gathered.accuracy);
    }
    let before = match campaign.before() {
        Some(before) => app.store.snapshot(before).await?,
        None => None,
    };
    keep(app, closed, &accuracy, before.as_ref()).await?;
    let year = level_year(closed.dates.reference_date);
    let constants = closed.parameters.constants();
    let id = format!("c{campaign}");
    let snapshot = Snapshot::of(&id, year, &counted, before.as_ref(), constants);
    for group in snapshot.limited() {
        tracing::error!(
            campaign = campaign.get(),
            commodity = group.commodity.as_str(),
            "similar customers' use changed more than is believed"
        );
    }
    if app.store.keep_snapshot(campaign, &snapshot).await? {
        return Ok(snapshot);
    }
    let theirs = app.store.snapshot(campaign).await?;
    theirs.ok_or_else(|| Failure::permanent("a snapshot that was kept is not there"))
}

/// Keeps how near the estimates of the campaign before were; nothing where there were none.
async fn keep(
    app: &App,
    closed: &Closed<'_>,
    accuracy: &Accuracy,
    snapshot: Option<&Snapshot>,
) -> Result<(), Failure> {
    let report = Report::of(accuracy, snapshot, closed.parameters.constants());
    if !report.is_empty() && app.store.keep_accuracy(closed.campaign, &report).await? {
        let campaign = closed.campaign.get();
        tracing::info!(campaign, "the estimates of the year before were compared with readings");
    }
    Ok(())
}

/// Counts what a drawer of the roster holds, from where it was left.
async fn drawer(app: &App, closed: &Closed<'_>, shard: Shard) -> Result<Gathered, Failure> {
    loop {
        let mut gathered = app.store.gathered(closed.campaign, shard).await?;
        if gathered.done {
            return Ok(gathered);
        }
        let accounts = app.store.roster(shard, gathered.after.as_ref(), PAGE).await?;
        for account in &accounts.accounts {
            count(app, closed, account, &mut gathered).await?;
        }
        if gathered.after.is_none() && accounts.accounts.is_empty() {
            // An empty drawer is looked at again sooner than remembered.
            return Ok(gathered);
        }
        gathered.done = accounts.next.is_none();
        gathered.after = accounts.next;
        // Somebody else may have gone on meanwhile: then their counts stand, and are read again.
        app.store.note_gathered(closed.campaign, shard, &gathered).await?;
    }
}

/// Counts the meters of an account, and notes those that nobody read.
async fn count(
    app: &App,
    closed: &Closed<'_>,
    account: &CustomerNumber,
    gathered: &mut Gathered,
) -> Result<(), Failure> {
    let reference = closed.dates.reference_date;
    let after = closed.campaign.after().unwrap_or(closed.campaign);
    for found in app.store.account(account).await?.connections {
        let connection = &found.filed.connection;
        if !connection.supply.flows_on(reference) {
            continue;
        }
        let number = &connection.number;
        let history = app.store.history_and_estimates(account, number, after).await?;
        compare(app, closed, &found, &history, &mut gathered.accuracy);
        for filed in found.meters.iter().filter(|filed| filed.meter.hangs_on(reference)) {
            one(app, closed, (&found, filed), &history, &mut gathered.counted);
            let is_asked = found.request(closed.campaign, &filed.meter.number).is_some();
            let readings = &history.readings;
            if is_unread(connection.read_by, closed.dates, filed, readings) && !is_asked {
                let unread = Unread {
                    account: account.clone(),
                    connection: connection.number.clone(),
                    meter: filed.meter.number.clone(),
                };
                app.store.note_unread(closed.campaign, &unread).await?;
            }
        }
    }
    Ok(())
}

/// Counts how near the last estimates of a connection were: those of the campaign before, and those
/// in a row before them, where a reading came since. So each is counted in one year.
fn compare(
    app: &App,
    closed: &Closed<'_>,
    found: &ConnectionRecords,
    history: &ConnectionHistory,
    accuracy: &mut Accuracy,
) {
    let Some(before) = closed.campaign.before() else { return };
    let ConnectionHistory { readings, marked, estimates } = history;
    let meters = found.every_meter();
    for last in estimates.iter().filter(|record| record.campaign == before) {
        let Some(meter) = meters.iter().find(|meter| meter.number == last.meter) else { continue };
        let connection = &found.filed.connection;
        let standards = &app.standards;
        let around = Circumstances {
            connection,
            meter,
            meters: &meters,
            readings,
            marked,
            standards,
            snapshot: None,
        };
        let of_meter = |record: &&EstimateRecord| {
            record.meter == last.meter && record.campaign <= last.campaign
        };
        for (register, estimate) in estimates.iter().filter(of_meter).flat_map(|it| &it.registers) {
            let same = |(name, last): &(RegisterName, Estimate)| {
                name == register && base(last) == base(estimate)
            };
            if !last.registers.iter().any(same) {
                continue;
            }
            // What makes no history is an operator's matter already, and says nothing here.
            if let Ok(Some(compared)) =
                compare_register(&around, register, estimate, closed.parameters)
            {
                accuracy.count(Manner::of(estimate), &Group::of(connection), &compared);
            }
        }
    }
}

/// The reading from which an estimate was counted.
fn base(estimate: &Estimate) -> Option<&Shown> {
    estimate.since_trusted()?.first()
}

/// Counts how the use of one meter changed: of several registers the first that counts use.
fn one(
    app: &App,
    closed: &Closed<'_>,
    (found, filed): (&ConnectionRecords, &FiledMeter),
    known: &ConnectionHistory,
    counted: &mut Counted,
) {
    let supply = &found.filed.connection.supply;
    let counts = |register: &&Register| {
        register.direction == Direction::Consumption && register.turning == Turning::Forward
    };
    let (Some(register), Some(profile)) =
        (filed.meter.registers.iter().find(counts), app.standards.newest_profile(supply.commodity))
    else {
        return;
    };
    // What makes no history is told when it is to be estimated; here it only says nothing.
    let history = History::of(&filed.meter, &register.name, &found.every_meter(), &known.readings);
    let Ok(history) = history else { return };
    let (occupied_from, excluded) = (Some(supply.period.from), known.marked.clone());
    let occupancy = Occupancy { occupied_from, excluded };
    let weights = Weights::of(&profile.profile, supply.commodity, closed.parameters);
    let changed = change(&history.shown(), &occupancy, &weights, closed.parameters);
    let year = level_year(closed.dates.reference_date);
    if let Ok(Some(change)) = changed
        && change.year == year
    {
        counted.count(&Group::of(&found.filed.connection), change);
    }
}

/// Whether a meter that is not asked has no reading of the year in every register.
fn is_unread(read_by: ReadBy, dates: &Dates, filed: &FiledMeter, readings: &[Reading]) -> bool {
    let from = first_day(dates.opened_on);
    let is_read = |register: &Register| {
        readings.iter().any(|reading| {
            reading.meter == filed.meter.number
                && reading.register == register.name
                && reading.is_trusted()
                && reading.on >= from
        })
    };
    match read_by {
        ReadBy::Customer => false,
        ReadBy::Remote | ReadBy::Staff => !filed.meter.registers.iter().all(is_read),
    }
}

fn first_day(opened_on: NaiveDate) -> NaiveDate {
    opened_on.checked_sub_days(Days::new(READ_DAYS)).unwrap_or(opened_on)
}
