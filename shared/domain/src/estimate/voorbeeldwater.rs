//! The engine on the fictional utility's small set, whose true readings are known.
//!
//! The set is kept beside the checkout, not in it; without it the test says so and passes.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::PathBuf;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::engine::Occupancy;
use super::levels::Levels;
use super::norm::Norm;
use super::parameters::tests::parameters;
use super::profile::Profile;
use super::{Inputs, estimate};
use crate::connection::ConnectionNumber;
use crate::history::History;
use crate::judge::{
    Answer, Asked, AskedMeter, AskedRegister, Form, FormMeter, Typed, Usually, Verdict,
};
use crate::meter::{Meter, MeterNumber, Register, RegisterName};
use crate::quantity::{Commodity, Unit};
use crate::reading::{Quality, Reading, Source};

type Line = BTreeMap<String, String>;

/// The lines of a file of the set by the names of their columns, or `None` without the set.
fn lines(file: &str) -> Option<Vec<Line>> {
    let folder: PathBuf =
        [env!("CARGO_MANIFEST_DIR"), "../../../shared/data/voorbeeldwater/small"].iter().collect();
    let file = File::open(folder.join(file)).ok()?;
    let mut lines = csv::ReaderBuilder::new().delimiter(b';').from_reader(file);
    Some(lines.deserialize().map(Result::unwrap).collect())
}

fn day(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text, "%d-%m-%Y").ok()
}

fn value(text: &str) -> Decimal {
    text.replace(',', ".").parse().unwrap()
}

fn read(line: &Line, on: &str, shown: &str, source: Source) -> Option<Reading> {
    let estimated = source == Source::Estimated;
    Some(Reading {
        meter: MeterNumber::parse(&line["meter_number"]).unwrap(),
        register: RegisterName::parse(&line["register"]).unwrap(),
        on: day(&line[on])?,
        value: value(&line[shown]),
        source,
        quality: if estimated { Quality::Estimated } else { Quality::Actual },
        received_at: None,
    })
}

fn meter(line: &Line) -> Meter {
    let plain = Register::wheels(&line["register"], Unit::CubicMetre, 5).unwrap();
    Meter {
        number: MeterNumber::parse(&line["meter_number"]).unwrap(),
        connection: ConnectionNumber::parse(&line["connection_id"]).unwrap(),
        installed_on: day(&line["installed_on"]).unwrap(),
        removed_on: day(&line["removed_on"]),
        registers: vec![Register {
            digits: line["digits"].parse().unwrap(),
            decimals: line["decimals"].parse().unwrap(),
            ..plain
        }],
    }
}

/// Whether the reading page stores `typed` at once, for the register of `history`, on the day `on`.
fn is_accepted(history: &History, meter: &Meter, typed: Decimal, on: NaiveDate) -> bool {
    let usual = Usually::of(inputs(history), &Profile::flat(), &parameters());
    let register = AskedRegister::of(history, 3).unwrap().with(Some(usual));
    let name = register.register.name.clone();
    let text = register.register.shown(typed, ',');
    let meters = vec![AskedMeter { number: meter.number.clone(), registers: vec![register] }];
    let asked = Asked {
        commodity: Commodity::Water,
        constants: parameters().constants().clone(),
        readable_from: NaiveDate::MIN,
        meters,
    };
    let typed = Typed { text, answer: None::<Answer> };
    let filled = FormMeter { registers: BTreeMap::from([(name, typed)]), ..FormMeter::default() };
    let form = Form { meters: BTreeMap::from([(0, filled)]), ..Form::default() };
    matches!(asked.judge(&form, on), Verdict::Accepted(_))
}

/// What is known of the register of `history` beside its readings: a household of unknown size.
fn inputs(history: &History) -> Inputs {
    Inputs {
        commodity: Commodity::Water,
        turning: history.register().turning,
        direction: history.register().direction,
        decimals: history.register().decimals.into(),
        readings: history.shown(),
        beside: Vec::new(),
        place: 0,
        norm: Norm::of(100.into(), Decimal::new(55, 2), None).unwrap(),
        norm_id: "water".into(),
        norm_persons: None,
        profile_id: "flat".into(),
        levels: Levels::default(),
        levels_id: None,
        occupancy: Occupancy::default(),
    }
}

#[test]
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn an_estimate_is_near_the_truth_and_the_truth_is_accepted() {
    let (Some(meters), Some(readings), Some(truth)) =
        (lines("meters.csv"), lines("readings.csv"), lines("truth.csv"))
    else {
        eprintln!("SKIPPED: the set voorbeeldwater/small is not beside the checkout");
        return;
    };
    let source = |line: &Line| match line["source"].as_str() {
        "estimated" => Source::Estimated,
        "remote" => Source::Remote,
        "field" => Source::Staff,
        _ => Source::Customer,
    };
    let mut known: Vec<Reading> =
        readings.iter().filter_map(|line| read(line, "date", "value", source(line))).collect();
    for line in &meters {
        known.extend(read(line, "installed_on", "installed_value", Source::Installed));
        known.extend(read(line, "removed_on", "removed_value", Source::Removed));
    }
    let meters: Vec<Meter> = meters.iter().map(meter).collect();
    let parameters = parameters();
    let (mut errors, mut accepted) = (Vec::new(), 0_u32);
    for line in &truth {
        let shown = read(line, "date", "value", Source::Customer).unwrap();
        let of = |meter: &&Meter| {
            meter.number == shown.meter && meter.registers[0].name == shown.register
        };
        let meter = meters.iter().find(of).unwrap();
        let at_connection: Vec<Meter> =
            meters.iter().filter(|one| one.connection == meter.connection).cloned().collect();
        let history = History::of(meter, &shown.register, &at_connection, &known).unwrap();
        let last = history.last().unwrap();
        let range = history.register().range();
        let used = (shown.value - last.value + range) % range;
        let estimate = estimate(inputs(&history), shown.on, &Profile::flat(), &parameters).unwrap();
        assert!(history.register().can_show(estimate.value));
        if used > Decimal::TEN {
            errors.push((estimate.consumption - used).abs() * Decimal::ONE_HUNDRED / used);
        }
        let ok = is_accepted(&history, meter, shown.value, shown.on);
        accepted += u32::from(ok);
    }
    errors.sort_unstable();
    let median = errors[errors.len().div_euclid(2)];
    // A script that divides the last two trusted readings is off by 24.4 %: the use of this set is
    // as uneven as households are. Measured: 94 of 103 accepted.
    assert!(median <= Decimal::from(25), "half of the estimates are off by more than {median} %");
    let all = u32::try_from(truth.len()).unwrap();
    assert!(accepted * 100 >= all * 91, "only {accepted} of {all} true readings are accepted");
}
