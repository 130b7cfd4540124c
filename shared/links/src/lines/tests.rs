use std::{
    io::{Read as _, Write as _},
    path::Path,
    process::{Command, Stdio},
    thread,
};

use insta::assert_snapshot;
use proptest::prelude::*;
use serde_json::Value;
use sha2::{Digest, Sha256};

use domain::hex::hex;

use super::*;
use crate::testing::{first, tries};

const A: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const B: &str = "fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0efeeedecebeae9e8e7e6e5e4e3e2e1e0";

/// Mints by `about` (`type subject campaign generation key master`), reads the token back and
/// compares: the answer to the reading must say what was asked.
#[track_caller]
fn check(about: &str) -> String {
    let [link_type, subject, campaign, generation, key, master] =
        about.split(' ').collect::<Vec<_>>().try_into().unwrap();
    let asked = format!(
        r#"{{"master":{{"{key}":"{master}"}},"active":{key},"type":"{link_type}","subject":"{subject}","campaign":{campaign},"generation":{generation}}}"#
    );
    let answer: Value = serde_json::from_str(&mint(asked.as_bytes())).unwrap();
    let token = answer["token"].as_str().unwrap();
    let presented = format!(r#"{{"master":{{"{key}":"{master}"}},"token":"{token}"}}"#);
    let expected = format!(
        r#"{{"type":"{link_type}","subject":"{subject}","campaign":{campaign},"generation":{generation},"key":{key}}}"#
    );
    assert_eq!(read(presented.as_bytes()), expected);
    token.to_owned()
}

#[test]
fn the_vectors_hold_both_ways() {
    let of = |link_type: &str| check(&format!("{link_type} 0123456789abcdef 2026 1 7 {A}"));
    assert_snapshot!(of("submit"), @"_BE_BLiOkK54AiBbCwXNXwEjRWeJq83vB-oAAQcR");
    assert_snapshot!(of("delegate"), @"W_SNL_Jf4PIgw5UHFFlJwQEjRWeJq83vB-oAAQcS");
    assert_snapshot!(of("sign-in"), @"AIG2rQl8plwy2nw411m88AEjRWeJq83vB-oAAQcT");
    assert_snapshot!(of("session"), @"bw7NE5V4M6ofzzXTR3YAdgEjRWeJq83vB-oAAQcU");
    assert_snapshot!(of("confirm-email"), @"NBgCrvrMOx046DdWL8DuUwEjRWeJq83vB-oAAQcV");
    assert_snapshot!(of("stop-reminders"), @"KxZjbErUROvn4OPobQImJQEjRWeJq83vB-oAAQcW");
    assert_snapshot!(of("move-in"), @"Lbr6oVpbUgBveuPr75jquAEjRWeJq83vB-oAAQcX");
    assert_snapshot!(of("pay"), @"J3LJjSZzd3ndTn9FpPzOfwEjRWeJq83vB-oAAQcY");
    assert_snapshot!(of("letter"), @"FhYxpbzoNLRwBNskIjwXJAEjRWeJq83vB-oAAQcZ");
    let submit = |rest: &str| check(&format!("submit {rest}"));
    assert_snapshot!(submit(&format!("0123456789abcdef 2026 2 7 {A}")), @"yXCh7jxIVXCu5xPRz533hgEjRWeJq83vB-oAAgcR");
    assert_snapshot!(submit(&format!("0123456789abcdef 2027 1 7 {A}")), @"wad6zL7b48VnSYuwWiCq-wEjRWeJq83vB-sAAQcR");
    assert_snapshot!(submit(&format!("0123456789abcdef 2026 1 8 {B}")), @"mM6POci03SUCSrZ7aF6zegEjRWeJq83vB-oAAQgR");
    assert_snapshot!(submit(&format!("0000000000000000 0 0 7 {A}")), @"E2kJBSkNPQN-D47stw0xlwAAAAAAAAAAAAAAAAcR");
    assert_snapshot!(submit(&format!("ffffffffffffffff 65535 65535 255 {A}")), @"8uvq5RwB4ptJS-OtCF_sKv________________8R");
    // the public key id is a number as any other here
    assert!(submit(&format!("0000000000000001 1 1 0 {A}")).ends_with("ABAAEAAQAR"));
}

/// A line that mints, with `from` replaced by `to`.
#[track_caller]
fn changed(from: &str, to: &str) -> String {
    let line = format!(
        r#"{{"master":{{"7":"{A}"}},"active":7,"type":"submit","subject":"0123456789abcdef","campaign":2026,"generation":1}}"#
    );
    assert!(line.contains(from));
    mint(line.replace(from, to).as_bytes())
}

#[test]
fn what_is_no_order_to_mint_is_a_bad_line() {
    let good = r#"{"token":"_BE_BLiOkK54AiBbCwXNXwEjRWeJq83vB-oAAQcR"}"#;
    assert_eq!(changed("submit", "submit"), good);
    for (from, to) in [
        (r#""submit""#, r#""magic""#),
        (r#""submit""#, "17"),
        (r#""active":7"#, r#""active":8"#),
        (r#""active":7"#, r#""active":256"#),
        (r#""active":7"#, r#""active":-1"#),
        (r#""active":7"#, r#""active":"7""#),
        (r#""active":7"#, r#""active":7,"active":7"#),
        (r#"{"7":"#, r#"{"256":"#),
        (r#"{"7":"#, r#"{"07":"#),
        (r#"{"7":"#, r#"{"+7":"#),
        (r#"{"7":"#, r#"{"":"#),
        (r#"{"7":"#, r#"{"8":"00","7":"#),
        ("1e1f\"}", &format!(r#"1e1f","7":"{A}"}}"#)),
        ("1e1f", "1e1"),
        ("1e1f", "1e1g"),
        ("0123456789abcdef", "0123456789abcde"),
        ("0123456789abcdef", "0123456789abcdef0"),
        ("0123456789abcdef", "+123456789abcdef"),
        (r#""0123456789abcdef""#, "81985529216486895"),
        ("2026", "65536"),
        ("2026", "-1"),
        ("2026", "2026.0"),
        ("2026", "2e3"),
        ("2026", "\"2026\""),
        ("2026", "null"),
        (r#","generation":1"#, ""),
        (r#""generation":1"#, r#""generation":70000"#),
        (r#""generation":1}"#, r#""generation":1"#),
        (r#""generation":1}"#, r#""generation":1}}"#),
        (r#""generation":1}"#, r#""generation":1} {}"#),
    ] {
        assert_eq!(changed(from, to), BAD_LINE, "{from} -> {to}");
    }
}

#[test]
fn members_that_are_not_known_are_ignored() {
    let good = r#"{"token":"_BE_BLiOkK54AiBbCwXNXwEjRWeJq83vB-oAAQcR"}"#;
    for (from, to) in [
        (r#""active":7"#, r#""active":7,"note":{"deep":[1,{"er":null}]}"#),
        (r#"{"master""#, r#" {"Active":9, "x":"\ud83d\ude00", "master""#),
        ("submit", r"\u0073ubmit"),
        ("0123456789abcdef", "0123456789ABCDEF"),
        (r#""generation":1}"#, "\"generation\" : 1 }\r\n"),
    ] {
        assert_eq!(changed(from, to), good, "{from} -> {to}");
    }
}

#[test]
fn what_is_no_object_is_a_bad_line_and_a_wrong_token_is_not_valid() {
    let token = "_BE_BLiOkK54AiBbCwXNXwEjRWeJq83vB-oAAQcR";
    for line in [
        String::new(),
        " ".to_owned(),
        "null".to_owned(),
        "[]".to_owned(),
        format!(r#"[{{"7":"{A}"}},"{token}"]"#),
        format!(r#"{{"master":[["7","{A}"]],"token":"{token}"}}"#),
        format!(r#"{{"master":{{"7":"{A}"}},"token":null}}"#),
        format!(r#"{{"master":{{"7":"{A}"}},"token":7}}"#),
        format!(r#"{{"master":{{"7":"{A}"}}}}"#),
        format!(r#"{{"token":"{token}"}}"#),
        format!(r#"{{"master":{{"7":"{A}"}},"token":"{token}""#),
        "[".repeat(100_000),
    ] {
        assert_eq!(read(line.as_bytes()), BAD_LINE, "{line}");
        assert_eq!(mint(line.as_bytes()), BAD_LINE, "{line}");
    }
    let mut no_text =
        format!(r#"{{"x":"?","master":{{"7":"{A}"}},"token":"{token}"}}"#).into_bytes();
    assert!(read(&no_text).starts_with(r#"{"type":"submit""#));
    no_text[6] = 0xff;
    assert_eq!(read(&no_text), BAD_LINE);

    let presented = |ring: &str, token: &str| {
        read(format!(r#"{{"master":{ring},"token":"{token}"}}"#).as_bytes())
    };
    let ring = format!(r#"{{"7":"{A}"}}"#);
    for text in ["", "x", first(token, 39), &format!("{token}R"), &token.replace('_', "/")] {
        assert_eq!(presented(&ring, text), NOT_VALID, "{text}");
    }
    assert_eq!(presented(&ring, &token.replace("cR", "cS")), NOT_VALID); // another type
    assert_eq!(presented(&ring, &token.replace("cR", "cQ")), NOT_VALID); // no type at all
    assert_eq!(presented("{}", token), NOT_VALID);
    assert_eq!(presented(&format!(r#"{{"8":"{A}"}}"#), token), NOT_VALID);
    assert_eq!(presented(&format!(r#"{{"7":"{B}"}}"#), token), NOT_VALID);
    let both = format!(r#"{{"8":"{B}","7":"{A}"}}"#);
    assert!(presented(&both, token).starts_with(r#"{"type":"submit""#));
}

/// 32 bytes that look random and are the same in every run.
fn noise(nth: u32) -> [u8; 32] {
    Sha256::digest(nth.to_be_bytes()).into()
}

/// An order to mint a token of any type, key id and numbers.
fn order(nth: u32) -> String {
    let master = hex(&noise(nth));
    let [t, key, c0, c1, g0, g1, s @ ..] = noise(nth ^ 0x8000_0000);
    let link_type = LinkType::ALL[usize::from(t) % 9];
    let subject = hex(&s[..8]);
    let (campaign, generation) = (u16::from_be_bytes([c0, c1]), u16::from_be_bytes([g0, g1]));
    format!(
        r#"{{"master":{{"{key}":"{master}"}},"active":{key},"type":"{link_type}","subject":"{subject}","campaign":{campaign},"generation":{generation}}}"#
    )
}

/// A line that presents the token of the `nth` order: as it is, changed in one character, or cut.
fn presented(nth: u32, answer: &str) -> String {
    let answer: Value = serde_json::from_str(answer).unwrap();
    let mut token = answer["token"].as_str().unwrap().to_owned();
    let [way, at, to, ..] = noise(nth ^ 0x4000_0000);
    let at = usize::from(at) % 40;
    match way % 4 {
        0 => token.replace_range(at..=at, ["A", "-", "+", "z", "="][usize::from(to) % 5]),
        1 => token.truncate(at),
        _ => {}
    }
    let order: Value = serde_json::from_str(&order(nth)).unwrap();
    json!({ "master": order["master"], "token": token }).to_string()
}

/// What the program beside this crate answers to `lines`.
fn reference(verb: &str, lines: &[String]) -> Vec<String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests-data/reference.py");
    let mut python = Command::new("python3")
        .arg(script)
        .arg(verb)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("this test compares with a program in Python: python3 must be in the PATH");
    let (mut stdin, mut stdout) = (python.stdin.take().unwrap(), python.stdout.take().unwrap());
    let input = lines.join("\n");
    let mut output = String::new();
    thread::scope(|scope| {
        scope.spawn(move || stdin.write_all(input.as_bytes()).unwrap());
        stdout.read_to_string(&mut output).unwrap();
    });
    assert!(python.wait().unwrap().success());
    output.lines().map(str::to_owned).collect()
}

/// Takes a second or two: 10,000 random tokens, each minted and read here and in Python.
#[test]
fn another_program_mints_and_reads_the_same_tokens() {
    let orders: Vec<String> = (0..10_000).map(order).collect();
    let minted: Vec<String> = orders.iter().map(|line| mint(line.as_bytes())).collect();
    assert!(minted == reference("mint", &orders));

    let lines: Vec<String> =
        (0..).zip(&minted).map(|(nth, answer)| presented(nth, answer)).collect();
    let opened: Vec<String> = lines.iter().map(|line| read(line.as_bytes())).collect();
    assert!(opened == reference("read", &lines));
    let refused = opened.iter().filter(|answer| *answer == NOT_VALID).count();
    assert!((4_000..6_000).contains(&refused), "{refused} of 10,000 were changed or cut");
}

proptest! {
    #![proptest_config(tries(2_000))]

    #[test]
    fn any_line_gets_one_line(line in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert_eq!(mint(&line), BAD_LINE);
        prop_assert_eq!(read(&line), BAD_LINE);
    }

    #[test]
    fn any_text_as_token_gets_an_answer(token in "\\PC{0,45}") {
        let line = json!({ "master": { "7": A }, "token": token }).to_string();
        prop_assert_eq!(read(line.as_bytes()), NOT_VALID);
    }
}
