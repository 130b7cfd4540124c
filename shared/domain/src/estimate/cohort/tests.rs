use insta::assert_snapshot;
use proptest::prelude::*;
use rust_decimal::RoundingStrategy;

use super::*;
use crate::calendar::Period;
use crate::estimate::engine::tests::{day, shown};
use crate::estimate::parameters::tests::parameters;
use crate::estimate::profile::{DayWeights, Profile};
use crate::estimate::stats::Arithmetic as _;

/// How use changed in the last year of `notation`.
#[track_caller]
fn changed(notation: &str, occupancy: &Occupancy) -> Option<Change> {
    let weights = Weights(DayWeights::of(&Profile::flat(), Real::zero()));
    change(&shown(notation), occupancy, &weights, &parameters()).unwrap()
}

#[track_caller]
fn check(notation: &str) -> String {
    match changed(notation, &Occupancy::default()) {
        Some(change) => format!("{} in {}", change.bin, change.year),
        None => "none".into(),
    }
}

#[test]
fn two_whole_years_one_after_the_other_say_how_use_changed() {
    assert_snapshot!(check("2023-12-31 0, 2024-12-31 100, 2025-12-31 200"), @"3 in 2025");
    assert_snapshot!(check("2023-12-31 0, 2024-12-31 100, 2025-12-31 190"), @"-103 in 2025");
    assert_snapshot!(check("2023-12-31 0, 2024-12-31 100, 2025-12-31 3000"), @"3000 in 2025");
    assert_snapshot!(check("2023-12-31 0, 2024-12-31 3000, 2025-12-31 3001"), @"-3000 in 2025");
    assert_snapshot!(check("2023-06-30 0, 2024-06-30 100, 2025-06-30 200"), @"3 in 2024");
}

#[test]
fn what_is_no_year_says_nothing() {
    assert_snapshot!(check("2024-12-31 100, 2025-12-31 200"), @"none");
    assert_snapshot!(check("2023-12-31 0, 2024-12-31 100, 2025-12-31 e200"), @"none");
    assert_snapshot!(check("2023-12-31 0, 2024-12-31 0, 2025-12-31 100"), @"none");
    assert_snapshot!(check("2021-12-31 0, 2024-12-31 300, 2025-12-31 400"), @"none");
    assert_snapshot!(check("2023-12-31 0, 2024-12-31 100, 2026-03-07 200"), @"none");
    assert_snapshot!(check("2023-12-31 0, 2024-12-31 100, 2026-03-04 200"), @"-156 in 2025");
    assert_snapshot!(check("2023-12-31 0, 2024-12-31 100, 2025-10-20 200"), @"none");
}

#[test]
fn another_occupant_or_marked_days_say_nothing() {
    let years = "2023-12-31 0, 2024-12-31 100, 2025-12-31 190";
    let moved = |from: &str| Occupancy { occupied_from: Some(day(from)), ..Occupancy::default() };
    assert_eq!(changed(years, &moved("2024-06-01")), None);
    assert!(changed(years, &moved("2023-12-31")).is_some());
    let leak = Period { from: day("2024-03-01"), until: Some(day("2024-04-01")) };
    let marked = Occupancy { excluded: vec![leak], ..Occupancy::default() };
    assert_eq!(changed(years, &marked), None);
}

/// A group of customers whose use changed by so many thousandths, in logarithms.
fn group(bins: impl IntoIterator<Item = i16>) -> Histogram {
    let mut group = Histogram::default();
    for bin in bins {
        group.count(Change { year: 2025, bin });
    }
    group
}

/// What `groups` say, from narrow to wide.
#[track_caller]
fn said(groups: &[&Histogram]) -> String {
    let Index { ratio, customers, group, limit } = index(groups, parameters().constants());
    format!("{ratio} of {customers} by {group:?} {limit:?}")
}

#[test]
fn the_narrowest_group_that_is_large_enough_speaks() {
    let (small, large) = (group([-50; 29]), group([-30; 30]));
    assert_snapshot!(said(&[&small, &large]), @"0.9704 of 30 by Some(1) Free");
    assert_snapshot!(said(&[&large, &small]), @"0.9704 of 30 by Some(0) Free");
    assert_snapshot!(said(&[&small]), @"1 of 0 by None Free");
    assert_snapshot!(said(&[]), @"1 of 0 by None Free");
}

#[test]
fn an_index_is_limited_and_says_so() {
    assert_snapshot!(said(&[&group([-400; 40])]), @"0.7 of 40 by Some(0) Bitten");
    assert_snapshot!(said(&[&group([400; 40])]), @"1.4 of 40 by Some(0) Bitten");
    assert_snapshot!(said(&[&group([336; 40])]), @"1.3993 of 40 by Some(0) Free");
}

