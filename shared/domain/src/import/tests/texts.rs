//! The three texts of a report, whole.

use insta::assert_snapshot;

use super::*;

fn odd() -> Report {
    let files = Example::smallest()
        .file("customers.csv", SMALLEST[0].1.replace("customer_number;name", "klantnummer;Naam"))
        .cells("customers.csv", "Naam==Jan;klantnummer=;email=jan@example")
        .rows("readings.csv", "W1;31-12-2024;-1;klant");
    files.check().report
}

#[test]
fn the_csv_has_the_columns_of_the_file_and_no_formula() {
    assert_snapshot!(odd().to_csv().replace(['\r', '\u{FEFF}'], ""), @r#"
    file;line;column;code;severity;value;reason;fix
    customers.csv;2;klantnummer;V01;error;;a cell that must be filled is empty;fill customer_number
    customers.csv;2;Naam;V07;error;;begins with =, as a formula does;delete the =
    customers.csv;2;email;V13;error;j***@example;not one mail address;write one address, as in anna@example.org
    connections.csv;2;customer_number;K02;error;1;not in customers;deliver its row in customers
    meters.csv;2;connection_id;K02;error;A1;because of connections.csv:2, which is refused;
    readings.csv;2;meter_number;K02;error;W1;because of meters.csv:2, which is refused;
    readings.csv;3;value;V06;error;'-1;negative;
    readings.csv;3;meter_number;K02;error;W1;because of meters.csv:2, which is refused;
    advances.csv;2;connection_id;K02;error;A1;because of connections.csv:2, which is refused;
    "#);
    assert!(odd().to_csv().starts_with('\u{FEFF}'));
}

#[test]
fn the_summary_says_what_became_of_the_set() {
    assert_snapshot!(odd().to_summary(), @r#"
    Refused: nothing of the set is loaded.

    customers.csv: 1 row, 1 refused
    connections.csv: 1 row, 1 refused
    meters.csv: 1 row, 1 refused
    readings.csv: 2 rows, 2 refused
    advances.csv: 1 row, 1 refused

    errors
    V01       1  a cell that must be filled is empty
    V06       1  a number outside what can be
    V07       1  characters that no text may hold
    V13       1  not one mail address
    K02       5  refers to something that is not in the set, or to a refused line

    to be mended
    customers.csv:2, klantnummer: a cell that must be filled is empty; fill customer_number
    customers.csv:2, Naam: begins with =, as a formula does; delete the =
    customers.csv:2, email "j***@example": not one mail address; write one address, as in anna@example.org
    connections.csv:2, customer_number "1": not in customers; deliver its row in customers
    readings.csv:3, value "-1": negative
    "#);
    assert_snapshot!(Example::smallest().check().report.to_summary(), @r#"
    Accepted: nothing is refused.

    customers.csv: 1 row, 0 refused
    connections.csv: 1 row, 0 refused
    meters.csv: 1 row, 0 refused
    readings.csv: 1 row, 0 refused
    advances.csv: 1 row, 0 refused
    "#);
}

#[test]
fn the_json_has_canonical_columns() {
    let files = Example::smallest().rows("readings.csv", "W1;31-12-2024;-1;klant");
    let json = files.check().report.to_json().unwrap();
    assert_snapshot!(json, @r#"
    {
      "accepted": false,
      "files": [
        {
          "name": "customers.csv",
          "rows": 1,
          "refused": 0
        },
        {
          "name": "connections.csv",
          "rows": 1,
          "refused": 0
        },
        {
          "name": "meters.csv",
          "rows": 1,
          "refused": 0
        },
        {
          "name": "readings.csv",
          "rows": 2,
          "refused": 1
        },
        {
          "name": "advances.csv",
          "rows": 1,
          "refused": 0
        }
      ],
      "totals": [
        {
          "code": "V06",
          "severity": "error",
          "count": 1
        }
      ],
      "lines": [
        {
          "file": "readings.csv",
          "line": 3,
          "column": "value",
          "code": "V06",
          "severity": "error",
          "value": "-1",
          "reason": "negative",
          "fix": ""
        }
      ]
    }
    "#);
}

#[test]
fn at_most_ten_thousand_lines_are_told_and_all_are_counted() {
    let rows = "W1;31-12-2024;x;klant\n".repeat(10_050);
    let report = Example::smallest().rows("readings.csv", rows.trim_end()).check().report;
    assert_eq!(report.findings().len(), 10_000);
    assert_eq!(report.totals()[&Code::Number], 10_050);
    assert_eq!(report.refused().len(), 10_050);
    let summary = report.to_summary();
    assert!(summary.contains("The report tells the first 10000 of 10050."), "{summary}");
    assert!(summary.ends_with("\nand 9980 more, in report.csv\n"), "{summary}");
}

#[test]
fn every_code_is_told_once() {
    let codes: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    let mut sorted = codes.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(sorted.len(), codes.len());
    assert_snapshot!(codes.join(" "), @"F01 F02 F03 F04 F05 F06 F07 F08 F09 L01 L02 V01 V02 V03 V04 V05 V06 V07 V08 V09 V10 V11 V12 V13 V14 K01 K02 K03 R01 R02 R03 R04 A01 A02 W01 W02 W03 W04 W05 W06 W07 W08 W09 W10 W11 W12 W13 W14");
}
