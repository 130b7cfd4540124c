//! The configuration that was deployed with a function: files, read once at its cold start.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chrono::NaiveDate;

use domain::campaign;
use domain::campaign::config::ConfigError;
use domain::invoicing::config::Invoicing;
use domain::tariff::lists::{self, PriceLists};

use crate::Failure;

/// Files by their path below the folder, with `/` between its parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config(BTreeMap<String, Vec<u8>>);

impl Config {
    /// The folder in a deployed function's package, beside its bootstrap.
    pub const DEPLOYED: &'static str = "config";

    /// Reads every file below `folder`.
    ///
    /// **Errors.** A folder or a file that cannot be read: deploy it again.
    pub fn read(folder: &Path) -> Result<Self, Failure> {
        let mut files = BTreeMap::new();
        read_into(&mut files, folder, "")
            .map_err(|error| Failure::permanent(format!("{}: {error}", folder.display())))?;
        Ok(Self(files))
    }

    /// The files of `files`, by path.
    pub fn of(files: impl IntoIterator<Item = (String, Vec<u8>)>) -> Self {
        Self(files.into_iter().collect())
    }

    /// The bytes of a file, if it is there.
    pub fn bytes(&self, path: &str) -> Option<&[u8]> {
        self.0.get(path).map(Vec::as_slice)
    }

    /// The text of a file.
    ///
    /// **Errors.** A file that is missing or no UTF-8: mend it, deploy again.
    pub fn text(&self, path: &str) -> Result<&str, Failure> {
        let bytes = self.bytes(path).ok_or_else(|| {
            Failure::permanent(format!("{path}: there is no such file in the configuration"))
        })?;
        std::str::from_utf8(bytes)
            .map_err(|_| Failure::permanent(format!("{path}: is not UTF-8; save it as UTF-8")))
    }

    /// The campaigns of `campaigns/`, by file name.
    ///
    /// **Errors.** Every broken rule of every file: mend them, deploy again.
    pub fn campaigns(&self) -> Result<Vec<campaign::Config>, Failure> {
        let mut campaigns: Vec<campaign::Config> = Vec::new();
        let mut broken = Vec::new();
        for path in self.below("campaigns/") {
            let text = match self.text(path) {
                Ok(text) => text,
                Err(failure) => {
                    broken.push(failure.what());
                    continue;
                }
            };
            match campaign::Config::parse(path, text) {
                Ok(config) if campaigns.iter().any(|other| other.id == config.id) => {
                    broken.push(format!("{path}: another file has id {}, too", config.id));
                }
                Ok(config) => campaigns.push(config),
                Err(errors) => broken.extend(errors.iter().map(ToString::to_string)),
            }
        }
        if broken.is_empty() { Ok(campaigns) } else { Err(Failure::permanent(broken.join("\n"))) }
    }

    /// The lists of prices of `tariffs/`, with a price on every day that a settlement of a campaign
    /// may need, and what earlier years were settled by as it was: `released/<day>/` holds the lists by
    /// which the year to that day was settled, for the year of every campaign but the last.
    ///
    /// **Errors.** Every broken rule of every file: mend them, deploy again.
    pub fn price_lists(&self) -> Result<PriceLists, Failure> {
        let campaigns = match self.campaigns() {
            Ok(campaigns) => campaigns,
            // From when prices are needed is not known then; what the lists say of themselves is.
            Err(broken) => {
                let Err(lists) = self.lists_below("tariffs/", None) else { return Err(broken) };
                return Err(Failure::permanent(format!("{broken}\n{lists}")));
            }
        };
        let lists = self.lists_below("tariffs/", lists::needed_from(&campaigns))?;
        let mut broken = Vec::new();
        let released = self.below(RELEASED).filter_map(|path| {
            let (day, _) = path.strip_prefix(RELEASED)?.split_once('/')?;
            Some((day, path))
        });
        let released: BTreeMap<&str, &str> = released.collect();
        for (day, path) in &released {
            match day.parse::<NaiveDate>() {
                Ok(settled_until) => {
                    let then = self.lists_below(&format!("{RELEASED}{day}/"), None)?;
                    broken.extend(lists.changed(&then, settled_until));
                }
                Err(_) => broken.push(ConfigError {
                    file: (*path).to_owned(),
                    line: 1,
                    key: String::new(),
                    rule: format!("{day} is no day; the last settled one would do: 2026-12-31"),
                }),
            }
        }
        let ends = || campaigns.iter().map(|campaign| campaign.reference_date);
        let settled: BTreeSet<String> =
            ends().filter(|day| Some(*day) < ends().max()).map(|day| day.to_string()).collect();
        let unkept = settled.iter().filter(|day| !released.contains_key(day.as_str()));
        broken.extend(unkept.map(|day| ConfigError {
            file: format!("{RELEASED}{day}"),
            line: 1,
            key: String::new(),
            rule: format!("the year to {day} is settled: copy the lists there by which it was"),
        }));
        if broken.is_empty() { Ok(lists) } else { Err(told(&broken)) }
    }

    fn lists_below(
        &self,
        folder: &str,
        needed_from: Option<NaiveDate>,
    ) -> Result<PriceLists, Failure> {
        let files: Result<Vec<(&str, &str)>, Failure> =
            self.below(folder).map(|path| Ok((path, self.text(path)?))).collect();
        PriceLists::parse(files?, needed_from).map_err(|errors| told(&errors))
    }

    /// How the utility invoices: `invoicing.toml`.
    ///
    /// **Errors.** Every broken rule of the file: mend it, deploy again.
    pub fn invoicing(&self) -> Result<Invoicing, Failure> {
        let path = "invoicing.toml";
        Invoicing::parse(path, self.text(path)?).map_err(|errors| told(&errors))
    }

    /// The paths below `folder`, ascending.
    pub fn below<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.keys().map(String::as_str).filter(move |path| path.starts_with(folder))
    }
}

/// Below it, by the last settled day, lie the lists of prices by which years were settled.
const RELEASED: &str = "released/";

/// Broken rules, one a line.
fn told(errors: &[ConfigError]) -> Failure {
    let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
    Failure::permanent(lines.join("\n"))
}

fn read_into(
    files: &mut BTreeMap<String, Vec<u8>>,
    folder: &Path,
    prefix: &str,
) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            read_into(files, &entry.path(), &format!("{name}/"))?;
        } else {
            files.insert(name, std::fs::read(entry.path())?);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
