mod golden;
mod laws;
mod refusals;
mod years;

use std::fmt::Write as _;

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::case::Case;
use super::refusal::Refusals;
use super::result::Settlement;
use super::settle;

/// One household in 2026: 120 m³, one price change, one term of € 200 asked before.
pub(super) fn base() -> Value {
    serde_json::from_str(include_str!("tests/base.json")).unwrap()
}

/// The base with other values: each change is a JSON pointer and what stands there.
pub(super) fn with(changes: &[(&str, Value)]) -> Value {
    let mut case = base();
    for (pointer, value) in changes {
        change(&mut case, pointer, value.clone());
    }
    case
}

pub(super) fn change(case: &mut Value, pointer: &str, value: Value) {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let parent = case.pointer_mut(parent).unwrap();
    match parent.as_array_mut() {
        Some(list) if name == "-" => list.push(value),
        Some(list) => list[name.parse::<usize>().unwrap()] = value,
        None => parent[name] = value,
    }
}

pub(super) fn settled(case: &Value) -> Result<Settlement, Refusals> {
    let text = case.to_string();
    let case = Case::parse(text.as_bytes())?;
    let again = serde_json::to_vec(&case).unwrap();
    assert_eq!(Case::parse(&again).as_ref(), Ok(&case), "a case that is stored is read back");
    let settlement = settle(&case)?;
    let stored = serde_json::to_string(&settlement).unwrap();
    assert_eq!(serde_json::from_str::<Settlement>(&stored).unwrap(), settlement);
    Ok(settlement)
}

/// The lines, VAT and sums of the changed base, as people would write them down.
#[track_caller]
pub(super) fn told(changes: &[(&str, Value)]) -> String {
    let settlement = settled(&with(changes)).unwrap();
    let mut told = String::new();
    for connection in &settlement.connections {
        for line in &connection.lines {
            let base = if line.base == 1 { String::new() } else { format!("/{}", line.base) };
            let (first, last) = (line.first, line.last);
            let (component, quantity, rate) = (&line.component, line.quantity, line.rate.euro());
            let vat = format!("{}{}", line.category.as_str(), line.percent);
            writeln!(
                told,
                "{component} {first}..{last} {quantity} x {rate}{base} = {} {vat}",
                line.net
            )
            .unwrap();
        }
    }
    for vat in &settlement.vat {
        let (category, percent) = (vat.category.as_str(), vat.percent);
        writeln!(told, "{category}{percent} {} + {}", vat.base, vat.vat).unwrap();
    }
    writeln!(told, "payable {}", settlement.totals.payable).unwrap();
    told
}

/// A reading of a register, as a case has it.
pub(super) fn reading(date: &str, value: &str) -> Value {
    json!({ "date": date, "value": value, "source": "customer", "quality": "actual" })
}

pub(super) fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}
