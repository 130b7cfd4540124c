//! What a claimed mail says to its account, from what is true now.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use cloud::Failure;
use cloud::store::account::AccountRecords;
use cloud::store::sends::{PartRecord, Send};
use domain::account::{MailAddress, RecipientState};
use domain::campaign::Wave;
use domain::language::Language;
use domain::sending::{Scope, SendId};
use links::ring::KeyRing;
use views::mail::Envelope;

use crate::{App, delegated, estimated, invoiced, parts, receipts};

/// What is to be done with a claimed mail.
pub(crate) enum Prepared {
    /// It goes out.
    Letter(Box<ReadyLetter>),
    /// There is nothing, or nothing any more, that it would say.
    NothingToSay,
    /// Nobody can be mailed.
    NoRecipient,
}

/// A rendered mail and who gets it.
pub(crate) struct ReadyLetter {
    /// The mail.
    pub(crate) mail: views::mail::Mail,
    /// Its recipients: all of one language.
    pub(crate) to: Vec<MailAddress>,
}

/// Everything that a mail of one account is made of.
pub(crate) struct Desk<'a> {
    pub(crate) app: &'a App,
    pub(crate) send: &'a Send,
    pub(crate) records: &'a AccountRecords,
    pub(crate) ring: &'a KeyRing,
    pub(crate) now: DateTime<Utc>,
}

/// Decides what the claimed `send` says: everything that it rests on is read here, after the claim.
pub(crate) async fn prepare(
    app: &App,
    send: &Send,
    ring: &Arc<KeyRing>,
    now: DateTime<Utc>,
) -> Result<Prepared, Failure> {
    let records = &app.store.account(&send.account).await?;
    let desk = Desk { app, send, records, ring, now };
    match send.scope {
        Scope::Wave { campaign, wave } => {
            let dates = app.dates(campaign).await?;
            match wave {
                Wave::Estimated => estimated::prepare(&desk, campaign, &dates).await,
                Wave::Call | Wave::Reminder(_) => {
                    parts::prepare(&desk, campaign, wave, &dates).await
                }
            }
        }
        Scope::Receipts(hour) => receipts::prepare(&desk, hour).await,
        Scope::Delegations(_) => delegated::prepare(&desk).await,
        Scope::Invoices(_) => invoiced::prepare(&desk).await,
    }
}

impl Desk<'_> {
    /// The recipients of one language that can be mailed, in their order.
    pub(crate) fn recipients(&self, language: Language) -> Vec<MailAddress> {
        let of_language = self.records.recipients.iter().filter(|recipient| {
            recipient.language == language && recipient.state == RecipientState::Ok
        });
        of_language.map(|recipient| recipient.address.clone()).collect()
    }

    /// The envelope of this mail to `to`; `id` is the send's text.
    pub(crate) fn envelope<'e>(
        &'e self,
        id: &'e str,
        language: Language,
        to: &'e [MailAddress],
    ) -> Envelope<'e> {
        Envelope {
            send_id: id,
            at: self.now,
            to: to.iter().collect(),
            language,
            host: self.app.base.host(),
        }
    }

    /// The division of the account's mail that this send is; `None` where there is none any more.
    ///
    /// The leading part fixes how the mail is divided, plans the other parts and queues them; a part
    /// never takes over what another says.
    pub(crate) async fn division(
        &self,
        divide: impl FnOnce() -> Result<Vec<PartRecord>, Failure>,
    ) -> Result<Option<PartRecord>, Failure> {
        let Self { app, send, .. } = *self;
        let leading = send.scope.leading(send.part);
        if send.part != leading {
            // A joiner's mail carries its own division.
            if let Some(own) = send.parts.first() {
                return Ok(Some(own.clone()));
            }
            let leader = SendId::of(&send.scope, &send.account, leading);
            let leader = app.store.send(&send.scope, leader).await?;
            let mut parts = leader.map(|leader| leader.parts).unwrap_or_default();
            let place = usize::from(send.scope.place(send.part));
            return Ok((place < parts.len()).then(|| parts.swap_remove(place)));
        }
        let mut parts = if send.parts.is_empty() { divide()? } else { send.parts.clone() };
        if parts.len() > 1 {
            if send.parts.is_empty() {
                parts = app.store.fix_parts(send, &parts).await?;
            }
            self.plan_others(parts.len()).await?;
        }
        Ok(parts.into_iter().next())
    }

    /// Plans and queues the parts behind the leading one, those that were not planned before.
    async fn plan_others(&self, parts: usize) -> Result<(), Failure> {
        let Self { app, send, now, .. } = *self;
        let mut messages = Vec::new();
        for other in send.others(parts, now) {
            if app.store.plan(&other).await? {
                messages.push(other.message(1));
            }
        }
        app.queue(send.scope).send(&messages, 0).await?;
        Ok(())
    }

    /// One division a language that somebody can be mailed in.
    pub(crate) fn by_language(&self) -> Vec<PartRecord> {
        let part = |language| PartRecord { language, connections: Vec::new(), number: 1, of: 1 };
        self.records.languages().into_iter().map(part).collect()
    }
}
