use super::*;

use crate::configuration;
use crate::demo::customers;
use crate::stack::Options;
use crate::standin::Keep;

fn stack() -> Stack {
    Stack::start(Options {
        seed: 1,
        now: "2026-11-01T08:00:00Z".parse().unwrap(),
        config: configuration::config(),
        keep: Keep::Nothing,
        base_url: "https://stand.voorbeeldwater.nl",
        drawers: configuration::DRAWERS,
    })
    .unwrap()
}

#[test]
fn a_folder_is_read_without_what_the_registers_will_show() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["meters.csv", "customers.csv", "truth.csv"] {
        fs::write(folder.path().join(name), name).unwrap();
    }
    fs::create_dir(folder.path().join("old")).unwrap();
    let names: Vec<String> = read(folder.path()).unwrap().into_iter().map(|it| it.0).collect();
    assert_eq!(names, ["customers.csv", "meters.csv"]);
    let missing = read(Path::new("no/such")).unwrap_err().to_string();
    assert!(missing.starts_with("no/such: "), "{missing}");
    assert!(missing.ends_with("; name the folder of a set, with its five files"), "{missing}");
}

#[tokio::test]
async fn a_set_is_loaded_or_refused_with_its_report() {
    let mut good = stack();
    deliver(&mut good, "set", &customers::set()).await.unwrap();

    let mut set = customers::set();
    set.retain(|(name, _)| name != "meters.csv");
    let Err(Refused::Set(report)) = deliver(&mut stack(), "set", &set).await else {
        panic!("a set without meters was taken");
    };
    assert!(report.summary.starts_with("Refused: nothing of the set is loaded."), "{report:?}");
    let folder = tempfile::tempdir().unwrap();
    let lines = report.keep(&folder.path().join("new")).unwrap();
    let lines = fs::read_to_string(lines).unwrap();
    assert!(lines.contains("meters.csv;0;;F01;error;;meters.csv was not delivered"), "{lines}");
}
