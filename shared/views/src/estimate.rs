//! What a customer reads about an estimate, in words.

use domain::estimate::sentence::{Sentence, Years};
use domain::language::Language;
use domain::quantity::Unit;

use crate::format;
use crate::texts::{Texts, Value};

/// `sentence` in `language`: `Wij schatten uw verbruik op 96 m³ (waarschijnlijk tussen 69 m³ en
/// 135 m³).`
///
/// **Units.** Amounts of `sentence` are in `unit`.
/// **Source.** The design of estimation, section 8.
pub fn told(language: Language, unit: Unit, sentence: &Sentence) -> String {
    let texts = Texts::of(language);
    let id = sentence.key();
    match sentence {
        Sentence::Missing
        | Sentence::Norm
        | Sentence::Address
        | Sentence::Vacant
        | Sentence::FromEstimates
        | Sentence::LevelShift
        | Sentence::Partial
        | Sentence::Disagree
        | Sentence::Held
        | Sentence::Second
        | Sentence::Third
        | Sentence::Correct => texts.say(id),
        Sentence::Result { used, low, high } => {
            let [used, low, high] =
                [used, low, high].map(|amount| format::amount(language, *amount, unit));
            let said = [
                ("use", Value::Text(&used)),
                ("low", Value::Text(&low)),
                ("high", Value::Text(&high)),
            ];
            texts.tell(id, said)
        }
        Sentence::Own { years } => texts.tell(id, [("years", Value::Text(&listed(texts, years)))]),
        Sentence::OneYear { year } => {
            texts.tell(id, [("year", Value::Text(&stretch(texts, *year)))])
        }
        Sentence::NormPersons { persons } => {
            texts.tell(id, [("persons", Value::Count(usize::from(*persons)))])
        }
        Sentence::MarkedOut { years } | Sentence::Outlier { years } => {
            let count = years.iter().map(|one| if one.first == one.last { 1 } else { 2 }).sum();
            let listed = listed(texts, years);
            texts.tell(id, [("years", Value::Text(&listed)), ("n", Value::Count(count))])
        }
        Sentence::CohortLess { percent } | Sentence::CohortMore { percent } => {
            texts.tell(id, [("percent", Value::Text(&format::percentage(language, *percent)))])
        }
    }
}

/// `2021, 2023 en 2024`.
fn listed(texts: Texts, years: &[Years]) -> String {
    let years: Vec<String> = years.iter().map(|one| stretch(texts, *one)).collect();
    match years.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [before @ .., last] => {
            let before = before.join(", ");
            texts.tell("list-and", [("before", Value::Text(&before)), ("last", Value::Text(last))])
        }
    }
}

/// `2024`, or `2016 tot en met 2024` where no reading divides them.
fn stretch(texts: Texts, years: Years) -> String {
    let (first, last) = (years.first.to_string(), years.last.to_string());
    if first == last {
        return first;
    }
    let said = [("first", Value::Text(&first)), ("last", Value::Text(&last))];
    texts.tell("years-from-to", said)
}

#[cfg(test)]
mod tests;
