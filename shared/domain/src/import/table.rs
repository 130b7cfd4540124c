//! A file as a table: its header understood, its decimal signs settled, its rows one by one.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::Settings;
use super::code::Code;
use super::columns::{Column, FileKind, Holds};
use super::encoding::{self, Unreadable};
use super::header::{self, Header};
use super::number::{self, DecimalSign, Number};
use super::records::Bytes;
use super::report::{Finding, Report};
use super::row::Row;

/// The largest file that is read.
const FILE_LIMIT: usize = 2 * 1024 * 1024 * 1024;
/// The most rows of a file.
const ROW_LIMIT: u64 = 5_000_000;
/// The longest record.
const LINE_LIMIT: usize = 64 * 1024;

/// What one row became.
#[derive(Debug)]
pub(super) struct Line<K, T> {
    /// The physical line on which it begins.
    pub(super) at: u32,
    /// The key that it has; absent where that could not be read.
    pub(super) key: Option<K>,
    /// What it holds; absent where it is refused.
    pub(super) record: Option<T>,
    /// The same for two rows whose cells are the same.
    pub(super) print: u64,
}

/// Reads every row of the file `kind`, or `None` where the file as a whole is refused.
pub(super) fn read<K, T>(
    (kind, name, bytes): (FileKind, &str, &[u8]),
    settings: &Settings,
    report: &mut Report,
    read_row: impl Fn(&mut Row<'_>) -> (Option<K>, Option<T>),
) -> Option<Vec<Line<K, T>>> {
    report.file(kind, name, BTreeMap::new());
    let text = decoded(kind, bytes, report)?;
    let header = match header::read(kind, &text) {
        Ok(header) => header,
        Err(findings) => {
            report.add_all(findings);
            return None;
        }
    };
    report.file(kind, name, header.own_names());
    report.add_all(header.ignored(kind));
    let survey = survey(&header, report)?;
    report.count_rows(kind, survey.rows);
    let expected = settings.rows_of(name);
    if let Some(expected) = expected.filter(|expected| *expected != survey.rows) {
        let reason = format!("{} rows, and set.toml says {expected}", survey.rows);
        let finding = Finding::new(kind, 1, "", Code::RowCount).because(reason);
        report.add(finding.mend("deliver the whole file, or correct set.toml"));
        return None;
    }
    let signs = settle(&header, &survey, settings.decimal, report)?;
    Some(rows(&header, &signs, report, read_row))
}

fn decoded<'b>(kind: FileKind, bytes: &'b [u8], report: &mut Report) -> Option<Cow<'b, [u8]>> {
    let refuse = |line: usize, code, reason: String| {
        let line = u32::try_from(line).unwrap_or(u32::MAX);
        Finding::new(kind, line, "", code).because(reason).mend("save as CSV UTF-8")
    };
    if bytes.len() > FILE_LIMIT {
        report.add(refuse(1, Code::TooLarge, "above 2 GiB".to_owned()).mend("split the set"));
        return None;
    }
    let finding = match encoding::decode(bytes) {
        Ok(text) => return Some(text),
        Err(Unreadable::Utf16) => {
            refuse(1, Code::Encoding, "UTF-16, or a file that is not text".to_owned())
        }
        Err(Unreadable::Workbook) => {
            refuse(1, Code::Encoding, "a workbook, which is not read yet".to_owned())
        }
        Err(Unreadable::Byte { byte, line }) => {
            let reason = format!("byte {byte:02X} is neither UTF-8 nor Windows-1252");
            refuse(line, Code::Encoding, reason)
        }
    };
    report.add(finding);
    None
}

/// What a first pass over all rows tells.
struct Survey {
    rows: u64,
    columns: BTreeMap<&'static str, ColumnSurvey>,
}

/// Which decimal signs the cells of a column show.
#[derive(Default)]
struct ColumnSurvey {
    signs: BTreeSet<DecimalSign>,
    /// The first cell that can be read in two ways.
    either: Option<(u32, String)>,
}

/// Counts rows, finds the decimal signs of every number column, and quotes that never close.
fn survey(header: &Header<'_>, report: &mut Report) -> Option<Survey> {
    let mut survey = Survey { rows: 0, columns: BTreeMap::new() };
    let mut records = header.rows();
    let mut cells = Vec::new();
    loop {
        let place = match records.next(&mut cells) {
            Ok(Some(place)) => place,
            Ok(None) => return Some(survey),
            Err(open) => {
                let column = header.column(open.cell).map_or("", |column| column.name);
                let finding = Finding::new(header.kind, open.line, column, Code::OpenQuote);
                report.add(finding.mend("close the quote, or double it where it is meant"));
                return None;
            }
        };
        survey.rows += 1;
        if survey.rows > ROW_LIMIT {
            let finding = Finding::new(header.kind, place.line, "", Code::TooLarge);
            report.add(finding.because("above 5,000,000 rows").mend("split the set"));
            return None;
        }
        if cells.len() == header.width() {
            for (column, cell) in header.known(&cells) {
                if column.holds == Holds::Number {
                    survey.columns.entry(column.name).or_default().see(place.line, cell);
                }
            }
        }
    }
}

