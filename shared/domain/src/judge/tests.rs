use std::collections::BTreeMap;

use insta::assert_snapshot;
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::*;
use crate::estimate::parameters::tests::parameters;
use crate::estimate::profile::Profile;
use crate::estimate::record::tests::inputs;
use crate::history::tests::history_of;
use crate::id::Revision;
use crate::meter::{RegisterName, Turning};
use crate::quantity::Unit;
use crate::reading::Quality;

const TODAY: &str = "2026-12-03";

/// A quiet household: 110 m³ from December to December, last read a year ago.
const USUAL: &str = "2024-12-03 1096, 2025-12-03 1206";

fn wheels() -> Register {
    Register::wheels("1", Unit::CubicMetre, 5).unwrap()
}

fn name(register: &str) -> RegisterName {
    RegisterName::parse(register).unwrap()
}

fn asked_register(register: &Register, history: &str) -> AskedRegister {
    AskedRegister::of(&history_of(register, history), 3).unwrap()
}

fn asked_meter(number: &str, registers: Vec<AskedRegister>) -> AskedMeter {
    AskedMeter { number: MeterNumber::parse(number).unwrap(), registers }
}

fn asked(commodity: Commodity, meters: Vec<AskedMeter>) -> Asked {
    let constants = parameters().constants().clone();
    Asked { commodity, constants, readable_from: "2026-11-12".parse().unwrap(), meters }
}

/// One water meter of five wheels with `history`.
fn water(history: &str) -> Asked {
    asked(Commodity::Water, vec![asked_meter("W1", vec![asked_register(&wheels(), history)])])
}

/// A form of `fields`: `r0-1=01234`, and `a0-1=yes` or `a0-1=yes@01234` for an answer to what was
/// typed or to another text, `n0=` for a new meter, `on=` for a day.
fn form(fields: &str) -> Form {
    let mut form = Form::default();
    for field in fields.split(';').map(str::trim).filter(|field| !field.is_empty()) {
        let (key, value) = field.split_once('=').unwrap();
        if key == "on" {
            let parts: Vec<&str> = value.split('-').collect();
            form.read_on = ReadOn::parse(parts[0], parts[1], parts[2]);
            continue;
        }
        let (kind, place) = key.split_at(1);
        let (position, register) = place.split_once('-').unwrap_or((place, ""));
        let meter = form.meters.entry(position.parse().unwrap()).or_default();
        meter.revision = Revision::new(4);
        match kind {
            "n" => meter.new_meter = value.to_owned(),
            "r" => meter.registers.entry(name(register)).or_default().text = value.to_owned(),
            "a" => {
                let typed = meter.registers.entry(name(register)).or_default();
                let (choice, about) = value.split_once('@').unwrap_or((value, &typed.text));
                let (about, choice) = (about.to_owned(), Choice::parse(choice));
                typed.answer = Some(Answer { about, choice });
            }
            other => panic!("no field {other}"),
        }
    }
    form
}

/// What is said about `fields`, a line for each thing said.
#[track_caller]
fn check(asked: &Asked, fields: &str) -> String {
    told(asked.judge(&form(fields), TODAY.parse().unwrap()))
}

fn at(field: &Field) -> String {
    match field {
        Field::Register { meter, register } => format!("r{meter}-{register}"),
        Field::ReadOn => "on".into(),
    }
}

fn told(verdict: Verdict) -> String {
    let lines: Vec<String> = match verdict {
        Verdict::Accepted(judged) => judged
            .meters
            .iter()
            .flat_map(|meter| meter.registers.iter().map(move |one| (meter, one)))
            .map(|(meter, one)| {
                let answer = one.answered.as_ref().map_or("usual", |it| it.choice.as_str());
                let held = if one.is_held() { ", held" } else { "" };
                let alert =
                    one.alert.map_or(String::new(), |alert| format!(", {alert:?}").to_lowercase());
                let new =
                    meter.new_meter.as_ref().map_or(String::new(), |new| format!(", now {new}"));
                let (quality, kept) = (one.quality(), one.kept);
                format!(
                    "accepted {} {} {answer} {quality:?} {kept:?}{held}{alert}{new}",
                    judged.on, one.value
                )
            })
            .collect(),
        Verdict::Doubtful(doubts) => doubts
            .iter()
            .map(|doubt| {
                let choices: Vec<&str> = doubt.choices().iter().map(|c| c.as_str()).collect();
                let likely =
                    doubt.likely.as_ref().map_or(String::new(), |likely| format!(", {likely:?}"));
                format!(
                    "{} {} {:?} [{}]{likely}",
                    at(&doubt.field),
                    doubt.value,
                    doubt.reason,
                    choices.join(" ")
                )
            })
            .collect(),
        Verdict::Refused(refusals) => refusals
            .iter()
            .map(|refusal| match &refusal.reason {
                RefusalReason::NotChosen(doubt) => {
                    format!("{} choose: {:?}", at(&refusal.field), doubt.reason)
                }
                RefusalReason::NewMeter(_) => format!("{} new meter", at(&refusal.field)),
                RefusalReason::Unreadable(why) => format!("{} {why:?}", at(&refusal.field)),
                RefusalReason::OutsideWindow { from, until } => {
                    format!("{} {from} to {until}", at(&refusal.field))
                }
            })
            .collect(),
    };
    lines.join("\n")
}

