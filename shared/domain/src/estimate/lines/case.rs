//! What a line asks about, parsed.

use std::borrow::Cow;

use rust_decimal::Decimal;
use serde_json::value::RawValue;

use super::fields::{
    Fields, Mistake, WrittenLevels, WrittenPeer, WrittenRange, WrittenReading, day, number,
    optional, required,
};
use crate::calendar::Period;
use crate::estimate::engine::{Impossible, Occupancy};
use crate::estimate::levels::Levels;
use crate::estimate::norm::Norm;
use crate::estimate::profile::Profile;
use crate::estimate::shown::{Kind, Shown, arrange};
use crate::meter::{Turning, range};
use crate::quantity::Commodity;
use crate::reading::Source;

/// Decimals of a register's value, at most.
pub(crate) const VALUE_DECIMALS: u32 = 9;

/// What a line asks about.
pub(crate) struct Case {
    pub(crate) commodity: Commodity,
    pub(crate) turning: Turning,
    pub(crate) readings: Vec<Shown>,
    pub(crate) norm: Norm,
    pub(crate) profile: Profile,
    pub(crate) levels: Levels,
    pub(crate) occupancy: Occupancy,
    pub(crate) digits: Option<u8>,
}

/// Why a line is not answered as it asks.
pub(crate) enum CaseError {
    /// It is written wrongly.
    Mistake(Mistake),
    /// The engine says no.
    Impossible(Impossible),
    /// A result is beyond what can be written.
    OutOfRange,
}

impl From<Mistake> for CaseError {
    fn from(mistake: Mistake) -> Self {
        Self::Mistake(mistake)
    }
}

impl From<Impossible> for CaseError {
    fn from(impossible: Impossible) -> Self {
        Self::Impossible(impossible)
    }
}

impl CaseError {
    /// The code, and what to mend.
    pub(crate) fn mistake(self) -> Mistake {
        let impossible = match self {
            Self::Mistake(mistake) => return mistake,
            Self::Impossible(impossible) => impossible,
            Self::OutOfRange => Impossible::OutOfRange,
        };
        let (code, mend) = match impossible {
            Impossible::NoReading => ("NO_READING", "give one reading at least"),
            Impossible::TargetBeforeLastReading { .. } => {
                ("TARGET_BEFORE_LAST_READING", "ask about that day or a later one")
            }
            Impossible::NoEstimate => ("NO_ESTIMATE", "an operator decides"),
            Impossible::OutOfRange => ("NUMBER_OUT_OF_RANGE", "correct the largest one"),
        };
        Mistake::new(code, format!("{impossible}: {mend}"))
    }
}

impl Case {
    /// **Errors.** The first mistake, in the order of the design's table.
    pub(crate) fn of(fields: &Fields<'_>) -> Result<Self, Mistake> {
        let commodity = commodity(fields)?;
        let digits = digits(fields)?;
        let backwards = optional::<bool>("runs_backwards", fields.runs_backwards)?;
        let turning = if backwards == Some(true) { Turning::Reversible } else { Turning::Forward };
        Ok(Self {
            commodity,
            turning,
            readings: readings(fields, digits)?,
            norm: norm(fields)?,
            profile: profile(fields)?,
            levels: levels(fields)?,
            occupancy: occupancy(fields)?,
            digits,
        })
    }
}

fn commodity(fields: &Fields<'_>) -> Result<Commodity, Mistake> {
    let utility: Cow<'_, str> = required("utility", fields.utility)?;
    Commodity::ALL.into_iter().find(|one| one.as_str() == utility).ok_or_else(|| {
        let message = format!("{utility:?} is none of water, electricity, gas, heat, cooling");
        Mistake::new("UNKNOWN_UTILITY", message)
    })
}

fn digits(fields: &Fields<'_>) -> Result<Option<u8>, Mistake> {
    let digits = optional::<u8>("register_digits", fields.register_digits)?;
    match digits {
        Some(0 | 13..) => {
            let message = "register_digits is 1 to 12, or null where it is not known";
            Err(Mistake::new("NUMBER_OUT_OF_RANGE", message))
        }
        Some(1..=12) | None => Ok(digits),
    }
}

