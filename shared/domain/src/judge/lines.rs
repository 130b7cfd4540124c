//! Checking typed readings by lines of JSON, for whoever measures the check against real meters.

use chrono::NaiveDate;
use rust_decimal::{Decimal, RoundingStrategy};

use super::check::{Checked, Code, Submitted, Suggestion, Verdict, Window, check};
use crate::estimate::engine::{Impossible, Question};
use crate::estimate::expected::{Expected, Weights, expected};
use crate::estimate::lines::{
    Answer, Case, CaseError, Fields, Json, Mistake, amount, answer, day, members, number, required,
    text,
};
use crate::estimate::parameters::Parameters;
use crate::meter::Direction;
use crate::quantity::Unit;

/// Decimals of the amounts in an answer.
const DECIMALS: u32 = 3;

/// Decimals that a typed value may have.
const VALUE_DECIMALS: u32 = 9;

/// Checks the reading that one line submits.
///
/// **Shape.** `line` is one JSON object as [`crate::estimate::lines::estimate`] takes it, with
/// `submitted` (`date`, `value`), `unit` and, where known, `max_per_day`; its `target_date` is not
/// used. A day after `today` is in the future; without it no day is.
/// **Errors.** None: what cannot be answered is [`Answer::Error`]; what cannot be a reading is a
/// verdict.
pub fn check_reading(
    line: &[u8],
    number: u64,
    parameters: &Parameters,
    today: Option<NaiveDate>,
) -> Answer {
    answer(line, number, |fields, to| {
        let case = Case::of(fields)?;
        let unit = unit(fields)?;
        let submitted = required("submitted", fields.submitted)?;
        let [on, value] = members("submitted", submitted, ["date", "value"])?;
        let on = day("date of submitted", required("date of submitted", on)?)?;
        let value = required("value of submitted", value)?;
        let (checked, expected) = match typed(value)? {
            None => (not_a_number(), None),
            Some(value) => {
                let expected = expectation(&case, on, parameters)?;
                let submitted = Submitted {
                    commodity: case.commodity,
                    unit,
                    turning: case.turning,
                    digits: case.digits,
                    max_per_day: max_per_day(fields)?,
                    value,
                    on,
                    window: Window { from: None, until: today },
                    other_meters: 0,
                    readings: &case.readings,
                };
                (check(&submitted, expected.as_ref(), parameters.constants()), expected)
            }
        };
        tell(to, &checked, expected.as_ref());
        Ok(())
    })
}

/// What is expected on the day `on`; nothing where only an operator could say.
fn expectation(
    case: &Case,
    on: NaiveDate,
    parameters: &Parameters,
) -> Result<Option<Expected>, CaseError> {
    let question = Question {
        commodity: case.commodity,
        turning: case.turning,
        direction: Direction::Consumption,
        readings: &case.readings,
        norm: &case.norm,
        levels: &case.levels,
        occupancy: &case.occupancy,
        on,
    };
    match expected(&question, &Weights(case.season(parameters)), parameters) {
        Ok(expected) => Ok(Some(expected)),
        Err(Impossible::TargetBeforeLastReading { .. } | Impossible::NoEstimate) => Ok(None),
        Err(error @ (Impossible::NoReading | Impossible::OutOfRange)) => Err(error.into()),
    }
}

fn unit(fields: &Fields<'_>) -> Result<Unit, Mistake> {
    let unit = text("unit", required("unit", fields.unit)?)?;
    Unit::parse(&unit).ok_or_else(|| {
        Mistake::new("UNKNOWN_UNIT", format!("{unit:?} is none of m3, kWh, MWh, GJ"))
    })
}

fn max_per_day(fields: &Fields<'_>) -> Result<Option<Decimal>, Mistake> {
    fields.max_per_day.map(|most| number("max_per_day", most, None)).transpose()
}

/// The number that was typed: one of JSON, or text with digits and at most one separator; nothing
/// for any other.
fn typed(value: Json<'_>) -> Result<Option<Decimal>, Mistake> {
    let Some(text) = value.text() else {
        let is_number = value.written().starts_with(|c: char| c == '-' || c.is_ascii_digit());
        return match number("value of submitted", value, Some(VALUE_DECIMALS)) {
            Ok(number) => Ok(Some(number)),
            Err(mistake) if is_number => Err(mistake),
            Err(_) => Ok(None),
        };
    };
    let text = text.trim().replace(',', ".");
    let digits = text.strip_prefix('-').unwrap_or(&text);
    let is_plain = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        && digits.matches('.').count() <= 1
        && digits.bytes().any(|byte| byte.is_ascii_digit());
    Ok(text.parse().ok().filter(|_| is_plain))
}

fn not_a_number() -> Checked {
    let codes = vec![Code::NotANumber];
    Checked { verdict: Verdict::Reject, codes, used: None, suggestion: None, alert: None }
}

fn tell(to: &mut String, checked: &Checked, expected: Option<&Expected>) {
    to.push_str(",\"verdict\":\"");
    to.push_str(match checked.verdict {
        Verdict::Accept => "accept",
        Verdict::Confirm => "confirm",
        Verdict::Reject => "reject",
    });
    to.push_str("\",\"codes\":[");
    for (place, code) in checked.codes.iter().enumerate() {
        if place > 0 {
            to.push(',');
        }
        to.push('"');
        to.push_str(code.as_str());
        to.push('"');
    }
    to.push_str("],\"expected\":");
    match expected {
        None => to.push_str("null"),
        Some(expected) => {
            let rounded = |amount: Decimal| {
                amount.round_dp_with_strategy(DECIMALS, RoundingStrategy::MidpointAwayFromZero)
            };
            to.push_str("{\"");
            let mut members = String::new();
            amount(&mut members, "consumption", rounded(expected.amount));
            amount(&mut members, "low", rounded(expected.low));
            amount(&mut members, "high", rounded(expected.high));
            to.push_str(members.trim_start_matches([',', '"']));
            to.push('}');
        }
    }
    match checked.suggestion {
        Some(Suggestion::Value(value)) => amount(to, "suggestion", value),
        Some(Suggestion::OtherMeter) | None => to.push_str(",\"suggestion\":null"),
    }
}

#[cfg(test)]
mod tests;
