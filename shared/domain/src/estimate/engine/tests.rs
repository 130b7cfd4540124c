use insta::assert_snapshot;
use proptest::prelude::*;

use super::*;
use crate::calendar::days_after;
use crate::estimate::answer::told;
use crate::estimate::lines::Rounded;
use crate::estimate::parameters::tests::parameters;
use crate::estimate::profile::Profile;
use crate::estimate::shown::{Kind, arrange};
use crate::estimate::stats::Real;
use crate::reading::Source;

/// A connection and what is asked of it.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) commodity: Commodity,
    pub(crate) turning: Turning,
    pub(crate) direction: Direction,
    pub(crate) readings: Vec<Shown>,
    pub(crate) norm: Norm,
    pub(crate) levels: Levels,
    pub(crate) occupancy: Occupancy,
    pub(crate) profile: Profile,
    pub(crate) on: NaiveDate,
}

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Readings in a line: a day, then a value, marked `e` (estimated), `i` (installed), `r`
/// (removed), `a` (agreed), `s` (staff) or not, on five wheels.
pub(crate) fn shown(notation: &str) -> Vec<Shown> {
    let one = |item: &str| {
        let (on, marked) = item.trim().split_once(' ').unwrap();
        let value = marked.trim_start_matches(|c: char| c.is_ascii_alphabetic());
        let source = match marked.strip_suffix(value).unwrap() {
            "" => Source::Customer,
            "e" => Source::Estimated,
            "i" => Source::Installed,
            "r" => Source::Removed,
            "a" => Source::Agreed,
            "s" => Source::Staff,
            mark => panic!("no mark {mark}"),
        };
        let (kind, range) = (Kind::of(source), Some(100_000.into()));
        Shown { meter: 0, on: day(on), value: value.parse().unwrap(), kind, source, range }
    };
    arrange(notation.split(',').filter(|item| !item.trim().is_empty()).map(one).collect()).unwrap()
}

/// Water on five wheels, the same on every day, beside a norm of 100 with a spread of 0.55.
pub(crate) fn asked(notation: &str, on: &str) -> Asked {
    Asked {
        commodity: Commodity::Water,
        turning: Turning::Forward,
        direction: Direction::Consumption,
        readings: shown(notation),
        norm: Norm::of(100.into(), Decimal::new(55, 2), None).unwrap(),
        levels: Levels::default(),
        occupancy: Occupancy::default(),
        profile: Profile::flat(),
        on: day(on),
    }
}

impl Asked {
    pub(crate) fn question(&self) -> Question<'_> {
        Question {
            commodity: self.commodity,
            turning: self.turning,
            direction: self.direction,
            readings: &self.readings,
            norm: &self.norm,
            levels: &self.levels,
            occupancy: &self.occupancy,
            on: self.on,
        }
    }

    fn levels(mut self, levels: &[(i32, &str)]) -> Self {
        let level = |(year, level): &(i32, &str)| (*year, level.parse().unwrap());
        self.levels = Levels::of(levels.iter().map(level).collect()).unwrap();
        self
    }

    fn occupied_from(mut self, from: &str) -> Self {
        self.occupancy.occupied_from = Some(day(from));
        self
    }

    fn without(mut self, from: &str, until: &str) -> Self {
        self.occupancy.excluded.push(Period { from: day(from), until: Some(day(until)) });
        self
    }

    /// The outcome with the fast numbers, after it was found equal with the exact ones.
    fn reckoned(&self) -> Result<(Outcome<'_, Real>, Rounded), Impossible> {
        let parameters = parameters();
        let stepping = parameters.stepping(self.turning);
        let constants = parameters.real();
        let season = DayWeights::for_commodity(&self.profile, self.commodity, constants);
        let asked = self.readings.as_slice();
        let question = Question { readings: asked, ..self.question() };
        let fast = reckon(&question, &season, constants, &stepping)?;
        let rounded = Rounded::of(&fast, self.turning, 3).unwrap();
        let constants = parameters.constants();
        let season = DayWeights::for_commodity(&self.profile, self.commodity, constants);
        let exact = reckon(&question, &season, constants, &stepping).unwrap();
        let oracle = Rounded::of(&exact, self.turning, 3).unwrap();
        assert_eq!(
            (fast.method, &fast.notes, fast.confidence),
            (exact.method, &exact.notes, exact.confidence)
        );
        let pairs = [
            (rounded.consumption, oracle.consumption),
            (rounded.low, oracle.low),
            (rounded.high, oracle.high),
        ];
        for (fast, exact) in pairs {
            assert!((fast - exact).abs() <= Decimal::new(1, 3), "{fast} for {exact}");
        }
        Ok((fast, rounded))
    }

    /// What is estimated.
    fn told(&self) -> String {
        match self.reckoned() {
            Ok((outcome, rounded)) => {
                let Rounded { consumption, low, high } = rounded;
                let [consumption, low, high] = [consumption, low, high].map(|a| a.normalize());
                let method = told(outcome.method, &outcome.notes);
                format!("{consumption} ({low} to {high}) {method} {}", outcome.confidence)
            }
            Err(impossible) => format!("{impossible:?}"),
        }
    }

    fn amount(&self) -> Decimal {
        self.reckoned().unwrap().1.consumption
    }
}

