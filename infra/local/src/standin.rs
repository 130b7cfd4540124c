//! The stand-ins: emulators of the AWS services on the other side of the AWS client.
//!
//! Our code talks to them through the real client, so conditional writes, paging, refusals and
//! retries are those of production. [`StandIns::call`] is the one entrance in process;
//! [`StandIns::serve`] is the same over TCP, for loopback only. Signatures are not looked at.

pub mod dynamodb;
pub mod s3;
pub mod secrets;
pub mod ses;
pub mod sqs;

pub(crate) mod kept;
mod snapshot;
mod tcp;
pub(crate) mod wire;

use std::{io, path::Path, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{Request, Response};
use tokio::net::TcpListener;

use self::kept::Kept;
pub use self::kept::KeptError;
pub use self::snapshot::{Snapshot, SnapshotError};
pub use self::tcp::serve_calls;
use self::{dynamodb::Tables, s3::Files, secrets::Secrets, ses::Mails, sqs::Queues};
use crate::{
    clock::Clock,
    fault::{Broken, Effect, Hits},
    gate::{Access, Facts, Gate, Outcome, Service, Side, Units},
    template::Template,
};

/// All stand-ins of one local stack; clones are the same stack.
#[derive(Debug, Clone)]
pub struct StandIns(Arc<Stack>);

#[derive(Debug)]
struct Stack {
    clock: Clock,
    gate: Gate,
    tables: Tables,
    files: Files,
    mails: Mails,
    queues: Queues,
    secrets: Secrets,
    kept: Option<Kept>,
}

/// Where the stand-ins keep what they are given.
#[derive(Debug, Clone, Copy)]
pub enum Keep<'a> {
    /// In memory; files in a temporary folder that is removed with the stack.
    Nothing,
    /// All of it in this folder, which exists; what it holds already is gone on with.
    In(&'a Path),
}

impl StandIns {
    /// Starts the stand-ins with every table, bucket, queue and secret of the template.
    ///
    /// **Errors.** [`StartError`]: the stack does not start, its caller shows the message.
    pub fn start(template: &Template, clock: Clock, keep: Keep<'_>) -> Result<Self, StartError> {
        let stack = Stack {
            gate: Gate::default(),
            tables: Tables::create(&template.tables, clock.clone(), keep)?,
            files: Files::create(&template.buckets, clock.clone(), keep)?,
            mails: Mails::create(&template.configuration_sets, clock.clone()),
            queues: Queues::create(&template.queues, clock.clone()),
            secrets: Secrets::create(&template.secrets, clock.clone()),
            kept: Kept::of(keep)?,
            clock,
        };
        if let Some(kept) = &stack.kept {
            kept.load(&stack)?;
        }
        Ok(Self(Arc::new(stack)))
    }

    /// Writes what changed since the last time, if it is kept: after each step. Tables, files,
    /// mails and what was sent to a queue are written before their calls are answered.
    ///
    /// **Errors.** [`KeptError`]: the disk is full, or the folder is gone.
    pub fn store(&self) -> Result<(), KeptError> {
        self.0.kept.as_ref().map_or(Ok(()), |kept| kept.store(&self.0))
    }

    /// The clock by which everything here is dated.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// The gate that every call passes.
    pub fn gate(&self) -> &Gate {
        &self.0.gate
    }

    /// What was put in the tables.
    pub fn tables(&self) -> &Tables {
        &self.0.tables
    }

    /// What was put in the buckets.
    pub fn files(&self) -> &Files {
        &self.0.files
    }

    /// The mails that were accepted.
    pub fn mails(&self) -> &Mails {
        &self.0.mails
    }

    /// The queues and what waits in them.
    pub fn queues(&self) -> &Queues {
        &self.0.queues
    }

    /// The secrets.
    pub fn secrets(&self) -> &Secrets {
        &self.0.secrets
    }

    /// Answers one request; the host of its URI says which service it is for (`s3.local`, …).
    ///
    /// **Errors.** [`Dropped`] when a fault rule breaks the connection: the transport reports it as
    /// a broken connection, not as an answer.
    pub async fn call(&self, request: Request<Bytes>) -> Result<Response<Bytes>, Dropped> {
        let host = request.uri().host().unwrap_or_default();
        let service = Service::ALL.into_iter().find(|service| service.host() == host);
        let Some(service) = service else {
            let mut response =
                Response::new(Bytes::from(format!("no stand-in is called `{host}`")));
            *response.status_mut() = http::StatusCode::BAD_GATEWAY;
            return Ok(response);
        };
        self.call_service(service, request).await
    }

    /// Answers one request for `service`, whatever its host.
    ///
    /// **Errors.** As [`Self::call`].
    pub async fn call_service(
        &self,
        service: Service,
        request: Request<Bytes>,
    ) -> Result<Response<Bytes>, Dropped> {
        let asked = Asked::of(service, request);
        let (number, hits) = self.gate().begin(&asked.facts);
        self.gate().pass(number, Side::Before).await;

        let effect = hits.effect();
        if let Some(effect) = effect.filter(|effect| effect.is_before()) {
            return self.break_before(number, &asked, effect);
        }
        let answer = self.answer(asked, &hits).await;
        self.gate().cost(number, answer.units);
        self.gate().pass(number, Side::After).await;

        match effect {
            Some(Effect::DropAfter) => {
                self.gate().end(number, Outcome::Dropped);
                return Err(Dropped);
            }
            Some(Effect::ErrorAfter(broken)) => {
                let answer = wire::broken(service, broken);
                self.gate().end(number, answer.outcome);
                return Ok(answer.response);
            }
            Some(Effect::Delay(ms)) => tokio::time::sleep(Duration::from_millis(ms)).await,
            _ => {}
        }
        self.gate().end(number, answer.outcome);
        Ok(answer.response)
    }

    /// Serves one service over TCP until the returned future is dropped.
    ///
    /// **Errors.** [`ServeError::NotLoopback`] for any address but 127.0.0.1: nothing is served.
    pub async fn serve(&self, service: Service, listener: TcpListener) -> Result<(), ServeError> {
        let stack = self.clone();
        let answer = move |request| {
            let stack = stack.clone();
            async move { stack.call_service(service, request).await }
        };
        serve_calls(listener, answer).await
    }

    /// What a fault that comes before the effect makes the caller see.
    fn break_before(
        &self,
        number: u64,
        asked: &Asked,
        effect: Effect,
    ) -> Result<Response<Bytes>, Dropped> {
        let service = asked.facts.service;
        let answer = match effect {
            Effect::ErrorBefore(broken) => wire::broken(service, broken),
            Effect::Throttle => wire::throttled(service),
            Effect::ThrottleDaily => ses::daily_quota_exceeded(),
            Effect::Reject => ses::rejected(),
            Effect::Conflict => dynamodb::conflict(&asked.facts.op, &asked.body),
            Effect::DropBefore
            | Effect::DropAfter
            | Effect::ErrorAfter(_)
            | Effect::Delay(_)
            | Effect::Bounce
            | Effect::BounceTransient
            | Effect::Complain
            | Effect::EventLost(_)
            | Effect::EventLate(_)
            | Effect::EventTwice
            | Effect::Duplicate
            | Effect::Reorder
            | Effect::Late(_)
            | Effect::Lost
            | Effect::Cut => {
                self.gate().end(number, Outcome::Dropped);
                return Err(Dropped);
            }
        };
        self.gate().end(number, answer.outcome);
        Ok(answer.response)
    }

    async fn answer(&self, asked: Asked, hits: &Hits) -> Answer {
        let (service, op) = (asked.facts.service, asked.facts.op.clone());
        let answer = self.answer_in_memory(asked, hits).await;
        let kept = match &self.0.kept {
            Some(kept) => kept.store_call(&self.0, service, &op),
            None => Ok(()),
        };
        if kept.is_ok() { answer } else { wire::broken(service, Broken::Internal) }
    }

    async fn answer_in_memory(&self, asked: Asked, hits: &Hits) -> Answer {
        match asked.facts.service {
            Service::DynamoDb => self.0.tables.answer(&asked.facts.op, &asked.body),
            Service::S3 => self.0.files.answer(&asked.facts.op, asked.request).await,
            Service::Ses => self.0.mails.answer(&asked.facts.op, &asked.request, &asked.body, hits),
            Service::Sqs => self.0.queues.answer(&asked.facts.op, &asked.body, hits.call.as_ref()),
            Service::SecretsManager => self.0.secrets.answer(&asked.facts.op, &asked.body),
        }
    }
}

/// A request, read as far as every stand-in needs it.
#[derive(Debug)]
struct Asked {
    facts: Facts,
    request: Request<Bytes>,
    /// The body when it is JSON, else null.
    body: serde_json::Value,
}

impl Asked {
    fn of(service: Service, request: Request<Bytes>) -> Self {
        let body = match service {
            Service::S3 => serde_json::Value::Null,
            Service::DynamoDb | Service::Ses | Service::Sqs | Service::SecretsManager => {
                serde_json::from_slice(request.body()).unwrap_or_default()
            }
        };
        let facts = match service {
            Service::DynamoDb => dynamodb::facts(wire::target(&request), &body),
            Service::S3 => s3::facts(&request),
            Service::Ses => ses::facts(&request, &body),
            Service::Sqs => sqs::facts(wire::target(&request), &body),
            Service::SecretsManager => secrets::facts(wire::target(&request), &body),
        };
        Self { facts, request, body }
    }
}

/// What a stand-in answers, and what it writes down about it.
#[derive(Debug)]
struct Answer {
    response: Response<Bytes>,
    outcome: Outcome,
    units: Units,
}

impl Facts {
    fn new(service: Service, op: &str, target: impl Into<String>) -> Self {
        let reads = ["Get", "Head", "List", "Query", "BatchGet", "TransactGet", "Describe", "Scan"];
        let reads = reads.iter().any(|start| op.starts_with(start));
        let access = if reads { Access::Read } else { Access::Write };
        Self { service, op: op.to_owned(), target: target.into(), access, details: Vec::new() }
    }

    fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.details.push((name, value.into()));
        self
    }
}

