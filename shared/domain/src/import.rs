//! The import of the old administration: files in, accounts or a report of what to mend out.
//!
//! [`check`] reads the files of a set (customers, connections, meters, readings, advances) and
//! either holds a [`Set`] of typed records, or refuses it with every line that must be mended.
//! It knows nothing of where files come from and where records go.

use chrono::NaiveDate;

use crate::language::Language;
use crate::quantity::Commodity;

pub use code::{Code, Severity};
pub use columns::FileKind;
pub use number::DecimalSign;
pub use report::{FileReport, Finding, Report};
pub use set::{AccountRecord, ConnectionRecord, MeterRecord, OldNumber, Set};
pub use settings::{Mode, Settings, SettingsError};

mod address_cells;
mod advances;
mod characters;
mod code;
mod columns;
mod company;
mod connections;
mod customers;
mod day;
mod encoding;
mod header;
mod join;
mod mail;
mod meters;
mod nearest;
mod number;
mod old_numbers;
mod readings;
mod records;
mod report;
mod row;
mod set;
mod settings;
mod table;

/// A set as it was delivered.
#[derive(Clone, Copy, Debug)]
pub struct Delivery<'d> {
    /// Its files, by name. `set.toml` and `ready` are not among them.
    pub files: &'d [(&'d str, &'d [u8])],
    /// What `set.toml` says.
    pub settings: &'d Settings,
}

/// What the configuration knows and the files must agree with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// The capacities that the tariffs know, with a point in those of water: `2.5`. A commodity
    /// without any takes every capacity, and none.
    pub capacities: Vec<(Commodity, String)>,
    /// The language of customers who have none of their own.
    pub language: Language,
}

impl Known {
    fn capacities_of(&self, commodity: Commodity) -> impl Iterator<Item = &str> {
        let of_it = self.capacities.iter().filter(move |(of, _)| *of == commodity);
        of_it.map(|(_, capacity)| capacity.as_str())
    }
}

/// What a check found.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The records; absent where anything is refused: then nothing of the set is loaded.
    pub set: Option<Set>,
    /// Every refused line and every warning.
    pub report: Report,
}

/// Checks a set as of `today`, or of the day that its settings name.
///
/// **Shape.** Files and their lines in any order; one of each name.
/// **Errors.** None of its own: what is wrong with the set is in the report.
/// **Source.** `docs/import.md`.
///
/// ```
/// use domain::import::{Code, Delivery, Known, Settings, check};
///
/// let settings = Settings::default();
/// let delivery = Delivery { files: &[], settings: &settings };
/// let checked = check(&delivery, &Known::default(), "2026-11-01".parse().unwrap());
/// assert!(checked.set.is_none());
/// assert_eq!(checked.report.totals()[&Code::FileMissing], 5);
/// ```
pub fn check(delivery: &Delivery<'_>, known: &Known, today: NaiveDate) -> Checked {
    let mut report = Report::default();
    let as_of = delivery.settings.as_of.unwrap_or(today);
    let settings = delivery.settings;
    delivery.tell_unknown(&mut report);
    let files = join::Files {
        customers: delivery.file(FileKind::Customers, &mut report).and_then(|file| {
            let read = |row: &mut row::Row<'_>| customers::read(row, as_of, known.language);
            table::read(file, settings, &mut report, read)
        }),
        connections: delivery.file(FileKind::Connections, &mut report).and_then(|file| {
            let read = |row: &mut row::Row<'_>| connections::read(row, known);
            table::read(file, settings, &mut report, read)
        }),
        meters: delivery.file(FileKind::Meters, &mut report).and_then(|file| {
            let read = |row: &mut row::Row<'_>| meters::read(row, as_of);
            table::read(file, settings, &mut report, read)
        }),
        readings: delivery.file(FileKind::Readings, &mut report).and_then(|file| {
            let read = |row: &mut row::Row<'_>| readings::read(row, as_of);
            table::read(file, settings, &mut report, read)
        }),
        advances: delivery
            .file(FileKind::Advances, &mut report)
            .and_then(|file| table::read(file, settings, &mut report, advances::read)),
        old_numbers: delivery
            .file(FileKind::CustomerNumbers, &mut report)
            .and_then(|file| table::read(file, settings, &mut report, old_numbers::read)),
    };
    let set = join::join(files, &mut report).filter(|_| holds_customers(&mut report));
    report.sort();
    Checked { set, report }
}

/// Whether the set names a customer; one that names none is an export that went wrong.
fn holds_customers(report: &mut Report) -> bool {
    let held = report.files().get(&FileKind::Customers).is_some_and(|file| file.rows > 0);
    if !held {
        let finding = Finding::new(FileKind::Customers, 1, "", Code::RowCount);
        let finding = finding.because("no row below the header: a set without a customer is empty");
        report.add(finding.mend("export all customers again, and deliver all five files"));
    }
    held
}

impl<'d> Delivery<'d> {
    /// The file of a kind; a required one that is missing is told.
    fn file(&self, kind: FileKind, report: &mut Report) -> Option<(FileKind, &'d str, &'d [u8])> {
        let mut of_kind = self.files.iter().filter(|(name, _)| FileKind::of(name) == Some(kind));
        let Some((name, bytes)) = of_kind.next() else {
            if kind.is_required() {
                let reason = format!("{}.csv was not delivered", kind.stem());
                let finding = Finding::new(kind, 0, "", Code::FileMissing).because(reason);
                report.add(finding.mend("deliver all five files, one without rows if need be"));
            }
            return None;
        };
        if let Some((second, _)) = of_kind.next() {
            let finding = Finding::new(kind, 1, "", Code::Undecided);
            let finding = finding.because(format!("{name} and {second} are the same file"));
            report.add(finding.mend("deliver one of the two"));
            return None;
        }
        Some((kind, name, bytes))
    }

    fn tell_unknown(&self, report: &mut Report) {
        for (name, _) in self.files.iter().filter(|(name, _)| FileKind::of(name).is_none()) {
            report.add(Finding::ignored_file(name));
        }
    }
}

#[cfg(test)]
mod tests;
