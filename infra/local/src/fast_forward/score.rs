//! Estimates against what the registers really showed.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use domain::calendar::days_between;
use domain::campaign;
use domain::request::RequestState;

use crate::stack::Stack;

use super::RunError;
use super::household::Household;
use super::truth::Truth;

/// How far estimates were off, in percent of what was used.
#[derive(Clone, Debug, Default)]
pub(super) struct Score {
    /// Estimated and true use of each meter, where some was used.
    uses: Vec<(Decimal, Decimal)>,
}

/// The score of every estimated meter whose real reading is known.
pub(super) async fn of(
    stack: &Stack,
    households: &BTreeMap<String, Household>,
    campaign: &campaign::Config,
    truth: &Truth,
) -> Result<Score, RunError> {
    let failed = |error: cloud::Error| RunError::Failed(error.to_string());
    let store = stack.store();
    let mut score = Score::default();
    for household in households.values() {
        let number = &household.records.filed.connection.number;
        let found = store.connection(&household.account, number).await.map_err(failed)?;
        let Some(found) = found else { continue };
        for record in store.estimates(&household.account, number).await.map_err(failed)? {
            let request = found.request(campaign.id, &record.meter);
            let Some(request) = request.filter(|one| one.state == RequestState::Estimated) else {
                continue;
            };
            let (mut estimated, mut real) = (Decimal::ZERO, Decimal::ZERO);
            let mut known = true;
            for (register, estimate) in &record.registers {
                let before = request.before.iter().find(|one| one.register == *register);
                let filed = found.meters.iter().find(|one| one.meter.number == record.meter);
                let display = filed
                    .and_then(|one| one.meter.registers.iter().find(|one| one.name == *register));
                let shown = truth.of(&record.meter, register);
                let (Some(before), Some(display), Some(shown)) = (before, display, shown) else {
                    known = false;
                    continue;
                };
                let used = shown.value - before.value;
                real += if used < Decimal::ZERO { used + display.range() } else { used };
                // as much of the estimate as belongs to the days up to the real reading
                let days = Decimal::from(days_between(before.on, shown.on).max(0));
                let span = Decimal::from(days_between(before.on, estimate.on).max(1));
                estimated += estimate.consumption * days / span;
            }
            if known {
                score.uses.push((estimated, real));
            }
        }
    }
    Ok(score)
}

impl Score {
    /// The pairs of the transcript's line; percentages with one decimal.
    pub(super) fn pairs(&self) -> Vec<(&'static str, String)> {
        let used: Vec<&(Decimal, Decimal)> =
            self.uses.iter().filter(|(_, real)| *real > Decimal::ZERO).collect();
        let mut errors: Vec<Decimal> =
            used.iter().map(|(estimated, real)| (estimated - real).abs() / real).collect();
        errors.sort();
        let median = match errors.len() {
            0 => Decimal::ZERO,
            count if count % 2 == 1 => errors.get(count.div_euclid(2)).copied().unwrap_or_default(),
            count => {
                let upper = count.div_euclid(2);
                let middle = errors.iter().skip(upper.saturating_sub(1)).take(2);
                middle.sum::<Decimal>() / Decimal::TWO
            }
        };
        let real: Decimal = self.uses.iter().map(|(_, real)| *real).sum();
        let off: Decimal = self.uses.iter().map(|(estimated, real)| (estimated - real).abs()).sum();
        let sum: Decimal = self.uses.iter().map(|(estimated, _)| *estimated).sum();
        vec![
            ("meters", self.uses.len().to_string()),
            ("mdape", percent(median)),
            ("wape", percent(off.checked_div(real).unwrap_or_default())),
            (
                "bias",
                percent(sum.checked_div(real).map_or(Decimal::ZERO, |share| share - Decimal::ONE)),
            ),
        ]
    }
}

fn percent(share: Decimal) -> String {
    let rounded = (share * Decimal::ONE_HUNDRED)
        .round_dp_with_strategy(1, rust_decimal::RoundingStrategy::MidpointAwayFromZero);
    format!("{rounded:.1}")
}