fn readings(fields: &Fields<'_>, digits: Option<u8>) -> Result<Vec<Shown>, Mistake> {
    let written: Vec<WrittenReading<'_>> = required("readings", fields.readings)?;
    if written.is_empty() {
        return Err(Mistake::new("NO_READING", "there is no reading: give one at least"));
    }
    let range = digits.map(range);
    let mut readings = Vec::with_capacity(written.len());
    for reading in written.iter().filter(|reading| !reading.superseded) {
        let on = day("date of a reading", reading.date)?;
        let value = number("value of a reading", reading.value, Some(VALUE_DECIMALS))?;
        let source = source(&reading.source)?;
        readings.push(Shown { meter: 0, on, value, kind: Kind::of(source), source, range });
    }
    if readings.is_empty() {
        let message = "every reading is superseded: give one that counts, or an estimate";
        return Err(Mistake::new("NO_TRUSTED_AND_NO_ESTIMATE", message));
    }
    arrange(readings).map_err(|ambiguous| {
        let message = format!("{ambiguous}: leave out the wrong one, or mark it superseded");
        Mistake::new("AMBIGUOUS_READING", message)
    })
}

fn source(word: &str) -> Result<Source, Mistake> {
    let source = match word {
        "customer" => Source::Customer,
        "colleague" => Source::Colleague,
        "staff" | "field" => Source::Staff,
        "remote" => Source::Remote,
        "installed" | "meter_installed" => Source::Installed,
        "removed" | "meter_removed" => Source::Removed,
        "agreed" => Source::Agreed,
        "estimated" => Source::Estimated,
        _ => {
            let message = format!(
                "{word:?} is no source: customer, colleague, staff, remote, installed, removed, \
                 agreed or estimated would do"
            );
            return Err(Mistake::new("BAD_LINE", message));
        }
    };
    Ok(source)
}

fn norm(fields: &Fields<'_>) -> Result<Norm, Mistake> {
    let bad = |message: String| Mistake::new("BAD_NORM", message);
    let peer = fields.peer.filter(|peer| peer.get() != "null");
    let peer = peer.ok_or_else(|| bad("peer is missing: give its median_per_year".into()))?;
    let peer: WrittenPeer<'_> = required("peer", Some(peer))?;
    let median = number("median_per_year", peer.median_per_year, None)?;
    let sigma = peer.sigma_log.map(|sigma| number("sigma_log", sigma, None)).transpose()?;
    Norm::of(median, sigma.unwrap_or(Norm::SIGMA), peer.level_year)
        .map_err(|error| bad(format!("{error}: correct peer")))
}

fn profile(fields: &Fields<'_>) -> Result<Profile, Mistake> {
    let bad = |message: String| Mistake::new("BAD_PROFILE", message);
    let Some(member) = fields.monthly_profile else {
        return Err(bad("monthly_profile is missing: give twelve shares".into()));
    };
    let written: Vec<&RawValue> = serde_json::from_str(member.get())
        .map_err(|_| bad("monthly_profile is no list: give twelve shares".into()))?;
    let written: [&RawValue; 12] = written
        .try_into()
        .map_err(|_| bad("monthly_profile has not twelve shares: January is first".into()))?;
    let mut shares = [Decimal::ZERO; 12];
    for (share, written) in shares.iter_mut().zip(written) {
        *share = number("monthly_profile", written, None).map_err(|error| bad(error.message))?;
    }
    Profile::of(shares).map_err(|error| bad(format!("monthly_profile: {error}")))
}

fn levels(fields: &Fields<'_>) -> Result<Levels, Mistake> {
    let written: Option<WrittenLevels<'_>> = optional("cohort_levels", fields.cohort_levels)?;
    let written = written.unwrap_or_default().0;
    let level = |(year, level)| Ok((year, number("cohort_levels", level, None)?));
    let levels = written.into_iter().map(level).collect::<Result<_, Mistake>>()?;
    Levels::of(levels)
        .map_err(|error| Mistake::new("NUMBER_OUT_OF_RANGE", format!("{error}: correct it")))
}

fn occupancy(fields: &Fields<'_>) -> Result<Occupancy, Mistake> {
    let occupied_from = fields.occupied_from.filter(|day| day.get() != "null");
    let occupied_from = occupied_from.map(|from| day("occupied_from", from)).transpose()?;
    let written: Option<Vec<WrittenRange<'_>>> = optional("excluded", fields.excluded)?;
    let period = |range: WrittenRange<'_>| {
        let (from, to) = (day("from", range.from)?, day("to", range.to)?);
        Ok(Period { from, until: Some(to) })
    };
    let excluded = written.unwrap_or_default().into_iter().map(period);
    Ok(Occupancy { occupied_from, excluded: excluded.collect::<Result<_, Mistake>>()? })
}
