//! How similar customers' use changed, gathered once after a campaign closed; and the meters that
//! it did not ask and that nobody read.
//!
//! | pk | sk | is |
//! |---|---|---|
//! | `COHORT#<campaign>` | `<shard>` | how far a drawer of the roster is gathered, and its counts |
//! | | `SNAPSHOT` | what all drawers say together: never made again |
//! | | `ACCURACY` | how near the estimates of the campaign before were |
//! | `UNREAD#<campaign>#<shard>` | `<account>#<connection>#<meter>` | a remote or staff meter without a reading |

use serde::{Deserialize, Serialize};

use domain::account::CustomerNumber;
use domain::connection::ConnectionNumber;
use domain::estimate::accuracy::{Accuracy, Report};
use domain::estimate::cohort::{Counted, Snapshot};
use domain::id::CampaignNumber;
use domain::meter::MeterNumber;
use domain::shard::{Drawers, Shard};

use crate::Error;

use super::key::Key;
use super::{LAST, Store, Stretch, body, held, item, n};

/// How far a drawer of the roster is gathered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gathered {
    /// The last account that was counted; absent before the first, and at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<CustomerNumber>,
    /// Whether every account was counted.
    #[serde(default)]
    pub done: bool,
    /// Which version of the item this is: two that count at once do not count twice.
    #[serde(default)]
    rev: u64,
    /// What was counted.
    #[serde(default)]
    pub counted: Counted,
    /// How near the estimates of the campaign before were.
    #[serde(default)]
    pub accuracy: Accuracy,
}

/// A meter that the company reads, or that sends its readings, and of which none came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unread {
    /// Whose.
    pub account: CustomerNumber,
    /// Where it hangs.
    pub connection: ConnectionNumber,
    /// Its number.
    pub meter: MeterNumber,
}

fn gathered_key(campaign: CampaignNumber, shard: Shard) -> Key {
    Key::new(format!("COHORT#{campaign}"), shard.to_string())
}

fn snapshot_key(campaign: CampaignNumber) -> Key {
    Key::new(format!("COHORT#{campaign}"), "SNAPSHOT")
}

fn accuracy_key(campaign: CampaignNumber) -> Key {
    Key::new(format!("COHORT#{campaign}"), "ACCURACY")
}

fn unread_partition(campaign: CampaignNumber, shard: Shard) -> String {
    format!("UNREAD#{campaign}#{shard}")
}

impl Unread {
    pub(super) fn key(&self, drawers: Drawers, campaign: CampaignNumber) -> Key {
        let sk = format!("{}#{}#{}", self.account, self.connection, self.meter);
        Key::new(unread_partition(campaign, drawers.of_account(&self.account)), sk)
    }
}

impl Store {
    /// How far the drawer `shard` is gathered.
    pub async fn gathered(
        &self,
        campaign: CampaignNumber,
        shard: Shard,
    ) -> Result<Gathered, Error> {
        Ok(self.get(&self.core, gathered_key(campaign, shard)).await?.unwrap_or_default())
    }

    /// Every drawer of which something was gathered.
    pub async fn all_gathered(
        &self,
        campaign: CampaignNumber,
    ) -> Result<Vec<(Shard, Gathered)>, Error> {
        let stretch = Stretch {
            table: &self.core,
            pk: format!("COHORT#{campaign}"),
            from: "0".into(),
            to: "fz".into(),
        };
        let mut drawers = Vec::new();
        for found in self.all(&stretch).await? {
            let shard = super::text(&found, "sk")?;
            if let Some(shard) = Shard::parse(&shard) {
                drawers.push((shard, body(found)?));
            }
        }
        Ok(drawers)
    }

    /// Stores how far a drawer is, unless somebody else went on since it was read; whether it was
    /// stored.
    pub async fn note_gathered(
        &self,
        campaign: CampaignNumber,
        shard: Shard,
        gathered: &Gathered,
    ) -> Result<bool, Error> {
        let next = Gathered { rev: gathered.rev.saturating_add(1), ..gathered.clone() };
        let call = self
            .client
            .put_item()
            .table_name(&self.core)
            .set_item(Some(item(gathered_key(campaign, shard), &next)?))
            .condition_expression("attribute_not_exists(pk) OR rev = :rev")
            .expression_attribute_values(":rev", n(gathered.rev));
        held(call.send().await.map(drop).map_err(|error| Error::of("PutItem", error)))
    }

    /// What the campaign found of similar customers, once all was gathered.
    pub async fn snapshot(&self, campaign: CampaignNumber) -> Result<Option<Snapshot>, Error> {
        self.get(&self.core, snapshot_key(campaign)).await
    }

    /// Keeps `snapshot`, unless there is one; whether it was kept.
    pub async fn keep_snapshot(
        &self,
        campaign: CampaignNumber,
        snapshot: &Snapshot,
    ) -> Result<bool, Error> {
        self.put_new(&self.core, snapshot_key(campaign), snapshot).await
    }

    /// How near the estimates of the campaign before `campaign` were, once all was gathered.
    pub async fn accuracy(&self, campaign: CampaignNumber) -> Result<Option<Report>, Error> {
        self.get(&self.core, accuracy_key(campaign)).await
    }

    /// Keeps `report`, unless there is one; whether it was kept.
    pub async fn keep_accuracy(
        &self,
        campaign: CampaignNumber,
        report: &Report,
    ) -> Result<bool, Error> {
        self.put_new(&self.core, accuracy_key(campaign), report).await
    }

    /// Notes a meter that the campaign did not ask and that nobody read.
    pub async fn note_unread(
        &self,
        campaign: CampaignNumber,
        unread: &Unread,
    ) -> Result<(), Error> {
        self.put(&self.core, unread.key(self.drawers, campaign), unread).await
    }

    /// At most `limit` of the unread meters of the drawer `shard`: each goes when it is estimated.
    pub async fn unread(
        &self,
        campaign: CampaignNumber,
        shard: Shard,
        limit: i32,
    ) -> Result<Vec<Unread>, Error> {
        let pk = unread_partition(campaign, shard);
        let stretch = Stretch { table: &self.core, pk, from: " ".into(), to: LAST.into() };
        self.page(&stretch, None, limit).await?.items.into_iter().map(body).collect()
    }

    /// Removes an unread meter that cannot be estimated, or was read meanwhile.
    pub async fn drop_unread(
        &self,
        campaign: CampaignNumber,
        unread: &Unread,
    ) -> Result<(), Error> {
        self.delete(&self.core, unread.key(self.drawers, campaign)).await
    }
}
