use super::*;

#[test]
fn a_customer_number_is_read_as_people_type_it() {
    let read = |typed| CustomerNumber::parse(typed).map(|number| number.to_string());
    assert_eq!(read(" 10100014\n"), Some("10100014".into()));
    assert_eq!(read("V-889/2.1"), Some("V-889/2.1".into()));
    assert_eq!(read(""), None);
    assert_eq!(read("101 00014"), None);
    assert_eq!(read("101000141010001410100"), None);
    assert_eq!(read("１０１"), None);
}

#[test]
fn one_mail_address_is_read_and_a_list_refused() {
    let read = |typed| MailAddress::parse(typed).map(|address| address.as_str().to_owned());
    assert_eq!(read(" Anna@Example.ORG "), Some("Anna@example.org".into()));
    assert_eq!(read("anna@müller.example"), Some("anna@xn--mller-kva.example".into()));
    for wrong in [
        "anna",
        "anna@",
        "@example.org",
        "anna@example",
        "a@b@c.nl",
        "a@b.nl;c@d.nl",
        "a@b.nl,c@d.nl",
        "a b@c.nl",
        "anna@-x.nl",
        "an\r\nna@c.nl",
        "<a@b.nl>",
        "a@b.1",
        ".a@b.nl",
        "a..b@c.nl",
    ] {
        assert_eq!(read(wrong), None, "{wrong:?}");
    }
}

#[test]
fn an_iban_needs_its_length_and_its_check_digits() {
    assert!(Iban::parse("NL91 ABNA 0417 1643 00").is_some());
    assert!(Iban::parse("nl91abna0417164300").is_some());
    assert!(Iban::parse("NL92ABNA0417164300").is_none());
    assert!(Iban::parse("NL91ABNA041716430").is_none());
    assert!(Iban::parse("XX91ABNA0417164300").is_none());
    assert!(Iban::parse("DE75512108001245126199").is_some());
    assert_eq!(Iban::check_digits("nl00 ABNA 0417 1643 00").as_deref(), Some("91"));
    assert_eq!(Iban::check_digits("NL91-ABNA"), None);
    assert_eq!(Iban::length_of("de75"), Some(22));
    assert_eq!(Iban::length_of("XX"), None);
}

#[test]
fn personal_data_does_not_reach_a_log() {
    let address = MailAddress::parse("anna@example.org").unwrap();
    let iban = Iban::parse("NL91ABNA0417164300").unwrap();
    let holder = Holder::Person { name: "Anna de Vries".into() };
    let printed = format!("{address:?} {iban:?} {holder:?}");
    assert_eq!(printed, "MailAddress(***) Iban(***) Person(***)");
}
