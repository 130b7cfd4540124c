//! Which meter replaced which.

use chrono::{Days, NaiveDate};

use crate::meter::Meter;

/// Days that may lie between the removal of a meter and the installation of the next.
const EXCHANGE_DAYS: u64 = 31;

/// `meter` and those that it replaced, each before the one that it followed.
pub(super) fn chain<'a>(meter: &'a Meter, meters: &'a [Meter]) -> Vec<&'a Meter> {
    let mut chain = vec![meter];
    let mut newest = meter;
    while let Some(replaced) = replaced_by(newest, meters) {
        if chain.iter().any(|known| known.number == replaced.number) {
            break;
        }
        chain.push(replaced);
        newest = replaced;
    }
    chain
}

/// The meter that `meter` replaced, unless another one may have been meant, or may have replaced it.
fn replaced_by<'a>(meter: &Meter, meters: &'a [Meter]) -> Option<&'a Meter> {
    let soonest = meter.installed_on.checked_sub_days(Days::new(EXCHANGE_DAYS))?;
    let exchanged = |removed_on: NaiveDate| (soonest..=meter.installed_on).contains(&removed_on);
    let mut removed = meters
        .iter()
        .filter(|one| one.number != meter.number && one.removed_on.is_some_and(exchanged));
    let (only, another) = (removed.next()?, removed.next());
    let since = only.removed_on?;
    let other = meters.iter().any(|one| {
        one.number != meter.number
            && one.number != only.number
            && (since..=meter.installed_on).contains(&one.installed_on)
    });
    (another.is_none() && !other).then_some(only)
}