/// The connection broke: whether the call took effect cannot be known from here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the connection was dropped")]
pub struct Dropped;

/// The stand-ins did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A file of the folder cannot be used: the caller names another or frees the disk.
    #[error(transparent)]
    Kept(#[from] KeptError),
    /// The folder of the files cannot be used: the caller names another or frees the disk.
    #[error("the folder of the files cannot be used")]
    Folder(#[source] io::Error),
    /// A socket of this machine cannot be had: the caller frees one.
    #[error("a socket of this machine cannot be had")]
    Socket(#[source] io::Error),
    /// The bucket store refused to start: the caller reports the defect.
    #[error("the bucket store did not start: {0}")]
    Buckets(String),
    /// The database refused to start or a table of the template: the caller corrects the template.
    #[error("table `{table}` was refused: {reason}")]
    Table {
        /// The table's name, or empty for the database itself.
        table: String,
        /// Why.
        reason: String,
    },
}

/// A service is not served over TCP.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The listener is not of 127.0.0.1: the caller binds that.
    #[error("the stand-ins listen on 127.0.0.1 only, not on {0}")]
    NotLoopback(std::net::IpAddr),
    /// The socket failed: the caller binds another.
    #[error("the socket failed")]
    Socket(#[from] io::Error),
}

#[cfg(test)]
pub(crate) mod tests;
