use insta::assert_snapshot;
use proptest::prelude::*;

use super::*;

/// A register of `digits` wheels and `decimals` read ones behind them.
fn register(digits: u8, decimals: u8) -> Register {
    Register { decimals, ..Register::wheels("1", Unit::CubicMetre, digits).unwrap() }
}

/// What `text` is on `register` with three red wheels where it has no decimals.
#[track_caller]
fn read(text: &str, register: &Register) -> String {
    let red = if register.decimals == 0 { 3 } else { 0 };
    match parse_reading(text, register, red) {
        Ok(Entry { value, kept: Kept::Whole }) => value.to_string(),
        Ok(Entry { value, kept: Kept::WithoutDecimals }) => format!("{value} cut"),
        Err(Unreadable::Empty) => "err-empty".into(),
        Err(Unreadable::NotDigits) => "err-digits".into(),
        Err(Unreadable::Ambiguous) => "err-dot".into(),
        Err(Unreadable::TooManyDigits { entered, digits, without_red }) => {
            let offered = without_red.map_or(String::new(), |value| format!(", or {value}"));
            format!("err-many {entered} of {digits}{offered}")
        }
    }
}

/// A line for each of `texts`, on a register of `digits` and `decimals`.
#[track_caller]
fn check(digits: u8, decimals: u8, texts: &[&str]) -> String {
    let register = register(digits, decimals);
    let line = |text: &&str| format!("{text} = {}", read(text, &register));
    texts.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn nothing_is_asked_for_again() {
    for text in ["", " ", " \u{a0}\u{202f}\t\n", "m3", "\u{feff}\u{200b}"] {
        assert_eq!(read(text, &register(5, 0)), "err-empty", "{text:?}");
    }
}

#[test]
fn what_is_no_number_in_digits_is_refused() {
    let texts = [
        "abc",
        "12-34",
        "-5",
        "+5",
        "1e3",
        "0x1F",
        "٣٤",
        "½",
        "∞",
        "1.2.3",
        "1,2,3",
        "1.23,4,5",
        "1.234.567",
        "12,345.6,7",
        ",5",
        ".",
        "1 234 l",
        "12\u{202e}34",
        "12 MWh",
        "１．５",
    ];
    for text in texts {
        assert_eq!(read(text, &register(5, 0)), "err-digits", "{text:?}");
    }
    let padded = |zeros| format!("{}1", "0".repeat(zeros));
    assert_eq!(read(&padded(31), &register(5, 0)), "1");
    assert_eq!(read(&padded(32), &register(5, 0)), "err-digits");
}

#[test]
fn a_whole_register_is_read_as_people_type_it() {
    let texts = [
        "1234",
        " 0 1 2 3 4 ",
        "01234 m3",
        "01234M³",
        "１２３４",
        "1234,",
        "01234,567",
        "1234.9",
        "00001234",
        "1.234",
        "1,234",
        "01.234",
        "0.234",
        "1.23",
        "1.2345",
        "1234.567",
        "1.234,5",
        "1,234.5",
        "1.234,",
        "99999,999",
    ];
    assert_snapshot!(check(5, 0, &texts), @r"
    1234 = 1234
     0 1 2 3 4  = 1234
    01234 m3 = 1234
    01234M³ = 1234
    １２３４ = 1234
    1234, = 1234
    01234,567 = 1234 cut
    1234.9 = 1234 cut
    00001234 = 1234
    1.234 = err-dot
    1,234 = err-dot
    01.234 = 1 cut
    0.234 = 0 cut
    1.23 = 1 cut
    1.2345 = 1 cut
    1234.567 = 1234 cut
    1.234,5 = 1234 cut
    1,234.5 = 1234 cut
    1.234, = 1234
    99999,999 = 99999 cut
    ");
}

#[test]
fn a_register_with_decimals_is_read_as_people_type_it() {
    let texts = [
        "1234",
        "1.234",
        "1,234",
        "1.234,5",
        "1,234.5",
        "01.234,5",
        "12.34,5",
        "1234,5678",
        "0,5",
        "00000,999",
        "1234,5 GJ",
        "1.234.567,8",
    ];
    assert_snapshot!(check(5, 3, &texts), @r"
    1234 = 1234
    1.234 = 1.234
    1,234 = 1.234
    1.234,5 = 1234.5
    1,234.5 = 1234.5
    01.234,5 = 1234.5
    12.34,5 = err-digits
    1234,5678 = 1234.567 cut
    0,5 = 0.5
    00000,999 = 0.999
    1234,5 GJ = 1234.5
    1.234.567,8 = err-many 7 of 5
    ");
}

#[test]
fn too_many_digits_are_counted_and_red_ones_offered() {
    assert_snapshot!(check(5, 0, &["123456", "01234567", "1234567", "0123456", "123456,7", "12345678,9"]), @r"
    123456 = err-many 6 of 5
    01234567 = err-many 8 of 5, or 1234
    1234567 = err-many 7 of 5
    0123456 = err-many 7 of 5
    123456,7 = err-many 6 of 5
    12345678,9 = err-many 8 of 5
    ");
    assert_snapshot!(check(5, 3, &["123456", "01234567", "123456,789"]), @r"
    123456 = err-many 6 of 5
    01234567 = err-many 8 of 5, or 1234.567
    123456,789 = err-many 6 of 5
    ");
    let long = "9".repeat(10_000);
    assert_eq!(read(&long, &register(5, 0)), "err-many 10000 of 5");
}

#[test]
fn a_unit_is_dropped_unless_it_makes_another_number() {
    let read = |text, unit| {
        let register = Register { unit, ..register(5, 0) };
        parse_reading(text, &register, 0).ok().map(|entry| entry.value)
    };
    let value = Some(1234.into());
    for text in ["1234 kWh", "1234KWH", "1234 gj", "1234m³", "1234 ｍ3", "1234 m３"] {
        let expected = if text.contains('ｍ') { None } else { value };
        assert_eq!(read(text, Unit::KilowattHour), expected, "{text}");
    }
    assert_eq!(read("1234 MWh", Unit::KilowattHour), None);
    assert_eq!(read("1234 MWh", Unit::MegawattHour), value);
    assert_eq!(read("1234 kWh", Unit::MegawattHour), None);
}

/// A register, and a value that it can show.
fn shown() -> impl Strategy<Value = (Register, Decimal)> {
    (1..=9_u8, 0..=3_u8).prop_flat_map(|(digits, decimals)| {
        let values = 0..10_i64.pow(u32::from(digits + decimals));
        values.prop_map(move |value| {
            (register(digits, decimals), Decimal::new(value, decimals.into()))
        })
    })
}

/// Spaces of every kind that is dropped.
fn spaces() -> impl Strategy<Value = String> {
    "[ \u{a0}\u{202f}\u{2009}\u{200b}-\u{200f}\u{2066}-\u{2069}\u{feff}]{0,2}"
}

fn units() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["", "m3", "M3", "m³", " m³", "kWh", " KWH", "gj"])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases.max(500)))]

    #[test]
    fn any_text_is_read_or_refused(text in ".*", digits in 1..=9_u8, decimals in 0..=3_u8, red: u8) {
        let register = register(digits, decimals);
        if let Ok(entry) = parse_reading(&text, &register, red) {
            prop_assert!(register.can_show(entry.value));
        }
    }

    #[test]
    fn any_digits_and_separators_are_read_or_refused(text in "[0-9,. m3]{0,14}", digits in 1..=9_u8, decimals in 0..=3_u8) {
        let register = register(digits, decimals);
        if let Ok(entry) = parse_reading(&text, &register, 3) {
            prop_assert!(register.can_show(entry.value));
        }
    }

    #[test]
    fn what_is_shown_is_read_back((register, value) in shown(), comma in prop::sample::select(vec![',', '.'])) {
        let entry = parse_reading(&register.shown(value, comma), &register, 3).unwrap();
        prop_assert_eq!(entry, Entry { value, kept: Kept::Whole });
    }

    #[test]
    fn spaces_unit_and_zeros_change_nothing(
        (register, value) in shown(), zeros in 0..6_usize, gap in spaces(), between in spaces(), unit in units(),
    ) {
        let shown = register.shown(value, ',');
        let (first, rest) = shown.split_at(1);
        let typed = format!("{gap}{}{first}{between}{rest}{gap}{unit}{gap}", "0".repeat(zeros));
        prop_assert_eq!(parse_reading(&typed, &register, 3).unwrap().value, value);
    }

    /// However a value is written, it is read as itself, cut off, or refused.
    #[test]
    fn no_spelling_is_off_by_a_power_of_ten(
        (register, value) in shown(), more in "[0-9]{0,3}", zeros in 0..3_usize,
        decimal in prop::sample::select(vec![',', '.']), grouped: bool,
    ) {
        let whole = value.trunc().to_string();
        let fraction = value.fract().to_string().get(2..).unwrap_or_default().to_owned();
        let group = if decimal == ',' { "." } else { "," };
        let digits: Vec<char> = whole.chars().collect();
        let groups = digits.rchunks(3).rev().map(|group| group.iter().collect::<String>());
        let whole = if grouped { groups.collect::<Vec<_>>().join(group) } else { whole };
        let typed = format!("{}{whole}{decimal}{fraction}{more}", "0".repeat(zeros));
        if let Ok(entry) = parse_reading(&typed, &register, 3) {
            let exact = fraction.len() == usize::from(register.decimals);
            let read = if exact { value } else { entry.value };
            prop_assert_eq!(entry.value, read, "{}", typed);
            prop_assert_eq!(entry.value.trunc(), value.trunc(), "{}", typed);
        }
    }
}
