use insta::assert_snapshot;

use super::*;

fn minutes(after: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::minutes(after)
}

/// What is done about a send of `scope` that was claimed and queued at minute 0, at minute `at`.
#[track_caller]
fn check(scope: &str, state: SendState, attempts: u32, at: i64) -> String {
    let send = Lying {
        scope: Scope::parse(scope).unwrap(),
        state,
        attempts,
        claimed_at: (attempts > 0).then(|| minutes(0)),
        queued_at: minutes(0),
    };
    format!("{:?}", resolve(&send, Control::Run, minutes(at)))
}

#[test]
fn a_message_that_was_lost_is_queued_again() {
    assert_snapshot!(check("c2026-r1", SendState::Planned, 0, 30), @"Wait");
    assert_snapshot!(check("c2026-r1", SendState::Planned, 0, 31), @"Queue");
    assert_snapshot!(check("c2026-r1", SendState::Planned, 1, 31), @"Queue");
}

#[test]
fn a_claim_that_nobody_ends_is_in_doubt() {
    assert_snapshot!(check("c2026-call", SendState::Claimed, 1, 15), @"Wait");
    assert_snapshot!(check("c2026-call", SendState::Claimed, 1, 16), @"Doubt");
}

#[test]
fn a_call_in_doubt_is_sent_once_more_and_then_let_go() {
    assert_snapshot!(check("c2026-call", SendState::Unknown, 1, 60), @"Wait");
    assert_snapshot!(check("c2026-call", SendState::Unknown, 1, 61), @"SendAgain");
    assert_snapshot!(check("c2026-call", SendState::Unknown, 2, 61), @"GiveUp");
}

#[test]
fn what_the_next_mail_repeats_is_never_sent_again() {
    for scope in ["c2026-r1", "c2026-r5", "c2026-est", "rcp-2026112608"] {
        assert_eq!(check(scope, SendState::Unknown, 1, 61), "GiveUp", "{scope}");
    }
}

#[test]
fn what_is_final_rests() {
    for state in SendState::ALL.into_iter().filter(|state| state.is_final()) {
        assert_eq!(check("c2026-call", state, 1, 1_000), "Rest", "{state:?}");
    }
}

#[test]
fn a_pause_leaves_planned_sends_where_they_are() {
    let send = Lying {
        scope: Scope::parse("c2026-call").unwrap(),
        state: SendState::Planned,
        attempts: 0,
        claimed_at: None,
        queued_at: minutes(0),
    };
    for control in [Control::PauseOperator, Control::PauseBreaker, Control::PauseQuota] {
        assert_eq!(resolve(&send, control, minutes(600)), Resolution::Wait);
    }
    assert_eq!(resolve(&send, Control::Closed, minutes(600)), Resolution::Queue);
}
