use proptest::prelude::*;

use super::*;

/// What a mail program makes of `encoded`.
fn decode(encoded: &str) -> String {
    let raw = format!(
        "Content-Type: text/plain; charset=utf-8\r\n\
         Content-Transfer-Encoding: quoted-printable\r\n\r\n{encoded}"
    );
    let message = mail_parser::MessageParser::default().parse(raw.as_bytes()).unwrap();
    message.body_text(0).unwrap().replace("\r\n", "\n")
}

#[test]
fn a_line_is_broken_between_words() {
    let link = format!("https://{}", "x".repeat(67));
    let encoded = encode(&format!("Meterstand doorgeven: {link} of {link}\n{link}"));
    let lines: Vec<_> = encoded.split("\r\n").map(|line| line.replace(&link, "LINK")).collect();
    assert_eq!(lines, ["Meterstand doorgeven: =", "LINK=", " of =", "LINK", "LINK"]);
}

proptest! {
    #[test]
    fn every_text_comes_out_as_it_went_in(text in "([ -~é=³\t€ 水]{0,100}\n){0,5}[ -~é]{0,90}") {
        prop_assert_eq!(decode(&encode(&text)), text);
    }

    #[test]
    fn no_line_is_too_long_or_ends_in_a_space(text in "[ -~é=³\t€ 水\n]{0,400}") {
        for line in encode(&text).split("\r\n") {
            prop_assert!(line.len() <= 76, "{}", line);
            prop_assert!(!line.ends_with([' ', '\t']), "{}", line);
        }
    }

    #[test]
    fn a_word_that_fits_a_line_is_whole(
        before in "[ a-zé=]{0,120}",
        word in "[a-zA-Z0-9:/._-]{10,75}",
        after in "[ a-zé=\n]{0,120}",
    ) {
        let encoded = encode(&format!("{before} {word} {after}"));
        prop_assert!(encoded.split("\r\n").any(|line| line.contains(&word)), "{}", encoded);
    }
}
