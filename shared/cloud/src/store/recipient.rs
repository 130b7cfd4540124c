//! What mail programs said about the addresses of an account.
//!
//! The items are those of `store::account`; an address that was changed since the mail was sent is
//! not touched. Everything here may be done twice.

use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure};

use domain::account::{CustomerNumber, MailAddress, Recipient, RecipientState};
use domain::sending::Scope;

use crate::Error;

use super::account::recipient_key;
use super::{Item, Store, body, s};

/// The scopes whose mail bounced for a while; a set that grows by itself.
pub(super) const TRANSIENT: &str = "transient";

/// So many transient bounces in one campaign are a permanent one.
const TRANSIENT_MOST: usize = 3;

impl Store {
    /// Notes that `address`, if it still is the one at `place` (from 0), is not to be mailed any
    /// more. The recipient that stands there now, if any does.
    pub async fn refuse(
        &self,
        account: &CustomerNumber,
        place: usize,
        address: &MailAddress,
        state: RecipientState,
    ) -> Result<Option<Recipient>, Error> {
        let call = self
            .recipient(account, place)
            .update_expression("SET #state = :state")
            .condition_expression("address = :address AND #state <> :complained")
            .expression_attribute_names("#state", "state")
            .expression_attribute_values(":state", super::attribute(&state)?)
            .expression_attribute_values(
                ":complained",
                super::attribute(&RecipientState::Complained)?,
            )
            .expression_attribute_values(":address", s(address.as_str()));
        changed(call).await?.map(body).transpose()
    }

    /// Notes that a mail of `scope` bounced for a while at `address`, if it still is the one at
    /// `place`; the third time in one campaign it is not to be mailed any more. The recipient that
    /// stands there now, if any does.
    pub async fn bounced_for_now(
        &self,
        account: &CustomerNumber,
        place: usize,
        address: &MailAddress,
        scope: Scope,
    ) -> Result<Option<Recipient>, Error> {
        let bounced = AttributeValue::Ss(vec![scope.to_string()]);
        let call = self
            .recipient(account, place)
            .update_expression("ADD #transient :scope")
            .condition_expression("address = :address")
            .expression_attribute_names("#transient", TRANSIENT)
            .expression_attribute_values(":scope", bounced)
            .expression_attribute_values(":address", s(address.as_str()));
        let Some(item) = changed(call).await? else { return Ok(None) };
        let bounces = match item.get(TRANSIENT) {
            Some(AttributeValue::Ss(scopes)) => scopes.iter().filter_map(|it| Scope::parse(it)),
            _ => return Ok(Some(body(item)?)),
        };
        let in_campaign = bounces.filter(|bounced| bounced.group() == scope.group()).count();
        let recipient: Recipient = body(item.clone())?;
        let is_first = recipient.state == RecipientState::Ok && recipient.address == *address;
        if in_campaign >= TRANSIENT_MOST && is_first {
            return self.refuse(account, place, address, RecipientState::Bounced).await;
        }
        Ok(Some(recipient))
    }

    fn recipient(&self, account: &CustomerNumber, place: usize) -> UpdateItemFluentBuilder {
        self.client
            .update_item()
            .table_name(&self.core)
            .set_key(Some(recipient_key(account, place).into_item()))
            .return_values(ReturnValue::AllNew)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
    }
}

/// The item as it stands after `call`, whether or not its condition held; `None` where there is none.
async fn changed(call: UpdateItemFluentBuilder) -> Result<Option<Item>, Error> {
    match call.send().await {
        Ok(answer) => Ok(answer.attributes),
        Err(error) => match error.as_service_error() {
            Some(UpdateItemError::ConditionalCheckFailedException(failed)) => {
                Ok(failed.item().cloned())
            }
            _ => Err(Error::of("UpdateItem", error)),
        },
    }
}
