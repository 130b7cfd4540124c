use insta::assert_snapshot;
use proptest::prelude::*;

use super::*;

const CLAIMED: Proof =
    Proof { state: SendState::Claimed, attempts: 1, outcomes: [None; RECIPIENTS], proven: 0 };

fn evidence(attempt: u32, first: Option<Outcome>) -> Evidence {
    Evidence { attempt, outcomes: [first, None, None] }
}

/// What a row in `state` after `attempts` claims becomes by an event of `attempt`.
#[track_caller]
fn check(state: SendState, attempts: u32, attempt: u32) -> String {
    let row = Proof { state, attempts, ..CLAIMED };
    row.with(&evidence(attempt, None)).map_or_else(
        || "nothing new".to_owned(),
        |row| format!("{} proven {:b}", row.state.as_str(), row.proven),
    )
}

#[test]
fn evidence_makes_a_row_accepted_wherever_its_state_leaves_a_doubt() {
    assert_snapshot!(check(SendState::Claimed, 1, 1), @"ACCEPTED proven 1");
    assert_snapshot!(check(SendState::Unknown, 1, 1), @"ACCEPTED proven 1");
    assert_snapshot!(check(SendState::Unresolved, 2, 1), @"ACCEPTED proven 1");
    assert_snapshot!(check(SendState::Planned, 1, 1), @"ACCEPTED proven 1");
    assert_snapshot!(check(SendState::Accepted, 2, 2), @"ACCEPTED proven 10");
}

#[test]
fn evidence_of_another_life_of_the_row_changes_nothing() {
    assert_snapshot!(check(SendState::Planned, 0, 1), @"nothing new");
    assert_snapshot!(check(SendState::Claimed, 1, 2), @"nothing new");
    assert_snapshot!(check(SendState::Claimed, 1, 0), @"nothing new");
}

#[test]
fn a_settled_row_stays_settled() {
    assert_snapshot!(check(SendState::Skipped, 2, 1), @"SKIPPED proven 1");
    assert_snapshot!(check(SendState::Post, 2, 1), @"POST proven 1");
    assert_snapshot!(check(SendState::Rejected, 2, 1), @"REJECTED proven 1");
}

#[test]
fn two_attempts_that_are_proven_are_a_mail_sent_twice() {
    let row = Proof { attempts: 2, ..CLAIMED };
    let once = row.with(&evidence(1, None)).unwrap();
    assert!(!once.is_twice());
    assert!(once.with(&evidence(2, None)).unwrap().is_twice());
}

#[test]
fn ranks_are_read_back() {
    for outcome in Outcome::ALL {
        assert_eq!(Outcome::try_from(u8::from(outcome)), Ok(outcome));
    }
    assert_eq!(Outcome::try_from(0), Err("0 is no outcome: 1 to 6".into()));
}

#[test]
fn who_complains_of_a_mail_has_it() {
    let arrived: Vec<Outcome> =
        Outcome::ALL.into_iter().filter(|outcome| outcome.has_arrived()).collect();
    assert_eq!(arrived, [Outcome::Delivered, Outcome::Complained]);
}

fn any_evidence() -> impl Strategy<Value = Evidence> {
    let outcome = proptest::option::of(proptest::sample::select(Outcome::ALL.to_vec()));
    (1..=3_u32, [outcome.clone(), outcome.clone(), outcome])
        .prop_map(|(attempt, outcomes)| Evidence { attempt, outcomes })
}

fn after(row: Proof, events: &[Evidence]) -> Proof {
    events.iter().fold(row, |row, event| row.with(event).unwrap_or(row))
}

proptest! {
    #[test]
    fn the_order_of_events_does_not_matter(
        events in proptest::collection::vec(any_evidence(), 0..8),
        shuffle in any::<prop::sample::Index>(),
        attempts in 1..=3_u32,
        state in proptest::sample::select(SendState::ALL.to_vec()),
    ) {
        let row = Proof { state, attempts, ..CLAIMED };
        let mut turned = events.clone();
        if !turned.is_empty() {
            let at = shuffle.index(turned.len());
            turned.rotate_left(at);
            turned.swap(0, at);
        }
        prop_assert_eq!(after(row, &events), after(row, &turned));
    }

    #[test]
    fn evidence_that_is_known_changes_nothing(
        events in proptest::collection::vec(any_evidence(), 1..8),
    ) {
        let row = after(Proof { attempts: 3, ..CLAIMED }, &events);
        for event in &events {
            prop_assert_eq!(row.with(event), None);
        }
    }
}

#[test]
fn all_orders_of_six_events_make_one_row() {
    let six = [
        evidence(1, None),
        evidence(1, Some(Outcome::Delayed)),
        evidence(1, Some(Outcome::Delivered)),
        evidence(1, Some(Outcome::TransientBounce)),
        evidence(1, Some(Outcome::PermanentBounce)),
        evidence(1, Some(Outcome::Complained)),
    ];
    let expected = after(CLAIMED, &six);
    let mut orders = 0;
    permute(&mut six.to_vec(), 0, &mut |order| {
        orders += 1;
        assert_eq!(after(CLAIMED, order), expected, "{order:?}");
    });
    assert_eq!(orders, 720);
    assert_eq!(expected.outcomes[0], Some(Outcome::Complained));
}

fn permute(events: &mut Vec<Evidence>, from: usize, check: &mut impl FnMut(&[Evidence])) {
    if from == events.len() {
        check(events);
        return;
    }
    for at in from..events.len() {
        events.swap(from, at);
        permute(events, from + 1, check);
        events.swap(from, at);
    }
}
