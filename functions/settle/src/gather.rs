//! What those who answered say about similar customers: gathered once, drawer by drawer.
//!
//! Whoever comes first begins; what was gathered is stored page by page, so that the next message
//! goes on where this one ended. On the way the meters are noted that nobody asked and nobody read.

use chrono::{Days, NaiveDate};

use cloud::Failure;
use cloud::store::account::{ConnectionRecords, FiledMeter};
use cloud::store::cohort::Unread;
use domain::account::CustomerNumber;
use domain::campaign::Dates;
use domain::estimate::cohort::{Counted, Group, Snapshot, change};
use domain::estimate::engine::Occupancy;
use domain::estimate::expected::Weights;
use domain::estimate::levels::level_year;
use domain::estimate::parameters::Parameters;
use domain::history::History;
use domain::id::CampaignNumber;
use domain::meter::{Direction, ReadBy, Register, Turning};
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
}

/// How similar customers' use changed; made when nobody made it yet.
pub(crate) async fn snapshot(app: &App, closed: &Closed<'_>) -> Result<Snapshot, Failure> {
    let campaign = closed.campaign;
    if let Some(snapshot) = app.store.snapshot(campaign).await? {
        return Ok(snapshot);
    }
    let known = app.store.all_gathered(campaign).await?;
    let mut counted = Counted::default();
    for shard in app.store.drawers().all() {
        let done = known.iter().find(|(known, gathered)| *known == shard && gathered.done);
        match done {
            Some((_, gathered)) => counted.add(&gathered.counted),
            None => counted.add(&drawer(app, closed, shard).await?),
        }
    }
    let before = campaign.get().checked_sub(1).and_then(CampaignNumber::new);
    let before = match before {
        Some(before) => app.store.snapshot(before).await?,
        None => None,
    };
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

/// Counts what a drawer of the roster holds, from where it was left.
async fn drawer(app: &App, closed: &Closed<'_>, shard: Shard) -> Result<Counted, Failure> {
    loop {
        let mut gathered = app.store.gathered(closed.campaign, shard).await?;
        if gathered.done {
            return Ok(gathered.counted);
        }
        let accounts = app.store.roster(shard, gathered.after.as_ref(), PAGE).await?;
        for account in &accounts.accounts {
            count(app, closed, account, &mut gathered.counted).await?;
        }
        if gathered.after.is_none() && accounts.accounts.is_empty() {
            // An empty drawer is looked at again sooner than remembered.
            return Ok(gathered.counted);
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
    counted: &mut Counted,
) -> Result<(), Failure> {
    let reference = closed.dates.reference_date;
    let after = closed.campaign.get().checked_add(1).and_then(CampaignNumber::new);
    let after = after.unwrap_or(closed.campaign);
    for found in app.store.account(account).await?.connections {
        let connection = &found.filed.connection;
        if !connection.supply.flows_on(reference) {
            continue;
        }
        let readings = app.store.history(account, &connection.number, after).await?;
        for filed in found.meters.iter().filter(|filed| filed.meter.hangs_on(reference)) {
            one(app, closed, (&found, filed), &readings, counted);
            let is_asked = found.request(closed.campaign, &filed.meter.number).is_some();
            if is_unread(connection.read_by, closed.dates, filed, &readings) && !is_asked {
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

/// Counts how the use of one meter changed: of several registers the first that counts use.
fn one(
    app: &App,
    closed: &Closed<'_>,
    (found, filed): (&ConnectionRecords, &FiledMeter),
    readings: &[Reading],
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
    let history = History::of(&filed.meter, &register.name, &found.every_meter(), readings);
    let Ok(history) = history else { return };
    let occupancy = Occupancy { occupied_from: Some(supply.period.from), excluded: Vec::new() };
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
