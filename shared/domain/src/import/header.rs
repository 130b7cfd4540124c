//! The first line of a file: what separates its cells, and which column is which.

use std::collections::BTreeMap;

use super::code::Code;
use super::columns::{Column, FileKind, Need};
use super::nearest::nearest;
use super::records::{Bytes, Records};
use super::report::Finding;

/// The most columns of a file.
const COLUMN_LIMIT: usize = 100;
const SEPARATORS: &[u8] = b";,\t|";

/// A header that was understood.
#[derive(Debug)]
pub(super) struct Header<'t> {
    /// The file.
    pub(super) kind: FileKind,
    /// The physical line on which it stands: 2 behind a `sep=` line.
    pub(super) line: u32,
    separator: u8,
    names: Vec<String>,
    columns: Vec<Option<&'static Column>>,
    rest: Records<'t>,
}

/// Understands the header of `text`, or says what is wrong with it.
pub(super) fn read(kind: FileKind, text: &[u8]) -> Result<Header<'_>, Vec<Finding>> {
    let known = Known::of(kind);
    let (told, line, text) = told_separator(text);
    let separator = match told {
        Some(separator) => separator,
        None => separator_of(kind, text, line, &known).map_err(|finding| vec![finding])?,
    };
    let mut records = Records::new(text, line, separator);
    let mut cells = Vec::new();
    let place = match records.next(&mut cells) {
        Ok(Some(place)) => place,
        Ok(None) => return Err(vec![no_header(kind, line, "the file is empty")]),
        Err(open) => return Err(vec![Finding::new(kind, open.line, "", Code::OpenQuote)]),
    };
    if cells.len() > COLUMN_LIMIT {
        let reason = format!("{} columns, and at most 100 are read", cells.len());
        return Err(vec![Finding::new(kind, place.line, "", Code::TooLarge).because(reason)]);
    }
    let names: Vec<String> =
        cells.iter().map(|cell| String::from_utf8_lossy(cell).trim().to_owned()).collect();
    let columns: Vec<_> = names.iter().map(|name| known.column(name)).collect();
    if columns.iter().all(Option::is_none) {
        return Err(vec![no_header(kind, place.line, "no column of the first line is known")]);
    }
    let header = Header { kind, line: place.line, separator, names, columns, rest: records };
    let faults = header.faults();
    if faults.is_empty() { Ok(header) } else { Err(faults) }
}

fn no_header(kind: FileKind, line: u32, reason: &str) -> Finding {
    let names: Vec<&str> = kind.columns().iter().map(|column| column.name).collect();
    let fix = format!("the first line names the columns: {}", names.join(";"));
    Finding::new(kind, line, "", Code::NoHeader).because(reason).mend(fix)
}

/// The separator of a leading `sep=;` line, and what follows that line.
fn told_separator(text: &[u8]) -> (Option<u8>, u32, &[u8]) {
    let mut lines = text.splitn(2, |byte| *byte == b'\n');
    let (first, rest) = (lines.next().unwrap_or(b""), lines.next().unwrap_or(b""));
    let first = first.strip_suffix(b"\r").unwrap_or(first);
    let first = first.strip_prefix(b"\"").unwrap_or(first);
    let first = first.strip_suffix(b"\"").unwrap_or(first);
    match first.strip_prefix(b"sep=") {
        Some([separator]) if SEPARATORS.contains(separator) => (Some(*separator), 2, rest),
        _ => (None, 1, text),
    }
}

/// The separator under which most names of the header are known.
fn separator_of(kind: FileKind, text: &[u8], line: u32, known: &Known) -> Result<u8, Finding> {
    let mut best = (0, SEPARATORS.first().copied().unwrap_or(b';'));
    let mut tied = false;
    for separator in SEPARATORS {
        let mut cells = Vec::new();
        let read = Records::new(text, line, *separator).next(&mut cells);
        if read.is_err() || cells.len() < 2 {
            continue;
        }
        let names = cells.iter().filter_map(|cell| std::str::from_utf8(cell).ok());
        let count = names.filter(|name| known.column(name).is_some()).count();
        if count > best.0 {
            (best, tied) = ((count, *separator), false);
        } else {
            tied |= count == best.0 && count > 0;
        }
    }
    if tied {
        let finding = Finding::new(kind, line, "", Code::Undecided);
        let reason = "as many columns are known under one separator as under another";
        return Err(finding.because(reason).mend("begin the file with a line sep=;"));
    }
    Ok(best.1)
}

