//! `infra/config/norms.toml` and `bounds.toml`: what similar customers use, and what a connection
//! can deliver.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Deserialize;

use super::broken::Rules;
use super::norm::Norm;
use super::profile::{DegreeDays, Profile};
use crate::campaign::config::ConfigError;
use crate::quantity::{Commodity, Unit};

/// The profiles and norms of the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standards {
    profiles: Vec<NamedProfile>,
    norms: Vec<NamedNorm>,
}

/// A profile with its name; estimates keep the name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedProfile {
    /// Its name; never another profile's.
    pub id: String,
    /// What is used so.
    pub commodity: Commodity,
    /// How it falls on the months.
    pub profile: Profile,
}

/// A norm with its name; estimates keep the name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedNorm {
    /// Its name; never another norm's.
    pub id: String,
    /// What is used.
    pub commodity: Commodity,
    /// In which unit.
    pub unit: Unit,
    /// By how many people; absent for a household of unknown size.
    pub persons: Option<u8>,
    /// Through which connections alone, by their capacity; none for a household's.
    pub capacities: Vec<String>,
    /// How much.
    pub norm: Norm,
}

impl Standards {
    /// Reads the file `file` with the contents `text`.
    ///
    /// **Errors.** Every broken rule at once, in the order of the lines; see [`ConfigError`].
    pub fn parse(file: &str, text: &str) -> Result<Self, Vec<ConfigError>> {
        let (mut rules, written) = Rules::read::<Written>(file, text)?;
        let mut standards = Self { profiles: Vec::new(), norms: Vec::new() };
        for (place, written) in written.profile.into_iter().enumerate() {
            if standards.profiles.iter().any(|known| known.id == written.id) {
                rules.note(("profile", place), "id", format!("{:?} is taken", written.id));
            }
            let WrittenProfile { id, commodity, shares, degree_days, .. } = written;
            if degree_days.is_some() && commodity != Commodity::Heat {
                let rule =
                    format!("{} does not follow degree-days: only heat does", commodity.as_str());
                rules.note(("profile", place), "degree_days", rule);
            }
            let weather = degree_days.map(WrittenDegreeDays::parsed).transpose();
            match (Profile::of(shares), weather) {
                (Err(bad), _) => rules.note(("profile", place), "shares", bad.to_string()),
                (_, Err(bad)) => rules.note(("profile", place), "degree_days", bad),
                (Ok(profile), Ok(weather)) => {
                    let profile = match weather {
                        Some(weather) => profile.with_weather(weather),
                        None => profile,
                    };
                    standards.profiles.push(NamedProfile { id, commodity, profile });
                }
            }
        }
        for (place, written) in written.norm.into_iter().enumerate() {
            if standards.norms.iter().any(|known| known.id == written.id) {
                rules.note(("norm", place), "id", format!("{:?} is taken", written.id));
            }
            match Norm::of(written.median, written.sigma, written.year) {
                Err(bad) => rules.note(("norm", place), "median", bad.to_string()),
                Ok(norm) => {
                    let WrittenNorm { id, commodity, unit, persons, capacities, .. } = written;
                    if persons.is_some() && !capacities.is_empty() {
                        let rule = "a norm is one of people or one of capacities".to_owned();
                        rules.note(("norm", place), "capacities", rule);
                    }
                    standards.norms.push(NamedNorm {
                        id,
                        commodity,
                        unit,
                        persons,
                        capacities,
                        norm,
                    });
                }
            }
        }
        if rules.is_whole() {
            for (place, norm) in standards.norms.iter().enumerate() {
                if standards.newest_profile(norm.commodity).is_none() {
                    let rule = format!("{} has a norm but no profile", norm.commodity.as_str());
                    rules.note(("norm", place), "commodity", rule);
                }
            }
        }
        rules.end(standards)
    }

    /// The profile named `id`: of an estimate that was stored.
    pub fn profile(&self, id: &str) -> Option<&NamedProfile> {
        self.profiles.iter().find(|profile| profile.id == id)
    }

    /// The newest profile of a commodity, which stands last.
    pub fn newest_profile(&self, commodity: Commodity) -> Option<&NamedProfile> {
        self.profiles.iter().rfind(|profile| profile.commodity == commodity)
    }

