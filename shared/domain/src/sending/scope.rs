//! What a send belongs to.

use std::fmt;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Timelike as _, Utc};
use serde::{Deserialize, Serialize};

use crate::campaign::Wave;
use crate::id::CampaignNumber;
use crate::shard::Drawers;

use super::Part;

/// An hour has so many receipts of an account.
const QUARTERS: u16 = 4;

/// What a send belongs to: a wave of a campaign, what somebody did in an hour, or the invoices of an
/// hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Scope {
    /// `c2026-call`, `c2026-r1` …, `c2026-est`.
    Wave {
        /// The campaign.
        campaign: CampaignNumber,
        /// Its wave.
        wave: Wave,
    },
    /// `rcp-2026112608`: receipts of what was stored in that hour, UTC.
    Receipts(Hour),
    /// `dlg-2026112608`: colleagues who were asked in that hour, UTC; a part is a delegation.
    Delegations(Hour),
    /// `inv-2027010508`: invoices whose documents were made in that hour, UTC; a part is an invoice in
    /// one of its languages.
    Invoices(Hour),
}

/// Who stops together: what is paused, and what is looked after as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// `c2026`: the waves of a campaign.
    Campaign(CampaignNumber),
    /// `service`: what follows from what somebody did.
    Service,
    /// `billing`: invoices.
    Billing,
}

/// What is done about a mail that may or may not have been sent, when an hour brought no evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InDoubt {
    /// It is sent once more: nobody may be left out.
    SendAgain,
    /// It is not: the next one says the same.
    LetGo,
}

impl Scope {
    /// Reads what [`fmt::Display`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        let scope = if let Some(hour) = text.strip_prefix("rcp-") {
            Self::Receipts(Hour::parse(hour)?)
        } else if let Some(hour) = text.strip_prefix("dlg-") {
            Self::Delegations(Hour::parse(hour)?)
        } else if let Some(hour) = text.strip_prefix("inv-") {
            Self::Invoices(Hour::parse(hour)?)
        } else {
            let (campaign, wave) = text.strip_prefix('c')?.split_once('-')?;
            let campaign = CampaignNumber::new(campaign.parse().ok()?)?;
            Self::Wave { campaign, wave: Wave::parse(wave)? }
        };
        (scope.to_string() == text).then_some(scope)
    }

    /// The hour whose mails are looked after together; a wave is looked after as it is fed.
    pub fn hour(self) -> Option<Hour> {
        match self {
            Self::Wave { .. } => None,
            Self::Receipts(hour) | Self::Delegations(hour) | Self::Invoices(hour) => Some(hour),
        }
    }

    /// Who it stops with.
    pub fn group(self) -> Group {
        match self {
            Self::Wave { campaign, .. } => Group::Campaign(campaign),
            Self::Receipts(_) | Self::Delegations(_) => Group::Service,
            Self::Invoices(_) => Group::Billing,
        }
    }

    /// The drawers of its sends, in a deployment with `usual` of them.
    pub fn drawers(self, usual: Drawers) -> Drawers {
        match self {
            Self::Wave { .. } => usual,
            Self::Receipts(_) | Self::Delegations(_) | Self::Invoices(_) => usual.of_an_hour(),
        }
    }

    /// What is done about one of its mails that may or may not have been sent.
    pub fn in_doubt(self) -> InDoubt {
        match self {
            Self::Wave { wave: Wave::Call, .. } | Self::Delegations(_) | Self::Invoices(_) => {
                InDoubt::SendAgain
            }
            Self::Wave { wave: Wave::Reminder(_) | Wave::Estimated, .. } | Self::Receipts(_) => {
                InDoubt::LetGo
            }
        }
    }

    /// Whether nobody may be left out of it: who is not mailed for good is written to on paper.
    pub fn is_promised(self) -> bool {
        match self {
            Self::Wave { wave: Wave::Call, .. } | Self::Invoices(_) => true,
            Self::Wave { wave: Wave::Reminder(_) | Wave::Estimated, .. }
            | Self::Receipts(_)
            | Self::Delegations(_) => false,
        }
    }

    /// The part that divides an account's mail, when `part` is one of its divisions or itself.
    pub fn leading(self, part: Part) -> Part {
        match self {
            Self::Wave { .. } => Part::FIRST,
            Self::Delegations(_) => part,
            Self::Receipts(_) => Part::of_quarter((part.get() - 1).rem_euclid(QUARTERS)),
            Self::Invoices(_) => part.in_first_language(),
        }
    }

    /// Which of the divisions `part` is, from 0; the leading one is the first.
    pub fn place(self, part: Part) -> u16 {
        match self {
            Self::Wave { .. } => part.get() - 1,
            Self::Delegations(_) => 0,
            Self::Receipts(_) => (part.get() - 1).div_euclid(QUARTERS),
            Self::Invoices(_) => part.get() - part.in_first_language().get(),
        }
    }

    /// The part of the division at `place`, from 0, of the mail that `leading` divides.
    pub fn division(self, leading: Part, place: u16) -> Option<Part> {
        let behind = match self {
            Self::Wave { .. } => place,
            Self::Receipts(_) => place.checked_mul(QUARTERS)?,
            Self::Delegations(_) => return (place == 0).then_some(leading),
            Self::Invoices(_) => return Some(leading.in_language(place)),
        };
        Part::new(leading.get().checked_add(behind)?)
    }

    /// What kind of mail it is, for the tags of the mail service: `call`, `r1`, `est`, `rcp`,
    /// `dlg`, `inv`.
    pub fn kind(self) -> String {
        match self {
            Self::Wave { wave, .. } => wave.to_string(),
            Self::Receipts(_) => "rcp".to_owned(),
            Self::Delegations(_) => "dlg".to_owned(),
            Self::Invoices(_) => "inv".to_owned(),
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wave { campaign, wave } => write!(f, "c{campaign}-{wave}"),
            Self::Receipts(hour) => write!(f, "rcp-{hour}"),
            Self::Delegations(hour) => write!(f, "dlg-{hour}"),
            Self::Invoices(hour) => write!(f, "inv-{hour}"),
        }
    }
}

