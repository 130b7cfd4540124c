use proptest::prelude::*;

use super::super::Usually;
use super::super::check::{Code, Submitted, Verdict, Window, check};
use super::*;
use crate::calendar::days_after;
use crate::estimate::engine::tests::laws::history;
use crate::estimate::parameters::tests::{TEXT, parameters};
use crate::estimate::parameters::{ParameterSets, Parameters};
use crate::estimate::profile::Profile;
use crate::estimate::record::tests::inputs;
use crate::estimate::shown::Shown;
use crate::estimate::{Inputs, shown::Kind};
use crate::history::tests::history_of;
use crate::quantity::Unit;
use crate::reading::Source;

/// The configuration with each constant of `changes` at another number.
fn refitted(changes: &[(&str, &str)]) -> Parameters {
    let line = |line: &str| {
        let name = line.split(" = ").next().unwrap_or_default();
        let change = changes.iter().find(|(changed, _)| *changed == name);
        change.map_or_else(|| line.to_owned(), |(name, number)| format!("{name} = \"{number}\""))
    };
    let text: Vec<String> = TEXT.lines().map(line).collect();
    ParameterSets::parse("estimation.toml", &text.join("\n")).unwrap().newest().clone()
}

/// A water register of `decimals` with the readings of `notation`, as the page asks for it and as the
/// engine sees it.
fn water(notation: &str, decimals: u8, parameters: &Parameters) -> (AskedRegister, Inputs) {
    let plain = Register::wheels("1", Unit::CubicMetre, 5).unwrap();
    let history = history_of(&Register { decimals, ..plain }, notation);
    let inputs = Inputs { readings: history.shown(), decimals: decimals.into(), ..inputs("") };
    let usual = Usually::of(inputs.clone(), &Profile::flat(), parameters);
    let asked = AskedRegister::of(&history, 0).unwrap().with(Some(usual));
    (asked.at_most(Some(60.into())), inputs)
}

fn by(parameters: &Parameters, on: NaiveDate) -> By<'_> {
    By { commodity: Commodity::Water, constants: parameters.constants(), on }
}

/// What the page asks about `value` on the last day of 2025.
fn asked_about(notation: &str, value: i64, parameters: &Parameters) -> Option<DoubtReason> {
    let (asked, _) = water(notation, 0, parameters);
    doubt(&asked, value.into(), by(parameters, "2025-12-31".parse().unwrap()))
}

fn notation(readings: &[Shown]) -> String {
    let written = |shown: &Shown| {
        let mark = match shown.source {
            Source::Estimated => "e",
            Source::Staff => "s",
            Source::Customer
            | Source::Colleague
            | Source::Remote
            | Source::Installed
            | Source::Removed
            | Source::Agreed => "",
        };
        format!("{} {mark}{}", shown.on, shown.value)
    };
    readings.iter().map(written).collect::<Vec<_>>().join(", ")
}

#[test]
fn another_constant_moves_the_page_as_it_moves_the_check() {
    let quiet = "2022-12-31 60, 2023-12-31 75, 2024-12-31 90";
    let plain = parameters();
    // Some 15 m³ are expected: above 0.4 times 25 m³, below 0.9 times.
    assert_eq!(asked_about(quiet, 90, &plain), Some(DoubtReason::Equal));
    assert_eq!(asked_about(quiet, 90, &refitted(&[("check_zero_part", "0.9")])), None);
    assert_eq!(asked_about(quiet, 127, &plain), None);
    assert!(asked_about(quiet, 127, &refitted(&[("floor_water", "5")])).is_some());
}

#[test]
fn without_the_engine_the_last_year_is_measured_by_the_same_constants() {
    let last_year = |value: i64, parameters: &Parameters| {
        let (asked, _) = water("2023-12-31 500, 2024-12-31 600", 0, parameters);
        let on = "2025-12-31".parse().unwrap();
        doubt(&asked.with(None), value.into(), by(parameters, on)).is_some()
    };
    let plain = parameters();
    assert!(!last_year(840, &plain) && last_year(860, &plain) && last_year(620, &plain));
    let narrow = refitted(&[("check_high_ratio", "2"), ("check_low_ratio", "1.5")]);
    assert!(last_year(840, &narrow) && last_year(660, &narrow) && !last_year(660, &plain));
}

#[test]
fn a_use_counted_from_an_estimate_is_asked_about_too() {
    let estimated = "2023-12-31 e890, 2024-12-31 e990";
    let reason = asked_about(estimated, 3990, &parameters());
    let Some(DoubtReason::Unusual { tendency, used, since, .. }) = reason else {
        panic!("{reason:?}")
    };
    assert_eq!((tendency, used), (Tendency::High, Decimal::from(3000)));
    assert_eq!(since.to_string(), "2024-12-31");
    assert_eq!(asked_about(estimated, 1090, &parameters()), None);
}

proptest! {
    /// Whatever the measured check does not simply accept is asked about on the page.
    #[test]
    fn the_page_asks_wherever_the_check_confirms(
        mut readings in history(), only_estimates in prop::bool::weighted(0.1),
        decimals in 0_u8..2, ahead in 1_u16..800, tenths in -6_000_i64..40_000,
        part in 1_i64..10, floor in 1_i64..60,
    ) {
        if only_estimates {
            for shown in &mut readings {
                (shown.kind, shown.source) = (Kind::Estimated, Source::Estimated);
            }
        }
        let (part, floor) = (Decimal::new(part, 1).to_string(), floor.to_string());
        let parameters = refitted(&[("check_zero_part", &part), ("floor_water", &floor)]);
        let (asked, inputs) = water(&notation(&readings), decimals, &parameters);
        let last = readings.last().unwrap();
        let on = days_after(last.on, ahead);
        let value = (last.value + Decimal::new(tenths, 1)).max(Decimal::ZERO);
        let value = value.trunc_with_scale(decimals.into());
        let submitted = Submitted {
            commodity: Commodity::Water,
            unit: Unit::CubicMetre,
            turning: Turning::Forward,
            digits: Some(5),
            max_per_day: asked.max_per_day,
            value,
            on,
            window: Window::default(),
            other_meters: 0,
            readings: &inputs.readings,
        };
        let expected = asked.usual.as_ref().unwrap().on(on);
        let checked = check(&submitted, expected.as_ref(), parameters.constants());
        prop_assume!(!checked.codes.contains(&Code::TooManyDigits));
        let asks = doubt(&asked, value, by(&parameters, on)).is_some();
        prop_assert!(asks || checked.verdict == Verdict::Accept, "{checked:?}");
    }
}
