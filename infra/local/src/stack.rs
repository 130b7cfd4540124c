//! The local stack: the stand-ins, and every function of the template deployed on them in process.

mod deployment;
mod layer;
mod press;
mod transport;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::Value;

use cloud::settings::Name;
use cloud::{Aws, Config, Failure, Settings};
use domain::shard::Drawers;

use crate::clock::{Backwards, Clock};
use crate::configuration;
use crate::front::Front;
use crate::gate::Service;
use crate::pump::{self, Firing, Functions, NoHandler, Pump, Step};
use crate::standin::{self, Keep, KeptError, SnapshotError, StandIns, StartError, kept};
use crate::template::TemplateError;

use self::deployment::{Deployment, Ring, Start};
use self::transport::Transport;

pub use self::layer::{Exchange, Layer};

/// What a stack is started with.
#[derive(Debug)]
pub struct Options<'a> {
    /// From which subjects derive: the same seed gives the same bytes.
    pub seed: u64,
    /// Where the clock stands, unless that is kept.
    pub now: DateTime<Utc>,
    /// What the functions are deployed with.
    pub config: Config,
    /// Where the stand-ins keep what they are given.
    pub keep: Keep<'a>,
    /// What links begin with.
    pub base_url: &'a str,
    /// Into how many drawers accounts and mails are divided.
    pub drawers: Drawers,
}

/// A running stack.
#[derive(Debug)]
pub struct Stack {
    stand_ins: StandIns,
    pump: Pump,
    front: Front,
    functions: Functions,
    deployment: Arc<Deployment>,
    aws: Aws,
    settings: Settings,
}

/// A whole stack at one instant, but for what its functions hold in memory. Clones are the same.
#[derive(Debug, Clone)]
pub struct Snapshot {
    stand_ins: standin::Snapshot,
    pump: pump::Snapshot,
    requests: u64,
}

impl Snapshot {
    /// Where the clock stood.
    pub fn now(&self) -> DateTime<Utc> {
        self.stand_ins.now()
    }
}

