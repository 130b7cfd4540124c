//! What is done about a send that lies where it is: the rule of the sweep.

use chrono::{DateTime, TimeDelta, Utc};

use crate::campaign::Control;

use super::{InDoubt, Scope, SendState};

/// So long after it was queued a planned send is queued again.
const LOST: TimeDelta = TimeDelta::minutes(30);

/// So long after its claim nobody is at work on a claimed send any more.
const DEAD: TimeDelta = TimeDelta::minutes(15);

/// So long the events have to prove that an uncertain send was taken.
const PATIENCE: TimeDelta = TimeDelta::minutes(60);

/// So many times a send is claimed at most after an uncertain answer.
const ATTEMPTS: u32 = 2;

/// A send as the sweep finds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lying {
    /// What it belongs to.
    pub scope: Scope,
    /// How far it is.
    pub state: SendState,
    /// How many times it was claimed.
    pub attempts: u32,
    /// When it was last claimed: no later than this was anybody at it.
    pub claimed_at: Option<DateTime<Utc>>,
    /// When it was last queued, as far as that is known.
    pub queued_at: DateTime<Utc>,
}

/// What is done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// Nothing more will happen to it.
    Rest,
    /// Something may still happen by itself.
    Wait,
    /// Its message was lost: queue it again.
    Queue,
    /// Whoever claimed it is gone: nobody knows whether it was sent.
    Doubt,
    /// Nothing proved that it was sent: plan it once more, marked as perhaps sent twice.
    SendAgain,
    /// Nothing proved that it was sent, and it is not sent again.
    GiveUp,
}

/// What is done at `now` about a send, while its group obeys `control`.
///
/// **Source.** `docs/decisions/0012-nobody-skipped-nobody-twice.md`.
pub fn resolve(send: &Lying, control: Control, now: DateTime<Utc>) -> Resolution {
    let since_claim = send.claimed_at.map_or(TimeDelta::MAX, |claimed| now - claimed);
    match send.state {
        SendState::Accepted
        | SendState::Rejected
        | SendState::Skipped
        | SendState::Post
        | SendState::Unresolved => Resolution::Rest,
        SendState::Planned => match control {
            Control::Run | Control::Closed if now - send.queued_at > LOST => Resolution::Queue,
            Control::Run
            | Control::Closed
            | Control::PauseOperator
            | Control::PauseBreaker
            | Control::PauseQuota => Resolution::Wait,
        },
        SendState::Claimed if since_claim > DEAD => Resolution::Doubt,
        SendState::Unknown if since_claim > PATIENCE => match send.scope.in_doubt() {
            InDoubt::SendAgain if send.attempts < ATTEMPTS => Resolution::SendAgain,
            InDoubt::SendAgain | InDoubt::LetGo => Resolution::GiveUp,
        },
        SendState::Claimed | SendState::Unknown => Resolution::Wait,
    }
}

#[cfg(test)]
mod tests;
