use proptest::prelude::*;

use super::*;
use crate::entry::Kept;
use crate::id::Revision;
use crate::judge::{Answered, Choice};
use crate::meter::{MeterNumber, RegisterName};

/// A meter at `position` whose registers `1`, `2` … showed `values`, the last one answered with
/// `answer`.
fn meter(position: usize, revision: u32, values: &[&str], answer: Option<Choice>) -> JudgedMeter {
    let register = |(place, value): (usize, &&str)| JudgedRegister {
        register: RegisterName::parse(&(place + 1).to_string()).unwrap(),
        value: value.parse().unwrap(),
        kept: Kept::Whole,
        answered: answer
            .filter(|_| place + 1 == values.len())
            .map(|choice| Answered { doubt: None, choice }),
        alert: None,
    };
    JudgedMeter {
        position,
        number: MeterNumber::parse("W1").unwrap(),
        revision: Revision::new(revision),
        new_meter: None,
        registers: values.iter().enumerate().map(register).collect(),
    }
}

fn judged(meters: Vec<JudgedMeter>) -> Judged {
    Judged { on: "2026-12-03".parse().unwrap(), meters }
}

fn campaign(number: u16) -> CampaignNumber {
    CampaignNumber::new(number).unwrap()
}

/// What is hashed for `meters`, with a bar for each line's end.
#[track_caller]
fn hashed(meters: Vec<JudgedMeter>, attempt: u16) -> String {
    let connection = Subject::new(0x0123_4567_89ab_cdef).unwrap();
    text(campaign(2026), connection, &judged(meters), attempt).replace('\n', "|")
}

fn number(meters: Vec<JudgedMeter>, attempt: u16) -> String {
    let connection = Subject::new(0x0123_4567_89ab_cdef).unwrap();
    let id = FormId::of(campaign(2026), connection, &judged(meters), attempt);
    id.receipt_number(campaign(2026)).to_string()
}

#[test]
fn the_receipt_number_is_that_of_the_published_vector() {
    assert_eq!(number(vec![meter(0, 4, &["1302"], None)], 1), "2026-WVQG8-REB7W-R");
}

#[test]
fn a_form_is_called_after_all_that_it_says() {
    let of = |revision, value: &str, answer| vec![meter(0, revision, &[value], answer)];
    let form = "meterlink/form/v1|2026 0123456789abcdef 2026-12-03|";
    assert_eq!(hashed(of(4, "1302", None), 1), format!("{form}0 4 1=1302 usual|"));
    assert_eq!(hashed(of(4, "1302.500", None), 1), format!("{form}0 4 1=1302.5 usual|"));
    assert_eq!(hashed(of(5, "1300", Some(Choice::Yes)), 1), format!("{form}0 5 1=1300 yes|"));
    let two = vec![meter(0, 0, &["1", "20"], None), meter(2, 1, &["3", "4"], Some(Choice::Yes))];
    assert_eq!(hashed(two, 1), format!("{form}0 0 1=1,2=20 usual|2 1 1=3,2=4 usual,yes|"));
}

#[test]
fn the_same_form_twice_has_one_receipt_and_another_form_another() {
    let of =
        |revision, value: &str, attempt| number(vec![meter(0, revision, &[value], None)], attempt);
    assert_eq!(of(4, "1302", 1), of(4, "1302.0", 1));
    let others = [of(5, "1302", 1), of(4, "1303", 1), of(4, "1302", 2), of(4, "1302", 3)];
    for (place, other) in others.iter().enumerate() {
        assert_ne!(*other, of(4, "1302", 1));
        assert!(!others[..place].contains(other));
    }
}

#[test]
fn a_collision_adds_its_attempt_to_what_is_hashed() {
    assert!(hashed(vec![meter(0, 4, &["1302"], None)], 2).ends_with("|0 4 1=1302 usual|#2"));
}

#[test]
fn a_form_id_is_stored_whole_and_logged_in_part() {
    let connection = Subject::new(1).unwrap();
    let id = FormId::of(campaign(1), connection, &judged(vec![meter(0, 0, &["1"], None)]), 1);
    let hex = id.to_hex();
    assert!(hex.len() == 64 && hex.bytes().all(|b| b.is_ascii_hexdigit()));
    assert_eq!(format!("{id:?}"), format!("FormId({}…)", hex.split_at(4).0));
}