impl ColumnSurvey {
    fn see(&mut self, line: u32, cell: &[u8]) {
        if cell.iter().all(u8::is_ascii_digit) {
            return;
        }
        let Ok(text) = std::str::from_utf8(cell) else { return };
        match number::read(text) {
            Some(Number::Clear { sign: Some(sign), .. }) => {
                self.signs.insert(sign);
            }
            Some(Number::Either { .. }) => {
                self.either.get_or_insert_with(|| (line, text.trim().to_owned()));
            }
            Some(Number::Clear { sign: None, .. }) | None => {}
        }
    }
}

/// The decimal sign of each number column that has a cell which can be read in two ways.
fn settle(
    header: &Header<'_>,
    survey: &Survey,
    told: Option<DecimalSign>,
    report: &mut Report,
) -> Option<BTreeMap<&'static str, DecimalSign>> {
    let mut signs = BTreeMap::new();
    let mut settled = true;
    for (name, column) in &survey.columns {
        let Some((line, example)) = &column.either else { continue };
        let others = survey.columns.iter().filter(|(other, _)| *other != name);
        let mut seen = column.signs.clone();
        if seen.is_empty() {
            seen = others.flat_map(|(_, other)| other.signs.iter().copied()).collect();
        }
        let agreed = seen.first().filter(|_| seen.len() == 1).copied();
        if let Some(sign) = told.or(agreed) {
            signs.insert(*name, sign);
        } else {
            let reason = format!("{example} on line {line} can be read in two ways");
            let finding = Finding::new(header.kind, header.line, name, Code::Undecided);
            let fix = "set decimal = \"comma\" or decimal = \"point\" in set.toml";
            report.add(finding.of(example).because(reason).mend(fix));
            settled = false;
        }
    }
    settled.then_some(signs)
}

/// Reads the rows; the survey has found every quote closed.
fn rows<K, T>(
    header: &Header<'_>,
    signs: &BTreeMap<&'static str, DecimalSign>,
    report: &mut Report,
    read_row: impl Fn(&mut Row<'_>) -> (Option<K>, Option<T>),
) -> Vec<Line<K, T>> {
    let mut lines = Vec::new();
    let mut records = header.rows();
    let mut cells = Vec::new();
    while let Ok(Some(place)) = records.next(&mut cells) {
        let print = print_of(&cells);
        if let Some(finding) = misshapen(header, place.line, &cells, place.size) {
            report.add(finding);
            lines.push(Line { at: place.line, key: None, record: None, print });
            continue;
        }
        let mut row = Row::new(header, &cells, signs, place.line);
        let (key, record) = read_row(&mut row);
        let refused = row.report(report);
        lines.push(Line { at: place.line, key, record: record.filter(|_| !refused), print });
    }
    lines
}

fn misshapen(header: &Header<'_>, line: u32, cells: &[Bytes<'_>], size: usize) -> Option<Finding> {
    let (width, wide) = (header.width(), cells.len());
    if wide != width {
        let reason = format!("{wide} cells, and the header has {width}");
        let fix = format!("quote a cell that holds `{}` or a line break", header.separator());
        let finding = Finding::new(header.kind, line, "", Code::CellCount);
        return Some(finding.because(reason).mend(fix));
    }
    (size > LINE_LIMIT && header.fits(cells)).then(|| {
        Finding::new(header.kind, line, "", Code::CellSize)
            .because("the line is above 64 KiB")
            .mend("shorten it")
    })
}

fn print_of(cells: &[Bytes<'_>]) -> u64 {
    let mut hasher = DefaultHasher::new();
    for cell in cells {
        cell.trim_ascii().hash(&mut hasher);
    }
    hasher.finish()
}

impl Header<'_> {
    /// Whether no cell is too long on its own: then the line as a whole is to blame.
    fn fits(&self, cells: &[Bytes<'_>]) -> bool {
        let long = |(_, cell): &(&Column, &[u8])| cell.len() > 4096;
        !self.known(cells).any(|pair| long(&pair))
    }
}
