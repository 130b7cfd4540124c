//! Laws of the engine on made-up histories.

use rust_decimal::prelude::ToPrimitive as _;

use super::*;

/// A made-up history of about yearly readings, with now and then an estimate.
pub(crate) fn history() -> impl Strategy<Value = Vec<Shown>> {
    let year = (300_i64..430, 1_i64..4_000, 0_u8..8);
    (0_i64..30_000, prop::collection::vec(year, 1..8)).prop_map(|(start, years)| {
        let (mut on, mut tenths) = (day("2012-01-15"), start * 10);
        let mut readings = vec![one(on, tenths, Source::Customer)];
        for (days, used, kind) in years {
            on += chrono::TimeDelta::days(days);
            tenths += used;
            let source = match kind {
                0 => Source::Estimated,
                1 => Source::Staff,
                _ => Source::Customer,
            };
            readings.push(one(on, tenths, source));
        }
        readings
    })
}

fn one(on: NaiveDate, tenths: i64, source: Source) -> Shown {
    let value = Decimal::new(tenths, 1);
    Shown { meter: 0, on, value, kind: Kind::of(source), source, range: None }
}

fn of(readings: Vec<Shown>, ahead: u16) -> Asked {
    let on = days_after(readings.last().unwrap().on, ahead);
    Asked { readings, on, ..asked("", "2000-01-01") }
}

