//! What is missing: an item, not a filter. The request is the truth; an open item may be
//! superfluous, never missing.
//!
//! | pk | sk | is |
//! |---|---|---|
//! | `OPEN#<campaign>#<shard>` | `<account>#<connection>#<meter>` | a missing reading |

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use domain::account::CustomerNumber;
use domain::connection::ConnectionNumber;
use domain::id::CampaignNumber;
use domain::meter::MeterNumber;
use domain::request::{Obstacle, ReadingRequest};
use domain::shard::{Drawers, Shard};

use crate::Error;

use super::account::request_key;
use super::key::Key;
use super::{LAST, Store, Stretch, body};

/// *Openstaand verzoek*: where a missing reading is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenItem {
    /// Whose.
    pub account: CustomerNumber,
    /// At which connection.
    pub connection: ConnectionNumber,
    /// Of which meter.
    pub meter: MeterNumber,
    /// Why no mail asks for it, if somebody reported that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub obstacle: Option<Obstacle>,
    /// The civil day on which it was asked, where that was after the call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joined_on: Option<NaiveDate>,
}

impl OpenItem {
    /// What `request` misses, with nothing in its way.
    pub(super) fn of(account: &CustomerNumber, request: &ReadingRequest) -> Self {
        Self {
            account: account.clone(),
            connection: request.connection.clone(),
            meter: request.meter.clone(),
            obstacle: None,
            joined_on: request.joined_on,
        }
    }

    pub(super) fn key(&self, drawers: Drawers, campaign: CampaignNumber) -> Key {
        let shard = drawers.of_account(&self.account);
        let sk = format!("{}#{}#{}", self.account, self.connection, self.meter);
        Key::new(format!("OPEN#{campaign}#{shard}"), sk)
    }
}

/// A page of open items, and where the next begins.
#[derive(Debug)]
pub struct OpenItems {
    /// The items; those of an account lie together.
    pub items: Vec<OpenItem>,
    /// The mark to go on behind; `None` when this page is the last.
    pub next: Option<String>,
}

impl Store {
    /// Asks a meter: first the open item, then the request if there is none. Whether it was asked
    /// now; `false` when it was asked before.
    pub async fn ask(
        &self,
        account: &CustomerNumber,
        request: &ReadingRequest,
    ) -> Result<bool, Error> {
        let open = OpenItem::of(account, request);
        self.put(&self.core, open.key(self.drawers, request.campaign), &open).await?;
        self.put_new(&self.core, request_key(account, request), request).await
    }

    /// At most `limit` open items of the drawer `shard` behind the mark `after`.
    pub async fn open_items(
        &self,
        campaign: CampaignNumber,
        shard: Shard,
        after: Option<String>,
        limit: i32,
    ) -> Result<OpenItems, Error> {
        let pk = format!("OPEN#{campaign}#{shard}");
        let stretch = Stretch { table: &self.core, pk, from: " ".into(), to: LAST.into() };
        let page = self.page(&stretch, after, limit).await?;
        let items = page.items.into_iter().map(body).collect::<Result<_, _>>()?;
        Ok(OpenItems { items, next: page.next })
    }

    /// Removes an open item whose request is not open any more.
    pub async fn drop_open(&self, campaign: CampaignNumber, open: &OpenItem) -> Result<(), Error> {
        self.delete(&self.core, open.key(self.drawers, campaign)).await
    }
}
