//! The parts of a mail that is divided: one a language, several when it is too large.

use aws_sdk_dynamodb::types::ReturnValue;
use chrono::{DateTime, Utc};

use crate::Error;

use super::sends::{PartRecord, Send};
use super::{Store, attribute, body};

impl Store {
    /// Fixes how an account's mail is divided; what was fixed before stays, and is what this gives.
    pub async fn fix_parts(
        &self,
        send: &Send,
        parts: &[PartRecord],
    ) -> Result<Vec<PartRecord>, Error> {
        let call = self
            .client
            .update_item()
            .table_name(&self.sends)
            .set_key(Some(self.send_key(send.scope, send.id()).into_item()))
            .update_expression("SET parts = if_not_exists(parts, :parts)")
            .expression_attribute_values(":parts", attribute(&parts)?)
            .return_values(ReturnValue::AllNew);
        let answer = call.send().await.map_err(|error| Error::of("UpdateItem", error))?;
        let fixed: Send = body(answer.attributes.unwrap_or_default())?;
        Ok(fixed.parts)
    }

    /// Plans the parts that `first` asks for and that are not there: whoever divided it died before they
    /// were planned. They say what is still open, whatever became of the first. Those that were planned
    /// now are for the caller to queue.
    pub async fn plan_missing_parts(
        &self,
        first: &Send,
        now: DateTime<Utc>,
    ) -> Result<Vec<Send>, Error> {
        let mut planned = Vec::new();
        for part in first.others(first.parts.len(), now) {
            let there = self.send(&part.scope, part.id()).await?;
            if there.is_none() && self.plan(&part).await? {
                planned.push(part);
            }
        }
        Ok(planned)
    }
}
