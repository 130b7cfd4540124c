//! The one test harness: a stack in memory, driven through its public doors only.
//!
//! A `World` imports files, moves the clock, opens pages and reads mails. When it is dropped it
//! fails the test if a mail was not read, a message that is due was left in a queue, a function
//! failed, or a log, a queue, a tag or the ledger says who a customer is or holds a link.

#![expect(
    clippy::missing_panics_doc,
    clippy::panic,
    reason = "a harness ends the test that it cannot serve"
)]

pub(crate) mod log;
mod private;
mod seen;
mod state;
mod tape;

use std::cell::RefCell;
use std::path::Path;

use bytes::Bytes;
use chrono::{DateTime, NaiveDateTime, Utc};
use http::Request;

use cloud::Config;
use domain::calendar;
use domain::shard::Drawers;

use crate::configuration;
use crate::fault::EventPath;
use crate::gate::{Call, Units};
use crate::pump::{Firing, Step, StepResult};
use crate::stack::{Layer, Options, Stack, StackError};
use crate::standin::Keep;
use crate::standin::ses::{self, EventType};

use self::tape::Tape;

pub(crate) use self::private::in_the_open;
pub use log::logged;
pub use private::tokens;
pub use seen::{Letter, Seen};
pub use tape::{Course, Known, Recorded, Snapshot};

/// What links begin with in a `World`.
pub const BASE_URL: &str = "https://stand.voorbeeldwater.nl";

/// A whole utility in memory.
#[derive(Debug)]
pub struct World {
    stack: Stack,
    /// How many of the accepted mails were read.
    read: Vec<u64>,
    failed: Vec<String>,
    /// Where the reports of the last import lie.
    reports: String,
    searched: Searched,
    tape: RefCell<Tape>,
}

/// Up to where it was searched for what nobody may find.
#[derive(Debug)]
struct Searched {
    /// In what was logged on its thread; others had logged there before it began.
    logged: usize,
    /// In what was sent to its queues.
    said: usize,
}

impl World {
    /// An empty utility on 1 November 2026 at nine, as deployed.
    ///
    /// # Panics
    /// When the stack does not start.
    pub fn new(seed: u64) -> Self {
        Self::with(seed, configuration::config(), configuration::DRAWERS)
    }

    /// The same, deployed with another configuration and so many drawers.
    ///
    /// # Panics
    /// When the stack does not start.
    pub fn with(seed: u64, config: Config, drawers: Drawers) -> Self {
        Self::start(seed, config, drawers, Stack::start)
    }

    /// The same with sockets between the functions and the stand-ins.
    ///
    /// # Panics
    /// When the stack does not start, or outside of a tokio runtime.
    pub fn over_tcp(seed: u64) -> Self {
        let (config, drawers) = (configuration::config(), configuration::DRAWERS);
        Self::start(seed, config, drawers, Stack::start_over_tcp)
    }

    /// The same, deployed as [`World::with`], with keys of its own: see [`Stack::with_own_keys`].
    ///
    /// # Panics
    /// When the stack does not start.
    pub fn with_own_keys(seed: u64, config: Config, drawers: Drawers) -> Self {
        Self::start(seed, config, drawers, Stack::with_own_keys)
    }

    /// The same, deployed as [`World::with`], with `layer` between its functions and the stand-ins:
    /// what would happen if they were written otherwise.
    ///
    /// # Panics
    /// When the stack does not start.
    pub fn behind(layer: Layer, seed: u64, config: Config, drawers: Drawers) -> Self {
        Self::start(seed, config, drawers, |options| Stack::start_behind(layer, options))
    }

