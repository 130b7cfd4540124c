use insta::assert_snapshot;

use super::*;

/// How a postcode that somebody typed is shown, or `-` where it is none.
fn check(typed: &str) -> String {
    Postcode::parse(typed).map_or("-".into(), |postcode| postcode.to_string())
}

#[test]
fn a_postcode_is_read_as_people_type_it() {
    assert_snapshot!(check("1234AB"), @"1234 AB");
    assert_snapshot!(check(" 1234 ab\n"), @"1234 AB");
    assert_snapshot!(check("0234AB"), @"-");
    assert_snapshot!(check("1234SS"), @"-");
    assert_snapshot!(check("12345"), @"-");
    assert_snapshot!(check("１２３４AB"), @"-");
}

#[test]
fn an_address_reads_as_on_an_envelope() {
    let mut address = Address {
        street: "Dorpsstraat".into(),
        house_number: 5,
        house_letter: Some('a'),
        addition: Some("bis".into()),
        postcode: Postcode::parse("1234AB").unwrap(),
        city: "Voorbeelddorp".into(),
        country: "NL".into(),
    };
    assert_snapshot!(address, @"Dorpsstraat 5a-bis, 1234 AB Voorbeelddorp");
    address.postcode = Postcode::parse_abroad("46325").unwrap();
    (address.city, address.country) = ("Borken".into(), "DE".into());
    assert_snapshot!(address, @"Dorpsstraat 5a-bis, 46325 Borken, DE");
    assert_snapshot!(format!("{address:?}"), @"Address(***)");
}
