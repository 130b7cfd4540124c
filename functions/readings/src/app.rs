//! What is built once, at cold start.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};

use cloud::settings::Name;
use cloud::store::campaign::FrozenDates;
use cloud::{Aws, Config, Error, Failure, Keys, Queue, Settings, Store};
use domain::campaign::config::ConfigError;
use domain::campaign::{self, Dates};
use domain::estimate::parameters::ParameterSets;
use domain::estimate::standards::{Bounds, Standards};
use domain::id::CampaignNumber;
use domain::sending::Scope;
use links::grant::{NotValid, ReadingGrant};
use views::House;
use views::brand::Brand;
use views::page;
use views::utility::Utility;

use crate::answer::Answer;

/// The tables, the keys, the house style and the campaigns of one deployment.
#[derive(Debug)]
pub struct App {
    pub(crate) store: Store,
    pub(crate) house: House,
    pub(crate) mails_now: Queue,
    /// What is usual: the constants, and what similar customers use.
    pub(crate) parameters: ParameterSets,
    pub(crate) standards: Standards,
    /// What connections can deliver.
    pub(crate) bounds: Bounds,
    keys: Keys,
    /// What the utility wants of each campaign: of one that did not open yet nothing else is known.
    campaigns: BTreeMap<CampaignNumber, campaign::Config>,
    opened: FrozenDates,
    /// The last hour whose mails this process had looked after.
    noted: Mutex<Option<Scope>>,
}

impl App {
    /// The variables of this function.
    pub const SETTINGS: &[Name] =
        &[Name::Core, Name::Sends, Name::ShortLived, Name::Drawers, Name::QueueMailNow, Name::Keys];

    /// The app of a deployed function.
    ///
    /// **Errors.** As [`App::new`], and a variable that is missing: mend the template.
    pub async fn deployed() -> Result<Self, Failure> {
        let settings = Settings::from_env(Self::SETTINGS)
            .map_err(|error| Failure::permanent(error.to_string()))?;
        let config = Config::read(Path::new(Config::DEPLOYED))?;
        let aws = Aws::deployed().await;
        Self::new(&aws, Keys::deployed(&aws, &settings), &settings, &config)
    }

    /// The app of the local stack.
    ///
    /// **Errors.** Every rule that a file of `config` breaks: mend it and deploy again.
    pub fn new(
        aws: &Aws,
        keys: Keys,
        settings: &Settings,
        config: &Config,
    ) -> Result<Self, Failure> {
        let wrong = |error: views::config::ConfigError| Failure::permanent(error.to_string());
        let utility =
            Utility::parse("utility.toml", config.text("utility.toml")?).map_err(wrong)?;
        let beside = |path: &str| config.bytes(path).map(<[u8]>::to_vec);
        let brand =
            Brand::parse("brand.toml", config.text("brand.toml")?, beside).map_err(wrong)?;
        let broken = |errors: Vec<ConfigError>| {
            let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
            Failure::permanent(lines.join("\n"))
        };
        let (estimation, norms) = ("estimation.toml", "norms.toml");
        let parameters =
            ParameterSets::parse(estimation, config.text(estimation)?).map_err(broken)?;
        let standards = Standards::parse(norms, config.text(norms)?).map_err(broken)?;
        let bounds = Bounds::parse("bounds.toml", config.text("bounds.toml")?).map_err(broken)?;
        let mut campaigns = BTreeMap::new();
        for path in config.below("campaigns/") {
            let campaign = campaign::Config::parse(path, config.text(path)?).map_err(broken)?;
            campaigns.insert(campaign.id, campaign);
        }
        Ok(Self {
            store: Store::new(aws, settings),
            house: House::new(utility, brand),
            mails_now: Queue::new(aws, settings, Name::QueueMailNow),
            parameters,
            standards,
            bounds,
            keys,
            campaigns,
            opened: FrozenDates::default(),
            noted: Mutex::default(),
        })
    }

    /// The grant of a token, if its MAC holds.
    ///
    /// **Errors.** There is no key ring to verify it with.
    pub(crate) async fn verify(
        &self,
        token: &str,
        now: DateTime<Utc>,
    ) -> Result<Result<ReadingGrant, NotValid>, Error> {
        self.keys.verify(token, now).await
    }

    /// What the utility wants of `campaign`.
    pub(crate) fn campaign(&self, campaign: CampaignNumber) -> Option<&campaign::Config> {
        self.campaigns.get(&campaign)
    }

    /// The dates of `campaign`, or `None` before it opened.
    pub(crate) async fn dates(&self, campaign: CampaignNumber) -> Result<Option<Dates>, Error> {
        self.opened.of(&self.store, campaign).await
    }

    /// Has the mails of an hour be looked after, once a process and hour.
    pub(crate) async fn look_after(&self, scope: &Scope, ttl: i64) -> Result<(), Error> {
        if self.noted().as_ref() == Some(scope) {
            return Ok(());
        }
        self.store.note_hour(scope, ttl).await?;
        *self.noted() = Some(*scope);
        Ok(())
    }

    fn noted(&self) -> MutexGuard<'_, Option<Scope>> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The same 404 for every link that opens nothing.
    pub(crate) fn not_found(&self, outcome: &'static str) -> Answer {
        Answer::page(page::not_found(&self.house), outcome)
    }
}
