use insta::assert_snapshot;

use super::*;

/// The name as mail carries it, or `-` where it is none.
fn check(name: &str) -> String {
    to_ascii(name).unwrap_or("-".to_owned())
}

#[test]
fn a_name_is_carried_in_ascii() {
    assert_snapshot!(check("Example.ORG"), @"example.org");
    assert_snapshot!(check("müller.example"), @"xn--mller-kva.example");
    assert_snapshot!(check("MÜLLER.example"), @"xn--mller-kva.example");
    assert_snapshot!(check("mu\u{308}ller.example"), @"xn--mller-kva.example");
    assert_snapshot!(check("bücher.münchen.example"), @"xn--bcher-kva.xn--mnchen-3ya.example");
    assert_snapshot!(check("例え.テスト"), @"xn--r8jz45g.xn--zckzah");
    assert_snapshot!(check("пример.испытание"), @"xn--e1afmkfd.xn--80akhbyknj4f");
}

#[test]
fn what_is_no_name_is_refused() {
    for wrong in
        ["", "example", "a..nl", "-a.nl", "a-.nl", "a b.nl", "a_b.nl", "a.1", "a.n", "ü.\u{200B}nl"]
    {
        assert_eq!(to_ascii(wrong), None, "{wrong:?}");
    }
    assert_eq!(to_ascii(&format!("{}.nl", "a".repeat(64))), None);
    assert_eq!(to_ascii(&format!("{}.nl", "ü".repeat(63))), None);
}
