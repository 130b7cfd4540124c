//! The texts of a report: for a spreadsheet, for a program, for a person.

use std::fmt::Write as _;

use serde::Serialize;

use crate::spreadsheet::cell;

use super::{Code, Finding, Report, Severity, Told};

/// So many lines that are to be mended stand in the summary.
const SHOWN: usize = 20;

/// The whole of `report.json`.
#[derive(Serialize)]
struct Json<'r> {
    accepted: bool,
    files: Vec<FileCounts<'r>>,
    totals: Vec<Total>,
    lines: Vec<Told<'r>>,
}

#[derive(Serialize)]
struct FileCounts<'r> {
    name: &'r str,
    rows: u64,
    refused: usize,
}

#[derive(Serialize)]
struct Total {
    code: Code,
    severity: Severity,
    count: u64,
}

impl Report {
    /// `report.csv`: semicolons, UTF-8 with a byte order mark, the file's own column names, and
    /// no cell that a spreadsheet takes for a formula.
    pub fn to_csv(&self) -> String {
        let mut csv = String::from("\u{FEFF}file;line;column;code;severity;value;reason;fix\r\n");
        for finding in &self.findings {
            let line = finding.line.to_string();
            let cells = [
                self.name_of(finding.file).as_str(),
                line.as_str(),
                self.header_of(finding),
                finding.code.as_str(),
                finding.code.severity().as_str(),
                finding.value.as_str(),
                finding.reason.as_str(),
                finding.fix.as_str(),
            ]
            .map(cell);
            csv.push_str(&cells.join(";"));
            csv.push_str("\r\n");
        }
        csv
    }

    /// `report.json`: canonical column names, counts of each file, totals of each code.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        let files = self.files.iter().map(|(kind, file)| FileCounts {
            name: &file.name,
            rows: file.rows,
            refused: self.refused.iter().filter(|(of, _)| of == kind).count(),
        });
        let totals = self.totals.iter().map(|(code, count)| Total {
            code: *code,
            severity: code.severity(),
            count: *count,
        });
        serde_json::to_string_pretty(&Json {
            accepted: self.is_accepted(),
            files: files.collect(),
            totals: totals.collect(),
            lines: self.findings.iter().map(|finding| self.told(finding)).collect(),
        })
    }

    fn told<'r>(&self, finding: &'r Finding) -> Told<'r> {
        Told {
            file: self.name_of(finding.file),
            line: finding.line,
            column: &finding.column,
            code: finding.code,
            severity: finding.code.severity(),
            value: &finding.value,
            reason: &finding.reason,
            fix: &finding.fix,
        }
    }

    /// `summary.txt`: what became of the set, its files, how often each code was found, and the
    /// first of what is to be mended.
    pub fn to_summary(&self) -> String {
        let mut text = String::from(if self.is_accepted() {
            "Accepted: nothing is refused.\n\n"
        } else {
            "Refused: nothing of the set is loaded.\n\n"
        });
        let mut line = |told: std::fmt::Arguments<'_>| {
            let written = text.write_fmt(told);
            debug_assert!(written.is_ok(), "a String takes every write");
        };
        for (kind, file) in &self.files {
            let refused = self.refused.iter().filter(|(of, _)| of == kind).count();
            let rows = if file.rows == 1 { "row" } else { "rows" };
            line(format_args!("{}: {} {rows}, {refused} refused\n", file.name, file.rows));
        }
        for severity in [Severity::Error, Severity::Warning] {
            let of_it = self.totals.iter().filter(|(code, _)| code.severity() == severity);
            let (mut all, mut title) = (0, Some(format!("\n{}s\n", severity.as_str())));
            for (code, count) in of_it {
                let title = title.take().unwrap_or_default();
                line(format_args!("{title}{} {count:>7}  {}\n", code.as_str(), code.meaning()));
                all += count;
            }
            let told = self.findings.iter().filter(|f| f.code.severity() == severity).count();
            let told = u64::try_from(told).unwrap_or(u64::MAX);
            if told < all {
                line(format_args!("The report tells the first {told} of {all}.\n"));
            }
        }
        let mut to_mend = self.findings.iter().filter(|finding| finding.is_to_be_mended());
        let mut title = Some("\nto be mended\n");
        for finding in to_mend.by_ref().take(SHOWN) {
            line(format_args!("{}{}\n", title.take().unwrap_or_default(), self.sentence(finding)));
        }
        match to_mend.count() {
            0 => {}
            rest => line(format_args!("and {rest} more, in report.csv\n")),
        }
        text
    }

    /// `customers.csv:2, email "j***@example": not one mail address; write one address, …`
    fn sentence(&self, finding: &Finding) -> String {
        let mut sentence = self.name_of(finding.file);
        let mut add = |before: &str, text: &str, after: &str| {
            if !text.is_empty() {
                sentence.extend([before, text, after]);
            }
        };
        let line = match finding.line {
            0 => String::new(),
            line => line.to_string(),
        };
        add(":", &line, "");
        add(", ", self.header_of(finding), "");
        add(" \"", &finding.value, "\"");
        add(": ", &finding.reason, "");
        add("; ", &finding.fix, "");
        sentence
    }
}
