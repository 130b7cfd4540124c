//! Storing an answer: one transaction, or nothing.
//!
//! | table | pk | sk | is |
//! |---|---|---|---|
//! | `short-lived` | `FORM#<form id>` | `-` | a form that was stored, with its receipt, for a week |
//! | | `POST#<subject>.<place>#<day>` | `-` | how often something was sent behind a link for one address |
//! | | `ASK#<account>#<day>` | `-` | how often colleagues were asked for an account |
//! | | `ASKED#<hash of a mailbox>#<day>` | `-` | how often a mailbox was asked |
//!
//! The readings, the receipt and the request lie where `store::history` and `store::account` say.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use domain::account::{CustomerNumber, MailAddress};
use domain::connection::ConnectionNumber;
use domain::entry::Kept;
use domain::hex::hex;
use domain::id::{CampaignNumber, Revision, Subject};
use domain::judge::check::Alert;
use domain::judge::{Choice, Judged, JudgedMeter, JudgedRegister};
use domain::meter::{MeterNumber, RegisterName};
use domain::reading::{Quality, Reading, Source};
use domain::receipt::{FormId, ReceiptNumber};
use domain::request::{Answer, ReadingRequest, RequestState};

use crate::Error;

use super::account::{partition, request_key};
use super::follow_up::FollowUp;
use super::history::{FiledReadings, answer_key};
use super::key::Key;
use super::open::OpenItem;
use super::{LAST, Store, Write, attribute, item, n, s};

/// *Ontvangstbevestiging*: what one submission stored; also its line in the audit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Its number.
    pub number: ReceiptNumber,
    /// For which campaign.
    pub campaign: CampaignNumber,
    /// When it was stored.
    pub at: DateTime<Utc>,
    /// The day the meters were read.
    pub on: NaiveDate,
    /// Who says so.
    pub source: Source,
    /// What was stored.
    pub meters: Vec<ReceiptMeter>,
}

/// What a receipt says of one meter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptMeter {
    /// Which.
    pub number: MeterNumber,
    /// The number of the meter that hangs there now, if the customer says it is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_number: Option<MeterNumber>,
    /// What each register showed.
    pub registers: Vec<ReceiptRegister>,
    /// The receipt that this one replaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<String>,
}

/// What a receipt says of one register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptRegister {
    /// Which.
    pub name: RegisterName,
    /// What it showed.
    pub value: Decimal,
    /// Whether decimals that were typed were left out.
    pub kept: Kept,
    /// The choice that settled a doubt, as it stands in the form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub choice: Option<String>,
    /// Whether an operator must look before it is settled.
    #[serde(default)]
    pub held: bool,
    /// What an operator should know of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alert: Option<Alert>,
}

/// One submission, judged and ready to be stored.
#[derive(Debug)]
pub struct Submission<'a> {
    /// Whose connection it is.
    pub account: &'a CustomerNumber,
    /// Which connection.
    pub connection: &'a ConnectionNumber,
    /// What the link was about.
    pub subject: Subject,
    /// Which campaign asked.
    pub campaign: CampaignNumber,
    /// Its requests, as they were read before it was judged.
    pub requests: &'a [ReadingRequest],
    /// What the judgement says.
    pub judged: &'a Judged,
    /// Who says so.
    pub source: Source,
}

/// What storing a submission came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// It is stored, under this number.
    Stored(ReceiptNumber),
    /// The very same form was stored before, under this number.
    Before(ReceiptNumber),
    /// Another answer, or the end of the request, came between showing and sending.
    Overtaken,
}

/// When something was stored, and under which number.
#[derive(Clone, Copy)]
struct Stamp {
    number: ReceiptNumber,
    now: DateTime<Utc>,
}

/// A form that was stored.
#[derive(Debug, Serialize, Deserialize)]
struct StoredForm {
    receipt: ReceiptNumber,
    ttl: i64,
}

/// So long a form is known again.
const FORM_KEPT: TimeDelta = TimeDelta::days(7);

/// So many numbers are tried before a receipt number that is taken fails the event.
const ATTEMPTS: u16 = 5;

fn form_key(form: FormId) -> Key {
    Key::new(format!("FORM#{}", form.to_hex()), "-")
}

fn receipt_key(
    account: &CustomerNumber,
    connection: &ConnectionNumber,
    number: ReceiptNumber,
) -> Key {
    Key::new(partition(account), format!("{LAST}{connection}#AUDIT#{number}"))
}

