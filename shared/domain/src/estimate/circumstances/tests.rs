use insta::assert_snapshot;

use super::*;
use crate::address::{Address, Postcode};
use crate::calendar::Period;
use crate::connection::{ConnectionNumber, Supply};
use crate::estimate::engine::tests::day;
use crate::estimate::parameters::tests::parameters;
use crate::estimate::standards::tests::standards;
use crate::history::tests::readings;
use crate::meter::{Direction, MeterNumber, ReadBy};
use crate::quantity::{Commodity, Unit};

fn connection(commodity: Commodity) -> Connection {
    Connection {
        number: ConnectionNumber::parse("A1").unwrap(),
        account: crate::account::CustomerNumber::parse("K1").unwrap(),
        address: Address {
            street: "Dorpsstraat".into(),
            house_number: 1,
            house_letter: None,
            addition: None,
            postcode: Postcode::parse("1234 AB").unwrap(),
            city: "Voorbeelddorp".into(),
            country: "NL".into(),
        },
        supply: Supply {
            commodity,
            capacity: Some("2.5".into()),
            period: Period { from: day("2016-01-01"), until: None },
        },
        read_by: ReadBy::Customer,
        collective: None,
        ean: None,
        persons: Some(2),
        customer_reference: None,
        expected_year: None,
    }
}

