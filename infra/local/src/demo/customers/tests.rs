use std::collections::BTreeSet;

use domain::account::Holder;
use domain::import::{self, Delivery, Known, Set, Settings};
use domain::meter::ReadBy;
use domain::quantity::Commodity;

use super::FILES;

/// The set as the import takes it; every refused line fails the test.
fn accepted() -> Set {
    let settings = Settings::default();
    let delivery = Delivery { files: &FILES, settings: &settings };
    let checked = import::check(&delivery, &Known::default(), "2026-11-01".parse().unwrap());
    checked.set.unwrap_or_else(|| panic!("{}", checked.report.to_summary()))
}

#[test]
fn the_import_takes_the_set() {
    let set = accepted();
    let connections = || set.accounts.iter().flat_map(|account| &account.connections);
    assert_eq!(set.accounts.len(), 25);
    assert_eq!(connections().count(), 96);
    let largest = set.accounts.iter().map(|account| account.connections.len()).max();
    assert_eq!(largest, Some(41));
    let companies = set.accounts.iter().filter(|one| {
        matches!(one.account.holder, Holder::Company { .. }) && one.connections.len() != 41
    });
    assert_eq!(companies.count(), 2);
    let read = |by| connections().filter(|one| one.connection.read_by == by).count();
    assert_eq!((read(ReadBy::Remote), read(ReadBy::Staff)), (1, 1));
    let heat = connections().filter(|one| one.connection.supply.commodity == Commodity::Heat);
    assert_eq!(heat.count(), 1);
    assert_eq!(connections().filter(|one| one.meters.len() == 2).count(), 1, "an exchange");
    assert_eq!(set.accounts.iter().filter(|one| one.recipients.is_empty()).count(), 1);
}

#[test]
fn nobody_in_the_set_can_be_reached() {
    let text: String = FILES.iter().map(|(_, bytes)| String::from_utf8_lossy(bytes)).collect();
    let cells = || text.split([';', '\n']);
    let mails: BTreeSet<_> =
        cells().filter_map(|cell| cell.split_once('@')).map(|(_, domain)| domain).collect();
    assert_eq!(mails, BTreeSet::from(["example.com", "example.org"]));
    let is_iban = |cell: &&str| {
        cell.len() == 18 && cell.starts_with("NL") && cell.ends_with(|c: char| c.is_ascii_digit())
    };
    assert!(cells().filter(is_iban).count() >= 5);
    assert!(cells().filter(is_iban).all(|iban| iban.contains("TEST")));
}