/// What is estimated for `on` from `notation`.
#[track_caller]
fn check(notation: &str, on: &str) -> String {
    asked(notation, on).told()
}

const QUIET: &str =
    "2020-12-31 500, 2021-12-31 596, 2022-12-31 690, 2023-12-31 788, 2024-12-31 884";

#[test]
fn years_of_ones_own_count_by_their_age_and_lean_on_the_norm() {
    assert_snapshot!(check(QUIET, "2025-12-31"), @"96.401 (74.219 to 125.213) own_history B");
    assert_snapshot!(check("2023-12-31 500, 2024-12-31 596", "2025-12-31"), @"96.21 (63.577 to 145.592) one_year_plus_peers C");
    assert_snapshot!(check("2024-12-31 500", "2025-12-31"), @"99.932 (47.203 to 211.563) peer_norm E");
    assert_snapshot!(check(QUIET, "2025-04-30"), @"31.694 (20.338 to 49.389) own_history C");
}

#[test]
fn the_day_of_the_last_reading_has_no_use_and_none_before_it_can_be_asked() {
    assert_snapshot!(check(QUIET, "2024-12-31"), @"0 (0 to 0) own_history C");
    assert_snapshot!(check(QUIET, "2024-12-30"), @"TargetBeforeLastReading { last: 2024-12-31 }");
    assert_snapshot!(check("2023-12-31 1, 2024-12-31 e2", "2024-12-30"), @"TargetBeforeLastReading { last: 2024-12-31 }");
    assert_snapshot!(check("", "2024-12-30"), @"NoReading");
}

#[test]
fn similar_customers_move_the_estimate_from_year_to_year() {
    let levels: &[(i32, &str)] =
        &[(2021, "1"), (2022, "1.01"), (2023, "1"), (2024, "1.02"), (2025, "0.9894")];
    assert_snapshot!(asked(QUIET, "2025-12-31").levels(levels).told(), @"94.087 (72.383 to 122.299) own_history B");
    // A year that ends in June is the one before; what is not known is like what is known before.
    let with = |levels: &[(i32, &str)], on| asked(QUIET, on).levels(levels).told();
    assert_eq!(with(&[(2025, "1"), (2026, "2")], "2026-06-30"), with(&[], "2026-06-30"));
    assert_ne!(with(&[(2025, "1"), (2026, "2")], "2026-07-01"), with(&[], "2026-07-01"));
    assert_eq!(with(&[(2010, "3")], "2025-12-31"), with(&[], "2025-12-31"));
    assert_eq!(with(&[(2040, "3")], "2025-12-31"), with(&[], "2025-12-31"));
}

#[test]
fn a_norm_of_another_year_moves_too() {
    let mut new = asked("2024-12-31 500", "2025-12-31").levels(&[(2020, "1"), (2025, "1.1")]);
    let of = |year| Norm::of(100.into(), Decimal::new(55, 2), year).unwrap();
    new.norm = of(Some(2020));
    assert_snapshot!(new.told(), @"109.925 (51.923 to 232.719) peer_norm E");
    new.norm = of(Some(2021));
    assert_snapshot!(new.told(), @"99.932 (47.203 to 211.563) peer_norm E");
}

