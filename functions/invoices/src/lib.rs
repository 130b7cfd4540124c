//! The Lambda that makes the documents of an invoice, keeps them and plans its mail.
//!
//! The order is the promise: both documents are kept before the record says so, and the record and
//! the row of the mail are one transaction. Whatever dies in between, the message comes again and
//! finds what is done: a document that lies there is compared, never replaced, and a mail that is
//! planned is queued once more, which the ledger makes harmless.

mod papers;

use serde_json::Value;

use cloud::event::{Batch, Failures, InvoiceMessage, Record};
use cloud::settings::Name;
use cloud::{Archive, Aws, Config, Failure, Queue, Settings, Store};
use documents::{Letterhead, PdfError};
use domain::calendar::civil_day;
use domain::invoice::InvoiceState;
use domain::invoicing::config::Invoicing;
use domain::sending::{Hour, Scope, kept_until};
use domain::settlement::case::Case;
use domain::settlement::result::Settlement;
use views::House;

/// What sets a document on paper: [`documents::pdf`], or what gives the same bytes.
pub type Press = fn(&Case, &Settlement, &Letterhead) -> Result<Vec<u8>, PdfError>;

/// What the function builds at its cold start.
#[derive(Debug)]
pub struct App {
    store: Store,
    archive: Archive,
    mails: Queue,
    letterhead: Letterhead,
    press: Press,
}

impl App {
    /// The variables that it reads.
    pub const SETTINGS: &[Name] =
        &[Name::Core, Name::Billing, Name::Sends, Name::Drawers, Name::Invoices, Name::QueueMail];

    /// Builds it from the environment and the configuration of the deployment.
    pub async fn deployed() -> Result<Self, Failure> {
        let settings = Settings::from_env(Self::SETTINGS)
            .map_err(|error| Failure::permanent(error.to_string()))?;
        let config = Config::read(Config::DEPLOYED.as_ref())?;
        Self::new(&Aws::deployed().await, &settings, &config)
    }

    /// Builds it on given clients.
    ///
    /// **Errors.** Every rule that a file of `config` breaks: mend it and deploy again.
    pub fn new(aws: &Aws, settings: &Settings, config: &Config) -> Result<Self, Failure> {
        let house = House::of(|path| config.bytes(path));
        let house = house.map_err(|error| Failure::permanent(error.to_string()))?;
        Ok(Self {
            store: Store::new(aws, settings),
            archive: Archive::invoices(aws, settings),
            mails: Queue::new(aws, settings, Name::QueueMail),
            letterhead: letterhead(&house, &config.invoicing()?),
            press: documents::pdf,
        })
    }

    /// The same, whose documents `press` sets.
    #[must_use]
    pub fn set_by(self, press: Press) -> Self {
        Self { press, ..self }
    }
}

/// How the documents of a house look, and what an average household uses.
pub fn letterhead(house: &House, invoicing: &Invoicing) -> Letterhead {
    Letterhead {
        accent: house.brand.accent().to_string(),
        logo: Some(house.brand.svg().as_bytes().to_vec()),
        household: invoicing.household.clone(),
    }
}

/// Makes the documents of the invoices of a batch of messages, one after the other.
///
/// **Errors.** Those messages that must come again; the others are done.
pub async fn handle(app: &App, event: Value) -> Result<Value, Failure> {
    let batch: Batch = serde_json::from_value(event)
        .map_err(|error| Failure::permanent(format!("an event that is no batch: {error}")))?;
    let mut failures = Failures::default();
    let mut noted = None;
    for record in &batch.records {
        if let Err(failure) = one(app, record, &mut noted).await {
            tracing::error!(kind = failure.kind().as_str(), %failure, "an invoice was not rendered");
            failures.add(record);
        }
    }
    serde_json::to_value(failures).map_err(|error| Failure::permanent(error.to_string()))
}

/// Renders one invoice; `noted` is the hour that is known to be looked after.
async fn one(app: &App, record: &Record, noted: &mut Option<Scope>) -> Result<(), Failure> {
    let now = record.received_at()?;
    let InvoiceMessage { number, .. } = record.read()?;
    let invoice = app.store.invoice(&number).await?;
    let invoice = invoice.ok_or_else(|| Failure::permanent("a number without an invoice"))?;
    let settlement = app.store.settlement_lately(&invoice.head).await?;
    let unnumbered = || Failure::permanent("a settlement that knows nothing of its invoice");
    let planned = match settlement.invoice.ok_or_else(unnumbered)? {
        InvoiceState::Numbered => {
            papers::keep(app, &invoice).await?;
            let scope = Scope::Invoices(Hour::of(now));
            let ttl = kept_until(civil_day(now));
            if *noted != Some(scope) {
                app.store.note_hour(&scope, ttl).await?;
                *noted = Some(scope);
            }
            app.store.render(&invoice.head, scope, now, ttl).await?
        }
        InvoiceState::Rendered => settlement.mail_message()?,
        // Its mail was taken, or it is taken back: there is nothing left to do.
        InvoiceState::Issued | InvoiceState::Credited => return Ok(()),
    };
    app.mails.send(&[planned], 0).await?;
    Ok(())
}
