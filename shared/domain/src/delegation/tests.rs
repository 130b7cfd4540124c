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

/// What may be asked for address `A` when these were: an address and a state each, `A sent`; the
/// addresses `A+B` were chosen on the overview.
#[track_caller]
fn check(asked: &[&str]) -> String {
    let asked: Vec<_> = (1..).zip(asked).map(|(number, asked)| delegation(number, asked)).collect();
    let campaign = CampaignNumber::new(2026).unwrap();
    told(room(&asked, campaign, (AskedFrom::Link, &addresses("A"))))
}

fn told(room: Room) -> String {
    match room {
        Room::For(number) => number.to_string(),
        room @ (Room::Full | Room::Spent) => format!("{room:?}"),
    }
}

fn addresses(written: &str) -> Vec<ConnectionNumber> {
    written.split('+').map(|one| ConnectionNumber::parse(one).unwrap()).collect()
}

fn delegation(number: u16, asked: &str) -> Delegation {
    let (connections, state) = asked.split_once(' ').unwrap();
    let is_that = |known: &DelegationState| known.as_str() == state;
    Delegation {
        number: DelegationNumber::new(number).unwrap(),
        campaign: CampaignNumber::new(2026).unwrap(),
        asked_from: if connections.contains('+') { AskedFrom::Overview } else { AskedFrom::Link },
        connections: addresses(connections),
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
fn what_is_asked_on_the_overview_is_limited_apart() {
    let asked = |asked: &[&str], from| {
        let asked: Vec<_> = (1..).zip(asked).map(|(number, one)| delegation(number, one)).collect();
        told(room(&asked, CampaignNumber::new(2026).unwrap(), (from, &addresses("A+B"))))
    };
    let full = ["A+B sent", "B+C used", "A+C sent"];
    assert_snapshot!(asked(&full, AskedFrom::Overview), @"Full");
    assert_snapshot!(asked(&full, AskedFrom::Account), @"4");
    assert_snapshot!(check(&full), @"4");
    assert_snapshot!(asked(&["A sent", "A sent", "A sent"], AskedFrom::Overview), @"4");
}

#[test]
fn a_delegation_of_the_release_before_is_of_one_address() {
    let new = delegation(1, "A sent");
    let mut written = serde_json::to_value(&new).unwrap();
    let fields = written.as_object_mut().unwrap();
    fields.remove("asked_from");
    let connections = fields.remove("connections").unwrap();
    fields.insert("connection".into(), connections[0].clone());
    assert_eq!(serde_json::from_value::<Delegation>(written).unwrap(), new);
    let several = delegation(2, "A+B sent");
    let written = serde_json::to_value(&several).unwrap();
    assert_eq!(serde_json::from_value::<Delegation>(written).unwrap(), several);
}

#[test]
fn a_colleague_is_counted_on_for_each_address_while_the_link_lives() {
    let campaign = CampaignNumber::new(2026).unwrap();
    let counts_on = |asked: &str, on: &str| {
        delegation(1, asked).counts_on(campaign, &ConnectionNumber::parse(on).unwrap())
    };
    assert!(counts_on("A+B sent", "A") && counts_on("A+B sent", "B"));
    assert!(!counts_on("A+B sent", "C") && !counts_on("A+B revoked", "A"));
    let overview = Delegation { asked_from: AskedFrom::Account, ..delegation(1, "A+B sent") };
    assert!(!overview.counts_on(campaign, &ConnectionNumber::parse("A").unwrap()));
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