impl Store {
    /// Stores a submission in one transaction: readings, the request's next revision, no open item
    /// any more, the receipt, the form.
    pub async fn record(
        &self,
        submission: &Submission<'_>,
        now: DateTime<Utc>,
    ) -> Result<Recorded, Error> {
        for attempt in 1..=ATTEMPTS {
            let Submission { campaign, subject, judged, .. } = *submission;
            let form = FormId::of(campaign, subject, judged, attempt);
            let number = form.receipt_number(campaign);
            let writes = submission.writes(self, form, number, now)?;
            let (form_at, receipt_at) = (writes.len() - 1, writes.len() - 2);
            let writes = writes.into_iter().map(Write::build).collect::<Result<_, _>>()?;
            let failed = match self.transact(writes).await {
                Ok(()) => return Ok(Recorded::Stored(number)),
                Err(Error::Conflict { items }) => items,
                Err(error) => return Err(error),
            };
            if failed.contains(&form_at) {
                let stored: Option<StoredForm> =
                    self.get(&self.short_lived, form_key(form)).await?;
                return Ok(Recorded::Before(stored.map_or(number, |stored| stored.receipt)));
            }
            if !failed.contains(&receipt_at) {
                return Ok(Recorded::Overtaken);
            }
        }
        Err(Error::Throttled { operation: "a receipt number" })
    }

    /// The receipt `number` of a connection, or `None` where there is none.
    pub async fn receipt(
        &self,
        account: &CustomerNumber,
        connection: &ConnectionNumber,
        number: ReceiptNumber,
    ) -> Result<Option<Receipt>, Error> {
        self.get(&self.core, receipt_key(account, connection, number)).await
    }

    /// Counts one more post behind a link, and says how many there were this hour and this day.
    ///
    /// **Shape.** `place` is the place of one of several addresses; each is counted by itself, or a
    /// colleague could not answer for all that they were asked for. A link to one address has place 0.
    pub async fn count_post(
        &self,
        subject: Subject,
        place: u16,
        now: DateTime<Utc>,
    ) -> Result<(u32, u32), Error> {
        self.count(&format!("POST#{subject}.{place}"), now).await
    }

    /// Counts that a colleague is asked, and says how many were for the account this hour, and how
    /// often the mailbox was today. The mailbox is counted without being named.
    pub async fn count_asked(
        &self,
        account: &CustomerNumber,
        mailbox: &MailAddress,
        now: DateTime<Utc>,
    ) -> Result<(u32, u32), Error> {
        let digest = Sha256::digest(format!("meterlink/mailbox/v1\n{}", mailbox.as_str()));
        let hash: String = hex(&digest).chars().take(32).collect();
        let (this_hour, _) = self.count(&format!("ASK#{account}"), now).await?;
        let (_, this_day) = self.count(&format!("ASKED#{hash}"), now).await?;
        Ok((this_hour, this_day))
    }

    /// Counts `what` once more: how often it was this hour and this day.
    async fn count(&self, what: &str, now: DateTime<Utc>) -> Result<(u32, u32), Error> {
        let day = now.format("%Y%m%d").to_string();
        let hour = format!("h{}", now.format("%H"));
        let call = self
            .client
            .update_item()
            .table_name(&self.short_lived)
            .set_key(Some(Key::new(format!("{what}#{day}"), "-").into_item()))
            .update_expression("ADD posts :one, #hour :one SET #ttl = :ttl")
            .expression_attribute_names("#hour", &hour)
            .expression_attribute_names("#ttl", "ttl")
            .expression_attribute_values(":one", n(1))
            .expression_attribute_values(":ttl", n((now + TimeDelta::days(1)).timestamp()))
            .return_values(aws_sdk_dynamodb::types::ReturnValue::AllNew);
        let answer = call.send().await.map_err(|error| Error::of("UpdateItem", error))?;
        let counted = answer.attributes.unwrap_or_default();
        let number = |name: &str| {
            let value = counted.get(name).and_then(|value| value.as_n().ok());
            value.and_then(|number| number.parse().ok()).unwrap_or(u32::MAX)
        };
        Ok((number(&hour), number("posts")))
    }
}

