use proptest::prelude::*;

use super::*;
use crate::estimate::answer::{Method, Note};
use crate::estimate::engine::tests::day;
use crate::estimate::parameters::tests::parameters;
use crate::estimate::profile::Profile;
use crate::estimate::record::tests::inputs;
use crate::estimate::{Inputs, estimate};

/// Words about days in a line each: `+` marks, `-` takes back; then the first and the last day, and the
/// hour at which it was said.
fn markings(notation: &[&str]) -> Vec<Marking> {
    let marking = |line: &&str| {
        let words: Vec<&str> = line.split(' ').collect();
        Marking {
            from: day(words[1]),
            to: day(words[2]),
            says: if words[0] == "+" { Says::Marked } else { Says::Unmarked },
            by: "j.jansen".into(),
            reason: "a leak".into(),
            at: format!("2026-12-01T{}:00:00Z", words[3]).parse().unwrap(),
        }
    };
    notation.iter().map(marking).collect()
}

fn check(notation: &[&str]) -> Vec<String> {
    let days = marked(&markings(notation)).into_iter();
    days.map(|(from, to)| format!("{from} to {to}")).collect()
}

#[test]
fn the_last_word_about_the_same_days_counts() {
    let leak = "+ 2024-03-01 2024-05-20 09";
    assert_eq!(check(&[leak]), ["2024-03-01 to 2024-05-20"]);
    assert_eq!(check(&[leak, "- 2024-03-01 2024-05-20 10"]), [""; 0]);
    assert_eq!(check(&["- 2024-03-01 2024-05-20 10", leak]), [""; 0]);
    let again = "+ 2024-03-01 2024-05-20 11";
    assert_eq!(check(&[again, leak, "- 2024-03-01 2024-05-20 10"]), ["2024-03-01 to 2024-05-20"]);
    let other = "- 2024-03-01 2024-05-21 10";
    assert_eq!(check(&[leak, other]), ["2024-03-01 to 2024-05-20"]);
}

#[test]
fn a_marked_leak_is_left_out_of_the_estimate_and_said() {
    let history = "2022-12-31 500, 2023-12-31 600, 2024-12-31 1500, 2025-12-30 1600";
    let of = |notation: &[&str]| {
        let mut inputs: Inputs = inputs(history);
        inputs.occupancy.excluded = excluded(&markings(notation));
        estimate(inputs, day("2026-12-30"), &Profile::flat(), &parameters()).unwrap()
    };
    let marked = of(&["+ 2024-03-01 2024-05-20 09"]);
    assert!(marked.notes.contains(&Note::MarkedOut), "{:?}", marked.notes);
    assert_eq!(
        (marked.method, of(&[]).notes.contains(&Note::MarkedOut)),
        (Method::OwnHistory, false)
    );
    // Days from the last of one use to the first of the next touch neither of them.
    let kept = |notation: &[&str]| !of(notation).notes.contains(&Note::MarkedOut);
    assert!(kept(&["+ 2022-12-01 2022-12-31 09"]) && !kept(&["+ 2022-12-01 2023-01-01 09"]));
    assert!(kept(&["+ 2025-12-31 2026-01-31 09"]) && !kept(&["+ 2025-12-30 2026-01-31 09"]));
}

proptest! {
    #[test]
    fn the_order_in_which_words_are_read_is_irrelevant(
        words in prop::collection::vec((0_u64..4, 0_u64..4, any::<bool>()), 0..9),
        mixed in any::<prop::sample::Index>(),
    ) {
        let said = (0_i64..).zip(&words).map(|(place, (from, more, out))| {
            let from = crate::calendar::days_after(day("2024-01-01"), u16::try_from(*from).unwrap());
            Marking {
                from,
                to: crate::calendar::days_after(from, u16::try_from(*more).unwrap()),
                says: if *out { Says::Marked } else { Says::Unmarked },
                by: String::new(),
                reason: String::new(),
                at: DateTime::from_timestamp(place, 0).unwrap(),
            }
        });
        let said: Vec<Marking> = said.collect();
        let mut turned = said.clone();
        if !turned.is_empty() {
            let by = mixed.index(turned.len());
            turned.rotate_left(by);
        }
        prop_assert_eq!(marked(&said), marked(&turned));
    }
}