    fn start(
        seed: u64,
        config: Config,
        drawers: Drawers,
        stack: impl FnOnce(Options<'_>) -> Result<Stack, StackError>,
    ) -> Self {
        let options = Options {
            seed,
            now: instant("2026-11-01 09:00"),
            config,
            keep: Keep::Nothing,
            base_url: BASE_URL,
            drawers,
        };
        let logged = log::keep();
        let stack = stack(options).unwrap_or_else(|error| panic!("no stack: {error}"));
        let (read, failed, reports) = (Vec::new(), Vec::new(), String::new());
        let searched = Searched { logged, said: 0 };
        Self { stack, read, failed, reports, searched, tape: RefCell::default() }
    }

    /// The stack below, for what has no door of its own.
    pub fn stack(&mut self) -> &mut Stack {
        &mut self.stack
    }

    /// The time in Europe/Amsterdam.
    pub fn now(&self) -> NaiveDateTime {
        calendar::civil_time(self.stack.now())
    }

    /// Puts the files of `folder` in `incoming/`, `ready` last, and lets `import` work.
    pub async fn import(&mut self, folder: &Path) {
        let mut names: Vec<_> = std::fs::read_dir(folder)
            .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
            .map(|entry| entry.map(|entry| entry.path()).unwrap_or_default())
            .collect();
        names.sort();
        let files: Vec<(String, Vec<u8>)> = names
            .iter()
            .map(|path| {
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                let bytes = std::fs::read(path);
                (name, bytes.unwrap_or_else(|error| panic!("{}: {error}", path.display())))
            })
            .collect();
        let borrowed: Vec<(&str, &[u8])> =
            files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
        self.deliver("set", &borrowed).await;
    }

    /// Puts `files` in `incoming/<set>/`, `ready` last, and lets `import` work.
    pub async fn deliver(&mut self, set: &str, files: &[(&str, &[u8])]) {
        self.place(set, files).await;
        let before = self.report_keys();
        self.pump().await;
        let new = self.report_keys().into_iter().find(|key| !before.contains(key));
        if let Some((folder, _)) = new.as_deref().and_then(|key| key.rsplit_once('/')) {
            folder.clone_into(&mut self.reports);
        }
    }

    /// Puts `files` in `incoming/<set>/`, `ready` last; `import` works at the next step.
    pub async fn place(&self, set: &str, files: &[(&str, &[u8])]) {
        for (name, bytes) in files {
            self.put(set, name, bytes).await;
        }
        self.put(set, "ready", b"").await;
    }

    fn report_keys(&self) -> Vec<String> {
        let keys = self.stack.stand_ins().files().keys(FILES).unwrap_or_default();
        keys.into_iter().filter(|key| key.starts_with("reports/")).collect()
    }

    async fn put(&self, set: &str, name: &str, bytes: &[u8]) {
        let key = format!("incoming/{set}/{name}");
        let put = self.stack.stand_ins().files();
        let put = put.put(FILES, &key, Bytes::copy_from_slice(bytes)).await;
        put.unwrap_or_else(|error| panic!("{key}: {error}"));
    }

    /// The text of a report of the last set that was not delivered before: `summary.txt`,
    /// `report.csv` or `report.json`; empty where there is none.
    pub async fn report(&self, name: &str) -> String {
        let key = format!("{}/{name}", self.reports);
        let bytes = self.stack.stand_ins().files().get(FILES, &key).await.unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// The text of a file that was put for people to fetch; empty when there is none.
    pub async fn file(&self, key: &str) -> String {
        let bytes = self.stack.stand_ins().files().get(FILES, key).await;
        String::from_utf8_lossy(&bytes.unwrap_or_default()).into_owned()
    }

    /// Moves the clock to `YYYY-MM-DD HH:MM` in Europe/Amsterdam, doing what is due on the way.
    pub async fn advance_to(&mut self, time: &str) {
        self.step_to(instant(time)).await;
    }

    /// Does what is due now.
    pub async fn pump(&mut self) {
        self.step_to(self.stack.now()).await;
    }

    fn note(&mut self, step: &Step) {
        if step.result != StepResult::Done {
            self.failed.push(step.to_string());
        }
    }

    /// What functions failed to do since the last time this was asked. A test that expects a
    /// failure takes it away with this.
    pub fn take_failures(&mut self) -> Vec<String> {
        std::mem::take(&mut self.failed)
    }

    /// Chooses which due times of a schedule are played.
    pub fn set_firing(&mut self, schedule: &str, firing: Firing) {
        assert!(self.stack.set_firing(schedule, firing), "no schedule is called {schedule}");
    }

    /// The mails to `address` that were not read yet, in order.
    pub fn mails_to(&mut self, address: &str) -> Vec<Letter> {
        let mails = self.stack.stand_ins().mails().all();
        let unread = mails.into_iter().filter(|mail| !self.read.contains(&mail.number));
        let mine: Vec<_> = unread.filter(|mail| mail.to.iter().any(|to| to == address)).collect();
        self.read.extend(mine.iter().map(|mail| mail.number));
        mine.into_iter().map(|mail| Letter::of(&mail)).collect()
    }

    /// All mails that were not read yet, in order.
    pub fn mails(&mut self) -> Vec<Letter> {
        let mails = self.stack.stand_ins().mails().all();
        let unread: Vec<_> =
            mails.into_iter().filter(|mail| !self.read.contains(&mail.number)).collect();
        self.read.extend(unread.iter().map(|mail| mail.number));
        unread.into_iter().map(|mail| Letter::of(&mail)).collect()
    }

    /// Every mail that was accepted, in order, whether it was read or not.
    pub fn sent(&self) -> Vec<ses::Mail> {
        self.stack.stand_ins().mails().all()
    }

    /// GET of a link, or of a path below one.
    pub async fn open(&self, link: &str) -> Seen {
        self.ask(Request::get(link), Bytes::new()).await
    }

    /// HEAD of a link.
    pub async fn head(&self, link: &str) -> Seen {
        self.ask(Request::head(link), Bytes::new()).await
    }

    /// Opens a link, fills `value` in its first register, and sends the form, as a browser does.
    pub async fn submit(&self, link: &str, value: &str) -> Seen {
        let page = self.open(link).await;
        if page.is_lost() {
            return page;
        }
        let field = page.first_register();
        self.send(link, &page, &[(&field, value)]).await
    }

    /// Sends the form of `page` with `filled` fields set; the others stay as they were served.
    /// Follows the answer to the receipt.
    pub async fn send(&self, link: &str, page: &Seen, filled: &[(&str, &str)]) -> Seen {
        let mut fields = page.fields();
        for (name, value) in filled {
            fields.retain(|(known, _)| known != name);
            fields.push(((*name).to_owned(), (*value).to_owned()));
        }
        let answer = self.post(link, &fields).await;
        match answer.location() {
            Some(path) => {
                let mut receipt = self.open(&absolute(&path)).await;
                receipt.stored = answer.status == 303;
                receipt
            }
            None => answer,
        }
    }

    /// POST of form fields; redirects are not followed.
    pub async fn post(&self, link: &str, fields: &[(String, String)]) -> Seen {
        let body = form(fields);
        let request = Request::post(link)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        self.ask(request, Bytes::from(body)).await
    }

    /// Any request. It has no answer when its function was killed.
    pub async fn ask(&self, request: http::request::Builder, body: Bytes) -> Seen {
        let request = request.body(body).unwrap_or_else(|error| panic!("no request: {error}"));
        self.answered(request).await.map_or_else(Seen::lost, Seen::of)
    }

    /// Has a stand-in misbehave: the JSON of `POST /_local/faults`.
    pub fn fault(&self, rule: &str) {
        let added = self.stack.stand_ins().gate().fault(rule);
        added.unwrap_or_else(|error| panic!("{error}"));
    }

    /// Has SES publish that something happens now to recipients of mail number `mail`.
    ///
    /// # Panics
    /// When there is no such mail.
    pub fn publish(&self, mail: u64, event_type: EventType, to: &[&str], path: EventPath) {
        let mails = self.stack.stand_ins().mails();
        assert!(mails.publish(mail, event_type, to, path), "there is no mail number {mail}");
    }

    /// A mark to count calls from.
    pub fn mark(&self) -> u64 {
        self.stack.stand_ins().gate().mark()
    }

    /// The calls since a mark.
    pub fn calls_since(&self, mark: u64) -> Vec<Call> {
        self.stack.stand_ins().gate().since(mark)
    }

    /// What the calls since a mark cost in DynamoDB.
    pub fn units_since(&self, mark: u64) -> Units {
        self.stack.stand_ins().gate().units_since(mark)
    }

    /// Whether anything was written since a mark.
    pub fn wrote_since(&self, mark: u64) -> bool {
        self.stack.stand_ins().gate().wrote_since(mark)
    }

    /// What stands where nobody may find it: the links, mail addresses, names and IBANs of its own
    /// customers in the tags of mails and in the ledger as they are, and in what was logged and
    /// queued since the last time this was asked. A world asks it when it is dropped.
    pub fn in_the_open(&mut self) -> Vec<String> {
        let stand_ins = self.stack.stand_ins();
        let (logged, said) = (log::mark(), stand_ins.queues().said_since(self.searched.said));
        let found = in_the_open(stand_ins, &log::since(self.searched.logged), &said);
        let end = self.searched.said.saturating_add(said.len());
        self.searched = Searched { logged, said: end };
        found
    }

    /// Everything that is stored and was sent, one line an item, mail or file: two runs of one
    /// seed give the same bytes.
    pub async fn dump(&self) -> String {
        crate::dump::of(self.stack.stand_ins()).await
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let in_the_open = self.in_the_open();
        assert!(in_the_open.is_empty(), "anybody can read: {in_the_open:#?}");
        assert!(self.failed.is_empty(), "functions failed: {:#?}", self.failed);
        let stand_ins = self.stack.stand_ins();
        for queue in stand_ins.queues().names() {
            let left = stand_ins.queues().counts(&queue);
            // A mail that waits for its quarter of an hour may go on waiting.
            let left = left.visible + left.in_flight;
            assert_eq!(left, 0, "messages are left in {queue}");
        }
        let unread: Vec<_> = stand_ins
            .mails()
            .all()
            .into_iter()
            .filter(|mail| !self.read.contains(&mail.number))
            .map(|mail| format!("{} to {}", mail.number, mail.to.join(", ")))
            .collect();
        assert!(unread.is_empty(), "mails were not read: {unread:#?}");
        let idle = stand_ins.gate().idle_faults();
        assert!(idle.is_empty(), "faults never happened: {idle:?}");
    }
}

/// The bucket of files of the local stack.
pub const FILES: &str = "local-files-000000000000";

/// The bucket of documents of the local stack.
pub const INVOICES: &str = "local-invoices-000000000000";

/// The instant of `YYYY-MM-DD HH:MM` in Europe/Amsterdam.
pub fn instant(time: &str) -> DateTime<Utc> {
    let local = NaiveDateTime::parse_from_str(time, "%Y-%m-%d %H:%M")
        .unwrap_or_else(|error| panic!("{time:?} is no YYYY-MM-DD HH:MM: {error}"));
    calendar::at(local.date(), local.time())
}

fn absolute(path: &str) -> String {
    if path.starts_with('/') { format!("{BASE_URL}{path}") } else { path.to_owned() }
}

/// The body that a browser sends for a form.
pub(crate) fn form(fields: &[(String, String)]) -> String {
    let hex = |half: u8| char::from_digit(half.into(), 16).unwrap_or_default().to_ascii_uppercase();
    let encode = |text: &str| {
        let mut encoded = String::new();
        for byte in text.bytes() {
            match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'*' => {
                    encoded.push(char::from(byte));
                }
                b' ' => encoded.push('+'),
                byte => encoded.extend(['%', hex(byte >> 4), hex(byte & 15)]),
            }
        }
        encoded
    };
    let pairs = fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value)));
    pairs.collect::<Vec<_>>().join("&")
}