impl<'t> Header<'t> {
    /// The rows behind it.
    pub(super) fn rows(&self) -> Records<'t> {
        self.rest.clone()
    }

    /// How many cells a row has.
    pub(super) fn width(&self) -> usize {
        self.columns.len()
    }

    /// What stands between cells.
    pub(super) fn separator(&self) -> char {
        char::from(self.separator)
    }

    /// The column at `place`.
    pub(super) fn column(&self, place: usize) -> Option<&'static Column> {
        self.columns.get(place).copied().flatten()
    }

    /// The cells of a row whose columns are known.
    pub(super) fn known<'c>(
        &self,
        cells: &'c [Bytes<'_>],
    ) -> impl Iterator<Item = (&'static Column, &'c [u8])> {
        let cells = cells.iter().map(AsRef::as_ref);
        self.columns.iter().zip(cells).filter_map(|(column, cell)| Some(((*column)?, cell)))
    }

    /// The file's own names, by canonical name.
    pub(super) fn own_names(&self) -> BTreeMap<&'static str, String> {
        let pairs = self.columns.iter().zip(&self.names);
        pairs.filter_map(|(column, name)| Some(((*column)?.name, name.clone()))).collect()
    }

    /// A warning for each column that is not known.
    pub(super) fn ignored(&self, kind: FileKind) -> Vec<Finding> {
        let candidates: Vec<&str> = kind.columns().iter().map(|column| column.name).collect();
        self.unknown()
            .map(|name| {
                let finding = Finding::new(kind, self.line, name, Code::Ignored)
                    .because("a column that is not known");
                match nearest(name, candidates.iter().copied()) {
                    Some(near) => finding.mend(format!("is {near} meant?")),
                    None => finding,
                }
            })
            .collect()
    }

    fn unknown(&self) -> impl Iterator<Item = &str> {
        let pairs = self.columns.iter().zip(&self.names);
        let unknown = pairs.filter(|(column, name)| column.is_none() && !name.is_empty());
        unknown.map(|(_, name)| name.as_str())
    }

    fn has(&self, name: &str) -> bool {
        self.columns.iter().flatten().any(|column| column.name == name)
    }

    fn faults(&self) -> Vec<Finding> {
        let mut faults = Vec::new();
        for column in self.kind.columns() {
            let fault = |code| Finding::new(self.kind, self.line, column.name, code);
            let pairs = self.columns.iter().zip(&self.names);
            let same = pairs.filter(|(at, _)| at.is_some_and(|at| at.name == column.name));
            let names: Vec<&str> = same.map(|(_, name)| name.as_str()).collect();
            if names.len() > 1 {
                let reason = format!("{} are the same column", names.join(" and "));
                let doubled = fault(Code::ColumnDoubled).because(reason);
                faults.push(doubled.mend("leave one of them"));
            }
            let missing = match column.need {
                Need::Always => names.is_empty(),
                Need::Unless(other) => names.is_empty() && !self.has(other),
                Need::Never => false,
            };
            if missing {
                let near = self.unknown().find(|name| {
                    nearest(name, [column.name].iter().chain(column.aliases).copied()).is_some()
                });
                let fix = match near {
                    Some(near) => format!("is {near} meant?"),
                    None => format!("add the column {}", spellings(column)),
                };
                faults.push(fault(Code::ColumnMissing).mend(fix));
            }
        }
        faults
    }
}

fn spellings(column: &Column) -> String {
    if column.aliases.is_empty() {
        column.name.to_owned()
    } else {
        format!("{} ({})", column.name, column.aliases.join(", "))
    }
}

/// The columns of a file by every name that they have.
struct Known {
    columns: BTreeMap<String, &'static Column>,
}

impl Known {
    fn of(kind: FileKind) -> Self {
        let mut columns = BTreeMap::new();
        for column in kind.columns() {
            for name in [column.name].iter().chain(column.aliases) {
                columns.insert(plain(name), column);
            }
        }
        Self { columns }
    }

    fn column(&self, name: &str) -> Option<&'static Column> {
        self.columns.get(&plain(name)).copied()
    }
}

/// A column name of which only the letters and digits count.
fn plain(name: &str) -> String {
    let counts = |c: &char| !c.is_whitespace() && !matches!(c, '_' | '-' | '.');
    name.chars().filter(counts).flat_map(char::to_lowercase).collect()
}
