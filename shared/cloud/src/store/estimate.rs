//! Storing what never came.
//!
//! | pk | sk | is |
//! |---|---|---|
//! | `ACC#<account>` | `~<connection>#EST#<meter>#<campaign>` | how the reading was estimated |
//!
//! The estimated reading itself is an answer to its request: `store::history`.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use domain::account::CustomerNumber;
use domain::connection::ConnectionNumber;
use domain::estimate::Estimate;
use domain::estimate::sentence::Told;
use domain::id::{CampaignNumber, Revision};
use domain::meter::{MeterNumber, RegisterName};
use domain::reading::{Quality, Reading, Source};
use domain::request::{Answer, ReadingRequest, RequestState};

use crate::Error;

use super::account::{partition, request_key};
use super::cohort::Unread;
use super::follow_up::FollowUp;
use super::history::{FiledReadings, answer_key};
use super::key::Key;
use super::open::OpenItem;
use super::{LAST, Store, Stretch, Write, attribute, body, held, item, n, s};

/// How a reading was estimated: everything that an auditor needs to do it again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EstimateRecord {
    /// Which meter.
    pub meter: MeterNumber,
    /// For which campaign.
    pub campaign: CampaignNumber,
    /// When.
    pub at: DateTime<Utc>,
    /// One estimate a register, with its method and inputs.
    pub registers: Vec<(RegisterName, Estimate)>,
}

impl EstimateRecord {
    /// The readings that it stands for.
    fn readings(&self) -> Vec<Reading> {
        let reading = |(register, estimate): &(RegisterName, Estimate)| Reading {
            meter: self.meter.clone(),
            register: register.clone(),
            on: estimate.on,
            value: estimate.value,
            source: Source::Estimated,
            quality: Quality::Estimated,
            received_at: Some(self.at),
        };
        self.registers.iter().map(reading).collect()
    }
}

fn estimate_key(
    account: &CustomerNumber,
    connection: &ConnectionNumber,
    meter: &MeterNumber,
    campaign: CampaignNumber,
) -> Key {
    let sk = format!("{LAST}{connection}#EST#{meter}#{campaign:0>5}");
    Key::new(partition(account), sk)
}

impl Store {
    /// Stores the estimate of an open request in one transaction: readings, request, how it was
    /// made, what somebody must see to, and no open item any more. Whether the request still was open.
    pub async fn record_estimate(
        &self,
        account: &CustomerNumber,
        request: &ReadingRequest,
        record: &EstimateRecord,
    ) -> Result<bool, Error> {
        let readings = record.readings();
        let Some(on) = readings.first().map(|reading| reading.on) else { return Ok(false) };
        let answer = Answer {
            on,
            at: record.at,
            values: readings.iter().map(|r| (r.register.clone(), r.value)).collect(),
            source: Source::Estimated,
            quality: Quality::Estimated,
            receipt: None,
            told: Told::of(&record.registers),
        };
        let (connection, meter, campaign) = (&request.connection, &request.meter, request.campaign);
        let revision = request.revision.next();
        let key = answer_key(account, connection, meter, campaign, revision);
        let filed =
            FiledReadings { meter: meter.clone(), campaign: Some(campaign), revision, readings };
        let open = OpenItem::of(account, request);
        let due = FollowUp::of_estimate((account, connection), record);
        let mut writes = vec![
            Write::Put {
                table: &self.core,
                item: item(key, &filed)?,
                condition: Some("attribute_not_exists(pk)"),
            },
            Write::Update {
                table: &self.core,
                key: request_key(account, request),
                change: "SET #state = :estimated, revision = :next, answer = :answer",
                condition: "revision = :shown AND #state = :open",
                names: vec![("#state", "state")],
                values: vec![
                    (":estimated", s(RequestState::Estimated.as_str())),
                    (":open", s(RequestState::Open.as_str())),
                    (":shown", n(request.revision.get())),
                    (":next", n(revision.get())),
                    (":answer", attribute(&answer)?),
                ],
            },
            Write::Delete { table: &self.core, key: open.key(self.drawers, campaign) },
            Write::Put {
                table: &self.core,
                item: item(estimate_key(account, connection, meter, campaign), record)?,
                condition: None,
            },
        ];
        if let Some(due) = due {
            writes.push(self.due(campaign, &due)?);
        }
        let writes = writes.into_iter().map(Write::build).collect::<Result<_, _>>()?;
        held(self.transact(writes).await)
    }

    /// Stores the estimate of a meter that the campaign did not ask: its readings, how they were made,
    /// and what somebody must see to. Whether there was none yet.
    pub async fn record_unasked(
        &self,
        unread: &Unread,
        record: &EstimateRecord,
    ) -> Result<bool, Error> {
        let Unread { account, connection, meter } = unread;
        let readings = record.readings();
        let (campaign, revision) = (record.campaign, Revision::default().next());
        let key = answer_key(account, connection, meter, campaign, revision);
        let filed =
            FiledReadings { meter: meter.clone(), campaign: Some(campaign), revision, readings };
        let due = FollowUp::of_estimate((account, connection), record);
        let mut writes = vec![
            Write::Put {
                table: &self.core,
                item: item(key, &filed)?,
                condition: Some("attribute_not_exists(pk)"),
            },
            Write::Put {
                table: &self.core,
                item: item(estimate_key(account, connection, meter, campaign), record)?,
                condition: None,
            },
            Write::Delete { table: &self.core, key: unread.key(self.drawers, campaign) },
        ];
        if let Some(due) = due {
            writes.push(self.due(campaign, &due)?);
        }
        let writes = writes.into_iter().map(Write::build).collect::<Result<_, _>>()?;
        held(self.transact(writes).await)
    }

    /// How the readings of a connection were estimated, by meter and campaign.
    pub async fn estimates(
        &self,
        account: &CustomerNumber,
        connection: &ConnectionNumber,
    ) -> Result<Vec<EstimateRecord>, Error> {
        let (from, to) =
            (format!("{LAST}{connection}#EST#"), format!("{LAST}{connection}#EST#{LAST}"));
        let stretch = Stretch { table: &self.core, pk: partition(account), from, to };
        self.all(&stretch).await?.into_iter().map(body).collect()
    }

    /// Ends a request that nobody needs to answer any more, with its open item. Whether it still
    /// could end.
    pub async fn end_request(
        &self,
        account: &CustomerNumber,
        request: &ReadingRequest,
    ) -> Result<bool, Error> {
        let open = OpenItem::of(account, request);
        let writes = [
            Write::Update {
                table: &self.core,
                key: request_key(account, request),
                change: "SET #state = :ended",
                condition: "#state IN (:open, :answered, :estimated)",
                names: vec![("#state", "state")],
                values: vec![
                    (":ended", s(RequestState::Ended.as_str())),
                    (":open", s(RequestState::Open.as_str())),
                    (":answered", s(RequestState::Answered.as_str())),
                    (":estimated", s(RequestState::Estimated.as_str())),
                ],
            },
            Write::Delete { table: &self.core, key: open.key(self.drawers, request.campaign) },
        ];
        let writes = writes.into_iter().map(Write::build).collect::<Result<_, _>>()?;
        held(self.transact(writes).await)
    }
}