#[test]
fn a_usual_reading_is_stored_without_a_question() {
    assert_snapshot!(check(&water(USUAL), "r0-1=01302"), @"accepted 2026-12-03 1302 usual Actual Whole");
    assert_snapshot!(check(&water(USUAL), "r0-1=01302,5 m3"), @"accepted 2026-12-03 1302 usual Actual WithoutDecimals");
    assert_snapshot!(check(&water(USUAL), "r0-1=01302; a0-1=yes"), @"accepted 2026-12-03 1302 usual Actual Whole");
    assert_snapshot!(check(&water(""), "r0-1=99999"), @"accepted 2026-12-03 99999 usual Actual Whole");
}

#[test]
fn what_cannot_be_read_is_refused_beside_its_field() {
    let of = |typed: &str| check(&water(USUAL), &format!("r0-1={typed}"));
    assert_snapshot!(of(""), @"r0-1 Empty");
    assert_snapshot!(of("abc"), @"r0-1 NotDigits");
    assert_snapshot!(of("1.234"), @"r0-1 Ambiguous");
    assert_snapshot!(of("123456"), @"r0-1 TooManyDigits { entered: 6, digits: 5, without_red: None }");
    assert_snapshot!(check(&water(USUAL), ""), @"r0-1 Empty");
}

#[test]
fn a_reading_is_of_a_day_in_the_window() {
    let of = |day: &str| check(&water(USUAL), &format!("r0-1=01302; on={day}"));
    assert_snapshot!(of("3-12-2026"), @"accepted 2026-12-03 1302 usual Actual Whole");
    assert_snapshot!(of("12-11-2026"), @"accepted 2026-11-12 1302 usual Actual Whole");
    assert_snapshot!(of("11-11-2026"), @"on 2026-11-12 to 2026-12-03");
    assert_snapshot!(of("4-12-2026"), @"on 2026-11-12 to 2026-12-03");
    assert_snapshot!(of("31-2-2026"), @"on 2026-11-12 to 2026-12-03");
    assert_snapshot!(of("1-1-1900"), @"on 2026-11-12 to 2026-12-03");
    assert_snapshot!(of("1-12-26"), @"on 2026-11-12 to 2026-12-03");
    assert_snapshot!(of("1--2026"), @"on 2026-11-12 to 2026-12-03");
    assert_snapshot!(of("--"), @"accepted 2026-12-03 1302 usual Actual Whole");
    assert_snapshot!(of("０1-1２-2026"), @"accepted 2026-12-01 1302 usual Actual Whole");
}

#[test]
fn a_reading_is_of_a_day_after_the_last_trusted_one() {
    let of = |history: &str, day: &str| check(&water(history), &format!("r0-1=01302; on={day}"));
    assert_snapshot!(of("2026-11-20 s1300", "20-11-2026"), @"on 2026-11-21 to 2026-12-03");
    assert_snapshot!(of("2026-11-20 s1300", "21-11-2026"), @"accepted 2026-11-21 1302 usual Actual Whole");
    assert_snapshot!(of("2026-11-20 e1300", "20-11-2026"), @"accepted 2026-11-20 1302 usual Actual Whole");
    assert_snapshot!(of("2026-11-20 i1300", "20-11-2026"), @"accepted 2026-11-20 1302 usual Actual Whole");
    assert_snapshot!(of("2026-11-20 i1300", "19-11-2026"), @"on 2026-11-20 to 2026-12-03");
}

