//! What is built once, at cold start.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

use cloud::settings::Name;
use cloud::{Aws, Config, Error, Failure, Keys, Settings, Store};
use domain::campaign::{self, Dates};
use domain::id::CampaignNumber;
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
    keys: Keys,
    /// What the utility wants of each campaign: of one that did not open yet nothing else is known.
    campaigns: BTreeMap<CampaignNumber, campaign::Config>,
    opened: Mutex<BTreeMap<CampaignNumber, Opened>>,
}

/// The dates of an open campaign, and when they were read. They are frozen when it opens.
#[derive(Clone, Debug)]
struct Opened {
    dates: Dates,
    read_at: DateTime<Utc>,
}

/// So long the dates of a campaign are kept before they are read again.
const KEPT: TimeDelta = TimeDelta::minutes(1);

impl App {
    /// The variables of this function.
    pub const SETTINGS: &[Name] = &[Name::Core, Name::ShortLived, Name::Keys];

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
        let mut campaigns = BTreeMap::new();
        for path in config.below("campaigns/") {
            let campaign = campaign::Config::parse(path, config.text(path)?).map_err(|errors| {
                let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
                Failure::permanent(lines.join("\n"))
            })?;
            campaigns.insert(campaign.id, campaign);
        }
        Ok(Self {
            store: Store::new(aws, settings),
            house: House::new(utility, brand),
            keys,
            campaigns,
            opened: Mutex::default(),
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
        Ok(self.keys.ring(now).await?.verify(token))
    }

    /// What the utility wants of `campaign`.
    pub(crate) fn campaign(&self, campaign: CampaignNumber) -> Option<&campaign::Config> {
        self.campaigns.get(&campaign)
    }

    /// The dates of `campaign`, or `None` before it opened.
    pub(crate) async fn dates(
        &self,
        campaign: CampaignNumber,
        now: DateTime<Utc>,
    ) -> Result<Option<Dates>, Error> {
        let fresh = |opened: &&Opened| (TimeDelta::zero()..KEPT).contains(&(now - opened.read_at));
        let kept = self
            .opened
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&campaign)
            .filter(fresh)
            .map(|opened| opened.dates.clone());
        if kept.is_some() {
            return Ok(kept);
        }
        let dates = self.store.campaign(campaign).await?.progress.dates;
        if let Some(dates) = &dates {
            let opened = Opened { dates: dates.clone(), read_at: now };
            self.opened.lock().unwrap_or_else(PoisonError::into_inner).insert(campaign, opened);
        }
        Ok(dates)
    }

    /// The same 404 for every link that opens nothing.
    pub(crate) fn not_found(&self, outcome: &'static str) -> Answer {
        Answer::page(page::not_found(&self.house), outcome)
    }
}
