use std::sync::LazyLock;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

use domain::id::{CampaignNumber, Generation, Subject};

use super::*;
use crate::{
    grant::{Grant, ReadingGrant},
    link_type::{Pay, SignIn, Submit},
    testing::{MASTER_A, MASTER_B, first, key, ring, tries},
};

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The `nth` of many tokens that have nothing in common but their ring.
fn token(ring: &KeyRing, nth: u8) -> String {
    let noise: [u8; 32] = Sha256::digest([nth]).into();
    let [s0, s1, s2, s3, s4, s5, s6, s7, c0, c1, g0, g1, ..] = noise;
    let subject = Subject::new(u64::from_be_bytes([s0, s1, s2, s3, s4, s5, s6, s7])).unwrap();
    let campaign = CampaignNumber::new(u16::from_be_bytes([c0, c1])).unwrap();
    let generation = Generation::new(u16::from_be_bytes([g0, g1])).unwrap();
    let token = ring.key::<Submit>().mint(subject, campaign, generation).reveal().to_owned();
    assert!(ring.verify::<ReadingGrant>(&token).is_ok());
    token
}

/// Whether any route of readings or invoices opens for `text`.
fn opens(ring: &KeyRing, text: &str) -> bool {
    ring.verify::<ReadingGrant>(text).is_ok()
        || ring.verify::<Grant<Submit>>(text).is_ok()
        || ring.verify::<Grant<Pay>>(text).is_ok()
}

#[test]
fn a_changed_character_makes_a_token_worthless() {
    let ring = ring(&[key(8, "published", MASTER_B)]);
    let mut tried = 0_u32;
    for nth in 0..10 {
        let token = token(&ring, nth);
        for at in 0..token.len() {
            for other in ALPHABET.iter().filter(|other| **other != token.as_bytes()[at]) {
                let mut changed = token.clone();
                changed.replace_range(at..=at, &char::from(*other).to_string());
                assert!(!opens(&ring, &changed), "{at} {changed}");
                tried += 1;
            }
        }
    }
    assert_eq!(tried, 10 * 40 * 63);
}

#[test]
fn a_flipped_bit_makes_a_token_worthless() {
    let ring = ring(&[key(8, "published", MASTER_B)]);
    for nth in 0..100 {
        let raw = URL_SAFE_NO_PAD.decode(token(&ring, nth)).unwrap();
        for bit in 0..240 {
            let mut flipped = raw.clone();
            flipped[bit >> 3] ^= 1 << (bit & 7);
            assert!(!opens(&ring, &URL_SAFE_NO_PAD.encode(flipped)), "bit {bit} of token {nth}");
        }
    }
}

#[test]
fn a_cut_or_lengthened_token_is_worthless() {
    let ring = ring(&[]);
    for nth in 0..100 {
        let token = token(&ring, nth);
        for at in 0..token.len() {
            assert!(!opens(&ring, first(&token, at)));
            assert!(!opens(&ring, token.get(at + 1..).unwrap()));
        }
        for other in ALPHABET {
            let other = char::from(*other);
            assert!(!opens(&ring, &format!("{token}{other}")));
            assert!(!opens(&ring, &format!("{other}{token}")));
        }
        assert!(!opens(&ring, &token.to_lowercase()) && !opens(&ring, &token.to_uppercase()));
        assert!(!opens(&ring, &format!("{token}{token}")));
    }
}

#[test]
fn published_keys_verify_and_retired_or_unknown_ones_do_not() {
    let signer = ring(&[]);
    let token = token(&signer, 0);
    let state = |document: &str| {
        let ring = KeyRing::parse(document).unwrap();
        ring.verify::<Grant<Submit>>(&token).map_err(|refused| refused.refused_by())
    };
    let eight = key(8, "active", MASTER_B);
    let of = |other: &str| format!(r#"{{"version":1,"keys":[{eight}{other}]}}"#);
    let grant = signer.verify::<Grant<Submit>>(&token).unwrap();
    assert_eq!(state(&of(&format!(",{}", key(7, "published", MASTER_A)))), Ok(grant));
    assert_eq!(state(&of("")), Err(RefusedBy::Key));
    let retired = r#",{"id":7,"state":"retired","published":"2026-10-01T01:30:00Z","retired":"2026-11-01T01:30:00Z"}"#;
    assert_eq!(state(&of(retired)), Err(RefusedBy::Key));
    // the same id with another secret
    let exchanged = of("").replace(r#""id":8"#, r#""id":7"#);
    assert_eq!(state(&exchanged), Err(RefusedBy::Tag));
}

#[test]
fn only_the_active_key_signs() {
    let ring = ring(&[key(9, "published", MASTER_B)]);
    assert_eq!(ring.active_id(), KeyId::new(7));
    assert_eq!(ring.key::<SignIn>().id(), KeyId::new(7));
    assert_eq!(ring.verify::<Grant<Submit>>(&token(&ring, 0)).unwrap().key_id(), KeyId::new(7));
}

#[test]
fn the_local_ring_is_of_key_0_and_opens_nothing_else() {
    let local = KeyRing::local();
    assert_eq!(local.active_id(), KeyId::LOCAL);
    assert_eq!(token(&local, 1), token(&KeyRing::local(), 1));
    assert!(!opens(&ring(&[]), &token(&local, 1)));
    assert!(!opens(&local, &token(&ring(&[]), 1)));
}

#[test]
fn a_ring_shows_ids_and_states_only() {
    let ring = ring(&[key(9, "published", MASTER_B)]);
    assert_eq!(format!("{ring:?}"), "KeyRing {KeyId(7): Active, KeyId(9): Published}");
    let ids: Vec<u8> = ring.keys().iter().map(|key| key.id.get()).collect();
    assert_eq!(ids, [7, 9]);
}

proptest! {
    #![proptest_config(tries(5_000))]

    /// The last bytes are a key id that the ring has and a type that is taken: only the tag is wrong.
    #[test]
    fn any_bytes_are_refused_unless_they_were_minted(
        mut raw in any::<[u8; 30]>(),
        kind in 0x10..=0x1a_u8,
    ) {
        static LOCAL: LazyLock<KeyRing> = LazyLock::new(KeyRing::local);
        let text = String::from_utf8_lossy(&raw).into_owned();
        prop_assert!(!opens(&LOCAL, &text));
        prop_assert!(!opens(&LOCAL, &URL_SAFE_NO_PAD.encode(raw)));
        (raw[28], raw[29]) = (0, kind);
        prop_assert!(!opens(&LOCAL, &URL_SAFE_NO_PAD.encode(raw)));
    }
}