#[test]
fn an_unusually_high_reading_is_asked_about() {
    let high = "r0-1=02018";
    assert_snapshot!(check(&water("2024-12-03 1110, 2025-12-03 1206"), high), @"r0-1 2018 Unusual { tendency: High, used: 812, since: 2025-12-03, year_before: Some(96), usual: None, without_red: None } [yes no]");
    assert_snapshot!(check(&water("2024-12-03 1110, 2025-12-03 1206"), &format!("{high}; a0-1=yes")), @"accepted 2026-12-03 2018 yes Confirmed Whole");
    // 2.5 times 110 is 275: up to 1481 nobody is asked.
    assert_snapshot!(check(&water(USUAL), "r0-1=1481"), @"accepted 2026-12-03 1481 usual Actual Whole");
    assert_snapshot!(check(&water(USUAL), "r0-1=1482"), @"r0-1 1482 Unusual { tendency: High, used: 276, since: 2025-12-03, year_before: Some(110), usual: None, without_red: None } [yes no]");
}

#[test]
fn an_unusually_low_reading_is_asked_about() {
    // a third of 110 is 36.7, and 25 m³ less than 110 would not be enough
    assert_snapshot!(check(&water(USUAL), "r0-1=1243"), @"accepted 2026-12-03 1243 usual Actual Whole");
    assert_snapshot!(check(&water(USUAL), "r0-1=1242"), @"r0-1 1242 Unusual { tendency: Low, used: 36, since: 2025-12-03, year_before: Some(110), usual: None, without_red: None } [yes no]");
    assert_snapshot!(check(&water(USUAL), "r0-1=1242; a0-1=yes"), @"accepted 2026-12-03 1242 yes Confirmed Whole");
}

#[test]
fn a_difference_below_the_floor_is_nothing_to_ask_about() {
    let little = "2024-12-03 100, 2025-12-03 104";
    assert_snapshot!(check(&water(little), "r0-1=133"), @"accepted 2026-12-03 133 usual Actual Whole");
    assert_snapshot!(check(&water(little), "r0-1=134"), @"r0-1 134 Unusual { tendency: High, used: 30, since: 2025-12-03, year_before: Some(4), usual: None, without_red: None } [yes no]");
    assert_snapshot!(check(&water(little), "r0-1=104"), @"accepted 2026-12-03 104 usual Actual Whole");
}

#[test]
fn the_same_reading_again_is_asked_about_where_use_is_expected() {
    assert_snapshot!(check(&water(USUAL), "r0-1=01206"), @"r0-1 1206 Equal [yes no]");
    assert_snapshot!(check(&water(USUAL), "r0-1=01206; a0-1=yes"), @"accepted 2026-12-03 1206 yes Confirmed Whole");
    assert_snapshot!(check(&water("2024-12-03 1206, 2025-12-03 1206"), "r0-1=01206"), @"accepted 2026-12-03 1206 usual Actual Whole");
    assert_snapshot!(check(&water("2025-12-03 1206"), "r0-1=01206"), @"r0-1 1206 Equal [yes no]");
    assert_snapshot!(check(&water("2026-10-01 i0"), "r0-1=0"), @"accepted 2026-12-03 0 usual Actual Whole");
    assert_snapshot!(check(&water("2025-12-03 e1206"), "r0-1=01206"), @"r0-1 1206 Equal [yes no]");
}

#[test]
fn a_reading_below_an_estimate_is_one_question() {
    let history = "2023-12-03 1000, 2024-12-03 1100, 2025-12-03 e1300";
    assert_snapshot!(check(&water(history), "r0-1=1290"), @"r0-1 1290 BelowEstimate [yes no]");
    assert_snapshot!(check(&water(history), "r0-1=1290; a0-1=yes"), @"accepted 2026-12-03 1290 yes Confirmed Whole");
    assert_snapshot!(check(&water("2025-12-03 e1300"), "r0-1=1290"), @"r0-1 1290 BelowEstimate [yes no]");
    assert_snapshot!(check(&water(history), "r0-1=1099"), @"r0-1 1099 Below { roll_over: Impossible } [exchanged prev-wrong unknown no]");
}