fn trusted(readings: &[Shown]) -> Vec<Shown> {
    readings.iter().filter(|shown| shown.is_trusted()).cloned().collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn nothing_is_negative_and_the_band_holds_the_estimate(readings in history(), ahead in 0_u16..800) {
        let asked = of(readings, ahead);
        let Rounded { consumption, low, high } = asked.reckoned().unwrap().1;
        prop_assert!(Decimal::ZERO <= low && low <= consumption && consumption <= high);
    }

    #[test]
    fn the_order_of_the_input_is_irrelevant(
        (readings, mixed) in history().prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
    ) {
        let mixed = of_arranged(mixed);
        prop_assert_eq!(mixed.told(), of(arrange(readings).unwrap(), 365).told());
    }

    #[test]
    fn another_unit_scales_the_answer(readings in history(), factor in 1_i64..5_000) {
        let factor = Decimal::new(factor, 2);
        let asked = of(readings, 365);
        let mut scaled = asked.clone();
        for shown in &mut scaled.readings {
            shown.value *= factor;
        }
        scaled.norm = Norm::of(asked.norm.median() * factor, asked.norm.sigma(), None).unwrap();
        let (plain, scaled) = (asked.exact(), scaled.exact());
        near(scaled, plain * factor)?;
    }

    #[test]
    fn a_constant_on_the_register_changes_nothing(readings in history(), more in 0_i64..90_000) {
        let asked = of(readings, 365);
        let mut shifted = asked.clone();
        for shown in &mut shifted.readings {
            shown.value += Decimal::from(more);
        }
        prop_assert_eq!(asked.told(), shifted.told());
    }

    #[test]
    fn four_hundred_years_later_nothing_has_changed(readings in history()) {
        let levels: &[(i32, &str)] = &[(2013, "1"), (2015, "1.1"), (2018, "0.95")];
        let later: Vec<(i32, &str)> = levels.iter().map(|(year, l)| (year + 400, *l)).collect();
        let asked = of(readings, 365).levels(levels);
        let mut then = asked.clone().levels(&later);
        let shift = |on: NaiveDate| on.checked_add_months(chrono::Months::new(4800)).unwrap();
        then.on = shift(then.on);
        for shown in &mut then.readings {
            shown.on = shift(shown.on);
        }
        prop_assert_eq!(asked.told(), then.told());
    }

    #[test]
    fn all_levels_times_a_constant_change_nothing(readings in history(), times in 50_i64..300) {
        let times = Decimal::new(times, 2);
        let levels = |times: Decimal| {
            let level = |(year, level): (i32, i64)| (year, Decimal::new(level, 2) * times);
            let levels = [(2013, 100), (2015, 110), (2018, 95)].map(level);
            Levels::of(levels.into_iter().collect()).unwrap()
        };
        let mut asked = of(readings, 365);
        asked.levels = levels(Decimal::ONE);
        let plain = asked.exact();
        asked.levels = levels(times);
        near(asked.exact(), plain)?;
    }

    #[test]
    fn the_level_of_the_day_multiplies_the_estimate(readings in history(), times in 50_i64..300) {
        let mut asked = of(trusted(&readings), 700);
        let newest = asked.readings.last().unwrap().on;
        prop_assume!(super::super::super::levels::level_year(asked.on) > super::super::super::levels::level_year(newest));
        let year = super::super::super::levels::level_year(asked.on);
        let levels = |level: Decimal| {
            Levels::of([(2000, Decimal::ONE), (year, level)].into_iter().collect()).unwrap()
        };
        asked.norm = Norm::of(100.into(), Decimal::new(55, 2), Some(2000)).unwrap();
        asked.levels = levels(Decimal::ONE);
        let plain = asked.exact();
        let times = Decimal::new(times, 2);
        asked.levels = levels(times);
        near(asked.exact(), plain * times)?;
    }

    #[test]
    fn estimates_never_matter_beside_trusted_years(readings in history(), at in 1_i64..200) {
        let own = trusted(&readings);
        prop_assume!(own.len() >= 2);
        let plain = of(own.clone(), 365);
        let on = own[0].on + chrono::TimeDelta::days(at);
        let estimate = one(on, 990_000, Source::Estimated);
        let with = arrange(own.into_iter().chain([estimate]).collect()).unwrap();
        prop_assert_eq!(plain.told(), of(with, 365).told());
    }

    #[test]
    fn estimates_at_the_end_take_off_what_they_counted(
        readings in history(), steps in prop::collection::vec((1_i64..200, 0_i64..3_000), 1..3),
    ) {
        let own = trusted(&readings);
        prop_assume!(own.len() > 1); // else the estimates are all there is
        let (mut on, last) = (own.last().unwrap().on, own.last().unwrap().value);
        let mut with = own.clone();
        let before = (last * Decimal::TEN).to_i64().unwrap();
        let mut tenths = before;
        for (days, more) in steps {
            on += chrono::TimeDelta::days(days);
            tenths += more;
            with.push(one(on, tenths, Source::Estimated));
        }
        let target = days_after(on, 100);
        let plain = Asked { readings: own, on: target, ..asked("", "2000-01-01") };
        let after = Asked { readings: with, on: target, ..asked("", "2000-01-01") };
        let counted = Decimal::new(tenths - before, 1);
        prop_assert_eq!(after.amount(), (plain.amount() - counted).max(Decimal::ZERO));
    }

    #[test]
    fn an_exchange_inside_a_year_changes_nothing(readings in history(), at in 1_i64..299, start in 0_i64..9_000) {
        let own = trusted(&readings);
        prop_assume!(own.len() >= 2);
        let plain = of(own.clone(), 365);
        // The last year is divided; the new register goes on from its own start.
        let [.., before, last] = own.as_slice() else { panic!("two readings") };
        let on = before.on + chrono::TimeDelta::days(at);
        let part = ((last.value - before.value) / Decimal::from(3)).trunc_with_scale(1);
        let start = Decimal::from(start);
        let mut exchanged = own.clone();
        let mut end = exchanged.pop().unwrap();
        let removed = Shown { on, value: before.value + part, ..one(on, 0, Source::Removed) };
        let installed = Shown { on, value: start, ..one(on, 0, Source::Installed) };
        end.value = end.value - before.value - part + start;
        exchanged.extend([removed, installed, end]);
        prop_assert_eq!(plain.told(), of(arrange(exchanged).unwrap(), 365).told());
    }

    #[test]
    fn a_register_that_passes_zero_is_like_its_unrolled_twin(readings in history()) {
        let range = Decimal::from(100_000);
        let plain = of(trusted(&readings), 365);
        let last = plain.readings.last().unwrap().value;
        let mut rolled = plain.clone();
        for shown in &mut rolled.readings {
            // Moved so that it passes zero somewhere in the history, by less than four tenths.
            shown.value = (shown.value - last + Decimal::from(100_010)) % range;
            shown.range = Some(range);
        }
        let steps = rolled.readings.windows(2).all(|pair| {
            pair[1].value >= pair[0].value
                || (pair[0].value > Decimal::from(60_000) && pair[1].value < Decimal::from(40_000))
        });
        prop_assume!(steps);
        prop_assert_eq!(plain.told(), rolled.told());
    }

    #[test]
    fn a_year_is_the_same_in_two_parts_that_follow_the_profile(used in 100_i64..4_000, half in 20_i64..345) {
        let (from, until) = (day("2023-12-31"), day("2024-12-31"));
        let days = 366;
        let at = from + chrono::TimeDelta::days(half);
        let whole = of(vec![one(from, 0, Source::Customer), one(until, used * days, Source::Customer)], 365);
        let mut divided = whole.clone();
        divided.readings.insert(1, one(at, used * half, Source::Customer));
        prop_assert_eq!(whole.told(), divided.told());
    }

    #[test]
    fn more_use_or_a_higher_norm_never_lowers_the_estimate(
        first in 10_i64..400, second in 10_i64..400, more in 1_i64..200, which in 0_u8..3,
    ) {
        let of = |first: i64, second: i64, norm: i64| {
            let mut asked = asked(&format!("2022-12-31 0, 2023-12-31 {first}, 2024-12-31 {}", first + second), "2025-12-31");
            asked.norm = Norm::of(norm.into(), Decimal::new(55, 2), None).unwrap();
            asked.amount()
        };
        let higher = match which {
            0 => of(first + more, second, 100),
            1 => of(first, second + more, 100),
            _ => of(first, second, 100 + more),
        };
        prop_assert!(higher >= of(first, second, 100));
    }

    #[test]
    fn the_estimate_grows_with_the_day(readings in history(), ahead in 0_u16..500, more in 1_u16..200) {
        let own = trusted(&readings);
        let sooner = of(own.clone(), ahead);
        let later = of(own, ahead + more);
        prop_assert!(later.amount() >= sooner.amount());
    }

    #[test]
    fn another_year_like_the_mean_never_widens_the_band(used in 50_i64..200, years in 1_usize..6) {
        let years_of = |years: usize| {
            let year = |n: usize| {
                let n = i32::try_from(n).unwrap();
                let on = NaiveDate::from_ymd_opt(2024 - n, 12, 31).unwrap();
                one(on, (10_000 - i64::from(n) * used) * 10, Source::Customer)
            };
            of((0..=years).rev().map(year).collect(), 365)
        };
        let width = |asked: &Asked| asked.reckoned().unwrap().0.spread.unwrap();
        prop_assert!(width(&years_of(years + 1)) <= width(&years_of(years)));
    }
}

fn of_arranged(readings: Vec<Shown>) -> Asked {
    of(arrange(readings).unwrap(), 365)
}

impl Asked {
    /// The estimate before it is rounded for the register, to nine decimals.
    fn exact(&self) -> Decimal {
        self.reckoned().unwrap().0.since_base.amount.exact().unwrap()
    }
}

/// Equal to one in a billion, or to the last of the nine decimals.
fn near(one: Decimal, other: Decimal) -> Result<(), TestCaseError> {
    let apart = (one - other).abs();
    let allowed = Decimal::new(2, 9) + other.abs() * Decimal::new(1, 9);
    prop_assert!(apart <= allowed, "{} for {}", one, other);
    Ok(())
}