#[test]
fn a_year_that_stands_alone_does_not_count() {
    let leak = "2020-12-31 500, 2021-12-31 596, 2022-12-31 690, 2023-12-31 1090, 2024-12-31 1186";
    assert_snapshot!(check(leak, "2025-12-31"), @"96.131 (67.988 to 135.925) own_history+outlier_removed B");
    // Just inside 2.5 times the median, and just outside.
    let with = |use_of_2022: i64| {
        let third = 700 + use_of_2022;
        format!(
            "2020-12-31 500, 2021-12-31 600, 2022-12-31 700, 2023-12-31 {third}, 2024-12-31 {}",
            third + 100
        )
    };
    assert_snapshot!(check(&with(249), "2025-12-31"), @"113.99 (63.947 to 203.194) own_history D");
    assert_snapshot!(check(&with(251), "2025-12-31"), @"99.761 (70.571 to 141.023) own_history+outlier_removed B");
}

#[test]
fn two_last_years_alike_are_a_new_level() {
    let shift = "2018-12-31 500, 2019-12-31 596, 2020-12-31 690, 2021-12-31 788, 2022-12-31 884, \
                 2023-12-31 1184, 2024-12-31 ";
    assert_snapshot!(check(&format!("{shift}1489"), "2025-12-31"), @"272.352 (186.247 to 398.263) own_history+level_shift B");
    assert_snapshot!(check(&format!("{shift}1609"), "2025-12-31"), @"349.472 (222.637 to 548.563) own_history+level_shift C");
    assert_snapshot!(check(&format!("{shift}1614"), "2025-12-31"), @"96.586 (67.824 to 137.544) own_history+outlier_removed B");
}

#[test]
fn a_wrong_reading_spoils_two_years_that_together_are_right() {
    let too_high = "2020-12-31 500, 2021-12-31 596, 2022-12-31 790, 2023-12-31 788, 2024-12-31 884";
    assert_snapshot!(check(too_high, "2025-12-31"), @"96.177 (71.913 to 128.627) own_history B");
    assert_snapshot!(check(&too_high.replace("790", "890"), "2025-12-31"), @"96.177 (71.913 to 128.627) own_history B");
    let too_low = too_high.replace("790", "601");
    assert_snapshot!(check(&too_low, "2025-12-31"), @"96.177 (71.913 to 128.627) own_history B");
}

#[test]
fn short_stretches_are_joined_within_a_year_and_a_half() {
    assert_snapshot!(check("2024-01-01 0, 2024-07-01 40, 2025-01-01 96", "2025-12-31"), @"95.946 (63.368 to 145.273) one_year_plus_peers C");
    let ended =
        |last: &str| check(&format!("2023-01-01 0, 2024-01-01 90, {last} 150"), "2025-12-31");
    assert_snapshot!(ended("2024-07-04"), @"148.702 (98.279 to 224.996) one_year_plus_peers C");
    assert_snapshot!(ended("2024-07-05"), @"154.154 (105.595 to 225.041) own_history B");
}

#[test]
fn earlier_estimates_are_stepped_over_and_taken_off() {
    let drifting =
        "2020-12-31 500, 2021-12-31 596, 2022-12-31 690, 2023-12-31 e800, 2024-12-31 e912";
    assert_snapshot!(check(drifting, "2025-12-31"), @"62.853 (0 to 175.842) own_history B");
    assert_snapshot!(check("2020-12-31 500, 2021-12-31 e600, 2022-12-31 e702", "2023-12-31"), @"101.235 (69.221 to 148.056) own_history+from_estimates D");
    assert_snapshot!(check("2022-12-31 e702", "2023-12-31"), @"99.932 (47.203 to 211.563) peer_norm+from_estimates E");
}

#[test]
fn a_place_without_use_is_empty_and_one_with_a_little_is_not() {
    let empty = "2020-12-31 500, 2021-12-31 596, 2022-12-31 690, 2023-12-31 690";
    assert_snapshot!(check(empty, "2024-12-31"), @"0 (0 to 100.205) vacant D");
    assert_snapshot!(check(&format!("{empty}, 2024-12-31 790"), "2025-12-31"), @"99.52 (73.809 to 134.186) own_history B");
    // The newest stretch without use must be long enough, unless there is no other.
    let since =
        |last: &str| check(&format!("2022-12-31 500, 2024-07-31 650, {last} 650"), "2025-12-31");
    assert_snapshot!(since("2024-10-28"), @"112.018 (74.002 to 169.562) one_year_plus_peers C");
    assert_snapshot!(since("2024-10-30"), @"0 (0 to 116.906) vacant D");
    assert_snapshot!(check("2024-12-31 500, 2025-01-20 500", "2025-12-31"), @"0 (0 to 94.456) vacant D");
}

