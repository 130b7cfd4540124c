//! What is in the way of a reading: reported by a person, cleared by an operator.
//!
//! | pk | sk | is |
//! |---|---|---|
//! | `ACC#<account>` | `~<connection>#CLEAR#<meter>#<campaign>#<instant>` | who cleared an obstacle, and why |
//!
//! The obstacle itself stands in the request and, for who plans, in its open item: both are written
//! together.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

use domain::account::CustomerNumber;
use domain::id::CampaignNumber;
use domain::meter::MeterNumber;
use domain::request::{Obstacle, ReadingRequest, RequestState};

use crate::Error;

use super::account::{partition, request_key};
use super::key::Key;
use super::open::OpenItem;
use super::{LAST, Store, Write, attribute, item, s};

/// The line of the audit about an obstacle that was cleared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cleared {
    /// Of which campaign's request.
    pub campaign: CampaignNumber,
    /// Of which meter.
    pub meter: MeterNumber,
    /// What had been in the way.
    pub obstacle: Obstacle,
    /// Who cleared it.
    pub by: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: DateTime<Utc>,
}

impl Store {
    /// Notes why a meter cannot be read: reminders leave it out.
    ///
    /// **Errors.** [`Error::Conflict`] when the request is not open any more.
    pub async fn report(
        &self,
        account: &CustomerNumber,
        request: &ReadingRequest,
        obstacle: Obstacle,
    ) -> Result<(), Error> {
        let writes = [
            Write::Update {
                table: &self.core,
                key: request_key(account, request),
                change: "SET obstacle = :obstacle",
                condition: "#state = :open",
                names: vec![("#state", "state")],
                values: vec![
                    (":obstacle", attribute(&obstacle)?),
                    (":open", s(RequestState::Open.as_str())),
                ],
            },
            self.still_open(account, request, Some(obstacle))?,
        ];
        self.transact(writes.into_iter().map(Write::build).collect::<Result<_, _>>()?).await
    }

    /// Clears what is in the way of `request`, with the line of the audit: the next wave asks for its
    /// meter again.
    ///
    /// **Errors.** [`Error::Conflict`] when by now the request is not open, or something else is in its
    /// way: read it again, decide again.
    pub async fn clear(
        &self,
        account: &CustomerNumber,
        request: &ReadingRequest,
        cleared: &Cleared,
    ) -> Result<(), Error> {
        let at = cleared.at.to_rfc3339_opts(SecondsFormat::Secs, true);
        let line = format!(
            "{LAST}{}#CLEAR#{}#{:0>5}#{at}",
            request.connection, request.meter, request.campaign
        );
        let writes = [
            Write::Update {
                table: &self.core,
                key: request_key(account, request),
                change: "REMOVE obstacle",
                condition: "#state = :open AND obstacle = :obstacle",
                names: vec![("#state", "state")],
                values: vec![
                    (":obstacle", attribute(&cleared.obstacle)?),
                    (":open", s(RequestState::Open.as_str())),
                ],
            },
            self.still_open(account, request, None)?,
            Write::Put {
                table: &self.core,
                item: item(Key::new(partition(account), line), cleared)?,
                condition: None,
            },
        ];
        self.transact(writes.into_iter().map(Write::build).collect::<Result<_, _>>()?).await
    }

    /// The open item of `request` anew, with what is in its way from now on.
    fn still_open(
        &self,
        account: &CustomerNumber,
        request: &ReadingRequest,
        obstacle: Option<Obstacle>,
    ) -> Result<Write<'_>, Error> {
        let open = OpenItem { obstacle, ..OpenItem::of(account, request) };
        let item = item(open.key(self.drawers, request.campaign), &open)?;
        Ok(Write::Put { table: &self.core, item, condition: None })
    }
}
