//! The engine beside the same rule in plain Python (`tests/bench/estimate.py`): the same answers, and
//! how many more of them a second of the processor.
//!
//! Optimized as what is deployed (`scripts/test rate`) the rates are judged. Without that the answers
//! are compared, of fewer lines.

#![cfg(test)]

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use chrono::{Days, NaiveDate};
use rust_decimal::Decimal;
use rustix::time::{ClockId, clock_gettime};
use serde_json::Value;

use domain::estimate::lines::{Answer, Line, Telling, estimate};
use domain::estimate::parameters::{ParameterSets, Parameters};

/// Whether this is the code that is deployed, and not that of every other test.
const OPTIMIZED: bool = !cfg!(debug_assertions);

/// How many lines are estimated.
const LINES: usize = if OPTIMIZED { 20_000 } else { 600 };

/// How often each side estimates all of them, by turns.
const ROUNDS: usize = 3;

/// So often the engine estimates them in a round: it is the faster one, and its clock is a coarse one.
const AGAIN: u32 = 10;

/// The rate of the engine, in those of Python: performance.md of the design, section 6.
const BAR: u128 = 50;

/// Chance that a seed decides: the generator `SplitMix64`.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }

    fn between(&mut self, least: u64, most: u64) -> u64 {
        least + self.below(most - least + 1)
    }

    /// Whether that happens which happens `of_hundred` times in a hundred.
    fn happens(&mut self, of_hundred: u64) -> bool {
        self.below(100) < of_hundred
    }
}

/// A register of one of the commodities: up to six years that are more or less alike, some of them
/// empty, estimated, far from the others, or read late; many registers roll over.
fn line(number: usize, chance: &mut Chance) -> String {
    let (utility, profile) = [
        (
            "water",
            "[0.0849,0.0773,0.0849,0.0821,0.0849,0.0821,0.0849,0.0849,0.0821,0.0849,0.0821,0.0849]",
        ),
        (
            "gas",
            "[0.1853,0.1605,0.1378,0.0846,0.0394,0.0188,0.0161,0.0163,0.0242,0.0617,0.1122,0.1431]",
        ),
        (
            "heat",
            "[0.1623,0.1425,0.1258,0.0841,0.0457,0.0293,0.0272,0.0273,0.0336,0.0668,0.1104,0.1450]",
        ),
        (
            "electricity",
            "[0.0981,0.0843,0.0864,0.0770,0.0751,0.0722,0.0754,0.0752,0.0755,0.0862,0.0913,0.1033]",
        ),
    ][usize::try_from(chance.below(4)).unwrap()];
    let usual = chance.between(30, 300);
    let mut on = NaiveDate::from_ymd_opt(2018, 12, 1).unwrap() + Days::new(chance.below(60));
    let mut value = chance.below(100_000);
    let mut readings = String::new();
    let years = chance.below(7);
    for year in 0..=years {
        let source = if year > 0 && chance.happens(10) { "estimated" } else { "customer" };
        let comma = if year > 0 { "," } else { "" };
        write!(readings, r#"{comma}{{"date":"{on}","value":{value},"source":"{source}"}}"#)
            .unwrap();
        on = on + Days::new(chance.between(300, 430));
        value += match chance.below(20) {
            0 => 0,
            1 => usual * chance.between(3, 9),
            _ => (usual * chance.between(80, 125)).div_euclid(100),
        };
        value %= 100_000;
    }
    let mut levels = String::new();
    for year in 2018..=2026 {
        let comma = if year > 2018 { "," } else { "" };
        write!(levels, r#"{comma}"{year}":1.{:0>2}"#, chance.below(20)).unwrap();
    }
    let (median, sigma) = (chance.between(50, 200), chance.between(30, 80));
    format!(
        r#"{{"case_id":"{number}","utility":"{utility}","readings":[{readings}],"target_date":"{on}","peer":{{"median_per_year":{median},"sigma_log":0.{sigma},"level_year":2024}},"monthly_profile":{profile},"cohort_levels":{{{levels}}},"register_digits":5}}"#
    )
}

fn parameters() -> Parameters {
    let text = include_str!("../../../infra/config/estimation.toml");
    ParameterSets::parse("estimation.toml", text).unwrap().newest().clone()
}

/// What the rule in Python prints of `lines`.
fn python(arguments: &[&str], lines: &str) -> String {
    let script: PathBuf =
        [env!("CARGO_MANIFEST_DIR"), "../../tests/bench/estimate.py"].iter().collect();
    let mut python = Command::new("python3");
    python.arg("-B").arg(script).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut running = python.spawn().expect("python3 is installed");
    let mut input = running.stdin.take().unwrap();
    thread::scope(|scope| {
        scope.spawn(move || input.write_all(lines.as_bytes()).unwrap());
        let ended = running.wait_with_output().unwrap();
        assert!(ended.status.success());
        String::from_utf8(ended.stdout).unwrap()
    })
}

fn amount(answer: &Value, name: &str) -> Decimal {
    answer[name].to_string().parse().unwrap()
}

#[test]
fn the_same_rule_in_python_gives_the_same_answers() {
    let (mut chance, parameters) = (Chance(1), parameters());
    let lines: Vec<String> = (0..LINES).map(|number| line(number, &mut chance)).collect();
    let twin = python(&[], &lines.join("\n"));
    assert_eq!(twin.lines().count(), LINES);
    for (line, twin) in lines.iter().zip(twin.lines()) {
        let Answer::Done(ours) = estimate(line.as_bytes(), 1, &parameters, Telling::Figures) else {
            panic!("{line}");
        };
        let (ours, twin): (Value, Value) =
            (serde_json::from_str(&ours).unwrap(), serde_json::from_str(twin).unwrap());
        for name in ["method", "confidence"] {
            assert_eq!(ours[name], twin[name], "{name} of {line}");
        }
        for name in ["consumption", "low", "high"] {
            let apart = (amount(&ours, name) - amount(&twin, name)).abs();
            assert!(apart <= Decimal::new(2, 3), "{name}: {ours} and {twin} of {line}");
        }
    }
}

/// The processor's time that this process has taken.
fn taken() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ProcessCPUTime)).unwrap()
}