#[test]
fn a_new_occupant_is_not_the_former_one() {
    let former = "2020-12-31 500, 2021-12-31 660, 2022-12-31 815, 2023-12-31 980";
    assert_snapshot!(asked(former, "2024-12-31").occupied_from("2023-12-31").told(), @"141.62 (100.375 to 199.812) address_history D");
    let moved = |last: &str| {
        asked(&format!("{former}, {last}"), "2025-12-31").occupied_from("2023-12-31").told()
    };
    assert_snapshot!(moved("2024-03-29 992"), @"248.415 (175.978 to 350.669) address_history+outlier_removed D");
    assert_snapshot!(moved("2024-03-31 992"), @"121.758 (70.764 to 209.498) one_year_plus_peers+partial_year D");
    assert_snapshot!(asked("2022-12-31 815, 2023-12-31 815", "2024-12-31").occupied_from("2023-12-31").told(), @"100.205 (47.332 to 212.143) peer_norm E");
}

#[test]
fn marked_days_do_not_count() {
    let leak = "2020-12-31 500, 2021-12-31 596, 2022-12-31 690, 2023-12-31 1090";
    assert_snapshot!(asked(leak, "2024-12-31").without("2022-12-31", "2023-12-31").told(), @"95.124 (64.548 to 140.184) own_history+marked_out C");
    assert_snapshot!(asked(leak, "2024-12-31").without("2023-12-31", "2024-12-31").told(), @"95.124 (64.548 to 140.184) own_history+outlier_removed C");
}

#[test]
fn two_years_that_differ_much_are_said() {
    assert_snapshot!(check("2022-12-31 500, 2023-12-31 560, 2024-12-31 690", "2025-12-31"), @"112.507 (58.068 to 217.983) own_history+two_years_disagree D");
    assert_snapshot!(check("2022-12-31 500, 2023-12-31 600, 2024-12-31 779", "2025-12-31"), @"154.559 (91.285 to 261.692) own_history C");
    assert_snapshot!(check("2022-12-31 500, 2023-12-31 600, 2024-12-31 781", "2025-12-31"), @"155.855 (88.791 to 273.573) own_history+two_years_disagree C");
}

#[test]
fn less_than_half_a_year_leans_on_the_norm() {
    assert_snapshot!(check("2024-07-01 500, 2024-12-30 545", "2025-12-31"), @"92.418 (56.437 to 151.341) one_year_plus_peers+partial_year D");
    assert_snapshot!(check("2024-07-01 500, 2024-12-31 545", "2025-12-31"), @"91.757 (58.018 to 145.117) one_year_plus_peers C");
}

#[test]
fn an_exchange_divides_no_year() {
    let exchanged = "2020-12-31 500, 2021-12-31 596, 2022-12-31 690, 2023-05-10 r724, 2023-05-10 i0, 2023-12-31 61";
    assert_snapshot!(check(exchanged, "2024-12-31"), @"95.598 (71.525 to 127.772) own_history B");
    // A first reading that is an installation, an exchange on the day of a reading, two exchanges.
    assert_snapshot!(check("2022-12-31 i7, 2023-12-31 103", "2024-12-31"), @"96.708 (63.913 to 146.329) one_year_plus_peers C");
    assert_snapshot!(check("2022-12-31 500, 2023-12-31 596, 2023-12-31 r596, 2023-12-31 i0", "2024-12-31"), @"96.708 (63.913 to 146.329) one_year_plus_peers C");
    assert_snapshot!(check("2022-12-31 500, 2023-03-01 r520, 2023-03-01 i0, 2023-06-01 r25, 2023-06-01 i9, 2023-12-31 60", "2024-12-31"), @"96.708 (63.913 to 146.329) one_year_plus_peers C");
    // Without a removal reading the year is lost; without an installation, what comes after.
    assert_snapshot!(check("2021-12-31 400, 2022-12-31 500, 2023-05-10 i0, 2023-12-31 61", "2024-12-31"), @"96.756 (68.251 to 137.165) own_history B");
    assert_snapshot!(check("2021-12-31 400, 2022-12-31 500, 2023-05-10 r534, 2023-12-31 61", "2024-12-31"), @"99.207 (65.374 to 150.55) one_year_plus_peers C");
}

