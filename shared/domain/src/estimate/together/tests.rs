use insta::assert_snapshot;
use proptest::prelude::*;

use super::*;
use crate::estimate::engine::tests::{day, shown};
use crate::estimate::parameters::tests::parameters;
use crate::estimate::profile::Profile;
use crate::estimate::record::tests::inputs;
use crate::estimate::{Estimate, estimate};

/// What registers that count the same use showed, one notation each, as the one at `place` sees it.
fn together(registers: &[&str], place: usize) -> Inputs {
    let beside = registers.iter().enumerate().filter(|(at, _)| *at != place);
    let beside = beside.map(|(_, notation)| shown(notation)).collect();
    Inputs { beside, place, ..inputs(registers[place]) }
}

fn estimated(registers: &[&str]) -> Vec<Estimate> {
    let one = |place| {
        estimate(together(registers, place), day("2025-12-31"), &Profile::flat(), &parameters())
    };
    (0..registers.len()).map(|place| one(place).unwrap()).collect()
}

/// What each register shows at the end of 2025, and what it used.
#[track_caller]
fn check(registers: &[&str]) -> String {
    let told = estimated(registers);
    let told = told.iter().map(|one| {
        let Estimate { value, consumption, low, high, .. } = one;
        format!("{value} (+{consumption}, {low} to {high})")
    });
    told.collect::<Vec<_>>().join(", ")
}

#[test]
fn registers_of_one_use_are_estimated_together_and_divided_by_their_shares() {
    let high = "2022-12-31 100, 2023-12-31 170, 2024-12-31 240";
    let low = "2022-12-31 500, 2023-12-31 530, 2024-12-31 560";
    let sum = "2022-12-31 600, 2023-12-31 700, 2024-12-31 800";
    assert_snapshot!(check(&[sum]), @"900 (+100, 71 to 140)");
    assert_snapshot!(check(&[high, low]), @"310 (+70, 49 to 98), 590 (+30, 21 to 42)");
    // without a year of their own all have the same part of the norm
    assert_snapshot!(check(&["2024-12-31 7", "2024-12-31 9"]), @"57 (+50, 23 to 106), 59 (+50, 23 to 106)");
}

#[test]
fn each_register_passes_zero_by_itself() {
    let high = "2022-12-31 99900, 2023-12-31 99970, 2024-12-31 40";
    let low = "2022-12-31 500, 2023-12-31 530, 2024-12-31 560";
    assert_snapshot!(check(&[high, low]), @"110 (+70, 49 to 98), 590 (+30, 21 to 42)");
}

#[test]
fn a_day_on_which_one_register_was_not_read_does_not_count() {
    let high = "2022-12-31 100, 2023-06-30 900, 2023-12-31 170, 2024-12-31 240";
    let low = "2022-12-31 500, 2023-12-31 530, 2024-12-31 560";
    assert_snapshot!(check(&[high, low]), @"310 (+70, 49 to 98), 590 (+30, 21 to 42)");
}

proptest! {
    #[test]
    fn the_parts_add_up_to_the_estimate_of_the_sum(
        uses in prop::collection::vec((0_i64..400, 0_i64..400, 0_i64..400), 1..5),
    ) {
        let notation = |of: &dyn Fn(&(i64, i64, i64)) -> i64| {
            let mut sum = 0;
            let mut readings = vec!["2020-12-31 0".to_owned()];
            readings.extend(uses.iter().zip(2021..).map(|(used, year)| {
                sum += of(used);
                format!("{year}-12-31 {sum}")
            }));
            readings.join(", ")
        };
        let [a, b, c] = [notation(&|u| u.0), notation(&|u| u.1), notation(&|u| u.2)];
        let whole = notation(&|u| u.0 + u.1 + u.2);
        let parts = estimated(&[&a, &b, &c]);
        let sum: Decimal = parts.iter().map(|part| part.consumption).sum();
        let [whole] = &estimated(&[&whole])[..] else { panic!("one register, one estimate") };
        prop_assert_eq!(sum, whole.consumption);
        for part in &parts {
            prop_assert!(Decimal::ZERO <= part.low && part.low <= part.consumption);
            prop_assert!(part.consumption <= part.high);
            prop_assert_eq!(&part.steps.intervals, &whole.steps.intervals);
        }
    }
}
