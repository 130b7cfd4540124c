//! Every account, by drawer: what an opening reads instead of a scan.
//!
//! | pk | sk | is |
//! |---|---|---|
//! | `ROSTER#<shard>` | `<account>` | an account, written with it |
//! | `CHG#<shard>` | `<account>` | something about its supply, meters or readers changed; how many times |

use serde::{Deserialize, Serialize};

use domain::account::CustomerNumber;
use domain::shard::Shard;

use crate::Error;

use super::key::Key;
use super::{LAST, SHAPE, Store, Stretch, body, held, n, s};

/// A name in the roster.
#[derive(Debug, Serialize, Deserialize)]
struct Listed {
    account: CustomerNumber,
}

/// A name in the list of changes, as it was read.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Change {
    /// Whose connections, meters or readers changed.
    pub account: CustomerNumber,
    /// How many times that was noted; an item of the release before does not count.
    #[serde(default)]
    noted: u64,
}

/// A page of changes, by account.
#[derive(Debug)]
pub struct Changed {
    /// The changes.
    pub changes: Vec<Change>,
    /// Whether there are more behind them.
    pub more: bool,
}

/// A page of accounts, ascending, and the account to go on behind.
#[derive(Debug)]
pub struct Accounts {
    /// The accounts.
    pub accounts: Vec<CustomerNumber>,
    /// Where the next page begins; `None` when this is the last.
    pub next: Option<CustomerNumber>,
}

/// A sheet of the roster, or of the list of changes, with one account.
fn listed_key(list: &str, shard: Shard, account: &CustomerNumber) -> Key {
    Key::new(format!("{list}#{shard}"), account.as_str())
}

impl Store {
    /// At most `limit` accounts of the roster's drawer `shard` behind `after`.
    pub async fn roster(
        &self,
        shard: Shard,
        after: Option<&CustomerNumber>,
        limit: i32,
    ) -> Result<Accounts, Error> {
        let pk = format!("ROSTER#{shard}");
        let stretch = Stretch { table: &self.core, pk, from: " ".into(), to: LAST.into() };
        let page = self.page(&stretch, after.map(ToString::to_string), limit).await?;
        let listed: Vec<Listed> = page.items.into_iter().map(body).collect::<Result<_, _>>()?;
        Ok(Accounts {
            accounts: listed.into_iter().map(|listed| listed.account).collect(),
            next: page.next.as_deref().and_then(CustomerNumber::parse),
        })
    }

    /// At most `limit` accounts of the drawer `shard` in which something changed since the last
    /// [`Store::forget_change`].
    pub async fn changed(&self, shard: Shard, limit: i32) -> Result<Changed, Error> {
        let pk = format!("CHG#{shard}");
        let stretch = Stretch { table: &self.core, pk, from: " ".into(), to: LAST.into() };
        let page = self.page(&stretch, None, limit).await?;
        let changes = page.items.into_iter().map(body).collect::<Result<_, _>>()?;
        Ok(Changed { changes, more: page.next.is_some() })
    }

    /// The changes of all accounts from `first` to `last` of the drawer `shard`: as many as a page of its
    /// roster has, at most.
    pub async fn changed_between(
        &self,
        shard: Shard,
        (first, last): (&CustomerNumber, &CustomerNumber),
    ) -> Result<Vec<Change>, Error> {
        let pk = format!("CHG#{shard}");
        let (from, to) = (first.to_string(), last.to_string());
        let stretch = Stretch { table: &self.core, pk, from, to };
        self.all(&stretch).await?.into_iter().map(body).collect()
    }

    /// Notes that something about `account` changed that decides whether it is asked and what is invoiced.
    pub async fn note_change(&self, account: &CustomerNumber) -> Result<(), Error> {
        let shard = self.drawers.of_account(account);
        let call = self
            .client
            .update_item()
            .table_name(&self.core)
            .set_key(Some(listed_key("CHG", shard, account).into_item()))
            .update_expression("SET account = :account, v = :v ADD noted :one")
            .expression_attribute_values(":account", s(account.as_str()))
            .expression_attribute_values(":v", n(SHAPE))
            .expression_attribute_values(":one", n(1));
        call.send().await.map_err(|error| Error::of("UpdateItem", error))?;
        Ok(())
    }

    /// Forgets a change after it was dealt with; whether nothing was noted since it was read. If
    /// something was, it stays, and is dealt with the next time.
    pub async fn forget_change(&self, change: &Change) -> Result<bool, Error> {
        let shard = self.drawers.of_account(&change.account);
        let call = self
            .client
            .delete_item()
            .table_name(&self.core)
            .set_key(Some(listed_key("CHG", shard, &change.account).into_item()));
        let call = if change.noted == 0 {
            call.condition_expression("attribute_not_exists(noted)")
        } else {
            call.condition_expression("attribute_not_exists(pk) OR noted = :noted")
                .expression_attribute_values(":noted", n(change.noted))
        };
        held(call.send().await.map(drop).map_err(|error| Error::of("DeleteItem", error)))
    }

    /// Enters an account in the roster.
    pub async fn enrol(&self, account: &CustomerNumber) -> Result<(), Error> {
        let key = listed_key("ROSTER", self.drawers.of_account(account), account);
        self.put(&self.core, key, &Listed { account: account.clone() }).await
    }
}