#[test]
fn a_register_passes_zero_from_above_six_tenths_to_below_four() {
    let over = "2020-12-31 99740, 2021-12-31 99836, 2022-12-31 99930, 2023-12-31 28";
    assert_snapshot!(check(over, "2024-12-31"), @"97.788 (73.088 to 130.834) own_history B");
    assert_snapshot!(check("2020-12-31 60001, 2021-12-31 39999", "2022-12-31"), @"37136.446 (24539.675 to 56199.424) one_year_plus_peers C");
    assert_snapshot!(check("2020-12-31 60000, 2021-12-31 39999", "2022-12-31"), @"99.932 (47.203 to 211.563) peer_norm E");
    assert_snapshot!(check("2020-12-31 99999, 2021-12-31 40000", "2022-12-31"), @"99.932 (47.203 to 211.563) peer_norm E");
    let twice = "2020-12-31 99000, 2021-12-31 39000, 2022-12-31 99000, 2023-12-31 39000";
    assert_snapshot!(check(twice, "2024-12-31"), @"24172.916 (16469.433 to 35479.659) own_history B");
}

#[test]
fn a_register_of_unknown_wheels_does_not_pass_zero() {
    let mut asked = asked("2022-12-31 99950, 2023-12-31 50", "2024-12-31");
    assert_snapshot!(asked.told(), @"100.266 (66.265 to 151.714) one_year_plus_peers C");
    for shown in &mut asked.readings {
        shown.range = None;
    }
    assert_snapshot!(asked.told(), @"100.205 (47.332 to 212.143) peer_norm E");
}

#[test]
fn the_calendar_has_leap_days_but_not_in_every_century() {
    assert_snapshot!(check("2022-02-28 500, 2024-02-29 700", "2025-02-28"), @"99.871 (65.997 to 151.132) one_year_plus_peers C");
    assert_snapshot!(check("2099-02-28 500, 2100-02-28 600", "2101-02-28"), @"99.992 (66.075 to 151.32) one_year_plus_peers C");
    assert_snapshot!(check("2099-02-28 500, 2100-03-01 600", "2100-03-01"), @"0 (0 to 0) one_year_plus_peers D");
}

#[test]
fn a_register_that_runs_backwards_has_the_mean_of_its_years() {
    let mut asked = asked("2022-12-31 5000, 2023-12-31 4000, 2024-12-31 3200", "2025-12-31");
    asked.turning = Turning::Reversible;
    asked.commodity = Commodity::Electricity;
    assert_snapshot!(asked.told(), @"-831.666 (-980.969 to -682.362) own_history D");
    asked.readings = shown("2024-06-30 4000, 2024-12-31 4900");
    assert_snapshot!(asked.told(), @"NoEstimate");
    asked.readings = shown("2024-12-31 4900");
    assert_snapshot!(asked.told(), @"NoEstimate");
}

#[test]
fn two_readings_of_a_day_are_never_a_guess() {
    let of = |notation: &str| {
        let read = |item: &str| {
            let one = shown(item);
            one.into_iter().next().unwrap()
        };
        arrange(notation.split(',').map(read).collect()).map(|arranged| {
            arranged.iter().map(|one| one.value.to_string()).collect::<Vec<_>>().join(" ")
        })
    };
    assert_eq!(of("2024-12-31 5, 2024-12-31 s6, 2024-12-31 a7").unwrap(), "7");
    assert_eq!(of("2024-12-31 s6, 2024-12-31 5").unwrap(), "6");
    assert_eq!(of("2024-12-31 5, 2024-12-31 5").unwrap(), "5");
    assert_eq!(of("2024-12-31 e5, 2024-12-31 4").unwrap(), "5 4");
    assert_eq!(of("2024-12-31 5, 2024-12-31 6").unwrap_err().on, day("2024-12-31"));
}

pub(crate) mod laws;
