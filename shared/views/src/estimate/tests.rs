use std::collections::BTreeSet;

use insta::assert_snapshot;

use crate::texts;

use super::*;

/// One of each, in the order of the type.
fn every() -> Vec<Sentence> {
    let years = |first, last| Years { first, last };
    vec![
        Sentence::Missing,
        Sentence::Result { used: 1234.into(), low: "1002.5".parse().unwrap(), high: 1500.into() },
        Sentence::Own { years: vec![years(2022, 2022), years(2023, 2023), years(2025, 2025)] },
        Sentence::OneYear { year: years(2016, 2025) },
        Sentence::NormPersons { persons: 1 },
        Sentence::Norm,
        Sentence::Address,
        Sentence::Vacant,
        Sentence::FromEstimates,
        Sentence::MarkedOut { years: vec![years(2023, 2023)] },
        Sentence::Outlier { years: vec![years(2022, 2022), years(2024, 2024)] },
        Sentence::LevelShift,
        Sentence::Partial,
        Sentence::Disagree,
        Sentence::Held,
        Sentence::CohortLess { percent: 7.into() },
        Sentence::CohortMore { percent: 12.into() },
        Sentence::Second,
        Sentence::Third,
        Sentence::Correct,
    ]
}

/// The place of a sentence in [`every`]: a variant that is new does not compile here.
fn place(sentence: &Sentence) -> usize {
    match sentence {
        Sentence::Missing => 0,
        Sentence::Result { .. } => 1,
        Sentence::Own { .. } => 2,
        Sentence::OneYear { .. } => 3,
        Sentence::NormPersons { .. } => 4,
        Sentence::Norm => 5,
        Sentence::Address => 6,
        Sentence::Vacant => 7,
        Sentence::FromEstimates => 8,
        Sentence::MarkedOut { .. } => 9,
        Sentence::Outlier { .. } => 10,
        Sentence::LevelShift => 11,
        Sentence::Partial => 12,
        Sentence::Disagree => 13,
        Sentence::Held => 14,
        Sentence::CohortLess { .. } => 15,
        Sentence::CohortMore { .. } => 16,
        Sentence::Second => 17,
        Sentence::Third => 18,
        Sentence::Correct => 19,
    }
}

fn all(language: Language) -> String {
    let said = every().into_iter().map(|one| told(language, Unit::CubicMetre, &one));
    said.collect::<Vec<_>>().join("\n").replace('\u{a0}', "~")
}

#[test]
fn every_sentence_has_its_text_with_its_variables_in_every_language() {
    let places: Vec<usize> = every().iter().map(place).collect();
    assert_eq!(places, (0..20).collect::<Vec<_>>());
    for language in texts::languages() {
        let known = texts::tests::variables(language);
        let mut keys = BTreeSet::new();
        for sentence in every() {
            // a text that is missing, or asks for what the sentence does not say, panics here
            assert!(!told(language, Unit::CubicMetre, &sentence).is_empty());
            let stored = serde_json::to_value(&sentence).unwrap();
            let mut fields: BTreeSet<_> = stored.as_object().unwrap().keys().cloned().collect();
            fields.remove("key");
            if fields.remove("used") {
                fields.insert("use".to_owned());
            }
            let text = &known[sentence.key()];
            let counted = fields.contains("years") && text.contains("n");
            fields.extend(counted.then(|| "n".to_owned()));
            assert_eq!(*text, fields, "{language}: {}", sentence.key());
            keys.insert(sentence.key());
        }
        let texts = known.keys().filter(|id| id.starts_with("estimate-"));
        assert!(texts.map(String::as_str).eq(keys), "no text more, no text less");
    }
}

