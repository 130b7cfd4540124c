//! What holds for every set.

use std::collections::BTreeSet;

use chrono::Days;
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::super::{day, number};
use super::*;

/// A set with enough of everything that order and quoting could matter.
fn several() -> Example {
    Example::smallest()
        .rows(
            "customers.csv",
            "2;\"B; \"\"C\"\"\";consumer;b@example.org;transfer;X;1;1234AB;Lunteren",
        )
        .rows("connections.csv", "A2;2;water;X;1;1234AB;Lunteren;4;01-01-2020")
        .rows("meters.csv", "W2;A2;m3;5;01-01-2020;0")
        .rows(
            "readings.csv",
            "W1;31-12-2024;1000;klant\nW2;31-12-2025;70;klant\nW2;31-12-2024;50;klant",
        )
        .rows("advances.csv", "A1;2026-02;82,00;9;VT1\nA2;2026-01;10,00;9;VT2")
}

/// The cells of a file, read with a parser that is not ours.
fn cells_of(text: &str) -> Vec<Vec<String>> {
    let mut reader =
        csv::ReaderBuilder::new().delimiter(b';').has_headers(false).from_reader(text.as_bytes());
    let rows = reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect());
    rows.collect()
}

/// Which cells are quoted.
#[derive(Clone, Copy, PartialEq)]
enum Quotes {
    WhereNeeded,
    Everywhere,
}

/// A file of these cells.
fn file_of(rows: &[Vec<String>], quotes: Quotes) -> String {
    let cell = |text: &String| {
        if quotes == Quotes::Everywhere || text.contains([';', '"', '\n']) {
            format!("\"{}\"", text.replace('"', "\"\""))
        } else {
            text.clone()
        }
    };
    let line = |row: &Vec<String>| row.iter().map(cell).collect::<Vec<_>>().join(";") + "\r\n";
    rows.iter().map(line).collect()
}

/// Every file of `files`, its cells changed.
fn changed(files: &Example, change: impl Fn(&mut Vec<Vec<String>>), quotes: Quotes) -> Example {
    let mut changed = files.clone();
    for (_, bytes) in &mut changed.files {
        let mut rows = cells_of(std::str::from_utf8(bytes).unwrap());
        change(&mut rows);
        *bytes = file_of(&rows, quotes).into_bytes();
    }
    changed
}

/// The places of a shuffle: each index by its key.
fn shuffled<T>(items: Vec<T>, keys: &[u32]) -> Vec<T> {
    let mut keyed: Vec<(u32, T)> = keys.iter().copied().cycle().zip(items).collect();
    keyed.sort_by_key(|(key, _)| *key);
    keyed.into_iter().map(|(_, item)| item).collect()
}

#[test]
fn quoting_everything_changes_nothing() {
    let files = several();
    assert_eq!(changed(&files, |_| (), Quotes::Everywhere).set(), files.set());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_order_of_columns_and_lines_changes_nothing(keys in prop::collection::vec(any::<u32>(), 16)) {
        let files = several();
        let shuffle = |rows: &mut Vec<Vec<String>>| {
            for row in rows.iter_mut() {
                *row = shuffled(std::mem::take(row), &keys);
            }
            let header = rows.remove(0);
            *rows = shuffled(std::mem::take(rows), &keys);
            rows.insert(0, header);
        };
        prop_assert_eq!(changed(&files, shuffle, Quotes::WhereNeeded).set(), files.set());
    }

    #[test]
    fn of_lines_with_one_key_the_later_is_refused_in_any_order(keys in prop::collection::vec(any::<u32>(), 4)) {
        let rows = ["2;B;consumer", "2;C;consumer", "2;D;consumer"];
        let rest = ";b@example.org;transfer;X;1;1234AB;Lunteren";
        let rows: Vec<String> = shuffled(rows.to_vec(), &keys).iter().map(|row| format!("{row}{rest}")).collect();
        let report = Example::smallest().rows("customers.csv", &rows.join("\n")).check().report;
        let refused = [(FileKind::Customers, 4), (FileKind::Customers, 5)];
        prop_assert_eq!(report.refused(), &BTreeSet::from(refused));
    }

    #[test]
    fn a_printed_number_is_read_back(cents in -99_999_999_i64..99_999_999, places in 0_u32..3) {
        let value = Decimal::new(cents, places);
        let point = value.to_string();
        let read = |text: &str, sign| number::read(text).and_then(|n| n.value(Some(sign)));
        prop_assert_eq!(read(&point, DecimalSign::Point), Some(value));
        prop_assert_eq!(read(&point.replace('.', ","), DecimalSign::Comma), Some(value));
    }

    #[test]
    fn a_printed_day_is_read_back(days in 0_u64..55_000) {
        let on = NaiveDate::from_ymd_opt(1950, 1, 1).unwrap() + Days::new(days);
        for form in ["%Y-%m-%d", "%d-%m-%Y", "%-d-%-m-%Y", "%d/%m/%Y", "%d.%m.%Y", "%Y%m%d", "%Y-%m-%d 00:00:00"] {
            prop_assert_eq!(day::read(&on.format(form).to_string()), Some(on));
        }
    }

    #[test]
    fn no_bytes_of_a_file_make_it_panic(file in 0_usize..5, bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let name = SMALLEST[file].0;
        let report = Example::smallest().file(name, bytes).check().report;
        prop_assert!(!report.is_accepted());
    }

    #[test]
    fn no_text_in_a_cell_makes_it_panic(file in 0_usize..5, place in 0_usize..9, text in "[^\\r\\n;\"]{0,40}|[-0-9.,:/ %€A-Z@]{0,20}") {
        let (name, base) = SMALLEST[file];
        let mut rows = cells_of(base);
        let width = rows[1].len();
        rows[1][place % width] = text;
        let checked = Example::smallest().file(name, file_of(&rows, Quotes::WhereNeeded)).check();
        prop_assert_eq!(checked.set.is_some(), checked.report.is_accepted());
        prop_assert!(checked.report.to_json().is_ok());
    }
}
