use std::fmt::Write as _;

use insta::assert_snapshot;

use super::*;

#[test]
fn every_transition_of_a_request_is_listed() {
    let events =
        [RequestEvent::Reading, RequestEvent::Estimate, RequestEvent::Invoice, RequestEvent::End];
    let mut table = String::new();
    for from in RequestState::ALL {
        for event in events {
            if let Some(to) = from.after(event) {
                writeln!(table, "{from} {event:?} {to}").unwrap();
            }
        }
    }
    assert_snapshot!(table, @r"
    open Reading answered
    open Estimate estimated
    open End ended
    answered Reading answered
    answered Invoice invoiced
    answered End ended
    estimated Reading answered
    estimated Invoice invoiced
    estimated End ended
    invoiced Reading correcting
    correcting Invoice invoiced
    ");
}
