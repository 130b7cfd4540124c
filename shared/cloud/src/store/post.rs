//! Who is written to on paper: an item, not a filter.
//!
//! | pk | sk | is |
//! |---|---|---|
//! | `PST#<group>` | `<scope>#<send>` | an account that no mail could reach, and when it was listed |

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use domain::account::CustomerNumber;
use domain::sending::{Group, Scope};

use crate::Error;

use super::key::Key;
use super::sends::{Carried, Send};
use super::{LAST, Store, Stretch, body, s};

/// An account that no mail of a scope could reach.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostItem {
    /// Whose.
    #[serde(rename = "acc")]
    pub account: CustomerNumber,
    /// What it was to be sent.
    pub scope: Scope,
    /// The row of the ledger, as 32 hex digits.
    pub send: String,
    /// The invoice that goes by post, where it is one.
    #[serde(rename = "inv", default, skip_serializing_if = "Option::is_none")]
    pub invoice: Option<Carried>,
    /// The civil day of the list that it stands on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listed_on: Option<NaiveDate>,
}

fn post_key(scope: &Scope, send: &str) -> Key {
    Key::new(format!("PST#{}", scope.group()), format!("{scope}#{send}"))
}

impl Store {
    /// Has the account be written to on paper: before its row says so. One that is listed stays so.
    pub async fn post(&self, row: &Send) -> Result<(), Error> {
        let send = row.id().to_string();
        let key = post_key(&row.scope, &send);
        let item = PostItem {
            account: row.account.clone(),
            scope: row.scope,
            send,
            invoice: row.invoice.clone(),
            listed_on: None,
        };
        self.put_new(&self.sends, key, &item).await?;
        Ok(())
    }

    /// Everybody of `group` who is written to on paper, by scope.
    pub async fn on_paper(&self, group: Group) -> Result<Vec<PostItem>, Error> {
        let (from, to) = (" ".into(), LAST.into());
        let stretch = Stretch { table: &self.sends, pk: format!("PST#{group}"), from, to };
        self.all(&stretch).await?.into_iter().map(body).collect()
    }

    /// Notes that `item` stands on the list of `day`: after the list is written.
    pub async fn note_listed(&self, item: &PostItem, day: NaiveDate) -> Result<(), Error> {
        let call = self
            .client
            .update_item()
            .table_name(&self.sends)
            .set_key(Some(post_key(&item.scope, &item.send).into_item()))
            .update_expression("SET listed_on = :day")
            .expression_attribute_values(":day", s(day.to_string()));
        call.send().await.map_err(|error| Error::of("UpdateItem", error))?;
        Ok(())
    }
}