/// How many lines a second of the processor estimates that were read before.
fn rate(lines: &[Line], parameters: &Parameters) -> u128 {
    let before = taken();
    let mut sum = Decimal::ZERO;
    for line in (0..AGAIN).flat_map(|_| lines) {
        sum += line.consumption(parameters).unwrap();
    }
    let spent = taken().saturating_sub(before);
    assert!(sum > Decimal::ZERO);
    let estimated = u128::from(AGAIN) * u128::try_from(lines.len()).unwrap();
    (estimated * 1_000_000_000).div_euclid(spent.as_nanos())
}

#[test]
fn the_engine_is_far_faster_than_the_same_rule_in_python() {
    let (mut chance, parameters) = (Chance(1), parameters());
    let lines: Vec<String> = (0..LINES).map(|number| line(number, &mut chance)).collect();
    let text = lines.join("\n");
    let read: Vec<Line> = lines.iter().map(|line| Line::read(line.as_bytes()).unwrap()).collect();
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let ours = rate(&read, &parameters);
        let told = python(&["--rate"], &text);
        let twin = told.trim().strip_suffix(" a second").unwrap().rsplit(' ').next().unwrap();
        let twin: u128 = twin.parse().unwrap();
        let of_twin = ours.div_euclid(twin);
        let told =
            format!("{ours} estimates a second of the processor, Python {twin}: {of_twin} times");
        drop(writeln!(io::stdout(), "{told}"));
        times.push(of_twin);
    }
    times.sort_unstable();
    let median = times[ROUNDS.div_euclid(2)];
    assert!(!OPTIMIZED || median >= BAR, "{median} times, and not {BAR}");
}