impl From<Scope> for String {
    fn from(scope: Scope) -> Self {
        scope.to_string()
    }
}

impl TryFrom<String> for Scope {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text)
            .ok_or_else(|| format!("{text:?} is no scope: c2026-call, c2026-r1, rcp-2026112608 …"))
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Campaign(campaign) => write!(f, "c{campaign}"),
            Self::Service => f.write_str("service"),
            Self::Billing => f.write_str("billing"),
        }
    }
}

/// An hour, UTC; its text is `yyyymmddhh`, so the texts of hours sort as they do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hour(DateTime<Utc>);

impl Hour {
    /// The hour that `at` lies in.
    pub fn of(at: DateTime<Utc>) -> Self {
        let time = NaiveTime::from_hms_opt(at.hour(), 0, 0).unwrap_or_default();
        Self(at.date_naive().and_time(time).and_utc())
    }

    /// Reads what [`fmt::Display`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        let (day, hour) = text.split_at_checked(8)?;
        let day = NaiveDate::parse_from_str(day, "%Y%m%d").ok()?;
        let time = NaiveTime::from_hms_opt(hour.parse().ok()?, 0, 0)?;
        let read = Self(day.and_time(time).and_utc());
        (read.to_string() == text).then_some(read)
    }

    /// When it began.
    pub fn begin(self) -> DateTime<Utc> {
        self.0
    }

    /// When the quarter of the hour begins that `part` of its receipts is about.
    pub fn quarter(self, part: Part) -> DateTime<Utc> {
        let quarter = (part.get() - 1).rem_euclid(QUARTERS);
        self.0 + TimeDelta::minutes(15 * i64::from(quarter))
    }

    /// The hour behind it.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + TimeDelta::hours(1))
    }
}

impl fmt::Display for Hour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.format("%Y%m%d%H").fmt(f)
    }
}
