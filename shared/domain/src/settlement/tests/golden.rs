//! The cases that were handed over with the design, where they lie beside the checkout.

use std::io::{self, Write as _};
use std::path::Path;

use serde_json::{Value, json};

use super::super::case::Case;
use super::super::settle;

/// The same with every decimal number in its shortest form: trailing zeros are free.
fn plain(value: Value) -> Value {
    match value {
        Value::String(text) => match text.parse::<rust_decimal::Decimal>() {
            Ok(number) if text.len() < 14 => Value::String(number.normalize().to_string()),
            _ => Value::String(text),
        },
        Value::Array(list) => list.into_iter().map(plain).collect(),
        Value::Object(members) => members.into_iter().map(|(k, v)| (k, plain(v))).collect(),
        other @ (Value::Null | Value::Bool(_) | Value::Number(_)) => other,
    }
}

#[test]
fn every_case_of_the_design_gives_its_result() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/settle");
    let Ok(entries) = folder.read_dir() else {
        drop(writeln!(io::stdout(), "skipped: the design does not lie beside this checkout"));
        return;
    };
    let mut compared = 0;
    for entry in entries {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let Some(name) = name.strip_suffix(".case.json") else { continue };
        let expected = std::fs::read(path.with_file_name(format!("{name}.result.json"))).unwrap();
        let expected: Value = serde_json::from_slice(&expected).unwrap();
        let case = Case::parse(&std::fs::read(&path).unwrap());
        let got = match case.and_then(|case| settle(&case)) {
            Ok(settlement) => json!(settlement),
            Err(refusals) => json!(refusals),
        };
        pretty(name, &plain(got), &plain(expected));
        compared += 1;
    }
    assert!(compared >= 6, "{compared} cases");
}

fn pretty(name: &str, got: &Value, expected: &Value) {
    let text = |value| serde_json::to_string_pretty(value).unwrap();
    assert_eq!(text(got), text(expected), "{name}");
}
