//! One row: each cell read by the rule of its column, and every fault of it told, not only the
//! first.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::characters::{self, Content, Unfit};
use super::code::{Code, Severity};
use super::columns::{Column, Holds, Need};
use super::day;
use super::header::Header;
use super::nearest::nearest;
use super::number::{self, DecimalSign};
use super::records::Bytes;
use super::report::{Finding, Report};

/// A row that is being read. What a reader asks for and does not get is already told.
#[derive(Debug)]
pub(super) struct Row<'r> {
    header: &'r Header<'r>,
    signs: &'r BTreeMap<&'static str, DecimalSign>,
    line: u32,
    cells: Vec<(&'static Column, Content<'r>)>,
    findings: Vec<Finding>,
}

impl<'r> Row<'r> {
    /// Reads what every cell must be whatever its rule, and that required ones are filled.
    pub(super) fn new(
        header: &'r Header<'r>,
        cells: &'r [Bytes<'r>],
        signs: &'r BTreeMap<&'static str, DecimalSign>,
        line: u32,
    ) -> Self {
        let read = |(column, cell): (&'static Column, &'r [u8])| {
            (column, characters::read(cell, column.holds))
        };
        let cells = header.known(cells).map(read).collect();
        let mut row = Self { header, signs, line, cells, findings: Vec::new() };
        let mut findings = Vec::new();
        for (column, content) in &row.cells {
            findings.extend(row.unfit(column, content));
        }
        row.findings = findings;
        row
    }

    fn unfit(&self, column: &Column, content: &Content<'_>) -> Option<Finding> {
        let finding = |code| Finding::new(self.header.kind, self.line, column.name, code);
        match content {
            Content::Empty => (column.need == Need::Always)
                .then(|| finding(Code::Required).mend(format!("fill {}", column.name))),
            Content::Text(text) => {
                let repaired =
                    characters::repaired(text).filter(|_| column.holds != Holds::Mail)?;
                let finding = finding(Code::Repaired).of(&masked(column.holds, text));
                let fix = match column.holds {
                    Holds::Name | Holds::OwnWords => "save as CSV UTF-8".to_owned(),
                    Holds::Text | Holds::Iban | Holds::Mail | Holds::Number | Holds::Figure => {
                        format!("is {repaired} meant?")
                    }
                };
                Some(finding.because("letters that were read in the wrong encoding").mend(fix))
            }
            Content::Mended(_) => {
                Some(finding(Code::Repaired).because("a line break became a space"))
            }
            Content::Refused(Unfit::Long) => {
                let finding = finding(Code::CellSize).because("the cell is above 4 KiB");
                Some(finding.mend("is a quote missing, or the separator wrong?"))
            }
            Content::Refused(Unfit::Bytes) => {
                let finding = finding(Code::Characters);
                let reason = "bytes of another encoding than the rest of the file";
                Some(finding.because(reason).mend("save as CSV UTF-8"))
            }
            Content::Refused(Unfit::Character(c)) => {
                let reason = format!("character U+{:04X}, which cannot be seen", u32::from(*c));
                Some(finding(Code::Characters).because(reason).mend("delete it"))
            }
            Content::Refused(Unfit::Formula(c)) if column.holds == Holds::Mail => {
                let finding = finding(Code::Mail).because(format!("begins with {c}"));
                Some(finding.mend("write one address, as in anna@example.org"))
            }
            Content::Refused(Unfit::Formula(c)) => {
                let reason = format!("begins with {c}, as a formula does");
                Some(finding(Code::Characters).because(reason).mend(format!("delete the {c}")))
            }
        }
    }

    /// Puts what was found into `report`, and says whether the row is refused.
    pub(super) fn report(self, report: &mut Report) -> bool {
        let error = |finding: &Finding| finding.code.severity() == Severity::Error;
        let refused = self.findings.iter().any(error);
        report.add_all(self.findings);
        refused
    }

    /// Tells something about a cell.
    pub(super) fn tell(&mut self, column: &'static str, code: Code, reason: &str, fix: &str) {
        let shown = match self.content(column) {
            Some((known, Content::Text(text) | Content::Mended(text))) => masked(known.holds, text),
            Some((_, Content::Empty | Content::Refused(_))) | None => String::new(),
        };
        let finding = Finding::new(self.header.kind, self.line, column, code).of(&shown);
        self.findings.push(finding.because(reason).mend(fix));
    }

    fn content(&self, column: &str) -> Option<&(&'static Column, Content<'r>)> {
        self.cells.iter().find(|(known, _)| known.name == column)
    }

    /// Whether the file has the column at all.
    pub(super) fn has(&self, column: &str) -> bool {
        self.content(column).is_some()
    }

    /// Whether the cell is empty or its column absent; not so for one that may not be read.
    pub(super) fn is_empty(&self, column: &str) -> bool {
        matches!(self.content(column), None | Some((_, Content::Empty)))
    }

    /// The text of a cell; `None` where it is empty or may not be read.
    pub(super) fn raw(&self, column: &str) -> Option<String> {
        match self.content(column) {
            Some((_, Content::Text(text) | Content::Mended(text))) => Some(text.to_string()),
            Some((_, Content::Empty | Content::Refused(_))) | None => None,
        }
    }

    /// A text of at most `longest` characters.
    pub(super) fn text(&mut self, column: &'static str, longest: usize) -> Option<String> {
        let text = self.raw(column)?;
        let length = text.chars().count();
        if length > longest {
            let reason = format!("{length} characters, and at most {longest} are kept");
            self.tell(column, Code::Length, &reason, "shorten it");
            return None;
        }
        Some(text)
    }

    /// What `parse` reads; `advice` says why not, and how to mend it.
    pub(super) fn parsed<T>(
        &mut self,
        column: &'static str,
        code: Code,
        parse: impl FnOnce(&str) -> Option<T>,
        advice: impl FnOnce(&str) -> (String, String),
    ) -> Option<T> {
        let text = self.raw(column)?;
        let parsed = parse(&text);
        if parsed.is_none() {
            let (reason, fix) = advice(&text);
            self.tell(column, code, &reason, &fix);
        }
        parsed
    }

    /// A key: `parse` knows its form, `form` describes it.
    pub(super) fn key<K>(
        &mut self,
        column: &'static str,
        parse: impl FnOnce(&str) -> Option<K>,
        form: &str,
    ) -> Option<K> {
        self.parsed(column, Code::Form, parse, |text| {
            let reason = format!("not of the form {form}");
            let shortened: String = text.chars().filter(|c| !c.is_whitespace()).collect();
            let fix = if shortened == text { String::new() } else { "delete the spaces".into() };
            (reason, fix)
        })
    }

    /// One of the words of a list, in any case.
    pub(super) fn word<T: Copy>(&mut self, column: &'static str, words: &[(&str, T)]) -> Option<T> {
        let find = |text: &str| {
            let text = text.to_lowercase();
            words.iter().find(|(word, _)| *word == text).map(|(_, meaning)| *meaning)
        };
        self.parsed(column, Code::List, find, |text| {
            let all: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            let fix = match nearest(text, all.iter().copied()) {
                Some(near) => format!("is {near} meant?"),
                None => format!("write one of {}", all.join(", ")),
            };
            ("not one of the words of this column".to_owned(), fix)
        })
    }

    /// Yes or no.
    pub(super) fn answer(&mut self, column: &'static str) -> Option<Answer> {
        let words = [
            ("yes", Answer::Yes),
            ("no", Answer::No),
            ("ja", Answer::Yes),
            ("nee", Answer::No),
            ("true", Answer::Yes),
            ("false", Answer::No),
            ("1", Answer::Yes),
            ("0", Answer::No),
        ];
        self.word(column, &words)
    }

    /// A day.
    pub(super) fn day(&mut self, column: &'static str) -> Option<NaiveDate> {
        let advice = |text: &str| ("not a day of the calendar".to_owned(), day::advice(text));
        self.parsed(column, Code::Day, day::read, advice)
    }

    /// A day that has come by `as_of`.
    pub(super) fn past_day(&mut self, column: &'static str, as_of: NaiveDate) -> Option<NaiveDate> {
        let day = self.day(column)?;
        if day > as_of {
            let reason = format!("after {as_of}, the day of the set");
            self.tell(column, Code::Order, &reason, "is the year right?");
            return None;
        }
        Some(day)
    }

    /// A number of at most `places` decimals.
    pub(super) fn number(&mut self, column: &'static str, places: u32) -> Option<Decimal> {
        let sign = self.signs.get(column).copied();
        let read = |text: &str| number::read(text)?.value(sign);
        let value = self.parsed(column, Code::Number, read, |text| {
            let number = |c: char| c.is_ascii_digit() || matches!(c, ',' | '.');
            let end = text.find(|c| !number(c)).unwrap_or(text.len());
            let (digits, unit) = text.split_at_checked(end).unwrap_or((text, ""));
            // One letter, or one with digits behind it, was meant as a digit: `1O00` is not 1.
            let unit = unit.trim();
            let word = unit.chars().count() > 1 && unit.chars().all(char::is_alphabetic);
            let is_unit = word || matches!(unit, "m3" | "M3" | "m³");
            let fix = if is_unit && number::read(digits).is_some() {
                format!("write {digits}")
            } else {
                "digits, at most one decimal sign, no unit".to_owned()
            };
            ("not a number".to_owned(), fix)
        })?;
        if value.scale() > places {
            let reason = format!("{} decimals, and at most {places} are kept", value.scale());
            self.tell(column, Code::Number, &reason, "");
            return None;
        }
        Some(value)
    }

    /// A number that is not negative.
    pub(super) fn amount(&mut self, column: &'static str, places: u32) -> Option<Decimal> {
        let value = self.number(column, places)?;
        if value.is_sign_negative() && !value.is_zero() {
            self.tell(column, Code::Range, "negative", "");
            return None;
        }
        Some(value)
    }

    /// A whole number of `range`: digits alone.
    pub(super) fn whole(
        &mut self,
        column: &'static str,
        range: std::ops::RangeInclusive<u32>,
    ) -> Option<u32> {
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.to_owned());
        let text = self.parsed(column, Code::Number, digits, |_| {
            ("not a whole number".to_owned(), "digits alone".to_owned())
        })?;
        let value = text.parse().ok().filter(|value| range.contains(value));
        if value.is_none() {
            let reason = format!("not between {} and {}", range.start(), range.end());
            self.tell(column, Code::Range, &reason, "");
        }
        value
    }
}

/// Yes or no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// *Ja*.
    Yes,
    /// *Nee*.
    No,
}

/// A cell as a report may show it.
fn masked(holds: Holds, text: &str) -> String {
    let first = text.chars().next().map(String::from).unwrap_or_default();
    match holds {
        Holds::Text | Holds::Number | Holds::Figure => text.to_owned(),
        Holds::Name | Holds::OwnWords => format!("{first}***"),
        Holds::Iban => {
            let country: String = text.chars().take(2).collect();
            format!("{country}***")
        }
        Holds::Mail => match text.rsplit_once('@') {
            Some((_, domain)) if !domain.contains(['<', '>', ' ']) => {
                format!("{first}***@{domain}")
            }
            Some(_) | None => format!("{first}***"),
        },
    }
}
