//! Who is written to on paper: an item, not a filter.
//!
//! | pk | sk | is |
//! |---|---|---|
//! | `PST#<group>` | `<account>#<scope>#<send>` | an account that no mail could reach, and when it was listed |
//! | `LST#<group>` | `-` | who writes the lists of a group |
//!
//! What an account is to be sent lies together, so that one list has all of it.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use domain::account::CustomerNumber;
use domain::sending::{Group, Scope};

use crate::Error;

use super::key::Key;
use super::sends::{Carried, Send};
use super::{LAST, Store, Stretch, body, held, n, s};

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
    /// Which of that day's lists it is, from 1; 0 as long as it is on none.
    #[serde(default)]
    pub list: u32,
}

/// A page of those who are written to on paper, and where the next begins.
#[derive(Debug)]
pub struct PostItems {
    /// Who, by account.
    pub items: Vec<PostItem>,
    /// The mark to go on behind; `None` when this page is the last.
    pub next: Option<String>,
}

fn post_key(account: &CustomerNumber, scope: &Scope, send: &str) -> Key {
    Key::new(format!("PST#{}", scope.group()), format!("{account}#{scope}#{send}"))
}

fn lists_key(group: Group) -> Key {
    Key::new(format!("LST#{group}"), "-")
}

impl Store {
    /// Has the account be written to on paper: before its row says so. One that is listed stays so.
    pub async fn post(&self, row: &Send) -> Result<(), Error> {
        let send = row.id().to_string();
        let key = post_key(&row.account, &row.scope, &send);
        let item = PostItem {
            account: row.account.clone(),
            scope: row.scope,
            send,
            invoice: row.invoice.clone(),
            listed_on: None,
            list: 0,
        };
        self.put_new(&self.sends, key, &item).await?;
        Ok(())
    }

    /// At most `limit` of those of `group` who are written to on paper, behind the mark `after`.
    pub async fn on_paper(
        &self,
        group: Group,
        after: Option<String>,
        limit: i32,
    ) -> Result<PostItems, Error> {
        let (from, to) = (" ".into(), LAST.into());
        let stretch = Stretch { table: &self.sends, pk: format!("PST#{group}"), from, to };
        let page = self.page(&stretch, after, limit).await?;
        let items = page.items.into_iter().map(body).collect::<Result<_, _>>()?;
        Ok(PostItems { items, next: page.next })
    }

    /// Notes that `item` stands on list number `list` of `day`: after the list is written.
    pub async fn note_listed(
        &self,
        item: &PostItem,
        day: NaiveDate,
        list: u32,
    ) -> Result<(), Error> {
        let call = self
            .client
            .update_item()
            .table_name(&self.sends)
            .set_key(Some(post_key(&item.account, &item.scope, &item.send).into_item()))
            .update_expression("SET listed_on = :day, #list = :list")
            .expression_attribute_names("#list", "list")
            .expression_attribute_values(":day", s(day.to_string()))
            .expression_attribute_values(":list", n(list));
        call.send().await.map_err(|error| Error::of("UpdateItem", error))?;
        Ok(())
    }

    /// Has nobody else write the lists of `group` from `now` until `until`; whether nobody is at it.
    pub async fn lease_lists(
        &self,
        group: Group,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<bool, Error> {
        held(self.take_lease(&self.sends, lists_key(group), now, until).await)
    }

    /// Lets others write the lists of `group`, who did not since they were taken until `until`.
    pub async fn release_lists(&self, group: Group, until: DateTime<Utc>) -> Result<(), Error> {
        self.give_back_lease(&self.sends, lists_key(group), until).await
    }
}
