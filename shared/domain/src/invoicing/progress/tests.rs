use std::fmt::Write as _;

use insta::assert_snapshot;

use super::*;

#[test]
fn every_transition_of_a_settlement_is_listed() {
    let events = [
        SettlementEvent::Hold,
        SettlementEvent::Refuse,
        SettlementEvent::Number,
        SettlementEvent::Release,
    ];
    let mut table = String::new();
    for from in SettlementState::ALL {
        for event in events {
            if let Some(to) = from.after(event) {
                writeln!(table, "{from} {event:?} {to}").unwrap();
            }
        }
    }
    assert_snapshot!(table, @r"
    draft Hold held
    draft Refuse refused
    draft Number numbered
    held Hold held
    held Refuse refused
    held Number numbered
    held Release draft
    refused Hold held
    refused Refuse refused
    refused Number numbered
    ");
}
