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

/// What clearing comes to for a request in `state` with `obstacle`.
fn clearing(state: RequestState, obstacle: Option<Obstacle>) -> Clearing {
    let request = ReadingRequest {
        campaign: CampaignNumber::new(2026).unwrap(),
        connection: ConnectionNumber::parse("A-1").unwrap(),
        meter: MeterNumber::parse("W-1").unwrap(),
        state,
        revision: Revision::default(),
        before: Vec::new(),
        answer: None,
        obstacle,
        joined_on: None,
    };
    request.clearing()
}

#[test]
fn only_what_is_in_the_way_of_an_open_request_is_cleared() {
    let reported = Some(Obstacle::NotMyAddress);
    for state in RequestState::ALL {
        let (with, without) = (clearing(state, reported), clearing(state, None));
        if state == RequestState::Open {
            assert_eq!(with, Clearing::Clears(Obstacle::NotMyAddress));
            assert_eq!(without, Clearing::NothingInTheWay);
        } else {
            assert_eq!((with, without), (Clearing::NotOpen(state), Clearing::NotOpen(state)));
        }
    }
}
