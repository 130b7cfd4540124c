//! What is expected of a register on a day: the measure of whatever is typed.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::answer::Method;
use super::engine::{Impossible, Question, reckon};
use super::parameters::Parameters;
use super::profile::{DayWeights, Profile, year_days};
use super::shown::Shown;
use super::stats::{Arithmetic as _, Number as _, Real};
use crate::quantity::Commodity;

/// What is expected of a register on a day.
///
/// **Units.** The register's, to nine decimals; counted from the whole part of the last trusted
/// reading, or of the last one where none is trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// The reading from which it is counted.
    pub since: Shown,
    /// What was used since.
    pub amount: Decimal,
    /// It lies between this …
    pub low: Decimal,
    /// … and this with 80 % probability.
    pub high: Decimal,
    /// Less than this is unusual, the floor of the commodity apart.
    pub usual_from: Decimal,
    /// More than this is unusual, the floor apart.
    pub usual_until: Decimal,
    /// How it was made.
    pub method: Method,
}

/// What is expected on the day of `asked`; estimates of later days do not count.
///
/// **Errors.** See [`Impossible`].
pub fn expected(
    asked: &Question<'_>,
    season: &Weights,
    parameters: &Parameters,
) -> Result<Expected, Impossible> {
    let on: NaiveDate = asked.on;
    let known: Vec<Shown> =
        asked.readings.iter().filter(|one| one.is_trusted() || one.on <= on).cloned().collect();
    let asked = Question { readings: &known, ..*asked };
    let stepping = parameters.stepping(asked.turning);
    let constants = parameters.real();
    let outcome = reckon(&asked, &season.0, constants, &stepping)?;
    let since = known.iter().rfind(|one| one.is_trusted()).unwrap_or(outcome.base);
    let until_base = since
        .value
        .checked_sub(since.value.trunc())
        .and_then(|part| part.checked_add(stepping.step(since, outcome.base).ok()?));
    let exact = |number: Real| number.exact().ok_or(Impossible::OutOfRange);
    let counted = |number: Real| {
        let sum = until_base.and_then(|before| before.checked_add(exact(number).ok()?));
        sum.ok_or(Impossible::OutOfRange)
    };
    let least = match outcome.method {
        Method::Vacant => constants.check_sigma_vacant,
        Method::OwnHistory
        | Method::OneYearPlusPeers
        | Method::AddressHistory
        | Method::PeerNorm => constants.check_sigma_min,
    };
    let spread = outcome.spread.unwrap_or(least);
    let band = outcome.since_base;
    let amount = counted(band.amount)?;
    let (usual_from, usual_until) = if asked.stands_alone() {
        let far = constants.check_deviations * spread * outcome.ahead / year_days();
        (counted(band.amount - far)?, counted(band.amount + far)?)
    } else {
        let far = constants.check_deviations * spread.at_least(least);
        let more = far.at_most(constants.check_high_ratio.ln()).exp();
        let less = far.at_most(constants.check_low_ratio.ln()).exp();
        let whole = Real::of(amount);
        (exact(whole / less)?, exact(whole * more)?)
    };
    Ok(Expected {
        since: since.clone(),
        amount,
        low: counted(band.low)?,
        high: counted(band.high)?,
        usual_from,
        usual_until,
        method: outcome.method,
    })
}

/// What the days of a profile weigh, prepared once for all that share it.
#[derive(Clone, Debug)]
pub struct Weights(pub(crate) DayWeights<Real>);

impl Weights {
    /// The days as a commodity is used.
    pub fn of(profile: &Profile, commodity: Commodity, parameters: &Parameters) -> Self {
        Self(DayWeights::for_commodity(profile, commodity, parameters.real()))
    }
}
