//! What somebody must see to: an item where there is something, and none where there is not.
//!
//! | pk | sk | is |
//! |---|---|---|
//! | `DUE#<campaign>#<shard>` | `<account>#<connection>#<meter>` | what is due of a meter |
//!
//! It is written with the estimate or the reading that it follows on, and goes with the next reading.

use serde::{Deserialize, Serialize};

use domain::account::CustomerNumber;
use domain::connection::ConnectionNumber;
use domain::estimate::in_a_row::Due;
use domain::id::CampaignNumber;
use domain::judge::JudgedMeter;
use domain::judge::check::Alert;
use domain::meter::MeterNumber;
use domain::shard::Shard;

use crate::Error;

use super::estimate::EstimateRecord;
use super::key::Key;
use super::{LAST, Store, Stretch, Write, body, item};

/// What somebody of the utility must see to at a meter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUp {
    /// Whose.
    pub account: CustomerNumber,
    /// At which connection.
    pub connection: ConnectionNumber,
    /// Of which meter.
    pub meter: MeterNumber,
    /// What must happen beside its estimates.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub due: Vec<Due>,
    /// What its reading may mean.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alert: Option<Alert>,
}

impl FollowUp {
    /// What must happen beside the estimates of a meter; nothing where the link on the invoice will do.
    pub(super) fn of_estimate(
        (account, connection): (&CustomerNumber, &ConnectionNumber),
        record: &EstimateRecord,
    ) -> Option<Self> {
        let mut due = Vec::new();
        for one in record.registers.iter().flat_map(|(_, estimate)| &estimate.due) {
            if one.is_task() && !due.contains(one) {
                due.push(*one);
            }
        }
        let (account, connection) = (account.clone(), connection.clone());
        let meter = record.meter.clone();
        (!due.is_empty()).then_some(Self { account, connection, meter, due, alert: None })
    }

    /// What the reading of a meter may mean; nothing where it is a reading as any other.
    pub(super) fn of_reading(
        (account, connection): (&CustomerNumber, &ConnectionNumber),
        judged: &JudgedMeter,
    ) -> Option<Self> {
        let alert = judged.registers.iter().find_map(|register| register.alert)?;
        let (account, connection) = (account.clone(), connection.clone());
        let meter = judged.number.clone();
        Some(Self { account, connection, meter, due: Vec::new(), alert: Some(alert) })
    }

    /// What an operator reads, one by one.
    pub fn told(&self) -> Vec<&'static str> {
        let due = self.due.iter().map(|due| due.as_str());
        due.chain(self.alert.map(Alert::as_str)).collect()
    }
}

/// A page of what is due, and where the next begins.
#[derive(Debug)]
pub struct FollowUps {
    /// The meters; those of an account lie together.
    pub items: Vec<FollowUp>,
    /// The mark to go on behind; `None` when this page is the last.
    pub next: Option<String>,
}

impl Store {
    /// The write that notes what is due.
    pub(super) fn due(&self, campaign: CampaignNumber, due: &FollowUp) -> Result<Write<'_>, Error> {
        let key = self.due_key(campaign, &due.account, &due.connection, &due.meter);
        Ok(Write::Put { table: &self.core, item: item(key, due)?, condition: None })
    }

    /// The write after which nothing is due of a meter, whether or not something was.
    pub(super) fn nothing_due(
        &self,
        campaign: CampaignNumber,
        (account, connection): (&CustomerNumber, &ConnectionNumber),
        meter: &MeterNumber,
    ) -> Write<'_> {
        let key = self.due_key(campaign, account, connection, meter);
        Write::Delete { table: &self.core, key }
    }

    fn due_key(
        &self,
        campaign: CampaignNumber,
        account: &CustomerNumber,
        connection: &ConnectionNumber,
        meter: &MeterNumber,
    ) -> Key {
        let pk = partition(campaign, self.drawers.of_account(account));
        Key::new(pk, format!("{account}#{connection}#{meter}"))
    }

    /// At most `limit` meters of the drawer `shard` behind the mark `after` that somebody must see to.
    pub async fn follow_ups(
        &self,
        campaign: CampaignNumber,
        shard: Shard,
        after: Option<String>,
        limit: i32,
    ) -> Result<FollowUps, Error> {
        let pk = partition(campaign, shard);
        let stretch = Stretch { table: &self.core, pk, from: " ".into(), to: LAST.into() };
        let page = self.page(&stretch, after, limit).await?;
        let items = page.items.into_iter().map(body).collect::<Result<_, _>>()?;
        Ok(FollowUps { items, next: page.next })
    }
}

fn partition(campaign: CampaignNumber, shard: Shard) -> String {
    format!("DUE#{campaign}#{shard}")
}
