use std::fmt::Debug;

use serde::Serialize;

use super::*;
use crate::{
    link_type::{Session, Submit},
    ring::KeyRing,
    testing::{MASTER_A, first, ring},
};

/// See `tag/tests.rs`: naming the item is ambiguous, and does not compile, for a type that has it.
macro_rules! is_never {
    ($type:ty: $($bound:path),+) => {
        $({
            trait Once<Way> {
                fn named() {}
            }
            impl<T> Once<()> for T {}
            impl<T: $bound> Once<bool> for T {}
            <$type as Once<_>>::named();
        })+
    };
}

#[test]
fn a_master_cannot_be_shown_copied_or_serialised() {
    is_never!(Master: Debug, Clone, Serialize, PartialEq);
    is_never!(KeyRing: Clone, Serialize);
    is_never!(Token: Clone, Serialize, fmt::Display);
    is_never!(Link: Clone, Serialize, fmt::Display, PartialEq);
}

#[test]
fn a_master_is_overwritten_when_it_is_dropped() {
    fn is_overwritten<T: ZeroizeOnDrop>() {}
    is_overwritten::<Master>();
    let mut master = Master::from_base64(MASTER_A).unwrap();
    master.zeroize();
    assert_eq!(master.as_bytes(), [0; 32]);
}

#[test]
fn a_master_is_made_of_what_its_source_gives() {
    let master = Master::fill(|bytes| {
        bytes.copy_from_slice(&(0..32).collect::<Vec<u8>>());
        Ok::<(), ()>(())
    });
    assert!(master.unwrap().is_same(&Master::from_base64(MASTER_A).unwrap()));
    assert_eq!(Master::fill(|_| Err("no entropy")).err(), Some("no entropy"));
}

#[test]
fn a_master_is_exactly_32_bytes_of_strict_base64() {
    let mut written = String::new();
    Master::from_base64(MASTER_A).unwrap().write_base64(&mut written);
    assert_eq!(written, MASTER_A);
    for text in [
        "",
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", // without padding
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9=", // spare bits
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gIQ", // 34 bytes
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHg==", // 31 bytes
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g", // 33 bytes
        " AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        "__79_Pv6-fj39vX08_Lx8O_u7ezr6uno5-bl5OPi4eA=", // of the other alphabet
    ] {
        assert!(Master::from_base64(text).is_none(), "{text}");
    }
}

#[test]
fn a_master_is_exactly_64_hex_digits() {
    let lower = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    for text in [lower, &lower.to_uppercase()] {
        let master = Master::from_hex(text).unwrap();
        assert!(master.is_same(&Master::from_base64(MASTER_A).unwrap()));
    }
    let last_changed = |last: char| format!("{}{last}", first(lower, 63));
    for text in ["", first(lower, 62), first(lower, 63), &format!("{lower}00"), &last_changed('g')]
    {
        assert!(Master::from_hex(text).is_none(), "{text}");
    }
    assert!(Master::from_hex(&last_changed('+')).is_none());
}

#[test]
fn a_key_says_only_what_it_is() {
    let ring = ring(&[]);
    assert_eq!(format!("{:?}", ring.key::<Submit>()), "Key(submit, 7)");
    assert_eq!(ring.key::<Session>().id(), KeyId::new(7));
}
