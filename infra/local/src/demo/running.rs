//! The stack behind the demo: one year of the fictional utility, and what is asked of it.

use bytes::Bytes;
use chrono::{DateTime, Days, NaiveTime, Utc};
use http::{Method, Request, Response, StatusCode};
use tokio::sync::Mutex;

use domain::calendar;
use domain::campaign::Dates;
use views::House;

use crate::configuration;
use crate::delivery::Set;
use crate::dump;
use crate::gate::Service;
use crate::standin::Dropped;

use super::banner::Counted;
use super::clock_bar::Move;
use super::data::Folder;
use super::ops::Look;
use super::page::{self, Fields};
use super::stop::Stop;
use super::year::{StartError, Year, morning};
use super::{control, customers, forward, inbox, ops};

/// What a demo begins with.
#[derive(Debug)]
pub struct Begin {
    /// Its links lead to this port of 127.0.0.1.
    pub port: u16,
    /// The set that is delivered, if it is not that of the fictional utility.
    pub set: Option<Set>,
    /// Where it is kept; a year that is there is gone on with.
    pub data: Option<Folder>,
    /// Ends it after the step that it is in.
    pub stop: Stop,
}

impl Begin {
    /// The fictional utility, in memory, with links to `port`.
    pub fn at(port: u16) -> Self {
        Self { port, set: None, data: None, stop: Stop::default() }
    }

    /// What a year begins with: what was asked for, or what the folder began with before, or the
    /// fictional utility.
    pub(super) fn delivered(&self) -> Set {
        let before = || self.data.as_ref().and_then(Folder::delivered);
        self.set.clone().or_else(before).unwrap_or_else(customers::set)
    }

    /// The same without a folder.
    pub(super) fn in_memory(&self) -> Self {
        Self { port: self.port, set: self.set.clone(), data: None, stop: self.stop.clone() }
    }
}

/// The demo: requests in, answers out.
#[derive(Debug)]
pub struct Demo {
    begin: Begin,
    utility: String,
    config: domain::campaign::Config,
    year: Mutex<Year>,
}

impl Demo {
    /// Goes on with the year that is kept, or delivers the set and moves the clock to the morning
    /// of the call.
    ///
    /// **Shape.** Links begin with `http://127.0.0.1:<port>`; nothing is listened to.
    /// **Errors.** See [`StartError`].
    pub async fn start(begin: Begin) -> Result<Self, StartError> {
        let wrong = |error: &dyn std::fmt::Display| StartError::Configuration(error.to_string());
        let config = configuration::config();
        let house = House::of(|path| config.bytes(path)).map_err(|error| wrong(&error))?;
        let campaigns = config.campaigns().map_err(|failure| wrong(&failure))?;
        let first = campaigns.into_iter().next();
        let config = first.ok_or_else(|| wrong(&"there is no campaign in infra/config"))?;
        let year = Mutex::new(Year::open(&begin, &config).await?);
        Ok(Self { begin, utility: house.utility.name, config, year })
    }

    /// What the stack holds.
    pub async fn counted(&self) -> Counted {
        let year = self.year.lock().await;
        let look = Look::at(&year.stack, self.config.id).await.unwrap_or_default();
        Counted {
            utility: self.utility.clone(),
            mails: year.stack.stand_ins().mails().all().len(),
            campaign: self.config.id.get(),
            asked: look.asked,
            received: look.received,
            now: calendar::civil_time(year.stack.now()),
            year: year.kind,
        }
    }

    /// Answers a request. What is not of this module goes to the front door.
    pub async fn answer(&self, request: Request<Bytes>) -> Response<Bytes> {
        let path = request.uri().path().to_owned();
        let parts: Vec<&str> = path.split('/').skip(1).collect();
        let local = matches!(parts.first(), Some(&("" | "inbox" | "ops" | "_local")));
        let mut year = self.year.lock().await;
        if self.begin.stop.is_asked() {
            return page::plain(StatusCode::SERVICE_UNAVAILABLE, "The demo is ending.");
        }
        if !local {
            let answer = year.stack.front().answer(request).await;
            return match year.settle().await {
                Ok(()) => answer,
                Err(error) => page::plain(StatusCode::INSUFFICIENT_STORAGE, &error.to_string()),
            };
        }
        if request.method() == Method::POST && !is_own(&request) {
            return page::plain(StatusCode::FORBIDDEN, "Only this demo's own pages may do that.");
        }
        let query = Fields::of(request.uri().query().unwrap_or_default().as_bytes());
        let is_post = request.method() == Method::POST;
        if !is_post && !matches!(*request.method(), Method::GET | Method::HEAD) {
            return page::plain(StatusCode::METHOD_NOT_ALLOWED, "GET and POST are known here.");
        }
        let bar = self.bar(&year);
        match (is_post, parts.as_slice()) {
            (false, [""]) => page::see("/inbox"),
            (false, ["inbox"]) => inbox::list(&year, bar, &query),
            (false, ["inbox", mail]) => inbox::mail(&year, bar, mail, &query),
            (false, ["inbox", mail, "forward"]) => forward::editor(&year, bar, mail),
            (true, ["inbox", mail, "forward"]) => {
                forward::send(&mut year, mail, &Fields::of(request.body()))
            }
            (false, ["ops"]) => ops::page(&year.stack, bar, self.config.id).await,
            (false, ["ops", "documents", file]) => ops::document(&year.stack, file).await,
            (true, ["_local", "clock"]) => self.clock(&mut year, &request).await,
            (false, ["_local", "clock"]) => control::now(&year.stack),
            (false, ["_local", "mails"]) => control::mails(&year),
            (false, ["_local", "mails", file]) => control::mail(&year, file),
            (true, ["_local", "faults"]) => control::fault(&year.stack, request.body()),
            (false, ["_local", "calls"]) => control::calls(&year.stack),
            (true, _) => page::plain(StatusCode::NOT_FOUND, "Nothing takes that here."),
            (false, _) => page::plain(StatusCode::NOT_FOUND, "There is nothing here."),
        }
    }

