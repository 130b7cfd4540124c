//! The constants of the rules by name, as numbers of whichever kind the caller reckons with.

use rust_decimal::Decimal;
use serde::Deserialize;

macro_rules! constants {
    ($($(#[$doc:meta])+ $name:ident,)+) => {
        /// The constants of the rules of estimating and checking, by name.
        #[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct Constants<N> {
            $($(#[$doc])+ pub $name: N,)+
        }

        impl Constants<Decimal> {
            /// The same constants as other numbers.
            pub(crate) fn map<N>(&self, number: impl Fn(Decimal) -> N) -> Constants<N> {
                Constants { $($name: number(self.$name),)+ }
            }

            /// Each constant with its name, in the order of the rules.
            pub fn named(&self) -> Vec<(&'static str, Decimal)> {
                vec![$((stringify!($name), self.$name),)+]
            }
        }
    };
}

constants! {
    /// Part of the use of heat that is the same on every day.
    heat_flat_share,
    /// A register passes zero from above this part of its range …
    roll_over_above,
    /// … to below this part.
    roll_over_below,
    /// An interval of less weight is joined with its neighbour …
    join_weight,
    /// … if the two span at most so many days.
    join_span_days,
    /// Two neighbours spoiled by one wrong reading are off by more than this, in logarithms …
    spoiled_distance,
    /// … and together by less than this.
    mended_distance,
    /// So much weight of the present occupant counts alone.
    occupied_weight,
    /// A former occupant's use leans so many times more on the norm.
    former_occupant_lean,
    /// A newest interval of so much weight without use says that the place is empty.
    vacant_weight,
    /// Added to the variance of a norm that stands for a household.
    norm_variance,
    /// A year is out when it is more than this many times the median, or less than its part …
    outlier_ratio,
    /// … and more than this many deviations from it.
    outlier_deviations,
    /// From the median absolute deviation to a standard deviation.
    deviation_scale,
    /// Two years that are both out and this near to each other are a new level, in logarithms.
    level_shift_distance,
    /// How fast a year loses weight with its age, per year.
    recency,
    /// The smallest spread of a norm that is believed.
    norm_sigma_min,
    /// Spread of a household's own years: water.
    sigma_water,
    /// Spread of a household's own years: gas.
    sigma_gas,
    /// Spread of a household's own years: heat and cooling.
    sigma_heat,
    /// Spread of a household's own years: electricity.
    sigma_electricity,
    /// What the norm counts beside one own year, at most.
    lean,
    /// Former estimates lean so many times more on the norm.
    from_estimates_lean,
    /// The own share is at most so many times the part of a year that is covered.
    cover_factor,
    /// Less than this part of a year covered is said.
    partial_year,
    /// Two years whose ratio is more than this disagree.
    disagree_ratio,
    /// So many years' worth of spread are assumed before any is seen.
    prior_years,
    /// A short stretch has at most so many times the variance.
    short_factor_max,
    /// Weights below this count as this when a stretch is short.
    short_weight_min,
    /// What few own years add to the variance: this part, divided by their number …
    few_years,
    /// … which counts as this at least.
    few_years_min,
    /// Spread that no history takes away.
    base_sigma,
    /// Added to the variance with any note.
    note_variance,
    /// Spread for each year that the newest kept use is old.
    age_sigma,
    /// Deviations to either end of the band.
    band_deviations,
    /// A register that runs backwards needs an interval of this weight.
    backwards_weight,
    /// Below this spread three years give confidence A …
    confidence_a,
    /// … below this one two years give B …
    confidence_b,
    /// … and below this one one year gives C.
    confidence_c,
    /// A year whose weight is at least this …
    cohort_weight_min,
    /// … and at most this counts for the level of similar customers.
    cohort_weight_max,
    /// With fewer customers the next wider group speaks.
    cohort_customers_min,
    /// The index of a group is at least this …
    cohort_index_min,
    /// … and at most this.
    cohort_index_max,
    /// A reading this many days from the reference date is moved to it.
    prorate_days,
    /// The check's spread is at least this …
    check_sigma_min,
    /// … and this where the place is empty.
    check_sigma_vacant,
    /// A roll-over may give so many times the expected use.
    check_roll_over_ratio,
    /// Nothing used is asked about when more than this part of the floor is expected.
    check_zero_part,
    /// Deviations from which a use is unusual …
    check_deviations,
    /// … but at most this ratio when it is high …
    check_high_ratio,
    /// … and this one when it is low.
    check_low_ratio,
    /// Digits of a register whose digits are unknown.
    check_digits,
    /// A reading may be this many days older than the opening of its campaign.
    check_window_days,
    /// A confirmed use above so many times the expected one may be a leak …
    leak_ratio,
    /// … and so is one that is this much above it, m³.
    leak_amount,
    /// A difference that nobody would mind: water, m³.
    floor_water,
    /// Electricity, `kWh`.
    floor_electricity,
    /// Gas, m³.
    floor_gas_m3,
    /// Gas, `kWh`.
    floor_gas_kwh,
    /// Heat and cooling, `GJ`.
    floor_heat_gj,
    /// Heat and cooling, `kWh`.
    floor_heat_kwh,
    /// From so many estimates in a row on, a letter is written and an operator told …
    overdue_estimates,
    /// … and from so many on somebody reads the meter, …
    field_reading_estimates,
    /// … as after so many years in which the company did not.
    company_years,
    /// A reading after so many estimates or more is spread over all their years …
    spread_estimates,
    /// … and at most so many years of it are claimed back.
    reclaim_years,
}