/// Why a stack did not start.
#[derive(Debug, thiserror::Error)]
pub enum StackError {
    /// The template cannot be read: mend the line that it names.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// A stand-in did not start: as its own variants say.
    #[error(transparent)]
    StandIn(#[from] StartError),
    /// A function did not start: mend what it names in the configuration or the template.
    #[error("{function}: {failure}")]
    Function {
        /// The function.
        function: &'static str,
        /// What it said.
        failure: Failure,
    },
    /// A snapshot was not put back: as its own variants say.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// The template wakes a function that this release has not.
    #[error(transparent)]
    NoHandler(#[from] NoHandler),
}

/// What looking at the tables and the documents takes.
const LOOKED_AT: [Name; 5] =
    [Name::Core, Name::Sends, Name::Billing, Name::Drawers, Name::Invoices];

impl Stack {
    /// Starts the stand-ins and deploys every function on them.
    ///
    /// **Errors.** See [`StackError`].
    pub fn start(options: Options<'_>) -> Result<Self, StackError> {
        Self::start_with(options, Ring::Public, Transport::in_process)
    }

    /// The same with sockets between the functions and the stand-ins: time-outs, broken and reused
    /// connections are those of the SDK's own HTTP client.
    ///
    /// **Shape.** Inside of a tokio runtime, which serves until the stack is dropped.
    /// **Errors.** See [`StackError`].
    pub fn start_over_tcp(options: Options<'_>) -> Result<Self, StackError> {
        Self::start_with(options, Ring::Public, Transport::over_tcp)
    }

    /// As [`Stack::start`], with the keys that the function `keys` makes in the secret, every
    /// night, as deployed. Until its first night, or an invocation by hand, there are none.
    ///
    /// **Errors.** See [`StackError`].
    pub fn with_own_keys(options: Options<'_>) -> Result<Self, StackError> {
        Self::start_with(options, Ring::Secret, Transport::in_process)
    }

    /// As [`Stack::start`], with `layer` between every function and the stand-ins.
    ///
    /// **Errors.** See [`StackError`].
    pub fn start_behind(layer: Layer, options: Options<'_>) -> Result<Self, StackError> {
        let transport = |stand_ins: &StandIns, seed| Ok(Transport::behind(layer, stand_ins, seed));
        Self::start_with(options, Ring::Public, transport)
    }

    fn start_with(
        options: Options<'_>,
        ring: Ring,
        transport: impl FnOnce(&StandIns, u64) -> Result<Transport, StartError>,
    ) -> Result<Self, StackError> {
        let Options { seed, now, config, keep, base_url, drawers } = options;
        let template = configuration::template()?;
        let stood = match keep {
            Keep::Nothing => None,
            Keep::In(folder) => kept::stood_at(folder).map_err(StartError::Kept)?,
        };
        let clock = Clock::at(stood.unwrap_or(now));
        let stand_ins = StandIns::start(&template, clock.clone(), keep)?;
        let transport = transport(&stand_ins, seed)?;
        let deployment = Arc::new(Deployment {
            template: template.clone(),
            config,
            base_url: base_url.to_owned(),
            drawers,
            ring,
            transport,
            bounds: OnceLock::new(),
        });
        let functions = Functions::from(deployment.handlers(Start::Now)?);
        let host = base_url.rsplit('/').next().unwrap_or_default();
        let front = Front::new(template.clone(), clock, host, functions.clone())?;
        let settings = deployment.settings("mailer", &LOOKED_AT)?;
        let aws = deployment.transport.clients_past_the_layer();
        let mut pump = Pump::new(stand_ins.clone(), template, functions.clone())?;
        pump.set_firing("campaign-heartbeat", Firing::WhilePending);
        pump.set_firing("outcomes-sweep", Firing::WhilePending);
        if ring == Ring::Public {
            pump.set_firing("keys-nightly", Firing::Never);
        }
        if let Keep::In(folder) = keep {
            pump.keep_in(folder).map_err(StartError::Kept)?;
        }
        Ok(Self { stand_ins, pump, front, functions, deployment, aws, settings })
    }

    /// The stand-ins.
    pub fn stand_ins(&self) -> &StandIns {
        &self.stand_ins
    }

    /// The front door.
    pub fn front(&self) -> &Front {
        &self.front
    }

    /// The functions: to call one while another one is at work.
    pub fn functions(&self) -> &Functions {
        &self.functions
    }

    /// The tables, as functions see them: for looking, past no function.
    pub fn store(&self) -> cloud::Store {
        cloud::Store::new(&self.aws, &self.settings)
    }

    /// The documents that are kept, as functions see them: for looking, past no function.
    pub fn documents(&self) -> cloud::Archive {
        cloud::Archive::invoices(&self.aws, &self.settings)
    }

    /// Where the clock stands.
    pub fn now(&self) -> DateTime<Utc> {
        self.stand_ins.clock().now()
    }

    /// Puts everything aside that outlives a process.
    ///
    /// **Shape.** No function is running.
    /// **Errors.** See [`SnapshotError`].
    pub fn snapshot(&self) -> Result<Snapshot, SnapshotError> {
        Ok(Snapshot {
            stand_ins: self.stand_ins.snapshot()?,
            pump: self.pump.snapshot(),
            requests: self.front.requests(),
        })
    }

    /// Puts everything back, the time too, and starts every process anew.
    ///
    /// **Shape.** No function is running; the snapshot is of this stack.
    /// **Errors.** See [`StackError`].
    pub fn restore(&mut self, snapshot: &Snapshot) -> Result<(), StackError> {
        self.stand_ins.restore(&snapshot.stand_ins)?;
        self.pump.restore(&snapshot.pump);
        self.front.restore(snapshot.requests);
        self.restart()
    }

    /// What is to be invoked, and when, in one text.
    pub(crate) fn pending(&self) -> String {
        self.pump.state()
    }

    /// Starts every process anew, with clients of its own: nothing is left of what functions held
    /// in memory, everything of what they stored.
    ///
    /// **Errors.** See [`StackError`].
    pub fn restart(&self) -> Result<(), StackError> {
        self.functions.replace(self.deployment.handlers(Start::WhenWoken)?);
        Ok(())
    }

    /// Has `campaign` stop each run after `time`, and write so many letters on a post list; once for
    /// all. Starts every process anew.
    ///
    /// **Errors.** See [`StackError`].
    pub fn bound_campaign(&self, time: Duration, letters: usize) -> Result<(), StackError> {
        self.deployment.bounds.get_or_init(|| campaign::Bounds { time, letters });
        self.restart()
    }

    /// Ends the connections of a service and refuses new ones, until [`Self::plug`]; whether the
    /// stack has sockets at all.
    pub async fn unplug(&self, service: Service) -> bool {
        self.deployment.transport.unplug(service).await
    }

    /// Serves a service again, where it was served before.
    ///
    /// **Errors.** Somebody took the port meanwhile.
    pub fn plug(&self, service: Service) -> Result<(), StackError> {
        Ok(self.deployment.transport.plug(&self.stand_ins, service)?)
    }

    /// Makes the next step on the way to `to`; `None` when the clock stands there and nothing is
    /// due. Dropped half way, it kills the function: see [`Pump::step`].
    ///
    /// **Errors.** The clock never goes back.
    pub async fn step_towards(&mut self, to: DateTime<Utc>) -> Result<Option<Step>, Backwards> {
        self.pump.step_towards(to).await
    }

    /// Does what is due now, until nothing is.
    pub async fn pump(&mut self) -> Vec<Step> {
        self.pump.pump().await
    }

    /// Writes what changed since the last time, if it is kept: after each step.
    ///
    /// **Errors.** [`KeptError`]: the disk is full, or the folder is gone.
    pub fn keep(&self) -> Result<(), KeptError> {
        self.pump.store()
    }

    /// Moves the clock to `to`, doing what is due on the way at its own time.
    ///
    /// **Errors.** The clock never goes back.
    pub async fn advance_to(&mut self, to: DateTime<Utc>) -> Result<Vec<Step>, Backwards> {
        self.pump.advance_to(to).await
    }

    /// Chooses which due times of a schedule are played; whether there is such a schedule.
    pub fn set_firing(&mut self, schedule: &str, firing: Firing) -> bool {
        self.pump.set_firing(schedule, firing)
    }

    /// Invokes a function once for each of `payloads`, all at the same time.
    ///
    /// **Errors.** What the function said, in the order of the payloads.
    pub async fn invoke_together(
        &mut self,
        function: &str,
        payloads: Vec<Value>,
    ) -> Vec<Result<Value, String>> {
        self.pump.invoke_together(function, payloads).await
    }

    /// Invokes a function by hand, as an operator does.
    ///
    /// **Errors.** What the function said.
    pub async fn invoke(&mut self, function: &str, payload: Value) -> Result<Value, String> {
        self.pump.invoke(function, payload).await
    }
}
