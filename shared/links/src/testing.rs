//! What the tests of this crate share: rings with known masters, and how often a law is tried.

use proptest::test_runner::Config;

use crate::{key::Master, ring::KeyRing};

/// The bytes 0 to 31, which the vectors are signed with, as base64.
pub(crate) const MASTER_A: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// The bytes 255 down to 224.
pub(crate) const MASTER_B: &str = "//79/Pv6+fj39vX08/Lx8O/u7ezr6uno5+bl5OPi4eA=";

/// One line of a document: a key of `state` and nothing that the state forbids.
pub(crate) fn key(id: u8, state: &str, secret: &str) -> String {
    let (published, activated) = ("2026-10-01T01:30:00.000Z", "2026-10-02T01:30:00.000Z");
    format!(
        r#"{{"id":{id},"state":"{state}","secret":"{secret}","published":"{published}","activated":"{activated}"}}"#
    )
}

/// A ring of the vectors: key 7 signs, `others` are written as in a document.
pub(crate) fn ring(others: &[String]) -> KeyRing {
    let keys = [&[key(7, "active", MASTER_A)], others].concat().join(",");
    KeyRing::parse(&format!(r#"{{"version":1,"keys":[{keys}]}}"#)).unwrap()
}

/// Tries a law `ordinary` times; `PROPTEST_CASES` (256 when it is not set) scales all laws alike.
pub(crate) fn tries(ordinary: u32) -> Config {
    let scale = Config::default().cases;
    let cases = u64::from(ordinary) * u64::from(scale);
    Config {
        cases: u32::try_from(cases.div_euclid(256)).unwrap().max(1),
        failure_persistence: None,
        ..Config::default()
    }
}

/// The first characters of a text.
pub(crate) fn first(text: &str, characters: usize) -> &str {
    text.get(..characters).unwrap()
}

/// The master of these bytes.
pub(crate) fn master(bytes: [u8; 32]) -> Master {
    let filled = Master::fill(|room| {
        room.copy_from_slice(&bytes);
        Ok::<(), ()>(())
    });
    filled.unwrap()
}
