//! How an address stands in a campaign: whether it is asked, and of which meters.

use chrono::{DateTime, NaiveDate, Utc};

use cloud::Error;
use cloud::store::account::ConnectionRecords;
use domain::calendar::civil_day;
use domain::campaign::Dates;
use domain::id::CampaignNumber;
use domain::meter::{Meter, Register};
use domain::quantity::Commodity;
use domain::request::{ReadingRequest, RequestEvent, RequestState};
use views::page::{self, Ended, Face, Stage};

use crate::answer::Answer;
use crate::fields::Fields;
use crate::granted::Visit;
use crate::route::PageName;

/// An address with what is known of it.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) records: ConnectionRecords,
    pub(crate) standing: Standing,
}

/// How an address stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// The campaign opens on that day.
    NotOpenYet(NaiveDate),
    /// It is asked, and may answer.
    Asked(Opening),
    /// The invoice is being made again after a correction: until then nothing more is taken.
    Correcting,
    /// The window for corrections is over.
    Closed,
    /// It is no longer asked.
    Ended(Ended),
}

/// What an open campaign is to an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Opening {
    pub(crate) dates: Dates,
    pub(crate) stage: Stage,
}

/// So many days before the opening a reading may have been taken.
const EARLY_DAYS: i64 = 14;

impl Opening {
    /// The first day that a reading may be of.
    pub(crate) fn readable_from(&self) -> NaiveDate {
        self.dates.opened_on - chrono::TimeDelta::days(EARLY_DAYS)
    }
}

impl Place {
    /// The address of a visit, or `None` where there is nothing to show.
    pub(crate) async fn of(visit: &Visit<'_>) -> Result<Option<Self>, Error> {
        let Some(records) = visit.records().await? else { return Ok(None) };
        let campaign = visit.campaign();
        let standing = match visit.app.dates(campaign).await? {
            Some(dates) => standing(&records, campaign, dates, visit.now),
            None => match visit.app.campaign(campaign) {
                Some(config) => Standing::NotOpenYet(config.call),
                None => return Ok(None),
            },
        };
        Ok(Some(Self { records, standing }))
    }

    /// The meters that may be answered for, with their requests, in the order of the form.
    pub(crate) fn asked(&self, campaign: CampaignNumber) -> Vec<(&Meter, &ReadingRequest)> {
        asked(&self.records, campaign)
    }
}

impl Standing {
    /// The answer about an address that is not asked.
    pub(crate) fn answer(&self, visit: &Visit<'_>) -> Answer {
        self.page(visit).unwrap_or_else(|| visit.app.not_found("nowhere"))
    }

    /// The answer to what was sent to `page` of an address that is not asked. Where a later day helps,
    /// it is kept on the page: 200 would be a question, and what was typed would be lost.
    pub(crate) fn refused(&self, visit: &Visit<'_>, page: &PageName, fields: &Fields) -> Answer {
        let path = visit.granted.path_of(page);
        let frame = visit.frame(&path);
        match (self, page) {
            (Self::NotOpenYet(day), _) => {
                let page = page::not_open_yet_refused(&frame, *day, &fields.typed());
                Answer::page(page, "not-open-yet-refused")
            }
            (Self::Correcting, PageName::Address) => {
                let page = page::correcting_refused(&frame, &fields.typed());
                Answer::page(page, "correcting-refused")
            }
            (Self::Asked(_) | Self::Correcting | Self::Closed | Self::Ended(_), _) => {
                self.answer(visit)
            }
        }
    }

    /// The page of an address that is not asked.
    pub(crate) fn page(&self, visit: &Visit<'_>) -> Option<Answer> {
        let path = visit.granted.path_of(&PageName::Address);
        let frame = visit.frame(&path);
        match self {
            Self::NotOpenYet(day) => {
                Some(Answer::page(page::not_open_yet(&frame, *day), "not-open-yet"))
            }
            Self::Asked(_) => None,
            Self::Correcting => Some(Answer::page(page::correcting(&frame), "correcting")),
            Self::Closed => Some(Answer::page(page::closed(&frame), "closed")),
            Self::Ended(ended) => Some(Answer::page(page::ended(&frame, *ended), "ended")),
        }
    }
}

/// How the address of `records` stands in the campaign with the dates `dates`.
fn standing(
    records: &ConnectionRecords,
    campaign: CampaignNumber,
    dates: Dates,
    now: DateTime<Utc>,
) -> Standing {
    let today = civil_day(now);
    let ended = records.filed.connection.supply.period.until.filter(|until| *until <= today);
    if asked(records, campaign).is_empty() {
        let correcting = |request: &ReadingRequest| {
            request.campaign == campaign && request.state == RequestState::Correcting
        };
        return match ended {
            _ if records.requests.iter().any(correcting) => Standing::Correcting,
            Some(since) => Standing::Ended(Ended::Supply { since }),
            None => Standing::Ended(Ended::Withdrawn),
        };
    }
    if let Some(since) = ended {
        return Standing::Ended(Ended::Supply { since });
    }
    if today > dates.corrections_until() {
        return Standing::Closed;
    }
    let invoiced = |(_, request): &(_, &ReadingRequest)| request.state == RequestState::Invoiced;
    let stage = if asked(records, campaign).iter().any(invoiced) {
        Stage::Invoiced
    } else if dates.is_in_time(now) {
        Stage::InTime
    } else {
        Stage::Late
    };
    Standing::Asked(Opening { dates, stage })
}

/// Whether a reading of the address is missing in `campaign`, and it still is asked.
pub(crate) fn is_open(
    records: &ConnectionRecords,
    campaign: CampaignNumber,
    today: NaiveDate,
) -> bool {
    let open = |(_, request): &(_, &ReadingRequest)| request.state == RequestState::Open;
    !has_ended(records, today) && asked(records, campaign).iter().any(open)
}

/// Whether a reading of the address is taken in `campaign`.
pub(crate) fn is_asked(
    records: &ConnectionRecords,
    campaign: CampaignNumber,
    today: NaiveDate,
) -> bool {
    !has_ended(records, today) && !asked(records, campaign).is_empty()
}

fn has_ended(records: &ConnectionRecords, today: NaiveDate) -> bool {
    records.filed.connection.supply.period.until.is_some_and(|until| until <= today)
}

fn asked(records: &ConnectionRecords, campaign: CampaignNumber) -> Vec<(&Meter, &ReadingRequest)> {
    records
        .meters
        .iter()
        .map(|filed| &filed.meter)
        .filter_map(|meter| {
            let request = records.request(campaign, &meter.number)?;
            takes_readings(request.state).then_some((meter, request))
        })
        .collect()
}

/// Whether a reading can be stored; after the invoice it starts a correction.
fn takes_readings(state: RequestState) -> bool {
    state.after(RequestEvent::Reading).is_some()
}

/// Wheels behind the comma that nobody fills in. What is known of a register are the wheels that
/// are read; a whole water meter has three red ones beside them, other whole registers have none.
pub(crate) fn red_wheels(commodity: Commodity, register: &Register) -> u8 {
    if commodity == Commodity::Water && register.decimals == 0 { 3 } else { 0 }
}

/// What a register looks like: decimals that are read stand on a display.
pub(crate) fn face(commodity: Commodity, register: &Register) -> Face {
    if register.decimals > 0 {
        Face::Display
    } else {
        Face::Wheels { red: red_wheels(commodity, register) }
    }
}