#[test]
fn a_reading_below_a_read_one_asks_what_happened() {
    let of = |answer: &str| check(&water(USUAL), &format!("r0-1=00050; {answer}"));
    assert_snapshot!(of(""), @"r0-1 50 Below { roll_over: Impossible } [exchanged prev-wrong unknown no]");
    assert_snapshot!(of("a0-1=prev-wrong"), @"accepted 2026-12-03 50 prev-wrong Confirmed Whole, held");
    assert_snapshot!(of("a0-1=unknown"), @"accepted 2026-12-03 50 unknown Confirmed Whole, held");
    assert_snapshot!(of("a0-1=exchanged; n0=W-2026/7"), @"accepted 2026-12-03 50 exchanged Confirmed Whole, held, now W-2026/7");
    assert_snapshot!(of("a0-1=exchanged"), @"r0-1 new meter");
    assert_snapshot!(of("a0-1=exchanged; n0=<script>"), @"r0-1 new meter");
    assert_snapshot!(of("a0-1=rolled"), @"r0-1 choose: Below { roll_over: Impossible }");
    assert_snapshot!(of("a0-1=yes"), @"r0-1 choose: Below { roll_over: Impossible }");
    assert_snapshot!(of("a0-1=perhaps"), @"r0-1 choose: Below { roll_over: Impossible }");
    assert_snapshot!(of("a0-1=no"), @"r0-1 50 Below { roll_over: Impossible } [exchanged prev-wrong unknown no]");
}

#[test]
fn a_roll_over_is_offered_near_the_end_and_when_the_use_is_usual() {
    let of = |history: &str, fields: &str| check(&water(history), fields);
    let near = "2024-12-03 99840, 2025-12-03 99950";
    assert_snapshot!(of(near, "r0-1=00060"), @"r0-1 60 Below { roll_over: Offered } [exchanged rolled prev-wrong unknown no]");
    assert_snapshot!(of(near, "r0-1=00060; a0-1=rolled"), @"accepted 2026-12-03 60 rolled Confirmed Whole");
    assert_snapshot!(of(near, "r0-1=05000"), @"r0-1 5000 Below { roll_over: Impossible } [exchanged prev-wrong unknown no]");
    assert_snapshot!(of("2024-12-03 79000, 2025-12-03 90000", "r0-1=01000"), @"r0-1 1000 Below { roll_over: Offered } [exchanged rolled prev-wrong unknown no]");
    assert_snapshot!(of("2024-12-03 79000, 2025-12-03 89999", "r0-1=01000"), @"r0-1 1000 Below { roll_over: Impossible } [exchanged prev-wrong unknown no]");
    assert_snapshot!(of("2025-12-03 99950", "r0-1=00060"), @"r0-1 60 Below { roll_over: Impossible } [exchanged prev-wrong unknown no]");
}

#[test]
fn red_digits_are_not_offered_where_the_value_has_another_explanation() {
    // 1021 without the last digit, 1215 with the first two swapped: both would be usual.
    let both = check(&water("2024-12-03 870, 2025-12-03 980"), "r0-1=10215");
    assert_snapshot!(both, @"r0-1 10215 Unusual { tendency: High, used: 9235, since: 2025-12-03, year_before: Some(110), usual: None, without_red: None } [yes no]");
    let one = check(&water("2024-12-03 870, 2025-12-03 980"), "r0-1=10551");
    assert_snapshot!(one, @"r0-1 10551 Unusual { tendency: High, used: 9571, since: 2025-12-03, year_before: Some(110), usual: None, without_red: Some(1055) } [yes red no]");
    // It is what the other meter shows, too.
    let other = "2024-12-03 12796, 2025-12-03 12906";
    let meter = |number, history| asked_meter(number, vec![asked_register(&wheels(), history)]);
    let two = asked(Commodity::Water, vec![meter("W1", USUAL), meter("W2", other)]);
    assert_snapshot!(check(&two, "r0-1=13021"), @"r0-1 13021 Unusual { tendency: High, used: 11815, since: 2025-12-03, year_before: Some(110), usual: None, without_red: None } [yes no]");
    let known = asked(Commodity::Water, vec![known("W1", USUAL), known("W2", other)]);
    assert_snapshot!(check(&known, "r0-1=13021"), @"r0-1 13021 Unusual { tendency: High, used: 11815, since: 2025-12-03, year_before: Some(110), usual: Some(108), without_red: None } [yes no]");
    // A meter of which nothing is known explains nothing.
    let unread = asked_meter(
        "W2",
        vec![AskedRegister {
            trusted: None,
            previous: None,
            year: None,
            ..asked_register(&wheels(), other)
        }],
    );
    let two = asked(Commodity::Water, vec![meter("W1", USUAL), unread]);
    assert_snapshot!(check(&two, "r0-1=13021"), @"r0-1 13021 Unusual { tendency: High, used: 11815, since: 2025-12-03, year_before: Some(110), usual: None, without_red: Some(1302) } [yes red no]");
}

