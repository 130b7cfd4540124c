//! The configuration of this checkout with another campaign.

use std::collections::BTreeMap;

use cloud::Config;
use meterlink::configuration;

const CAMPAIGN: &str = "campaigns/2026.toml";

/// The deployed configuration, each `from` of its campaign written as `to`.
#[track_caller]
pub(crate) fn with_campaign(changes: &[(&str, &str)]) -> Config {
    written_to(CAMPAIGN, changes)
}

/// The deployed configuration with the campaign of the next year, too, and with the price lists by which
/// the first year was settled.
#[track_caller]
pub(crate) fn with_next_campaign() -> Config {
    let config = written_to("campaigns/2027.toml", &[("2027", "2028"), ("2026", "2027")]);
    let mut files = files_of(&config);
    for list in config.below("tariffs/") {
        let name = list.strip_prefix("tariffs/").unwrap();
        let released = format!("released/2026-12-31/{name}");
        files.insert(released, config.bytes(list).unwrap().to_vec());
    }
    Config::of(files)
}

/// Every file of a configuration, by its path.
fn files_of(config: &Config) -> BTreeMap<String, Vec<u8>> {
    let bytes = |path: &str| (path.to_owned(), config.bytes(path).unwrap().to_vec());
    config.below("").map(bytes).collect()
}

/// The deployed configuration with its campaign at `path`, each `from` written as `to`.
#[track_caller]
fn written_to(path: &str, changes: &[(&str, &str)]) -> Config {
    let config = configuration::config();
    let mut files = files_of(&config);
    let mut campaign = config.text(CAMPAIGN).unwrap().to_owned();
    for (from, to) in changes {
        assert!(campaign.contains(from), "{from:?} stands in {CAMPAIGN}");
        campaign = campaign.replace(from, to);
    }
    files.insert(path.into(), campaign.into_bytes());
    Config::of(files)
}
