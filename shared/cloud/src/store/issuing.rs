//! What follows on the number of an invoice: its documents are kept, its mail is planned, the
//! customer has it.
//!
//! How far it is stands in its settlement (`store::billing`): the invoice itself is written once.

use chrono::{DateTime, Utc};

use domain::account::CustomerNumber;
use domain::invoice::InvoiceState;
use domain::sending::{Part, Scope};

use crate::Error;
use crate::event::{MailMessage, VERSION};

use super::billing::{InvoiceHead, SettlementRecord, settlement_key};
use super::sends::{Carried, Send};
use super::{Store, Write, held, item, s};

/// So many parts are tried before a number that is in the way of another fails the event.
const ATTEMPTS: usize = 5;

impl SettlementRecord {
    /// The wake-up that has the mail of its invoice sent.
    ///
    /// **Errors.** [`Error::Missing`] while none is planned.
    pub fn mail_message(&self) -> Result<MailMessage, Error> {
        let missing = Error::Missing { what: "the mail of an invoice" };
        let (Some(scope), Some(send)) = (self.scope, self.send.clone()) else {
            return Err(missing);
        };
        Ok(MailMessage { v: VERSION, scope, send, n: 1 })
    }
}

impl Store {
    /// Notes that the documents of a numbered invoice are kept and plans its mail in `scope`, both or
    /// neither: the wake-up that has it sent. Who did so before is right.
    pub async fn render(
        &self,
        head: &InvoiceHead,
        scope: Scope,
        now: DateTime<Utc>,
        ttl: i64,
    ) -> Result<MailMessage, Error> {
        let InvoiceHead { number, account, campaign, document, .. } = head;
        let mut part = Part::of_invoice(number);
        for _ in 0..ATTEMPTS {
            let carried =
                Carried { number: number.clone(), campaign: *campaign, document: document.clone() };
            let send = Send {
                invoice: Some(carried),
                ..Send::planned(scope, account.clone(), part, now, ttl)
            };
            let writes = [
                Write::Update {
                    table: &self.billing,
                    key: settlement_key(self.drawers, *campaign, account, document),
                    change: "SET invoice = :rendered, send = :send, #scope = :scope",
                    condition: "invoice = :numbered AND num = :number",
                    names: vec![("#scope", "scope")],
                    values: vec![
                        (":rendered", s(InvoiceState::Rendered.as_str())),
                        (":numbered", s(InvoiceState::Numbered.as_str())),
                        (":number", s(number.as_str())),
                        (":send", s(send.id().to_string())),
                        (":scope", s(scope.to_string())),
                    ],
                },
                Write::Put {
                    table: &self.sends,
                    item: item(self.send_key(scope, send.id()), &send)?,
                    condition: Some("attribute_not_exists(pk)"),
                },
            ];
            let writes = writes.into_iter().map(Write::build).collect::<Result<_, _>>()?;
            match self.transact(writes).await {
                Ok(()) => return Ok(send.message(1)),
                Err(Error::Conflict { items }) if items.contains(&0) => {
                    return self.settlement_of(head).await?.mail_message();
                }
                // Another invoice of the account has that part.
                Err(Error::Conflict { .. }) => part = part.probed(),
                Err(error) => return Err(error),
            }
        }
        Err(Error::Throttled { operation: "a part for an invoice" })
    }

    /// Notes that `account` has the rendered invoice that a mail carried; whether it was noted now.
    pub async fn issue(&self, account: &CustomerNumber, carried: &Carried) -> Result<bool, Error> {
        let Carried { number, campaign, document } = carried;
        let key = settlement_key(self.drawers, *campaign, account, document);
        let call = self
            .client
            .update_item()
            .table_name(&self.billing)
            .set_key(Some(key.into_item()))
            .update_expression("SET invoice = :issued")
            .condition_expression("invoice = :rendered AND num = :number")
            .expression_attribute_values(":issued", s(InvoiceState::Issued.as_str()))
            .expression_attribute_values(":rendered", s(InvoiceState::Rendered.as_str()))
            .expression_attribute_values(":number", s(number.as_str()));
        held(call.send().await.map(drop).map_err(|error| Error::of("UpdateItem", error)))
    }
}
