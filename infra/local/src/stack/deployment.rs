//! What a deployment gives to its functions, and the functions as processes.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use cloud::settings::Name;
use cloud::{Aws, Config, Failure, Keys, Settings};
use domain::shard::Drawers;

use crate::pump::{Handler, Invocation};
use crate::template::Template;

use super::StackError;
use super::press;
use super::transport::Transport;

/// Which keys links are signed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ring {
    /// The one that opens to everyone.
    Public,
    /// The one in the secret of the deployment.
    Secret,
}

/// When a function starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start {
    /// At once: what is wrong with the deployment is told before anything happens.
    Now,
    /// With its first event, as Lambda does.
    WhenWoken,
}

/// What a deployment gives to its functions.
#[derive(Debug)]
pub(super) struct Deployment {
    pub(super) template: Template,
    pub(super) config: Config,
    pub(super) base_url: String,
    pub(super) drawers: Drawers,
    pub(super) ring: Ring,
    pub(super) transport: Transport,
    /// How much `campaign` does at once, where a test says so.
    pub(super) bounds: OnceLock<campaign::Bounds>,
}

/// The function of package `$function`, called in process with its event, or with what else of an
/// invocation it asks; `Deployment` starts it.
macro_rules! handler {
    ($deployment:ident, $aws:ident, $start:ident, $function:ident) => {
        handler!($deployment, $aws, $start, $function, |invocation| invocation.payload)
    };
    ($deployment:ident, $aws:ident, $start:ident, $function:ident, |$given:ident| $asked:expr) => {{
        let (deployment, aws) = (Arc::clone($deployment), $aws.clone());
        let start = move || deployment.$function(&aws).map(Arc::new);
        let process = match $start {
            Start::Now => OnceLock::from(Ok(start()?)),
            Start::WhenWoken => OnceLock::new(),
        };
        let handler: Handler = Arc::new(move |$given: Invocation| {
            let started = || start().map_err(|error| error.to_string());
            let app = process.get_or_init(started).clone();
            Box::pin(async move {
                let answer = $function::handle(&*app?, $asked).await;
                answer.map_err(|failure| failure.to_string())
            })
        });
        (stringify!($function).to_owned(), handler)
    }};
}

impl Deployment {
    /// Every function, by name, with clients that nobody has used.
    pub(super) fn handlers(
        self: &Arc<Self>,
        start: Start,
    ) -> Result<BTreeMap<String, Handler>, StackError> {
        let aws = self.transport.clients();
        let handlers = [
            handler!(self, aws, start, import),
            handler!(self, aws, start, campaign),
            handler!(self, aws, start, mailer, |it| mailer::Invocation {
                payload: it.payload,
                deadline: it.deadline,
            }),
            handler!(self, aws, start, outcomes),
            handler!(self, aws, start, readings),
            handler!(self, aws, start, settle),
            handler!(self, aws, start, invoices),
            handler!(self, aws, start, keys),
        ];
        Ok(handlers.into_iter().collect())
    }

    fn import(&self, aws: &Aws) -> Result<import::App, StackError> {
        let settings = self.settings("import", import::App::SETTINGS)?;
        import::App::new(aws, &settings, &self.config).map_err(failed("import"))
    }

    fn campaign(&self, aws: &Aws) -> Result<campaign::App, StackError> {
        let settings = self.settings("campaign", campaign::App::SETTINGS)?;
        let keys = self.keys_of(aws, &settings);
        let app = campaign::App::new(aws, keys, &settings, &self.config);
        let app = app.map_err(failed("campaign"))?;
        Ok(match self.bounds.get() {
            Some(bounds) => app.within(*bounds),
            None => app,
        })
    }

    fn mailer(&self, aws: &Aws) -> Result<mailer::App, StackError> {
        let settings = self.settings("mailer", mailer::App::SETTINGS)?;
        let keys = self.keys_of(aws, &settings);
        mailer::App::new(aws, keys, &settings, &self.config).map_err(failed("mailer"))
    }

    fn outcomes(&self, aws: &Aws) -> Result<outcomes::App, StackError> {
        let settings = self.settings("outcomes", outcomes::App::SETTINGS)?;
        outcomes::App::new(aws, &settings, &self.config).map_err(failed("outcomes"))
    }

    fn readings(&self, aws: &Aws) -> Result<readings::App, StackError> {
        let settings = self.settings("readings", readings::App::SETTINGS)?;
        let keys = self.keys_of(aws, &settings);
        readings::App::new(aws, keys, &settings, &self.config).map_err(failed("readings"))
    }

    fn settle(&self, aws: &Aws) -> Result<settle::App, StackError> {
        let settings = self.settings("settle", settle::App::SETTINGS)?;
        settle::App::new(aws, &settings, &self.config).map_err(failed("settle"))
    }

    fn invoices(&self, aws: &Aws) -> Result<invoices::App, StackError> {
        let settings = self.settings("invoices", invoices::App::SETTINGS)?;
        let app = invoices::App::new(aws, &settings, &self.config).map_err(failed("invoices"))?;
        Ok(app.set_by(press::pdf))
    }

    fn keys(&self, aws: &Aws) -> Result<keys::App, StackError> {
        let settings = self.settings("keys", keys::App::SETTINGS)?;
        keys::App::new(aws, &settings, &self.config).map_err(failed("keys"))
    }

    /// The keys of one function: each has a cache of its own, as it has a process of its own.
    fn keys_of(&self, aws: &Aws, settings: &Settings) -> Keys {
        match self.ring {
            Ring::Public => Keys::local(),
            Ring::Secret => Keys::deployed(aws, settings),
        }
    }

    /// The variables that the template gives to `function`, with the links and drawers of this stack.
    pub(super) fn settings(
        &self,
        function: &'static str,
        names: &[Name],
    ) -> Result<Settings, StackError> {
        let environment = self.template.function(function).map(|known| &known.environment);
        let value = |variable: &str| {
            if variable == Name::BaseUrl.variable() {
                return Some(self.base_url.clone());
            }
            if variable == Name::Drawers.variable() {
                return Some(self.drawers.count().to_string());
            }
            environment?.get(variable).cloned()
        };
        Settings::check(names, value).map_err(|error| StackError::Function {
            function,
            failure: Failure::permanent(error.to_string()),
        })
    }
}

/// The error of a `function` that did not start.
fn failed(function: &'static str) -> impl Fn(Failure) -> StackError {
    move |failure| StackError::Function { function, failure }
}
