//! `/ops`: the back office. It reads through `cloud` and writes nothing.

use askama::Template;
use bytes::Bytes;
use http::{Response, StatusCode};

use cloud::Error;
use cloud::store::billing::SettlementRecord;
use domain::calendar;
use domain::campaign::{CampaignState, Control, Progress, WaveState};
use domain::id::CampaignNumber;
use domain::invoicing::held::Held;
use domain::invoicing::progress::SettlementState;
use domain::sending::{Group, Scope, Tally};

use crate::invoiced::Invoiced;
use crate::stack::Stack;
use crate::world::FILES;

use super::clock_bar::Bar;
use super::page;

mod document;
mod look;

pub(super) use document::document;
pub(super) use look::Look;

#[derive(Template)]
#[template(path = "demo/ops.html")]
struct Office {
    bar: Bar,
    campaign: CampaignNumber,
    state: &'static str,
    control: &'static str,
    dates: Vec<Day>,
    look: Look,
    /// How near the estimates of the campaign before were.
    accuracy: Option<String>,
    years: Years,
    /// Received, of a hundred that were asked.
    percent: usize,
    waves: Vec<WaveRow>,
    post: u64,
    reports: Vec<ImportReport>,
    queues: Vec<DeadLetters>,
    dead: usize,
}

/// What the years came to.
struct Years {
    /// How many invoices have their number.
    numbered: usize,
    to_pay: String,
    refund: String,
    /// Settlements that a person must see or mend.
    waiting: Vec<YearRow>,
    /// Those with a number, by number.
    invoices: Vec<YearRow>,
}

struct YearRow {
    account: String,
    document: String,
    state: &'static str,
    number: String,
    cost: String,
    payable: String,
    why: String,
}

struct Day {
    label: String,
    on: String,
    is_past: bool,
}

struct WaveRow {
    label: String,
    begun: String,
    state: &'static str,
    tally: Tally,
}

struct ImportReport {
    name: String,
    summary: String,
}

struct DeadLetters {
    queue: String,
    count: usize,
}

