use insta::assert_snapshot;
use proptest::prelude::*;

use super::*;
use crate::testing::{MASTER_A, MASTER_B, first, key, master, tries};

/// A document of these keys.
fn document(keys: &[&str]) -> String {
    format!(r#"{{"version":1,"keys":[{}]}}"#, keys.join(","))
}

/// What reading says: the ring as it shows itself, or the rule that is broken.
#[track_caller]
fn check(document: &str) -> String {
    match KeyRing::parse(document) {
        Ok(ring) => format!("{ring:?}"),
        Err(refused) => {
            let told = format!("{refused} {refused:?}");
            assert!(
                !told.contains(first(MASTER_A, 8)) && !told.contains(first(MASTER_B, 8)),
                "{told}"
            );
            refused.to_string()
        }
    }
}

/// The same for one active key, with `from` replaced by `to`.
#[track_caller]
fn changed(from: &str, to: &str) -> String {
    let document = document(&[&key(7, "active", MASTER_A)]);
    assert!(document.contains(from));
    check(&document.replace(from, to))
}

const RETIRED: &str = r#"{"id":3,"state":"retired","published":"2026-01-05T02:30:00Z","activated":"2026-01-06T02:30:00Z","retired":"2026-11-22T02:30:00Z"}"#;

#[test]
fn a_document_is_read_whole() {
    let (seven, eight) = (key(7, "active", MASTER_A), key(8, "published", MASTER_B));
    assert_snapshot!(check(&document(&[&seven])), @"KeyRing {KeyId(7): Active}");
    assert_snapshot!(check(&document(&[&eight, RETIRED, &seven])), @"KeyRing {KeyId(3): Retired, KeyId(7): Active, KeyId(8): Published}");
    // what does not apply may be null
    assert_snapshot!(changed(r#""activated":"#, r#""retired":null,"activated":"#), @"KeyRing {KeyId(7): Active}");
    let never_active = eight.replace(r#","activated":"2026-10-02T01:30:00.000Z""#, "");
    assert_snapshot!(check(&document(&[&seven, &never_active])), @"KeyRing {KeyId(7): Active, KeyId(8): Published}");
}

#[test]
fn exactly_one_key_is_active() {
    let (seven, eight) = (key(7, "active", MASTER_A), key(8, "active", MASTER_B));
    assert_snapshot!(check(&document(&[])), @"no key is active");
    assert_snapshot!(check(&document(&[RETIRED])), @"no key is active");
    assert_snapshot!(changed("active\",", "published\","), @"no key is active");
    assert_snapshot!(check(&document(&[&seven, &eight])), @"key 7 is active, and another one too");
}

#[test]
fn ids_and_secrets_are_used_once() {
    let seven = key(7, "active", MASTER_A);
    assert_snapshot!(check(&document(&[&seven, &key(7, "published", MASTER_B)])), @"key id 7 is used twice");
    assert_snapshot!(check(&document(&[&seven, RETIRED, RETIRED])), @"key id 3 is used twice");
    assert_snapshot!(check(&document(&[&seven, &key(9, "published", MASTER_A)])), @"keys 7 and 9 have the same secret");
}

#[test]
fn what_everybody_knows_is_refused() {
    assert_snapshot!(changed(r#""id":7"#, r#""id":0"#), @"key 0 is public: only the local stack has it");
    let zero_retired = RETIRED.replace(r#""id":3"#, r#""id":0"#);
    assert_snapshot!(check(&document(&[&key(7, "active", MASTER_A), &zero_retired])), @"key 0 is public: only the local stack has it");
    let local = KeyRing::local().print();
    assert_snapshot!(check(&local), @"key 0 is public: only the local stack has it");
    assert_snapshot!(check(&local.replace(r#""id":0"#, r#""id":5"#)), @"the secret of key 5 is public: only the local stack has it");
}

#[test]
fn a_secret_is_there_until_the_key_is_retired() {
    assert_snapshot!(changed(&format!(r#""secret":"{MASTER_A}","#), ""), @"key 7 has no secret");
    assert_snapshot!(changed(&format!("\"{MASTER_A}\""), "null"), @"key 7 has no secret");
    assert_snapshot!(changed(MASTER_A, ""), @"the secret of key 7 is not base64 of 32 bytes");
    assert_snapshot!(changed("Hh8=", "Hh8"), @"the secret of key 7 is not base64 of 32 bytes");
    assert_snapshot!(changed("Hh8=", "Hh9="), @"the secret of key 7 is not base64 of 32 bytes");
    let kept = key(3, "retired", MASTER_B);
    assert_snapshot!(check(&document(&[&key(7, "active", MASTER_A), &kept])), @"key 3 is retired and has a secret");
}

#[test]
fn each_state_has_its_times_in_their_order() {
    let published = r#""published":"2026-10-01T01:30:00.000Z","#;
    let activated = r#","activated":"2026-10-02T01:30:00.000Z""#;
    assert_snapshot!(changed(published, ""), @"key 7 has no time published");
    assert_snapshot!(changed(activated, ""), @"key 7 has no time activated");
    assert_snapshot!(changed("10-02T01", "09-30T01"), @"the times of key 7 are not in order");
    assert_snapshot!(changed(activated, &format!(r#"{activated},"retired":"2026-11-01T00:00:00Z""#)), @"key 7 is not retired and has a time of retirement");
    let seven = key(7, "active", MASTER_A);
    let not_yet = RETIRED.replace(r#","retired":"2026-11-22T02:30:00Z""#, "");
    assert_snapshot!(check(&document(&[&seven, &not_yet])), @"key 3 has no time retired");
    let before = RETIRED.replace("2026-11-22", "2026-01-05");
    assert_snapshot!(check(&document(&[&seven, &before])), @"the times of key 3 are not in order");
}

#[test]
fn a_document_of_another_shape_is_refused_with_its_place() {
    assert_snapshot!(check(""), @"the key ring is not of its shape at line 1, column 0");
    assert_snapshot!(check("[1,[]]"), @"the key ring is not of its shape at line 1, column 0");
    assert_snapshot!(changed(r#""version":1"#, r#""version":2,"more":[]"#), @"the key ring has version 2, this release knows 1");
    for (from, to) in [
        (r#""version":1,"#, ""),
        (r#""version":1"#, r#""version":"1""#),
        (r#""version":1"#, r#""version":1,"version":1"#),
        (r#""version":1"#, r#""version":1,"active":7"#),
        (r#""id":7"#, r#""id":256"#),
        (r#""id":7"#, r#""id":"7""#),
        (r#""id":7"#, r#""id":7,"id":7"#),
        (r#""id":7"#, r#""id":7,"note":"spare""#),
        (r#""state":"active""#, r#""state":"Active""#),
        (r#""state":"active""#, r#""state":"revoked""#),
        (r#""state":"active","#, ""),
        ("01:30:00.000Z", "01:30:00.000+00:00"),
        ("01:30:00.000Z", "03:30:00+02:00"),
        ("2026-10-01T01:30:00.000Z", "2026-10-01"),
        ("2026-10-01T01:30:00.000Z", MASTER_A),
        ("\"2026-10-01T01:30:00.000Z\"", "1790818200"),
        ("]}", "]} ]"),
        ("]}", ""),
    ] {
        let told = changed(from, to);
        assert!(told.starts_with("the key ring is not of its shape at line 1"), "{to}: {told}");
    }
    let array = format!(r#"{{"version":1,"keys":[[7,"active","{MASTER_A}"]]}}"#);
    assert!(check(&array).starts_with("the key ring is not of its shape"));
}

#[test]
fn a_secret_in_the_wrong_place_is_not_quoted() {
    // `check` looks for it in every refusal
    for from in ["7,", "\"active\"", "1,"] {
        changed(from, &format!("\"{MASTER_B}\"{}", if from.ends_with(',') { "," } else { "" }));
    }
}

#[test]
fn a_ring_is_printed_a_key_a_line() {
    let ring = KeyRing::parse(&document(&[&key(7, "active", MASTER_A), RETIRED])).unwrap();
    assert_snapshot!(ring.print().as_str(), @r#"
    {"version":1,"keys":[
    {"id":3,"state":"retired","secret":null,"published":"2026-01-05T02:30:00.000Z","activated":"2026-01-06T02:30:00.000Z","retired":"2026-11-22T02:30:00.000Z"},
    {"id":7,"state":"active","secret":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=","published":"2026-10-01T01:30:00.000Z","activated":"2026-10-02T01:30:00.000Z","retired":null}
    ]}
    "#);
}

/// The place of a full ring's text is taken once: a longer one would be moved and leave a copy.
#[test]
fn a_full_ring_is_printed_without_moving() {
    let now = "2026-10-01T01:30:00.123Z".parse().unwrap();
    let mut ring = KeyRing::first(master([1; 32]), now);
    for n in 2..=255 {
        let id = ring.publish(master([n; 32]), now).unwrap();
        ring.activate(id, now + super::super::step::ACTIVATION_WAIT).unwrap();
    }
    let text = ring.print();
    assert!(text.len() < 256 * CHARACTERS_PER_KEY && text.capacity() <= 256 * CHARACTERS_PER_KEY);
    assert_eq!(KeyRing::parse(&text).unwrap().keys(), ring.keys());
}

proptest! {
    #![proptest_config(tries(500))]

    #[test]
    fn what_is_printed_is_read_back(masters in prop::collection::btree_set(any::<[u8; 32]>(), 1..5), at in 0..4_000_000_000_000_i64) {
        let mut now = DateTime::from_timestamp_millis(at).unwrap();
        let mut masters = masters.into_iter().map(master);
        let mut ring = KeyRing::first(masters.next().unwrap(), now);
        for next in masters {
            let id = ring.publish(next, now).unwrap();
            now += super::super::step::ACTIVATION_WAIT;
            let before = ring.active_id();
            ring.activate(id, now).unwrap();
            if at % 2 == 0 {
                ring.revoke(before, now).unwrap();
            }
        }
        let printed = ring.print();
        let again = KeyRing::parse(&printed).unwrap();
        prop_assert_eq!(again.keys(), ring.keys());
        prop_assert_eq!(again.print(), printed);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,80}") {
        prop_assert!(KeyRing::parse(&text).is_err());
    }
}
