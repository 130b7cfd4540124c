//! `infra/config/estimation.toml`: the constants of estimating and checking, in dated sets.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::broken::Rules;
use super::constants::Constants;
use super::intervals::Stepping;
use super::stats::{Arithmetic as _, Real};
use crate::campaign::config::ConfigError;
use crate::hex::hex;
use crate::meter::Turning;

/// The table of a set.
const SET: &str = "parameter_set";

/// One dated set of constants: what was reckoned with it can be reckoned again.
#[derive(Clone, Debug)]
pub struct Parameters {
    /// Its name, as estimates keep it.
    pub id: String,
    /// The first day on which a campaign may open with it.
    pub valid_from: NaiveDate,
    /// Where its constants are from.
    pub source: String,
    hash: String,
    exact: Constants<Decimal>,
    real: Constants<Real>,
}

impl Parameters {
    /// The constants.
    pub fn constants(&self) -> &Constants<Decimal> {
        &self.exact
    }

    pub(crate) fn real(&self) -> &Constants<Real> {
        &self.real
    }

    pub(crate) fn stepping(&self, turning: Turning) -> Stepping {
        Stepping::of(turning, &self.exact)
    }

    /// What tells one set from every other: the SHA-256 of its names and numbers, in hex.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    fn hash_of(constants: &Constants<Decimal>) -> String {
        let mut hash = Sha256::new();
        for (name, number) in constants.named() {
            hash.update(format!("{name}={}\n", number.normalize()));
        }
        hex(&hash.finalize())
    }
}

/// Every parameter set of the configuration; one at least.
#[derive(Clone, Debug)]
pub struct ParameterSets {
    /// Oldest first.
    earlier: Vec<Parameters>,
    newest: Parameters,
}

impl ParameterSets {
    /// Reads the file `file` with the contents `text`.
    ///
    /// **Errors.** Every broken rule at once, in the order of the lines; see [`ConfigError`].
    pub fn parse(file: &str, text: &str) -> Result<Self, Vec<ConfigError>> {
        let (mut rules, written) = Rules::read::<Written>(file, text)?;
        let mut sets: Vec<Parameters> = Vec::new();
        if written.parameter_set.is_empty() {
            rules.note((SET, 0), "parameter_set", "there must be one set at least".into());
        }
        for (place, set) in written.parameter_set.into_iter().enumerate() {
            check(&mut rules, place, &set.constants);
            let known = sets.iter().any(|other| other.id == set.id);
            if known || set.id.is_empty() {
                let rule = format!("{:?} names another set too, or none: give it its own", set.id);
                rules.note((SET, place), "id", rule);
            }
            let day = set.valid_from.to_string();
            let Ok(valid_from) = day.parse::<NaiveDate>() else {
                rules.note(
                    (SET, place),
                    "valid_from",
                    format!("{day} is no day: 2026-01-01 would do"),
                );
                continue;
            };
            if sets.last().is_some_and(|before| before.valid_from > valid_from) {
                let rule = format!("{day} is before the set above: the newest stands last");
                rules.note((SET, place), "valid_from", rule);
            }
            let (exact, real) = (set.constants.clone(), set.constants.map(Real::of));
            let hash = Parameters::hash_of(&exact);
            sets.push(Parameters { id: set.id, valid_from, source: set.source, hash, exact, real });
        }
        let newest = sets.pop();
        // Without a set a rule is broken, and that is told.
        rules.end(newest)?.map(|newest| Self { earlier: sets, newest }).ok_or_else(Vec::new)
    }

    /// The set named `id`.
    pub fn named(&self, id: &str) -> Option<&Parameters> {
        self.earlier.iter().chain([&self.newest]).find(|set| set.id == id)
    }

    /// The set of a campaign that opens on `day`: the last one that is valid then, or the first.
    pub fn on(&self, day: NaiveDate) -> &Parameters {
        let valid = [&self.newest].into_iter().chain(self.earlier.iter().rev());
        let valid = valid.into_iter().find(|set| set.valid_from <= day);
        valid.or(self.earlier.first()).unwrap_or(&self.newest)
    }

    /// The newest set.
    pub fn newest(&self) -> &Parameters {
        &self.newest
    }
}

/// The file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    parameter_set: Vec<WrittenSet>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSet {
    id: String,
    valid_from: toml::value::Datetime,
    source: String,
    constants: Constants<Decimal>,
}

/// Every constant is positive, and those that bound each other do.
fn check(broken: &mut Rules<'_>, place: usize, constants: &Constants<Decimal>) {
    let mut positive = true;
    for (name, number) in constants.named() {
        if number <= Decimal::ZERO || number > Decimal::from(1_000_000) {
            let rule = format!("{number} is not above 0, or above 1000000");
            broken.note((SET, place), name, rule);
            positive = false;
        }
    }
    if !positive {
        return;
    }
    let one = Decimal::ONE;
    let rules = [
        ("heat_flat_share", constants.heat_flat_share <= one, "is a part: at most 1"),
        ("roll_over_above", constants.roll_over_above < one, "is a part: below 1"),
        (
            "roll_over_below",
            constants.roll_over_below <= constants.roll_over_above,
            "is at most roll_over_above",
        ),
        (
            "mended_distance",
            constants.mended_distance <= constants.spoiled_distance,
            "is at most spoiled_distance",
        ),
        ("outlier_ratio", constants.outlier_ratio > one, "is a ratio above 1"),
        ("disagree_ratio", constants.disagree_ratio > one, "is a ratio above 1"),
        ("short_factor_max", constants.short_factor_max >= one, "is at least 1"),
        (
            "confidence_b",
            constants.confidence_b >= constants.confidence_a,
            "is at least confidence_a",
        ),
        (
            "confidence_c",
            constants.confidence_c >= constants.confidence_b,
            "is at least confidence_b",
        ),
        (
            "cohort_weight_max",
            constants.cohort_weight_max >= constants.cohort_weight_min,
            "is at least cohort_weight_min",
        ),
        ("cohort_index_min", constants.cohort_index_min <= one, "is at most 1"),
        ("cohort_index_max", constants.cohort_index_max >= one, "is at least 1"),
        ("check_zero_part", constants.check_zero_part <= one, "is a part: at most 1"),
        ("check_high_ratio", constants.check_high_ratio > one, "is a ratio above 1"),
        ("check_low_ratio", constants.check_low_ratio > one, "is a ratio above 1"),
        (
            "check_digits",
            constants.check_digits.is_integer() && constants.check_digits <= Decimal::from(9),
            "is a whole number from 1 to 9",
        ),
    ];
    for (key, holds, rule) in rules {
        if !holds {
            broken.note((SET, place), key, rule.into());
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