#[test]
fn red_digits_are_offered_to_be_left_out() {
    let of = |fields: &str| check(&water(USUAL), fields);
    assert_snapshot!(of("r0-1=13024"), @"r0-1 13024 Unusual { tendency: High, used: 11818, since: 2025-12-03, year_before: Some(110), usual: None, without_red: Some(1302) } [yes red no]");
    assert_snapshot!(of("r0-1=13024; a0-1=red"), @"accepted 2026-12-03 1302 red Confirmed WithoutDecimals");
    assert_snapshot!(of("r0-1=01302456"), @"r0-1 TooManyDigits { entered: 8, digits: 5, without_red: Some(1302) }");
    assert_snapshot!(of("r0-1=01302456; a0-1=red"), @"accepted 2026-12-03 1302 red Confirmed WithoutDecimals");
    assert_snapshot!(of("r0-1=01302456; a0-1=yes"), @"r0-1 TooManyDigits { entered: 8, digits: 5, without_red: Some(1302) }");
    assert_snapshot!(of("r0-1=09302456; a0-1=red"), @"r0-1 9302 Unusual { tendency: High, used: 8096, since: 2025-12-03, year_before: Some(110), usual: None, without_red: None } [yes no]");
    // without the leading zero, only because 1302 would be as expected
    assert_snapshot!(of("r0-1=1302456"), @"r0-1 TooManyDigits { entered: 7, digits: 5, without_red: Some(1302) }");
    assert_snapshot!(of("r0-1=1302456; a0-1=red"), @"accepted 2026-12-03 1302 red Confirmed WithoutDecimals");
    assert_snapshot!(of("r0-1=9302456"), @"r0-1 TooManyDigits { entered: 7, digits: 5, without_red: None }");
    assert_snapshot!(check(&water("2025-12-03 1206"), "r0-1=1302456"), @"r0-1 TooManyDigits { entered: 7, digits: 5, without_red: None }");
    let high = check(&water("2024-12-03 12, 2025-12-03 120"), "r0-1=20512");
    assert_snapshot!(high, @"r0-1 20512 Unusual { tendency: High, used: 20392, since: 2025-12-03, year_before: Some(108), usual: None, without_red: Some(205) } [yes red no]");
}

#[test]
fn an_answer_counts_for_the_value_that_it_was_given_about() {
    let of = |fields: &str| check(&water(USUAL), fields);
    assert_snapshot!(of("r0-1=02018; a0-1=yes@02081"), @"r0-1 2018 Unusual { tendency: High, used: 812, since: 2025-12-03, year_before: Some(110), usual: None, without_red: None } [yes no]");
    assert_snapshot!(of("r0-1=02018; a0-1=yes@ 0 2018"), @"accepted 2026-12-03 2018 yes Confirmed Whole");
    assert_snapshot!(of("r0-1=01302; a0-1=perhaps@02018"), @"accepted 2026-12-03 1302 usual Actual Whole");
}

