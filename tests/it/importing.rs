//! Files of the old administration: all of a set is loaded, or nothing.

use insta::assert_snapshot;
use serde_json::json;

use meterlink::gate::Service;
use meterlink::world::World;

use crate::set::Set;

/// The errors in the report of the last set, a line each.
async fn errors(world: &World) -> String {
    let csv = world.report("report.csv").await;
    let lines = csv.lines().filter(|line| line.contains(";error;"));
    lines.collect::<Vec<_>>().join("\n")
}

/// How many writes of the tables came since `mark`.
fn writes(world: &World, mark: u64) -> u64 {
    world.units_since(mark).writes
}

/// What the report says of a set of which nothing may be loaded.
async fn refused(set: Set) -> String {
    let mut world = World::new(1);
    let mark = world.mark();
    set.deliver(&mut world, "set").await;
    assert!(
        world.report("summary.txt").await.starts_with("Refused: nothing of the set is loaded.")
    );
    assert_eq!(writes(&world, mark), 0);
    errors(&world).await
}

fn vve() -> Set {
    Set::fixture("vve")
}

#[tokio::test]
async fn a_clean_set_is_loaded_and_its_summary_counts_the_rows() {
    let world = vve().loaded().await;
    assert_snapshot!(world.report("summary.txt").await, @"
    Accepted: nothing is refused.

    customers.csv: 4 rows, 0 refused
    connections.csv: 6 rows, 0 refused
    meters.csv: 6 rows, 0 refused
    readings.csv: 10 rows, 0 refused
    advances.csv: 1 row, 0 refused

    warnings
    W01       1  no mail address: written to on paper
    ");
    assert_eq!(errors(&world).await, "");
}

#[tokio::test]
async fn a_set_with_a_refused_line_loads_nothing_and_the_report_says_how_to_mend_it() {
    let mut world = World::new(1);
    let wrong = vve().change("readings", "W10001;1;31-12-2025;1191", "W10001;1;31-12-2025;11g1");
    wrong.deliver(&mut world, "november").await;
    assert_snapshot!(world.report("summary.txt").await, @r#"
    Refused: nothing of the set is loaded.

    customers.csv: 4 rows, 0 refused
    connections.csv: 6 rows, 0 refused
    meters.csv: 6 rows, 0 refused
    readings.csv: 10 rows, 1 refused
    advances.csv: 1 row, 0 refused

    errors
    V02       1  not a number, or more decimals than the column admits

    warnings
    W01       1  no mail address: written to on paper

    to be mended
    readings.csv:3, value "11g1": not a number; digits, at most one decimal sign, no unit
    "#);
    assert_snapshot!(errors(&world).await, @"readings.csv;3;value;V02;error;11g1;not a number;digits, at most one decimal sign, no unit");
    world.advance_to("2026-11-26 09:00").await;
    assert_eq!(world.mails().len(), 0); // nobody is known
}

#[tokio::test]
async fn a_corrected_set_after_a_refused_one_is_loaded() {
    let mut world = World::new(1);
    let wrong = vve().change("readings", "W10001;1;31-12-2025;1191", "W10001;1;31-12-2025;11g1");
    wrong.deliver(&mut world, "november").await;
    vve().deliver(&mut world, "corrected").await;
    assert_eq!(errors(&world).await, "");
    world.advance_to("2026-11-26 09:00").await;
    assert_eq!(world.mails().len(), 2);
}

#[tokio::test]
async fn a_set_that_is_delivered_twice_is_already_loaded_and_nothing_is_written() {
    let mut world = vve().loaded().await;
    let mark = world.mark();
    vve().deliver(&mut world, "again").await;
    assert!(!world.wrote_since(mark), "{:?}", world.calls_since(mark));
    let event = json!({ "Records": [{
        "eventTime": "2026-11-01T08:00:00Z",
        "s3": { "object": { "key": "incoming/again/ready" } },
    }]});
    let answer = world.stack().invoke("import", event).await.unwrap();
    let sets = answer["sets"].as_array().unwrap();
    assert!(sets[0].as_str().unwrap().ends_with(" already loaded"), "{answer}");
    assert!(!world.wrote_since(mark), "{:?}", world.calls_since(mark));
}

#[tokio::test]
async fn a_later_set_updates_only_what_changed() {
    let mut world = vve().loaded().await;
    let stored = world.stack().stand_ins().tables().items("local-core");
    let mark = world.mark();
    let later = vve()
        .change("customers", "anna@example.org", "anna@voorbeeld.example")
        .add(
            "connections",
            "A10047;K10001;;water;Molenlaan;10;;;1234AB;Voorbeelddorp;2,5;2;customer;;01-06-2026;",
        )
        .add("meters", "W10047;A10047;1;m3;5;0;01-06-2026;12;;");
    later.deliver(&mut world, "later").await;
    let now = world.stack().stand_ins().tables().items("local-core");
    let keys = |items: Vec<serde_json::Value>| -> Vec<String> {
        let key = |item: &serde_json::Value| {
            format!("{} {}", item["pk"]["S"].as_str().unwrap(), item["sk"]["S"].as_str().unwrap())
        };
        items.iter().map(key).filter(|key| !key.starts_with("IMPORT")).collect()
    };
    let changed = now.into_iter().filter(|item| !stored.contains(item)).collect();
    assert_snapshot!(keys(changed).join("\n"), @"
    ACC#K10001 CONN#A10047
    ACC#K10001 CONN#A10047#METER#W10047
    ACC#K10001 RCPT#0
    ACC#K10001 ~A10047#HIST#W10047
    SUBJ#a1563be9aaef068c -
    ");
    let written = world
        .calls_since(mark)
        .into_iter()
        .filter(|call| call.service == Service::DynamoDb && call.units.writes > 0);
    assert_snapshot!(written.map(|call| call.op).collect::<Vec<_>>().join(" "), @"UpdateItem PutItem UpdateItem TransactWriteItems PutItem PutItem PutItem UpdateItem DeleteItem");

    world.advance_to("2026-11-26 09:00").await;
    let call = world.mails_to("anna@voorbeeld.example").pop().unwrap();
    assert_eq!(call.addresses(), ["Molenlaan 8", "Molenlaan 10"]);
    world.mails();
}

#[tokio::test]
async fn a_missing_file_is_named() {
    assert_snapshot!(refused(vve().without("meters")).await, @"meters.csv;0;;F01;error;;meters.csv was not delivered;deliver all five files, one without rows if need be");
}

#[tokio::test]
async fn a_missing_column_is_named_with_the_nearest_header() {
    let set = vve().change("connections", ";commodity;", ";comodity;");
    assert_snapshot!(refused(set).await, @"connections.csv;1;commodity;F05;error;;a required column is not in the header;is comodity meant?");
}

#[tokio::test]
async fn a_file_in_an_encoding_that_cannot_be_read_is_refused() {
    let utf16: Vec<u8> = "\u{feff}customer_number;name\nK1;Anna\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_snapshot!(refused(vve().with("customers.csv", &utf16)).await, @"customers.csv;1;;F02;error;;UTF-16, or a file that is not text;save as CSV UTF-8");
}

#[tokio::test]
async fn a_duplicate_key_names_the_first_line() {
    let set = vve().add(
        "customers",
        "K10001;Anna Tweede;consumer;;;;nl;transfer;;;;no;;;Molenlaan;8;;1234AB;Voorbeelddorp;NL",
    );
    assert_snapshot!(refused(set).await, @"customers.csv;6;customer_number;K01;error;K10001;line 2 has this key, with other contents;leave one of the two");
}

#[tokio::test]
async fn an_orphan_names_what_is_not_there() {
    let set = vve().change("connections", "A10044;K10043", "A10044;K10099");
    assert_snapshot!(refused(set).await, @"
    connections.csv;5;customer_number;K02;error;K10099;not in customers;is K10044 meant?
    meters.csv;5;connection_id;K02;error;A10044;because of connections.csv:5, which is refused;
    readings.csv;8;meter_number;K02;error;W10044;because of meters.csv:5, which is refused;
    readings.csv;9;meter_number;K02;error;W10044;because of meters.csv:5, which is refused;
    ");
}

#[tokio::test]
async fn a_wrong_check_digit_is_told_with_the_right_one() {
    let set = vve().change(
        "connections",
        "A10042;K10042;;water",
        "A10042;K10042;871687000012345678;water",
    );
    assert_snapshot!(refused(set).await, @"
    connections.csv;3;ean;V10;error;871687000012345678;the last digit does not hold;the last digit 9, if the others are right
    meters.csv;3;connection_id;K02;error;A10042;because of connections.csv:3, which is refused;
    readings.csv;4;meter_number;K02;error;W10042;because of meters.csv:3, which is refused;
    readings.csv;5;meter_number;K02;error;W10042;because of meters.csv:3, which is refused;
    ");
}

#[tokio::test]
async fn an_iban_with_a_wrong_check_digit_is_refused_and_not_shown() {
    let set = vve().change(
        "customers",
        "anna@example.org;;;nl;transfer;;;;",
        "anna@example.org;;;nl;transfer;NL49TEST1827813266;;;",
    );
    let told = refused(set).await;
    assert!(!told.contains("1827813266"), "{told}");
    assert_snapshot!(told, @"
    customers.csv;2;iban;V11;error;NL***;the check digits do not hold;check digits 22, if the rest is right
    connections.csv;2;customer_number;K02;error;K10001;because of customers.csv:2, which is refused;
    meters.csv;2;connection_id;K02;error;A10001;because of connections.csv:2, which is refused;
    readings.csv;2;meter_number;K02;error;W10001;because of meters.csv:2, which is refused;
    readings.csv;3;meter_number;K02;error;W10001;because of meters.csv:2, which is refused;
    advances.csv;2;connection_id;K02;error;A10001;because of connections.csv:2, which is refused;
    ");
}

#[tokio::test]
async fn a_falling_register_is_refused_with_its_neighbour() {
    let set = vve().change("readings", "W10001;1;31-12-2025;1191", "W10001;1;31-12-2025;1019");
    assert_snapshot!(refused(set).await, @"readings.csv;3;value;R02;error;1019;lower than 1095 on 2024-12-31;was the meter exchanged, or are digits swapped?");
}

#[tokio::test]
async fn letters_in_a_number_are_refused() {
    let set = vve().change("readings", "W10042;1;31-12-2025;1000", "W10042;1;31-12-2025;1O00");
    assert_snapshot!(refused(set).await, @"readings.csv;5;value;V02;error;1O00;not a number;digits, at most one decimal sign, no unit");
}

#[tokio::test]
async fn a_reading_longer_than_its_register_is_refused() {
    let set = vve().change("readings", "W10042;1;31-12-2025;1000", "W10042;1;31-12-2025;100000");
    assert_snapshot!(refused(set).await, @"readings.csv;5;value;R01;error;100000;register 1 has 5 digits, this has 6;10000 if the last digit is red");
}

#[tokio::test]
async fn every_fault_of_a_set_is_told_at_once() {
    let set = vve()
        .change("readings", "W10042;1;31-12-2025;1000", "W10042;1;31-12-2025;duizend")
        .change("customers", "anna@example.org", "anna.example.org")
        .change(
            "connections",
            "A10043;K10042;;water;Dorpsstraat;3;;;1234AD",
            "A10043;K10042;;water;Dorpsstraat;3;;;0234AD",
        );
    assert_snapshot!(refused(set).await, @"
    customers.csv;2;email;V13;error;a***;not one mail address;write one address, as in anna@example.org
    connections.csv;2;customer_number;K02;error;K10001;because of customers.csv:2, which is refused;
    connections.csv;4;postcode;V12;error;0234AD;not a Dutch postcode;four digits and two letters, as in 1234AB
    meters.csv;2;connection_id;K02;error;A10001;because of connections.csv:2, which is refused;
    meters.csv;4;connection_id;K02;error;A10043;because of connections.csv:4, which is refused;
    readings.csv;2;meter_number;K02;error;W10001;because of meters.csv:2, which is refused;
    readings.csv;3;meter_number;K02;error;W10001;because of meters.csv:2, which is refused;
    readings.csv;5;value;V02;error;duizend;not a number;digits, at most one decimal sign, no unit
    readings.csv;6;meter_number;K02;error;W10043;because of meters.csv:4, which is refused;
    readings.csv;7;meter_number;K02;error;W10043;because of meters.csv:4, which is refused;
    advances.csv;2;connection_id;K02;error;A10001;because of connections.csv:2, which is refused;
    ");
}

#[tokio::test]
async fn a_set_with_nothing_in_it_names_its_files() {
    assert_snapshot!(refused(vve().emptied()).await, @"customers.csv;1;;F07;error;;no row below the header: a set without a customer is empty;export all customers again, and deliver all five files");
    let mut world = World::new(1);
    world.deliver("set", &[]).await;
    assert_snapshot!(errors(&world).await, @"
    customers.csv;0;;F01;error;;customers.csv was not delivered;deliver all five files, one without rows if need be
    connections.csv;0;;F01;error;;connections.csv was not delivered;deliver all five files, one without rows if need be
    meters.csv;0;;F01;error;;meters.csv was not delivered;deliver all five files, one without rows if need be
    readings.csv;0;;F01;error;;readings.csv was not delivered;deliver all five files, one without rows if need be
    advances.csv;0;;F01;error;;advances.csv was not delivered;deliver all five files, one without rows if need be
    ");
}

#[tokio::test]
async fn a_set_toml_that_cannot_be_read_is_told_in_one_sentence() {
    let mut world = World::new(1);
    vve().with("set.toml", b"mode = 'half'\n").deliver(&mut world, "set").await;
    assert_snapshot!(world.report("summary.txt").await, @"
    refused: set.toml cannot be read: TOML parse error at line 1, column 8
      |
    1 | mode = 'half'
      |        ^^^^^^
    unknown variant `half`, expected `full` or `delta`
    ");
}

#[tokio::test]
async fn the_files_of_an_unfinished_set_wait_for_ready() {
    let mut world = World::new(1);
    let mark = world.mark();
    let event = json!({ "Records": [{
        "eventTime": "2026-11-01T08:00:00Z",
        "s3": { "object": { "key": "incoming/november/customers.csv" } },
    }]});
    let answer = world.stack().invoke("import", event).await.unwrap();
    assert_eq!(answer, json!({ "sets": ["not a set"] }));
    assert_eq!(world.calls_since(mark).len(), 0);
}
