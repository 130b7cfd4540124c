use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::run::{Demo, ask};

/// Waits until a file is there.
fn wait_for(file: &Path) {
    let begun = Instant::now();
    while !file.exists() {
        assert!(begun.elapsed() < Duration::from_mins(1), "{} never came", file.display());
        thread::yield_now();
    }
}

/// A demo in `data` in which the first reminder is being sent, each mail of which takes `ms`.
fn sending(data: &Path, ms: u32) -> (Demo, thread::JoinHandle<()>) {
    let demo = Demo::start(&["--data", data.to_str().unwrap()]);
    let fault =
        format!(r#"{{"service":"ses","op":"SendEmail","effect":"delay-ms:{ms}","times":0}}"#);
    demo.ask("POST /_local/faults", &fault);
    let port = demo.port;
    let move_on = move || drop(ask(port, "POST /_local/clock", "", r#"{"move":"week"}"#));
    let moving = thread::spawn(move_on);
    wait_for(&data.join("mails/25.eml"));
    (demo, moving)
}

#[test]
fn either_signal_ends_it_well() {
    for signal in ["INT", "TERM"] {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("year");
        let demo = Demo::start(&["--data", data.to_str().unwrap()]);
        demo.signal(signal);
        let ended = demo.wait();
        assert_eq!((ended.status, ended.err.as_str()), (0, ""), "{signal}");
        assert!(data.join("dynamodb.sqlite").exists());
        assert!(!data.join("dynamodb.sqlite-wal").exists(), "the database was not closed");
    }
}

#[test]
fn a_signal_in_the_middle_of_a_wave_ends_it_after_the_step_and_nothing_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("year");
    let (demo, moving) = sending(&data, 300);
    demo.signal("TERM");
    let ended = demo.wait();
    moving.join().unwrap();
    assert_eq!((ended.status, ended.err.as_str()), (0, ""));

    let again = Demo::start(&["--data", data.to_str().unwrap()]);
    let reminders = || -> Vec<Value> {
        let mails: Value = serde_json::from_str(&again.ask("GET /_local/mails", "")).unwrap();
        let mails = mails["mails"].as_array().unwrap().iter();
        mails.filter(|mail| mail["wave"] == "r1").map(|mail| mail["to"].clone()).collect()
    };
    let before = reminders();
    again.ask("POST /_local/clock", r#"{"to":"2026-12-03T09:30"}"#);
    let mut after = reminders();
    assert!(before.len() < after.len(), "{} of {}", before.len(), after.len());
    after.sort_by_key(ToString::to_string);
    after.dedup();
    assert_eq!(after.len(), 24, "each account once");
}

#[test]
fn a_second_signal_ends_it_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let (demo, moving) = sending(&folder.path().join("year"), 600_000);
    demo.signal("INT");
    demo.signal("TERM");
    assert_eq!(demo.wait().status, 130);
    moving.join().unwrap();
}
