use super::*;

/// A register of `digits` wheels and `decimals` of them behind the comma.
fn register(digits: u8, decimals: u8) -> Register {
    Register { decimals, ..Register::wheels("1", Unit::CubicMetre, digits).unwrap() }
}

#[test]
fn a_value_is_shown_as_the_wheels_show_it() {
    let shown = |digits, decimals, value: &str| {
        register(digits, decimals).shown(value.parse().unwrap(), ',')
    };
    assert_eq!(shown(5, 0, "1287"), "01287");
    assert_eq!(shown(5, 3, "1287.5"), "01287,500");
    assert_eq!(shown(5, 3, "0"), "00000,000");
    assert_eq!(shown(4, 1, "9999.9"), "9999,9");
}

#[test]
fn a_register_shows_what_fits_its_wheels() {
    let can_show = |value: &str| register(5, 1).can_show(value.parse().unwrap());
    assert!(can_show("0") && can_show("99999.9") && can_show("12.0"));
    assert!(!can_show("100000") && !can_show("-1") && !can_show("1.25"));
}

#[test]
fn the_day_of_an_exchange_belongs_to_both_meters() {
    let day = |text: &str| text.parse().unwrap();
    let meter = |installed, removed: Option<&str>| Meter {
        number: MeterNumber::parse("W1").unwrap(),
        connection: ConnectionNumber::parse("A1").unwrap(),
        installed_on: day(installed),
        removed_on: removed.map(day),
        registers: vec![register(5, 0)],
    };
    let (old, new) = (meter("2016-02-21", Some("2026-05-06")), meter("2026-05-06", None));
    assert!(old.hangs_on(day("2026-05-06")) && new.hangs_on(day("2026-05-06")));
    assert!(!old.hangs_on(day("2026-05-07")) && !new.hangs_on(day("2026-05-05")));
}