impl Submission<'_> {
    /// The writes of the transaction; the last is the form, the one before it the receipt.
    fn writes<'s>(
        &self,
        store: &'s Store,
        form: FormId,
        number: ReceiptNumber,
        now: DateTime<Utc>,
    ) -> Result<Vec<Write<'s>>, Error> {
        let readings = self.judged.readings(self.source, now);
        let mut writes = Vec::with_capacity(3 * self.judged.meters.len() + 2);
        for judged in &self.judged.meters {
            let of_meter = |reading: &&Reading| reading.meter == judged.number;
            let readings = readings.iter().filter(of_meter).cloned().collect();
            writes.extend(self.answer(store, judged, readings, Stamp { number, now })?);
        }
        let receipt = self.receipt(number, now);
        writes.push(Write::Put {
            table: &store.core,
            item: item(receipt_key(self.account, self.connection, number), &receipt)?,
            condition: Some("attribute_not_exists(pk)"),
        });
        let stored = StoredForm { receipt: number, ttl: (now + FORM_KEPT).timestamp() };
        writes.push(Write::Put {
            table: &store.short_lived,
            item: item(form_key(form), &stored)?,
            condition: Some("attribute_not_exists(pk)"),
        });
        Ok(writes)
    }

    fn request(&self, meter: &MeterNumber) -> Option<&ReadingRequest> {
        self.requests.iter().find(|request| request.meter == *meter)
    }

    /// The writes about one meter: its readings, its request, its open item; what somebody must see to.
    fn answer<'s>(
        &self,
        store: &'s Store,
        judged: &JudgedMeter,
        readings: Vec<Reading>,
        stamp: Stamp,
    ) -> Result<Vec<Write<'s>>, Error> {
        let request = self.request(&judged.number).ok_or(Error::Missing { what: "the request" })?;
        let revision = judged.revision.next();
        let confirmed = judged.registers.iter().any(|register| register.answered.is_some());
        let answer = Answer {
            on: self.judged.on,
            at: stamp.now,
            values: judged
                .registers
                .iter()
                .map(|register| (register.register.clone(), register.value))
                .collect(),
            source: self.source,
            quality: if confirmed { Quality::Confirmed } else { Quality::Actual },
            receipt: Some(stamp.number.to_string()),
            told: None,
        };
        let (account, connection, campaign) = (self.account, self.connection, self.campaign);
        let key = answer_key(account, connection, &judged.number, campaign, revision);
        let filed = FiledReadings {
            meter: judged.number.clone(),
            campaign: Some(campaign),
            revision,
            readings,
        };
        let open = OpenItem::of(account, request);
        // A reading of a request that is invoiced starts a correction; of any other it is the answer.
        let (to, condition, from) = if request.state == RequestState::Invoiced {
            let from = vec![(":invoiced", RequestState::Invoiced)];
            (RequestState::Correcting, "revision = :shown AND #state = :invoiced", from)
        } else {
            let from = vec![
                (":answered", RequestState::Answered),
                (":open", RequestState::Open),
                (":estimated", RequestState::Estimated),
            ];
            let any = "revision = :shown AND #state IN (:open, :answered, :estimated)";
            (RequestState::Answered, any, from)
        };
        let mut values = vec![
            (":to", s(to.as_str())),
            (":shown", n(judged.revision.get())),
            (":next", n(revision.get())),
            (":answer", attribute(&answer)?),
        ];
        values.extend(from.into_iter().map(|(name, state)| (name, s(state.as_str()))));
        let mut writes = vec![
            Write::Put {
                table: &store.core,
                item: item(key, &filed)?,
                condition: Some("attribute_not_exists(pk)"),
            },
            Write::Update {
                table: &store.core,
                key: request_key(account, request),
                change: "SET #state = :to, revision = :next, answer = :answer REMOVE obstacle",
                condition,
                names: vec![("#state", "state")],
                values,
            },
            Write::Delete { table: &store.core, key: open.key(store.drawers, campaign) },
        ];
        match FollowUp::of_reading((account, connection), judged) {
            Some(due) => writes.push(store.due(campaign, &due)?),
            // It follows on an estimate, or on a reading that may have meant something.
            None if judged.revision != Revision::default() => {
                writes.push(store.nothing_due(campaign, (account, connection), &judged.number));
            }
            None => {}
        }
        Ok(writes)
    }

    fn receipt(&self, number: ReceiptNumber, now: DateTime<Utc>) -> Receipt {
        let meter = |judged: &JudgedMeter| ReceiptMeter {
            number: judged.number.clone(),
            new_number: judged.new_meter.clone(),
            registers: judged.registers.iter().map(receipt_register).collect(),
            replaces: self
                .request(&judged.number)
                .and_then(|request| request.answer.as_ref()?.receipt.clone()),
        };
        Receipt {
            number,
            campaign: self.campaign,
            at: now,
            on: self.judged.on,
            source: self.source,
            meters: self.judged.meters.iter().map(meter).collect(),
        }
    }
}

fn receipt_register(judged: &JudgedRegister) -> ReceiptRegister {
    ReceiptRegister {
        name: judged.register.clone(),
        value: judged.value,
        kept: judged.kept,
        choice: judged.answered.as_ref().map(|answered| Choice::as_str(answered.choice).to_owned()),
        held: judged.is_held(),
        alert: judged.alert,
    }
}