#[test]
fn all_registers_of_a_meter_are_asked_for_or_none() {
    let register = |of: &str| Register { name: name(of), unit: Unit::KilowattHour, ..wheels() };
    let meter = |number| {
        asked_meter(
            number,
            vec![asked_register_of(&register("low")), asked_register_of(&register("high"))],
        )
    };
    let asked = asked(Commodity::Electricity, vec![meter("E1"), meter("E2")]);
    assert_snapshot!(check(&asked, "r0-low=1; r0-high=2"), @r"
    accepted 2026-12-03 1 usual Actual Whole
    accepted 2026-12-03 2 usual Actual Whole
    ");
    assert_snapshot!(check(&asked, "r1-low=1; r1-high=2"), @r"
    accepted 2026-12-03 1 usual Actual Whole
    accepted 2026-12-03 2 usual Actual Whole
    ");
    assert_snapshot!(check(&asked, "r0-low=1; r1-low=; r1-high= "), @"r0-high Empty");
    assert_snapshot!(check(&asked, "r0-low=1; r0-high=2; r1-high=x"), @r"
    r1-low Empty
    r1-high NotDigits
    ");
    assert_snapshot!(check(&asked, "r0-low=; r1-high="), @r"
    r0-low Empty
    r0-high Empty
    ");
    assert_snapshot!(check(&asked, "r7-low=3"), @r"
    r0-low Empty
    r0-high Empty
    ");
}

fn asked_register_of(register: &Register) -> AskedRegister {
    AskedRegister {
        register: register.clone(),
        red: 0,
        previous: None,
        trusted: None,
        year: None,
        usual: None,
        max_per_day: None,
    }
}

/// A water meter with `history` of which the engine knows what is usual, at a connection that
/// delivers 60 m³ a day at most.
fn known(number: &str, history: &str) -> AskedMeter {
    let usual = Usually::of(inputs(history), &Profile::flat(), &parameters());
    let register = asked_register(&wheels(), history).with(Some(usual));
    asked_meter(number, vec![register.at_most(Some(60.into()))])
}

#[test]
fn what_the_connection_cannot_deliver_is_kept_and_held() {
    let asked = asked(Commodity::Water, vec![known("W1", USUAL)]);
    assert_snapshot!(check(&asked, "r0-1=23107"), @"r0-1 23107 Impossible { used: 21901, since: 2025-12-03 } [yes no]");
    assert_snapshot!(check(&asked, "r0-1=23107; a0-1=yes"), @"accepted 2026-12-03 23107 yes Confirmed Whole, held, leak");
    assert_snapshot!(check(&asked, "r0-1=23106"), @"r0-1 23106 Unusual { tendency: High, used: 21900, since: 2025-12-03, year_before: Some(110), usual: Some(108), without_red: None } [yes no]");
}

#[test]
fn a_confirmed_use_that_may_be_a_leak_is_told_to_an_operator() {
    let asked = asked(Commodity::Water, vec![known("W1", USUAL)]);
    assert_snapshot!(check(&asked, "r0-1=1456; a0-1=yes"), @"accepted 2026-12-03 1456 yes Confirmed Whole, leak");
    assert_snapshot!(check(&asked, "r0-1=1413; a0-1=yes"), @"accepted 2026-12-03 1413 yes Confirmed Whole");
    assert_snapshot!(check(&asked, "r0-1=1302"), @"accepted 2026-12-03 1302 usual Actual Whole");
}

#[test]
fn the_likely_mistake_is_offered_where_there_is_one() {
    let other = "2024-12-03 40096, 2025-12-03 40206";
    let asked = asked(Commodity::Water, vec![known("W1", USUAL), known("W2", other)]);
    assert_snapshot!(check(&asked, "r0-1=3102"), @"r0-1 3102 Unusual { tendency: High, used: 1896, since: 2025-12-03, year_before: Some(110), usual: Some(108), without_red: None } [yes meant no], Value(1302)");
    assert_snapshot!(check(&asked, "r0-1=13021"), @"r0-1 13021 Unusual { tendency: High, used: 11815, since: 2025-12-03, year_before: Some(110), usual: Some(108), without_red: Some(1302) } [yes red no], Value(1302)");
    assert_snapshot!(check(&asked, "r0-1=40310"), @r#"r0-1 40310 Impossible { used: 39104, since: 2025-12-03 } [yes no], OtherMeter(MeterNumber("W2"))"#);
    assert_snapshot!(check(&asked, "r0-1=9000"), @"r0-1 9000 Unusual { tendency: High, used: 7794, since: 2025-12-03, year_before: Some(110), usual: Some(108), without_red: None } [yes no]");
}

#[test]
fn what_was_likely_meant_is_stored_when_it_is_chosen() {
    let at = |history: &str, fields: &str| {
        check(&asked(Commodity::Water, vec![known("W1", history)]), fields)
    };
    assert_snapshot!(at(USUAL, "r0-1=3102; a0-1=meant"), @"accepted 2026-12-03 1302 meant Confirmed Whole");
    assert_snapshot!(at(USUAL, "r0-1=13021; a0-1=meant"), @"r0-1 choose: Unusual { tendency: High, used: 11815, since: 2025-12-03, year_before: Some(110), usual: Some(108), without_red: Some(1302) }");
    // Below the last reading it is not held back: what is stored is as expected.
    assert_snapshot!(at(USUAL, "r0-1=1032"), @"r0-1 1032 Below { roll_over: Impossible } [meant exchanged prev-wrong unknown no], Value(1302)");
    assert_snapshot!(at(USUAL, "r0-1=1032; a0-1=meant"), @"accepted 2026-12-03 1302 meant Confirmed Whole");
    let higher = "2024-12-03 14096, 2025-12-03 14206";
    assert_snapshot!(at(higher, "r0-1=41316"), @"r0-1 41316 Impossible { used: 27110, since: 2025-12-03 } [yes meant no], Value(14316)");
    assert_snapshot!(at(higher, "r0-1=41316; a0-1=meant"), @"accepted 2026-12-03 14316 meant Confirmed Whole");
    assert_snapshot!(at(USUAL, "r0-1=9000; a0-1=meant"), @"r0-1 choose: Unusual { tendency: High, used: 7794, since: 2025-12-03, year_before: Some(110), usual: Some(108), without_red: None }");
}

#[test]
fn what_is_usual_is_said_where_no_year_is_known() {
    let asked = asked(Commodity::Water, vec![known("W1", "2025-12-03 1206")]);
    assert_snapshot!(check(&asked, "r0-1=1302"), @"accepted 2026-12-03 1302 usual Actual Whole");
    assert_snapshot!(check(&asked, "r0-1=5206"), @"r0-1 5206 Unusual { tendency: High, used: 4000, since: 2025-12-03, year_before: None, usual: Some(99), without_red: None } [yes no]");
    assert_snapshot!(check(&asked, "r0-1=5206; a0-1=yes"), @"accepted 2026-12-03 5206 yes Confirmed Whole, leak");
}

#[test]
fn a_refusal_comes_before_a_doubt() {
    let meter = |number| asked_meter(number, vec![asked_register(&wheels(), USUAL)]);
    let asked = asked(Commodity::Water, vec![meter("W1"), meter("W2")]);
    assert_snapshot!(check(&asked, "r0-1=2018; r1-1=1302"), @"r0-1 2018 Unusual { tendency: High, used: 812, since: 2025-12-03, year_before: Some(110), usual: None, without_red: None } [yes no]");
    assert_snapshot!(check(&asked, "r0-1=2018; r1-1=x"), @"r1-1 NotDigits");
    assert_snapshot!(check(&asked, "r0-1=2018; a0-1=yes; r1-1=1206"), @"r1-1 1206 Equal [yes no]");
    assert_snapshot!(check(&asked, "r0-1=2018; r1-1=1302; on=1-1-2020"), @"on 2026-11-12 to 2026-12-03");
}

#[test]
fn a_register_that_may_go_down_is_not_asked_why() {
    let register = Register { turning: Turning::Reversible, unit: Unit::KilowattHour, ..wheels() };
    let history = "2024-12-03 5000, 2025-12-03 4000";
    let asked = asked(
        Commodity::Electricity,
        vec![asked_meter("E1", vec![asked_register(&register, history)])],
    );
    assert_snapshot!(check(&asked, "r0-1=3100"), @"accepted 2026-12-03 3100 usual Actual Whole");
    assert_snapshot!(check(&asked, "r0-1=5000"), @"r0-1 5000 Unusual { tendency: High, used: 1000, since: 2025-12-03, year_before: Some(-1000), usual: None, without_red: None } [yes no]");
    assert_snapshot!(check(&asked, "r0-1=1000"), @"r0-1 1000 Unusual { tendency: Low, used: -3000, since: 2025-12-03, year_before: Some(-1000), usual: None, without_red: None } [yes no]");
}

#[test]
fn each_commodity_has_its_floor() {
    let tendency = |commodity, unit, typed: &str| {
        let register = Register { unit, decimals: 1, ..wheels() };
        let history = "2024-12-03 100, 2025-12-03 100";
        let asked =
            asked(commodity, vec![asked_meter("M1", vec![asked_register(&register, history)])]);
        check(&asked, &format!("r0-1={typed}")).starts_with("accepted")
    };
    for (commodity, unit, floor) in [
        (Commodity::Water, Unit::CubicMetre, "25"),
        (Commodity::Gas, Unit::CubicMetre, "150"),
        (Commodity::Electricity, Unit::KilowattHour, "600"),
        (Commodity::Electricity, Unit::MegawattHour, "0.6"),
        (Commodity::Heat, Unit::Gigajoule, "5"),
        (Commodity::Heat, Unit::KilowattHour, "1500"),
        (Commodity::Cooling, Unit::MegawattHour, "1.5"),
    ] {
        let floor: Decimal = floor.parse().unwrap();
        let typed = |more: i64| (floor + Decimal::from(100) + Decimal::new(more, 1)).to_string();
        assert!(tendency(commodity, unit, &typed(0)), "{commodity:?} {unit:?}");
        assert!(!tendency(commodity, unit, &typed(1)), "{commodity:?} {unit:?}");
    }
}

#[test]
fn what_is_accepted_becomes_readings() {
    let verdict =
        water(USUAL).judge(&form("r0-1=02018; a0-1=yes; on=1-12-2026"), TODAY.parse().unwrap());
    let Verdict::Accepted(judged) = verdict else { panic!("{verdict:?}") };
    let at = "2026-12-03T13:03:00Z".parse().unwrap();
    let expected = Reading {
        meter: MeterNumber::parse("W1").unwrap(),
        register: name("1"),
        on: "2026-12-01".parse().unwrap(),
        value: 2018.into(),
        source: Source::Colleague,
        quality: Quality::Confirmed,
        received_at: Some(at),
    };
    assert_eq!(judged.readings(Source::Colleague, at), [expected]);
    assert_eq!(judged.meters[0].revision, Revision::new(4));
}

#[test]
fn choices_are_written_and_read() {
    for choice in Choice::ALL {
        assert_eq!(Choice::parse(choice.as_str()), Some(choice));
        assert_eq!(serde_json::to_string(&choice).unwrap(), format!("\"{}\"", choice.as_str()));
    }
    assert_eq!(Choice::parse("Yes"), None);
}

/// The form that answers every doubt of `verdict` with the choice at `place`.
fn answered(mut form: Form, verdict: &Verdict, place: prop::sample::Index) -> Form {
    let Verdict::Doubtful(doubts) = verdict else { return form };
    for doubt in doubts {
        let Field::Register { meter, register } = &doubt.field else { continue };
        let mut choices = doubt.choices();
        choices.retain(|choice| *choice != Choice::No);
        let typed = form.meters.get_mut(meter).unwrap().registers.get_mut(register).unwrap();
        let choice = Some(*place.get(&choices));
        typed.answer = Some(Answer { about: typed.text.clone(), choice });
        form.meters.get_mut(meter).unwrap().new_meter = "W2".into();
    }
    form
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases.max(500)))]

    #[test]
    fn any_form_gets_a_verdict(text in ".*", about in ".*", choice in "[a-z-]{0,9}", number in ".*", day in ".{0,3}", year in ".{0,5}") {
        let typed = Typed { text, answer: Some(Answer { about, choice: Choice::parse(&choice) }) };
        let meter = FormMeter { new_meter: number, registers: BTreeMap::from([(name("1"), typed)]), ..FormMeter::default() };
        let form = Form { read_on: ReadOn::parse(&day, &day, &year), meters: BTreeMap::from([(0, meter)]) };
        let verdict = water(USUAL).judge(&form, TODAY.parse().unwrap());
        let says_something = match verdict {
            Verdict::Accepted(judged) => !judged.meters.is_empty(),
            Verdict::Doubtful(doubts) => !doubts.is_empty(),
            Verdict::Refused(refusals) => !refusals.is_empty(),
        };
        prop_assert!(says_something);
    }

    /// Whatever a register can show is accepted after one confirmation, and kept as confirmed.
    #[test]
    fn what_is_possible_is_accepted_after_one_answer(
        value in 0..100_000_u32, last in 0..100_000_u32, used in 0..2_000_u32, place: prop::sample::Index,
    ) {
        let asked = water(&format!("2024-12-03 {}, 2025-12-03 {last}", last.saturating_sub(used)));
        let first = form(&format!("r0-1={value}"));
        let verdict = asked.judge(&first, TODAY.parse().unwrap());
        let doubtful = matches!(verdict, Verdict::Doubtful(_));
        let second = asked.judge(&answered(first, &verdict, place), TODAY.parse().unwrap());
        let Verdict::Accepted(judged) = second else { return Err(TestCaseError::fail(format!("{second:?}"))) };
        let quality = if doubtful { Quality::Confirmed } else { Quality::Actual };
        prop_assert_eq!(judged.meters[0].registers[0].quality(), quality);
    }

    /// Raising what was typed never turns a high use into one that nobody asks about.
    #[test]
    fn more_than_high_is_high(used in 0..2_000_u32, value in 2_000..90_000_u32, more in 0..9_000_u32) {
        let asked = water(&format!("2024-12-03 {}, 2025-12-03 2000", 2_000 - used));
        let judged = |value: u32| asked.judge(&form(&format!("r0-1={value}")), TODAY.parse().unwrap());
        let is_high = |verdict: &Verdict| matches!(verdict, Verdict::Doubtful(doubts)
            if matches!(doubts[0].reason, DoubtReason::Unusual { tendency: Tendency::High, .. }));
        prop_assert!(!is_high(&judged(value)) || is_high(&judged(value + more)));
    }
}
