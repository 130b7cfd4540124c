//! `infra/config/campaigns/<year>.toml`: what the utility wants of a campaign.

use std::fmt;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::Deserialize;

use super::dates::a_year;
use crate::account::MailAddress;
use crate::calendar::{civil_time, days_after};
use crate::id::CampaignNumber;

/// What the utility wants of a campaign. Days are civil days of Europe/Amsterdam.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The number inside its links; by habit the year.
    pub id: CampaignNumber,
    /// The opening day.
    pub call: NaiveDate,
    /// Days from the opening to the deadline, which counts.
    pub window_days: u16,
    /// *Peildatum*: readings are asked for, and the year is settled to, this day.
    pub reference_date: NaiveDate,
    /// Days of the reminders after the opening: 1 to 5, rising.
    pub reminder_days: Vec<u16>,
    /// The fewest days between two mails of the campaign to one account.
    pub min_gap_days: u16,
    /// Days after the deadline in which a late reading still comes before estimating.
    pub grace_days: u16,
    /// So many days after `call` the campaign may still open.
    pub late_start_max_days: u16,
    /// With fewer days left to the deadline, a joiner is not asked.
    pub join_min_days: u16,
    /// A reading that was this fresh at the opening is not asked again.
    pub recent_reading_days: u16,
    /// The local hours in which mails of the campaign are fed.
    pub send_window: SendWindow,
    /// The first day on which the annual invoice may be made.
    pub invoice_not_before: NaiveDate,
    /// Months from that day in which a reading still corrects the invoice: 1 to 60.
    pub correction_months: u16,
    /// Mailboxes of staff that get the first mails of every wave.
    pub seeds: Vec<MailAddress>,
}

/// The local hours in which mails of a campaign are fed, half-open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SendWindow {
    /// The first minute.
    pub from: NaiveTime,
    /// The first minute after it.
    pub until: NaiveTime,
}

impl SendWindow {
    /// Whether mails are fed at `now`.
    pub fn holds(&self, now: DateTime<Utc>) -> bool {
        let time = civil_time(now).time();
        self.from <= time && time < self.until
    }
}

/// One broken rule of a configuration file: what is wrong, where, and how to mend it.
///
/// The operator mends the file and deploys again; nothing was read from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// The file, as it was named to the loader.
    pub file: String,
    /// The line of the key, from 1.
    pub line: usize,
    /// The key; empty when the file as a whole cannot be read.
    pub key: String,
    /// The value, the rule, and what would do.
    pub rule: String,
}

impl std::error::Error for ConfigError {}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, key, rule } = self;
        let colon = if key.is_empty() { "" } else { ": " };
        write!(f, "{file}:{line} {key}{colon}{rule}")
    }
}

/// The file as it is written; every key has a rule in [`Config::parse`].
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    id: u16,
    call: toml::value::Datetime,
    window_days: u16,
    reference_date: toml::value::Datetime,
    reminder_days: Vec<u16>,
    min_gap_days: u16,
    grace_days: u16,
    late_start_max_days: u16,
    join_min_days: u16,
    recent_reading_days: u16,
    send_window: [String; 2],
    invoice_not_before: toml::value::Datetime,
    #[serde(default = "a_year")]
    correction_months: u16,
    #[serde(default)]
    seeds: Vec<String>,
}

impl Config {
    /// Reads the file `file` with the contents `text`.
    ///
    /// **Errors.** Every broken rule at once, in the order of the lines; see [`ConfigError`].
    pub fn parse(file: &str, text: &str) -> Result<Self, Vec<ConfigError>> {
        let written: Written = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(1, |span| line_at(text, span.start));
            let rule = error.message().to_owned();
            vec![ConfigError { file: file.to_owned(), line, key: String::new(), rule }]
        })?;
        let mut rules = Rules { file, text, broken: Vec::new() };
        let config = Self::check(&written, &mut rules);
        rules.broken.sort_by_key(|error| error.line);
        match config {
            Some(config) if rules.broken.is_empty() => Ok(config),
            _ => Err(rules.broken),
        }
    }

    fn check(written: &Written, rules: &mut Rules<'_>) -> Option<Self> {
        let id = CampaignNumber::new(written.id);
        rules.note("id", id.is_none().then(|| "0 is no campaign: 1 to 65535".into()));
        let call = rules.day("call", &written.call);
        let reference_date = rules.day("reference_date", &written.reference_date);
        let invoice_not_before = rules.day("invoice_not_before", &written.invoice_not_before);
        rules.window(written.window_days);
        rules.corrections(written.correction_months);
        rules.reminders(written);
        let send_window = rules.send_window(&written.send_window);
        let seeds = rules.seeds(&written.seeds);
        if let (Some(call), Some(invoice)) = (call, invoice_not_before) {
            let closes = days_after(call, written.window_days.saturating_add(written.grace_days));
            rules.note(
                "invoice_not_before",
                (invoice <= closes).then(|| {
                    format!(
                        "{invoice} is before the campaign closes; {} would do",
                        days_after(closes, 6)
                    )
                }),
            );
        }
        Some(Self {
            id: id?,
            call: call?,
            window_days: written.window_days,
            reference_date: reference_date?,
            reminder_days: written.reminder_days.clone(),
            min_gap_days: written.min_gap_days,
            grace_days: written.grace_days,
            late_start_max_days: written.late_start_max_days,
            join_min_days: written.join_min_days,
            recent_reading_days: written.recent_reading_days,
            send_window: send_window?,
            invoice_not_before: invoice_not_before?,
            correction_months: written.correction_months,
            seeds,
        })
    }
}

