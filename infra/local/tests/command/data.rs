use std::fs;
use std::path::Path;

use super::run::{Demo, run};

fn refused(data: &Path) -> String {
    let ended = run(&["demo", "--data", data.to_str().unwrap()]);
    assert_eq!((ended.status, ended.out.as_str()), (73, ""), "{}", ended.err);
    ended.err.replace(data.to_str().unwrap(), "DIR")
}

#[test]
fn a_folder_that_cannot_be_used_is_refused_in_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    assert_eq!(
        refused(&file),
        "error: DIR cannot be used: File exists (os error 17); name another folder with --data\n"
    );
    let said = refused(folder.path());
    assert_eq!(said, "error: DIR holds other files; name a new or an empty folder with --data\n");
    fs::write(folder.path().join("format"), "format 2\nwritten by meterlink 0.9.0\n").unwrap();
    assert_eq!(
        refused(folder.path()),
        "error: DIR was written by meterlink 0.9.0 in a format that meterlink 0.1.0 does not know; \
         use that release, or name another folder with --data\n"
    );
    fs::write(folder.path().join("format"), "format 1\nwritten by meterlink 0.1.0\n").unwrap();
    fs::write(folder.path().join("clock"), "\"half past\"\n").unwrap();
    let said = refused(folder.path());
    assert!(said.starts_with("error: DIR cannot be used: DIR/clock: "), "{said}");
}

#[test]
fn a_folder_has_one_process_and_is_gone_on_with_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let first = Demo::start(&["--data", data]);
    assert!(first.banner.contains(&format!("\n  Data         in {data}\n")), "{}", first.banner);
    first.ask("POST /_local/clock", r#"{"move":"day"}"#);
    let expected = format!(
        "error: DIR is in use by process {}; end that one, or name another folder with --data\n",
        first.id()
    );
    assert_eq!(refused(folder.path()), expected);

    // Killed, it cannot give its lock back.
    let port = first.port;
    drop(first);
    assert!(folder.path().join("lock").exists());
    let again = Demo::start_anywhere(&["--data", data]);
    assert_eq!(again.port, port, "the port of the links in its mails");
    assert!(again.banner.contains("Fri 27 Nov 2026 09:00"), "{}", again.banner);
    assert!(again.banner.contains("It goes on where it stood."), "{}", again.banner);
    assert!(again.banner.contains("24 mails waiting"), "{}", again.banner);
}

#[test]
fn a_set_is_not_put_on_top_of_a_year() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    drop(Demo::start(&["--data", data]));
    let set = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/vve");
    let ended = run(&["demo", "--data", data, "--import", set]);
    let expected = "error: DIR holds a year already; leave --import out to go on with it, or name \
                    another folder with --data\n";
    assert_eq!((ended.status, ended.err.replace(data, "DIR").as_str()), (2, expected));
}
