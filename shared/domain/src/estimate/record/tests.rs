use insta::assert_snapshot;
use proptest::prelude::*;

use super::*;
use crate::calendar::days_after;
use crate::estimate::engine::tests::laws::history;
use crate::estimate::engine::tests::{asked, day, shown};
use crate::estimate::parameters::tests::parameters;

const QUIET: &str =
    "2020-12-31 500, 2021-12-31 596, 2022-12-31 690, 2023-12-31 788, 2024-12-31 884";

/// Water on five wheels that showed `notation`, beside a norm of 100 with a spread of 0.55.
pub(crate) fn inputs(notation: &str) -> Inputs {
    let asked = asked("2024-12-31 0", "2025-12-31");
    Inputs {
        commodity: asked.commodity,
        turning: asked.turning,
        direction: asked.direction,
        decimals: 0,
        readings: shown(notation),
        beside: Vec::new(),
        place: 0,
        norm: asked.norm,
        norm_id: "water".into(),
        norm_persons: None,
        profile_id: "flat".into(),
        levels: asked.levels,
        levels_id: None,
        occupancy: asked.occupancy,
    }
}

fn made(notation: &str) -> Result<Estimate, Impossible> {
    estimate(inputs(notation), day("2025-12-31"), &Profile::flat(), &parameters())
}

/// What the register shows at the end of 2025.
#[track_caller]
fn check(notation: &str) -> String {
    let Estimate { value, consumption, low, high, confidence, .. } = made(notation).unwrap();
    format!("{value} (+{consumption}, {low} to {high}) {confidence}")
}

#[test]
fn a_register_shows_whole_units_and_passes_zero() {
    assert_snapshot!(check(QUIET), @"980 (+96, 74 to 126) B");
    assert_snapshot!(check("2023-12-31 99860, 2024-12-31 99950"), @"41 (+91, 60 to 138) C");
    assert_snapshot!(check("2022-12-31 690, 2023-12-31 788, 2024-12-31 e990"), @"990 (+0, 0 to 96) C");
}

#[test]
fn a_record_holds_all_that_it_rests_on() {
    let record =
        serde_json::to_string_pretty(&made("2023-12-31 500, 2024-12-31 596").unwrap()).unwrap();
    assert_snapshot!(record, @r#"
{
  "on": "2025-12-31",
  "value": "692",
  "consumption": "96",
  "low": "63",
  "high": "146",
  "method": "one_year_plus_peers",
  "notes": [],
  "confidence": "C",
  "in_a_row": {
    "estimated": 1,
    "known_from": "2023-12-31"
  },
  "due": [
    "link"
  ],
  "parameter_set": "2026-1",
  "parameter_hash": "ac1520835c3c5c79d9e95a297b0a353b85908fa73950891464d71db8f9598eed",
  "engine": "1",
  "inputs": {
    "commodity": "water",
    "turning": "forward",
    "decimals": 0,
    "readings": [
      {
        "on": "2023-12-31",
        "value": "500",
        "kind": "ordinary",
        "source": "customer",
        "range": "100000"
      },
      {
        "on": "2024-12-31",
        "value": "596",
        "kind": "ordinary",
        "source": "customer",
        "range": "100000"
      }
    ],
    "norm": {
      "median": "100",
      "sigma": "0.55"
    },
    "norm_id": "water",
    "profile_id": "flat",
    "levels": [],
    "occupancy": {}
  },
  "steps": {
    "since": "2024-12-31",
    "from": "596",
    "already": "0",
    "intervals": [
      {
        "from": "2023-12-31",
        "until": "2024-12-31",
        "used": "96",
        "weight": "366",
        "level": "4.562297",
        "counts": "1",
        "fate": "kept"
      }
    ],
    "ahead": "365",
    "norm": "4.60517",
    "centre": {
      "counts": "1",
      "mean": "4.562297",
      "lean": "0.129587",
      "share": "0.885279",
      "centre": "4.567215",
      "variance": "0.0784",
      "age": "0"
    },
    "spread": "0.323249",
    "amount": "96.209745"
  }
}
    "#);
}

#[test]
fn an_estimate_made_again_from_its_record_has_the_same_bytes() {
    for notation in
        [QUIET, "2024-12-31 5", "2023-12-31 5, 2024-12-31 5", "2022-12-31 690, 2023-12-31 e788"]
    {
        let stored = serde_json::to_string(&made(notation).unwrap()).unwrap();
        let read: Estimate = serde_json::from_str(&stored).unwrap();
        let again = estimate(read.inputs, read.on, &Profile::flat(), &parameters()).unwrap();
        assert_eq!(serde_json::to_string(&again).unwrap(), stored);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_estimate_made_again_from_its_record_has_the_same_bytes(
        readings in history(), beside in history(), ahead in 0_u16..500, together in any::<bool>(),
    ) {
        let on = days_after(readings.last().unwrap().on, ahead);
        let beside = if together { vec![beside] } else { Vec::new() };
        let inputs = Inputs { readings, beside, ..inputs("2020-12-31 0") };
        let Ok(made) = estimate(inputs, on, &Profile::flat(), &parameters()) else { return Ok(()) };
        prop_assert!(Decimal::ZERO <= made.low && made.low <= made.consumption);
        prop_assert!(made.consumption <= made.high);
        let stored = serde_json::to_string(&made).unwrap();
        let read: Estimate = serde_json::from_str(&stored).unwrap();
        let again = estimate(read.inputs, read.on, &Profile::flat(), &parameters()).unwrap();
        prop_assert_eq!(serde_json::to_string(&again).unwrap(), stored);
    }
}

#[test]
fn ten_years_fit_in_four_kilobytes() {
    let years: Vec<String> =
        (2014..2025).map(|year| format!("{year}-12-31 {}", (year - 2000) * 97)).collect();
    let stored = serde_json::to_string(&made(&years.join(",")).unwrap()).unwrap();
    assert!(stored.len() <= 4096, "{} bytes", stored.len());
}