pub(super) async fn page(stack: &Stack, bar: Bar, campaign: CampaignNumber) -> Response<Bytes> {
    match office(stack, bar, campaign).await {
        Ok(office) => page::page(&office),
        Err(error) => page::plain(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
    }
}

async fn office(stack: &Stack, bar: Bar, campaign: CampaignNumber) -> Result<Office, Error> {
    let store = stack.store();
    let progress = store.campaign(campaign).await?.progress;
    let control = store.control(Group::Campaign(campaign)).await?.state;
    let look = Look::at(stack, campaign).await?;
    let mut waves = Vec::new();
    for begun in &progress.waves {
        let tally = store.tally(&Scope::Wave { campaign, wave: begun.wave }).await?;
        waves.push(WaveRow {
            label: match begun.wave {
                domain::campaign::Wave::Call => "Call".to_owned(),
                domain::campaign::Wave::Reminder(number) => format!("Reminder {number}"),
                domain::campaign::Wave::Estimated => "Estimates".to_owned(),
            },
            begun: begun.begun_on.format("%-d %b %Y").to_string(),
            state: wave_state(begun.state),
            tally,
        });
    }
    let queues = dead_letters(stack);
    let years = years(&Invoiced::of(&store, campaign).await?);
    let accuracy = store.accuracy(campaign).await?.map(|report| report.text());
    Ok(Office {
        accuracy,
        years,
        bar: bar.on("ops", "/ops"),
        campaign,
        state: campaign_state(progress.state),
        control: control_word(control),
        dates: days(&progress, stack),
        percent: look.received.saturating_mul(100).checked_div(look.asked).unwrap_or_default(),
        look,
        post: waves.first().map_or(0, |call| call.tally.post),
        waves,
        reports: reports(stack).await,
        dead: queues.iter().map(|queue| queue.count).sum(),
        queues,
    })
}

fn years(invoiced: &Invoiced) -> Years {
    let (to_pay, refund) = invoiced.sums();
    let row = |it: &SettlementRecord| YearRow {
        account: it.account.to_string(),
        document: it.document.to_string(),
        state: it.state.as_str(),
        number: it.number.as_ref().map(ToString::to_string).unwrap_or_default(),
        cost: it.cost.map(|cost| cost.to_string()).unwrap_or_default(),
        payable: it.payable.map(|payable| payable.to_string()).unwrap_or_default(),
        why: it
            .held
            .iter()
            .map(Held::to_string)
            .chain(it.refused.clone())
            .collect::<Vec<_>>()
            .join("; "),
    };
    let is_made = |it: &&SettlementRecord| it.state == SettlementState::Numbered;
    let mut invoices: Vec<YearRow> = invoiced.settlements.iter().filter(is_made).map(row).collect();
    invoices.sort_by(|a, b| a.number.cmp(&b.number));
    Years {
        numbered: invoices.len(),
        to_pay: to_pay.to_string(),
        refund: refund.to_string(),
        waiting: invoiced.settlements.iter().filter(|it| !is_made(it)).map(row).collect(),
        invoices,
    }
}

/// What was promised to customers, and whether it has passed.
fn days(progress: &Progress, stack: &Stack) -> Vec<Day> {
    let Some(dates) = &progress.dates else { return Vec::new() };
    let today = calendar::civil_day(stack.now());
    let reminders = (1..).zip(&dates.reminders_on);
    let reminders = reminders.map(|(number, day): (u8, _)| (format!("Reminder {number}"), *day));
    let named = std::iter::once(("Call".to_owned(), dates.opened_on)).chain(reminders).chain([
        ("Deadline".to_owned(), dates.deadline),
        ("Estimates".to_owned(), dates.closes_on),
        ("Reference date".to_owned(), dates.reference_date),
        ("Invoices".to_owned(), dates.invoice_not_before),
    ]);
    let day = |(label, day): (String, chrono::NaiveDate)| Day {
        label,
        on: day.format("%-d %b").to_string(),
        is_past: day <= today,
    };
    named.map(day).collect()
}

async fn reports(stack: &Stack) -> Vec<ImportReport> {
    let files = stack.stand_ins().files();
    let mut reports = Vec::new();
    for key in files.keys(FILES).unwrap_or_default() {
        let name = key.strip_prefix("reports/").and_then(|name| name.strip_suffix("/summary.txt"));
        if let Some(name) = name {
            let summary = files.get(FILES, &key).await.unwrap_or_default();
            let summary = String::from_utf8_lossy(&summary).into_owned();
            reports.push(ImportReport { name: name.to_owned(), summary });
        }
    }
    reports
}

fn dead_letters(stack: &Stack) -> Vec<DeadLetters> {
    let queues = stack.stand_ins().queues();
    let dead = queues.names().into_iter().filter(|name| name.ends_with("-dead"));
    dead.map(|queue| DeadLetters { count: queues.counts(&queue).all(), queue }).collect()
}

fn campaign_state(state: CampaignState) -> &'static str {
    match state {
        CampaignState::Scheduled => "scheduled",
        CampaignState::Held => "held",
        CampaignState::Open => "open",
        CampaignState::Closed => "closed",
        CampaignState::Finished => "finished",
    }
}

fn wave_state(state: WaveState) -> &'static str {
    match state {
        WaveState::None => "not begun",
        WaveState::Planning => "planning",
        WaveState::Canary => "canary",
        WaveState::Feeding => "feeding",
        WaveState::Quiet => "quiet",
        WaveState::Finished => "finished",
        WaveState::Superseded => "superseded",
    }
}

fn control_word(control: Control) -> &'static str {
    match control {
        Control::Run => "mails go out",
        Control::PauseOperator => "paused by an operator",
        Control::PauseBreaker => "paused: too many bounces or errors",
        Control::PauseQuota => "paused: the quota of the day is used up",
        Control::Closed => "no more mails",
    }
}
