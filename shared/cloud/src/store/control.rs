//! What mails obey before each claim.
//!
//! | pk | sk | is |
//! |---|---|---|
//! | `CTL#<group>` | `-` | [`ControlRecord`] |

use serde::{Deserialize, Serialize};

use domain::campaign::Control;
use domain::sending::Group;

use crate::Error;

use super::key::Key;
use super::{Store, held, n, s};

/// What mails obey, and who said so.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ControlRecord {
    /// What they obey.
    pub state: Control,
    /// Why.
    #[serde(default)]
    pub reason: String,
    /// Who said so.
    #[serde(default)]
    pub by: String,
    /// How many times it was changed.
    #[serde(default)]
    pub rev: u32,
}

/// A change of what mails obey.
#[derive(Clone, Copy, Debug)]
pub struct Order<'a> {
    /// What they obey from now on.
    pub state: Control,
    /// Why.
    pub reason: &'a str,
    /// Who says so.
    pub by: &'a str,
}

fn control_key(group: Group) -> Key {
    Key::new(format!("CTL#{group}"), "-")
}

impl Store {
    /// What the mails of `group` obey.
    pub async fn control(&self, group: Group) -> Result<ControlRecord, Error> {
        Ok(self.get(&self.sends, control_key(group)).await?.unwrap_or_default())
    }

    /// Has the mails of `group` obey `order` from the next one on, if they still obey `known`;
    /// whether they did. Somebody who was faster was right: read again, decide again.
    pub async fn set_control(
        &self,
        group: Group,
        known: &ControlRecord,
        order: Order<'_>,
    ) -> Result<bool, Error> {
        let call = self
            .client
            .update_item()
            .table_name(&self.sends)
            .set_key(Some(control_key(group).into_item()))
            .update_expression(
                "SET #state = :state, reason = :reason, #by = :by, rev = :next, v = :v",
            )
            .condition_expression("attribute_not_exists(rev) OR rev = :rev")
            .expression_attribute_names("#state", "state")
            .expression_attribute_names("#by", "by")
            .expression_attribute_values(":state", super::attribute(&order.state)?)
            .expression_attribute_values(":reason", s(order.reason))
            .expression_attribute_values(":by", s(order.by))
            .expression_attribute_values(":rev", n(known.rev))
            .expression_attribute_values(":next", n(known.rev.saturating_add(1)))
            .expression_attribute_values(":v", n(super::SHAPE));
        held(call.send().await.map(drop).map_err(|error| Error::of("UpdateItem", error)))
    }
}