/// The meter `W` with these registers, and what `run` says of it with the readings of `notation`:
/// those of register `1`, and after a bar those of the next.
fn with<T>(
    commodity: Commodity,
    registers: &[Register],
    notation: &str,
    run: impl FnOnce(&Circumstances<'_>) -> T,
) -> T {
    let connection = connection(commodity);
    let meter = Meter {
        number: MeterNumber::parse("W").unwrap(),
        connection: connection.number.clone(),
        installed_on: day("2000-01-01"),
        removed_on: None,
        registers: registers.to_vec(),
    };
    let of = |(register, notation): (&Register, &str)| {
        let mut read = readings(notation);
        for one in &mut read {
            one.register = register.name.clone();
        }
        read
    };
    let readings: Vec<Reading> = registers.iter().zip(notation.split('|')).flat_map(of).collect();
    let standards = standards();
    run(&Circumstances {
        connection: &connection,
        meter: &meter,
        meters: std::slice::from_ref(&meter),
        readings: &readings,
        marked: &[],
        standards: &standards,
        snapshot: None,
    })
}

fn register(name: &str, unit: Unit) -> Register {
    Register::wheels(name, unit, 5).unwrap()
}

/// What water showed at the end of 2026.
#[track_caller]
fn check(notation: &str, answers: Answers) -> String {
    let register = register("1", Unit::CubicMetre);
    let told = with(Commodity::Water, std::slice::from_ref(&register), notation, |around| {
        at_reference(around, &register.name, answers, &parameters(), day("2026-12-31"))
    });
    match told {
        Ok(AtReference { value, quality, read, estimate }) => {
            let read = read.map_or("nothing".into(), |read| format!("{} {}", read.on, read.value));
            let how = if estimate.is_some() { "counted on" } else { "exact" };
            format!("{value} {quality:?}, read {read}, {how}")
        }
        Err(error) => format!("{error:?}"),
    }
}

#[test]
fn a_reading_of_another_day_is_moved_to_the_reference_date() {
    let answer = Answers::Request;
    assert_snapshot!(check("2025-12-31 100, 2026-12-31 220", answer), @"220 Actual, read 2026-12-31 220, exact");
    assert_snapshot!(check("2025-12-31 100, 2027-01-10 230", answer), @"227 Prorated, read 2027-01-10 230, exact");
    assert_snapshot!(check("2024-12-31 100, 2025-12-31 200, 2026-12-03 300", answer), @"308 Prorated, read 2026-12-03 300, counted on");
    assert_snapshot!(check("2024-12-31 100, 2025-12-31 200, 2026-12-17 300", Answers::Nothing), @"304 Prorated, read 2026-12-17 300, counted on");
    assert_snapshot!(check("2024-12-31 100, 2025-12-31 200, 2026-12-16 300", Answers::Nothing), @"304 Estimated, read 2026-12-16 300, counted on");
    assert_snapshot!(check("2025-12-31 99950, 2027-01-10 80", answer), @"77 Prorated, read 2027-01-10 80, exact");
    assert_snapshot!(check("2027-01-10 80", answer), @"Impossible(NoReading)");
}

/// What later readings make of estimates of water.
#[track_caller]
fn trued_up(notation: &str) -> String {
    let register = register("1", Unit::CubicMetre);
    let told = with(Commodity::Water, std::slice::from_ref(&register), notation, |around| {
        true_up_register(around, &register.name, &parameters()).unwrap()
    });
    let one = |one: &TrueUp| {
        let period = |part: &TruedUp| {
            format!("to {} {} ({:+}, {:?})", part.until, part.used, part.difference, part.settled)
        };
        let periods: Vec<String> = one.periods.iter().map(period).collect();
        format!("{} to {}: {}, open {}", one.since, one.read_on, periods.join(", "), one.open)
    };
    told.iter().map(one).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_reading_supersedes_the_estimates_before_it() {
    assert_snapshot!(trued_up("2024-12-31 100, 2025-12-31 200, 2026-12-31 300"), @"");
    assert_snapshot!(trued_up("2024-12-31 100, 2025-12-31 e200"), @"");
    assert_snapshot!(trued_up("2024-12-31 100, 2025-12-31 e220, 2026-12-31 300"), @"2024-12-31 to 2026-12-31: to 2025-12-31 100 (-20, InFull), open 100");
    // methode Vink: four estimated years, of which the oldest is too old to be claimed
    assert_snapshot!(trued_up("2019-12-31 0, 2020-12-31 e80, 2021-12-31 e160, 2022-12-31 e240, 2023-12-31 e320, 2026-12-31 700"), @"2019-12-31 to 2026-12-31: to 2020-12-31 100 (+20, Waived), to 2021-12-31 100 (+20, InFull), to 2022-12-31 100 (+20, InFull), to 2023-12-31 100 (+20, InFull), open 300");
}

#[test]
fn high_and_low_tariff_are_estimated_together() {
    let registers = [register("low", Unit::KilowattHour), register("high", Unit::KilowattHour)];
    let notation = "2023-12-31 0, 2024-12-31 1000, 2025-12-31 2000 | 2023-12-31 0, 2024-12-31 1500, 2025-12-31 3000";
    let told = with(Commodity::Electricity, &registers, notation, |around| {
        let one = |register: &Register| {
            estimate_register(around, &register.name, &parameters(), day("2026-12-31")).unwrap()
        };
        registers.each_ref().map(one)
    });
    let told = told.map(|one| format!("{} {}", one.consumption, one.steps.amount));
    assert_snapshot!(told.join(", "), @"1000 2498.738739, 1499 2498.738739");
}

#[test]
fn what_is_fed_in_is_the_mean_of_its_own_years() {
    let fed = Register { direction: Direction::FeedIn, ..register("back", Unit::KilowattHour) };
    let registers = [register("1", Unit::KilowattHour), fed];
    let check = |notation: &str| {
        with(Commodity::Electricity, &registers, notation, |around| {
            let name = &registers[1].name;
            match estimate_register(around, name, &parameters(), day("2026-12-31")) {
                Ok(one) => {
                    format!("{} {} {}", one.consumption, one.confidence, one.inputs.beside.len())
                }
                Err(error) => format!("{error:?}"),
            }
        })
    };
    assert_snapshot!(check("2024-12-31 0, 2025-12-31 2500 | 2024-12-31 0, 2025-12-31 1800"), @"1800 D 0");
    assert_snapshot!(check("2024-12-31 0, 2025-12-31 2500 | 2025-12-31 1800"), @"Impossible(NoEstimate)");
}

#[test]
fn a_block_of_flats_is_not_pulled_to_a_household() {
    let check = |capacity: &str| {
        let registers = [register("1", Unit::CubicMetre)];
        let notation = "2023-12-31 0, 2024-12-31 30000, 2025-12-31 61000";
        with(Commodity::Water, &registers, notation, |around| {
            let mut connection = around.connection.clone();
            connection.supply.capacity = Some(capacity.into());
            let around = Circumstances { connection: &connection, ..*around };
            let name = &registers[0].name;
            let one = estimate_register(&around, name, &parameters(), day("2026-12-31")).unwrap();
            format!("{} {} {}", one.consumption, one.inputs.norm_id, one.confidence)
        })
    };
    assert_snapshot!(check("10"), @"29342 water-large-2026 B");
    assert_snapshot!(check("2.5"), @"13772 water-2-persons-2021 B");
}
