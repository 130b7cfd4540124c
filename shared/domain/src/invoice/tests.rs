use insta::assert_snapshot;
use proptest::prelude::*;

use super::{InvoiceNumber, Sequence, Series};

fn number(day: &str, series: i64, sequence: i64) -> InvoiceNumber {
    let (series, sequence) = (Series::new(series).unwrap(), Sequence::new(sequence).unwrap());
    InvoiceNumber::allot(day.parse().unwrap(), series, sequence).unwrap()
}

#[test]
fn a_number_says_year_series_place_and_check() {
    assert_snapshot!(number("2027-01-05", 1, 42), @"202701000004285");
    assert_snapshot!(number("2027-02-09", 3, 7), @"202703000000725");
    assert_snapshot!(number("2027-02-15", 2, 5), @"202702000000565");
    assert_snapshot!(number("2027-01-05", 1, 42).creditor_reference(), @"RF74202701000004285");
}

#[test]
fn a_number_is_read_as_people_and_banks_write_it() {
    let whole = Some(number("2027-01-05", 1, 42));
    for text in [
        "202701000004285",
        " 2027 0100 0004 285\n",
        "2027.0100.0004.285",
        "2027-01-0000042-85",
        "RF74202701000004285",
        "rf74 2027 0100 0004 285",
    ] {
        assert_eq!(InvoiceNumber::parse(text), whole, "{text:?}");
    }
    for text in [
        "",
        "202701000004284",
        "20270100000428",
        "2027010000042850",
        "RF75202701000004285",
        "RF74202701000004284",
        "RF",
        "２02701000004285",
        "202701000004285x",
        "202700000004288", // series 0, its check right
    ] {
        assert_eq!(InvoiceNumber::parse(text), None, "{text:?}");
    }
}

#[test]
fn series_and_places_have_their_range() {
    let accepted = |number| (Series::new(number).is_some(), Sequence::new(number).is_some());
    assert_eq!(accepted(0), (false, false));
    assert_eq!(accepted(1), (true, true));
    assert_eq!(accepted(100), (false, true));
    assert_eq!(accepted(9_999_999), (false, true));
    assert_eq!(accepted(10_000_000), (false, false));
}

proptest! {
    #[test]
    fn a_wrong_digit_and_a_swap_of_neighbours_are_caught(
        year in 2020_i32..2100, series in 1_i64..100, sequence in 1_i64..10_000_000,
        place in 0_usize..15, other in 0_u8..10,
    ) {
        let number = number(&format!("{year}-06-01"), series, sequence);
        prop_assert_eq!(InvoiceNumber::parse(number.as_str()), Some(number.clone()));
        prop_assert_eq!(InvoiceNumber::parse(&number.creditor_reference()), Some(number.clone()));
        let mut digits = number.as_str().as_bytes().to_vec();
        digits[place] = b'0' + other;
        let typed = String::from_utf8(digits.clone()).unwrap();
        prop_assert_eq!(InvoiceNumber::parse(&typed).is_some(), typed == number.as_str());
        let mut swapped = number.as_str().as_bytes().to_vec();
        swapped.swap(place, (place + 1) % 15);
        let typed = String::from_utf8(swapped).unwrap();
        prop_assert!(place == 14 || InvoiceNumber::parse(&typed).is_none() || typed == number.as_str());
    }
}
