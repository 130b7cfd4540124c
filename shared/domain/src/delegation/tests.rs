use std::fmt::Write as _;

use insta::assert_snapshot;

use super::*;

#[test]
fn every_transition_of_a_delegation_is_listed() {
    let mut table = String::new();
    for from in DelegationState::ALL {
        for to in DelegationState::ALL.into_iter().filter(|to| from.may_become(*to)) {
            writeln!(table, "{from} {to}").unwrap();
        }
    }
    assert_snapshot!(table, @"
    sent used
    sent declined
    sent revoked
    used declined
    used revoked
    declined used
    declined revoked
    ");
    let before: Vec<_> = DelegationState::before(DelegationState::Used).collect();
    assert_eq!(before, [DelegationState::Sent, DelegationState::Declined]);
}

/// What may be asked for address `A` when these were: an address and a state each, `A sent`.
#[track_caller]
fn check(asked: &[&str]) -> String {
    let asked: Vec<_> = (1..).zip(asked).map(|(number, asked)| delegation(number, asked)).collect();
    let campaign = CampaignNumber::new(2026).unwrap();
    match room(&asked, campaign, &ConnectionNumber::parse("A").unwrap()) {
        Room::For(number) => number.to_string(),
        room @ (Room::Full | Room::Spent) => format!("{room:?}"),
    }
}

fn delegation(number: u16, asked: &str) -> Delegation {
    let (connection, state) = asked.split_once(' ').unwrap();
    let is_that = |known: &DelegationState| known.as_str() == state;
    Delegation {
        number: DelegationNumber::new(number).unwrap(),
        campaign: CampaignNumber::new(2026).unwrap(),
        connection: ConnectionNumber::parse(connection).unwrap(),
        recipient: mailbox("jan@gemeente.example").unwrap(),
        language: Language::Nl,
        asked_at: "2026-12-03T13:03:00Z".parse().unwrap(),
        state: DelegationState::ALL.into_iter().find(is_that).unwrap(),
    }
}

#[test]
fn three_colleagues_are_counted_on_and_five_asked() {
    assert_snapshot!(check(&[]), @"1");
    assert_snapshot!(check(&["A sent", "A used"]), @"3");
    assert_snapshot!(check(&["A sent", "A used", "A sent"]), @"Full");
    assert_snapshot!(check(&["A sent", "A revoked", "A sent"]), @"4");
    assert_snapshot!(check(&["A sent", "A declined", "A sent", "A revoked"]), @"5");
    assert_snapshot!(check(&["A sent", "A declined", "A revoked", "A revoked", "A used"]), @"Spent");
    assert_snapshot!(check(&["B sent", "B sent", "B sent", "A sent"]), @"5");
}

#[test]
fn who_asks_too_often_is_told_to_wait() {
    assert!(!is_too_often(20, 5));
    assert!(is_too_often(21, 1));
    assert!(is_too_often(1, 6));
}

#[test]
fn the_mailbox_of_a_colleague_is_one_mailbox() {
    let read = |typed| mailbox(typed).map(|mailbox| masked(&mailbox)).unwrap_or_default();
    assert_snapshot!(read("Jan.Jansen@Gemeente.Example"), @"j•••@gemeente.example");
    assert_snapshot!(read("x@a.nl"), @"x•••@a.nl");
    let long = format!("{}@gemeente.example", "a".repeat(65));
    for wrong in [
        "",
        "jan",
        "jan@gemeente",
        "jan@@gemeente.example",
        "jan@a.nl,piet@a.nl",
        "\"jan\"@a.nl",
        "jan@a.nl\r\nBcc: piet@a.nl",
        "jan@a.nl\u{202e}",
        "=1+1",
        "<script>@a.nl",
        long.as_str(),
    ] {
        assert_eq!(mailbox(wrong), None, "{wrong}");
    }
}