#[test]
fn a_customer_reads_why_and_how() {
    assert_snapshot!(all(Language::Nl), @"
    Wij hebben geen meterstand van u ontvangen.
    Wij schatten uw verbruik op 1.234~m³ (waarschijnlijk tussen 1.002,5~m³ en 1.500~m³).
    Daarvoor keken wij naar uw eigen verbruik in 2022, 2023 en 2025; het laatste jaar telt het zwaarst.
    Daarvoor keken wij naar uw verbruik in 2016 tot en met 2025 en een beetje naar vergelijkbare huishoudens.
    Wij kennen uw verbruik nog niet en gebruiken het gemiddelde van een huishouden van 1 persoon.
    Wij kennen uw verbruik nog niet en gebruiken het gemiddelde van vergelijkbare aansluitingen.
    U woont hier nog kort; wij gebruiken het gemiddelde van vergelijkbare woningen en wat op dit adres gebruikelijk is.
    Vorig jaar was er geen verbruik; daarom rekenen wij nu ook geen verbruik. Is het pand bewoond? Geef dan de stand door.
    Wij hebben alleen eerdere schattingen. Geef alstublieft de echte stand door.
    2023 telt niet mee, omdat er toen iets bijzonders was (bijvoorbeeld een lek).
    2022 en 2024 weken sterk af en zijn niet meegeteld.
    Uw verbruik is sinds twee jaar duidelijk anders; oudere jaren tellen niet mee.
    Wij kennen minder dan een half jaar van uw verbruik; de rest is een gemiddelde.
    Uw laatste twee jaren verschillen sterk; daarom is de schatting onzeker.
    Onze vorige schatting was waarschijnlijk te hoog; wij rekenen nu geen extra verbruik.
    Vergelijkbare klanten verbruikten dit jaar 7% minder; dat is meegerekend.
    Vergelijkbare klanten verbruikten dit jaar 12% meer; dat is meegerekend.
    Dit is het tweede jaar op rij zonder meterstand.
    Dit is minstens het derde jaar op rij zonder meterstand; wij maken een afspraak om de meter af te lezen.
    Klopt dit niet? Geef de stand alsnog door: dan rekenen wij opnieuw.
    ");
    assert_snapshot!(all(Language::En), @"
    We did not receive a meter reading from you.
    We estimate that you used 1,234~m³ (probably between 1,002.5~m³ and 1,500~m³).
    We looked at your own use in 2022, 2023 and 2025; the latest year counts most.
    We looked at your use in 2016 to 2025 and a little at similar households.
    We do not know your use yet and take the average of a household of 1 person.
    We do not know your use yet and take the average of similar connections.
    You moved in recently; we use the average of similar homes and what is usual at this address.
    There was no use last year, so we charge none now. Is the property lived in? Please give the reading.
    We only have earlier estimates. Please give us the real reading.
    2023 is not counted because something unusual happened (a leak, for example).
    2022 and 2024 stood out and were not counted.
    Your use has clearly changed for two years; older years do not count.
    We know less than half a year of your use; the rest is an average.
    Your last two years differ much, so the estimate is uncertain.
    Our previous estimate was probably too high; we charge no further use now.
    Similar customers used 7% less this year; this is taken into account.
    Similar customers used 12% more this year; this is taken into account.
    This is the second year in a row without a reading.
    This is at least the third year in a row without a reading; we will make an appointment to read the meter.
    Not right? Give the reading after all and we will calculate again.
    ");
}

#[test]
fn counts_choose_their_words() {
    let years = vec![Years { first: 2022, last: 2022 }];
    let check = |sentence| {
        [Language::Nl, Language::En].map(|l| told(l, Unit::KilowattHour, &sentence)).join(" | ")
    };
    assert_snapshot!(check(Sentence::NormPersons { persons: 3 }), @"Wij kennen uw verbruik nog niet en gebruiken het gemiddelde van een huishouden van 3 personen. | We do not know your use yet and take the average of a household of 3 people.");
    assert_snapshot!(check(Sentence::Outlier { years }), @"2022 week sterk af en is niet meegeteld. | 2022 stood out and was not counted.");
    let joined = Sentence::MarkedOut { years: vec![Years { first: 2021, last: 2022 }] };
    assert_snapshot!(check(joined), @"2021 tot en met 2022 tellen niet mee, omdat er toen iets bijzonders was (bijvoorbeeld een lek). | 2021 to 2022 are not counted because something unusual happened (a leak, for example).");
}
