//! What somebody gets who changed the configuration, before anything is built from it.

use std::fs;
use std::path::Path;

use insta::assert_snapshot;
use tempfile::TempDir;

use super::run::{Ended, run};

const DEPLOYED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../config");

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// The deployed configuration in a folder of its own.
fn copied() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy(Path::new(DEPLOYED), folder.path());
    folder
}

/// Writes `to` for `from` in a file, which has it.
#[track_caller]
fn change(folder: &TempDir, file: &str, from: &str, to: &str) {
    let path = folder.path().join(file);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{from:?} stands in {file}");
    fs::write(path, text.replacen(from, to, 1)).unwrap();
}

/// What is said of a folder, without where it lies.
fn told(folder: &TempDir) -> String {
    let path = folder.path().to_str().unwrap();
    let Ended { status, out, err } = run(&["check-config", path]);
    assert_eq!((status, out.as_str()), (2, ""), "{err}");
    err.replace(path, "DIR")
}

#[test]
fn what_is_deployed_can_be_deployed() {
    let ended = run(&["check-config", DEPLOYED]);
    assert_eq!((ended.status, ended.err.as_str()), (0, ""));
    assert_snapshot!(ended.out, @"
    read  bounds.toml
    read  brand.toml
    read  campaigns/2026.toml
    read  estimation.toml
    read  invoicing.toml
    read  logo.svg
    read  norms.toml
    read  tariffs/heat.toml
    read  tariffs/water.toml
    read  texts/documents/en.ftl
    read  texts/documents/nl.ftl
    read  texts/en.ftl
    read  texts/nl.ftl
    read  utility.toml
    ok
    ");
}

#[test]
fn everything_that_is_wrong_is_told_at_once_by_file_and_line() {
    let folder = copied();
    change(&folder, "brand.toml", "primary = \"#0B5CAD\"", "primary = \"#00A3E0\"");
    change(&folder, "campaigns/2026.toml", "window_days = 28", "window_days = 0");
    change(&folder, "utility.toml", "https://", "http://");
    change(&folder, "tariffs/water.toml", "rate = \"1.8240\"", "rate = \"much\"");
    change(&folder, "invoicing.toml", "country", "land");
    change(&folder, "bounds.toml", "max_per_day = \"60\"", "max_per_day = \"0\"");
    change(&folder, "texts/en.ftl", "skip = ", "skipped = ");
    change(&folder, "texts/documents/en.ftl", "{ $", "{ $other-");
    fs::create_dir(folder.path().join("tarifs")).unwrap();
    fs::write(folder.path().join("tarifs/heat.toml"), "").unwrap();
    fs::remove_file(folder.path().join("norms.toml")).unwrap();
    assert_snapshot!(told(&folder), @r##"
    bounds.toml:9 max_per_day: 0 is not above 0
    brand.toml:5 primary: #00A3E0: contrast 2.87:1 with on_primary, needs 4.5:1; "#007FAE" would do
    campaigns/2026.toml:4 window_days: 0 is not 7 to 90
    campaigns/2026.toml:6 reminder_days: 21 is later than window_days - 3 = 0
    invoicing.toml:8 seller.country: is missing; "NL" would do
    invoicing.toml:12 seller.land: is no key here; there are address, postcode, city, country
    norms.toml: there is no such file in the configuration
    tariffs/water.toml:29 water.use.rates.2.rate: "much": needs euro in quotes, with six decimals at most; "1.8240" would do
    tarifs/heat.toml: nothing reads it; there are bounds.toml, brand.toml, estimation.toml, invoicing.toml, norms.toml, utility.toml, campaigns/, released/, tariffs/
    texts/documents/en.ftl:6 doc-annual: has $other-year, and $year in texts/documents/nl.ftl
    texts/en.ftl skip: is missing, and texts/nl.ftl has it
    texts/en.ftl:41 skipped: is not in texts/nl.ftl
    utility.toml:16 contact.website: "http://voorbeeldwater.nl": needs https:// and a host name
    error: DIR cannot be deployed; mend what is named above
    "##);
}

#[test]
fn every_campaign_and_every_list_is_read() {
    let folder = copied();
    let campaign = fs::read_to_string(folder.path().join("campaigns/2026.toml")).unwrap();
    let next = campaign.replace("2027-", "2028-").replace("2026", "2027");
    fs::write(folder.path().join("campaigns/2027.toml"), &next).unwrap();
    fs::write(folder.path().join("campaigns/2028.toml"), "id = 2028\n").unwrap();
    fs::write(folder.path().join("tariffs/gas.toml"), "utility =").unwrap();
    assert_snapshot!(told(&folder), @"
    campaigns/2028.toml:1 missing field `call`
    tariffs/gas.toml:1 string values must be quoted, expected literal string
    error: DIR cannot be deployed; mend what is named above
    ");
    fs::remove_file(folder.path().join("campaigns/2028.toml")).unwrap();
    fs::remove_file(folder.path().join("tariffs/gas.toml")).unwrap();
    assert_snapshot!(told(&folder), @"
    released/2026-12-31:1 the year to 2026-12-31 is settled: copy the lists there by which it was
    error: DIR cannot be deployed; mend what is named above
    ");
    copy(&folder.path().join("tariffs"), &folder.path().join("released/2026-12-31"));
    let ended = run(&["check-config", folder.path().to_str().unwrap()]);
    assert_eq!((ended.status, ended.err.as_str()), (0, ""));
    assert!(ended.out.contains("read  campaigns/2027.toml\n"), "{}", ended.out);
}

#[test]
fn a_folder_that_is_not_there_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("nowhere");
    let ended = run(&["check-config", path.to_str().unwrap()]);
    assert_eq!((ended.status, ended.out.as_str()), (2, ""));
    assert!(ended.err.contains("nowhere: No such file"), "{}", ended.err);
}
