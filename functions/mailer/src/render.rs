//! From records to the model of a mail: the links are minted here and live as long as the mail.

use std::ops::Range;

use chrono::NaiveDate;

use cloud::Failure;
use cloud::store::account::ConnectionRecords;
use cloud::store::sends::PartRecord;
use domain::account::MailAddress;
use domain::calendar::{civil_day, days_between};
use domain::campaign::{Dates, Wave};
use domain::id::CampaignNumber;
use domain::language::Language;
use links::link::Link;
use links::link_type::Submit;
use views::mail::{Block, BlockMeter, CampaignMail, Mail, MailError, Occasion, PartOf};

use crate::account::Desk;

/// A call or a reminder that is written.
pub(crate) struct Draft<'a> {
    pub(crate) desk: &'a Desk<'a>,
    pub(crate) campaign: CampaignNumber,
    pub(crate) wave: Wave,
    pub(crate) dates: &'a Dates,
}

/// Who reads a mail, and which part of the whole it is.
struct Edition<'a> {
    language: Language,
    to: &'a [MailAddress],
    part: PartOf,
}

impl Draft<'_> {
    /// How the blocks of `connections` are divided over mails in `language`.
    pub(crate) fn ranges(
        &self,
        language: Language,
        connections: &[&ConnectionRecords],
    ) -> Result<Vec<Range<usize>>, Failure> {
        let to = self.desk.recipients(language);
        let edition = Edition { language, to: &to, part: PartOf::WHOLE };
        self.with_model(&edition, connections, |model| {
            views::mail::divide(&self.desk.app.house, model)
        })
    }

    /// The mail of `part` about `connections`.
    pub(crate) fn mail(
        &self,
        part: &PartRecord,
        connections: &[&ConnectionRecords],
        to: &[MailAddress],
    ) -> Result<Mail, Failure> {
        let part_of = PartOf { number: part.number.into(), of: part.of.into() };
        let edition = Edition { language: part.language, to, part: part_of };
        self.with_model(&edition, connections, |model| {
            views::mail::campaign(&self.desk.app.house, model)
        })
    }

    /// Has `render` work on the model, whose links exist only meanwhile.
    fn with_model<T>(
        &self,
        edition: &Edition<'_>,
        connections: &[&ConnectionRecords],
        render: impl FnOnce(&CampaignMail<'_>) -> Result<T, MailError>,
    ) -> Result<T, Failure> {
        let Desk { app, send, records, ring, .. } = *self.desk;
        let key = ring.key::<Submit>();
        let link = |one: &&ConnectionRecords| {
            key.link(&app.base, one.filed.subject, self.campaign, one.filed.generation)
        };
        let links: Vec<Link> = connections.iter().map(link).collect();
        let id = send.id().to_string();
        let model = CampaignMail {
            envelope: self.desk.envelope(&id, edition.language, edition.to),
            occasion: self.occasion(),
            customer: &records.account.number,
            deadline: self.dates.deadline,
            blocks: connections
                .iter()
                .zip(&links)
                .map(|(connection, link)| Block {
                    asked_colleague_on: self.asked_colleague_on(connection),
                    ..block(connection, self.campaign, link.reveal())
                })
                .collect(),
            part: edition.part,
        };
        render(&model).map_err(|error| Failure::permanent(error.to_string()))
    }

    /// The day a colleague was last asked for an address: a reminder says so.
    fn asked_colleague_on(&self, connection: &ConnectionRecords) -> Option<NaiveDate> {
        let delegations = self.desk.records.delegations.iter().map(|filed| &filed.delegation);
        let number = &connection.filed.connection.number;
        let asked = delegations.filter(|delegation| delegation.counts_on(self.campaign, number));
        asked.map(|delegation| civil_day(delegation.asked_at)).max()
    }

    fn occasion(&self) -> Occasion {
        match self.wave {
            Wave::Call | Wave::Estimated => Occasion::Call,
            Wave::Reminder(number) => {
                let reminders = self.dates.reminders_on.len();
                let left = days_between(civil_day(self.desk.now), self.dates.deadline);
                Occasion::reminder(
                    number,
                    u8::try_from(reminders).unwrap_or(u8::MAX),
                    u16::try_from(left).unwrap_or_default(),
                )
            }
        }
    }
}

/// The block of one address behind `url`, with the meters that `campaign` misses a reading of.
pub(crate) fn block<'m>(
    connection: &'m ConnectionRecords,
    campaign: CampaignNumber,
    url: &'m str,
) -> Block<'m> {
    let filed = &connection.filed.connection;
    let wanted = connection
        .requests
        .iter()
        .filter(|request| request.campaign == campaign && request.is_wanted());
    Block {
        address: &filed.address,
        meters: wanted
            .map(|request| BlockMeter { number: &request.meter, commodity: filed.supply.commodity })
            .collect(),
        url,
        asked_colleague_on: None,
    }
}
