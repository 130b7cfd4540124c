//! Every account, by drawer: what an opening reads instead of a scan.
//!
//! | pk | sk | is |
//! |---|---|---|
//! | `ROSTER#<shard>` | `<account>` | an account, written with it |
//! | `CHG#<shard>` | `<account>` | something about its supply, meters or readers changed |

use serde::{Deserialize, Serialize};

use domain::account::CustomerNumber;
use domain::shard::Shard;

use crate::Error;

use super::key::Key;
use super::{LAST, Store, Stretch, body};

/// A name in the roster, or in the list of changes.
#[derive(Debug, Serialize, Deserialize)]
struct Listed {
    account: CustomerNumber,
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
        self.listed(format!("ROSTER#{shard}"), after, limit).await
    }

    /// At most `limit` accounts of the drawer `shard` in which something changed since the last
    /// [`Store::forget_change`].
    pub async fn changed(&self, shard: Shard, limit: i32) -> Result<Accounts, Error> {
        self.listed(format!("CHG#{shard}"), None, limit).await
    }

    /// Notes that something about `account` changed that decides whether it is asked.
    pub async fn note_change(&self, account: &CustomerNumber) -> Result<(), Error> {
        self.list("CHG", account).await
    }

    /// Forgets the change after it was dealt with.
    pub async fn forget_change(&self, account: &CustomerNumber) -> Result<(), Error> {
        let shard = self.drawers.of_account(account);
        self.delete(&self.core, listed_key("CHG", shard, account)).await
    }

    /// Enters an account in the roster.
    pub async fn enrol(&self, account: &CustomerNumber) -> Result<(), Error> {
        self.list("ROSTER", account).await
    }

    async fn list(&self, list: &str, account: &CustomerNumber) -> Result<(), Error> {
        let key = listed_key(list, self.drawers.of_account(account), account);
        self.put(&self.core, key, &Listed { account: account.clone() }).await
    }

    async fn listed(
        &self,
        pk: String,
        after: Option<&CustomerNumber>,
        limit: i32,
    ) -> Result<Accounts, Error> {
        let stretch = Stretch { table: &self.core, pk, from: " ".into(), to: LAST.into() };
        let page = self.page(&stretch, after.map(ToString::to_string), limit).await?;
        let listed: Vec<Listed> = page.items.into_iter().map(body).collect::<Result<_, _>>()?;
        Ok(Accounts {
            accounts: listed.into_iter().map(|listed| listed.account).collect(),
            next: page.next.as_deref().and_then(CustomerNumber::parse),
        })
    }
}
