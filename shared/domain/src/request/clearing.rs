//! Clearing an obstacle: an operator saw to what was in the way, and the meter is asked for again.

use super::{Obstacle, ReadingRequest, RequestState};

/// What an operator's order to clear the obstacle of a request comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clearing {
    /// This is in the way; without it mails ask for the meter as for any other that is missing.
    Clears(Obstacle),
    /// Nothing is in the way: it was cleared before, or never reported.
    NothingInTheWay,
    /// Nothing is missing any more, so nobody is asked either way.
    NotOpen(RequestState),
}

impl ReadingRequest {
    /// What clearing its obstacle comes to; an order that comes twice clears once.
    ///
    /// **Shape.** Any request of any campaign.
    /// **Source.** The glossary, `Obstacle`: reminders skip the request until an operator clears it.
    ///
    /// ```
    /// # use domain::connection::ConnectionNumber;
    /// # use domain::id::{CampaignNumber, Revision};
    /// # use domain::meter::MeterNumber;
    /// use domain::request::{Clearing, Obstacle, ReadingRequest, RequestState};
    ///
    /// # let mut request = ReadingRequest {
    /// #     campaign: CampaignNumber::new(2026).unwrap(),
    /// #     connection: ConnectionNumber::parse("A-1").unwrap(),
    /// #     meter: MeterNumber::parse("W-1").unwrap(),
    /// #     state: RequestState::Open,
    /// #     revision: Revision::default(),
    /// #     before: Vec::new(),
    /// #     answer: None,
    /// #     obstacle: None,
    /// #     joined_on: None,
    /// # };
    /// request.obstacle = Some(Obstacle::Unreachable);
    /// assert_eq!(request.clearing(), Clearing::Clears(Obstacle::Unreachable));
    /// ```
    pub fn clearing(&self) -> Clearing {
        match self.state {
            RequestState::Open => self.obstacle.map_or(Clearing::NothingInTheWay, Clearing::Clears),
            state @ (RequestState::Answered
            | RequestState::Estimated
            | RequestState::Invoiced
            | RequestState::Correcting
            | RequestState::Ended) => Clearing::NotOpen(state),
        }
    }
}
