use insta::assert_snapshot;

use super::*;

/// The keys that may be retired on `today`, of a ring whose keys 1, 2 … were activated on `days`
/// and which has one more that waits, when `campaigns` (`from..until`) opened.
#[track_caller]
fn check(days: &str, campaigns: &str, today: &str) -> String {
    let noon = |day: &str| -> DateTime<Utc> { format!("{day}T12:00:00Z").parse().unwrap() };
    let master = |n: u8| crate::testing::master([n; 32]);
    let mut days = days.split(' ').map(noon);
    let mut ring = KeyRing::first(master(1), days.next().unwrap());
    for (n, day) in (2..).zip(days) {
        let id = ring.publish(master(n), day - ACTIVATION_WAIT).unwrap();
        ring.activate(id, day).unwrap();
    }
    ring.publish(master(99), noon(today)).unwrap();
    let campaigns: Vec<LinkDays> = campaigns
        .split_whitespace()
        .map(|days| days.split_once("..").unwrap())
        .map(|(from, until)| LinkDays {
            from: from.parse().unwrap(),
            until: until.parse().unwrap(),
        })
        .collect();
    format!("{:?}", ring.closed(&campaigns, noon(today)))
}

#[test]
fn a_key_is_needed_until_the_last_campaign_that_it_signed_for_is_closed() {
    let check = |today| check("2026-10-01 2026-12-20", "2026-11-26..2027-12-28", today);
    assert_snapshot!(check("2027-12-28"), @"[KeyId(3)]");
    assert_snapshot!(check("2027-12-29"), @"[KeyId(1), KeyId(3)]");
}

#[test]
fn a_key_between_two_campaigns_signed_nothing() {
    let keys = "2026-01-01 2026-11-20 2026-12-10";
    let campaigns = "2024-11-26..2025-12-28 2026-11-26..2027-12-28";
    assert_snapshot!(check(keys, campaigns, "2026-12-11"), @"[KeyId(1), KeyId(4)]");
    assert_snapshot!(check("2026-01-01 2026-11-20", "", "2026-11-21"), @"[KeyId(1), KeyId(3)]");
}

#[test]
fn the_day_of_a_change_of_keys_belongs_to_both() {
    let campaigns = "2026-11-26..2027-12-28";
    assert_snapshot!(check("2026-10-01 2026-11-25", campaigns, "2026-11-27"), @"[KeyId(1), KeyId(3)]");
    assert_snapshot!(check("2026-10-01 2026-11-26", campaigns, "2026-11-27"), @"[KeyId(3)]");
    let overlapping = "2025-11-26..2026-12-28 2026-11-26..2027-12-28";
    assert_snapshot!(check("2026-12-28 2027-01-05", overlapping, "2027-01-06"), @"[KeyId(3)]");
    assert_snapshot!(check("2026-12-28 2027-01-05", overlapping, "2027-12-29"), @"[KeyId(1), KeyId(3)]");
}

#[test]
fn the_active_key_is_always_needed() {
    assert_snapshot!(check("2026-01-01", "2026-11-26..2027-12-28", "2030-01-01"), @"[KeyId(2)]");
}