    /// Answers a call of a program to a stand-in, between two requests of browsers, and does what
    /// is due after it.
    ///
    /// **Errors.** [`Dropped`] when a fault rule breaks the connection, or the demo is ending.
    pub async fn call(
        &self,
        service: Service,
        request: Request<Bytes>,
    ) -> Result<Response<Bytes>, Dropped> {
        let mut year = self.year.lock().await;
        if self.begin.stop.is_asked() {
            return Err(Dropped);
        }
        let answer = year.stack.stand_ins().call_service(service, request).await;
        if let Err(error) = year.settle().await {
            super::say_wrong(&error.to_string());
        }
        answer
    }

    /// Waits until what is being done is done; from then on everything is refused when
    /// [`Begin::stop`] was asked.
    pub async fn finish(&self) {
        drop(self.year.lock().await);
    }

    /// The number of the last call of a stand-in: what [`Self::wrote_since`] counts from.
    pub async fn mark(&self) -> u64 {
        self.year.lock().await.stack.stand_ins().gate().mark()
    }

    /// Whether anything was written since a mark.
    pub async fn wrote_since(&self, mark: u64) -> bool {
        self.year.lock().await.stack.stand_ins().gate().wrote_since(mark)
    }

    /// Everything that the stack holds, in one canonical text.
    pub async fn dump(&self) -> String {
        dump::of(self.year.lock().await.stack.stand_ins()).await
    }

    fn bar(&self, year: &Year) -> super::clock_bar::Bar {
        super::clock_bar::Bar::new(&self.utility, &self.dates(), year.stack.now())
    }

    fn dates(&self) -> Dates {
        Dates::freeze(&self.config, self.config.call)
    }

    /// Moves the clock as a form or a program asks; a form leads back to where it stood.
    async fn clock(&self, year: &mut Year, request: &Request<Bytes>) -> Response<Bytes> {
        let kind = request.headers().get(http::header::CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        // What curl sends with -d alone is called a form.
        let is_form = kind.starts_with("application/x-www-form-urlencoded")
            && !request.body().starts_with(b"{");
        let fields = Fields::of(if is_form { request.body() } else { b"" });
        let wanted = if is_form {
            fields.get("move").and_then(Move::parse)
        } else {
            Move::of_json(request.body())
        };
        let Some(wanted) = wanted else {
            let known = r#"Say {"to":"2026-12-03T09:00"}, or {"move":"day"}: day, week, deadline, estimates, invoices, reset."#;
            return page::plain(StatusCode::UNPROCESSABLE_ENTITY, known);
        };
        let moved = if let Some(to) = self.target(wanted, year.stack.now()) {
            year.advance_to(to).await.map_err(|error| error.to_string())
        } else {
            let begun = year.begin_again(&self.begin, &self.config).await;
            begun.map_err(|error| error.to_string())
        };
        match moved {
            Err(sentence) => page::plain(StatusCode::CONFLICT, &sentence),
            Ok(()) if is_form => page::see(fields.get("back").unwrap_or("/inbox")),
            Ok(()) => control::now(&year.stack),
        }
    }

    /// Where `wanted` leads; `None` is back to the beginning.
    fn target(&self, wanted: Move, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let local = calendar::civil_time(now);
        let after = |days| {
            let day = local.date().checked_add_days(Days::new(days)).unwrap_or(local.date());
            calendar::at(day, local.time())
        };
        let dates = self.dates();
        match wanted {
            Move::Day => Some(after(1)),
            Move::Week => Some(after(7)),
            Move::Deadline => Some(calendar::at(dates.deadline, morning())),
            Move::Estimates => Some(calendar::at(dates.closes_on, ten())),
            Move::Invoices => Some(calendar::at(dates.invoice_not_before, ten())),
            Move::To(to) => Some(calendar::at(to.date(), to.time())),
            Move::Reset => None,
        }
    }
}

fn ten() -> NaiveTime {
    NaiveTime::from_hms_opt(10, 0, 0).unwrap_or_else(morning)
}

/// Whether a browser sent it from a page of this demo; a program says nothing about that.
fn is_own(request: &Request<Bytes>) -> bool {
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    header("sec-fetch-site").is_none_or(|from| matches!(from, "same-origin" | "none"))
}
