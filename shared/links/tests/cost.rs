//! What a token costs to verify: nothing is allocated, and to refuse a forged one takes as long as to
//! accept a good one, so neither memory nor time tells a stranger anything.

#![cfg(test)]

use std::hint::black_box;
use std::time::Duration;

use allocation_counter::{AllocationInfo, measure};
use rustix::time::{ClockId, clock_gettime};

use domain::id::{CampaignNumber, Generation, Subject};
use links::grant::{ReadingGrant, RefusedBy};
use links::link_type::Submit;
use links::ring::KeyRing;

/// Tokens verified between two looks at the clock.
const BATCH: u32 = 500;

/// Looks at the clock for either kind, by turns; the fastest counts, for whatever else the machine
/// does only makes one slower.
const ROUNDS: u32 = 40;

/// A good token, and the same with another character in its tag.
fn tokens(ring: &KeyRing) -> [String; 2] {
    let campaign = CampaignNumber::new(2026).unwrap();
    let minted = ring.key::<Submit>().mint(Subject::new(42).unwrap(), campaign, Generation::FIRST);
    let good = minted.reveal().to_owned();
    let mut forged = good.clone().into_bytes();
    forged[31] = if forged[31] == b'A' { b'B' } else { b'A' };
    let forged = String::from_utf8(forged).unwrap();
    [good, forged]
}

#[test]
fn a_good_token_and_a_forged_one_allocate_nothing() {
    let ring = KeyRing::local();
    let [good, forged] = tokens(&ring);
    for (token, refused) in [
        (good.as_str(), None),
        (forged.as_str(), Some(RefusedBy::Tag)),
        ("not-a-token", Some(RefusedBy::Shape)),
        ("", Some(RefusedBy::Shape)),
    ] {
        let mut said = None;
        let info = measure(|| said = ring.verify::<ReadingGrant>(token).err());
        assert_eq!(said.map(|not_valid| not_valid.refused_by()), refused);
        assert_eq!(info, AllocationInfo::default(), "{token}");
    }
}

/// The processor's time that this process has taken.
fn taken() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ProcessCPUTime)).unwrap()
}

/// What verifying `token` over and over takes.
fn time(ring: &KeyRing, token: &str) -> Duration {
    let before = taken();
    for _ in 0..BATCH {
        let _said = black_box(ring.verify::<ReadingGrant>(black_box(token)));
    }
    taken().saturating_sub(before)
}

#[test]
fn to_refuse_takes_as_long_as_to_accept() {
    let ring = KeyRing::local();
    let tokens = tokens(&ring);
    let mut fastest = [Duration::MAX; 2];
    for _ in 0..ROUNDS {
        for (fastest, token) in fastest.iter_mut().zip(&tokens) {
            *fastest = time(&ring, token).min(*fastest);
        }
    }
    let [accepted, refused] = fastest;
    let apart = accepted.abs_diff(refused);
    assert!(apart * 10 <= accepted, "accepted in {accepted:?}, refused in {refused:?}");
}
