use insta::assert_snapshot;

use super::*;

const CAMPAIGN: &str = include_str!("../../../../infra/config/campaigns/2026.toml");
const WATER: &str = include_str!("../../../../infra/config/tariffs/water.toml");

/// What is said about the deployed campaign and list of water, and these `files` beside or instead.
#[track_caller]
fn check(files: &[(&str, &str)]) -> String {
    let deployed = [("campaigns/2026.toml", CAMPAIGN), ("tariffs/water.toml", WATER)];
    let files = deployed.iter().chain(files);
    let config = Config::of(files.map(|(path, text)| ((*path).into(), (*text).into())));
    match config.price_lists() {
        Ok(_) => "good".to_owned(),
        Err(failure) => failure.to_string(),
    }
}

#[test]
fn the_prices_of_a_settled_year_stay_as_they_were() {
    let kept = ("released/2026-12-31/water.toml", WATER);
    assert_snapshot!(check(&[kept]), @"good");
    let raised = WATER.replace("rate = \"1.8760\"", "rate = \"1.9\"");
    assert_snapshot!(check(&[kept, ("tariffs/water.toml", &raised)]), @"good");
    let changed = WATER.replace("rate = \"1.8240\"", "rate = \"1.9\"");
    assert_snapshot!(check(&[kept, ("tariffs/water.toml", &changed)]), @"tariffs/water.toml:27 water.use: 2026-01-01: is not as it was released, and the year to 2026-12-31 is settled: put it back, and add an entry of a later day");
}

#[test]
fn a_next_campaign_needs_the_prices_by_which_the_last_was_settled() {
    let next = CAMPAIGN.replace("2027-", "2028-").replace("2026", "2027");
    let next = ("campaigns/2027.toml", next.as_str());
    assert_snapshot!(check(&[next]), @"released/2026-12-31:1 the year to 2026-12-31 is settled: copy the lists there by which it was");
    assert_snapshot!(check(&[next, ("released/2026-12-31/water.toml", WATER)]), @"good");
    assert_snapshot!(check(&[("released/last/water.toml", WATER)]), @"released/last/water.toml:1 last is no day; the last settled one would do: 2026-12-31");
}

#[test]
fn what_is_wrong_with_lists_is_told_beside_what_is_wrong_with_campaigns() {
    let campaign = CAMPAIGN.replace("window_days = 28", "window_days = 0");
    let list = WATER.replace("rate = \"1.8240\"", "rate = \"much\"");
    let files = [("campaigns/2026.toml", campaign.as_str()), ("tariffs/water.toml", list.as_str())];
    assert_snapshot!(check(&files), @r#"
    campaigns/2026.toml:4 window_days: 0 is not 7 to 90
    campaigns/2026.toml:6 reminder_days: 21 is later than window_days - 3 = 0
    tariffs/water.toml:29 water.use.rates.2.rate: "much": needs euro in quotes, with six decimals at most; "1.8240" would do
    "#);
}
