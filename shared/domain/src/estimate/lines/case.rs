//! What a line asks about, parsed.

use rust_decimal::Decimal;

use super::fields::{Fields, Mistake, day, each, members, number, optional, required, text};
use super::json::Json;
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
#[derive(Debug)]
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
    let utility = text("utility", required("utility", fields.utility)?)?;
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
    let range = digits.map(range);
    let mut readings = Vec::with_capacity(8);
    let names = ["date", "value", "source", "superseded"];
    let written = required("readings", fields.readings)?;
    let count = each("readings", written, names, |[date, value, source, superseded]| {
        let date = required("date of a reading", date)?;
        let value = required("value of a reading", value)?;
        let source = required("source of a reading", source)?;
        if superseded.map_or(Ok(false), |json| truth("superseded of a reading", json))? {
            return Ok(());
        }
        let on = day("date of a reading", date)?;
        let value = number("value of a reading", value, Some(VALUE_DECIMALS))?;
        let source = self::source(&text("source of a reading", source)?)?;
        readings.push(Shown { meter: 0, on, value, kind: Kind::of(source), source, range });
        Ok(())
    })?;
    if count == 0 {
        return Err(Mistake::new("NO_READING", "there is no reading: give one at least"));
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

fn truth(name: &str, json: Json<'_>) -> Result<bool, Mistake> {
    match json.written() {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => {
            let message = format!("{name} is neither true nor false: write one of them");
            Err(Mistake::new("BAD_LINE", message))
        }
    }
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
    let peer =
        fields.peer.ok_or_else(|| bad("peer is missing: give its median_per_year".into()))?;
    let names = ["median_per_year", "sigma_log", "level_year"];
    let [median, sigma, year] = members("peer", peer, names)?;
    let median = number("median_per_year", required("median_per_year", median)?, None)?;
    let sigma = present(sigma).map(|sigma| number("sigma_log", sigma, None)).transpose()?;
    let year = present(year).map(|year| calendar_year("level_year", year.written())).transpose()?;
    Norm::of(median, sigma.unwrap_or(Norm::SIGMA), year)
        .map_err(|error| bad(format!("{error}: correct peer")))
}

/// What is missing and what is `null` are the same.
fn present(json: Option<Json<'_>>) -> Option<Json<'_>> {
    json.filter(|json| !json.is_null())
}

fn calendar_year(name: &str, written: &str) -> Result<i32, Mistake> {
    let message = || format!("{name}: {written:?} is no year: write it as 2025");
    written.parse().map_err(|_| Mistake::new("BAD_LINE", message()))
}

fn profile(fields: &Fields<'_>) -> Result<Profile, Mistake> {
    let bad = |message: String| Mistake::new("BAD_PROFILE", message);
    let Some(member) = fields.monthly_profile else {
        return Err(bad("monthly_profile is missing: give twelve shares".into()));
    };
    let Some(mut list) = member.list() else {
        return Err(bad("monthly_profile is no list: give twelve shares".into()));
    };
    let mut written = [None; 12];
    let mut count = 0_usize;
    while list.goes_on() {
        let share = list.value();
        if let Some(place) = written.get_mut(count) {
            *place = Some(share);
        }
        count = count.saturating_add(1);
    }
    if count != written.len() {
        return Err(bad("monthly_profile has not twelve shares: January is first".into()));
    }
    let mut shares = [Decimal::ZERO; 12];
    for (share, written) in shares.iter_mut().zip(written.into_iter().flatten()) {
        *share = number("monthly_profile", written, None).map_err(|error| bad(error.message))?;
    }
    Profile::of(shares).map_err(|error| bad(format!("monthly_profile: {error}")))
}

fn levels(fields: &Fields<'_>) -> Result<Levels, Mistake> {
    let Some(member) = fields.cohort_levels else { return Ok(Levels::default()) };
    let no_object = || Mistake::no("object", "cohort_levels");
    let mut object = member.object().ok_or_else(no_object)?;
    let mut levels: Vec<(i32, Decimal)> = Vec::new();
    while object.goes_on() {
        let year = object.name().ok_or_else(no_object)?;
        let year = calendar_year("cohort_levels", &year)?;
        levels.push((year, number("cohort_levels", object.value(), None)?));
    }
    levels.sort_unstable_by_key(|(year, _)| *year);
    for pair in levels.windows(2) {
        if let [(year, _), (next, _)] = pair
            && year == next
        {
            return Err(Mistake::twice(&year.to_string(), object.column()));
        }
    }
    Levels::of(levels)
        .map_err(|error| Mistake::new("NUMBER_OUT_OF_RANGE", format!("{error}: correct it")))
}

fn occupancy(fields: &Fields<'_>) -> Result<Occupancy, Mistake> {
    let occupied_from = fields.occupied_from.map(|from| day("occupied_from", from)).transpose()?;
    let mut excluded = Vec::new();
    if let Some(written) = fields.excluded {
        each("excluded", written, ["from", "to"], |[from, to]| {
            let from = day("from", required("from of excluded", from)?)?;
            let to = day("to", required("to of excluded", to)?)?;
            excluded.push(Period { from, until: Some(to) });
            Ok(())
        })?;
    }
    Ok(Occupancy { occupied_from, excluded })
}