#[test]
fn levels_follow_from_one_campaign_to_the_next() {
    let index = |ratio: i64| Index {
        ratio: Decimal::new(ratio, 4),
        customers: 100,
        group: Some(0),
        limit: Limit::Free,
    };
    let levels = Levels::default().with(2026, &index(9_700)).with(2027, &index(10_200));
    let told: Vec<String> = levels
        .years()
        .iter()
        .map(|(year, level)| format!("{year}: {}", level.normalize()))
        .collect();
    assert_snapshot!(told.join(", "), @"2025: 1, 2026: 0.97, 2027: 0.9894");
    // A year without a campaign keeps the level of the one before.
    let later = levels.with(2029, &index(5_000));
    assert_eq!(later.of_year(2028), later.of_year(2027));
}

#[test]
fn a_snapshot_has_the_levels_of_every_group() {
    let small = Group { commodity: Commodity::Water, capacity: Some("10".into()), region: None };
    let large = Group { capacity: Some("2.5".into()), ..small.clone() };
    let heat = Group { commodity: Commodity::Heat, capacity: None, region: None };
    let mut counted = Counted::default();
    for bin in [-50; 40] {
        counted.of(&large).count(Change { year: 2026, bin });
    }
    counted.of(&small).count(Change { year: 2026, bin: 200 });
    let constants = parameters().constants().clone();
    let first = Snapshot::of("c2026", 2026, &counted, None, &constants);
    let second = Snapshot::of("c2027", 2027, &counted, Some(&first), &constants);
    let level = |snapshot: &Snapshot, group| snapshot.levels(group).of_year(snapshot.year);
    let expected = Some(Decimal::new(9512, 4));
    assert_eq!((level(&first, &large), level(&first, &small)), (expected, expected));
    assert_eq!(level(&second, &large), Some(Decimal::new(90_478_144, 8)));
    assert_eq!(first.levels(&heat), Levels::default());
    let unknown = Group { capacity: Some("40".into()), ..small.clone() };
    assert_eq!(first.levels(&unknown), first.levels(&small));
    let stored = serde_json::to_string(&second).unwrap();
    assert_eq!(serde_json::from_str::<Snapshot>(&stored).unwrap(), second);
    let stored = serde_json::to_string(&counted).unwrap();
    assert_eq!(serde_json::from_str::<Counted>(&stored).unwrap(), counted);
}

#[test]
fn a_region_speaks_for_itself_where_it_is_large_enough() {
    let class = Group { commodity: Commodity::Water, capacity: Some("2.5".into()), region: None };
    let region = |digits: &str| Group { region: Some(digits.into()), ..class.clone() };
    let mut counted = Counted::default();
    for (digits, bin, customers) in [("10", -50, 30), ("20", 100, 29), ("30", 20, 60)] {
        for bin in vec![bin; customers] {
            counted.count(&region(digits), Change { year: 2026, bin });
        }
    }
    let constants = parameters().constants().clone();
    let first = Snapshot::of("c2026", 2026, &counted, None, &constants);
    let level = |snapshot: &Snapshot, group: &Group| {
        let level = snapshot.levels(group).of_year(snapshot.year).unwrap();
        level.round_dp_with_strategy(4, RoundingStrategy::MidpointAwayFromZero).to_string()
    };
    // 29 are too few: the class speaks, whose median is that of the sixty
    assert_snapshot!(level(&first, &region("10")), @"0.9512");
    assert_snapshot!(level(&first, &region("20")), @"1.0202");
    assert_snapshot!(level(&first, &region("30")), @"1.0202");
    assert_snapshot!(level(&first, &region("99")), @"1.0202");
    assert_snapshot!(level(&first, &class), @"1.0202");
    assert_eq!(first.groups.iter().filter(|one| one.group.region.is_some()).count(), 2);
    // a region that has levels keeps them, and moves with its class where it becomes too small
    let mut later = Counted::default();
    for _ in 0..40 {
        later.count(&region("30"), Change { year: 2027, bin: 0 });
    }
    later.count(&region("10"), Change { year: 2027, bin: 300 });
    let second = Snapshot::of("c2027", 2027, &later, Some(&first), &constants);
    assert_snapshot!(level(&second, &region("10")), @"0.9512");
}

proptest! {
    #[test]
    fn shards_add_up_in_any_order(bins in prop::collection::vec(-3_000_i16..=3_000, 0..80), at in 0_usize..80) {
        let (first, second) = bins.split_at(at.min(bins.len()));
        let (mut one, mut other) = (group(first.iter().copied()), group(second.iter().rev().copied()));
        let (a, b) = (one.clone(), other.clone());
        one.add(&b);
        other.add(&a);
        prop_assert_eq!(&one, &other);
        prop_assert_eq!(&one, &group(bins.iter().copied()));
        let stored = serde_json::to_string(&one).unwrap();
        prop_assert_eq!(serde_json::from_str::<Histogram>(&stored).unwrap(), one);
    }
}