#[test]
fn a_number_is_read_as_people_copy_it() {
    let written = "2026-WVQG8-REB7W-R";
    for typed in [
        written,
        "2026-wvqg8-reb7w-r",
        " 2026 WVQG8 REB7W R\n",
        "2026WVQG8REB7WR",
        "2O26-WVQG8-REB7W-R",
        "2026\u{2013}WVQG8\u{a0}REB7W\u{2011}R",
    ] {
        assert_eq!(ReceiptNumber::parse(typed).unwrap().to_string(), written, "{typed:?}");
    }
    let ones_and_zeros = ReceiptNumber { campaign: campaign(1), derived: 1 << 5 };
    assert_eq!(ones_and_zeros.to_string(), "1-00000-00010-Z");
    assert_eq!(ReceiptNumber::parse("l-OoOOO-ooOIO-z"), Some(ones_and_zeros));
    assert_eq!(ReceiptNumber::parse("i-00000-0001o-Z"), Some(ones_and_zeros));
}

#[test]
fn what_is_no_number_is_refused() {
    for text in [
        "",
        "2026",
        "WVQG8-REB7W-R",
        "0-WVQG8-REB7W-R",
        "02026-WVQG8-REB7W-R",
        "A-WVQG8-REB7W-R",
        "65536-WVQG8-REB7W-R",
        "2026-WVQG8-REB7U-R",
        "2026-WVQG8-REB7W-R1",
        "2026-WVQG8-REB7W",
        "ü",
    ] {
        assert_eq!(ReceiptNumber::parse(text), None, "{text}");
    }
}

#[test]
fn a_number_is_kept_as_its_text() {
    let number = ReceiptNumber::parse("2026-WVQG8-REB7W-R").unwrap();
    let json = serde_json::to_string(&number).unwrap();
    assert_eq!(json, r#""2026-WVQG8-REB7W-R""#);
    assert_eq!(serde_json::from_str::<ReceiptNumber>(&json).unwrap(), number);
    assert!(serde_json::from_str::<ReceiptNumber>(r#""2026-WVQG8-REB7W-S""#).is_err());
}

fn any_number() -> impl Strategy<Value = ReceiptNumber> {
    (1..=u16::MAX, 0..1_u64 << 50)
        .prop_map(|(number, derived)| ReceiptNumber { campaign: campaign(number), derived })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases.max(500)))]

    #[test]
    fn a_number_is_read_back_in_lower_case_with_spaces(number in any_number()) {
        let typed = number.to_string().to_lowercase().replace('-', " ");
        prop_assert_eq!(ReceiptNumber::parse(&typed), Some(number));
    }

    #[test]
    fn no_single_wrong_symbol_is_read_as_the_number(number in any_number(), place in 0..11_usize, other in 1..32_u64) {
        let text: Vec<char> = number.to_string().chars().filter(|c| *c != '-').collect();
        let place = text.len() - 1 - place;
        let wrong = symbol_char((symbol_value(text[place]).unwrap() + other).rem_euclid(32));
        let changed: String = text.iter().enumerate().map(|(at, c)| if at == place { wrong } else { *c }).collect();
        prop_assert_eq!(ReceiptNumber::parse(&changed), None);
    }

    #[test]
    fn a_wrong_campaign_is_never_read_as_the_right_one(number in any_number(), place: prop::sample::Index, other in 1..10_u32) {
        let text = number.to_string();
        let (campaign, rest) = text.split_once('-').unwrap();
        let mut wrong: Vec<char> = campaign.chars().collect();
        let digit = place.get(&wrong).to_digit(10).unwrap();
        wrong[place.index(campaign.len())] =
            char::from_digit((digit + other).rem_euclid(10), 10).unwrap();
        let wrong: String = wrong.into_iter().collect();
        prop_assert_ne!(ReceiptNumber::parse(&format!("{wrong}-{rest}")), Some(number));
    }

    #[test]
    fn no_swap_of_neighbours_but_zero_with_z_is_read(number in any_number(), place in 0..10_usize) {
        let mut text: Vec<char> = number.to_string().chars().filter(|c| *c != '-').collect();
        let place = text.len() - 2 - place;
        let pair = [text[place], text[place + 1]];
        if pair[0] == pair[1] || pair == ['0', 'Z'] || pair == ['Z', '0'] {
            return Ok(());
        }
        text.swap(place, place + 1);
        prop_assert_eq!(ReceiptNumber::parse(&text.into_iter().collect::<String>()), None);
    }
}
