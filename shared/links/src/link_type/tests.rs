use std::fmt::Write as _;

use insta::assert_snapshot;

use super::*;

#[test]
fn nine_types_with_their_bytes_names_and_last_characters() {
    let mut table = String::new();
    for link_type in LinkType::ALL {
        let last = char::from(b'A' + (link_type.byte() & 0x3F));
        writeln!(table, "{:#04x} {last} {link_type}", link_type.byte()).unwrap();
    }
    assert_snapshot!(table, @"
    0x11 R submit
    0x12 S delegate
    0x13 T sign-in
    0x14 U session
    0x15 V confirm-email
    0x16 W stop-reminders
    0x17 X move-in
    0x18 Y pay
    0x19 Z letter
    ");
}

#[test]
fn a_byte_is_a_type_only_if_it_is_in_the_table() {
    let known: Vec<u8> =
        (0..=u8::MAX).filter(|byte| LinkType::from_byte(*byte).is_some()).collect();
    assert_eq!(known, (0x11..=0x19).collect::<Vec<u8>>());
    for link_type in LinkType::ALL {
        assert_eq!(LinkType::from_byte(link_type.byte()), Some(link_type));
        assert_eq!(LinkType::parse(link_type.name()), Some(link_type));
        // the two high bits are the format, and the last character must be a letter
        assert!(link_type.byte() < 52);
    }
}

#[test]
fn a_name_has_one_spelling() {
    for name in ["", "Submit", "SUBMIT", "submit ", "signin", "sign_in", "17", "session-"] {
        assert_eq!(LinkType::parse(name), None, "{name:?}");
    }
}

/// The row of a type that may stand in a path.
fn row<T: InPath>() -> String {
    let campaign = if T::Campaign::from_number(0).is_some() { "none" } else { "yes" };
    format!("{} {} campaign {campaign}", T::LINK_TYPE, T::PATH)
}

#[test]
fn each_type_has_its_path_and_says_whether_it_has_a_campaign() {
    let rows = [
        row::<Submit>(),
        row::<Delegate>(),
        row::<SignIn>(),
        row::<ConfirmEmail>(),
        row::<StopReminders>(),
        row::<MoveIn>(),
        row::<Pay>(),
        row::<Letter>(),
    ];
    assert_snapshot!(rows.join("\n"), @"
    submit /m/ campaign yes
    delegate /m/ campaign yes
    sign-in /p/ campaign none
    confirm-email /e/ campaign none
    stop-reminders /u/ campaign yes
    move-in /i/ campaign none
    pay /b/ campaign none
    letter /m/ campaign yes
    ");
    assert_eq!(Session::LINK_TYPE, LinkType::Session);
    assert_eq!(NoCampaign.number(), 0);
    assert_eq!(NoCampaign::from_number(2026), None);
}
