//! An estimate in words: for the auditor its steps, for the customer the keys of its sentences.

use rust_decimal::RoundingStrategy;

use super::answer::{Method, Note};
use super::engine::Outcome;
use super::intervals::{Fate, Interval};
use super::record::Estimate;
use super::stats::Number;

/// How figures are rounded in words.
const ROUNDING: RoundingStrategy = RoundingStrategy::MidpointAwayFromZero;

/// The keys of what a customer reads about an estimate, in order; amounts and years are those of
/// the record.
///
/// **Source.** The design of estimation, section 8.
pub fn sentences(estimate: &Estimate) -> Vec<&'static str> {
    let mut keys = vec!["estimate-missing", "estimate-result", method_key(estimate.method)];
    keys.extend(estimate.notes.iter().filter_map(|note| note_key(*note)));
    keys.push("estimate-correct");
    keys
}

/// The sentence about how an estimate was made.
fn method_key(method: Method) -> &'static str {
    match method {
        Method::OwnHistory => "estimate-own",
        Method::OneYearPlusPeers => "estimate-one-year",
        Method::AddressHistory => "estimate-address",
        Method::PeerNorm => "estimate-norm",
        Method::Vacant => "estimate-vacant",
    }
}

/// The sentence about what was noticed; that somebody else lived there is said by the method.
fn note_key(note: Note) -> Option<&'static str> {
    Some(match note {
        Note::FromEstimates => "estimate-from-estimates",
        Note::MarkedOut => "estimate-marked-out",
        Note::FormerOccupant => return None,
        Note::OutlierRemoved => "estimate-outlier",
        Note::LevelShift => "estimate-level-shift",
        Note::PartialYear => "estimate-partial",
        Note::TwoYearsDisagree => "estimate-disagree",
        Note::HeldAtLastInvoice => "estimate-held",
    })
}

/// The steps of an estimate in words.
pub(crate) fn steps<N: Number>(outcome: &Outcome<'_, N>) -> Vec<String> {
    let amount = |number: N| match number.exact() {
        Some(number) => number.round_dp_with_strategy(3, ROUNDING).normalize().to_string(),
        None => "beyond reckoning".into(),
    };
    let since = outcome.base.on;
    let mut steps =
        vec![format!("the last reading that counts is {} on {since}", outcome.base.value)];
    for interval in &outcome.intervals {
        let Interval { from, until, amount: used, weight, fate, counts, .. } = interval;
        let became = match fate {
            Fate::Kept => "counts",
            Fate::MarkedOut => "was marked out by an operator",
            Fate::Unusable => "went down, or had no meter",
            Fate::OtherOccupant => "is of a former occupant",
            Fate::Zero => "had no use",
            Fate::Outlier => "stands alone and is left out",
            Fate::OldLevel => "is of an older level and is left out",
        };
        let counted = counts.map(|counts| format!(" for {}", amount(counts))).unwrap_or_default();
        let used = used.normalize();
        let weight = amount(*weight);
        steps.push(format!("{from} to {until}: {used} in {weight} profile days {became}{counted}"));
    }
    steps
        .push(format!("the norm at the level of the day is {} a year", amount(outcome.norm.exp())));
    if let Some(centre) = &outcome.centre {
        let share = amount(centre.share * N::whole(100));
        steps.push(format!("own years count {share} % and the norm the rest"));
    }
    if let Some(spread) = outcome.spread {
        steps.push(format!("the spread is {}", amount(spread)));
    }
    let ahead = amount(outcome.ahead);
    steps.push(format!(
        "{} in the {ahead} profile days since then",
        amount(outcome.since_base.amount)
    ));
    if !outcome.already.is_zero() {
        steps.push(format!("earlier estimates counted {} of it", outcome.already.normalize()));
    }
    steps
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::estimate::lines::{self, Answer, Telling};
    use crate::estimate::parameters::tests::parameters;

    #[test]
    fn every_method_and_note_has_its_own_sentence() {
        let mut keys: Vec<&str> = Method::ALL.into_iter().map(method_key).collect();
        keys.extend(Note::ALL.into_iter().filter_map(note_key));
        let all = keys.len();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!((keys.len(), all), (12, 12));
    }

    #[test]
    fn the_steps_are_told_in_words() {
        let shares = vec!["0.0833333"; 12].join(",");
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
