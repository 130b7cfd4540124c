//! Every refused line and every warning of a check, and the three texts that tell of them.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::code::{Code, Severity};
use super::columns::FileKind;

mod render;

/// So many lines are told at most, of errors and of warnings each; the totals count all.
const TOLD: usize = 10_000;

/// What was found in a set. Names, mail addresses and IBANs in it are masked.
#[derive(Clone, Debug, Default)]
pub struct Report {
    findings: Vec<Finding>,
    totals: BTreeMap<Code, u64>,
    refused: BTreeSet<(FileKind, u32)>,
    files: BTreeMap<FileKind, FileReport>,
    errors_told: usize,
    warnings_told: usize,
}

/// One file, as it was delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileReport {
    /// Its name.
    pub name: String,
    /// How many rows it has, the header and empty lines not counted.
    pub rows: u64,
    /// The file's own names of the columns that we know, by canonical name.
    headers: BTreeMap<&'static str, String>,
}

/// One line of the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The file, or its place in the set where the file is missing; absent for files that are
    /// not known.
    pub file: Option<FileKind>,
    /// The physical line on which the record begins, the header being 1; 0 for a missing file.
    pub line: u32,
    /// The canonical column; empty for the line or file as a whole.
    pub column: String,
    /// What is wrong.
    pub code: Code,
    /// The cell, masked and cut.
    pub value: String,
    /// Why it is wrong, for a person.
    pub reason: String,
    /// How to mend it; empty where nothing better can be said.
    pub fix: String,
}

impl Finding {
    /// Something about a cell, or with an empty `column` about a line or file.
    pub(super) fn new(file: FileKind, line: u32, column: &str, code: Code) -> Self {
        Self {
            file: Some(file),
            line,
            column: column.to_owned(),
            code,
            value: String::new(),
            reason: code.meaning().to_owned(),
            fix: String::new(),
        }
    }

    /// A file that is not known.
    pub(super) fn ignored_file(name: &str) -> Self {
        Self {
            file: None,
            line: 0,
            column: String::new(),
            code: Code::Ignored,
            value: cut(name),
            reason: "a file that is not known, and not read".to_owned(),
            fix: if name.to_lowercase().ends_with(".xlsx") {
                "save each sheet as CSV UTF-8".to_owned()
            } else {
                String::new()
            },
        }
    }

    /// Whether it refuses a line for what stands in that line: one that refers to a refused line
    /// is mended with it.
    fn is_to_be_mended(&self) -> bool {
        let follows = self.code == Code::Orphan && self.fix.is_empty();
        self.code.severity() == Severity::Error && !follows
    }

    /// With the cell that it is about, already masked.
    pub(super) fn of(mut self, value: &str) -> Self {
        self.value = cut(value);
        self
    }

    /// With a reason better than the code's meaning.
    pub(super) fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = reason.into();
        self
    }

    /// With a way to mend it.
    pub(super) fn mend(mut self, fix: impl Into<String>) -> Self {
        self.fix = fix.into();
        self
    }
}

/// A report is read in a table: a cell of four thousand letters is of no use there.
fn cut(value: &str) -> String {
    match value.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", value.get(..end).unwrap_or("")),
        None => value.to_owned(),
    }
}

impl Report {
    /// The lines, errors and warnings in the order of files and lines.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// How often each code was found, those that are no longer told included.
    pub fn totals(&self) -> &BTreeMap<Code, u64> {
        &self.totals
    }

    /// The files that were read, with their rows.
    pub fn files(&self) -> &BTreeMap<FileKind, FileReport> {
        &self.files
    }

    /// The refused lines, all of them; the line of a refused file is that of its fault.
    pub fn refused(&self) -> &BTreeSet<(FileKind, u32)> {
        &self.refused
    }

    /// Whether nothing refuses the set.
    pub fn is_accepted(&self) -> bool {
        self.totals.keys().all(|code| code.severity() == Severity::Warning)
    }

    pub(super) fn add(&mut self, finding: Finding) {
        *self.totals.entry(finding.code).or_default() += 1;
        let told = match finding.code.severity() {
            Severity::Error => {
                self.refused.extend(finding.file.map(|file| (file, finding.line)));
                &mut self.errors_told
            }
            Severity::Warning => &mut self.warnings_told,
        };
        if *told < TOLD {
            *told += 1;
            self.findings.push(finding);
        }
    }

    pub(super) fn add_all(&mut self, findings: impl IntoIterator<Item = Finding>) {
        for finding in findings {
            self.add(finding);
        }
    }

    pub(super) fn file(
        &mut self,
        kind: FileKind,
        name: &str,
        headers: BTreeMap<&'static str, String>,
    ) {
        let file = FileReport { name: name.to_owned(), rows: 0, headers };
        self.files.insert(kind, file);
    }

    pub(super) fn count_rows(&mut self, kind: FileKind, rows: u64) {
        if let Some(file) = self.files.get_mut(&kind) {
            file.rows = rows;
        }
    }

    pub(super) fn sort(&mut self) {
        let key = |finding: &Finding| (finding.file, finding.line);
        self.findings.sort_by_key(key);
    }

    /// The name of a file as it was delivered.
    fn name_of(&self, file: Option<FileKind>) -> String {
        let Some(kind) = file else {
            return String::new();
        };
        let name = self.files.get(&kind).map(|file| file.name.clone());
        name.unwrap_or_else(|| format!("{}.csv", kind.stem()))
    }

    /// The file's own name of a column.
    fn header_of<'r>(&'r self, finding: &'r Finding) -> &'r str {
        let file = finding.file.and_then(|kind| self.files.get(&kind));
        let own = file.and_then(|file| file.headers.get(finding.column.as_str()));
        own.map_or(finding.column.as_str(), String::as_str)
    }
}

/// A line as `report.json` has it.
#[derive(Serialize)]
struct Told<'r> {
    file: String,
    line: u32,
    column: &'r str,
    code: Code,
    severity: Severity,
    value: &'r str,
    reason: &'r str,
    fix: &'r str,
}
