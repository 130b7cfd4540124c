use mail_parser::MessageParser;
use proptest::prelude::*;

use super::*;

fn decoded(text: &str) -> String {
    let mail = format!(
        "From: a@example.org\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\
         Content-Transfer-Encoding: quoted-printable\r\n\r\n{}",
        quoted_printable(text)
    );
    let parsed = MessageParser::default().parse(mail.as_bytes()).unwrap();
    parsed.body_text(0).unwrap().replace("\r\n", "\n")
}

#[test]
fn a_long_line_is_broken_at_the_76th_column() {
    let link = format!("> http://127.0.0.1:8025/m/{} and more, ë included", "A".repeat(60));
    let encoded = quoted_printable(&link);
    assert!(encoded.lines().all(|line| line.len() <= LINE), "{encoded}");
    assert!(encoded.contains("=\r\n"), "{encoded}");
    assert_eq!(decoded(&link).trim_end(), link);
}

#[test]
fn a_subject_that_is_not_ascii_comes_through() {
    let subject = "FW: Geef vóór 24 december uw meterstanden door, en wél voor alle adressen";
    let mail = format!("From: a@example.org\r\nSubject: {}\r\n\r\n", encoded_words(subject));
    let parsed = MessageParser::default().parse(mail.as_bytes()).unwrap();
    assert_eq!(parsed.subject(), Some(subject));
    assert!(mail.lines().all(|line| line.len() <= 85));
}

#[test]
fn the_addresses_of_a_text_are_blocks_of_their_own() {
    let text = format!("Dear\n\n{RULE}\nA 1\nhttp://x/m/1\n{RULE}\n\n{RULE}\nA 2\n{RULE}\n\nEnd\n");
    assert_eq!(blocks(&text), ["Dear", "A 1\nhttp://x/m/1", "A 2", "End"]);
}

proptest! {
    #[test]
    fn what_is_encoded_can_be_read(text in "[ -~éë€\n]{0,400}") {
        let kept = |text: &str| text.trim_end().lines().map(str::to_owned).collect::<Vec<_>>();
        prop_assert_eq!(kept(&decoded(&text)), kept(&text));
    }
}
