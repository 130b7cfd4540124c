use insta::assert_snapshot;

use super::*;
use crate::estimate::engine::tests::day;
use crate::estimate::estimate;
use crate::estimate::parameters::tests::parameters;
use crate::estimate::profile::Profile;
use crate::estimate::record::Inputs;
use crate::estimate::record::tests::inputs;

/// What a customer reads about the end of 2025 after `notation`, beside the changes of `change`.
#[track_caller]
fn check(notation: &str, change: impl FnOnce(&mut Inputs)) -> String {
    let mut inputs = inputs(notation);
    change(&mut inputs);
    let made = estimate(inputs, day("2025-12-31"), &Profile::flat(), &parameters()).unwrap();
    let told = sentences(&made);
    for sentence in &told {
        let stored = serde_json::to_value(sentence).unwrap();
        assert_eq!(format!("estimate-{}", stored["key"].as_str().unwrap()), sentence.key());
    }
    told.iter().map(|one| format!("{one:?}")).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_customer_reads_what_the_estimate_rests_on() {
    assert_snapshot!(check("2022-12-31 690, 2023-12-31 788, 2024-12-31 884", |_| ()), @"
    Missing
    Result { used: 96, low: 69, high: 135 }
    Own { years: [Years { first: 2023, last: 2023 }, Years { first: 2024, last: 2024 }] }
    Correct
    ");
    assert_snapshot!(check("2016-03-01 0, 2024-12-31 884", |_| ()), @"
    Missing
    Result { used: 100, low: 66, high: 152 }
    OneYear { year: Years { first: 2016, last: 2024 } }
    Correct
    ");
}

#[test]
fn similar_customers_and_the_norm_are_said() {
    let levels =
        |now: i64| Levels::of([(2024, Decimal::ONE), (2025, Decimal::new(now, 2))].into()).unwrap();
    assert_snapshot!(check("2023-12-31 500, 2024-12-31 596", |inputs| inputs.levels = levels(93)), @"
    Missing
    Result { used: 90, low: 59, high: 137 }
    OneYear { year: Years { first: 2024, last: 2024 } }
    CohortLess { percent: 7 }
    Correct
    ");
    assert_snapshot!(check("2024-12-31 596", |inputs| inputs.norm_persons = Some(2)), @"
    Missing
    Result { used: 100, low: 47, high: 212 }
    NormPersons { persons: 2 }
    Correct
    ");
}

#[test]
fn every_further_year_without_a_reading_is_said() {
    assert_snapshot!(check("2022-12-31 690, 2023-12-31 e788", |_| ()), @"
    Missing
    Result { used: 197, low: 125, high: 311 }
    OneYear { year: Years { first: 2023, last: 2023 } }
    FromEstimates
    Second
    Correct
    ");
    let long = "2021-12-31 596, 2022-12-31 690, 2023-12-31 e788, 2024-12-31 e1090";
    assert_snapshot!(check(long, |_| ()), @"
    Missing
    Result { used: 0, low: 0, high: 31 }
    OneYear { year: Years { first: 2022, last: 2022 } }
    Held
    Third
    Correct
    ");
}

#[test]
fn what_does_not_count_is_said_with_its_years() {
    assert_snapshot!(check("2020-12-31 500, 2021-12-31 596, 2022-12-31 996, 2023-12-31 1090", |_| ()), @"
    Missing
    Result { used: 190, low: 129, high: 279 }
    Own { years: [Years { first: 2021, last: 2021 }, Years { first: 2023, last: 2023 }] }
    Outlier { years: [Years { first: 2022, last: 2022 }] }
    Correct
    ");
}

/// An estimate that nothing is special about.
fn plain() -> Estimate {
    let inputs = inputs("2022-12-31 690, 2023-12-31 788, 2024-12-31 884");
    estimate(inputs, day("2025-12-31"), &Profile::flat(), &parameters()).unwrap()
}

#[test]
fn every_method_and_every_note_is_said() {
    let keys = |change: &dyn Fn(&mut Estimate)| {
        let mut made = plain();
        change(&mut made);
        let keys: Vec<_> = sentences(&made).iter().map(Sentence::key).collect();
        assert_eq!(keys[..2], ["estimate-missing", "estimate-result"]);
        assert_eq!(keys.last(), Some(&"estimate-correct"));
        keys[2..keys.len() - 1].join(" ")
    };
    let methods = Method::ALL.map(|method| keys(&|made| made.method = method));
    assert_snapshot!(methods.join("\n"), @"
    estimate-own
    estimate-own
    estimate-address
    estimate-norm
    estimate-vacant
    ");
    let notes = Note::ALL.map(|note| keys(&|made| made.notes = vec![note]));
    assert_snapshot!(notes.join("\n"), @"
    estimate-own estimate-from-estimates
    estimate-own estimate-marked-out
    estimate-own
    estimate-own estimate-outlier
    estimate-own estimate-level-shift
    estimate-own estimate-partial
    estimate-own estimate-disagree
    estimate-own estimate-held
    ");
}

#[test]
fn what_is_told_is_read_back_as_it_was() {
    let made = plain();
    let name = RegisterName::parse("1.8.1").unwrap();
    let told = Told::of(&[(name.clone(), made.clone())]).unwrap();
    assert_eq!(told.registers(), [(name, sentences(&made))]);
    assert_eq!(Told::of(&[]), None);
    assert_eq!(Told("[[\"1\",[{\"key\":\"of-next-year\"}]]]".to_owned()).registers(), []);
}
