//! The steps of an estimate in words, for the auditor.

use rust_decimal::{Decimal, RoundingStrategy};

use super::intervals::Fate;
use super::record::{Step, Steps};
use super::stats::{Arithmetic as _, Number as _, Real};

/// How figures are rounded in words.
const ROUNDING: RoundingStrategy = RoundingStrategy::MidpointAwayFromZero;

/// The steps of an estimate in words, from what is stored of them.
///
/// **Units.** The register's; rounded to three decimals, the norm to one.
pub fn steps(steps: &Steps) -> Vec<String> {
    let Steps { since, from, already, intervals, ahead, norm, centre, spread, amount } = steps;
    let mut told = vec![format!("the last reading that counts is {from} on {since}")];
    for interval in intervals {
        let Step { from, until, used, weight, counts, fate, .. } = interval;
        let became = match fate {
            Fate::Kept => "counts",
            Fate::MarkedOut => "was marked out by an operator",
            Fate::Unusable => "went down, or had no meter",
            Fate::OtherOccupant => "is of a former occupant",
            Fate::Zero => "had no use",
            Fate::Outlier => "stands alone and is left out",
            Fate::OldLevel => "is of an older level and is left out",
        };
        let counted = counts.map(|counts| format!(" for {}", short(counts))).unwrap_or_default();
        let (used, weight) = (used.normalize(), short(*weight));
        told.push(format!("{from} to {until}: {used} in {weight} profile days {became}{counted}"));
    }
    if let Some(norm) = Real::of(*norm).exp().exact() {
        let norm = norm.round_dp_with_strategy(1, ROUNDING).normalize();
        told.push(format!("the norm at the level of the day is {norm} a year"));
    }
    if let Some(centre) = centre {
        let share = short(centre.share * Decimal::ONE_HUNDRED);
        told.push(format!("own years count {share} % and the norm the rest"));
    }
    if let Some(spread) = spread {
        told.push(format!("the spread is {}", short(*spread)));
    }
    let (amount, ahead) = (short(*amount), short(*ahead));
    told.push(format!("{amount} in the {ahead} profile days since then"));
    if !already.is_zero() {
        told.push(format!("earlier estimates counted {} of it", already.normalize()));
    }
    told
}

fn short(number: Decimal) -> Decimal {
    number.round_dp_with_strategy(3, ROUNDING).normalize()
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use crate::estimate::lines::{self, Answer, Telling};
    use crate::estimate::parameters::tests::parameters;

    #[test]
    fn the_steps_are_told_in_words() {
        let shares = ["0.0833333"; 12].join(",");
        let read = |on: &str, value: u32, source: &str| {
            format!(r#"{{"date":"{on}-12-31","value":{value},"source":"{source}"}}"#)
        };
        let readings = [
            read("2020", 500, "customer"),
            read("2021", 596, "customer"),
            read("2022", 996, "customer"),
            read("2023", 1090, "customer"),
            read("2024", 1200, "estimated"),
        ]
        .join(",");
        let line = format!(
            r#"{{"case_id":"1","utility":"water","target_date":"2025-12-31","readings":[{readings}],"peer":{{"median_per_year":100,"sigma_log":0.55}},"monthly_profile":[{shares}],"register_digits":5}}"#
        );
        let answer = lines::estimate(line.as_bytes(), 1, &parameters(), Telling::Steps);
        let Answer::Done(answer) = answer else { panic!("{answer:?}") };
        let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
        let steps: Vec<&str> =
            answer["steps"].as_array().unwrap().iter().map(|step| step.as_str().unwrap()).collect();
        assert_snapshot!(steps.join("\n"), @"
the last reading that counts is 1090 on 2023-12-31
2020-12-31 to 2021-12-31: 96 in 364.981 profile days counts for 0.041
2021-12-31 to 2022-12-31: 400 in 364.981 profile days stands alone and is left out
2022-12-31 to 2023-12-31: 94 in 364.981 profile days counts for 0.999
the norm at the level of the day is 100 a year
own years count 88.921 % and the norm the rest
the spread is 0.3
189.696 in the 731.039 profile days since then
earlier estimates counted 110 of it
    ");
    }
}