/// The file that is checked, and what was found in it.
struct Rules<'a> {
    file: &'a str,
    text: &'a str,
    broken: Vec<ConfigError>,
}

impl Rules<'_> {
    /// Notes the broken `rule` of `key`, if it is broken.
    fn note(&mut self, key: &'static str, rule: Option<String>) {
        let line = line_of(self.text, key);
        let file = self.file.to_owned();
        let key = key.to_owned();
        self.broken.extend(rule.map(|rule| ConfigError { file, line, key, rule }));
    }

    fn day(&mut self, key: &'static str, written: &toml::value::Datetime) -> Option<NaiveDate> {
        let day = written.to_string().parse().ok();
        self.note(
            key,
            day.is_none().then(|| format!("{written} is no day of the calendar: yyyy-mm-dd")),
        );
        day
    }

    fn window(&mut self, days: u16) {
        self.note(
            "window_days",
            (!(7..=90).contains(&days)).then(|| format!("{days} is not 7 to 90")),
        );
    }

    fn corrections(&mut self, months: u16) {
        self.note(
            "correction_months",
            (!(1..=60).contains(&months)).then(|| format!("{months} is not 1 to 60")),
        );
    }

    fn reminders(&mut self, written: &Written) {
        let days = &written.reminder_days;
        let key = "reminder_days";
        self.note(
            key,
            (!(1..=5).contains(&days.len()))
                .then(|| format!("{} reminders; 1 to 5 are possible", days.len())),
        );
        let gap = written.min_gap_days;
        self.note(
            "min_gap_days",
            (!(1..=30).contains(&gap)).then(|| format!("{gap} is not 1 to 30")),
        );
        let mut before = 0;
        for day in days {
            self.note(
                key,
                (day.saturating_sub(before) < gap)
                    .then(|| format!("{day} is less than min_gap_days = {gap} after {before}")),
            );
            before = *day;
        }
        let latest = written.window_days.saturating_sub(3);
        self.note(
            key,
            (before > latest).then(|| format!("{before} is later than window_days - 3 = {latest}")),
        );
    }

    fn send_window(&mut self, [from, until]: &[String; 2]) -> Option<SendWindow> {
        let window = time(from).zip(time(until)).filter(|(from, until)| from < until);
        self.note(
            "send_window",
            window.is_none().then(|| {
                format!(
                    "[{from:?}, {until:?}] is no stretch of a day; [\"08:00\", \"20:00\"] would do"
                )
            }),
        );
        window.map(|(from, until)| SendWindow { from, until })
    }

    fn seeds(&mut self, written: &[String]) -> Vec<MailAddress> {
        let mut seeds = Vec::new();
        for text in written {
            let seed = MailAddress::parse(text);
            self.note("seeds", seed.is_none().then(|| format!("{text:?} is no mail address")));
            seeds.extend(seed);
        }
        seeds
    }
}

fn time(text: &str) -> Option<NaiveTime> {
    NaiveTime::parse_from_str(text, "%H:%M").ok()
}

/// The line, from 1, on which the top-level `key` is set.
fn line_of(text: &str, key: &str) -> usize {
    let sets = |line: &str| {
        line.trim_start().strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('='))
    };
    text.lines().position(sets).map_or(1, |place| place + 1)
}

/// The line, from 1, of the byte at `offset`.
pub(crate) fn line_at(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}