    /// The newest norm of connections of `capacity`. Without one it is a household's: of `persons`;
    /// of more people than any norm knows, the largest; of an unknown number, or without a norm by
    /// persons, the norm of all.
    pub fn norm(
        &self,
        commodity: Commodity,
        unit: Unit,
        capacity: Option<&str>,
        persons: Option<u8>,
    ) -> Option<&NamedNorm> {
        let of_all = || {
            self.norms.iter().rev().filter(|norm| norm.commodity == commodity && norm.unit == unit)
        };
        let by_capacity = capacity.and_then(|capacity| {
            of_all().find(|norm| norm.capacities.iter().any(|one| one == capacity))
        });
        let by_persons = || {
            let persons = persons.filter(|persons| *persons > 0)?;
            let most = of_all().filter_map(|norm| norm.persons).max()?;
            of_all().find(|norm| norm.persons == Some(persons.min(most)))
        };
        let by_nothing =
            || of_all().find(|norm| norm.persons.is_none() && norm.capacities.is_empty());
        by_capacity.or_else(by_persons).or_else(by_nothing)
    }
}

/// What connections can deliver in a day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bounds(Vec<WrittenBound>);

impl Bounds {
    /// Reads the file `file` with the contents `text`.
    ///
    /// **Errors.** Every broken rule at once, in the order of the lines; see [`ConfigError`].
    pub fn parse(file: &str, text: &str) -> Result<Self, Vec<ConfigError>> {
        let (mut rules, written) = Rules::read::<WrittenBounds>(file, text)?;
        for (place, bound) in written.bound.iter().enumerate() {
            if bound.max_per_day <= Decimal::ZERO {
                let rule = format!("{} is not above 0", bound.max_per_day);
                rules.note(("bound", place), "max_per_day", rule);
            }
            let before = written.bound.iter().take(place);
            if before.into_iter().any(|other| other.key() == bound.key()) {
                let rule = format!("{:?} has a bound already", bound.capacity);
                rules.note(("bound", place), "capacity", rule);
            }
        }
        rules.end(Self(written.bound))
    }

    /// What a connection of `capacity` delivers in a day at most; nothing where no bound is known.
    pub fn max_per_day(&self, commodity: Commodity, capacity: &str, unit: Unit) -> Option<Decimal> {
        let is_it = |bound: &&WrittenBound| bound.key() == (commodity, capacity, unit);
        self.0.iter().find(is_it).map(|bound| bound.max_per_day)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    profile: Vec<WrittenProfile>,
    #[serde(default)]
    norm: Vec<WrittenNorm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenProfile {
    id: String,
    commodity: Commodity,
    #[expect(dead_code, reason = "a file without it is refused; people read it there")]
    source: String,
    shares: [Decimal; 12],
    degree_days: Option<WrittenDegreeDays>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenDegreeDays {
    #[expect(dead_code, reason = "a file without it is refused; people read it there")]
    source: String,
    normal_year: Decimal,
    months: BTreeMap<String, Decimal>,
}

impl WrittenDegreeDays {
    fn parsed(self) -> Result<DegreeDays, String> {
        let month = |(month, days): (String, Decimal)| {
            let first: Option<NaiveDate> = format!("{month}-01").parse().ok();
            let no_month = || format!("{month:?} is no month: \"2026-01\" would do");
            Ok((first.ok_or_else(no_month)?, days))
        };
        let months = self.months.into_iter().map(month).collect::<Result<_, String>>()?;
        DegreeDays::of(self.normal_year, months).map_err(|bad| bad.to_string())
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenNorm {
    id: String,
    commodity: Commodity,
    unit: Unit,
    persons: Option<u8>,
    #[serde(default)]
    capacities: Vec<String>,
    median: Decimal,
    sigma: Decimal,
    year: Option<i32>,
    #[expect(dead_code, reason = "a file without it is refused; people read it there")]
    source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenBounds {
    #[serde(default)]
    bound: Vec<WrittenBound>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenBound {
    commodity: Commodity,
    capacity: String,
    unit: Unit,
    max_per_day: Decimal,
    source: String,
}

impl WrittenBound {
    fn key(&self) -> (Commodity, &str, Unit) {
        (self.commodity, &self.capacity, self.unit)
    }
}

#[cfg(test)]
pub(crate) mod tests;
